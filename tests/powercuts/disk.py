"""The log of a folder's disk: every write, truncation, sync and change of a name, in the order in which they were asked for."""

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

import msgspec


class Op(Enum):
    """What was asked of the disk."""

    WRITE = "write"
    TRUNCATE = "truncate"
    SYNC = "sync"
    CREATE = "create"
    MKDIR = "mkdir"
    RENAME = "rename"
    UNLINK = "unlink"
    SYNC_FOLDER = "sync folder"


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One thing asked of the disk. `file` numbers a file for its whole life, whatever its names; 0 is a folder.

    `name` is relative to the recorded folder ("" is the folder itself); `number` is an offset or a size.
    """

    op: Op
    file: int
    name: str
    number: int = 0
    data: bytes = b""
    to: str = ""


@dataclass
class Disk:
    """Records what happens below `root` to the files that `wants` accepts; anything else passes by unseen.

    An entry is written down before it is done: what is asked last is what the power cut interrupts.
    """

    root: Path
    log: list[Entry] = field(default_factory=list)
    files: dict[str, int] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    """When given: a file is recorded if its name begins with one of these."""

    def name_of(self, path: str | Path) -> str | None:
        """A path as a name below the root, or None for one that is not recorded."""
        absolute = Path(path).absolute()
        if not absolute.is_relative_to(self.root):
            return None
        name = absolute.relative_to(self.root).as_posix()
        name = "" if name == "." else name
        if name.endswith("-shm") or (self.only and name and not name.startswith(self.only)):
            return None  # the WAL's index is shared memory that SQLite makes anew after a power cut
        return name

    def adopt(self) -> None:
        """Take what a power cut left in the folder as durable; the record goes on from there."""
        for path in sorted(self.root.iterdir()):
            name = self.name_of(path)
            if name is not None:
                file = self.opened(name, existed=False)
                self.write(file, name, 0, path.read_bytes())
                self.sync(file, name)
        self.sync_folder("")

    def opened(self, name: str, *, existed: bool) -> int:
        """A file was opened; gives its number, and writes down its creation."""
        if not existed or name not in self.files:
            assert not existed, f"{name} was there before the record began"
            self.files[name] = len(self.log) + 1
            self.log.append(Entry(Op.CREATE, self.files[name], name))
        return self.files[name]

    def write(self, file: int, name: str, offset: int, data: bytes) -> None:
        """Bytes into a file."""
        self.log.append(Entry(Op.WRITE, file, name, offset, data))

    def truncate(self, file: int, name: str, size: int) -> None:
        """A file gets another length."""
        self.log.append(Entry(Op.TRUNCATE, file, name, size))

    def sync(self, file: int, name: str) -> None:
        """What was written to a file so far shall be durable; its name is not part of it."""
        self.log.append(Entry(Op.SYNC, file, name))

    def sync_folder(self, name: str) -> None:
        """The names in a folder shall be durable."""
        self.log.append(Entry(Op.SYNC_FOLDER, 0, name))

    def make_folder(self, name: str) -> None:
        """A new folder."""
        self.log.append(Entry(Op.MKDIR, 0, name))

    def rename(self, name: str, to: str) -> None:
        """A file gets another name; one that had it is gone."""
        file = self.files.pop(name)
        self.files[to] = file
        self.log.append(Entry(Op.RENAME, file, name, to=to))

    def unlink(self, name: str) -> None:
        """A file loses its name."""
        self.log.append(Entry(Op.UNLINK, self.files.pop(name), name))

    def save(self, path: Path) -> None:
        """Hand the log to another process."""
        path.write_bytes(msgspec.msgpack.encode(self.log))


def load(path: Path) -> list[Entry]:
    """The log that another process saved."""
    return msgspec.msgpack.decode(path.read_bytes(), type=list[Entry])


def folder_of(name: str) -> str:
    """The folder a name stands in."""
    return name.rpartition("/")[0]
