"""A hub over HTTP against a model in plain dicts: terminals that come, sell, relay, fork, call for help; a hub that restarts."""

import shutil
import tempfile
import uuid
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import httpx
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sqlalchemy import select

from kiosk.domain.catalog import StockLevel
from kiosk.domain.codec import Json
from kiosk.domain.facts import DRAWER_OPENED, SealedFact, read_fact
from sync.hub.guard import WINDOW_MS
from sync.hub.storage.schema import facts, forks
from sync.protocol.messages import PushedFact, PushReply, PushRequest, from_json, pack, unpack
from tests.machines.support import LONG, MACHINE, in_shares, live
from tests.sync.hub.support import (
    DAY,
    STORE,
    TENANT,
    FakeTerminal,
    RunningHub,
    a_product,
    bring_products,
    running_hub,
    shop_folder,
)

ARTICLES = ["A1", "A2", "A3"]
START_MILLI = 10_000
NUMBERS = ["1", "2", "3"]
CALLS = ["call-1", "call-2"]
CALL_LIFE_MS = 600_000
_RANK = {"waiting": 0, "delivered": 1, "answered": 2, "cancelled": 3}
_STEPS = {"delivered": "till", "answered": "till", "cancelled": ""}


@cache
def _shop() -> Path:
    """A hub's folder with a shop in it, to be copied."""
    return shop_folder(Path(tempfile.mkdtemp(prefix="machine-shop-")))


def body_of(fact: SealedFact) -> Json:
    """What a fact says."""
    return read_fact(fact.data).body


@dataclass
class Known:
    """A terminal as the model has it."""

    terminal: FakeTerminal
    number: str
    kind: str
    stored: int = 0
    revoked: bool = False
    forked: bool = False
    other: set[bytes] = field(default_factory=set)
    """Facts of its second history that the hub was shown."""

    counted: set[int] = field(default_factory=set)
    """The numbers of its facts that were stored before anything was wrong with it: those that were projected."""


@dataclass
class Call:
    """A call for help as the model has it."""

    state: str
    at_ms: int
    kiosk: Known


