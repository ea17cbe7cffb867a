"""A VFS of SQLite that passes everything on to the system's own and writes down what changes the disk."""

import os

import apsw

from tests.powercuts.disk import Disk, folder_of

NAME = "powercut"
_NAMED_LATER = apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_SUPER_JOURNAL
_FileName = str | apsw.URIFilename | None


class PowerCutVfs(apsw.VFS):
    """Registered under NAME for as long as it lives."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        super().__init__(NAME, base="")

    def xOpen(self, name: _FileName, flags: list[int]) -> apsw.VFSFile:
        """Open through the system's VFS."""
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        recorded = self._disk.name_of(path) if path else None
        if recorded is None or path is None:
            return apsw.VFSFile("", name, flags)
        return RecordedFile(self._disk, recorded, os.path.exists(path), name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        """Delete, and sync the folder when SQLite asks for it."""
        name = self._disk.name_of(filename)
        if name is not None and os.path.exists(filename):
            self._disk.unlink(name)
        super().xDelete(filename, syncdir)
        if name is not None and syncdir:
            self._disk.sync_folder(folder_of(name))


class RecordedFile(apsw.VFSFile):
    """One open file."""

    def __init__(self, disk: Disk, name: str, existed: bool, filename: _FileName, flags: list[int]) -> None:
        self._disk, self._name = disk, name
        # As the unix VFS has it: the first sync of a journal or a WAL that was created also syncs its folder.
        self._name_waits = not existed and bool(flags[0] & _NAMED_LATER)
        super().__init__("", filename, flags)
        self._file = disk.opened(name, existed=existed)

    def xWrite(self, data: bytes, offset: int) -> None:
        """Write."""
        self._disk.write(self._file, self._name, offset, bytes(data))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:
        """Truncate."""
        self._disk.truncate(self._file, self._name, newsize)
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:
        """Sync."""
        self._disk.sync(self._file, self._name)
        super().xSync(flags)
        if self._name_waits:
            self._name_waits = False
            self._disk.sync_folder(folder_of(self._name))
