"""What belongs to a line beside its money: a note, the associate who advised; and what an article costs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.errors import ShopError
from kiosk.domain.pricing import PricedCart, PricedLine
from kiosk.domain.staff import Employee
from kiosk.services.digitallink import is_address
from kiosk.services.selling import NOTE_MAX
from kiosk.ui import sounds
from kiosk.ui.flow import Dialog, Screen
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_menu import Keys, MenuEntry

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1


@dataclass(frozen=True, slots=True)
class AssociateRow:
    """Somebody who may have advised."""

    key: str
    title: str
    chosen: bool


@QmlElement
class LineModel(QObject):
    """Note and associate. `wanted` asks for the page of an article; `chosen` gives the line that is meant."""

    changed = Signal()
    wanted = Signal(str, bool)

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self.chosen: Callable[[], PricedLine | None] = _nothing
        self.is_checking: Callable[[], bool] = bool
        """Whether the product card that is open was opened to tell a price."""
        self._rows = Rows(AssociateRow, self)
        self._people: tuple[Employee, ...] = ()
        self._line: PricedLine | None = None
        self._error: ShopError | None = None

    # what is shown

    @Property(QObject, notify=changed)
    def people(self) -> QObject:
        """Who may have advised."""
        return self._rows

    @Property(str, notify=changed)
    def subject(self) -> str:
        """The line that is meant."""
        return f"{self._line.line.name}  {self._line.line.variant}".strip() if self._line else ""

    @Property(str, notify=changed)
    def note(self) -> str:
        """What was written down with it."""
        return self._line.line.note if self._line else ""

    @Property(int, notify=changed)
    def noteMax(self) -> int:
        """How many characters a note may have."""
        return NOTE_MAX

    @Property(str, notify=changed)
    def errorText(self) -> str:
        """Why it was refused."""
        return self._desk.say.error(self._error) if self._error else ""

    # the family

    def menu(self) -> Sequence[MenuEntry]:
        """What the menu gets."""
        say = self._desk.say
        none = "" if self.chosen() else say("Nothing in the basket")
        return (
            MenuEntry("line", say("Note and associate"), "edit", self.beginLine, none),
            MenuEntry("card", say("Sizes and stock"), "store", self.showCard, none),
            MenuEntry("price", say("Ask a price"), "search", self.beginPrice),
        )

    def keys(self, dialog: Dialog) -> Keys | None:
        """What the keyboard does in its dialogs."""
        close = {Qt.Key.Key_Escape: self._stage.close}
        if dialog in (Dialog.LINE, Dialog.PRICE_CHECK):
            return None, close
        return None

    def digits(self, dialog: Dialog) -> Callable[[str], object] | None:
        """No digits here: a note has its own field."""
        return None

    def scanned(self, dialog: Dialog, text: str) -> bool:
        """A scan: the article whose price is asked, and the next one while the card of the last is open.

        At a terminal in a hand the label of a shelf (GS1 Digital Link, as QR or NFC text) asks too, and over any card the
        next scan shows the next one; bars are sold.
        """
        is_label = self._desk.tablet and is_address(text) and dialog is Dialog.NONE and self._stage.flow.screen is Screen.SALE
        asked = is_label or dialog is Dialog.PRICE_CHECK or (dialog is Dialog.ITEM and (self._desk.tablet or self.is_checking()))
        if asked:
            self._desk.bridge.run(lambda: self._desk.scans.article_of(text), self._found, self._refused)
        return asked

    def retell(self) -> None:
        """The language changed."""
        self.changed.emit()

    # note and associate

    def beginLine(self) -> None:
        """Ask what is to be written down with the chosen line, and who advised."""
        self._line, self._error = self.chosen(), None
        self._desk.bridge.run(self._desk.session.staff, self._listed, self._stage.refuse)

    @Slot(str)
    def setNote(self, note: str) -> None:
        """Write it down."""
        if self._line is not None:
            number = self._line.line.line
            self._desk.bridge.run(lambda: self._desk.selling.note_line(number, note), self._done, self._refused)

    @Slot(str)
    def setAssociate(self, number: str) -> None:
        """Credit the line to somebody; to the one it has: to nobody in particular."""
        if self._line is not None:
            line, who = self._line.line.line, "" if number == self._line.line.associate else number
            self._desk.bridge.run(lambda: self._desk.selling.assign_line(line, who), self._done, self._refused)

    # the product card

    @Slot()
    def showCard(self) -> None:
        """The card of the chosen line's article: its other sizes and colours, and where they are."""
        line = self.chosen()
        if line is not None:
            self.wanted.emit(line.line.article, False)

    # price check

    def beginPrice(self) -> None:
        """The next scan is not sold: it tells what the article costs and where it is."""
        self._error = None
        self.changed.emit()
        self._stage.open(Dialog.PRICE_CHECK)

    # inside

    def _listed(self, people: tuple[Employee, ...]) -> None:
        self._people = people
        mine = self._line.line.associate if self._line else ""
        self._rows.put([AssociateRow(one.number, one.name, one.number == mine) for one in people])
        self.changed.emit()
        self._stage.open(Dialog.LINE)

    def _found(self, article: str) -> None:
        self._error = None
        self.wanted.emit(article, True)

    def _done(self, priced: PricedCart) -> None:
        self._stage.close()
        self._stage.show(priced)

    def _refused(self, error: ShopError) -> None:
        if self._stage.flow.dialog is Dialog.NONE:  # a label on the sale screen
            self._stage.refuse(error)
            return
        self._error = error
        self._desk.sounds.play(sounds.REFUSED)
        self.changed.emit()
        if self._stage.flow.dialog is Dialog.ITEM:
            self._stage.open(Dialog.PRICE_CHECK)  # the card that is open is not what was scanned


def _nothing() -> PricedLine | None:
    return None