class HubMachine(RuleBasedStateMachine):
    """Everything that terminals of one store do to their hub, by chance."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="machine-"))
        self.known: list[Known] = []
        self.calls: dict[str, Call] = {}
        self.on_hand = dict.fromkeys(ARTICLES, START_MILLI)
        self.added_ms = 0
        self.wrong_ms: list[int] = []
        self.stack = ExitStack()

    @initialize()
    def begin(self) -> None:
        shutil.copytree(_shop(), self.folder / "hub", ignore=shutil.ignore_patterns("admin.sock", "in-use"))
        self._start()
        bring_products(self.hub.hub, *(a_product(sku, line=n + 2) for n, sku in enumerate(ARTICLES)))

    def _start(self) -> None:
        self.hub: RunningHub = self.stack.enter_context(running_hub(self.folder / "hub"))
        self.hub.clock.added_ms = self.added_ms

    @property
    def now_ms(self) -> int:
        """The hub's time."""
        return self.hub.clock()

    def pick(self, choice: int, kind: str = "") -> Known | None:
        """One of the terminals there are, of a kind if one is wanted."""
        there = [one for one in self.known if kind in ("", one.kind)]
        return there[choice % len(there)] if there else None

    # Terminals

    @rule(number=st.sampled_from(NUMBERS), kind=st.sampled_from(["till", "till", "kiosk"]), twice=st.booleans())
    def enrol(self, number: str, kind: str, twice: bool) -> None:
        made = FakeTerminal(self.hub.url, clock_ms=self.added_ms)
        code, key = self.hub.code(number, kind), str(uuid.uuid4())
        first = made.enrol(code, key)
        assert first.status_code == 200, first.text
        if twice:
            assert made.enrol(code, key).content == first.content
        self.wrong_ms = [at_ms for at_ms in self.wrong_ms if at_ms > self.added_ms - 2 * WINDOW_MS]
        if twice and len(self.wrong_ms) < self.hub.hub.settings.wrong_codes_max - 1:  # one more, and nobody is let in for a while
            assert made.enrol(code).json()["code"] == "enrol.code_used"
            self.wrong_ms.append(self.added_ms)
        for one in self.known:
            one.revoked |= one.number == number
        self.known.append(Known(made, number, kind))

    @precondition(lambda self: self.known)
    @rule(choice=st.integers(0, 9), article=st.sampled_from(ARTICLES), pieces=st.integers(1, 9), sale=st.booleans())
    def work(self, choice: int, article: str, pieces: int, sale: bool) -> None:
        one = self.pick(choice)
        assert one is not None
        if sale:
            one.terminal.sale(article, pieces)
        else:
            one.terminal.fact(DRAWER_OPENED, {"reason": "change"})

    @precondition(lambda self: self.known)
    @rule(choice=st.integers(0, 9), first=st.integers(1, 12), count=st.integers(0, 12), relay=st.integers(0, 9))
    def push(self, choice: int, first: int, count: int, relay: int) -> None:
        one, sender = self.pick(choice), self.pick(relay)
        assert one is not None and sender is not None
        sent = one.terminal.facts[first - 1 : first - 1 + count]
        self._push(one, sender, sent, first)

    def _push(self, one: Known, sender: Known, sent: list[SealedFact], first: int) -> None:
        pushed = [PushedFact(fact.data, fact.signature) for fact in sent]
        body = pack(PushRequest(one.terminal.dev, 1, first, pushed))
        answer = sender.terminal.request("POST", "/v1/push", body)
        assert answer.status_code == 200, answer.text
        for fact in sent:
            if fact.seq == one.stored + 1:
                one.stored += 1
                if not one.forked:
                    one.counted.add(fact.seq)
                    self._move(fact)
        reply = unpack(answer.content, PushReply)
        assert (reply.next_seq, reply.forked) == (one.stored + 1, one.forked)
        assert reply.head == (one.terminal.facts[one.stored - 1].hash if one.stored else bytes(32))

    def _move(self, fact: SealedFact) -> None:
        for movement in body_of(fact).get("movements", []):
            self.on_hand[movement["article"]] += movement["quantity_milli"]

    @precondition(lambda self: any(one.stored for one in self.known))
    @rule(choice=st.integers(0, 9), at=st.integers(1, 12))
    def fork(self, choice: int, at: int) -> None:
        there = [one for one in self.known if one.stored]
        one = there[choice % len(there)]
        at = 1 + at % one.stored
        mine, till = list(one.terminal.facts), one.terminal
        till.facts, till.head = mine[: at - 1], mine[at - 2].hash if at > 1 else bytes(32)
        other = till.sale("A1", 1)
        till.facts, till.head = mine, mine[-1].hash
        one.forked = True
        one.other.add(other.data)
        self._push(one, one, [other], at)

    # The way down

    @precondition(lambda self: self.known)
    @rule(choice=st.integers(0, 9), scope=st.sampled_from(["catalog", "device"]), fresh=st.booleans())
    def read(self, choice: int, scope: str, fresh: bool) -> None:
        one = self.pick(choice)
        assert one is not None
        if one.revoked:
            assert one.terminal.feed_raw(scope).json()["code"] == "device.revoked"
            return
        if fresh or scope not in one.terminal.cursors:
            one.terminal.take_snapshot(scope)
        one.terminal.catch_up(scope)
        if scope == "catalog":
            self._judge_stock(one)

    def _judge_stock(self, one: Known) -> None:
        shown = {
            level.article: level.on_hand_milli
            for (entity, _), payload in one.terminal.copies["catalog"].items()
            if entity == "stock" and (level := from_json(payload, StockLevel)).store == STORE
        }
        assert shown == self.on_hand

    @rule(article=st.sampled_from(ARTICLES), price=st.integers(1, 9_999), counted=st.none() | st.integers(0, 99))
    def import_goods(self, article: str, price: int, counted: int | None) -> None:
        stock = {STORE: counted * 1_000} if counted is not None else {STORE: START_MILLI}
        bring_products(self.hub.hub, a_product(article, price, stock=stock), set_stock=counted is not None)
        if counted is not None:
            self.on_hand[article] = counted * 1_000

    # Help

    @rule(choice=st.integers(0, 9), call=st.sampled_from(CALLS))
    def call_for_help(self, choice: int, call: str) -> None:
        self._expire()
        one = self.pick(choice)
        if one is None:
            return
        answer = one.terminal.post("/v1/help", {"id": call, "reason": "age", "language": "nl"})
        if self._may(one, "kiosk", answer):
            made = self.calls.setdefault(call, Call("waiting", self.now_ms, one))
            assert answer.json()["state"] == made.state

    @rule(choice=st.integers(0, 9), call=st.sampled_from(CALLS), step=st.sampled_from(sorted(_STEPS)))
    def answer_help(self, choice: int, call: str, step: str) -> None:
        self._expire()
        one = self.pick(choice)
        if one is None:
            return
        answer = one.terminal.post(f"/v1/help/{call}/{step}", {"by": "101"})
        if not self._may(one, _STEPS[step], answer):
            return
        there = self.calls.get(call)
        if there is None:
            assert answer.json()["code"] == "help.unknown"
            return
        if _RANK[step] > _RANK[there.state]:
            there.state = step
        assert answer.json()["state"] == there.state

    def _may(self, one: Known, kind: str, answer: httpx.Response) -> bool:
        """Whether a terminal may do a thing; when not, it was told why."""
        if one.revoked:
            assert answer.json()["code"] == "device.revoked"
        elif kind not in ("", one.kind):
            assert answer.json()["code"] == "device.kind"
        return not one.revoked and kind in ("", one.kind)

    def _expire(self) -> None:
        self.calls = {name: call for name, call in self.calls.items() if call.at_ms >= self.now_ms - CALL_LIFE_MS}

    # The world

    @rule(minutes=st.sampled_from([1, 4, 11]))
    def time(self, minutes: int) -> None:
        self.added_ms += minutes * 60_000 + 5_000  # never just at the edge of a call's life
        self.hub.clock.added_ms = self.added_ms
        for one in self.known:
            one.terminal.clock_ms = self.added_ms

    @rule()
    def restart(self) -> None:
        self.stack.close()
        self._start()
        for one in self.known:
            one.terminal.http.close()
            one.terminal.url = self.hub.url
            one.terminal.http = httpx.Client(base_url=self.hub.url, timeout=30, trust_env=False, verify=False)

    def teardown(self) -> None:
        try:
            if hasattr(self, "hub"):
                self._judge_all()
        finally:
            for one in self.known:
                one.terminal.close()
            self.stack.close()
            shutil.rmtree(self.folder)

    def _judge_all(self) -> None:
        stored = self.hub.hub.storage.call(lambda c: c.execute(select(facts.c.dev, facts.c.seq, facts.c.data)).all())
        aside = self.hub.hub.storage.call(lambda c: c.execute(select(forks.c.dev, forks.c.data)).all())
        for one in self.known:
            mine = {seq: bytes(data) for dev, seq, data in stored if dev == one.terminal.dev}
            assert mine == {fact.seq: fact.data for fact in one.terminal.facts[: one.stored]}
            assert {bytes(data) for dev, data in aside if dev == one.terminal.dev} == one.other
        assert len(stored) == sum(one.stored for one in self.known)
        self.enrol("9", "till", False)
        new = self.known[-1]
        self.read(len(self.known) - 1, "catalog", True)
        report = new.terminal.request("GET", f"/v1/report/day?store={STORE}&day={DAY}").json()
        sold = [f for one in self.known for f in one.terminal.facts if f.seq in one.counted and "lines" in body_of(f)]
        assert (report["tenant"], report["total"]["sales"]) == (TENANT, len(sold))
        assert report["total"]["gross"] == sum(body_of(fact)["total"] for fact in sold)


@in_shares
@pytest.mark.timeout(900)
def test_a_hub_says_what_its_model_says_whatever_terminals_did_to_it(share: int) -> None:
    live(HubMachine, share, MACHINE if LONG else settings(MACHINE, max_examples=5, stateful_step_count=25))
