"""One article: its picture, its sizes and colours, what it costs, and where it is in stock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.availability import Availability
from kiosk.domain.quantity import ONE, price_of
from kiosk.services.lookup import Offer
from kiosk.services.selfservice import ScannedGoods
from kiosk.ui.grid_rows import GridRows
from kiosk.ui.kiosk_desk import Desk
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.kiosk_words import (
    Option,
    is_sold_out,
    options,
    price_text,
    unit_text,
    variant_text,
    was_text,
    word_text,
)
from kiosk.ui.place_rows import PlaceRow, place_rows, rest_text
from kiosk.ui.variant_rows import Variants

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

_COUNT_MAX = 99


@dataclass(frozen=True, slots=True)
class Shown:
    """An article with its siblings and its stock, read together. `scanned` is in the shopper's hand."""

    offer: Offer
    variants: tuple[Offer, ...]
    found: Mapping[str, Availability]
    scanned: ScannedGoods | None = None


Work = Callable[[], Shown | None]


@QmlElement
class KioskItemModel(QObject):
    """The article on the screen, or none."""

    fixed = Signal()  # never sent: what it stands for stays, and the lint knows no constants
    changed = Signal()
    opened = Signal()
    missed = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._shown: Shown | None = None
        self._count = 1
        self._asked = 0
        self._sizes, self._colours = Rows(Option, self), Rows(Option, self)
        self._places, self._cells = Rows(PlaceRow, self), GridRows(self)

    # opening

    def open_style(self, style: str) -> None:
        """Show a style: the first variant that is here, else the first."""

        def work() -> Shown | None:
            variants = self._desk.lookup.variants(style)
            if not variants:
                one = self._desk.lookup.offer(style)
                variants = (one,) if one else ()
            store = self._desk.offering.store
            here = next((one for one in variants if not is_sold_out(one, store)), None)
            return self._read(here or variants[0]) if variants else None

        self._open(work)

    def open_scanned(self, goods: ScannedGoods) -> None:
        """Show what was scanned."""
        self._open(lambda: self._read(goods.offer, goods))

    def refresh(self) -> None:
        """New prices or stock, or another language."""
        if self._shown is not None:
            article, scanned = self._shown.offer.article.id, self._shown.scanned

            def work() -> Shown | None:
                offer = self._desk.lookup.offer(article)
                return self._read(offer, scanned) if offer else None

            self._open(work, again=True)

    def wipe(self) -> None:
        """Show nothing."""
        self._asked += 1
        self._shown, self._count = None, 1
        for rows in (self._sizes, self._colours, self._places):
            rows.put(())
        self._cells.wipe()
        self.changed.emit()

    def state(self) -> dict[str, object]:
        """What a shopper left here."""
        return {"item.shown": self._shown, "item.count": self._count}

    # choosing

    @Slot(str)
    def chooseSize(self, code: str) -> None:
        """Another size, in the same colour where there is one."""
        self._choose("size", code, "colour")

    @Slot(str)
    def chooseColour(self, code: str) -> None:
        """Another colour, in the same size where there is one."""
        self._choose("colour", code, "size")

    @Slot(str)
    def choose(self, article: str) -> None:
        """Another size and colour at once."""
        if self._shown is not None:
            best = next((one for one in self._shown.variants if one.article.id == article), None)
            scanned = self._shown.scanned
            if best is not None:
                self._open(lambda: self._read(best, scanned), again=True)

    @Slot(int, int)
    def step(self, right: int, down: int) -> None:
        """The next size or colour that exists in a direction."""
        if self._shown is not None:
            self.choose(self._cells.grid.step(self._shown.offer.article.id, right, down))

    @Slot()
    def more(self) -> None:
        """One more."""
        self._count = min(_COUNT_MAX, self._count + 1)
        self.changed.emit()

    @Slot()
    def less(self) -> None:
        """One less, but one at least."""
        self._count = max(1, self._count - 1)
        self.changed.emit()

    @property
    def shown(self) -> Shown | None:
        """The article on the screen, for Python."""
        return self._shown

    @property
    def pieces(self) -> int:
        """How many are meant, for Python."""
        return self._count

    def chosen(self) -> tuple[str, str, int]:
        """What is to be added: article, scanned code (or empty), and quantity in thousandths."""
        assert self._shown is not None, "there is an article on the screen"
        scanned = self._shown.scanned
        article = self._shown.offer.article
        if scanned is not None and scanned.offer.article.id == article.id:
            milli = scanned.quantity_milli if article.is_weighed else self._count * ONE
            return article.id, scanned.code, milli
        return article.id, "", self._count * ONE

    # what is shown

    @Property(QObject, notify=fixed)
    def sizes(self) -> QObject:
        """The sizes."""
        return self._sizes

    @Property(QObject, notify=fixed)
    def colours(self) -> QObject:
        """The colours."""
        return self._colours

    @Property(QObject, notify=fixed)
    def places(self) -> QObject:
        """Stock here and in other stores, nearest first."""
        return self._places

    @Property(str, notify=changed)
    def restText(self) -> str:
        """What the list of places leaves out."""
        return rest_text(self._shown.found[self._shown.offer.article.id], self._desk.say) if self._shown else ""

    @Property(QObject, notify=fixed)
    def cells(self) -> QObject:
        """Sizes by colours."""
        return self._cells.cells

    @Property(QObject, notify=fixed)
    def rowHeads(self) -> QObject:
        """What stands before the rows of the grid."""
        return self._cells.rows

    @Property(QObject, notify=fixed)
    def columnHeads(self) -> QObject:
        """What stands over its columns."""
        return self._cells.columns

    @Property(str, notify=changed)
    def longestHead(self) -> str:
        """The longest of what stands before the rows, for which there has to be room."""
        return self._cells.longest_head

    @Property(bool, notify=changed)
    def hasGrid(self) -> bool:
        """Whether there are several sizes and several colours."""
        return self._shown is not None and not self._cells.grid.is_line and bool(self._cells.keys)

    @Property(bool, notify=changed)
    def marksOthers(self) -> bool:
        """Whether a cell has the sign that another place has it."""
        return self._cells.marks_others

    @Property(bool, notify=changed)
    def isOpen(self) -> bool:
        """Whether there is an article."""
        return self._shown is not None

    @Property(str, notify=changed)
    def name(self) -> str:
        """Its name."""
        return self._shown.offer.article.name(self._desk.language) if self._shown else ""

    @Property(str, notify=changed)
    def brand(self) -> str:
        """Its brand."""
        return self._shown.offer.article.brand if self._shown else ""

    @Property(str, notify=changed)
    def variant(self) -> str:
        """Size and colour in words."""
        if self._shown is None:
            return ""
        known = self._desk.offering.words
        return variant_text(self._shown.offer.article, known, self._desk.say)

    @Property(str, notify=changed)
    def picture(self) -> str:
        """Its picture."""
        return self._shown.offer.article.picture if self._shown else ""

    @Property(str, notify=changed)
    def price(self) -> str:
        """What one costs."""
        return price_text(self._shown.offer, self._desk.say) if self._shown else ""

    @Property(str, notify=changed)
    def unitPrice(self) -> str:
        """What a kilogram, litre or metre costs."""
        return unit_text(self._shown.offer, self._desk.say) if self._shown else ""

    @Property(str, notify=changed)
    def was(self) -> str:
        """The price that a reduction is measured by."""
        return was_text(self._shown.offer, self._desk.say) if self._shown else ""

    @Property(str, notify=changed)
    def offer(self) -> str:
        """The promotions that run for everybody."""
        shelf = self._shown.offer.shelf if self._shown else None
        return " · ".join(shelf.offers) if shelf else ""

    @Property(str, notify=changed)
    def deposit(self) -> str:
        """The deposit on top of the price."""
        if self._shown is None or not self._shown.offer.article.deposit_minor:
            return ""
        amount = self._desk.say.money(self._shown.offer.article.deposit_minor)
        return self._desk.say("plus {amount} deposit", amount=amount)

    @Property(str, notify=changed)
    def ageNote(self) -> str:
        """That a colleague will look at the shopper's age."""
        if self._shown is None or not self._shown.offer.article.age_limit:
            return ""
        years = self._shown.offer.article.age_limit
        return self._desk.say("Only from {years} years. We check it at the till.", years=years)

    @Property(str, notify=changed)
    def count(self) -> str:
        """How many will be added."""
        return str(self._count)

    @Property(bool, notify=changed)
    def canLess(self) -> bool:
        """Whether there may be fewer."""
        return self._count > 1

    @Property(bool, notify=changed)
    def isCounted(self) -> bool:
        """Whether a number may be chosen: weighed goods have none."""
        return self._shown is not None and not self._shown.offer.article.is_weighed

    @Property(bool, notify=changed)
    def canAdd(self) -> bool:
        """Whether it may go into the basket."""
        return self.can_add()

    def can_add(self) -> bool:
        """The same; what the shopper holds in the hand is not sold out, whatever stock says."""
        if self._shown is None or self._shown.offer.price is None:
            return False
        if self._shown.offer.article.is_weighed:
            return self._weight() is not None
        return not self._is_gone() or self._shown.scanned is not None

    @Property(str, notify=changed)
    def addText(self) -> str:
        """The button: what it does and what it costs, or why it does nothing."""
        say = self._desk.say
        if self._shown is None:
            return ""
        offer = self._shown.offer
        if (asked := offer.asked_minor) is None:
            return say("Price at the till")
        milli = self._weight() if offer.article.is_weighed else self._count * ONE
        if milli is None:
            return say("Weighed at the till")
        if not self.can_add():
            return say("Sold out here")
        cost = price_of(quantity_milli=milli, unit_price_minor=asked)
        return say("Add · {price}", price=say.money(cost))

    @Property(str, notify=changed)
    def hint(self) -> str:
        """What else can be done when it cannot be added."""
        say = self._desk.say
        if self._shown is None or self.can_add():
            return ""
        if self._shown.offer.article.is_weighed:
            return say("Take what you need along: the till weighs it. It needs no ticket.")
        if self._shown.offer.price is None:
            return say("Ask a colleague for the price.")
        if len(self._shown.variants) > 1:
            return say("Another store may have it: see below. Or choose another size or colour.")
        return say("Another store may have it: see below.")

    # inside

    def _read(self, offer: Offer, scanned: ScannedGoods | None = None) -> Shown:
        lookup, style = self._desk.lookup, offer.article.style
        variants = lookup.variants(style) if style else ()
        variants = variants if any(one.article.id == offer.article.id for one in variants) else (offer,)
        return Shown(offer, variants, lookup.available_all(variants, offer.article.id), scanned)

    def _open(self, work: Work, *, again: bool = False) -> None:
        self._asked += 1
        asked = self._asked

        def done(shown: Shown | None) -> None:
            if asked != self._asked or shown is None:
                return
            self._shown = shown
            self._count = self._count if again else 1
            self._say_again()
            if not again:
                self.opened.emit()

        self._desk.bridge.search(work, done, self.missed.emit)

    def _choose(self, part: str, code: str, other: str) -> None:
        if self._shown is None:
            return
        kept = getattr(self._shown.offer.article, other)
        fits = [one for one in self._shown.variants if getattr(one.article, part) == code]
        best = next((one for one in fits if getattr(one.article, other) == kept), None)
        if best is None and fits:
            best = fits[0]
        if best is not None:
            offer, scanned = best, self._shown.scanned
            self._open(lambda: self._read(offer, scanned), again=True)

    def _say_again(self) -> None:
        assert self._shown is not None, "there is an article to say something of"
        desk, article, variants = self._desk, self._shown.offer.article, self._shown.variants
        known, store, say = desk.offering.words, desk.offering.store, desk.say
        self._sizes.put(options(variants, article, "size", store, known, say))
        self._colours.put(options(variants, article, "colour", store, known, say))
        style = Variants(variants, self._shown.found, lambda code: word_text(code, known, say))
        self._cells.show(style, article.id, say)
        self._places.put(place_rows(self._shown.found[article.id], article, say))
        self.changed.emit()

    def _is_gone(self) -> bool:
        return self._shown is not None and is_sold_out(self._shown.offer, self._desk.offering.store)

    def _weight(self) -> int | None:
        """The weight of a scanned label, or None for goods that the till still has to weigh."""
        scanned = self._shown.scanned if self._shown else None
        weighed = scanned is not None and scanned.quantity_milli != ONE
        return scanned.quantity_milli if weighed and scanned is not None else None
