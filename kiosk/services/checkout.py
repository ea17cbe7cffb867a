"""Checkout: tenders until nothing is left, then one transaction; drawer and paper only after it is on disk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from kiosk.domain import facts
from kiosk.domain.allocation import Promise
from kiosk.domain.cart import Cart
from kiosk.domain.codec import Json
from kiosk.domain.document import Document
from kiosk.domain.errors import Refused
from kiosk.domain.facts import Fact, read_fact
from kiosk.domain.payment import (
    CARD,
    CASH,
    CardPart,
    Settlement,
    Tender,
    cash_due,
    open_settlement,
    pay_at_terminal,
    pay_card,
    pay_cash,
    quick_cash,
    resume_settlement,
)
from kiosk.domain.pricing import PricedCart
from kiosk.domain.receipt import SALE_SCHEMA, TRAINING, ReceiptNumber, movements, sale_body
from kiosk.domain.refunding import WEB_PAYMENT, RefundOption, give, give_at_terminal, give_cash, numbered
from kiosk.domain.returning import DAY_MS
from kiosk.domain.tender import STORE_CREDIT, TenderRule
from kiosk.domain.tendering import opens_drawer
from kiosk.domain.voucher import OURS, credit_number
from kiosk.services.allocations import Allocations
from kiosk.services.counter import Counter
from kiosk.services.ordering import Ordering
from kiosk.services.ports import FiscalDevice, FiscalFailed
from kiosk.services.receipts import Receipts
from kiosk.services.redeeming import check_redeemed
from kiosk.services.selling import Selling
from kiosk.services.stops import StopDesk
from kiosk.services.storedvalue import checked_code
from kiosk.store import carts
from kiosk.store.database import Connection

HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class SaleDone:
    """A finished sale, as the last screen shows it. Amounts in minor units."""

    sale: str
    receipt: str
    total_minor: int
    rounding_minor: int
    change_minor: int
    document: Document
    fiscal_outage: bool
    credit: str = ""
    """The number of the store credit that was given in place of money."""


class Checkout:
    """The payment of the open cart. Between `begin` and its end the cart is locked."""

    def __init__(
        self, counter: Counter, selling: Selling, receipts: Receipts, fiscal: FiscalDevice,
        allocations: Allocations | None = None, ordering: Ordering | None = None,
    ) -> None:  # fmt: skip
        self._counter = counter
        self._selling = selling
        self._receipts = receipts
        self._fiscal = fiscal
        self._stops = StopDesk(counter, selling)
        self._allocations = allocations
        self._ordering = ordering
        self._transaction: str | None = None
        self._answer: tuple[str, dict[str, str]] | None = None
        self._outage = ""
        self.held: Callable[[], bool] = _never
        self.check_cash: Callable[[Settlement], None] = _fine
        self.spend_in: Callable[[Connection, Tender, str], None] = _nothing_spent
        self.give_back_in: Callable[[Connection, Json], None] = _nothing_back
        self.check_orders: Callable[[PricedCart], None] = _no_orders
        self.rules: Callable[[], Mapping[str, TenderRule]] = dict
        self.once: Callable[[Settlement], tuple[str, ...]] = _nothing_once
        self.settlement: Settlement | None = None
        self.done: SaleDone | None = None

    def begin(self) -> Settlement:
        """Lock the cart and begin to pay. Raises Refused for an empty cart, no shift, or an age still to be checked."""
        counter, priced = self._counter, self._selling.refresh()
        counter.signed_in()
        counter.open_shift()
        if priced.cart.is_empty:
            raise Refused("cart.empty")
        if priced.cart.age_needed:
            raise Refused("cart.age", years=priced.cart.age_needed)
        if (line := priced.cart.unnumbered) is not None:
            raise Refused("cart.card_number" if line.is_card else "cart.serial", name=line.name, line=line.line)
        if self.settlement is None:
            if not priced.cart.tenders:  # money that changed hands is finished first, whatever became of order and voucher
                check_redeemed(counter, priced)
                self.check_orders(priced)
                self._stops.check(priced)
            self._selling.locked = True
            self._outage, self._answer = "", None
            self.settlement = resume_settlement(priced.total_minor, priced.cart.tenders)
            try:
                self._transaction = self._fiscal.begin(priced)
            except FiscalFailed as error:
                self._outage = error.code
        settlement = self.settlement
        if settlement.is_paid:  # everything was given away: nothing to pay is paid
            self._commit(settlement)
        return settlement

    @property
    def must_resume(self) -> bool:
        """A restart found a part already paid, or a card payment nobody knows about: that comes first."""
        return self.settlement is None and (bool(self._selling.priced.cart.tenders) or self.held())

    def cash_due(self) -> int:
        """What is left in cash, rounded by the store's rule."""
        paying = self._paying()
        return cash_due(paying, self._counter.cash_step(paying.total_minor))

    def quick_amounts(self) -> tuple[int, ...]:
        """Amounts for one touch: exact, then likely notes."""
        return quick_cash(self.cash_due(), self._counter.settings.quick_cash_minor)

    def pay_cash(self, tendered_minor: int) -> SaleDone | None:
        """Take cash; gives the finished sale when nothing is left. Raises Refused by the country's cash limit."""
        paying = self._paying()
        settlement = pay_cash(paying, tendered_minor, self._counter.cash_step(paying.total_minor))
        self._counter.rules.check_cash(
            sum(tender.amount_minor for tender in settlement.tenders if tender.kind == CASH)
        )
        self.check_cash(settlement)
        return self._take(settlement)

    def pay_card(self, amount_minor: int, reference: str) -> SaleDone | None:
        """Record a card payment made on a separate terminal; gives the finished sale when nothing is left."""
        return self._take(pay_card(self._paying(), amount_minor, reference))

    def take_settlement(self, settlement: Settlement) -> SaleDone | None:
        """Take the payment that was added by the shop's rules (kiosk.services.tendering)."""
        return self._take(settlement)

    def take_card(self, amount_minor: int, part: CardPart, record: Callable[[Connection], None]) -> SaleDone | None:
        """Count what a card terminal approved; `record` is written in the transaction that keeps the tender.

        The tender is durable before the sale is committed, also when it is the last one: a kill between the two loses nothing.
        """
        priced = self._selling.priced
        before = self.settlement or resume_settlement(priced.total_minor, priced.cart.tenders)
        settlement = pay_at_terminal(before, amount_minor, part)
        self._selling.record_tender(settlement.tenders[-1], record)
        if self.settlement is None:
            return None  # found after a restart: the sale is finished when somebody is there again
        self.settlement = settlement
        return self._commit(settlement) if settlement.is_paid else None

    def give_card(self, amount_minor: int, part: CardPart, record: Callable[[Connection], None]) -> SaleDone | None:
        """Count what a card terminal gave back for a return; durable like `take_card`."""
        priced = self._selling.priced
        before = self.settlement or resume_settlement(priced.total_minor, priced.cart.tenders)
        settlement = give_at_terminal(before, amount_minor, part)
        self._selling.record_tender(settlement.tenders[-1], record)
        if self.settlement is None:
            return None
        self.settlement = settlement
        return self._commit(settlement) if settlement.is_paid else None

    def card_given_back(self, attempt: str, record: Callable[[Connection], None]) -> None:
        """A part that a card terminal took was reversed there."""
        self._selling.record_reversed(attempt, record)
        if self.settlement is not None:
            priced = self._selling.priced
            self.settlement = resume_settlement(priced.total_minor, priced.cart.tenders)

    def refund_cash(self, most_minor: int, option: RefundOption | None = None) -> SaleDone | None:
        """Hand cash back for what is left below zero, at most so much (minor units, positive); gives the finished sale.

        Raises Refused by the country's cash limit: paying out counts too; and for an option that a second person has to allow.
        """
        paying, approved = self._paying(), _allowed(option)
        settlement = give_cash(paying, self._counter.cash_step(paying.total_minor), most_minor, approved)
        self._counter.rules.check_cash(-sum(tender.amount_minor for tender in settlement.tenders if tender.kind == CASH))
        return self._take(settlement)

    def refund(self, option: RefundOption, amount_minor: int, reference: str) -> SaleDone | None:
        """Give so much (minor units, positive) back by another way than cash; `reference` is what that way says of it.

        What goes back onto the very voucher that paid has its number already; store credit that has none is issued by this till.
        Raises Refused for an option that a second person has to allow (`Returns.agreed`).
        """
        if option.kind in OURS:
            reference = option.reference or (checked_code(reference) if option.kind != STORE_CREDIT else "")
        elif option.kind == WEB_PAYMENT:
            reference = option.reference
        return self._take(give(self._paying(), option.kind, amount_minor, reference, option.rule, _allowed(option)))

    def cancel(self) -> None:
        """Back to the cart. Raises Refused while a part is paid: that part must be given back first.

        Raises FiscalFailed when the fiscal unit did not hear of it; the payment is cancelled all the same.
        """
        settlement = self._free()
        if settlement.tenders:
            raise Refused("payment.part_paid")
        transaction = self._transaction
        self._end()
        if transaction is not None:
            self._fiscal.cancel(transaction)

    def give_back(self) -> tuple[int, int]:
        """Undo the tenders taken so far: (cash to hand back, card amount to reverse by hand on its terminal), minor units.

        Vouchers go back as they are: nothing is taken off them before the sale is committed.

        Raises Refused for what a terminal of this till took: that is reversed there first (kiosk.services.cardpay).
        """
        settlement = self._free()
        if any(tender.card is not None for tender in settlement.tenders):
            raise Refused("card.reverse_first")
        self._selling.record_given_back()
        cash = sum(tender.amount_minor for tender in settlement.tenders if tender.kind == CASH)
        card = sum(tender.amount_minor for tender in settlement.tenders if tender.kind == CARD)
        self.settlement = open_settlement(settlement.total_minor)
        return cash, card

    def _paying(self) -> Settlement:
        if self.settlement is None:
            raise Refused("payment.not_begun")
        return self.settlement

    def _free(self) -> Settlement:
        """The payment, when no card payment of it is unsettled."""
        if self.held():
            raise Refused("card.unresolved")
        return self._paying()

    def _take(self, settlement: Settlement) -> SaleDone | None:
        self._free()
        if settlement.is_paid:
            return self._commit(settlement)
        self._selling.record_tender(settlement.tenders[-1])
        self.settlement = settlement
        return None

    def _commit(self, settlement: Settlement) -> SaleDone:
        counter, cart = self._counter, self._selling.priced.cart
        self.rules()  # they may have to be read, which is a transaction of its own
        fact, document = counter.ledger.run(lambda conn: self._commit_in(conn, settlement, cart))
        # COMMIT has returned: the sale is paid. Only now may the drawer open and paper move.
        self._receipts.wake()
        self.done = _done(fact, document, settlement)
        if self._ordering is not None and any(line.ordered is not None for line in cart.lines):
            self._ordering.on_placed()
        self._end()
        self._selling.start_fresh()
        return self.done

    def _commit_in(self, conn: Connection, settlement: Settlement, cart: Cart) -> tuple[Fact, Document]:
        counter, ledger = self._counter, self._counter.ledger
        if counter.training:
            return self._rehearse_in(conn, settlement, cart)
        shift = counter.open_shift()
        number = ledger.next_receipt_in(conn)
        fiscal = self._fiscal_answer(str(number), settlement.total_minor)
        priced, place, until = self._selling.priced, ledger.identity.place, self._voucher_until()
        settlement = numbered(settlement, credit_number(str(number), ledger.secret_of(f"credit:{cart.sale}")), until)
        promised = self._ordering.promise_in(conn, priced) if self._ordering is not None else {}
        priced = _as_promised(priced, promised)
        body = sale_body(priced, settlement, number, shift, place, counter.language, fiscal, until)
        if self._allocations is not None and (used := self._allocations.used_by_sale_in(conn, movements(priced, place.store))):
            body["rights"] = used
        if counter.settings.papers.get("receipt.copy_address"):
            body["copy"] = ledger.secret_of(cart.sale)
        body["coupons_once"] = [*body["coupons_once"], *self.once(settlement)]
        sealed = ledger.append_in(
            conn, facts.SALE_COMPLETED, body, employee=counter.signed_in().number, day=shift.day, schema=SALE_SCHEMA
        )
        if self._ordering is not None:
            self._ordering.place_in(conn, priced, str(number), promised)
            self.give_back_in(conn, body)
        ledger.record_sale_in(conn, cart.sale, number, sealed.seq, (*cart.tickets, *body["coupons_once"]))
        carts.clear_in(conn, cart.sale)
        for tender in settlement.tenders:
            self.spend_in(conn, tender, str(number))
        if opens_drawer(settlement, self.rules()):
            self._receipts.kick_drawer_in(conn, f"drawer-{cart.sale}")
        fact = read_fact(sealed.data)  # from its bytes: paper and screen show what was sealed
        return fact, self._receipts.spool_sale_in(conn, fact)

    def _voucher_until(self) -> int:
        """Until when what is issued now holds: to the end of its last day here; 0 where the shop sets no end."""
        counter = self._counter
        if not counter.settings.voucher_days:
            return 0
        clock, until = counter.ledger.clock, counter.now_ms() + counter.settings.voucher_days * DAY_MS
        day = clock.local_date(until)
        while clock.local_date(until) == day:
            until += HOUR_MS
        return until - until % HOUR_MS

    def _rehearse_in(self, conn: Connection, settlement: Settlement, cart: Cart) -> tuple[Fact, Document]:
        """A sale of training: a fact of its own kind, so that no fold counts it; no number, no drawer, no stock."""
        counter = self._counter
        shift, place = counter.open_shift(), counter.ledger.identity.place
        number = ReceiptNumber(place.store, place.terminal, counter.ledger.identity.series, 0)
        body = sale_body(self._selling.priced, settlement, number, shift, place, counter.language, {})
        body |= {"receipt": TRAINING, "training": True, "movements": [], "tickets": []}
        sealed = counter.ledger.append_in(
            conn, facts.TRAINING_REHEARSED, body, employee=counter.signed_in().number, day=shift.day
        )
        carts.clear_in(conn, cart.sale)
        fact = read_fact(sealed.data)
        return fact, self._receipts.spool_sale_in(conn, fact)

    def _fiscal_answer(self, receipt: str, total_minor: int) -> dict[str, str]:
        """The unit signs a receipt once: a commit that is tried again, as on a full disk, prints the answer it has."""
        if self._answer is not None and self._answer[0] == receipt:
            return self._answer[1]
        if not self._outage:
            try:
                self._answer = receipt, dict(self._fiscal.finish(self._transaction or "", receipt, total_minor))
                return self._answer[1]
            except FiscalFailed as error:
                self._outage = error.code
        return {"outage": self._outage}

    def _end(self) -> None:
        self.settlement = None
        self._transaction = None
        self._selling.locked = False


