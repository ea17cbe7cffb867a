"""The core of the terminal's sync, sentence by sentence; the simulator has the long stories."""

from typing import Any, TypeVar

import pytest

from kiosk.domain.feed import NOWHERE, Cursor, Row, Transaction
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
    Locate,
    Located,
    NewClient,
    Poll,
    Push,
    Pushed,
    Ticked,
    TriedNow,
    Woken,
)
from sync.agent.status import status_of
from sync.protocol.limits import FEED_WAIT_S, HERD_SPREAD_MS, PUSH_FACTS_MAX, WATCHDOG_MS
from sync.protocol.messages import FeedReply, HeldFact, PushReply, Scope
from sync.protocol.values import changed

HASH = bytes(range(32))
DIGEST = bytes(reversed(range(32)))
HERE = Cursor(1, 10, DIGEST)
CUT = Failure("sync.unreachable")
E = TypeVar("E")


class Desk:
    """A core with a clock, so that a test reads like a story."""

    def __init__(self, head: int = 0, acked: int = 0, cursor: Cursor = HERE) -> None:
        self.now_ms = 1_000
        self.wall_ahead_ms = 0
        self.chance = CHANCES // 2
        self.state = core.started(self.at(), head, acked, None, cursor, cursor)
        self.effects: list[Effect] = []
        self.head = head

    def at(self) -> At:
        return At(self.now_ms, 5_000_000 + self.now_ms + self.wall_ahead_ms, self.chance)

    def tell(self, event: Event) -> None:
        self.state, effects = core.step(self.state, event)
        self.effects = list(effects)

    def tick(self, ms: int = 0) -> None:
        self.now_ms += ms
        self.tell(Ticked(self.at(), self.head))

    def sale(self) -> None:
        """A sale, and the moment after it: sending lets the screen go first."""
        self.head += 1
        self.tell(Woken(self.at(), self.head))
        if self.none(Push):
            self.tick(pacing.PUSH_LINGER_MS)

    def one(self, kind: type[E]) -> E:
        found = [effect for effect in self.effects if isinstance(effect, kind)]
        assert len(found) == 1, self.effects
        return found[0]

    def none(self, kind: type[Any]) -> bool:
        return not any(isinstance(effect, kind) for effect in self.effects)

    def reply(self, push: Push, next_seq: int, sent: int, **more: Any) -> None:
        head = more.pop("head", HASH)
        answer = PushReply(1, next_seq, 1, head, 5_000_000 + self.now_ms, **more)
        self.tell(Pushed(self.at(), push.flight, answer, sent, HASH if push.facts_max else b""))

    def noted(self, note: Acknowledge) -> None:
        acked = note.next_seq - 1
        self.tell(Acknowledged(self.at(), note.flight, self.head, acked, None))

    def fed(self, poll: Poll, cursor: Cursor = HERE, rows: int = 0, **more: Any) -> None:
        news = [Transaction(cursor.rev, [Row("price", "A|0", b"{}")])] * (rows > 0)
        scope = more.pop("scope", poll.scope)
        answer = FeedReply(cursor.epoch, scope, cursor.rev, cursor.digest, news, False, 5_000_000 + self.now_ms)
        self.tell(Fed(self.at(), poll.scope, poll.flight, answer))

    def fail(self, effect: Push | Poll | FetchSnapshot | Locate, failure: Failure = CUT) -> None:
        lane: Any = getattr(effect, "scope", "push" if isinstance(effect, Push) else "locate")
        self.tell(Failed(self.at(), lane, effect.flight, failure))

    def settle(self) -> "Desk":
        """Go on until the first questions are answered and both feeds wait at the hub."""
        self.tick()
        push, device = self.one(Push), self.one(Poll)
        self.reply(push, self.state.acked + 1, self.state.acked)
        self.noted(self.one(Acknowledge))
        self.fed(device)
        self.tick(pacing.CAUGHT_UP_PAUSE_MS)
        polls = {poll.scope: poll for poll in self.effects if isinstance(poll, Poll)}
        if "catalog" in polls:
            self.fed(polls["catalog"])
            self.tick(pacing.CAUGHT_UP_PAUSE_MS)
        self.now_ms += pacing.PUSH_EVERY_MS
        return self


def test_at_start_the_hub_is_asked_what_it_has_even_if_nothing_is_unsent() -> None:
    desk = Desk(head=7, acked=7)
    desk.tick()
    assert desk.one(Push) == Push(desk.state.push.flight, from_seq=8, facts_max=0)


