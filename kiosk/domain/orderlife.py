"""The life of an order line as a table: its states, the steps between them, and who may take each.

A line is a quantity spread over states; a step moves a part of it, and the sum is always what was ordered. States stand in the
order of a life, so no step leads back to an earlier one within one allocation: what comes back is allocated anew, under a higher
fence. That is why events may come in any order and still say the same (`ordersettling`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kiosk.domain.order import COLLECTED, TAKEN, OrderLine

PLACED, PROVISIONAL, CONFIRMED, DECLINED = "placed", "provisional", "confirmed", "declined"
ALLOCATED, ACCEPTED, PICKING, PICKED, PACKED = "allocated", "accepted", "picking", "picked", "packed"
IN_TRANSIT, READY, HANDED_OVER = "in_transit", "ready", "handed_over"
SHIPPED, DELIVERED = "shipped", "delivered"
RETURNED, CANCELLED, EXPIRED = "returned", "cancelled", "expired"
RECLAIMED, LOST, REJECTED, REROUTED = "reclaimed", "lost", "rejected", "rerouted"

NOBODY, PLACE, CARRIER, CUSTOMER_HAS = "nobody", "place", "carrier", "customer"
"""Who has goods in hand for a state. `nobody`: they are still anybody's on the shelf."""


@dataclass(frozen=True, slots=True)
class State:
    """What it means that a quantity is in a state: for stock, for money, for what can still be done.

    `promised`: it counts against what is available to promise. `owed`: the customer owes its price. `open`: something is still to
    happen. `hands`: who has the goods.
    """

    name: str
    promised: bool
    owed: bool
    open: bool
    hands: str


STATES: Mapping[str, State] = {
    state.name: state
    for state in (
        State(PLACED, False, True, True, NOBODY),
        State(PROVISIONAL, False, True, True, NOBODY),
        State(DECLINED, False, True, True, NOBODY),
        State(CONFIRMED, True, True, True, NOBODY),
        State(ALLOCATED, True, True, True, NOBODY),
        State(ACCEPTED, True, True, True, NOBODY),
        State(PICKING, True, True, True, NOBODY),
        State(PICKED, True, True, True, PLACE),
        State(PACKED, True, True, True, PLACE),
        State(IN_TRANSIT, True, True, True, CARRIER),
        State(READY, True, True, True, PLACE),
        State(SHIPPED, False, True, True, CARRIER),
        State(HANDED_OVER, False, True, False, CUSTOMER_HAS),
        State(DELIVERED, False, True, False, CUSTOMER_HAS),
        State(RETURNED, False, False, False, NOBODY),
        State(EXPIRED, False, False, False, NOBODY),
        State(CANCELLED, False, False, False, NOBODY),
    )
}
"""All states, in the order of a life. `declined` stands low: nobody has the goods, somebody must say what now."""

RANK: Mapping[str, int] = {name: rank for rank, name in enumerate(STATES)}

STORE, WAREHOUSE, OFFICE, CUSTOMER, SYSTEM = "store", "warehouse", "office", "customer", "system"
ROLES = (STORE, WAREHOUSE, OFFICE, CUSTOMER, SYSTEM)
"""Who takes a step. `office` is head office, `system` the hub itself or a carrier's word that it believes."""

PLACES = frozenset({STORE, WAREHOUSE})
HUB = frozenset({OFFICE, SYSTEM})

_ON_HAND = (ALLOCATED, ACCEPTED, PICKING, PICKED, PACKED, READY)
POOL = (PLACED, PROVISIONAL, CONFIRMED, DECLINED)
"""States of what is allocated to no place."""


@dataclass(frozen=True, slots=True)
class Step:
    """One permitted step: from which states, to which, by whom. `token`: only whoever holds the newest allocation may take it."""

    name: str
    sources: tuple[str, ...]
    target: str
    roles: frozenset[str]
    token: bool = False


