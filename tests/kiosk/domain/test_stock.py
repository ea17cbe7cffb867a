"""Stock: a sum that does not know any order, and counts that do not either, however late a movement comes."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.facts import GENESIS, SALE_COMPLETED, STOCK_COUNTED, STOCK_MOVED, Fact
from kiosk.domain.identity import Moment
from kiosk.domain.stock import (
    AFTER,
    BEFORE,
    COUNT_SKEW_MS,
    UNCLEAR,
    Count,
    Moved,
    Movement,
    Name,
    StockState,
    apply_stock,
    counts_of,
    is_after,
    level,
    moved_by,
    movements_of,
    side,
)
from tests.kiosk.domain.strategies import fact

STORE, ARTICLE = "AMS1", "A1"
NOON = 1_795_258_800_000


def moved(dev: str, seq: int, milli: int, at_ms: int) -> Moved:
    """A movement of the article."""
    return Moved(Name(dev, 1, seq, 0), Movement(ARTICLE, STORE, milli, "sale"), at_ms)


def count(dev: str, seq: int, milli: int, at_ms: int, frontier: dict[str, int] | None = None, took_ms: int = 0) -> Count:
    """A count of the article."""
    return Count(Name(dev, 1, seq, 0), ARTICLE, STORE, milli, at_ms - took_ms, at_ms, frontier or {})


def stock_fact(dev: str, seq: int, kind: str, body: dict[str, Any], at_ms: int) -> Fact:
    """A fact about stock."""
    plain = fact(seq, GENESIS, body, kind)
    place = type(plain.place)(**{**{key: getattr(plain.place, key) for key in plain.place.__slots__}, "store": STORE})
    return Fact(dev, 1, seq, f"{dev}-{seq}", kind, 1, place, "101", plain.day, Moment(at_ms, seq, "b"), at_ms << 16, GENESIS, body)


def counted(dev: str, seq: int, milli: int, at_ms: int, frontier: dict[str, int] | None = None) -> Fact:
    """A count as a fact."""
    lines = [{"article": ARTICLE, "quantity": milli}]
    body = {"location": STORE, "lines": lines, "frontier": frontier or {}, "hlc": f"{at_ms << 16:016x}"}
    return stock_fact(dev, seq, STOCK_COUNTED, body, at_ms)


def received(dev: str, seq: int, milli: int, at_ms: int) -> Fact:
    """Goods that came or went as a fact."""
    body = {"location": STORE, "reason": "received", "promise": "", "lines": [{"article": ARTICLE, "quantity": milli}]}
    return stock_fact(dev, seq, STOCK_MOVED, body, at_ms)


@given(st.lists(st.integers(-5_000, 5_000), max_size=12), st.randoms(use_true_random=False))
def test_on_hand_is_the_sum_of_movements_in_any_order(milli: list[int], chance: Any) -> None:
    moves = [moved(f"d{n % 3}", n + 1, one, NOON + n) for n, one in enumerate(milli)]
    shuffled = list(moves)
    chance.shuffle(shuffled)
    assert level([], shuffled, {}) == level([], moves, {})
    assert level([], moves, {}).on_hand_milli == sum(milli)


times = st.integers(-600_000, 600_000).map(lambda off: NOON + off)
facts_of_a_store = st.lists(
    st.tuples(st.sampled_from(["till-1", "till-2", "tablet"]), st.booleans(), st.integers(-4_000, 9_000), times), max_size=7
)


def as_facts(happened: list[tuple[str, bool, int, int]]) -> list[Fact]:
    """Facts of several terminals, each numbered in its own order; a count knows what its own terminal did before it."""
    seqs = {"till-1": 0, "till-2": 0, "tablet": 0}
    made = []
    for dev, is_count, milli, at_ms in happened:
        seqs[dev] += 1
        if is_count:
            made.append(counted(dev, seqs[dev], abs(milli), at_ms, {f"{dev}/1": seqs[dev] - 1}))
        else:
            made.append(received(dev, seqs[dev], milli, at_ms))
    return made


@given(facts_of_a_store, st.randoms(use_true_random=False))
def test_counts_and_movements_come_to_the_same_in_any_order_and_twice(
    happened: list[tuple[str, bool, int, int]], chance: Any
) -> None:
    in_order = as_facts(happened)
    other = in_order + in_order[: len(in_order) // 2]
    chance.shuffle(other)
    states = [StockState(), StockState()]
    for n, order in enumerate((in_order, other)):
        for one in order:
            states[n] = apply_stock(states[n], one)
    assert states[0].level(STORE, ARTICLE, {}) == states[1].level(STORE, ARTICLE, {})


def test_all_orders_of_a_count_and_three_late_movements_agree() -> None:
    """One the counter had seen, one long before it, one long after it: 120 orders, one answer."""
    story = [
        received("tablet", 1, 10_000, NOON - 3_600_000),
        received("till-1", 1, -2_000, NOON - 1_800_000),  # before it by the clock, unseen: absorbed
        counted("tablet", 2, 8_000, NOON, {"tablet/1": 1}),
        received("till-2", 1, -3_000, NOON + 1_800_000),  # after it: subtracted
        received("tablet", 3, -1_000, NOON + 1),  # its own, after it
    ]
    for order in itertools.permutations(story):
        state = StockState()
        for one in order:
            state = apply_stock(state, one)
        found = state.level(STORE, ARTICLE, {})
        assert (found.on_hand_milli, found.unclear) == (4_000, ())


@pytest.mark.parametrize(
    ("late", "where"),
    [
        (moved("till-1", 7, -1_000, NOON + 9 * COUNT_SKEW_MS), BEFORE),  # in the frontier, whatever its clock says
        (moved("till-1", 8, -1_000, NOON - COUNT_SKEW_MS - 1), BEFORE),
        (moved("till-1", 8, -1_000, NOON - COUNT_SKEW_MS), UNCLEAR),
        (moved("till-1", 8, -1_000, NOON + COUNT_SKEW_MS), UNCLEAR),
        (moved("till-1", 8, -1_000, NOON + COUNT_SKEW_MS + 1), AFTER),
        (moved("tablet", 4, -1_000, NOON + 1), BEFORE),
        (moved("tablet", 6, -1_000, NOON - 1), AFTER),  # its own order is exact, its clock is not
    ],
)
def test_the_frontier_decides_first_then_both_clocks_and_close_calls_are_nobodys(late: Moved, where: str) -> None:
    assert side(count("tablet", 5, 5_000, NOON, {"till-1/1": 7, "tablet/1": 4}), late) == where


def test_what_moved_while_the_counting_went_on_is_unclear_even_on_the_counting_terminal() -> None:
    slow = count("tablet", 5, 5_000, NOON, {"tablet/1": 2}, took_ms=600_000)
    assert [side(slow, moved("tablet", seq, -1_000, NOON - 1)) for seq in (2, 3, 6)] == [BEFORE, UNCLEAR, AFTER]
    assert side(slow, moved("till-1", 1, -1_000, NOON - 300_000)) == UNCLEAR


def test_a_rebuilt_terminal_is_not_taken_for_what_it_was() -> None:
    again = Moved(Name("till-1", 2, 3, 0), Movement(ARTICLE, STORE, -1_000, "sale"), NOON + 9 * COUNT_SKEW_MS)
    assert side(count("tablet", 5, 5_000, NOON, {"till-1/1": 7}), again) == AFTER


def test_an_unclear_movement_is_taken_the_careful_way_until_a_person_decides() -> None:
    ruling = count("tablet", 1, 5_000, NOON)
    sold, came = moved("till-1", 1, -2_000, NOON), moved("till-2", 1, 3_000, NOON)
    found = level([ruling], [sold, came], {})
    assert (found.on_hand_milli, found.unclear) == (3_000, (sold, came))
    found = level([ruling], [sold, came], {sold.name: BEFORE, came.name: AFTER})
    assert (found.on_hand_milli, found.unclear) == (8_000, ())
    assert not is_after(ruling, sold, {sold.name: BEFORE})


def test_the_later_count_rules_and_equal_instants_are_told_apart_by_name() -> None:
    early, late = count("tablet", 1, 5_000, NOON), count("tablet", 2, 7_000, NOON + 1)
    assert level([late, early], [], {}).on_hand_milli == 7_000
    twins = [count("a", 1, 1_000, NOON), count("b", 1, 2_000, NOON)]
    assert level(twins, [], {}) == level(twins[::-1], [], {})


def test_an_article_counted_in_two_places_is_the_sum_of_both() -> None:
    body = {
        "location": STORE, "frontier": {}, "hlc": f"{NOON << 16:016x}",
        "lines": [{"article": "A1", "quantity": 2_000}, {"article": "A2", "quantity": 1_000}, {"article": "A1", "quantity": 500}],
    }  # fmt: skip
    found = counts_of(stock_fact("tablet", 1, STOCK_COUNTED, body, NOON))
    assert [(one.article, one.quantity_milli) for one in found] == [("A1", 2_500), ("A2", 1_000)]
    assert len({one.name for one in found}) == 2


def test_facts_carry_movements_by_their_kind() -> None:
    sale = {"movements": [{"article": "A1", "store": STORE, "quantity_milli": -1_000, "reason": "sale"}]}
    assert movements_of(stock_fact("till-1", 1, SALE_COMPLETED, sale, NOON)) == (Movement("A1", STORE, -1_000, "sale"),)
    assert moved_by(received("till-1", 2, 4_000, NOON)) == (
        Moved(Name("till-1", 1, 2, 0), Movement(ARTICLE, STORE, 4_000, "received"), NOON),
    )
    assert movements_of(fact(1)) == () and counts_of(fact(1)) == ()


def test_a_line_that_says_when_it_was_counted_leaves_nothing_to_decide_of_what_was_sold_after_it() -> None:
    own = {"from": f"{NOON << 16:016x}", "to": f"{NOON + 5_000 << 16:016x}", "first": 3, "last": 5}
    body = {
        "location": STORE, "frontier": {"till/1": 2}, "hlc": f"{NOON << 16:016x}",
        "lines": [{"article": ARTICLE, "quantity": 4_000, **own}],
    }  # fmt: skip
    (one,) = counts_of(stock_fact("till", 9, STOCK_COUNTED, body, NOON + 3_600_000))
    assert (one.from_ms, one.to_ms, one.frontier, one.last_seq) == (NOON, NOON + 5_000, {"till/1": 3}, 5)
    where = [side(one, moved("till", seq, -1_000, NOON)) for seq in (3, 4, 5, 6, 8)]
    assert where == [BEFORE, UNCLEAR, UNCLEAR, AFTER, AFTER]
    assert side(one, moved("other", 1, -1_000, NOON + 600_000)) == AFTER  # the whole count had not ended by then


def test_a_window_reaches_neither_beyond_its_count_nor_before_it_and_two_are_one_around_both() -> None:
    def line(milli: int, start: int, end: int, first: int, last: int) -> dict[str, Any]:
        span = {"from": f"{NOON + start << 16:016x}", "to": f"{NOON + end << 16:016x}", "first": first, "last": last}
        return {"article": ARTICLE, "quantity": milli, **span}

    lines = [line(2_000, 10, 20, 4, 5), line(1_000, -90, 900, 1, 99)]
    body = {"location": STORE, "frontier": {"till/1": 3}, "hlc": f"{NOON << 16:016x}", "lines": lines}
    (one,) = counts_of(stock_fact("till", 9, STOCK_COUNTED, body, NOON + 500))
    assert (one.quantity_milli, one.from_ms, one.to_ms, one.last_seq) == (3_000, NOON, NOON + 500, 9)
    assert one.frontier == {"till/1": 3}
