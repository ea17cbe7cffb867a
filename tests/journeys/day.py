"""A whole shop day without a display: python -m tests.journeys.day --out demo-out [--sample fashion].

Plays the day of script.py with real processes, then reckons: till, hub, paper, shelves and a day worked out by hand must agree.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from kiosk.apps import checks
from kiosk.apps.demo import SAMPLES, DemoShop
from tests.journeys.pictures import papers
from tests.journeys.reckoning import (
    Reckoning,
    check_hub,
    check_ledgers,
    check_paper,
    check_stock,
)
from tests.journeys.script import Day, Say

DISAGREES = 1


def run(shop: DemoShop, out: Path, say: Say) -> Reckoning:
    """Play the day of a shop and reckon; what there is to look at goes to `out`."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    started = time.monotonic()
    day = Day(shop, out, say)
    try:
        day.play()
        business_day = checks.status(shop.folder / "till-01")["business_day"]
        report = shop.hub_command("report", "day", "--store", "AMS1", "--day", business_day)
    finally:
        day.stop()
        _keep(shop.folder, out)
    reckoning = Reckoning()
    bodies = check_ledgers(reckoning, shop, day.plan, day.played)
    check_hub(reckoning, report, day.plan["day"])
    printed = check_paper(reckoning, papers(out / "receipts"), bodies, day.plan["day"]["gross"])
    check_stock(reckoning, shop, day.plan["stock"])
    text = summary(day, reckoning, report["total"]["gross"], printed, time.monotonic() - started)
    (out / "summary.txt").write_text(text, encoding="utf-8")
    say(text)
    return reckoning


def summary(day: Day, reckoning: Reckoning, hub_gross: int, printed: int, took_s: float) -> str:
    """The table that a person reads in the evening."""
    lines = [f"{'receipt':<20}{'sale':<20}{'total':>10}{'rounding':>10}"]
    lines += [f"{number:<20}{name:<20}{money(total):>10}{money(off):>10}" for number, name, total, off in reckoning.table]
    ledgers = sum(total for _, _, total, _ in reckoning.table)
    by_hand = day.plan["day"]["gross"]
    lines += ["", f"{'by hand':<40}{money(by_hand):>10}", f"{'ledgers of the tills':<40}{money(ledgers):>10}"]
    lines += [f"{'report of the hub':<40}{money(hub_gross):>10}", f"{'sum of printed totals':<40}{money(printed):>10}", ""]
    lines.append(f"screens {len(list(day.screens.glob('*.png')))}, pieces of paper {len(papers(day.out / 'receipts'))}")
    lines.append(f"after the kill the till was ready in {day.restart_s:.1f} s; the day took {took_s:.0f} s")
    if reckoning.differences:
        lines += ["", "DIFFERENCES", *reckoning.differences]
    else:
        lines.append("everything agrees: till, hub, paper, shelves and the day worked out by hand")
    return "\n".join(lines) + "\n"


def money(minor: int) -> str:
    """Cents with a point, for the table."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def _keep(folder: Path, out: Path) -> None:
    """Copy paper and logs beside the pictures of the screens."""
    if (folder / "paper").exists():
        shutil.copytree(folder / "paper", out / "receipts")
    logs = out / "logs"
    logs.mkdir()
    for log in folder.glob("*.log"):
        shutil.copy(log, logs)


def main(arguments: Sequence[str]) -> int:
    """Play the day in a folder of its own; 0 when everything agrees."""
    parser = argparse.ArgumentParser(prog="python -m tests.journeys.day", description="Play a whole shop day and reckon.")
    parser.add_argument("--out", type=Path, default=Path("demo-out"), help="Where pictures, receipts and the table go.")
    parser.add_argument("--sample", choices=SAMPLES, default="fashion", help="Which shop.")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="toonbank-day-") as folder:
        shop = DemoShop(Path(folder), given.sample, _say)
        reckoning = run(shop, given.out, _say)
    return DISAGREES if reckoning.differences else 0


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
