"""The terminal's side of sync as a function: `step(state, event)` gives the new state and what is to be done.

No input, output, clock or chance of its own. The loop is level-triggered: after every event,
whatever it was, each lane is looked at as it is, so "something is unsent and the hub can be
reached" always leads to an attempt. A lane has at most one effect under way; answers to effects
that were given up are told by their number and ignored.
"""

from dataclasses import replace

from kiosk.domain.feed import CATALOG, DEVICE, NOWHERE, SCOPES, Cursor
from sync.agent import pacing, standing
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
    Readmit,
    Readmitted,
    Renew,
    Renewed,
    Standing,
    StoringBegan,
    Ticked,
    TriedNow,
    Woken,
)
from sync.protocol.limits import BACKOFF_FIRST_MS, FEED_WAIT_S, PUSH_FACTS_MAX, WATCHDOG_MS
from sync.protocol.messages import FeedReply

Stepped = tuple[AgentState, tuple[Effect, ...]]

GARBAGE = Failure("sync.garbage", contact=True)
LATE = Failure("sync.timeout")
FORKED = Failure("sync.forked", contact=True, slow=True)
NO_PROGRESS = Failure("sync.no_progress", contact=True)
DRIFTED = Failure("feed.digest", contact=True, snapshot=True)
_LOCATE_AFTER = 2


def started(
    at: At, head: int, acked: int, oldest_ms: int | None, device: Cursor, catalog: Cursor, not_after_ms: int = 0
) -> AgentState:
    """The state at start, from what the ports hold. `not_after_ms` is the end of the certificate."""
    copies = (Copy("device", cursor=device), Copy("catalog", cursor=catalog))
    return AgentState(
        head=head,
        acked=acked,
        oldest_ms=oldest_ms,
        progress_ms=at.mono_ms,
        copies=copies,
        since_ms=at.wall_ms,
        cut_ms=at.mono_ms,
        standing=Standing(not_after_ms=not_after_ms),
    )


def step(state: AgentState, event: Event) -> Stepped:
    """Take an event in, then see what is due. Pure: the same arguments give the same result."""
    state, answers = _take_in(state, event)
    state = _give_up_late(state, event.at)
    state, alarms = _watch(state, event.at)
    state = replace(state, standing=standing.looked_at(state.standing, event.at.wall_ms + state.offset_ms))
    state, orders = _launch(state, event.at)
    return state, answers + alarms + orders


def next_tick_ms(state: AgentState) -> int:
    """The monotonic ms at which `step` wants a Ticked at the latest."""
    moments = [state.progress_ms + WATCHDOG_MS]
    for name, lane in lanes(state):
        if lane.flight:
            moments += [lane.deadline_ms] if lane.deadline_ms else []
        elif name == LOCATE:
            moments += [lane.due_ms] if _lost(state) else []
        elif name == PAPERS:
            moments += [lane.due_ms] if _wants_papers(state) else []
        elif name == PUSH:
            moments += [lane.due_ms] if _wants_push(state) else []
            moments += [max(lane.due_ms, state.standing.report_ms)] if _can_report(state) else []
        elif name != CATALOG or not _held_back(state):
            moments.append(lane.due_ms)
    return min(moments)


def lanes(state: AgentState) -> list[tuple[LaneName, Lane]]:
    """Every lane by its name, in order of priority."""
    named: list[tuple[LaneName, Lane]] = [(PUSH, state.push)]
    named += [(copy.scope, copy.lane) for copy in state.copies]
    return [*named, (PAPERS, state.papers), (LOCATE, state.locate)]


# Taking an event in -------------------------------------------------------------------------------


