"""The serial number of a piece, asked for as soon as it is in the basket: the next scan is the number, or it is keyed in."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.cart import CartLine
from kiosk.domain.errors import ShopError
from kiosk.domain.pricing import PricedCart
from kiosk.domain.tender import GIFT_CARD
from kiosk.services.selling import SERIAL_MAX
from kiosk.ui import sounds
from kiosk.ui.flow import Dialog
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_menu import Keys, MenuEntry
from kiosk.ui.till_voucher import look_up

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class SerialModel(QObject):
    """Asks for the number of one piece after another."""

    changed = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._line: CartLine | None = None
        self._error: ShopError | None = None

    @Property(str, notify=changed)
    def subject(self) -> str:
        """Which piece is meant."""
        return f"{self._line.name}  {self._line.variant}".strip() if self._line else ""

    @Property(bool, notify=changed)
    def isCard(self) -> bool:
        """Whether it is a gift card, whose number stands on it."""
        return self._line is not None and self._line.is_card

    @Property(int, notify=changed)
    def mostCharacters(self) -> int:
        """How long a number may be."""
        return SERIAL_MAX

    @Property(str, notify=changed)
    def errorText(self) -> str:
        """Why it was refused."""
        return self._desk.say.error(self._error) if self._error else ""

    # the family

    def menu(self) -> Sequence[MenuEntry]:
        """Nothing: it comes by itself."""
        return ()

    def keys(self, dialog: Dialog) -> Keys | None:
        """What the keyboard does; the number itself is written into its field."""
        return (None, {Qt.Key.Key_Escape: self._stage.close}) if dialog is Dialog.SERIAL else None

    def digits(self, dialog: Dialog) -> Callable[[str], object] | None:
        """No digits here: the number has its own field."""
        return None

    def scanned(self, dialog: Dialog, text: str) -> bool:
        """The number was scanned."""
        if dialog is Dialog.SERIAL:
            self.take(text)
        return dialog is Dialog.SERIAL

    def retell(self) -> None:
        """The language changed."""
        self.changed.emit()

    # what a person does

    def begin(self) -> None:
        """Ask for the number of the first piece that has none."""
        self._line, self._error = self._desk.selling.priced.cart.unnumbered, None
        self.changed.emit()
        if self._line is not None:
            self._stage.open(Dialog.SERIAL)

    @Slot(str)
    def take(self, serial: str) -> None:
        """This is its number."""
        if self._line is None or not serial.strip():
            return
        line = self._line.line

        def number(_: bool) -> None:
            self._desk.bridge.run(lambda: self._desk.selling.number_line(line, serial), self._taken, self._refused)

        if self._line.is_card:
            look_up(self._desk, GIFT_CARD, serial, number)  # a card of another brand is known where it was sold
        else:
            number(True)

    # inside

    def _taken(self, priced: PricedCart) -> None:
        self._desk.sounds.play(sounds.GOOD)
        self._stage.close()
        self._stage.show(priced)
        if priced.cart.unnumbered is not None:
            self.begin()

    def _refused(self, error: ShopError) -> None:
        self._error = error
        self._desk.sounds.play(sounds.REFUSED)
        self.changed.emit()
