"""A store's stock for tests: facts about stock at a chosen time, one call per hub function, and what is free."""

import base64
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, select

from kiosk.domain import facts
from kiosk.domain.allocation import Grant, Reclaim
from kiosk.domain.chain import seal
from kiosk.domain.codec import Json
from kiosk.domain.facts import Fact, SealedFact
from kiosk.domain.identity import Moment
from kiosk.domain.quantity import ONE
from sync.hub import enrolment, feedlog, stock_grants
from sync.hub.checking import judge_of
from sync.hub.core import Hub
from sync.hub.ingest import check, push
from sync.hub.operations import EnrolCode, enrol_code
from sync.hub.reservations import Asker, Now, Refusal, Reservation, Reserve, reserve
from sync.hub.stock import Pool, pool
from sync.hub.stock_projecting import mark_to_share
from sync.hub.stock_rounds import steps
from sync.hub.storage.schema import stock_movements, tasks
from sync.protocol.certificate import read
from sync.protocol.messages import EnrolRequest, PushedFact, PushReply, PushRequest
from sync.protocol.signature import verifier
from tests.sync.hub.support import DAY, STORE, TENANT, FakeTerminal, RunningHub, TestClock, digest_of, open_test_hub, system_ms

T = TypeVar("T")


class DirectTerminal(FakeTerminal):
    """A terminal that calls the hub's functions instead of its addresses: the same chain, signatures and storage, no wire."""

    def __init__(self, hub: "DirectHub") -> None:
        super().__init__("")
        self._direct = hub

    def __post_init__(self) -> None:
        """No wire."""

    def enrol_directly(self, code: str) -> None:
        """Become a terminal of the hub."""
        hub = self._direct.hub
        ask = EnrolRequest(code, base64.b64encode(self.key.public).decode(), "test", "test")
        key = hub.key
        made = hub.storage.call(
            lambda c: enrolment.enrol(
                c, ask, hub.world.new_id(), hub.world.now_ms(), key.sign, key.public, hub.storage.epoch, hub.settings.certificate
            )
        )
        data, signature, self.hub_key = (base64.b64decode(one) for one in (made.certificate, made.signature, made.hub_key))
        self.certificate = read(data, signature, verifier(self.hub_key))
        self.dev, self.epoch = self.certificate.dev, made.epoch

    def push(self, facts: list[SealedFact] | None = None, from_seq: int = 0) -> PushReply:
        """Push facts (all of them by default)."""
        hub, sent = self._direct.hub, self.facts if facts is None else facts
        device = hub.storage.call(lambda c: enrolment.find_device(c, self.dev))
        assert device is not None, "it is enrolled"
        request = PushRequest(self.dev, 1, sent[0].seq if sent else 1, [PushedFact(one.data, one.signature) for one in sent])
        checked, forged = check(request, device, judge_of(hub.settings.plausible, hub.world.now_ms()))
        epoch, now_ms = hub.storage.epoch, hub.world.now_ms()
        return hub.storage.call(lambda c: push(c, device, checked, forged, epoch, now_ms, hub.world.new_id))

    def catch_up(self, scope: str) -> dict[tuple[str, str], bytes]:
        """What the terminal sees of a scope once it has read to the end, with the digest checked."""

        def read_all(connection: Connection) -> tuple[dict[tuple[str, str], bytes], bytes, bytes]:
            seen = feedlog.audiences(self.place.store, self.certificate.kind if self.certificate else "till", self.dev)
            found, more = feedlog.read_log(connection, TENANT, scope, seen, 0, 100_000)
            assert not more, "a test's log is short"
            copy: dict[tuple[str, str], bytes] = {}
            for row in (row for transaction in found for row in transaction.rows):
                copy[row.entity, row.key] = row.payload
            there = {key: payload for key, payload in copy.items() if payload}
            rev = feedlog.head(connection, TENANT)
            return there, digest_of(there), feedlog.digest_at(connection, TENANT, scope, seen, rev)

        copy, ours, theirs = self._direct.hub.storage.call(read_all)
        assert ours == theirs, "the copy is what the hub says it is"
        return copy


@dataclass
class DirectHub:
    """A hub on its real storage that nobody reaches over a network."""

    hub: Hub
    clock: TestClock

    def terminal(self, terminal: str = "1", kind: str = "till", store: str = STORE) -> DirectTerminal:
        """A terminal, enrolled."""
        made = DirectTerminal(self)
        made.enrol_directly(enrol_code(self.hub, EnrolCode(store, terminal, kind)).code)
        return made


@contextmanager
def direct_hub(folder: Path, shop: Path) -> Iterator[DirectHub]:
    """A copy of a hub's folder, opened."""
    shutil.copytree(shop, folder / "hub")
    clock = TestClock()
    made = open_test_hub(folder / "hub", clock, shop=False)
    try:
        yield DirectHub(made, clock)
    finally:
        made.close()


AnyHub = RunningHub | DirectHub
ASKER = Asker(TENANT, "web")