def _take_in(state: AgentState, event: Event) -> Stepped:
    match event:
        case Woken() | Ticked():
            return _with_head(state, event.at, event.head), ()
        case TriedNow():
            return _at_once(state, event.at), ()
        case Failed():
            if lane_of(state, event.lane).flight != event.flight:
                return state, ()
            return _failed(state, event.at, event.lane, event.failure), ()
        case Pushed():
            return _pushed(state, event) if state.push.flight == event.flight else (state, ())
        case Acknowledged():
            return (_acknowledged(state, event) if state.push.flight == event.flight else state), ()
        case Located():
            if state.locate.flight != event.flight:
                return state, ()
            state = _contact(state, event.at, event.time_ms)
            return replace(state, locate=Lane(), ask_time=False), ()
        case Renewed() | Readmitted():
            return (_papers_done(state, event) if state.papers.flight == event.flight else state), ()
        case Fed() | Applied() | Progressed() | StoringBegan():
            copy = copy_of(state, event.scope)
            return _copied(state, copy, event) if copy.lane.flight == event.flight else (state, ())


def _with_head(state: AgentState, at: At, head: int) -> AgentState:
    if head <= state.head:
        return state
    if state.head <= state.acked:  # the queue was empty: the clock of the watchdog starts now
        state = replace(state, oldest_ms=at.wall_ms, progress_ms=at.mono_ms)
        if not state.push.flight:
            due_ms = max(state.push.due_ms, at.mono_ms + pacing.PUSH_LINGER_MS)
            state = replace(state, push=replace(state.push, due_ms=due_ms))
    return replace(state, head=head)


def _at_once(state: AgentState, at: At, but: LaneName | None = None) -> AgentState:
    """Everything that waits is due now, and counts its failures anew."""
    for name, lane in lanes(state):
        if not lane.flight and name != but:
            state = _with_lane(state, name, replace(lane, due_ms=at.mono_ms, failures=0))
    return state


def _pushed(state: AgentState, event: Pushed) -> Stepped:
    """The hub's word decides, forwards and backwards, but never about facts that this terminal does
    not have.
    """
    reply, at = event.reply, event.at
    state = _with_head(_contact(state, at, reply.time_ms), at, event.sent_seq)
    if reply.next_seq < 1:
        return _failed(state, at, PUSH, GARBAGE), ()
    state = replace(_epoch_seen(state, at, reply.epoch), ask_next=False)
    state = replace(state, standing=standing.told(state.standing, at, reply, event.reported))
    same_end = reply.next_seq == event.sent_seq + 1
    other_head = same_end and event.sent_hash and reply.head != event.sent_hash
    if reply.next_seq > state.head + 1 or other_head:
        # The hub has facts under our numbers that are not ours: a clone, or a ledger put back from
        # an old copy.
        return _failed(replace(state, forked=True), at, PUSH, FORKED), ()
    acknowledge = Acknowledge(
        state.push.flight,
        reply.next_seq,
        reply.durable_seq,
        reply.epoch,
        reply.head,
        tuple(reply.held),
        reply.forked,
    )
    lane = replace(state.push, deadline_ms=0)
    state = replace(state, push=lane, forked=reply.forked, held=len(reply.held))
    return state, (acknowledge,)


def _epoch_seen(state: AgentState, at: At, epoch: int) -> AgentState:
    """A higher epoch says that the hub was restored: what it gave before is no part of its history any more.

    A lower one is an answer from before the restore that was long on its way.
    """
    if epoch <= state.standing.epoch:
        return state
    # The hub may lack facts as well, also when it is restored again before the copies are replaced.
    state = replace(state, standing=replace(state.standing, epoch=epoch), ask_next=True)
    for copy in state.copies:
        if copy.cursor not in (NOWHERE, copy.cursor._replace(epoch=epoch)) and not copy.snapshot:
            lane = copy.lane if copy.lane.flight else replace(copy.lane, due_ms=at.mono_ms)
            state = _with_copy(state, replace(copy, snapshot=True, percent=0, lane=lane))
    return state


def _papers_done(state: AgentState, event: Renewed | Readmitted) -> AgentState:
    """The hub knows this terminal, and how long its certificate lasts: what waited for that is due now."""
    at = event.at
    state = _contact(state, at)
    if isinstance(event, Renewed):
        told = replace(state.standing, not_after_ms=event.not_after_ms, ended=False)
        state = replace(state, standing=told, papers=Lane(due_ms=at.mono_ms + pacing.RENEWED_PAUSE_MS))
    else:
        state = replace(state, standing=replace(state.standing, stranger=False), papers=Lane(due_ms=at.mono_ms), ask_next=True)
    return _at_once(state, at, but=PAPERS)


