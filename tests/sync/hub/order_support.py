"""Orders for tests of the hub: placed at a till or on the web, and what a till then hears of them."""

from dataclasses import replace
from typing import Any

from kiosk.decoding import read_json
from kiosk.domain import facts
from kiosk.domain.address import Address
from kiosk.domain.facts import SealedFact
from kiosk.domain.feed import ORDER
from kiosk.domain.order import COLLECT, PAID_IN_FULL, SHIP, SHIP_FROM_STORE, TILL, WEB, Fulfilment, Order, OrderLine, Promise, Terms
from kiosk.domain.orderevents import NO_FENCE, OrderEvent
from kiosk.domain.orderfacts import moved_body, order_body, paid_body
from kiosk.domain.orderlife import STORE as AT_STORE
from kiosk.domain.ordermoney import OrderPayment
from kiosk.domain.orderrow import OrderRow, known_of
from kiosk.domain.quantity import ONE
from sync.hub import orders
from sync.hub.order_rows import Stored
from sync.hub.orders import Made
from tests.sync.hub.stock_support import AnyHub, call, fact_at
from tests.sync.hub.support import OTHER_STORE, STORE, TENANT, FakeTerminal, system_ms

WAYS = {
    SHIP: Fulfilment(SHIP, delivery="a1"),
    SHIP_FROM_STORE: Fulfilment(SHIP_FROM_STORE, source=OTHER_STORE, delivery="a1"),
    COLLECT: Fulfilment(COLLECT, to=STORE),
}


def line(
    number: int = 1, pieces: int = 1, way: str | Fulfilment = SHIP, firm: bool | None = None, article: str = "A1"
) -> OrderLine:
    """So many pieces at 10.00; `firm` None has no promise."""
    how = WAYS[way] if isinstance(way, str) else way
    promise = None if firm is None else Promise(firm, 0, 1, f"p{number}" if firm else "")
    return OrderLine(number, article, "Mug", "piece", pieces * ONE, pieces * 1_000, how, promise)


def order(*lines: OrderLine, id: str = "o1", channel: str = WEB, store: str = "", **more: Any) -> Order:
    """An order of these lines."""
    terms: Terms = more.pop("terms", PAID_IN_FULL)
    number = more.pop("number", f"N-{id}")
    placed_ms = more.pop("placed_ms", system_ms())
    made = Order(id, number, TENANT, "noord-bv", "noord-zuid", "NL", "EUR", channel, store, "", terms, placed_ms, lines)
    return replace(made, **more)


def at_till(till: FakeTerminal, *lines: OrderLine, id: str = "o1", paid: bool = True, **more: Any) -> Order:
    """A till places an order, as it writes it."""
    made = order(*lines, id=id, channel=TILL, store=till.place.store, **more)
    payments = [OrderPayment("", 0, "sale", made.total_minor, 0, made.number)] if paid else []
    fact_at(till, facts.ORDER_PLACED, order_body(made, payments))
    return made


def moves(till: FakeTerminal, step: str, source: str, pieces: int = 1, fence: int = NO_FENCE, **more: Any) -> SealedFact:
    """A till tells of a step of line 1 of `o1`."""
    named = {"id": "", "order": "o1", "line": 1, "at_ms": 0, "role": AT_STORE, **more}
    event = OrderEvent(step=step, source=source, quantity_milli=pieces * ONE, fence=fence, **named)
    return fact_at(till, facts.ORDER_MOVED, moved_body(event.order, [event]))


def pays(till: FakeTerminal, minor: int, id: str = "o1") -> SealedFact:
    """A till tells of money for an order."""
    return fact_at(till, facts.ORDER_PAID, paid_body(id, [OrderPayment("", 0, "cash", minor)]))


def made(hub: AnyHub) -> Made:
    """The moment and the ids of a hub."""
    return Made(hub.clock(), hub.hub.world.new_id)


def on_web(hub: AnyHub, *lines: OrderLine, id: str = "o1", paid: bool = True, name: str = "Jansen", **more: Any) -> Stored:
    """The web places an order."""
    placed = order(*lines, id=id, **more)
    payments = [OrderPayment(f"pay-{id}", 0, "ideal", placed.total_minor)] if paid else []
    person = {f"address-{id}": Address(name, "+31201234567", "j@example.org", "1012 JS", "1", "Dam", "Amsterdam", "NL")}
    return call(hub, lambda c: orders.place(c, TENANT, placed, payments, person, made(hub)))


def decide(hub: AnyHub, *events: OrderEvent) -> Stored:
    """The hub or head office takes steps."""
    return call(hub, lambda c: orders.move(c, TENANT, events[0].order, events, made(hub)))


def stored(hub: AnyHub, id: str = "o1") -> Stored:
    """An order as the hub has it."""
    found = call(hub, lambda c: orders.find(c, TENANT, id))
    assert found is not None, "it was placed"
    return found


def states(one: Stored, number: int = 1) -> dict[str, int]:
    """Where the pieces of a line are."""
    assert one.known.state is not None
    at = one.known.state.lines[number].at
    return {state: sum(milli for (_, of), milli in at.items() if of == state) // ONE for _, state in at}


def told(till: FakeTerminal, id: str = "o1") -> OrderRow | None:
    """An order as a till hears of it."""
    row = till.catch_up("device").get((ORDER, id))
    return read_json(row, OrderRow) if row else None


def same(row: OrderRow | None, one: Stored) -> bool:
    """Whether a till makes of its row what the hub made of all that it heard."""
    return row is not None and known_of(row) == one.known
