"""The money of an order: to the cent under any history, whoever paid, cancelled, handed over or brought back what and when."""

from dataclasses import replace
from operator import attrgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.arbitrating import OrderState, arbitrate, placed
from kiosk.domain.order import COLLECT, PAID_IN_FULL, PAY_AT_COLLECTION, SHIP, Charge, Order, Terms, down_payment
from kiosk.domain.orderevents import COLLECT_MONEY, PAID_OUT_TOO_MUCH, PAY_BACK, OrderEvent
from kiosk.domain.orderlife import (
    ALLOCATED,
    CANCELLED,
    CONFIRMED,
    CUSTOMER,
    DELIVERED,
    HANDED_OVER,
    LOST,
    PICKED,
    RETURNED,
    SHIPPED,
)
from kiosk.domain.ordermoney import OrderPayment, due_now, linked_minor, money_of, money_tasks, originals
from kiosk.domain.quantity import ONE
from kiosk.domain.returning import GOODWILL, NON_CONFORMITY, RECALL, WITHDRAWAL
from tests.kiosk.domain.orderlives import HERE, Life, event_of, line_of, lives, order_of


def pay(amount: int, id: str = "p", kind: str = "cash", reference: str = "", at_ms: int = 0) -> OrderPayment:
    """Money in (+) or out (-)."""
    return OrderPayment(id, at_ms, kind, amount, reference=reference)


def after(order: Order, *events: OrderEvent) -> OrderState:
    """An order after some events."""
    state = placed(order)
    for event in events:
        state = arbitrate(state, event).state
    return state


def allocated(pieces: int = 1) -> OrderEvent:
    """Given to HERE under fence 1."""
    return event_of(ALLOCATED, CONFIRMED, pieces, 1, place=HERE)


payments_of = st.lists(
    st.builds(pay, st.integers(-50_000, 50_000), st.uuids().map(str), st.sampled_from(["cash", "card"]), at_ms=st.integers(0, 50)),
    max_size=8,
)


@given(lives(), lives(line=2), st.integers(0, 2_000), st.integers(0, 2_000), payments_of, st.data())
def test_the_balance_is_exact_under_any_history_and_nothing_is_ever_below_nothing(
    one: Life, two: Life, standard: int, express: int, payments: list[OrderPayment], data: st.DataObject
) -> None:
    charge = Charge("d", (1, 2), standard + express, standard)
    order = order_of(one.line, two.line, charges=(charge,))
    events = [*one.events, *(replace(event, id=f"two-{event.id}") for event in two.events)]
    known = data.draw(st.lists(st.sampled_from(events), unique_by=attrgetter("id"))) if events else []
    state = after(order, *known)
    money = money_of(state, data.draw(st.permutations([*payments, *payments])))
    for line in order.lines:
        part = money.lines[line.line]
        assert part.owed_minor + part.dropped_minor + part.returned_minor == line.amount_minor + line.deposit_minor
        assert min(part.owed_minor, part.dropped_minor, part.returned_minor) >= 0
    assert 0 <= money.delivery_minor <= charge.amount_minor and money.net_minor >= 0
    assert money.net_minor + money.to_pay_minor == money.owed_minor + money.to_give_back_minor
    assert min(money.to_pay_minor, money.to_give_back_minor) == 0
    told = sum(payment.amount_minor for payment in payments) - sum(payment.amount_minor for payment in money.refused)
    assert money.net_minor == told, "every cent that moved is in the order or in a task"
    assert 0 <= due_now(state, money, {}) <= money.to_pay_minor


@given(st.integers(1, 6), st.integers(0, 10_000), st.sampled_from([0, 1, 2_500, 5_000, 10_000]), st.data())
def test_what_is_paid_at_each_hand_over_adds_up_to_the_order(pieces: int, amount: int, ahead_bp: int, data: st.DataObject) -> None:
    state = after(order_of(line_of(COLLECT, pieces, amount=amount), terms=Terms(ahead_bp)), allocated(pieces))
    paid = [pay(due_now(state, money_of(state, []), {}), "ahead")]
    assert paid[0].amount_minor == (amount * ahead_bp * 2 + 10_000) // 20_000, "half a cent goes up"
    left = pieces
    while left:
        step = data.draw(st.integers(1, left))
        due = due_now(state, money_of(state, paid), {1: step * ONE})
        paid.append(pay(due, f"at-{left}"))
        state = arbitrate(state, event_of(HANDED_OVER, ALLOCATED, step, 1, id=f"h-{left}")).state
        assert due_now(state, money_of(state, paid), {}) == 0, "what was asked for is enough for what went out"
        left -= step
    money = money_of(state, paid)
    assert (money.net_minor, money.to_pay_minor, money.to_give_back_minor) == (amount, 0, 0) and not money_tasks(state, money)


@pytest.mark.parametrize(
    ("terms", "ordering", "first"), [(PAID_IN_FULL, 3000, 0), (down_payment(2_500), 750, 750), (PAY_AT_COLLECTION, 0, 1000)]
)
def test_terms_say_what_is_paid_when(terms: Terms, ordering: int, first: int) -> None:
    state = after(order_of(line_of(COLLECT, 3, amount=3000), terms=terms), allocated(3))
    assert due_now(state, money_of(state, []), {}) == ordering
    assert due_now(state, money_of(state, [pay(ordering)]), {1: ONE}) == first


