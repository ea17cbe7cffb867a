"""The change feed: what happened, one number after the other for each tenant, written in the transaction in which it happened.

The tenant's row of `shop_heads` is the sequencer: whoever holds it writes and commits before the next, so numbers are committed in
their order and a reader that saw one saw all before it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, delete, func, select, update

from sync.hub.problems import HubProblem
from sync.hub.shop import scopes
from sync.hub.storage.bulk import insert_many
from sync.hub.storage.database import TOUCHED
from sync.hub.storage.dialect import insert_new
from sync.hub.storage.schema_shop import shop_events, shop_heads

PRODUCT_CHANGED, PRODUCT_REMOVED, PRICE_CHANGED = "product.changed", "product.removed", "price.changed"
PROMOTION_CHANGED, STOCK_CHANGED, CATEGORY_CHANGED = "promotion.changed", "stock.changed", "category.changed"
STORE_CHANGED, CONTENT_CHANGED, CATALOGUE_RESET = "store.changed", "content.changed", "catalogue.reset"
ORDER_PLACED, ORDER_CHANGED, RETURN_ANNOUNCED = "order.placed", "order.changed", "return.announced"
RETURN_RECEIVED, REFUND_REQUESTED = "return.received", "refund.requested"
CONSENT_CHANGED, CUSTOMER_FORGOTTEN, CONTACT_NOTED = "consent.changed", "customer.forgotten", "contact.noted"
SERVICE_OPENED, SERVICE_CHANGED = "service.opened", "service.changed"

KINDS: Mapping[str, str] = {
    PRODUCT_CHANGED: scopes.CATALOGUE_READ, PRODUCT_REMOVED: scopes.CATALOGUE_READ, PRICE_CHANGED: scopes.PRICES_READ,
    PROMOTION_CHANGED: scopes.PRICES_READ, STOCK_CHANGED: scopes.STOCK_READ, CATEGORY_CHANGED: scopes.CATALOGUE_READ,
    ORDER_PLACED: scopes.ORDERS_READ, ORDER_CHANGED: scopes.ORDERS_READ, RETURN_ANNOUNCED: scopes.ORDERS_READ,
    RETURN_RECEIVED: scopes.ORDERS_READ, REFUND_REQUESTED: scopes.ORDERS_READ,
    CONSENT_CHANGED: scopes.CONSENTS_READ, CUSTOMER_FORGOTTEN: scopes.CONSENTS_READ, CONTACT_NOTED: scopes.CONTACTS_READ,
    SERVICE_OPENED: scopes.SERVICE_READ, SERVICE_CHANGED: scopes.SERVICE_READ,
    STORE_CHANGED: scopes.CATALOGUE_READ, CONTENT_CHANGED: scopes.CONTENT_READ, CATALOGUE_RESET: scopes.CATALOGUE_READ,
}  # fmt: skip
"""Every kind of event, and the scope without which a key does not hear of it."""

BELL = "shop"
"""Stands for a scope in what was touched: who waits for events looks again."""

ALL_BRANDS = ""
KEEP_DAYS = 30
PRUNE_AT_ONCE = 5_000
_DAY_MS = 86_400_000
_COLUMNS = ("tenant", "seq", "brand", "kind", "subject", "at_ms", "data")


class Happened(NamedTuple):
    """Something to tell of: to one brand or to all of the tenant; `data` says little, the rest is asked for."""

    brand: str
    kind: str
    subject: str
    data: Mapping[str, Any]


class Event(NamedTuple):
    """Something that happened, under its number; `data` is JSON."""

    seq: int
    brand: str
    kind: str
    subject: str
    at_ms: int
    data: str


class Head(NamedTuple):
    """The newest number, the one up to which events are no longer kept, and how far the feed's log was gathered."""

    seq: int
    floor: int
    rev: int


