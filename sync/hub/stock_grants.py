"""Granting rights: in rounds, out of the pool, by what each terminal is likely to promise in an outage, shared fairly.

A round looks at the articles whose rights, counts or movements changed since the last one (`stock_to_share`), and now and
then at all of a store. Reservations and grants never run on the same piece: both hold the article's row of `stock`.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, and_, delete, func, select, update

from kiosk.decoding import read_json
from kiosk.domain.allocation import Key, Reclaim
from kiosk.domain.feed import DEVICE, Setting
from kiosk.domain.quantity import ONE
from kiosk.domain.sharing import Wish, target, to_grant, to_reclaim
from kiosk.domain.stock import OPEN, RESERVED, SALE, SERIAL
from kiosk.domain.stockrules import StockRules, read_rules
from sync.hub import epochs, feedlog, promised
from sync.hub import stock_accounts as accounts
from sync.hub.places import stores_of
from sync.hub.stock import Pool, free_serials, outstanding, pools, rules_of
from sync.hub.storage.dialect import lock_name, upsert
from sync.hub.storage.schema import stock_movements, terminals
from sync.hub.storage.schema_stock import (
    connector_keys,
    rights,
    rights_devices,
    stock_classes,
    stock_demand,
    stock_serials,
    stock_to_share,
)

WEB = ""
"""Who stands for the reservations from outside among those who share: its part stays in the pool."""

ARTICLES_PER_ROUND = 100
"""So that nobody who pushes waits long for a round: thousands of articles are shared in many of them."""

LENDERS = "stock.promise_from"
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Circle:
    """Everybody who shares the goods of one store, and by which rules."""

    tenant: str
    store: str
    rules: StockRules
    devs: tuple[str, ...]
    web: bool
    now_ms: int


def share(connection: Connection, tenant: str, now_ms: int, whole: bool = False) -> int:
    """One round, of at most ARTICLES_PER_ROUND articles; with `whole` all that is shared is to be looked at again.

    Gives how many were looked at; while it gives some there may be more, and others get their turn in between.
    """
    if epochs.state(connection, tenant).state != epochs.OPEN:
        return 0  # until terminals have said what they hold, nobody knows what is free
    lock_name(connection, f"stock share {tenant}")
    known = stores_of(connection, tenant)
    at = stock_to_share.c
    mine = at.tenant == tenant
    # Marks that somebody holds stay for the next round: who holds one changes stock now, and a round must not wait for that.
    whole_stores = connection.scalars(select(at.store).where(mine, at.article == "").with_for_update(skip_locked=True)).all()
    connection.execute(delete(stock_to_share).where(mine, at.article == "", at.store.in_(whole_stores)))
    for store in known:
        if whole or store in whole_stores:
            _mark_again(connection, tenant, store)
    query = select(at.store, at.article).where(mine, at.article != "").order_by(at.store, at.article).limit(ARTICLES_PER_ROUND)
    lenders = _lenders(connection, tenant, known)
    wanted: dict[str, list[str]] = {}
    for store, article in connection.execute(query.with_for_update(skip_locked=True)).all():
        wanted.setdefault(store, []).append(article)
    changes: list[feedlog.Change] = []
    for store, part in wanted.items():
        connection.execute(delete(stock_to_share).where(mine, at.store == store, at.article.in_(part)))
        if store in known:
            changes += share_articles(connection, _circle(connection, tenant, store, lenders, now_ms), part)
            changes += promised.rows(connection, tenant, store, part)  # after the stock is held, so that it is what holds
    feedlog.publish(connection, tenant, changes)  # the tenant's row last, after the stock of all stores
    return sum(map(len, wanted.values()))


def _mark_again(connection: Connection, tenant: str, store: str) -> None:
    """Mark all that a store shares; what is marked already is left as it is, whoever holds it."""
    rows = [{"tenant": tenant, "store": store, "article": article} for article in sorted(_all_shared(connection, tenant, store))]
    if rows:
        connection.execute(upsert(connection, stock_to_share).on_conflict_do_nothing(), rows)


def share_articles(connection: Connection, circle: Circle, articles: Sequence[str]) -> list[feedlog.Change]:
    """Grant what the pool has, and ask for rights back where somebody lacks what the pool has not; gives the rows that say so."""
    changes: list[feedlog.Change] = []
    for start in range(0, len(articles), feedlog.KEYS_PER_QUERY):
        part = articles[start : start + feedlog.KEYS_PER_QUERY]
        there = pools(connection, circle.tenant, circle.store, part, lock=True)
        facts = _Facts(connection, circle, part)
        for article in part:
            changes += _share_one(connection, circle, article, there.get(article, Pool()), facts)
    return changes


def _share_one(connection: Connection, circle: Circle, article: str, there: Pool, facts: "_Facts") -> list[feedlog.Change]:
    wishes = facts.wishes(article)
    if not wishes:
        return []
    free, serials = there.free, list[str]()
    if facts.classes.get(article) == SERIAL:
        serials = free_serials(connection, circle.tenant, circle.store, article)
        free = min(free, len(serials) * ONE)
    changes: list[feedlog.Change] = []
    key = circle.store, article
    for dev, milli in to_grant(free, wishes, ONE).items():
        if dev == WEB:
            continue
        chosen = [serials.pop() for _ in range(milli // ONE)] if serials else []
        _hold_serials(connection, circle, article, chosen, dev)
        changes += accounts.grant(connection, circle.tenant, dev, key, milli, chosen)
    keep = to_reclaim(free, wishes, ONE)
    for wish in wishes:
        if wish.who != WEB:
            changes += _ask_back(connection, circle, key, wish, keep.get(wish.who, accounts.NEVER), facts)
    return changes


def _ask_back(
    connection: Connection, circle: Circle, key: Key, wish: Wish, keep_milli: int, facts: "_Facts"
) -> list[feedlog.Change]:
    """Have the request for rights stand as it should: made, changed, or taken away."""
    if facts.asked.get((key[1], wish.who), accounts.NEVER) == keep_milli:
        return []
    mine = accounts.mine(circle.tenant, wish.who, key)
    connection.execute(update(rights).where(mine).values(keep_milli=keep_milli))
    own, name = feedlog.own(wish.who), "|".join(key)
    if keep_milli == accounts.NEVER:
        return [feedlog.gone(DEVICE, own, "reclaim", name)]
    return [feedlog.change(DEVICE, own, "reclaim", name, Reclaim(*key, keep_milli))]


def _hold_serials(connection: Connection, circle: Circle, article: str, serials: Iterable[str], dev: str) -> None:
    at = stock_serials.c
    connection.execute(
        update(stock_serials)
        .where(
            at.tenant == circle.tenant, at.store == circle.store, at.article == article, at.serial.in_(list(serials)),
        )
        .values(holder=dev)
    )  # fmt: skip


class _Facts:
    """What is known of a batch of articles: their class, what was asked for lately by whom, and who holds what."""

    def __init__(self, connection: Connection, circle: Circle, articles: Sequence[str]) -> None:
        self._circle = circle
        self.classes = classes_of(connection, circle.tenant, articles)
        self._wanted = _wanted(connection, circle, articles)
        self._held: dict[tuple[str, str], int] = {}
        self.asked: dict[tuple[str, str], int] = {}
        at = rights.c
        query = select(at.article, at.dev, outstanding(), at.keep_milli).where(
            at.tenant == circle.tenant, at.store == circle.store, at.article.in_(articles)
        )
        for article, dev, milli, keep in connection.execute(query):
            self._held[article, dev] = int(milli)
            self.asked[article, dev] = keep

    def wishes(self, article: str) -> list[Wish]:
        """Who shares an article and how much each would hold; nobody when it is not shared at all.

        The order is another one for each article, so that no terminal always gets the last piece.
        """
        circle, rules = self._circle, self._circle.rules
        found: list[Wish] = []
        if self.classes.get(article, OPEN) == RESERVED:
            return []
        for who in (*circle.devs, *((WEB,) if circle.web else ())):
            wanted, held = self._wanted.get((article, who), 0), self._held.get((article, who), 0)
            ahead = wanted > 0 or self.classes.get(article, OPEN) != OPEN
            if ahead or held:
                goal = target(wanted, rules.rate_days, rules.outage_hours, ONE) if ahead else 0
                found.append(Wish(who, held, goal))
        if all(wish.who == WEB for wish in found):
            return []
        return sorted(found, key=lambda wish: hashlib.sha256(f"{article}|{wish.who}".encode()).digest())


def classes_of(connection: Connection, tenant: str, articles: Sequence[str]) -> dict[str, str]:
    """The classes of those articles that are not open."""
    at = stock_classes.c
    query = select(at.article, at.stock_class).where(at.tenant == tenant, at.article.in_(articles))
    return {row.article: row.stock_class for row in connection.execute(query)}


def put_classes(connection: Connection, tenant: str, classes: Mapping[str, str]) -> None:
    """Keep the classes of articles; what is not open is to be shared from now on."""
    at = stock_classes.c
    names = sorted(classes)
    for start in range(0, len(names), feedlog.KEYS_PER_QUERY):
        part = names[start : start + feedlog.KEYS_PER_QUERY]
        connection.execute(delete(stock_classes).where(at.tenant == tenant, at.article.in_(part)))
        rows = [{"tenant": tenant, "article": name, "stock_class": classes[name]} for name in part if classes[name] != OPEN]
        if rows:
            connection.execute(stock_classes.insert(), rows)


def is_shop_on_line(connection: Connection, tenant: str) -> bool:
    """Whether anybody from outside may reserve: then a part of each pool is left for them."""
    at = connector_keys.c
    there = select(at.name).where(at.tenant == tenant, at.revoked_ms == 0).limit(1)
    return connection.scalar(there) is not None


def _circle(connection: Connection, tenant: str, store: str, lenders: Mapping[str, Sequence[str]], now_ms: int) -> Circle:
    """The store's terminals, and those of stores whose rules let them promise its goods."""
    near = {store} | {one for one, lending in lenders.items() if store in lending}
    at, lost = terminals.c, rights_devices.c
    query = (
        select(at.dev)
        .outerjoin(rights_devices, and_(lost.tenant == at.tenant, lost.dev == at.dev))
        .where(at.tenant == tenant, at.store.in_(near), at.revoked_ms == 0, func.coalesce(lost.lost_ms, 0) == 0)
    )
    devs = tuple(sorted(set(connection.scalars(query))))
    return Circle(tenant, store, rules_of(connection, tenant, store), devs, is_shop_on_line(connection, tenant), now_ms)


