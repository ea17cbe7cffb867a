"""The first sale, end to end over real wires: import, enrol, scan, cash, print, push, report, and stock elsewhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.apps import checks, enrolment
from kiosk.apps.demo import DemoShop
from kiosk.services.scans import Sold
from tests.journeys.conftest import ShopMaker
from tests.journeys.support import Counter, Ear, open_counter

SHIRT = ("8799999000017", "8799999000024")


@pytest.fixture(scope="module")
def shop(make_shop_copy: ShopMaker) -> DemoShop:
    made = make_shop_copy()
    made.start_hub()
    return made


@pytest.fixture(scope="module")
def till(shop: DemoShop) -> Iterator[Counter]:
    counter = open_counter(shop, "till-01", shop.start_lab(headless=True))
    counter.sign_in("101", shop.first_pins()["101"])
    yield counter
    counter.terminal.close()


def on_hand(counter: Counter, article: str) -> int:
    """Thousandths of an article that this terminal believes are in its own store."""
    here = counter.terminal.lookup.available(article).here
    assert here is not None
    return here.on_hand_milli


def test_a_sale_goes_from_the_scanner_to_the_printer_and_the_hub_once(till: Counter, shop: DemoShop) -> None:
    assert not till.ear.trouble
    results = [till.scan(code) for code in SHIRT]
    assert all(isinstance(result, Sold) for result in results)
    till.terminal.checkout.begin()
    done = till.terminal.checkout.pay_cash(10_000)
    assert done is not None
    assert till.all_printed()
    assert till.all_sent()

    printed = [text for text in till.paper() if done.receipt in text]
    assert len(printed) == 1
    assert till.terminal.counter.words.amount(done.total_minor) in printed[0]
    report = shop.hub_command("report", "day", "--store", "AMS1")
    assert report["total"]["sales"] == 1
    assert report["total"]["gross"] == done.total_minor


def test_a_second_till_sees_the_stock_that_the_first_one_sold(till: Counter, shop: DemoShop) -> None:
    article = till.terminal.catalog.by_barcode(SHIRT[0].zfill(14))
    assert article is not None
    before = on_hand(till, article.id)
    other = open_counter(shop, "till-02", till.lab, scanner=False)
    try:
        assert other.ear.wait(lambda: on_hand(other, article.id) == before)
        till.scan(SHIRT[0])
        till.terminal.checkout.begin()
        till.terminal.checkout.pay_card(till.terminal.selling.priced.total_minor, "123456")
        assert other.ear.wait(lambda: on_hand(other, article.id) == before - 1000)
        assert till.ear.wait(lambda: on_hand(till, article.id) == before - 1000)
    finally:
        other.terminal.close()


def test_selling_goes_on_when_the_hub_is_gone_and_everything_arrives_when_it_is_back(till: Counter, shop: DemoShop) -> None:
    before = shop.hub_command("report", "day", "--store", "AMS1")["total"]
    shop.kill("hub")
    receipts = []
    for _ in range(3):
        till.scan(SHIRT[1])
        till.terminal.checkout.begin()
        done = till.terminal.checkout.pay_cash(5_000)
        assert done is not None
        receipts.append(done)
    assert till.all_printed()
    assert till.terminal.ledger.push_state().acked < till.terminal.ledger.head()

    shop.start_hub(int(shop.hub_url.rpartition(":")[2]))
    till.terminal.agent.try_now()
    assert till.all_sent()
    after = shop.hub_command("report", "day", "--store", "AMS1")["total"]
    assert after["sales"] == before["sales"] + len(receipts)
    assert after["gross"] == before["gross"] + sum(done.total_minor for done in receipts)
    assert isinstance(till.ear, Ear)


def test_the_ledger_of_the_day_is_whole(till: Counter, tmp_path: Path) -> None:
    count, broken = till.terminal.verify()
    assert count == till.terminal.ledger.head()
    assert broken is None


def test_the_doctor_of_a_till_that_was_replaced_says_so(shop: DemoShop) -> None:
    old = shop.enrol("till-02")
    shop.settle("till-02", discovery=False)
    assert {one.check: one.well for one in checks.doctor(old)}["standing"]
    code = shop.hub_command("enrol-code", "--store", "AMS1", "--terminal", "02", "--kind", "till")["code"]
    enrolment.enrol(shop.folder / "till-02-new", shop.hub_url, code, lambda step, percent: None)
    standing = {one.check: one for one in checks.doctor(old)}["standing"]
    assert (standing.well, standing.found) == (False, "device.revoked")