def test_a_sale_is_sent_a_blink_after_it_was_paid() -> None:
    desk = Desk().settle()
    desk.head += 1
    desk.tell(Woken(desk.at(), desk.head))
    assert desk.none(Push)
    assert core.next_tick_ms(desk.state) == desk.now_ms + pacing.PUSH_LINGER_MS
    desk.tick(pacing.PUSH_LINGER_MS)
    push = desk.one(Push)
    assert (push.from_seq, push.facts_max) == (1, PUSH_FACTS_MAX)


def test_sales_rung_up_fast_go_together() -> None:
    desk = Desk().settle()
    desk.sale()
    push = desk.one(Push)
    desk.reply(push, 2, 1)
    desk.noted(desk.one(Acknowledge))
    desk.sale()
    desk.sale()
    assert desk.none(Push)
    desk.tick(pacing.PUSH_EVERY_MS)
    assert desk.one(Push).from_seq == 2


def test_one_push_is_under_way_at_a_time_and_the_next_follows_it() -> None:
    desk = Desk().settle()
    desk.sale()
    push = desk.one(Push)
    desk.sale()
    assert desk.none(Push)
    desk.reply(push, 2, 1)
    desk.noted(desk.one(Acknowledge))
    desk.tick(pacing.PUSH_EVERY_MS)
    assert desk.one(Push).from_seq == 2


def test_a_backlog_goes_out_without_a_pause() -> None:
    desk = Desk(head=500, acked=0)
    desk.tick()
    desk.reply(desk.one(Push), 76, 75)
    desk.noted(desk.one(Acknowledge))
    assert desk.one(Push).from_seq == 76


def test_facts_are_noted_as_stored_only_after_the_hub_said_so() -> None:
    desk = Desk().settle()
    desk.sale()
    push = desk.one(Push)
    assert status_of(desk.state, desk.at()).unsent == 1
    desk.reply(push, 2, 1)
    assert status_of(desk.state, desk.at()).unsent == 1, "the outbox has not committed it yet"
    desk.noted(desk.one(Acknowledge))
    assert status_of(desk.state, desk.at()).unsent == 0


def test_the_terminal_rewinds_to_what_the_hub_has() -> None:
    desk = Desk(head=10, acked=8)
    desk.tick()
    desk.reply(desk.one(Push), 4, 10)
    note = desk.one(Acknowledge)
    assert note.next_seq == 4
    desk.noted(note)
    assert desk.one(Push).from_seq == 4


def test_a_reply_to_a_push_that_was_given_up_is_ignored() -> None:
    desk = Desk().settle()
    desk.sale()
    late = desk.one(Push)
    desk.tick(pacing.PUSH_PATIENCE_MS)
    desk.tick(3_000)
    again = desk.one(Push)
    before = desk.state
    desk.reply(late, 2, 1)
    assert desk.none(Acknowledge) and desk.state.push == before.push
    desk.reply(again, 2, 1)
    assert desk.one(Acknowledge).next_seq == 2


