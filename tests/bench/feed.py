"""A large feed that comes by the real way: price changes imported at the hub, taken in by the till beside the selling."""

import csv
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from kiosk.apps.demo import DemoShop
from kiosk.domain.feed import CATALOG
from kiosk.store import rows
from kiosk.store.catalog import current_name
from kiosk.store.database import connect
from tests.bench.display import pause

PART_ROWS = 19_000
"""Below what the hub still logs; a larger import comes as a snapshot, which is another bench."""
WAIT_S = 180.0


def waiting_feed(shop: DemoShop, keep: Sequence[str], count: int, turn: int) -> int:
    """While the hub does not answer, import new prices for `count` products, those of `keep` left out; gives its revision.

    The till finds all of it when the hub is back, so that the import itself is no part of what is timed.
    """
    port = int(shop.hub_url.rpartition(":")[2])
    shop.kill("hub")
    for part in _parts(shop.folder / "products.csv", frozenset(keep), count, turn):
        shop.hub_command("import", str(part))
        part.unlink()
    newest = _newest(shop.hub_folder / "hub.db")
    shop.start_hub(port)
    return newest


def taken_in(till: Path, last: int, work: Callable[[], object]) -> tuple[float, float]:
    """Do `work` again and again while the till takes in what waits, up to revision `last`; gives when it began and ended.

    Another thread looks when it ends: a piece of work (to pay, with its rests) may take longer than half the feed. What comes
    after is the stock that the till's own sales move, and no part of it.
    """
    before = cursor_rev(till)
    limit = time.perf_counter() + WAIT_S
    _look(till, lambda rev: rev != before, limit)
    began = time.perf_counter()
    with ThreadPoolExecutor(1) as watching:
        ended = watching.submit(_look, till, lambda rev: rev >= last, limit)
        while not ended.done():
            work()
            pause(0.005)
    return began, ended.result()


def _look(till: Path, is_there: Callable[[int], bool], limit: float) -> float:
    """Look at the till's cursor until it is there; gives when."""
    while not is_there(cursor_rev(till)):
        if time.perf_counter() > limit:
            raise TimeoutError("the feed does not move on")
        pause(0.005)
    return time.perf_counter()


def _newest(hub: Path) -> int:
    conn = connect(hub, readonly=True)
    try:
        return int(conn.execute("SELECT max(rev) FROM feed_log WHERE scope = ?", (CATALOG,)).fetchone()[0])
    finally:
        conn.close()


def cursor_rev(till: Path) -> int:
    """How far the till's catalogue is, read from its file."""
    conn = connect(till / current_name(till), readonly=True)
    try:
        return rows.cursor_of(conn, CATALOG).rev
    finally:
        conn.close()


def _parts(listed: Path, keep: frozenset[str], count: int, turn: int) -> list[Path]:
    made: list[Path] = []
    with listed.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        wanted = islice((row for row in reader if row["barcodes"].partition("|")[0] not in keep), count)
        while part := list(islice(wanted, PART_ROWS)):
            path = listed.with_name(f"prices-{turn}-{len(made)}.csv")
            with path.open("w", encoding="utf-8", newline="") as out:
                writer = csv.DictWriter(out, reader.fieldnames or ())
                writer.writeheader()
                writer.writerows(row | {"price": _other(row["price"], turn)} for row in part)
            made.append(path)
    return made


def _other(price: str, turn: int) -> str:
    minor = int(price.replace(".", "")) + turn
    return f"{minor // 100}.{minor % 100:02d}"
