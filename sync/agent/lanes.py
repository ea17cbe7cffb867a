"""The lanes of the core and its copies by name: who does one thing at a time, and how a changed one is put back."""

from dataclasses import replace

from sync.agent.events import LOCATE, PAPERS, PUSH, AgentState, At, Copy, Lane, LaneName


def lanes(state: AgentState) -> list[tuple[LaneName, Lane]]:
    """Every lane by its name, in order of priority."""
    named: list[tuple[LaneName, Lane]] = [(PUSH, state.push)]
    named += [(copy.scope, copy.lane) for copy in state.copies]
    return [*named, (PAPERS, state.papers), (LOCATE, state.locate)]


def lane_of(state: AgentState, name: LaneName) -> Lane:
    """A lane by its name."""
    return next(lane for known, lane in lanes(state) if known == name)


def copy_of(state: AgentState, scope: LaneName) -> Copy:
    """The copy of a scope."""
    return next(copy for copy in state.copies if copy.scope == scope)


def with_lane(state: AgentState, name: LaneName, lane: Lane) -> AgentState:
    """The state with another lane of that name."""
    if name == PUSH:
        return replace(state, push=lane)
    if name == LOCATE:
        return replace(state, locate=lane)
    if name == PAPERS:
        return replace(state, papers=lane)
    return with_copy(state, replace(copy_of(state, name), lane=lane))


def with_copy(state: AgentState, copy: Copy) -> AgentState:
    """The state with another copy of that scope."""
    device, catalog = state.copies
    if copy.scope == device.scope:
        return replace(state, copies=(copy, catalog))
    return replace(state, copies=(device, copy))


def in_flight(state: AgentState, name: LaneName, at: At, patience_ms: int) -> tuple[AgentState, Lane]:
    """The state with the lane's next effect under way, given up after `patience_ms`; and that lane."""
    number = state.flights + 1
    taken = replace(lane_of(state, name), flight=number, deadline_ms=at.mono_ms + patience_ms)
    return with_lane(replace(state, flights=number), name, taken), taken
