"""What holds for the core whatever happens in whatever order: hypothesis makes up the worlds."""

import os
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.feed import NOWHERE, Cursor
from sync.agent import core, pacing
from sync.agent.events import (
    CHANCES,
    Acknowledge,
    Acknowledged,
    AgentState,
    Applied,
    Apply,
    At,
    Effect,
    Event,
    Failed,
    Failure,
    Fed,
    FetchSnapshot,
    LaneName,
    Locate,
    Located,
    NewClient,
    Poll,
    Push,
    Pushed,
    Readmit,
    Readmitted,
    Renew,
    Renewed,
    Ticked,
    TriedNow,
    Woken,
)
from sync.agent.lanes import lanes
from sync.agent.status import status_of
from sync.protocol.limits import BACKOFF_LAST_MS, RENEW_BEFORE_MS
from sync.protocol.messages import FeedReply, PushReply

HASH, DIGEST = bytes(32), bytes([7] * 32)
FAILURES = (
    Failure("sync.unreachable"),
    Failure("sync.timeout"),
    Failure("sync.cut"),
    Failure("hub.busy", contact=True, retry_after_ms=5_000),
    Failure("feed.gone", contact=True, snapshot=True),
    Failure("request.clock", contact=True, time=True),
    Failure("device.unknown", slow=True, stranger=True),
    Failure("certificate.ended", contact=True, slow=True, ended=True),
    Failure("hub.busy", contact=True, epoch=3),
    Failure("store.os.28", local=True),
    Failure("feed.digest", local=True, snapshot=True),
)
LANES: dict[type[Effect], LaneName] = {Locate: "locate", Renew: "papers", Readmit: "papers"}
EXAMPLES = 1_000 if os.environ.get("TOONBANK_LONG") == "1" else 100
pytestmark = pytest.mark.timeout(1_200)
MOVES = st.tuples(
    st.sampled_from(("sale", "tick", "now", "answer", "fail", "lose", "stale")),
    st.integers(0, 90_000),
    st.integers(0, CHANCES - 1),
    st.integers(0, 10),
)


