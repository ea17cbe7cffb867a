"""What a disk may hold after a power cut: the durable part of a log, and of the rest what a seed lets through.

The model, harsher than most disks. A write is durable once its file was synced after it, a name once its folder was. Until then:

- of each file's writes none, all, the first few, any few, or any 512-byte sectors of them may have reached the disk, in the place
  of the others their old bytes or zeros; or a sector that was being written holds noise. Bytes outside the write stay (SQLite
  relies on that too: its "powersafe overwrite");
- of the names' changes the first few or any few.

`lying` is the share of syncs that a bad disk only claims to have done: outside of what the shop can survive, and so a mutant.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.powercuts.disk import Entry, Op, folder_of

SECTOR = 512
FOLDER = 0
Image = dict[str, bytes | None]
"""Name to bytes; None is a folder."""

_NAMES = (Op.CREATE, Op.MKDIR, Op.RENAME, Op.UNLINK)
_MODES = ("none", "all", "first", "some", "torn", "noise")


@dataclass
class Replay:
    """Goes through a log, once and forwards; `image` gives a disk as a cut at this place may leave it."""

    log: Sequence[Entry]
    lying: float = 0.0
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    ignored: frozenset[Op] = frozenset()
    """Syncs that are not done at all: what the code under test would be without them."""

    at: int = 0
    _data: dict[int, bytearray] = field(default_factory=dict)
    _names: dict[str, int] = field(default_factory=dict)
    _writes: dict[int, list[Entry]] = field(default_factory=dict)
    _moves: list[Entry] = field(default_factory=list)

    def advance(self, at: int) -> None:
        """Do everything before the entry `at`."""
        assert at >= self.at, "a replay goes forwards"
        for entry in self.log[self.at : at]:
            self._do(entry)
        self.at = at

    def _do(self, entry: Entry) -> None:
        if entry.op in _NAMES:
            self._moves.append(entry)
        elif entry.op in (Op.WRITE, Op.TRUNCATE):
            self._writes.setdefault(entry.file, []).append(entry)
        elif entry.op in self.ignored or (self.lying and self.chance.random() < self.lying):
            return
        elif entry.op is Op.SYNC:
            buffer = self._data.setdefault(entry.file, bytearray())
            for done in self._writes.pop(entry.file, ()):
                _put(buffer, done)
        else:
            for move in self._moves:
                if folder_of(move.name) == entry.name:
                    _move(self._names, move)
            self._moves = [move for move in self._moves if folder_of(move.name) != entry.name]

    def image(self, chance: random.Random) -> Image:
        """What the disk holds, when the power goes while the entry at this place is under way."""
        names, moves, writes = dict(self._names), list(self._moves), self._writes
        under_way = self.log[self.at] if self.at < len(self.log) else None
        if under_way is not None and under_way.op in _NAMES:
            moves.append(under_way)
        if under_way is not None and under_way.op in (Op.WRITE, Op.TRUNCATE):
            writes = {**writes, under_way.file: [*writes.get(under_way.file, ()), under_way]}
        for move in _some_moves(moves, chance):
            _move(names, move)
        made: Image = {}
        for name, file in sorted(names.items()):
            if not _stands(name, names):
                continue
            if file == FOLDER:
                made[name] = None
                continue
            buffer = bytearray(self._data.get(file, b""))
            _put_some(buffer, writes.get(file, ()), chance)
            made[name] = bytes(buffer)
        return made


def lay_out(image: Image, folder: Path, only: str = "") -> None:
    """Write an image's files, those whose name begins with `only`."""
    for name, data in image.items():
        if name.startswith(only):
            path = folder / name
            if data is None:
                path.mkdir(exist_ok=True)
            else:
                path.write_bytes(data)


def _stands(name: str, names: dict[str, int]) -> bool:
    """Whether the folders above a name are there too."""
    above = folder_of(name)
    return not above or (names.get(above) == FOLDER and _stands(above, names))


def _move(names: dict[str, int], entry: Entry) -> None:
    if entry.op is Op.UNLINK:
        names.pop(entry.name, None)
    elif entry.op is Op.RENAME:
        names.pop(entry.name, None)
        names[entry.to] = entry.file
    else:
        names[entry.name] = entry.file


def _some_moves(moves: Sequence[Entry], chance: random.Random) -> Iterable[Entry]:
    mode = chance.choice(("none", "all", "first", "some"))
    if mode == "none":
        return ()
    if mode == "first":
        return moves[: chance.randint(0, len(moves))]
    return [move for move in moves if mode == "all" or chance.random() < 0.5]


def _put(buffer: bytearray, entry: Entry) -> None:
    if entry.op is Op.TRUNCATE:
        _resize(buffer, entry.number)
    else:
        _put_bytes(buffer, entry.number, entry.data)


def _put_bytes(buffer: bytearray, offset: int, data: bytes) -> None:
    if len(buffer) < offset + len(data):
        _resize(buffer, offset + len(data))
    buffer[offset : offset + len(data)] = data


def _resize(buffer: bytearray, size: int) -> None:
    if size < len(buffer):
        del buffer[size:]
    else:
        buffer.extend(bytes(size - len(buffer)))


def _put_some(buffer: bytearray, writes: Sequence[Entry], chance: random.Random) -> None:
    if not writes:
        return
    mode = chance.choice(_MODES)
    kept = chance.randint(0, len(writes)) if mode == "first" else len(writes)
    for entry in writes[:kept] if mode != "none" else ():
        if mode in ("all", "first") or (entry.op is Op.TRUNCATE and chance.random() < 0.5):
            _put(buffer, entry)
        elif entry.op is Op.WRITE and (mode != "some" or chance.random() < 0.5):
            _put_sectors(buffer, entry, mode, chance)


def _put_sectors(buffer: bytearray, entry: Entry, mode: str, chance: random.Random) -> None:
    """The sectors of one write: each one there or not, or (`noise`) one of them in between."""
    start, end = entry.number, entry.number + len(entry.data)
    while start < end:
        stop = min(end, (start // SECTOR + 1) * SECTOR)
        drawn = chance.random()
        if mode == "noise" and drawn < 0.05:
            _put_bytes(buffer, start, chance.randbytes(stop - start))
        elif mode == "some" or drawn < 0.5:
            _put_bytes(buffer, start, entry.data[start - entry.number : stop - entry.number])
        start = stop
