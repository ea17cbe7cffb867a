"""The till as a whole: which screen is shown, where a key and a scan go, and who tells whom."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Property, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.cardnumbers import is_card
from kiosk.domain.errors import Refused, ShopError
from kiosk.domain.pricing import PricedCart
from kiosk.services.checkout import SaleDone
from kiosk.services.scans import Attached, CardRead, Halted, Kept, OrderRead, ReceiptRead, Retrieved, ScanResult, Sold, TicketTaken
from kiosk.ui import flow as flows
from kiosk.ui import sounds
from kiosk.ui.flow import Dialog, Flow, Screen
from kiosk.ui.till_camera import CameraModel
from kiosk.ui.till_desk import TillDesk
from kiosk.ui.till_discount import DiscountModel
from kiosk.ui.till_done import DoneModel
from kiosk.ui.till_exceptions import ExceptionsModel
from kiosk.ui.till_goods import GoodsModel
from kiosk.ui.till_hand import bar_entries
from kiosk.ui.till_help import HelpModel
from kiosk.ui.till_item import ItemModel
from kiosk.ui.till_look import LookModel
from kiosk.ui.till_more import MoreModel
from kiosk.ui.till_newpin import NewPinModel
from kiosk.ui.till_notice import NoticeModel
from kiosk.ui.till_payment import PaymentModel
from kiosk.ui.till_readiness import ReadinessModel
from kiosk.ui.till_sale import SaleModel
from kiosk.ui.till_shift import ShiftModel
from kiosk.ui.till_signin import SignInModel
from kiosk.ui.till_status import StatusModel

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

MESSAGE_MS = 6_000
_BEFORE_SALE = (Screen.SIGN_IN, Screen.NEW_PIN, Screen.OPEN_SHIFT)


@QmlElement
class TillModel(QObject):
    """The root of the till's view-models; also the Stage on which they act."""

    changed = Signal()
    entered = Signal()
    languageWanted = Signal(str)
    searchWanted = Signal()
    touched = Signal()

    def __init__(self, desk: TillDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._flow = Flow()
        self._message, self._message_code, self._message_warns = "", "", False
        self._halt_shown = False
        self._message_timer = QTimer(self)
        self._message_timer.setSingleShot(True)
        self._message_timer.setInterval(MESSAGE_MS)
        self._message_timer.timeout.connect(self.clearMessage)
        self._make_models()
        self._tie()

    def _make_models(self) -> None:
        desk = self._desk
        self.sign_in_model = SignInModel(desk, self, self)
        self.new_pin_model = NewPinModel(desk, self, self)
        self.shift_model = ShiftModel(desk, self, self)
        self.sale_model = SaleModel(desk, self, self)
        self.goods_model = GoodsModel(desk, self)
        self.item_model = ItemModel(desk, self, self)
        self.discount_model = DiscountModel(desk, self, self)
        self.payment_model = PaymentModel(desk, self, self)
        self.done_model = DoneModel(desk, self, self)
        self.notice_model = NoticeModel(desk, self, self)
        self.status_model = StatusModel(desk, self, self)
        self.readiness_model = ReadinessModel(desk, self)
        self.exceptions_model = ExceptionsModel(desk, self, self)
        self.help_model = HelpModel(desk, self)
        self.look_model = LookModel(desk, self)
        self.camera_model = CameraModel(desk, self, self)
        self.more_model = MoreModel(desk, self, self)
        self.sign_in_model.approval = self.more_model.approval_model
        self.discount_model.approval = self.more_model.approval_model
        self.more_model.closing_model.locking.connect(self.lock)

    def _tie(self) -> None:
        self.sign_in_model.signedIn.connect(self._signed_in)
        self.sale_model.paying.connect(self.payment_model.begin)
        self.sale_model.paidForNothing.connect(self._paid_for_nothing)
        self.payment_model.finished.connect(self._paid)
        self.entered.connect(self.more_model.customer_model.left)
        self.entered.connect(self.more_model.new_customer_model.left)
        self.more_model.line_model.chosen = self.more_model.order_model.chosen = lambda: self.sale_model.chosen_line
        self.more_model.line_model.wanted.connect(self.item_model.look)
        self.more_model.first = lambda: bar_entries(self._desk, self.sale_model, self.discountLine, self.discountSale)
        self.more_model.lost_model.shown = lambda: (self.item_model.offer, self.item_model.here_milli())
        self.more_model.line_model.is_checking = lambda: self.item_model.checking
        self.more_model.training_model.switched.connect(self.changed)
        self.changed.connect(self.camera_model.moved)
        self.more_model.refund_model.finished.connect(self._paid)
        self.payment_model.card_model.heard.connect(self.more_model.refund_model.heard)
        self.sale_model.refunding.connect(self.more_model.refund_model.begin)
        self.sale_model.numberWanted.connect(self.more_model.serial_model.begin)
        self.sale_model.stopFound.connect(self.more_model.stop_model.begin)
        self.sale_model.changed.connect(self.more_model.stop_model.watch)
        self.changed.connect(self.more_model.stop_model.watch, Qt.ConnectionType.QueuedConnection)  # after scans that waited
        self.payment_model.cashChosen.connect(self.entered)
        self.goods_model.wanted.connect(self.item_model.look)
        self.goods_model.added.connect(self._goods_added)
        self.goods_model.refused.connect(self.refuse)
        self.item_model.opened.connect(lambda: self.open(Dialog.ITEM))
        self.item_model.added.connect(self._item_added)
        self.item_model.orderWanted.connect(lambda _: self.more_model.order_model.begin())
        self.notice_model.acknowledged.connect(self._acknowledge)
        self.notice_model.dropped.connect(self._drop)
        self.exceptions_model.changed.connect(self._looked)
        self.exceptions_model.writingOff.connect(lambda: self.open(Dialog.WRITE_OFF))
        self.exceptions_model.writtenOff.connect(lambda: self.open(Dialog.EXCEPTIONS))
        self.status_model.printerChanged.connect(
            lambda: self.done_model.heard(self.status_model.printer_fault())
        )

    def start(self) -> None:
        """Read what the first screens need."""
        self.sign_in_model.refresh()
        self.goods_model.refresh()
        self.status_model.refresh()
        self.help_model.refresh()
        self.more_model.orders_model.refresh()
        self.more_model.stock_model.look_at_stops()

    # what is shown

    @Property(str, notify=changed)
    def screen(self) -> str:
        """The screen that is shown."""
        return self._flow.screen.value

    @Property(str, notify=changed)
    def dialog(self) -> str:
        """The dialog over it; empty when there is none."""
        return self._flow.dialog.value

    @Property(bool, notify=changed)
    def isSignedIn(self) -> bool:
        """Whether somebody is at work."""
        return self._flow.may_lock

    @Property(bool, notify=changed)
    def isTablet(self) -> bool:
        """Whether it is carried about."""
        return self._desk.tablet

    @Property(bool, notify=changed)
    def isTraining(self) -> bool:
        """Whether somebody practises: nothing counts."""
        return self._desk.counter.training

    @Property(str, notify=changed)
    def cashierText(self) -> str:
        """Who is at work."""
        employee = self._desk.counter.employee
        return employee.name if employee and self._flow.may_lock else ""

    @Property(str, notify=changed)
    def cashierShort(self) -> str:
        """The same in one word, where there is no room for more."""
        employee = self._desk.counter.employee
        return employee.name.split()[0] if employee and self._flow.may_lock else ""

    @Property(str, notify=changed)
    def message(self) -> str:
        """What was just done or refused."""
        return self._message

    @Property(str, notify=changed)
    def messageCode(self) -> str:
        """The code of a refusal, for the help desk."""
        return self._message_code

    @Property(bool, notify=changed)
    def messageWarns(self) -> bool:
        """Whether it was refused."""
        return self._message_warns

    @Property(SignInModel, notify=changed)
    def signIn(self) -> SignInModel:
        """T1."""
        return self.sign_in_model

    @Property(NewPinModel, notify=changed)
    def newPin(self) -> NewPinModel:
        """The one-time PIN is changed."""
        return self.new_pin_model

    @Property(ShiftModel, notify=changed)
    def shift(self) -> ShiftModel:
        """T2."""
        return self.shift_model

    @Property(SaleModel, notify=changed)
    def sale(self) -> SaleModel:
        """T3."""
        return self.sale_model

    @Property(GoodsModel, notify=changed)
    def goods(self) -> GoodsModel:
        """T4."""
        return self.goods_model

    @Property(ItemModel, notify=changed)
    def item(self) -> ItemModel:
        """T5."""
        return self.item_model

    @Property(DiscountModel, notify=changed)
    def discount(self) -> DiscountModel:
        """The discount dialog."""
        return self.discount_model

    @Property(PaymentModel, notify=changed)
    def payment(self) -> PaymentModel:
        """T7."""
        return self.payment_model

    @Property(DoneModel, notify=changed)
    def done(self) -> DoneModel:
        """T8."""
        return self.done_model

    @Property(NoticeModel, notify=changed)
    def notice(self) -> NoticeModel:
        """What has to be seen."""
        return self.notice_model

    @Property(StatusModel, notify=changed)
    def status(self) -> StatusModel:
        """T17 and the strip."""
        return self.status_model

    @Property(ReadinessModel, notify=changed)
    def readiness(self) -> ReadinessModel:
        """How long it can work alone."""
        return self.readiness_model

    @Property(ExceptionsModel, notify=changed)
    def exceptions(self) -> ExceptionsModel:
        """What waits for a person."""
        return self.exceptions_model

    @Property(HelpModel, notify=changed)
    def help(self) -> HelpModel:
        """Calls of kiosks."""
        return self.help_model

    @Property(LookModel, notify=changed)
    def look(self) -> LookModel:
        """Text size and contrast."""
        return self.look_model

    @Property(CameraModel, notify=changed)
    def camera(self) -> CameraModel:
        """What the camera sees."""
        return self.camera_model

    @Property(MoreModel, notify=changed)
    def more(self) -> MoreModel:
        """What is done beside selling."""
        return self.more_model

    # the stage

    @property
    def flow(self) -> Flow:
        """Where the till is."""
        return self._flow

    def move(self, flow: Flow) -> None:
        """Go there; scans that waited go on when they may."""
        before, self._flow = self._flow, flow
        if flow.screen is not before.screen and flow.screen is Screen.OPEN_SHIFT:
            self.shift_model.begin()
        if flow.screen is not before.screen and flow.screen is Screen.PAYMENT:
            self.payment_model.begin()
        if flow.screen is not before.screen and flow.screen in (Screen.CLOSE, Screen.JOURNAL, Screen.ORDERS, Screen.STOCK):
            self.clearMessage()  # what was said before has been seen, and these need the room
        self.changed.emit()
        self.entered.emit()
        if flow.screen is Screen.SALE and before.screen in _BEFORE_SALE and self._desk.checkout.must_resume:
            self.sale_model.pay()  # a restart found a part already paid: that comes first
        elif flow.may_sell and not before.may_sell:
            self._go_on()

    def open(self, dialog: Dialog) -> None:
        """Put a dialog over the screen."""
        self.move(flows.opened(self._flow, dialog))

    @Slot()
    def close(self) -> None:
        """Take the dialog away."""
        self.move(flows.closed(self._flow))

    def show(self, priced: PricedCart) -> None:
        """The cart has changed."""
        self.sale_model.show(priced)
        self.more_model.customer_model.show(priced)

    def refuse(self, error: ShopError) -> None:
        """Say what is not possible."""
        if error.code == "scan.weigh" and "article" in error.values:
            self.item_model.look(str(error.values["article"]))
            return
        self._desk.sounds.play(sounds.REFUSED)
        self._say(self._desk.say.error(error), warns=True, code=error.code)

    def tell(self, text: str) -> None:
        """Say that something was done."""
        self._say(text, warns=False)

    @Slot()
    def clearMessage(self) -> None:
        """The message was read."""
        if self._message:
            self._message = ""
            self.changed.emit()

    # what a person wants

    @Slot()
    def lock(self) -> None:
        """Lock, or let somebody else sign in; the cart stays."""
        if self._flow.may_lock:
            self._desk.bridge.run(self._desk.session.sign_out, lambda _: self._locked())

    @Slot()
    def nextSale(self) -> None:
        """The next customer."""
        self.move(flows.to_sale(self._flow))

    @Slot()
    def discountLine(self) -> None:
        """Ask for a discount on the chosen line."""
        line = self.sale_model.chosen_line
        if line is None:
            self.refuse(ShopError("cart.empty"))
            return
        self.discount_model.begin(line, self.sale_model.priced)
        self.open(Dialog.DISCOUNT)

    @Slot()
    def discountSale(self) -> None:
        """Ask for a discount on the sale."""
        if not self.sale_model.priced.lines:
            self.refuse(ShopError("cart.empty"))
            return
        self.discount_model.begin(None, self.sale_model.priced)
        self.open(Dialog.DISCOUNT)

    @Slot()
    def showStatus(self) -> None:
        """T17."""
        self.status_model.refresh()
        self.exceptions_model.refresh()
        self.open(Dialog.STATUS)

    @Slot()
    def showReadiness(self) -> None:
        """How long it can work without the network."""
        self.exceptions_model.refresh()
        self.open(Dialog.READINESS)

    @Slot()
    def showExceptions(self) -> None:
        """What waits for a person."""
        self.exceptions_model.refresh()
        self.open(Dialog.EXCEPTIONS)

    @Slot()
    def showMenu(self) -> None:
        """What else can be done."""
        self.more_model.refresh()
        self.open(Dialog.MENU)

    @Slot(str)
    def setLanguage(self, language: str) -> None:
        """Speak another language from now on: screens, and the receipts that are to come."""
        self._desk.language = language
        self._desk.counter.language = language
        self.languageWanted.emit(language)
        for model in (
            self.sign_in_model, self.new_pin_model, self.shift_model, self.sale_model, self.item_model, self.discount_model,
            self.payment_model, self.done_model, self.notice_model, self.status_model, self.help_model,
            self.readiness_model, self.exceptions_model,
            self.look_model, self.more_model, self.camera_model,
        ):  # fmt: skip
            model.retell()
        self.goods_model.refresh()
        self.changed.emit()

    # scans

    def scanned(self, scan: Any) -> None:
        """A scanner read something (drivers.api.Scan), whatever is on the screen. A bank card goes no further than here."""
        self.touched.emit()
        self.camera_model.scanned()
        if is_card(scan.text):
            self.refuse(Refused("scan.card"))
            return
        if self._flow.screen is Screen.SIGN_IN and self._flow.dialog is Dialog.NONE:
            self.sign_in_model.scanned(scan.text)
            return
        if self.more_model.scanned(self._flow.dialog, scan.text):
            return
        if self._flow.dialog is Dialog.CASH:
            self.more_model.cash_model.scanned(scan.text)
            return
        if self._flow.dialog is Dialog.CORRECT:
            self.more_model.correct_model.scanned(scan.text)
            return
        if self._flow.screen is Screen.ORDERS and self._flow.dialog is Dialog.NONE:
            self.more_model.orders_model.scanned(scan.text)
            return
        if self._flow.screen is Screen.JOURNAL and self._flow.dialog is Dialog.NONE:
            self.more_model.journal_model.scanned(scan.text)
            return
        if self._flow.screen is Screen.STOCK and self._flow.dialog is Dialog.NONE:
            self.more_model.stock_model.scanned(scan.text, scan.aim)
            return
        paying = self._flow.screen is Screen.PAYMENT and self._flow.dialog is Dialog.NONE
        if paying and self.payment_model.scanned(scan.text):
            return
        if self._flow.screen is Screen.DONE and self._flow.dialog is Dialog.NONE:
            self.nextSale()
        may_sell = self._flow.may_sell
        self._desk.bridge.run(
            lambda: self._desk.scans.handle(scan, may_sell=may_sell), self._scan_done, self.refuse
        )

    def _scan_done(self, result: ScanResult) -> None:
        self._scans_done((result,))

    def _scans_done(self, results: Sequence[ScanResult]) -> None:
        for result in results:
            match result:
                case Sold(_, priced):
                    self._desk.sounds.play(sounds.GOOD)
                    self.show(priced)
                case Attached(_, priced):
                    self._desk.sounds.play(sounds.GOOD)
                    self.show(priced)
                    self.tell(self._desk.say("The customer is attached"))
                case ReceiptRead(scan):
                    self.more_model.returns_model.look(scan.text)
                case OrderRead(_, order):
                    self._desk.sounds.play(sounds.GOOD)
                    self.more_model.orders_model.openOrder(order, "code")
                case CardRead(scan):
                    self._desk.sounds.play(sounds.ATTENTION)
                    self.more_model.balance_model.show_read(scan.text)
                case Retrieved(_, priced):
                    self._desk.sounds.play(sounds.GOOD)
                    self.show(priced)
                    self.tell(self._desk.say("The suspended sale is open again"))
                case TicketTaken(_, outcome, priced):
                    self._desk.sounds.play(sounds.GOOD)
                    self.show(priced)
                    self._ticket(outcome.added, (*outcome.unknown, *outcome.stopped))
                case Kept():
                    self._desk.sounds.play(sounds.ATTENTION)
                case Halted(_, error, _):
                    self._halted(error)
        self.notice_model.queue(self._desk.scans.waiting)
        self._tell_waiting()

    def _halted(self, error: ShopError) -> None:
        self._desk.sounds.play(sounds.REFUSED)
        self.notice_model.refuse(error, self._desk.scans.waiting)
        # Behind a dialog that was opened meanwhile it cannot be seen: then its turn comes after that.
        self._halt_shown = self._flow.dialog is Dialog.NONE
        if not self._halt_shown:
            return
        if error.code == "scan.weigh" and "article" in error.values:
            self.item_model.look(str(error.values["article"]))
        else:
            self.open(Dialog.NOTICE)

    def _ticket(self, added: int, unknown: tuple[str, ...]) -> None:
        if unknown:
            self.notice_model.ticket(added, unknown)
            self.open(Dialog.TICKET)
        else:
            self.tell(self._desk.say("The kiosk's basket is in: {count} lines", count=added))

    def _tell_waiting(self) -> None:
        if self._desk.scans.waiting and self._flow.dialog is not Dialog.NOTICE:
            text = f"{self.notice_model.waiting_text()}. {self._desk.say.sentence('scan.not_now')}"
            self._say(text, warns=True)
            self._message_timer.stop()  # it stays for as long as something waits

    def _acknowledge(self) -> None:
        self._flow = flows.closed(self._flow)
        self.changed.emit()
        self.entered.emit()
        self._desk.bridge.run(self._desk.scans.acknowledge, self._scans_done)

    def _drop(self) -> None:
        self._flow = flows.closed(self._flow)
        self.changed.emit()
        self.entered.emit()
        self._desk.bridge.run(self._desk.scans.drop_waiting, lambda _: self.notice_model.queue(0))

    def _go_on(self) -> None:
        halted = self._desk.scans.halted
        if halted is not None and not self._halt_shown:
            self._halted(halted.error)
        elif halted is not None:
            self._desk.bridge.run(self._desk.scans.acknowledge, self._scans_done)
        elif self._desk.scans.waiting:
            self.clearMessage()
            self._desk.bridge.run(self._desk.scans.go_on, self._scans_done)

    # news from the terminal, on the GUI thread

    def rows_changed(self, scope: str) -> None:
        """New data from the hub is in."""
        if scope == "device":
            self._desk.bridge.run(self._desk.counter.reload, self._reloaded)
            self.help_model.refresh()
            self.more_model.orders_model.refresh()
            self.more_model.customer_model.tell_name()  # who was forgotten meanwhile is named no longer
            if self._flow.screen is Screen.SIGN_IN and not self.sign_in_model.has_person():
                self.sign_in_model.refresh()
        else:
            self.goods_model.refresh()
            self.status_model.refresh()

    def _reloaded(self, _: None) -> None:
        self.changed.emit()
        self.more_model.stock_model.look_at_stops()

    def job_moved(self) -> None:
        """A print job came to a new state."""
        self.status_model.refresh()
        if self._flow.screen is Screen.DONE:
            self.done_model.look()

    # inside

    def _looked(self) -> None:
        if self.exceptions_model.board is not None:
            self.readiness_model.show(self.exceptions_model.board)

    def _signed_in(self, must_change: bool, first_pin: str) -> None:
        if must_change:
            self.new_pin_model.begin(first_pin)
        self.more_model.customer_model.show(self.sale_model.priced)
        self.changed.emit()

    def _locked(self) -> None:
        self.goods_model.clear()
        self.clearMessage()
        self.move(flows.locked(self._flow))
        self.sign_in_model.refresh()

    def _paid(self, done: SaleDone) -> None:
        self.done_model.heard(self.status_model.printer_fault())
        self.done_model.begin(done)
        self.show(self._desk.selling.priced)
        self.more_model.orders_model.refresh()  # goods may have been put aside here, also while the hub is away
        self.clearMessage()
        self.move(flows.paid(self._flow))

    def _paid_for_nothing(self) -> None:
        done = self._desk.checkout.done
        assert done is not None, "a payment that is over has its sale"
        self._paid(done)

    def _goods_added(self, priced: PricedCart) -> None:
        self.sale_model.added(priced)
        self.entered.emit()

    def _item_added(self, priced: PricedCart) -> None:
        self.goods_model.clear()
        self.sale_model.added(priced)
        self.close()

    def _say(self, text: str, *, warns: bool, code: str = "") -> None:
        self._message, self._message_code, self._message_warns = text, code, warns
        self._message_timer.start()
        self.changed.emit()
