"""A web order: what it costs, who sends it or keeps it ready, and its goods held back, all in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from kiosk.countries.known import COUNTRIES
from kiosk.decoding import read_json
from kiosk.domain.address import Address, checked
from kiosk.domain.arbitrating import settled
from kiosk.domain.errors import Refused
from kiosk.domain.feed import DEVICE, Setting
from kiosk.domain.order import COLLECT, PAID_IN_FULL, PAY_AT_COLLECTION, SHIP, WEB, Charge, Fulfilment, Order, OrderLine, Promise
from kiosk.domain.orderevents import OrderEvent, next_fence
from kiosk.domain.orderfacts import OrderKnown
from kiosk.domain.orderlife import ALLOCATED, CONFIRMED, SYSTEM
from kiosk.domain.ordermoney import OrderPayment
from kiosk.domain.orderrules import NAMES, OrderRules, read_order_rules
from kiosk.domain.sourcing import Candidate, Rates, Want, source
from sync.hub import epochs, feedlog, order_addresses, orders
from sync.hub import stock_accounts as accounts
from sync.hub.orders import HUB_DEV, Made, OrderBook
from sync.hub.problems import HubProblem
from sync.hub.shop.access import Site
from sync.hub.shop.values import Person, PricedBasket, PricedBasketLine, WantedOrder, WantedWay
from sync.hub.stock import everywhere, pools
from sync.hub.stock_grants import WEB as WEB_DEMAND
from sync.hub.storage.schema import feed_now
from sync.hub.storage.schema_orders import orders as orders_table

RESERVE, ACCEPT = "reserve", "accept"
AHEAD, COLLECTION = "ahead", "collection"
REFERENCE_MAX, TEXT_MAX, PAYMENTS_MAX = 40, 100, 20
DELIVERY = "delivery"
DAY_MS = 86_400_000
TRIES = 4
"""So often it is looked who has the goods, where others take them at the same moment."""

ELSEWHERE_M = 100_000
"""Whoever is not the warehouse counts as so far away, so that it sends only what the warehouse has not."""


@dataclass(frozen=True, slots=True)
class Sold:
    """What is being ordered: the wish, what it costs, how each line comes, and the shop's rules."""

    wanted: WantedOrder
    priced: PricedBasket
    ways: Mapping[int, WantedWay]
    rules: OrderRules
    address: Address
    customer: str

    @property
    def shipped(self) -> tuple[int, ...]:
        """The lines that are shipped."""
        return tuple(one.line for one in self.priced.lines if self.ways[one.line].kind == SHIP)

    @property
    def delivery_minor(self) -> int:
        """What delivery costs, by what is shipped."""
        goods = sum(one.amount_minor for one in self.priced.lines if one.line in self.shipped)
        return self.rules.delivery_for(goods) if self.shipped else 0


@dataclass(frozen=True, slots=True)
class Share:
    """A place gives so much (thousandths) of a line."""

    line: int
    place: str
    article: str
    milli: int


def rules_of(connection: Connection, tenant: str) -> OrderRules:
    """The rules of the web: the settings for all stores."""
    at = feed_now.c
    mine = (at.tenant == tenant, at.scope == DEVICE, at.entity == "setting", at.audience == feedlog.EVERYWHERE, at.key.in_(NAMES))
    rows = connection.execute(select(at.key, at.payload).where(*mine))
    return read_order_rules({key: read_json(bytes(body), Setting).value for key, body in rows})


def check(wanted: WantedOrder) -> None:
    """Raise HubProblem for an order that cannot be, whatever there is."""
    if not 0 < len(wanted.reference) <= REFERENCE_MAX or not wanted.reference.isprintable():
        raise _wrong("reference", wanted.reference, f"a text of 1 to {REFERENCE_MAX} characters")
    if bool(wanted.basket) == (wanted.content is not None):
        raise _wrong("basket", wanted.basket, "either a basket or a content")
    if wanted.stock not in (RESERVE, ACCEPT) or wanted.pay not in (AHEAD, COLLECTION):
        raise _wrong("stock, pay", f"{wanted.stock}, {wanted.pay}", "reserve or accept, ahead or collection")
    if len(wanted.payments) > PAYMENTS_MAX or any(
        not 0 < one.amount_minor < 1 << 50 or not 0 < len(one.kind) <= TEXT_MAX or len(one.reference) > TEXT_MAX
        for one in wanted.payments
    ):
        raise _wrong("payments", str(len(wanted.payments)), f"at most {PAYMENTS_MAX}, each above 0 and of a kind")
    if len({one.line for one in wanted.ways}) != len(wanted.ways):
        raise _wrong("ways", str(len(wanted.ways)), "one way for a line")
    for way in wanted.ways:
        if way.kind not in (COLLECT, SHIP) or bool(way.store) != (way.kind == COLLECT):
            raise _wrong("ways", f"{way.kind} {way.store}", "collect with a store, or ship without")


