"""Tells every terminal how much of what lies at a store is for somebody: reservations and promises, as rows of the feed."""

from collections.abc import Iterable

from sqlalchemy import Connection

from kiosk.domain.catalog import StockPromised
from kiosk.domain.feed import CATALOG, PROMISED
from sync.hub import feedlog
from sync.hub.stock import Pool, pools


def rows(connection: Connection, tenant: str, store: str, articles: Iterable[str]) -> list[feedlog.Change]:
    """The rows of articles of a store as they should stand; who asks holds their stock. What stands so is not published again."""
    wanted = list(articles)
    there = pools(connection, tenant, store, wanted)
    return [_row(article, store, there.get(article, Pool())) for article in wanted]


def _row(article: str, store: str, there: Pool) -> feedlog.Change:
    key, milli = f"{article}|{store}", there.promised + there.reserved
    if milli <= 0:
        return feedlog.gone(CATALOG, feedlog.EVERYWHERE, PROMISED, key)
    return feedlog.change(CATALOG, feedlog.EVERYWHERE, PROMISED, key, StockPromised(article, store, milli))
