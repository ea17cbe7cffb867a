"""What the customer sees on the second screen: the basket, what it comes to, what was saved, and a thank-you."""

from PySide6.QtCore import Property, QObject, Signal
from PySide6.QtQml import QmlElement

from kiosk.ui.flow import Screen
from kiosk.ui.till_desk import TillDesk
from kiosk.ui.till_model import TillModel

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

WELCOME, SELLING, THANKS = "welcome", "selling", "thanks"


@QmlElement
class DisplayModel(QObject):
    """A view over the till that shows nothing of staff: no names, no notes, no messages, no dialogs."""

    changed = Signal()

    def __init__(self, desk: TillDesk, till: TillModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._till = desk, till
        till.changed.connect(self.changed)
        sale = till.sale_model
        till.more_model.customer_model.known.connect(self._tell)
        for signal in (sale.totalled, sale.emptied, sale.reduced, sale.counted, sale.followed):
            signal.connect(self._tell)

    def _tell(self, *_: object) -> None:
        self.changed.emit()

    @Property(str, notify=changed)
    def mode(self) -> str:
        """Whether it welcomes, shows the sale, or says thank you."""
        return self.shown_mode()

    def shown_mode(self) -> str:
        """Whether it welcomes, shows the sale, or says thank you."""
        if self._till.flow.screen is Screen.DONE:
            return THANKS
        return SELLING if self._till.sale_model.priced.lines else WELCOME

    @Property(QObject, notify=changed)
    def lines(self) -> QObject:
        """The basket's rows, as the cashier sees them."""
        return self._till.sale_model.line_rows

    @Property(int, notify=changed)
    def newest(self) -> int:
        """The row to bring into view."""
        return len(self._till.sale_model.line_rows.rows) - 1

    @Property(str, notify=changed)
    def brandText(self) -> str:
        """Whose shop it is."""
        settings = self._desk.counter.settings
        return settings.brand_name or settings.entity_name

    @Property(str, notify=changed)
    def greeting(self) -> str:
        """The customer by the given name alone, where the shop wants that said in public; empty otherwise."""
        known = self._till.more_model.customer_model.customer
        if known is None or not known.given or not self._desk.counter.settings.greets:
            return ""
        return self._desk.say("Hello {name}", name=known.given)

    @Property(str, notify=changed)
    def totalTitle(self) -> str:
        """Which way the money goes."""
        return self._desk.say("You get back") if self._till.sale_model.priced.total_minor < 0 else self._desk.say("To pay")

    @Property(str, notify=changed)
    def totalText(self) -> str:
        """What is to be paid, or what comes back; the title says which."""
        return self._desk.money(abs(self._till.sale_model.priced.total_minor))

    @Property(str, notify=changed)
    def savedText(self) -> str:
        """What promotions and discounts take off; empty when nothing does."""
        priced = self._till.sale_model.priced
        saved = priced.promotion_minor + priced.discount_minor
        return self._desk.say("You save {amount}", amount=self._desk.money(saved)) if saved > 0 else ""

    @Property(str, notify=changed)
    def changeText(self) -> str:
        """What the customer gets back; empty when nothing."""
        done = self._desk.checkout.done
        if self.shown_mode() != THANKS or done is None:
            return ""
        if done.total_minor < 0:
            return self._desk.say("You get {amount}", amount=self._desk.money(-done.total_minor - done.rounding_minor))
        return self._desk.say("Your change: {amount}", amount=self._desk.money(done.change_minor)) if done.change_minor else ""

    @Property(bool, notify=changed)
    def isTraining(self) -> bool:
        """Whether somebody practises."""
        return self._desk.counter.training
