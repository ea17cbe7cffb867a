"""Card payments at the terminal: durable before the first byte, recorded with the tender in one transaction, never forgotten.

Everything here runs on the counter's thread; the terminal is spoken to by a worker (kiosk.services.cardworker), whose answers are
handed over to this thread by `deliver`. A kill at any moment leaves an open attempt, which is found at the next start.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from drivers.api import Health, PaymentTerminal
from kiosk.domain import cardpay, facts
from kiosk.domain.cardnumbers import found, masked
from kiosk.domain.cardpay import Attempt, Event, Remedy, State, Trouble
from kiosk.domain.cardterminal import Capability, CardAnswer, CardRequest, CardTotals, Deed
from kiosk.domain.codec import Json
from kiosk.domain.errors import Refused, ShopError
from kiosk.domain.payment import CardPart, Settlement
from kiosk.domain.receipt import series_letters
from kiosk.domain.refunding import card_of
from kiosk.services.cardworker import CardWorker
from kiosk.services.checkout import Checkout, SaleDone
from kiosk.services.counter import Counter
from kiosk.services.selling import Selling
from kiosk.services.session import Session
from kiosk.store import cards
from kiosk.store.database import Connection

NOTE_MAX = 200
_SLIP_MAX = 40
Deliver = Callable[[Callable[[], None]], None]


class CardPay:
    """The card payments of one till. `told` is called on the counter's thread when something became of one."""

    def __init__(
        self, counter: Counter, selling: Selling, checkout: Checkout, session: Session, terminal: PaymentTerminal | None,
        deliver: Deliver,
    ) -> None:  # fmt: skip
        self._counter, self._selling, self._checkout, self._session = counter, selling, checkout, session
        self._terminal, self._deliver = terminal, deliver
        self._worker = CardWorker(terminal, _Ear(self)) if terminal is not None else None
        self._open = {one.reference: one for one in counter.ledger.run(cards.open_in)}
        self._left_over = tuple(self._open)
        self.last: Attempt | None = None
        self.done: SaleDone | None = None
        self.told: Callable[[], None] = _nobody
        self.print_slip_in: Callable[[Connection, Attempt], None] = _no_paper
        self.on_slip: Callable[[], None] = _nobody
        checkout.held = self.holds_sale
        if self.holds_sale():
            selling.locked = True

    # how it is

    @property
    def has_terminal(self) -> bool:
        """Whether cards are paid at a terminal of this till."""
        return self._terminal is not None

    @property
    def open_attempts(self) -> tuple[Attempt, ...]:
        """Everything whose outcome is not known, the oldest first."""
        return tuple(sorted(self._open.values(), key=lambda one: (one.asked_ms, one.reference)))

    def holds_sale(self) -> bool:
        """Whether a card payment of the open cart is not settled: nothing else can be paid until it is."""
        return any(one.sale == self._selling.priced.cart.sale for one in self._open.values())

    def of_sale(self) -> Attempt | None:
        """The attempt of the open cart that is not settled, or None."""
        return next((one for one in self.open_attempts if one.sale == self._selling.priced.cart.sale), None)

    def health(self) -> Health | None:
        """How the terminal is, as last known."""
        return self._terminal.health() if self._terminal is not None else None

    # what a person does

    def start(self, on_health: Callable[[Health], None]) -> None:
        """Open the terminal, and find out what became of what was under way when the till last stopped; from any thread."""
        if self._worker is None:
            return
        place = self._counter.ledger.identity.place
        self._worker.start(f"{place.store}-{place.terminal}", on_health)
        self._deliver(self._take_up)

    def stop(self, timeout_s: float) -> None:
        """Let go of the terminal; what is under way is found at the next start."""
        if self._worker is not None:
            self._worker.stop(timeout_s)

    def pay(self, amount_minor: int) -> Attempt:
        """Ask the terminal for an amount of the open sale (minor units). Returns when the attempt is durable.

        Raises Refused without a terminal, for more than is left, and while another card payment is not settled.
        """
        settlement = self._paying()
        if amount_minor <= 0:
            raise Refused("payment.nothing_given")
        if amount_minor > settlement.left_minor:
            raise Refused("payment.card_too_much")
        return self._ask(Deed.PAYMENT, amount_minor, self._selling.priced.cart.sale)

    def give(self, amount_minor: int, part: CardPart | None) -> Attempt:
        """Give an amount of the open return back: to the card that paid (`part`), or to one that is held to the terminal.

        Raises Refused for more than is to be given back, and as `pay` does.
        """
        if not 0 < amount_minor <= -self._paying().left_minor:
            raise Refused("refund.too_much")
        deed = Deed.REVERSAL if part is not None and part.original else Deed.REFUND
        return self._ask(deed, amount_minor, self._selling.priced.cart.sale, part)

    def reverse(self, sale: str, part: CardPart, amount_minor: int) -> Attempt:
        """Give a payment of a sale back to the card that paid it, whole or in part."""
        return self._ask(Deed.REVERSAL, amount_minor, sale, part)

    def reverse_sale(self, sale: str, tenders: Sequence[Json]) -> None:
        """Give the card payments of a finished sale back (its tenders as its fact has them). Each is durable when this returns.

        What the terminal refuses waits for a person, as every reversal does. Raises Refused before anything is done when another
        card payment is not settled, or the till has no terminal.
        """
        self._check_free()
        for tender in tenders:
            self._ask(Deed.REVERSAL, int(tender["amount"]), sale, card_of(tender), in_row=True)

    def give_back_next(self) -> Attempt | None:
        """Begin to reverse the next part of the open sale that a terminal took; None when no such part is left."""
        for tender in self._paying().tenders:
            if tender.card is not None:
                return self.reverse(self._selling.priced.cart.sale, tender.card, tender.amount_minor)
        return None

    def stop_paying(self, reference: str) -> None:
        """Ask the terminal to give up; its answer to the payment itself says how it ended."""
        attempt = self._find(reference)
        if self._worker is not None:
            self._worker.abort(attempt.deed, attempt.reference)

    def ask_again(self, reference: str) -> None:
        """Ask the terminal now what became of an attempt."""
        attempt = self._find(reference)
        if self._worker is None:
            raise Refused("card.no_terminal")
        self._worker.find_out(self._request(attempt), Trouble.SILENT)

    def state(self, reference: str, paid: bool, slip: str, approver: str, pin: str, note: str = "") -> None:
        """A manager says what the terminal's own paper says: paid (with the slip's reference) or not paid.

        Raises Refused as `Session.approve` does, for what is settled or still under way, and for a slip without a reference.
        """
        attempt = self._find(reference)
        if attempt.state is not State.UNKNOWN:
            raise Refused("card.under_way")
        if paid and not slip.strip():
            raise Refused("card.slip")
        if found(slip) or found(note):
            raise Refused("scan.card")
        manager = self._session.approve(approver, pin)
        event = Event.STATED_PAID if paid else Event.STATED_NOT_PAID
        part = CardPart(attempt.reference, attempt.terminal, slip.strip()[:_SLIP_MAX]) if paid else None
        self._resolve(cardpay.step(attempt, event), event, part, attempt.amount_minor, manager.number, masked(note)[:NOTE_MAX])

    def totals(self, then: Callable[[CardTotals | None], None]) -> None:
        """Close the terminal's period and hand its own totals to `then`, on the counter's thread; None: it could not say."""
        if self._worker is None or self._terminal is None:
            raise Refused("card.no_terminal")
        terminal, currency = self._terminal, self._counter.ledger.identity.place.currency

        def work() -> None:
            totals = terminal.reconcile(currency)
            self._deliver(lambda: then(totals))

        self._worker.apart(work)

    # what became of it, on the counter's thread

    def answered(self, reference: str, answer: CardAnswer) -> None:
        """The terminal said how an attempt ended, or fell silent. What was settled meanwhile stays as it is."""
        attempt = self._open.get(reference)
        if attempt is None or attempt.state is State.TO_SIGN:
            return
        event = cardpay.event_of(answer, attempt.deed)
        if attempt.state is State.UNKNOWN and event is Event.NOT_SENT:
            event = Event.LOST  # of an earlier try a byte may have gone out
        if attempt.deed is Deed.REVERSAL and event is Event.DECLINED:
            self.waiting(reference, "card.not_reversed", needs_person=True)  # Trouble.NOT_REVERSED asks for a person always
            return
        after = cardpay.step(attempt, event, answer.code)
        if after.state is State.TO_SIGN:
            self._ask_to_sign(after, answer)
            return
        if after.is_open:
            self._moved(after)
            return
        part = cardpay.part_of(attempt, answer) if after.state is State.PAID else None
        self._resolve(after, event, part, answer.amount_minor or attempt.amount_minor)

    def signed(self, reference: str, *, right: bool) -> None:
        """The customer signed as on the card; or did not, and the money goes back to the card.

        Raises Refused("card.settled") for what is not to be signed any more. Who compared stands in the fact.
        """
        attempt = self._find(reference)
        if attempt.state is not State.TO_SIGN:
            raise Refused("card.settled")
        event = Event.SIGNED if right else Event.NOT_SIGNED
        after, who = cardpay.step(attempt, event), self._counter.signed_in().number
        self._resolve(after, event, attempt.part, attempt.amount_minor, who)

    def absent(self, reference: str) -> None:
        """The terminal never had an attempt."""
        if (attempt := self._open.get(reference)) is not None and attempt.state is not State.TO_SIGN:
            if attempt.state is State.ASKED:
                attempt = cardpay.step(attempt, Event.LOST)
            self._resolve(cardpay.step(attempt, Event.ABSENT, "card.not_found"), Event.ABSENT, None, 0)

    def waiting(self, reference: str, code: str, *, needs_person: bool) -> None:
        """It is still not known."""
        if (attempt := self._open.get(reference)) is not None and attempt.state is not State.TO_SIGN:
            lost = attempt if attempt.state is State.UNKNOWN else cardpay.step(attempt, Event.LOST)
            self._moved(replace(lost, code=code or lost.code, needs_person=needs_person))

    # inside

    def _take_up(self) -> None:
        """What was under way when the till last stopped; not what somebody has begun since it started."""
        for attempt in [self._open[one] for one in self._left_over if one in self._open]:
            if attempt.state is State.TO_SIGN:  # the terminal has said all that it knows; a person goes on
                continue
            self._moved(cardpay.step(attempt, Event.LOST, attempt.code or "card.restarted"))
            if self._worker is not None:
                self._worker.find_out(self._request(attempt), Trouble.RESTARTED)

    def _check_free(self) -> None:
        """One thing at a time: while anything is not settled, nothing new is asked of the terminal."""
        if self._counter.training:
            raise Refused("training.not_here")
        if self._terminal is None:
            raise Refused("card.no_terminal")
        if self._open:
            raise Refused("card.under_way" if self.open_attempts[0].state is State.ASKED else "card.unresolved")

    def _ask(self, deed: Deed, amount_minor: int, sale: str, part: CardPart | None = None, *, in_row: bool = False) -> Attempt:
        """Make an attempt durable and hand it to the worker; `in_row` is one of several that were checked together."""
        if not in_row:
            self._check_free()
        assert self._terminal is not None and self._worker is not None, "there is a terminal to ask"
        counter, terminal = self._counter, self._terminal.name
        employee = counter.signed_in().number
        original, original_at, of = (part.original, part.original_at, part.attempt) if part else ("", "", "")

        def work(conn: Connection) -> Attempt:
            name = cardpay.reference(series_letters(counter.ledger.identity.series), cards.next_number_in(conn))
            attempt = Attempt(
                name, deed, sale, amount_minor, counter.ledger.identity.place.currency, terminal, employee, counter.now_ms(),
                of, original, original_at,
            )  # fmt: skip
            self._append(conn, facts.CARD_ATTEMPTED, cardpay.attempted_body(attempt), employee)
            cards.keep_in(conn, attempt)
            return attempt

        attempt = counter.ledger.run(work)
        # COMMIT has returned: only now may a byte go to the terminal.
        self._open[attempt.reference] = attempt
        self.last, self.done = attempt, None
        self._worker.carry_out(self._request(attempt))
        return attempt

    def _resolve(
        self, after: Attempt, by: Event, part: CardPart | None, amount_minor: int, approved: str = "", note: str = ""
    ) -> None:
        """Settle an attempt: its fact, the end of its memory and the tender are one transaction."""
        body = cardpay.resolved_body(after, by, part, amount_minor, approved=approved, note=note)

        def record(conn: Connection) -> None:
            cards.forget_in(conn, after.reference)
            self._append(conn, facts.CARD_RESOLVED, body, approved or after.employee)

        cart, paid = self._selling.priced.cart, after.state is State.PAID
        wanted = paid and after.sale == cart.sale and by is not Event.NOT_SIGNED
        goes_back = paid and not wanted and after.deed is Deed.PAYMENT and part is not None
        del self._open[after.reference]
        try:
            if wanted and after.deed is Deed.PAYMENT and part is not None:
                self.done = self._checkout.take_card(amount_minor, part, record)
            elif wanted and after.deed is Deed.REVERSAL and any(one.card and one.card.attempt == after.of for one in cart.tenders):
                self._checkout.card_given_back(after.of, record)
            elif wanted and after.deed is not Deed.PAYMENT and part is not None and self._selling.priced.total_minor < 0:
                self.done = self._checkout.give_card(amount_minor, part, record)
            elif goes_back and part is not None:
                trouble = Trouble.NOT_SIGNED if by is Event.NOT_SIGNED else Trouble.UNWANTED
                self._give_unwanted_back(after, part, amount_minor, trouble, record)
            else:
                self._counter.ledger.run(record)
        except ShopError as error:
            if self._counter.ledger.run(lambda conn: any(one.reference == after.reference for one in cards.open_in(conn))):
                self._keep_asking(after, error)
                raise
            self.last = after  # settled, and what went wrong came after it: the sale is finished when the payment goes on
            self.told()
            raise
        if not goes_back:
            self.last = after
        self.told()

    def _keep_asking(self, after: Attempt, error: ShopError) -> None:
        """What could not be written down (a full disk) is asked again by itself: the terminal remembers it meanwhile."""
        self._open[after.reference] = lost = replace(after, state=State.UNKNOWN, code=error.code)
        self.last = lost
        if self._worker is not None:
            self._worker.find_out(self._request(lost), Trouble.NO_ANSWER)
        self.told()

    def _give_unwanted_back(
        self, paid: Attempt, part: CardPart, amount_minor: int, trouble: Trouble, record: Callable[[Connection], None]
    ) -> None:
        """Money for a sale that is not there any more, or that was not signed for, goes back: never silence.

        That it was paid and that it is to go back is one transaction, so that no power cut comes between.
        """
        capabilities = self._terminal.capabilities if self._terminal is not None else frozenset[Capability]()
        remedy = cardpay.after(trouble, capabilities)
        employee, counter = paid.employee, self._counter

        def work(conn: Connection) -> Attempt:
            record(conn)
            name = cardpay.reference(series_letters(counter.ledger.identity.series), cards.next_number_in(conn))
            made = replace(
                paid, reference=name, deed=Deed.REVERSAL, amount_minor=amount_minor, asked_ms=counter.now_ms(), of=part.attempt,
                original=part.original, original_at=part.original_at, state=State.ASKED, code="", part=None, paper=(),
            )  # fmt: skip
            self._append(conn, facts.CARD_ATTEMPTED, cardpay.attempted_body(made), employee)
            if remedy is not Remedy.REVERSE:
                made = replace(cardpay.step(made, Event.LOST, "card.not_reversed"), needs_person=True)
            cards.keep_in(conn, made)
            return made

        made = counter.ledger.run(work)
        self._open[made.reference] = self.last = made
        if remedy is Remedy.REVERSE and self._worker is not None:
            self._worker.carry_out(self._request(made))

    def _ask_to_sign(self, after: Attempt, answer: CardAnswer) -> None:
        """The terminal approved, if the customer signs: that is kept, and the paper for it goes to the printer with it."""
        amount = answer.amount_minor or after.amount_minor
        made = replace(after, amount_minor=amount, part=cardpay.part_of(after, answer), paper=answer.shop_text)

        def work(conn: Connection) -> None:
            cards.keep_in(conn, made)
            self.print_slip_in(conn, made)

        try:
            self._counter.ledger.run(work)
        except ShopError as error:
            self._keep_asking(after, error)
            raise
        self.on_slip()
        self._open[made.reference] = self.last = made
        self.told()

    def _moved(self, attempt: Attempt) -> None:
        self._counter.ledger.run(lambda conn: cards.keep_in(conn, attempt))
        self._open[attempt.reference] = self.last = attempt
        self.told()

    def _append(self, conn: Connection, kind: str, body: Json, employee: str) -> None:
        self._counter.ledger.append_in(conn, kind, body, employee=employee, day=self._counter.business_day())

    def _paying(self) -> Settlement:
        if self._checkout.settlement is None:
            raise Refused("payment.not_begun")
        return self._checkout.settlement

    def _find(self, reference: str) -> Attempt:
        attempt = self._open.get(reference)
        if attempt is None:
            raise Refused("card.settled")
        return attempt

    def _request(self, attempt: Attempt) -> CardRequest:
        at = datetime.fromtimestamp(attempt.asked_ms / 1000, UTC).isoformat(timespec="seconds")
        return CardRequest(
            attempt.deed, attempt.reference, attempt.sale, attempt.amount_minor, attempt.currency, at, attempt.original,
            attempt.original_at,
        )  # fmt: skip


class _Ear:
    """Hands what the worker hears to the counter's thread."""

    def __init__(self, cards_: CardPay) -> None:
        self._cards = cards_

    def answered(self, reference: str, answer: CardAnswer) -> None:
        """See CardEar."""
        self._cards._deliver(lambda: self._cards.answered(reference, answer))

    def absent(self, reference: str) -> None:
        """See CardEar."""
        self._cards._deliver(lambda: self._cards.absent(reference))

    def waiting(self, reference: str, code: str, *, needs_person: bool) -> None:
        """See CardEar."""
        self._cards._deliver(lambda: self._cards.waiting(reference, code, needs_person=needs_person))


def _nobody() -> None:
    """Nobody listens yet."""


def _no_paper(conn: Connection, attempt: Attempt) -> None:
    """There is no printer; the terminal's own paper is signed."""
