"""Opening a shift: the float counted coin by coin, or as one amount."""

from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.errors import ShopError
from kiosk.domain.shift import Shift
from kiosk.ui import flow as flows
from kiosk.ui import sounds
from kiosk.ui.entry import Entry
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.till_desk import Stage, TillDesk

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

KINDS_MINOR = (10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5)
"""Euro notes and coins that a drawer holds, in cents; one and two cents are not given out."""

_COUNT_DIGITS = 4


@dataclass(frozen=True, slots=True)
class KindRow:
    """One note or coin with its count."""

    key: int
    title: str
    count: str
    amount: str
    chosen: bool
    spoken: str


@QmlElement
class ShiftModel(QObject):
    """The float in the making."""

    changed = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._kinds = Rows(KindRow, self)
        self._counts = {minor: Entry(most=_COUNT_DIGITS) for minor in KINDS_MINOR}
        self._chosen = 0
        self._amount = Entry(decimals=2, most=7)
        self._is_usual = False  # the amount is the store's usual float: the first digit takes its place
        self._counting = True
        self._error: ShopError | None = None
        self._busy = False

    def begin(self) -> None:
        """Start anew; the usual float of the store is there as the one amount."""
        usual = self._desk.counter.settings.opening_float_minor
        self._amount, self._is_usual = Entry(str(usual) if usual else "", 2, 7), usual > 0
        self._counts = {minor: Entry(most=_COUNT_DIGITS) for minor in KINDS_MINOR}
        self._chosen, self._counting, self._error = 0, usual == 0, None
        if not self._desk.counter.has_drawer:  # there is nothing to count
            self._amount, self._is_usual, self._counting = Entry(decimals=2, most=7), False, False
            self.open()
        self._show()

    def retell(self) -> None:
        """The language changed."""
        self._show()

    @Property(QObject, notify=changed)
    def kinds(self) -> QObject:
        """Notes and coins."""
        return self._kinds

    @Property(bool, notify=changed)
    def isCounting(self) -> bool:
        """Whether the float is counted by kind, and not keyed in as one amount."""
        return self.is_counting()

    def is_counting(self) -> bool:
        """Whether the float is counted by kind, and not keyed in as one amount."""
        return self._counting

    @Property(str, notify=changed)
    def totalText(self) -> str:
        """The float so far."""
        return self._desk.money(self._total())

    @Property(str, notify=changed)
    def dayText(self) -> str:
        """The business day that will be opened."""
        return self._desk.say.date(self._desk.counter.business_day())

    @Property(str, notify=changed)
    def errorText(self) -> str:
        """Why it was refused."""
        return self._desk.say.error(self._error) if self._error else ""

    @Slot(bool)
    def setCounting(self, counting: bool) -> None:
        """Count by kind, or key in one amount."""
        self._counting, self._error = counting, None
        self._show()

    @Slot(int)
    def choose(self, minor: int) -> None:
        """A note or coin was tapped: digits are its count now."""
        self._chosen = KINDS_MINOR.index(minor)
        self._show()

    @Slot(int)
    def step(self, by: int) -> None:
        """The next kind, or the one before."""
        self._chosen = min(max(self._chosen + by, 0), len(KINDS_MINOR) - 1)
        self._show()

    @Slot(str)
    def digit(self, digit: str) -> None:
        """A digit of the count, or of the amount."""
        self._error = None
        if self._counting:
            minor = KINDS_MINOR[self._chosen]
            self._counts[minor] = self._counts[minor].key(digit)
        else:
            self._amount = (self._amount.cleared() if self._is_usual else self._amount).key(digit)
            self._is_usual = False
        self._show()

    @Slot()
    def backspace(self) -> None:
        """Take the last digit away."""
        if self._counting:
            minor = KINDS_MINOR[self._chosen]
            self._counts[minor] = self._counts[minor].back()
        else:
            self._amount = self._amount.cleared() if self._is_usual else self._amount.back()
            self._is_usual = False
        self._show()

    @Slot()
    def enter(self) -> None:
        """The next kind; after the last one, open the shift."""
        if self._counting and self._chosen < len(KINDS_MINOR) - 1:
            self.step(1)
        else:
            self.open()

    @Slot()
    def open(self) -> None:
        """Open the shift with this float."""
        if self._busy:
            return
        self._busy = True
        total = self._total()
        self._desk.bridge.run(lambda: self._desk.shifts.open(total), self._opened, self._refused)

    def _total(self) -> int:
        if not self._counting:
            return self._amount.value
        return sum(minor * entry.value for minor, entry in self._counts.items())

    def _opened(self, shift: Shift) -> None:
        self._busy = False
        self._stage.move(flows.shift_opened(self._stage.flow))

    def _refused(self, error: ShopError) -> None:
        self._busy, self._error = False, error
        self._desk.sounds.play(sounds.REFUSED)
        self._show()

    def _show(self) -> None:
        say = self._desk.say
        rows = []
        for place, (minor, entry) in enumerate(self._counts.items()):
            title = self._desk.money(minor)
            amount = self._desk.money(minor * entry.value) if entry.value else ""
            spoken = say("{kind}, {count} counted", kind=title, count=entry.value)
            rows.append(KindRow(minor, title, entry.digits, amount, place == self._chosen, spoken))
        self._kinds.put(rows)
        self.changed.emit()
