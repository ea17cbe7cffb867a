"""Benches below the screen: scanning, searching, selling, sending and taking in a feed on real files and a real hub."""

import random
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import msgspec

from kiosk.apps.demo import DemoShop
from kiosk.apps.terminal import Terminal
from kiosk.domain.catalog import Price
from kiosk.domain.errors import ShopError
from kiosk.domain.feed import Cursor, Row, Transaction, moved, row_number
from kiosk.store.catalog import Catalog
from kiosk.ui.bridge import SWITCH_INTERVAL_S
from tests.bench.figures import Figures
from tests.bench.options import Options
from tests.journeys.support import Ear

QUERIES = ("melk", "brood vol", "shirt", "rode", "katoen hemd", "aplle", "koffie", "879000", "kaa", "chocolade")
FIGURES = ("scan_service", "search_service", "commit_10", "push_500", "scan_during_feed", "feed_ratio")
_ROWS = 500
_STOP_S = 10.0


def run(shop: DemoShop, codes: Sequence[str], figures: Figures, options: Options) -> None:
    """The benches on one till of the shop; as many feed rows as products are applied while scanning."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)  # as the till runs: threads hand over ten times as often as by default
    shop.settle("till-01", discovery=False)
    ear = Ear()
    till = Terminal(shop.folder / "till-01", ear)
    till.start()
    try:
        number, pin = next(iter(shop.first_pins().items()))
        till.session.sign_in(number, pin)
        till.shifts.open(0)
        chance = random.Random(1)
        if options.wants("scan_service"):
            _scan(till, codes, chance, 1_000, figures, "scan_service")
        if options.wants("search_service"):
            _search(till, chance, figures)
        if options.wants("commit_10"):
            _commits(till, codes, chance, figures)
        if options.wants("push_500"):
            _push(till, ear, codes, chance, figures)
        if options.wants("scan_during_feed", "feed_ratio"):
            _scan_beside_feed(till, codes, chance, options.products, figures)
    finally:
        till.close()


def _scan(till: Terminal, codes: Sequence[str], chance: random.Random, count: int, figures: Figures, name: str) -> None:
    for place in range(count):
        figures.add(name, _timed(lambda: till.selling.add_code(chance.choice(codes))))
        if place % 60 == 59:
            _pay(till)


def _search(till: Terminal, chance: random.Random, figures: Figures) -> None:
    for _ in range(20):
        for query in QUERIES:
            typed = query[: chance.randint(2, len(query))]
            figures.add("search_service", _timed(partial(till.lookup.search, typed)))


def _commits(till: Terminal, codes: Sequence[str], chance: random.Random, figures: Figures) -> None:
    for _ in range(200):
        for _ in range(10):
            till.selling.add_code(chance.choice(codes))
        till.checkout.begin()
        due = till.checkout.cash_due()
        figures.add("commit_10", _timed(partial(till.checkout.pay_cash, due)))


def _push(till: Terminal, ear: Ear, codes: Sequence[str], chance: random.Random, figures: Figures) -> None:
    assert ear.wait(lambda: till.ledger.push_state().acked == till.ledger.head())
    for _ in range(5):
        wake, till.ledger.on_growth = till.ledger.on_growth, lambda: None
        for _ in range(500):
            for _ in range(6):
                till.selling.add_code(chance.choice(codes))
            _pay(till)
        till.ledger.on_growth = wake
        began = time.perf_counter()
        till.agent.wake()
        assert ear.wait(lambda: till.ledger.push_state().acked == till.ledger.head())
        figures.add("push_500", time.perf_counter() - began)


def _scan_beside_feed(till: Terminal, codes: Sequence[str], chance: random.Random, rows: int, figures: Figures) -> None:
    till.agent.stop(_STOP_S)  # the hub's own feed would come between these rows, and the digests would disagree
    alone = _feed_s(till.catalog, rows)
    ended = threading.Event()
    took: list[float] = []

    def feed() -> None:
        took.append(_feed_s(till.catalog, rows))
        ended.set()

    thread = threading.Thread(target=feed)
    thread.start()
    while not ended.is_set():
        figures.add("scan_during_feed", _timed(lambda: till.selling.add_code(chance.choice(codes))))
        if len(till.selling.priced.lines) >= 60:
            _pay(till)
        ended.wait(0.02)
    thread.join()
    figures.add("feed_ratio", took[0] / alone)


def _feed_s(catalog: Catalog, rows: int) -> float:
    changes = list(price_changes(catalog, rows))
    began = time.perf_counter()
    for transaction, cursor in changes:
        catalog.apply([transaction], cursor)
    return time.perf_counter() - began


def price_changes(catalog: Catalog, rows: int) -> Iterator[tuple[Transaction, Cursor]]:
    """Transactions of new prices for the first articles, in revisions after the catalogue's cursor."""
    found = catalog.read(
        lambda conn: conn.execute(
            "SELECT key, payload FROM catalog_rows WHERE entity = 'price' ORDER BY key LIMIT ?", (rows,)
        ).fetchall()
    )
    cursor = catalog.cursor()
    for start in range(0, len(found), _ROWS):
        changed: list[Row] = []
        added = taken = 0
        for key, payload in found[start : start + _ROWS]:
            old = msgspec.json.decode(payload, type=Price)
            new = Price(old.article, old.valid_from_ms, old.amount_minor % 5_000 + 1, old.rev + 1)
            changed.append(Row("price", key, msgspec.json.encode(new)))
            added += row_number(changed[-1])
            taken += row_number(Row("price", key, payload))
        cursor = Cursor(cursor.epoch, cursor.rev + 1, moved(cursor.digest, added, taken))
        yield Transaction(cursor.rev, changed), cursor


def _pay(till: Terminal) -> None:
    if till.selling.priced.cart.age_needed:
        till.selling.check_age(till.selling.priced.cart.age_needed)
    try:
        till.checkout.begin()
        till.checkout.pay_cash(till.checkout.cash_due())
    except ShopError:  # a basket above the legal cash limit is paid by card
        till.checkout.pay_card(till.selling.priced.total_minor, "bench")


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1_000
