"""Lost sales at the hub: kept as sums, and reported by article with what they would have brought."""

import msgspec
from sqlalchemy import Connection, func, select

from kiosk.decoding import read_json
from kiosk.domain.catalog import Article
from kiosk.domain.facts import Fact
from kiosk.domain.feed import CATALOG
from kiosk.domain.lostsale import Lost, LostKey, plus
from sync.hub import feedlog
from sync.hub.places import known_store
from sync.hub.storage.bulk import upsert_many
from sync.hub.storage.schema_lost import lost_sales

LINES_MAX = 500
_SUMS = ("times", "quantity_milli", "worth_minor")
_COLUMNS = ("tenant", "store", "day", "article", "reason", "wanted", "currency", *_SUMS)

Key = tuple[str, str, str, str, str, str]
"""(store, day, article, reason, wanted, currency)."""


class LostBody(msgspec.Struct):
    """`sale.lost`."""

    article: str
    reason: str
    quantity: int
    wanted: str
    price: int | None = None
    here: int | None = None


class LostLine(msgspec.Struct, frozen=True):
    """What was lost of one article for one reason: how often, how much (thousandths), worth in minor units."""

    article: str
    name: str
    reason: str
    wanted: str
    currency: str
    times: int
    quantity: int
    worth: int


class LostReport(msgspec.Struct, frozen=True):
    """Lost sales of a store (all where empty) on the days from `first` to `last`: all of them, and the lines that weigh most."""

    store: str
    first: str
    last: str
    times: int
    lines: list[LostLine]


def fault_of(body: LostBody, amount_max: int) -> str:
    """Why a body cannot be projected; empty when it can."""
    if not 0 < body.quantity <= amount_max or not 0 <= (body.price or 0) <= amount_max:
        return "body.amount"
    texts = (body.article, body.reason, body.wanted)
    return "body.invalid" if not body.article or any(len(text) > 200 for text in texts) else ""


class LostProjector:
    """Adds up the lost sales of one transaction, and writes them once."""

    def __init__(self) -> None:
        self._sums: dict[Key, Lost] = {}

    def take(self, fact: Fact, found: tuple[LostKey, Lost]) -> None:
        """What one more fact adds (`kiosk.domain.lostsale.lost_in`)."""
        key = (fact.place.store, fact.day, *found[0])
        self._sums[key] = plus(self._sums.get(key, Lost()), found[1])

    def finish(self, connection: Connection, tenant: str) -> None:
        """Write them: sums commute, so it does not matter which process adds first."""
        rows = [(tenant, *key, one.times, one.quantity_milli, one.worth_minor) for key, one in self._sums.items()]
        upsert_many(connection, lost_sales, _COLUMNS, rows, added=_SUMS)


def lost_report(connection: Connection, tenant: str, store: str, first: str, last: str) -> LostReport:
    """The report; an empty `first` or `last` is no bound. What would have brought most comes first. Raises HubProblem for an
    unknown store.
    """
    if store:
        known_store(connection, tenant, store)
    at = lost_sales.c
    mine = [at.tenant == tenant]
    mine += [at.store == store] if store else []
    mine += [at.day >= first] if first else []
    mine += [at.day <= last] if last else []
    sums = [func.sum(at[name]).label(name) for name in _SUMS]
    keys = (at.article, at.reason, at.wanted, at.currency)
    query = select(*keys, *sums).where(*mine).group_by(*keys)
    query = query.order_by(func.sum(at.worth_minor).desc(), func.sum(at.times).desc(), *keys).limit(LINES_MAX)
    times = connection.scalar(select(func.sum(at.times)).where(*mine))
    names: dict[str, str] = {}
    lines = [
        LostLine(
            row.article, _name(connection, tenant, row.article, names), row.reason, row.wanted, row.currency, int(row.times),
            int(row.quantity_milli), int(row.worth_minor),
        )
        for row in connection.execute(query)
    ]  # fmt: skip
    return LostReport(store, first, last, int(times or 0), lines)


def _name(connection: Connection, tenant: str, article: str, known: dict[str, str]) -> str:
    """What an article is called; empty for one that went from the catalogue."""
    if article not in known:
        payload = feedlog.row_now(connection, tenant, CATALOG, feedlog.EVERYWHERE, "article", article)
        known[article] = next(iter(read_json(payload, Article).names.values()), "") if payload else ""
    return known[article]
