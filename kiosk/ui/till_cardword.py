"""A manager says what the card terminal's own paper says: paid with the slip's number, or not paid; with number and PIN."""

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.cardterminal import Deed
from kiosk.domain.errors import ShopError
from kiosk.ui.till_card import CardModel
from kiosk.ui.till_desk import Stage, TillDesk

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

SLIP, NUMBER, PIN = "slip", "number", "pin"
_MOST = {SLIP: 20, NUMBER: 12, PIN: 8}


@QmlElement
class CardWordModel(QObject):
    """The dialog for it."""

    changed = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, card: CardModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage, self._card = desk, stage, card
        self._paid, self._step = True, SLIP
        self._given: dict[str, str] = {}
        self._error = ""

    def begin(self) -> None:
        """Nothing was said yet."""
        self._paid, self._step, self._given, self._error = True, SLIP, {}, ""
        self.changed.emit()

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
        return {
            SLIP: say("Number on the terminal's slip"), NUMBER: say("Manager's number"), PIN: say("Manager's PIN"),
        }[self._step]  # fmt: skip

    @Property(str, notify=changed)
    def entryText(self) -> str:
        """What was keyed in; of a PIN only how long it is."""
        entry = self._given.get(self._step, "")
        return "•" * len(entry) if self._step == PIN else entry

    @Property(bool, notify=changed)
    def isLast(self) -> bool:
        """Whether the next Enter says it."""
        return self._step == PIN

    @Property(str, notify=changed)
    def errorText(self) -> str:
        """Why it was refused."""
        return self._error

    @Slot(bool)
    def choose(self, paid: bool) -> None:
        """What the paper says."""
        self._paid, self._error = paid, ""
        self._step = SLIP if paid else NUMBER
        self._given.pop(PIN, None)
        self.changed.emit()

    @Slot()
    def other(self) -> None:
        """The other answer."""
        self.choose(not self._paid)

    @Slot(str)
    def digit(self, digit: str) -> None:
        """One more digit."""
        self._given[self._step] = (self._given.get(self._step, "") + digit)[: _MOST[self._step]]
        self._error = ""
        self.changed.emit()

    @Slot()
    def backspace(self) -> None:
        """One digit less; from an empty entry back to the one before."""
        if not self._given.get(self._step):
            self._step = {PIN: NUMBER, NUMBER: SLIP if self._paid else NUMBER, SLIP: SLIP}[self._step]
        else:
            self._given[self._step] = self._given[self._step][:-1]
        self.changed.emit()

    @Slot()
    def enter(self) -> None:
        """To the next entry, or say it."""
        if not self._given.get(self._step):
            self._refuse(ShopError("card.slip" if self._step == SLIP else "approval.who"))
        elif self._step != PIN:
            self._step = NUMBER if self._step == SLIP else PIN
            self.changed.emit()
        else:
            self._say_it()

    def _say_it(self) -> None:
        cards, attempt, given, paid = self._desk.cards, self._card.attempt, dict(self._given), self._paid
        self._given.pop(PIN, None)
        if cards is None or attempt is None:
            self._stage.close()
            return

        def said(nothing: None) -> None:
            self._stage.close()

        self._desk.bridge.run(
            lambda: cards.state(attempt.reference, paid, given.get(SLIP, ""), given[NUMBER], given[PIN]), said, self._refuse
        )

    def _refuse(self, error: ShopError) -> None:
        self._error = self._desk.say.error(error)
        if error.code in ("staff.unknown", "staff.not_allowed", "staff.inactive"):
            self._step = NUMBER
            self._given.pop(NUMBER, None)
        self.changed.emit()

    def _is_back(self) -> bool:
        return self._card.attempt is not None and self._card.attempt.deed is not Deed.PAYMENT
