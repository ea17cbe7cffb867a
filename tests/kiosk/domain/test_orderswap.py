"""Goods taken in place of others: the same whatever came first, never more than was given up, and money to the cent."""

from dataclasses import replace
from itertools import permutations
from random import Random

import pytest

from kiosk.domain.arbitrating import OrderState, arbitrate, settled, tasks_of
from kiosk.domain.facts import ORDER_MOVED, ORDER_PAID, ORDER_PLACED, ORDER_SUBSTITUTED, Fact
from kiosk.domain.order import COLLECT, PAY_AT_COLLECTION, SHIP_FROM_STORE, Charge, Fulfilment
from kiosk.domain.orderback import money_back
from kiosk.domain.orderevents import NO_FENCE, TOO_LATE, UNKNOWN_LINE, OrderEvent
from kiosk.domain.orderfacts import OrderKnown, apply_order, moved_body, order_body, paid_body, swap_body, swap_in
from kiosk.domain.orderlife import ALLOCATED, CANCELLED, CUSTOMER, DECLINED, HANDED_OVER, PICKED, READY
from kiosk.domain.ordermoney import OrderPayment, due_now, money_of
from kiosk.domain.orderrow import known_of, row_of
from kiosk.domain.orderswap import HERE as AT_COUNTER
from kiosk.domain.orderswap import Swap, held_as, line_of, with_swaps
from kiosk.domain.quantity import ONE
from kiosk.domain.returning import AS_NEW, GOODWILL, Wish, share_of
from tests.kiosk.domain.orderlives import HERE, event_of, order_of
from tests.kiosk.domain.orderlives import line_of as order_line
from tests.kiosk.domain.test_orderfacts import fact

LINE = replace(order_line(COLLECT, 3, amount=1_000), fulfilment=Fulfilment(COLLECT, source=HERE, to=HERE))
ORDER = order_of(LINE, terms=PAY_AT_COLLECTION)


STEPS = ((PICKED, ALLOCATED), (READY, PICKED), (HANDED_OVER, READY), (DECLINED, ALLOCATED), (CANCELLED, ALLOCATED))


def swap(pieces: int = 1, seq: int = 2, source: str = ALLOCATED, fence: int = 0, line: int = 1, amount: int = 300) -> Swap:
    """So many pieces of a line become others, as a fact of this number says it."""
    name = f"d/1/{seq}/0"
    return Swap(name, seq, line, source, fence, pieces * ONE, HERE, "other", "Cup", "piece", amount, 0, "high", "", AT_COUNTER,
                False, "7")  # fmt: skip


def told(one: Swap) -> Fact:
    """A till says so."""
    return fact(ORDER_SUBSTITUTED, swap_body("o1", one), int(one.id.split("/")[2]))


