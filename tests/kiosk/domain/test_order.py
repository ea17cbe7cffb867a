"""An order proves itself at its birth; what a person can mend is refused with a sentence."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.domain.errors import Refused
from kiosk.domain.order import (
    COLLECT,
    COLLECT_ELSEWHERE,
    LINES_MAX,
    SHIP,
    SHIP_FROM_STORE,
    TAKEN,
    TILL,
    WEB,
    Charge,
    Fulfilment,
    Order,
    OrderLine,
    Promise,
    Terms,
    check_order,
    down_payment,
)
from kiosk.domain.orderlife import CUSTOMER, HANDED_OVER, READY, STORE, WAREHOUSE, possible
from tests.kiosk.domain.orderlives import line_of, order_of


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (order_of(*(line_of(SHIP, 1, number) for number in range(LINES_MAX + 1))), "order.too_many_lines"),
        (replace(order_of(line_of(TAKEN)), store=""), "order.taken_without_store"),
        (replace(order_of(line_of(COLLECT), channel=TILL), store="RTM1"), "order.collect_where"),
    ],
)
def test_what_a_person_can_mend_is_refused(order: Order, code: str) -> None:
    with pytest.raises(Refused) as refused:
        check_order(order)
    assert refused.value.code == code


def test_a_mixed_basket_is_one_order_at_the_till_and_on_the_web() -> None:
    lines = [line_of(kind, 1, n) for n, kind in enumerate((TAKEN, SHIP, SHIP_FROM_STORE, COLLECT, COLLECT_ELSEWHERE), 1)]
    order = order_of(*lines, channel=TILL, charges=(Charge("d", (2, 3), 495, 495),))
    check_order(order)
    check_order(order_of(*lines[1:], channel=WEB))
    assert order.total_minor == 5 * 1000 + 495


def _line(**more: object) -> Callable[[], OrderLine]:
    return lambda: replace(line_of(SHIP), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Fulfilment("drone"), lambda: Fulfilment(COLLECT), lambda: Fulfilment(SHIP),
        lambda: Fulfilment(SHIP_FROM_STORE, delivery="a"), lambda: Fulfilment(SHIP, to="AMS1", delivery="a"),
        lambda: Promise(True, 2, 1), lambda: Terms(10_001), lambda: down_payment(0),
        _line(quantity_milli=0), _line(quantity_milli=500), _line(amount_minor=-1), _line(deposit_minor=-1),
        lambda: Charge("d", (), 1, 1), lambda: Charge("d", (1,), 1, 2), lambda: order_of(),
        lambda: order_of(line_of(), line_of()), lambda: order_of(line_of(), channel="fax"),
        lambda: order_of(line_of(), charges=(Charge("d", (2,), 1, 1),)),
    ],
)  # fmt: skip
def test_what_is_no_order_cannot_be_made(wrong: Callable[[], object]) -> None:
    with pytest.raises(AssertionError):
        wrong()


def test_a_screen_offers_what_the_table_permits_and_nothing_else() -> None:
    def names(kind: str, state: str, role: str) -> set[str]:
        return {step.name for step in possible(line_of(kind), state, role)}

    assert names(COLLECT, READY, STORE) == {"handed_over", "declined", "expired", "cancelled"}
    assert names(COLLECT, READY, CUSTOMER) == {"cancelled"} and names(COLLECT, HANDED_OVER, CUSTOMER) == set()
    assert names(SHIP, "picked", WAREHOUSE) == {"packed", "shipped", "declined"}
    assert names(COLLECT, "picked", WAREHOUSE) == {"packed", "in_transit", "declined"}
