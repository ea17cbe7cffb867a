"""Change from the bank: note by note what is to be brought, on a slip for whoever calls the bank."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.errors import ShopError
from kiosk.domain.facts import Fact
from kiosk.ui import sounds
from kiosk.ui.counted_rows import Counted, CountRow
from kiosk.ui.flow import Dialog
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_menu import Keys, MenuEntry

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class ChangeOrderModel(QObject):
    """An order for change in the making."""

    changed = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._counted = Counted(desk.counter.rules.COUNTED_MINOR, desk.counter.rules.LEAST_NOTE_MINOR, has_rest=False)
        self._notes, self._coins = Rows(CountRow, self), Rows(CountRow, self)
        self._error: ShopError | None = None
        self._busy = False

    @Property(QObject, notify=changed)
    def notes(self) -> QObject:
        """Notes to order."""
        return self._notes

    @Property(QObject, notify=changed)
    def coins(self) -> QObject:
        """Coins to order."""
        return self._coins

    @Property(str, notify=changed)
    def totalText(self) -> str:
        """What it comes to."""
        return self._desk.money(self._counted.tally().total_minor)

    @Property(str, notify=changed)
    def errorText(self) -> str:
        """Why it was refused."""
        return self._desk.say.error(self._error) if self._error else ""

    # the family

    def menu(self) -> Sequence[MenuEntry]:
        """What the menu gets."""
        return (MenuEntry("change_order", self._desk.say("Order change"), "cash", self.begin),)

    def keys(self, dialog: Dialog) -> Keys | None:
        """What the keyboard does in its dialog."""
        key = Qt.Key
        if dialog is not Dialog.CHANGE_ORDER:
            return None
        return lambda: self.step(1), {
            key.Key_Escape: self._stage.close, key.Key_Backspace: self.backspace, key.Key_F9: self.order,
            key.Key_Up: lambda: self.step(-1), key.Key_Down: lambda: self.step(1),
        }  # fmt: skip

    def digits(self, dialog: Dialog) -> Callable[[str], object] | None:
        """Where a digit goes."""
        return self.digit if dialog is Dialog.CHANGE_ORDER else None

    def retell(self) -> None:
        """The language changed."""
        self._show()

    # what a person does

    def begin(self) -> None:
        """Ask how many of each."""
        self._counted.take({}, 0)
        self._counted.choose(self._counted.kinds[0])
        self._error, self._busy = None, False
        self._show()
        self._stage.open(Dialog.CHANGE_ORDER)

    @Slot(int)
    def choose(self, kind: int) -> None:
        """A note or coin was tapped: digits are its count now."""
        self._counted.choose(kind)
        self._show()

    @Slot(int)
    def step(self, by: int) -> None:
        """The next note or coin, or the one before."""
        self._counted.step(by)
        self._show()

    @Slot(str)
    def digit(self, digit: str) -> None:
        """One more digit."""
        self._counted.digit(digit)
        self._error = None
        self._show()

    @Slot()
    def backspace(self) -> None:
        """The last digit goes."""
        self._counted.back()
        self._show()

    @Slot()
    def order(self) -> None:
        """Write the order down and print its slip."""
        if self._busy:
            return
        self._busy = True
        money, tally = self._desk.till_money, self._counted.tally()

        def work() -> Fact:
            fact = money.cash.order_change(tally)
            money.reports.wake()
            return fact

        self._desk.bridge.run(work, self._ordered, self._refused)

    # inside

    def _ordered(self, fact: Fact) -> None:
        self._busy = False
        self._desk.sounds.play(sounds.GOOD)
        self._stage.close()
        money = self._desk.money(fact.body["amount"])
        self._stage.tell(self._desk.say("{money} of change is ordered; the slip is being printed", money=money))

    def _refused(self, error: ShopError) -> None:
        self._busy, self._error = False, error
        self._desk.sounds.play(sounds.REFUSED)
        self._show()

    def _show(self) -> None:
        rows = self._counted.rows(self._desk)
        self._notes.put([row for row in rows if row.isNote])
        self._coins.put([row for row in rows if not row.isNote])
        self.changed.emit()
