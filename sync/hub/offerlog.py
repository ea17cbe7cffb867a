"""What was offered at any revision: every price, list and promotion as it was published, kept for ever."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from kiosk.decoding import read_json
from kiosk.domain.catalog import Price
from kiosk.domain.feed import LIST_PRICE, PRICE, PRICE_LIST, PROMOTION
from sync.hub.storage.bulk import insert_many
from sync.hub.storage.schema_offers import offer_log

ENTITIES = frozenset({PRICE, LIST_PRICE, PRICE_LIST, PROMOTION})
_COLUMNS = ("tenant", "entity", "key", "rev", "payload")


def note(connection: Connection, tenant: str, rev: int, rows: Iterable[tuple[str, str, bytes]]) -> None:
    """Keep rows (entity, key, payload) of these entities as a revision published them."""
    insert_many(connection, offer_log, _COLUMNS, [(tenant, entity, key, rev, payload) for entity, key, payload in rows])


def first_entered(connection: Connection, tenant: str) -> dict[tuple[str, str], int]:
    """Since when (ms) the hub knows prices of an article in a list; 0 where that was before it kept a log."""
    at = offer_log.c
    query = select(at.payload).where(at.tenant == tenant, at.entity.in_((PRICE, LIST_PRICE)))
    found: dict[tuple[str, str], int] = {}
    for payload in connection.scalars(query):
        if payload:
            price = read_json(payload, Price)
            name = (price.article, price.list)
            found[name] = min(found.get(name, price.entered_ms), price.entered_ms)
    return found
