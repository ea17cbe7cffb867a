"""Gift cards and store credit on the screen: the hub is asked in the background, and what is left is told without selling."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Property, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.errors import ShopError
from kiosk.domain.pricing import PricedCart
from kiosk.domain.voucher import Voucher
from kiosk.services import redeeming, storedvalue
from kiosk.services.storedvalue import CODE_MAX, Balance
from kiosk.ui import sounds
from kiosk.ui.flow import Dialog
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_menu import Keys, MenuEntry

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

PATIENCE_MS = 4_000
"""So long at most a person looks at a question to the hub."""


def look_up(desk: TillDesk, kind: str, text: str, then: Callable[[bool], None]) -> None:
    """Ask the hub for a number and keep its answer, then go on; `then` hears whether it answered. Nobody waits for it here.

    A number that is none, or a bank card's, is never sent.
    """
    ask, tenders = desk.ask_voucher, desk.tenders
    try:
        code = storedvalue.checked_code(text)
    except ShopError:
        then(True)  # whoever goes on with it says what is wrong
        return
    if ask is None:
        then(tenders is None or tenders.connected())
        return

    waiting = [True]

    def answered(told: Voucher | None, heard: bool) -> None:
        if not waiting:
            return
        waiting.clear()
        if told is None:
            then(heard)
        else:
            desk.bridge.run(lambda: storedvalue.learn(desk.counter, told), lambda _: then(True), lambda _: then(True))

    ask(kind, code, answered)
    QTimer.singleShot(PATIENCE_MS, lambda: answered(None, False))  # whatever became of the question: the sale goes on


@QmlElement
class BalanceModel(QObject):
    """What is left on a card or slip, by a scan or by its number."""

    changed = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._number = ""
        self._found: Balance | None = None
        self._goods = ""
        self._asking, self._heard = False, True
        self._error: ShopError | None = None

    @Property(str, notify=changed)
    def numberText(self) -> str:
        """The number that was asked for last."""
        return self._number

    @Property(int, notify=changed)
    def mostCharacters(self) -> int:
        """How long a number may be."""
        return CODE_MAX

    @Property(bool, notify=changed)
    def isFound(self) -> bool:
        """Whether something is known of it."""
        return self._found is not None

    @Property(bool, notify=changed)
    def isAsking(self) -> bool:
        """Whether the hub is being asked."""
        return self._asking

    @Property(str, notify=changed)
    def kindText(self) -> str:
        """What it is."""
        found, say = self._found, self._desk.say
        if found is None:
            return ""
        if found.good_for:
            return say("Voucher for {goods}", goods=self._goods)
        return say("Store credit") if found.kind == "store_credit" else say("Gift card")

    @Property(str, notify=changed)
    def leftText(self) -> str:
        """What is left on it."""
        found = self._found
        return self._desk.say.money(found.left_minor, found.currency or self._currency) if found is not None else ""

    @Property(str, notify=changed)
    def noteText(self) -> str:
        """Until when it holds, and how well that is known."""
        found, say = self._found, self._desk.say
        if found is None:
            return ""
        notes = [] if self._heard else [say("As this till knew it last: the hub is away.")]
        if found.until_ms:
            when = say.date_time(found.until_ms - 1, self._desk.counter.ledger.identity.place.zone).partition(" ")[0]
            notes.insert(0, say("Ended on {day}", day=when) if found.ended else say("Valid to the end of {day}", day=when))
        return " · ".join(notes)

    @Property(bool, notify=changed)
    def isOver(self) -> bool:
        """Whether it cannot pay any more."""
        return self._is_over

    @Property(bool, notify=changed)
    def isForGoods(self) -> bool:
        """Whether it is redeemed among the goods, and something is left on it."""
        return self._found is not None and bool(self._found.good_for) and not self._is_over

    @Property(str, notify=changed)
    def errorText(self) -> str:
        """Why there is no answer."""
        return self._desk.say.error(self._error) if self._error else ""

    # the family

    def menu(self) -> Sequence[MenuEntry]:
        """What the menu gets."""
        return (MenuEntry("balance", self._desk.say("What is left on a card"), "card", self.begin),)

    def keys(self, dialog: Dialog) -> Keys | None:
        """What the keyboard does; the number itself is written into its field."""
        return (None, {Qt.Key.Key_Escape: self._stage.close, Qt.Key.Key_F9: self.redeem}) if dialog is Dialog.BALANCE else None

    def digits(self, dialog: Dialog) -> Callable[[str], object] | None:
        """No digits here: the number has its own field."""
        return None

    def scanned(self, dialog: Dialog, text: str) -> bool:
        """A card was scanned while this is open."""
        if dialog is Dialog.BALANCE:
            self.ask(text)
        return dialog is Dialog.BALANCE

    def retell(self) -> None:
        """The language changed."""
        self.changed.emit()

    # what a person does

    def begin(self) -> None:
        """Ask for a card."""
        self._number, self._found, self._error, self._asking = "", None, None, False
        self.changed.emit()
        self._stage.open(Dialog.BALANCE)

    def show_read(self, text: str) -> None:
        """A card or slip was scanned where goods are sold."""
        self.begin()
        self.ask(text)

    @Slot(str)
    def ask(self, number: str) -> None:
        """Tell what is left on it."""
        if not number.strip() or self._asking:
            return
        try:
            self._number = storedvalue.checked_code(number)
        except ShopError as error:
            self._number = ""
            self._refused(error)
            return
        self._found, self._error, self._asking = None, None, True
        self.changed.emit()
        look_up(self._desk, storedvalue.kind_of(self._number), self._number, self._read)

    @Slot()
    def redeem(self) -> None:
        """Take it off the goods of the open sale."""
        found, desk = self._found, self._desk
        if found is not None and found.good_for and not self._is_over:
            away = not self._heard
            work: Callable[[], PricedCart] = lambda: redeeming.redeem(desk.counter, desk.selling, found.code, away=away)  # noqa: E731
            desk.bridge.run(work, self._redeemed, self._not_redeemed)

    # inside

    def _redeemed(self, priced: PricedCart) -> None:
        self._desk.sounds.play(sounds.GOOD)
        self._stage.close()
        self._stage.show(priced)

    def _not_redeemed(self, error: ShopError) -> None:
        """What is left stays on the screen."""
        self._error = error
        self._desk.sounds.play(sounds.REFUSED)
        self.changed.emit()

    @property
    def _is_over(self) -> bool:
        return self._found is not None and (self._found.ended or not self._found.left_minor)

    @property
    def _currency(self) -> str:
        return self._desk.counter.ledger.identity.place.currency

    def _read(self, heard: bool) -> None:
        self._heard, number = heard, self._number
        counter = self._desk.counter

        def work() -> tuple[Balance, str]:
            found = storedvalue.balance(counter, number)
            return found, redeeming.goods_name(counter, found.good_for) if found.good_for else ""

        self._desk.bridge.run(work, self._tell, self._unknown)

    def _tell(self, told: tuple[Balance, str]) -> None:
        (self._found, self._goods), self._asking = told, False
        self._desk.sounds.play(sounds.GOOD)
        self.changed.emit()

    def _unknown(self, error: ShopError) -> None:
        self._asking = False
        away = error.code == "voucher.unknown" and not self._heard
        self._refused(ShopError("voucher.ask_offline", code=self._number) if away else error)

    def _refused(self, error: ShopError) -> None:
        self._found, self._error = None, error
        self._desk.sounds.play(sounds.REFUSED)
        self.changed.emit()
