"""Fetches a snapshot of a scope: chunks by their hash into a folder, resumable, and then row by row out of it."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.codec import digest
from kiosk.domain.errors import Damaged
from kiosk.domain.feed import DIGEST_BYTES, Cursor, Row
from sync.agent.client import HubClient
from sync.agent.events import Failure
from sync.protocol.limits import BODY_BYTES_MAX, CHUNK_ROWS_MAX
from sync.protocol.messages import ChunkRef, Scope, SnapshotManifest, unpack

CHUNKS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot whose chunks lie, whole and checked, in `folder`."""

    cursor: Cursor
    chunks: tuple[ChunkRef, ...]
    folder: Path

    def rows(self) -> Iterator[Row]:
        """All rows, one chunk in memory at a time; raises Damaged for a chunk that is not what it
        was.
        """
        for ref in self.chunks:
            data = _path(self.folder, ref).read_bytes()
            if digest(data).hex() != ref.sha256:
                raise Damaged("feed.chunk", sha256=ref.sha256)
            yield from read_chunk(data, ref)

    def discard(self) -> None:
        """Remove the chunks, once the copy stands."""
        for ref in self.chunks:
            _path(self.folder, ref).unlink(missing_ok=True)


def read_chunk(data: bytes, ref: ChunkRef) -> list[Row]:
    """The rows of a chunk; raises Damaged when it does not hold what its reference says."""
    try:
        rows = unpack(data, list[Row])
    except ValueError as error:
        raise Damaged("feed.chunk", sha256=ref.sha256) from error
    if len(rows) != ref.rows:
        raise Damaged("feed.chunk", sha256=ref.sha256)
    return rows


async def bootstrap(client: HubClient, scope: Scope, folder: Path, on_percent: Callable[[int], None]) -> Snapshot | Failure:
    """Fetch what is missing of a scope's snapshot. Chunks that are here from an earlier try are not
    fetched again.

    `on_percent` hears 0 to 99 while bytes come; the last percent is the store's. Raises OSError
    when the disk is full.
    """
    manifest = await client.manifest(scope)
    if isinstance(manifest, Failure):
        return manifest
    cursor = _checked(manifest)
    if cursor is None:
        return Failure("sync.garbage", contact=True)
    folder.mkdir(parents=True, exist_ok=True)
    total = sum(ref.size for ref in manifest.chunks) or 1
    here = 0
    for ref in manifest.chunks:
        on_percent(99 * here // total)
        path = _path(folder, ref)
        if not _is_here(path, ref):
            data = await client.chunk(ref)
            if isinstance(data, Failure):
                return data
            write_whole(path, data)
        here += ref.size
    return Snapshot(cursor, tuple(manifest.chunks), folder)


def write_whole(path: Path, data: bytes) -> None:
    """Put a file there whole or not at all."""
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _checked(manifest: SnapshotManifest) -> Cursor | None:
    """The manifest's cursor; None when the manifest cannot be right, although the hub signed it."""
    sound = len(manifest.chunks) <= CHUNKS_MAX and all(
        len(ref.sha256) == 64
        and set(ref.sha256) <= set("0123456789abcdef")
        and 0 < ref.size <= BODY_BYTES_MAX
        and 0 < ref.rows <= CHUNK_ROWS_MAX
        for ref in manifest.chunks
    )
    try:
        mark = bytes.fromhex(manifest.digest)
    except ValueError:
        return None
    return Cursor(manifest.epoch, manifest.rev, mark) if sound and len(mark) == DIGEST_BYTES else None


def _path(folder: Path, ref: ChunkRef) -> Path:
    return folder / f"{ref.sha256}.zst"


def _is_here(path: Path, ref: ChunkRef) -> bool:
    return path.is_file() and digest(path.read_bytes()).hex() == ref.sha256
