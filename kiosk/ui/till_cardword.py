"""A manager says what the card terminal's own paper says: paid with the slip's number, or not paid; with number and PIN."""

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.cardterminal import Deed
from kiosk.domain.errors import ShopError
from kiosk.ui.entry import Entry
from kiosk.ui.signature import Signature
from kiosk.ui.till_card import CardModel
from kiosk.ui.till_desk import Stage, TillDesk

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

_SLIP = Entry(most=20)


@QmlElement
class CardWordModel(QObject):
    """The dialog for it."""

    changed = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, card: CardModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage, self._card = desk, stage, card
        self._paid, self._slip, self._signature = True, _SLIP, Signature()
        self._at_slip, self._error = True, ""

    def begin(self) -> None:
        """Nothing was said yet."""
        self._slip = _SLIP
        self.choose(paid=True)

    @Property(bool, notify=changed)
    def isPaid(self) -> bool:
        """Whether the paper says that it was paid (or given back)."""
        return self._paid

    @Property(str, notify=changed)
    def hintText(self) -> str:
        """Which payment it is about."""
        return f"{self._card.amountText} · {self._card.ownerText}"

    @Property(str, notify=changed)
    def yesText(self) -> str:
        """The paper says yes."""
        return self._desk.say("The paper says: given back") if self._is_back() else self._desk.say("The paper says: paid")

    @Property(str, notify=changed)
    def noText(self) -> str:
        """The paper says no, or there is none."""
        return self._desk.say("The paper says: not given back") if self._is_back() else self._desk.say("The paper says: not paid")

    @Property(str, notify=changed)
    def entryLabel(self) -> str:
        """What is asked for now."""
        say = self._desk.say
        if self._at_slip:
            return say("Number on the terminal's slip")
        return say("Manager's PIN") if self._signature.is_pin else say("Manager's number")

    @Property(str, notify=changed)
    def entryText(self) -> str:
        """What was keyed in; of a PIN only how long it is."""
        return self._slip.digits if self._at_slip else self._signature.shown

    @Property(bool, notify=changed)
    def isLast(self) -> bool:
        """Whether the next Enter says it."""
        return self._signature.is_pin

    @Property(str, notify=changed)
    def errorText(self) -> str:
        """Why it was refused."""
        return self._error

    @Slot(bool)
    def choose(self, paid: bool) -> None:
        """What the paper says."""
        self._paid, self._at_slip, self._signature, self._error = paid, paid, Signature(), ""
        self.changed.emit()

    @Slot()
    def other(self) -> None:
        """The other answer."""
        self.choose(not self._paid)

    @Slot(str)
    def digit(self, digit: str) -> None:
        """One more digit."""
        if self._at_slip:
            self._slip = self._slip.key(digit)
        else:
            self._signature = self._signature.key(digit)
        self._error = ""
        self.changed.emit()

    @Slot()
    def backspace(self) -> None:
        """One digit less; from an empty entry back to the one before."""
        if self._at_slip:
            self._slip = self._slip.back()
        elif self._paid and self._signature == Signature():
            self._at_slip = True
        else:
            self._signature = self._signature.back()
        self.changed.emit()

    @Slot()
    def enter(self) -> None:
        """To the next entry, or say it."""
        if self._at_slip and self._slip.is_empty:
            self._refuse(ShopError("card.slip"))
        elif not self._at_slip and self._signature.is_empty:
            self._refuse(ShopError("approval.who"))
        elif self._signature.is_pin:
            self._say_it()
        else:
            self._signature = self._signature if self._at_slip else self._signature.signed()
            self._at_slip = False
            self.changed.emit()

    def _say_it(self) -> None:
        cards, attempt, signature, paid = self._desk.cards, self._card.attempt, self._signature, self._paid
        slip = self._slip.digits if paid else ""
        self._signature = signature.without_pin()
        if cards is None or attempt is None:
            self._stage.close()
            return

        def said(nothing: None) -> None:
            self._stage.close()

        who, pin = signature.number.digits, signature.pin.digits
        self._desk.bridge.run(lambda: cards.state(attempt.reference, paid, slip, who, pin), said, self._refuse)

    def _refuse(self, error: ShopError) -> None:
        self._error, self._signature = self._desk.say.error(error), self._signature.refused(error)
        self.changed.emit()

    def _is_back(self) -> bool:
        return self._card.attempt is not None and self._card.attempt.deed is not Deed.PAYMENT