def test_what_came_back_after_a_cancellation_is_the_next_share_to_the_cent() -> None:
    way = [allocated(2), event_of(HANDED_OVER, ALLOCATED, 2, 1), event_of(CANCELLED, CONFIRMED, role=CUSTOMER)]
    back = event_of(RETURNED, HANDED_OVER, 1, 1, ground=GOODWILL)
    part = money_of(after(order_of(line_of(COLLECT, 3, amount=1000)), *way, back), []).lines[1]
    assert (part.dropped_minor, part.returned_minor, part.owed_minor) == (333, 334, 333)


def test_an_order_that_is_paid_after_it_was_cancelled_gives_the_money_back() -> None:
    state = after(order_of(line_of(COLLECT)), event_of(CANCELLED, CONFIRMED, role=CUSTOMER))
    money = money_of(state, [pay(1000)])
    assert [(task.code, task.amount_minor) for task in money_tasks(state, money)] == [(PAY_BACK, 1000)]
    assert money_tasks(state, money_of(state, [pay(1000), pay(-1000, "back")])) == ()


def test_money_that_went_back_for_goods_that_were_handed_over_is_asked_for() -> None:
    cancel, hand = event_of(CANCELLED, CONFIRMED, role=CUSTOMER), event_of(HANDED_OVER, ALLOCATED, fence=1)
    state = after(order_of(line_of(COLLECT)), cancel, allocated(), hand)
    money = money_of(state, [pay(1000), pay(-1000, "back")])
    assert [(task.code, task.amount_minor) for task in money_tasks(state, money)] == [(COLLECT_MONEY, 1000)]


def test_no_more_is_paid_out_than_came_in() -> None:
    state = after(order_of(line_of(COLLECT)))
    twice = [pay(1000), pay(-1000, "a", at_ms=2), pay(-1000, "b", at_ms=1), pay(-1000, "a", at_ms=2)]
    money = money_of(state, twice)
    assert money.net_minor == 0 and [payment.id for payment in money.refused] == ["a"]
    assert (PAID_OUT_TOO_MUCH, 1000) in [(task.code, task.amount_minor) for task in money_tasks(state, money)]


def _delivered(pieces: int) -> list[OrderEvent]:
    return [allocated(pieces), event_of(SHIPPED, PICKED, pieces, 1), event_of(DELIVERED, SHIPPED, pieces, 1)]


@pytest.mark.parametrize(
    ("grounds", "delivery"),
    [
        ((WITHDRAWAL, WITHDRAWAL), 500),  # express cost 9.00, the least expensive way 4.00
        ((WITHDRAWAL, GOODWILL), 500),
        ((GOODWILL, GOODWILL), 900),
        ((NON_CONFORMITY, WITHDRAWAL), 0),
        ((RECALL, RECALL), 0),
        ((WITHDRAWAL,), 900),
    ],
)
def test_withdrawal_gives_back_the_goods_and_standard_delivery(grounds: tuple[str, ...], delivery: int) -> None:
    order = order_of(line_of(SHIP, 2, amount=4999), charges=(Charge("d", (1,), 900, 400),))
    back = [event_of(RETURNED, DELIVERED, 1, 1, id=f"r{n}", ground=ground) for n, ground in enumerate(grounds)]
    money = money_of(after(order, *_delivered(2), *back), [pay(5899)])
    kept = 0 if len(grounds) == 2 else 2499
    assert (money.delivery_minor, money.lines[1].owed_minor) == (delivery, kept)
    assert money.to_give_back_minor == 5899 - delivery - kept


def test_a_delivery_that_never_came_costs_nothing_express_or_not() -> None:
    order = order_of(line_of(SHIP, 2), charges=(Charge("d", (1,), 900, 400),))
    lost = [allocated(2), event_of(SHIPPED, PICKED, 2, 1), event_of(LOST, SHIPPED, 2, 1)]
    cancel = event_of(CANCELLED, "declined", 2, role=CUSTOMER)
    assert money_of(after(order, *lost), []).owed_minor == 1900
    assert money_of(after(order, *lost, cancel), []).owed_minor == 0


def test_cash_for_one_order_is_added_up_in_and_out() -> None:
    payments = [pay(200_000, "a"), pay(99_999, "b"), pay(50_000, "c", "card"), pay(-10_000, "d"), pay(99_999, "b")]
    assert linked_minor(payments) == (299_999, 10_000)


def test_money_goes_back_the_way_it_came_less_what_went_back() -> None:
    payments = [pay(700, "a", "card", "x"), pay(300, "b"), pay(-200, "c", "card", "x"), pay(100, "d", "card", "y")]
    assert [(one.kind, one.reference, one.most_minor) for one in originals(payments)] == [
        ("card", "x", 500), ("cash", "", 300), ("card", "y", 100),
    ]  # fmt: skip
