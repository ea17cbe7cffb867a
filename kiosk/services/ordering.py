"""Goods of a cart that are not taken along: how they can come, what was promised, and the order that is placed with the sale.

A promise is firm where this terminal has a right to the goods of a place, also offline. Else it is provisional, says so on screen
and paper, and the hub confirms it or finds another way. Whatever happens, the sale itself is paid and kept.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kiosk.domain import facts
from kiosk.domain.address import Address, checked
from kiosk.domain.allocation import Promise as Allocated
from kiosk.domain.cart import CartEvent, CartLine, DeliveryCharged, Ordered
from kiosk.domain.codec import Json
from kiosk.domain.errors import Refused
from kiosk.domain.order import (
    COLLECT,
    COLLECT_ELSEWHERE,
    PAID_IN_FULL,
    SHIP,
    SHIPPED,
    Charge,
    Fulfilment,
    Order,
    OrderLine,
    Promise,
)
from kiosk.domain.orderfacts import order_body
from kiosk.domain.ordermoney import OrderPayment
from kiosk.domain.orderrules import Days, OrderRules
from kiosk.domain.pricing import PricedCart, PricedLine
from kiosk.domain.quantity import ONE
from kiosk.domain.returning import DAY_MS
from kiosk.services.allocations import Allocations, Wanted
from kiosk.services.counter import Counter
from kiosk.services.selling import Selling
from kiosk.store import orders
from kiosk.store.database import Connection

SALE_PAID = "sale"
"""How an order that was paid with its sale was paid: its reference is the receipt."""

ELSEWHERE_MAX = 20
"""More places to fetch something from are no help."""

DELIVERY_ARTICLE = "delivery"


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which goods can come. Times in ms (UTC); `cost_minor` is for all that goes to one address.

    `on_hand_milli` is what lies at that place by the last that was heard, `age_ms` ago; None where nobody said.
    """

    fulfilment: Fulfilment
    place: str
    from_ms: int
    until_ms: int
    firm: bool
    cost_minor: int = 0
    on_hand_milli: int | None = None
    age_ms: int = 0

    @property
    def is_shipped(self) -> bool:
        """Whether it needs an address."""
        return self.fulfilment.kind in SHIPPED


