"""One more event of an order: what it changes for stock and for people, and that it does not matter when it comes."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.arbitrating import OrderState, Task, arbitrate, overdue, placed, tasks_of
from kiosk.domain.order import COLLECT, SHIP
from kiosk.domain.orderevents import NOT_PERMITTED, OVERDUE, PUT_BACK, REASONS, TOO_LATE, UNKNOWN_LINE, OrderEvent
from kiosk.domain.orderlife import ALLOCATED, CANCELLED, CONFIRMED, CUSTOMER, HANDED_OVER, PICKED, SHIPPED
from kiosk.domain.quantity import ONE
from kiosk.sentences import SENTENCES
from tests.kiosk.domain.orderlives import DEPOT, HERE, Life, event_of, line_of, lives, order_of


def after(state: OrderState, *events: OrderEvent) -> OrderState:
    """An order after some events."""
    for event in events:
        state = arbitrate(state, event).state
    return state


@given(lives(12), lives(12, line=2), st.data())
def test_an_order_ends_alike_and_its_changes_add_up_to_the_end(one: Life, two: Life, data: st.DataObject) -> None:
    order = order_of(one.line, two.line)
    events = [*one.events, *(replace(event, id=f"two-{event.id}") for event in two.events)]
    again = data.draw(st.lists(st.sampled_from(events), max_size=4)) if events else []
    told = data.draw(st.permutations([*events, *again]))
    state, promised = placed(order), placed(order).promised()
    tasks: dict[str, Task] = {}
    for event in told:
        ruling = arbitrate(state, event)
        state = ruling.state
        for key, more in ruling.promised.items():
            promised[key] = promised.get(key, 0) + more
        tasks = {name: task for name, task in tasks.items() if task not in ruling.closed}
        tasks |= {task.id: task for task in ruling.opened}
    assert state.lines == after(placed(order), *events).lines
    assert {key: milli for key, milli in promised.items() if milli} == state.promised()
    assert tasks == tasks_of(state), "tasks come and go with the events that make them"
    assert not [task for task in tasks.values() if task.code != PUT_BACK], "a life that the table permits is refused nothing"


def test_what_was_accepted_and_loses_later_opens_a_task_then() -> None:
    state = after(placed(order_of(line_of(COLLECT))), event_of(ALLOCATED, CONFIRMED, fence=1, place=HERE))
    cancelled = arbitrate(state, event_of(CANCELLED, ALLOCATED, role=CUSTOMER, id="c"))
    assert cancelled.promised == {(HERE, "a1"): -ONE} and not cancelled.opened
    gone = arbitrate(cancelled.state, event_of(HANDED_OVER, ALLOCATED, fence=1))
    assert [(task.code, task.event) for task in gone.opened] == [(TOO_LATE, "c")] and not gone.promised


def test_a_task_ends_by_itself_when_what_was_missing_comes() -> None:
    state = after(placed(order_of(line_of(COLLECT, 2))), event_of(ALLOCATED, CONFIRMED, 1, 1, place=HERE))
    refused = arbitrate(state, event_of(HANDED_OVER, ALLOCATED, 2, fence=1))
    assert [task.quantity_milli for task in refused.opened] == [ONE]
    assert arbitrate(refused.state, event_of(PICKED, ALLOCATED, 1, fence=1)).opened == (), "it is open already"
    more = arbitrate(refused.state, event_of(ALLOCATED, CONFIRMED, 1, 1, place=HERE, id="more"))
    assert more.closed == refused.opened and not tasks_of(more.state)


def test_goods_that_leave_are_no_longer_promised_of_their_place() -> None:
    state = after(placed(order_of(line_of(SHIP, 2))), event_of(ALLOCATED, CONFIRMED, 2, 1, place=DEPOT))
    assert state.promised() == {(DEPOT, "a1"): 2 * ONE}
    ruling = arbitrate(state, event_of(SHIPPED, PICKED, 1, 1, owner=DEPOT))
    assert ruling.promised == {(DEPOT, "a1"): -ONE}


def test_an_event_of_no_line_or_nobody_is_a_task_and_counts_once() -> None:
    state = placed(order_of(line_of(SHIP)))
    strange = event_of(PICKED, ALLOCATED, fence=1, line=9, id="s")
    ruling = arbitrate(state, strange)
    assert [task.code for task in ruling.opened] == [UNKNOWN_LINE] and list(tasks_of(ruling.state)) == [ruling.opened[0].id]
    assert arbitrate(ruling.state, strange).opened == ()
    assert [task.code for task in arbitrate(state, event_of(PICKED, ALLOCATED, fence=1, role="office")).opened] == [NOT_PERMITTED]


def test_what_waits_too_long_for_its_allocation_is_a_task() -> None:
    state = after(placed(order_of(line_of(SHIP))), event_of(PICKED, ALLOCATED, fence=3, at_ms=1_000, id="p"))
    assert overdue(state, 1_999, 1_000) == () and [task.code for task in overdue(state, 2_000, 1_000)] == [OVERDUE]
    assert state.fences == {3}, "its fence is not given again"


def test_every_reason_has_its_sentence() -> None:
    assert [code for code in REASONS if code not in SENTENCES] == []
