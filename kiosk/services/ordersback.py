"""Web orders whose goods come back to this store: found by what is known here or what the hub told, and put into the basket.

What goes back is what the order's own folds say (`kiosk.domain.orderback`), also offline. Money goes back to the payment of the web
shop, whose owner the hub asks; any other way is a second person's word.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.domain.arbitrating import OrderState
from kiosk.domain.cart import CartLine
from kiosk.domain.errors import NotFound, Refused
from kiosk.domain.order import WEB, OrderLine
from kiosk.domain.orderback import (
    ChargeBack,
    LineBack,
    after,
    check_paid,
    money_back,
    receipts_of,
    received_ms,
    returnables,
    web_ways,
    with_customer,
)
from kiosk.domain.orderrow import OrderRow
from kiosk.domain.pricing import PricedCart
from kiosk.domain.quantity import ONE
from kiosk.domain.refunding import RefundOption
from kiosk.domain.returning import (
    AS_NEW,
    DAY_MS,
    GOODWILL,
    WITHDRAWAL,
    WITHDRAWAL_DAYS,
    Returnable,
    Returned,
    Wish,
    needs_approval,
)
from kiosk.services.checkout import Checkout
from kiosk.services.counter import Counter
from kiosk.services.ordering import DELIVERY_ARTICLE
from kiosk.services.returns import Approval, Returns
from kiosk.services.selling import Selling
from kiosk.store import orders
from kiosk.store.database import Connection
from kiosk.store.orders import StoredOrder
from kiosk.store.rows import open_payload

FOUND_MAX = 8
ASKED_DAYS = 30
"""An order of another store stays here for so long after the hub was asked for it."""


@dataclass(frozen=True, slots=True)
class FoundOrder:
    """A web order whose goods may come back. `sold_ms` is when it was placed; amounts in minor units.

    `receipt` is its number, as people say it: screens show it where a sale has its receipt's. `ground` is the one that the law
    gives now. `by_receipts`: a till took money for it, and its goods come back by these receipts.
    """

    id: str
    receipt: str
    sold_ms: int
    total_minor: int
    lines: tuple[Returnable, ...]
    ground: str
    state: OrderState
    by_receipts: tuple[str, ...] = ()

    def worth_minor(self, wishes: Sequence[Wish]) -> tuple[int, int]:
        """What wishes give back in all, and what of it is delivery, in minor units. Raises Refused for what cannot come back."""
        lines, charges = money_back(self.state, wishes, self.sold_ms)
        delivery = sum(one.amount_minor for one in charges)
        return sum(one.amount_minor + one.deposit_minor for one in lines) + delivery, delivery

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is with its customer."""
        return all(line.left_milli == 0 for line in self.lines)


