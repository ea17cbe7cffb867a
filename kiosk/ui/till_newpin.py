"""Changing the one-time PIN: once, and once more to be sure."""

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.errors import Refused, ShopError
from kiosk.ui import flow as flows
from kiosk.ui import sounds
from kiosk.ui.entry import Entry
from kiosk.ui.till_desk import Stage, TillDesk

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class NewPinModel(QObject):
    """A person's own PIN in the making."""

    changed = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._old, self._first = "", ""
        self._pin = Entry(most=8)
        self._error: ShopError | None = None
        self._busy = False

    def begin(self, old_pin: str) -> None:
        """Start anew, after a sign-in with a one-time PIN."""
        self._old, self._first, self._error = old_pin, "", None
        self._pin = self._pin.cleared()
        self.changed.emit()

    def retell(self) -> None:
        """The language changed."""
        self.changed.emit()

    @Property(bool, notify=changed)
    def isRepeat(self) -> bool:
        """Whether the PIN is keyed in for the second time."""
        return self._first != ""

    @Property(int, notify=changed)
    def pinLength(self) -> int:
        """How many digits are in."""
        return len(self._pin.digits)

    @Property(str, notify=changed)
    def errorText(self) -> str:
        """Why it was refused, and what to choose instead."""
        return self._desk.say.error(self._error) if self._error else ""

    @Property(bool, notify=changed)
    def canEnter(self) -> bool:
        """Whether Enter does something."""
        return self.can_enter()

    def can_enter(self) -> bool:
        """Whether Enter does something."""
        return not self._busy and len(self._pin.digits) >= 4

    @Slot(str)
    def digit(self, digit: str) -> None:
        """One more digit."""
        self._pin, self._error = self._pin.key(digit), None
        self.changed.emit()

    @Slot()
    def backspace(self) -> None:
        """Take the last digit away."""
        self._pin = self._pin.back()
        self.changed.emit()

    @Slot()
    def enter(self) -> None:
        """Go on: repeat it, or take it."""
        if not self.can_enter():
            return
        pin = self._pin.digits
        self._pin = self._pin.cleared()
        if not self._first:
            self._first = pin
        elif pin != self._first:
            self._first = ""
            self._refused(Refused("staff.pin_differs"))
        else:
            self._busy = True
            old = self._old
            self._desk.bridge.run(
                lambda: self._desk.session.change_pin(old, pin), self._made, self._refused
            )
        self.changed.emit()

    def _made(self, done: None) -> None:
        self._busy, self._old, self._first = False, "", ""
        self._desk.bridge.run(self._desk.tell_new_pins, lambda _: None)
        shift_open = self._desk.counter.shift is not None
        self._stage.move(
            flows.signed_in(self._stage.flow, must_change=False, shift_open=shift_open)
        )

    def _refused(self, error: ShopError) -> None:
        self._busy, self._first, self._error = False, "", error
        self._desk.sounds.play(sounds.REFUSED)
        self.changed.emit()
