"""A terminal's later life: a certificate that lasts longer, a hub that forgot it, what a successor needs, and the end."""

import base64
from collections.abc import Callable

import msgspec
from litestar import Response, get, post
from litestar.params import FromQuery
from sqlalchemy import Connection

from kiosk.decoding import read_json
from sync.hub import backup_keys, devices
from sync.hub.api.access import AskedHub, HubRequest, Signed, body_of, device_of, json_from, signed_with
from sync.hub.api.pushing import MSGPACK
from sync.hub.core import Device, Hub
from sync.hub.devices import Who
from sync.hub.once import KEY_LENGTH_MAX, in_progress, once
from sync.hub.problems import HubProblem
from sync.protocol.messages import (
    BackupKey,
    DecommissionRequest,
    FactsReply,
    OpenBackup,
    OpenedBackup,
    ReadmitRequest,
    RenewRequest,
    pack,
)
from sync.protocol.signature import ONCE_HEADER, device_name, verifier

JSON = "application/json"


@post("/v1/renew", status_code=200, summary="A certificate that lasts longer")
async def renew(request: HubRequest, hub: AskedHub, device: Signed) -> Response[bytes]:
    """Body RenewRequest, header Idempotency-Key; answers RenewReply. Also for a certificate that ended not long ago."""
    body = await body_of(request)
    json_from(body, RenewRequest)

    def make(connection: Connection) -> bytes:
        terms = hub.settings.certificate
        return msgspec.json.encode(devices.renew(connection, device, hub.world.now_ms(), hub.key.sign, terms))

    return await _once(request, hub, f"renew {_name(device)}", body, make)


@post("/v1/readmit", status_code=200, summary="Show a certificate to a hub that was restored from before it")
async def readmit(request: HubRequest, hub: AskedHub) -> Response[bytes]:
    """Body ReadmitRequest, signed with the key in that very certificate; header Idempotency-Key. Answers an empty object."""
    body = await body_of(request)
    message = json_from(body, ReadmitRequest)
    try:
        raw = read_json(base64.b64decode(message.certificate), dict[str, object])
        public_key = base64.b64decode(str(raw["key"]))
        name = await signed_with(request, hub, public_key)
    except (ValueError, KeyError, msgspec.DecodeError) as error:
        raise HubProblem("request.body", kind="ReadmitRequest") from error
    who = Who("terminal", hub.world.now_ms(), hub.world.new_id)

    def make(connection: Connection) -> bytes:
        devices.readmit(connection, message, name, verifier(hub.key.public), who)
        return b"{}"

    return await _once(request, hub, f"readmit {name}", body, make)


@get("/v1/facts", media_type=MSGPACK, summary="What the hub has of a terminal's facts, for its successor")
async def stored_facts(
    hub: AskedHub,
    device: Signed,
    dev: FromQuery[str],
    inc: FromQuery[int] = 1,
    start: FromQuery[int] = 1,
    limit: FromQuery[int] = devices.FACTS_PER_READ_MAX,
) -> Response[bytes]:
    """FactsReply from number `start` on, about a terminal that stood where the asker stands now."""
    owner = await device_of(hub, device_name(dev, inc))
    if owner is None or (owner.tenant, owner.store, owner.terminal) != (device.tenant, device.store, device.terminal):
        raise HubProblem("device.none", store=device.store, terminal=dev[:40])

    def read(connection: Connection) -> FactsReply:
        head = devices.head_of(connection, owner)
        found = devices.read_facts(connection, owner, max(1, start), max(1, limit))
        return FactsReply(owner.dev, owner.inc, owner.public_key, head, found)

    return Response(pack(await hub.storage.run(read)), media_type=MSGPACK)


@get("/v1/backups/key", summary="The public key that this store's backups are sealed to")
async def backup_key(hub: AskedHub, device: Signed) -> BackupKey:
    """The newest key of the asker's store, signed by the hub."""
    return await hub.storage.run(lambda connection: backup_keys.current(connection, device, hub.key, hub.world.now_ms()))


@post("/v1/backups/open", status_code=200, summary="The content key of a backup of this store")
async def open_backup(request: HubRequest, hub: AskedHub, device: Signed) -> OpenedBackup:
    """Body OpenBackup. The answer is sealed to the asker. Asked twice it is another answer with the same key in it."""
    message = json_from(await body_of(request), OpenBackup)
    return await hub.storage.run(lambda connection: backup_keys.open_for(connection, device, message, hub.key))


@post("/v1/decommission", status_code=200, summary="A terminal ends itself in good order")
async def decommission(request: HubRequest, hub: AskedHub, device: Signed) -> Response[bytes]:
    """Body DecommissionRequest, header Idempotency-Key; answers an empty object once the hub has everything."""
    body = await body_of(request)
    message = json_from(body, DecommissionRequest)
    who = Who(f"{device.store}-{device.terminal}", hub.world.now_ms(), hub.world.new_id)
    try:
        head = bytes.fromhex(message.head)
    except ValueError as error:
        raise HubProblem("request.body", kind="DecommissionRequest") from error

    def make(connection: Connection) -> bytes:
        devices.decommission(connection, device, message.seq, head, message.given_up, who)
        return b"{}"

    return await _once(request, hub, f"decommission {_name(device)}", body, make)


async def _once(request: HubRequest, hub: Hub, route: str, body: bytes, make: Callable[[Connection], bytes]) -> Response[bytes]:
    key = request.headers.get(ONCE_HEADER, "")
    if not 0 < len(key) <= KEY_LENGTH_MAX:
        raise HubProblem("request.idempotency_key")
    with in_progress(hub.calling, route, key):
        reply = await hub.storage.run(lambda connection: once(connection, route, key, body, hub.world.now_ms(), make))
    hub.devices.forget()
    return Response(reply, media_type=JSON)


def _name(device: Device) -> str:
    return device_name(device.dev, device.inc)
