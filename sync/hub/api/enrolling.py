"""`GET /v1/hello` and `POST /v1/enrol`: what a terminal asks before it is one."""

import asyncio
import base64

import msgspec
from litestar import Response, get, post
from sqlalchemy import Connection

from kiosk.decoding import read_json
from sync.hub import issued
from sync.hub.api.access import AskedHub, HubRequest, body_of, json_from
from sync.hub.core import Hub
from sync.hub.enrolment import enrol
from sync.hub.once import KEY_LENGTH_MAX, in_progress, once
from sync.hub.problems import HubProblem
from sync.protocol.limits import PROTO
from sync.protocol.messages import EnrolReply, EnrolRequest, Hello

PRODUCT = "toonbank-hub"
_ROUTE = "enrol"
_WRONG = frozenset({"enrol.code_wrong", "enrol.code_expired", "enrol.code_used"})


@get("/v1/hello", summary="Proves that this is a hub, and which")
async def hello(hub: AskedHub) -> Hello:
    """Who this is, unsigned."""
    return Hello(PRODUCT, PROTO, hub.storage.epoch, hub.world.now_ms())


@post("/v1/enrol", status_code=200, summary="Make a terminal with a one-time code")
async def enrol_terminal(request: HubRequest, hub: AskedHub) -> Response[bytes]:
    """Body EnrolRequest, header Idempotency-Key; answers EnrolReply."""
    key = request.headers.get("Idempotency-Key", "")
    if not 0 < len(key) <= KEY_LENGTH_MAX:
        raise HubProblem("request.idempotency_key")
    body = await body_of(request)
    message = json_from(body, EnrolRequest)
    address = request.client.host if request.client else ""
    hub.guard.admit(address, hub.world.now_ms())
    try:
        with in_progress(hub.calling, _ROUTE, key):
            reply = await hub.storage.run(lambda connection: _once(connection, hub, key, body, message))
    except HubProblem as problem:
        if problem.code in _WRONG:
            hub.guard.wrong(address, hub.world.now_ms())
        raise
    made = read_json(reply, EnrolReply)
    given = base64.b64decode(made.certificate), base64.b64decode(made.signature)
    await asyncio.to_thread(issued.keep, hub.folder.path, given)
    return Response(reply, media_type="application/json")


def _once(connection: Connection, hub: Hub, key: str, body: bytes, message: EnrolRequest) -> bytes:
    """Enrol, or give again what this key was answered before; in one transaction, so there is no between."""
    now_ms = hub.world.now_ms()

    def make(connection: Connection) -> bytes:
        made: EnrolReply = enrol(
            connection, message, hub.world.new_id(), now_ms, hub.key.sign, hub.key.public, hub.storage.epoch,
            hub.settings.certificate,
        )  # fmt: skip
        return msgspec.json.encode(made)

    return once(connection, _ROUTE, key, body, now_ms, make)
