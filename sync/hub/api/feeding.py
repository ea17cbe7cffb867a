"""The way down: `GET /v1/feed`, `/v1/snapshot`, `/v1/chunks/{sha256}` and `/v1/pictures/{sha256}`."""

import asyncio
import re
from typing import Annotated, NamedTuple, TypeAlias, cast

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from sqlalchemy import Connection

from kiosk.domain.feed import DEVICE, SCOPES, Transaction
from sync.hub import epochs, feedlog, ingest, snapshots
from sync.hub.api.access import AskedHub, HubRequest, Signed, waiting_s
from sync.hub.api.pushing import MSGPACK
from sync.hub.bell import rung
from sync.hub.core import Device, Hub
from sync.hub.problems import HubProblem
from sync.hub.sharing import SharedReads
from sync.hub.storage.blobs import BlobKind
from sync.protocol.limits import FEED_ROWS_MAX
from sync.protocol.messages import FeedReply, Scope, pack

_SHA256 = re.compile(r"[0-9a-f]{64}")
_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")
_FOR_EVER = "public, max-age=31536000, immutable"

AskedScope: TypeAlias = Annotated[str, QueryParameter(name="scope")]
"""Called otherwise in the arguments, because the framework keeps `scope` for itself."""


class Packed(NamedTuple):
    """A reply as it is sent, whether it brings anything, and whether it says that the terminal has two histories."""

    has_news: bool
    packed: bytes
    forked: bool


Polls: TypeAlias = SharedReads[Packed]
AskedPolls: TypeAlias = NamedDependency[SharedReads[Packed]]
"""The reads that polls share, in a handler's argument `polls`."""


class _Ask(NamedTuple):
    scope: Scope
    epoch: int
    rev: int
    limit: int
    wait_s: float


@get("/v1/feed", media_type=MSGPACK, summary="Changes after a cursor; waits for them")
async def feed(
    hub: AskedHub, polls: AskedPolls, device: Signed, part: AskedScope, cursor: FromQuery[str] = "0:0",
    limit: FromQuery[int] = FEED_ROWS_MAX, wait: FromQuery[float] = 0,
) -> Response[bytes]:
    """Whole transactions after cursor `EPOCH:REV`, about `limit` rows; waits up to `wait` seconds for the first one."""
    ask = _asked(part, cursor, limit, wait)
    seen = _seen(device, ask.scope)
    end = asyncio.get_running_loop().time() + ask.wait_s
    with hub.bell.listen([(device.tenant, ask.scope, audience) for audience in seen]) as news:
        first = True
        was_forked = False
        while True:
            news.clear()
            reply = await _reply(hub, polls, device, ask)
            was_forked, turned = reply.forked, not first and reply.forked != was_forked
            first = False
            left = end - asyncio.get_running_loop().time()
            if reply.has_news or turned or left <= 0 or hub.bell.is_closed or not await rung(news, left):
                return Response(reply.packed, media_type=MSGPACK)


@get("/v1/snapshot", media_type=MSGPACK, summary="The signed manifest of a scope")
async def snapshot(hub: AskedHub, device: Signed, part: AskedScope) -> Response[bytes]:
    """SignedManifest (MessagePack with zstd) of all rows that this terminal sees of a scope."""
    manifest = await snapshots.manifest(hub, device, _scope(part))
    return Response(pack(manifest), media_type=MSGPACK)


@get("/v1/chunks/{sha256:str}", media_type="application/zstd", summary="A chunk of a snapshot")
async def chunk(request: HubRequest, hub: AskedHub, sha256: FromPath[str]) -> Response[bytes]:
    """Rows as MessagePack with zstd. Needs no signature: only a signed manifest says its name. Takes Range."""
    if not _SHA256.fullmatch(sha256):
        raise HubProblem("snapshot.unknown")
    return await _blob(request, hub, _Blob("chunk", sha256, "application/zstd", "snapshot.unknown"))


