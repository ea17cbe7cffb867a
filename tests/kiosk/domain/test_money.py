"""Money: one rounding, one way to share, and currencies that do not mix."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.money import Money, divide_half_up, share
from kiosk.domain.quantity import price_of, unit_price
from kiosk.domain.tax import PER_LINE, PER_RATE_TOTAL, TaxBand, TaxedAmount, bands

amounts = st.integers(-(10**12), 10**12)
weights = st.lists(st.integers(0, 10**7), min_size=1, max_size=30)


@given(amounts, weights.filter(any))
def test_shares_add_up_to_the_amount_whatever_the_weights(amount: int, parts: list[int]) -> None:
    shares = share(amount, parts)
    assert sum(shares) == amount
    assert all(got * amount >= 0 for got in shares), "a share has the amount's sign or is nothing"
    assert all(got == 0 for got, weight in zip(shares, parts, strict=True) if weight == 0)


@given(weights.filter(any), st.data())
def test_no_share_of_a_discount_is_more_than_its_line(parts: list[int], data: st.DataObject) -> None:
    amount = data.draw(st.integers(0, sum(parts)))
    assert all(got <= weight for got, weight in zip(share(amount, parts), parts, strict=True))


@given(amounts, weights.filter(any))
def test_shares_of_a_refund_mirror_those_of_the_sale(amount: int, parts: list[int]) -> None:
    assert share(-amount, parts) == tuple(-got for got in share(amount, parts))


@given(amounts, weights.filter(any))
def test_a_share_is_less_than_a_cent_away_from_its_exact_part(amount: int, parts: list[int]) -> None:
    for got, weight in zip(share(amount, parts), parts, strict=True):
        assert abs(got - Fraction(amount * weight, sum(parts))) < 1


def test_nothing_is_shared_over_nothing() -> None:
    assert share(0, (0, 0)) == (0, 0)
    with pytest.raises(AssertionError, match="over nothing"):
        share(1, (0, 0))
    with pytest.raises(AssertionError, match="negative"):
        share(1, (2, -1))


@given(amounts, st.integers(1, 10**6))
def test_rounding_is_to_the_nearest_and_a_half_goes_away_from_zero(numerator: int, denominator: int) -> None:
    exact, rounded = Fraction(numerator, denominator), divide_half_up(numerator, denominator)
    assert abs(rounded - exact) <= Fraction(1, 2)
    if abs(rounded - exact) == Fraction(1, 2):
        assert abs(rounded) > abs(exact)
    assert divide_half_up(-numerator, denominator) == -rounded


@given(st.integers(-(10**9), 10**9), st.integers(0, 3_000))
def test_net_and_tax_are_gross_and_a_refund_is_its_sale_reversed(gross: int, rate_bp: int) -> None:
    sale, refund = (TaxedAmount.from_gross(amount, rate_bp=rate_bp) for amount in (gross, -gross))
    assert sale.net + sale.tax == sale.gross == gross
    assert (refund.net, refund.tax) == (-sale.net, -sale.tax)
    assert abs(sale.tax - Fraction(gross * rate_bp, 10_000 + rate_bp)) <= Fraction(1, 2)


def test_an_amount_that_does_not_add_up_cannot_exist() -> None:
    with pytest.raises(AssertionError, match="is not 122"):
        TaxedAmount(100, 21, 122)


@given(
    st.lists(st.tuples(st.sampled_from(["standard", "reduced"]), st.integers(-9_999, 99_999)), max_size=30),
    st.sampled_from([PER_LINE, PER_RATE_TOTAL]),
    st.randoms(),
)
def test_the_vat_block_adds_up_and_does_not_depend_on_order(lines: list[tuple[str, int]], rule: str, chance: object) -> None:
    rates = {"standard": 2100, "reduced": 900}
    block = bands(lines, rates, rule)
    assert sum(band.amount.gross for band in block) == sum(gross for _, gross in lines)
    shuffled = list(lines)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert bands(shuffled, rates, rule) == block


def test_two_classes_of_one_rate_stay_two_lines_highest_rate_first() -> None:
    block = bands([("zero", 100), ("exempt", 50), ("standard", 121)], {"zero": 0, "exempt": 0, "standard": 2100}, PER_LINE)
    assert block == (
        TaxBand("standard", 2100, TaxedAmount(100, 21, 121)),
        TaxBand("exempt", 0, TaxedAmount(50, 0, 50)),
        TaxBand("zero", 0, TaxedAmount(100, 0, 100)),
    )
    with pytest.raises(KeyError):
        bands([("lodging", 1)], {}, PER_LINE)


def test_currencies_do_not_mix_and_money_is_whole() -> None:
    assert Money(1999, "EUR").times(3, 2) == Money(2999, "EUR")
    assert Money(1, "EUR") + Money(2, "EUR") - Money(4, "EUR") == -Money(1, "EUR")
    with pytest.raises(AssertionError, match="do not mix"):
        Money(1, "EUR") + Money(1, "SEK")
    for wrong in (1.0, True):
        with pytest.raises(AssertionError, match="whole"):
            Money(wrong, "EUR")  # type: ignore[arg-type]
    with pytest.raises(AssertionError, match="currency"):
        Money(1, "eur")


def test_a_price_by_weight_and_a_price_per_unit_are_rounded_once() -> None:
    assert price_of(quantity_milli=420, unit_price_minor=1999) == 840
    assert price_of(quantity_milli=1, unit_price_minor=499) == 0
    assert price_of(quantity_milli=1, unit_price_minor=500) == 1
    assert unit_price(price_minor=229, content_milli=750) == 305
    with pytest.raises(AssertionError, match="holds something"):
        unit_price(price_minor=1, content_milli=0)
