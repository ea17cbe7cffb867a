"""Benches of the real till in a real window: typed keys in, pixels out, nothing asked of the program itself."""

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from kiosk.apps.demo import DemoShop
from kiosk.apps.terminal import Silence, Terminal
from tests.bench import acts, burst, feed
from tests.bench.display import Reference, changed, display, missing, pause
from tests.bench.figures import Figures
from tests.bench.options import Options
from tests.bench.processes import drop_caches, slowed
from tests.bench.shop import SAMPLE
from tests.bench.tillwindow import BELOW_STRIP, PIN, RESULTS, START_S, TillWindow

LINES = 40
"""Lines of a sale that is scanned again and again."""
FEED_S_MIN = 0.5
AT_THE_TILL = ("scan_to_pixel", "search_to_pixel", "scan_restored")
FEED = ("scan_to_pixel_feed", "feed_ratio_window")
FIGURES = (*AT_THE_TILL, *acts.FIGURES, *FEED, "burst_lost", "cold_start")
WORDS = ("soep", "koffie", "wollen", "lamp", "kaas", "houten", "sjaal", "tarn")


@dataclass(frozen=True, slots=True)
class Cashier:
    """Who signs in: with a one-time PIN the `first` time."""

    number: str
    pin: str
    first: bool


def run(shop: DemoShop, codes: Sequence[str], figures: Figures, options: Options) -> None:
    """All benches that need the window of `till-02`; staff 101 signs in for the first time."""
    if missing():
        figures.skip("scan_to_pixel", missing())
        return
    cashier = Cashier("101", shop.first_pins()["101"], first=True)
    with display() as shown:
        till = TillWindow(prepared(shop), shown, log=shop.folder / "till-window.log")
        try:
            if options.wants(*AT_THE_TILL, *acts.FIGURES, *FEED, "burst_lost"):
                chosen, references = at_the_till(till, cashier, codes, figures, options)
                if options.wants(*FEED):
                    beside_feed(shop, till, chosen, references, figures, options)
            if options.wants("burst_lost"):
                burst.run(shop, till, codes, figures, options)
            if options.wants("cold_start"):
                cold(till, figures, options)
        finally:
            till.close()


def run_slowed(shop: DemoShop, codes: Sequence[str], figures: Figures, options: Options) -> None:
    """The same on a slow machine: only the till is slowed, not what looks at it. Staff 201 signs in for the first time."""
    if missing():
        figures.skip("scan_to_pixel", missing())
        return
    cashier = Cashier("201", shop.first_pins()["201"], first=True)
    with display() as shown, slowed(shop.folder) as slow:
        for reason in slow.missing:
            figures.skip("scan_to_pixel", reason)
        log = shop.folder / "till-slow.log"
        till = TillWindow(prepared(shop), shown, slow.before, slow.environment, log)
        try:
            if options.wants(*AT_THE_TILL, *acts.FIGURES):
                at_the_till(till, cashier, codes, figures, options)
            if options.wants("cold_start"):
                cold(till, figures, options)
        finally:
            till.close()


def prepared(shop: DemoShop) -> Path:
    """The folder of the till, with devices as they come."""
    folder = shop.enrol("till-02")
    shop.settle("till-02", discovery=False, printer="", scanner="")
    return folder


def at_the_till(
    till: TillWindow, cashier: Cashier, codes: Sequence[str], figures: Figures, options: Options
) -> tuple[list[str], list[Reference]]:
    """Scan, search and be killed; gives the codes of the sale with what the basket has to look like after each."""
    chosen = random.Random(7).sample(list(codes), LINES)
    till.open()
    till.sign_in(cashier.number, cashier.pin, first=cashier.first)
    references = learn(till, chosen)
    if options.wants("scan_to_pixel"):
        for _ in range(options.count(8, 2)):
            scan_round(till, chosen, references, figures, "scan_to_pixel")
    if options.wants("search_to_pixel"):
        search(till, figures, options.count(6, 2))
    if options.wants(*acts.FIGURES):
        acts.run(till, cashier.number, chosen, figures, options)
    if options.wants("scan_restored"):
        restored(till, cashier.number, chosen, references, figures, options.count(5, 1))
    return chosen, references


def learn(till: TillWindow, codes: Sequence[str]) -> list[Reference]:
    """Scan slowly; gives for each scan what the basket has to look like where it changes."""
    references = [till.learn(code) for code in codes]
    till.pay()
    return references