def _as_promised(priced: PricedCart, promised: Mapping[int, Promise]) -> PricedCart:
    """The cart with each ordered line as firm as its promise came out: rights may have gone since its way was chosen."""
    lines = tuple(
        replace(one, line=replace(one.line, ordered=replace(one.line.ordered, firm=one.line.line in promised)))
        if one.line.ordered is not None
        else one
        for one in priced.lines
    )
    return replace(priced, lines=lines)


def _allowed(option: RefundOption | None) -> str:
    """Who allowed an option, empty where nobody had to. Raises Refused where somebody still has to."""
    if option is not None and option.asks:
        raise Refused(option.asks)
    return option.approved_by if option is not None else ""


def _fine(after: Settlement) -> None:
    """No rules of tenders say anything."""


def _nothing_once(settlement: Settlement) -> tuple[str, ...]:
    """Nothing in it is used once only."""
    return ()


def _no_orders(priced: PricedCart) -> None:
    """No orders are known here."""


def _nothing_back(conn: Connection, body: Json) -> None:
    """No orders are known here."""


def _nothing_spent(conn: Connection, tender: Tender, receipt: str) -> None:
    """No vouchers are kept here."""


def _never() -> bool:
    """Nothing holds the payment."""
    return False


def _done(fact: Fact, document: Document, settlement: Settlement) -> SaleDone:
    body = fact.body
    return SaleDone(
        body["sale"], body["receipt"], body["total"], body["rounding"], settlement.change_minor, document,
        "outage" in body["fiscal"], next((one["reference"] for one in body["tenders"] if "issued" in one), ""),
    )  # fmt: skip
