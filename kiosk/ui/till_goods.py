"""Finding goods by hand: tiles by category, and results while a person types."""

from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.cardnumbers import is_swipe
from kiosk.domain.errors import Refused
from kiosk.domain.feed import Category
from kiosk.domain.pricing import PricedCart
from kiosk.domain.quantity import ONE
from kiosk.services.lookup import Offer
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.till_desk import TillDesk

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

LETTERS_MIN = 2
ALL = "*"
"""The tab that shows a few of every category."""
_TILES = 48
_TILES_EACH = 6
_RESULTS = 24  # three screens of them; who needs more types one letter more


@dataclass(frozen=True, slots=True)
class TabRow:
    """A category above the tiles."""

    key: str
    title: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class GoodsRow:
    """One article to choose, on a tile or in the results."""

    key: str
    name: str
    detail: str
    price: str
    stock: str
    picture: str
    soldOut: bool
    spoken: str


@QmlElement
class GoodsModel(QObject):
    """Tiles, and results of a search. `wanted` asks for an article's own page: it has variants or a weight."""

    changed = Signal()
    wanted = Signal(str)
    added = Signal(object)
    refused = Signal(object)

    def __init__(self, desk: TillDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tabs, self._tiles = Rows(TabRow, self), Rows(GoodsRow, self)
        self._results = Rows(GoodsRow, self, in_place=True)
        self._categories: tuple[Category, ...] = ()
        self._tab = ""
        self._query = ""
        self._asked = 0
        self._row = -1
        self._answered = False

    @Property(QObject, notify=changed)
    def tabs(self) -> QObject:
        """The categories."""
        return self._tabs

    @Property(QObject, notify=changed)
    def tiles(self) -> QObject:
        """The articles of the chosen category."""
        return self._tiles

    @Property(QObject, notify=changed)
    def results(self) -> QObject:
        """What the search found, best first."""
        return self._results

    @Property(str, notify=changed)
    def query(self) -> str:
        """What is searched for."""
        return self._query

    @Property(bool, notify=changed)
    def isSearching(self) -> bool:
        """Whether enough is typed to search."""
        return self.is_searching()

    def is_searching(self) -> bool:
        """Whether enough is typed to search."""
        return len(self._query.strip()) >= LETTERS_MIN

    @Property(bool, notify=changed)
    def showsResults(self) -> bool:
        """Whether results are shown instead of tiles: from the first answer to what is being typed until it is cleared."""
        return self._answered

    @Property(bool, notify=changed)
    def foundNothing(self) -> bool:
        """Whether the search is over and found nothing."""
        return self._answered and not self._results.rows

    @Property(int, notify=changed)
    def resultRow(self) -> int:
        """The result that Enter takes."""
        return self._row

    @Property(str, notify=changed)
    def resultsText(self) -> str:
        """How much was found, as it is spoken."""
        return self._desk.say("{count} found", count=len(self._results.rows))

    def refresh(self) -> None:
        """Read categories and tiles again: at the start, after new data, in another language."""
        self._desk.bridge.search(self._desk.lookup.categories, self._categories_in)

    @Slot(str)
    def showTab(self, path: str) -> None:
        """Show another category."""
        self._tab = path
        self._show_tabs()
        self._load_tiles()

    @Slot(int)
    def stepTab(self, by: int) -> None:
        """The next category, or the one before."""
        keys = [row.key for row in self._tabs.rows]
        if keys:
            place = keys.index(self._tab) if self._tab in keys else 0
            self.showTab(keys[(place + by) % len(keys)])

    @Slot(str)
    def search(self, text: str) -> None:
        """What is typed so far; answers to older questions are dropped, and so is a bank card that is swiped into the field."""
        if is_swipe(text):
            self.refused.emit(Refused("scan.card"))
            self.search("")
            self.changed.emit()  # the field gives up what it shows
            return
        if text == self._query:
            return
        self._query = text
        self._asked += 1
        asked = self._asked
        if not self.is_searching():
            # The rows stay, unseen: the next search then changes their texts, and needs not make them all anew.
            self._row, self._answered = -1, False
            self.changed.emit()
            return
        self.changed.emit()

        def work() -> list[GoodsRow] | None:
            if asked != self._asked:
                return None
            return [self._goods(offer) for offer in self._desk.lookup.search(text, _RESULTS)]

        self._desk.bridge.search(work, lambda found: self._found(asked, found))

    @Slot()
    def clear(self) -> None:
        """End the search."""
        self.search("")

    @Slot(int)
    def step(self, by: int) -> None:
        """The next result, or the one before."""
        count = len(self._results.rows)
        if count and self._answered:
            self._row = min(max(self._row + by, 0), count - 1)
            self.changed.emit()

    @Slot()
    def takeResult(self) -> None:
        """Enter: take the marked result."""
        if 0 <= self._row < len(self._results.rows):
            self.take(self._results.rows[self._row].key)

    @Slot(str)
    def take(self, article: str) -> None:
        """An article was chosen: sell it, or show its page when a size or weight must be chosen."""

        def work() -> PricedCart | None:
            offer = self._desk.lookup.offer(article)
            if offer is None:
                return self._desk.selling.add_code(article)
            found = offer.article
            if found.is_weighed or (found.style and len(self._desk.lookup.variants(found.style)) > 1):
                return None
            quantity = self._desk.scans.quantity_milli
            self._desk.scans.quantity_milli = ONE
            return self._desk.selling.add_article(found, quantity)

        def done(priced: PricedCart | None) -> None:
            if priced is None:
                self.wanted.emit(article)
            else:
                self.clear()
                self.added.emit(priced)

        self._desk.bridge.run(work, done, self.refused.emit)

    @Slot(str)
    def look(self, article: str) -> None:
        """Show an article's page, whatever it is."""
        self.wanted.emit(article)

    def _categories_in(self, found: tuple[Category, ...]) -> None:
        quick = tuple(one for one in found if one.quick)
        self._categories = quick or tuple(one for one in found if "/" not in one.path)
        paths = [ALL, *(one.path for one in self._categories)]
        if self._tab not in paths or not self._categories:
            self._tab = ALL if self._categories else ""
        self._show_tabs()
        self._load_tiles()

    def _show_tabs(self) -> None:
        language = self._desk.language
        rows = [TabRow(one.path, one.names.get(language, one.path), one.path == self._tab) for one in self._categories]
        if rows:
            rows.insert(0, TabRow(ALL, self._desk.say("All"), self._tab == ALL))
        self._tabs.put(rows)
        self.changed.emit()

    def _load_tiles(self) -> None:
        tab = self._tab
        if not tab:
            self._tiles.put([])
            return
        self._desk.bridge.search(
            lambda: self._read_tiles(tab),
            lambda rows: self._tiles.put(rows) if tab == self._tab else None,
        )

    def _read_tiles(self, tab: str) -> list[GoodsRow]:
        lookup = self._desk.lookup
        if tab != ALL:
            return [self._goods(offer) for offer in lookup.browse(tab, _TILES)]
        found = [offer for one in self._categories for offer in lookup.browse(one.path, _TILES_EACH)]
        return [self._goods(offer) for offer in found[:_TILES]]

    def _found(self, asked: int, found: list[GoodsRow] | None) -> None:
        if found is None or asked != self._asked:
            return
        self._answered = True
        self._results.put(found)
        self._row = 0 if found else -1
        self.changed.emit()

    def _goods(self, offer: Offer) -> GoodsRow:
        article, say = offer.article, self._desk.say
        here = self._desk.counter.ledger.identity.place.store
        level = next((one for one in offer.stock if one.store == here), None)
        price = self._desk.money(offer.price.amount_minor) if offer.price else say("no price")
        if offer.price and article.is_weighed:
            price = say("{price} per {unit}", price=price, unit=article.unit)
        stock, out = "", False
        if level is not None:
            out = level.on_hand_milli <= 0
            amount = say.quantity(max(0, level.on_hand_milli), article.unit)
            stock = say("sold out") if out else say("{amount} in stock", amount=amount)
        detail = " · ".join(part for part in (article.brand,) if part)
        name = article.name(self._desk.language)
        spoken = ", ".join(part for part in (name, detail, price, stock) if part)
        return GoodsRow(article.id, name, detail, price, stock, article.picture, out, spoken)
