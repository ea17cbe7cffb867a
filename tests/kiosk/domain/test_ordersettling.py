"""What becomes of an order line, whatever the order in which its events come, and who wins where two exclude each other."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.order import COLLECT, COLLECT_ELSEWHERE, SHIP, TAKEN
from kiosk.domain.orderevents import (
    BAD_QUANTITY,
    FENCE_TWICE,
    FENCES_PER_EPOCH,
    MORE_THAN_ORDERED,
    NO_FENCE,
    NO_GROUND,
    NOT_ON_PATH,
    NOT_PERMITTED,
    NOT_THERE,
    NOT_YOURS,
    TOO_LATE,
    TWICE,
    UNKNOWN_LINE,
    WENT_ELSEWHERE,
    OrderEvent,
    next_fence,
)
from kiosk.domain.orderlife import (
    ACCEPTED,
    ALLOCATED,
    CANCELLED,
    CONFIRMED,
    CUSTOMER,
    DECLINED,
    DELIVERED,
    EXPIRED,
    HANDED_OVER,
    IN_TRANSIT,
    LOST,
    PACKED,
    PICKED,
    PROVISIONAL,
    READY,
    RECLAIMED,
    REJECTED,
    REROUTED,
    RETURNED,
    SHIPPED,
    STATES,
    STEPS,
)
from kiosk.domain.ordersettling import LineState, settle_line
from kiosk.domain.quantity import ONE
from kiosk.domain.returning import WITHDRAWAL
from tests.kiosk.domain.orderlives import DEPOT, HERE, THERE, Life, event_of, line_of, lives


def settled(kind: str, pieces: int, *events: OrderEvent, firm: bool | None = True) -> LineState:
    """A line of so many pieces after these events."""
    return settle_line("o1", line_of(kind, pieces, firm=firm), events)


def pieces(state: LineState) -> dict[tuple[int, str], int]:
    """Where how many pieces are."""
    return {bucket: milli // ONE for bucket, milli in state.at.items()}


def codes(state: LineState) -> list[tuple[str, str, int]]:
    """What was refused: event, why, how many pieces."""
    return [(one.event.id, one.code, one.quantity_milli // ONE) for one in state.refused]


@given(lives(), st.data())
def test_a_life_is_told_the_same_in_any_order_and_with_repetitions(life: Life, data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(life.events), max_size=5)) if life.events else []
    told = data.draw(st.permutations([*life.events, *again]))
    state = settle_line("o1", life.line, told)
    assert state.at == {bucket: milli for bucket, milli in life.at.items() if milli}
    assert not state.refused and not state.waiting


@given(lives(), st.data())
def test_whatever_part_of_a_life_is_known_the_quantities_add_up(life: Life, data: st.DataObject) -> None:
    known = data.draw(st.lists(st.sampled_from(life.events), unique_by=id)) if life.events else []
    state = settle_line("o1", life.line, known)
    assert sum(state.at.values()) == life.line.quantity_milli
    assert all(milli > 0 for milli in state.at.values())


@given(lives(line=1), lives(line=1), st.data())
def test_even_two_lives_of_one_line_end_alike_on_every_machine(one: Life, other: Life, data: st.DataObject) -> None:
    mixed = [*one.events, *(replace(event, id=f"x{event.id}") for event in other.events)]
    state = settle_line("o1", one.line, mixed)
    assert settle_line("o1", one.line, data.draw(st.permutations(mixed))) == state
    assert sum(state.at.values()) == one.line.quantity_milli and all(milli > 0 for milli in state.at.values())
    left = sum(milli for (_, name), milli in state.at.items() if name in (HANDED_OVER, DELIVERED, RETURNED))
    assert left <= one.line.quantity_milli, "nothing is handed over twice"


def test_two_cut_off_tills_that_hand_over_the_same_order_leave_one_hand_over_and_one_task() -> None:
    given = event_of(ALLOCATED, CONFIRMED, fence=1, place=HERE)
    ready = event_of(READY, PICKED, fence=1)
    first = event_of(HANDED_OVER, READY, fence=1, id="x", at_ms=10)
    second = event_of(HANDED_OVER, READY, fence=1, id="y", at_ms=11)
    for told in ([given, ready, first, second], [second, first, ready, given], [second, given, ready, first, second]):
        state = settled(COLLECT, 1, *told)
        assert pieces(state) == {(1, HANDED_OVER): 1} and codes(state) == [("y", TWICE, 1)]


@pytest.mark.parametrize("picked_first", [True, False])
def test_cancel_and_pick_at_once_cancels_and_tells_the_store_to_put_it_back(picked_first: bool) -> None:
    base = [event_of(ALLOCATED, CONFIRMED, fence=1, place=HERE)]
    race = [
        event_of(PICKED, ALLOCATED, fence=1, at_ms=1 if picked_first else 2),
        event_of(CANCELLED, ALLOCATED, at_ms=2 if picked_first else 1, role=CUSTOMER),
    ]
    state = settled(COLLECT, 1, *base, *race)
    assert pieces(state) == {(NO_FENCE, CANCELLED): 1} and state.put_back == {HERE: ONE} and not state.refused


def test_what_is_with_the_customer_cannot_be_cancelled_whatever_the_clocks_say() -> None:
    cancel = event_of(CANCELLED, CONFIRMED, at_ms=0, role=CUSTOMER, id="c")
    there = [event_of(ALLOCATED, CONFIRMED, fence=1, place=HERE, at_ms=9), event_of(HANDED_OVER, ALLOCATED, fence=1, at_ms=99)]
    state = settled(COLLECT, 1, cancel, *there)
    assert pieces(state) == {(1, HANDED_OVER): 1} and codes(state) == [("c", TOO_LATE, 1)]


def test_a_cancellation_takes_first_what_costs_least_and_refuses_only_what_is_gone() -> None:
    events = [
        event_of(ALLOCATED, CONFIRMED, 4, 1, place=HERE),
        event_of(PICKED, ALLOCATED, 3, 1),
        event_of(HANDED_OVER, PICKED, 1, 1),
        event_of(CANCELLED, CONFIRMED, 5, id="c", role=CUSTOMER),
    ]
    state = settled(COLLECT, 5, *events)
    assert pieces(state) == {(NO_FENCE, CANCELLED): 4, (1, HANDED_OVER): 1}
    assert codes(state) == [("c", TOO_LATE, 1)] and state.put_back == {HERE: 2 * ONE}


def test_only_the_higher_fence_writes() -> None:
    """The hub gave up on a store that was cut off; that store hands over all the same."""
    old, new = event_of(ALLOCATED, CONFIRMED, fence=1, place=HERE), event_of(ALLOCATED, CONFIRMED, fence=2, place=THERE)
    back = event_of(RECLAIMED, ALLOCATED, fence=1)
    again = event_of(REROUTED, DECLINED)
    late = event_of(HANDED_OVER, ALLOCATED, fence=1, id="late")
    state = settled(COLLECT, 1, late, new, again, back, old)
    assert pieces(state) == {(2, ALLOCATED): 1} and codes(state) == [("late", WENT_ELSEWHERE, 1)]
    meanwhile = settled(COLLECT, 1, late, again, back, old)
    assert pieces(meanwhile) == {(1, HANDED_OVER): 1}, "as long as nobody else has it, what was done counts"
    assert codes(meanwhile) == [(back.id, TOO_LATE, 1)]
    forgotten = settled(COLLECT, 1, late, new, old)
    assert pieces(forgotten) == {(2, ALLOCATED): 1}, "also where nobody told that it was taken away"
    assert codes(forgotten) == [("late", WENT_ELSEWHERE, 1)]


def test_what_the_hub_reclaims_from_a_store_that_had_it_picked_is_to_be_put_back() -> None:
    given, picked = event_of(ALLOCATED, CONFIRMED, 2, 1, place=HERE), event_of(PICKED, ALLOCATED, 2, 1)
    state = settled(COLLECT, 2, given, picked, event_of(RECLAIMED, PICKED, 1, 1))
    assert pieces(state) == {(1, PICKED): 1, (NO_FENCE, DECLINED): 1} and state.put_back == {HERE: ONE}
    assert not settled(COLLECT, 2, given, event_of(RECLAIMED, ALLOCATED, 1, 1)).put_back


def test_a_store_that_gives_back_and_hands_over_has_handed_over_until_another_has_it() -> None:
    given = event_of(ALLOCATED, CONFIRMED, fence=1, place=HERE)
    both = [event_of(DECLINED, ALLOCATED, fence=1, id="no"), event_of(HANDED_OVER, ALLOCATED, fence=1, id="yes")]
    state = settled(COLLECT, 1, given, *both)
    assert pieces(state) == {(1, HANDED_OVER): 1} and codes(state) == [("no", TOO_LATE, 1)]
    moved = [event_of(REROUTED, DECLINED), event_of(ALLOCATED, CONFIRMED, fence=2, place=THERE)]
    state = settled(COLLECT, 1, given, *both, *moved)
    assert pieces(state) == {(2, ALLOCATED): 1} and codes(state) == [("yes", WENT_ELSEWHERE, 1)]


def test_goods_that_were_handed_over_were_picked_though_the_message_is_still_on_its_way() -> None:
    given, gone = event_of(ALLOCATED, CONFIRMED, 2, 1, place=HERE), event_of(HANDED_OVER, READY, 1, 1)
    state = settled(COLLECT, 2, given, gone)
    assert pieces(state) == {(1, ALLOCATED): 1, (1, HANDED_OVER): 1} and state.shown == HANDED_OVER
    late = settled(COLLECT, 2, given, gone, event_of(PICKED, ALLOCATED, 1, 1), event_of(READY, PICKED, 1, 1))
    assert late.at == state.at and not late.refused


def test_what_belongs_to_an_allocation_that_nobody_knows_waits_for_it() -> None:
    picked = event_of(PICKED, ALLOCATED, fence=7)
    state = settled(COLLECT, 1, picked)
    assert state.waiting == (picked,) and not state.refused and pieces(state) == {(NO_FENCE, CONFIRMED): 1}
    assert pieces(settled(COLLECT, 1, picked, event_of(ALLOCATED, CONFIRMED, fence=7, place=HERE))) == {(7, PICKED): 1}


def test_one_fence_is_one_place_and_no_more_than_was_ordered() -> None:
    one = event_of(ALLOCATED, CONFIRMED, 2, 1, id="a", place=HERE)
    other = event_of(ALLOCATED, CONFIRMED, 2, 1, id="b", place=THERE)
    state = settled(SHIP, 2, other, one)
    assert state.places == {1: HERE} and codes(state) == [("b", FENCE_TWICE, 2)]
    more = event_of(ALLOCATED, CONFIRMED, 1, 1, id="c", place=HERE)
    assert codes(settled(SHIP, 2, one, more)) == [("c", MORE_THAN_ORDERED, 1)]


def test_a_restored_hub_gives_higher_fences_than_those_it_has_forgotten() -> None:
    forgotten = next_fence([next_fence([], epoch=1)], epoch=1)
    assert next_fence([], epoch=2) > forgotten and forgotten < 2 * FENCES_PER_EPOCH
    assert next_fence([0, 41], epoch=0) == 42


def test_a_place_that_does_not_hold_the_token_changes_nothing() -> None:
    given = event_of(ALLOCATED, CONFIRMED, fence=1, place=HERE)
    foreign = event_of(PICKED, ALLOCATED, fence=1, owner=DEPOT, id="f")
    assert codes(settled(COLLECT, 1, given, foreign)) == [("f", NOT_YOURS, 1)]
    nobody = event_of(DECLINED, ALLOCATED, fence=1, owner="", id="n")
    assert codes(settled(SHIP, 1, given, nobody)) == [("n", NOT_YOURS, 1)]
    office = event_of(HANDED_OVER, ALLOCATED, fence=1, owner="", role="office")
    assert pieces(settled(COLLECT, 1, given, office)) == {(1, HANDED_OVER): 1}


def test_goods_that_travel_belong_to_the_store_where_they_are_collected() -> None:
    way = [
        event_of(PICKED, ALLOCATED, fence=0, owner=DEPOT),
        event_of(IN_TRANSIT, PICKED, fence=0, owner=DEPOT),
        event_of(READY, IN_TRANSIT, fence=0, owner=THERE),
        event_of(HANDED_OVER, READY, fence=0, owner=THERE),
    ]
    assert pieces(settled(COLLECT_ELSEWHERE, 1, *way)) == {(0, HANDED_OVER): 1}
    late = settled(COLLECT_ELSEWHERE, 1, *way[:3], event_of(EXPIRED, READY, fence=0, owner=THERE))
    assert pieces(late) == {(NO_FENCE, EXPIRED): 1} and late.put_back == {THERE: ONE}


def test_who_comes_before_the_order_expires_has_it() -> None:
    given = [event_of(ALLOCATED, CONFIRMED, fence=1, place=HERE), event_of(READY, PICKED, fence=1)]
    both = [event_of(EXPIRED, READY, fence=1, id="e", role="system"), event_of(HANDED_OVER, READY, fence=1)]
    state = settled(COLLECT, 1, *given, *both)
    assert pieces(state) == {(1, HANDED_OVER): 1} and codes(state) == [("e", TOO_LATE, 1)]


def test_goods_come_back_at_a_place_that_knows_no_fence_and_never_twice() -> None:
    back: dict[str, Any] = {"role": "store", "owner": THERE, "ground": WITHDRAWAL}
    taken = settled(TAKEN, 2, event_of(RETURNED, HANDED_OVER, 1, id="a", **back), event_of(RETURNED, DELIVERED, 1, id="b", **back))
    assert codes(taken) == [("b", NOT_ON_PATH, 1)]
    twice = [event_of(RETURNED, HANDED_OVER, 2, id=name, **back) for name in "ab"]
    state = settled(TAKEN, 3, *twice)
    assert pieces(state) == {(NO_FENCE, RETURNED): 3} and codes(state) == [("b", NOT_THERE, 1)]
    assert state.returned == {WITHDRAWAL: 3 * ONE}


def test_what_comes_back_was_delivered_before_it_was_on_its_way() -> None:
    way = [event_of(ALLOCATED, CONFIRMED, 2, 1, place=DEPOT), event_of(SHIPPED, PICKED, 2, 1, owner=DEPOT)]
    back = event_of(RETURNED, DELIVERED, 1, role="store", owner=THERE, ground=WITHDRAWAL)
    state = settled(SHIP, 2, *way, event_of(DELIVERED, SHIPPED, 1, 1), back)
    assert pieces(state) == {(NO_FENCE, RETURNED): 1, (1, SHIPPED): 1}


def test_a_lost_parcel_looks_for_another_source() -> None:
    first = [event_of(ALLOCATED, CONFIRMED, fence=1, place=DEPOT), event_of(SHIPPED, PICKED, fence=1, owner=DEPOT)]
    lost = [event_of(LOST, SHIPPED, fence=1, role="system"), event_of(REROUTED, DECLINED)]
    second = event_of(ALLOCATED, CONFIRMED, fence=2, place=THERE)
    state = settled(SHIP, 1, *first, *lost, second)
    assert pieces(state) == {(2, ALLOCATED): 1} and not state.refused


def test_a_parcel_that_one_calls_delivered_and_another_lost_is_one_parcel() -> None:
    given = [event_of(ALLOCATED, CONFIRMED, 2, 1, place=DEPOT), event_of(SHIPPED, PICKED, 1, 1, owner=DEPOT)]
    both = [event_of(DELIVERED, SHIPPED, 1, 1), event_of(LOST, SHIPPED, 1, 1, owner=DEPOT, id="l")]
    state = settled(SHIP, 2, *given, *both)
    assert pieces(state) == {(1, ALLOCATED): 1, (1, DELIVERED): 1} and codes(state) == [("l", TOO_LATE, 1)]


def test_what_nobody_has_is_declined_until_a_person_finds_another_way() -> None:
    no = event_of(REJECTED, PROVISIONAL)
    assert pieces(settled(SHIP, 1, no, firm=False)) == {(NO_FENCE, DECLINED): 1}
    found = settled(SHIP, 1, no, event_of(REROUTED, DECLINED), firm=False)
    assert pieces(found) == {(NO_FENCE, CONFIRMED): 1}
    assert codes(settled(SHIP, 1, event_of(CONFIRMED, PROVISIONAL, 2, id="c"), firm=False)) == [("c", MORE_THAN_ORDERED, 1)]


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (event_of(PICKED, ALLOCATED, fence=1, line=2), UNKNOWN_LINE),
        (event_of(PICKED, ALLOCATED, fence=1, role=CUSTOMER), NOT_PERMITTED),
        (event_of(PICKED, ALLOCATED), NOT_PERMITTED),
        (event_of(PICKED, SHIPPED, fence=1), NOT_PERMITTED),
        (event_of(CONFIRMED, PROVISIONAL, fence=1), NOT_PERMITTED),
        (event_of(ALLOCATED, CONFIRMED, fence=1), NOT_PERMITTED),
        (event_of(SHIPPED, PACKED, fence=1), NOT_ON_PATH),
        (event_of(ACCEPTED, ALLOCATED, 0, fence=1), BAD_QUANTITY),
        (event_of(RETURNED, HANDED_OVER, fence=1), NO_GROUND),
    ],
)
def test_what_can_never_be_right_is_refused_with_its_reason(event: OrderEvent, why: str) -> None:
    assert [one.code for one in settled(COLLECT, 1, event).refused] == [why]


def test_the_table_names_only_states_there_are_and_leads_on_or_out() -> None:
    names = list(STATES)
    for step in STEPS.values():
        assert step.target in STATES and set(step.sources) <= set(STATES)
        if step.name not in (DECLINED, RECLAIMED, LOST, REJECTED):
            assert all(names.index(source) < names.index(step.target) for source in step.sources), step.name
