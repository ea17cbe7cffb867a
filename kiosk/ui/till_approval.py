"""A second person's word, in place: who asks stays signed in, and whoever agrees gives number and PIN."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.errors import ShopError
from kiosk.domain.staff import Employee
from kiosk.ui import sounds
from kiosk.ui.flow import Dialog
from kiosk.ui.signature import Signature
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_menu import Keys, MenuEntry

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

T = TypeVar("T")


@QmlElement
class ApprovalModel(QObject):
    """Asks for an approver's number, then for the PIN, and does then what had to be approved."""

    changed = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._why: ShopError | None = None
        self._back = Dialog.NONE
        self._signature = Signature()
        self._error: ShopError | None = None
        self._work: Callable[[str, str], object] = _nobody
        self._done: Callable[[object], object] = _nothing

    def ask(self, why: ShopError, work: Callable[[str, str], T], done: Callable[[T], object]) -> None:
        """Ask because of a refusal; `work` gets number and PIN on the counter's thread, `done` what it gave."""
        self._why, self._error, self._signature = why, None, Signature()
        self._work = work
        self._done = lambda result: done(result)  # type: ignore[arg-type]  # it is what `work` gave
        self.changed.emit()
        self._back = self._stage.flow.dialog
        self._desk.sounds.play(sounds.ATTENTION)
        self._stage.open(Dialog.APPROVE)

    @Property(str, notify=changed)
    def whyText(self) -> str:
        """What has to be approved."""
        return self._desk.say.error(self._why) if self._why else ""

    @Property(str, notify=changed)
    def entryLabel(self) -> str:
        """What is asked for now."""
        say, signature = self._desk.say, self._signature
        return say("PIN of {number}", number=signature.number.digits) if signature.is_pin else say("Number of who agrees")

    @Property(str, notify=changed)
    def entryText(self) -> str:
        """What was keyed in; of a PIN only how long it is."""
        return self._signature.shown

    @Property(bool, notify=changed)
    def isPin(self) -> bool:
        """Whether the PIN is asked for."""
        return self._signature.is_pin

    @Property(str, notify=changed)
    def errorText(self) -> str:
        """Why it was refused."""
        return self._desk.say.error(self._error) if self._error else ""

    # the family

    def menu(self) -> Sequence[MenuEntry]:
        """Nothing: it comes when something has to be approved."""
        return ()

    def keys(self, dialog: Dialog) -> Keys | None:
        """What the keyboard does."""
        if dialog is not Dialog.APPROVE:
            return None
        return self.enter, {Qt.Key.Key_Escape: self.dismiss, Qt.Key.Key_Backspace: self.backspace}

    def digits(self, dialog: Dialog) -> Callable[[str], object] | None:
        """Where a digit goes."""
        return self.digit if dialog is Dialog.APPROVE else None

    def retell(self) -> None:
        """The language changed."""
        self.changed.emit()

    # what a person does

    @Slot(str)
    def digit(self, digit: str) -> None:
        """One more digit."""
        self._signature, self._error = self._signature.key(digit), None
        self.changed.emit()

    @Slot()
    def backspace(self) -> None:
        """One digit less; from an empty PIN back to the number."""
        self._signature = self._signature.back()
        self.changed.emit()

    @Slot()
    def enter(self) -> None:
        """The number is in, or the PIN is."""
        signature = self._signature
        if signature.is_empty:
            self._refused(ShopError("approval.who"))
        elif not signature.is_pin:
            self._signature = signature.signed()
            self.changed.emit()
        else:
            number, pin, work = signature.number.digits, signature.pin.digits, self._work
            self._signature = signature.without_pin()
            self._desk.bridge.run(lambda: work(number, pin), self._agreed, self._refused)

    @Slot()
    def dismiss(self) -> None:
        """Nobody agrees: back to where it was asked."""
        self._signature = Signature()
        self._stage.open(self._back)

    def scanned(self, text: str) -> None:
        """A badge is as good as a number; what is nobody's badge, as an article, is told as such."""
        if not self._signature.is_pin:
            self._desk.bridge.run(lambda: self._desk.session.find(text.strip()), self._found, self._refused)

    def _found(self, employee: Employee) -> None:
        self._signature, self._error = self._signature.of(employee.number), None
        self.changed.emit()

    def _agreed(self, result: object) -> None:
        self._signature = Signature()
        self._stage.close()
        self._done(result)

    def _refused(self, error: ShopError) -> None:
        self._error, self._signature = error, self._signature.refused(error)
        self._desk.sounds.play(sounds.REFUSED)
        self.changed.emit()


def _nobody(number: str, pin: str) -> object:
    raise AssertionError("nothing was asked for")


def _nothing(result: object) -> None:
    """Nothing is waiting for it."""
