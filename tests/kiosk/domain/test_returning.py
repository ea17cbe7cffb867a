"""What a sold line gives back: whatever the steps, never a cent more or less than was paid, and approval only where it is due."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.errors import Refused
from kiosk.domain.quantity import ONE
from kiosk.domain.returning import (
    AS_NEW,
    GOODWILL,
    NON_CONFORMITY,
    NON_CONFORMITY_DAYS,
    RECALL,
    WITHDRAWAL,
    WITHDRAWAL_DAYS,
    ReturnPolicy,
    Wish,
    needs_approval,
    returnables,
    share_of,
    take_back,
)

paid = st.integers(0, 10**9)
pieces = st.integers(1, 50)
RATE_BP = 2_100


def sale_of(amount: int, count: int, deposit: int = 0) -> dict[str, object]:
    """A sale of one line of so many pieces."""
    line = {
        "line": 1, "article": "a", "name": "Mug", "variant": "", "unit": "piece", "quantity": count * ONE, "amount": amount,
        "deposit": deposit, "vat_class": "high",
    }  # fmt: skip
    return {"lines": [line], "tax": [{"class": "high", "rate_bp": RATE_BP}]}


def wish(count: int) -> Wish:
    """So many of them back."""
    return Wish(1, count * ONE, GOODWILL, "", AS_NEW, True)


@given(paid, paid, pieces, st.data())
def test_a_line_that_comes_back_in_steps_gives_exactly_what_was_paid(
    amount: int, deposit: int, count: int, data: st.DataObject
) -> None:
    sale, back, got = sale_of(amount, count, deposit), 0, [0, 0]
    while back < count:
        left = returnables(sale, {1: back * ONE})[0]
        assert (left.amount_minor, left.deposit_minor) == (amount - got[0], deposit - got[1]), "what is left is the rest"
        step = data.draw(st.integers(1, count - back))
        part = take_back(sale, {1: back * ONE}, wish(step), "r")
        got, back = [got[0] - part.amount_minor, got[1] - part.deposit_minor], back + step
        assert part.rate_bp == RATE_BP
    assert got == [amount, deposit]
    with pytest.raises(Refused, match=r"return\.already"):
        take_back(sale, {1: back * ONE}, wish(1), "r")


@given(paid, pieces, st.data())
def test_a_part_is_less_than_two_half_cents_from_its_exact_share(amount: int, count: int, data: st.DataObject) -> None:
    given_back = data.draw(st.integers(0, count - 1))
    step = data.draw(st.integers(1, count - given_back))
    part = share_of(amount, count * ONE, given_back * ONE, step * ONE)
    assert abs(part * count - amount * step) <= count


@given(pieces, st.integers(0, 60), st.integers(1, 60))
def test_no_more_comes_back_than_was_sold_and_no_half_piece(count: int, back: int, step: int) -> None:
    if back < count < back + step:
        with pytest.raises(Refused, match=r"return\.too_much"):
            take_back(sale_of(100, count), {1: back * ONE}, wish(step), "r")
    with pytest.raises(Refused, match=r"cart\.whole_pieces"):
        take_back(sale_of(100, count), {}, Wish(1, ONE // 2, GOODWILL, "", AS_NEW, True), "r")


@pytest.mark.parametrize(
    ("ground", "days", "distance", "why"),
    [
        (GOODWILL, 30, False, ""), (GOODWILL, 31, False, "return.window"), (RECALL, 9_999, False, ""),
        (WITHDRAWAL, WITHDRAWAL_DAYS, True, ""), (WITHDRAWAL, WITHDRAWAL_DAYS + 1, True, "return.no_withdrawal"),
        (WITHDRAWAL, 0, False, "return.no_withdrawal"), (NON_CONFORMITY, NON_CONFORMITY_DAYS, False, ""),
        (NON_CONFORMITY, NON_CONFORMITY_DAYS + 1, False, "return.long_ago"),
    ],
)  # fmt: skip
def test_the_law_needs_nobodys_kindness_and_kindness_ends_with_its_window(ground: str, days: int, distance: bool, why: str) -> None:
    assert needs_approval(ReturnPolicy(), ground, days, (), distance=distance) == why


def test_goods_that_kindness_leaves_out_still_come_back_by_law() -> None:
    policy = ReturnPolicy(excluded_goods=("underwear",))
    assert needs_approval(policy, GOODWILL, 1, ("underwear",), distance=False) == "return.excluded"
    assert needs_approval(policy, NON_CONFORMITY, 1, ("underwear",), distance=False) == ""
