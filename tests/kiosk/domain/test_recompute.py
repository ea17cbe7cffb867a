"""A sale worked out again: what a till wrote comes out to the cent, and whatever was said otherwise is named."""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.cart import AMOUNT, PERCENT, Cart, Discount
from kiosk.domain.catalog import Price
from kiosk.domain.codec import Json
from kiosk.domain.facts import SALE_COMPLETED, Fact
from kiosk.domain.payment import open_settlement, pay_card
from kiosk.domain.pricelist import PriceList, Prices
from kiosk.domain.pricing import NO_TERMS, PricedCart, Terms, price_cart
from kiosk.domain.promotion import N_FOR_M, Goods
from kiosk.domain.promotion import PERCENT as PERCENT_OFF
from kiosk.domain.receipt import sale_body
from kiosk.domain.recompute import WHOLE, Difference, work_out_again
from kiosk.domain.returning import AS_NEW, GOODWILL, Returned
from kiosk.domain.tax import PER_LINE, PER_RATE_TOTAL
from tests.kiosk.domain import offers
from tests.kiosk.domain.strategies import PLACE, RATES, fact, full_carts
from tests.kiosk.domain.test_receipt import NUMBER, SHIFT

SEEN = 9
MEMBERS = PriceList("members", "", "EUR", group="member")


@dataclass
class Shelf:
    """What was offered, as a test says."""

    rows: list[Price] = field(default_factory=list)
    at: Terms = NO_TERMS
    lists: dict[str, PriceList] = field(default_factory=dict)

    def prices(self, article: str, rev: int) -> Prices:
        return Prices(tuple(one for one in self.rows if one.article == article and one.rev <= rev), self.lists, rev)

    def published(self, article: str, rev: int) -> Sequence[Price]:
        return [one for one in self.rows if (one.article, one.rev) == (article, rev)]

    def terms(self, fact: Fact) -> Terms:
        return self.at

    def rates(self, fact: Fact) -> Mapping[str, int]:
        return RATES


def shelved(cart: Cart) -> tuple[Cart, Shelf]:
    """A cart whose lines were scanned one after the other at the prices of a shelf."""
    shelf, lines = Shelf(), []
    for line in cart.lines:
        shelf.rows.append(Price(line.article, 1_000 * line.line, line.unit_price_minor, 2))
        lines.append(replace(line, price_rev=2, price_at_ms=1_000 * line.line, price_seen=SEEN))
    return replace(cart, lines=tuple(lines)), shelf


def rung(priced: PricedCart, schema: int = 2) -> Fact:
    """The fact of a sale paid by card."""
    settlement = open_settlement(priced.total_minor)
    if priced.total_minor:
        settlement = pay_card(settlement, priced.total_minor, "A1")
    body = sale_body(priced, settlement, NUMBER, SHIFT, PLACE, "nl", {})
    return replace(fact(kind=SALE_COMPLETED, body=body), schema=schema)


@given(full_carts(), st.sampled_from([PER_LINE, PER_RATE_TOTAL]))
def test_what_a_till_wrote_comes_out_again_to_the_cent(cart: Cart, rule: str) -> None:
    cart, shelf = shelved(cart)
    priced = price_cart(cart, RATES, rule)
    verdict = work_out_again(rung(priced), shelf)
    assert verdict.differences == ()
    assert (verdict.complete, verdict.found_minor) == (True, priced.total_minor)


@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(1, 5), st.integers(1, 2_000)), min_size=1, max_size=8), st.integers(0, 3_000)
)
def test_promotions_and_discounts_come_out_again_too(rows: list[tuple[int, int, int]], off_bp: int) -> None:
    at = offers.terms(
        offers.promotion("three", N_FOR_M, Goods(("class:food",), need=3), pay=2),
        offers.promotion("ten", PERCENT_OFF, "article:A1", percent_bp=1_000),
    )
    lines = tuple(
        offers.line(n, f"A{article}", minor, pieces, goods=("food",) if article > 2 else ())
        for n, (article, pieces, minor) in enumerate(rows, 1)
    )
    discount = Discount(PERCENT, off_bp, "x", "201") if off_bp else None
    cart, shelf = shelved(Cart("S1", lines, discount=discount))
    shelf.at = at
    assert work_out_again(rung(price_cart(cart, RATES, PER_RATE_TOTAL, at)), shelf).differences == ()


def a_sale() -> tuple[Json, Shelf]:
    """Two shirts with a promotion, and trousers with a discount, all with a reduction on the sale."""
    at = offers.terms(offers.promotion("two", N_FOR_M, Goods(("article:A1",), need=2), pay=1))
    off = Discount(AMOUNT, 200, "x", "201")
    lines = (offers.line(1, "A1", 1_000, 2), offers.line(2, "A2", 3_000, 1, discount=off, deposit_minor=15))
    cart, shelf = shelved(Cart("S1", lines, discount=Discount(PERCENT, 1_000, "x", "201")))
    shelf.at = at
    return rung(price_cart(cart, RATES, PER_RATE_TOTAL, at)).body, shelf


