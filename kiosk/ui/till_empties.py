"""Empties at the till: scan bottles and slips, or count pieces of one deposit; each stands in the basket at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.errors import ShopError
from kiosk.domain.pricing import PricedCart
from kiosk.ui import sounds
from kiosk.ui.entry import Entry
from kiosk.ui.flow import Dialog
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_menu import Keys, MenuEntry

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

_PIECES_DIGITS = 3


@dataclass(frozen=True, slots=True)
class AmountRow:
    """One deposit that is counted by hand."""

    key: str
    title: str
    chosen: bool


@QmlElement
class EmptiesModel(QObject):
    """What goes back for empties."""

    changed = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._rows = Rows(AmountRow, self)
        self._place = 0
        self._pieces = Entry(most=_PIECES_DIGITS)
        self._error: ShopError | None = None

    @Property(QObject, notify=changed)
    def amounts(self) -> QObject:
        """The deposits that are counted by hand."""
        return self._rows

    @Property(str, notify=changed)
    def piecesText(self) -> str:
        """How many are keyed in; nothing keyed in is one."""
        return self._pieces.digits or "1"

    @Property(bool, notify=changed)
    def isKeyed(self) -> bool:
        """Whether a number is keyed in that was not counted yet."""
        return not self._pieces.is_empty

    @Property(str, notify=changed)
    def backText(self) -> str:
        """What goes back for empties in this sale so far."""
        lines = self._desk.selling.priced.lines
        return self._desk.money(-sum(one.deposit_minor for one in lines if one.line.empties is not None))

    @Property(str, notify=changed)
    def errorText(self) -> str:
        """Why it was refused."""
        return self._desk.say.error(self._error) if self._error else ""

    # the family

    def menu(self) -> Sequence[MenuEntry]:
        """What the menu gets."""
        return (MenuEntry("empties", self._desk.say("Deposit back"), "undo", self.begin),)

    def keys(self, dialog: Dialog) -> Keys | None:
        """What the keyboard does."""
        if dialog is not Dialog.EMPTIES:
            return None
        key = Qt.Key
        return self.enter, {
            key.Key_Escape: self._stage.close,
            key.Key_Backspace: self.backspace,
            key.Key_Left: lambda: self.step(-1), key.Key_Up: lambda: self.step(-1),
            key.Key_Right: lambda: self.step(1), key.Key_Down: lambda: self.step(1),
        }  # fmt: skip

    def digits(self, dialog: Dialog) -> Callable[[str], object] | None:
        """Where a digit goes: into how many."""
        return self.digit if dialog is Dialog.EMPTIES else None

    def scanned(self, dialog: Dialog, text: str) -> bool:
        """A bottle or a slip was scanned while this is open."""
        if dialog is not Dialog.EMPTIES:
            return False
        pieces = self._taken_pieces()
        self._desk.bridge.run(lambda: self._desk.scans.take_empties(text, pieces), self._taken, self._refused)
        return True

    def retell(self) -> None:
        """The language changed."""
        self._show()

    # what a person does

    def begin(self) -> None:
        """Scans give deposit back from now on, until this is closed."""
        self._place, self._pieces, self._error = 0, self._pieces.cleared(), None
        self._show()
        self._stage.open(Dialog.EMPTIES)

    @Slot(str)
    def digit(self, digit: str) -> None:
        """A digit of how many."""
        self._pieces, self._error = self._pieces.key(digit), None
        self.changed.emit()

    @Slot()
    def backspace(self) -> None:
        """One digit less."""
        self._pieces = self._pieces.back()
        self.changed.emit()

    @Slot(str)
    def take(self, key: str) -> None:
        """So many of this deposit go back."""
        self._place = int(key)
        self._show()
        amounts = self._desk.scans.empties.rules.amounts_minor
        if self._place < len(amounts):
            amount, pieces = amounts[self._place], self._taken_pieces()
            self._desk.bridge.run(lambda: self._desk.scans.empties.take_amount(amount, pieces), self._taken, self._refused)

    @Slot()
    def enter(self) -> None:
        """What is keyed in counts for the chosen deposit; nothing keyed in: that was all."""
        if self._pieces.value:
            self.take(str(self._place))
        else:
            self._stage.close()

    def step(self, by: int) -> None:
        """The next deposit, or the one before."""
        self._place = (self._place + by) % max(1, len(self._rows.rows))
        self._show()

    # inside

    def _taken_pieces(self) -> int:
        pieces, self._pieces = self._pieces.value or 1, self._pieces.cleared()
        return pieces

    def _taken(self, priced: PricedCart) -> None:
        self._error = None
        self._desk.sounds.play(sounds.GOOD)
        self._stage.show(priced)
        self.changed.emit()

    def _refused(self, error: ShopError) -> None:
        self._error = error
        self._desk.sounds.play(sounds.REFUSED)
        self.changed.emit()

    def _show(self) -> None:
        amounts = self._desk.scans.empties.rules.amounts_minor
        self._rows.put([AmountRow(str(n), self._desk.money(one), n == self._place) for n, one in enumerate(amounts)])
        self.changed.emit()
