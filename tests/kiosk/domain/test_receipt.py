"""The receipt's number and the sale's body: money adds up before it is written down, and nothing a person did is left out."""

from dataclasses import replace
from itertools import product
from string import ascii_uppercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.cart import (
    PERCENT,
    AgeChecked,
    Cart,
    CartLine,
    CartStarted,
    Discount,
    LineAdded,
    LineRemoved,
    replay,
)
from kiosk.domain.codec import Json, canonical, parse
from kiosk.domain.payment import cash_due, open_settlement, pay_card, pay_cash
from kiosk.domain.pricing import PricedCart, price_cart
from kiosk.domain.receipt import ReceiptNumber, movements, sale_body, series_letters
from kiosk.domain.shift import Shift
from kiosk.domain.tax import PER_LINE, PER_RATE_TOTAL
from tests.kiosk.domain.strategies import PLACE, RATES, full_carts

SHIFT = Shift("H1", 1, "2026-11-21", "101", 0, 0)
NUMBER = ReceiptNumber("AMS1", "01", 1, 42)


def body_of(priced: PricedCart, card_minor: int = 0, step: int = 5) -> Json:
    """The body of a sale paid partly by card, the rest in cash."""
    settlement = open_settlement(priced.total_minor)
    if 0 < card_minor <= priced.total_minor:
        settlement = pay_card(settlement, card_minor, "A1")
    if not settlement.is_paid:
        settlement = pay_cash(settlement, cash_due(settlement, step) + 7, step)
    return sale_body(priced, settlement, NUMBER, SHIFT, PLACE, "nl", {})


@given(full_carts(), st.sampled_from([PER_LINE, PER_RATE_TOTAL]), st.integers(0, 5_000), st.sampled_from([1, 5]))
def test_a_sale_adds_up_in_every_way_it_can_be_added(cart: Cart, rule: str, card_minor: int, step: int) -> None:
    body = body_of(price_cart(cart, RATES, rule), card_minor, step)
    assert sum(line["amount"] for line in body["lines"]) + body["deposit"] == body["total"]
    assert sum(line["deposit"] for line in body["lines"]) == body["deposit"]
    assert sum(line["line_discount"] + line["sale_discount"] for line in body["lines"]) == body["discount"]
    assert sum(band["gross"] for band in body["tax"]) == body["total"]
    assert all(band["net"] + band["tax"] == band["gross"] for band in body["tax"])
    assert sum(tender["amount"] for tender in body["tenders"]) == body["total"] + body["rounding"]
    assert parse(canonical(body)) == body


@given(full_carts())
def test_what_leaves_the_shelf_is_what_was_sold(cart: Cart) -> None:
    moved = movements(price_cart(cart, RATES, PER_LINE), "AMS1")
    assert sum(movement.quantity_milli for movement in moved) == -sum(line.quantity_milli for line in cart.lines)
    assert [movement.article for movement in moved] == sorted({line.article for line in cart.lines})
    assert {movement.store for movement in moved} == {"AMS1"}


@given(full_carts())
def test_a_sale_that_is_not_paid_or_paid_for_another_cart_is_never_written(cart: Cart) -> None:
    priced = price_cart(cart, RATES, PER_LINE)
    if priced.total_minor > 0:
        with pytest.raises(AssertionError, match="nothing is left"):
            sale_body(priced, open_settlement(priced.total_minor), NUMBER, SHIFT, PLACE, "nl", {})
    with pytest.raises(AssertionError, match="this cart"):
        sale_body(replace(priced, total_minor=priced.total_minor + 1), open_settlement(0), NUMBER, SHIFT, PLACE, "nl", {})


@given(full_carts())
def test_who_gave_a_discount_and_why_is_written_down(cart: Cart) -> None:
    given_off = Discount(PERCENT, 500, "staff outing", "201")
    body = body_of(price_cart(replace(cart, discount=given_off), RATES, PER_LINE))
    assert (body["sale_reason"], body["sale_discount_by"]) == ("staff outing", "201")
    body = body_of(price_cart(replace(cart, discount=None), RATES, PER_LINE))
    assert (body["sale_reason"], body["sale_discount_by"]) == ("", "")
    for line, written in zip(cart.lines, body["lines"], strict=True):
        assert written["reason"] == (line.discount.reason if line.discount else "")


def test_who_took_a_line_out_and_who_checked_the_age_is_written_down() -> None:
    beer, bread = (CartLine(n, f"A{n}", "", "", "", 1000, "piece", 100, 1, "standard", 0, 0) for n in (1, 2))
    cart = replay([CartStarted("S1"), LineAdded(beer), LineAdded(bread), LineRemoved(2, "103"), AgeChecked(18, "201")])
    body = body_of(price_cart(cart, RATES, PER_LINE))
    assert body["removed"] == [{"line": 2, "article": "A2", "quantity": 1000, "unit_price": 100, "by": "103"}]
    assert (body["age_checked"], body["age_checked_by"]) == (18, "201")


def test_a_number_names_store_terminal_series_and_place() -> None:
    assert str(NUMBER) == "AMS1-01-A-000042"
    assert str(ReceiptNumber("AMS1", "01", 27, 1_234_567)) == "AMS1-01-AA-1234567"


def test_no_two_series_have_the_same_letters() -> None:
    letters = [series_letters(number) for number in range(1, 26 + 26 * 26 + 1)]
    assert letters[:26] == list(ascii_uppercase)
    assert letters[26:] == ["".join(pair) for pair in product(ascii_uppercase, repeat=2)]
    with pytest.raises(AssertionError, match="from 1"):
        series_letters(0)
