"""`POST /v1/push`: facts come in, are verified on a worker thread, and stored in one transaction with those beside them."""

import asyncio
from functools import partial

import msgspec
from litestar import Response, post
from sqlalchemy import Connection

from sync.hub import deadletters, epochs
from sync.hub.api.access import AskedHub, HubRequest, Signed, body_of, device_of
from sync.hub.core import Device, Hub
from sync.hub.deadletters import DeadLetter
from sync.hub.ingest import push
from sync.hub.intake import AskedIntake
from sync.hub.problems import HubProblem
from sync.hub.projecting import Projectors
from sync.protocol.limits import PUSH_FACTS_MAX
from sync.protocol.messages import PushReply, PushRequest, pack, unpack
from sync.protocol.signature import device_name

LARGE = 16 * 1024
"""Bytes of a packed push; two hundred sales have three times as many."""

MSGPACK = "application/vnd.msgpack+zstd"


@post("/v1/push", status_code=200, media_type=MSGPACK, summary="Store facts: PushRequest in, PushReply out")
async def push_facts(request: HubRequest, hub: AskedHub, intake: AskedIntake, device: Signed) -> Response[bytes]:
    """Body PushRequest, answer PushReply, both MessagePack with zstd. A terminal may bring another's facts of its store."""
    body = await body_of(request)
    try:
        # A large one beside the loop: hundreds of terminals wait on it, and to unpack lets go of the interpreter.
        message = unpack(body, PushRequest) if len(body) <= LARGE else await asyncio.to_thread(unpack, body, PushRequest)
    except ValueError as error:
        raise HubProblem("request.body", kind="PushRequest") from error
    if len(message.facts) > PUSH_FACTS_MAX:
        raise HubProblem("push.too_many", limit=PUSH_FACTS_MAX)
    owner = await _owner(hub, device, message)
    async with hub.ingests.slot():
        checked, forged, folded = await intake.check(body, message, owner)
        if forged is not None:
            await asyncio.to_thread(hub.folder.dead_letter, forged.data)
            dead = DeadLetter(forged.seq, forged.data, hub.world.now_ms())
            await hub.storage.run(lambda connection: deadletters.note(connection, owner, dead))

        def take(connection: Connection, projectors: Projectors) -> PushReply:
            now_ms = hub.world.now_ms()
            reply = push(connection, owner, checked, forged, hub.storage.epoch, now_ms, hub.world.new_id, projectors, folded)
            # What a relay says of itself is not the word of whose facts it brings.
            return epochs.after_push(connection, owner, message, reply, now_ms) if owner == device else reply

        reply = await intake.store(owner, len(checked), take)
        if reply.wants_report and (report := message.report) is not None and owner == device:
            told = partial(epochs.take_report, device=owner, report=report, reply=reply, now_ms=hub.world.now_ms())
            reply = await hub.storage.run(told)
    if hub.settings.synchronous_standby and hub.storage.shares_blobs:
        # The commit waited for the standby, so all that is stored is also kept there.
        reply = msgspec.structs.replace(reply, durable_seq=max(reply.durable_seq, reply.next_seq - 1))
    return Response(pack(reply), media_type=MSGPACK)


async def _owner(hub: Hub, device: Device, message: PushRequest) -> Device:
    """Whose facts these are: the sender's, or those of a terminal of the same store that it relays."""
    if message.from_seq < 1:
        raise HubProblem("request.argument", name="from_seq", value=message.from_seq, wanted="1 or more")
    if (message.dev, message.inc) == (device.dev, device.inc):
        owner: Device | None = device
    else:
        owner = await device_of(hub, device_name(message.dev, message.inc))
    if owner is None:
        raise HubProblem("device.unknown")
    if (owner.tenant, owner.store) != (device.tenant, device.store):
        raise HubProblem("device.store", store=device.store)
    return owner