STEPS: Mapping[str, Step] = {
    step.name: step
    for step in (
        Step(CONFIRMED, (PLACED, PROVISIONAL), CONFIRMED, HUB),
        Step(REJECTED, (PLACED, PROVISIONAL, CONFIRMED), DECLINED, HUB),
        Step(REROUTED, (DECLINED,), CONFIRMED, HUB),
        Step(ALLOCATED, (CONFIRMED,), ALLOCATED, HUB, token=True),
        Step(ACCEPTED, (ALLOCATED,), ACCEPTED, PLACES, token=True),
        Step(PICKING, (ALLOCATED, ACCEPTED), PICKING, PLACES, token=True),
        Step(PICKED, (ALLOCATED, ACCEPTED, PICKING), PICKED, PLACES, token=True),
        Step(PACKED, (PICKING, PICKED), PACKED, PLACES, token=True),
        Step(IN_TRANSIT, (PICKED, PACKED), IN_TRANSIT, PLACES, token=True),
        Step(READY, (PICKING, PICKED, PACKED, IN_TRANSIT), READY, frozenset({STORE}), token=True),
        Step(HANDED_OVER, _ON_HAND, HANDED_OVER, frozenset({STORE, OFFICE}), token=True),
        Step(SHIPPED, (PICKING, PICKED, PACKED), SHIPPED, PLACES, token=True),
        Step(DELIVERED, (SHIPPED,), DELIVERED, HUB, token=True),
        Step(DECLINED, _ON_HAND, DECLINED, PLACES, token=True),
        Step(RECLAIMED, _ON_HAND, DECLINED, HUB, token=True),
        Step(LOST, (IN_TRANSIT, SHIPPED), DECLINED, PLACES | HUB, token=True),
        Step(RETURNED, (SHIPPED, HANDED_OVER, DELIVERED), RETURNED, frozenset({STORE, WAREHOUSE, OFFICE})),
        Step(EXPIRED, (PLACED, PROVISIONAL, READY), EXPIRED, frozenset({STORE, SYSTEM})),
        Step(
            CANCELLED, (*POOL, *_ON_HAND, IN_TRANSIT), CANCELLED, frozenset({CUSTOMER, STORE, OFFICE, SYSTEM}),
        ),
    )
}  # fmt: skip
"""Every permitted step. `rejected`: nobody has it; `reclaimed`: the hub takes it from a place that does not answer."""

ENDS = (RETURNED, EXPIRED, CANCELLED)
"""States of what is over. What came back goes before what was not fetched, and that before what is not wanted."""

EXITS = frozenset({DECLINED, RECLAIMED, LOST})
"""Steps by which goods leave an allocation and wait for another source."""

TAKEN_PATH = (HANDED_OVER,)
COLLECT_PATH = (ALLOCATED, ACCEPTED, PICKING, PICKED, PACKED, IN_TRANSIT, READY, HANDED_OVER)
SHIP_PATH = (ALLOCATED, ACCEPTED, PICKING, PICKED, PACKED, SHIPPED, DELIVERED)


def path_of(line: OrderLine) -> tuple[str, ...]:
    """The states of one allocation of a line, in their order."""
    if line.fulfilment.kind == TAKEN:
        return TAKEN_PATH
    return COLLECT_PATH if line.fulfilment.kind in COLLECTED else SHIP_PATH


def starts_in(line: OrderLine) -> str:
    """The state in which a line begins: what its promise rests on.

    Firm and with a source, it is that place's from the first moment, which needs no hub to pick and to hand it over.
    """
    if line.fulfilment.kind == TAKEN:
        return HANDED_OVER
    if line.promise is None:
        return PLACED
    if line.promise.firm:
        return ALLOCATED if line.fulfilment.source else CONFIRMED
    return PROVISIONAL


def possible(line: OrderLine, state: str, role: str) -> Iterator[Step]:
    """What somebody may do with a quantity of a line that is in a state: what a screen offers."""
    path = path_of(line)
    for step in STEPS.values():
        on_path = step.target in path or step.target not in (*COLLECT_PATH, *SHIP_PATH)
        if on_path and state in step.sources and role in step.roles and (state in path or not _is_on_a_path(state)):
            yield step


def _is_on_a_path(state: str) -> bool:
    return state in COLLECT_PATH or state in SHIP_PATH