def scan_round(till: TillWindow, codes: Sequence[str], references: Sequence[Reference], figures: Figures, name: str) -> None:
    """Scan a sale at the pace of a hurried cashier; each scan is timed from Enter to the whole basket as it has to look."""
    chance = random.Random(3)
    for code, wanted in zip(codes, references, strict=True):
        hurry(chance)
        figures.add(name, till.display.screen.wait_for(wanted, till.scan(code)))
    till.pay()


def search(till: TillWindow, figures: Figures, rounds: int) -> None:
    """Type words letter by letter; each key from the second on is timed to its results, as they looked the first time."""
    known: dict[str, Reference] = {}
    for turn in range(rounds + 1):
        for word in WORDS:
            till.display.keys.press("F2")
            _type_word(till, word, known, figures if turn else None)
            till.step("Escape")


def _type_word(till: TillWindow, word: str, known: dict[str, Reference], figures: Figures | None) -> None:
    screen = till.display.screen
    till.display.keys.type(word[0], 0.1)
    for end in range(2, len(word) + 1):
        before = screen.settle(RESULTS, 0.12)
        began = till.display.keys.type(word[end - 1])
        if figures is None:
            after = screen.settle(RESULTS, 0.4)
            if after != before:
                known[word[:end]] = changed(RESULTS, before, after)
        elif word[:end] in known:
            figures.add("search_to_pixel", screen.wait_for(known[word[:end]], began))


def restored(
    till: TillWindow, number: str, codes: Sequence[str], references: Sequence[Reference], figures: Figures, times: int
) -> None:
    """Kill the till the moment that a line is on the screen; counts lines that are not in the cart afterwards."""
    for turn in range(times):
        count = 1 + turn % 5
        for code, wanted in zip(codes[:count], references, strict=False):
            till.display.screen.wait_for(wanted, till.scan(code))
        till.kill()
        terminal = Terminal(till.folder, Silence())
        figures.add("scan_restored", count - len(terminal.selling.priced.lines))
        terminal.close()
        till.open()
        till.sign_in(number, PIN)
        till.pay()


def beside_feed(
    shop: DemoShop, till: TillWindow, codes: Sequence[str], references: Sequence[Reference], figures: Figures, options: Options
) -> None:
    """Scan like a hurried cashier while new prices of nearly all products come in, and compare with feeds nobody scans beside."""
    sale, chance = cycle(zip(codes, references, strict=True)), random.Random(5)
    scans: list[tuple[float, float]] = []

    def scan() -> None:
        hurry(chance)
        code, wanted = next(sale)
        at = till.scan(code)
        scans.append((at, till.display.screen.wait_for(wanted, at)))
        if len(scans) % len(codes) == 0:
            till.pay()

    for turn in range(options.count(2, 1)):
        began, ended = feed.taken_in(till.folder, feed.waiting_feed(shop, codes, options.products, 2 * turn + 1), lambda: None)
        alone_s = ended - began
        began, ended = feed.taken_in(till.folder, feed.waiting_feed(shop, codes, options.products, 2 * turn + 2), scan)
        figures.add("scan_to_pixel_feed", *(ms for at, ms in scans if began <= at <= ended))
        if alone_s < FEED_S_MIN:
            figures.skip("feed_ratio_window", "the feed was over at once; it takes more products to compare")
        else:
            figures.add("feed_ratio_window", (ended - began) / alone_s)
    if len(scans) % len(codes):
        till.pay()


def hurry(chance: random.Random) -> None:
    """The time a hurried cashier takes from one article to the next."""
    pause(0.02 + chance.random() * 0.08)


def cold(till: TillWindow, figures: Figures, options: Options) -> None:
    """Start the till with nothing in the system's memory; ends when the first scan, a badge, is answered on the screen."""
    till.close()
    screen = till.display.screen
    ready = till.open()
    wanted = Reference(BELOW_STRIP, ready[BELOW_STRIP.top :])
    badge = next(csv.DictReader((SAMPLE / "staff.csv").open(encoding="utf-8")))["badge"]
    for _ in range(options.count(5, 1)):
        till.close()
        screen.wait_change(BELOW_STRIP, wanted.picture)
        if not drop_caches():
            figures.skip("cold_start", "files were still in memory: only root may drop them")
        began = till.start()
        screen.wait_for(wanted, began, START_S)
        till.scan(badge)
        answered = screen.wait_change(BELOW_STRIP, wanted.picture)
        figures.add("cold_start", answered - began)
