"""What a person decides about stock: where an unclear movement lies."""

from collections.abc import Callable

from sqlalchemy import Connection, select

from kiosk.domain.catalog import StockLevel
from kiosk.domain.feed import CATALOG
from kiosk.domain.stock import Name
from sync.hub import feedlog, staff
from sync.hub.problems import HubProblem
from sync.hub.stock_counts import Counts
from sync.hub.stock_projecting import mark_to_share
from sync.hub.storage.bulk import upsert_many
from sync.hub.storage.schema import stock
from sync.hub.storage.schema_stock import unclear_movements

_STOCK = ("tenant", "store", "article", "on_hand_milli", "as_of_ms")


def decide(
    connection: Connection, tenant: str, task: str, side: str, who: str, now_ms: int, new_id: Callable[[], str]
) -> StockLevel:
    """Say of a task's movement whether it was before or after the count; gives the level that follows.

    Raises HubProblem when the task asks nothing any more.
    """
    at = unclear_movements.c
    row = connection.execute(select(unclear_movements).where(at.tenant == tenant, at.task == task)).first()
    if row is None or row.decided:
        raise HubProblem("stock.clear", article=row.article if row else "-", store=row.store if row else "-")
    name = Name(row.dev, row.inc, row.seq, row.n)
    changed = Counts(connection, tenant, now_ms, new_id).decide(row.store, row.article, name, side, who)
    staff.note(connection, tenant, who, "stock.decided", {"task": task, "side": side}, now_ms, new_id)
    mark_to_share(connection, tenant, row.store, row.article)
    return change_level(connection, tenant, row.store, row.article, changed, now_ms)


def change_level(connection: Connection, tenant: str, store: str, article: str, by_milli: int, now_ms: int) -> StockLevel:
    """Change an article's on-hand by what its movements changed, and tell the terminals."""
    upsert_many(connection, stock, _STOCK, [(tenant, store, article, by_milli, now_ms)], added=("on_hand_milli",))
    at = stock.c
    query = select(at.on_hand_milli).where(at.tenant == tenant, at.store == store, at.article == article)
    level = StockLevel(article, store, int(connection.execute(query).scalar_one()), now_ms)
    row = feedlog.change(CATALOG, feedlog.EVERYWHERE, "stock", f"{article}|{store}", level)
    feedlog.publish(connection, tenant, [row])
    return level
