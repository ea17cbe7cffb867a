"""What is free to be promised: `pool = on hand - rights out - rights on their way - promises - reservations - safety stock`.

Whoever takes out of the pool holds the article's row of `stock` while it looks and takes (`pools(..., lock=True)`), so two
who want the last piece come one after the other.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, ScalarSelect, bindparam, case, func, select

from kiosk.decoding import read_json
from kiosk.domain.allocation import PROMISED
from kiosk.domain.catalog import Article
from kiosk.domain.feed import CATALOG, DEVICE, Setting
from kiosk.domain.quantity import ONE
from kiosk.domain.stockrules import NAMES, StockRules, read_rules
from sync.hub import feedlog
from sync.hub.storage.schema import feed_now, stock
from sync.hub.storage.schema_stock import promises, reservations, rights, stock_serials, transfers
from sync.hub.storage.schema_stops import stopped_goods

# What every promise that is refused and every round of grants asks is built once: to build it costs more than to run it.
_RULES = select(feed_now.c.audience, feed_now.c.key, feed_now.c.payload).where(
    feed_now.c.tenant == bindparam("tenant"), feed_now.c.scope == DEVICE, feed_now.c.entity == "setting",
    feed_now.c.key.in_(NAMES), feed_now.c.audience.in_((feedlog.EVERYWHERE, bindparam("store"))),
)  # fmt: skip

_RULES_IN = select(feed_now.c.audience, feed_now.c.key, feed_now.c.payload).where(
    feed_now.c.tenant == bindparam("tenant"), feed_now.c.scope == DEVICE, feed_now.c.entity == "setting",
    feed_now.c.key.in_(NAMES), feed_now.c.audience.in_(bindparam("audiences", expanding=True)),
)  # fmt: skip

HELD, CLAIMED, RELEASED, EXPIRED = "held", "claimed", "released", "expired"
"""States of a reservation. A claimed one still keeps its goods back, until they are handed over."""

FOR_RESERVATION = "reserved:"
"""Before a reservation's id, the holder of a piece with a serial number."""


class Pool(NamedTuple):
    """One article of one store, in thousandths; `granted` are the rights that terminals still hold."""

    on_hand: int = 0
    granted: int = 0
    in_transit: int = 0
    promised: int = 0
    reserved: int = 0
    safety: int = 0
    stopped: bool = False
    """Whether it must not be sold there: then nothing of it may be promised."""

    @property
    def free(self) -> int:
        """What may still be promised; below nothing when more is promised than there is."""
        left = self.on_hand - self.granted - self.in_transit - self.promised - self.reserved - self.safety
        return min(left, 0) if self.stopped else left


def rules_of(connection: Connection, tenant: str, store: str) -> StockRules:
    """The stock rules of a store: its own settings over those for all."""
    rows = connection.execute(_RULES, {"tenant": tenant, "store": store})
    found = sorted((audience, key, bytes(payload)) for audience, key, payload in rows)
    return read_rules({key: read_json(payload, Setting).value for _, key, payload in found})


def rules_in(connection: Connection, tenant: str, stores: Sequence[str]) -> dict[str, StockRules]:
    """The stock rules of many stores, read at once."""
    shared: dict[str, object] = {}
    own: dict[str, dict[str, object]] = {}
    for start in range(0, max(1, len(stores)), feedlog.KEYS_PER_QUERY):
        part = [feedlog.EVERYWHERE, *stores[start : start + feedlog.KEYS_PER_QUERY]]
        for audience, key, payload in connection.execute(_RULES_IN, {"tenant": tenant, "audiences": part}):
            into = shared if audience == feedlog.EVERYWHERE else own.setdefault(audience, {})
            into[key] = read_json(bytes(payload), Setting).value
    common = read_rules(shared)
    return {store: read_rules({**shared, **own[store]}) if store in own else common for store in stores}


def article_of(connection: Connection, tenant: str, article: str) -> Article | None:
    """An article of the catalogue, or None."""
    payload = feedlog.row_now(connection, tenant, CATALOG, feedlog.EVERYWHERE, "article", article)
    return read_json(payload, Article) if payload else None


def pool(connection: Connection, tenant: str, store: str, article: str, lock: bool = False) -> Pool:
    """One article's pool; see `pools`."""
    return pools(connection, tenant, store, [article], lock).get(article, Pool())


