"""What a terminal tells of itself now and then, and what the hub holds of it."""

from litestar import post
from sqlalchemy import Connection

from kiosk.domain.readiness import TerminalState
from sync.hub import held, readiness
from sync.hub.api.access import AskedHub, HubRequest, Signed, json_of
from sync.hub.core import Device, Hub
from sync.hub.held import Scope
from sync.hub.problems import HubProblem
from sync.protocol.messages import StateReply

WAITING_MAX = 200
ROWS_MAX = 50


@post("/v1/state", status_code=200, summary="A terminal tells how ready it is")
async def tell_state(request: HubRequest, hub: AskedHub, device: Signed) -> StateReply:
    """Body `kiosk.domain.readiness.TerminalState` as JSON; the newest one is kept, with when it was heard."""
    told = await json_of(request, TerminalState)
    if len(told.waiting) > WAITING_MAX or len(told.board.rows) > ROWS_MAX:
        raise HubProblem("state.large", limit=WAITING_MAX)
    now_ms = hub.world.now_ms()

    def keep(connection: Connection) -> StateReply:
        readiness.keep(connection, device, told, now_ms)
        return _reply(connection, hub, device)

    return await hub.storage.run(keep)


@post("/v1/held/retry", status_code=200, summary="Try this terminal's held facts again")
async def retry_held(hub: AskedHub, device: Signed) -> StateReply:
    """A person at the terminal asks for it; facts that are still held keep their reason."""

    def again(connection: Connection) -> StateReply:
        scope = Scope(device.tenant, device.store, device.dev)
        held.retry(connection, hub.settings.plausible, hub.world.now_ms(), hub.world.new_id, scope)
        return _reply(connection, hub, device)

    return await hub.storage.run(again)


def _reply(connection: Connection, hub: Hub, device: Device) -> StateReply:
    waiting, count = held.of_device(connection, device)
    return StateReply(waiting, count, hub.world.now_ms())