def note(connection: Connection, tenant: str, happened: Iterable[Happened], now_ms: int) -> int:
    """Write events; gives the newest number. Nothing where no shop was ever given a key: nobody would read it."""
    head = hold(connection, tenant)
    if head is None:
        return 0
    rows = [
        (tenant, seq, one.brand, one.kind, one.subject, now_ms, msgspec.json.encode(one.data).decode())
        for seq, one in enumerate(happened, head.seq + 1)
    ]
    if not rows:
        return head.seq
    insert_many(connection, shop_events, _COLUMNS, rows)
    newest = head.seq + len(rows)
    connection.execute(update(shop_heads).where(shop_heads.c.tenant == tenant).values(seq=newest))
    touched: set[tuple[str, str, str]] = connection.info[TOUCHED]
    touched.add((tenant, BELL, ""))
    return newest


def begin(connection: Connection, tenant: str, rev: int) -> bool:
    """Keep events of a tenant from now on; gives whether that is new."""
    return insert_new(connection, shop_heads, {"tenant": tenant, "seq": 0, "floor": 0, "rev": rev})


def hold(connection: Connection, tenant: str) -> Head | None:
    """Let nobody else write events of a tenant until this transaction ends; None where none are kept."""
    at = shop_heads.c
    row = connection.execute(select(at.seq, at.floor, at.rev).where(at.tenant == tenant).with_for_update()).first()
    return Head(int(row.seq), int(row.floor), int(row.rev)) if row is not None else None


def head(connection: Connection, tenant: str) -> Head:
    """How far the events of a tenant go."""
    at = shop_heads.c
    row = connection.execute(select(at.seq, at.floor, at.rev).where(at.tenant == tenant)).first()
    return Head(int(row.seq), int(row.floor), int(row.rev)) if row is not None else Head(0, 0, 0)


def kinds_for(granted: Sequence[str], asked: Sequence[str] = ()) -> list[str]:
    """The kinds that a key with these scopes hears of: those asked for, or all. Raises HubProblem for another one."""
    allowed = [kind for kind, scope in KINDS.items() if scope in granted]
    if wrong := [kind for kind in asked if kind not in allowed]:
        raise HubProblem("request.argument", name="kinds", value=wrong[0][:40], wanted=f"one of {', '.join(allowed) or 'none'}")
    return [kind for kind in allowed if kind in asked] if asked else allowed


def after(
    connection: Connection, tenant: str, brand: str, kinds: Sequence[str], seq: int, limit: int
) -> list[Event]:
    """The next events of these kinds that a brand hears of."""
    at = shop_events.c
    query = select(at.seq, at.brand, at.kind, at.subject, at.at_ms, at.data).where(
        at.tenant == tenant, at.seq > seq, at.brand.in_((ALL_BRANDS, brand)), at.kind.in_(kinds)
    )
    return [Event(*row) for row in connection.execute(query.order_by(at.seq).limit(limit))]


def these(connection: Connection, tenant: str, numbers: Sequence[int]) -> dict[int, Event]:
    """Events by their numbers, those that are still kept."""
    at = shop_events.c
    query = select(at.seq, at.brand, at.kind, at.subject, at.at_ms, at.data).where(at.tenant == tenant, at.seq.in_(numbers))
    return {int(row.seq): Event(*row) for row in connection.execute(query)}


def prune(connection: Connection, tenant: str, now_ms: int) -> int:
    """Forget some of the events that are older than KEEP_DAYS; gives how many."""
    at = shop_events.c
    old = select(func.max(at.seq)).where(at.tenant == tenant, at.at_ms < now_ms - KEEP_DAYS * _DAY_MS)
    floor = connection.scalar(old.where(at.seq <= head(connection, tenant).floor + PRUNE_AT_ONCE))
    if floor is None or hold(connection, tenant) is None:
        return 0
    connection.execute(update(shop_heads).where(shop_heads.c.tenant == tenant).values(floor=floor))
    return connection.execute(delete(shop_events).where(at.tenant == tenant, at.seq <= floor)).rowcount
