"""A store's stock as a person looks at it: what is there, what is given away, what is short or unclear, what was refused."""

import msgspec
from sqlalchemy import Connection, func, or_, select

from sync.hub import feedlog
from sync.hub.places import known_store
from sync.hub.put_back import UNCOVERED
from sync.hub.stock import pools
from sync.hub.storage.schema import stock, tasks
from sync.hub.storage.schema_stock import promises, reservations, rights, stock_refusals, unclear_movements


class StockLine(msgspec.Struct, frozen=True):
    """One article, in thousandths."""

    article: str
    on_hand: int
    granted: int
    in_transit: int
    promised: int
    reserved: int
    safety: int
    free: int


class StockReport(msgspec.Struct, frozen=True):
    """A store's stock. `lines` are the articles of which something is given away or short; counts are over all articles.

    `uncovered` are reservations that a restored hub took again and has not the goods for.
    """

    store: str
    day: str
    articles: int
    negative: int
    unclear: int
    refused: int
    free_elsewhere: int
    lines: list[StockLine]
    uncovered: int = 0


def stock_report(connection: Connection, tenant: str, store: str, day: str) -> StockReport:
    """The report; refusals are those of `day` (YYYY-MM-DD). Raises HubProblem for an unknown store."""
    known_store(connection, tenant, store)
    at, unclear, refusals = stock.c, unclear_movements.c, stock_refusals.c
    articles, negative = connection.execute(
        select(func.count(), func.count().filter(at.on_hand_milli < 0)).where(at.tenant == tenant, at.store == store)
    ).one()
    open_ones = connection.scalar(
        select(func.count()).where(unclear.tenant == tenant, unclear.store == store, unclear.decided == "")
    )
    refused = connection.execute(
        select(refusals.refused, refusals.free_elsewhere).where(
            refusals.tenant == tenant, refusals.store == store, refusals.day == day
        )
    ).first()
    there = pools(connection, tenant, store, _interesting(connection, tenant, store))
    lines = [
        StockLine(
            article, one.on_hand, one.granted, one.in_transit, one.promised, one.reserved, one.safety, one.free
        )
        for article, one in sorted(there.items())
        if one.granted or one.in_transit or one.promised or one.reserved or one.on_hand < 0
    ]  # fmt: skip
    task = tasks.c
    short = select(func.count()).where(task.tenant == tenant, task.store == store, task.kind == UNCOVERED, task.done_ms == 0)
    return StockReport(
        store, day, articles, negative, open_ones or 0, refused.refused if refused else 0,
        refused.free_elsewhere if refused else 0, lines, connection.scalar(short) or 0,
    )  # fmt: skip


def _interesting(connection: Connection, tenant: str, store: str) -> set[str]:
    """Articles of which something may be given away, and those below nothing."""
    found: set[str] = set()
    for table in (rights, promises, reservations):
        found |= set(connection.scalars(select(table.c.article).where(table.c.tenant == tenant, table.c.store == store).distinct()))
    at = stock.c
    query = select(at.article).where(at.tenant == tenant, at.store == store, or_(at.on_hand_milli < 0))
    return found | set(connection.scalars(query.limit(10 * feedlog.KEYS_PER_QUERY)))
