"""The sale: the basket, what is being keyed in, and every action on a line or on the whole."""

from collections.abc import Callable

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.errors import Refused, ShopError
from kiosk.domain.payment import Settlement
from kiosk.domain.pricing import PricedCart, PricedLine
from kiosk.domain.quantity import ONE
from kiosk.ui import flow as flows
from kiosk.ui import sounds
from kiosk.ui.entry import Entry
from kiosk.ui.flow import Dialog
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.till_basket import BasketRow, BasketSums, BasketText
from kiosk.ui.till_desk import Stage, TillDesk

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

QUANTITY_MAX = 999


@QmlElement
class SaleModel(QObject):
    """What the sale screen shows. `followed` fires after each change, with the row to bring into view.

    Each group of texts has a signal of its own, which fires only when one of them is another: one signal for all of the sale
    had every binding of the screen worked out anew at every scan. `changed` is for what only dialogs show.
    """

    changed = Signal()
    emptied = Signal()
    chosenMoved = Signal()
    held = Signal()
    counted = Signal()
    totalled = Signal()
    taxed = Signal()
    reduced = Signal()
    deposited = Signal()
    keyed = Signal()
    followed = Signal(int)
    paying = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._lines = Rows(BasketRow, self)
        self._entry = Entry()
        self._times = 0
        self._chosen = 0
        self._row = -1
        self._last = -1
        self._keyed = ""
        self._quantity = Entry(most=5)
        self._priced = desk.selling.priced
        self._retext()
        self._sums = self._text.sums(self._priced)
        self.show(self._priced)

    # what is shown

    @Property(QObject, notify=emptied)
    def lines(self) -> QObject:
        """The basket's rows."""
        return self._lines

    @property
    def line_rows(self) -> Rows:
        """The basket's rows."""
        return self._lines

    @Property(bool, notify=emptied)
    def isEmpty(self) -> bool:
        """Whether nothing is in the basket."""
        return self._sums.count == 0

    @Property(int, notify=chosenMoved)
    def chosenRow(self) -> int:
        """The row that actions are about, -1 when there is none."""
        return self._row

    def chosen_row(self) -> int:
        """The row that actions are about, -1 when there is none."""
        return self._row

    @Property(bool, notify=held)
    def hasLine(self) -> bool:
        """Whether a line is chosen."""
        return self._row >= 0

    @Property(str, notify=counted)
    def piecesText(self) -> str:
        """How many pieces there are."""
        return self._sums.pieces

    @Property(str, notify=totalled)
    def totalText(self) -> str:
        """What is to be paid."""
        return self._sums.total

    @Property(bool, notify=totalled)
    def isRefund(self) -> bool:
        """Whether money goes back."""
        return self._priced.total_minor < 0

    @Property(str, notify=totalled)
    def summary(self) -> str:
        """The basket as it is spoken."""
        return self._sums.summary

    @Property(str, notify=reduced)
    def discountText(self) -> str:
        """What all discounts take off; empty when there are none."""
        return self._sums.discount

    @Property(str, notify=reduced)
    def saleDiscountText(self) -> str:
        """The discount on the whole sale in words; empty when there is none."""
        return self._sums.sale_discount

    @Property(str, notify=deposited)
    def depositText(self) -> str:
        """The deposit in the total; empty when there is none."""
        return self._sums.deposit

    @Property(str, notify=taxed)
    def vatText(self) -> str:
        """The VAT inside the total, by rate."""
        return self._sums.vat

    @Property(str, notify=keyed)
    def entryText(self) -> str:
        """What is keyed in, with the quantity before it."""
        return self._keyed

    # the quantity dialog

    @Property(str, notify=changed)
    def lineName(self) -> str:
        """The chosen line's article."""
        line = self._line()
        return line.line.name if line else ""

    @Property(str, notify=changed)
    def quantityText(self) -> str:
        """The quantity being keyed in."""
        line = self._line()
        unit = line.line.unit if line else "piece"
        if unit == "piece":
            return self._quantity.digits
        return self._desk.say.quantity(self._quantity.value, unit)

    # keys

    @Slot(str)
    def digit(self, digit: str) -> None:
        """A digit of a number or quantity."""
        self._entry = self._entry.key(digit)
        self._tell_keyed()

    @Slot()
    def times(self) -> None:
        """What is keyed in is the quantity of the next article."""
        if 0 < self._entry.value <= QUANTITY_MAX:
            self._times = self._entry.value
            self._entry = self._entry.cleared()
            quantity_milli = self._times * ONE
            self._desk.bridge.run(lambda: self._set_next(quantity_milli), _nothing)
        else:
            self._stage.refuse(Refused("cart.quantity", limit=QUANTITY_MAX))
        self._tell_keyed()

    @Slot()
    def backspace(self) -> None:
        """Take the last key away; then the quantity."""
        if not self._entry.is_empty:
            self._entry = self._entry.back()
            self._tell_keyed()
        elif self._times:
            self.clear()

    @Slot()
    def clear(self) -> None:
        """Nothing is keyed in."""
        self._entry, self._times = self._entry.cleared(), 0
        self._desk.bridge.run(lambda: self._set_next(ONE), _nothing)
        self._tell_keyed()

    @Slot()
    def enter(self) -> None:
        """Add the article of the number that is keyed in."""
        if self._entry.is_empty:
            return
        code, times = self._entry.digits, self._times or 1
        self._entry, self._times = self._entry.cleared(), 0

        def work() -> PricedCart:
            self._set_next(ONE)
            return self._desk.selling.add_code(code, times * ONE)

        self._desk.bridge.run(work, self.added, self.refused)
        self._tell_keyed()

    # lines

    @Slot(int)
    def choose(self, line: int) -> None:
        """A row was tapped: actions are about it."""
        self._mark(line)

    @Slot(int)
    def step(self, by: int) -> None:
        """The next row, or the one before."""
        rows = self._lines.rows
        if rows:
            place = min(max(self.chosen_row() + by, 0), len(rows) - 1)
            self._mark(rows[place].key)
            self.followed.emit(place)

    @Slot()
    def askQuantity(self) -> None:
        """Set the chosen line's quantity: what is keyed in, or ask for it."""
        line = self._line()
        if line is None:
            self._stage.refuse(Refused("cart.empty"))
        elif line.line.unit == "piece" and self._entry.value:
            quantity_milli, number = self._entry.value * ONE, line.line.line
            self._entry = self._entry.cleared()
            self._tell_keyed()
            self._change(lambda: self._desk.selling.set_quantity(number, quantity_milli))
        else:
            self._quantity = Entry(decimals=0 if line.line.unit == "piece" else 3, most=6)
            self.changed.emit()
            self._stage.open(Dialog.QUANTITY)

    @Slot(str)
    def quantityDigit(self, digit: str) -> None:
        """A digit in the quantity dialog."""
        self._quantity = self._quantity.key(digit)
        self.changed.emit()

    @Slot()
    def quantityBack(self) -> None:
        """Take the last digit of the quantity away."""
        self._quantity = self._quantity.back()
        self.changed.emit()

    @Slot()
    def quantityEnter(self) -> None:
        """Take the quantity."""
        line = self._line()
        if line is None or self._quantity.value == 0:
            return
        number = line.line.line
        milli = self._quantity.value * (ONE if line.line.unit == "piece" else 1)
        self._stage.close()
        self._change(lambda: self._desk.selling.set_quantity(number, milli))

    @Slot(int)
    def more(self, by: int) -> None:
        """One more or one less of the chosen line; less than one takes it out."""
        line = self._line()
        if line is None or line.line.unit != "piece":
            return
        number, milli = line.line.line, abs(line.line.quantity_milli) + by * ONE
        if milli <= 0:
            self.remove()
        else:
            self._change(lambda: self._desk.selling.set_quantity(number, milli))

    @Slot()
    def remove(self) -> None:
        """Take the chosen line out."""
        line = self._line()
        if line is None:
            self._stage.refuse(Refused("cart.empty"))
            return
        number, name = line.line.line, line.line.name
        self._stage.tell(self._desk.say("{name} taken out", name=name))
        self._change(lambda: self._desk.selling.remove(number))

    @Slot()
    def askVoid(self) -> None:
        """Ask whether the whole sale is to be voided."""
        if self._priced.lines:
            self._stage.open(Dialog.VOID)
        else:
            self._stage.refuse(Refused("cart.empty"))

    @Slot(str)
    def void(self, reason: str) -> None:
        """Void the whole sale."""
        self._stage.close()
        self._stage.tell(self._desk.say("The sale is void. Nothing was paid."))
        self._change(lambda: self._desk.selling.abandon(reason))

    @Slot()
    def pay(self) -> None:
        """Begin the payment; an age that must be checked is asked for first."""
        self._desk.bridge.run(self._desk.checkout.begin, self._begun, self._not_begun)

    @Slot()
    def ageChecked(self) -> None:
        """The customer is old enough."""
        years = self._priced.cart.age_needed
        self._stage.close()

        def work() -> Settlement:
            self._desk.selling.check_age(years)
            return self._desk.checkout.begin()

        self._desk.bridge.run(work, self._begun, self._not_begun)

    @Property(str, notify=changed)
    def ageText(self) -> str:
        """What has to be checked before paying."""
        return self._desk.say.sentence("cart.age", years=self._priced.cart.age_needed)

    @Property(str, notify=changed)
    def voidText(self) -> str:
        """What would be voided."""
        return self._desk.say("{count}, {total}", count=self._sums.pieces, total=self._sums.total)

    # what the till tells

    @property
    def priced(self) -> PricedCart:
        """The cart as it is shown."""
        return self._priced

    @property
    def chosen_line(self) -> PricedLine | None:
        """The line that actions are about."""
        return self._line()

    def show(self, priced: PricedCart) -> None:
        """The cart has changed; the newest line becomes the chosen one."""
        self._priced = priced
        rows = self._text.rows(priced)
        self._lines.put(rows)
        if priced.cart.last_line != self._last or not any(row.key == self._chosen for row in rows):
            self._chosen = priced.cart.last_line
        touched, self._last = self._last, priced.cart.last_line
        self._times = 0
        self._tell_sums(self._text.sums(priced))
        self._mark(self._chosen)
        self._tell_keyed()
        self.changed.emit()
        self.followed.emit(next((n for n, row in enumerate(rows) if row.newest), len(rows) - 1))
        wanted = priced.cart.unnumbered
        if wanted is not None and self._last > touched >= 0 and wanted.line > touched:
            self.numberWanted.emit()

    def added(self, priced: PricedCart) -> None:
        """An article came in by hand."""
        self._desk.sounds.play(sounds.GOOD)
        self._stage.show(priced)

    def refused(self, error: ShopError) -> None:
        """An article could not come in."""
        self._stage.refuse(error)

    def retell(self) -> None:
        """The language changed."""
        self._retext()
        self.show(self._priced)

    def _retext(self) -> None:
        self._text = BasketText(self._desk.say, self._desk.counter.ledger.identity.place.currency, self._desk.seen)
        self._last = -1

    def _tell_sums(self, sums: BasketSums) -> None:
        """Say which groups of texts are others now; the total first."""
        old, self._sums = self._sums, sums
        if (sums.total, sums.summary) != (old.total, old.summary):
            self.totalled.emit()
        if (sums.discount, sums.sale_discount) != (old.discount, old.sale_discount):
            self.reduced.emit()
        if sums.deposit != old.deposit:
            self.deposited.emit()
        if sums.vat != old.vat:
            self.taxed.emit()
        if sums.pieces != old.pieces:
            self.counted.emit()
        if (sums.count == 0) != (old.count == 0):
            self.emptied.emit()

    def _tell_keyed(self) -> None:
        text = (f"{self._times} × " if self._times else "") + self._entry.digits
        if text != self._keyed:
            self._keyed = text
            self.keyed.emit()

    def _mark(self, line: int) -> None:
        """Make a line the chosen one. Its row is kept: every row on the screen asks for it."""
        self._chosen = line
        row = next((place for place, row in enumerate(self._lines.rows) if row.key == line), -1)
        if row != self._row:
            had, self._row = self._row >= 0, row
            self.chosenMoved.emit()
            if had != (row >= 0):
                self.held.emit()

    def _line(self) -> PricedLine | None:
        return next((one for one in self._priced.lines if one.line.line == self._chosen), None)

    def _change(self, work: Callable[[], PricedCart]) -> None:
        self._desk.bridge.run(work, self._stage.show, self._stage.refuse)

    def _set_next(self, quantity_milli: int) -> None:
        self._desk.scans.quantity_milli = quantity_milli

    def _begun(self, settlement: Settlement) -> None:
        if self._desk.checkout.settlement is None:  # all of it was given away
            self.paidForNothing.emit()
            return
        if settlement.left_minor < 0:
            self.refunding.emit(settlement)
            return
        self._stage.move(flows.pay(self._stage.flow))
        self.paying.emit()

    numberWanted = Signal()
    stopFound = Signal()
    paidForNothing = Signal()
    refunding = Signal(object)

    def _not_begun(self, error: ShopError) -> None:
        if error.code == "cart.age":
            self.changed.emit()
            self._desk.sounds.play(sounds.ATTENTION)
            self._stage.open(Dialog.AGE)
        elif error.code in ("cart.serial", "cart.card_number"):
            self._desk.sounds.play(sounds.ATTENTION)
            self.numberWanted.emit()
        elif error.code in ("stop.in_cart", "stop.look"):
            self.stopFound.emit()
        else:
            self._stage.refuse(error)


def _nothing(result: object) -> None:
    """Nothing to show."""
