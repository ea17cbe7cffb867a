"""Somebody becomes a customer at the till: what is asked of them, what they agree to, and their card."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.customer import MARKETING, NUMBER_MAX, RECEIPT_BY_MAIL
from kiosk.domain.errors import ShopError
from kiosk.domain.newcustomer import EMAIL_MAX, NAME_MAX
from kiosk.domain.pricing import PricedCart
from kiosk.services.customers import PARTS
from kiosk.ui import sounds
from kiosk.ui.flow import Dialog
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_menu import Keys, MenuEntry

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

CARD = "card"
FIELDS = (*PARTS, CARD)
_FAULTY = {"number": CARD, "taken": CARD, "name": "family"}
"""The field that a refusal is about, where it has another name."""


@QmlElement
class NewCustomerModel(QObject):
    """The form. What is keyed in stays on no screen behind it, and in no memory once it is done or left."""

    changed = Signal()
    edited = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._texts = dict.fromkeys(FIELDS, "")
        self._agreed: set[str] = set()
        self._error: ShopError | None = None
        self._busy = False

    # what is shown

    @Property("QVariantMap", notify=edited)  # type: ignore[arg-type]
    def texts(self) -> dict[str, str]:
        """What is keyed in, by field."""
        return dict(self._texts)

    @Property(int, notify=changed)
    def textMax(self) -> int:
        """How many characters a field may have."""
        return NAME_MAX

    @Property(int, notify=changed)
    def mailMax(self) -> int:
        """How many a mail address may have."""
        return EMAIL_MAX

    @Property(bool, notify=changed)
    def byMail(self) -> bool:
        """Whether they agree to receipts by mail."""
        return RECEIPT_BY_MAIL in self._agreed

    @Property(bool, notify=changed)
    def marketing(self) -> bool:
        """Whether they agree to offers."""
        return MARKETING in self._agreed

    @Property(str, notify=changed)
    def errorText(self) -> str:
        """Why it was refused."""
        return self.error_text()

    def error_text(self) -> str:
        """Why it was refused."""
        return self._desk.say.error(self._error) if self._error else ""

    @Property(str, notify=changed)
    def faulty(self) -> str:
        """The field that the refusal is about; empty where none is."""
        kind, _, part = (self._error.code if self._error else "").partition(".")
        return _FAULTY.get(part, part) if kind == "newcustomer" else ""

    # the family

    def menu(self) -> Sequence[MenuEntry]:
        """What the menu gets."""
        say, customers = self._desk.say, self._desk.customers
        why = "" if customers.may_find else say("Your role may not look customers up")
        return (MenuEntry("new_customer", say("New customer"), "user-add", self.begin, why),)

    def keys(self, dialog: Dialog) -> Keys | None:
        """What the keyboard does in its dialog, where no field took the key."""
        if dialog is not Dialog.NEW_CUSTOMER:
            return None
        key = Qt.Key
        return self.save, {
            key.Key_Escape: self._stage.close, key.Key_F9: self.save, key.Key_F7: self.toggleByMail,
            key.Key_F8: self.toggleMarketing,
        }  # fmt: skip

    def digits(self, dialog: Dialog) -> Callable[[str], object] | None:
        """Digits go into the fields alone."""
        return None

    def scanned(self, dialog: Dialog, text: str) -> bool:
        """A scan while its dialog is open is the card that the customer gets."""
        if dialog is Dialog.NEW_CUSTOMER:
            self.write(CARD, text[:NUMBER_MAX])
            self.edited.emit()
            self._desk.sounds.play(sounds.GOOD)
        return dialog is Dialog.NEW_CUSTOMER

    def retell(self) -> None:
        """The language changed."""
        self.changed.emit()

    # what a person wants

    def begin(self) -> None:
        """Ask who it is."""
        self.wipe()
        self._stage.open(Dialog.NEW_CUSTOMER)

    @Slot(str, str)
    def write(self, name: str, text: str) -> None:
        """A field holds another text."""
        if name in self._texts:
            self._texts[name] = text
            if self._error is not None:
                self._error = None
                self.changed.emit()

    @Slot()
    def toggleByMail(self) -> None:
        """They agree to receipts by mail, or not."""
        self._agreed ^= {RECEIPT_BY_MAIL}
        self.changed.emit()

    @Slot()
    def toggleMarketing(self) -> None:
        """They agree to offers, or not."""
        self._agreed ^= {MARKETING}
        self.changed.emit()

    @Slot()
    def save(self) -> None:
        """They become a customer, and the sale is theirs."""
        if self._busy:
            return
        self._busy = True
        said, agreed = dict(self._texts), frozenset(self._agreed)
        card = said.pop(CARD)
        self._desk.bridge.run(lambda: self._desk.customers.enrol(said, agreed, card), self._saved, self._refused)

    # what the till tells

    def left(self) -> None:
        """Another dialog or screen is shown: what was keyed in is gone."""
        if self._stage.flow.dialog is not Dialog.NEW_CUSTOMER and (any(self._texts.values()) or self._agreed):
            self.wipe()

    def wipe(self) -> None:
        """Nothing is keyed in, and nothing agreed to."""
        self._texts, self._agreed, self._error = dict.fromkeys(FIELDS, ""), set(), None
        self.changed.emit()
        self.edited.emit()

    def _saved(self, priced: PricedCart) -> None:
        self._busy = False
        self._desk.sounds.play(sounds.GOOD)
        self._stage.close()
        self._stage.show(priced)
        self._stage.tell(self._desk.say("New customer {number}", number=priced.cart.customer))

    def _refused(self, error: ShopError) -> None:
        self._busy, self._error = False, error
        self._desk.sounds.play(sounds.REFUSED)
        self.changed.emit()
