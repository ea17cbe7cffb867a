"""The lane of the terminal's papers: a certificate that ends is renewed, one that a restored hub forgot is shown again."""

from sync.agent import contact, pacing
from sync.agent.events import PAPERS, AgentState, At, Effect, Lane, Readmit, Readmitted, Renew, Renewed
from sync.agent.lanes import in_flight
from sync.protocol.limits import RENEW_BEFORE_MS
from sync.protocol.values import changed


def due_ms(state: AgentState) -> int | None:
    """When the hub is to be asked (monotonic ms); None when the papers are in order."""
    return state.papers.due_ms if state.standing.stranger or state.standing.renew else None


def begin(state: AgentState, at: At) -> tuple[AgentState, Effect]:
    """Ask: a hub that does not know this terminal is shown the certificate before it is asked for a longer one."""
    state, lane = in_flight(state, PAPERS, at, pacing.PUSH_PATIENCE_MS)
    return state, Readmit(lane.flight) if state.standing.stranger else Renew(lane.flight)


def done(state: AgentState, event: Renewed | Readmitted) -> AgentState:
    """The hub knows this terminal, and how long its certificate lasts: what waited for that is due now."""
    at = event.at
    state = contact.made(state, at)
    if isinstance(event, Renewed):
        # An older hub does not say from when on; ninety days before the end would be always, where thirty are long.
        left_ms = max(0, event.not_after_ms - at.wall_ms - state.offset_ms)
        renew_ms = event.renew_ms or event.not_after_ms - min(RENEW_BEFORE_MS, left_ms // 2)
        told = changed(state.standing, not_after_ms=event.not_after_ms, renew_ms=renew_ms, ended=False)
        state = changed(state, standing=told, papers=Lane(due_ms=at.mono_ms + pacing.RENEWED_PAUSE_MS))
    else:
        state = changed(state, standing=changed(state.standing, stranger=False), papers=Lane(due_ms=at.mono_ms), ask_next=True)
    return contact.at_once(state, at, but=PAPERS)