def agreed(site: Site, wanted: WantedOrder, priced: PricedBasket, rules: OrderRules, customer: str = "") -> Sold:
    """What is being ordered; `customer` is a number, empty for a guest.

    Raises HubProblem where it cannot be sold, costs something else, or is not paid as it says.
    """
    if bad := next((one for one in priced.lines if one.problem), None):
        raise HubProblem("shop.unsellable", line=bad.line, reason=bad.detail)
    if not priced.lines:
        raise _wrong("lines", "0", "at least one line")
    named = {way.line: way for way in wanted.ways}
    ways = {one.line: way for one in priced.lines if (way := named.get(one.line, named.get(0))) is not None}
    if len(ways) != len(priced.lines) or named.keys() - ways.keys() - {0}:
        raise _wrong("ways", str(sorted(named)), "a way for every line, or one for line 0, and for no other")
    if elsewhere := next((way.store for way in ways.values() if way.store and way.store not in site.stores), ""):
        raise HubProblem("shop.none", what="store", id=elsewhere[:60])
    is_shipped = any(way.kind == SHIP for way in ways.values())
    sold = Sold(wanted, priced, ways, rules, _address(site, wanted.person, is_shipped), customer)
    found = priced.total_minor + sold.delivery_minor
    if found != wanted.total_minor:
        raise HubProblem("shop.total", said=wanted.total_minor, found=found, difference=found - wanted.total_minor)
    paid = sum(one.amount_minor for one in wanted.payments)
    if wanted.pay == COLLECTION and (is_shipped or paid > found):
        raise HubProblem("shop.payment", paid=paid, total=found)
    if wanted.pay == AHEAD and paid != found:
        raise HubProblem("shop.payment", paid=paid, total=found)
    return sold


def place(
    connection: Connection, site: Site, sold: Sold, epoch: int, now_ms: int, new_id: Callable[[], str]
) -> str:
    """Place an order; gives its id. Its goods are held back where it is taken only with them.

    Raises HubProblem where not all of it is there, where the reference is another order's, or while the hub promises nothing.
    """
    epochs.require_open(connection, site.tenant)
    _require_new(connection, site, sold.wanted.reference)
    shares = _shares(connection, site, sold)
    order = _order(site, sold, {one.line for one in shares}, new_id(), now_ms)
    first = next_fence((), epoch)
    events = [
        OrderEvent(
            new_id(), order.id, one.line, ALLOCATED, CONFIRMED, one.milli, now_ms, SYSTEM, first + number, place=one.place
        )
        for number, one in enumerate(shares)
    ]  # fmt: skip
    payments = {
        f"{order.id}/{n}": OrderPayment(f"{order.id}/{n}", now_ms, one.kind, one.amount_minor, reference=one.reference)
        for n, one in enumerate(sold.wanted.payments)
    }
    book = OrderBook(connection, site.tenant, Made(now_ms, new_id))
    book.open([order.id])
    known = OrderKnown((HUB_DEV, 0, now_ms), settled(order, events), {}, payments)
    order_addresses.put(connection, site.tenant, order.id, order.id, sold.address, now_ms)
    book.put(order.id, replace(book.of(order.id), known=known))
    day = datetime.fromtimestamp(now_ms / 1000, UTC).date().isoformat()
    for one in sorted(shares, key=lambda one: (one.place, one.article)):
        accounts.add_demand(connection, (site.tenant, one.place, one.article), WEB_DEMAND, day, one.milli)
    orders.finish(connection, site.tenant, book)
    return order.id


def _require_new(connection: Connection, site: Site, reference: str) -> None:
    at = orders_table.c
    mine = (at.tenant == site.tenant, at.number == reference, at.channel == WEB, at.brand == site.brand)
    there = connection.scalar(select(at.id).where(*mine).limit(1))
    if there is not None:
        raise HubProblem("shop.reference", reference=reference, order=there)


def _shares(connection: Connection, site: Site, sold: Sold) -> list[Share]:
    """Who gives what, with those rows of stock held; lines that nobody has are left out where the order is taken all the same."""
    planned, short = list[Share](), set[tuple[str, str]]()
    for _ in range(TRIES):  # where somebody took it meanwhile, another store may have it
        planned = _planned(connection, site, sold)
        short = _short(connection, site.tenant, planned)
        if not short:
            break
    bad = {one.line for one in planned if (one.place, one.article) in short}
    given = {line: sum(one.milli for one in planned if one.line == line) for line in sold.ways}
    lacking = [one for one in sold.priced.lines if one.line in bad or given[one.line] < one.quantity_milli]
    if lacking and sold.wanted.stock == RESERVE:
        first = lacking[0]
        free = 0 if first.line in bad else given[first.line]
        raise HubProblem("shop.stock", line=first.line, article=first.article, free_milli=free)
    return [one for one in planned if one.line not in {line.line for line in lacking}]


