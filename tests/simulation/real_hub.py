"""The real hub's ingest, projections, feed, rights and epochs on real SQLite; only the HTTP around them is left out."""

import base64
import itertools
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from kiosk.domain.allocation import LAPSED
from kiosk.domain.feed import CATALOG, Cursor, Row
from kiosk.domain.identity import Place, uuid7
from sync.agent.events import Failure
from sync.hub import devices, enrolment, epochs, feedlog, ingest, issued, stock_leases
from sync.hub.checking import Judge, judge_of
from sync.hub.core import Device
from sync.hub.devices import Who
from sync.hub.plausible import Fault, Limits
from sync.hub.problems import HubProblem
from sync.hub.storage.database import read_epoch, read_revs
from sync.hub.storage.marks import Marks
from sync.hub.storage.schema import feed_log, feed_now, idempotency, tenants, terminals
from sync.hub.terms import Terms
from sync.protocol.certificate import Certificate, issue
from sync.protocol.messages import FeedReply, LeaseReply, PushReply, PushRequest, ReadmitRequest, RenewReply, Scope
from sync.protocol.values import changed
from tests.simulation import hub_disk
from tests.simulation.goods import STORE
from tests.simulation.hub_disk import TENANT
from tests.simulation.hubs import GONE, SCOPES, HubCrashed, Refused, Snapshot
from tests.simulation.papers import Papers, papers_of
from tests.simulation.signing import Signing
from tests.simulation.timeline import EPOCH_MS

T = TypeVar("T")
BACKUPS_KEPT = 3
STRANGER = Failure("device.unknown", slow=True, stranger=True)
REVOKED = Failure("device.revoked", contact=True, slow=True)
ENDED = Failure("certificate.ended", contact=True, slow=True, ended=True)


