"""The lanes of the core and its copies by name: who does one thing at a time, and how a changed one is put back."""

from sync.agent.events import LOCATE, PAPERS, PUSH, AgentState, At, Copy, Lane, LaneName
from sync.protocol.values import changed


def lanes(state: AgentState) -> list[tuple[LaneName, Lane]]:
    """Every lane by its name, in order of priority."""
    device, catalog = state.copies
    return [
        (PUSH, state.push), (device.scope, device.lane), (catalog.scope, catalog.lane), (PAPERS, state.papers),
        (LOCATE, state.locate),
    ]  # fmt: skip


def lane_of(state: AgentState, name: LaneName) -> Lane:
    """A lane by its name."""
    if name == PUSH:
        return state.push
    if name == PAPERS:
        return state.papers
    return state.locate if name == LOCATE else copy_of(state, name).lane


def copy_of(state: AgentState, scope: LaneName) -> Copy:
    """The copy of a scope."""
    device, catalog = state.copies
    return device if device.scope == scope else catalog


def with_lane(state: AgentState, name: LaneName, lane: Lane) -> AgentState:
    """The state with another lane of that name."""
    if name == PUSH:
        return changed(state, push=lane)
    if name == LOCATE:
        return changed(state, locate=lane)
    if name == PAPERS:
        return changed(state, papers=lane)
    return with_copy(state, changed(copy_of(state, name), lane=lane))


def with_copy(state: AgentState, copy: Copy) -> AgentState:
    """The state with another copy of that scope."""
    device, catalog = state.copies
    if copy.scope == device.scope:
        return changed(state, copies=(copy, catalog))
    return changed(state, copies=(device, copy))


def in_flight(state: AgentState, name: LaneName, at: At, patience_ms: int) -> tuple[AgentState, Lane]:
    """The state with the lane's next effect under way, given up after `patience_ms`; and that lane."""
    number = state.flights + 1
    taken = changed(lane_of(state, name), flight=number, deadline_ms=at.mono_ms + patience_ms)
    return with_lane(changed(state, flights=number), name, taken), taken
