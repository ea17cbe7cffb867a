"""Shelf labels of a till: what changes until tomorrow, printed through the spool by the lab's printer, ticked off by a fact."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp

from drivers.simulated.labels.device import SimulatedLabelPrinter
from drivers.transport.tcp import TcpAddress, connect
from drivers.zpl import frames
from drivers.zpl.driver import Limits, ZplPrinter
from kiosk.domain import facts
from kiosk.domain.catalog import ANNOUNCED, Price
from kiosk.domain.pricelist import PriceList
from kiosk.domain.promotion import ALL, PERCENT
from kiosk.services.labels import PATIENT, PRINTER, LabelDesk
from kiosk.services.pricechanges import end_of_tomorrow_ms, price_changes
from kiosk.services.spooler import Spooler
from kiosk.store import spool
from kiosk.store.spool import SpoolState
from tests.kiosk.domain.offers import promotion
from tests.kiosk.support import SATURDAY_MS, Shop, code_of, open_shop, row

SHIRT, OTHER, CODE = "1001-WHT-M", "1001-WHT-L", "8799999000024"
HOUR_MS = 3_600_000
TOMORROW_MS = SATURDAY_MS + 20 * HOUR_MS


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A fashion till with a cashier at work."""
    with open_shop(tmp_path) as made:
        made.sign_in()
        made.open_shift()
        yield made


@pytest.fixture
def lab() -> Iterator[SimulatedLabelPrinter]:
    """A label printer."""
    with SimulatedLabelPrinter() as made:
        yield made


@pytest.fixture
def desk(shop: Shop, lab: SimulatedLabelPrinter) -> LabelDesk:
    """Its labels."""
    where = TcpAddress(*lab.address)
    limits = Limits(status_s=0.5, write_s=0.5, label_s=0.3)
    printer = ZplPrinter(lambda: connect(where, 0.5), frames.Stock(560, 304), time.monotonic_ns, limits)
    return LabelDesk(shop.counter, printer, lambda: None)


def carry(shop: Shop, desk: LabelDesk) -> list[SpoolState]:
    """Work the spool off, a second till's restart included; gives how its jobs ended."""
    spooler = Spooler(
        PRINTER, desk._printer, shop.ledger.run, shop.counter.now_ms, lambda: 0.0, lambda job: None, lambda health: None,
        lambda error: None, PATIENT,
    )  # fmt: skip
    spooler.recover()
    for _ in range(40):
        if spooler.step() is None:
            break
    return [job.state for job in shop.ledger.run(spool.jobs) if job.printer == PRINTER]


def changes(shop: Shop) -> list[tuple[str, int, int, int]]:
    """What changes: article, when, before and after."""
    found = price_changes(shop.counter, end_of_tomorrow_ms(shop.counter))
    return [(one.article.id, one.from_ms, one.before.asked_minor if one.before else 0, one.after.asked_minor) for one in found]


def test_a_price_that_begins_until_the_end_of_tomorrow_is_told_and_no_other(shop: Shop) -> None:
    assert changes(shop) == []
    shop.set_price(SHIRT, 1_299, TOMORROW_MS)
    shop.set_price(OTHER, 1_199, SATURDAY_MS + 80 * HOUR_MS)
    assert changes(shop) == [(SHIRT, TOMORROW_MS, 1_499, 1_299)]
    shop.clock.pass_ms(TOMORROW_MS - SATURDAY_MS)
    assert changes(shop) == [], "it holds already"


def test_an_offer_that_ends_tomorrow_brings_the_old_price_back(shop: Shop) -> None:
    offer = Price(SHIRT, SATURDAY_MS - HOUR_MS, 999, 99, until_ms=TOMORROW_MS)
    shop.put_catalog(row("price", f"{SHIRT}|{offer.valid_from_ms}", offer))
    assert changes(shop) == [(SHIRT, TOMORROW_MS, 999, 1_499)]


def test_a_list_that_begins_tomorrow_changes_what_it_has_a_price_for_and_nothing_else(shop: Shop) -> None:
    season = PriceList("winter", "Winter", "EUR", store="AMS1", from_ms=TOMORROW_MS)
    price = Price(SHIRT, SATURDAY_MS - 90 * 24 * HOUR_MS, 1_099, 99, list="winter")
    shop.put_catalog(row("pricelist", "winter", season), row("listprice", f"{SHIRT}|{price.valid_from_ms}|winter", price))
    assert changes(shop) == [(SHIRT, TOMORROW_MS, 1_499, 1_099)]


