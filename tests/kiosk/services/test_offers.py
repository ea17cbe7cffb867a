"""Promotions at a till: they come with the catalogue, switch by the clock and are on paper; coupons and labels are scanned."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain import facts
from kiosk.domain.cart import PERCENT as BY_PERCENT
from kiosk.domain.cart import ShopperKnown, replay
from kiosk.domain.catalog import Price
from kiosk.domain.document import plain_text
from kiosk.domain.feed import Row
from kiosk.domain.promotion import (
    CUSTOMER,
    EMPLOYEE,
    HAPPY_HOUR,
    MARKDOWN,
    N_FOR_M,
    PERCENT,
    SINGLE,
    STAFF,
    Coupon,
    Goods,
    Hours,
    Promotion,
)
from kiosk.store import carts
from kiosk.text import words, zone_offset
from kiosk.ui.till_basket import BasketText
from tests.kiosk.domain.offers import promotion
from tests.kiosk.support import MANAGER, Shop, code_of, open_shop, refused, row

SHIRT = "1001-WHT-M"
THREE_FOR_TWO = replace(
    promotion("SHIRTS", N_FOR_M, Goods((f"article:{SHIRT}",), need=3), pay=2), names={"nl": "3 halen 2 betalen"}
)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A fashion till with a manager at work."""
    with open_shop(tmp_path) as made:
        made.sign_in(MANAGER)
        made.open_shift()
        yield made


def publish(shop: Shop, *promotions: Promotion) -> None:
    """Promotions come in as the feed brings them."""
    shop.put_catalog(*(row("promotion", one.id, one) for one in promotions))


def rule(name: str, kind: str, **values: object) -> Promotion:
    """A promotion on shirts."""
    return promotion(name, kind, f"article:{SHIRT}", **values)


def test_a_promotion_of_the_feed_counts_from_the_next_scan_on_and_says_what_is_missing(shop: Shop) -> None:
    shop.selling.add_code(SHIRT)
    price = shop.selling.priced.total_minor
    publish(shop, THREE_FOR_TWO)
    priced = shop.selling.add_code(SHIRT)
    text = BasketText(words("nl"), "EUR")
    assert (priced.total_minor, text.rows(priced)[0].discount) == (2 * price, "Nog 1 voor 3 halen 2 betalen")
    priced = shop.selling.add_code(SHIRT)
    assert priced.total_minor == 2 * price
    assert text.rows(priced)[0].discount == f"3 halen 2 betalen  {words('nl').money(-price)}"
    assert text.sums(priced).discount == words("nl").money(-price)


def test_what_the_promotion_took_off_is_in_the_fact_and_on_the_paper(shop: Shop) -> None:
    publish(shop, THREE_FOR_TWO)
    for _ in range(3):
        shop.selling.add_code(SHIRT)
    price = shop.selling.priced.lines[0].line.unit_price_minor
    shop.sell_cash()
    (sale,) = [fact for fact in shop.facts() if fact.kind == facts.SALE_COMPLETED]
    (line,) = sale.body["lines"]
    assert sale.schema == 2
    assert line["promotions"] == [{"id": "SHIRTS", "name": "3 halen 2 betalen", "amount": price}]
    assert (line["promotion"], line["amount"], sale.body["promotion"]) == (price, 2 * price, price)
    assert sale.body["promotions_rev"] == shop.catalog.promotions().rev
    assert (sale.body["priced_at"], sale.body["channel"], sale.body["search"]) == (shop.clock.wall_ms, "store", "exact")
    paper = plain_text(shop.receipts.document(sale))
    assert "3 halen 2 betalen" in paper and words("nl").amount(-price) in paper and "Uw voordeel" in paper


def test_a_promotion_begins_and_ends_by_the_clock_without_any_feed(shop: Shop) -> None:
    now = shop.clock.wall_ms
    publish(shop, rule("HALF", PERCENT, percent_bp=5_000, from_ms=now + 60_000, until_ms=now + 120_000))
    full = shop.selling.add_code(SHIRT).total_minor
    shop.clock.pass_ms(60_000)
    assert shop.selling.refresh().promotion_minor == (full + 1) // 2
    shop.clock.pass_ms(59_999)
    assert shop.selling.refresh().promotion_minor == (full + 1) // 2
    shop.clock.pass_ms(1)
    assert shop.checkout.begin().total_minor == full


def test_happy_hours_are_local_also_when_the_clocks_are_changed(shop: Shop) -> None:
    publish(shop, rule("NIGHT", HAPPY_HOUR, percent_bp=5_000, hours=Hours((6,), 23 * 60, 3 * 60)))
    zone = ZoneInfo("Europe/Amsterdam")
    runs = {}
    for day, hour, fold in ((24, 22, 0), (24, 23, 0), (25, 2, 0), (25, 2, 1), (25, 3, 0)):
        moment = datetime(2026, 10, day, hour, 30, tzinfo=zone, fold=fold)
        shop.clock.wall_ms = int(moment.timestamp() * 1000)
        shop.selling.start_fresh()
        runs[day, hour, fold] = bool(shop.selling.add_code(SHIRT).promotion_minor)
        shop.selling.remove(shop.selling.priced.cart.last_line)
    assert runs == {(24, 22, 0): False, (24, 23, 0): True, (25, 2, 0): True, (25, 2, 1): True, (25, 3, 0): False}
    assert zone_offset(int(datetime(2026, 10, 25, 0, 30, tzinfo=zone).timestamp() * 1000), "Europe/Amsterdam")[0] == 120


