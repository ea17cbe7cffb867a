"""Paying by the shop's own rules of tenders: what is offered for the open sale, and taking it, with vouchers looked up first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from kiosk.domain.cardnumbers import found
from kiosk.domain.codec import Json
from kiosk.domain.errors import Refused
from kiosk.domain.facts import read_fact
from kiosk.domain.ordermoney import OrderPayment
from kiosk.domain.payment import CASH, Settlement, Tender
from kiosk.domain.returning import VOUCHER
from kiosk.domain.tender import (
    CARD,
    CREDIT_TENDER,
    DEFAULT_TENDERS,
    KEEPS_REST,
    ON_ACCOUNT,
    PAY_LINK,
    PER_SALE,
    STORE_CREDIT,
    TenderRule,
    usable,
    with_law,
)
from kiosk.domain.tendering import Offered, Till, check_limits, due, offered_rules, take
from kiosk.domain.voucher import NUMBERED, OURS, SINGLE_PURPOSE, Voucher, Where, check_voucher, clean_code, once_key
from kiosk.services import storedvalue
from kiosk.services.checkout import Checkout, SaleDone
from kiosk.services.counter import Counter, StoreSettings
from kiosk.services.ordering import SALE_PAID
from kiosk.services.ports import NoPayLinks, PayLinks
from kiosk.services.selling import Selling
from kiosk.store import accounts, linked, orders, vouchers
from kiosk.store.database import Connection
from kiosk.store.ledger import Ledger


class Tendering:
    """The means of payment of one till. Used on the counter's thread."""

    def __init__(self, counter: Counter, selling: Selling, checkout: Checkout, links: PayLinks | None = None) -> None:
        self._counter, self._selling, self._checkout = counter, selling, checkout
        self._links = links or NoPayLinks()
        self._told: tuple[TenderRule, ...] = ()
        self._read_for: StoreSettings | None = None
        self.connected: Callable[[], bool] = _always
        checkout.check_cash = self.check_cash
        checkout.spend_in = self.spend_in
        checkout.rules = self.rules
        checkout.once = self.once

    def rules(self) -> Mapping[str, TenderRule]:
        """The rules that hold now, by id, with what the country's law adds; cash and card where the hub sent none."""
        counter, place = self._counter, self._counter.ledger.identity.place
        if self._read_for is not counter.settings:  # read anew with the settings: they come by the same scope
            self._told = counter.ledger.device_rows("tender", TenderRule) or DEFAULT_TENDERS
            self._read_for = counter.settings
        law = counter.rules.TENDER_LIMITS
        held = usable(self._told, place.store, place.currency, counter.now_ms())
        gives = counter.settings.returns.goodwill_refund == VOUCHER or any(STORE_CREDIT in rule.refund_to for rule in held)
        if gives and all(rule.kind != STORE_CREDIT for rule in self._told):
            held = (*held, CREDIT_TENDER)  # who gives store credit takes it
        if not counter.has_drawer:
            held = tuple(rule for rule in held if rule.kind != CASH)
        return {rule.id: with_law(rule, law.get(rule.kind, ())) for rule in held}

    def offered(self) -> tuple[TenderRule, ...]:
        """The means by which something of the open sale may be paid now, in their order."""
        return offered_rules(self._till())

    def due(self, rule_id: str) -> int:
        """What is asked for when all that may be is paid with one of them."""
        till = self._till()
        return due(till, self._rule(till, rule_id))

    def pay(self, rule_id: str, given_minor: int, reference: str = "", *, away: bool = False) -> SaleDone | None:
        """Take a payment; gives the finished sale when nothing is left. `away`: the hub was asked just now and did not answer.

        Raises Refused as `kiosk.domain.tendering.take` and `kiosk.domain.voucher.check_voucher` do, for a bank card's number, and
        for a means whose service is not connected.
        """
        till, code = self._till(), reference.strip()
        rule = self._rule(till, rule_id)
        if found(code) or found(clean_code(code)):
            raise Refused("voucher.card_number")
        if rule.kind == CARD:
            return self._checkout.pay_card(given_minor, code)
        if rule.kind == PAY_LINK:
            code = self._links.paid(self._selling.priced.cart.sale, given_minor)
        if rule.kind == ON_ACCOUNT and not self._selling.priced.cart.customer:
            raise Refused("tender.no_customer")
        if rule.kind in OURS and not code:
            raise Refused("voucher.number")
        if rule.kind in OURS:
            return self._checkout.take_settlement(self._pay_ours(till, rule, given_minor, clean_code(code), away))
        if rule.kind in NUMBERED and code:
            holds = self._holds(rule, code)
            given_minor = min(given_minor, holds) if holds is not None else given_minor
        return self._checkout.take_settlement(take(till, rule, self._offered(rule, given_minor, code)))

    def check_cash(self, after: Settlement) -> None:
        """Raise Refused where a limit of cash is broken."""
        till = self._till()
        rule = next((one for one in till.rules.values() if one.kind == CASH), None)
        if rule is None:
            raise Refused("tender.unknown")
        check_limits(till, rule, self._offered(rule, 0, ""), after)

    def spend_in(self, conn: Connection, tender: Tender, receipt: str) -> None:
        """Count a voucher as used, in the transaction of its sale."""
        if tender.kind in NUMBERED and tender.kind not in OURS and tender.reference and tender.amount_minor > 0:
            keeps = _keeps_rest(self.rules().get(tender.rule))
            vouchers.spend_in(conn, tender.kind, tender.reference, tender.amount_minor, receipt, keeps_rest=keeps)

    def once(self, settlement: Settlement) -> tuple[str, ...]:
        """The keys of vouchers in a payment that pay once only: the hub tells all tills of the store, like a kiosk's tickets."""
        rules = self.rules()
        return tuple(
            once_key(one.kind, one.reference)
            for one in settlement.tenders
            if one.kind in NUMBERED and one.reference and one.amount_minor > 0 and not _keeps_rest(rules.get(one.rule))
        )

    # inside

    def _till(self) -> Till:
        settlement = self._checkout.settlement
        if settlement is None:
            raise Refused("payment.not_begun")
        step = self._counter.cash_step(settlement.total_minor)
        return Till(self._selling.priced, settlement, self.rules(), step, self._counter.now_ms())

    def _rule(self, till: Till, rule_id: str) -> TenderRule:
        rule = till.rules.get(rule_id)
        if rule is None:
            raise Refused("tender.unknown")
        return rule

    def _pay_ours(self, till: Till, rule: TenderRule, given_minor: int, code: str, away: bool) -> Settlement:
        """Pay with what the shop itself owes: as much as it still holds and, while the hub cannot be asked, as the shop dares."""
        offline = away or not self.connected()
        holds = self._holds(rule, code, offline)
        assert holds is not None, "what the shop owes, it knows"
        most = holds
        if offline and (room := storedvalue.offline_room(self._counter, rule.kind, code)) is not None:
            if room <= 0:
                raise Refused("voucher.offline_max", code=code, limit_minor=self._counter.settings.voucher_offline_minor)
            most = min(most, room)
        after = take(till, rule, self._offered(rule, min(given_minor, most), code))
        paid = after.tenders[-1]
        left = holds - paid.amount_minor - paid.change_minor
        return replace(after, tenders=(*after.tenders[:-1], replace(paid, left_minor=left, offline=offline)))

    def _holds(self, rule: TenderRule, code: str, offline: bool = False) -> int | None:
        ledger, place = self._counter.ledger, self._counter.ledger.identity.place
        dev = ledger.identity.dev

        def work(conn: Connection) -> tuple[Voucher | None, int]:
            if not _keeps_rest(rule):
                _check_once(ledger, conn, rule.kind, code)
            known = accounts.known_in(conn, rule.kind, code, dev)
            if rule.kind in OURS:
                return known, known.spent.get(dev, 0) if known is not None else 0
            return known, vouchers.spent_in(conn, rule.kind, code)

        known, here = ledger.run(work)
        if known is None and rule.kind in OURS and storedvalue.known(self._counter, SINGLE_PURPOSE, code) is not None:
            raise Refused("voucher.single_purpose", code=code)
        if rule.kind in OURS and (known is None or not known.amount_minor) and offline:
            raise Refused("voucher.unknown_offline", code=code)
        where = Where(place.brand, place.currency, self._counter.now_ms(), dev, rule.change == KEEPS_REST)
        return check_voucher(rule.kind, code, known, here, where)

    def _offered(self, rule: TenderRule, given_minor: int, code: str) -> Offered:
        """With what was paid by this kind before, for the same orders and by the same customer today, where a limit asks for it."""
        cart = self._selling.priced.cart
        of = {line.pays.order for line in cart.lines if line.pays is not None}
        if all(limit.per == PER_SALE for limit in rule.limits) or not (cart.customer or of):
            return Offered(given_minor, code)
        today = self._paid_today(cart.customer, rule.kind) if cart.customer else {}
        linked_, elsewhere = dict(today), 0  # by receipt: a sale counts once, whatever links it
        for payment in (one for order in of for one in self._payments(order) if one.amount_minor > 0):
            if payment.kind == SALE_PAID:
                if payment.reference not in linked_ and (fact := self._counter.ledger.find_sale(payment.reference)) is not None:
                    linked_[payment.reference] = _paid_by(fact.body, rule.kind)
            elif payment.kind == rule.kind:
                elsewhere += payment.amount_minor
        return Offered(given_minor, code, elsewhere + sum(linked_.values()), sum(today.values()))

    def _paid_today(self, customer: str, kind: str) -> dict[str, int]:
        """What a customer paid here by a kind of tender this business day, by receipt (minor units)."""
        day = self._counter.business_day()
        found = map(read_fact, self._counter.ledger.look(lambda conn: linked.sales_in(conn, day, customer)))
        return {
            str(fact.body["receipt"]): _paid_by(fact.body, kind) for fact in found if fact.body.get("customer") == customer
        }

    def _payments(self, order: str) -> Sequence[OrderPayment]:
        """What was paid for an order so far, anywhere, as it is known here."""
        stored = self._counter.ledger.look(lambda conn: orders.order_in(conn, order))
        return tuple(stored.known.payments.values()) if stored is not None else ()


def _paid_by(sale: Json, kind: str) -> int:
    """What of a sale was paid by a kind of tender."""
    return sum(int(tender["amount"]) for tender in sale["tenders"] if tender["kind"] == kind)


def _always() -> bool:
    """Whoever has no hub to ask is never cut off from it."""
    return True


def _keeps_rest(rule: TenderRule | None) -> bool:
    return rule is not None and rule.change == KEEPS_REST


def _check_once(ledger: Ledger, conn: Connection, kind: str, code: str) -> None:
    """Raise Refused for a voucher that paid here, or at a till of this store that the hub told of."""
    try:
        ledger.check_ticket_in(conn, once_key(kind, code))
    except Refused as error:
        raise Refused("voucher.used", code=code) from error
