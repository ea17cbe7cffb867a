"""Builds a catalogue file in a process of its own, so that a running till scans on while 100,000 rows are taken in."""

import gc
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import IO

import msgspec

from kiosk.decoding import msgpack_decoder
from kiosk.domain.errors import Damaged, ShopError
from kiosk.domain.feed import Cursor, Row
from kiosk.store.catalog import Load, file_loads, loads

_LENGTH = 8
_END = bytes(_LENGTH)
"""No rows follow: a line that ends without it was cut off."""

_TIMEOUT_S = 300.0


def build_apart(target: Path, fresh: Iterable[Row], cursor: Cursor) -> None:
    """As `kiosk.store.catalog.build`, by a child process; raises Damaged when the rows do not add up to the digest.

    Rows go to the child as they are read, so that one of two cores opens and adds them up while the other one files them.
    """
    argv = [sys.executable, "-m", "kiosk.store.build", str(target), str(cursor.epoch), str(cursor.rev), cursor.digest.hex()]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        late = Timer(_TIMEOUT_S, child.kill)
        late.start()
        try:
            assert child.stdin is not None and child.stderr is not None, "both are pipes"
            with suppress(BrokenPipeError), child.stdin as line:  # a child that is gone says why below
                _send(line, loads(fresh, cursor))
            said = child.stderr.read().decode(errors="replace").strip().splitlines()
        except BaseException:
            child.kill()  # it never got the end, so what it made is nothing
            child.wait()
            target.unlink(missing_ok=True)
            raise
        finally:
            late.cancel()
    if child.returncode:
        code = said[-1] if said else "catalog.build"
        raise Damaged(code, scope="catalog") if code.startswith("feed.") else ShopError("catalog.build")


def main(argv: list[str]) -> int:
    """Build from what comes over the line; says on the last line of its errors which code it failed with."""
    gc.disable()  # rows make no cycles, and to look for them among a hundred thousand takes a fifth of the time
    cursor = Cursor(int(argv[1]), int(argv[2]), bytes.fromhex(argv[3]))
    try:
        file_loads(Path(argv[0]), _received(sys.stdin.buffer), cursor)
    except ShopError as error:
        print(error.code, file=sys.stderr)
        return 1
    return 0


def _send(line: IO[bytes], portions: Iterable[Load]) -> None:
    for load in portions:
        data = msgspec.msgpack.encode(load)
        line.write(len(data).to_bytes(_LENGTH, "big"))
        line.write(data)
    line.write(_END)


def _received(line: IO[bytes]) -> Iterator[Load]:
    decoder = msgpack_decoder(Load)
    while (head := line.read(_LENGTH)) != _END:
        if not head:
            raise Damaged("feed.digest", scope="catalog")  # whoever sends them is gone
        yield decoder.decode(line.read(int.from_bytes(head, "big")))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
