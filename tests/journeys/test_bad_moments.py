"""The worst moments of a terminal: killed while selling, started twice, a newer database, a clock that goes back."""

import os
import random
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite3

from kiosk.apps import checks, papers
from kiosk.apps.demo import DemoShop
from kiosk.apps.system import SystemClock
from kiosk.domain.identity import Moment
from tests.journeys.conftest import ShopMaker
from tests.journeys.hands import open_window
from tests.journeys.reckoning import sales_of
from tests.journeys.support import Ear, Terminal, at_work, hub_totals

SHIRT = "8799999000017"
LONG = os.environ.get("TOONBANK_LONG") == "1"
TILLS, KILLS = (10, 100) if LONG else (1, 12)
"""So many tills, each killed so often."""

READY_S = 3.0
DAY_MS = 86_400_000


@pytest.fixture(scope="module")
def shop(make_shop_copy: ShopMaker) -> DemoShop:
    return make_shop_copy()


def toonbank(*words: str) -> "subprocess.CompletedProcess[str]":
    """Run toonbank as a person does, with no screen."""
    argv = [sys.executable, "-m", "kiosk", *words]
    return subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)


def sell_until_killed(folder: Path, pin: str, lines_max: int) -> tuple[list[str], float]:
    """Start the seller, kill it after so many words of its own, and give all it said and how long it took to be ready."""
    started = time.monotonic()
    argv = [sys.executable, "-m", "tests.journeys.seller", str(folder), SHIRT, pin]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as seller:
        assert seller.stdout is not None
        said = [seller.stdout.readline().strip()]
        ready_s = time.monotonic() - started
        said += [seller.stdout.readline().strip() for _ in range(lines_max)]
        seller.kill()
        said += [line.strip() for line in seller.stdout if line.endswith("\n")]
    return said, ready_s


@pytest.mark.timeout(600 if LONG else 240)
@pytest.mark.parametrize("till", range(TILLS))
def test_kill_nine_while_selling_loses_no_paid_sale_and_no_shown_line(make_shop_copy: ShopMaker, till: int) -> None:
    shop = make_shop_copy()
    folder, pin = shop.folder / "till-01", shop.first_pins()["101"]
    shop.settle("till-01", discovery=False)
    chance = random.Random(int(os.environ.get("TOONBANK_SEED", "7")) + till)
    shown, sold, slowest_s = 0, [], 0.0
    for _ in range(KILLS):
        said, ready_s = sell_until_killed(folder, pin, chance.randrange(1, 14))
        slowest_s = max(slowest_s, ready_s)
        restored = int(said[0].split()[1])
        # The cart is as it was last shown, or one step further: that step was on disk before it could be shown.
        assert restored in (shown, (shown + 1) % 5), f"{shown} pieces were shown, {restored} came back"
        for line in said[1:]:
            word, value = line.split()
            shown = 0 if word == "sold" else int(value)
            sold += [value] if word == "sold" else []
        shown = restored if len(said) == 1 else shown
    kept = [body["receipt"] for body in sales_of(folder)]
    assert set(sold) <= set(kept), "a sale that was paid is gone"
    assert kept == [f"AMS1-01-A-{number:06d}" for number in range(1, len(kept) + 1)]
    assert all(sum(line["quantity"] for line in body["lines"]) == 4000 for body in sales_of(folder)), "half a sale"
    print(f"{KILLS} kills, {len(kept)} sales, slowest start {slowest_s:.2f} s")


def test_a_till_is_ready_to_sell_within_three_seconds_of_a_kill(shop: DemoShop, tmp_path: Path) -> None:
    shop.settle("till-01", discovery=False)
    times = []
    for _ in range(3):  # the best of three: what else this machine does is no fault of the till
        started = time.monotonic()
        till = open_window(shop, "till", "till-01", tmp_path)
        till.sees(screen="sign_in")
        times.append(time.monotonic() - started)
        shop.kill("till-01")
    assert min(times) < READY_S, times


@pytest.mark.parametrize("kind", ["till", "kiosk"])
def test_a_second_copy_on_the_same_folder_is_told_who_has_it(shop: DemoShop, kind: str) -> None:
    folder = shop.folder / ("till-02" if kind == "till" else "kiosk-k1")
    shop.settle(folder.name, discovery=False)
    terminal = Terminal(folder, Ear())
    try:
        second = toonbank(kind, "--data", str(folder))
    finally:
        terminal.close()
    assert second.returncode == 4
    assert f"process {os.getpid()}" in " ".join(second.stderr.split()) and "folder.in_use" in second.stderr


def test_a_database_of_a_newer_version_is_left_alone_and_named(make_shop_copy: ShopMaker) -> None:
    shop = make_shop_copy()
    folder = shop.folder / "till-01"
    with sqlite3.connect(folder / "ledger.db") as conn:
        conn.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('ledger', 'm999_later', '2030-01-01')"
        )
    conn.close()
    before = (folder / "ledger.db").read_bytes()
    refused = toonbank("till", "--data", str(folder))
    assert refused.returncode == 1
    assert "newer version (m999_later)" in " ".join(refused.stderr.split()) and "database.too_new" in refused.stderr
    assert (folder / "ledger.db").read_bytes() == before


class TurnedBack(SystemClock):
    """The machine's clock after somebody set it back."""

    back_ms = 0

    def now(self) -> Moment:
        """The moment that the machine believes in."""
        real = super().now()
        return replace(real, wall_ms=real.wall_ms - self.back_ms)


def test_a_clock_set_back_a_day_changes_no_business_day_and_no_order(
    make_shop_copy: ShopMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = make_shop_copy()
    shop.start_hub()
    lab = shop.start_lab(headless=True)
    monkeypatch.setattr(papers, "SystemClock", TurnedBack)
    monkeypatch.setattr(TurnedBack, "back_ms", 0)
    with at_work(shop, lab) as till:
        till.sell(SHIRT)
        day = till.terminal.counter.business_day()
        TurnedBack.back_ms = DAY_MS
        till.sell(SHIRT)
        assert till.terminal.counter.business_day() == day
        assert till.all_sent() and till.all_printed()
        assert till.terminal.verify()[1] is None
    with at_work(shop, lab) as till:  # a start with the wrong clock
        till.sell(SHIRT)
        assert till.all_sent()
        assert till.ear.wait(lambda: till.ear.sync.clock_warning)
        assert till.terminal.shifts.totals().sales == 3
        assert till.terminal.verify()[1] is None
    assert hub_totals(shop)["sales"] == 3
    assert checks.verify(shop.folder / "till-01")[1] is None