def test_a_promotion_that_begins_tomorrow_changes_the_shelf_of_what_it_names(shop: Shop) -> None:
    sale = promotion("p1", PERCENT, f"article:{SHIRT}", from_ms=TOMORROW_MS, percent_bp=2_000)
    shop.put_catalog(row("promotion", "p1", sale))
    assert changes(shop) == [(SHIRT, TOMORROW_MS, 1_499, 1_199)]
    shop.put_catalog(row("promotion", "p2", promotion("p2", PERCENT, ALL, from_ms=TOMORROW_MS, percent_bp=100)))
    assert len(changes(shop)) > 50, "a promotion of everything changes every label"


def test_labels_are_printed_with_price_codes_and_the_price_before_and_ticked_off(
    shop: Shop, desk: LabelDesk, lab: SimulatedLabelPrinter
) -> None:
    price = Price(SHIRT, TOMORROW_MS, 999, 99, reduction=ANNOUNCED)
    shop.put_catalog(row("price", f"{SHIRT}|{TOMORROW_MS}", price))
    (task,) = desk.tasks()
    assert not task.printed
    assert desk.print([task.change]) == 1
    assert [one.printed for one in desk.tasks()] == [True]
    (fact,) = [one for one in shop.facts() if one.kind == facts.LABELS_PRINTED]
    assert fact.body["labels"] == [{"article": SHIRT, "from": TOMORROW_MS, "price": 999, "prior": 1_499}]
    assert carry(shop, desk) == [SpoolState.CONFIRMED]
    texts = [one.text for one in lab.labels[0].fields]
    assert "€ 9,99" in [text.replace("\xa0", " ") for text in texts] and any("14,99" in text for text in texts)
    read = {found.text for found in zxingcpp.read_barcodes(lab.pictures()[0])}
    assert read == {CODE, f"https://id.gs1.org/01/0{CODE}"}
    more = promotion("p1", PERCENT, f"article:{SHIRT}", from_ms=TOMORROW_MS, percent_bp=1_000)
    shop.put_catalog(row("promotion", "p1", more))
    (task,) = desk.tasks()
    assert (task.change.from_ms, task.printed) == (TOMORROW_MS, False), "another price at the same moment is another label"


def test_labels_wait_in_the_spool_for_paper_and_are_not_lost_by_a_restart(
    shop: Shop, desk: LabelDesk, lab: SimulatedLabelPrinter
) -> None:
    for n, article in enumerate(sorted(one.id for one in shop.catalog.articles("ORDER BY a.id LIMIT 12", ()))):
        shop.set_price(article, 100 + n, TOMORROW_MS)
    lab.stop_after = 3
    desk.print([one.change for one in desk.tasks()])
    carry(shop, desk)
    assert desk.trouble() == "printer.paper-out"
    lab.set_fault("paper", False)
    shop.clock.pass_ms(12 * HOUR_MS)  # the night
    assert carry(shop, desk) == [SpoolState.CONFIRMED] * 2
    assert len(lab.labels) >= 12 and len({one.fields[1].text for one in lab.labels}) == 12


def test_a_label_of_what_stands_on_the_shelf_now_says_no_day_and_ticks_nothing_off(
    shop: Shop, desk: LabelDesk, lab: SimulatedLabelPrinter
) -> None:
    shop.set_price(SHIRT, 1_299, TOMORROW_MS)
    assert desk.print_now(shop.article(SHIRT)) == 1
    assert carry(shop, desk) == [SpoolState.CONFIRMED]
    texts = [one.text.replace("\xa0", " ") for one in lab.labels[0].fields if one.kind == "text"]
    assert "€ 14,99" in texts and len(texts) == 3
    assert [one.printed for one in desk.tasks()] == [False]


def test_nothing_to_print_and_practising_are_refused(shop: Shop, desk: LabelDesk) -> None:
    assert code_of(lambda: desk.print([])) == "label.nothing"
    shop.set_price(SHIRT, 1_299, TOMORROW_MS)
    shop.counter.training = True
    assert code_of(lambda: desk.print([one.change for one in desk.tasks()])) == "training.not_here"
    assert facts.LABELS_PRINTED not in shop.kinds()
