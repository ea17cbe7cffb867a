"""What the terminal tells the hub of itself now and then, and what it hears of its held facts."""

from kiosk.domain.readiness import TerminalState
from sync.agent.client import ANSWER_S, HubClient, read_as
from sync.agent.events import Failure
from sync.protocol.messages import StateReply, from_json, to_json


async def tell_state(client: HubClient, state: TerminalState) -> StateReply | Failure:
    """Tell how this terminal is; the answer names what the hub holds of it."""
    body = await client.signed("POST", "/v1/state", to_json(state), ANSWER_S, kind="application/json")
    return read_as(body, lambda data: from_json(data, StateReply))


async def retry_held(client: HubClient) -> StateReply | Failure:
    """Have this terminal's held facts tried again; the answer names what is held still."""
    body = await client.signed("POST", "/v1/held/retry", b"", ANSWER_S)
    return read_as(body, lambda data: from_json(data, StateReply))
