"""Records what Python code asks of the system itself: os.open, write, fsync, replace, unlink, mkdir, and open() on top of them."""

import _pyio  # type: ignore[import-not-found]
import builtins
import io
import os
from collections.abc import Callable
from typing import Any

from tests.powercuts.disk import Disk, folder_of

_REAL: dict[str, Callable[..., Any]] = {
    name: getattr(os, name)
    for name in ("open", "close", "write", "ftruncate", "fsync", "replace", "rename", "unlink", "remove", "mkdir")
}


class Recorder:
    """Puts itself between this process and the system, for good: its process does nothing else.

    open() becomes Python's own slow one (_pyio), because that writes through os.write, where it can be seen.
    """

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self._handles: dict[int, tuple[int, str]] = {}
        mine = {
            "open": self.open, "close": self.close, "write": self.write, "ftruncate": self.ftruncate,
            "fsync": self.fsync, "replace": self.replace, "rename": self.replace, "unlink": self.unlink,
            "remove": self.unlink, "mkdir": self.mkdir,
        }  # fmt: skip
        for name, method in mine.items():
            setattr(os, name, method)
        builtins.open = io.open = _pyio.open

    def open(self, path: Any, flags: int, mode: int = 0o777, **more: Any) -> int:
        """os.open."""
        name = self._name(path)
        existed = os.path.lexists(path) if name is not None else True
        handle: int = _REAL["open"](path, flags, mode, **more)
        if name is None:
            return handle
        if os.path.isdir(path):
            self._handles[handle] = 0, name
            return handle
        file = self._disk.opened(name, existed=existed)
        self._handles[handle] = file, name
        if existed and flags & os.O_TRUNC:
            self._disk.truncate(file, name, 0)
        return handle

    def close(self, handle: int) -> None:
        """os.close."""
        self._handles.pop(handle, None)
        _REAL["close"](handle)

    def write(self, handle: int, data: Any) -> int:
        """os.write; a short write is written down as it came out."""
        at = os.lseek(handle, 0, os.SEEK_CUR) if handle in self._handles else 0
        written: int = _REAL["write"](handle, data)
        if handle in self._handles:
            self._disk.write(*self._handles[handle], at, bytes(data)[:written])
        return written

    def ftruncate(self, handle: int, size: int) -> None:
        """os.ftruncate."""
        if handle in self._handles:
            self._disk.truncate(*self._handles[handle], size)
        _REAL["ftruncate"](handle, size)

    def fsync(self, handle: int) -> None:
        """os.fsync, of a file or a folder."""
        if handle in self._handles:
            file, name = self._handles[handle]
            if file:
                self._disk.sync(file, name)
            else:
                self._disk.sync_folder(name)
        _REAL["fsync"](handle)

    def replace(self, path: Any, to: Any, **more: Any) -> None:
        """os.replace and os.rename."""
        name, new = self._name(path), self._name(to)
        if name is not None and new is not None:
            assert folder_of(name) == folder_of(new), "a move between folders is not modelled"
            self._disk.rename(name, new)
        _REAL["replace"](path, to, **more)

    def unlink(self, path: Any, **more: Any) -> None:
        """os.unlink and os.remove."""
        name = self._name(path)
        if name is not None and os.path.lexists(path):
            self._disk.unlink(name)
        _REAL["unlink"](path, **more)

    def mkdir(self, path: Any, mode: int = 0o777, **more: Any) -> None:
        """os.mkdir."""
        name = self._name(path)
        existed = os.path.lexists(path)
        _REAL["mkdir"](path, mode, **more)
        if name is not None and not existed:
            self._disk.make_folder(name)

    def _name(self, path: Any) -> str | None:
        return None if isinstance(path, int) else self._disk.name_of(os.fsdecode(path))