def _short(connection: Connection, tenant: str, planned: Sequence[Share]) -> set[tuple[str, str]]:
    """What places have not as much of any more as they are to give, with those rows held until the transaction ends."""
    wanted: dict[str, dict[str, int]] = {}
    for one in planned:
        mine = wanted.setdefault(one.place, {})
        mine[one.article] = mine.get(one.article, 0) + one.milli
    return {
        (place, article)
        for place, articles in sorted(wanted.items())
        for article, there in _held(connection, tenant, place, articles).items()
        if there < articles[article]
    }


def _held(connection: Connection, tenant: str, place: str, articles: Mapping[str, int]) -> dict[str, int]:
    """What is free of articles at a place, with their rows held until the transaction ends."""
    found = pools(connection, tenant, place, articles, lock=True)
    return {article: found[article].free if article in found else 0 for article in articles}


def _planned(connection: Connection, site: Site, sold: Sold) -> list[Share]:
    """What is collected comes from the store where it is collected; what is shipped from whoever has it, the warehouse first."""
    lines = {one.line: one for one in sold.priced.lines}
    articles = sorted({one.article for one in lines.values()})
    free = everywhere(connection, site.tenant, articles, site.stores)
    left = {(store, article): max(0, pool.free) for article, found in free.items() for store, (pool, _) in found.items()}
    planned: list[Share] = []
    for one in lines.values():
        store = sold.ways[one.line].store
        if store:
            milli = min(one.quantity_milli, left.get((store, one.article), 0))
            left[store, one.article] = left.get((store, one.article), 0) - milli
            planned += [Share(one.line, store, one.article, milli)] if milli else []
    wants = [Want(number, lines[number].article, lines[number].quantity_milli) for number in sold.shipped]
    candidates = [
        Candidate(
            store, {want.article: left.get((store, want.article), 0) for want in wants},
            0 if store == sold.rules.warehouse else ELSEWHERE_M,
        )
        for store in site.stores
        if any(left.get((store, want.article), 0) for want in wants)
    ]  # fmt: skip
    plan = source(wants, candidates, Rates()) if wants else None
    for choice in plan.choices if plan is not None else ():
        planned.append(Share(choice.line, choice.place, lines[choice.line].article, choice.quantity_milli))
    return planned


def _order(site: Site, sold: Sold, firm: set[int], id: str, now_ms: int) -> Order:
    lines = tuple(_line(one, sold, one.line in firm, id, now_ms) for one in sold.priced.lines)
    charges: tuple[Charge, ...] = ()
    if sold.delivery_minor:
        charges = (Charge(DELIVERY, sold.shipped, sold.delivery_minor, sold.delivery_minor, sold.rules.delivery_vat),)
    terms = PAY_AT_COLLECTION if sold.wanted.pay == COLLECTION else PAID_IN_FULL
    return Order(
        id, sold.wanted.reference, site.tenant, site.entity, site.brand, site.country, site.currency, WEB, "",
        sold.customer, terms, now_ms, lines, charges,
    )  # fmt: skip


def _line(one: PricedBasketLine, sold: Sold, is_firm: bool, id: str, now_ms: int) -> OrderLine:
    way = sold.ways[one.line]
    fulfilment = Fulfilment(COLLECT, to=way.store) if way.kind == COLLECT else Fulfilment(SHIP, delivery=id)
    days = sold.rules.fetch if way.kind == COLLECT else sold.rules.ship
    promise = Promise(True, now_ms + days.first * DAY_MS, now_ms + days.last * DAY_MS) if is_firm else None
    name = f"{one.name} {one.variant}".strip()
    return OrderLine(
        one.line, one.article, name, one.unit, one.quantity_milli, one.amount_minor, fulfilment, promise, one.deposit_minor,
        one.vat_class,
    )  # fmt: skip


def _address(site: Site, person: Person, is_shipped: bool) -> Address:
    given = Address(**{name: getattr(person, name) for name in Address.__slots__})
    given = given if given.country or not is_shipped else replace(given, country=site.country)
    try:
        return checked(given, COUNTRIES[site.country].POSTCODES, shipped=is_shipped)
    except Refused as error:
        raise HubProblem("shop.person", reason=error.code) from error


def _wrong(name: str, value: str, wanted: str) -> HubProblem:
    return HubProblem("request.argument", name=name, value=value[:40], wanted=wanted)