class World:
    """Plays moves against a core, with whatever answers the moves say, however absurd."""

    def __init__(self) -> None:
        self.now_ms, self.head, self.chance = 0, 0, 0
        here = Cursor(1, 3, DIGEST)
        self.state = core.started(self.at(), 0, 0, None, here, NOWHERE, RENEW_BEFORE_MS + 2_000_000)
        self.open: list[Effect] = []

    def at(self) -> At:
        return At(self.now_ms, 1_000_000 + self.now_ms, self.chance)

    def play(self, move: tuple[str, int, int, int]) -> None:
        kind, wait_ms, self.chance, number = move
        self.now_ms += wait_ms
        if kind == "sale":
            self.head += 1
            self.tell(Woken(self.at(), self.head))
        elif kind == "tick" or not self.open:
            self.tell(Ticked(self.at(), self.head))
        elif kind == "now":
            self.tell(TriedNow(self.at()))
        elif kind == "lose":
            lost = self.open.pop(number % len(self.open))
            if isinstance(lost, Acknowledge | Apply):
                self.open.append(lost)  # a store's work ends, sooner or later
        else:
            effect = self.open.pop(number % len(self.open))
            event = self.failed(effect, number) if kind == "fail" else self.answered(effect, number)
            if event is not None:
                self.tell(event)
                if kind == "stale":
                    self.tell(event)

    def tell(self, event: Event) -> None:
        before = self.state
        self.state, effects = core.step(self.state, event)
        assert (self.state, effects) == core.step(before, event)
        self.open += [effect for effect in effects if not isinstance(effect, NewClient)]
        self.check(effects)

    def check(self, effects: tuple[Effect, ...]) -> None:
        pushes = [effect for effect in effects if isinstance(effect, Push)]
        assert len(pushes) <= 1, "one push under way"
        for push in pushes:
            assert push.from_seq == self.state.acked + 1 and push.flight == self.state.push.flight
        for name, lane in lanes(self.state):
            assert lane.flight or core.next_tick_ms(self.state) >= 0, name
        assert core.next_tick_ms(self.state) > self.now_ms, "the loop never spins"
        self.check_no_lost_wake_up()
        status = status_of(self.state, self.at())
        assert status.unsent >= 0 and 0 <= status.progress <= 100 and status.oldest_unsent_ms >= 0

    def check_no_lost_wake_up(self) -> None:
        """Something is unsent: it is being sent or noted, or the next attempt has a time within reach."""
        push = self.state.push
        if self.state.head > self.state.acked and not push.flight:
            assert push.due_ms - self.now_ms <= BACKOFF_LAST_MS + pacing.RETRY_AFTER_MS_MAX * 5 // 4
            assert core.next_tick_ms(self.state) <= max(push.due_ms, self.now_ms + 1)

    def failed(self, effect: Effect, number: int) -> Event:
        lane: Any = getattr(effect, "scope", LANES.get(type(effect), "push"))
        assert not isinstance(effect, NewClient)
        return Failed(self.at(), lane, effect.flight, FAILURES[number % len(FAILURES)])

    def answered(self, effect: Effect, number: int) -> Event | None:
        hub_ms = 1_000_000 + self.now_ms
        match effect:
            case Push():
                sent = effect.from_seq + min(effect.facts_max, self.head - effect.from_seq + 1) - 1
                reply = PushReply(
                    1 + number // 8, max(0, sent + 2 - number), 0, HASH, hub_ms, forked=number == 5, wants_report=number > 3
                )
                return Pushed(self.at(), effect.flight, reply, sent, HASH if effect.facts_max else b"", effect.report)
            case Acknowledge():
                return Acknowledged(self.at(), effect.flight, self.head, effect.next_seq - 1, None)
            case Poll():
                cursor = effect.cursor
                rev_to = cursor.rev + number - 1
                digest = DIGEST if number < 6 else HASH
                answer = FeedReply(1 + number // 8, effect.scope, rev_to, digest, [], False, hub_ms)
                return Fed(self.at(), effect.scope, effect.flight, answer)
            case Apply():
                return Applied(self.at(), effect.scope, effect.flight, effect.cursor)
            case FetchSnapshot():
                return Applied(self.at(), effect.scope, effect.flight, Cursor(1, number, DIGEST))
            case Locate():
                return Located(self.at(), effect.flight, hub_ms + number)
            case Renew():
                return Renewed(self.at(), effect.flight, hub_ms + number * RENEW_BEFORE_MS // 2)
            case Readmit():
                return Readmitted(self.at(), effect.flight)
            case NewClient():
                return None


@settings(max_examples=EXAMPLES)
@given(st.lists(MOVES, max_size=120))
def test_no_order_of_events_makes_the_core_spin_stall_or_send_two_things_at_once(moves: list[Any]) -> None:
    world = World()
    for move in moves:
        world.play(move)


@settings(max_examples=EXAMPLES)
@given(st.lists(MOVES, max_size=60))
def test_after_any_history_a_fair_hub_gets_everything_within_two_minutes(moves: list[Any]) -> None:
    world = World()
    for move in moves:
        world.play(move)
    # Every answer of the network under way is lost; what the stores do is done.
    world.open = [effect for effect in world.open if isinstance(effect, Acknowledge | Apply)]
    world.chance = CHANCES - 1
    world.head += 1
    world.tell(Woken(world.at(), world.head))
    ends_ms = world.now_ms + 120_000
    while world.state.acked < world.head and world.now_ms < ends_ms:
        while world.open:
            world.tell(_fair(world, world.open.pop()))
        world.now_ms = max(world.now_ms, core.next_tick_ms(world.state))
        world.tell(Ticked(world.at(), world.head))
    while world.open:
        world.tell(_fair(world, world.open.pop()))
    assert world.state.acked == world.head, world.state


def _fair(world: World, effect: Effect) -> Event:
    hub_ms = 1_000_000 + world.now_ms
    if isinstance(effect, Push):
        sent = effect.from_seq + min(effect.facts_max, world.head - effect.from_seq + 1) - 1
        reply = PushReply(1, sent + 1, 0, HASH, hub_ms)
        return Pushed(world.at(), effect.flight, reply, sent, HASH if effect.facts_max else b"", effect.report)
    if isinstance(effect, Poll):
        cursor = effect.cursor
        answer = FeedReply(cursor.epoch, effect.scope, cursor.rev, cursor.digest, [], False, hub_ms)
        return Fed(world.at(), effect.scope, effect.flight, answer)
    event = world.answered(effect, 1)
    assert event is not None
    return event


def test_the_state_holds_nothing_that_can_be_changed() -> None:
    state = AgentState()
    assert hash(state) == hash(AgentState())
