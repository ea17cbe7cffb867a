"""Order sourcing: never worse than trying everything, the same whatever order is asked in, and each choice says why."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.arbitrating import arbitrate, placed
from kiosk.domain.order import SHIP
from kiosk.domain.orderevents import next_fence
from kiosk.domain.quantity import ONE
from kiosk.domain.sourcing import (
    ANOTHER_PARCEL,
    BUSIER,
    CHOSEN_FOR,
    DEARER,
    DECLINED_BEFORE,
    EQUAL,
    FULL,
    FURTHER,
    HERE,
    HOUR_MS,
    LATER,
    LEAST,
    NO_STOCK,
    NOBODY,
    NOT_SENDING,
    ONLY,
    PASSED_OVER_FOR,
    SAME_PARCEL,
    TOO_MANY_PARCELS,
    UNFILLED_FOR,
    Candidate,
    Plan,
    Rates,
    Want,
    allocations,
    opening,
    source,
)
from tests.kiosk.domain.orderlives import line_of, order_of

ARTICLES = ("a", "b", "c")


def place(name: str, a: int = 0, b: int = 0, c: int = 0, km: int = 0, **more: object) -> Candidate:
    """A place with so many pieces of each article."""
    free = {article: pieces * ONE for article, pieces in zip(ARTICLES, (a, b, c), strict=True) if pieces}
    return Candidate(name, free, km * 1_000, **more)  # type: ignore[arg-type]


def wants(*pieces: int) -> list[Want]:
    """A line for each article of which some are wanted."""
    return [Want(n, article, count * ONE) for n, (article, count) in enumerate(zip(ARTICLES, pieces, strict=False), 1) if count]


@st.composite
def questions(draw: st.DrawFn) -> tuple[list[Want], list[Candidate], Rates, str]:
    """Small questions of every kind, with the same article on two lines now and then."""
    lines = draw(st.lists(st.tuples(st.sampled_from(ARTICLES), st.integers(1, 3)), min_size=1, max_size=4))
    asked = [Want(n, article, pieces * ONE) for n, (article, pieces) in enumerate(lines, 1)]
    small = st.integers(-1, 3)
    candidates = [
        place(
            f"p{n}", draw(small), draw(small), draw(small), draw(st.integers(0, 30)) * 10, waiting=draw(st.integers(0, 3)),
            room=draw(st.integers(0, 5)), leaves_ms=draw(st.integers(0, 5)) * HOUR_MS, handling_minor=draw(st.integers(0, 4)) * 50,
            sends=draw(st.integers(0, 9)) > 0, declined=draw(st.integers(0, 9)) == 0,
        )
        for n in range(draw(st.integers(0, 6)))
    ]  # fmt: skip
    rates = Rates(draw(st.sampled_from([0, 100, 500])), draw(st.integers(0, 3)), 20, 50, draw(st.integers(1, 4)))
    return asked, candidates, rates, draw(st.sampled_from(["", "p0"]))


def brute_force(asked: list[Want], candidates: list[Candidate], rates: Rates, to: str, promised_ms: int) -> tuple[int, int]:
    """What the best of all sets of places leaves unfilled and costs (thousandths of a minor unit), by trying every one."""
    able = [one for one in candidates if one.sends and not one.declined and one.room > 0]
    best = None
    for count in range(min(rates.parcels_max, len(able)) + 1):
        for chosen in combinations(able, count):
            cost = sum(opening(one, rates, to, promised_ms).total_minor for one in chosen) * ONE
            unfilled = 0
            for article in ARTICLES:
                left = sum(want.quantity_milli for want in asked if want.article == article)
                for one in sorted(chosen, key=lambda one: one.handling_minor):
                    taken = max(0, min(left, one.free_milli.get(article, 0)))
                    cost, left = cost + taken * one.handling_minor, left - taken
                unfilled += left
            best = min(best, (unfilled, cost)) if best else (unfilled, cost)
    assert best is not None
    return best


@given(questions(), st.integers(0, 3), st.data())
def test_no_plan_is_better_than_what_is_found_and_it_does_not_depend_on_the_order_of_asking(
    question: tuple[list[Want], list[Candidate], Rates, str], hours: int, data: st.DataObject
) -> None:
    asked, candidates, rates, to = question
    plan = source(asked, candidates, rates, to=to, promised_ms=hours * HOUR_MS)
    unfilled, cost = brute_force(asked, candidates, rates, to, hours * HOUR_MS)
    assert plan.exact and sum(one.quantity_milli for one in plan.missing) == unfilled
    assert plan.cost_minor == (cost + ONE // 2) // ONE
    shuffled, turned = data.draw(st.permutations(candidates)), data.draw(st.permutations(asked))
    assert source(turned, shuffled, rates, to=to, promised_ms=hours * HOUR_MS) == plan
    _adds_up(plan, asked, candidates)


def _adds_up(plan: Plan, asked: list[Want], candidates: list[Candidate]) -> None:
    article_of = {want.line: want.article for want in asked}
    for want in asked:
        parts = [one.quantity_milli for one in plan.choices if one.line == want.line]
        parts += [one.quantity_milli for one in plan.missing if one.line == want.line]
        assert sum(parts) == want.quantity_milli and all(part > 0 for part in parts)
    for one in candidates:
        for article in ARTICLES:
            sent = sum(c.quantity_milli for c in plan.choices if c.place == one.place and article_of[c.line] == article)
            assert sent <= max(0, one.free_milli.get(article, 0)), "nothing is promised that is not there"
    assert {*plan.places} | {one.place for one in plan.passed_over} == {one.place for one in candidates}, "each place hears why"
    assert {one.reason for one in plan.choices} <= set(CHOSEN_FOR) and {one.reason for one in plan.missing} <= set(UNFILLED_FOR)
    assert {one.reason for one in plan.passed_over} <= set(PASSED_OVER_FOR) and all(one.by_minor >= 0 for one in plan.passed_over)


@pytest.mark.parametrize(
    ("candidates", "pieces", "chosen", "passed_over"),
    [
        ([place("x", 1)], (1,), [("x", ONLY, 0)], []),
        ([place("x", 1), place("y", 1, km=30)], (1,), [("x", LEAST, 30)], [("y", FURTHER, 30)]),
        ([place("x", 1), place("y", 1, waiting=2)], (1,), [("x", LEAST, 40)], [("y", BUSIER, 40)]),
        ([place("x", 1), place("y", 1, leaves_ms=3 * HOUR_MS)], (1,), [("x", LEAST, 100)], [("y", LATER, 100)]),
        ([place("x", 1), place("y", 1, handling_minor=9)], (1,), [("x", LEAST, 9)], [("y", DEARER, 9)]),
        ([place("x", 1), place("y", 1)], (1,), [("x", LEAST, 0)], [("y", EQUAL, 0)]),
        ([place("x", 1), place("y", 0, 1)], (1,), [("x", ONLY, 0)], [("y", NO_STOCK, 0)]),
        ([place("x", 1), place("y", 1, declined=True)], (1,), [("x", ONLY, 0)], [("y", DECLINED_BEFORE, 0)]),
        ([place("x", 1), place("y", 1, sends=False)], (1,), [("x", ONLY, 0)], [("y", NOT_SENDING, 0)]),
        ([place("x", 1), place("y", 1, room=0)], (1,), [("x", ONLY, 0)], [("y", FULL, 0)]),
        ([place("x", 1, 1, km=90), place("y", 1)], (1, 1), [("x", SAME_PARCEL, 0), ("x", ONLY, 0)], [("y", ANOTHER_PARCEL, 500)]),
        ([place("store", 1, waiting=9), place("x", 1)], (1,), [("store", HERE, 0)], [("x", ANOTHER_PARCEL, 500)]),
    ],
)
def test_each_choice_and_each_rejection_says_why(
    candidates: list[Candidate],
    pieces: tuple[int, ...],
    chosen: list[tuple[str, str, int]],
    passed_over: list[tuple[str, str, int]],
) -> None:
    plan = source(wants(*pieces), candidates, Rates(), to="store", promised_ms=HOUR_MS)
    assert [(one.place, one.reason, one.by_minor) for one in plan.choices] == chosen
    assert [(one.place, one.reason, one.by_minor) for one in plan.passed_over] == passed_over


def test_what_nobody_has_and_what_would_be_one_parcel_too_many_are_told_apart() -> None:
    places = [place("x", 2), place("y", 0, 1)]
    plan = source(wants(2, 1, 1), places, Rates(parcels_max=1))
    assert [(one.place, one.line) for one in plan.choices] == [("x", 1)]
    assert [(one.line, one.reason) for one in plan.missing] == [(2, TOO_MANY_PARCELS), (3, NOBODY)]


def test_splitting_is_weighed_against_the_way() -> None:
    far, near = place("far", 1, 1, km=800), [place("n1", 1), place("n2", 0, 1)]
    assert source(wants(1, 1), [far, *near], Rates()).places == ("n1", "n2")
    assert source(wants(1, 1), [far, *near], Rates(parcel_minor=900)).places == ("far",)


def test_a_place_that_is_nearer_but_dearer_to_handle_does_not_hide_another() -> None:
    places = [place("near", 5, handling_minor=100), place("far", 5, km=50)]
    assert source(wants(5), places, Rates()).places == ("far",)


def test_the_scarcest_article_is_left_where_two_parcels_fill_more_without_it() -> None:
    """The cheapest has a little of all, the only one who has the scarce article has nothing else."""
    places = [place("little", 0, 2, 2), place("b", 0, 4, km=1), place("c", 0, 0, 4, km=1), place("scarce", 1, km=1)]
    plan = source(wants(1, 4, 4), places, Rates(parcels_max=2))
    assert plan.places == ("b", "c") and [(one.line, one.reason) for one in plan.missing] == [(1, TOO_MANY_PARCELS)]


def test_a_search_that_is_cut_off_says_so_and_still_fills_what_it_can() -> None:
    many = [place(f"p{n:02}", n % 2, n % 3 == 0, n % 5 == 0, km=n * 7 % 50) for n in range(30)]
    plan = source(wants(9, 6, 4), many, Rates(parcels_max=4), looks_max=1)
    assert not plan.exact and plan.choices and plan.looks >= 1
    _adds_up(plan, wants(9, 6, 4), many)


def test_a_plan_becomes_allocations_that_hold_and_promise_the_goods_of_their_places() -> None:
    order = order_of(line_of(SHIP, 2, 1), line_of(SHIP, 1, 2))
    asked = [Want(line.line, line.article, line.quantity_milli) for line in order.lines]
    stock = [Candidate("x", {"a1": 2 * ONE}), Candidate("y", {"a2": ONE}), Candidate("z", {"a2": ONE}, 9_000)]
    plan, state, names = source(asked, stock, Rates()), placed(order), iter("ab")
    for event in allocations(plan, order.id, next_fence(state.fences, 0), 0, lambda: next(names)):
        ruling = arbitrate(state, event)
        state = ruling.state
        assert not ruling.opened
    assert state.promised() == {("x", "a1"): 2 * ONE, ("y", "a2"): ONE}
