"""Baskets of web shops: kept until they end, never with a price in them, and found by their own brand only."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, delete, insert, select, update

from kiosk.decoding import read_json
from kiosk.domain.cart import QUANTITY_MILLI_MAX
from kiosk.domain.order import LINES_MAX
from sync.hub.problems import HubProblem
from sync.hub.shop.keys import ShopKey
from sync.hub.shop.values import BasketContent, WantedLine
from sync.hub.storage.schema_shop import shop_baskets

KEEP_MS = 30 * 86_400_000
"""A basket ends so long after it was changed last."""

CODES_MAX = 20
TEXT_MAX = 200
NUMBER_MAX = 1 << 31
EXPIRED_AT_ONCE = 500
Change = Callable[[BasketContent], BasketContent]


@dataclass(frozen=True, slots=True)
class Kept:
    """A basket as it is kept; `order` is empty as long as it is a basket."""

    id: str
    version: int
    content: BasketContent
    changed_ms: int
    expires_ms: int
    order: str


def make(connection: Connection, key: ShopKey, content: BasketContent, id: str, now_ms: int) -> Kept:
    """Keep a new basket. Raises HubProblem for a content that cannot be."""
    made = Kept(id, 1, checked(content), now_ms, now_ms + KEEP_MS, "")
    values = {
        "tenant": key.tenant, "id": id, "brand": key.brand, "country": key.country, "version": 1,
        "content": msgspec.json.encode(made.content), "order_id": "", "changed_ms": now_ms, "expires_ms": made.expires_ms,
    }  # fmt: skip
    connection.execute(insert(shop_baskets).values(**values))
    return made


def find(connection: Connection, key: ShopKey, id: str, now_ms: int, lock: bool = False) -> Kept:
    """A basket. Raises HubProblem for one that is not there, has ended, or is another brand's: they read the same."""
    at = shop_baskets.c
    mine = (at.tenant == key.tenant, at.id == id, at.brand == key.brand, at.country == key.country)
    query = select(shop_baskets).where(*mine)
    row: Any = connection.execute(query.with_for_update() if lock else query).first()
    if row is None or (row.expires_ms <= now_ms and not row.order_id):
        raise HubProblem("shop.none", what="basket", id=id[:60])
    content = read_json(bytes(row.content), BasketContent)
    return Kept(id, row.version, content, row.changed_ms, row.expires_ms, row.order_id)


def change(connection: Connection, key: ShopKey, id: str, expected: int, how: Change, now_ms: int) -> Kept:
    """Change what is in a basket, if it is still at the `expected` version (0: whichever). It ends later by that.

    Raises HubProblem for one that is not there, was changed meanwhile, became an order, or for what cannot be in it.
    """
    there = find(connection, key, id, now_ms, lock=True)
    if there.order:
        raise HubProblem("shop.ordered", order=there.order)
    if expected not in (0, there.version):
        raise HubProblem("shop.changed", version=there.version)
    made = Kept(id, there.version + 1, checked(how(there.content)), now_ms, now_ms + KEEP_MS, "")
    values = {
        "version": made.version, "content": msgspec.json.encode(made.content), "changed_ms": now_ms, "expires_ms": made.expires_ms
    }
    connection.execute(update(shop_baskets).where(*_of(key, id)).values(**values))
    return made


def ordered(connection: Connection, key: ShopKey, there: Kept, order: str) -> None:
    """Say which order a basket became: from now on it is changed by nobody. The basket is held since it was found."""
    connection.execute(update(shop_baskets).where(*_of(key, there.id)).values(order_id=order, version=there.version + 1))


def drop(connection: Connection, key: ShopKey, id: str, now_ms: int) -> Kept:
    """Throw a basket away. Raises HubProblem for one that is not there or became an order."""
    there = find(connection, key, id, now_ms, lock=True)
    if there.order:
        raise HubProblem("shop.ordered", order=there.order)
    connection.execute(delete(shop_baskets).where(*_of(key, id)))
    return there


def expire(connection: Connection, tenant: str, now_ms: int) -> int:
    """Forget some of the baskets that ended, those that were ordered as well; gives how many."""
    at = shop_baskets.c
    old = select(at.id).where(at.tenant == tenant, at.expires_ms <= now_ms).limit(EXPIRED_AT_ONCE)
    ids = connection.scalars(old).all()
    return connection.execute(delete(shop_baskets).where(at.tenant == tenant, at.id.in_(ids))).rowcount if ids else 0


def added(content: BasketContent, line: WantedLine) -> BasketContent:
    """With one more line, or more of a line of the same article and note."""
    for there in content.lines:
        if not line.line and (there.article, there.note) == (line.article, line.note):
            more = replace(there, quantity_milli=there.quantity_milli + line.quantity_milli)
            return replace(content, lines=[more if one is there else one for one in content.lines])
    return replace(content, lines=[*content.lines, line])


def with_quantity(content: BasketContent, line: int, quantity_milli: int) -> BasketContent:
    """With another quantity of a line; 0 takes it out. Raises HubProblem for a line that is not there."""
    if all(one.line != line for one in content.lines):
        raise HubProblem("shop.none", what="line", id=str(line))
    changed = [replace(one, quantity_milli=quantity_milli) if one.line == line else one for one in content.lines]
    return replace(content, lines=[one for one in changed if one.line != line or quantity_milli])


def checked(content: BasketContent) -> BasketContent:
    """What can be in a basket, every line under a number of its own. Raises HubProblem for anything else."""
    if len(content.lines) > LINES_MAX:
        raise _wrong("lines", len(content.lines), f"{LINES_MAX} at most")
    if max(len(content.coupons), len(content.groups)) > CODES_MAX:
        raise _wrong("coupons", max(len(content.coupons), len(content.groups)), f"{CODES_MAX} coupons and groups at most")
    for text in (*content.coupons, *content.groups, content.customer, content.language):
        if len(text) > TEXT_MAX:
            raise _wrong("text", text[:40], f"a text of {TEXT_MAX} characters at most")
    taken: set[int] = set()
    for line in content.lines:
        if not 0 < line.quantity_milli <= QUANTITY_MILLI_MAX:
            raise _wrong("quantity_milli", str(line.quantity_milli)[:40], f"1 to {QUANTITY_MILLI_MAX} thousandths")
        if not 0 < len(line.article) <= TEXT_MAX or len(line.note) > TEXT_MAX:
            raise _wrong("article", line.article[:40], f"an article, and a note of {TEXT_MAX} characters at most")
        if not 0 <= line.line < NUMBER_MAX or line.line in taken:
            raise _wrong("line", str(line.line)[:40], "a number of its own for each line, or 0")
        taken |= {line.line} - {0}
    following = max(taken, default=0)
    numbered: list[WantedLine] = []
    for line in content.lines:
        following += 0 if line.line else 1
        numbered.append(line if line.line else replace(line, line=following))
    return replace(content, lines=numbered)


def _of(key: ShopKey, id: str) -> tuple[Any, ...]:
    return shop_baskets.c.tenant == key.tenant, shop_baskets.c.id == id


def _wrong(name: str, value: str | int, wanted: str) -> HubProblem:
    return HubProblem("request.argument", name=name, value=value, wanted=wanted)
