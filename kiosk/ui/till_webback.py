"""Web orders that come back at the till: a field for number, code or name, who may be meant, and the hub where nobody is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.errors import NotFound, Refused, ShopError
from kiosk.services.ordersback import FoundOrder
from kiosk.ui import sounds
from kiosk.ui.flow import Dialog
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.return_rows import Announced
from kiosk.ui.till_desk import OrdersAnswer, Stage, TillDesk
from kiosk.ui.till_menu import Keys, MenuEntry

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

TEXT_MAX = 80
NUMBER_MIN = 3
"""Characters from which on the hub is asked for a number: of less nobody knows what is meant."""


@dataclass(frozen=True, slots=True)
class WebOrderRow:
    """An order that may be meant; `isOver`: nothing of it is with its customer."""

    key: str
    title: str
    detail: str
    total: str
    chosen: bool
    isOver: bool


@QmlElement
class WebBackModel(QObject):
    """The dialog that finds a web order. `opened` carries what was found (FoundOrder).

    Of a return that was announced, `announced` carries what of it (return_rows.Announced) before `opened` or `receipt`, its number.
    """

    changed = Signal()
    opened = Signal(object)
    announced = Signal(object)
    receipt = Signal(str)

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._rows = Rows(WebOrderRow, self)
        self._found: tuple[FoundOrder, ...] = ()
        self._text, self._place, self._asking = "", 0, ""
        self._error: ShopError | None = None

    # what is shown

    @Property(QObject, notify=changed)
    def rows(self) -> QObject:
        """The orders that may be meant."""
        return self._rows

    @Property(int, notify=changed)
    def place(self) -> int:
        """The row that Enter takes, -1 where there is none."""
        return self._place if self._found else -1

    @Property(str, notify=changed)
    def text(self) -> str:
        """What is keyed in."""
        return self._text

    @Property(int, notify=changed)
    def textMax(self) -> int:
        """How many characters it may have."""
        return TEXT_MAX

    @Property(str, notify=changed)
    def errorText(self) -> str:
        """Why it was refused."""
        return self._desk.say.error(self._error) if self._error else ""

    @Property(str, notify=changed)
    def hintText(self) -> str:
        """What came of it so far, or what to do."""
        say = self._desk.say
        if self._asking:
            return say("The hub is asked. You can go on meanwhile.")
        if self._text and not self._found:
            return say("No order of this store. Enter asks the others, by the whole number.")
        return ""

    @Property(str, notify=changed)
    def enterText(self) -> str:
        """What Enter does now."""
        say = self._desk.say
        return say("Ask the other stores") if self._text and not self._found else say("Choose what comes back")

    @Property(bool, notify=changed)
    def canEnter(self) -> bool:
        """Whether Enter does anything."""
        return bool(self._found or self._text.strip())

    def rows_shown(self) -> tuple[WebOrderRow, ...]:
        """The orders as they are shown."""
        return self._rows.rows

    # the family

    def menu(self) -> Sequence[MenuEntry]:
        """What the menu gets."""
        if self._desk.orders_back is None:
            return ()
        return (MenuEntry("web_back", self._desk.say("Web order back"), "undo", self.begin),)

    def keys(self, dialog: Dialog) -> Keys | None:
        """What the keyboard does in its dialog, where the field did not take the key."""
        if dialog is not Dialog.WEB_BACK:
            return None
        key = Qt.Key
        return self.enter, {
            key.Key_Escape: self._stage.close, key.Key_Backspace: self.backspace, key.Key_Up: lambda: self.step(-1),
            key.Key_Down: lambda: self.step(1),
        }  # fmt: skip

    def digits(self, dialog: Dialog) -> Callable[[str], object] | None:
        """Where a digit goes."""
        return self.digit if dialog is Dialog.WEB_BACK else None

    def scanned(self, dialog: Dialog, text: str) -> bool:
        """A scan while it is open is the code of an order; gives whether it was meant for it."""
        if dialog is Dialog.WEB_BACK:
            self.type(text)
            self.look(text)
        return dialog is Dialog.WEB_BACK

    def retell(self) -> None:
        """The language changed."""
        self._show()

    # what a person does

    @Slot()
    def begin(self) -> None:
        """Ask which order it is."""
        self._found, self._text, self._place, self._asking, self._error = (), "", 0, "", None
        self._show()
        self._stage.open(Dialog.WEB_BACK)

    @Slot(str)
    def type(self, text: str) -> None:
        """The field holds another text: look what that may be. What is found for an older text is not shown."""
        self._text, self._error, self._asking = text[:TEXT_MAX], None, ""
        desk, wanted = self._desk.orders_back, self._text
        if desk is not None and wanted.strip():
            self._desk.bridge.search(lambda: desk.search(wanted), lambda found: self._listed(wanted, found), self._refused)
        else:
            self._found = ()
        self._show()

    @Slot(str)
    def digit(self, digit: str) -> None:
        """A digit of the keypad."""
        self.type(self._text + digit)

    @Slot()
    def backspace(self) -> None:
        """One character less."""
        self.type(self._text[:-1])

    @Slot(int)
    def step(self, by: int) -> None:
        """The next one, or the one before."""
        self._place = min(max(self._place + by, 0), max(0, len(self._found) - 1))
        self._show()

    @Slot(str)
    def choose(self, order: str) -> None:
        """An order was tapped."""
        found = next((one for one in self._found if one.id == order), None)
        if found is not None:
            self._open(found)

    @Slot()
    def enter(self) -> None:
        """Open the chosen order; with none, ask the hub for the number."""
        if self._found:
            self._open(self._found[self._place])
        elif self._text.strip():
            self.look(self._text)

    def look(self, text: str) -> None:
        """Open the order whose number or code this is, wherever it was scanned; what is not known here is asked of the hub."""
        desk = self._desk.orders_back
        if desk is None:
            return

        def found(orders: tuple[FoundOrder, ...]) -> None:
            if len(orders) == 1:
                self._open(orders[0])
            elif orders:
                self._listed(self._text, orders)
            else:
                self._ask(text.strip())

        self._desk.bridge.run(lambda: desk.search(text), found, self._refused)

    # inside

    def _ask(self, text: str) -> None:
        """An order of another store: the hub is asked by its number, and nobody waits for it."""
        ask, desk, number = self._desk.ask_orders, self._desk.orders_back, text.rpartition("/")[2]
        unknown = NotFound("return.unknown_order", text=number[:40])
        if ask is None or desk is None or len(number) < NUMBER_MIN:
            self._refused(unknown)
            return
        if self._asking == number:
            return  # it is asked already
        self._asking = number

        def answered(reply: OrdersAnswer | None) -> None:
            if self._asking != number:
                return  # it was given up
            self._asking = ""
            if reply is None:
                self._refused(Refused("return.order_away", text=number[:40]))
            elif reply.announced:
                self._opened_by_number(reply)
            else:
                self._desk.bridge.run(lambda: desk.keep(reply.orders), told, self._refused)

        def told(found: tuple[FoundOrder, ...]) -> None:
            if len(found) == 1:
                self._open(found[0])
            elif found:
                self._text = text
                self._listed(text, found)
                self._stage.open(Dialog.WEB_BACK)
            else:
                self._refused(unknown)

        if self._stage.flow.dialog is not Dialog.WEB_BACK:
            self._stage.tell(self._desk.say("The hub is asked for order {number}", number=number))
        ask(number, answered)
        self._show()

    def _opened_by_number(self, reply: OrdersAnswer) -> None:
        """A return that its customer announced: the order or the receipt, with what comes back of it."""
        said, desk = Announced(reply.announced, dict(reply.lines), reply.ground), self._desk.orders_back
        if not said.lines:
            self._refused(Refused("return.there_already", number=said.number))
        elif reply.receipt:
            self.announced.emit(said)
            self.receipt.emit(reply.receipt)
        elif desk is not None:
            self.announced.emit(said)
            orders = reply.orders
            self._desk.bridge.run(lambda: desk.keep(orders), lambda found: self._open(found[0]), self._refused)

    def _listed(self, wanted: str, found: tuple[FoundOrder, ...]) -> None:
        if wanted == self._text:
            self._found, self._place = found, 0
            self._show()

    def _open(self, found: FoundOrder) -> None:
        if found.is_over and not found.by_receipts:
            self._refused(Refused("return.order_over", number=found.receipt))
        else:
            self._error = None
            self.opened.emit(found)

    def _refused(self, error: ShopError) -> None:
        if self._stage.flow.dialog is Dialog.WEB_BACK:
            self._error, self._asking = error, ""
            self._desk.sounds.play(sounds.REFUSED)
            self._show()
        else:
            self._stage.refuse(error)

    def _show(self) -> None:
        self._rows.put([self._row(one, place) for place, one in enumerate(self._found)])
        self.changed.emit()

    def _row(self, one: FoundOrder, place: int) -> WebOrderRow:
        say, zone = self._desk.say, self._desk.counter.ledger.identity.place.zone
        goods = ", ".join(line.name for line in one.lines[:3]) + ("…" if len(one.lines) > 3 else "")
        detail = say("nothing of it is with the customer") if one.is_over else goods
        return WebOrderRow(
            one.id, f"{one.receipt} · {say.date_time(one.sold_ms, zone)}", detail, self._desk.money(one.total_minor),
            place == self._place, one.is_over,
        )  # fmt: skip
