"""Service requests: a table of permitted steps, and a fold that says the same whatever is heard first."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import servicelife as life
from kiosk.domain.service import About, ServiceEvent, ServiceRequest, settled

REPAIR = ServiceRequest("SV-1", life.REPAIR, About(article="A1"), "", 1, 100)
events = st.builds(
    ServiceEvent, st.uuids().map(str), st.just("SV-1"), st.sampled_from([*life.STEPS, "lost"]), st.sampled_from([*life.STATES]),
    st.integers(2, 9), st.sampled_from(life.ROLES), st.sampled_from(["", "AMS1", "UTR1"]), st.sampled_from([0, 200]),
)  # fmt: skip


def path(*steps: str) -> str:
    """Where a repair stands after these steps; every one of them has to be permitted."""
    found = settled(REPAIR, [])
    for n, step in enumerate(steps):
        event = ServiceEvent(f"{n}", "SV-1", step, found.state, n + 2, life.PEOPLE)
        found = settled(REPAIR, [*found.told.values(), event])
        assert not found.refused, (step, found.state)
    return found.state


@pytest.mark.parametrize(
    ("steps", "ends"),
    [
        ([life.TAKEN_ON, life.ASKED, life.ANSWERED, life.DONE], life.DONE),
        ([life.RECEIVED, life.SENT_AWAY, life.CAME_BACK, life.READY, life.DONE], life.DONE),
        ([life.RECEIVED, life.QUOTED, life.AGREED, life.READY], life.READY),
        ([life.RECEIVED, life.QUOTED, life.READY, life.DONE, life.REOPENED], life.OPENED),
        ([life.WITHDRAWN], life.WITHDRAWN), ([life.REFUSED, life.REOPENED, life.TAKEN_ON], life.TAKEN_ON),
    ],
)  # fmt: skip
def test_a_request_lives_as_people_expect(steps: list[str], ends: str) -> None:
    assert path(*steps) == ends


@given(st.lists(events, max_size=12, unique_by=lambda one: one.id), st.randoms())
def test_it_stands_the_same_whatever_is_heard_first_and_every_event_is_taken_or_refused(
    said: list[ServiceEvent], chance: object
) -> None:
    mixed = [*said, *said]
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    found = settled(REPAIR, said)
    assert settled(REPAIR, mixed) == found
    assert {event.id for event, _ in found.path} | {event.id for event in found.refused} == {event.id for event in said}
    states = [life.OPENED, *(state for _, state in found.path)]
    assert states[-1] == found.state
    for before, (event, after) in zip(states, found.path, strict=False):
        step = life.STEPS[event.step]
        assert before in step.sources and event.role in step.roles and after == (step.target or before)


def test_of_two_who_take_a_step_at_once_the_second_changes_nothing_and_is_seen() -> None:
    first = ServiceEvent("a", "SV-1", life.TAKEN_ON, life.OPENED, 5, life.PEOPLE, store="AMS1", due_ms=300)
    second = ServiceEvent("b", "SV-1", life.WITHDRAWN, life.OPENED, 6, life.CUSTOMER)
    found = settled(REPAIR, [second, first])
    assert (found.state, found.store, found.due_ms, found.refused) == (life.TAKEN_ON, "AMS1", 300, (second,))
    assert settled(REPAIR, [replace(first, request="SV-2")]).refused, "an event of another request"


def test_a_question_has_no_goods_and_a_customer_takes_no_step_of_the_shops_people() -> None:
    goods = {name for name, step in life.STEPS.items() if step.goods}
    for state in life.STATES:
        assert not goods & {step.name for step in life.possible(life.QUESTION, state, life.PEOPLE)}
    mine = {step.name for state in life.STATES for step in life.possible(life.REPAIR, state, life.CUSTOMER)}
    assert mine == {life.ANSWERED, life.AGREED, life.WITHDRAWN, life.REOPENED}


def test_goods_of_a_customer_leave_the_shop_only_by_being_ready_and_every_open_request_has_a_way_on() -> None:
    with_goods = {name for name, state in life.STATES.items() if state.goods}
    for name in with_goods:
        targets = {step.target or name for step in life.possible(life.REPAIR, name, life.PEOPLE)}
        assert targets - with_goods == ({life.DONE} if name == life.READY else set())
    for name, state in life.STATES.items():
        ways = {step.target or name for step in life.possible(life.REPAIR, name, life.PEOPLE)}
        assert ways - {name}, f"nobody gets {name} any further" if state.open else f"{name} cannot be opened again"