@get("/v1/pictures/{sha256:str}", media_type="image/webp", summary="A picture of an article or category")
async def picture(request: HubRequest, hub: AskedHub, sha256: FromPath[str]) -> Response[bytes]:
    """WebP bytes, which never change under their name. Takes Range."""
    if not _SHA256.fullmatch(sha256):
        raise HubProblem("picture.unknown")
    return await _blob(request, hub, _Blob("picture", sha256, "image/webp", "picture.unknown"))


def _asked(scope: str, cursor: str, limit: int, wait: float) -> _Ask:
    epoch, colon, rev = cursor.partition(":")
    if not (colon and epoch.isdigit() and rev.isdigit() and cursor.isascii() and len(cursor) <= 40):
        raise HubProblem("request.argument", name="cursor", value=cursor[:40], wanted="EPOCH:REV")
    return _Ask(
        _scope(scope), int(epoch), int(rev), min(max(limit, 1), FEED_ROWS_MAX), waiting_s(wait)
    )


def _scope(scope: str) -> Scope:
    if scope not in SCOPES:
        raise HubProblem("request.argument", name="scope", value=scope[:40], wanted="catalog or device")
    return cast(Scope, scope)


def _seen(device: Device, scope: Scope) -> tuple[str, ...]:
    """What a terminal sees of a scope. Nothing of the catalogue is for one terminal alone, so all of a store share their reads."""
    return feedlog.audiences(device.store, device.kind, device.dev if scope == DEVICE else "")


async def _reply(hub: Hub, polls: Polls, device: Device, ask: _Ask) -> Packed:
    """What came after the cursor. One that this hub cannot have given proves that its database was put back by hand."""

    async def read() -> Packed:
        reply = await hub.storage.read(lambda connection: _read(connection, hub, device, ask))
        return Packed(bool(reply.transactions), pack(reply), reply.forked)

    try:
        return await polls.read((device.tenant, _seen(device, ask.scope), ask._replace(wait_s=0)), read)
    except HubProblem:
        cursor = (ask.epoch, ask.rev)
        await hub.storage.run(
            lambda connection: epochs.doubt_cursor(connection, device, cursor, hub.storage.epoch, hub.world.now_ms())
        )
        raise


def _read(connection: Connection, hub: Hub, device: Device, ask: _Ask) -> FeedReply:
    head = feedlog.head(connection, device.tenant)
    if ask.epoch != hub.storage.epoch or not feedlog.floor(connection, device.tenant) <= ask.rev <= head:
        raise HubProblem("feed.gone")
    seen = _seen(device, ask.scope)
    transactions: list[Transaction]
    transactions, more = feedlog.read_log(connection, device.tenant, ask.scope, seen, ask.rev, ask.limit)
    rev_to = transactions[-1].rev if more else head
    digest = feedlog.digest_at(connection, device.tenant, ask.scope, seen, rev_to)
    forked = ask.scope == DEVICE and ingest.is_forked(connection, device)  # an idle terminal hears it by no push
    return FeedReply(hub.storage.epoch, ask.scope, rev_to, digest, transactions, more, hub.world.now_ms(), forked)


class _Blob(NamedTuple):
    kind: BlobKind
    sha256: str
    media_type: str
    absent: str


async def _blob(request: HubRequest, hub: Hub, asked_for: _Blob) -> Response[bytes]:
    media_type = asked_for.media_type
    data = await asyncio.to_thread(hub.blobs.get, asked_for.kind, asked_for.sha256)
    if data is None:
        raise HubProblem(asked_for.absent)
    headers = {"Accept-Ranges": "bytes", "Cache-Control": _FOR_EVER, "ETag": f'"{asked_for.sha256}"'}
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None:
        return Response(data, media_type=media_type, headers=headers)
    start = int(asked[1])
    end = min(int(asked[2]) if asked[2] else len(data) - 1, len(data) - 1)
    if start > end:
        headers["Content-Range"] = f"bytes */{len(data)}"
        return Response(b"", status_code=416, media_type=media_type, headers=headers)
    headers["Content-Range"] = f"bytes {start}-{end}/{len(data)}"
    return Response(data[start : end + 1], status_code=206, media_type=media_type, headers=headers)
