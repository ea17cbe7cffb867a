"""Held and refused work on the till: what waits, what can be done, and a manager's word for leaving something out."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.errors import ShopError
from kiosk.domain.exceptions import DROP, PRINT, RETRY, WRITE_OFF, Waiting, money_of
from kiosk.domain.readiness import Board
from kiosk.services.exceptions import job_of
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.signature import Signature
from kiosk.ui.till_desk import Stage, TillDesk

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

AGAIN_MS = 1_500
"""After this the hub has answered a retry, or it will not soon: look again."""


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One thing that waits; the flags say which keys it has."""

    key: str
    what: str
    why: str
    since: str
    money: str
    late: bool
    canRetry: bool
    canPrint: bool
    canWriteOff: bool


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """A reason for leaving something out."""

    key: str
    title: str
    chosen: bool


@QmlElement
class ExceptionsModel(QObject):
    """The exception queue of this till. `looked` hears of every new look."""

    changed = Signal()
    writingOff = Signal()
    writtenOff = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._rows, self._reasons = Rows(WaitingRow, self), Rows(ReasonRow, self)
        self._waiting: tuple[Waiting, ...] = ()
        self._board: Board | None = None
        self._item = ""
        self._reason, self._signature, self._error = 0, Signature(), ""
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self.refresh)

    @property
    def board(self) -> Board | None:
        """The board that was read with what waits."""
        return self._board

    def items(self) -> tuple[Waiting, ...]:
        """What waits, as it was last read."""
        return self._waiting

    @Slot()
    def refresh(self) -> None:
        """Look again."""
        if self._desk.upkeep is not None:
            self._desk.bridge.search(self._desk.upkeep.look, self._looked, self._stage.refuse)

    def retell(self) -> None:
        """The language changed."""
        self._show()

    # what is shown

    @Property(QObject, notify=changed)
    def rows(self) -> QObject:
        """What waits, oldest first."""
        return self._rows

    @Property(int, notify=changed)
    def count(self) -> int:
        """How much waits."""
        return len(self._waiting)

    @Property(bool, notify=changed)
    def isEmpty(self) -> bool:
        """Whether nothing waits."""
        return not self._waiting

    @Property(str, notify=changed)
    def hint(self) -> str:
        """How much waits and how much money it is."""
        say, money = self._desk.say, money_of(self._waiting)
        if not self._waiting:
            return ""
        if not money:
            return say("Waiting: {count}. Nothing of it is lost.", count=len(self._waiting))
        told: dict[str, str | int] = {"count": len(self._waiting), "money": self._desk.money(money)}
        return say("Waiting: {count}, {money} in all. Nothing of it is lost.", **told)

    @Property(str, notify=changed)
    def keyText(self) -> str:
        """The words on the key that leads here."""
        say = self._desk.say
        return say("Held work ({count})", count=len(self._waiting)) if self._waiting else say("Held work")

    # writing off

    @Property(str, notify=changed)
    def subject(self) -> str:
        """What is to be left out."""
        return next((row.what for row in self._rows.rows if row.key == self._item), "")

    @Property(str, notify=changed)
    def subjectMoney(self) -> str:
        """How much it is."""
        return next((row.money for row in self._rows.rows if row.key == self._item), "")

    @Property(QObject, notify=changed)
    def reasons(self) -> QObject:
        """Why."""
        return self._reasons

    @Property(bool, notify=changed)
    def isPin(self) -> bool:
        """Whether the PIN is asked for; before that it is the number."""
        return self._signature.is_pin

    @Property(str, notify=changed)
    def entryLabel(self) -> str:
        """What is to be keyed in."""
        say, signature = self._desk.say, self._signature
        return say("PIN of {number}", number=signature.number.digits) if signature.is_pin else say("Number of a manager")

    @Property(str, notify=changed)
    def entryText(self) -> str:
        """What was keyed in; of a PIN only how long it is."""
        return self._signature.shown

    @Property(str, notify=changed)
    def errorText(self) -> str:
        """Why it was refused."""
        return self._error

    # doing

    @Slot(str)
    def tryAgain(self, key: str) -> None:
        """Have it tried again: at the hub, and by sending what is unsent."""
        if self._desk.upkeep is not None:
            self._desk.upkeep.retry()
        self._desk.try_sync()
        self._stage.tell(self._desk.say("It is being tried again"))
        self._again.start()

    @Slot()
    def tryAll(self) -> None:
        """Have everything tried again."""
        self.tryAgain("")

    @Slot(str)
    def printIt(self, key: str) -> None:
        """Print a paper."""
        item, paper = self._found(key), self._desk.paper
        if item is not None and paper is not None:
            self._desk.bridge.run(lambda: paper.release(job_of(item)), lambda _: self.refresh(), self._stage.refuse)

    @Slot(str)
    def dropIt(self, key: str) -> None:
        """Do without a paper."""
        item, paper = self._found(key), self._desk.paper
        if item is not None and paper is not None:
            self._desk.bridge.run(lambda: paper.give_up(job_of(item)), lambda _: self.refresh(), self._stage.refuse)

    @Slot(str)
    def writeOff(self, key: str) -> None:
        """Begin to leave something out: a reason, and a manager's number and PIN."""
        if self._found(key) is not None:
            self._item, self._reason, self._signature, self._error = key, 0, Signature(), ""
            self._show()
            self.writingOff.emit()

    @Slot(str)
    def chooseReason(self, key: str) -> None:
        """Why it is left out."""
        self._reason = int(key)
        self._show()

    @Slot(int)
    def stepReason(self, by: int) -> None:
        """The reason above or below."""
        self._reason = (self._reason + by) % len(self._reason_texts())
        self._show()

    @Slot(str)
    def digit(self, digit: str) -> None:
        """One more digit."""
        self._signature, self._error = self._signature.key(digit), ""
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
            self._refuse(ShopError("approval.who"))
        elif not signature.is_pin:
            self._signature = signature.signed()
            self.changed.emit()
        elif self._desk.upkeep is not None:
            upkeep, item, number, pin = self._desk.upkeep, self._item, signature.number.digits, signature.pin.digits
            note = self._reason_texts()[self._reason]
            self._signature = signature.without_pin()
            self._desk.bridge.run(lambda: upkeep.write_off(item, number, pin, note), lambda _: self._gone(), self._refuse)

    def _gone(self) -> None:
        self._item, self._signature = "", Signature()
        self._stage.tell(self._desk.say("It is written off. The hub hears of it with the next contact."))
        self.refresh()
        self.writtenOff.emit()

    def _refuse(self, error: ShopError) -> None:
        self._error, self._signature = self._desk.say.error(error), self._signature.refused(error)
        self.changed.emit()

    def _looked(self, found: tuple[Board, Sequence[Waiting]]) -> None:
        self._board, self._waiting = found[0], tuple(found[1])
        self._show()

    def _show(self) -> None:
        self._rows.put([self._row(item) for item in self._waiting])
        texts = self._reason_texts()
        self._reasons.put([ReasonRow(str(place), text, place == self._reason) for place, text in enumerate(texts)])
        self.changed.emit()

    def _reason_texts(self) -> list[str]:
        say = self._desk.say
        return [say("It was a test or training"), say("It was rung up again correctly"), say("It was found out by hand")]

    def _row(self, item: Waiting) -> WaitingRow:
        say, place = self._desk.say, self._desk.counter.ledger.identity.place
        what, why = say.waiting(item, place.zone, place.currency)
        now_ms = self._desk.now_ms()
        since = say("since {time}", time=say.date_time(item.since_ms, place.zone))
        money = "" if item.money_minor is None else self._desk.money(item.money_minor)
        can = item.actions
        late, prints = item.is_late(now_ms), PRINT in can and DROP in can
        return WaitingRow(item.id, what, why, since, money, late, RETRY in can, prints, WRITE_OFF in can)

    def _found(self, key: str) -> Waiting | None:
        return next((item for item in self._waiting if item.id == key), None)
