"""A discount on a line or on the sale: a rate or an amount, and always a reason."""

from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.cart import AMOUNT, PERCENT, Discount
from kiosk.domain.errors import ShopError
from kiosk.domain.pricing import PricedCart, PricedLine, taken_off
from kiosk.domain.staff import Employee
from kiosk.ui import sounds
from kiosk.ui.entry import Entry
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.till_approval import ApprovalModel
from kiosk.ui.till_desk import Stage, TillDesk

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

_BP = 100
PRICE = "price"
"""A new price in place of a reduction."""


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """A reason to tap."""

    key: str
    title: str
    chosen: bool


@QmlElement
class DiscountModel(QObject):
    """The discount in the making."""

    changed = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._reasons = Rows(ReasonRow, self)
        self._line: PricedLine | None = None
        self._before = 0
        self._there = False
        self._kind = PERCENT
        self._entry = Entry(most=3)
        self._reason = ""
        self._error: ShopError | None = None
        self.approval: ApprovalModel | None = None

    def begin(self, line: PricedLine | None, priced: PricedCart) -> None:
        """Start anew: for a line, or for the whole sale when there is none."""
        self._line = line
        if line is not None:
            self._before, self._there = line.before_minor - line.promotion_minor, line.line.discount is not None
        else:
            open_ = [one for one in priced.lines if not (one.line.is_given or one.line.is_card)]
            self._before = sum(one.before_minor - one.promotion_minor - one.line_discount_minor for one in open_)
            self._there = priced.cart.discount is not None
        self._kind, self._entry = PERCENT, Entry(most=3)
        self._reason, self._error = "damaged", None
        self._show()

    def retell(self) -> None:
        """The language changed."""
        self._show()

    @Property(QObject, notify=changed)
    def reasons(self) -> QObject:
        """The reasons to choose from."""
        return self._reasons

    @Property(bool, notify=changed)
    def isLine(self) -> bool:
        """Whether it is about a line, and not the whole sale."""
        return self._line is not None

    @Property(str, notify=changed)
    def subject(self) -> str:
        """What is reduced."""
        if self._line is None:
            return self._desk.money(self._before)
        return f"{self._line.line.name}, {self._desk.money(self._before)}"

    @Property(bool, notify=changed)
    def isPercent(self) -> bool:
        """Whether a rate is keyed in, and not an amount."""
        return self.is_percent()

    def is_percent(self) -> bool:
        """Whether a rate is keyed in, and not an amount."""
        return self._kind == PERCENT

    @Property(bool, notify=changed)
    def isPrice(self) -> bool:
        """Whether a new price is keyed in."""
        return self._kind == PRICE

    @Property(bool, notify=changed)
    def isThere(self) -> bool:
        """Whether there is a discount already that can be taken away."""
        return self._there

    @Property(str, notify=changed)
    def entryText(self) -> str:
        """What is keyed in."""
        if self._kind == PERCENT:
            return self._desk.say.percent(self._entry.value * _BP)
        return self._desk.money(self._entry.value)

    @Property(str, notify=changed)
    def resultText(self) -> str:
        """What it comes to."""
        value = self._value()
        if not value:
            return ""
        if self._kind == PRICE and self._line is not None:
            old = self._desk.money(self._line.line.unit_price_minor)
            return self._desk.say("{new} instead of {old}", new=self._desk.money(value), old=old)
        off = taken_off(self._before, Discount(self._kind, value, "-", "-"))
        after = self._desk.money(self._before - off)
        return self._desk.say("{off} off, {after} stays", off=self._desk.money(off), after=after)

    @Property(str, notify=changed)
    def errorText(self) -> str:
        """Why it was refused."""
        return self._desk.say.error(self._error) if self._error else ""

    @Property(bool, notify=changed)
    def canEnter(self) -> bool:
        """Whether it can be given."""
        return self.can_enter()

    def can_enter(self) -> bool:
        """Whether it can be given."""
        return self._entry.value > 0

    @Slot(bool)
    def setPercent(self, percent: bool) -> None:
        """A rate, or an amount."""
        self._kind = PERCENT if percent else AMOUNT
        self._entry = Entry(most=3) if percent else Entry(decimals=2, most=7)
        self._error = None
        self._show()

    @Slot()
    def setPrice(self) -> None:
        """A new price for the line."""
        if self._line is not None:
            self._kind, self._entry, self._error = PRICE, Entry(decimals=2, most=7), None
            self._show()

    def turn(self) -> None:
        """A rate, an amount, a price: the next of these."""
        if self._kind == AMOUNT and self._line is not None:
            self.setPrice()
        else:
            self.setPercent(self._kind != PERCENT)

    @Slot(str)
    def chooseReason(self, reason: str) -> None:
        """Why it is given."""
        self._reason = reason
        self._show()

    @Slot(int)
    def stepReason(self, by: int) -> None:
        """The next reason, or the one before."""
        keys = [row.key for row in self._reasons.rows]
        self.chooseReason(keys[(keys.index(self._reason) + by) % len(keys)])

    @Slot(str)
    def digit(self, digit: str) -> None:
        """A digit of the rate or amount."""
        more = self._entry.key(digit)
        if self._kind != PERCENT or more.value <= 100:
            self._entry = more
        self._error = None
        self._show()

    @Slot()
    def backspace(self) -> None:
        """Take the last digit away."""
        self._entry = self._entry.back()
        self._show()

    @Slot()
    def enter(self) -> None:
        """Give it."""
        if self.can_enter():
            self._give(self._value())

    @Slot()
    def takeAway(self) -> None:
        """Take the discount that is there away."""
        self._give(0)

    def _value(self) -> int:
        return self._entry.value * (_BP if self._kind == PERCENT else 1)

    def _give(self, value: int) -> None:
        kind, line = self._kind, self._line
        reason = next(row.title for row in self._reasons.rows if row.key == self._reason)

        def work(approver: Employee | None) -> PricedCart:
            selling = self._desk.selling
            if line is None:
                return selling.discount_sale(kind, value, reason, approver)
            if kind == PRICE:
                return selling.reprice_line(line.line.line, value, reason, approver)
            return selling.discount_line(line.line.line, kind, value, reason, approver)

        def refused(error: ShopError) -> None:
            if error.code in ("staff.discount_limit", "staff.discount_amount") and self.approval is not None:
                approve = self._desk.session.approve
                self.approval.ask(error, lambda number, pin: work(approve(number, pin)), self._given)
            else:
                self._refused(error)

        self._desk.bridge.run(lambda: work(None), self._given, refused)

    def _given(self, priced: PricedCart) -> None:
        self._stage.close()
        self._stage.show(priced)

    def _refused(self, error: ShopError) -> None:
        self._error = error
        self._desk.sounds.play(sounds.REFUSED)
        self.changed.emit()

    def _show(self) -> None:
        say = self._desk.say
        titles = {
            "damaged": say("Damaged"),
            "last_one": say("Last one, from the window"),
            "price_match": say("Lower price elsewhere"),
            "short_date": say("Short date"),
            "goodwill": say("Goodwill"),
            "staff": say("Staff discount"),
        }
        self._reasons.put(
            [ReasonRow(key, title, key == self._reason) for key, title in titles.items()]
        )
        self.changed.emit()
