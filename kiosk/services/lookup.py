"""Finding goods: search as you type, quick keys, categories, variants, stock here and elsewhere."""

from collections.abc import Mapping, Sequence

from kiosk.domain.availability import Availability, availability
from kiosk.domain.catalog import Article, StockLevel
from kiosk.domain.feed import Category, Store
from kiosk.services.counter import Counter
from kiosk.store.catalog import Catalog, Offer
from kiosk.store.search import Search

__all__ = ["Lookup", "Offer"]


class Lookup:
    """Reads only, so that it may run on a thread of its own beside scanning."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._catalog: Catalog = counter.catalog
        self._search = Search(counter.catalog)

    def search(self, text: str, limit: int = 50) -> tuple[Offer, ...]:
        """Offers for what was typed, best first, one per style unless a variant itself was asked for."""
        seen: dict[str, Article] = {}
        for article in self._search.find(text, limit * 4):
            seen.setdefault(article.style or article.id, article)
        return self.offers(tuple(seen.values())[:limit])

    def offers(self, articles: tuple[Article, ...]) -> tuple[Offer, ...]:
        """Articles with their price now and their stock."""
        return tuple(map(self._counter.offer, articles))

    def offer(self, article: str) -> Offer | None:
        """One article by id, with price and stock."""
        found = self._catalog.article(article)
        return self._counter.offer(found) if found else None

    def quick_pages(self) -> tuple[Category, ...]:
        """The categories that stand on the till's quick keys."""
        return tuple(category for category in self._catalog.categories() if category.quick)

    def categories(self) -> tuple[Category, ...]:
        """All categories, by rank."""
        return self._catalog.categories()

    def browse(self, path: str, limit: int = 60, offset: int = 0) -> tuple[Offer, ...]:
        """One offer per style in a category."""
        return self.offers(self._catalog.in_category(path, limit, offset))

    def variants(self, style: str) -> tuple[Offer, ...]:
        """All variants of a style with price and stock."""
        return self.offers(self._catalog.variants(style))

    def available(self, article: str) -> Availability:
        """Where one article can be had, nearest first."""
        return self._available(article, self._catalog.stock(article), self._catalog.stores(), self._counter.now_ms())

    def available_all(self, offers: Sequence[Offer]) -> dict[str, Availability]:
        """The same for each of several offers, such as the sizes and colours of a style, by article."""
        stores, now_ms = self._catalog.stores(), self._counter.now_ms()
        return {one.article.id: self._available(one.article.id, one.stock, stores, now_ms) for one in offers}

    def _available(
        self, article: str, levels: Sequence[StockLevel], stores: Mapping[str, Store], now_ms: int
    ) -> Availability:
        here = self._counter.ledger.identity.place.store
        return availability(here, stores, levels, self._catalog.promised(article), now_ms)
