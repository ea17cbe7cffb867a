"""Orders as a list to look through: by store, state, channel and time, the newest first, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from kiosk.decoding import read_json
from kiosk.domain.orderfacts import read_order
from sync.hub.storage.schema_orders import order_stores, orders

PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which orders: of these stores (none: all), in a state, of a channel, placed from `since_ms` to before `until_ms` (0: open).

    A store has those that it placed and those that it has to do with. `ids` None is any; `before` the last one of the page before.
    """

    stores: Sequence[str] = ()
    state: str = ""
    channel: str = ""
    since_ms: int = 0
    until_ms: int = 0
    only_open: bool = False
    ids: Sequence[str] | None = None
    before: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One order of a list: its names, when it was placed (ms), what became of it, how many lines, what was agreed (minor units)."""

    id: str
    number: str
    channel: str
    store: str
    placed_ms: int
    is_open: bool
    shown: str
    stuck: bool
    lines: int
    total_minor: int
    currency: str


def listed(connection: Connection, tenant: str, wanted: Wanted, most: int = PAGE) -> list[Row]:
    """Orders, the newest first."""
    at = orders.c
    columns = (at.id, at.number, at.channel, at.store, at.placed_ms, at.is_open, at.shown, at.stuck, at.body)
    query = select(*columns).where(at.tenant == tenant, *_asked(tenant, wanted))
    rows = connection.execute(query.order_by(at.placed_ms.desc(), at.id.desc()).limit(most))
    return [_row(row) for row in rows]


def _asked(tenant: str, wanted: Wanted) -> list[ColumnElement[bool]]:
    at, found = orders.c, list[ColumnElement[bool]]()
    if wanted.stores:
        told = order_stores.c
        concerned = select(told.order_id).where(told.tenant == tenant, told.store.in_(wanted.stores))
        found.append(or_(at.store.in_(wanted.stores), at.id.in_(concerned)))
    found += [at.shown == wanted.state] if wanted.state else []
    found += [at.channel == wanted.channel] if wanted.channel else []
    found += [at.placed_ms >= wanted.since_ms] if wanted.since_ms else []
    found += [at.placed_ms < wanted.until_ms] if wanted.until_ms else []
    found += [at.is_open] if wanted.only_open else []
    found += [at.id.in_(wanted.ids)] if wanted.ids is not None else []
    if wanted.before is not None:
        placed_ms, last = wanted.before
        found.append(or_(at.placed_ms < placed_ms, and_(at.placed_ms == placed_ms, at.id < last)))
    return found


def _row(row: Any) -> Row:
    order = read_order(read_json(row.body, dict[str, Any]))
    return Row(
        row.id, row.number, row.channel, row.store, int(row.placed_ms), bool(row.is_open), row.shown, bool(row.stuck),
        len(order.lines), order.total_minor, order.currency,
    )  # fmt: skip
