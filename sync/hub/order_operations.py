"""What a person does at the hub about orders: look, cancel, count; operations, as in `operations.py`."""

import msgspec
from sqlalchemy import Connection, func, select

from kiosk.domain.arbitrating import OrderState
from kiosk.domain.orderevents import OrderEvent
from kiosk.domain.orderlife import CANCELLED, OFFICE, STEPS
from sync.hub import orders, staff
from sync.hub.core import Hub
from sync.hub.order_rows import Stored
from sync.hub.orders import Listed, Made
from sync.hub.places import known_store, the_tenant
from sync.hub.problems import HubProblem
from sync.hub.storage.schema import tasks
from sync.hub.storage.schema_orders import order_stores
from sync.hub.storage.schema_orders import orders as rows

_ASKED_MAX = 80


class ListOrders(msgspec.Struct, frozen=True):
    """Orders, the oldest first; of a store (that placed it or has to do with it), in a state, open ones unless `all`."""

    store: str = ""
    state: str = ""
    all: bool = False
    since_ms: int = 0
    after_ms: int = 0
    after_id: str = ""
    tenant: str = ""


class OrderList(msgspec.Struct, frozen=True):
    """A page; `more` says that another one follows after the last row."""

    rows: list[Listed]
    more: bool


class ShowOrder(msgspec.Struct, frozen=True):
    """One order by its id, its number, or the code to collect it."""

    order: str
    tenant: str = ""


class CancelOrder(msgspec.Struct, frozen=True):
    """Cancel what can still be cancelled of an order, or of some of its lines."""

    order: str
    who: str
    note: str
    lines: list[int] = []
    tenant: str = ""


class Part(msgspec.Struct, frozen=True):
    """So much (thousandths) of a line in a state, at a place (empty: none has it)."""

    line: int
    article: str
    name: str
    state: str
    place: str
    quantity_milli: int


class OrderShown(msgspec.Struct, frozen=True):
    """An order as it stands, in minor units and ms; whom it is for is not said here."""

    id: str
    number: str
    channel: str
    store: str
    placed_ms: int
    currency: str
    is_open: bool
    shown: str
    stores: list[str]
    parts: list[Part]
    owed_minor: int
    paid_minor: int
    to_pay_minor: int
    to_give_back_minor: int
    plan: str


class ReportOrders(msgspec.Struct, frozen=True):
    """How orders stand, of a store or of all."""

    store: str = ""
    tenant: str = ""


class OrderReport(msgspec.Struct, frozen=True):
    """Open orders by their most advanced state, how many each store has to do with, what nobody has, and tasks by kind."""

    open: int
    by_state: dict[str, int]
    by_store: dict[str, int]
    without_place: int
    oldest_ms: int
    tasks: dict[str, int]


def list_orders(hub: Hub, ask: ListOrders) -> OrderList:
    """A page of orders."""

    def read(connection: Connection) -> OrderList:
        tenant = the_tenant(connection, ask.tenant)
        if ask.store:
            known_store(connection, tenant, ask.store)
        after = (ask.after_ms, ask.after_id)
        page = orders.listed(connection, tenant, ask.store, ask.state, ask.since_ms, after, only_open=not ask.all)
        return OrderList(page, len(page) == orders.PAGE_MAX)

    return hub.storage.look(read)


def show_order(hub: Hub, ask: ShowOrder) -> OrderShown:
    """One order."""

    def read(connection: Connection) -> OrderShown:
        tenant = the_tenant(connection, ask.tenant)
        return _shown(_the_order(connection, tenant, ask.order))

    return hub.storage.look(read)


def cancel_order(hub: Hub, ask: CancelOrder) -> OrderShown:
    """Cancel; what is with a carrier or its customer cannot be any more and comes back as a return."""
    if not 0 < len(ask.note.strip()) <= 500:
        raise HubProblem("queue.note")

    def work(connection: Connection) -> OrderShown:
        tenant = the_tenant(connection, ask.tenant)
        state = _state(_the_order(connection, tenant, ask.order))
        made = Made(hub.world.now_ms(), hub.world.new_id)
        events = cancellations(state, ask.lines, made)
        if not events:
            raise HubProblem("order.over", text=state.order.number)
        moved = orders.move(connection, tenant, state.order.id, events, made)
        detail = {"order": state.order.number, "lines": ",".join(map(str, ask.lines)), "note": ask.note}
        staff.note(connection, tenant, ask.who, "order.cancelled", detail, made.now_ms, made.new_id)
        return _shown(moved)

    return hub.storage.call(work)


