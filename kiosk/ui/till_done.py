"""The end of a sale: the change, largest of all, and what became of the receipt."""

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.services.checkout import SaleDone
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_paper import PaperJob

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class DoneModel(QObject):
    """The sale that was just paid."""

    changed = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._done: SaleDone | None = None
        self._job: PaperJob | None = None
        self._printer_fault = ""

    def begin(self, done: SaleDone) -> None:
        """A sale was paid."""
        self._done, self._job = done, None
        self.look()
        self.changed.emit()

    def look(self) -> None:
        """See what became of the receipt; called whenever a print job moved."""
        if self._done is None:
            return
        key = f"receipt-{self._done.sale}"
        self._desk.bridge.run(lambda: PaperJob.find(self._desk.receipts, key), self._found)

    def heard(self, fault: str) -> None:
        """What is wrong with the printer, as a sentence; empty when nothing is."""
        self._printer_fault = fault
        self.changed.emit()

    def retell(self) -> None:
        """The language changed."""
        self.changed.emit()

    @Property(bool, notify=changed)
    def hasChange(self) -> bool:
        """Whether money goes back."""
        return bool(self._done and self._done.change_minor)

    @Property(str, notify=changed)
    def changeText(self) -> str:
        """The change."""
        return self._desk.money(self._done.change_minor) if self._done else ""

    @Property(str, notify=changed)
    def totalText(self) -> str:
        """What was paid for the sale, after cash rounding."""
        if self._done is None:
            return ""
        return self._desk.money(abs(self._done.total_minor + self._done.rounding_minor))

    @Property(bool, notify=changed)
    def isPaidOut(self) -> bool:
        """Whether money went back to the customer."""
        return bool(self._done and self._done.total_minor < 0)

    @Property(str, notify=changed)
    def creditText(self) -> str:
        """The number of the store credit that the customer gets in place of money; empty where money went."""
        return self._done.credit if self._done else ""

    @Property(str, notify=changed)
    def receiptText(self) -> str:
        """The receipt's number."""
        return self._done.receipt if self._done else ""

    @Property(bool, notify=changed)
    def fiscalOutage(self) -> bool:
        """Whether the fiscal unit did not answer."""
        return bool(self._done and self._done.fiscal_outage)

    @Property(str, notify=changed)
    def paperText(self) -> str:
        """What became of the receipt."""
        say = self._desk.say
        if self._job is None:
            return say("No printer is set up. The receipt can be printed later.")
        if self._job.isPrinted:
            return say("The receipt is printed")
        if self._job.isHeld:
            return say("The receipt waits for you: see Status")
        if self._job.hasFailed:
            return say("The receipt is not printed")
        return self._printer_fault or say("The receipt is being printed")

    @Property(str, notify=changed)
    def paperHint(self) -> str:
        """The way out where the receipt is not on paper."""
        if self._job is None or self._job.isPrinted:
            return ""
        if self._printer_fault or self._job.isHeld or self._job.hasFailed:
            return self._desk.say(
                "It is kept and printed as soon as the printer can. You can go on."
            )
        return ""

    @Property(str, notify=changed)
    def paperIcon(self) -> str:
        """How that is drawn."""
        if self._job is None or self.paper_warns():
            return "printer-off"
        return "check-circle" if self._job.isPrinted else "printer"

    @Property(bool, notify=changed)
    def paperWarns(self) -> bool:
        """Whether a person should look."""
        return self.paper_warns()

    def paper_warns(self) -> bool:
        """Whether a person should look."""
        if self._job is None or self._job.isPrinted:
            return False
        return bool(self._printer_fault) or self._job.isHeld or self._job.hasFailed

    @Slot()
    def printAgain(self) -> None:
        """Print the receipt once more, marked as a copy."""
        if self._done is not None:
            receipt = self._done.receipt
            self._desk.bridge.run(
                lambda: self._desk.receipts.reprint(receipt), self._copied, self._stage.refuse
            )

    def _copied(self, document: object) -> None:
        self._stage.tell(self._desk.say("A copy of the receipt is being printed"))

    def _found(self, job: PaperJob | None) -> None:
        self._job = job
        self.changed.emit()
