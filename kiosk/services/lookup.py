"""Finding goods: search as you type, quick keys, categories, variants, stock here and elsewhere."""

from dataclasses import dataclass

from kiosk.domain.catalog import Article, StockLevel
from kiosk.domain.feed import Category, Store
from kiosk.services.counter import Counter
from kiosk.store.catalog import Catalog, Offer
from kiosk.store.search import Search

__all__ = ["Lookup", "Offer", "StockPlace"]


@dataclass(frozen=True, slots=True)
class StockPlace:
    """Stock of one article at one store: thousandths of its unit, and how old the figure is (ms)."""

    store: Store
    here: bool
    on_hand_milli: int
    age_ms: int


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

    def every(self, text: str, limit: int = 50) -> tuple[Article, ...]:
        """Articles for what was typed, best first, every variant by itself: stock is of the variant."""
        return self._search.find(text, limit)

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

    def stock_places(self, article: str) -> tuple[StockPlace, ...]:
        """Stock of an article, this store first, then the others by name."""
        here = self._counter.ledger.identity.place.store
        stores = self._catalog.stores()
        levels: dict[str, StockLevel] = {level.store: level for level in self._catalog.stock(article)}
        now_ms = self._counter.now_ms()
        places = [
            StockPlace(store, store.id == here, level.on_hand_milli, max(0, now_ms - level.as_of_ms))
            for store in stores.values()
            if (level := levels.get(store.id)) is not None
        ]
        return tuple(sorted(places, key=lambda place: (not place.here, place.store.name)))
