"""A large feed that comes by the real way: price changes imported at the hub, taken in by the till beside the selling."""

import csv
import time
from collections.abc import Callable, Sequence
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
    """While the hub does not answer, import new prices for `count` products, those of `keep` left out; gives the rows.

    The till finds all of it when the hub is back, so that the import itself is no part of what is timed.
    """
    port = int(shop.hub_url.rpartition(":")[2])
    shop.kill("hub")
    changed = _parts(shop.folder / "products.csv", frozenset(keep), count, turn)
    made = 0
    for part in changed:
        shop.hub_command("import", str(part))
        made += PART_ROWS
        part.unlink()
    shop.start_hub(port)
    return min(made, count)


def taken_in(till: Path, work: Callable[[], object]) -> tuple[float, float]:
    """Do `work` again and again while the till takes in what waits; gives the times of its first and its last new rows.

    `work` goes on for a moment after the last one: only then it is known to be the last.
    """
    before = cursor_rev(till)
    ends = time.perf_counter() + WAIT_S
    while (seen := cursor_rev(till)) == before:
        pause(0.005)
        if time.perf_counter() > ends:
            raise TimeoutError("the feed does not begin")
    began = moved = time.perf_counter()
    while time.perf_counter() - moved < 1.5:  # a long poll follows at once while there is more
        work()
        pause(0.005)
        now = cursor_rev(till)
        if now != seen:
            seen, moved = now, time.perf_counter()
    return began, moved


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
