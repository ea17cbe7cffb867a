"""kill -9 at any moment: no committed sale lost, no half sale, the cart as it was last shown, ready again at once."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain import cart as carts
from kiosk.domain import facts
from kiosk.domain.facts import Fact
from kiosk.domain.feed import row_number
from kiosk.store import spool
from kiosk.store.carts import open_cart_in
from kiosk.store.catalog import iter_rows
from kiosk.store.database import Connection
from tests.kiosk.store.kill_nursery import KEY
from tests.kiosk.support import SATURDAY_MS, HandClock, Shop, digest_of, fill, open_shop

LONG = os.environ.get("TOONBANK_LONG") == "1"
KILLS = 1_000 if LONG else 30
KILLS_PER_TILL = 6
"""A till is killed so often before a fresh one takes its place: the proof of a whole chain grows with it."""

READY_S_MAX = 3.0
LIFE_S_MAX = 0.15


@dataclass
class Told:
    """What a till said before it died."""

    sold: dict[str, dict[str, Any]] = field(default_factory=dict)
    cart: dict[str, Any] | None = None
    ready: bool = False

    def hear(self, message: dict[str, Any]) -> None:
        """One line of a child."""
        self.ready |= "ready" in message
        if "sold" in message:
            self.sold[message["sold"]] = message
            self.cart = None
        elif "cart" in message:
            self.cart = message


class Nursery:
    """The process that forks tills."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.kiosk.store.kill_nursery"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, cwd=Path(__file__).parents[3],
        )  # fmt: skip

    def life_and_death(self, folder: Path, seed: int, chance: random.Random, told: Told) -> None:
        """Raise a till, let it sell for a moment, kill it, and hear what it said."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        stdin.write(f"{folder} {seed}\n")
        pid = json.loads(stdout.readline())["pid"]
        patient = chance.random() < 0.8  # the others are killed while they open
        while patient and not told.ready:
            told.hear(json.loads(stdout.readline()))
        # The kill has to come at any moment; this wait is the chance in it.
        threading.Event().wait(chance.random() * LIFE_S_MAX)
        os.kill(pid, signal.SIGKILL)
        while "gone" not in (message := json.loads(stdout.readline())):
            told.hear(message)

    def close(self) -> None:
        """End the nursery."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(30)


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """One nursery for all kills."""
    made = Nursery()
    yield made
    made.close()


def events_on_disk(shop: Shop) -> tuple[int, list[carts.Cart]]:
    """How many cart events there are, and the carts after the first of them, the first two, ..."""

    def work(conn: Connection) -> tuple[int, list[carts.Cart]]:
        count: int = conn.execute("SELECT count(*) FROM cart_events").fetchone()[0]
        made = []
        for length in range(count, 0, -1):
            conn.execute("SAVEPOINT prefix")
            conn.execute("DELETE FROM cart_events WHERE n > ?", (length,))
            made.append(open_cart_in(conn) or carts.Cart())
            conn.execute("ROLLBACK TO prefix")
        return count, made[::-1]

    return shop.ledger.run(work)


def judge_cart(shop: Shop, told: Told) -> None:
    """The cart is the one last shown, or one step further: the step that was committed when the kill came."""
    count, prefixes = events_on_disk(shop)
    assert len({cart.sale for cart in prefixes}) <= 1, "one cart at a time"
    assert shop.selling.priced.cart == (prefixes[-1] if prefixes else carts.Cart())
    if told.cart is None or not told.cart["events"]:
        assert count <= 2, "nothing was shown, so there is at most the step under way"
        return
    if not prefixes or prefixes[0].sale != told.cart["cart"]:
        return  # the step under way ended this cart; judge_sales has looked at the sale
    shown = prefixes[told.cart["events"] - 1]
    assert [[line.line, line.article, line.quantity_milli] for line in shown.lines] == told.cart["lines"]
    assert len(shown.tenders) == told.cart["tenders"]
    assert count <= told.cart["events"] + 1


