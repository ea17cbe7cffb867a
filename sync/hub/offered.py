"""What a tenant offered at any revision, read from the log of offers and kept at hand for computing sales again."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, select

from kiosk.countries.known import COUNTRIES
from kiosk.decoding import read_json
from kiosk.domain.catalog import Price
from kiosk.domain.facts import Fact
from kiosk.domain.feed import LIST_PRICE, PRICE, PRICE_LIST, PROMOTION
from kiosk.domain.pricelist import PriceList, Prices
from kiosk.domain.pricing import Terms
from kiosk.domain.promotion import Promotion
from kiosk.domain.promotionbook import Book, Live, Where, go_live
from kiosk.text import zone_offset
from sync.hub.storage.schema_offers import offer_log

ARTICLES_MAX = 50_000
LIVES_MAX = 500
_KINDS: Mapping[str, type[Any]] = {PRICE: Price, LIST_PRICE: Price, PRICE_LIST: PriceList, PROMOTION: Promotion}


_AT = offer_log.c
# Built once, and in the order of the table's own key: in that of revisions SQLite reads a whole import for each article.
OF_AN_ARTICLE = (
    select(_AT.entity, _AT.key, _AT.rev, _AT.payload)
    .where(_AT.tenant == bindparam("tenant"), _AT.entity == bindparam("entity"), _AT.rev <= bindparam("upto"))
    .where(_AT.key > bindparam("first"), _AT.key < bindparam("end"))
    .order_by(_AT.key, _AT.rev)
)  # fmt: skip


@dataclass(slots=True)
class History:
    """Rows by key, each with the revisions that published it and what it was from there on (None: gone)."""

    by_key: dict[str, list[tuple[int, Any]]] = field(default_factory=dict)
    revs: list[int] = field(default_factory=list)

    def add(self, key: str, rev: int, value: object) -> None:
        """One more version of a row; those of one row come in the order of their revisions."""
        self.by_key.setdefault(key, []).append((rev, value))
        place = bisect_left(self.revs, rev)
        if place == len(self.revs) or self.revs[place] != rev:
            self.revs.insert(place, rev)

    def at(self, rev: int) -> list[Any]:
        """The rows as they stood at a revision."""
        found = []
        for versions in self.by_key.values():
            place = bisect_right(versions, rev, key=_rev)
            if place and (value := versions[place - 1][1]) is not None:
                found.append(value)
        return found

    def last(self, rev: int) -> int:
        """The newest revision up to this one that changed anything, 0 when none did."""
        place = bisect_right(self.revs, rev)
        return self.revs[place - 1] if place else 0


def _rev(version: tuple[int, Any]) -> int:
    return version[0]


class Offered:
    """One tenant's offers (`kiosk.domain.recompute.Known`): filled from the log before it is asked, by one thread at a time."""

    def __init__(self, tenant: str) -> None:
        self.tenant = tenant
        self._articles: dict[str, History] = {}
        self._lists, self._promotions = History(), History()
        self._upto = -1
        self._lives: dict[tuple[int, Where], Live] = {}
        self._books: dict[int, Book] = {}
        self._at: dict[tuple[str, int, int], Prices] = {}

    def missing(self, articles: Iterable[str]) -> list[str]:
        """Those of these articles that were not read yet."""
        return sorted({article for article in articles if article not in self._articles})

    def catch_up(self, connection: Connection, articles: Sequence[str] = ()) -> None:
        """Read what was published since the last time, and the whole history of more articles."""
        at = offer_log.c
        mine = (at.entity, at.key, at.rev, at.payload)
        if self._upto < 0:
            shared = select(*mine).where(at.tenant == self.tenant, at.entity.in_((PRICE_LIST, PROMOTION))).order_by(at.rev)
            self._take(connection.execute(shared).all())
            self._upto = int(connection.scalar(_newest(self.tenant)) or 0)
        else:
            news = select(*mine).where(at.tenant == self.tenant, at.rev > self._upto).order_by(at.rev)
            self._take(connection.execute(news).all())
        if len(self._articles) + len(articles) > ARTICLES_MAX:
            self._articles.clear()
        for article in articles:
            self._articles[article] = History()
            for entity in (PRICE, LIST_PRICE):
                asked = {"tenant": self.tenant, "entity": entity, "first": f"{article}|", "end": f"{article}}}", "upto": self._upto}
                for row in connection.execute(OF_AN_ARTICLE, asked).all():
                    self._articles[article].add(f"{entity}:{row.key}", row.rev, _open(row))

    def _take(self, rows: Sequence[Any]) -> None:
        for row in rows:
            if row.entity == PRICE_LIST:
                self._lists.add(row.key, row.rev, _open(row))
            elif row.entity == PROMOTION:
                self._promotions.add(row.key, row.rev, _open(row))
            elif (known := self._articles.get(row.key.partition("|")[0])) is not None:
                known.add(f"{row.entity}:{row.key}", row.rev, _open(row))
            self._upto = max(self._upto, row.rev)

    @property
    def upto(self) -> int:
        """The newest revision that was read; 0 where nothing was ever offered."""
        return max(self._upto, 0)

    # what was offered (kiosk.domain.recompute.Known)

    def prices(self, article: str, rev: int) -> Prices:
        """The prices of an article and the lists as a revision of the catalogue had them."""
        history = self._articles.get(article, _NOTHING)
        name = (article, history.last(rev), self._lists.last(rev))
        found = self._at.get(name)
        if found is None:
            if len(self._at) >= ARTICLES_MAX:
                self._at.clear()
            lists = {one.id: one for one in self._lists.at(rev)}
            found = self._at[name] = Prices(tuple(history.at(rev)), lists, rev)
        return found

    def published(self, article: str, rev: int) -> Sequence[Price]:
        """The prices of an article that exactly this revision published."""
        versions = self._articles.get(article, _NOTHING).by_key.values()
        return [value for found in versions for at, value in found if at == rev and value is not None]

    def terms(self, fact: Fact) -> Terms:
        """Under what terms a sale says that it was priced."""
        body, place = fact.body, fact.place
        where = Where(place.brand, place.country, place.store, body["channel"])
        live = self.live(where, body["promotions_rev"], body["priced_at"], place.zone)
        rules = COUNTRIES[place.country]
        left = dict(body["budget_left"])
        return Terms(live, body["priced_at"], rules.GOODS_LIMITS, left, body["language"], rules.DEPOSIT_VAT, hinting=False)

    def rates(self, fact: Fact) -> Mapping[str, int]:
        """The VAT rates of a sale's country and business day."""
        found: dict[str, int] = COUNTRIES[fact.place.country].vat_rates(fact.day)
        return found

    def live(self, where: Where, rev: int, now_ms: int, zone: str) -> Live:
        """The promotions that a revision had running at a place and an instant."""
        changed = self._promotions.last(rev)
        live = self._lives.get((changed, where))
        if live is None or not live.holds(now_ms):
            if len(self._lives) >= LIVES_MAX:
                self._lives.clear()
            if changed not in self._books:
                self._books = {changed: Book(tuple(self._promotions.at(rev)), changed), **dict(list(self._books.items())[:9])}
            offset_min, until_ms = zone_offset(now_ms, zone)
            live = self._lives[changed, where] = go_live(self._books[changed], where, now_ms, offset_min, until_ms)
        return live


_NOTHING = History()


def _newest(tenant: str) -> Any:
    at = offer_log.c
    return select(at.rev).where(at.tenant == tenant).order_by(at.rev.desc()).limit(1)


def _open(row: Any) -> object:
    return read_json(row.payload, _KINDS[row.entity]) if row.payload else None
