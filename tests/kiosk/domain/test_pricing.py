"""What a cart costs: it adds up, whatever its lines, discounts, deposits and order."""

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.cart import AMOUNT, PERCENT, Cart, CartLine, Discount
from kiosk.domain.pricing import price_cart, taken_off
from kiosk.domain.tax import OUTSIDE, PER_LINE, PER_RATE_TOTAL
from tests.kiosk.domain.strategies import RATES, cart_lines, full_carts

rules = st.sampled_from([PER_LINE, PER_RATE_TOTAL])


@given(full_carts(), rules)
def test_lines_and_deposit_are_the_vat_block_and_the_total(cart: Cart, rule: str) -> None:
    priced = price_cart(cart, RATES, rule)
    assert sum(line.amount_minor for line in priced.lines) == priced.goods_minor
    assert priced.goods_minor + priced.deposit_minor == priced.total_minor
    assert sum(band.amount.gross for band in priced.bands) == priced.total_minor
    before = sum(line.before_minor for line in priced.lines)
    assert before - priced.discount_minor == priced.goods_minor


@given(full_carts(), rules)
def test_no_line_is_reduced_below_nothing(cart: Cart, rule: str) -> None:
    for line in price_cart(cart, RATES, rule).lines:
        assert 0 <= line.amount_minor <= line.before_minor
        assert line.amount_minor == line.before_minor - line.line_discount_minor - line.sale_discount_minor


@given(full_carts(), rules, st.randoms())
def test_the_order_in_which_lines_stand_changes_nothing(cart: Cart, rule: str, chance: random.Random) -> None:
    lines = list(cart.lines)
    chance.shuffle(lines)
    shuffled, priced = (price_cart(each, RATES, rule) for each in (replace(cart, lines=tuple(lines)), cart))
    assert (shuffled.lines, shuffled.bands, shuffled.total_minor) == (priced.lines, priced.bands, priced.total_minor)


@given(cart_lines(), rules, st.randoms())
def test_the_order_in_which_lines_came_does_not_change_the_total(
    lines: list[CartLine], rule: str, chance: random.Random
) -> None:
    came = list(lines)
    chance.shuffle(came)
    renumbered = tuple(replace(line, line=number) for number, line in enumerate(came, 1))
    off = Discount(PERCENT, 1_500, "damaged", "201")
    first, then = (price_cart(Cart("S", held, discount=off), RATES, rule) for held in (tuple(lines), renumbered))
    assert (first.total_minor, first.discount_minor, first.pieces) == (then.total_minor, then.discount_minor, then.pieces)


@given(cart_lines(count_max=4), rules, st.integers(2, 20))
def test_one_by_one_costs_what_a_quantity_costs_when_sold_by_piece(lines: list[CartLine], rule: str, times: int) -> None:
    piece = replace(lines[0], unit="piece", quantity_milli=1000, discount=None)
    single = tuple(replace(piece, line=number) for number in range(1, times + 1))
    many = (replace(piece, quantity_milli=1000 * times),)
    assert price_cart(Cart("S", single), RATES, rule).total_minor == price_cart(Cart("S", many), RATES, rule).total_minor


def test_deposit_stands_outside_vat_and_outside_every_discount() -> None:
    beer = CartLine(1, "A", "", "Beer", "", 6_000, "piece", 129, 1, "standard", 15, 18)
    off = Discount(PERCENT, 10_000, "gift", "201")
    priced = price_cart(Cart("S", (replace(beer, discount=off),)), RATES, PER_LINE)
    assert (priced.goods_minor, priced.deposit_minor, priced.total_minor) == (0, 90, 90)
    assert [(band.vat_class, band.amount.tax, band.amount.gross) for band in priced.bands] == [
        ("standard", 0, 0),
        (OUTSIDE, 0, 90),
    ]


def test_a_discount_takes_off_at_most_what_is_there() -> None:
    assert taken_off(999, Discount(AMOUNT, 1_000, "r", "201")) == 999
    assert taken_off(999, Discount(PERCENT, 5_000, "r", "201")) == 500
    assert taken_off(0, Discount(AMOUNT, 1, "r", "201")) == 0
    assert taken_off(999, None) == 0


def test_an_empty_cart_costs_nothing() -> None:
    priced = price_cart(Cart(), RATES, PER_LINE)
    assert (priced.total_minor, priced.lines, priced.bands, priced.pieces) == (0, (), (), 0)


def test_a_weighed_line_counts_as_one_piece() -> None:
    apple = CartLine(1, "A", "", "Apple", "", 420, "kg", 249, 1, "reduced", 0, 0)
    shirt = CartLine(2, "B", "", "Shirt", "", 3_000, "piece", 1499, 1, "standard", 0, 0)
    assert price_cart(Cart("S", (apple, shirt)), RATES, PER_LINE).pieces == 4
