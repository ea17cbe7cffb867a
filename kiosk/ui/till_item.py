"""The product card: sizes by colours with the stock here, where else it can be had and how old that is, and a weight to key in."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Property, QMetaMethod, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.availability import Availability
from kiosk.domain.errors import Refused
from kiosk.domain.feed import Word
from kiosk.domain.pricing import PricedCart
from kiosk.domain.quantity import ONE, price_of
from kiosk.services.lookup import Offer
from kiosk.ui.entry import Entry
from kiosk.ui.grid_rows import GridRows
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.kiosk_words import was_text
from kiosk.ui.place_rows import PlaceRow, place_rows, rest_text
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.variant_rows import Variants, words_of

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

_NOWHERE = Availability()


@dataclass(frozen=True, slots=True)
class Page:
    """What was read of an article."""

    offer: Offer
    variants: tuple[Offer, ...]
    found: dict[str, Availability]
    words: dict[str, Word]


@QmlElement
class ItemModel(QObject):
    """One article, looked at before it is sold. `orderWanted` follows what is not here into the basket.

    The button for it is there when somebody listens.
    """

    changed = Signal()
    opened = Signal()
    added = Signal(object)
    orderWanted = Signal(str)

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._cells, self._places = GridRows(self), Rows(PlaceRow, self)
        self._per_line = 6
        self._page: Page | None = None
        self.checking = False
        """Whether it was opened to tell a price: the next scan then is another article to look at."""
        self._weight = Entry(decimals=3, most=5)

    @Property(QObject, notify=changed)
    def cells(self) -> QObject:
        """The grid of sizes and colours, row by row."""
        return self._cells.cells

    @Property(QObject, notify=changed)
    def rowHeads(self) -> QObject:
        """What stands before each row of the grid; nothing for a single line."""
        return self._cells.rows

    @Property(QObject, notify=changed)
    def columnHeads(self) -> QObject:
        """What stands over each column; nothing for a single line."""
        return self._cells.columns

    @Property(str, notify=changed)
    def longestHead(self) -> str:
        """The longest of what stands before the rows, for which there has to be room."""
        return self._cells.longest_head

    @Property(bool, notify=changed)
    def marksOthers(self) -> bool:
        """Whether a cell has the sign that another place has it."""
        return self._cells.marks_others

    @Property(bool, notify=changed)
    def isLine(self) -> bool:
        """Whether the cells are one line, which may be wrapped."""
        return self._cells.grid.is_line

    @Property(int, notify=changed)
    def chosenCell(self) -> int:
        """Which cell is chosen, counted from 0."""
        return self._cells.chosen_place

    @Property(QObject, notify=changed)
    def places(self) -> QObject:
        """Stock by place, this one first, then the nearest."""
        return self._places

    @Property(str, notify=changed)
    def restText(self) -> str:
        """What the list of places leaves out."""
        return rest_text(self._found(), self._desk.say)

    @Property(str, notify=changed)
    def unknownText(self) -> str:
        """That nothing is known of its stock here."""
        if self._page is None or self._found().here is not None:
            return ""
        say = self._desk.say
        return say("No stock of it is known yet.") if not self._found().places else say("Not known here yet")

    @Property(str, notify=changed)
    def variantText(self) -> str:
        """Colour and size of what is chosen."""
        return " · ".join(reversed(words_of(self._page.offer.article, self._code_text))) if self._page else ""

    @Property(bool, notify=changed)
    def canLabel(self) -> bool:
        """Whether there is a printer for shelf labels."""
        return self._desk.labels is not None

    @Property(bool, notify=changed)
    def canOrder(self) -> bool:
        """Whether somebody takes orders, and another place has it while there is none here."""
        return self.can_order()

    def can_order(self) -> bool:
        """Whether somebody takes orders, and another place has it while there is none here."""
        listens = self.isSignalConnected(QMetaMethod.fromSignal(self.orderWanted))
        here = self._found().here
        return listens and bool(self._found().elsewhere) and (here is None or not here.free_milli)

    @Property(str, notify=changed)
    def name(self) -> str:
        """What it is called."""
        return self._page.offer.article.name(self._desk.language) if self._page else ""

    @Property(str, notify=changed)
    def brand(self) -> str:
        """Who makes it."""
        return self._page.offer.article.brand if self._page else ""

    @Property(str, notify=changed)
    def picture(self) -> str:
        """Its picture."""
        return self._page.offer.article.picture if self._page else ""

    @Property(str, notify=changed)
    def priceText(self) -> str:
        """Its price, per unit of measure for goods by weight."""
        if self._page is None or self._page.offer.price is None:
            return self._desk.say("no price")
        price = self._desk.money(self._page.offer.price.amount_minor)
        article = self._page.offer.article
        if article.is_weighed:
            return self._desk.say("{price} per {unit}", price=price, unit=article.unit)
        return price

    @Property(str, notify=changed)
    def wasText(self) -> str:
        """What one costs with the promotions that run for everybody, their names, and the price a reduction is measured by."""
        offer, say = (self._page.offer if self._page else None), self._desk.say
        if offer is None or offer.price is None or offer.shelf is None:
            return ""
        reduced = offer.shelf.asked_minor != offer.price.amount_minor
        now = say("now {price}", price=self._desk.money(offer.shelf.asked_minor)) if reduced else ""
        return " · ".join(part for part in (now, *offer.shelf.offers, was_text(offer, say)) if part)

    @Property(bool, notify=changed)
    def isWeighed(self) -> bool:
        """Whether a weight has to be keyed in."""
        return self.is_weighed()

    def is_weighed(self) -> bool:
        """Whether a weight has to be keyed in."""
        return self._page is not None and self._page.offer.article.is_weighed

    @Property(bool, notify=changed)
    def hasVariants(self) -> bool:
        """Whether there is something to choose."""
        return self._page is not None and len(self._page.variants) > 1

    @Property(str, notify=changed)
    def weightText(self) -> str:
        """The weight so far."""
        unit = self._page.offer.article.unit if self._page else "kg"
        return self._desk.say.quantity(self._weight.value, unit)

    @Property(str, notify=changed)
    def weightPriceText(self) -> str:
        """What so much costs."""
        if self._page is None or self._page.offer.price is None:
            return ""
        price = self._page.offer.price.amount_minor
        minor = price_of(quantity_milli=self._weight.value, unit_price_minor=price)
        return self._desk.money(minor)

    @Property(bool, notify=changed)
    def canAdd(self) -> bool:
        """Whether it can be sold as it is chosen."""
        return self.can_add()

    def can_add(self) -> bool:
        """Whether it can be sold as it is chosen."""
        if self._page is None or self._page.offer.price is None:
            return False
        return not self._page.offer.article.is_weighed or self._weight.value > 0

    @property
    def offer(self) -> Offer | None:
        """The offer that is shown."""
        return self._page.offer if self._page else None

    def here_milli(self) -> int | None:
        """How much of it is here (thousandths), or None where nobody told."""
        here = self._found().here
        return here.free_milli if here else None

    def look(self, article: str, checking: bool = False) -> None:
        """Open the page of an article; `checking` while prices are asked for."""
        self._weight, self.checking = self._weight.cleared(), checking
        self._desk.bridge.search(lambda: self._read(article), self._arrived)

    def retell(self) -> None:
        """The language changed."""
        self._show()

    @Slot(str)
    def choose(self, article: str) -> None:
        """Another size or colour."""
        if article:
            self._desk.bridge.search(lambda: self._read(article), self._chosen)

    @Slot(int)
    def setPerLine(self, count: int) -> None:
        """So many cells of a single line stand beside each other on this screen."""
        self._per_line = max(1, count)

    def step(self, right: int, down: int) -> None:
        """The next variant that exists in a direction."""
        if self._page is None:
            return
        article, keys = self._page.offer.article.id, self._cells.keys
        if self._cells.grid.is_line:
            place = keys.index(article) + right + down * self._per_line
            self.choose(keys[place] if 0 <= place < len(keys) else "")
        else:
            self.choose(self._cells.grid.step(article, right, down))

    @Slot()
    def order(self) -> None:
        """Put what is not here into the basket, and have somebody ask how it comes."""
        if self._page is not None and self.can_order():
            article = self._page.offer.article.id
            self._add(lambda: self.orderWanted.emit(article))

    @Slot(str)
    def digit(self, digit: str) -> None:
        """A digit of the weight."""
        if self.is_weighed():
            self._weight = self._weight.key(digit)
            self.changed.emit()

    @Slot()
    def backspace(self) -> None:
        """Take the last digit of the weight away."""
        self._weight = self._weight.back()
        self.changed.emit()

    @Slot()
    def printLabel(self) -> None:
        """A label for its shelf."""
        labels, page = self._desk.labels, self._page
        if labels is None or page is None:
            self._stage.refuse(Refused("label.no_printer"))
            return

        def printed(count: int) -> None:
            self._stage.tell(self._desk.say("Labels sent to the printer: {count}", count=count))

        self._desk.bridge.run(lambda: labels.print_now(page.offer.article), printed, self._stage.refuse)

    @Slot()
    def add(self) -> None:
        """Sell it."""
        self._add(_nothing_more)

    def _add(self, then: Callable[[], object]) -> None:
        if not self.can_add() or self._page is None:
            return
        article, grams = self._page.offer.article, self._weight.value
        barcode = article.barcodes[0] if article.barcodes else ""

        def work() -> PricedCart:
            if article.is_weighed:
                return self._desk.selling.add_article(article, grams, barcode, weighed=True)
            quantity = self._desk.scans.quantity_milli
            self._desk.scans.quantity_milli = ONE
            return self._desk.selling.add_article(article, quantity, barcode)

        def done(priced: PricedCart) -> None:
            self.added.emit(priced)
            then()

        self._desk.bridge.run(work, done, self._stage.refuse)

    def _read(self, article: str) -> Page | None:
        lookup = self._desk.lookup
        offer = lookup.offer(article)
        if offer is None:
            return None
        style = offer.article.style
        variants = lookup.variants(style) if style else (offer,)
        variants = variants if any(one.article.id == article for one in variants) else (offer,)
        return Page(offer, variants, lookup.available_all(variants, article), self._desk.counter.catalog.words())

    def _arrived(self, page: Page | None) -> None:
        self._page = page
        self._show()
        if page is not None:
            self.opened.emit()

    def _chosen(self, page: Page | None) -> None:
        if page is not None:
            self._page = page
            self._show()

    def _found(self) -> Availability:
        return self._page.found[self._page.offer.article.id] if self._page else _NOWHERE

    def _show(self) -> None:
        page, say = self._page, self._desk.say
        if page is None:
            self._cells.wipe()
            self._places.put([])
            self.changed.emit()
            return
        article = page.offer.article
        self._cells.show(Variants(page.variants, page.found, self._code_text), article.id, say)
        self._places.put(place_rows(self._found(), article, say))
        self.changed.emit()

    def _code_text(self, code: str) -> str:
        known = self._page.words.get(code) if self._page else None
        return known.names.get(self._desk.language, code) if known else code


def _nothing_more() -> None:
    """It is in the basket, and that is all."""
