"""`/shop/v1/orders/{order}/payments`: money that a shop took for an order after it was placed, and never a cent of it lost.

The customer paid already when the shop tells of it. So the money always becomes the order's: what the order has no more use for,
because it was cancelled or paid at a till meanwhile, goes back at once by a request to the very payment (`refunds`).
"""

from dataclasses import replace

from litestar import post
from litestar.params import FromPath
from sqlalchemy import Connection

from kiosk.domain.codec import digest
from kiosk.domain.orderback import BY_RECEIPT
from kiosk.domain.orderfacts import OrderKnown
from kiosk.domain.ordermoney import OrderPayment
from sync.hub import nul, orders, refunds
from sync.hub.api.access import AskedHub, HubRequest, json_of
from sync.hub.orders import Made, OrderBook
from sync.hub.problems import HubProblem
from sync.hub.shop import events, scopes, standing
from sync.hub.shop.access import Caller, require
from sync.hub.shop.events import Happened
from sync.hub.shop.keys import ShopKey
from sync.hub.shop.ordering import TEXT_MAX
from sync.hub.shop.values import PaidOrder, WantedPayment

AMOUNT_MAX = 1 << 50
PAYMENTS_MAX = 100
"""Of one order: every till that has to do with it holds them all."""


@post("/shop/v1/orders/{order:str}/payments", status_code=200, summary="Money that was paid for an order later on the web")
async def pay_order(request: HubRequest, hub: AskedHub, caller: Caller, order: FromPath[str]) -> PaidOrder:
    """Body WantedPayment, whose `reference` makes it one payment however often it is told. PaidOrder. Scope orders:write.

    409 where the order needs none of it: `values` name the refund by which all of it goes back.
    """
    require(caller, scopes.ORDERS_WRITE)
    wanted, made = await json_of(request, WantedPayment), Made(hub.world.now_ms(), hub.world.new_id)
    check(wanted)
    paid = await hub.storage.run(lambda connection: take(connection, caller, order, wanted, made))
    if not paid.taken_minor:
        raise HubProblem("shop.not_owed", order=paid.order.reference, back=paid.back_minor, refund=paid.refund)
    return paid


def check(wanted: WantedPayment) -> None:
    """Raise HubProblem for what can be no payment of a shop."""
    nul.refuse(wanted.kind, wanted.reference)
    if not 0 < wanted.amount_minor < AMOUNT_MAX:
        raise HubProblem("request.argument", name="amount_minor", value=str(wanted.amount_minor)[:20], wanted="above 0")
    if not 0 < len(wanted.kind) <= TEXT_MAX or wanted.kind == BY_RECEIPT:
        raise HubProblem("request.argument", name="kind", value=wanted.kind[:40], wanted="the name of a way to pay on the web")
    if not 0 < len(wanted.reference) <= TEXT_MAX:
        raise HubProblem("request.argument", name="reference", value=wanted.reference[:40], wanted="the payment's own name")


def take(connection: Connection, key: ShopKey, order: str, wanted: WantedPayment, made: Made) -> PaidOrder:
    """Keep a payment: as much of it as the order needs, and a request for the rest. The same again changes nothing.

    Raises HubProblem for an order that is not there, and for a payment that was told with another amount.
    """
    standing.find(connection, key, order)
    book = OrderBook(connection, key.tenant, made)
    book.open([order])
    known = book.of(order).known
    name = f"{order}/web/{digest(f'{wanted.kind}|{wanted.reference}'.encode()).hex()[:32]}"
    told = [one for one in known.payments.values() if _is_of_shop(one, wanted)]
    if told:
        if sum(one.amount_minor for one in told) != wanted.amount_minor:
            raise HubProblem("request.idempotency_reused")
        return _paid(connection, key, order, wanted, known.payments.get(_back(name)))
    if len(known.payments) >= PAYMENTS_MAX:
        wished = f"less than {PAYMENTS_MAX} of one order"
        raise HubProblem("request.argument", name="payments", value=len(known.payments), wanted=wished)
    assert known.money is not None, "it was placed"
    over = wanted.amount_minor - min(wanted.amount_minor, known.money.to_pay_minor)
    first = OrderPayment(name, made.now_ms, wanted.kind, wanted.amount_minor, reference=wanted.reference)
    more = {name: first}
    if over:
        more[_back(name)] = replace(first, id=_back(name), amount_minor=-over)
    _keep(connection, key, book, order, replace(known, payments={**known.payments, **more}))
    events.note(connection, key.tenant, [Happened(key.brand, events.ORDER_CHANGED, order, {})], made.now_ms)
    return _paid(connection, key, order, wanted, more.get(_back(name)))


def _is_of_shop(one: OrderPayment, wanted: WantedPayment) -> bool:
    """Whether it is this payment, told before: also with the order itself."""
    return one.amount_minor > 0 and (one.kind, one.reference) == (wanted.kind, wanted.reference)


def _back(name: str) -> str:
    return f"{name}/back"


def _keep(connection: Connection, key: ShopKey, book: OrderBook, order: str, known: OrderKnown) -> None:
    book.put(order, replace(book.of(order), known=known))
    orders.finish(connection, key.tenant, book)


def _paid(
    connection: Connection, key: ShopKey, order: str, wanted: WantedPayment, back: OrderPayment | None
) -> PaidOrder:
    over = -back.amount_minor if back is not None else 0
    refund = refunds.name_of(order, back.id) if back is not None else ""
    told = standing.told(standing.find(connection, key, order))
    return PaidOrder(told, wanted.amount_minor - over, over, refund)
