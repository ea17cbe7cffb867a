"""The terminal's side of sync as a function: `step(state, event)` gives the new state and what is to be done.

No input, output, clock or chance of its own. The loop is level-triggered: after every event,
whatever it was, each lane is looked at as it is, so "something is unsent and the hub can be
reached" always leads to an attempt. A lane has at most one effect under way; answers to effects
that were given up are told by their number and ignored.
"""

from collections.abc import Callable
from typing import NamedTuple

from kiosk.domain.feed import NOWHERE, Cursor
from sync.agent import certifying, contact, pacing, standing
from sync.agent.events import (
    LOCATE,
    PAPERS,
    PUSH,
    Acknowledge,
    Acknowledged,
    AgentState,
    Applied,
    Apply,
    At,
    Copy,
    CopyEvent,
    Effect,
    Event,
    Failed,
    Failure,
    Fed,
    FetchSnapshot,
    Lane,
    LaneName,
    Locate,
    Located,
    NewClient,
    Poll,
    Progressed,
    Push,
    Pushed,
    Readmitted,
    Renewed,
    Standing,
    StoringBegan,
    Ticked,
    TriedNow,
    Woken,
)
from sync.agent.lanes import copy_of, in_flight, lane_of, lanes, with_copy, with_lane
from sync.protocol.limits import FEED_WAIT_S, PUSH_FACTS_MAX, WATCHDOG_MS
from sync.protocol.messages import FeedReply
from sync.protocol.values import changed

Stepped = tuple[AgentState, tuple[Effect, ...]]

GARBAGE = Failure("sync.garbage", contact=True)
LATE = Failure("sync.timeout")
FORKED = Failure("sync.forked", contact=True, slow=True)
NO_PROGRESS = Failure("sync.no_progress", contact=True)
DRIFTED = Failure("feed.digest", contact=True, snapshot=True)
_LOCATE_AFTER = 2


def started(
    at: At, head: int, acked: int, oldest_ms: int | None, device: Cursor, catalog: Cursor, not_after_ms: int = 0,
    renew_ms: int = 0,
) -> AgentState:  # fmt: skip
    """The state at start, from what the ports hold. The certificate ends at `not_after_ms`, to be renewed from `renew_ms` on."""
    copies = (Copy("device", cursor=device), Copy("catalog", cursor=catalog))
    return AgentState(
        head=head,
        acked=acked,
        oldest_ms=oldest_ms,
        progress_ms=at.mono_ms,
        copies=copies,
        since_ms=at.wall_ms,
        cut_ms=at.mono_ms,
        standing=Standing(not_after_ms=not_after_ms, renew_ms=renew_ms),
    )


def step(state: AgentState, event: Event) -> Stepped:
    """Take an event in, then see what is due. Pure: the same arguments give the same result."""
    state, answers = _take_in(state, event)
    state = _give_up_late(state, event.at)
    state, alarms = _watch(state, event.at)
    state = changed(state, standing=standing.looked_at(state.standing, event.at.wall_ms + state.offset_ms))
    state, orders = _launch(state, event.at)
    return state, answers + alarms + orders


def next_tick_ms(state: AgentState) -> int:
    """The monotonic ms at which `step` wants a Ticked at the latest."""
    moments = [state.progress_ms + WATCHDOG_MS]
    for name, lane in lanes(state):
        moment = (lane.deadline_ms or None) if lane.flight else _TABLE[name].due_ms(state)
        if moment is not None:
            moments.append(moment)
    return min(moments)


# Taking an event in -------------------------------------------------------------------------------


