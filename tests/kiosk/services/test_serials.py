"""Goods of which each piece has a number: asked for at the till, in the fact and on paper, and found again when it comes back."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.api import Scan
from kiosk.domain.catalog import Price
from kiosk.domain.document import plain_text
from kiosk.domain.errors import NotFound
from kiosk.domain.quantity import ONE
from kiosk.domain.returning import AS_NEW, GOODWILL, Wish
from kiosk.services.returns import Returns
from kiosk.services.scans import ScanDesk, Sold
from tests.kiosk.support import Shop, code_of, open_shop, refused, row

WATCH, WATCH_CODE = "W1", "8712345678906"


def put_watch(shop: Shop) -> None:
    """An article of which each piece has a number."""
    watch = replace(shop.article("1001-WHT-S"), id=WATCH, barcodes=(WATCH_CODE,), asks_serial=True)
    shop.put_catalog(row("article", WATCH, watch), row("price", f"{WATCH}|0", Price(WATCH, 0, 19_900, 9)))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A till that sells watches, each with its number."""
    with open_shop(tmp_path) as made:
        put_watch(made)
        made.sign_in()
        made.open_shift()
        yield made


def test_a_piece_is_not_paid_before_its_number_is_known_and_the_number_stays_with_it(shop: Shop) -> None:
    shop.add(WATCH, 2 * ONE)
    assert [line.quantity_milli for line in shop.selling.priced.cart.lines] == [ONE, ONE]
    shop.selling.number_line(1, " SN-1 ")
    assert refused(shop.checkout.begin).values["line"] == 2
    assert code_of(lambda: shop.selling.number_line(2, "SN-1")) == "serial.twice"
    assert code_of(lambda: shop.selling.set_quantity(1, 2 * ONE)) == "serial.one"
    shop.selling.number_line(2, "SN-2")
    done = shop.sell_cash()
    assert [line["serial"] for line in shop.facts()[-1].body["lines"]] == ["SN-1", "SN-2"]
    assert "SN-1" in plain_text(done.document) and "SN-2" in plain_text(done.document)


def test_the_piece_is_found_by_its_number_when_it_comes_back_and_may_then_be_sold_again(shop: Shop) -> None:
    for number in ("SN-1", "SN-2"):
        shop.add(WATCH)
        shop.selling.number_line(1, number)
        last = shop.sell_cash().receipt
    returns = Returns(shop.counter, shop.selling, shop.session)
    assert returns.find("SN-2").receipt == last
    with pytest.raises(NotFound):
        returns.find("SN-")
    returns.take(returns.find("SN-2"), [Wish(1, ONE, GOODWILL, "broken", AS_NEW, True)])
    shop.add(WATCH)
    shop.selling.number_line(2, "SN-2")  # in exchange for itself: the box was opened, no more
    shop.checkout.begin()
    assert [line["serial"] for line in shop.facts()[-1].body["lines"]] == ["SN-2", "SN-2"]


def test_a_code_that_says_the_number_needs_no_question(shop: Shop) -> None:
    text = f"(01){WATCH_CODE.zfill(14)}(21)SN77"
    assert isinstance(ScanDesk(shop.counter, shop.selling, dict).handle(Scan("front", text.encode(), text, None, 0)), Sold)
    assert shop.selling.priced.cart.lines[0].serial == "SN77" and shop.selling.priced.cart.unnumbered is None


def test_the_number_is_there_after_a_restart(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        put_watch(shop)
        shop.sign_in()
        shop.open_shift()
        shop.add(WATCH)
        shop.selling.number_line(1, "SN-1")
        cart, key = shop.selling.priced.cart, shop.key
    with open_shop(tmp_path, key=key) as shop:
        assert shop.selling.priced.cart == cart
