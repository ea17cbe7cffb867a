"""Used goods under the margin scheme: nothing of their VAT on paper, all of it in the books, and back when they come back."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain.catalog import Price
from kiosk.domain.document import plain_text
from kiosk.domain.facts import Fact
from kiosk.domain.posting import TURNOVER, VAT, posting
from kiosk.domain.projections import DayTotals, apply_day
from kiosk.domain.quantity import ONE
from kiosk.domain.recompute import work_out_again
from kiosk.domain.returning import AS_NEW, GOODWILL, Wish
from kiosk.services.returns import Returns
from kiosk.services.voiding import Voiding
from tests.kiosk.services.test_labels import AsPublished
from tests.kiosk.support import MANAGER, PIN, Shop, open_shop, row

PAINTING, LOSS, NEW = "P1", "P2", "1001-WHT-S"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A till that sells a painting bought for 4,000, and one that nobody wanted."""
    with open_shop(tmp_path) as made:
        base = made.article(NEW)
        made.put_catalog(
            row("article", PAINTING, replace(base, id=PAINTING, barcodes=(), bought_minor=400_000)),
            row("price", f"{PAINTING}|0", Price(PAINTING, 0, 521_000, 9)),
            row("article", LOSS, replace(base, id=LOSS, barcodes=(), bought_minor=900)),
            row("price", f"{LOSS}|0", Price(LOSS, 0, 500, 9)),
        )
        made.sign_in()
        made.open_shift()
        yield made


def sell(shop: Shop) -> tuple[Fact, str]:
    """Pay by card; gives the sale and its paper."""
    settlement = shop.checkout.begin()
    done = shop.checkout.pay_card(settlement.left_minor, "1234")
    assert done is not None
    return shop.facts()[-1], plain_text(done.document)


def vat(day: DayTotals) -> dict[tuple[str, str], int]:
    """Turnover and VAT as they are posted."""
    return {(one.account, one.key): one.amount_minor for one in posting(day) if one.account in (TURNOVER, VAT)}


def test_bought_for_4000_and_sold_for_5210_owes_210_in_the_books_and_shows_no_vat(shop: Shop) -> None:
    shop.add(PAINTING)
    fact, paper = sell(shop)
    body = fact.body
    assert body["tax"] == [{"class": "margin", "rate_bp": 0, "net": 521_000, "tax": 0, "gross": 521_000}]
    assert body["lines"][0]["margin"] == {"bought": 400_000, "rate_bp": 2100} and body["lines"][0]["margin_tax"] == 21_000
    assert "Margeregeling 5.210,00" in paper and "4.000,00" not in paper and "210,00" not in paper.replace("5.210,00", "")
    day = apply_day(DayTotals(), fact)
    assert vat(day) == {(TURNOVER, "margin:0"): -500_000, (VAT, "margin:2100"): -21_000}
    assert day.gross == 521_000


def test_a_loss_gives_no_vat_back_and_other_goods_keep_their_own(shop: Shop) -> None:
    shop.add(LOSS)
    shop.add(NEW)
    fact, _ = sell(shop)
    found = vat(apply_day(DayTotals(), fact))
    assert found[TURNOVER, "margin:0"] == -500 and (VAT, "margin:2100") not in found and found[VAT, "standard:2100"] < 0


def test_a_discount_comes_off_what_is_earned_and_the_hub_finds_the_same(shop: Shop) -> None:
    shop.add(PAINTING)
    shop.selling.discount_line(1, "percent", 1000, "frame")
    fact, _ = sell(shop)
    line = fact.body["lines"][0]
    assert (line["amount"], line["margin_tax"]) == (468_900, 11_958)
    assert not [one for one in work_out_again(fact, AsPublished(shop)).differences if one.what != "unit_price"]


def test_what_comes_back_takes_its_vat_back_and_so_does_a_void(shop: Shop) -> None:
    shop.add(PAINTING)
    sale, _ = sell(shop)
    returns = Returns(shop.counter, shop.selling, shop.session)
    returns.take(returns.find(sale.body["receipt"]), [Wish(1, ONE, GOODWILL, "too large", AS_NEW, True)])
    shop.add(LOSS)
    shop.checkout.begin()
    way = returns.refund_options(520_500, {"card": ("same",)})[0]
    shop.checkout.refund(way, 520_500, "5678")
    exchange = shop.facts()[-1]
    day = apply_day(apply_day(DayTotals(), sale), exchange)
    assert vat(day) == {(TURNOVER, "margin:0"): -500}
    shop.add(PAINTING)
    again, _ = sell(shop)
    Voiding(shop.counter, shop.session, shop.receipts).void(again.body["receipt"], "wrong one", MANAGER, PIN)
    assert vat(apply_day(apply_day(day, again), shop.facts()[-1])) == vat(day)
