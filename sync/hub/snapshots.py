"""A scope as it stands, as a run of compressed feed chunks named by their hash, with a manifest that the hub signs.

Made on demand and kept until the log has moved far: a terminal takes the snapshot and catches up by the feed.
"""

import asyncio
import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec
import zstandard
from sqlalchemy import Connection, delete, insert, select

from kiosk.decoding import read_json
from kiosk.domain.codec import digest
from kiosk.domain.feed import EMPTY_DIGEST, Row, moved
from sync.hub import feedlog
from sync.hub.core import Device, Hub
from sync.hub.storage.blobs import Blobs
from sync.hub.storage.schema import feed_now, snapshots
from sync.protocol.limits import CHUNK_ROWS_MAX
from sync.protocol.messages import ChunkRef, Scope, SignedManifest, SnapshotManifest

REVS_BEHIND_MAX = 2_000
"""Older than this many revisions a snapshot is made anew; the log of that many is quickly caught up with."""

CHUNKS_KEPT_MS = 24 * 3600 * 1000
"""A terminal may still be fetching an older snapshot's chunks."""


class Part(msgspec.Struct, frozen=True):
    """The rows of one audience: their digest (hex) and chunks."""

    digest: str
    chunks: list[ChunkRef]


class Snapshot(NamedTuple):
    """A scope of a tenant as of a revision, by audience."""

    rev: int
    parts: dict[str, Part]


async def manifest(hub: Hub, device: Device, scope: Scope) -> SignedManifest:
    """The signed manifest of what a device sees of a scope."""
    snapshot = await current(hub, device.tenant, scope)
    total, chunks = EMPTY_DIGEST, list[ChunkRef]()
    for audience in feedlog.audiences(device.store, device.kind, device.dev):
        part = snapshot.parts.get(audience)
        if part is not None:
            total = moved(total, int.from_bytes(bytes.fromhex(part.digest)))
            chunks += part.chunks
    data = msgspec.json.encode(
        SnapshotManifest(hub.storage.epoch, scope, snapshot.rev, total.hex(), chunks)
    )
    return SignedManifest(data, hub.key.sign(digest(data)))


async def current(hub: Hub, tenant: str, scope: Scope) -> Snapshot:
    """The snapshot there is, or a new one when there is none that the log can bring up to date."""
    async with hub.making:
        return await asyncio.to_thread(_current, hub, tenant, scope)


def _current(hub: Hub, tenant: str, scope: Scope) -> Snapshot:
    found = _whole(hub, tenant, scope)
    if found is not None:
        return found
    # Another process may be making the same one just now: then this one waits for it and takes it.
    with hub.storage.alone(f"snapshot {tenant} {scope}"):
        return _whole(hub, tenant, scope) or _made(hub, tenant, scope)


def make(hub: Hub, tenant: str, scope: Scope) -> Snapshot:
    """Make a scope's snapshot now, for a caller without an event loop."""
    with hub.storage.alone(f"snapshot {tenant} {scope}"):
        return _made(hub, tenant, scope)


def _made(hub: Hub, tenant: str, scope: Scope) -> Snapshot:
    now_ms = hub.world.now_ms()
    snapshot = _write(hub.blobs, hub.storage.look(lambda connection: _read(connection, tenant, scope)), now_ms)
    hub.storage.call(lambda connection: _keep(connection, tenant, scope, snapshot, now_ms))
    return snapshot


def _whole(hub: Hub, tenant: str, scope: Scope) -> Snapshot | None:
    """The snapshot that is kept, when every chunk is there; a database that was restored without its folder has none."""
    found = hub.storage.look(lambda connection: _usable(connection, tenant, scope))
    if found is None:
        return None
    named = [chunk.sha256 for part in found.parts.values() for chunk in part.chunks]
    return None if hub.blobs.missing("chunk", named) else found


def _usable(connection: Connection, tenant: str, scope: str) -> Snapshot | None:
    row = connection.execute(
        select(snapshots).where(snapshots.c.tenant == tenant, snapshots.c.scope == scope)
    ).first()
    if row is None or row.rev < feedlog.floor(connection, tenant):
        return None
    if feedlog.head(connection, tenant) - row.rev > REVS_BEHIND_MAX:
        return None
    return Snapshot(row.rev, read_json(row.parts, dict[str, Part]))


class _Read(NamedTuple):
    rev: int
    digests: dict[str, str]
    rows: list[tuple[str, str, str, bytes]]


def _read(connection: Connection, tenant: str, scope: str) -> _Read:
    """All rows of a scope at one revision, past the mapper: 300,000 of them hold up the other transactions."""
    now = feed_now.c
    query = (
        select(now.audience, now.entity, now.key, now.payload)
        .where(now.tenant == tenant, now.scope == scope)
        .order_by(now.audience, now.entity, now.key)
    )
    cursor = connection.execute(query).cursor
    assert cursor is not None, "a select has a cursor"
    rows = list(cursor.fetchall())
    rev = feedlog.head(connection, tenant)
    audiences = {row[0] for row in rows}
    digests = {name: feedlog.part_digest(connection, tenant, scope, name, rev).hex() for name in audiences}
    return _Read(rev, digests, rows)


def _write(blobs: Blobs, read: _Read, now_ms: int) -> Snapshot:
    parts = {name: Part(made, []) for name, made in sorted(read.digests.items())}
    compressor = zstandard.ZstdCompressor(level=1)
    for audience, rows in _chunks(read.rows):
        data = compressor.compress(msgspec.msgpack.encode(rows))
        sha256 = hashlib.sha256(data).hexdigest()
        blobs.put("chunk", sha256, data, now_ms)
        parts[audience].chunks.append(ChunkRef(sha256, len(data), len(rows)))
    return Snapshot(read.rev, parts)


def _chunks(rows: Sequence[tuple[str, str, str, bytes]]) -> Iterator[tuple[str, list[Row]]]:
    """Rows of one audience at a time, at most CHUNK_ROWS_MAX."""
    start = 0
    while start < len(rows):
        audience = rows[start][0]
        end = start
        while end < len(rows) and end - start < CHUNK_ROWS_MAX and rows[end][0] == audience:
            end += 1
        yield audience, [Row(entity, key, payload) for _, entity, key, payload in rows[start:end]]
        start = end


def _keep(connection: Connection, tenant: str, scope: str, made: Snapshot, now_ms: int) -> None:
    connection.execute(delete(snapshots).where(snapshots.c.tenant == tenant, snapshots.c.scope == scope))
    connection.execute(
        insert(snapshots).values(
            tenant=tenant, scope=scope, rev=made.rev, made_ms=now_ms, parts=msgspec.json.encode(made.parts).decode()
        )
    )


def drop(connection: Connection, tenant: str, scope: str) -> None:
    """Use a scope's snapshot no longer, because of what is in it; its chunks go within a day."""
    connection.execute(delete(snapshots).where(snapshots.c.tenant == tenant, snapshots.c.scope == scope))


def forget_old_chunks(hub: Hub) -> int:
    """Delete the chunks that no snapshot names any more and nobody can still be fetching; gives how many."""
    stored = hub.storage.look(lambda connection: list(connection.scalars(select(snapshots.c.parts))))
    named = {
        chunk.sha256
        for parts in stored
        for part in read_json(parts, dict[str, Part]).values()
        for chunk in part.chunks
    }
    return hub.blobs.forget("chunk", named, hub.world.now_ms() - CHUNKS_KEPT_MS)
