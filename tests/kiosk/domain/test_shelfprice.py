"""What stands on a shelf: the price, the price that a reduction is measured by, and what is told by its name only."""

from dataclasses import replace

import pytest

from kiosk.countries.nl import GOODS_LIMITS
from kiosk.domain.catalog import ANNOUNCED, Article, Price
from kiosk.domain.pricelist import PricePlace, Prices
from kiosk.domain.promotion import (
    AMOUNT,
    EMPLOYEE,
    FIXED_PRICE,
    HAPPY_HOUR,
    MARKDOWN,
    MEMBER_PRICE,
    N_FOR_M,
    PERCENT,
    Coupon,
    Goods,
    Hours,
    Promotion,
)
from kiosk.domain.promotionbook import Book, go_live
from kiosk.domain.shelfprice import ShelfPrice, shelf_price
from tests.kiosk.domain.offers import NOW_MS, OFFSET_MIN, WHERE, promotion

DAY = 86_400_000
WEEK_AGO = NOW_MS - 7 * DAY
HERE = PricePlace("AMS1", "store", "noord", "NL", "EUR")


def article(*goods: str) -> Article:
    """An article of some classes."""
    return Article("A1", "S", {"nl": "Kaas"}, "", "Food/Cheese", "", "", (), "reduced", "piece", 0, "", "", 0, 0, goods=goods)


def seen(prices: list[Price], *promotions: Promotion, of: Article | None = None) -> ShelfPrice | None:
    """What a customer reads now."""
    book = Book(promotions, 7)
    live = go_live(book, WHERE, NOW_MS, OFFSET_MIN)
    return shelf_price(of or article(), Prices(tuple(prices)), HERE, book, live, NOW_MS, GOODS_LIMITS, "nl")


THOUSAND = [Price("A1", 0, 1_000, 1)]


@pytest.mark.parametrize(
    ("kind", "values", "asked"),
    [
        (PERCENT, {"percent_bp": 2_500}, 750),
        (AMOUNT, {"amount_minor": 150}, 850),
        (FIXED_PRICE, {"price_minor": 799}, 799),
        (HAPPY_HOUR, {"percent_bp": 1_000, "hours": Hours(start_min=600, end_min=900)}, 900),
    ],
)
def test_a_reduction_for_everybody_shows_what_one_costs_and_the_lowest_price_before_it(
    kind: str, values: dict[str, object], asked: int
) -> None:
    bonus = promotion("bonus", kind, "article:A1", from_ms=WEEK_AGO, **values)
    assert seen(THOUSAND, bonus) == ShelfPrice(asked, 1_000, ("bonus",))


def test_an_action_of_two_weeks_ago_is_what_the_reduction_is_measured_by() -> None:
    last = Price("A1", NOW_MS - 20 * DAY, 800, 2, until_ms=NOW_MS - 15 * DAY)
    bonus = promotion("bonus", PERCENT, from_ms=WEEK_AGO, percent_bp=2_500)
    assert seen([*THOUSAND, last], bonus) == ShelfPrice(750, 800, ("bonus",))
    small = promotion("bonus", PERCENT, from_ms=WEEK_AGO, percent_bp=1_000)
    assert seen([*THOUSAND, last], small) == ShelfPrice(900, 0, ("bonus",)), "no reduction at all, so no price beside it"


def test_another_promotion_of_that_time_lowers_what_it_is_measured_by() -> None:
    bonus = promotion("bonus", PERCENT, from_ms=WEEK_AGO, percent_bp=5_000)
    before = promotion("always", PERCENT, from_ms=NOW_MS - 60 * DAY, percent_bp=3_000)
    assert seen(THOUSAND, bonus, before) == ShelfPrice(500, 700, ("bonus", "always"))


def test_a_promotion_that_is_over_lowers_what_the_next_reduction_is_measured_by() -> None:
    over = promotion("over", PERCENT, "category:Food", from_ms=NOW_MS - 20 * DAY, until_ms=NOW_MS - 15 * DAY, percent_bp=2_000)
    elsewhere = replace(over, id="zuid", percent_bp=9_000, brands=("zuid",))
    bonus = promotion("bonus", PERCENT, from_ms=WEEK_AGO, percent_bp=2_500)
    assert seen(THOUSAND, bonus, over, elsewhere) == ShelfPrice(750, 800, ("bonus",))
    reduced = Price("A1", WEEK_AGO, 750, 2, reduction=ANNOUNCED)
    assert seen([*THOUSAND, reduced], over, elsewhere) == ShelfPrice(750, 800, ())


OTHERS = [
    promotion("x", N_FOR_M, Goods(("all",), need=3), pay=2),
    promotion("x", PERCENT, percent_bp=1_000, coupon=Coupon(codes=("A",))),
    promotion("x", MEMBER_PRICE, percent_bp=1_000),
    promotion("x", EMPLOYEE, percent_bp=1_000),
    promotion("x", MARKDOWN, percent_bp=1_000, label="STICKER"),
]


@pytest.mark.parametrize("one", OTHERS, ids=lambda one: one.kind)
def test_what_asks_for_more_than_one_piece_has_no_price_beside_it(one: Promotion) -> None:
    found = seen(THOUSAND, one)
    assert found is not None and (found.asked_minor, found.prior_minor) == (1_000, 0)
    assert found.offers == (("x",) if one.kind == N_FOR_M else ()), "only what everybody gets is told"


def test_the_law_keeps_what_a_shelf_says_within_its_limit() -> None:
    half = promotion("half", PERCENT, from_ms=WEEK_AGO, percent_bp=5_000)
    assert seen(THOUSAND, half, of=article("alcohol")) == ShelfPrice(750, 1_000, ("half",))
    assert seen(THOUSAND, half, of=article("tobacco")) == ShelfPrice(1_000, 0, ("half",))


def test_without_promotions_an_announced_price_shows_the_one_before_and_a_plain_one_nothing() -> None:
    reduced = Price("A1", WEEK_AGO, 700, 2, reduction=ANNOUNCED)
    assert seen([*THOUSAND, reduced]) == ShelfPrice(700, 1_000, ())
    assert seen(THOUSAND) == ShelfPrice(1_000, 0, ())
    assert seen([]) is None
