"""Suspend and retrieve at the till: what to call a sale that is put aside, and the list of those that wait."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.pricing import PricedCart
from kiosk.services.suspending import NOTE_MAX, Suspended, Waiting
from kiosk.ui import sounds
from kiosk.ui.flow import Dialog
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_menu import Keys, MenuEntry

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

_GOODS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class SuspendedRow:
    """One sale that waits: what was noted or is in it, who put it aside and when, and its total."""

    key: str
    title: str
    detail: str
    total: str
    chosen: bool


@QmlElement
class SuspendedModel(QObject):
    """The sales that wait at this till."""

    changed = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._rows = Rows(SuspendedRow, self)
        self._waiting: tuple[Waiting, ...] = ()
        self._chosen = ""
        self._voiding = False

    # what is shown

    @Property(QObject, notify=changed)
    def rows(self) -> QObject:
        """The sales that wait."""
        return self._rows

    @Property(bool, notify=changed)
    def isEmpty(self) -> bool:
        """Whether none waits."""
        return not self._waiting

    @Property(str, notify=changed)
    def subject(self) -> str:
        """What would be put aside."""
        priced = self._desk.selling.priced
        return self._desk.say("{count}, {total}", count=self._pieces(priced), total=self._desk.money(priced.total_minor))

    @Property(int, notify=changed)
    def noteMax(self) -> int:
        """How many characters a note may have."""
        return NOTE_MAX

    @Property(bool, notify=changed)
    def isVoiding(self) -> bool:
        """Whether it is asked once more before the chosen sale is voided."""
        return self._voiding

    @Property(bool, notify=changed)
    def hasCart(self) -> bool:
        """Whether a sale is open, which would be suspended in place of the one that is retrieved."""
        return not self._desk.selling.priced.cart.is_empty

    def rows_shown(self) -> tuple[SuspendedRow, ...]:
        """The sales that wait, as they are shown."""
        return self._rows.rows

    # the family

    def menu(self) -> Sequence[MenuEntry]:
        """What the menu gets."""
        say = self._desk.say
        empty = "" if self._desk.selling.priced.lines else say("Nothing in the basket")
        return (
            MenuEntry("suspend", say("Suspend the sale"), "pause", self.begin, empty),
            MenuEntry("retrieve", say("Retrieve a sale"), "play", self.look),
        )

    def keys(self, dialog: Dialog) -> Keys | None:
        """What the keyboard does in its dialogs."""
        key = Qt.Key
        if dialog is Dialog.SUSPEND:
            return lambda: self.suspend(""), {key.Key_Escape: self._stage.close}
        if dialog is Dialog.RETRIEVE:
            return self.take, {
                key.Key_Escape: self.dismiss,
                key.Key_Up: lambda: self.step(-1),
                key.Key_Down: lambda: self.step(1),
                key.Key_Delete: self.askVoid,
            }
        return None

    def digits(self, dialog: Dialog) -> Callable[[str], object] | None:
        """No digits here: a note has its own field."""
        return None

    def retell(self) -> None:
        """The language changed."""
        self._show()

    # what a person wants

    def begin(self) -> None:
        """Ask what to call the sale that is put aside."""
        self.changed.emit()
        self._stage.open(Dialog.SUSPEND)

    @Slot(str)
    def suspend(self, note: str) -> None:
        """Put the open sale aside."""
        self._stage.close()
        self._desk.bridge.run(lambda: self._desk.suspending.suspend(note), self._suspended, self._stage.refuse)

    def look(self) -> None:
        """Show what waits."""
        self._desk.bridge.run(self._desk.suspending.listed, self._listed, self._stage.refuse)

    @Slot(str)
    def choose(self, sale: str) -> None:
        """A row was tapped."""
        self._chosen, self._voiding = sale, False
        self._show()

    def step(self, by: int) -> None:
        """The next row, or the one before."""
        keys = [one.suspended.sale for one in self._waiting]
        if keys:
            place = keys.index(self._chosen) if self._chosen in keys else 0
            self.choose(keys[min(max(place + by, 0), len(keys) - 1)])

    @Slot()
    def take(self) -> None:
        """Take the chosen sale up again."""
        sale = self._chosen
        if sale and not self._voiding:
            self._stage.close()
            self._desk.bridge.run(lambda: self._desk.suspending.retrieve(sale), self._retrieved, self._stage.refuse)

    @Slot()
    def askVoid(self) -> None:
        """Ask once more before the chosen sale is voided."""
        self._voiding = bool(self._chosen)
        self.changed.emit()

    @Slot()
    def void(self) -> None:
        """Void the chosen sale: its customer did not come back."""
        sale, say = self._chosen, self._desk.say
        reason = say("The customer did not come back")
        self._voiding = False

        def work() -> tuple[Waiting, ...]:
            self._desk.suspending.void(sale, reason)
            return self._desk.suspending.listed()

        self._desk.bridge.run(work, self._listed, self._stage.refuse)

    @Slot()
    def dismiss(self) -> None:
        """Back: from the question to the list, from the list to the sale."""
        if self._voiding:
            self._voiding = False
            self.changed.emit()
        else:
            self._stage.close()

    # inside

    def _suspended(self, suspended: Suspended) -> None:
        self._stage.show(self._desk.selling.priced)
        self._stage.tell(self._desk.say("The sale is put aside. Retrieve it in the menu, or scan its slip."))

    def _retrieved(self, priced: PricedCart) -> None:
        self._desk.sounds.play(sounds.GOOD)
        self._stage.show(priced)
        self._stage.tell(self._desk.say("The suspended sale is open again"))

    def _listed(self, waiting: tuple[Waiting, ...]) -> None:
        self._waiting, self._voiding = waiting, False
        sales = [one.suspended.sale for one in waiting]
        if self._chosen not in sales:
            self._chosen = sales[-1] if sales else ""
        self._show()
        self._stage.open(Dialog.RETRIEVE)

    def _pieces(self, priced: PricedCart) -> str:
        say = self._desk.say
        return say("1 item") if priced.pieces == 1 else say("{count} items", count=priced.pieces)

    def _show(self) -> None:
        say, zone = self._desk.say, self._desk.counter.ledger.identity.place.zone
        rows = []
        for one in self._waiting:
            goods = [line.line.name for line in one.priced.lines]
            more = "…" if len(goods) > _GOODS_SHOWN else ""
            inside = ", ".join(goods[:_GOODS_SHOWN]) + more
            when = say.date_time(one.suspended.at_ms, zone)
            who = say("Suspended by {employee}", employee=one.suspended.employee)
            title = one.suspended.note or inside
            detail = f"{when} · {who} · {self._pieces(one.priced)}" + (f" · {inside}" if one.suspended.note else "")
            total = self._desk.money(one.priced.total_minor)
            rows.append(SuspendedRow(one.suspended.sale, title, detail, total, one.suspended.sale == self._chosen))
        self._rows.put(rows)
        self.changed.emit()
