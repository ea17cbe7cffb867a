"""Paying out at the till: the ways that money may go back, the right one first; and the post-void of the last sale."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.cardpay import Attempt, State
from kiosk.domain.errors import Refused, ShopError
from kiosk.domain.payment import CARD, CASH, Settlement, round_cash
from kiosk.domain.refunding import STORE_CREDIT, WEB_PAYMENT, RefundOption
from kiosk.domain.tender import DEFAULT_TENDERS, GIFT_CARD
from kiosk.services.cardpay import CardPay
from kiosk.services.checkout import SaleDone
from kiosk.services.returns import Approval
from kiosk.services.tendering import Tendering
from kiosk.ui import sounds
from kiosk.ui.flow import Dialog
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.till_approval import ApprovalModel
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_menu import Keys, MenuEntry

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1


@dataclass(frozen=True, slots=True)
class WayRow:
    """One way for money to go back."""

    key: str
    title: str
    note: str
    amount: str
    keyCap: str
    chosen: bool


@QmlElement
class RefundModel(QObject):
    """The payout of a cart below zero. `finished` carries the sale that is done."""

    changed = Signal()
    finished = Signal(object)

    def __init__(self, desk: TillDesk, stage: Stage, approval: ApprovalModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage, self._approval = desk, stage, approval
        self._rows = Rows(WayRow, self)
        self._ways: tuple[RefundOption, ...] = ()
        self._place = 0
        self._reference = ""
        self._error: ShopError | None = None
        self._left = 0

    @Property(QObject, notify=changed)
    def ways(self) -> QObject:
        """The ways that are open, the right one first."""
        return self._rows

    @Property(str, notify=changed)
    def leftText(self) -> str:
        """What is to be given back."""
        return self._desk.money(self._left)

    @Property(str, notify=changed)
    def hintText(self) -> str:
        """Where the money goes, by the shop's policy."""
        credit = any(way.kind == STORE_CREDIT and not way.reference and not way.asks for way in self._ways)
        say = self._desk.say
        return say("The shop gives store credit for it.") if credit else say("Money goes back the way it came.")

    @Property(bool, notify=changed)
    def asksReference(self) -> bool:
        """Whether the chosen way wants the reference that its own terminal gave."""
        return self._asks_reference()

    @Property(str, notify=changed)
    def referenceText(self) -> str:
        """The reference as it is keyed in."""
        return self._reference

    @Property(str, notify=changed)
    def errorText(self) -> str:
        """Why it was refused."""
        return self._desk.say.error(self._error) if self._error else ""

    # the family

    def menu(self) -> Sequence[MenuEntry]:
        """Nothing: it comes when a payment is below zero."""
        return ()

    def keys(self, dialog: Dialog) -> Keys | None:
        """What the keyboard does."""
        if dialog is not Dialog.REFUND:
            return None
        key = Qt.Key
        return self.give, {
            key.Key_Escape: self.cancel,
            key.Key_Backspace: self.backspace,
            key.Key_Up: lambda: self.step(-1),
            key.Key_Down: lambda: self.step(1),
        }

    def digits(self, dialog: Dialog) -> Callable[[str], object] | None:
        """Where a digit goes: into the reference."""
        return self.digit if dialog is Dialog.REFUND else None

    def retell(self) -> None:
        """The language changed."""
        self._show()

    # what a person does

    def begin(self, settlement: Settlement) -> None:
        """So much is to be given back."""
        self._left, self._place, self._reference, self._error = -settlement.left_minor, 0, "", None
        left, given, desk = self._left, settlement.tenders, self._desk
        desk.bridge.run(lambda: desk.returns.refund_options(left, _rules(desk.tenders), given), self._open, self._stage.refuse)

    @Slot(str)
    def choose(self, key: str) -> None:
        """A way was tapped."""
        self._place, self._reference, self._error = int(key), "", None
        self._show()

    def step(self, by: int) -> None:
        """The next way, or the one before."""
        if self._ways:
            self.choose(str((self._place + by) % len(self._ways)))

    @Slot(str)
    def digit(self, digit: str) -> None:
        """A digit of the reference."""
        if self._asks_reference():
            self._reference, self._error = (self._reference + digit)[:20], None
            self._show()

    @Slot()
    def backspace(self) -> None:
        """One digit less."""
        self._reference = self._reference[:-1]
        self._show()

    @Slot()
    def give(self) -> None:
        """Give it back by the chosen way."""
        if not self._ways:
            return
        way, reference = self._ways[self._place], self._reference
        checkout, cards = self._desk.checkout, self._desk.cards
        if cards is not None and self._at_terminal(way):
            amount = min(way.most_minor, self._left)
            self._desk.bridge.run(lambda: _ask_terminal(cards, amount, way), lambda _: self._heard(), self._refused)
            return

        def give(by: RefundOption) -> SaleDone | None:
            if by.kind == CASH:
                return checkout.refund_cash(by.most_minor, by)
            return checkout.refund(by, by.most_minor, reference)

        if way.asks:
            returns = self._desk.returns
            self._approval.ask(
                Refused(way.asks), lambda number, pin: give(returns.agreed(way, Approval(number, pin))), self._given
            )
        else:
            self._desk.bridge.run(lambda: give(way), self._given, self._refused)

    @Slot()
    def cancel(self) -> None:
        """Back to the basket."""
        self._desk.bridge.run(self._desk.checkout.cancel, lambda _: self._stage.close(), self._refused)

    # inside

    def _asks_reference(self) -> bool:
        way = self._ways[self._place] if self._ways else None
        if way is None or way.kind in (CASH, STORE_CREDIT, WEB_PAYMENT) or (way.kind == GIFT_CARD and way.reference):
            return False
        return not self._at_terminal(way)

    def _at_terminal(self, way: RefundOption) -> bool:
        """Whether the till's own card terminal gives it back."""
        cards = self._desk.cards
        return way.kind == CARD and cards is not None and cards.has_terminal

    def heard(self) -> None:
        """Something became of what the card terminal was asked for."""
        if self._stage.flow.dialog is Dialog.REFUND:
            self._heard()

    def _heard(self) -> None:
        cards = self._desk.cards
        if cards is not None:
            self._desk.bridge.run(lambda: (cards.of_sale(), cards.last, cards.done), self._told, self._refused)

    def _told(self, known: tuple[Attempt | None, Attempt | None, SaleDone | None]) -> None:
        attempt, last, done = known
        if done is not None:
            self._given(done)
        elif attempt is not None:
            waits = "card.gives_back" if attempt.state is State.ASKED else attempt.code or "card.in_progress"
            self._error = ShopError(waits)
            self._show()
        elif last is not None and last.state is State.NOT_PAID and last.code:
            self._refused(ShopError(last.code))
        else:
            self._given(None)

    def _open(self, ways: tuple[RefundOption, ...]) -> None:
        self._ways = ways
        self._show()
        self._stage.open(Dialog.REFUND)

    def _given(self, done: SaleDone | None) -> None:
        if done is not None:
            self._stage.close()
            self.finished.emit(done)
            return
        settlement = self._desk.checkout.settlement
        if settlement is not None:
            self.begin(settlement)

    def _refused(self, error: ShopError) -> None:
        self._error = error
        self._desk.sounds.play(sounds.REFUSED)
        self._show()

    def _show(self) -> None:
        rows = []
        for place, way in enumerate(self._ways):
            note = self._note(way)
            amount = self._desk.money(self._given_by(way))
            rows.append(WayRow(str(place), self._title(way), note, amount, "", place == self._place))
        self._rows.put(rows)
        self.changed.emit()

    def _given_by(self, way: RefundOption) -> int:
        """What this way hands over; cash that ends the payout is rounded."""
        if way.kind == CASH and way.most_minor >= self._left:
            return round_cash(self._left, self._desk.counter.cash_step(self._desk.selling.priced.total_minor))
        return min(way.most_minor, self._left)

    def _note(self, way: RefundOption) -> str:
        """What paid and is paid back; of new store credit, how the customer gets it."""
        if way.asks:
            return self._desk.say("A manager has to allow it")
        if way.kind == WEB_PAYMENT:
            return self._desk.say("{payment}: the web shop gives it back", payment=way.name)
        if way.reference:
            return self._desk.say("paid with {reference}", reference=way.reference)
        return self._desk.say("A slip with its number is printed") if way.kind == STORE_CREDIT else ""

    def _title(self, way: RefundOption) -> str:
        say = self._desk.say
        titles = {
            "cash": say("Cash out of the drawer"), "card": say("Back to the card"), "store_credit": say("Store credit"),
            "gift_card": say("Back onto the gift card"), WEB_PAYMENT: say("Back to the payment in the web shop"),
        }  # fmt: skip
        return titles.get(way.kind, way.kind)


def _ask_terminal(cards: CardPay, amount_minor: int, way: RefundOption) -> None:
    """Give back at the terminal, or ask again what became of it. On the counter's thread."""
    attempt = cards.of_sale()
    if attempt is not None:
        cards.ask_again(attempt.reference)
    else:
        cards.give(amount_minor, way.card)


def _rules(tenders: Tendering | None) -> Mapping[str, Sequence[str]]:
    """Where each tender's money may go back to, by its rule's id; by its kind too, as some say no rule. On the counter's thread."""
    rules = tenders.rules().values() if tenders is not None else DEFAULT_TENDERS
    return {**{rule.kind: rule.refund_to for rule in rules}, **{rule.id: rule.refund_to for rule in rules}}