def _take_in(state: AgentState, event: Event) -> Stepped:
    match event:
        case Woken() | Ticked():
            return _with_head(state, event.at, event.head), ()
        case TriedNow():
            return contact.at_once(state, event.at), ()
        case Failed():
            if lane_of(state, event.lane).flight != event.flight:
                return state, ()
            return contact.failed(state, event.at, event.lane, event.failure), ()
        case Pushed():
            return _pushed(state, event) if state.push.flight == event.flight else (state, ())
        case Acknowledged():
            return (_acknowledged(state, event) if state.push.flight == event.flight else state), ()
        case Located():
            if state.locate.flight != event.flight:
                return state, ()
            state = contact.made(state, event.at, event.time_ms)
            return changed(state, locate=Lane(), ask_time=False), ()
        case Renewed() | Readmitted():
            return (certifying.done(state, event) if state.papers.flight == event.flight else state), ()
        case Fed() | Applied() | Progressed() | StoringBegan():
            copy = copy_of(state, event.scope)
            return _copied(state, copy, event) if copy.lane.flight == event.flight else (state, ())


def _with_head(state: AgentState, at: At, head: int) -> AgentState:
    if head <= state.head:
        return state
    if state.head <= state.acked:  # the queue was empty: the clock of the watchdog starts now
        state = changed(state, oldest_ms=at.wall_ms, progress_ms=at.mono_ms)
        if not state.push.flight:
            due_ms = max(state.push.due_ms, at.mono_ms + pacing.PUSH_LINGER_MS)
            state = changed(state, push=changed(state.push, due_ms=due_ms))
    return changed(state, head=head)


def _pushed(state: AgentState, event: Pushed) -> Stepped:
    """The hub's word decides, forwards and backwards, but never about facts that this terminal does
    not have.
    """
    reply, at = event.reply, event.at
    state = _with_head(contact.made(state, at, reply.time_ms), at, event.sent_seq)
    if reply.next_seq < 1:
        return contact.failed(state, at, PUSH, GARBAGE), ()
    state = changed(contact.epoch_seen(state, at, reply.epoch), ask_next=False)
    state = changed(state, standing=standing.told(state.standing, at, reply, event.reported))
    same_end = reply.next_seq == event.sent_seq + 1
    other_head = same_end and event.sent_hash and reply.head != event.sent_hash
    if reply.next_seq > state.head + 1 or other_head:
        # The hub has facts under our numbers that are not ours: a clone, or a ledger put back from
        # an old copy.
        return contact.failed(changed(state, forked=True), at, PUSH, FORKED), ()
    held = tuple(reply.held)
    acknowledge = Acknowledge(
        state.push.flight, reply.next_seq, reply.durable_seq, reply.epoch, reply.head, held, reply.forked
    )  # fmt: skip
    lane = changed(state.push, deadline_ms=0)
    state = changed(state, push=lane, push_asked=not event.sent_hash, forked=reply.forked, held=len(held))
    return state, (acknowledge,)


def _acknowledged(state: AgentState, event: Acknowledged) -> AgentState:
    at = event.at
    moved = event.acked != state.acked
    waited = state.head > state.acked
    state = changed(state, head=event.head, acked=event.acked, oldest_ms=event.oldest_ms)
    if moved:
        state = changed(state, progress_ms=at.mono_ms, stalled=False)
    elif waited and event.head > event.acked and not state.push_asked:
        # The same answer again at full speed would be a busy loop; a fork needs a person anyway.
        return contact.failed(state, at, PUSH, FORKED if state.forked else NO_PROGRESS)
    if state.push.failures:
        state = contact.well(state, at, PUSH)
    # A backlog goes out without a pause: only what was rung up meanwhile waits for company.
    pause_ms = pacing.PUSH_EVERY_MS if event.acked >= state.push_head else 0
    return changed(state, push=Lane(due_ms=max(at.mono_ms, state.push_began_ms + pause_ms)))


