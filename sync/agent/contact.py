"""What an answer of the hub, a failure or another epoch means for all lanes, whichever of them heard it."""

from kiosk.domain.feed import CATALOG, DEVICE, NOWHERE, SCOPES
from sync.agent import pacing, standing
from sync.agent.events import LOCATE, PUSH, AgentState, At, Failure, Lane, LaneName
from sync.agent.lanes import copy_of, lane_of, lanes, with_copy, with_lane
from sync.protocol.limits import BACKOFF_FIRST_MS
from sync.protocol.values import changed

WELL = Failure("")
"""No failure of its own: nothing that the wait would have to heed."""


def at_once(state: AgentState, at: At, but: LaneName | None = None) -> AgentState:
    """Everything that waits is due now, and counts its failures anew."""
    for name, lane in lanes(state):
        if not lane.flight and name != but:
            state = with_lane(state, name, changed(lane, due_ms=at.mono_ms, failures=0))
    return state


def made(state: AgentState, at: At, hub_time_ms: int | None = None) -> AgentState:
    """The hub answered. After an outage all that was cut off is due again, heavy reading last and spread out.

    A break shorter than the first back-off changes nothing: a line that takes a hello but breaks off every push must
    not be tried at full speed.
    """
    offset_ms = state.offset_ms if hub_time_ms is None else hub_time_ms - at.wall_ms
    outage_ms = 0 if state.reachable else at.mono_ms - state.cut_ms
    state = changed(
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
            state = with_lane(state, name, changed(lane, due_ms=min(lane.due_ms, at.mono_ms + wait)))
    return state


def well(state: AgentState, at: At, name: LaneName) -> AgentState:
    """A lane that had failed got through: the line is well, so what the others counted while it was not is halved.

    Who rests because it was cut off has its next try as after so few failures, spread out as ever; what the hub itself asked
    for stands. Who is ill alone is never pulled: the others got well long before. A push keeps its count, by which it is small.
    """
    for other, lane in lanes(state):
        if other == name or not lane.failures or not (lane.flight or lane.cut):
            continue
        failures = lane.failures if other == PUSH else (lane.failures + 1) // 2
        due_ms = lane.due_ms
        if not lane.flight:
            wait = pacing.delay_ms(failures, pacing.another(at.chance, len(other)), True, WELL)
            due_ms = min(due_ms, at.mono_ms + wait)
        state = with_lane(state, other, changed(lane, failures=failures, due_ms=due_ms))
    return state


def epoch_seen(state: AgentState, at: At, epoch: int) -> AgentState:
    """A higher epoch says that the hub was restored: what it gave before is no part of its history any more.

    A lower one is an answer from before the restore that was long on its way.
    """
    if epoch <= state.standing.epoch:
        return state
    # The hub may lack facts as well, also when it is restored again before the copies are replaced.
    state = changed(state, standing=changed(state.standing, epoch=epoch), ask_next=True)
    if not state.papers.flight:  # nor may it know of a certificate that it renewed
        state = changed(state, papers=changed(state.papers, due_ms=min(state.papers.due_ms, at.mono_ms)))
    for copy in state.copies:
        if copy.cursor not in (NOWHERE, copy.cursor._replace(epoch=epoch)) and not copy.snapshot:
            lane = copy.lane if copy.lane.flight else changed(copy.lane, due_ms=at.mono_ms)
            state = with_copy(state, changed(copy, snapshot=True, percent=0, lane=lane))
    return state


def failed(state: AgentState, at: At, name: LaneName, failure: Failure) -> AgentState:
    """A lane's effect came to nothing: the lane rests, and what the failure says of the hub is noted."""
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
        state = made(state, at)
    elif not failure.local and state.reachable is not False:
        state = changed(state, reachable=False, since_ms=at.wall_ms, cut_ms=at.mono_ms)
    cut = not (failure.contact or failure.local)
    rested = Lane(0, 0, at.mono_ms + wait, failures, cut, failure.code)
    state = with_lane(state, name, rested)
    if failure.snapshot and name in SCOPES:
        # The hub may have been restored from a backup, and then it lacks facts as well.
        state = changed(state, ask_next=True)
        state = with_copy(state, changed(copy_of(state, name), snapshot=True, percent=0))
    if failure.time:
        state = changed(state, ask_time=True)
    if failure.epoch:
        state = epoch_seen(state, at, failure.epoch)
    return changed(state, standing=standing.refused(state.standing, failure))
