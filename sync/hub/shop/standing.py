"""Orders as a web shop sees them: how they stand, what is not wanted any more, and what is coming back."""

from collections.abc import Sequence

from sqlalchemy import Connection, literal_column, select

from kiosk.domain.arbitrating import OrderState
from kiosk.domain.order import COLLECTED, OrderLine
from kiosk.domain.orderevents import OrderEvent
from kiosk.domain.orderlife import CANCELLED, CONFIRMED, DELIVERED, HANDED_OVER, RANK, SHIPPED, STATES, STEPS, SYSTEM
from kiosk.domain.ordermoney import charge_of
from kiosk.domain.returning import GROUNDS
from sync.hub import announced, order_rows, orders
from sync.hub.order_rows import Stored
from sync.hub.orders import Made
from sync.hub.problems import HubProblem
from sync.hub.shop import events
from sync.hub.shop.events import Happened
from sync.hub.shop.keys import ShopKey
from sync.hub.shop.values import AnnouncedReturn, OrderedLine, PartOfLine, PlacedOrder, WantedReturn
from sync.hub.storage.schema_orders import orders as orders_table

WITH_CUSTOMER = (SHIPPED, HANDED_OVER, DELIVERED)
WORDS_MAX = 500


def find(connection: Connection, key: ShopKey, order: str) -> Stored:
    """An order of the key's brand and country. Raises HubProblem for any other: they read the same."""
    found = orders.find(connection, key.tenant, order)
    if found is None or not _is_of(key, found):
        raise HubProblem("shop.none", what="order", id=order[:60])
    return found


def of_customer(connection: Connection, key: ShopKey, customer: str, most: int) -> list[Stored]:
    """The orders of a customer at the key's brand and country, the newest first."""
    at = orders_table.c
    known = at.customer != literal_column("''")  # said as it stands in the index of these
    mine = (at.tenant == key.tenant, at.customer == customer, known, at.brand == key.brand)
    ids = connection.scalars(select(at.id).where(*mine).order_by(at.placed_ms.desc(), at.id).limit(most)).all()
    found = order_rows.load(connection, key.tenant, ids)
    return [found[id] for id in ids if _is_of(key, found[id])]


def _is_of(key: ShopKey, stored: Stored) -> bool:
    state = stored.known.state
    return state is not None and (state.order.brand, state.order.country) == (key.brand, key.country)


def by_reference(connection: Connection, key: ShopKey, reference: str) -> Stored:
    """An order by the shop's own number. Raises HubProblem for one that is not there."""
    at = orders_table.c
    mine = (at.tenant == key.tenant, at.number == reference, at.brand == key.brand)
    ids = connection.scalars(select(at.id).where(*mine).order_by(at.placed_ms.desc())).all()
    for id in ids:
        found = orders.find(connection, key.tenant, id)
        if found is not None and found.known.state is not None and found.known.state.order.country == key.country:
            return found
    raise HubProblem("shop.none", what="order", id=reference[:60])


def told(stored: Stored) -> PlacedOrder:
    """An order as the API says it."""
    state, money = stored.known.state, stored.known.money
    assert state is not None and money is not None, "it was placed"
    order = state.order
    lines = [_line(line, state) for line in order.lines]
    shown = max((state.lines[line.line].shown for line in order.lines), key=lambda one: (STATES[one].owed, RANK[one]))
    delivery = sum(charge_of(order, charge, state.lines) for charge in order.charges)
    code = stored.code if _waits(state) else ""
    return PlacedOrder(
        order.id, order.number, shown, code, order.placed_ms, lines, delivery, state.placed.total_minor, money.owed_minor,
        money.paid_minor, money.to_pay_minor, money.to_give_back_minor,
    )  # fmt: skip


def _waits(state: OrderState) -> bool:
    """Whether anything is still to be collected: only as long its code opens anything."""
    collected = [state.lines[line.line] for line in state.order.lines if line.fulfilment.kind in COLLECTED]
    return any(STATES[name].open and milli > 0 for line in collected for (_, name), milli in line.at.items())


