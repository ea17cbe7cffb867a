"""The basket handed to a till: a code on this screen, which a till scans; then the next customer."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.pricing import PricedCart
from kiosk.services.handing import Handed
from kiosk.ui import sounds
from kiosk.ui.flow import Dialog
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_menu import Action, Keys, MenuEntry
from kiosk.ui.till_sale import SaleModel

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class HandModel(QObject):
    """The code of the open basket."""

    changed = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self.handed: Handed | None = None

    @Property(bool, notify=changed)
    def isOffered(self) -> bool:
        """Whether this terminal hands baskets over: one that is carried about."""
        return self._desk.tablet and self._desk.handing is not None

    @Property(str, notify=changed)
    def source(self) -> str:
        """The address of the picture of the code."""
        return f"image://basket/{self.handed.id}" if self.handed else ""

    @Property(str, notify=changed)
    def subject(self) -> str:
        """What is handed over."""
        priced, say = self._desk.selling.priced, self._desk.say
        pieces = say("1 item") if priced.pieces == 1 else say("{count} items", count=priced.pieces)
        return say("{count}, {total}", count=pieces, total=self._desk.money(priced.total_minor))

    @Property(bool, notify=changed)
    def leaves(self) -> bool:
        """Whether the till has to set something again."""
        return self.handed is not None and self.handed.left

    # the family

    def menu(self) -> Sequence[MenuEntry]:
        """What the menu gets."""
        if not self._desk.tablet or self._desk.handing is None:
            return ()
        say = self._desk.say
        empty = "" if self._desk.selling.priced.lines else say("Nothing in the basket")
        return (MenuEntry("hand", say("Hand to a till"), "qr-code", self.begin, empty),)

    def keys(self, dialog: Dialog) -> Keys | None:
        """What the keyboard does in its dialog."""
        return (self.finish, {Qt.Key.Key_Escape: self.keep}) if dialog is Dialog.HAND else None

    def digits(self, dialog: Dialog) -> Callable[[str], object] | None:
        """Nothing is keyed in."""
        return None

    def retell(self) -> None:
        """The language changed."""
        self.changed.emit()

    # what a person wants

    @Slot()
    def begin(self) -> None:
        """Show the code of the basket."""
        if self._desk.handing is not None:
            self._desk.bridge.run(self._desk.handing.make, self._made, self._stage.refuse)

    @Slot()
    def keep(self) -> None:
        """The basket stays here after all."""
        self.handed = None
        self.changed.emit()
        self._stage.close()

    @Slot()
    def finish(self) -> None:
        """A till has it."""
        handed, handing = self.handed, self._desk.handing
        if handed is not None and handing is not None:
            self.handed = None
            self._stage.close()
            self._desk.bridge.run(lambda: handing.finish(handed), self._finished, self._stage.refuse)

    # inside

    def _made(self, handed: Handed) -> None:
        self.handed = handed
        self.changed.emit()
        self._stage.open(Dialog.HAND)

    def _finished(self, priced: PricedCart) -> None:
        self._desk.sounds.play(sounds.DONE)
        self._stage.show(priced)
        self._stage.tell(self._desk.say("The basket is at the till"))


def bar_entries(desk: TillDesk, sale: SaleModel, discount_line: Action, discount_sale: Action) -> tuple[MenuEntry, ...]:
    """What a till has in its bar of keys, for the menu of a terminal that has none."""
    if not desk.tablet:
        return ()
    say = desk.say
    empty = "" if sale.priced.lines else say("Nothing in the basket")
    return (
        MenuEntry("quantity", say("Quantity"), "edit", sale.askQuantity, empty),
        MenuEntry("discount", say("Line discount"), "tag", discount_line, empty),
        MenuEntry("discount_sale", say("Sale discount"), "discount", discount_sale, empty),
        MenuEntry("void", say("Void sale"), "ban", sale.askVoid, empty),
    )
