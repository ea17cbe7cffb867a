"""An order as the hub tells it to the stores that have to do with it: one row that replaces the one before.

A terminal lays its own facts over it: each event has one name everywhere, so it does not matter how much of them the hub has heard.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kiosk.domain.arbitrating import settled
from kiosk.domain.facts import ORDER_MOVED, Fact
from kiosk.domain.orderevents import OrderEvent
from kiosk.domain.orderfacts import Name, OrderKnown, Said, apply_order, latest, moves_in, order_body, read_order, said_in
from kiosk.domain.ordermoney import OrderPayment


@dataclass(frozen=True, slots=True)
class OrderRow:
    """All that the hub knows of an order. `order` is the body of `order.placed`, `placed_by` the fact it came in.

    `name` is whom the goods are for and `phone` how they are reached, while it is open, for the store where it is collected alone;
    `code` is what a customer says or shows to collect it, `said` what people in stores said of it. Key: `id`.
    """

    id: str
    order: dict[str, Any]
    placed_by: Name
    events: tuple[OrderEvent, ...] = ()
    payments: tuple[OrderPayment, ...] = ()
    code: str = ""
    name: str = ""
    phone: str = ""
    said: tuple[Said, ...] = ()


def row_of(known: OrderKnown, code: str = "", name: str = "", phone: str = "") -> OrderRow:
    """An order that was placed, as a row."""
    assert known.state is not None and known.placed_by is not None, "it was placed"
    order, told = known.state.order, known.state.told
    return OrderRow(
        order.id, order_body(order), known.placed_by, tuple(told[event] for event in sorted(told)),
        tuple(known.payments[payment] for payment in sorted(known.payments)), code, name, phone,
        tuple(known.said[what] for what in sorted(known.said)),
    )  # fmt: skip


def known_of(row: OrderRow | None, own: Iterable[Fact] = ()) -> OrderKnown:
    """What is known of an order from the hub's row and one's own facts. Raises ValueError for a row that is none."""
    facts = list(own)
    moved = [fact for fact in facts if fact.kind == ORDER_MOVED]
    known = OrderKnown()
    if row is not None:  # all that was told at once: the fold is one of a set, and one fold is cheaper than one for each step
        payments = {payment.id: payment for payment in row.payments}
        events = [*row.events, *(event for fact in moved for event in moves_in(fact))]
        said = latest({}, (*row.said, *(one for fact in moved for one in said_in(fact))))
        known = OrderKnown(row.placed_by, settled(read_order(row.order), events), {}, payments, said)
    else:  # they wait for the order, which then settles them together
        for fact in moved:
            known = apply_order(known, fact)
    for fact in facts:
        if fact.kind != ORDER_MOVED:
            known = apply_order(known, fact)
    return known
