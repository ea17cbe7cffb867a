"""The hub's data folder: one process at a time, and what lies where in it."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO

from sync.hub.problems import HubProblem
from sync.protocol.signature import Key


class Folder:
    """A data folder held by this process; a second one is told who has it. The system frees it on any death."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            make_folder(path, 0o700)
            self._lock: IO[str] = (path / "in-use").open("a+", encoding="ascii")
        except OSError as error:
            raise HubProblem("folder.no_access", folder=str(path), reason=error.strerror or "") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.seek(0)
            holder = self._lock.read().strip() or "?"
            self._lock.close()
            raise HubProblem("folder.in_use", folder=str(path), process=holder) from error
        self._lock.truncate(0)
        self._lock.write(str(os.getpid()))
        self._lock.flush()
        for name in ("chunks", "pictures"):
            make_folder(path / name)

    @property
    def database(self) -> Path:
        """The one database."""
        return self.path / "hub.db"

    def chunk(self, sha256: str) -> Path:
        """Where a chunk of a snapshot lies."""
        return self.path / "chunks" / f"{sha256}.zst"

    def picture(self, sha256: str) -> Path:
        """Where a picture lies."""
        return self.path / "pictures" / f"{sha256}.webp"

    def release(self) -> None:
        """Give the folder back."""
        self._lock.close()

    @property
    def has_key(self) -> bool:
        """Whether a hub's key lies here."""
        return (self.path / "hub.key").exists()

    def key(self, generate: Callable[[], Key]) -> Key:
        """The hub's own key, made at the first start and readable by its owner only."""
        path = self.path / "hub.key"
        if path.exists():
            try:
                return Key.load(path.read_bytes())
            except (OSError, ValueError) as error:
                raise HubProblem("settings.damaged", file=path.name, reason=f"{error}. Restore it from a backup.") from error
        key = generate()
        write_whole(path, key.raw, mode=0o600)
        return key

    def dead_letter(self, data: bytes, size_max: int = 16 * 1024 * 1024) -> None:
        """Put refused bytes aside for a person to look at; the file is capped, so nobody can fill the disk with it."""
        path = self.path / "dead-letters"
        with path.open("ab") as file:
            if file.tell() + 4 + len(data) <= size_max:
                file.write(len(data).to_bytes(4) + data)


def admin_socket(folder: Path) -> Path:
    """The socket by which other commands speak to the hub that runs on a folder."""
    return folder / "admin.sock"


def write_whole(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Replace a file so that after any power cut the old or the new bytes are there, never a mix."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)


def make_folder(folder: Path, mode: int = 0o777) -> None:
    """Make a folder and those above it that are missing, so that no power cut takes it away with what is put in later."""
    if not folder.is_dir():
        if folder.parent != folder:
            make_folder(folder.parent)
        folder.mkdir(mode, exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make a folder's entries durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