def test_a_single_coupon_counts_once_and_only_when_it_did_something(shop: Shop) -> None:
    publish(shop, rule("C", PERCENT, percent_bp=1_000, coupon=Coupon(SINGLE, (), "WELKOM", 4)))
    shop.selling.add_code("1002-BLK-M" if shop.catalog.article("1002-BLK-M") else shop.catalog.articles("", ())[-1].id)
    shop.selling.add_code("welkom0001")
    assert shop.selling.priced.coupons_once == ()
    shop.selling.add_code(SHIRT)
    assert shop.selling.priced.promotion_minor > 0
    assert code_of(lambda: shop.selling.add_code("WELKOM0001")) == "coupon.twice"
    done = shop.sell_cash()
    again = refused(lambda: shop.selling.add_code("WELKOM0001"))
    assert (again.code, again.values["receipt"]) == ("coupon.used", done.receipt)
    assert shop.selling.add_code("WELKOM0002").cart.coupons == ("WELKOM0002",)
    assert shop.selling.remove_coupon("WELKOM0002").cart.coupons == ()
    assert code_of(lambda: shop.selling.add_code("WELKOM003")) == "scan.unknown"


def test_a_coupon_that_does_nothing_here_and_now_says_why(shop: Shop) -> None:
    now = shop.clock.wall_ms
    publish(
        shop,
        rule("OVER", PERCENT, percent_bp=1, coupon=Coupon(codes=("OLD",)), until_ms=now),
        rule("SOON", PERCENT, percent_bp=1, coupon=Coupon(codes=("NEXT",)), from_ms=now + 1),
        rule("THERE", PERCENT, percent_bp=1, coupon=Coupon(codes=("UTR",)), stores=("UTR1",)),
        rule("BRAND", PERCENT, percent_bp=1, coupon=Coupon(codes=("OTHER",)), brands=("zuid",)),
        rule("MINE", PERCENT, percent_bp=5_000, coupon=Coupon(CUSTOMER, ("MINE",))),
    )
    found = {code: code_of(lambda code=code: shop.selling.add_code(code)) for code in ("OLD", "NEXT", "UTR", "OTHER", "MINE")}  # type: ignore[misc]
    assert found == {
        "OLD": "coupon.expired", "NEXT": "coupon.not_now", "UTR": "coupon.elsewhere", "OTHER": "coupon.elsewhere",
        "MINE": "coupon.customer",
    }  # fmt: skip


def test_a_label_belongs_to_the_piece_before_it(shop: Shop) -> None:
    publish(shop, rule("MD35", MARKDOWN, percent_bp=3_500, label="MD35"))
    assert code_of(lambda: shop.selling.add_code("MD35")) == "label.scan_first"
    shop.selling.add_code(SHIRT)
    shop.selling.add_code(SHIRT)
    priced = shop.selling.add_code("md35")
    assert [(one.line.quantity_milli, one.line.label, one.promotion_minor > 0) for one in priced.lines] == [
        (1000, "", False),
        (1000, "MD35", True),
    ]
    assert code_of(lambda: shop.selling.add_code("MD35")) == "label.scan_first"
    shop.selling.add_code(SHIRT)
    assert len(shop.selling.priced.lines) == 3, "a piece without a label is no piece with one"
    other = next(one.id for one in shop.catalog.articles("", ()) if one.id != SHIRT)
    shop.selling.add_code(other)
    assert code_of(lambda: shop.selling.add_code("MD35")) == "label.other_goods"
    restored = shop.ledger.run(carts.open_cart_in)
    assert restored is not None and [one.label for one in restored.lines] == ["", "MD35", "", ""]


def test_the_staff_pay_less_when_they_are_known_as_staff(shop: Shop) -> None:
    publish(shop, promotion("STAFF", EMPLOYEE, percent_bp=2_000))
    full = shop.selling.add_code(SHIRT).total_minor
    cart = replay([ShopperKnown((STAFF,), "")])
    assert shop.selling.price(replace(shop.selling.priced.cart, customer_groups=cart.customer_groups)).total_minor < full


def test_the_law_lets_a_quarter_off_beer_and_nothing_off_tobacco(shop: Shop) -> None:
    for name, goods in (("beer", "alcohol"), ("shag", "tobacco")):
        article = replace(shop.article(SHIRT), id=name, barcodes=(), category="Law", goods=(goods,))
        shop.put_catalog(row("article", name, article), row("price", f"{name}|0", Price(name, 0, 199, 1)))
    publish(shop, promotion("TEN", PERCENT, "category:Law", percent_bp=1_000))
    shop.selling.add_code("beer", 10_000)
    too_much = refused(lambda: shop.selling.discount_line(1, BY_PERCENT, 2_000, "schade"))
    assert (too_much.code, too_much.values["percent"]) == ("cart.law_most", "25%")
    assert "Alcoholwet" in str(too_much.values["law"])
    shop.selling.discount_line(1, BY_PERCENT, 1_000, "schade")
    line = shop.selling.discount_sale(BY_PERCENT, 5_000, "jubileum").lines[0]
    assert (line.before_minor, line.promotion_minor, line.amount_minor) == (1_990, 200, 1_990 - 497)
    assert line.law.startswith("Alcoholwet")
    shop.selling.add_code("shag")
    assert code_of(lambda: shop.selling.discount_line(2, BY_PERCENT, 100, "schade")) == "cart.law_none"
    line = shop.selling.priced.lines[1]
    assert (line.amount_minor, line.promotion_minor, line.points_bp) == (199, 0, 0)


def test_a_damaged_promotion_holds_up_no_other(shop: Shop) -> None:
    publish(shop, THREE_FOR_TWO)
    shop.put_catalog(Row("promotion", "BROKEN", b'{"id":7}'))
    assert [one.id for one in shop.catalog.promotions().promotions] == ["SHIRTS"]
