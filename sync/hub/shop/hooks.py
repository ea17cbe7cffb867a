"""Webhooks of a key: who is told of which events, with what secret, and how it stands with them."""

from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from kiosk.decoding import read_json
from sync.hub.problems import HubProblem
from sync.hub.shop import events
from sync.hub.shop.keys import ShopKey
from sync.hub.shop.values import Hook, WantedHook
from sync.hub.storage.database import TOUCHED
from sync.hub.storage.schema_shop import shop_deliveries, shop_hooks

ACTIVE, STOPPED = "active", "stopped"
WAITING, DEAD = "waiting", "dead"
HOOKS_MAX = 20


def make(connection: Connection, key: ShopKey, wanted: WantedHook, id: str, secret: str, now_ms: int) -> Hook:
    """Tell an address of what happens from now on. Raises HubProblem for kinds that the key may not hear of, and too many."""
    kinds = events.kinds_for(key.scopes, wanted.kinds)
    if not kinds:
        raise HubProblem("shop.scope", scope="a scope that reads something")
    at = shop_hooks.c
    count = connection.scalar(select(func.count()).where(at.tenant == key.tenant, at.key_id == key.id))
    if (count or 0) >= HOOKS_MAX:
        raise HubProblem("shop.hooks", limit=HOOKS_MAX)
    seq = events.head(connection, key.tenant).seq
    connection.execute(
        insert(shop_hooks).values(
            tenant=key.tenant, id=id, key_id=key.id, brand=key.brand, url=wanted.url, kinds=msgspec.json.encode(kinds).decode(),
            secret=secret, state=ACTIVE, made_ms=now_ms, seq=seq, failures=0, failing_ms=0, rest_ms=0, held_ms=0,
        )
    )  # fmt: skip
    return Hook(id, wanted.url, kinds, ACTIVE, 0, 0, 0, secret)


def listed(connection: Connection, key: ShopKey) -> list[Hook]:
    """The webhooks of a key, in the order in which they were made."""
    at = shop_hooks.c
    query = select(shop_hooks).where(at.tenant == key.tenant, at.key_id == key.id).order_by(at.made_ms, at.id)
    return [_told(connection, row) for row in connection.execute(query).all()]


def find(connection: Connection, key: ShopKey, id: str) -> Hook:
    """One webhook. Raises HubProblem for one that is not this key's."""
    return _told(connection, _row(connection, key, id))


def drop(connection: Connection, key: ShopKey, id: str) -> Hook:
    """Tell nobody there any more. Raises HubProblem for one that is not this key's."""
    there = find(connection, key, id)
    at, waiting = shop_hooks.c, shop_deliveries.c
    connection.execute(delete(shop_deliveries).where(waiting.tenant == key.tenant, waiting.hook == id))
    connection.execute(delete(shop_hooks).where(at.tenant == key.tenant, at.id == id))
    return there


def new_secret(connection: Connection, key: ShopKey, id: str, secret: str) -> Hook:
    """Sign with another secret from the next message on. Raises HubProblem for one that is not this key's."""
    _row(connection, key, id)
    connection.execute(update(shop_hooks).where(*_of(key, id)).values(secret=secret))
    return msgspec.structs.replace(find(connection, key, id), secret=secret)


def resume(connection: Connection, key: ShopKey, id: str) -> Hook:
    """Go on where it stopped, with all that was refused or given up. Raises HubProblem where events after it are gone by now."""
    row = _row(connection, key, id)
    if row.seq < events.head(connection, key.tenant).floor:
        raise HubProblem("shop.cursor")
    waiting = shop_deliveries.c
    again = update(shop_deliveries).where(waiting.tenant == key.tenant, waiting.hook == id)
    connection.execute(again.values(state=WAITING, next_ms=0, since_ms=0, tries=0))
    connection.execute(update(shop_hooks).where(*_of(key, id)).values(state=ACTIVE, failures=0, failing_ms=0, rest_ms=0))
    touched: set[tuple[str, str, str]] = connection.info[TOUCHED]
    touched.add((key.tenant, events.BELL, ""))
    return find(connection, key, id)


def _row(connection: Connection, key: ShopKey, id: str) -> Any:
    row = connection.execute(select(shop_hooks).where(*_of(key, id)).with_for_update()).first()
    if row is None:
        raise HubProblem("shop.none", what="webhook", id=id[:60])
    return row


def _told(connection: Connection, row: Any) -> Hook:
    at = shop_deliveries.c
    mine = select(at.state, func.count()).where(at.tenant == row.tenant, at.hook == row.id).group_by(at.state)
    counts = {state: int(count) for state, count in connection.execute(mine)}
    kinds = read_json(row.kinds, list[str])
    return Hook(row.id, row.url, kinds, row.state, row.failing_ms, counts.get(WAITING, 0), counts.get(DEAD, 0))


def _of(key: ShopKey, id: str) -> tuple[Any, ...]:
    at = shop_hooks.c
    return at.tenant == key.tenant, at.id == id, at.key_id == key.id
