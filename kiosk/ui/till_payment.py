"""The payment: what is left, likely cash amounts, a card payment by its reference, and what was paid so far."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.errors import Refused, ShopError
from kiosk.domain.payment import CARD, CASH, Settlement, Tender
from kiosk.domain.tender import STORE_CREDIT
from kiosk.domain.voucher import NUMBERED, OURS, is_credit_number
from kiosk.services.checkout import SaleDone
from kiosk.services.storedvalue import Balance, balance
from kiosk.ui import flow as flows
from kiosk.ui import sounds
from kiosk.ui.entry import Entry
from kiosk.ui.flow import Dialog
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.till_card import CardModel
from kiosk.ui.till_cardword import CardWordModel
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_voucher import look_up

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

NUMBER_MAX = 40
"""The longest number of a voucher, or reference on a slip."""


@dataclass(frozen=True, slots=True)
class QuickRow:
    """An amount for one touch."""

    key: int
    title: str
    exact: bool


@dataclass(frozen=True, slots=True)
class TenderRow:
    """A part that is paid."""

    key: int
    title: str
    amount: str
    icon: str


@dataclass(frozen=True, slots=True)
class WayRow:
    """A means of payment beside cash and card."""

    key: str
    title: str
    picked: bool


@dataclass(frozen=True, slots=True)
class Way:
    """The same with what is due when all that may be is paid with it, and whether its number is asked for."""

    id: str
    name: str
    due_minor: int
    reference: bool
    kind: str = ""

    @property
    def is_ours(self) -> bool:
        """Whether the shop itself owes what it pays with, so that the hub knows what is left on it."""
        return self.kind in OURS


@dataclass(frozen=True, slots=True)
class Standing:
    """How the payment stands, read together."""

    settlement: Settlement
    cash_due_minor: int
    quick_minor: tuple[int, ...]
    ways: tuple[Way, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)


@QmlElement
class PaymentModel(QObject):
    """The payment of the open cart."""

    changed = Signal()
    finished = Signal(object)
    cashChosen = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._quick, self._tenders = Rows(QuickRow, self), Rows(TenderRow, self)
        self.card_model = CardModel(desk, stage, self)
        self.word_model = CardWordModel(desk, stage, self.card_model, self)
        self.card_model.finished.connect(self._taken)
        self.card_model.paidInPart.connect(lambda: self._taken(None))
        self.card_model.reversed.connect(self._hand_back)
        self.card_model.speaking.connect(self.word_model.begin)
        self._ways, self._way = Rows(WayRow, self), ""
        self._standing: Standing | None = None
        self._entry = Entry(decimals=2, most=7)
        self._reference, self._balance = "", ""
        self._card = False
        self._error: ShopError | None = None
        self._back: tuple[int, int] = (0, 0)
        self._at_terminal = 0
        self._busy = False

    @Property(bool, notify=changed)
    def takesCash(self) -> bool:
        """Whether there is a drawer for it."""
        return self._desk.counter.has_drawer

    def begin(self) -> None:
        """Show the payment that was begun."""
        self._card, self._way, self._reference, self._error, self._balance = not self._desk.counter.has_drawer, "", "", None, ""
        self._entry = self._entry.cleared()
        self._standing = None  # the last sale's amount must not be taken for this one's while it is read
        self._read()
        self.card_model.begin()

    def retell(self) -> None:
        """The language changed."""
        self._show()
        self.card_model.retell()

    @Property(CardModel, notify=changed)
    def card(self) -> CardModel:
        """What the card terminal is at."""
        return self.card_model

    @Property(CardWordModel, notify=changed)
    def word(self) -> CardWordModel:
        """What a manager says of it."""
        return self.word_model

    @Property(bool, notify=changed)
    def hasTerminal(self) -> bool:
        """Whether cards are paid at a terminal of this till."""
        return self.card_model.has_terminal

    @Property(QObject, notify=changed)
    def quick(self) -> QObject:
        """Cash amounts for one touch."""
        return self._quick

    @Property(QObject, notify=changed)
    def tenders(self) -> QObject:
        """What is paid so far."""
        return self._tenders

    @Property(bool, notify=changed)
    def isCard(self) -> bool:
        """Whether a card payment is being keyed in."""
        return self.is_card()

    def is_card(self) -> bool:
        """Whether a card payment is being keyed in."""
        return self._card

    @Property(QObject, notify=changed)
    def ways(self) -> QObject:
        """Means of payment beside cash and card, as the shop's rules offer them for this sale."""
        return self._ways

    @Property(bool, notify=changed)
    def isOther(self) -> bool:
        """Whether one of them is chosen."""
        return self._chosen() is not None

    @Property(str, notify=changed)
    def otherText(self) -> str:
        """What it is called."""
        way = self._chosen()
        return way.name if way is not None else ""

    @Property(bool, notify=changed)
    def asksNumber(self) -> bool:
        """Whether a number is keyed in: of the slip of a card terminal that is not connected, or of a voucher."""
        way = self._chosen()
        return way.reference if way is not None else self._card and not self.card_model.has_terminal

    @Property(bool, notify=changed)
    def hasTenders(self) -> bool:
        """Whether a part is paid."""
        return bool(self._standing and self._standing.settlement.tenders)

    @Property(str, notify=changed)
    def totalText(self) -> str:
        """The whole sale."""
        return self._desk.money(self._standing.settlement.total_minor) if self._standing else ""

    @Property(str, notify=changed)
    def leftText(self) -> str:
        """What is left to pay."""
        return self._desk.money(self._standing.settlement.left_minor) if self._standing else ""

    @Property(str, notify=changed)
    def roundedText(self) -> str:
        """What is left when it is paid in cash, where that differs; else empty."""
        standing = self._standing
        if standing is None or standing.cash_due_minor == standing.settlement.left_minor or not self._desk.counter.has_drawer:
            return ""
        return self._desk.say("In cash {amount}", amount=self._desk.money(standing.cash_due_minor))

    @Property(str, notify=changed)
    def entryText(self) -> str:
        """The amount that is keyed in; what is left when nothing is."""
        return self._desk.money(self._amount()) if self._standing else ""

    @Property(bool, notify=changed)
    def entryGiven(self) -> bool:
        """Whether an amount is keyed in."""
        return not self._entry.is_empty

    @Property(str, notify=changed)
    def reference(self) -> str:
        """The reference on the card slip."""
        return self._reference

    @Property(str, notify=changed)
    def errorText(self) -> str:
        """Why it was refused."""
        return self._desk.say.error(self._error) if self._error else ""

    @Property(str, notify=changed)
    def giveBackText(self) -> str:
        """What has to be handed back before the payment can be cancelled."""
        say, cash, card = self._desk.say, self._back[0], self._back[1]
        parts = []
        if self._at_terminal:
            parts.append(say("{amount} goes back to the card on the terminal.", amount=self._desk.money(self._at_terminal)))
        if cash:
            parts.append(say("Hand back {amount} in cash.", amount=self._desk.money(cash)))
        if card:
            amount = self._desk.money(card)
            parts.append(say("Reverse {amount} on the card terminal.", amount=amount))
        if not parts or self._has_voucher():
            parts.append(say("Cards and vouchers of the shop stay as they were: give them back."))
        return " ".join(parts)

    @Property(str, notify=changed)
    def giveBackYes(self) -> str:
        """What giving back is called: the terminal still has to do it, or it was done by hand."""
        return self._desk.say("Give back and cancel") if self._at_terminal else self._desk.say("Handed back, cancel")

    @Slot(str)
    def digit(self, digit: str) -> None:
        """A digit of the amount."""
        if self.card_model.is_shown():
            return
        self._entry, self._error = self._entry.key(digit), None
        self.changed.emit()

    @Slot()
    def backspace(self) -> None:
        """Take the last digit away."""
        self._entry = self._entry.back()
        self.changed.emit()

    @Slot(bool)
    def setCard(self, card: bool) -> None:
        """Pay by card, or in cash."""
        card = card or not self._desk.counter.has_drawer
        self._card, self._way, self._error, self._balance = card, "", None, ""
        self._entry = self._entry.cleared()
        self._show()
        if not card:
            self.cashChosen.emit()

    @Slot(str)
    def choose(self, way: str) -> None:
        """Pay with one of the other means."""
        self._card, self._way, self._reference, self._error, self._balance = False, way, "", None, ""
        self._entry = self._entry.cleared()
        self._show()

    @Slot()
    def otherWay(self) -> None:
        """The next means: cash, card, and the others in turn; what was refused at the terminal is left."""
        if self.card_model.is_shown():
            self.card_model.leave()
            if self.card_model.is_shown():
                return
        ids = [way.id for way in self._standing.ways] if self._standing else []
        if self._way:
            place = ids.index(self._way) + 1 if self._way in ids else len(ids)
            self.choose(ids[place]) if place < len(ids) else self.setCard(False)
        elif self._card and ids:
            self.choose(ids[0])
        else:
            self.setCard(not self._card)

    @Property(str, notify=changed)
    def balanceText(self) -> str:
        """What is left on the card whose number was scanned."""
        return self._balance

    @Slot(str)
    def setReference(self, reference: str) -> None:
        """The reference on the card slip."""
        self._reference, self._balance = reference, ""
        self.changed.emit()

    def scanned(self, text: str) -> bool:
        """Something was scanned: a voucher's number where one is asked for; gives whether it was taken so."""
        if is_credit_number(text) and not self.card_model.is_shown():  # no other means has such numbers
            ways = self._standing.ways if self._standing is not None else ()
            self.choose(next((way.id for way in ways if way.kind == STORE_CREDIT), self._way))
        way = self._chosen()
        if way is None or not way.reference or self.card_model.is_shown():
            return False
        self._desk.sounds.play(sounds.GOOD)
        self._error = None
        self.setReference(text.strip()[:NUMBER_MAX])
        if way.is_ours:
            self._look(way, self._reference)
        return True

    def _look(self, way: Way, number: str) -> None:
        """Tell what is left on a card while the shopper still decides; the hub is asked if it is there."""
        counter = self._desk.counter

        def told(found: Balance) -> None:
            if self._reference == number:
                left = self._desk.say.money(found.left_minor, found.currency or counter.ledger.identity.place.currency)
                self._balance = self._desk.say("{amount} is left on it", amount=left)
                self.changed.emit()

        look_up(self._desk, way.kind, number, lambda _: self._desk.bridge.run(lambda: balance(counter, number), told, _nothing))

    @Slot(int)
    def takeQuick(self, minor: int) -> None:
        """Take so much cash."""
        self._take_cash(minor)

    @Slot(int)
    def takeQuickPlace(self, place: int) -> None:
        """Take the cash amount at a place of the list."""
        if 0 <= place < len(self._quick.rows):
            self._take_cash(self._quick.rows[place].key)

    @Slot()
    def enter(self) -> None:
        """Take what is keyed in; in cash nothing keyed in is the exact amount. What the terminal is at comes first."""
        if self.card_model.is_shown():
            self.card_model.enter()
        elif self._standing is not None and self._standing.settlement.is_paid:
            self._finish()
        elif self._card or self._chosen() is not None:
            self.takeCard()
        else:
            self._take_cash(self._amount())

    @Slot()
    def takeCard(self) -> None:
        """Pay by card: at the terminal, or by the reference on its slip where the till has none."""
        way, tenders = self._chosen(), self._desk.tenders
        if way is not None and tenders is not None:
            given, number = self._amount(), self._reference
            if not way.is_ours:
                self._take(lambda: tenders.pay(way.id, given, number))
            elif not self._busy:
                self._busy, self._balance = True, self._desk.say("The hub is asked ...")
                self.changed.emit()
                look_up(self._desk, way.kind, number, lambda heard: self._take_ours(way.id, given, number, heard))
            return
        if not self._card:
            return
        if self.card_model.has_terminal:
            self.card_model.pay(self._amount(), self._refused)
            return
        amount, reference = self._amount(), self._reference
        self._take(lambda: self._desk.checkout.pay_card(amount, reference))

    def _take_ours(self, way: str, given_minor: int, number: str, heard: bool) -> None:
        tenders = self._desk.tenders
        self._busy, self._balance = False, ""
        if tenders is not None and self._way == way and self._reference == number:
            self._take(lambda: tenders.pay(way, given_minor, number, away=not heard))
        else:
            self.changed.emit()

    @Slot()
    def cancel(self) -> None:
        """Back to the basket; what is paid has to be given back first, and what the terminal is at stopped."""
        if self.card_model.is_shown():
            self.card_model.leave()
            return
        self._desk.bridge.run(self._desk.checkout.cancel, self._cancelled, self._not_cancelled)

    @Slot()
    def giveBack(self) -> None:
        """What was paid is handed back: cancel. What the terminal took goes back there first."""
        self._stage.close()
        if self._at_terminal:
            self.card_model.give_back(self._refused)
        else:
            self._hand_back()

    def _hand_back(self) -> None:
        def work() -> None:
            self._desk.checkout.give_back()
            self._desk.checkout.cancel()

        self._desk.bridge.run(work, self._cancelled, self._refused)

    def _finish(self) -> None:
        """Everything is paid and the sale could not be written down, as on a full disk: once more."""

        def work() -> SaleDone | None:
            self._desk.checkout.begin()
            return self._desk.checkout.done

        self._take(work)

    def _amount(self) -> int:
        if not self._entry.is_empty or self._standing is None:
            return self._entry.value
        standing, way = self._standing, self._chosen()
        if way is not None:
            return way.due_minor
        return standing.settlement.left_minor if self._card else standing.cash_due_minor

    def _chosen(self) -> Way | None:
        ways = self._standing.ways if self._standing is not None else ()
        return next((way for way in ways if way.id == self._way), None)

    def _take_cash(self, minor: int) -> None:
        self._take(lambda: self._desk.checkout.pay_cash(minor))

    def _take(self, work: Callable[[], SaleDone | None]) -> None:
        if self._busy or self._standing is None:
            return
        self._busy = True
        self._desk.bridge.run(work, self._taken, self._refused)

    def _taken(self, done: SaleDone | None) -> None:
        self._busy, self._error, self._card = False, None, not self._desk.counter.has_drawer
        self._way, self._reference, self._balance = "", "", ""
        self._entry = self._entry.cleared()
        if done is None:
            self._desk.sounds.play(sounds.GOOD)
            self._read()
        else:
            self._desk.sounds.play(sounds.DONE)
            self.finished.emit(done)

    def _refused(self, error: ShopError) -> None:
        self._busy, self._error = False, error
        self._desk.sounds.play(sounds.REFUSED)
        self.changed.emit()

    def _cancelled(self, nothing: None) -> None:
        self._standing = None
        self._stage.move(flows.to_sale(self._stage.flow))

    def _not_cancelled(self, error: ShopError) -> None:
        if error.code == "payment.part_paid" and self._standing is not None:
            tenders = self._standing.settlement.tenders
            cash = sum(tender.amount_minor for tender in tenders if tender.kind == CASH)
            self._at_terminal = sum(tender.amount_minor for tender in tenders if tender.card is not None)
            by_hand = sum(tender.amount_minor for tender in tenders if tender.kind == CARD and tender.card is None)
            self._back = (cash, by_hand)
            self.changed.emit()
            self._stage.open(Dialog.GIVE_BACK)
        else:
            self._refused(error)

    def _read(self) -> None:
        self._desk.bridge.run(self._standing_now, self._arrived, self._refused)

    def _standing_now(self) -> Standing:
        checkout = self._desk.checkout
        if checkout.settlement is None:
            raise Refused("payment.not_begun")
        rules = self._desk.tenders.rules() if self._desk.tenders is not None else {}
        names = {rule.id: rule.name(self._desk.language) for rule in rules.values()}
        return Standing(checkout.settlement, checkout.cash_due(), checkout.quick_amounts(), self._ways_now(), names)

    def _ways_now(self) -> tuple[Way, ...]:
        """What the shop's rules offer beside cash and card. On the counter's thread."""
        tenders, language = self._desk.tenders, self._desk.language
        if tenders is None:
            return ()
        found = [rule for rule in tenders.offered() if rule.kind not in (CASH, CARD)]
        return tuple(
            Way(rule.id, rule.name(language), tenders.due(rule.id), rule.reference or rule.kind in NUMBERED, rule.kind)
            for rule in found
        )

    def _arrived(self, standing: Standing) -> None:
        self._standing = standing
        self._show()

    def _show(self) -> None:
        standing = self._standing
        if standing is not None:
            due = standing.cash_due_minor
            self._quick.put([QuickRow(m, self._desk.money(m), m == due) for m in standing.quick_minor])
            self._tenders.put(
                [
                    TenderRow(
                        place, self._title(one), self._desk.money(one.amount_minor),
                        "cash" if one.kind == CASH else "card" if one.kind == CARD else "receipt",
                    )
                    for place, one in enumerate(standing.settlement.tenders)
                ]
            )  # fmt: skip
            self._ways.put([WayRow(way.id, way.name, way.id == self._way) for way in standing.ways])
        self.changed.emit()

    def _title(self, tender: Tender) -> str:
        say = self._desk.say
        if tender.kind == CASH:
            return say("Cash")
        if tender.kind == CARD:
            return say("Card {reference}", reference=_name_of(tender))
        name = self._standing.names.get(tender.rule, tender.kind) if self._standing is not None else tender.kind
        left = tender.left_minor
        rest = "" if left is None else f" · {say('left on it {amount}', amount=self._desk.money(left))}"
        return f"{name} {tender.reference}{rest}".strip()

    def _has_voucher(self) -> bool:
        tenders = self._standing.settlement.tenders if self._standing is not None else ()
        return any(tender.kind in NUMBERED for tender in tenders)


def _name_of(tender: Tender) -> str:
    """How a card payment is told from others: its brand and last digits, else its reference."""
    card = tender.card
    return f"{card.brand} {card.digits}".strip() if card is not None and card.digits else tender.reference


def _nothing(error: ShopError) -> None:
    """What is wrong with a number is said when somebody pays with it."""
