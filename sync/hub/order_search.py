"""What terminals ask and tell of orders beside the feed: whom one is for, and the orders of other stores."""

import msgspec
from sqlalchemy import Connection, select

from kiosk.domain.address import Address
from kiosk.domain.order import COLLECTED
from kiosk.domain.orderrow import OrderRow, row_of
from sync.hub import announced, order_addresses, order_rows
from sync.hub.core import Device
from sync.hub.order_rows import Stored
from sync.hub.orders import Made, put_address
from sync.hub.problems import HubProblem
from sync.hub.storage.schema_orders import order_addresses as kept
from sync.hub.storage.schema_orders import orders
from sync.protocol.messages import FindOrder, OrderAddress, OrdersReply

FOUND_MAX = 8


def put_for(connection: Connection, device: Device, told: OrderAddress, made: Made) -> None:
    """Keep whom an order is for, told by a terminal of the store that placed it; it may tell before it pushed the order.

    Raises HubProblem for another store's order, another order's key, and what is no address.
    """
    placed_at = connection.scalar(select(orders.c.store).where(orders.c.tenant == device.tenant, orders.c.id == told.order))
    of = connection.scalar(select(kept.c.order_id).where(kept.c.tenant == device.tenant, kept.c.key == told.key))
    if placed_at not in (None, device.store) or of not in (None, told.order):
        raise HubProblem("device.store", store=device.store)
    put_address(connection, device.tenant, told.key, told.order, told.address, made)


def find_for(connection: Connection, device: Device, asked: FindOrder) -> list[OrderRow]:
    """The few orders that are meant, the newest first; nothing for what is too little to mean one.

    A name finds open orders only. A telephone number is told to the store that hands over, a name also to who asked for it.
    """
    found = order_rows.load(connection, device.tenant, _ids(connection, device.tenant, asked))
    people = order_addresses.of_orders(connection, device.tenant, found)
    there = [one for one in found.values() if one.known.state is not None]
    rows = [_row(one, device.store, asked, next(iter(people.get(_id(one), {}).values()), Address(""))) for one in there]
    return sorted(rows, key=lambda row: (-int(row.order["placed_ms"]), row.id))[:FOUND_MAX]


def find_announced(connection: Connection, device: Device, number: str) -> OrdersReply | None:
    """What a customer announced under a number, with the order or the receipt's number; None where nobody did.

    What was received already says so by having no lines left.
    """
    row = announced.find(connection, device.tenant, number)
    if row is None:
        return None
    said = announced.said_in(row)
    found = order_rows.load(connection, device.tenant, [row.order_id])[row.order_id] if row.order_id else None
    orders_found = [msgspec.json.encode(row_of(found.known))] if found is not None and found.known.state is not None else []
    lines = [] if row.received_ms else said.lines
    return OrdersReply(orders_found, row.receipt, row.number, lines, said.ground)


def _ids(connection: Connection, tenant: str, asked: FindOrder) -> list[str]:
    at = orders.c
    mine = select(at.id).where(at.tenant == tenant).order_by(at.placed_ms.desc()).limit(FOUND_MAX)
    if asked.code:
        return list(connection.scalars(mine.where(at.code == asked.code, at.is_open)))
    if asked.number:
        return list(connection.scalars(mine.where(at.number == asked.number)))
    named = order_addresses.named(connection, tenant, asked.name, FOUND_MAX * 4)
    return list(connection.scalars(mine.where(at.id.in_(named), at.is_open)))


def _row(one: Stored, store: str, asked: FindOrder, person: Address) -> OrderRow:
    state = one.known.state
    assert state is not None, "it was placed"
    hands_over = one.is_open and any(
        line.fulfilment.to == store for line in state.order.lines if line.fulfilment.kind in COLLECTED
    )
    code = one.code if hands_over or asked.code or store == state.order.store else ""
    named = hands_over or (asked.name and not asked.code and not asked.number)
    return row_of(one.known, code, person.name if named else "", person.phone if hands_over else "")


def _id(one: Stored) -> str:
    assert one.known.state is not None, "it was placed"
    return one.known.state.order.id