def _acknowledged(state: AgentState, event: Acknowledged) -> AgentState:
    at = event.at
    moved = event.acked != state.acked
    waited = state.head > state.acked
    state = replace(state, head=event.head, acked=event.acked, oldest_ms=event.oldest_ms)
    if moved:
        state = replace(state, progress_ms=at.mono_ms, stalled=False)
    elif waited and event.head > event.acked:
        # The same answer again at full speed would be a busy loop; a fork needs a person anyway.
        return _failed(state, at, PUSH, FORKED if state.forked else NO_PROGRESS)
    # A backlog goes out without a pause: only what was rung up meanwhile waits for company.
    pause_ms = pacing.PUSH_EVERY_MS if event.acked >= state.push_head else 0
    return replace(state, push=Lane(due_ms=max(at.mono_ms, state.push_began_ms + pause_ms)))


def _copied(state: AgentState, copy: Copy, event: CopyEvent) -> Stepped:
    at = event.at
    match event:
        case Fed():
            return _fed(state, copy, event)
        case Progressed():
            lane = replace(copy.lane, deadline_ms=at.mono_ms + pacing.SNAPSHOT_PATIENCE_MS)
            return _with_copy(state, replace(copy, percent=event.percent, lane=lane)), ()
        case StoringBegan():
            return _with_copy(state, replace(copy, lane=replace(copy.lane, deadline_ms=0))), ()
        case Applied():
            snapshot = copy.snapshot or copy.cursor == NOWHERE
            # A snapshot that never fits the feed after it must not come round and round at full
            # speed.
            failures = copy.lane.failures if snapshot else 0
            lane = Lane(due_ms=at.mono_ms, failures=failures)
            replaced = copy.replaced + 1 if snapshot else 0
            behind = snapshot or copy.behind  # a snapshot may be some revisions old
            done = replace(
                copy, cursor=event.cursor, snapshot=False, behind=behind, replaced=replaced, percent=100, lane=lane
            )
            return _with_copy(state, done), ()


def _fed(state: AgentState, copy: Copy, event: Fed) -> Stepped:
    reply, at = event.reply, event.at
    state = _contact(state, at, reply.time_ms)
    seen = reply.epoch == copy.cursor.epoch  # an epoch is believed when the feed itself went over to it
    state = _epoch_seen(state, at, reply.epoch) if seen else state
    if reply.scope != copy.scope or not _in_order(copy.cursor, reply):
        return _failed(state, at, copy.scope, GARBAGE), ()
    cursor = Cursor(reply.epoch, reply.rev_to, reply.digest)
    drifted = not reply.transactions and reply.rev_to == copy.cursor.rev and cursor != copy.cursor
    if reply.epoch != copy.cursor.epoch or reply.rev_to < copy.cursor.rev or drifted:
        return _failed(state, at, copy.scope, DRIFTED), ()
    if cursor == copy.cursor:
        lane = Lane(due_ms=at.mono_ms + pacing.CAUGHT_UP_PAUSE_MS)
        return _with_copy(state, replace(copy, behind=False, replaced=0, lane=lane)), ()
    lane = replace(copy.lane, deadline_ms=0)
    state = _with_copy(state, replace(copy, behind=reply.more, lane=lane))
    return state, (Apply(lane.flight, copy.scope, tuple(reply.transactions), cursor),)


def _in_order(cursor: Cursor, reply: FeedReply) -> bool:
    """Whether the revisions rise from the cursor to `rev_to`; another epoch counts its own."""
    last = cursor.rev if reply.epoch == cursor.epoch else 0
    for transaction in reply.transactions:
        if transaction.rev <= last:
            return False
        last = transaction.rev
    return not reply.transactions or last <= reply.rev_to