def _lenders(connection: Connection, tenant: str, stores: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Out of which other stores each store's terminals may promise; the setting is one row for all, or one for each store."""
    found: dict[str, tuple[str, ...]] = {}
    for audience, key, payload in feedlog.rows_now(connection, tenant, DEVICE, "setting"):
        if key == LENDERS:
            value = read_json(payload, Setting).value
            lending = read_rules({LENDERS: value}).promise_from
            found.update(dict.fromkeys(stores if audience == feedlog.EVERYWHERE else [audience], lending))
    return found


def _all_shared(connection: Connection, tenant: str, store: str) -> set[str]:
    """The articles of a store that are granted ahead, or that somebody has rights to or asked for."""
    found = set(connection.scalars(select(stock_classes.c.article).where(stock_classes.c.tenant == tenant)))
    for table in (rights, stock_demand):
        query = select(table.c.article).where(table.c.tenant == tenant, table.c.store == store).distinct()
        found |= set(connection.scalars(query))
    return found


def _wanted(connection: Connection, circle: Circle, articles: Sequence[str]) -> dict[tuple[str, str], int]:
    """What was promised, asked for or sold by whom in the days that count; (article, dev) to thousandths."""
    found: dict[tuple[str, str], int] = {}
    since = datetime.fromtimestamp(circle.now_ms / 1000, UTC) - timedelta(days=circle.rules.rate_days)
    asked, sold = stock_demand.c, stock_movements.c
    demand = (
        select(asked.article, asked.dev, func.sum(asked.quantity_milli))
        .where(
            asked.tenant == circle.tenant, asked.store == circle.store, asked.article.in_(articles),
            asked.day >= since.date().isoformat(),
        )
        .group_by(asked.article, asked.dev)
    )  # fmt: skip
    sales = (
        select(sold.article, sold.dev, -func.sum(sold.quantity_milli))
        .where(
            sold.tenant == circle.tenant, sold.store == circle.store, sold.article.in_(articles), sold.reason == SALE,
            sold.at_ms >= circle.now_ms - circle.rules.rate_days * DAY_MS,
        )
        .group_by(sold.article, sold.dev)
    )  # fmt: skip
    for query in (demand, sales):
        for article, dev, milli in connection.execute(query):
            found[article, dev] = found.get((article, dev), 0) + max(0, int(milli))
    return found
