"""A terminal's data folder: one process at a time, its ballast, and files that are replaced whole or not at all."""

import os
import sys
from pathlib import Path
from typing import IO

from kiosk.domain.errors import Busy, ShopError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

BALLAST_BYTES = 64 * 1024 * 1024
"""Room kept free for the last sales of a day on which the disk fills up."""


class FolderLock:
    """Holds a data folder for this process; a second one is told who has it. Freed by the system on any death."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "in-use"
        try:
            make_folder(folder)
            self._file: IO[str] = self._path.open("a+", encoding="ascii")
        except OSError as error:
            raise ShopError("folder.no_access", folder=str(folder), reason=error.strerror or "") from error
        try:
            if sys.platform == "win32":
                msvcrt.locking(self._file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.seek(0)
            holder = self._file.read().strip() or "?"
            self._file.close()
            raise Busy("folder.in_use", folder=str(folder), process=holder) from error
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        """Give the folder back."""
        self._file.close()


def write_whole(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Replace a file so that after any power cut the old or the new bytes are there, never a mix."""
    part = path.with_name(path.name + ".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]
        os.fsync(handle)
    finally:
        os.close(handle)
    os.replace(part, path)
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Make a finished file durable, and its name with it."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a folder's entries durable (a no-op where folders cannot be opened)."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path, mode: int = 0o777) -> None:
    """Make a folder and those above it that are missing, so that no power cut takes it away with what is put in later."""
    if not folder.is_dir():
        if folder.parent != folder:
            make_folder(folder.parent)
        folder.mkdir(mode, exist_ok=True)
        sync_folder(folder.parent)


def keep_ballast(folder: Path, size: int = BALLAST_BYTES) -> Path:
    """Reserve room on the disk; gives the ballast's path. A disk too small for it goes without."""
    path = folder / "ballast"
    try:
        if path.exists() and path.stat().st_size == size:
            return path
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(handle, 0, size)
            else:
                os.truncate(handle, size)
        finally:
            os.close(handle)
    except OSError:
        path.unlink(missing_ok=True)
    return path