def at(state: OrderState, line: int) -> dict[str, int]:
    """Pieces of a line by state."""
    return {name: milli // ONE for (_, name), milli in state.lines[line].at.items()}


def test_a_swap_is_read_back_as_it_was_written_and_nonsense_is_none() -> None:
    one = swap(2)
    assert swap_in(told(one)) == one
    for change in ({"heard": "gossip"}, {"quantity_milli": 1_500}, {"quantity_milli": 0}, {"amount_minor": -1}, {"article": ""}):
        with pytest.raises(ValueError):
            swap_in(fact(ORDER_SUBSTITUTED, {**swap_body("o1", one), **change}))


def test_so_much_less_of_one_line_and_a_line_more_that_is_picked_and_handed_over_as_any() -> None:
    one = swap(2)
    state = settled(ORDER, [], [one])
    new = one.new_line
    assert at(state, 1) == {ALLOCATED: 1, CANCELLED: 2} and at(state, new) == {ALLOCATED: 2}
    assert state.placed == ORDER and [line.line for line in state.order.lines] == [1, new]
    (line,) = [line for line in state.order.lines if line.line == new]
    assert (line.fulfilment.to, line.fulfilment.source, line.promise and line.promise.id) == (HERE, HERE, held_as("o1", new))
    money = money_of(state, [])
    assert money.owed_minor == 333 + 300 and due_now(state, money, {new: 2 * ONE}) == 300
    for step, source in ((PICKED, ALLOCATED), (READY, PICKED), (HANDED_OVER, READY)):
        state = arbitrate(state, event_of(step, source, 2, 0, line=new, id=step)).state
    assert at(state, new) == {HANDED_OVER: 2} and tasks_of(state) == {}
    (back,), _ = money_back(state, [Wish(new, ONE, GOODWILL, "", AS_NEW, True)], 9)
    assert back.amount_minor == 150, "it comes back as any line does"


def test_goods_of_equal_price_change_no_cent_whatever_was_cancelled_before() -> None:
    line = ORDER.lines[0]
    first = event_of(CANCELLED, ALLOCATED, 1, 0, id="c")
    share = share_of(line.amount_minor, line.quantity_milli, ONE, ONE)
    before, after = settled(ORDER, [first]), settled(ORDER, [first], [swap(1, amount=share)])
    assert money_of(before, []).owed_minor == money_of(after, []).owed_minor == 667


def test_what_could_not_be_given_up_is_not_in_the_new_line_and_is_a_task() -> None:
    gone = event_of(HANDED_OVER, ALLOCATED, 2, 0, id="h")
    one = swap(2)
    state = settled(ORDER, [gone], [one])
    assert at(state, 1) == {HANDED_OVER: 2, CANCELLED: 1} and at(state, one.new_line) == {ALLOCATED: 1, CANCELLED: 1}
    (task,) = tasks_of(state).values()
    assert (task.code, task.quantity_milli, task.event) == (TOO_LATE, ONE, one.id)
    both = settled(ORDER, [], [swap(2), swap(2, seq=3)])
    assert at(both, swap(2).new_line) == {ALLOCATED: 2} and at(both, swap(2, seq=3).new_line) == {ALLOCATED: 1, CANCELLED: 1}
    assert [task.code for task in tasks_of(both).values()] == [TOO_LATE], "two tills at once: one piece too many"


def test_a_customer_who_cancelled_all_on_the_web_and_agreed_at_the_store_keeps_what_they_agreed_to_and_is_called() -> None:
    cancelled = OrderEvent("c", "o1", 1, CANCELLED, ALLOCATED, 3 * ONE, 1, CUSTOMER, NO_FENCE)
    state = settled(ORDER, [cancelled], [swap(2)])
    assert at(state, 1) == {CANCELLED: 3} and at(state, swap(2).new_line) == {ALLOCATED: 2}
    (task,) = tasks_of(state).values()
    assert (task.code, task.event, task.quantity_milli) == (TOO_LATE, "c", 2 * ONE)


def test_goods_that_were_declined_already_are_replaced_when_the_customer_calls_back() -> None:
    declined = event_of(DECLINED, ALLOCATED, 2, 0, id="d")
    one = swap(2, source=DECLINED, fence=NO_FENCE)
    state = settled(ORDER, [declined], [one])
    assert at(state, 1) == {ALLOCATED: 1, CANCELLED: 2} and at(state, one.new_line) == {ALLOCATED: 2} and tasks_of(state) == {}


def test_what_is_given_up_of_an_allocation_that_is_not_known_here_yet_waits_with_its_new_line() -> None:
    one = swap(2, fence=7)
    assert at(settled(ORDER, [], [one]), one.new_line) == {CANCELLED: 2} and at(settled(ORDER, [], [one]), 1) == {ALLOCATED: 3}


def test_what_replaces_can_be_replaced_and_its_delivery_goes_along() -> None:
    order = order_of(order_line(SHIP_FROM_STORE, 1), charges=(Charge("d", (1,), 450, 450, "high"),))
    one = swap(1)
    two = swap(1, seq=3, line=one.new_line)
    for swaps in ([one, two], [two, one]):
        state = settled(order, [], swaps)
        assert at(state, 1) == at(state, one.new_line) == {CANCELLED: 1} and at(state, two.new_line) == {ALLOCATED: 1}
        assert state.order.charges[0].lines == (1, one.new_line, two.new_line) and state.placed == order
        assert money_of(state, []).owed_minor == 300 + 450, "delivery is owed as long as anything of it comes"
    assert with_swaps(order, [two]) == (order, {}), "of a line that nobody knows"


def test_facts_with_swaps_may_come_in_any_order_and_till_hub_and_row_agree() -> None:
    one = swap(2)
    moved = moved_body("o1", [event_of(PICKED, ALLOCATED, 1, 0, line=one.new_line)])
    facts = [
        fact(ORDER_PLACED, order_body(ORDER), 1), told(one), fact(ORDER_MOVED, moved, 5),
        fact(ORDER_PAID, paid_body("o1", [OrderPayment("", 0, "cash", 633)]), 6),
    ]  # fmt: skip
    found = []
    for many in permutations(facts):
        known = OrderKnown()
        for each in (*many, *many):
            known = apply_order(known, each)
        assert known.state is not None and not known.early
        found.append(known)
        again = known_of(row_of(known))
        assert again.state is not None and again.state.lines == known.state.lines and again.swaps == known.swaps
        assert known_of(None, many).state == known_of(row_of(known), many).state
    assert all(one.state == found[0].state and one.money == found[0].money for one in found)
    assert found[0].money is not None and found[0].money.to_pay_minor == 0
    assert at(found[0].state, one.new_line) == {ALLOCATED: 1, PICKED: 1}  # type: ignore[arg-type]


def test_a_step_of_a_line_that_nobody_knows_yet_waits_as_a_task_and_ends_when_the_swap_comes() -> None:
    one = swap(1)
    step = event_of(PICKED, ALLOCATED, 1, 0, line=one.new_line)
    before = settled(ORDER, [step])
    assert [task.code for task in tasks_of(before).values()] == [UNKNOWN_LINE]
    assert tasks_of(settled(before.placed, before.told.values(), [one])) == {}


@pytest.mark.parametrize("seed", range(40))
def test_by_chance_nothing_is_lost_and_step_by_step_comes_to_the_same_as_at_once(seed: int) -> None:
    chance = Random(seed)
    swaps = [swap(chance.randint(1, 3), seq) for seq in range(2, 2 + chance.randint(1, 3))]
    lines = [1, *(one.new_line for one in swaps)]
    events = []
    for n in range(chance.randint(0, 8)):
        step, source = chance.choice(STEPS)
        events.append(event_of(step, source, chance.randint(1, 2), 0, line=chance.choice(lines), id=f"e{n}", at_ms=n))
    whole = settled(ORDER, events, swaps)
    for line in whole.order.lines:
        assert sum(whole.lines[line.line].at.values()) == line.quantity_milli
    given = sum(milli for (_, name), milli in whole.lines[1].at.items() if name == CANCELLED)
    new = sum(milli for one in swaps for (_, name), milli in whole.lines[one.new_line].at.items() if name != CANCELLED)
    gone = [one for line in whole.lines.values() for one in line.refused if one.event.id.endswith("~")]
    told_of = sum(one.quantity_milli for one in gone)
    assert new <= given + told_of, "never more than was given up, and what was handed over all the same is a task"
    chance.shuffle(events)
    state = settled(ORDER, [], swaps)
    tasks = dict(tasks_of(state))
    for event in events:
        ruling = arbitrate(state, event)
        state = ruling.state
        for task in ruling.closed:
            tasks.pop(task.id)
        tasks.update({task.id: task for task in ruling.opened})
    assert state.lines == whole.lines and tasks == tasks_of(whole)
    assert state.promised() == whole.promised()


def test_numbers_of_new_lines_are_far_above_those_of_an_order() -> None:
    assert len({line_of(f"d/1/{n}/0") for n in range(1_000)}) == 1_000 and min(line_of(f"{n}") for n in range(100)) >= 1_000_000
    assert replace(swap(), heard="mail").new_line == swap().new_line