def _copied(state: AgentState, copy: Copy, event: CopyEvent) -> Stepped:
    at = event.at
    match event:
        case Fed():
            return _fed(state, copy, event)
        case Progressed():
            lane = changed(copy.lane, deadline_ms=at.mono_ms + pacing.SNAPSHOT_PATIENCE_MS)
            return with_copy(state, changed(copy, percent=event.percent, lane=lane)), ()
        case StoringBegan():
            return with_copy(state, changed(copy, lane=changed(copy.lane, deadline_ms=0))), ()
        case Applied():
            snapshot = copy.snapshot or copy.cursor == NOWHERE
            # A snapshot that never fits the feed after it must not come round and round at full
            # speed.
            failures = copy.lane.failures if snapshot else 0
            if copy.lane.failures and not snapshot:
                state = contact.well(state, at, copy.scope)
            lane = Lane(due_ms=at.mono_ms, failures=failures)
            replaced = copy.replaced + 1 if snapshot else 0
            behind = snapshot or copy.behind  # a snapshot may be some revisions old
            done = changed(copy, cursor=event.cursor, snapshot=False, behind=behind, replaced=replaced, percent=100, lane=lane)
            return with_copy(state, done), ()


def _fed(state: AgentState, copy: Copy, event: Fed) -> Stepped:
    reply, at = event.reply, event.at
    state = contact.made(state, at, reply.time_ms)
    if reply.forked and not state.forked:
        state = changed(state, ask_next=True)  # the answer to a push decides, and it is kept
    seen = reply.epoch == copy.cursor.epoch  # an epoch is believed when the feed itself went over to it
    state = contact.epoch_seen(state, at, reply.epoch) if seen else state
    if reply.scope != copy.scope or not _in_order(copy.cursor, reply):
        return contact.failed(state, at, copy.scope, GARBAGE), ()
    cursor = Cursor(reply.epoch, reply.rev_to, reply.digest)
    drifted = not reply.transactions and reply.rev_to == copy.cursor.rev and cursor != copy.cursor
    if reply.epoch != copy.cursor.epoch or reply.rev_to < copy.cursor.rev or drifted:
        return contact.failed(state, at, copy.scope, DRIFTED), ()
    if cursor == copy.cursor:
        if copy.lane.failures:
            state = contact.well(state, at, copy.scope)
        lane = Lane(due_ms=at.mono_ms + pacing.CAUGHT_UP_PAUSE_MS)
        return with_copy(state, changed(copy, behind=False, replaced=0, lane=lane)), ()
    lane = changed(copy.lane, deadline_ms=0)
    state = with_copy(state, changed(copy, behind=reply.more, lane=lane))
    return state, (Apply(lane.flight, copy.scope, tuple(reply.transactions), cursor),)


def _in_order(cursor: Cursor, reply: FeedReply) -> bool:
    """Whether the revisions rise from the cursor to `rev_to`; another epoch counts its own."""
    last = cursor.rev if reply.epoch == cursor.epoch else 0
    for transaction in reply.transactions:
        if transaction.rev <= last:
            return False
        last = transaction.rev
    return not reply.transactions or last <= reply.rev_to


# Seeing what is due -------------------------------------------------------------------------------


def _give_up_late(state: AgentState, at: At) -> AgentState:
    for name, lane in lanes(state):
        if lane.flight and lane.deadline_ms and at.mono_ms >= lane.deadline_ms:
            state = contact.failed(state, at, name, LATE)
    return state


def _watch(state: AgentState, at: At) -> Stepped:
    """The watchdog: for five minutes no fact went out although the hub answers."""
    if at.mono_ms - state.progress_ms < WATCHDOG_MS:
        return state, ()
    waiting = state.head > state.acked
    answered = state.contact_ms is not None and at.mono_ms - state.contact_ms < WATCHDOG_MS
    state = changed(state, progress_ms=at.mono_ms)
    if not (waiting and answered):
        return state, ()
    for name, lane in lanes(state):
        if not lane.flight or lane.deadline_ms:  # a store's work is not the client's: it goes on
            state = with_lane(state, name, Lane(due_ms=at.mono_ms, code=lane.code))
    return changed(state, stalled=True), (NewClient(),)


def _launch(state: AgentState, at: At) -> Stepped:
    effects: list[Effect] = []
    for name, row in _TABLE.items():
        if lane_of(state, name).flight:
            continue
        due_ms = row.due_ms(state)
        if due_ms is None or at.mono_ms < due_ms:
            continue
        state, effect = row.begin(state, at)
        effects.append(effect)
    return state, tuple(effects)