def judge_sales(shop: Shop, sales: list[Fact], known: dict[str, dict[str, Any]]) -> None:
    """Every sale that was told of is whole, and at most the one under way was not told of."""
    by_sale = {fact.body["sale"]: fact.body for fact in sales}
    assert len(by_sale) == len(sales)
    for sale, told in known.items():
        assert sale in by_sale, f"{told['receipt']} was committed and is lost"
        assert (by_sale[sale]["receipt"], by_sale[sale]["total"]) == (told["receipt"], told["total"])

    def rows(conn: Connection) -> list[tuple[str, str, int]]:
        return conn.execute("SELECT sale, receipt, seq FROM sales ORDER BY number").fetchall()

    assert shop.ledger.run(rows) == [(fact.body["sale"], fact.body["receipt"], fact.seq) for fact in sales]
    jobs = {job.idempotency_key: job for job in shop.ledger.run(lambda conn: spool.jobs(conn, limit=100_000))}
    expected = {f"receipt-{sale}" for sale in by_sale} | {
        f"drawer-{sale}"
        for sale, body in by_sale.items()
        if any(tender["kind"] == "cash" for tender in body["tenders"])
    }
    assert jobs.keys() == expected, "paper and drawer belong to sales, one each"
    assert all(by_sale[key.removeprefix("receipt-")]["receipt"] in job.plain_text for key, job in jobs.items() if job.data)


def judge(shop: Shop, told: Told, known: dict[str, dict[str, Any]]) -> int:
    """Everything that must hold after a kill; gives the count of sales."""
    count, broken = shop.chain()
    assert broken is None
    sales = [fact for fact in shop.facts() if fact.kind == facts.SALE_COMPLETED]
    judge_sales(shop, sales, known)
    unknown = [fact.body for fact in sales if fact.body["sale"] not in known]
    assert len(unknown) <= 1
    if told.ready:
        judge_cart(shop, told)
    if unknown and told.cart is not None and told.cart["cart"]:
        assert unknown[0]["sale"] == told.cart["cart"], "the sale under way is the one that was on the screen"
    for body in unknown:  # a cashier sees it on the last receipt; from now on it is known
        known[body["sale"]] = {"receipt": body["receipt"], "total": body["total"]}
    rows = shop.catalog.read(lambda conn: list(iter_rows(conn)))
    assert shop.catalog.cursor().digest == digest_of(rows)
    assert sum(map(row_number, rows)) > 0 and count >= len(sales)
    return len(sales)


@pytest.mark.timeout(900 if LONG else 120)
def test_a_till_that_is_killed_at_any_moment_loses_nothing_and_sells_on(nursery: Nursery, tmp_path: Path) -> None:
    chance = random.Random(20_261_121)
    sold = carts_found = 0
    slowest_s = 0.0
    for till in range(-(-KILLS // KILLS_PER_TILL)):
        folder, known = tmp_path / f"till-{till}", dict[str, dict[str, Any]]()
        folder.mkdir()
        fill(folder, "fashion")
        sales = 0
        for kill in range(KILLS_PER_TILL):
            told, seed = Told(), till * KILLS_PER_TILL + kill + 1
            nursery.life_and_death(folder, seed, chance, told)
            known |= told.sold
            began = time.monotonic()
            with open_shop(folder, key=KEY, seed=seed, clock=HandClock(SATURDAY_MS + seed * 60_000)) as shop:
                slowest_s = max(slowest_s, time.monotonic() - began)
                sales = judge(shop, told, known)
                carts_found += not shop.selling.priced.cart.is_empty
            assert slowest_s < READY_S_MAX
        sold += sales
        for file in folder.iterdir():
            file.unlink()
    print(f"{KILLS} kills, {sold} sales, {carts_found} open carts, slowest start {slowest_s:.2f} s")
    assert sold > KILLS, "the tills hardly sold: this proves little"
    assert carts_found > KILLS // 5, "the kills hardly ever met an open cart"
