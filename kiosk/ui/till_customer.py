"""Whose sale it is: one field that takes a card, a telephone number or a name, the few who may be meant, and who it is so far."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.customer import NUMBER_MAX, Customer
from kiosk.domain.errors import Refused, ShopError
from kiosk.domain.pricing import PricedCart
from kiosk.services.customers import Listing
from kiosk.ui import sounds
from kiosk.ui.flow import Dialog
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.till_desk import CustomersAnswer, Stage, TillDesk
from kiosk.ui.till_menu import Keys, MenuEntry

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

TEXT_MAX = 60


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """Somebody who may be meant, and what tells them from another of the same name."""

    key: str
    title: str
    detail: str
    chosen: bool


@QmlElement
class CustomerModel(QObject):
    """The customer's dialog. `known` fires when the sale is another customer's, or when more is known of this one."""

    changed = Signal()
    known = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._rows = Rows(CustomerRow, self)
        self._text = ""
        self._listing = Listing()
        self._place = 0
        self._asking = self._asked = ""
        self._error: ShopError | None = None
        self._shown = ("", "")
        self.customer: Customer | None = None

    # what is shown

    @Property(QObject, notify=changed)
    def rows(self) -> QObject:
        """Who may be meant."""
        return self._rows

    @Property(int, notify=changed)
    def place(self) -> int:
        """The row that Enter takes, -1 where there is none."""
        return self._place if self._listing.people else -1

    @Property(str, notify=changed)
    def text(self) -> str:
        """What is keyed in."""
        return self._text

    @Property(int, notify=changed)
    def textMax(self) -> int:
        """How many characters it may have."""
        return TEXT_MAX

    @Property(bool, notify=changed)
    def mayFind(self) -> bool:
        """Whether whoever is at work may look customers up."""
        return self._desk.customers.may_find

    @Property(str, notify=changed)
    def hintText(self) -> str:
        """What came of it so far, or what to do."""
        say = self._desk.say
        if self._asking:
            return say("The hub is asked. You can go on meanwhile.")
        if self._listing.more:
            return say("There are more. Type more of the name, or the last four digits of the telephone number.")
        if self._listing.people or not self._text:
            return ""
        if self._listing.phone:
            return say("Nobody of this store. Enter asks the other stores.")
        return say("Nobody of this store yet. Type on, or scan the card.") if self.may_find() else ""

    @Property(str, notify=changed)
    def enterText(self) -> str:
        """What Enter does now."""
        asks = not self._listing.people and self._listing.phone and self._desk.ask_customers is not None
        return self._desk.say("Ask the other stores") if asks else self._desk.say("Attach")

    @Property(str, notify=changed)
    def errorText(self) -> str:
        """Why it was refused."""
        return self._desk.say.error(self._error) if self._error else ""

    @Property(str, notify=known)
    def nowText(self) -> str:
        """Whose sale it is so far."""
        return self.now_text() or self._desk.say("No customer yet")

    @Property(str, notify=known)
    def nameText(self) -> str:
        """Whose sale it is, as the basket's head says it; empty: nobody's in particular."""
        return self.now_text()

    @Property(bool, notify=known)
    def hasCustomer(self) -> bool:
        """Whether a customer is attached."""
        return self._shown[0] != ""

    def now_text(self) -> str:
        """Whose sale it is, by name where the name may be read; empty: nobody's."""
        number = self._shown[0]
        if not number:
            return ""
        return self.customer.name if self.customer else self._desk.say("Customer {number}", number=number)

    def may_find(self) -> bool:
        """Whether whoever is at work may look customers up."""
        return self._desk.customers.may_find

    def rows_shown(self) -> tuple[CustomerRow, ...]:
        """Who may be meant, as they are shown."""
        return self._rows.rows

    # the family

    def menu(self) -> Sequence[MenuEntry]:
        """What the menu gets."""
        return (MenuEntry("customer", self._desk.say("Customer"), "user", self.begin),)

    def keys(self, dialog: Dialog) -> Keys | None:
        """What the keyboard does in its dialog, where the field did not take the key."""
        if dialog is not Dialog.CUSTOMER:
            return None
        key = Qt.Key
        return self.enter, {
            key.Key_Escape: self._stage.close, key.Key_Backspace: self.backspace, key.Key_Delete: self.detach,
            key.Key_Up: lambda: self.step(-1), key.Key_Down: lambda: self.step(1),
        }  # fmt: skip

    def digits(self, dialog: Dialog) -> Callable[[str], object] | None:
        """Where a digit goes."""
        return self.digit if dialog is Dialog.CUSTOMER else None

    def scanned(self, dialog: Dialog, text: str) -> bool:
        """A scan while its dialog is open is the customer's card."""
        if dialog is Dialog.CUSTOMER:
            self._attach(text[:NUMBER_MAX], scanned=True)
        return dialog is Dialog.CUSTOMER

    def retell(self) -> None:
        """The language changed."""
        self.changed.emit()
        self.known.emit()

    # what a person wants

    def begin(self) -> None:
        """Ask whose sale it is."""
        self._desk.customers.begin()
        self.wipe()
        self._stage.open(Dialog.CUSTOMER)

    @Slot(str)
    def type(self, text: str) -> None:
        """The field holds another text: look who that may be. What is found for an older text is not shown."""
        self._text, self._error, self._asking = text[:TEXT_MAX], None, ""
        if not self.may_find() or not self._text.strip():
            self._list(Listing())
            return
        wanted = self._text
        self._desk.bridge.run(lambda: self._desk.customers.find(wanted), lambda found: self._found(wanted, found), self._refused)
        self.changed.emit()

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
        if self._listing.people:
            self._place = min(max(self._place + by, 0), len(self._listing.people) - 1)
            self._show()

    @Slot(str)
    def take(self, number: str) -> None:
        """A row was tapped: the sale is theirs."""
        self._attach(number, scanned=True)

    @Slot()
    def enter(self) -> None:
        """The chosen row; with none, the number of a card, or a telephone number that the other stores are asked for."""
        if self._listing.people:
            self.take(self._listing.people[self._place].number)
        elif self._listing.phone and self._desk.ask_customers is not None:
            self._ask(self._listing.phone)
        elif self._text.strip():
            self._attach(self._text, scanned=False)

    @Slot()
    def detach(self) -> None:
        """The sale is nobody's again."""
        self._desk.bridge.run(self._desk.customers.detach, self._done, self._refused)

    # what the till tells

    def show(self, priced: PricedCart) -> None:
        """The cart has changed: where it is another customer's, or somebody else is at work, the name is read anew."""
        employee = self._desk.counter.employee
        here = (priced.cart.customer, employee.number if employee else "")
        if here == self._shown:
            return
        self._shown, self._asked = here, ""
        self._name(None)
        self.tell_name()
        if not here[0]:
            self._desk.customers.named("")

    def tell_name(self) -> None:
        """Read who the customer is; what is told late of another one is not shown."""
        number = self._shown[0]
        if not number:
            return
        self._desk.bridge.run(
            lambda: self._desk.customers.named(number), lambda found: self._named(number, found), self._stage.refuse
        )

    def left(self) -> None:
        """Another dialog or screen is shown: what was keyed in and found is on no screen behind it."""
        if self._stage.flow.dialog is not Dialog.CUSTOMER and (self._text or self._listing.people or self._error):
            self.wipe()

    def wipe(self) -> None:
        """Nothing is keyed in, and nobody is listed."""
        self._text, self._error, self._asking = "", None, ""
        self._list(Listing())

    # inside

    def _found(self, wanted: str, listing: Listing) -> None:
        if wanted == self._text:
            self._list(listing)

    def _list(self, listing: Listing) -> None:
        self._listing, self._place = listing, 0
        self._show()

    def _show(self) -> None:
        people = self._listing.people
        self._rows.put([CustomerRow(one.number, one.name, one.hint, place == self._place) for place, one in enumerate(people)])
        self.changed.emit()

    def _attach(self, text: str, *, scanned: bool) -> None:
        attach = self._desk.customers.attach
        self._desk.bridge.run(lambda: attach(text, scanned=scanned), self._attached, self._refused)

    def _attached(self, priced: PricedCart) -> None:
        self._desk.sounds.play(sounds.GOOD)
        self._done(priced)

    def _learned(self, number: str, reply: CustomersAnswer | None) -> None:
        if reply is None or not reply.customers or self._shown[0] != number:
            return
        found = reply.customers

        def work() -> PricedCart | None:
            self._desk.customers.welcome(found)
            locked = self._desk.selling.locked  # once the payment has begun its prices stand
            return None if locked else self._desk.customers.attach(number)

        def done(priced: PricedCart | None) -> None:
            if priced is not None:
                self._stage.show(priced)
            if self._shown[0] == number:
                self.tell_name()

        self._desk.bridge.run(work, done, _nothing)

    def _ask(self, phone: str) -> None:
        ask = self._desk.ask_customers
        assert ask is not None, "whoever asks has a line"
        self._asking = wanted = self._text

        def answered(reply: CustomersAnswer | None) -> None:
            if self._asking != wanted or self._text != wanted:
                return  # it was given up
            self._asking = ""
            if reply is None:
                self._refused(Refused("customer.hub_away"))
            elif not reply.customers:
                self._refused(Refused("customer.unknown"))
            else:
                found = reply.customers
                self._desk.bridge.run(
                    lambda: self._desk.customers.welcome(found), lambda people: self._found(wanted, Listing(people)), self._refused
                )

        ask("", phone, answered)
        self.changed.emit()

    def _named(self, number: str, found: Customer | None) -> None:
        """A card that nobody here knows: the hub is asked once whose it is, and nobody waits for it."""
        if number != self._shown[0]:
            return
        self._name(found)
        ask = self._desk.ask_customers
        if found is None and self._asked != number and ask is not None and self.may_find():
            self._asked = number
            ask(number, "", lambda reply: self._learned(number, reply))

    def _name(self, found: Customer | None) -> None:
        self.customer = found
        self.known.emit()

    def _done(self, priced: PricedCart) -> None:
        self._stage.close()
        self._stage.show(priced)

    def _refused(self, error: ShopError) -> None:
        self._error = error
        self._desk.sounds.play(sounds.REFUSED)
        self.changed.emit()


def _nothing(error: ShopError) -> None:
    """The sale went on meanwhile; its customer is a number then."""
