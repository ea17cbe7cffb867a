"""A ledger's backup: a consistent copy in one sealed file that shows every changed bit, and is opened before it counts.

The file: a line that says what it is, the header (canonical JSON, readable by anybody), and sealed parts of the zstd-compressed
database. The header is the context of every part: neither can be changed without the other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import zstandard

from kiosk.domain.codec import Json, canonical, digest, parse
from kiosk.domain.errors import Damaged, ShopError
from kiosk.domain.generations import kept
from kiosk.store.database import Connection, reading
from kiosk.store.folder import sync_file

Part = Callable[[int, bool, bytes, bytes], bytes]
"""Seals or opens one part: number, whether it is the last, its bytes, and the context they belong to."""

MAGIC = b"toonbank-backup-1\n"
SUFFIX = ".backup"
PART_BYTES = 1 << 20
_SIZE = 4
_PART_MAX = 4 * PART_BYTES
_HEADER_MAX = 64 * 1024


@dataclass(frozen=True, slots=True)
class Header:
    """What a backup says of itself: whose it is, how far the ledger was, when it was made (ms), and how it is sealed."""

    dev: str
    inc: int
    store: str
    terminal: str
    series: int
    seq: int
    head: str
    made_ms: int
    key: int
    public: str

    def data(self) -> bytes:
        """Its bytes in the file."""
        return canonical({"v": 1, **{name: getattr(self, name) for name in Header.__slots__}})


def copy_ledger(ledger: Path, target: Path) -> tuple[int, bytes]:
    """A consistent copy of a ledger, also beside a running terminal; gives its last fact and its hash. Checked whole."""
    target.unlink(missing_ok=True)
    with reading(ledger) as conn:
        conn.execute("VACUUM INTO ?", (str(target),))
    return check_copy(target)


def check_copy(path: Path) -> tuple[int, bytes]:
    """Open a copy and look at all of it; gives its last fact and its hash. Raises Damaged when it is not whole."""
    with reading(path) as conn:
        return whole_in(conn, path)


def whole_in(conn: Connection, path: Path) -> tuple[int, bytes]:
    """Look at every page and index of an open ledger; gives its last fact and its hash."""
    if conn.execute("PRAGMA integrity_check").fetchone() != ("ok",):
        raise Damaged("database.damaged", path=path.name)
    found = conn.execute("SELECT seq, hash, data FROM facts ORDER BY seq DESC LIMIT 1").fetchone()
    if found is not None and digest(bytes(found[2])) != bytes(found[1]):
        raise Damaged("ledger.head", seq=found[0])
    return (int(found[0]), bytes(found[1])) if found else (0, b"")


def write(copy: Path, target: Path, header: Header, seal: Part) -> None:
    """Make the sealed file of a copy, whole or not at all."""
    head = header.data()
    context = digest(head)
    part = target.with_name(target.name + ".part")
    with copy.open("rb") as plain, part.open("wb") as file:
        file.write(MAGIC + len(head).to_bytes(_SIZE) + head)
        with zstandard.ZstdCompressor(level=6).stream_reader(plain) as packed:
            number, data = 0, packed.read(PART_BYTES)
            while True:
                after = packed.read(PART_BYTES)
                sealed = seal(number, not after, data, context)
                file.write(len(sealed).to_bytes(_SIZE) + sealed)
                if not after:
                    break
                number, data = number + 1, after
    part.chmod(0o600)
    sync_file(part)
    part.replace(target)
    sync_file(target)


def read_header(path: Path) -> Header:
    """What a backup says of itself, unproven until it is opened. Raises Damaged for what is no backup."""
    return _header(_head(path))


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise Damaged("backup.not_one", file=path.name)
            size = int.from_bytes(file.read(_SIZE))
            head = file.read(size) if size <= _HEADER_MAX else b""
    except OSError as error:
        raise ShopError("backup.no_access", file=str(path), reason=error.strerror or "") from error
    return head


def _header(head: bytes) -> Header:
    try:
        raw: Json = parse(head)
        if raw.pop("v") != 1:
            raise ValueError("another version")
        return Header(**raw)
    except (Damaged, KeyError, TypeError, ValueError) as error:
        raise Damaged("backup.damaged", part=-1) from error


def unpack(path: Path, target: Path, open_: Part) -> Header:
    """Open a backup into a database file and check all of it. Raises Damaged when one bit of the file is not what was written."""
    head = _head(path)
    header = _header(head)
    unpacker = zstandard.ZstdDecompressor().decompressobj()
    target.unlink(missing_ok=True)
    try:
        with target.open("wb") as file:
            for plain in _parts(path, head, open_):
                file.write(unpacker.decompress(plain))
        sync_file(target)
        if check_copy(target) != (header.seq, bytes.fromhex(header.head)):
            raise Damaged("backup.damaged", part=-1)
    except zstandard.ZstdError as error:
        target.unlink(missing_ok=True)
        raise Damaged("backup.damaged", part=-1) from error
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return header


def _parts(path: Path, head: bytes, open_: Part) -> Iterator[bytes]:
    context = digest(head)
    with path.open("rb") as file:
        file.seek(len(MAGIC) + _SIZE + len(head))
        number, sealed = 0, _next(file.read, 0)
        while True:
            size = file.read(_SIZE)
            yield open_(number, not size, sealed, context)
            if not size:
                return
            number += 1
            sealed = _body(file.read, size, number)


def _next(read: Callable[[int], bytes], number: int) -> bytes:
    return _body(read, read(_SIZE), number)


def _body(read: Callable[[int], bytes], size: bytes, number: int) -> bytes:
    length = int.from_bytes(size) if len(size) == _SIZE else _PART_MAX + 1
    data = read(length) if length <= _PART_MAX else b""
    if len(data) != length:
        raise Damaged("backup.damaged", part=number)
    return data


def name_of(header: Header, moment: str) -> str:
    """The file's name: place, series and moment (`20261201T030000Z`)."""
    return f"{header.store}-{header.terminal}-{header.series}-{moment}{SUFFIX}"


def of_terminal(folder: Path, dev: str, inc: int) -> list[tuple[Header, Path]]:
    """A terminal's backups in a folder, oldest first; what is no backup is passed over."""
    found = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            header = read_header(path)
        except ShopError:
            continue
        if (header.dev, header.inc) == (dev, inc):
            found.append((header, path))
    return sorted(found, key=lambda one: (one[0].made_ms, one[1].name))


def forget_old(folder: Path, dev: str, inc: int) -> int:
    """Delete what is beyond seven days and four weeks; gives how many."""
    found = of_terminal(folder, dev, inc)
    keep = kept(header.made_ms for header, _ in found)
    old = [path for header, path in found if header.made_ms not in keep]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
