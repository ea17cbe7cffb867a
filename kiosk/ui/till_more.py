"""What a till does beside selling: one menu over the sale, to which every view-model that knows such a thing adds its entries."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.ui.flow import Dialog
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.till_approval import ApprovalModel
from kiosk.ui.till_cash import CashModel
from kiosk.ui.till_change import ChangeOrderModel
from kiosk.ui.till_closing import ClosingModel
from kiosk.ui.till_correct import CorrectModel
from kiosk.ui.till_customer import CustomerModel
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_empties import EmptiesModel
from kiosk.ui.till_hand import HandModel
from kiosk.ui.till_journal import JournalModel
from kiosk.ui.till_keymap import KeyMapModel
from kiosk.ui.till_line import LineModel
from kiosk.ui.till_lost import LostSaleModel
from kiosk.ui.till_menu import Family, Keys, MenuEntry
from kiosk.ui.till_newcustomer import NewCustomerModel
from kiosk.ui.till_order import OrderModel
from kiosk.ui.till_orders import OrdersModel
from kiosk.ui.till_refund import RefundModel
from kiosk.ui.till_reports import ReportsModel
from kiosk.ui.till_returns import ReturnsModel
from kiosk.ui.till_serial import SerialModel
from kiosk.ui.till_stock import StockModel
from kiosk.ui.till_stops import StopModel
from kiosk.ui.till_suspended import SuspendedModel
from kiosk.ui.till_training import KEY as TRAINING
from kiosk.ui.till_training import TrainingModel
from kiosk.ui.till_voucher import BalanceModel
from kiosk.ui.till_webback import WebBackModel

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

KEYCAPS = "123456789ABCDEGHIJKLMNOPQ"
"""The key of each entry, in the order they stand; F is left out, since it reads like a function key."""


_OF_A_DRAWER = ("cash", "no_sale", "change_order", "correct", "empties")
"""What a terminal without a drawer has no use for: it would end in cash."""


@dataclass(frozen=True, slots=True)
class MenuRow:
    """An entry as it is shown."""

    key: str
    title: str
    note: str
    iconName: str
    keyCap: str
    possible: bool
    chosen: bool


@QmlElement
class MoreModel(QObject):
    """The menu, and the families behind it. `columns` is how many entries stand side by side."""

    changed = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._rows = Rows(MenuRow, self)
        self._entries: tuple[MenuEntry, ...] = ()
        self._place = 0
        self._columns = 3
        self.first: Callable[[], Sequence[MenuEntry]] = tuple
        """What stands before all else: where there is no bar of keys, what is on it."""
        self.approval_model = ApprovalModel(desk, stage, self)
        self.suspended_model = SuspendedModel(desk, stage, self)
        self.customer_model = CustomerModel(desk, stage, self)
        self.line_model = LineModel(desk, stage, self)
        self.lost_model = LostSaleModel(desk, stage, self)
        self.returns_model = ReturnsModel(desk, stage, self.approval_model, self)
        self.refund_model = RefundModel(desk, stage, self.approval_model, self)
        self.training_model = TrainingModel(desk, stage, desk.training, self)
        self.cash_model = CashModel(desk, stage, self)
        self.cash_model.fullChanged.connect(self.refresh)
        self.change_order_model = ChangeOrderModel(desk, stage, self)
        self.reports_model = ReportsModel(desk, stage, self)
        self.correct_model = CorrectModel(desk, stage, self.approval_model, self)
        self.closing_model = ClosingModel(desk, stage, self)
        self.journal_model = JournalModel(desk, stage, self)
        self.empties_model = EmptiesModel(desk, stage, self)
        self.serial_model = SerialModel(desk, stage, self)
        self.balance_model = BalanceModel(desk, stage, self)
        self.new_customer_model = NewCustomerModel(desk, stage, self)
        self.order_model = OrderModel(desk, stage, self)
        self.order_model.customer = lambda: self.customer_model.customer
        self.keymap_model = KeyMapModel(desk, stage, self)
        self.stop_model = StopModel(desk, stage, self)
        self.stock_model = StockModel(desk, stage, self.approval_model, self)
        self.orders_model = OrdersModel(desk, stage, self)
        self.orders_model.pickup_model.returning.connect(self._return_order)
        self.hand_model = HandModel(desk, stage, self)
        self.web_back_model = WebBackModel(desk, stage, self)
        self.web_back_model.opened.connect(self.returns_model.open_order)
        self.web_back_model.announced.connect(self.returns_model.expect)
        self.web_back_model.receipt.connect(self.returns_model.look)
        self.returns_model.elsewhere = self.web_back_model.look
        self.families: tuple[Family, ...] = (
            self.suspended_model, self.returns_model, self.empties_model, self.customer_model, self.new_customer_model,
            self.line_model, self.order_model, self.cash_model, self.change_order_model, self.correct_model, self.reports_model,
            self.journal_model, self.stock_model, self.closing_model, self.training_model, self.refund_model, self.approval_model,
            self.serial_model, self.balance_model, self.orders_model, self.keymap_model, self.lost_model, self.stop_model,
            self.web_back_model, self.hand_model,
        )  # fmt: skip

    @Property(QObject, notify=changed)
    def rows(self) -> QObject:
        """The menu's entries."""
        return self._rows

    @Property(int, notify=changed)
    def columns(self) -> int:
        """How many stand side by side."""
        return self._columns

    @Property(SuspendedModel, notify=changed)
    def suspended(self) -> SuspendedModel:
        """Sales that wait."""
        return self.suspended_model

    @Property(ApprovalModel, notify=changed)
    def approval(self) -> ApprovalModel:
        """A second person's word."""
        return self.approval_model

    @Property(CustomerModel, notify=changed)
    def customer(self) -> CustomerModel:
        """Whose sale it is."""
        return self.customer_model

    @Property(LineModel, notify=changed)
    def line(self) -> LineModel:
        """What belongs to a line beside its money."""
        return self.line_model

    @Property(LostSaleModel, notify=changed)
    def lost(self) -> LostSaleModel:
        """What was wanted and not bought."""
        return self.lost_model

    @Property(ReturnsModel, notify=changed)
    def returns(self) -> ReturnsModel:
        """What comes back."""
        return self.returns_model

    @Property(RefundModel, notify=changed)
    def refund(self) -> RefundModel:
        """Money that goes back."""
        return self.refund_model

    @Property(CashModel, notify=changed)
    def cash(self) -> CashModel:
        """Cash without a sale."""
        return self.cash_model

    @Property(ChangeOrderModel, notify=changed)
    def changeOrder(self) -> ChangeOrderModel:
        """Change from the bank."""
        return self.change_order_model

    @Property(CorrectModel, notify=changed)
    def correct(self) -> CorrectModel:
        """How sales were really paid."""
        return self.correct_model

    @Property(ReportsModel, notify=changed)
    def reports(self) -> ReportsModel:
        """X and Z reports."""
        return self.reports_model

    @Property(JournalModel, notify=changed)
    def journal(self) -> JournalModel:
        """What happened here."""
        return self.journal_model

    @Property(EmptiesModel, notify=changed)
    def empties(self) -> EmptiesModel:
        """Deposit that goes back."""
        return self.empties_model

    @Property(SerialModel, notify=changed)
    def serial(self) -> SerialModel:
        """The number of a piece."""
        return self.serial_model

    @Property(BalanceModel, notify=changed)
    def balance(self) -> BalanceModel:
        """What is left on a card."""
        return self.balance_model

    @Property(NewCustomerModel, notify=changed)
    def newCustomer(self) -> NewCustomerModel:
        """Somebody becomes a customer."""
        return self.new_customer_model

    @Property(OrderModel, notify=changed)
    def order(self) -> OrderModel:
        """What is not taken along."""
        return self.order_model

    @Property(HandModel, notify=changed)
    def hand(self) -> HandModel:
        """The basket handed to a till."""
        return self.hand_model

    @Property(WebBackModel, notify=changed)
    def webBack(self) -> WebBackModel:
        """Web orders that come back."""
        return self.web_back_model

    @Property(OrdersModel, notify=changed)
    def orders(self) -> OrdersModel:
        """What the store does for orders."""
        return self.orders_model

    @Property(ClosingModel, notify=changed)
    def closing(self) -> ClosingModel:
        """The close of the shift."""
        return self.closing_model

    @Property(KeyMapModel, notify=changed)
    def keymap(self) -> KeyMapModel:
        """What every key does."""
        return self.keymap_model

    @Property(StopModel, notify=changed)
    def stop(self) -> StopModel:
        """Goods that must not be sold."""
        return self.stop_model

    @Property(StockModel, notify=changed)
    def stock(self) -> StockModel:
        """Stock that changes without a sale."""
        return self.stock_model

    def rows_shown(self) -> tuple[MenuRow, ...]:
        """The entries as they are shown."""
        return self._rows.rows

    def refresh(self) -> None:
        """Read anew what can be done now."""
        entries = (*self.first(), *(entry for family in self.families for entry in family.menu()))
        if not self._desk.counter.has_drawer:
            entries = tuple(one for one in entries if one.key not in _OF_A_DRAWER)
        if self._desk.counter.training:  # a sale can be practised; what touches money, stock or papers of others cannot
            why = self._desk.say("Not while practising")
            entries = tuple(one if one.key == TRAINING else replace(one, why_not=why) for one in entries)
        self._entries = entries
        self._place = next((place for place, entry in enumerate(self._entries) if not entry.why_not), 0)
        self._show()

    @Slot(str)
    def choose(self, key: str) -> None:
        """Do what an entry says; the menu goes first, so that what it opens lies over the screen."""
        entry = next((one for one in self._entries if one.key == key), None)
        if entry is None:
            return
        if entry.why_not:
            self._stage.tell(entry.why_not)
            return
        self._stage.close()
        entry.act()

    def pick(self, letter: str) -> bool:
        """The key of an entry was pressed; gives whether there is one."""
        place = KEYCAPS.find(letter.upper())
        if not 0 <= place < len(self._entries):
            return False
        self.choose(self._entries[place].key)
        return True

    def menu_keys(self) -> Keys:
        """What the keyboard does in the menu."""
        step = self._columns
        return self._take, {
            Qt.Key.Key_Escape: self._stage.close,
            Qt.Key.Key_F5: self._stage.close,
            Qt.Key.Key_Left: lambda: self._step(-1),
            Qt.Key.Key_Right: lambda: self._step(1),
            Qt.Key.Key_Up: lambda: self._step(-step),
            Qt.Key.Key_Down: lambda: self._step(step),
        }

    def keys(self, dialog: Dialog) -> Keys:
        """What the keyboard does in a dialog of the menu or of a family; at least Esc closes it."""
        if dialog is Dialog.MENU:
            return self.menu_keys()
        found = (family.keys(dialog) for family in self.families)
        return next((one for one in found if one is not None), (None, {Qt.Key.Key_Escape: self._stage.close}))

    def digits(self, dialog: Dialog) -> Callable[[str], object] | None:
        """Where a digit goes in a dialog of a family."""
        found = (family.digits(dialog) for family in self.families)
        return next((one for one in found if one is not None), None)

    def scanned(self, dialog: Dialog, text: str) -> bool:
        """A scan while one of these is open; gives whether it meant something to it."""
        if dialog is Dialog.APPROVE:
            self.approval_model.scanned(text)
        else:
            own = (
                self.customer_model, self.new_customer_model, self.line_model, self.empties_model, self.serial_model,
                self.balance_model, self.stop_model, self.web_back_model, self.returns_model,
            )  # fmt: skip
            return any(one.scanned(dialog, text) for one in own)
        return True

    def retell(self) -> None:
        """The language changed."""
        for family in self.families:
            family.retell()
        self.refresh()

    def _return_order(self, number: str) -> None:
        """An order that was paid here goes back as its receipt's return: goods and money in one."""
        self.orders_model.leave()
        self.returns_model.look(number)

    def _take(self) -> None:
        if self._entries:
            self.choose(self._entries[self._place].key)

    def _step(self, by: int) -> None:
        if 0 <= self._place + by < len(self._entries):
            self._place += by
            self._show()

    def _show(self) -> None:
        self._rows.put(
            [
                MenuRow(
                    entry.key, entry.title, entry.why_not or entry.note, entry.icon, KEYCAPS[place], not entry.why_not,
                    place == self._place,
                )
                for place, entry in enumerate(self._entries)
            ]
        )  # fmt: skip
        self.changed.emit()