def pools(connection: Connection, tenant: str, store: str, articles: Iterable[str], lock: bool = False) -> dict[str, Pool]:
    """The pools of articles of a store; those of which nothing is known are left out. `lock` holds them until the end.

    All numbers of an article come from one statement, so they are of one instant also where others write meanwhile.
    """
    safety = rules_of(connection, tenant, store).safety * ONE
    found: dict[str, Pool] = {}
    wanted = sorted(set(articles))
    for start in range(0, len(wanted), feedlog.KEYS_PER_QUERY):
        asked = {"tenant": tenant, "store": store, "articles": wanted[start : start + feedlog.KEYS_PER_QUERY]}
        if lock:
            connection.execute(_HOLD, asked).all()
        for article, *numbers in connection.execute(_POOLS, asked):
            on_hand, granted, moving, promised, reserved, stopped = map(int, numbers)
            found[article] = Pool(on_hand, granted, moving, promised, reserved, safety, bool(stopped))
    return found


def everywhere(
    connection: Connection, tenant: str, articles: Iterable[str], stores: Sequence[str], safety: Mapping[str, int] | None = None
) -> dict[str, dict[str, tuple[Pool, int]]]:
    """The pools of articles in many stores, by article and store, each with when its stock last moved (ms); without a lock.

    Where nothing was ever heard of an article it is left out. All numbers of an article at a store are of one instant. `safety`
    are the pieces that stay in each store, where whoever asks knows them.
    """
    if safety is None:
        safety = {store: rule.safety for store, rule in rules_in(connection, tenant, stores).items()}
    wanted = sorted(set(articles))
    found: dict[str, dict[str, tuple[Pool, int]]] = {article: {} for article in wanted}
    for start in range(0, len(stores), feedlog.KEYS_PER_QUERY):
        asked = {"tenant": tenant, "articles": wanted, "stores": list(stores[start : start + feedlog.KEYS_PER_QUERY])}
        for article, store, as_of_ms, *numbers in connection.execute(_PLACES, asked):
            on_hand, granted, moving, promised, reserved, stopped = map(int, numbers)
            there = Pool(on_hand, granted, moving, promised, reserved, safety[store] * ONE, bool(stopped))
            found[article][store] = there, int(as_of_ms)
    return found


def outstanding() -> ColumnElement[int]:
    """The rights that one row of `rights` still holds: never below nothing."""
    at = rights.c
    left = at.level_milli + at.received_milli - at.used_milli - at.returned_milli - at.transferred_milli
    return case((left > 0, left), else_=0)


def _parts() -> Sequence[ScalarSelect[int]]:
    """Rights out, rights on their way, promises, reservations and sales stops of the article that the outer statement is at."""
    granted = select(func.coalesce(func.sum(outstanding()), 0)).where(
        rights.c.tenant == stock.c.tenant, rights.c.store == stock.c.store, rights.c.article == stock.c.article
    )
    moving = select(func.coalesce(func.sum(transfers.c.quantity_milli), 0)).where(
        transfers.c.tenant == stock.c.tenant, transfers.c.store == stock.c.store, transfers.c.article == stock.c.article,
        transfers.c.sent, ~transfers.c.received,
    )  # fmt: skip
    promised = select(func.coalesce(func.sum(promises.c.quantity_milli), 0)).where(
        promises.c.tenant == stock.c.tenant, promises.c.store == stock.c.store, promises.c.article == stock.c.article,
        promises.c.state == PROMISED,
    )  # fmt: skip
    reserved = select(func.coalesce(func.sum(reservations.c.quantity_milli), 0)).where(
        reservations.c.tenant == stock.c.tenant, reservations.c.store == stock.c.store, reservations.c.article == stock.c.article,
        reservations.c.state.in_((HELD, CLAIMED)),
    )  # fmt: skip
    halted = select(func.count()).where(
        stopped_goods.c.tenant == stock.c.tenant, stopped_goods.c.article == stock.c.article,
        stopped_goods.c.store.in_(("", stock.c.store)),
    )  # fmt: skip
    return [one.scalar_subquery() for one in (granted, moving, promised, reserved, halted)]


_MINE = (
    stock.c.tenant == bindparam("tenant"), stock.c.store == bindparam("store"),
    stock.c.article.in_(bindparam("articles", expanding=True)),
)  # fmt: skip
_HOLD = select(stock.c.article).where(*_MINE).order_by(stock.c.article).with_for_update()
_POOLS = select(stock.c.article, stock.c.on_hand_milli, *_parts()).where(*_MINE)
_PLACES = select(stock.c.article, stock.c.store, stock.c.as_of_ms, stock.c.on_hand_milli, *_parts()).where(
    stock.c.tenant == bindparam("tenant"), stock.c.article.in_(bindparam("articles", expanding=True)),
    stock.c.store.in_(bindparam("stores", expanding=True)),
)  # fmt: skip


def free_serials(connection: Connection, tenant: str, store: str, article: str) -> list[str]:
    """The serial numbers that are here and that nobody holds the right to, in order."""
    at = stock_serials.c
    query = select(at.serial).where(at.tenant == tenant, at.store == store, at.article == article, at.on_hand > 0, at.holder == "")
    return sorted(connection.scalars(query))