class RealHub:
    """What sync.hub does behind its HTTP faces, one transaction at a time."""

    restorable = True

    def __init__(self, places: Mapping[str, str], signing: Signing) -> None:
        self.restored_ms = -1
        self.now_ms: Callable[[], int] = lambda: EPOCH_MS
        self.newer_kinds: frozenset[str] = frozenset()
        self.signing = signing
        self._connection = hub_disk.shared()
        self._disk = hub_disk.driver_of(self._connection)
        hub_disk.founded(tuple(places.values()), signing.name).backup(self._disk)
        self.stores = sorted(set(places.values()))
        self._ids = itertools.count(1)
        self._marks = Marks()
        self._issued: list[issued.Signed] = []
        self._news: set[tuple[Scope, str]] = set()
        self._backups: deque[tuple[Any, Mapping[str, int], list[issued.Signed]]] = deque(maxlen=BACKUPS_KEPT)
        self._devices: dict[str, Device] = {}
        self._answered: dict[tuple[str, str, int, int], FeedReply] = {}
        self._wake()
        self.backup()

    def _wake(self) -> None:
        """A hub that starts knows nothing but what is on its disk."""
        self._devices.clear()
        self._answered.clear()
        self._epoch = self.transact(read_epoch)
        if self.look_back():
            self._begin(self.now_ms(), self._epoch)
            self._epoch = self.transact(read_epoch)
            self.look_back()

    def _begin(self, now_ms: int, known_epoch: int) -> None:
        """Begin an epoch, with what the folder remembers of the terminals there were."""

        def work(connection: Connection) -> None:
            issued.remember(connection, self._issued, self.signing.verifier(self.signing.public(hub_disk.HUB)), now_ms)
            epochs.begin(connection, now_ms, known_epoch)

        self.transact(work)
        self._news |= {(scope, feedlog.EVERYWHERE) for scope in SCOPES}  # whoever waits belongs to the epoch before

    def enrol(self, dev: str, place: tuple[str, str], now_ms: int) -> None:
        """Make a terminal; its certificate is kept beside the database too. Raises HubProblem for a hub in doubt."""
        made = self.transact(lambda c: hub_disk.make_terminal(c, dev, place, self.signing, now_ms, self._epoch))
        self._issued.append((base64.b64decode(made.certificate), base64.b64decode(made.signature)))
        self._wake()  # what it remembers of devices is old

    def look_back(self) -> str:
        """What the hub does at its start and before each round: see whether its database is what it was, and note how far it is."""
        seen, found = self._marks.revs(), self.transact(read_revs, reading=True)
        if not self._marks.compare(seen, found):
            self._marks.note(found)
        return self._marks.behind

    def close(self) -> None:
        """The connection stays for the next run of this process, which begins with a copy of another database."""
        for disk, *_ in self._backups:
            disk.close()

    # What terminals ask ---------------------------------------------------------------------------

    def push(self, request: PushRequest, now_ms: int, die: str) -> PushReply:
        device = self.device(request.dev)
        checked, forged = ingest.check(request, device, self.judge(now_ms), self.signing.verifier)

        def work(connection: Connection) -> PushReply:
            reply = ingest.push(connection, device, checked, forged, self._epoch, now_ms, self.new_id)
            reply = epochs.after_push(connection, device, request, reply, now_ms)
            if die == "before":
                raise HubCrashed  # the transaction is rolled back, as it would be by a restart
            return reply

        reply = self.transact(work)
        if reply.wants_report and (report := request.report) is not None:
            told = reply
            reply = self.transact(lambda connection: epochs.take_report(connection, device, report, told, now_ms))
        if die == "after":
            raise HubCrashed
        return reply

    def judge(self, now_ms: int) -> Judge:
        """How this version of the hub judges facts: what was invented after it is unknown to it."""
        ours = judge_of(Limits(), now_ms)
        return lambda fact: Fault("kind.unknown") if fact.kind in self.newer_kinds else ours(fact)

    def answer(self, work: Callable[[Connection], T], kind: Any, once: str) -> T | Failure:
        """What a question gets over HTTP: the answer, or the hub's refusal as a client reads it.

        `once` is its Idempotency-Key: the same question again gets the same answer, out of the same transaction.
        """

        def carried_out(connection: Connection) -> T:
            at = idempotency.c
            found = connection.scalar(select(at.reply).where(at.route == "simulated", at.key == once))
            if found is not None:
                answer: T = msgspec.json.decode(found, type=kind)
                return answer
            answer = work(connection)
            reply = msgspec.json.encode(answer)
            connection.execute(insert(idempotency).values(route="simulated", key=once, fingerprint=b"", reply=reply, at_ms=0))
            return answer

        try:
            return self.transact(carried_out)
        except HubProblem as problem:
            return Failure(problem.code, contact=True)

    def device(self, dev: str) -> Device:
        """A terminal as the hub knows it. Raises Refused for one that it does not know."""
        known = self._devices.get(dev)
        if known is None:
            known = self.transact(lambda connection: enrolment.find_device(connection, dev), reading=True)
            if known is None:
                raise Refused(STRANGER)
            self._devices[dev] = known
        return known

    def served(self, dev: str, now_ms: int) -> Device:
        """A terminal that gets data: not replaced, and with a certificate that is good."""
        device = self.device(dev)
        if device.revoked:
            raise Refused(changed(REVOKED, epoch=self._epoch))
        if device.not_after_ms and device.not_after_ms < now_ms:
            raise Refused(changed(ENDED, epoch=self._epoch))
        return device

    def renew(self, dev: str) -> Papers | Failure:
        """The same certificate with a later end."""
        device, now_ms = self.device(dev), self.now_ms()
        sign = self.signing.sign(hub_disk.HUB)
        made = self.answer(lambda connection: devices.renew(connection, device, now_ms, sign, Terms()), RenewReply, self.new_id())
        self._devices.clear()
        if isinstance(made, Failure):
            return made
        return papers_of(base64.b64decode(made.certificate), base64.b64decode(made.signature))

    def lease(self, dev: str) -> LeaseReply | Failure:
        """For how long a terminal's rights hold."""
        device, now_ms = self.served(dev, self.now_ms()), self.now_ms()
        return self.answer(lambda connection: stock_leases.give(connection, device, now_ms), LeaseReply, self.new_id())

    def readmit(self, dev: str, papers: Papers) -> Papers | Failure:
        """Take a terminal in again that was enrolled after the backup."""
        spelled = [base64.b64encode(part).decode() for part in (papers.certificate, papers.signature)]
        who, verify = Who("hub", self.now_ms(), self.new_id), self.signing.verifier(self.signing.public(hub_disk.HUB))
        try:
            self.transact(lambda connection: devices.readmit(connection, ReadmitRequest(*spelled), dev, verify, who))
        except HubProblem as problem:
            return Failure(problem.code, contact=True, slow=True)
        self._devices.clear()
        return papers

    def papers(self, dev: str) -> Papers:
        """What a terminal was given when it was enrolled."""
        query = select(terminals.c.certificate, terminals.c.signature).where(terminals.c.dev == dev)
        row = self.transact(lambda connection: connection.execute(query).one(), reading=True)
        return papers_of(bytes(row.certificate), bytes(row.signature))

    def shorten(self, dev: str, not_after_ms: int, place: Place) -> Papers:
        """Have a terminal's certificate end soon, as if it had been made long ago."""
        made = Certificate(dev, 1, "till", self.series(dev), place, self.signing.public(dev), not_after_ms)
        data, signature = issue(made, self.signing.sign(hub_disk.HUB))
        change = update(terminals).where(terminals.c.dev == dev).values(certificate=data, signature=signature)
        self.transact(lambda connection: connection.execute(change))
        self._devices.clear()
        return papers_of(data, signature)

    def series(self, dev: str) -> int:
        """The receipt series of a terminal."""
        query = select(terminals.c.series).where(terminals.c.dev == dev)
        return int(self.transact(lambda connection: connection.scalar(query), reading=True) or 1)

    def is_forked(self, dev: str) -> bool:
        """Whether the hub knows that a device has two histories."""
        query = select(terminals.c.forked).where(terminals.c.dev == dev)
        return bool(self.transact(lambda connection: connection.scalar(query), reading=True))

    def feed(self, dev: str, scope: Scope, cursor: Cursor, limit: int, now_ms: int) -> FeedReply:
        """What came after a cursor. While nothing was committed the same question is not read again."""
        device = self.served(dev, now_ms)
        seen = self._seen(device, scope)
        asked = (scope, "" if scope == CATALOG else dev, cursor.rev, limit)
        found = self._answered.get(asked)
        if found is None or cursor.epoch != self._epoch:
            found = self._answered[asked] = self._look(device, seen, scope, cursor, limit, now_ms)
        return FeedReply(self._epoch, scope, found.rev_to, found.digest, found.transactions, found.more, now_ms)

    def _seen(self, device: Device, scope: Scope) -> tuple[str, ...]:
        return feedlog.audiences(device.store, device.kind, device.dev)

    def _look(self, device: Device, seen: tuple[str, ...], scope: Scope, cursor: Cursor, limit: int, now_ms: int) -> FeedReply:
        def work(connection: Connection) -> FeedReply | None:
            floor, head = feedlog.span(connection, TENANT)
            if cursor.epoch != self._epoch or not floor <= cursor.rev <= head:
                epochs.doubt_cursor(connection, device, (cursor.epoch, cursor.rev), self._epoch, now_ms)
                return None
            found, more = feedlog.read_log(connection, TENANT, scope, seen, cursor.rev, limit)
            rev_to = found[-1].rev if more else head
            mark = feedlog.digest_at(connection, TENANT, scope, seen, rev_to)
            return FeedReply(self._epoch, scope, rev_to, mark, found, more, 0)

        found = self.transact(work, reading=True)
        if found is None:
            raise Refused(changed(GONE, epoch=self._epoch))
        return found

    def snapshot(self, dev: str, scope: Scope) -> Snapshot:
        device = self.served(dev, 0)
        seen = self._seen(device, scope)

        def work(connection: Connection) -> Snapshot:
            now = feed_now.c
            query = select(now.entity, now.key, now.payload).where(now.scope == scope, now.audience.in_(seen))
            rows = [Row(entity, key, bytes(data)) for entity, key, data in connection.execute(query)]
            head = feedlog.head(connection, TENANT)
            return Cursor(self._epoch, head, feedlog.digest_at(connection, TENANT, scope, seen, head)), rows

        return self.transact(work, reading=True)

    # What happens to it ---------------------------------------------------------------------------

    def news(self) -> set[tuple[Scope, str]]:
        news, self._news = self._news, set()
        return news

    def audiences(self, dev: str, scope: Scope) -> tuple[str, ...]:
        return self._seen(self.device(dev), scope)

    def publish(self, changes: list[tuple[Scope, Row]]) -> None:
        rows = [feedlog.Change(scope, feedlog.EVERYWHERE, *row) for scope, row in changes]
        self.transact(lambda connection: feedlog.publish(connection, TENANT, rows))

    def epoch(self) -> int:
        return self._epoch

    def backup(self) -> None:
        kept = self._backups.popleft()[0] if len(self._backups) == BACKUPS_KEPT else hub_disk.blank()
        self._disk.backup(kept)
        self._backups.append((kept, self._marks.revs(), list(self._issued)))

    def restore(self, now_ms: int) -> None:
        """Put the oldest backup back, as a person does by the command for it."""
        self.restored_ms = now_ms
        known = self._epoch
        self._backups[0][0].backup(self._disk)
        self._begin(now_ms, known)
        self._wake()

    def put_back(self, now_ms: int, whole_machine: bool) -> None:
        """Somebody copies an old file over the database and starts the hub, as if that were a restore.

        When the whole machine was put back, nothing beside the database knows better, and only terminals can tell.
        """
        self.restored_ms = now_ms
        disk, revs, signed = self._backups[0]
        disk.backup(self._disk)
        if whole_machine:
            self._marks, self._issued = Marks(), list(signed)
            self._marks.note(revs)
        self._wake()

    def own_up(self, now_ms: int) -> bool:
        """A person sees that the hub is in doubt and restores in order; whether it was."""
        found = self.transact(lambda connection: epochs.state(connection, TENANT), reading=True)
        self._begin(now_ms, self._epoch)
        self._wake()
        return found.state == epochs.DOUBTFUL

    def rev(self) -> int:
        """The newest revision."""
        (found,) = self._disk.execute("SELECT rev FROM tenants WHERE tenant = ?", (TENANT,)).fetchone()
        return int(found)

    def shared_out(self, connection: Connection) -> None:
        """A round of grants is over; a mutant changes something here."""

    def routed(self, connection: Connection) -> None:
        """An order was routed; a mutant changes something here."""

    def prune(self) -> None:
        def work(connection: Connection) -> None:
            connection.execute(delete(feed_log))
            connection.execute(update(tenants).values(floor=feedlog.head(connection, TENANT)))

        self.transact(work)

    def crash(self) -> None:
        """What was committed stays; what was only remembered is gone."""
        self._wake()

    # What the oracle looks at ---------------------------------------------------------------------

    def next_seq(self, dev: str) -> int:
        found = self._disk.execute("SELECT next_seq FROM terminals WHERE dev = ?", (dev,)).fetchone()
        return int(found[0]) if found else 1

    def stored(self, dev: str) -> list[bytes]:
        return [data for (data,) in self._disk.execute("SELECT data FROM facts WHERE dev = ? ORDER BY seq", (dev,))]

    def on_hand(self, article: str, store: str = STORE) -> int:
        query = "SELECT on_hand_milli FROM stock WHERE store = ? AND article = ?"
        found = self._disk.execute(query, (store, article)).fetchone()
        return int(found[0]) if found else 0

    def granted(self, dev: str) -> set[tuple[str, str, int, int]]:
        """What a terminal was granted, from the hub's own account of it: store, article, level and number."""
        query = "SELECT store, article, level_milli, grant_no FROM rights WHERE dev = ? AND grant_no > 0"
        return set(self._disk.execute(query, (dev,)))

    def pieces(self) -> dict[tuple[str, str, str], int]:
        """How many there are of each piece with a number, by store, article and number: one or none."""
        query = "SELECT store, article, serial, on_hand FROM stock_serials"
        return {(store, article, serial): there for store, article, serial, there in self._disk.execute(query)}

    def lapsed(self) -> set[str]:
        """The promises that ended with a lease before the hub had heard of them."""
        return {name for (name,) in self._disk.execute("SELECT id FROM promises WHERE state = ?", (LAPSED,))}

    def transact(self, work: Callable[[Connection], T], reading: bool = False) -> T:
        """One transaction."""
        result, touched = hub_disk.transact(self._connection, work, self._marks)
        if not reading:
            self._answered.clear()
            self._news |= {(scope, audience) for scope in SCOPES for _, one, audience in touched if scope == one}
        return result

    def new_id(self) -> str:
        """A UUIDv7 of this hub."""
        return uuid7(EPOCH_MS, next(self._ids))
