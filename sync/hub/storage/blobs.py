"""Chunks and pictures, named by the SHA-256 of their bytes: files of the folder, shared through the database by several processes.

Processes on one PostgreSQL database need not see one disk, so what one of them makes has to reach the others by the one thing
they share. Each keeps what it was asked for as files, which are only copies then: losing the folder loses nothing.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from sqlalchemy import Connection, delete, select, update

from sync.hub.storage.database import Storage
from sync.hub.storage.dialect import insert_new
from sync.hub.storage.folder import Folder, write_whole
from sync.hub.storage.schema import blobs

BlobKind: TypeAlias = Literal["chunk", "picture"]
_NAMES_PER_QUERY = 400


class Blobs(ABC):
    """Where chunks and pictures are. Every method blocks: not on the event loop, and not on a thread of the storage."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def path(self, kind: BlobKind, sha256: str) -> Path:
        """Where this process keeps, or would keep, a blob."""
        return self._folder.chunk(sha256) if kind == "chunk" else self._folder.picture(sha256)

    @abstractmethod
    def put(self, kind: BlobKind, sha256: str, data: bytes, now_ms: int) -> None:
        """Keep a blob under its hash."""

    @abstractmethod
    def get(self, kind: BlobKind, sha256: str) -> bytes | None:
        """A blob's bytes, or None."""

    @abstractmethod
    def missing(self, kind: BlobKind, sha256s: Sequence[str]) -> list[str]:
        """Those that are not there."""

    @abstractmethod
    def forget(self, kind: BlobKind, named: Iterable[str], before_ms: int) -> int:
        """Take away those that nobody names and that are older than an instant (ms); gives how many."""

    def _read(self, kind: BlobKind, sha256: str) -> bytes | None:
        try:
            return self.path(kind, sha256).read_bytes()
        except FileNotFoundError:
            return None

    def _forget_files(self, kind: BlobKind, named: Iterable[str], before_ms: int) -> int:
        kept = set(named)
        found = self.path(kind, "x").parent.glob(f"*{self.path(kind, 'x').suffix}")
        old = [path for path in found if path.stem not in kept and path.stat().st_mtime * 1000 < before_ms]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)


class FolderBlobs(Blobs):
    """Files of the data folder, and nothing else: a hub on SQLite is one process."""

    def put(self, kind: BlobKind, sha256: str, data: bytes, now_ms: int) -> None:
        path = self.path(kind, sha256)
        if kind == "picture" or not path.exists():
            write_whole(path, data)

    def get(self, kind: BlobKind, sha256: str) -> bytes | None:
        return self._read(kind, sha256)

    def missing(self, kind: BlobKind, sha256s: Sequence[str]) -> list[str]:
        return [sha256 for sha256 in sha256s if not self.path(kind, sha256).exists()]

    def forget(self, kind: BlobKind, named: Iterable[str], before_ms: int) -> int:
        return self._forget_files(kind, named, before_ms)


class DatabaseBlobs(Blobs):
    """Rows of the database, with files as copies of what this process was asked for."""

    def __init__(self, folder: Folder, storage: Storage) -> None:
        super().__init__(folder)
        self._storage = storage

    def put(self, kind: BlobKind, sha256: str, data: bytes, now_ms: int) -> None:
        values = {"kind": kind, "sha256": sha256, "at_ms": now_ms, "data": data}

        def keep(connection: Connection) -> None:
            if not insert_new(connection, blobs, values):  # wanted again: it is young again
                at = blobs.c
                connection.execute(update(blobs).where(at.kind == kind, at.sha256 == sha256).values(at_ms=now_ms))

        self._storage.call(keep)

    def get(self, kind: BlobKind, sha256: str) -> bytes | None:
        copy = self._read(kind, sha256)
        if copy is not None:
            return copy
        query = select(blobs.c.data).where(blobs.c.kind == kind, blobs.c.sha256 == sha256)
        found = self._storage.look(lambda connection: connection.scalar(query))
        if found is None:
            return None
        write_whole(self.path(kind, sha256), bytes(found))
        return bytes(found)

    def missing(self, kind: BlobKind, sha256s: Sequence[str]) -> list[str]:
        def there(connection: Connection) -> set[str]:
            found: set[str] = set()
            for start in range(0, len(sha256s), _NAMES_PER_QUERY):
                part = sha256s[start : start + _NAMES_PER_QUERY]
                found.update(connection.scalars(select(blobs.c.sha256).where(blobs.c.kind == kind, blobs.c.sha256.in_(part))))
            return found

        present = self._storage.look(there)
        return [sha256 for sha256 in sha256s if sha256 not in present]

    def forget(self, kind: BlobKind, named: Iterable[str], before_ms: int) -> int:
        kept = set(named)

        def drop(connection: Connection) -> int:
            old = select(blobs.c.sha256).where(blobs.c.kind == kind, blobs.c.at_ms < before_ms)
            gone = [sha256 for sha256 in connection.scalars(old) if sha256 not in kept]
            for sha256 in gone:
                connection.execute(
                    delete(blobs).where(blobs.c.kind == kind, blobs.c.sha256 == sha256, blobs.c.at_ms < before_ms)
                )
            return len(gone)

        self._forget_files(kind, kept, before_ms)
        return self._storage.call(drop)
