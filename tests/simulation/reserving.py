"""Reservations that end by themselves inside a run: made by tills and the web shop, fetched in time, too late or never."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection, select

from kiosk.domain.allocation import FULFILLED
from kiosk.domain.codec import Json
from kiosk.domain.facts import STOCK_MOVED, Fact
from kiosk.domain.stock import HANDED_OVER
from sync.agent.events import Failure
from sync.hub import epochs, reservations
from sync.hub.reservations import HOUR_MS, Asker, Now, Reservation, Reserve
from sync.hub.stock import CLAIMED, EXPIRED, HELD, RELEASED
from sync.hub.storage.schema_stock import reservations as stored
from tests.simulation import history
from tests.simulation.goods import KIOSK_ONLY, PIECES
from tests.simulation.history import Call
from tests.simulation.hub_disk import TENANT
from tests.simulation.network import Caller, Network
from tests.simulation.office import WEB, Reserved, open_reserve
from tests.simulation.real_hub import RealHub
from tests.simulation.terminal import SimTerminal
from tests.simulation.timeline import EPOCH_MS, Timeline

ONE = 1_000
SHARE = 0.5
"""In so many runs somebody reserves this way. The others are as they were without it."""

PACE_MS, FEW = 9_000, 12
LASTS_MS = (6_000, 30_000)
"""How long a reservation of a run lasts; the hub counts hours, so it is asked for as if most of its hour were over."""

ROUND_MS = 10_000
WHAT = ("reserve", "reserve", "reserve", "claim", "release")
PATIENCE_MS, FETCHED_MS = 10_000, (1_000, 20_000)
OVER = "over"
"""The answer to whoever comes too late: it ended by itself, and is free with the hub's next round."""

ENDS = {CLAIMED: "reservation claimed", RELEASED: "reservation given back"}


class _Stored(NamedTuple):
    """A reservation as the hub has it."""

    id: str
    store: str
    article: str
    state: str
    expires_ms: int


@dataclass(frozen=True)
class Asking:
    """Who reserves in a store, and over which line: a till, or the web shop."""

    caller: Caller
    asker: Asker
    store: str
    is_there: Callable[[], bool]


