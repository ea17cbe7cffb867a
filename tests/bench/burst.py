"""10,000 scans without a gap while the till syncs, searches and prints; every one has to be a line."""

from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path

from kiosk.apps.demo import DemoShop, printer_address
from kiosk.apps.terminal import Silence, Terminal
from kiosk.domain import facts
from kiosk.domain.facts import read_fact
from kiosk.domain.quantity import ONE
from tests.bench import feed
from tests.bench.display import pause
from tests.bench.figures import Figures
from tests.bench.options import Options
from tests.bench.tillwindow import BASKET, PIN, TillWindow

LINES = 200
"""Scans between two payments; the search field is typed into before each of them."""


def run(shop: DemoShop, till: TillWindow, codes: Sequence[str], figures: Figures, options: Options) -> None:
    """Scan, search and pay while the hub sends a feed and takes sales, and the printer prints; then count. Ends the till."""
    till.close()
    already = pieces(till.folder)
    lab = shop.start_lab(headless=True)
    feed.waiting_feed(shop, (), options.products, 3)
    shop.settle(till.folder.name, discovery=False, printer=printer_address(lab.printer))
    till.open()
    till.sign_in("101", PIN)
    count = options.count(10_000, 600)
    turn = cycle(codes)
    for start in range(0, count, LINES):
        till.display.keys.press("F2")
        till.display.keys.type("kof", 0.1)
        pause(0.07)  # no hand is nearer to a scanner's first key: it would be a part of the code
        for code in islice(turn, min(LINES, count - start)):
            till.scan(code)
        till.display.screen.settle(BASKET, 1.0, 300.0)
        till.step("Escape")
        till.pay()
    till.close()
    figures.add("burst_lost", count - (pieces(till.folder) - already))


def pieces(folder: Path) -> int:
    """All pieces in a till's sales and its open cart, read from its files while no process has them open."""
    terminal = Terminal(folder, Silence())
    try:
        kept = [read_fact(sealed.data) for sealed in terminal.ledger.facts()]
        sold = [line["quantity"] for fact in kept if fact.kind == facts.SALE_COMPLETED for line in fact.body["lines"]]
        carried = [line.line.quantity_milli for line in terminal.selling.priced.lines]
        return int(sum(sold) + sum(carried)) // ONE
    finally:
        terminal.close()
