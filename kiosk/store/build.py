"""Builds a catalogue file in a process of its own, so that a running till scans on while 100,000 rows are taken in."""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import msgspec

from kiosk.domain.errors import Damaged, ShopError
from kiosk.domain.feed import Cursor, Row
from kiosk.store.catalog import build

_BATCH = 2_000
_LENGTH = 8
_TIMEOUT_S = 300.0


def build_apart(target: Path, fresh: Iterable[Row], cursor: Cursor) -> None:
    """As `kiosk.store.catalog.build`, by a child process; raises Damaged when the rows do not add up to the digest."""
    parcel = target.with_suffix(".rows")
    try:
        _wrap(parcel, fresh)
        argv = [sys.executable, "-m", "kiosk.store.build", str(parcel), str(target)]
        argv += [str(cursor.epoch), str(cursor.rev), cursor.digest.hex()]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
    finally:
        parcel.unlink(missing_ok=True)
    if done.returncode:
        code = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "catalog.build"
        raise Damaged(code, scope="catalog") if code.startswith("feed.") else ShopError("catalog.build")


def main(argv: list[str]) -> int:
    """Build from a parcel; says on the last line of its errors which code it failed with."""
    parcel, target = Path(argv[0]), Path(argv[1])
    cursor = Cursor(int(argv[2]), int(argv[3]), bytes.fromhex(argv[4]))
    try:
        build(target, _unwrap(parcel), cursor)
    except ShopError as error:
        print(error.code, file=sys.stderr)
        return 1
    return 0


def _wrap(parcel: Path, fresh: Iterable[Row]) -> None:
    ordered = iter(fresh)
    with parcel.open("wb") as file:
        while batch := list(islice(ordered, _BATCH)):
            data = msgspec.msgpack.encode(batch)
            file.write(len(data).to_bytes(_LENGTH, "big"))
            file.write(data)


def _unwrap(parcel: Path) -> Iterator[Row]:
    decoder = msgspec.msgpack.Decoder(list[Row])
    with parcel.open("rb") as file:
        while head := file.read(_LENGTH):
            yield from decoder.decode(file.read(int.from_bytes(head, "big")))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
