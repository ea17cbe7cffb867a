"""Tenders: what was given is what was due, rounding is on cash only, change never goes the wrong way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.errors import Refused
from kiosk.domain.payment import (
    CARD,
    Settlement,
    cash_due,
    open_settlement,
    pay_card,
    pay_cash,
    quick_cash,
    resume_settlement,
    round_cash,
)

steps = st.sampled_from([1, 5, 10])
gifts = st.lists(st.tuples(st.sampled_from(["cash", "card"]), st.integers(-5, 20_000)), max_size=8)


def settle(total: int, step: int, given_: list[tuple[str, int]]) -> Settlement:
    """Pay with whatever comes; what is refused changes nothing."""
    settlement = open_settlement(total)
    for kind, amount in given_:
        if settlement.is_paid:
            break
        try:
            settlement = pay_cash(settlement, amount, step) if kind == "cash" else pay_card(settlement, amount, "A1")
        except Refused:
            continue
    return settlement


@given(st.integers(0, 30_000), steps, gifts)
def test_tenders_and_what_is_left_are_the_total_and_its_rounding(
    total: int, step: int, given_: list[tuple[str, int]]
) -> None:
    settlement = settle(total, step, given_)
    paid = sum(tender.amount_minor for tender in settlement.tenders)
    assert paid + settlement.left_minor == total + settlement.rounding_minor
    assert settlement.left_minor >= 0
    for tender in settlement.tenders:
        assert tender.change_minor >= 0
        assert tender.tendered_minor - tender.change_minor == tender.amount_minor >= 0
        assert tender.kind != CARD or tender.change_minor == 0


@given(st.integers(0, 30_000), steps, gifts)
def test_rounding_comes_with_cash_only_and_is_at_most_half_a_coin(
    total: int, step: int, given_: list[tuple[str, int]]
) -> None:
    settlement = settle(total, step, given_)
    assert 2 * abs(settlement.rounding_minor) <= step
    if all(tender.kind == CARD for tender in settlement.tenders):
        assert settlement.rounding_minor == 0


@given(st.integers(1, 30_000), steps, gifts)
def test_a_payment_goes_on_after_a_restart_as_if_nothing_had_been(
    total: int, step: int, given_: list[tuple[str, int]]
) -> None:
    settlement = settle(total, step, given_)
    if not settlement.is_paid:
        assert resume_settlement(total, settlement.tenders) == settlement


@given(st.integers(1, 30_000), steps)
def test_the_cash_that_is_due_always_ends_the_sale(total: int, step: int) -> None:
    settlement = open_settlement(total)
    paid = pay_cash(settlement, cash_due(settlement, step), step)
    assert paid.is_paid and paid.change_minor == 0
    assert paid.rounding_minor == round_cash(total, step) - total


def test_a_remainder_that_rounds_to_nothing_is_paid_with_nothing() -> None:
    settlement = pay_card(open_settlement(1_000), 998, "A1")
    assert cash_due(settlement, 5) == 0
    paid = pay_cash(settlement, 0, 5)
    assert (paid.is_paid, paid.rounding_minor, paid.change_minor) == (True, -2, 0)
    with pytest.raises(Refused):
        pay_cash(settlement, 0, 1)


def test_small_coins_may_pay_the_exact_amount_and_never_leave_less_than_nothing() -> None:
    exact = pay_cash(open_settlement(1_003), 1_003, 5)
    assert (exact.is_paid, exact.rounding_minor) == (True, 0)
    nearly = pay_cash(open_settlement(1_003), 1_004, 5)
    assert (nearly.is_paid, nearly.rounding_minor, nearly.change_minor) == (True, 1, 0)


def test_too_little_cash_pays_a_part_and_is_not_rounded() -> None:
    part = pay_cash(open_settlement(1_003), 500, 5)
    assert (part.left_minor, part.rounding_minor, part.is_paid) == (503, 0, False)
    done = pay_cash(part, 1_000, 5)
    assert (done.rounding_minor, done.change_minor, done.is_paid) == (2, 495, True)


@pytest.mark.parametrize(
    ("work", "code"),
    [
        (lambda: pay_cash(open_settlement(100), 0, 5), "payment.nothing_given"),
        (lambda: pay_cash(open_settlement(100), -5, 5), "payment.nothing_given"),
        (lambda: pay_cash(open_settlement(0), 5, 5), "payment.already_paid"),
        (lambda: pay_card(open_settlement(100), 101, "A1"), "payment.card_too_much"),
        (lambda: pay_card(open_settlement(100), 100, "  "), "payment.reference_missing"),
        (lambda: pay_card(open_settlement(100), 0, "A1"), "payment.nothing_given"),
    ],
)
def test_what_cannot_pay_is_refused_with_its_reason(work: object, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        work()  # type: ignore[operator]
    assert refusal.value.code == code


@given(st.integers(0, 99_999), st.integers(1, 6))
def test_quick_amounts_are_enough_in_order_and_begin_with_the_exact_one(due: int, count: int) -> None:
    amounts = quick_cash(due, (500, 10_000, 1_000, 5_000, 2_000), count)
    assert amounts[0] == due
    assert list(amounts) == sorted(set(amounts))
    assert len(amounts) <= count
