"""`GET /v1/hello` and `POST /v1/enrol`: what a terminal asks before it is one."""

import msgspec
from litestar import Response, get, post
from sqlalchemy import Connection, insert, select

from kiosk.domain.codec import digest
from sync.hub.api.access import AskedHub, HubRequest, body_of, json_from
from sync.hub.core import Hub
from sync.hub.enrolment import enrol
from sync.hub.problems import HubProblem
from sync.hub.storage.dialect import lock_name
from sync.hub.storage.schema import idempotency
from sync.protocol.limits import PROTO
from sync.protocol.messages import EnrolReply, EnrolRequest, Hello

PRODUCT = "toonbank-hub"
KEY_LENGTH_MAX = 100
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
        reply = await hub.storage.run(lambda connection: _once(connection, hub, key, body, message))
    except HubProblem as problem:
        if problem.code in _WRONG:
            hub.guard.wrong(address, hub.world.now_ms())
        raise
    return Response(reply, media_type="application/json")


def _once(connection: Connection, hub: Hub, key: str, body: bytes, message: EnrolRequest) -> bytes:
    """Enrol, or give again what this key was answered before; in one transaction, so there is no between."""
    fingerprint = digest(body)
    lock_name(connection, f"idempotency {_ROUTE} {key}")  # the same request may be with two processes
    stored = connection.execute(
        select(idempotency).where(idempotency.c.route == _ROUTE, idempotency.c.key == key)
    ).first()
    if stored is not None:
        if bytes(stored.fingerprint) != fingerprint:
            raise HubProblem("request.idempotency_reused")
        return bytes(stored.reply)
    now_ms = hub.world.now_ms()
    made: EnrolReply = enrol(
        connection, message, hub.world.new_id(), now_ms, hub.key.sign, hub.key.public, hub.storage.epoch
    )
    reply = msgspec.json.encode(made)
    connection.execute(
        insert(idempotency).values(route=_ROUTE, key=key, fingerprint=fingerprint, reply=reply, at_ms=now_ms)
    )
    return reply
