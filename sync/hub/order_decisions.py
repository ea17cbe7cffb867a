"""What a person at head office decides about a part of an order: checked against how it stands, done once, kept in the journal."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from kiosk.domain.arbitrating import OrderState
from kiosk.domain.order import OrderLine
from kiosk.domain.orderevents import NO_FENCE, OrderEvent, next_fence
from kiosk.domain.orderlife import (
    ALLOCATED,
    CANCELLED,
    CONFIRMED,
    DECLINED,
    DELIVERED,
    LOST,
    OFFICE,
    PLACED,
    POOL,
    PROVISIONAL,
    RECLAIMED,
    REJECTED,
    REROUTED,
    possible,
)
from kiosk.domain.quantity import ONE
from sync.hub import orders, staff
from sync.hub.order_routing import is_open
from sync.hub.order_rows import Stored
from sync.hub.orders import Made
from sync.hub.places import known_store
from sync.hub.problems import HubProblem
from sync.hub.stock import pools
from sync.hub.stock_projecting import mark_to_share
from sync.hub.storage.dialect import lock_name

GIVE = "give"
"""Give goods to another place: taken back from whoever has them to pick, and allocated there."""

DEEDS = (CONFIRMED, REJECTED, GIVE, DELIVERED, LOST, CANCELLED)
DEED_MAX = 60


@dataclass(frozen=True, slots=True)
class Wish:
    """So much (thousandths) of what is in a state under a fence is to take a step. `id` names the wish: twice is once.

    `place` is for GIVE; `note` says why.
    """

    id: str
    order: str
    line: int
    fence: int
    state: str
    quantity_milli: int
    deed: str
    note: str
    place: str = ""


def deeds_for(line: OrderLine, state: str) -> tuple[str, ...]:
    """What head office can decide about a quantity of a line that is in a state."""
    steps = {step.name for step in possible(line, state, OFFICE)}
    give = state in POOL or RECLAIMED in steps
    return tuple(deed for deed in DEEDS if (give if deed == GIVE else deed in steps))


def decide(connection: Connection, tenant: str, wish: Wish, who: str, made: Made, epoch: int) -> Stored:
    """Do it. Raises HubProblem where the order stands otherwise by now, and for what cannot be done."""
    if not 0 < len(wish.note.strip()) <= 300:
        raise HubProblem("queue.note")
    lock_name(connection, f"order {tenant} {wish.order}")
    there = orders.find(connection, tenant, wish.order)
    if there is None or there.known.state is None:
        raise HubProblem("order.unknown", text=wish.order[:60])
    state, line = there.known.state, there.known.state.order.line(wish.line)
    if wish.id in state.told:
        return there
    if line is None or wish.deed not in deeds_for(line, wish.state):
        raise HubProblem("order.changed", order=state.order.number)
    left = state.lines[wish.line].at.get((wish.fence, wish.state), 0)
    if not wish.quantity_milli or wish.quantity_milli < 0 or (line.unit == "piece" and wish.quantity_milli % ONE):
        raise HubProblem("order.quantity")
    if wish.quantity_milli > left:
        raise HubProblem("order.changed", order=state.order.number)
    if wish.deed == GIVE:
        _check_place(connection, tenant, wish, line, state)
    moved = orders.move(connection, tenant, wish.order, list(_events(wish, state, made, epoch)), made)
    detail = {
        "order": state.order.number, "line": str(wish.line), "quantity_milli": str(wish.quantity_milli), "from": wish.state,
        "place": wish.place, "note": wish.note.strip(),
    }  # fmt: skip
    staff.note(connection, tenant, who, f"order.{wish.deed}", detail, made.now_ms, made.new_id)
    return moved


def _check_place(connection: Connection, tenant: str, wish: Wish, line: OrderLine, state: OrderState) -> None:
    """Raise HubProblem where a place has not as much free; its stock is held until the end of the transaction."""
    known_store(connection, tenant, wish.place)
    if not is_open(connection, tenant):
        raise HubProblem("hub.recovering")
    before = state.lines[wish.line].places.get(wish.fence, "")
    if before == wish.place:
        raise HubProblem("order.there", place=wish.place)
    if before:  # marked before anybody's stock is held, as every push does it
        mark_to_share(connection, tenant, before, line.article)
    there = pools(connection, tenant, wish.place, [line.article], lock=True).get(line.article)
    free = there.free if there is not None else 0
    if free < wish.quantity_milli:
        raise HubProblem("reservation.refused", article=line.article, store=wish.place, free_milli=free)


def _events(wish: Wish, state: OrderState, made: Made, epoch: int) -> Iterator[OrderEvent]:
    def event(step: str, source: str, fence: int, place: str = "") -> OrderEvent:
        name = wish.id if step == first else made.new_id()
        return OrderEvent(
            name, wish.order, wish.line, step, source, wish.quantity_milli, made.now_ms, OFFICE, fence, "", "", place
        )

    if wish.deed != GIVE:
        first = wish.deed
        yield event(wish.deed, wish.state, wish.fence)
        return
    before = {PLACED: CONFIRMED, PROVISIONAL: CONFIRMED, DECLINED: REROUTED, CONFIRMED: ALLOCATED}
    first = before.get(wish.state, RECLAIMED)
    if first == RECLAIMED:
        yield event(RECLAIMED, wish.state, wish.fence)
        yield event(REROUTED, DECLINED, NO_FENCE)
    elif first != ALLOCATED:
        yield event(first, wish.state, NO_FENCE)
    yield event(ALLOCATED, CONFIRMED, next_fence(state.fences, epoch), wish.place)