def _contact(state: AgentState, at: At, hub_time_ms: int | None = None) -> AgentState:
    """The hub answered. After an outage all that was cut off is due again, heavy reading last and spread out.

    A break shorter than the first back-off changes nothing: a line that takes a hello but breaks off every push must
    not be tried at full speed.
    """
    offset_ms = state.offset_ms if hub_time_ms is None else hub_time_ms - at.wall_ms
    outage_ms = 0 if state.reachable else at.mono_ms - state.cut_ms
    state = replace(
        state,
        reachable=True,
        since_ms=state.since_ms if state.reachable else at.wall_ms,
        offset_ms=offset_ms,
        contact_ms=at.mono_ms,
        contact_wall_ms=at.wall_ms,
    )
    if outage_ms < BACKOFF_FIRST_MS:
        return state
    for name, lane in lanes(state):
        if lane.cut and not lane.flight and name != LOCATE:
            wait = pacing.spread_ms(outage_ms, at.chance) if name == CATALOG else 0
            state = _with_lane(state, name, replace(lane, due_ms=min(lane.due_ms, at.mono_ms + wait)))
    return state


def _failed(state: AgentState, at: At, name: LaneName, failure: Failure) -> AgentState:
    lane = lane_of(state, name)
    failures = lane.failures + 1
    chance = pacing.another(at.chance, len(name))
    # Rights, orders and calls for help come by the device feed: it is as urgent as what is unsent.
    wait = pacing.delay_ms(failures, chance, name == DEVICE or state.head > state.acked, failure)
    if failure.snapshot and name in SCOPES:
        copy = copy_of(state, name)
        # A snapshot is the way out and not one more try of the same: at once the first time, later by how often it failed.
        if not copy.snapshot:
            wait = pacing.delay_ms(copy.replaced, chance, False, failure) if copy.replaced else 0
    if failure.contact:
        state = _contact(state, at)
    elif not failure.local and state.reachable is not False:
        state = replace(state, reachable=False, since_ms=at.wall_ms, cut_ms=at.mono_ms)
    cut = not (failure.contact or failure.local)
    rested = Lane(0, 0, at.mono_ms + wait, failures, cut, failure.code)
    state = _with_lane(state, name, rested)
    if failure.snapshot and name in SCOPES:
        # The hub may have been restored from a backup, and then it lacks facts as well.
        state = replace(state, ask_next=True)
        state = _with_copy(state, replace(copy_of(state, name), snapshot=True, percent=0))
    if failure.time:
        state = replace(state, ask_time=True)
    if failure.epoch:
        state = _epoch_seen(state, at, failure.epoch)
    return replace(state, standing=standing.refused(state.standing, failure))


# Seeing what is due -------------------------------------------------------------------------------


def _give_up_late(state: AgentState, at: At) -> AgentState:
    for name, lane in lanes(state):
        if lane.flight and lane.deadline_ms and at.mono_ms >= lane.deadline_ms:
            state = _failed(state, at, name, LATE)
    return state


def _watch(state: AgentState, at: At) -> Stepped:
    """The watchdog: for five minutes no fact went out although the hub answers."""
    if at.mono_ms - state.progress_ms < WATCHDOG_MS:
        return state, ()
    waiting = state.head > state.acked
    answered = state.contact_ms is not None and at.mono_ms - state.contact_ms < WATCHDOG_MS
    state = replace(state, progress_ms=at.mono_ms)
    if not (waiting and answered):
        return state, ()
    for name, lane in lanes(state):
        if not lane.flight or lane.deadline_ms:  # a store's work is not the client's: it goes on
            state = _with_lane(state, name, Lane(due_ms=at.mono_ms, code=lane.code))
    return replace(state, stalled=True), (NewClient(),)


