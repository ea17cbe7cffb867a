"""The report of prices: how many sales were computed again, and those that came out otherwise than their till said."""

import msgspec
from sqlalchemy import Connection, Select, and_, func, select

from kiosk.decoding import read_json
from kiosk.domain.recompute import Difference
from sync.hub.places import known_store
from sync.hub.storage.schema import terminals
from sync.hub.storage.schema_offers import price_checks, price_days, price_differences

ITEMS_MAX = 500


class PriceItem(msgspec.Struct, frozen=True):
    """One sale that differs: what it says that it cost and what was found, minor units, and each part that differs."""

    store: str
    day: str
    terminal: str
    receipt: str
    said_minor: int
    found_minor: int
    parts: list[Difference]


class PriceReport(msgspec.Struct, frozen=True):
    """Sales computed again: how many, how many of them not in full, how many differ; and facts that wait to be looked at."""

    store: str
    day: str
    sales: int
    unknown: int
    differing: int
    waiting: int
    items: list[PriceItem]


def prices(connection: Connection, tenant: str, store: str = "", day: str = "", most: int = ITEMS_MAX) -> PriceReport:
    """The report of a store or all, of a business day or all, the newest first. Raises HubProblem for an unknown store."""
    if store:
        known_store(connection, tenant, store)
    at = price_days.c
    counted = select(func.sum(at.sales), func.sum(at.unknown), func.sum(at.differing)).where(at.tenant == tenant)
    for column, wanted in ((at.store, store), (at.day, day)):
        counted = counted.where(column == wanted) if wanted else counted
    sales, unknown, differing = (int(number or 0) for number in connection.execute(counted).one())
    waiting, items = _waiting(connection, tenant, store), _items(connection, tenant, store, day, most)
    return PriceReport(store, day, sales, unknown, differing, waiting, items)


def _items(connection: Connection, tenant: str, store: str, day: str, most: int) -> list[PriceItem]:
    at = price_differences.c
    query: Select[tuple[object, ...]] = select(price_differences).where(at.tenant == tenant)
    for column, wanted in ((at.store, store), (at.day, day)):
        query = query.where(column == wanted) if wanted else query
    query = query.order_by(at.at_ms.desc(), at.store, at.receipt.desc()).limit(most)
    return [
        PriceItem(
            row.store, row.day, row.terminal, row.receipt, row.said_minor, row.found_minor,
            read_json(row.detail, list[Difference]),
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def _waiting(connection: Connection, tenant: str, store: str) -> int:
    """Facts that nobody looked at yet, sales or not."""
    mine, at = terminals.c, price_checks.c
    same = and_(mine.tenant == at.tenant, mine.store == at.store, mine.dev == at.dev, mine.inc == at.inc)
    left = func.sum(mine.next_seq - func.coalesce(at.next_seq, 1))
    query = select(left).select_from(terminals).outerjoin(price_checks, same).where(mine.tenant == tenant)
    return int(connection.scalar(query.where(mine.store == store) if store else query) or 0)
