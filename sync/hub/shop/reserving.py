"""Goods of a store that a web shop holds back for somebody, as an order that the store's tills find, sell and let go of.

The reservation holds the goods, the order names it: whoever comes in time pays at the till, and nobody has to do anything when
nobody comes. Both have one id.
"""

from sqlalchemy import Connection, select

from kiosk.domain.address import Address
from kiosk.domain.order import COLLECT, PAY_AT_COLLECTION, WEB, Fulfilment, Order, OrderLine, Promise
from kiosk.domain.orderevents import LAPSED, OrderEvent
from kiosk.domain.orderlife import CANCELLED, STATES, STEPS, SYSTEM
from kiosk.domain.reservation import NAME_MAX, code_of
from sync.hub import orders, reservations
from sync.hub.orders import Made
from sync.hub.problems import HubProblem
from sync.hub.reservations import Asker, Now, Refusal, Reservation, Reserve
from sync.hub.shop.access import Site
from sync.hub.shop.values import HeldGoods, PricedBasketLine, WantedReservation
from sync.hub.storage.schema_stock import reservations as held

_NUMBER_LETTERS = 6


def hold(
    connection: Connection, site: Site, wanted: WantedReservation, priced: PricedBasketLine, asker: Asker, now: Now
) -> HeldGoods:
    """Hold goods back and place the order that holds them. Raises HubProblem where there are none, or nobody can sell them."""
    if wanted.store not in site.stores:
        raise HubProblem("shop.none", what="store", id=wanted.store[:60])
    ask = Reserve(wanted.store, wanted.article, wanted.quantity_milli, wanted.hours)
    made = reservations.reserve(connection, asker, ask, now)
    if isinstance(made, Refusal):
        free = max(0, made.free_milli)
        raise HubProblem("reservation.refused", article=ask.article[:60], store=ask.store, free_milli=free)
    if priced.problem:
        raise HubProblem("shop.unsellable", line=1, reason=priced.detail)
    person = {made.id: Address(wanted.name[:NAME_MAX])} if wanted.name else {}
    orders.place(connection, site.tenant, _order(site, made, priced, now.ms), (), person, Made(now.ms, now.new_id))
    return told(connection, site.tenant, made)


def let_go(connection: Connection, asker: Asker, reservation: str, made: Made) -> HeldGoods:
    """They are not wanted any more: the order first, as whoever changes orders holds those first. Again changes nothing."""
    at = held.c
    mine = (at.tenant == asker.tenant) & (at.id == reservation) & (at.who == asker.who)
    there = orders.find(connection, asker.tenant, reservation)
    if there is not None and there.is_open and connection.scalar(select(at.id).where(mine)) is not None:
        assert there.known.state is not None, "it was placed"
        ending = [
            (state, milli)
            for (_, state), milli in there.known.state.lines[1].at.items()
            if STATES[state].open and state in STEPS[CANCELLED].sources
        ]
        if ending:
            milli = sum(part for _, part in ending)
            event = OrderEvent(
                made.new_id(), reservation, 1, CANCELLED, ending[0][0], milli, made.now_ms, SYSTEM, ground=LAPSED
            )
            orders.move(connection, asker.tenant, reservation, [event], made)
    return told(connection, asker.tenant, reservations.release(connection, asker, reservation, made.now_ms))


def told(connection: Connection, tenant: str, made: Reservation) -> HeldGoods:
    """A reservation as the shop tells it to whoever comes for the goods: a number, six digits, and what a QR code says."""
    there = orders.find(connection, tenant, made.id)
    number = there.known.state.order.number if there is not None and there.known.state is not None else ""
    return HeldGoods(
        made.id, made.store, made.article, made.quantity, made.state, made.expires_ms, number,
        there.code if there is not None else "", code_of(made.id) if there is not None else "",
    )  # fmt: skip


def _order(site: Site, made: Reservation, one: PricedBasketLine, now_ms: int) -> Order:
    way = Fulfilment(COLLECT, made.store, to=made.store)
    line = OrderLine(
        1, one.article, f"{one.name} {one.variant}".strip(), one.unit, one.quantity_milli, one.amount_minor, way,
        Promise(True, now_ms, made.expires_ms, made.id), one.deposit_minor, one.vat_class,
    )  # fmt: skip
    number = f"R-{made.id.replace('-', '')[-_NUMBER_LETTERS:].upper()}"
    return Order(
        made.id, number, site.tenant, site.entity, site.brand, site.country, site.currency, WEB, "", "", PAY_AT_COLLECTION,
        now_ms, (line,), expires_ms=made.expires_ms,
    )  # fmt: skip