def _launch(state: AgentState, at: At) -> Stepped:
    effects: list[Effect] = []
    reports = _can_report(state) and at.mono_ms >= state.standing.report_ms
    if (reports or _wants_push(state)) and _due(state.push, at):
        state, lane = _flight(state, state.push, at, pacing.PUSH_PATIENCE_MS)
        state = replace(state, push=lane)
        facts_max = max(pacing.FACTS_MIN, PUSH_FACTS_MAX >> min(lane.failures, 10))
        facts_max = facts_max if state.head > state.acked else 0
        if facts_max:
            state = replace(state, push_began_ms=at.mono_ms, push_head=state.head)
        effects.append(Push(lane.flight, state.acked + 1, facts_max, reports))
    device, catalog = state.copies
    if _due(device.lane, at):
        state, effect = _ask(state, device, at)
        effects.append(effect)
    if _due(catalog.lane, at) and not _held_back(state):
        state, effect = _ask(state, catalog, at)
        effects.append(effect)
    if _wants_papers(state) and _due(state.papers, at):
        state, lane = _flight(state, state.papers, at, pacing.PUSH_PATIENCE_MS)
        state = replace(state, papers=lane)
        effects.append(Readmit(lane.flight) if state.standing.stranger else Renew(lane.flight))
    if _lost(state) and _due(state.locate, at):
        state, lane = _flight(state, state.locate, at, pacing.LOCATE_PATIENCE_MS)
        state = replace(state, locate=lane)
        effects.append(Locate(lane.flight, verify=not state.ask_time))
    return state, tuple(effects)


def _ask(state: AgentState, copy: Copy, at: At) -> tuple[AgentState, Effect]:
    if copy.snapshot or copy.cursor == NOWHERE:
        state, lane = _flight(state, copy.lane, at, pacing.SNAPSHOT_PATIENCE_MS)
        state = _with_copy(state, replace(copy, lane=lane))
        return state, FetchSnapshot(lane.flight, copy.scope)
    # The first poll after a start or an outage does not wait, so that contact shows at once.
    wait_s = 0 if copy.behind or state.reachable is not True else FEED_WAIT_S
    patience = wait_s * 1_000 + pacing.POLL_PATIENCE_MS
    state, lane = _flight(state, copy.lane, at, patience)
    state = _with_copy(state, replace(copy, lane=lane))
    return state, Poll(lane.flight, copy.scope, copy.cursor, wait_s)


def _due(lane: Lane, at: At) -> bool:
    return not lane.flight and at.mono_ms >= lane.due_ms


def _wants_push(state: AgentState) -> bool:
    return state.head > state.acked or state.ask_next


def _can_report(state: AgentState) -> bool:
    """The hub asks what this terminal holds, and its copy of the device scope is as new as the hub's own."""
    device = state.copies[0]
    fits = device.cursor.epoch == state.standing.asked and not device.snapshot and not device.behind
    return state.standing.asked != 0 and fits


def _wants_papers(state: AgentState) -> bool:
    return state.standing.stranger or state.standing.renew


def _held_back(state: AgentState) -> bool:
    """Rights, staff and calls come before goods: the catalogue waits for the device scope."""
    device = state.copies[0]
    return device.behind and not device.lane.failures


def _lost(state: AgentState) -> bool:
    """Whether the hub should be looked for elsewhere, or asked for its time."""
    cuts = [lane.failures for _, lane in lanes(state) if lane.cut]
    return state.ask_time or (state.reachable is False and max(cuts, default=0) >= _LOCATE_AFTER)


def _flight(state: AgentState, lane: Lane, at: At, patience_ms: int) -> tuple[AgentState, Lane]:
    number = state.flights + 1
    taken = replace(lane, flight=number, deadline_ms=at.mono_ms + patience_ms)
    return replace(state, flights=number), taken


# Parts of the state -------------------------------------------------------------------------------


def copy_of(state: AgentState, scope: LaneName) -> Copy:
    """The copy of a scope."""
    return next(copy for copy in state.copies if copy.scope == scope)


def lane_of(state: AgentState, name: LaneName) -> Lane:
    """A lane by its name."""
    return next(lane for known, lane in lanes(state) if known == name)


def _with_lane(state: AgentState, name: LaneName, lane: Lane) -> AgentState:
    if name == PUSH:
        return replace(state, push=lane)
    if name == LOCATE:
        return replace(state, locate=lane)
    if name == PAPERS:
        return replace(state, papers=lane)
    return _with_copy(state, replace(copy_of(state, name), lane=lane))


def _with_copy(state: AgentState, copy: Copy) -> AgentState:
    device, catalog = state.copies
    if copy.scope == device.scope:
        return replace(state, copies=(copy, catalog))
    return replace(state, copies=(device, copy))