Spoil = Callable[[Json], None]
SPOILT: list[tuple[str, Spoil, Difference]] = [
    ("a price that nobody offered", lambda b: b["lines"][0].update(unit_price=900), Difference(1, "unit_price", 900, 1_000)),
    ("a list that nobody has", lambda b: b["lines"][0].update(price_list="secret"), Difference(1, "unit_price", 1_000, 1_000)),
    ("before there was a price", lambda b: b["lines"][0].update(price_at=999), Difference(1, "unit_price", 1_000, -1)),
    ("a line's amount", lambda b: b["lines"][1].update(amount=1), Difference(2, "amount", 1, 2_520)),
    ("a promotion that takes more", lambda b: b["lines"][0].update(promotion=1_500), Difference(1, "promotion", 1_500, 1_000)),
    ("a discount that was not asked", lambda b: b["lines"][1].update(line_discount=300), Difference(2, "line_discount", 300, 200)),
    ("the total", lambda b: b.update(total=1), Difference(WHOLE, "total", 1, 3_435)),
    ("the deposit", lambda b: b.update(deposit=0), Difference(WHOLE, "deposit", 0, 15)),
    ("the tax", lambda b: b["tax"][0].update(tax=1), Difference(WHOLE, "tax standard", 1, 594)),
]


@pytest.mark.parametrize(("spoil", "difference"), [one[1:] for one in SPOILT], ids=[one[0] for one in SPOILT])
def test_what_is_said_otherwise_is_named_with_its_line(spoil: Spoil, difference: Difference) -> None:
    body, shelf = a_sale()
    sound = replace(fact(kind=SALE_COMPLETED, body=copy.deepcopy(body)), schema=2)
    assert work_out_again(sound, shelf).differences == ()
    spoil(body)
    assert difference in work_out_again(replace(sound, body=body), shelf).differences


def test_a_price_that_the_till_had_not_heard_of_is_no_difference() -> None:
    body, shelf = a_sale()
    shelf.rows.append(Price("A1", 500, 1, SEEN + 1))
    shelf.rows.append(Price("A1", 1_001, 2, 3))
    assert work_out_again(replace(fact(kind=SALE_COMPLETED, body=body), schema=2), shelf).differences == ()


@pytest.mark.parametrize("groups", [(), ("member",)])
def test_a_customers_own_price_is_right_for_that_customer_only(groups: tuple[str, ...]) -> None:
    cart, shelf = shelved(Cart("S1", (offers.line(1, "A1", 1_000),), customer_groups=groups))
    shelf.rows.append(Price("A1", 0, 800, 2, "members"))
    shelf.lists = {"members": MEMBERS}
    mine = replace(cart, lines=tuple(replace(one, unit_price_minor=800, price_list="members") for one in cart.lines))
    found = work_out_again(rung(price_cart(mine, RATES, PER_LINE)), shelf).differences
    assert found == (() if groups else (Difference(1, "unit_price", 800, 1_000),))
    before_the_card = work_out_again(rung(price_cart(cart, RATES, PER_LINE)), shelf)
    assert before_the_card.differences == ()


def test_a_line_that_comes_from_no_list_makes_the_sale_one_that_cannot_be_worked_out_in_full() -> None:
    cart, shelf = shelved(Cart("S1", (offers.line(1, "A1", 1_000),)))
    open_price = replace(cart, lines=tuple(replace(one, price_at_ms=0, price_seen=0) for one in cart.lines))
    verdict = work_out_again(rung(price_cart(open_price, RATES, PER_LINE)), shelf)
    assert (verdict.complete, verdict.differences) == (False, ())


def old_sale(unit_price: int) -> Fact:
    """A sale of schema 1, as a till of the first release wrote it."""
    line: dict[str, Any] = {"line": 1, "article": "A1", "unit_price": unit_price, "price_rev": 2, "amount": unit_price}
    return replace(fact(kind=SALE_COMPLETED, body={"lines": [line], "total": unit_price}), schema=1)


def test_of_an_old_sale_the_unit_prices_are_compared_and_nothing_else() -> None:
    shelf = Shelf([Price("A1", 0, 1_000, 2), Price("A1", 5, 1_200, 2)])
    assert [work_out_again(old_sale(minor), shelf).differences for minor in (1_000, 1_200)] == [(), ()]
    assert work_out_again(old_sale(900), shelf).differences == (Difference(1, "unit_price", 900, 1_000),)
    unheard = work_out_again(old_sale(900), Shelf())
    assert (unheard.complete, unheard.differences) == (False, ())


def test_what_comes_back_is_taken_at_the_money_of_its_sale() -> None:
    back = Returned("AMS1-01-A-000001", 1, GOODWILL, "", AS_NEW, True, -900, 0, 1_900, 1_000)
    line = offers.line(2, "A1", 1_000, quantity_milli=-1_000, returned=back)
    cart, shelf = shelved(Cart("S1", (offers.line(1, "A2", 5_000), line)))
    shelf.rows.clear()
    shelf.rows.append(Price("A2", 0, 5_000, 1))
    priced = price_cart(cart, RATES, PER_LINE)
    assert priced.total_minor == 4_100
    verdict = work_out_again(rung(priced), shelf)
    assert (verdict.complete, verdict.differences) == (True, ())