class Ordering:
    """The ordered part of the open cart. Used on the counter's thread."""

    def __init__(self, counter: Counter, selling: Selling, allocations: Allocations) -> None:
        self._counter, self._selling, self._allocations = counter, selling, allocations
        selling.follow = self._delivery
        self.on_placed: Callable[[], None] = _nobody_listens

    @property
    def rules(self) -> OrderRules:
        """How this store takes orders."""
        return self._counter.settings.orders

    # choosing

    def ways(self, article: str, quantity_milli: int) -> tuple[Way, ...]:
        """How so much of an article can come: to an address, to this store, or where it lies; what is promised first goes first."""
        here, rules = self._counter.ledger.identity.place.store, self.rules
        held = {(one.store, one.article): one.left_milli for one in self._allocations.held()}
        firm = {store for (store, of), left in held.items() if of == article and left >= quantity_milli}
        levels = {level.store: level for level in self._counter.catalog.stock(article)}
        stores, now_ms = self._counter.catalog.stores(), self._counter.now_ms()

        def way(kind: Fulfilment, place: str, days: Days, cost: int = 0) -> Way:
            level = levels.get(kind.source or place)
            return Way(
                kind, place, now_ms + days.first * DAY_MS, now_ms + days.last * DAY_MS, kind.source in firm, cost,
                level.on_hand_milli if level else None, max(0, now_ms - level.as_of_ms) if level else 0,
            )  # fmt: skip

        depot = rules.warehouse if rules.warehouse in stores else ""
        found = [
            way(Fulfilment(SHIP, depot, delivery=_OPEN), depot, rules.ship, rules.delivery_minor),
            way(Fulfilment(COLLECT, depot, to=here), depot or here, rules.bring),
        ]
        if (own := levels.get(here)) is not None and own.on_hand_milli >= quantity_milli:
            found.append(way(Fulfilment(COLLECT, here, to=here), here, Days(0, 0)))
        near = sorted(
            (store for store in stores if store not in (here, depot) and (at := levels.get(store)) and at.on_hand_milli > 0),
            key=lambda store: (store not in firm, -levels[store].on_hand_milli, stores[store].name),
        )
        found += [way(Fulfilment(COLLECT_ELSEWHERE, store, to=store), store, rules.fetch) for store in near[:ELSEWHERE_MAX]]
        return tuple(found)

    def order(self, lines: Sequence[int], way: Way, person: Address | None = None) -> PricedCart:
        """Let lines of the cart come in a way. What is shipped needs an address; all that is shipped from one cart has the same.

        Raises Refused for what cannot come later and for an address that a carrier could not find.
        """
        sale, key = self._selling.priced.cart.sale, self.address_key
        address = person or (self.address() if way.is_shipped else None)
        if way.is_shipped and address is None:
            raise Refused("order.address_name")
        if address is not None:
            address = checked(
                replace(address, country=address.country or self._counter.ledger.identity.place.country),
                self._counter.rules.POSTCODES, shipped=way.is_shipped,
            )  # fmt: skip
            at_ms = self._counter.now_ms()
            self._counter.ledger.run(lambda conn: orders.keep_address_in(conn, key, sale, address, at_ms))
        fulfilment = replace(way.fulfilment, delivery=key) if way.is_shipped else way.fulfilment
        stores = self._counter.catalog.stores()
        name = stores[fulfilment.to].name if fulfilment.to in stores else fulfilment.to
        return self._selling.order_lines(lines, Ordered(fulfilment, way.from_ms, way.until_ms, way.firm, name))

    def take_along(self, lines: Sequence[int]) -> PricedCart:
        """The goods of lines are taken along after all."""
        return self._selling.order_lines(lines, None)

    @property
    def address_key(self) -> str:
        """Under which the open cart's address is kept: the sale's own id."""
        return self._selling.priced.cart.sale

    def address(self) -> Address | None:
        """Whom the open cart's ordered goods are for, where that was said."""
        key = self.address_key
        return self._counter.ledger.look(lambda conn: orders.address_in(conn, key))

    # what follows from it

    def _delivery(self, priced: PricedCart) -> Sequence[CartEvent]:
        """What delivery costs after a change of the cart, where that is not what stands in it."""
        shipped: dict[str, int] = {}
        for one in priced.lines:
            if (key := _ships_to(one.line)) is not None:
                shipped[key] = shipped.get(key, 0) + one.amount_minor
        standing = {one.delivers: one.marked_minor for one in priced.cart.lines if one.delivers and not one.is_given}
        wanted = {key: self.rules.delivery_for(goods) for key, goods in shipped.items()}
        number, found = priced.cart.next_line, list[CartEvent]()
        for key in sorted(wanted.keys() | standing.keys()):
            cost = wanted.get(key, 0)
            if cost != standing.get(key, 0):
                found.append(DeliveryCharged(self._charge_line(key, cost, number)))
                number += key not in standing
        return found

    def _charge_line(self, key: str, cost_minor: int, number: int) -> CartLine:
        rates = self._counter.rules.vat_rates(self._counter.business_day())
        vat_class = self.rules.delivery_vat if self.rules.delivery_vat in rates else OrderRules().delivery_vat
        return CartLine(
            line=number, article=DELIVERY_ARTICLE, barcode="", name=self._counter.words("Delivery"), variant="",
            quantity_milli=ONE, unit="piece", unit_price_minor=cost_minor, price_rev=0, vat_class=vat_class, deposit_minor=0,
            age_limit=0, marked_minor=cost_minor, delivers=key,
        )  # fmt: skip

    # placing, in the sale's own transaction

    def promise_in(self, conn: Connection, priced: PricedCart) -> dict[int, Allocated]:
        """Promise what is ordered out of this terminal's rights; gives the promises by line. What is not in it is provisional."""
        found: dict[int, Allocated] = {}
        for line in (one.line for one in priced.lines):
            if line.ordered is None or line.is_given or not line.ordered.fulfilment.source:
                continue
            way = line.ordered.fulfilment
            wanted = Wanted(line.article, line.quantity_milli, "ship" if way.kind in SHIPPED else "collect", way.source)
            made = self._allocations.promise_or_refuse_in(conn, wanted)
            if not isinstance(made, Refused):
                found[line.line] = made
        return found

    def place_in(self, conn: Connection, priced: PricedCart, receipt: str, promised: Mapping[int, Allocated]) -> None:
        """Place the order of a sale that is being committed, where goods are ordered in it; paid with the sale."""
        order = self._order(priced, receipt, promised)
        if order is not None:
            paid = [OrderPayment("", 0, SALE_PAID, order.total_minor, reference=receipt)]
            self._append_in(conn, facts.ORDER_PLACED, order_body(order, paid))

    def _order(self, priced: PricedCart, receipt: str, promised: Mapping[int, Allocated]) -> Order | None:
        sold_by = self._counter.signed_in().number
        lines = [_order_line(one, promised.get(one.line.line), sold_by) for one in priced.lines if _is_ordered(one.line)]
        if not lines:
            return None
        place, cart = self._counter.ledger.identity.place, priced.cart
        return Order(
            cart.sale, receipt, place.tenant, place.entity, place.brand, place.country, place.currency,
            self._counter.channel, place.store,
            cart.customer, PAID_IN_FULL, self._counter.now_ms(), tuple(lines), tuple(_charges(priced)),
        )  # fmt: skip

    def _append_in(self, conn: Connection, kind: str, body: Json) -> None:
        counter = self._counter
        counter.ledger.append_in(conn, kind, body, employee=counter.signed_in().number, day=counter.business_day())


def _nobody_listens() -> None:
    """Nobody has a line to the hub here."""


_OPEN = "?"
"""In place of an address's key, while nobody said one."""


def _is_ordered(line: CartLine) -> bool:
    return line.ordered is not None and not line.is_given


def _ships_to(line: CartLine) -> str | None:
    """The address that goods of a line are shipped to, by its key."""
    shipped = line.ordered is not None and not line.is_given and line.ordered.fulfilment.kind in SHIPPED
    return line.ordered.fulfilment.delivery if shipped and line.ordered is not None else None


def _order_line(one: PricedLine, made: Allocated | None, sold_by: str) -> OrderLine:
    line, ordered = one.line, one.line.ordered
    assert ordered is not None, "it is ordered"
    promise = Promise(made is not None, ordered.from_ms, ordered.until_ms, made.id if made else "")
    return OrderLine(
        line.line, line.article, f"{line.name} {line.variant}".strip(), line.unit, line.quantity_milli, one.amount_minor,
        ordered.fulfilment, promise, one.deposit_minor, line.vat_class, line.associate or sold_by,
    )  # fmt: skip


def _charges(priced: PricedCart) -> Iterator[Charge]:
    for one in priced.lines:
        lines = tuple(other.line.line for other in priced.lines if one.line.delivers and _ships_to(other.line) == one.line.delivers)
        if lines and not one.line.is_given:
            yield Charge(str(one.line.line), lines, one.amount_minor, one.amount_minor, one.line.vat_class)
