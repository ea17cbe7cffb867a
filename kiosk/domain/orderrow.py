"""An order as the hub tells it to the stores that have to do with it: one row that replaces the one before.

A terminal lays its own facts over it: each event has one name everywhere, so it does not matter how much of them the hub has heard.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk.domain.address import Address
from kiosk.domain.arbitrating import settled
from kiosk.domain.facts import ORDER_MOVED, ORDER_SUBSTITUTED, Fact
from kiosk.domain.orderevents import OrderEvent
from kiosk.domain.orderfacts import Name, OrderKnown, Said, apply_order, latest, moves_in, order_body, read_order, said_in, swap_in
from kiosk.domain.ordermoney import OrderPayment
from kiosk.domain.orderswap import Swap


@dataclass(frozen=True, slots=True)
class OrderRow:
    """All that the hub knows of an order. `order` is the body of `order.placed`, `placed_by` the fact it came in.

    `name` is whom the goods are for and `phone` how they are reached, while it is open, for the store where it is collected alone;
    `code` is what a customer says or shows to collect it, `said` what people in stores said of it, `swaps` what was taken in place
    of what was ordered. `to` has where goods go, by the key that their lines say, for the place alone that packs them. Key: `id`.
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
    swaps: tuple[Swap, ...] = ()
    to: Mapping[str, Address] = field(default_factory=dict)


def row_of(
    known: OrderKnown, code: str = "", name: str = "", phone: str = "", to: Mapping[str, Address] | None = None
) -> OrderRow:
    """An order that was placed, as a row."""
    assert known.state is not None and known.placed_by is not None, "it was placed"
    order, told = known.state.order, known.state.told
    return OrderRow(
        order.id, order_body(known.state.placed), known.placed_by, tuple(told[event] for event in sorted(told)),
        tuple(known.payments[payment] for payment in sorted(known.payments)), code, name, phone,
        tuple(known.said[what] for what in sorted(known.said)), tuple(known.swaps[one] for one in sorted(known.swaps)),
        to or {},
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
        swaps = {one.id: one for one in (*row.swaps, *(swap_in(fact) for fact in facts if fact.kind == ORDER_SUBSTITUTED))}
        known = OrderKnown(row.placed_by, settled(read_order(row.order), events, swaps.values()), {}, payments, said, swaps)
    else:  # they wait for the order, which then settles them together
        for fact in moved:
            known = apply_order(known, fact)
    for fact in facts:
        if fact.kind != ORDER_MOVED and (row is None or fact.kind != ORDER_SUBSTITUTED):
            known = apply_order(known, fact)
    return known
