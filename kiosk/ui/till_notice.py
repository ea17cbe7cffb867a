"""What a person has to see before anything goes on: a refused scan, with those that wait behind it; a ticket's unknown codes."""

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.errors import ShopError
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_goods import TabRow

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class NoticeModel(QObject):
    """The notice on the screen. It goes only by Enter or a touch."""

    changed = Signal()
    acknowledged = Signal()
    dropped = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._error: ShopError | None = None
        self._waiting = 0
        self._codes = Rows(TabRow, self)
        self._taken = 0

    def refuse(self, error: ShopError, waiting: int) -> None:
        """A scan was refused."""
        self._error, self._waiting = error, waiting
        self.changed.emit()

    def queue(self, waiting: int) -> None:
        """So many scans wait behind something."""
        if waiting != self._waiting:
            self._waiting = waiting
            self.changed.emit()

    def ticket(self, added: int, unknown: tuple[str, ...]) -> None:
        """A kiosk's basket came in, but for some codes."""
        self._taken = added
        self._codes.put([TabRow(code, code.lstrip("0"), False) for code in dict.fromkeys(unknown)])
        self.changed.emit()

    def retell(self) -> None:
        """The language changed."""
        self.changed.emit()

    @Property(QObject, notify=changed)
    def codes(self) -> QObject:
        """Codes of a ticket that this till has no article for."""
        return self._codes

    @Property(str, notify=changed)
    def title(self) -> str:
        """What the matter is."""
        say = self._desk.say
        if self._error is not None and self._error.code.startswith("ticket."):
            return say("This ticket was not taken")
        if self._error is not None and not self._error.code.startswith("scan."):
            return say("The article was not added")
        return say("The scan was refused")

    @Property(str, notify=changed)
    def sentence(self) -> str:
        """What happened, and what to do."""
        return self._desk.say.error(self._error) if self._error else ""

    @Property(str, notify=changed)
    def code(self) -> str:
        """The code for the help desk."""
        return self._error.code if self._error else ""

    @Property(str, notify=changed)
    def waitingText(self) -> str:
        """How many scans wait; empty when none does."""
        return self.waiting_text()

    def waiting_text(self) -> str:
        """The same, for the till's message."""
        say = self._desk.say
        if self._waiting == 0:
            return ""
        return (
            say("1 more scanned")
            if self._waiting == 1
            else say("{count} more scanned", count=self._waiting)
        )

    @Property(str, notify=changed)
    def ticketText(self) -> str:
        """How much of the ticket came in."""
        return self._desk.say(
            "{count} lines came in. These are not known here, or must not be sold:", count=self._taken
        )

    @Slot()
    def acknowledge(self) -> None:
        """A person has seen it: go on with what waits."""
        self.acknowledged.emit()

    @Slot()
    def drop(self) -> None:
        """A person does not want what waits."""
        self.dropped.emit()
