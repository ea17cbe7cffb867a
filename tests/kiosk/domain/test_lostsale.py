"""What was lost is a sum: in any order, twice nothing is lost by adding up, and a fact without a price is worth nothing."""

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.codec import canonical, parse
from kiosk.domain.facts import SALE_COMPLETED, SALE_LOST, Fact
from kiosk.domain.identity import Moment, Place
from kiosk.domain.lostsale import QUANTITY_MILLI_MAX, REASONS, Lost, LostKey, LostSale, LostSales, apply_lost, body_of, lost_in

PLACE = Place("t", "e", "b", "NL", "EUR", "nl", "AMS1", "Europe/Amsterdam", "1")
EMPTY = Fact("d", 1, 1, "i", SALE_LOST, 1, PLACE, "101", "2026-11-22", Moment(0, 0, "b"), 0, bytes(32), {})
LOST = st.builds(
    LostSale, st.sampled_from(["A1", "A2"]), st.sampled_from(REASONS), st.integers(1, QUANTITY_MILLI_MAX),
    st.sampled_from(["", "47", "oranje"]), st.none() | st.integers(0, 10**6), st.none() | st.integers(0, 10**6),
)  # fmt: skip


def fact(lost: LostSale) -> Fact:
    """The fact as it comes back from its bytes."""
    return replace(EMPTY, body=parse(canonical(body_of(lost))))


def test_a_lost_sale_is_worth_its_quantity_at_its_price_and_nothing_without_one() -> None:
    key, lost = lost_in(fact(LostSale("A1", "no_size", 2_500, "47", 1_999, 0))) or (None, None)
    assert key == LostKey("A1", "no_size", "47", "EUR") and lost == Lost(1, 2_500, 4_998)
    assert lost_in(fact(LostSale("A1", "other"))) == (LostKey("A1", "other", "", "EUR"), Lost(1, 1_000, 0))
    assert body_of(LostSale("A1", "other")) == {"article": "A1", "reason": "other", "quantity": 1_000, "wanted": ""}


def test_other_facts_lose_nothing() -> None:
    assert lost_in(replace(EMPTY, kind=SALE_COMPLETED)) is None
    assert apply_lost(LostSales(), replace(EMPTY, kind=SALE_COMPLETED)) == LostSales()


@given(st.lists(LOST, max_size=12), st.randoms(use_true_random=False))
def test_in_any_order_the_sums_are_the_same_and_none_is_left_out(found: list[LostSale], chance: Random) -> None:
    state, again = LostSales(), LostSales()
    for one in found:
        state = apply_lost(state, fact(one))
    for one in chance.sample(found, len(found)):
        again = apply_lost(again, fact(one))
    assert state == again
    assert sum(one.times for one in state.sums.values()) == len(found)
    assert sum(one.quantity_milli for one in state.sums.values()) == sum(one.quantity_milli for one in found)