@pytest.mark.parametrize("chance", [0, CHANCES // 2, CHANCES - 1])
def test_the_first_retry_comes_within_two_seconds(chance: int) -> None:
    desk = Desk().settle()
    desk.sale()
    desk.chance = chance
    desk.fail(desk.one(Push))
    wait_ms = desk.state.push.due_ms - desk.now_ms
    assert 1_000 <= wait_ms <= 2_000


def test_back_off_grows_to_a_minute_but_to_half_of_it_while_facts_are_unsent() -> None:
    last = CHANCES - 1
    idle = [pacing.delay_ms(n, last, False, CUT) for n in range(1, 12)]
    unsent = [pacing.delay_ms(n, last, True, CUT) for n in range(1, 12)]
    assert idle == sorted(idle) and 59_000 < idle[-1] <= 60_000
    assert 29_000 < unsent[-1] <= HERD_SPREAD_MS


def test_a_thousand_terminals_do_not_come_back_as_one() -> None:
    waits = [pacing.delay_ms(8, chance, True, CUT) for chance in range(0, CHANCES, CHANCES // 1_000)]
    per_second = [sum(1 for wait in waits if wait // 1_000 == second) for second in range(30)]
    assert max(per_second) < 60


def test_the_hub_decides_how_long_it_is_left_alone() -> None:
    desk = Desk().settle()
    desk.sale()
    desk.fail(desk.one(Push), Failure("hub.busy", contact=True, retry_after_ms=40_000))
    desk.tick(39_000)
    assert desk.none(Push)
    desk.tick(13_000)
    assert not desk.none(Push)


def test_a_failure_is_tried_again_without_any_wake_up() -> None:
    desk = Desk().settle()
    desk.sale()
    desk.fail(desk.one(Push))
    for _ in range(200):
        desk.now_ms = max(desk.now_ms, core.next_tick_ms(desk.state))
        desk.tick()
        if not desk.none(Push):
            return
    raise AssertionError("nothing was tried again")


def test_an_answer_that_never_comes_is_given_up() -> None:
    desk = Desk().settle()
    desk.sale()
    desk.one(Push)
    desk.tick(pacing.PUSH_PATIENCE_MS)
    status = status_of(desk.state, desk.at())
    assert (status.reachable, status.code) == (False, "sync.timeout")


def test_a_person_can_say_try_now() -> None:
    desk = Desk().settle()
    desk.sale()
    for _ in range(6):
        desk.fail(desk.one(Push))
        desk.tell(TriedNow(desk.at()))
    assert not desk.none(Push)


def test_batches_shrink_when_large_ones_do_not_get_through() -> None:
    desk = Desk().settle()
    desk.sale()
    sizes = []
    for _ in range(7):
        push = desk.one(Push)
        sizes.append(push.facts_max)
        desk.fail(push, Failure("sync.timeout"))
        desk.tick(60_000)
    assert sizes == [200, 100, 50, 25, 12, 10, 10]


def test_the_same_answer_again_is_not_a_busy_loop() -> None:
    desk = Desk(head=3, acked=1)
    desk.tick()
    desk.reply(desk.one(Push), 2, 3)
    desk.noted(desk.one(Acknowledge))
    assert desk.none(Push)
    assert desk.state.push.due_ms >= desk.now_ms + 1_000


def test_a_hub_with_facts_that_are_not_ours_is_a_fork_and_nothing_is_noted() -> None:
    desk = Desk().settle()
    desk.sale()
    push = desk.one(Push)
    desk.reply(push, 2, 1, head=DIGEST)
    assert desk.none(Acknowledge)
    status = status_of(desk.state, desk.at())
    assert status.forked and status.unsent == 1 and status.code == "sync.forked"


def test_a_hub_that_is_ahead_of_the_ledger_is_a_fork_too() -> None:
    desk = Desk(head=3, acked=3)
    desk.tick()
    desk.reply(desk.one(Push), 9, 3)
    assert desk.none(Acknowledge) and desk.state.forked


def test_a_forked_terminal_goes_on_selling_and_sending() -> None:
    desk = Desk().settle()
    desk.sale()
    desk.reply(desk.one(Push), 2, 1, forked=True, held=[HeldFact(1, "device.forked")])
    desk.noted(desk.one(Acknowledge))
    status = status_of(desk.state, desk.at())
    assert status.forked and status.held == 1
    desk.now_ms += pacing.PUSH_EVERY_MS
    desk.sale()
    assert desk.one(Push).from_seq == 2


def test_a_new_terminal_fetches_a_snapshot_of_the_device_scope_first() -> None:
    desk = Desk(cursor=NOWHERE)
    desk.tick()
    fetch = desk.one(FetchSnapshot)
    assert fetch.scope == "device"
    desk.tell(Applied(desk.at(), "device", fetch.flight, HERE))
    desk.fed(desk.one(Poll))
    assert desk.one(FetchSnapshot).scope == "catalog"


def test_the_catalogue_does_not_wait_for_ever_for_the_device_scope() -> None:
    desk = Desk()
    desk.tick()
    desk.fail(desk.one(Poll), Failure("hub.fault", contact=True))
    assert desk.one(Poll).scope == "catalog"


def test_rows_and_cursor_are_applied_together_and_then_it_waits_for_more() -> None:
    desk = Desk()
    desk.tick()
    poll = desk.one(Poll)
    assert poll.wait_s == 0
    there = Cursor(1, 11, HASH)
    desk.fed(poll, there, rows=1)
    apply = desk.one(Apply)
    assert apply.cursor == there and apply.transactions[0].rev == 11
    desk.tell(Applied(desk.at(), "device", apply.flight, there))
    polls = [effect for effect in desk.effects if isinstance(effect, Poll)]
    assert (polls[0].scope, polls[0].cursor) == ("device", there)
    desk.reply(Push(desk.state.push.flight, 1, 0), 1, 0)
    assert polls[0].wait_s == FEED_WAIT_S


@pytest.mark.parametrize(
    "cursor",
    [
        pytest.param(Cursor(2, 10, DIGEST), id="another epoch"),
        pytest.param(Cursor(1, 9, DIGEST), id="our cursor is above the hub's head"),
        pytest.param(Cursor(1, 10, HASH), id="another digest at the same revision"),
    ],
)
def test_a_copy_that_cannot_be_right_is_replaced_by_a_snapshot(cursor: Cursor) -> None:
    desk = Desk()
    desk.tick()
    desk.fed(desk.one(Poll), cursor)
    assert desk.one(FetchSnapshot).scope == "device"


def test_rows_that_do_not_fit_the_digest_are_replaced_by_a_snapshot() -> None:
    desk = Desk()
    desk.tick()
    desk.fed(desk.one(Poll), Cursor(1, 11, HASH), rows=1)
    flight = desk.one(Apply).flight
    drifted = Failure("feed.digest", local=True, snapshot=True)
    desk.tell(Failed(desk.at(), "device", flight, drifted))
    assert desk.one(FetchSnapshot).scope == "device"


def test_a_copy_that_is_gone_is_replaced_at_once_also_after_other_failures() -> None:
    desk = Desk()
    desk.tick()
    for _ in range(7):
        desk.fail(Poll(desk.state.copies[0].lane.flight, "device", HERE, 0), Failure("sync.not_the_hub"))
        desk.tick(61_000)
    gone = Failure("feed.gone", contact=True, snapshot=True)
    desk.fail(Poll(desk.state.copies[0].lane.flight, "device", HERE, 0), gone)
    assert any(isinstance(effect, FetchSnapshot) and effect.scope == "device" for effect in desk.effects)


def test_a_snapshot_that_never_fits_does_not_go_round_at_full_speed() -> None:
    desk = Desk()
    desk.tick()
    fetched = 0
    for _ in range(60):
        todo = list(desk.effects)
        while todo:
            effect = todo.pop()
            if isinstance(effect, Poll) and effect.scope == "device":
                desk.fed(effect, Cursor(1, 10, HASH))
                todo += desk.effects
            elif isinstance(effect, FetchSnapshot) and effect.scope == "device":
                fetched += 1
                desk.tell(Applied(desk.at(), "device", effect.flight, HERE))
                todo += desk.effects
        desk.tick(1_000)
    assert 2 <= fetched <= 8


def test_a_hub_of_another_epoch_is_asked_what_it_still_has() -> None:
    desk = Desk(head=5, acked=5).settle()
    poll = Poll(desk.state.copies[0].lane.flight, "device", HERE, FEED_WAIT_S)
    desk.fail(poll, Failure("feed.gone", contact=True, snapshot=True))
    assert desk.one(Push).facts_max == 0
    desk.reply(Push(desk.state.push.flight, 6, 0), 3, 5)
    desk.noted(desk.one(Acknowledge))
    push = desk.one(Push)
    assert (push.from_seq, push.facts_max) == (3, PUSH_FACTS_MAX)


def test_a_reply_for_another_scope_is_garbage() -> None:
    desk = Desk()
    desk.tick()
    other: Scope = "catalog"
    desk.fed(desk.one(Poll), scope=other)
    assert status_of(desk.state, desk.at()).code == "sync.garbage"


def test_when_the_hub_is_back_facts_go_first_and_the_catalogue_spreads_out() -> None:
    desk = Desk().settle()
    desk.sale()
    push = desk.one(Push)
    device, catalog = desk.state.copies
    desk.fail(push)
    desk.fail(Poll(device.lane.flight, "device", HERE, 25))
    desk.fail(Poll(catalog.lane.flight, "catalog", HERE, 25))
    late = desk.now_ms + 300_000
    lanes = [changed(copy, lane=changed(copy.lane, due_ms=late)) for copy in desk.state.copies]
    desk.state = changed(desk.state, copies=(lanes[0], lanes[1]))
    desk.now_ms = desk.state.push.due_ms + 20_000
    desk.tick()
    desk.reply(desk.one(Push), 2, 1)
    assert any(isinstance(effect, Poll) and effect.scope == "device" for effect in desk.effects)
    wait_ms = desk.state.copies[1].lane.due_ms - desk.now_ms
    assert 0 < wait_ms <= HERD_SPREAD_MS


def test_a_hub_that_is_gone_is_looked_for_elsewhere_after_two_failures() -> None:
    desk = Desk().settle()
    desk.sale()
    desk.fail(desk.one(Push))
    assert desk.none(Locate)
    desk.tick(2_000)
    desk.fail(desk.one(Push))
    locate = desk.one(Locate)
    desk.tell(Located(desk.at(), locate.flight, 5_000_000 + desk.now_ms))
    assert not desk.none(Push), "all that was cut off is tried at once"


def test_a_line_that_takes_a_hello_but_breaks_off_every_push_is_not_hammered() -> None:
    desk = Desk().settle()
    desk.sale()
    pushes = 0
    for _ in range(6_000):
        todo = list(desk.effects)
        while todo:
            effect = todo.pop()
            if isinstance(effect, Push):
                pushes += 1
                desk.fail(effect, Failure("sync.cut"))
                todo += desk.effects
            elif isinstance(effect, Locate):
                desk.tell(Located(desk.at(), effect.flight, 5_000_000 + desk.now_ms))
                todo += desk.effects
            if pushes > 1_000:
                break
        desk.tick(10)
    assert 3 <= pushes <= 15, "one minute of back-off, not a busy loop"


def test_the_watchdog_makes_a_new_client_when_facts_are_stuck_though_the_hub_answers() -> None:
    desk = Desk().settle()
    desk.sale()
    alarms = 0
    for _ in range(WATCHDOG_MS // 5_000 + 2):
        for effect in list(desk.effects):
            if isinstance(effect, Push):
                desk.fail(effect, Failure("sync.timeout"))
            elif isinstance(effect, Poll):
                desk.fed(effect)
            elif isinstance(effect, NewClient):
                alarms += 1
        desk.tick(5_000)
    assert alarms == 1
    assert status_of(desk.state, desk.at()).stalled


def test_the_watchdog_is_quiet_when_the_hub_is_simply_away() -> None:
    desk = Desk().settle()
    desk.sale()
    for _ in range(WATCHDOG_MS // 5_000 * 3):
        for effect in list(desk.effects):
            assert not isinstance(effect, NewClient)
            if isinstance(effect, Push | Poll | Locate):
                desk.fail(effect)
        desk.tick(5_000)
    assert not status_of(desk.state, desk.at()).stalled


def test_a_wrong_clock_is_seen_and_the_hub_is_asked_for_its_time() -> None:
    desk = Desk()
    desk.wall_ahead_ms = 86_400_000
    desk.tick()
    desk.fail(desk.one(Push), Failure("request.clock", contact=True, time=True))
    desk.tell(Located(desk.at(), desk.one(Locate).flight, 5_000_000 + desk.now_ms))
    status = status_of(desk.state, desk.at())
    assert status.clock_offset_ms == -86_400_000 and status.clock_warning


def test_the_age_of_the_oldest_fact_grows_until_it_is_sent() -> None:
    desk = Desk().settle()
    desk.sale()
    push = desk.one(Push)
    desk.now_ms += 7_000
    assert status_of(desk.state, desk.at()).oldest_unsent_ms == 7_000 + pacing.PUSH_LINGER_MS
    desk.reply(push, 2, 1)
    desk.noted(desk.one(Acknowledge))
    assert status_of(desk.state, desk.at()).oldest_unsent_ms == 0


def test_a_full_disk_is_no_fault_of_the_hub() -> None:
    desk = Desk().settle()
    desk.sale()
    desk.reply(desk.one(Push), 2, 1)
    flight = desk.one(Acknowledge).flight
    desk.tell(Failed(desk.at(), "push", flight, Failure("store.os.28", local=True)))
    status = status_of(desk.state, desk.at())
    assert status.reachable and status.code == "store.os.28" and status.unsent == 1


def test_next_tick_is_never_in_the_past_after_a_step() -> None:
    desk = Desk(cursor=NOWHERE)
    desk.tick()
    for _ in range(50):
        assert core.next_tick_ms(desk.state) > desk.now_ms
        desk.now_ms = core.next_tick_ms(desk.state)
        desk.tick()


def test_the_core_is_pure() -> None:
    state: AgentState = Desk(head=2).state
    event = Ticked(At(2_000, 0, 7), 3)
    assert core.step(state, event) == core.step(state, event)
    assert state == Desk(head=2).state