def cancellations(state: OrderState, lines: list[int], made: Made) -> list[OrderEvent]:
    """Head office's events that cancel all that still can be, of these lines or of all."""
    return [
        OrderEvent(made.new_id(), state.order.id, number, CANCELLED, name, milli, made.now_ms, OFFICE, fence)
        for number, line in state.lines.items()
        for (fence, name), milli in line.at.items()
        if name in STEPS[CANCELLED].sources and (not lines or number in lines)
    ]


def report_orders(hub: Hub, ask: ReportOrders) -> OrderReport:
    """How orders stand now."""

    def read(connection: Connection) -> OrderReport:
        tenant, at, told = the_tenant(connection, ask.tenant), rows.c, order_stores.c
        if ask.store:
            known_store(connection, tenant, ask.store)
        mine = (at.tenant == tenant) & at.is_open
        theirs = (told.tenant == tenant) & (told.store == ask.store) if ask.store else told.tenant == tenant
        if ask.store:
            mine &= at.id.in_(select(told.order_id).where(theirs)) | (at.store == ask.store)
        by_state = connection.execute(select(at.shown, func.count()).where(mine).group_by(at.shown).order_by(at.shown)).all()
        joined = select(told.store, func.count()).where(at.tenant == told.tenant, at.id == told.order_id, at.is_open)
        by_store = connection.execute(joined.where(theirs).group_by(told.store).order_by(told.store)).all()
        oldest = connection.scalar(select(func.min(at.placed_ms)).where(mine))
        stuck = connection.scalar(select(func.count()).select_from(rows).where(mine, at.stuck))
        states = {state: int(count) for state, count in by_state}
        waiting = _tasks(connection, tenant, ask.store)
        stores = {store: int(count) for store, count in by_store}
        return OrderReport(sum(states.values()), states, stores, int(stuck or 0), int(oldest or 0), waiting)

    return hub.storage.look(read)


def _tasks(connection: Connection, tenant: str, store: str) -> dict[str, int]:
    at = tasks.c
    mine = (at.tenant == tenant) & (at.done_ms == 0) & at.kind.startswith("order.")
    if store:
        mine &= at.store == store
    found = connection.execute(select(at.kind, func.count()).where(mine).group_by(at.kind).order_by(at.kind))
    return {kind: int(count) for kind, count in found}


def _the_order(connection: Connection, tenant: str, asked: str) -> Stored:
    """The order that is meant. Raises HubProblem where none or more than one is."""
    found = orders.lookup(connection, tenant, asked[:_ASKED_MAX])
    if not found:
        raise HubProblem("order.unknown", text=asked[:_ASKED_MAX])
    if len(found) > 1 and asked not in found:
        raise HubProblem("order.which", text=asked[:_ASKED_MAX], ids=", ".join(found[:10]))
    there = orders.find(connection, tenant, asked if asked in found else found[0])
    assert there is not None, "it was found"
    return there


def _state(one: Stored) -> OrderState:
    assert one.known.state is not None, "it was placed"
    return one.known.state


def _shown(one: Stored) -> OrderShown:
    state, money = _state(one), one.known.money
    assert money is not None, "it was placed"
    order = state.order
    parts = [
        Part(line.line, line.article, line.name, name, state.lines[line.line].places.get(fence, ""), milli)
        for line in order.lines
        for (fence, name), milli in state.lines[line.line].at.items()
    ]
    return OrderShown(
        order.id, order.number, order.channel, order.store, order.placed_ms, order.currency, one.is_open, one.shown,
        sorted(one.told), parts, money.owed_minor, money.net_minor, money.to_pay_minor, money.to_give_back_minor, one.plan,
    )  # fmt: skip


ALL = ((ListOrders, list_orders), (ShowOrder, show_order), (CancelOrder, cancel_order), (ReportOrders, report_orders))
"""Each operation with what it takes."""
