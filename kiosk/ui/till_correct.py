"""How a sale was really paid: the shift's latest sales, and the way each should count, with a second person's word."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.errors import Refused
from kiosk.domain.facts import Fact
from kiosk.domain.payment import CARD, CASH
from kiosk.ui.flow import Dialog
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.till_approval import ApprovalModel
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_menu import Keys, MenuEntry

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1


@dataclass(frozen=True, slots=True)
class PaidRow:
    """A sale and how it counts as paid."""

    key: str
    title: str
    detail: str
    money: str
    chosen: bool


@QmlElement
class CorrectModel(QObject):
    """The sales of the open shift, to put their way of paying right."""

    changed = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, approval: ApprovalModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage, self._approval = desk, stage, approval
        self._rows = Rows(PaidRow, self)
        self._found: tuple[tuple[Fact, str], ...] = ()
        self._chosen = ""

    @Property(QObject, notify=changed)
    def rows(self) -> QObject:
        """The sales, newest first."""
        return self._rows

    @Property(bool, notify=changed)
    def isEmpty(self) -> bool:
        """Whether there is none."""
        return not self._found

    # the family

    def menu(self) -> Sequence[MenuEntry]:
        """What the menu gets."""
        return (MenuEntry("correct", self._desk.say("Correct a payment"), "edit", self.begin),)

    def keys(self, dialog: Dialog) -> Keys | None:
        """What the keyboard does in its dialog."""
        key = Qt.Key
        if dialog is not Dialog.CORRECT:
            return None
        return None, {
            key.Key_Escape: self._stage.close, key.Key_Up: lambda: self.step(-1), key.Key_Down: lambda: self.step(1),
            key.Key_F5: lambda: self.pay(CASH), key.Key_F6: lambda: self.pay(CARD),
        }  # fmt: skip

    def digits(self, dialog: Dialog) -> Callable[[str], object] | None:
        """No digits here."""
        return None

    def retell(self) -> None:
        """The language changed."""
        self._show()

    # what a person does

    def begin(self) -> None:
        """Show the latest sales."""
        self._desk.bridge.run(self._desk.till_money.corrections.recent, self._read, self._stage.refuse)

    @Slot(str)
    def choose(self, receipt: str) -> None:
        """Another sale."""
        self._chosen = receipt
        self._show()

    def step(self, by: int) -> None:
        """The next sale, or the one before."""
        receipts = [str(fact.body["receipt"]) for fact, _ in self._found]
        if receipts:
            self.choose(receipts[min(max(receipts.index(self._chosen) + by, 0), len(receipts) - 1)])

    def scanned(self, text: str) -> None:
        """A receipt was held under the scanner: it is the one that is meant."""
        if any(fact.body["receipt"] == text for fact, _ in self._found):
            self.choose(text)

    @Slot(str)
    def pay(self, kind: str) -> None:
        """It was paid so; a second person says so too."""
        receipt, reason = self._chosen, self._desk.say("Rung up as paid another way")
        corrections = self._desk.till_money.corrections
        if receipt:
            work = lambda number, pin: corrections.correct(receipt, kind, reason, number, pin)  # noqa: E731
            self._approval.ask(Refused("tender.sign_off"), work, self._corrected)

    # inside

    def _read(self, found: tuple[tuple[Fact, str], ...]) -> None:
        self._found = found
        self._chosen = str(found[0][0].body["receipt"]) if found else ""
        self._show()
        self._stage.open(Dialog.CORRECT)

    def _corrected(self, fact: Fact) -> None:
        self._stage.close()
        self._stage.tell(self._desk.say("{receipt} counts as paid as it was", receipt=fact.body["receipt"]))

    def _show(self) -> None:
        say, zone = self._desk.say, self._desk.counter.ledger.identity.place.zone
        names = {CASH: say("Cash"), CARD: say("Card")}
        rows = []
        for fact, paid in self._found:
            receipt = str(fact.body["receipt"])
            way = " + ".join(names.get(one, one) for one in paid.split(" + "))
            detail = f"{say.time(fact.moment.wall_ms, zone)} · {way}"
            rows.append(PaidRow(receipt, receipt, detail, self._desk.money(fact.body["total"]), receipt == self._chosen))
        self._rows.put(rows)
        self.changed.emit()
