"""Orders as they lie in the database: read by the hundred, written row by row of what changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Table, bindparam, delete, select

from kiosk.decoding import read_json
from kiosk.domain.arbitrating import settled
from kiosk.domain.orderevents import OrderEvent
from kiosk.domain.orderfacts import OrderKnown, Said, order_body, read_order
from kiosk.domain.orderlife import RANK, STATES
from kiosk.domain.ordermoney import OrderPayment
from kiosk.domain.orderswap import Swap
from sync.hub.feedlog import KEYS_PER_QUERY
from sync.hub.storage.bulk import insert_many, upsert_many
from sync.hub.storage.schema_orders import order_events, order_goods, order_payments, order_said, order_stores, order_swaps, orders

_ORDER = (
    "tenant", "id", "number", "code", "brand", "channel", "store", "customer", "placed_ms", "is_open", "shown", "closed_ms",
    "look_ms", "stuck", "body", "placed_by", "plan",
)  # fmt: skip
_PART = ("tenant", "order_id", "id", "body")
_SAID = ("tenant", "order_id", "what", "body")

# What every push of an order asks is built once: to build such a statement costs more than to run it.
_BY_ID = select(orders).where(orders.c.tenant == bindparam("tenant"), orders.c.id.in_(bindparam("ids", expanding=True)))


def _parts(table: Table) -> Any:
    return select(table).where(table.c.tenant == bindparam("tenant"), table.c.order_id.in_(bindparam("ids", expanding=True)))


_PARTS = {table: _parts(table) for table in (order_events, order_payments, order_said, order_swaps, order_stores, order_goods)}


@dataclass(frozen=True, slots=True)
class Stored:
    """An order as it is kept. `told` are the stores that have its row, `gone` what left by (place, line, fence) in thousandths.

    `look_ms` is when the hub looks at it by itself (0: never); `stuck` says that a search found nobody who has what is wanted.
    """

    known: OrderKnown = field(default_factory=OrderKnown)
    code: str = ""
    closed_ms: int = 0
    look_ms: int = 0
    stuck: bool = False
    plan: str = ""
    told: frozenset[str] = frozenset()
    gone: Mapping[tuple[str, int, int], int] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether anything is still to happen with it."""
        return self.known.state is not None and any(
            STATES[state].open for line in self.known.state.lines.values() for _, state in line.at
        )

    @property
    def shown(self) -> str:
        """The most advanced state that a part of it is in: of what is still open or with its customer, if anything is."""
        assert self.known.state is not None, "it was placed"
        states = [line.shown for line in self.known.state.lines.values()]
        alive = [state for state in states if STATES[state].owed]
        return max(alive or states, key=lambda state: RANK[state])


def load(connection: Connection, tenant: str, ids: Iterable[str]) -> dict[str, Stored]:
    """Orders by id; one that nobody heard of is empty. Whoever changes them holds their names (`orders.OrderBook`)."""
    wanted, found = sorted(set(ids)), dict[str, Stored]()
    for start in range(0, len(wanted), KEYS_PER_QUERY):
        asked = {"tenant": tenant, "ids": wanted[start : start + KEYS_PER_QUERY]}
        rows = {row.id: row for row in connection.execute(_BY_ID, asked)}
        parts = {table: _grouped(connection.execute(query, asked)) for table, query in _PARTS.items()}
        for order in asked["ids"]:
            found[order] = _read(rows.get(order), {table: one.get(order, []) for table, one in parts.items()})
    return found


def _grouped(rows: Iterable["Row[Any]"]) -> dict[str, list["Row[Any]"]]:
    found: dict[str, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.order_id, []).append(row)
    return found


def _read(row: "Row[Any] | None", parts: Mapping[Table, Sequence["Row[Any]"]]) -> Stored:
    events = [read_json(one.body, OrderEvent) for one in parts[order_events]]
    payments = {one.id: read_json(one.body, OrderPayment) for one in parts[order_payments]}
    said = {str(one.what): read_json(one.body, Said) for one in parts[order_said]}
    swaps = {one.id: read_json(one.body, Swap) for one in parts[order_swaps]}
    told = frozenset(str(one.store) for one in parts[order_stores])
    gone = {(str(one.store), int(one.line), int(one.fence)): int(one.moved_milli) for one in parts[order_goods]}
    if row is None:
        known = OrderKnown(early={event.id: event for event in events}, payments=payments, said=said, swaps=swaps)
        return Stored(known, told=told, gone=gone)
    state = settled(read_order(read_json(row.body, dict[str, Any])), events, swaps.values())
    dev, inc, seq = read_json(row.placed_by, list[Any])
    known = OrderKnown((dev, inc, seq), state, {}, payments, said, swaps)
    return Stored(known, row.code, int(row.closed_ms), int(row.look_ms), bool(row.stuck), row.plan, told, gone)


def write(connection: Connection, tenant: str, changed: Mapping[str, tuple[Stored, Stored]]) -> None:
    """Keep what is new of orders, given as they were and as they are."""
    events, payments, swaps, said, rows = [], [], [], [], []
    for order, (before, after) in sorted(changed.items()):
        was, now = _events(before.known), _events(after.known)
        events += [(tenant, order, name, _json(now[name])) for name in sorted(now.keys() - was.keys())]
        paid = after.known.payments
        payments += [(tenant, order, name, _json(paid[name])) for name in sorted(paid.keys() - before.known.payments.keys())]
        took = after.known.swaps
        swaps += [(tenant, order, name, _json(took[name])) for name in sorted(took.keys() - before.known.swaps.keys())]
        said += [(tenant, order, *one) for one in _said(before.known, after.known)]
        if after.known.state is not None:
            rows.append(_row(tenant, after))
    insert_many(connection, order_events, _PART, events)
    insert_many(connection, order_payments, _PART, payments)
    insert_many(connection, order_swaps, _PART, swaps)
    upsert_many(connection, order_said, _SAID, said)
    upsert_many(connection, orders, _ORDER, rows)
    _write_told(connection, tenant, changed)


def _write_told(connection: Connection, tenant: str, changed: Mapping[str, tuple[Stored, Stored]]) -> None:
    new = [(tenant, store, order) for order, (was, now) in sorted(changed.items()) for store in sorted(now.told - was.told)]
    insert_many(connection, order_stores, ("tenant", "store", "order_id"), new)
    at = order_stores.c
    for order, (was, now) in sorted(changed.items()):
        for store in sorted(was.told - now.told):
            connection.execute(delete(order_stores).where(at.tenant == tenant, at.store == store, at.order_id == order))


def _row(tenant: str, one: Stored) -> tuple[Any, ...]:
    known = one.known
    assert known.state is not None, "it was placed"
    order = known.state.order
    return (
        tenant, order.id, order.number, one.code, order.brand, order.channel, order.store, order.customer, order.placed_ms,
        one.is_open, one.shown, one.closed_ms, one.look_ms, one.stuck, _json(order_body(known.state.placed)),
        _json(known.placed_by), one.plan,
    )  # fmt: skip


def _events(known: OrderKnown) -> dict[str, OrderEvent]:
    return {**known.early, **(known.state.told if known.state is not None else {})}


def _said(before: OrderKnown, after: OrderKnown) -> list[tuple[str, str]]:
    """What somebody said last of an order and is not kept yet."""
    return [(what, _json(one)) for what, one in sorted(after.said.items()) if before.said.get(what) != one]


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