class OrdersBack:
    """What comes back of web orders at this terminal. Used on the counter's thread."""

    def __init__(self, counter: Counter, selling: Selling, returns: Returns) -> None:
        self._counter, self._selling, self._returns = counter, selling, returns
        returns.ways_of_orders = self._ways

    # finding

    def search(self, text: str) -> tuple[FoundOrder, ...]:
        """Web orders that are known here, the newest first: by number, collect code, customer's number or a name's beginning.

        An address that ends in the number means the number: that is what confirmations have in their code.
        """
        wanted = text.strip().upper()
        last, words = wanted.rpartition("/")[2], wanted.split()
        stored = self._counter.ledger.look(orders.all_in) if wanted else []
        found = [self._found(one) for one in stored if _is_web(one) and _is_meant(one, last, words)]
        return tuple(sorted(found, key=lambda one: (one.is_over, -one.sold_ms, one.id))[:FOUND_MAX])

    def knows(self, text: str) -> bool:
        """Whether a scanned text is the number of a web order of which something can come back, as far as is known here."""
        wanted = text.strip().upper().rpartition("/")[2]
        return any(one.receipt.upper() == wanted and not one.is_over for one in self.search(text)) if wanted else False

    def open(self, order: str) -> FoundOrder:
        """A web order by its id. Raises NotFound("return.unknown_order")."""
        stored = self._counter.ledger.look(lambda conn: orders.order_in(conn, order))
        if stored is None or not _is_web(stored):
            raise NotFound("return.unknown_order", text=order[:40])
        return self._found(stored)

    def keep(self, told: Sequence[bytes]) -> tuple[FoundOrder, ...]:
        """Orders as the hub gave them when it was asked: kept here from now on, and shown."""
        now, found, asked = self._counter.now_ms(), [open_payload(one, OrderRow) for one in told], list[StoredOrder]()

        def work(conn: Connection) -> None:
            for row in found:
                orders.keep_asked_in(conn, row, now, now - ASKED_DAYS * DAY_MS)

            asked.extend(one for row in found if (one := orders.order_in(conn, row.id)) is not None and _is_web(one))

        self._counter.ledger.run(work)
        return tuple(self._found(one) for one in asked)

    # taking back

    def reason_to_ask(self, found: FoundOrder, wishes: Sequence[Wish]) -> str:
        """Why a second person has to say yes before this comes back, as an error code; empty when nobody has to."""
        state = self._state(found.id)
        received = received_ms(state)
        age_days = 0 if received is None else max(0, self._counter.now_ms() - received) // DAY_MS
        for wish in wishes:
            line = state.order.line(wish.line)
            article = self._counter.catalog.article(line.article) if line is not None else None
            goods = article.goods if article is not None else ()
            if reason := needs_approval(self._returns.policy, wish.ground, age_days, goods, distance=True):
                return reason
        return ""

    def take(self, found: FoundOrder, wishes: Sequence[Wish], approval: Approval | None = None) -> PricedCart:
        """Put what comes back into the basket, with the delivery that the law gives back.

        Raises Refused for what is gone already, what wants a second person, what was not paid, and what a till took money for.
        """
        stored = self._stored(found.id)
        if receipts := receipts_of(stored.known.payments.values()):
            raise Refused("return.by_receipt", number=found.receipt, receipt=receipts[0])
        approved = ""
        if reason := self.reason_to_ask(found, wishes):
            approved = self._returns.approved(reason, approval)
        state = self._state(found.id, in_cart=True)
        lines, charges = money_back(state, wishes, self._counter.now_ms())
        check_paid(state, after(state, wishes, self._counter.now_ms()), tuple(stored.known.payments.values()))
        first, order = self._selling.next_line, state.order
        made = [
            self._line(_ordered(order.line(one.wish.line)), one, first + n, found, approved, order.placed_ms)
            for n, one in enumerate(lines)
        ]
        made += [
            self._delivery(one, first + len(lines) + n, found, approved, order.placed_ms) for n, one in enumerate(charges)
        ]
        return self._selling.add_returned(made)

    def watch(self, checkout: Checkout) -> None:
        """Look once more before a payment begins, after all that looks already."""
        before = checkout.check_orders

        def both(priced: PricedCart) -> None:
            before(priced)
            self.check(priced)

        checkout.check_orders = both

    def check(self, priced: PricedCart) -> None:
        """Raise Refused("return.already") for a basket with goods that came back elsewhere since they were put into it."""
        wanted: dict[tuple[str, int], int] = {}
        for line in (one.line for one in priced.lines):
            if line.returned is not None and line.returned.order and not line.delivers:
                key = line.of_order, line.of_line
                wanted[key] = wanted.get(key, 0) - line.quantity_milli
                if with_customer(self._state(line.of_order), line.of_line) < wanted[key]:
                    raise Refused("return.already", name=line.name)

    # inside

    def _stored(self, order: str) -> StoredOrder:
        stored = self._counter.ledger.look(lambda conn: orders.order_in(conn, order))
        if stored is None or stored.known.state is None:
            raise NotFound("return.unknown_order", text=order[:40])
        return stored

    def _state(self, order: str, *, in_cart: bool = False) -> OrderState:
        state = self._stored(order).known.state
        assert state is not None, "it was placed"
        return after(state, self._in_cart(order), self._counter.now_ms()) if in_cart else state

    def _in_cart(self, order: str) -> list[Wish]:
        """What of an order stands in the open basket already."""
        return [
            Wish(line.of_line, -line.quantity_milli, line.returned.ground, "", AS_NEW, True)
            for line in self._selling.priced.cart.lines
            if line.of_order == order and line.returned is not None and line.returned.order and not line.delivers
        ]

    def _found(self, stored: StoredOrder) -> FoundOrder:
        state = self._state(stored.id, in_cart=True)
        received, now = received_ms(state), self._counter.now_ms()
        in_time = received is None or now - received <= WITHDRAWAL_DAYS * DAY_MS
        return FoundOrder(
            stored.id, state.order.number, state.order.placed_ms, state.placed.total_minor, returnables(state),
            WITHDRAWAL if in_time else GOODWILL, state, receipts_of(stored.known.payments.values()),
        )  # fmt: skip

    def _ways(self) -> tuple[RefundOption, ...]:
        """The payments of web orders that what is in the basket goes back to, less what this payout gave already."""
        priced, found = self._selling.priced, list[RefundOption]()
        for order in dict.fromkeys(one.line.of_order for one in priced.lines if one.line.returned and one.line.returned.order):
            back = -sum(one.amount_minor + one.deposit_minor for one in priced.lines if one.line.of_order == order)
            payments = self._stored(order).known.payments
            gone = -sum(one.amount_minor for one in priced.cart.tenders if one.reference in payments)
            found += web_ways(payments.values(), back - gone)
        return tuple(found)

    def _line(
        self, line: OrderLine, one: LineBack, number: int, found: FoundOrder, approved: str, placed_ms: int
    ) -> CartLine:  # fmt: skip
        article = self._counter.catalog.article(line.article)
        own = self._counter.vat_class(article) if article is not None else ""
        vat_class, rate = self._rate(line.vat_class or own, placed_ms)
        wish = one.wish
        back = Returned(
            "", wish.line, wish.ground, wish.reason, wish.condition, wish.to_stock, -one.amount_minor, -one.deposit_minor, rate,
            line.quantity_milli, approved, order=found.receipt, announced=wish.announced,
        )  # fmt: skip
        return CartLine(
            line=number, article=line.article, barcode="", name=line.name, variant="", quantity_milli=-wish.quantity_milli,
            unit=line.unit, unit_price_minor=line.amount_minor * ONE // line.quantity_milli, price_rev=0, vat_class=vat_class,
            deposit_minor=0, age_limit=0, picture=article.picture if article else "", returned=back, of_order=found.id,
            of_line=line.line,
        )  # fmt: skip

    def _delivery(self, one: ChargeBack, number: int, found: FoundOrder, approved: str, placed_ms: int) -> CartLine:
        vat_class, rate = self._rate(one.charge.vat_class, placed_ms)
        back = Returned(
            "", 0, one.ground, "", AS_NEW, False, -one.amount_minor, 0, rate, ONE, approved, order=found.receipt
        )
        return CartLine(
            line=number, article=DELIVERY_ARTICLE, barcode="", name=self._counter.words("Delivery"), variant="",
            quantity_milli=-ONE, unit="piece", unit_price_minor=one.amount_minor, price_rev=0, vat_class=vat_class,
            deposit_minor=0, age_limit=0, returned=back, delivers=f"{found.id}/{one.charge.id}", of_order=found.id,
        )  # fmt: skip

    def _rate(self, vat_class: str, placed_ms: int) -> tuple[str, int]:
        """A class of VAT and its rate (basis points) on the day on which it was ordered: tax goes back as it came."""
        clock = self._counter.ledger.clock
        rates = self._counter.rules.vat_rates(clock.local_date(placed_ms))
        known = vat_class if vat_class in rates else next(iter(rates))
        return known, rates[known]


def _ordered(line: OrderLine | None) -> OrderLine:
    assert line is not None, "what comes back was ordered"
    return line


def _is_web(stored: StoredOrder) -> bool:
    return stored.known.state is not None and stored.known.state.order.channel == WEB


def _is_meant(stored: StoredOrder, wanted: str, words: Sequence[str]) -> bool:
    assert stored.known.state is not None, "it was placed"
    order, row = stored.known.state.order, stored.row
    number = order.number.upper()
    if wanted in (number, order.customer.upper()) or (len(wanted) >= 4 and number.endswith(wanted)):
        return bool(wanted)
    if row is not None and row.code and wanted == row.code.upper():
        return True
    names = row.name.upper().split() if row is not None else []
    return bool(words) and all(len(word) > 1 and any(name.startswith(word) for name in names) for word in words)
