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

from kiosk.domain.codec import digest
from kiosk.domain.feed import EMPTY_DIGEST, Row, moved
from sync.hub import feedlog
from sync.hub.core import Device, Hub
from sync.hub.storage.folder import Folder, write_whole
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
    for audience in feedlog.audiences(device.store, device.kind):
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
        found = await hub.storage.run(lambda connection: _usable(connection, tenant, scope))
        if found is None or not await asyncio.to_thread(_is_whole, hub.folder, found):
            read = await hub.storage.run(lambda connection: _read(connection, tenant, scope))
            found = await asyncio.to_thread(_write, hub.folder, read)
            made = found
            now_ms = hub.world.now_ms()
            await hub.storage.run(lambda connection: _keep(connection, tenant, scope, made, now_ms))
        return found


def make(hub: Hub, tenant: str, scope: Scope) -> Snapshot:
    """Make a scope's snapshot now, for a caller without an event loop."""
    snapshot = _write(hub.folder, hub.storage.call(lambda connection: _read(connection, tenant, scope)))
    hub.storage.call(lambda connection: _keep(connection, tenant, scope, snapshot, hub.world.now_ms()))
    return snapshot


def _is_whole(folder: Folder, snapshot: Snapshot) -> bool:
    """Whether every chunk is there; a database that was restored by itself, without its folder, has none."""
    return all(folder.chunk(chunk.sha256).exists() for part in snapshot.parts.values() for chunk in part.chunks)


def _usable(connection: Connection, tenant: str, scope: str) -> Snapshot | None:
    row = connection.execute(
        select(snapshots).where(snapshots.c.tenant == tenant, snapshots.c.scope == scope)
    ).first()
    if row is None or row.rev < feedlog.floor(connection, tenant):
        return None
    if feedlog.head(connection, tenant) - row.rev > REVS_BEHIND_MAX:
        return None
    return Snapshot(row.rev, msgspec.json.decode(row.parts, type=dict[str, Part]))


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


def _write(folder: Folder, read: _Read) -> Snapshot:
    parts = {name: Part(made, []) for name, made in sorted(read.digests.items())}
    compressor = zstandard.ZstdCompressor(level=1)
    for audience, rows in _chunks(read.rows):
        data = compressor.compress(msgspec.msgpack.encode(rows))
        sha256 = hashlib.sha256(data).hexdigest()
        path = folder.chunk(sha256)
        if not path.exists():
            write_whole(path, data)
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


def forget_old_chunks(hub: Hub) -> int:
    """Delete the chunks that no snapshot names any more and nobody can still be fetching; gives how many."""
    stored = hub.storage.call(lambda connection: list(connection.scalars(select(snapshots.c.parts))))
    named = {
        chunk.sha256
        for parts in stored
        for part in msgspec.json.decode(parts, type=dict[str, Part]).values()
        for chunk in part.chunks
    }
    old = [
        path
        for path in hub.folder.path.joinpath("chunks").glob("*.zst")
        if path.stem not in named and hub.world.now_ms() - path.stat().st_mtime * 1000 > CHUNKS_KEPT_MS
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
