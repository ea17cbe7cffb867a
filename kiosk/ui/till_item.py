"""An article's page: its sizes and colours with stock and price, stock elsewhere with its age, and a weight to key in."""

from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.catalog import Article
from kiosk.domain.feed import Word
from kiosk.domain.pricing import PricedCart
from kiosk.domain.quantity import ONE, price_of
from kiosk.services.lookup import Offer, StockPlace
from kiosk.ui.entry import Entry
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.kiosk_words import was_text
from kiosk.ui.till_desk import Stage, TillDesk

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

SIZES = ("XXS", "XS", "S", "M", "L", "XL", "XXL", "3XL", "4XL")
"""Clothing sizes, smallest first."""


@dataclass(frozen=True, slots=True)
class VariantRow:
    """One cell of the grid of sizes and colours; an empty key is a combination that does not exist."""

    key: str
    title: str
    detail: str
    price: str
    stock: str
    soldOut: bool
    chosen: bool
    spoken: str


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """Stock at one store."""

    key: str
    name: str
    amount: str
    age: str
    here: bool


@dataclass(frozen=True, slots=True)
class Page:
    """What was read of an article."""

    offer: Offer
    variants: tuple[Offer, ...]
    places: tuple[StockPlace, ...]
    words: dict[str, Word]


@QmlElement
class ItemModel(QObject):
    """One article, looked at before it is sold."""

    changed = Signal()
    opened = Signal()
    added = Signal(object)

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._cells, self._places = Rows(VariantRow, self), Rows(PlaceRow, self)
        self._page: Page | None = None
        self._weight = Entry(decimals=3, most=5)

    @Property(QObject, notify=changed)
    def cells(self) -> QObject:
        """The grid of sizes and colours, row by row."""
        return self._cells

    @Property(QObject, notify=changed)
    def places(self) -> QObject:
        """Stock by store, this one first."""
        return self._places

    @Property(int, notify=changed)
    def columns(self) -> int:
        """How many sizes stand beside each other."""
        return self.columns_count()

    def columns_count(self) -> int:
        """How many sizes stand beside each other."""
        return min(4, max(1, len(self._sizes())))

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

    def look(self, article: str) -> None:
        """Open the page of an article."""
        self._weight = self._weight.cleared()
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
    def step(self, by: int) -> None:
        """The next variant that exists, or the one before."""
        keys = [row.key for row in self._cells.rows if row.key]
        if keys and self._page is not None:
            own = self._page.offer.article.id
            place = keys.index(own) if own in keys else 0
            self.choose(keys[min(max(place + by, 0), len(keys) - 1)])

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
    def add(self) -> None:
        """Sell it."""
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

        self._desk.bridge.run(work, self.added.emit, self._stage.refuse)

    def _read(self, article: str) -> Page | None:
        lookup = self._desk.lookup
        offer = lookup.offer(article)
        if offer is None:
            return None
        style = offer.article.style
        variants = lookup.variants(style) if style else (offer,)
        words = self._desk.counter.catalog.words()
        return Page(offer, variants, lookup.stock_places(article), words)

    def _arrived(self, page: Page | None) -> None:
        self._page = page
        self._show()
        if page is not None:
            self.opened.emit()

    def _chosen(self, page: Page | None) -> None:
        if page is not None:
            self._page = page
            self._show()

    def _sizes(self) -> list[str]:
        if self._page is None:
            return []
        return list(dict.fromkeys(one.article.size for one in self._page.variants))

    def _show(self) -> None:
        page, say = self._page, self._desk.say
        if page is None:
            self._cells.put([])
            self._places.put([])
            self.changed.emit()
            return
        ordered = sorted(page.variants, key=lambda one: variant_rank(one.article))
        self._cells.put([self._cell(page, offer) for offer in ordered])
        self._places.put(
            [
                PlaceRow(
                    place.store.id,
                    place.store.name,
                    say.quantity(place.on_hand_milli, page.offer.article.unit),
                    say.ago(place.age_ms),
                    place.here,
                )
                for place in page.places
            ]
        )
        self.changed.emit()

    def _cell(self, page: Page, offer: Offer) -> VariantRow:
        say, article = self._desk.say, offer.article
        here = self._desk.counter.ledger.identity.place.store
        on_hand = next((one.on_hand_milli for one in offer.stock if one.store == here), 0)
        colour, size = self._word(page, article, "colour"), self._word(page, article, "size")
        title, detail = (size, colour) if size else (colour or article.id, "")
        price = self._desk.money(offer.price.amount_minor) if offer.price else say("no price")
        out = on_hand <= 0
        amount = say.quantity(max(on_hand, 0), article.unit)
        stock = say("sold out") if out else say("{amount} in stock", amount=amount)
        spoken = ", ".join(part for part in (colour, size, price, stock) if part)
        own = article.id == page.offer.article.id
        return VariantRow(article.id, title, detail, price, stock, out, own, spoken)

    def _word(self, page: Page, article: Article, part: str) -> str:
        code: str = getattr(article, part)
        known = page.words.get(code)
        return known.names.get(self._desk.language, code) if known else code


def variant_rank(article: Article) -> tuple[str, int, int, str]:
    """The order in which variants stand: by colour, then by size as people wear it."""
    size = article.size.upper()
    if size in SIZES:
        return article.colour, 0, SIZES.index(size), size
    number = size.replace(",", ".").split(".")[0].split("/")[0]
    return article.colour, 1, int(number) if number.isdigit() else 0, size