def call(hub: AnyHub, work: Callable[[Connection], T]) -> T:
    """One transaction of the hub."""
    return hub.hub.storage.call(work)


def fact_at(till: FakeTerminal, kind: str, body: Json, at_ms: int = 0) -> SealedFact:
    """The next fact of a terminal, at a chosen instant of its clock."""
    assert till.certificate is not None, "only an enrolled terminal makes facts"
    seq, now_ms = len(till.facts) + 1, at_ms or system_ms()
    made = Fact(
        till.dev, till.certificate.inc, seq, str(uuid.uuid4()), kind, 1, till.certificate.place, "101", DAY,
        Moment(now_ms, seq, "boot"), now_ms << 16, till.head, body,
    )  # fmt: skip
    sealed = seal(made, till.key.sign)
    till.facts.append(sealed)
    till.head = sealed.hash
    return sealed


def moved(till: FakeTerminal, milli: int, at_ms: int = 0, article: str = "A1", **more: Any) -> SealedFact:
    """Goods came or went."""
    line = {"article": article, "quantity": milli, **({"serials": more.pop("serials")} if "serials" in more else {})}
    body = {"location": till.place.store, "reason": "received", "promise": "", "lines": [line], **more}
    return fact_at(till, facts.STOCK_MOVED, body, at_ms)


def counted(till: FakeTerminal, milli: int, at_ms: int = 0, frontier: dict[str, int] | None = None, took_ms: int = 0) -> SealedFact:
    """An article was counted."""
    began = (at_ms or system_ms()) - took_ms
    body = {
        "location": till.place.store, "frontier": frontier or {}, "hlc": f"{began << 16:016x}",
        "lines": [{"article": "A1", "quantity": milli}],
    }  # fmt: skip
    return fact_at(till, facts.STOCK_COUNTED, body, at_ms)


def rights(till: FakeTerminal, kind: str, milli: int = ONE, store: str = STORE, **more: Any) -> SealedFact:
    """Something happened to rights of article A1."""
    body = {"store": store, "article": "A1", "quantity": milli, "serials": [], **more}
    if "from_dev" in body:
        body["from"] = body.pop("from_dev")  # a word of the language
    return fact_at(till, kind, body)


def used(till: FakeTerminal, promise: str, milli: int = ONE, **more: Any) -> SealedFact:
    """Goods were promised."""
    said = {"promise": promise, "reason": "collect", "over_right": False, "approved_by": "", "lease": 0, **more}
    return rights(till, facts.RIGHTS_USED, milli, **said)


def share(hub: AnyHub, whole: bool = False) -> int:
    """One round of grants."""
    return call(hub, lambda c: stock_grants.share(c, TENANT, hub.clock(), whole))


def a_round(hub: AnyHub, whole: bool = False) -> None:
    """One round of the regular work on stock, step by step as the server does it."""
    for step in steps(TENANT, hub.clock(), whole):
        for _ in range(20):
            if not call(hub, step):
                break


def make_limited(hub: AnyHub, article: str = "A1", stock_class: str = "limited") -> None:
    """Have rights to an article granted ahead."""

    def work(connection: Connection) -> None:
        stock_grants.put_classes(connection, TENANT, {article: stock_class})
        mark_to_share(connection, TENANT, STORE, article)

    call(hub, work)


def free(hub: AnyHub, article: str = "A1", store: str = STORE) -> Pool:
    """The pool of an article."""
    return call(hub, lambda c: pool(c, TENANT, store, article))


def take(hub: AnyHub, milli: int = ONE, article: str = "A1", hours: int = 0) -> Reservation | Refusal:
    """Reserve from outside."""
    now = Now(hub.clock(), DAY, lambda: str(uuid.uuid4()))
    return call(hub, lambda c: reserve(c, ASKER, Reserve(STORE, article, milli, hours), now))


def granted(till: FakeTerminal) -> dict[str, Grant]:
    """The grants that a terminal's own feed brought, by `store|article`."""
    rows = till.catch_up("device")
    return {key: msgspec.json.decode(payload, type=Grant) for (entity, key), payload in rows.items() if entity == "grant"}


def reclaimed(till: FakeTerminal) -> dict[str, Reclaim]:
    """What a terminal is asked to give back."""
    rows = till.catch_up("device")
    return {key: msgspec.json.decode(data, type=Reclaim) for (entity, key), data in rows.items() if entity == "reclaim"}


def open_tasks(hub: AnyHub) -> list[tuple[str, dict[str, Any]]]:
    """What waits for a person: kind and detail."""
    query = select(tasks.c.kind, tasks.c.detail).where(tasks.c.done_ms == 0).order_by(tasks.c.kind)
    return [(kind, msgspec.json.decode(detail)) for kind, detail in call(hub, lambda c: c.execute(query).all())]


def movement_sum(hub: AnyHub, article: str = "A1", store: str = STORE) -> int:
    """The sum of all movements, corrections by counts among them."""
    at = stock_movements.c
    query = select(at.quantity_milli).where(at.article == article, at.store == store)
    return sum(call(hub, lambda c: list(c.scalars(query))))