def _push_due_ms(state: AgentState) -> int | None:
    moments = [state.push.due_ms] if state.head > state.acked or state.ask_next else []
    moments += [max(state.push.due_ms, state.standing.report_ms)] if _can_report(state) else []
    return min(moments, default=None)


def _can_report(state: AgentState) -> bool:
    """The hub asks what this terminal holds, and its copy of the device scope is as new as the hub's own."""
    device = copy_of(state, "device")
    fits = device.cursor.epoch == state.standing.asked and not device.snapshot and not device.behind
    return state.standing.asked != 0 and fits


def _begin_push(state: AgentState, at: At) -> tuple[AgentState, Effect]:
    reports = _can_report(state) and at.mono_ms >= state.standing.report_ms
    state, lane = in_flight(state, PUSH, at, pacing.PUSH_PATIENCE_MS)
    facts_max = max(pacing.FACTS_MIN, PUSH_FACTS_MAX >> min(lane.failures, 10))
    facts_max = facts_max if state.head > state.acked else 0
    if facts_max:
        state = changed(state, push_began_ms=at.mono_ms, push_head=state.head)
    return state, Push(lane.flight, state.acked + 1, facts_max, reports)


def _device_due_ms(state: AgentState) -> int | None:
    return copy_of(state, "device").lane.due_ms


def _catalog_due_ms(state: AgentState) -> int | None:
    """Rights, staff and calls come before goods: the catalogue waits for the device scope."""
    device = copy_of(state, "device")
    return None if device.behind and not device.lane.failures else copy_of(state, "catalog").lane.due_ms


def _begin_device(state: AgentState, at: At) -> tuple[AgentState, Effect]:
    return _ask(state, copy_of(state, "device"), at)


def _begin_catalog(state: AgentState, at: At) -> tuple[AgentState, Effect]:
    return _ask(state, copy_of(state, "catalog"), at)


def _ask(state: AgentState, copy: Copy, at: At) -> tuple[AgentState, Effect]:
    if copy.snapshot or copy.cursor == NOWHERE:
        state, lane = in_flight(state, copy.scope, at, pacing.SNAPSHOT_PATIENCE_MS)
        return state, FetchSnapshot(lane.flight, copy.scope)
    # The first poll after a start or an outage does not wait, so that contact shows at once.
    wait_s = 0 if copy.behind or state.reachable is not True else FEED_WAIT_S
    state, lane = in_flight(state, copy.scope, at, wait_s * 1_000 + pacing.POLL_PATIENCE_MS)
    return state, Poll(lane.flight, copy.scope, copy.cursor, wait_s)


def _locate_due_ms(state: AgentState) -> int | None:
    """The hub is looked for elsewhere, or asked for its time."""
    cut_off = state.reachable is False and any(lane.cut and lane.failures >= _LOCATE_AFTER for _, lane in lanes(state))
    lost = state.ask_time or cut_off
    return state.locate.due_ms if lost else None


def _begin_locate(state: AgentState, at: At) -> tuple[AgentState, Effect]:
    state, lane = in_flight(state, LOCATE, at, pacing.LOCATE_PATIENCE_MS)
    return state, Locate(lane.flight, verify=not state.ask_time)


class _Row(NamedTuple):
    """A lane: when it wants to begin (monotonic ms; None: not at all), and what it then does."""

    due_ms: Callable[[AgentState], int | None]
    begin: Callable[[AgentState, At], tuple[AgentState, Effect]]


_TABLE: dict[LaneName, _Row] = {
    PUSH: _Row(_push_due_ms, _begin_push),
    "device": _Row(_device_due_ms, _begin_device),
    "catalog": _Row(_catalog_due_ms, _begin_catalog),
    PAPERS: _Row(certifying.due_ms, certifying.begin),
    LOCATE: _Row(_locate_due_ms, _begin_locate),
}
"""Every lane, in order of priority."""
