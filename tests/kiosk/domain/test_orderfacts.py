"""Orders as facts: what is written is read back, what is no order is refused, and the fold does not care for order."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.arbitrating import arbitrate, placed
from kiosk.domain.codec import Json, canonical, parse
from kiosk.domain.facts import GENESIS, ORDER_MOVED, ORDER_PAID, ORDER_PLACED, Fact
from kiosk.domain.identity import Moment, Place
from kiosk.domain.order import COLLECT, SHIP, Charge
from kiosk.domain.orderevents import NOT_YOURS
from kiosk.domain.orderfacts import (
    OrderKnown,
    apply_order,
    moved_body,
    order_body,
    order_of_fact,
    paid_body,
    read_order,
)
from kiosk.domain.orderlife import ALLOCATED, HANDED_OVER, SYSTEM
from kiosk.domain.ordermoney import OrderPayment, money_of
from tests.kiosk.domain.orderlives import HERE, Life, event_of, line_of, lives, order_of


def fact(kind: str, body: Json, seq: int = 1, store: str = HERE, dev: str = "d") -> Fact:
    """A fact of a terminal; its body went through the canonical bytes."""
    place = Place("t", "e", "b", "NL", "EUR", "nl", store, "Europe/Amsterdam", "1")
    moment = Moment(seq, 0, "")
    return Fact(dev, 1, seq, f"f{seq}", kind, 1, place, "7", "2026-11-22", moment, seq << 16, GENESIS, parse(canonical(body)))


@given(lives(), lives(line=2), st.integers(0, 900))
def test_an_order_is_read_back_as_it_was_written(one: Life, two: Life, delivery: int) -> None:
    order = order_of(one.line, two.line, charges=(Charge("d", (1, 2), delivery, 0, "high"),))
    assert read_order({**parse(canonical(order_body(order))), "from a newer terminal": 1}) == order


@given(lives(), st.data())
def test_facts_of_an_order_may_come_in_any_order_and_twice(life: Life, data: st.DataObject) -> None:
    order = order_of(life.line)
    own = [event for event in life.events if event.role in ("store", "warehouse", "customer")]
    facts = [fact(ORDER_PLACED, order_body(order))]
    facts += [fact(ORDER_MOVED, moved_body(order.id, [event]), n, event.owner) for n, event in enumerate(own, 2)]
    facts.append(fact(ORDER_PAID, paid_body(order.id, [OrderPayment("", 0, "cash", 500), OrderPayment("", 0, "card", -100)]), 99))
    assert {order_of_fact(one) for one in facts} == {order.id}
    known, state = OrderKnown(), placed(order)
    for one in data.draw(st.permutations([*facts, *facts])):
        known = apply_order(known, one)
    for n, event in enumerate(own, 2):
        named = replace(event, id=f"d/1/{n}/0", at_ms=n, employee="7", place="")
        state = arbitrate(state, named).state
    assert known.state is not None and known.state.lines == state.lines and not known.early
    assert known.money == money_of(state, known.payments.values()) and known.money.net_minor == 400


def test_an_order_is_placed_once_and_every_copy_agrees_which() -> None:
    one, other = (fact(ORDER_PLACED, order_body(order_of(line_of(SHIP, n))), dev=f"d{n}") for n in (1, 2))
    told = fact(ORDER_MOVED, moved_body("o1", [event_of(HANDED_OVER, ALLOCATED, fence=1)]), 5)
    for facts in ([one, told, other], [other, told, one]):
        known = OrderKnown()
        for each in facts:
            known = apply_order(known, each)
        assert known.placed_by == ("d1", 1, 1) and known.state is not None
        assert [*known.state.events[1]] == ["d/1/5/0"]


def test_a_terminal_speaks_for_its_own_store_whatever_it_says() -> None:
    line = replace(line_of(COLLECT), fulfilment=replace(line_of(COLLECT).fulfilment, source=HERE))
    known = apply_order(OrderKnown(), fact(ORDER_PLACED, order_body(order_of(line))))
    move = event_of(HANDED_OVER, ALLOCATED, fence=0)
    foreign = apply_order(known, fact(ORDER_MOVED, moved_body("o1", [move]), 2, "RTM1"))
    assert foreign.state is not None and [one.code for one in foreign.state.lines[1].refused] == [NOT_YOURS]
    with pytest.raises(ValueError, match="speak for"):
        apply_order(known, fact(ORDER_MOVED, moved_body("o1", [replace(move, role=SYSTEM)]), 2))


def _changed(path: str, value: Any) -> Json:
    body: Any = order_body(order_of(line_of(SHIP), charges=(Charge("d", (1,), 5, 5),)))
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    inner = body
    for part in way:
        inner = inner[part]
    inner[last] = value
    result: Json = body
    return result


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("id", 1), ("lines", []), ("lines", "x"), ("lines.0", "x"), ("lines.0.quantity_milli", 0), ("lines.0.quantity_milli", True),
        ("lines.0.quantity_milli", 10), ("lines.0.amount_minor", -1), ("lines.0.promise", 3), ("lines.0.promise.firm", 1),
        ("lines.0.fulfilment.kind", "drone"), ("lines.0.fulfilment.to", "AMS1"), ("charges.0.lines", [2]),
        ("charges.0.lines", ["1"]), ("charges.0.standard_minor", 6), ("terms", 10_001), ("channel", "fax"),
    ],
)  # fmt: skip
def test_what_is_not_an_order_is_no_fact_of_one(path: str, value: Any) -> None:
    with pytest.raises(ValueError):
        read_order(_changed(path, value))
