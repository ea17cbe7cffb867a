"""`POST /v1/reserve` and what follows it, for connectors with a key and for terminals; and leases of rights."""

import asyncio
from datetime import UTC, datetime

import msgspec
from litestar import Response, post
from litestar.params import FromPath
from sqlalchemy import Connection

from sync.hub import connector_keys, put_back, reservations, stock_leases
from sync.hub.api.access import AskedHub, HubRequest, Signed, body_of, json_from, served
from sync.hub.core import Hub
from sync.hub.once import KEY_LENGTH_MAX, in_progress, once
from sync.hub.problems import HubProblem
from sync.hub.put_back import PutBack, PutBackReply
from sync.hub.reservations import Asker, Now, Refusal, Reservation, Reserve, proved
from sync.protocol.messages import LeaseReply
from sync.protocol.signature import verifier

_BEARER = "Bearer "
_JSON = "application/json"


class _NotFreeError(Exception):
    """Ends the transaction of a reservation that cannot be made."""

    def __init__(self, refused: Refusal) -> None:
        self.refused = refused
        super().__init__("not free")


@post("/v1/reserve", status_code=200, summary="Hold goods of a store back for somebody")
async def reserve_goods(request: HubRequest, hub: AskedHub) -> Response[bytes]:
    """Body Reserve, header Idempotency-Key; answers Reservation. Needs a connector's key or a terminal's signature."""
    asker = await _asker(request, hub)
    key, body = request.headers.get("Idempotency-Key", ""), await body_of(request)
    if not 0 < len(key) <= KEY_LENGTH_MAX or not key.isprintable():
        raise HubProblem("request.idempotency_key")
    ask, route = json_from(body, Reserve), f"reserve:{asker.tenant}:{asker.who}"
    now = _now(hub)

    def make(connection: Connection) -> bytes:
        made = reservations.reserve(connection, asker, ask, now)
        if isinstance(made, Refusal):
            raise _NotFreeError(made)
        return msgspec.json.encode(proved(made, asker, hub.storage.epoch, hub.key.sign))

    with in_progress(hub.calling, route, key):
        try:
            reply = await hub.storage.run(lambda connection: once(connection, route, key, body, now.ms, make))
        except _NotFreeError as error:
            refused = error.refused  # not kept under the key: asked again, there may be more
            await hub.storage.run(lambda connection: reservations.count_refused(connection, asker, ask, refused, now.day))
            free_milli = max(0, refused.free_milli)
            raise HubProblem("reservation.refused", article=ask.article, store=ask.store, free_milli=free_milli) from error
    return Response(reply, media_type=_JSON)


@post("/v1/reserve/again", status_code=200, summary="Put back what a restored hub has forgotten")
async def put_goods_back(request: HubRequest, hub: AskedHub) -> PutBackReply:
    """Body PutBack; answers PutBackReply. Each reservation's own id makes it one and the same however often it is sent."""
    asker = await _asker(request, hub)
    ask = json_from(await body_of(request), PutBack)
    if len(ask.reservations) > put_back.AT_ONCE_MAX:
        raise HubProblem("state.large", limit=put_back.AT_ONCE_MAX)
    now = _now(hub)
    if ask.epoch < hub.storage.epoch:
        await asyncio.to_thread(put_back.require_proofs, asker, ask, hub.storage.epoch, verifier(hub.key.public))
    return await hub.storage.run(lambda connection: put_back.take(connection, asker, ask, hub.storage.epoch, now))


@post("/v1/reserve/{reservation:str}/claim", status_code=200, summary="The goods are paid or fetched: no expiry any more")
async def claim_goods(request: HubRequest, hub: AskedHub, reservation: FromPath[str]) -> Reservation:
    """Answers Reservation; again changes nothing."""
    asker = await _asker(request, hub)
    made = await hub.storage.run(lambda c: reservations.claim(c, asker, reservation, hub.world.now_ms()))
    return proved(made, asker, hub.storage.epoch, hub.key.sign)


@post("/v1/reserve/{reservation:str}/release", status_code=200, summary="The goods are not wanted any more")
async def release_goods(request: HubRequest, hub: AskedHub, reservation: FromPath[str]) -> Reservation:
    """Answers Reservation; again changes nothing."""
    asker = await _asker(request, hub)
    made = await hub.storage.run(lambda c: reservations.release(c, asker, reservation, hub.world.now_ms()))
    return proved(made, asker, hub.storage.epoch, hub.key.sign)


@post("/v1/rights/lease", status_code=200, summary="A terminal asks for how long its rights hold")
async def lease(hub: AskedHub, device: Signed) -> LeaseReply:
    """Answers LeaseReply; the terminal counts the term from the moment it sent this."""
    return await hub.storage.run(lambda connection: stock_leases.give(connection, device, hub.world.now_ms()))


def _now(hub: Hub) -> Now:
    now_ms = hub.world.now_ms()
    return Now(now_ms, datetime.fromtimestamp(now_ms / 1000, UTC).date().isoformat(), hub.world.new_id)


async def _asker(request: HubRequest, hub: Hub) -> Asker:
    given = request.headers.get("Authorization", "")
    if given.startswith(_BEARER):
        return await hub.storage.run(lambda connection: connector_keys.find(connection, given.removeprefix(_BEARER)))
    device = await served(request, hub)
    return Asker(device.tenant, device.dev)
