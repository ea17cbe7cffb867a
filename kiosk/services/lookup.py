"""Finding goods: search as you type, quick keys, categories, variants, stock here and elsewhere."""

from collections.abc import Callable, Sequence
from functools import partial

from kiosk.domain.availability import Availability, Neighbour, availability, neighbours
from kiosk.domain.catalog import Article
from kiosk.domain.feed import Category
from kiosk.services.counter import Counter
from kiosk.store.catalog import Catalog, Offer
from kiosk.store.search import Search

__all__ = ["Lookup", "Offer"]


class Lookup:
    """Reads only, so that it may run on a thread of its own beside scanning."""

    def __init__(self, counter: Counter, contact_ms: Callable[[], int] = int) -> None:
        """`contact_ms` says when this terminal last heard the hub, by its own clock; 0 when nobody knows."""
        self._counter, self._contact_ms = counter, contact_ms
        self._catalog: Catalog = counter.catalog
        self._search = Search(counter.catalog)
        self._kept: tuple[tuple[int, int, int], tuple[Neighbour, ...]] | None = None  # one value: threads see no half of it

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

    def available(self, article: str) -> Availability:
        """Where one article can be had, nearest first."""
        catalog = self._catalog
        now_ms, stopped = self._counter.now_ms(), partial(self._counter.is_stopped, article)
        return availability(self._around(), catalog.stock(article), catalog.promised(article), now_ms, stopped=stopped)

    def available_all(self, offers: Sequence[Offer], chosen: str) -> dict[str, Availability]:
        """The same for the chosen one of several offers, such as the sizes and colours of a style; in brief for the others."""
        around, now_ms, promised = self._around(), self._counter.now_ms(), self._catalog.promised
        stopped = self._counter.is_stopped
        return {
            one.article.id: availability(
                around, one.stock, promised(one.article.id), now_ms, one.article.id != chosen, partial(stopped, one.article.id)
            )
            for one in offers
        }

    def _around(self) -> tuple[Neighbour, ...]:
        """All places as they are seen from here; worked out again only when rows came in or the hub was heard."""
        state = self._catalog.generation, self._catalog.cursor().rev, self._contact_ms()
        kept = self._kept
        if kept is None or kept[0] != state:
            kept = self._kept = state, neighbours(
                self._counter.ledger.identity.place.store, self._catalog.stores().values(), self._catalog.contacts(), state[2]
            )
        return kept[1]