def cancel(
    connection: Connection, key: ShopKey, order: str, parts: Sequence[PartOfLine], made: Made
) -> Stored:
    """Cancel parts of an order, or all that nobody has carried away. Raises HubProblem where it is too late for what was named."""
    state = find(connection, key, order).known.state
    assert state is not None, "it was found"
    wanted = _amounts(state, parts, STEPS[CANCELLED].sources, "cancelled")
    moves = [
        OrderEvent(made.new_id(), order, line, CANCELLED, CONFIRMED, milli, made.now_ms, SYSTEM) for line, milli in wanted.items()
    ]
    if not moves:
        raise HubProblem("shop.too_late", line=0, left_milli=0, what="cancelled")
    stored = orders.move(connection, key.tenant, order, moves, made)
    events.note(connection, key.tenant, [Happened(key.brand, events.ORDER_CHANGED, order, {})], made.now_ms)
    return stored


def announce(connection: Connection, key: ShopKey, order: str, wanted: WantedReturn, now_ms: int) -> AnnouncedReturn:
    """Note that goods come back: a number for the label, and a task for whoever takes them in.

    Raises HubProblem for more than the customer has.
    """
    state = find(connection, key, order).known.state
    assert state is not None, "it was found"
    check_said(wanted.ground, wanted.words)
    amounts = _amounts(state, wanted.lines, WITH_CUSTOMER, "returned")
    if not amounts:
        raise HubProblem("shop.too_late", line=0, left_milli=0, what="returned")
    parts = [PartOfLine(line, milli) for line, milli in amounts.items()]
    names = {line.line: line.name for line in state.order.lines}
    goods = ", ".join(f"{milli // 1_000} x {names[line]}" for line, milli in amounts.items())
    number = announced.new_number()
    kept = announced.Announced(sorted(amounts.items()), wanted.ground, wanted.words, goods)
    announced.keep(
        connection, (key.tenant, key.brand, key.country), (order, ""), number, kept,
        {"order": order, "number": state.order.number}, now_ms,
    )  # fmt: skip
    said = {"return": number, "ground": wanted.ground, "lines": [[one.line, one.quantity_milli] for one in parts]}
    events.note(connection, key.tenant, [Happened(key.brand, events.RETURN_ANNOUNCED, order, said)], now_ms)
    return AnnouncedReturn(order, state.order.number, wanted.ground, parts, now_ms, number)


def check_said(ground: str, words: str) -> None:
    """Raise HubProblem for a ground that is none, and for a novel."""
    if ground not in GROUNDS:
        raise HubProblem("request.argument", name="ground", value=ground[:40], wanted=f"one of {', '.join(sorted(GROUNDS))}")
    if len(words) > WORDS_MAX:
        raise HubProblem("request.argument", name="words", value=len(words), wanted=f"{WORDS_MAX} characters at most")


def _line(line: OrderLine, state: OrderState) -> OrderedLine:
    here = state.lines[line.line]
    states: dict[str, int] = {}
    for (_, name), milli in here.at.items():
        states[name] = states.get(name, 0) + milli
    places = sorted({here.places[fence] for (fence, _), milli in here.at.items() if milli and fence in here.places})
    promise = (line.promise.from_ms, line.promise.until_ms) if line.promise is not None else (0, 0)
    swap = state.swaps.get(line.line)
    return OrderedLine(
        line.line, line.article, line.name, line.quantity_milli, line.unit, line.amount_minor, line.deposit_minor,
        line.fulfilment.kind, line.fulfilment.to, *promise, states, places, swap.line if swap is not None else 0,
    )  # fmt: skip


def _amounts(state: OrderState, parts: Sequence[PartOfLine], sources: Sequence[str], what: str) -> dict[int, int]:
    """How much of each line that is in one of these states is meant; all lines where none is named."""
    left = {number: sum(line.of(name) for name in sources) for number, line in state.lines.items()}
    if not parts:
        return {number: milli for number, milli in left.items() if milli}
    found: dict[int, int] = {}
    for part in parts:
        there = left.get(part.line, 0)
        if part.line not in left or part.line in found:
            raise HubProblem("shop.none", what="line", id=str(part.line)[:20])
        milli = part.quantity_milli or there
        if not 0 < milli <= there:
            raise HubProblem("shop.too_late", line=part.line, left_milli=there, what=what)
        found[part.line] = milli
    return found
