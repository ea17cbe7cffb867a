"""Promising goods that are not handed over here and now: firm within the rights that the hub granted ahead, also offline.

A promise is one ledger transaction: the look at what is left, the fact, and what is left after it. Goods that the customer
holds in hand never need one.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kiosk.domain import facts
from kiosk.domain.allocation import PROMISE_REASONS, PROMISED, Lease, Promise
from kiosk.domain.chain import Verify
from kiosk.domain.codec import Json
from kiosk.domain.errors import Damaged, Refused
from kiosk.domain.facts import Fact, hash_fact, read_fact
from kiosk.domain.identity import Moment
from kiosk.domain.quantity import ONE
from kiosk.domain.stock import HANDED_OVER, OPEN, RESERVED, SALE, SERIAL, Movement
from kiosk.domain.stockrules import HOUR_MS
from kiosk.services.counter import Counter
from kiosk.services.session import Session
from kiosk.store import rights
from kiosk.store.database import Connection
from kiosk.store.rights import Held

QUANTITY_MILLI_MAX = 9_999_000
MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether goods are promised. If not, `code` and `sentence` say why. `until_ms` (wall clock) is 0 for good.

    With a lease the promise holds for good only when the hub has heard of it by then.
    """

    firm: bool
    promise: str = ""
    code: str = ""
    sentence: str = ""
    over_right: bool = False
    until_ms: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to have promised: thousandths of an article from a store, and for what."""

    article: str
    quantity_milli: int
    reason: str
    store: str = ""


class Allocations:
    """The rights of one terminal. `keep_house` and `note_lease` may be called from any thread, the rest from the counter's.

    `clock_off_ms` says by how much this terminal's clock is too far off to promise limited goods, 0 when it is not.
    """

    def __init__(
        self, counter: Counter, session: Session, verifier: Callable[[bytes], Verify],
        clock_off_ms: Callable[[], int] = lambda: 0,
    ) -> None:  # fmt: skip
        self._counter = counter
        self._session = session
        self._verifier = verifier
        self._clock_off_ms = clock_off_ms

    # promising

    def held(self) -> list[Held]:
        """What this terminal may promise, by store and article."""
        return self._counter.ledger.run(rights.held_in)

    def promise(self, article: str, quantity_milli: int, reason: str, store: str = "") -> Answer:
        """Promise goods (thousandths) to be reserved, collected or shipped. A refusal is kept too: grants follow demand."""
        wanted = Wanted(article, quantity_milli, reason, store or self._own_store)
        self._check(wanted)

        def work(conn: Connection) -> Answer:
            made = self.promise_or_refuse_in(conn, wanted)
            if isinstance(made, Refused):
                return Answer(False, code=made.code, sentence=self._counter.words.error(made))
            return self._firm_in(conn, made)

        return self._counter.ledger.run(work)

    def promise_or_refuse_in(self, conn: Connection, wanted: Wanted) -> Promise | Refused:
        """Promise within an open transaction, or keep that it was refused, and why."""
        try:
            return self.promise_in(conn, wanted)
        except Refused as refused:
            goods = _goods(wanted.store or self._own_store, wanted.article, wanted.quantity_milli)
            self._append_in(conn, facts.RIGHTS_REFUSED, {**goods, "reason": wanted.reason, "code": refused.code})
            return refused

    def promise_in(self, conn: Connection, wanted: Wanted) -> Promise:
        """Promise within an open transaction, such as a sale's. Raises Refused when the rights do not reach."""
        self._check(wanted)
        store = wanted.store or self._own_store
        article = self._counter.catalog.article(wanted.article)
        name = article.name(self._counter.language) if article else wanted.article
        stock_class = article.stock_class if article else OPEN
        if stock_class == RESERVED:
            raise Refused("stock.reserved_only", name=name)
        if stock_class != OPEN and (off_ms := self._clock_off_ms()):
            raise Refused("stock.clock", name=name, minutes=off_ms // MINUTE_MS)  # whose turn it was could not be told
        held = rights.held_one_in(conn, (store, wanted.article))
        left_milli = held.left_milli if stock_class != SERIAL else min(held.left_milli, len(held.serials) * ONE)
        if left_milli < wanted.quantity_milli:
            raise Refused("stock.no_right", name=name, left=left_milli // ONE)
        lease = self._lease_no_in(conn)
        serials = held.serials[: wanted.quantity_milli // ONE] if stock_class == SERIAL else ()
        return self._use_in(conn, wanted, store, {"serials": list(serials), "lease": lease})

    def promise_over(self, article: str, quantity_milli: int, reason: str, approver: tuple[str, str], store: str = "") -> Answer:
        """Promise beyond the rights, with a manager's number and PIN; marked, because it may turn out not to be there.

        Raises Refused when the manager's number or PIN is not right, or the person is no manager.
        """
        wanted = Wanted(article, quantity_milli, reason, store or self._own_store)
        self._check(wanted)
        manager = self._session.approve(*approver)
        more = {"over_right": True, "approved_by": manager.number}
        made = self._counter.ledger.run(lambda conn: self._use_in(conn, wanted, wanted.store, more))
        return Answer(True, made.id, over_right=True)

    def release(self, promise: str) -> None:
        """The goods are not wanted any more: the right can be used again. Raises Refused when it is none, or over."""

        def work(conn: Connection) -> None:
            made = self._open_in(conn, promise)
            body = _goods(made.store, made.article, made.quantity_milli, made.serials)
            self._append_in(conn, facts.RIGHTS_RELEASED, {**body, "promise": promise})

        self._counter.ledger.run(work)

    def hand_over(self, promise: str) -> None:
        """The goods go to the customer: they leave the stock and the promise is kept. Raises Refused for another store's."""

        def work(conn: Connection) -> None:
            made = self._open_in(conn, promise)
            if made.store != self._own_store:
                raise Refused("stock.other_store", store=made.store)
            numbers = [one.rpartition("#")[0] for one in made.serials]
            line = {"article": made.article, "quantity": -made.quantity_milli, "serials": numbers}
            body = {"location": made.store, "reason": HANDED_OVER, "promise": promise, "lines": [line]}
            self._append_in(conn, facts.STOCK_MOVED, body)

        self._counter.ledger.run(work)

    def open_promises(self) -> list[Promise]:
        """What this terminal promised and nobody has handed over here yet."""
        return [promise for _, promise in self._counter.ledger.run(rights.open_promises_in)]

    def lapsed(self) -> list[Promise]:
        """Promises of a lease that ended before the hub had heard of them: the customer has to be told."""

        def work(conn: Connection) -> list[Promise]:
            lease = rights.lease_in(conn)
            runs = lease is not None and lease.runs(self._counter.ledger.clock.now(), lease.grant_no)
            acked = int(conn.execute("SELECT coalesce((SELECT value FROM meta WHERE key = 'acked'), 0)").fetchone()[0])
            current = lease.no if lease and runs else -1
            return [one for seq, one in rights.open_promises_in(conn) if one.lease and one.lease != current and seq > acked]

        return self._counter.ledger.run(work)

    # giving back

    def keep_house(self) -> int:
        """Give back what the hub asks for, and what was not used for a while; gives how many articles. From any thread.

        Of goods that are granted ahead one piece stays: the hub would only grant it again.
        """
        return self._counter.ledger.run(self._keep_house_in)

    def _keep_house_in(self, conn: Connection) -> int:
        now_ms, idle_ms = self._counter.now_ms(), self._counter.settings.stock.idle_hours * HOUR_MS
        asked = {(one.store, one.article): one.keep_milli for one in rights.reclaims_in(conn)}
        count = 0
        for held in rights.held_in(conn):
            key = held.store, held.article
            since_ms = rights.idle_since_in(conn, held, now_ms)
            least = asked.get(key)
            if least is not None and held.left_milli > least:
                count += self._return_in(conn, held, held.left_milli - least, "reclaimed")
            elif least is None and idle_ms and now_ms - since_ms >= idle_ms:
                count += self._return_in(conn, held, held.left_milli - self._kept_ahead(held.article), "idle")
        return count

    def return_all(self) -> int:
        """Give everything back, as before this terminal is closed down; gives how many articles."""

        def work(conn: Connection) -> int:
            return sum(self._return_in(conn, held, held.left_milli, "closing") for held in rights.held_in(conn))

        return self._counter.ledger.run(work)

    def _return_in(self, conn: Connection, held: Held, milli: int, reason: str) -> int:
        if milli <= 0:
            return 0
        serials = held.serials[: milli // ONE] if held.serials else ()
        body = _goods(held.store, held.article, milli, serials)
        self._append_in(conn, facts.RIGHTS_RETURNED, {**body, "reason": reason})
        return 1

    def _kept_ahead(self, article: str) -> int:
        found = self._counter.catalog.article(article)
        return ONE if found is not None and found.stock_class != OPEN else 0

    # passing on without the hub

    def transfer(self, to_dev: str, article: str, quantity_milli: int, store: str = "") -> bytes:
        """Give rights to another terminal of this store; gives the slip that it takes in, once, by any way (a QR code).

        Raises Refused when there are not as many, the other is not known, or rights are under a lease.
        """

        def work(conn: Connection) -> bytes:
            key = store or self._own_store, article
            if self._counter.settings.stock.lease_minutes:
                raise Refused("stock.leased")
            if to_dev == self._counter.ledger.identity.dev or rights.peer_in(conn, to_dev) is None:
                raise Refused("transfer.unknown_terminal")
            held = rights.held_one_in(conn, key)
            if not 0 < quantity_milli <= held.left_milli:
                raise Refused("stock.no_right", name=article, left=held.left_milli // ONE)
            serials = held.serials[: quantity_milli // ONE] if held.serials else ()
            body = {**_goods(*key, quantity_milli, serials), "transfer": self._counter.ledger.ids(), "to": to_dev}
            sealed = self._counter.ledger.append_in(
                conn, facts.RIGHTS_TRANSFERRED, body, employee=self._who, day=self._counter.business_day()
            )
            slip = {"fact": _spelled(sealed.data), "signature": _spelled(sealed.signature)}
            return json.dumps(slip, separators=(",", ":")).encode()

        return self._counter.ledger.run(work)

    def receive(self, slip: bytes) -> Held:
        """Take in another terminal's slip; gives what is held now. Raises Refused for one that is not genuine or not for here."""
        fact = self._opened(slip)
        body = fact.body

        def work(conn: Connection) -> Held:
            if rights.is_received_in(conn, body["transfer"]):
                raise Refused("transfer.taken")
            came = {**_goods(body["store"], body["article"], body["quantity"], body["serials"]), "transfer": body["transfer"]}
            self._append_in(conn, facts.RIGHTS_RECEIVED, {**came, "from": fact.dev})
            return rights.held_one_in(conn, (body["store"], body["article"]))

        return self._counter.ledger.run(work)

    def _opened(self, slip: bytes) -> Fact:
        try:
            parts = json.loads(slip)
            data, signature = (base64.b64decode(parts[name], validate=True) for name in ("fact", "signature"))
            fact = read_fact(data)
        except (ValueError, TypeError, KeyError, Damaged) as error:
            raise Refused("transfer.unreadable") from error
        peer = self._counter.ledger.run(lambda conn: rights.peer_in(conn, fact.dev))
        genuine = peer is not None and self._verifier(base64.b64decode(peer.public_key))(hash_fact(data), signature)
        if not genuine or fact.kind != facts.RIGHTS_TRANSFERRED:
            raise Refused("transfer.not_genuine")
        if fact.body["to"] != self._counter.ledger.identity.dev:
            raise Refused("transfer.not_for_here")
        return fact

    # leases and sales

    def note_lease(self, no: int, term_ms: int, grant_no: int, sent: Moment) -> None:
        """Remember a lease. It runs from the moment the request was *sent*, so never longer than the hub thinks."""
        lease = Lease(no, sent.boot, sent.mono_ms + term_ms, grant_no)
        self._counter.ledger.run(lambda conn: rights.set_lease_in(conn, lease))

    def used_by_sale_in(self, conn: Connection, movements: tuple[Movement, ...]) -> list[Json]:
        """The rights that goods taken along use up: as many as are left, and never a reason not to sell.

        They leave the stock, so what this terminal may promise shrinks with it. Not under a lease: those rights may be
        somebody else's by the time the hub hears of the sale.
        """
        if self._counter.settings.stock.lease_minutes or not rights.has_grants_in(conn):
            return []
        used: list[Json] = []
        for movement in (one for one in movements if one.reason == SALE):
            held = rights.held_one_in(conn, (movement.store, movement.article))
            milli = min(held.left_milli, -movement.quantity_milli)
            if milli > 0 and not held.serials:  # which numbered piece it was, the sale does not say
                used.append({"store": movement.store, "article": movement.article, "quantity": milli})
        return used

    # parts

    @property
    def _own_store(self) -> str:
        return self._counter.ledger.identity.place.store

    @property
    def _who(self) -> str:
        return self._counter.employee.number if self._counter.employee else ""

    def _check(self, wanted: Wanted) -> None:
        if wanted.reason not in PROMISE_REASONS or not 0 < wanted.quantity_milli <= QUANTITY_MILLI_MAX:
            raise Refused("stock.quantity")

    def _lease_no_in(self, conn: Connection) -> int:
        """The number of the lease that runs, 0 where the store has none. Raises Refused when it is over."""
        if not self._counter.settings.stock.lease_minutes:
            return 0
        lease = rights.lease_in(conn)
        if lease is None or not lease.runs(self._counter.ledger.clock.now(), rights.newest_no_in(conn)):
            raise Refused("stock.lease_over")
        return lease.no

    def _firm_in(self, conn: Connection, made: Promise) -> Answer:
        lease, now = rights.lease_in(conn), self._counter.ledger.clock.now()
        until_ms = now.wall_ms + lease.ends_mono_ms - now.mono_ms if made.lease and lease else 0
        return Answer(True, made.id, until_ms=until_ms)

    def _use_in(self, conn: Connection, wanted: Wanted, store: str, more: Mapping[str, object]) -> Promise:
        promise = self._counter.ledger.ids()
        body = {
            **_goods(store, wanted.article, wanted.quantity_milli), "promise": promise, "reason": wanted.reason,
            "over_right": False, "approved_by": "", "lease": 0, **more,
        }  # fmt: skip
        self._append_in(conn, facts.RIGHTS_USED, body)
        made = rights.promise_in(conn, promise)
        assert made is not None, "the ledger folds each fact that it seals"
        return made

    def _open_in(self, conn: Connection, promise: str) -> Promise:
        made = rights.promise_in(conn, promise)
        if made is None or made.state != PROMISED:
            raise Refused("stock.no_promise")
        return made

    def _append_in(self, conn: Connection, kind: str, body: Json) -> None:
        self._counter.ledger.append_in(conn, kind, body, employee=self._who, day=self._counter.business_day())


def _goods(store: str, article: str, quantity_milli: int, serials: tuple[str, ...] = ()) -> Json:
    return {"store": store, "article": article, "quantity": quantity_milli, "serials": list(serials)}


def _spelled(data: bytes) -> str:
    return base64.b64encode(data).decode()