class Reserving:
    """Everybody who reserves scarce goods in one run, over the bad network, and what they were told."""

    def __init__(self, time: Timeline, hub: RealHub, network: Network, terminals: Sequence[SimTerminal], web: Caller) -> None:
        self._time, self._hub, self._network, self._terminals = time, hub, network, terminals
        self._chance: random.Random = time.source("reserving")
        self.calls: dict[str, list[Call]] = {store: [] for store in hub.stores}
        self.ends_ms: dict[str, int] = {}
        """When each reservation that somebody was told of ends by itself, by the hub's clock."""
        self._mine: list[tuple[Asking, str]] = []
        self._web = web

    def plan(self, bad_ms: int) -> None:
        """Put all of it into the queue."""
        chance, pace_ms = self._chance, max(PACE_MS, bad_ms // FEW)
        if chance.random() >= SHARE:
            return
        who = [Asking(one, Asker(TENANT, one.dev), one.identity.place.store, _alive(one)) for one in self._terminals]
        for asking in (*who, *(Asking(self._web, WEB, store, lambda: True) for store in self._hub.stores)):
            at_ms = 3_500
            while (at_ms := at_ms + chance.randrange(pace_ms // 4, 2 * pace_ms)) < bad_ms:
                what = chance.choice(WHAT)
                work = self._reserve if what == "reserve" else partial(self._settle, what)
                self._time.after(at_ms, partial(work, asking))

    def _reserve(self, who: Asking) -> None:
        """Somebody wants a piece held back, for a short while."""
        if not who.is_there():
            return
        store, once, asker = who.store, self._time.new_id(), who.asker
        lasts_ms = self._chance.randrange(*LASTS_MS)
        call = self._call(store, "reserve", KIOSK_ONLY)

        def work() -> Reserved | Failure:
            began_ms = self._network.hub_ms() - HOUR_MS + lasts_ms
            now = Now(began_ms, self._time.day(began_ms), self._hub.new_id)
            ask = Reserve(store, KIOSK_ONLY, ONE, 1)
            return self._hub.answer(lambda connection: open_reserve(connection, ask, now, asker), Reserved, once)

        def heard(answer: Reserved | Failure) -> None:
            if isinstance(answer, Failure):
                return
            if answer.made is None:
                call.end(self._time.now_ms, "refused")
                self._time.saw("refused for a while")
                return
            call.end(self._time.now_ms, "ok", answer.made.id)
            self.ends_ms[answer.made.id] = answer.made.expires_ms
            self._mine.append((who, answer.made.id))
            self._time.saw("reserved for a while")

        self._network.ask(who.caller, work, PATIENCE_MS, heard)

    def _settle(self, what: str, _: Asking) -> None:
        """The oldest one that somebody was told of is fetched, or given back, by whoever asked: by then it may be over."""
        if not self._mine or not self._mine[0][0].is_there():
            return
        who, name = self._mine.pop(0)
        move, once = (reservations.claim if what == "claim" else reservations.release), self._time.new_id()
        call = self._call(who.store, what, name)

        def work() -> Reservation | Failure:
            now_ms = self._network.hub_ms()
            return self._hub.answer(lambda connection: move(connection, who.asker, name, now_ms), Reservation, once)

        def heard(answer: Reservation | Failure) -> None:
            if isinstance(answer, Reservation):
                call.end(self._time.now_ms, answer.state, name)
                self._time.saw(ENDS[answer.state])
                if answer.state == CLAIMED:
                    self._time.after(self._chance.randrange(*FETCHED_MS), partial(self._hand_over, who.store, name))
            elif answer.code == "reservation.over":
                call.end(self._time.now_ms, OVER, name)
                self._time.saw("reservation was over")

        self._network.ask(who.caller, work, PATIENCE_MS, heard)

    def _hand_over(self, store: str, name: str) -> None:
        """The customer comes to a till of the store, whether that hears the hub or not."""
        till = self._chance.choice([one for one in self._terminals if one.identity.place.store == store])
        goods: Json = {"article": KIOSK_ONLY, "quantity": -ONE}
        body: Json = {"location": store, "reason": HANDED_OVER, "promise": name, "lines": [goods]}
        if till.act(lambda: till.ledger.run(lambda conn: till.append_in(conn, STOCK_MOVED, body))):
            self._time.saw("reserved goods handed over")

    def _call(self, store: str, what: str, on: str) -> Call:
        call = Call(what, on, ONE, self._time.now_ms)
        self.calls[store].append(call)
        return call

    def judge(self, now_ms: int) -> list[str]:
        """Whether what was told holds, what nobody fetched in time is free again, and some order explains every answer."""
        hub = self._hub
        if hub.restored_ms >= 0:
            return []  # what was reserved after the backup went with it: the asker's own copy brings it back, by another path
        rows = hub.transact(_stored, reading=True)
        state = {one.id: one.state for one in rows}
        self._time.states["reservation expired"] += sum(one.state == EXPIRED for one in rows)
        is_open = hub.transact(lambda connection: epochs.state(connection, TENANT), reading=True).state == epochs.OPEN
        wrong: list[str] = []
        let_go = {call.on for calls in self.calls.values() for call in calls if call.what == "release"}
        for name, ends_ms in self.ends_ms.items():
            there = state.get(name, "nowhere")
            if there == RELEASED and name not in let_go:
                wrong.append(f"reserving: {name} was given back by nobody")
            if there == "nowhere":
                wrong.append(f"reserving: {name} was promised, and is nowhere")
            if there == HELD and is_open and ends_ms < now_ms - 2 * ROUND_MS:
                wrong.append(f"reserving: {name} is held {now_ms - ends_ms} ms beyond its end")
            if there == EXPIRED and ends_ms > now_ms:
                wrong.append(f"reserving: {name} ended before its time")
        for call in (one for calls in self.calls.values() for one in calls):
            there = state.get(call.id, "")
            if call.result == CLAIMED and there not in (CLAIMED, FULFILLED, RELEASED):
                wrong.append(f"reserving: {call.id} was claimed, and is {there}")
            if call.result == CLAIMED and EPOCH_MS + call.began_ms >= self.ends_ms[call.id]:
                wrong.append(f"reserving: {call.id} was claimed when it was over")
            if call.result == OVER and there not in (EXPIRED, RELEASED):
                wrong.append(f"reserving: {call.id} was called over, and is {there}")
        return wrong + [problem for store in hub.stores for problem in self._explained(store, rows)]

    def _explained(self, store: str, rows: Sequence[_Stored]) -> list[str]:
        """What expired gave its piece back at some time after its end; the rest is what was asked."""
        over = [one for one in rows if (one.store, one.article, one.state) == (store, KIOSK_ONLY, EXPIRED)]
        asked = [call for call in self.calls[store] if call.result != OVER]  # which changed nothing
        calls = [*asked, *(Call("release", one.id, ONE, one.expires_ms - EPOCH_MS) for one in over)]
        if history.linearizable(calls, PIECES[KIOSK_ONLY] * ONE) is False:
            return [f"reserving: no order of the calls in {store} explains what was told"]
        return []


def _alive(till: SimTerminal) -> Callable[[], bool]:
    return lambda: till.alive


def judge(hub: RealHub, projected: Sequence[Fact]) -> list[str]:
    """Whether whatever was handed over for a reservation ended it."""
    gone = {str(fact.body["promise"]) for fact in projected if fact.kind == STOCK_MOVED and fact.body["reason"] == HANDED_OVER}
    rows = hub.transact(_stored, reading=True)
    return [
        f"reserving: {one.id} was handed over, and is {one.state}"
        for one in rows
        if one.article == KIOSK_ONLY and one.id in gone and one.state != FULFILLED
    ]


def _stored(connection: Connection) -> list[_Stored]:
    at = stored.c
    return [_Stored(*row) for row in connection.execute(select(at.id, at.store, at.article, at.state, at.expires_ms)).all()]
