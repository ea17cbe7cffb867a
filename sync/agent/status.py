"""What the screens are told about sync, made from the core's state."""

from kiosk.domain.feed import NOWHERE
from sync.agent.events import AgentState, At, Copy
from sync.agent.lanes import copy_of, lanes
from sync.agent.ports import SyncStatus
from sync.protocol.limits import SKEW_STOP_MS

CLOCK_WARN_MS = 2 * 60_000
"""The clock is shown as wrong from here on: fiscal times and switch-over of prices depend on it."""


def status_of(state: AgentState, at: At) -> SyncStatus:
    """The status at an instant. Only the oldest fact's age depends on the instant."""
    unsent = state.head - state.acked
    oldest_ms = 0
    if unsent and state.oldest_ms is not None:
        oldest_ms = max(0, at.wall_ms - state.oldest_ms)
    codes = [lane.code for _, lane in lanes(state) if lane.code]
    codes.sort(key=lambda code: code == "certificate.ended")  # why it is not renewed says more than that it is over
    device, catalog = copy_of(state, "device"), copy_of(state, "catalog")
    return SyncStatus(
        reachable=state.reachable,
        since_ms=state.since_ms,
        unsent=unsent,
        oldest_unsent_ms=oldest_ms,
        last_contact_ms=state.contact_wall_ms,
        code=codes[0] if codes else "",
        clock_offset_ms=state.offset_ms,
        clock_warning=abs(state.offset_ms) > CLOCK_WARN_MS,
        clock_stop=abs(state.offset_ms) > SKEW_STOP_MS,
        hub_state=state.standing.hub,
        catalog=catalog.cursor,
        device=device.cursor,
        forked=state.forked,
        stalled=state.stalled,
        held=state.held,
        progress=min(_percent(device), _percent(catalog)),
    )


def _percent(copy: Copy) -> int:
    """How much of a copy that is being replaced is here."""
    return copy.percent if copy.snapshot or copy.cursor == NOWHERE else 100
