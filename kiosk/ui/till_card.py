"""A card at the terminal, as the cashier sees it: waiting, refused and why, or unknown with its owner, its age and its ways out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.cardpay import Attempt, State
from kiosk.domain.cardterminal import Deed
from kiosk.domain.errors import ShopError
from kiosk.services.cardpay import CardPay
from kiosk.services.checkout import SaleDone
from kiosk.ui import sounds
from kiosk.ui.flow import Dialog, Screen
from kiosk.ui.till_desk import Stage, TillDesk

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

NONE, WAITING, DECLINED, UNKNOWN, TO_SIGN = "", "waiting", "declined", "unknown", "to_sign"
_PHASES = {State.UNKNOWN: UNKNOWN, State.TO_SIGN: TO_SIGN}
_AGE_MS = 15_000


@dataclass(frozen=True, slots=True)
class CardView:
    """How the card payment stands, read together on the counter's thread."""

    attempt: Attempt | None
    last: Attempt | None
    done: SaleDone | None
    names: Mapping[str, str]


@QmlElement
class CardModel(QObject):
    """The card terminal's part of a payment."""

    changed = Signal()
    paidInPart = Signal()
    finished = Signal(object)
    reversed = Signal()
    speaking = Signal()
    heard = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._cards: CardPay | None = desk.cards
        self._attempt: Attempt | None = None
        self._phase, self._waits_for, self._stopping = NONE, "", False
        self._wants_others = self._giving_back = False
        self._names: Mapping[str, str] = {}
        self._age = QTimer(self)
        self._age.setInterval(_AGE_MS)
        self._age.timeout.connect(self.changed)
        if self._cards is not None:
            # Told on the counter's thread; everything here is the screen's.
            self._cards.told = lambda: desk.bridge.post(self._told)

    def begin(self) -> None:
        """The payment screen is shown: also after a restart or a lock, with a card payment that is still open."""
        self._attempt, self._phase, self._waits_for, self._wants_others, self._giving_back = None, NONE, "", False, False
        self._read(self._finish_or_look)

    def _told(self) -> None:
        self.heard.emit()
        self.refresh()

    def refresh(self) -> None:
        """Something became of a card payment."""
        if self._stage.flow.screen is Screen.PAYMENT:
            self._read(self._look)

    def retell(self) -> None:
        """The language changed."""
        self.changed.emit()

    def is_shown(self) -> bool:
        """Whether the terminal has the floor."""
        return self._phase != NONE

    @property
    def has_terminal(self) -> bool:
        """Whether cards are paid at a terminal of this till."""
        return self._cards is not None and self._cards.has_terminal

    @property
    def attempt(self) -> Attempt | None:
        """The attempt that is shown."""
        return self._attempt

    # what is shown

    @Property(str, notify=changed)
    def phase(self) -> str:
        """waiting, declined, unknown, to_sign; empty when the terminal is not at work."""
        return self._phase

    @Property(bool, notify=changed)
    def isShown(self) -> bool:
        """Whether the terminal has the floor."""
        return self.is_shown()

    @Property(str, notify=changed)
    def titleText(self) -> str:
        """What is going on, in a few words."""
        say, back = self._desk.say, self._attempt is not None and self._attempt.deed is not Deed.PAYMENT
        if self._phase == WAITING:
            return say("Money goes back to the card") if back else say("Let the customer present a card")
        if self._phase == DECLINED:
            return say("Nothing was given back") if back else say("Not paid")
        if self._phase == TO_SIGN:
            return say("The customer has to sign")
        if self._phase == UNKNOWN:
            return say("It is not known whether it was given back") if back else say("It is not known whether it was paid")
        return ""

    @Property(str, notify=changed)
    def hintText(self) -> str:
        """What happened, and what to do about it."""
        say, attempt = self._desk.say, self._attempt
        if attempt is None:
            return ""
        if self._phase == WAITING:
            if self._stopping:
                return say("Stopping ...")
            return say("The terminal waits for the customer. A scan waits until you are done.")
        if self._phase == TO_SIGN:
            return say("Let the customer sign the paper, and compare the signature with the card. Keep the paper.")
        text = say.error(ShopError(attempt.code)) if attempt.code else ""
        if self._phase == UNKNOWN and not attempt.needs_person:
            return f"{text} {say('The terminal is asked again by itself. Do not let the customer pay a second time.')}".strip()
        if self._phase == UNKNOWN:
            return f"{text} {say('Look at the paper of the terminal, and let a manager say what it says.')}".strip()
        return text

    @Property(str, notify=changed)
    def amountText(self) -> str:
        """How much is asked for."""
        return self._desk.money(self._attempt.amount_minor) if self._attempt else ""

    @Property(str, notify=changed)
    def ownerText(self) -> str:
        """Whose it is and since when, where it is not known what became of it."""
        attempt, say = self._attempt, self._desk.say
        if attempt is None or self._phase not in (UNKNOWN, TO_SIGN):
            return ""
        name, age = self._names.get(attempt.employee, attempt.employee), say.ago(max(0, self._desk.now_ms() - attempt.asked_ms))
        return say("{name}, {age}, reference {reference}", name=name, age=age, reference=attempt.reference)

    @Property(str, notify=changed)
    def terminalText(self) -> str:
        """What is wrong with the terminal, as last known; empty when nothing is."""
        health = self._cards.health() if self._cards is not None else None
        return self._desk.say.error(ShopError(health.code)) if health is not None and health.code else ""

    # what a person does

    def pay(self, amount_minor: int, refused: Callable[[ShopError], None]) -> None:
        """Ask the terminal for an amount."""
        cards = self._cards
        if cards is not None and self._phase in (NONE, DECLINED):
            self._start(lambda: cards.pay(amount_minor), refused)

    def give_back(self, refused: Callable[[ShopError], None]) -> None:
        """Give back what the terminal took, one part after the other; `reversed` when none is left."""
        cards = self._cards
        if cards is None:
            self.reversed.emit()
            return
        self._giving_back = True
        self._start(cards.give_back_next, refused)

    @Slot()
    def enter(self) -> None:
        """The main key: try again, or ask again."""
        if self._phase == DECLINED:
            self.retry()
        elif self._phase == UNKNOWN:
            self.askAgain()
        elif self._phase == TO_SIGN:
            self.sign(True)

    @Slot()
    def leave(self) -> None:
        """Esc: stop what waits, leave what was refused; what is unknown of this sale is not left."""
        if self._phase == WAITING and not self._is_foreign():
            self.stop()
        elif self._phase == DECLINED or self._is_foreign():
            self._phase, self._attempt, self._wants_others = NONE, None, False
            self.changed.emit()

    @Slot()
    def stop(self) -> None:
        """Have the terminal give up; how it ended is what it says then."""
        cards, reference = self._cards, self._waits_for
        if cards is not None and self._phase == WAITING and not self._stopping:
            self._stopping = True
            self.changed.emit()
            self._desk.bridge.run(lambda: cards.stop_paying(reference), lambda _: None, self._stage.refuse)

    @Slot(bool)
    def sign(self, right: bool) -> None:
        """The signature is that of the card, or not: then the money goes back."""
        cards, reference = self._cards, self._waits_for
        if cards is not None and self._phase == TO_SIGN:
            self._phase = WAITING  # at once: a second touch must not answer twice
            self.changed.emit()
            self._desk.bridge.run(lambda: cards.signed(reference, right=right), lambda _: None, self._stage.refuse)

    @Slot()
    def refuseSignature(self) -> None:
        """What was signed is not what stands on the card, or nobody signed."""
        self.sign(False)

    @Slot()
    def retry(self) -> None:
        """Once more, for the same amount."""
        attempt = self._attempt
        if attempt is None or self._phase != DECLINED:
            return
        if attempt.deed is Deed.PAYMENT:
            self.pay(attempt.amount_minor, self._stage.refuse)
        else:
            self.give_back(self._stage.refuse)

    @Slot()
    def askAgain(self) -> None:
        """Ask the terminal now what became of it."""
        cards, attempt = self._cards, self._attempt
        if cards is not None and attempt is not None and self._phase == UNKNOWN:
            self._desk.bridge.run(lambda: cards.ask_again(attempt.reference), lambda _: None, self._stage.refuse)
            self._stage.tell(self._desk.say("The terminal is being asked"))

    @Slot()
    def state(self) -> None:
        """A manager says what the paper says."""
        if self._phase == UNKNOWN:
            self.speaking.emit()
            self._stage.tell("")  # news of a waiting scan would lie over what is keyed in
            self._stage.open(Dialog.CARD_WORD)

    # inside

    def _is_foreign(self) -> bool:
        """Whether what is shown belongs to another sale: this one can be paid in another way meanwhile."""
        return self._attempt is not None and self._attempt.sale != self._desk.selling.priced.cart.sale

    def _start(self, work: Callable[[], Attempt | None], refused: Callable[[ShopError], None]) -> None:
        self._phase, self._stopping = WAITING, False  # at once: a second touch must not ask twice

        def begun(attempt: Attempt | None) -> None:
            if attempt is None:
                self._phase = NONE
                self.reversed.emit()
            elif self._waits_for != attempt.reference:
                self._attempt, self._waits_for = attempt, attempt.reference
                self.refresh()
            self.changed.emit()

        def not_begun(error: ShopError) -> None:
            self._phase = NONE
            if error.code in ("card.unresolved", "card.under_way"):  # of another sale: show what stands in the way
                self._wants_others = True
                self.refresh()
            self.changed.emit()
            refused(error)

        self._desk.bridge.run(work, begun, not_begun)

    def _read(self, work: Callable[[CardPay], CardView]) -> None:
        cards = self._cards
        if cards is not None and cards.has_terminal:
            self._desk.bridge.run(lambda: work(cards), self._show, self._stage.refuse)

    def _finish_or_look(self, cards: CardPay) -> CardView:
        settlement = self._desk.checkout.settlement
        if settlement is not None and settlement.is_paid:  # it was approved while the till was locked
            self._desk.checkout.begin()
            return CardView(None, None, self._desk.checkout.done, {})
        view = self._look(cards)
        gone = view.done is not None and settlement is None
        return view if view.attempt is not None or gone else CardView(None, None, None, {})

    def _look(self, cards: CardPay) -> CardView:
        waiting = cards.open_attempts
        attempt = cards.of_sale() or (waiting[0] if self._wants_others and waiting else None)
        names = {one.number: one.name for one in self._desk.session.staff()} if attempt is not None else {}
        return CardView(attempt, cards.last, cards.done, names)

    def _show(self, view: CardView) -> None:
        before, attempt, last = self._phase, view.attempt, view.last
        self._names = view.names
        if attempt is not None:
            self._attempt, self._waits_for = attempt, attempt.reference
            self._phase = _PHASES.get(attempt.state, WAITING)
        elif view.done is not None:
            self._end()
            self.finished.emit(view.done)
            return
        elif last is not None and last.reference == self._waits_for:
            self._settled(last)
        if self._phase != before and self._phase in (UNKNOWN, TO_SIGN):
            self._desk.sounds.play(sounds.ATTENTION)
        self._age.start() if self._phase in (UNKNOWN, TO_SIGN) else self._age.stop()
        self.changed.emit()

    def _settled(self, last: Attempt) -> None:
        """The attempt on the screen has ended, and the sale has not."""
        self._waits_for = ""
        if self._stage.flow.dialog is Dialog.CARD_WORD:
            self._stage.close()
        if last.sale != self._desk.selling.priced.cart.sale:
            self._end()
            return
        if last.deed is Deed.REVERSAL and last.state is State.PAID and not self._giving_back:  # nobody signed for it
            last = replace(last, deed=Deed.PAYMENT, state=State.NOT_PAID, code="card.not_signed")
        if last.state is not State.PAID:
            self._attempt, self._phase = last, DECLINED
            self._desk.sounds.play(sounds.REFUSED)
            return
        self._end()
        if last.deed is Deed.PAYMENT:
            self._desk.sounds.play(sounds.GOOD)
            self.paidInPart.emit()
        else:
            self.give_back(self._stage.refuse)

    def _end(self) -> None:
        self._phase, self._attempt, self._waits_for, self._wants_others, self._giving_back = NONE, None, "", False, False
        self._age.stop()
