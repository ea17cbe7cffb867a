"""Cash without a sale: what kind, how much, what for, which bag; a second person above the limit; and the drawer alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.cash import CHANGE, DELIVERY, DEPOSIT, DRAWER, DROP, PAY_IN, PAY_OUT, WAYS, ChangeOrder, Move
from kiosk.domain.errors import ShopError
from kiosk.domain.facts import Fact
from kiosk.ui import sounds
from kiosk.ui.entry import Entry
from kiosk.ui.flow import Dialog
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.sheet_rows import ChoiceRow
from kiosk.ui.signature import Signature
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_menu import Keys, MenuEntry

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

_KINDS = (DROP, CHANGE, PAY_IN, PAY_OUT, DEPOSIT, DELIVERY)


@dataclass(frozen=True, slots=True)
class ReasonToOpen:
    """Why a drawer is opened without a sale; `keyCap` is the digit that means it."""

    key: int
    title: str
    keyCap: str


@QmlElement
class CashModel(QObject):
    """A movement of cash in the making."""

    changed = Signal()
    fullChanged = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._kinds, self._reasons = Rows(ChoiceRow, self), Rows(ReasonToOpen, self)
        self._kind = DROP
        self._amount = Entry(decimals=2, most=7)
        self._text, self._from_drawer = "", False
        self._orders, self._order = Rows(ChoiceRow, self), ""
        self._awaited: tuple[ChangeOrder, ...] = ()
        self._signing, self._signature = False, Signature()
        self._error: ShopError | None = None
        self._busy = False
        self._full = False

    # what is shown

    @Property(QObject, notify=changed)
    def kinds(self) -> QObject:
        """What can be done with cash."""
        return self._kinds

    @Property(QObject, notify=changed)
    def reasons(self) -> QObject:
        """Why a drawer is opened without a sale."""
        return self._reasons

    @Property(str, notify=changed)
    def hint(self) -> str:
        """What the chosen kind is."""
        say = self._desk.say
        texts = {
            DROP: say("Out of the drawer, into the safe."), CHANGE: say("Out of the safe, into the drawer."),
            PAY_IN: say("Cash that comes into the drawer without a sale."),
            PAY_OUT: say("Cash that leaves the drawer without a sale."),
            DEPOSIT: say("In a sealed bag to the bank."), DELIVERY: say("Brought by the bank, into the safe."),
        }  # fmt: skip
        return texts[self._kind]

    @Property(str, notify=changed)
    def amountText(self) -> str:
        """How much."""
        return self._desk.money(self._amount.value)

    @Property(str, notify=changed)
    def text(self) -> str:
        """The reason, or the number of the bag."""
        return self._text

    @Property(str, notify=changed)
    def textLabel(self) -> str:
        """What is to be written; empty when nothing is."""
        say, way = self._desk.say, WAYS[self._kind]
        return say("Number of the sealed bag, type or scan it") if way.needs_bag else say("What for") if way.needs_reason else ""

    @Property(bool, notify=changed)
    def isDeposit(self) -> bool:
        """Whether it can come out of the drawer as well as out of the safe."""
        return self._kind == DEPOSIT

    @Property(bool, notify=changed)
    def isFromDrawer(self) -> bool:
        """Whether the deposit comes out of the drawer."""
        return self._from_drawer

    @Property(QObject, notify=changed)
    def orders(self) -> QObject:
        """Change that was ordered and may be what the bank brings now."""
        return self._orders

    @Property(bool, notify=changed)
    def hasOrders(self) -> bool:
        """Whether one of them can be chosen."""
        return self._kind == DELIVERY and bool(self._awaited)

    @Property(bool, notify=changed)
    def isSigning(self) -> bool:
        """Whether a second person is asked for."""
        return self._signing

    @Property(bool, notify=changed)
    def isPin(self) -> bool:
        """Whether their PIN is keyed in."""
        return self._signature.is_pin

    @Property(str, notify=changed)
    def entryLabel(self) -> str:
        """What is keyed in."""
        say = self._desk.say
        if not self._signing:
            return say("Amount")
        return say("PIN of the second person") if self._signature.is_pin else say("Staff number of the second person")

    @Property(str, notify=changed)
    def entryText(self) -> str:
        """It, with a PIN hidden."""
        if not self._signing:
            return self._desk.money(self._amount.value)
        return self._signature.shown

    @Property(str, notify=changed)
    def errorText(self) -> str:
        """Why it was refused."""
        if self._error is None:
            return ""
        return self._desk.say.error(self._error)

    # the family

    def menu(self) -> Sequence[MenuEntry]:
        """What the menu gets."""
        say = self._desk.say
        note = say("Much cash in the drawer") if self._full else ""
        if self._desk.counter.settings.drawer_limit_minor:
            self.look()
        return (
            MenuEntry("cash", say("Cash in and out"), "cash", self.begin, note=note),
            MenuEntry("no_sale", say("Open the drawer"), "drawer", self.beginNoSale),
        )

    def look(self) -> None:
        """Whether a drop is due; asked for when the menu opens, where the store set a limit."""
        self._desk.bridge.run(self._desk.till_money.cash.is_full, self._looked)

    def keys(self, dialog: Dialog) -> Keys | None:
        """What the keyboard does in its dialogs."""
        key = Qt.Key
        if dialog is Dialog.CASH:
            return self.enter, {
                key.Key_Escape: self.back, key.Key_Backspace: self.backspace, key.Key_F9: self.enter,
                key.Key_Up: lambda: self.step(-1), key.Key_Down: lambda: self.step(1),
            }  # fmt: skip
        if dialog is Dialog.NO_SALE:
            return lambda: self.openDrawer(0), {key.Key_Escape: self._stage.close}
        return None

    def digits(self, dialog: Dialog) -> Callable[[str], object] | None:
        """Where a digit goes."""
        if dialog is Dialog.NO_SALE:
            return lambda digit: self.openDrawer(int(digit) - 1)
        return self.digit if dialog is Dialog.CASH else None

    def retell(self) -> None:
        """The language changed."""
        self._show()

    # what a person does

    def begin(self) -> None:
        """Ask what and how much."""
        self._kind, self._amount, self._text, self._from_drawer = DROP, self._amount.cleared(), "", False
        self._order = ""
        self._unsign()
        self._stage.open(Dialog.CASH)
        self._desk.bridge.run(self._desk.till_money.cash.awaited, self._found_orders)

    def beginNoSale(self) -> None:
        """Ask why."""
        self._show()
        self._stage.open(Dialog.NO_SALE)

    @Slot(str)
    def choose(self, kind: str) -> None:
        """Another kind of movement."""
        self._kind, self._text, self._from_drawer, self._order = kind, "", False, ""
        self._unsign()

    @Slot(str)
    def chooseOrder(self, number: str) -> None:
        """The bank brings what was ordered then; the amount is the order's until another is keyed in."""
        chosen = next((one for one in self._awaited if one.number == number and number != self._order), None)
        self._order = chosen.number if chosen else ""
        if chosen:
            self._amount = Entry(str(chosen.amount_minor), 2, 7)
        self._show()

    @Slot(int)
    def step(self, by: int) -> None:
        """The next kind, or the one before."""
        self.choose(_KINDS[min(max(_KINDS.index(self._kind) + by, 0), len(_KINDS) - 1)])

    @Slot(bool)
    def setFromDrawer(self, from_drawer: bool) -> None:
        """Where the deposit comes from."""
        self._from_drawer = from_drawer
        self._show()

    @Slot(str)
    def write(self, text: str) -> None:
        """The reason, or the number of the bag."""
        self._text, self._error = text, None
        self.changed.emit()

    def scanned(self, text: str) -> None:
        """The number on a bag was read; another code does nothing here but to stand in the field to be seen."""
        if WAYS[self._kind].needs_bag:
            self._desk.sounds.play(sounds.GOOD)
            self.write(text)
        else:
            self._desk.sounds.play(sounds.REFUSED)

    @Slot(str)
    def digit(self, digit: str) -> None:
        """One more digit."""
        self._error = None
        if not self._signing:
            self._amount = self._amount.key(digit)
        else:
            self._signature = self._signature.key(digit)
        self._show()

    @Slot()
    def backspace(self) -> None:
        """The last digit goes."""
        if not self._signing:
            self._amount = self._amount.back()
        else:
            self._signature = self._signature.back()
        self._show()

    @Slot()
    def back(self) -> None:
        """From the second person to the amount, from the amount to the sale."""
        if self._signing:
            self._unsign()
        else:
            self._stage.close()

    @Slot()
    def enter(self) -> None:
        """Write it down, or go on to the PIN."""
        if self._signing and not self._signature.is_pin:
            self._signature = self._signature.signed()
            self._show()
        elif not self._busy:
            self._busy = True
            self._move()

    @Slot(int)
    def openDrawer(self, place: int) -> None:
        """Open the drawer for the reason at this place of the list."""
        reasons = self._why_open()
        if 0 <= place < len(reasons):
            reason = reasons[place]
            self._stage.close()
            self._desk.bridge.run(lambda: self._open(reason), self._opened, self._stage.refuse)

    # inside

    def _move(self) -> None:
        bag, reason = (self._text, "") if WAYS[self._kind].needs_bag else ("", self._text)
        source = DRAWER if self._from_drawer and self._kind == DEPOSIT else ""
        move = Move(self._kind, self._amount.value, reason, bag, source, order=self._order)
        number, pin = self._signature.number.digits, self._signature.pin.digits

        def work() -> Fact:
            fact = self._desk.till_money.cash.move(move, number, pin)
            self._desk.till_money.reports.wake()
            return fact

        self._desk.bridge.run(work, self._moved, self._refused)

    def _open(self, reason: str) -> None:
        self._desk.till_money.cash.no_sale(reason)
        self._desk.till_money.reports.wake()

    def _moved(self, fact: Fact) -> None:
        self._busy = False
        self._desk.sounds.play(sounds.GOOD)
        self._stage.close()
        name = dict(self._kind_texts())[str(fact.body["what"])]
        self._stage.tell(self._desk.say("{what}: {money} is written down", what=name, money=self._desk.money(fact.body["amount"])))

    def _opened(self, _: object) -> None:
        self._stage.tell(self._desk.say("The drawer opens. The reason is in the journal."))

    def _refused(self, error: ShopError) -> None:
        self._busy, self._error = False, error
        self._signature = self._signature.refused(error)
        if error.code == "cash.sign_off":
            self._signing, self._signature = True, Signature()
        self._desk.sounds.play(sounds.REFUSED)
        self._show()

    def _found_orders(self, found: tuple[ChangeOrder, ...]) -> None:
        self._awaited = found
        self._show()

    def _unsign(self) -> None:
        self._signing, self._signature, self._busy, self._error = False, Signature(), False, None
        self._show()

    def _looked(self, full: bool) -> None:
        if full is not self._full:
            self._full = full
            self.fullChanged.emit()

    def _order_text(self, order: ChangeOrder) -> str:
        say, zone = self._desk.say, self._desk.counter.ledger.identity.place.zone
        return say("{money} ordered {time}", money=self._desk.money(order.amount_minor), time=say.date_time(order.ordered_ms, zone))

    def _kind_texts(self) -> list[tuple[str, str]]:
        say = self._desk.say
        return [
            (DROP, say("Safe drop")), (CHANGE, say("Change from the safe")), (PAY_IN, say("Pay-in")), (PAY_OUT, say("Pay-out")),
            (DEPOSIT, say("Bank deposit")), (DELIVERY, say("Change from the bank")),
        ]  # fmt: skip

    def _why_open(self) -> list[str]:
        say = self._desk.say
        return [
            say("Change money for a customer"), say("Look at the drawer"), say("Refill paper or coins"), say("Another reason"),
        ]  # fmt: skip

    def _show(self) -> None:
        self._kinds.put([ChoiceRow(key, title, key == self._kind) for key, title in self._kind_texts()])
        self._orders.put([ChoiceRow(one.number, self._order_text(one), one.number == self._order) for one in self._awaited])
        self._reasons.put([ReasonToOpen(place, title, str(place + 1)) for place, title in enumerate(self._why_open())])
        self.changed.emit()
