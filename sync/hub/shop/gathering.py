"""What the hub publishes becomes findable products and events: read from the feed's log, after it was committed, in its order.

How far is kept with what came of it, in one transaction, so that nothing is told twice or never. Who publishes pays nothing for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select, update

from kiosk.decoding import read_json
from kiosk.domain.feed import CATALOG, DEVICE, LIST_PRICE, ORDER, PRICE, PRICE_LIST, PROMOTION
from kiosk.domain.order import WEB
from kiosk.domain.pricelist import PriceList
from kiosk.domain.promotion import Promotion
from sync.hub import announced, feedlog, refunds
from sync.hub.places import stores_of
from sync.hub.shop import events, finding
from sync.hub.shop.events import ALL_BRANDS, Happened
from sync.hub.storage.schema import feed_log
from sync.hub.storage.schema_orders import orders
from sync.hub.storage.schema_shop import shop_heads

ROWS_AT_ONCE = 1_000


def begin(connection: Connection, tenant: str, now_ms: int) -> None:
    """Look at the whole catalogue for a tenant's first key; nothing for a later one."""
    rev = feedlog.hold(connection, tenant)
    if events.begin(connection, tenant, rev):
        finding.rebuild(connection, tenant, rev)
        events.note(connection, tenant, [Happened(ALL_BRANDS, events.CATALOGUE_RESET, "catalogue", {})], now_ms)


def gather(connection: Connection, tenant: str, now_ms: int) -> bool:
    """Take the next part of the log in; whether there is more. Nothing where no shop was ever given a key."""
    head = events.hold(connection, tenant)
    if head is None:
        return False
    events.note(connection, tenant, _come_back(connection, tenant), now_ms)
    floor, newest = feedlog.span(connection, tenant)
    if head.rev >= newest:
        return False
    if head.rev < floor:  # the log lacks a part: whoever reads events has to look at everything again
        finding.rebuild(connection, tenant, newest)
        _gathered(connection, tenant, newest)
        events.note(connection, tenant, [Happened(ALL_BRANDS, events.CATALOGUE_RESET, "catalogue", {})], now_ms)
        return False
    rows, upto = _next(connection, tenant, head.rev, newest)
    happened = [*_told(connection, tenant, rows), *_orders(connection, tenant, head.rev, upto)]
    told = dict.fromkeys((one.kind, one.subject, one.brand) for one in happened)
    _gathered(connection, tenant, upto)
    events.note(connection, tenant, [Happened(brand, kind, subject, {}) for kind, subject, brand in told], now_ms)
    return upto < newest


def _gathered(connection: Connection, tenant: str, rev: int) -> None:
    connection.execute(update(shop_heads).where(shop_heads.c.tenant == tenant).values(rev=rev))


def _next(connection: Connection, tenant: str, after: int, newest: int) -> tuple[Sequence[Any], int]:
    """Rows of whole revisions, and up to which one."""
    log = feed_log.c
    query = select(log.rev, log.entity, log.key, log.payload).where(
        log.tenant == tenant, log.scope == CATALOG, log.audience == feedlog.EVERYWHERE
    )
    found = connection.execute(query.where(log.rev > after).order_by(log.rev, log.n).limit(ROWS_AT_ONCE)).all()
    if len(found) < ROWS_AT_ONCE:
        return found, newest
    last = found[-1].rev
    if found[0].rev != last:
        return [row for row in found if row.rev != last], last - 1
    return connection.execute(query.where(log.rev == last).order_by(log.n)).all(), last


def _told(connection: Connection, tenant: str, rows: Sequence[Any]) -> Iterator[Happened]:
    """What the rows are for a shop."""
    by_rev: dict[int, list[tuple[str, bytes]]] = {}
    for row in rows:
        if row.entity == "article":
            by_rev.setdefault(row.rev, []).append((row.key, bytes(row.payload)))
    for rev, articles in by_rev.items():
        styles = finding.apply(connection, tenant, rev, articles)
        yield from (Happened(ALL_BRANDS, events.PRODUCT_CHANGED, style, {}) for style in styles.changed)
        yield from (Happened(ALL_BRANDS, events.PRODUCT_REMOVED, style, {}) for style in styles.gone)
    yield from _stock(connection, tenant, rows)
    yield from _prices(connection, tenant, rows)
    for row in rows:
        if row.entity == PROMOTION:
            brands = read_json(bytes(row.payload), Promotion).brands if row.payload else ()
            yield from (Happened(brand, events.PROMOTION_CHANGED, row.key, {}) for brand in brands or (ALL_BRANDS,))
        elif row.entity == "category":
            yield Happened(ALL_BRANDS, events.CATEGORY_CHANGED, row.key, {})
        elif row.entity == "store":
            yield Happened(ALL_BRANDS, events.STORE_CHANGED, row.key, {})


def _orders(connection: Connection, tenant: str, after: int, upto: int) -> Iterator[Happened]:
    """Orders of which a store was told something: whatever a store does with one, every store concerned hears of it."""
    log, at = feed_log.c, orders.c
    keys = select(log.key).where(
        log.tenant == tenant, log.scope == DEVICE, log.rev > after, log.rev <= upto, log.entity == ORDER
    )
    mine = (at.tenant == tenant, at.channel == WEB, at.id.in_(keys))
    for id, brand in connection.execute(select(at.id, at.brand).where(*mine).order_by(at.placed_ms, at.id)):
        yield Happened(brand, events.ORDER_CHANGED, id, {})


def _come_back(connection: Connection, tenant: str) -> list[Happened]:
    """Money that a shop is asked to give back, and announced returns whose goods are there."""
    asked = [
        Happened(
            row.brand, events.REFUND_REQUESTED, row.order_id,
            {"refund": row.id, "amount_minor": row.amount_minor, "currency": row.currency, "kind": row.kind,
             "reference": row.reference},
        )
        for row in refunds.untold(connection, tenant)
    ]  # fmt: skip
    there = [
        Happened(row.brand, events.RETURN_RECEIVED, row.number, {"order": row.order_id, "receipt": row.receipt})
        for row in announced.untold(connection, tenant)
    ]
    return asked + there


def _stock(connection: Connection, tenant: str, rows: Sequence[Any]) -> Iterator[Happened]:
    """Stock of a place is told to the place's brand."""
    keys = dict.fromkeys(row.key for row in rows if row.entity == "stock")
    places = stores_of(connection, tenant) if keys else {}
    for key in keys:
        article, _, store = key.rpartition("|")
        if store in places:
            yield Happened(places[store]["brand"], events.STOCK_CHANGED, article, {})


def _prices(connection: Connection, tenant: str, rows: Sequence[Any]) -> Iterator[Happened]:
    """A price of a list that is one brand's is told to that brand; a changed list changes any price, so it is told by its name."""
    brands: Mapping[str, str] = {}
    if any(row.entity == LIST_PRICE for row in rows):
        lists = feedlog.rows_now(connection, tenant, CATALOG, PRICE_LIST)
        brands = {key: read_json(bytes(payload), PriceList).brand for _, key, payload in lists}
    for row in rows:
        if row.entity in (PRICE, LIST_PRICE):
            article, _, rest = row.key.partition("|")
            yield Happened(brands.get(rest.partition("|")[2], ALL_BRANDS), events.PRICE_CHANGED, article, {})
        elif row.entity == PRICE_LIST:
            yield Happened(ALL_BRANDS, events.PRICE_CHANGED, f"list:{row.key}", {})
