"""Which articles cost something else soon: by a price or a promotion that begins or ends, as a customer reads it on the shelf."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from kiosk.domain.catalog import Article
from kiosk.domain.pricelist import changes_of
from kiosk.domain.promotion import Promotion
from kiosk.domain.promotionbook import Live, is_at
from kiosk.domain.shelfprice import ShelfPrice, announces, shelf_price
from kiosk.services.counter import Counter
from kiosk.services.offers import Offers
from kiosk.store.prices import changing_in
from kiosk.text import zone_offset

CHANGES_MAX = 2_000
"""More new prices at once are printed in several goes."""


@dataclass(frozen=True, slots=True)
class PriceChange:
    """From `from_ms` on one reads `after` where now one reads `before`; `here_milli` lies here, None where nobody knows."""

    article: Article
    from_ms: int
    before: ShelfPrice | None
    after: ShelfPrice
    here_milli: int | None


def end_of_tomorrow_ms(counter: Counter) -> int:
    """The end of the next calendar day of the store, ms."""
    now_ms, zone = counter.now_ms(), counter.ledger.identity.place.zone
    day = date.fromisoformat(counter.ledger.clock.local_date(now_ms)) + timedelta(days=2)
    start_ms = round(datetime.combine(day, time(), UTC).timestamp()) * 1000
    return start_ms - zone_offset(start_ms, zone)[0] * 60_000


def price_changes(counter: Counter, until_ms: int) -> tuple[PriceChange, ...]:
    """What changes from now until an instant, the first changes first. It only reads, from any thread, and may take a while."""
    now_ms, catalog = counter.now_ms(), counter.catalog
    promotions = _moving(counter, now_ms, until_ms)
    wanted = set(catalog.read(lambda conn: changing_in(conn, now_ms, until_ms)))
    wanted.update(article.id for article in _named(counter, promotions))
    edges = {at_ms for one in promotions for at_ms in (one.from_ms, one.until_ms) if now_ms < at_ms <= until_ms}
    shelves = _Shelves(counter)
    found = []
    for key in sorted(wanted):
        article = catalog.article(key)
        change = _first_change(counter, article, (now_ms, until_ms), edges, shelves) if article is not None else None
        if change is not None:
            found.append(change)
    return tuple(sorted(found, key=lambda one: (one.from_ms, one.article.category, one.article.id))[:CHANGES_MAX])


class _Shelves:
    """What stands on a shelf at an instant; the promotions of each instant are worked out once."""

    def __init__(self, counter: Counter) -> None:
        self._counter, self._live = counter, dict[int, Live]()

    def at(self, article: Article, at_ms: int) -> ShelfPrice | None:
        """An article's price as a customer reads it then."""
        counter, catalog = self._counter, self._counter.catalog
        book, limits = catalog.promotions(), counter.rules.GOODS_LIMITS
        if at_ms not in self._live:
            offers = Offers(counter.ledger.identity.place, limits, counter.rules.DEPOSIT_VAT)
            self._live[at_ms] = offers.terms(book, at_ms, counter.language).live
        live = self._live[at_ms]
        return shelf_price(article, catalog.prices(article.id), catalog.place, book, live, at_ms, limits, counter.language)


def _first_change(
    counter: Counter, article: Article, span: tuple[int, int], edges: Iterable[int], shelves: _Shelves
) -> PriceChange | None:
    now_ms, until_ms = span
    before = shelves.at(article, now_ms)
    for at_ms in sorted({*changes_of(counter.catalog.prices(article.id), now_ms, until_ms + 1), *edges}):
        after = shelves.at(article, at_ms)
        if after is not None and after != before:
            store = counter.ledger.identity.place.store
            here = next((level.on_hand_milli for level in counter.catalog.stock(article.id) if level.store == store), None)
            return PriceChange(article, at_ms, before, after, here)
    return None


def _moving(counter: Counter, now_ms: int, until_ms: int) -> Sequence[Promotion]:
    """Promotions of this place that change what stands on the shelf, and begin or end until then."""
    where = counter.offers.where
    return [
        one for one in counter.catalog.promotions().promotions
        if announces(one) and is_at(one, where) and any(now_ms < at_ms <= until_ms for at_ms in (one.from_ms, one.until_ms))
    ]  # fmt: skip


def _named(counter: Counter, promotions: Sequence[Promotion]) -> Iterable[Article]:
    """The articles that promotions name by tokens; a name that only looking at each article tells gives all of them."""
    catalog = counter.catalog
    for token in sorted({token for one in promotions for goods in one.goods for token in goods.of}):
        kind, _, name = token.partition(":")
        if kind == "article":
            article = catalog.article(name)
            yield from [article] if article is not None else []
        elif kind == "style":
            yield from catalog.variants(name)
        elif kind == "category":
            yield from catalog.articles(
                "WHERE a.category = ? OR (a.category >= ? AND a.category < ?)", (name, f"{name}/", f"{name}0")
            )
        else:
            yield from catalog.articles("ORDER BY a.id", ())
