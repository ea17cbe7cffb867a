"""Prices as rows of the feed: how they are keyed, what is there, and which of them nobody needs any more."""

from collections.abc import Sequence

from sqlalchemy import Connection

from kiosk.decoding import read_json
from kiosk.domain.catalog import BASE, Price
from kiosk.domain.feed import CATALOG, LIST_PRICE, PRICE
from sync.hub import feedlog

PRICES_KEPT_MS = 90 * 86_400_000
"""A price that ended longer ago is taken from the terminals."""


def price_row(price: Price) -> feedlog.Change:
    """A price as a row of the feed."""
    return feedlog.change(CATALOG, feedlog.EVERYWHERE, *_name(price), price)


def gone_row(price: Price) -> feedlog.Change:
    """The row that takes a price away."""
    return feedlog.gone(CATALOG, feedlog.EVERYWHERE, *_name(price))


def prices_of(connection: Connection, tenant: str, sku: str = "", entities: Sequence[str] = (PRICE,)) -> dict[str, list[Price]]:
    """The prices of one article or of all, by article; of the base list unless told otherwise."""
    found: dict[str, list[Price]] = {}
    for entity in entities:
        for _, _, payload in feedlog.rows_now(connection, tenant, CATALOG, entity, of=sku):
            price = read_json(payload, Price)
            found.setdefault(price.article, []).append(price)
    return found


def ended_prices(there: Sequence[Price], now_ms: int) -> list[feedlog.Change]:
    """The prices to take away: those that ended, or that a regular price of their list followed, more than ninety days ago."""
    kept_from = now_ms - PRICES_KEPT_MS
    newest: dict[str, tuple[int, int]] = {}
    for price in there:
        if not price.until_ms and price.valid_from_ms < kept_from:
            newest[price.list] = max(newest.get(price.list, (-1, -1)), (price.valid_from_ms, price.rev))
    return [
        gone_row(price)
        for price in there
        if 0 < price.until_ms < kept_from
        or (not price.until_ms and (price.valid_from_ms, price.rev) < newest.get(price.list, (-1, -1)))
    ]


def _name(price: Price) -> tuple[str, str]:
    """Prices of lists have an entity of their own: an older till would ask everybody for them."""
    key = f"{price.article}|{price.valid_from_ms}"
    return (PRICE, key) if price.list == BASE else (LIST_PRICE, f"{key}|{price.list}")
