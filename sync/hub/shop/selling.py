"""`/shop/v1/orders` and `/shop/v1/reservations`: what a web shop sells and holds back."""

from datetime import UTC, datetime

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from sqlalchemy import Connection

from sync.hub import nul, streets
from sync.hub.api.access import AskedHub, HubRequest, body_of, json_from
from sync.hub.core import Hub
from sync.hub.once import answered, in_progress, once
from sync.hub.orders import Made
from sync.hub.problems import HubProblem
from sync.hub.reservations import Asker, Now
from sync.hub.shop import baskets, events, ordering, reserving, scopes, standing
from sync.hub.shop.access import Caller, require, site_of
from sync.hub.shop.answers import tagged
from sync.hub.shop.events import Happened
from sync.hub.shop.keys import ShopKey
from sync.hub.shop.reads import AskedShelves
from sync.hub.shop.shelf import Shelves
from sync.hub.shop.values import (
    AnnouncedReturn,
    BasketContent,
    Delivery,
    HeldGoods,
    PlacedOrder,
    ShopStreet,
    WantedCancel,
    WantedLine,
    WantedOrder,
    WantedReservation,
    WantedReturn,
)
from sync.hub.shop.writes import once_for

TEXT_MAX = 40


@get("/shop/v1/delivery", summary="What delivery costs, and when goods come")
async def delivery(request: HubRequest, hub: AskedHub, caller: Caller) -> Response[Delivery]:
    """Delivery: the shop's own rules, by which an order's total is judged. Scope prices:read."""
    require(caller, scopes.PRICES_READ)
    rules = await hub.storage.read(lambda connection: ordering.rules_of(connection, caller.tenant))
    days = [rules.ship.first, rules.ship.last], [rules.fetch.first, rules.fetch.last]
    return tagged(request, Delivery(rules.delivery_minor, rules.free_from_minor, *days))


@get("/shop/v1/address", summary="Street and town of a postcode and a house number")
async def find_street(hub: AskedHub, caller: Caller, postcode: FromQuery[str], house: FromQuery[str]) -> ShopStreet:
    """ShopStreet, of the key's country. What is not known may be right all the same: let people go on. Scope orders:write."""
    require(caller, scopes.ORDERS_WRITE)
    nul.refuse(postcode, house)
    found = await hub.storage.read(lambda c: streets.find(c, caller.tenant, caller.country, postcode[:TEXT_MAX], house[:TEXT_MAX]))
    return ShopStreet(found.known, found.street, found.city)


@post("/shop/v1/orders", status_code=200, summary="Place an order, all of it in one call")
async def place_order(request: HubRequest, hub: AskedHub, caller: Caller, shelves: AskedShelves) -> PlacedOrder:
    """Body WantedOrder; the same reference with the same body is the same order. Answers PlacedOrder. Scope orders:write.

    409 where it costs something else (`values` say what), is not paid as it says, or is not all there; then nothing is kept.
    """
    require(caller, scopes.ORDERS_WRITE)
    body = await body_of(request)
    wanted = json_from(body, WantedOrder)
    ordering.check(wanted)
    route = f"shop:{caller.tenant}:{caller.brand}:{caller.country}:orders"
    with in_progress(hub.calling, route, wanted.reference):
        known = await hub.storage.read(lambda connection: answered(connection, route, wanted.reference, body))
        if known is None:
            known = await _place(hub, caller, shelves, route, body, wanted)
    id = known.decode()
    return standing.told(await hub.storage.read(lambda connection: standing.find(connection, caller, id)))


async def _place(hub: Hub, caller: ShopKey, shelves: Shelves, route: str, body: bytes, wanted: WantedOrder) -> bytes:
    now_ms, epoch, new_id = hub.world.now_ms(), hub.storage.epoch, hub.world.new_id
    site = await hub.storage.read(lambda connection: site_of(connection, caller))
    rules = await hub.storage.read(lambda connection: ordering.rules_of(connection, caller.tenant))
    content, version = await _content(hub, caller, wanted, now_ms)
    sold = ordering.agreed(site, wanted, await shelves.basket(site, content, now_ms), rules, content.customer)

    def make(connection: Connection) -> bytes:
        kept = baskets.find(connection, caller, wanted.basket, now_ms, lock=True) if wanted.basket else None
        if kept is not None and kept.order:
            raise HubProblem("shop.ordered", order=kept.order)
        if kept is not None and kept.version != version:
            raise HubProblem("shop.changed", version=kept.version)
        order = ordering.place(connection, site, sold, epoch, now_ms, new_id)
        if kept is not None:
            baskets.ordered(connection, caller, kept, order)
        events.note(connection, caller.tenant, [Happened(caller.brand, events.ORDER_PLACED, order, {})], now_ms)
        return order.encode()

    return await hub.storage.run(lambda connection: once(connection, route, wanted.reference, body, now_ms, make))


async def _content(hub: Hub, caller: ShopKey, wanted: WantedOrder, now_ms: int) -> tuple[BasketContent, int]:
    """What is ordered, and the version of the basket that it was."""
    if wanted.content is not None:
        return baskets.checked(wanted.content), 0
    kept = await hub.storage.read(lambda connection: baskets.find(connection, caller, wanted.basket, now_ms))
    if kept.order:
        raise HubProblem("shop.ordered", order=kept.order)
    return kept.content, kept.version


@get("/shop/v1/orders", summary="An order by the shop's own reference")
async def order_by_reference(
    request: HubRequest, hub: AskedHub, caller: Caller, reference: FromQuery[str]
) -> Response[PlacedOrder]:
    """PlacedOrder. Scope orders:read."""
    require(caller, scopes.ORDERS_READ)
    return tagged(request, standing.told(await hub.storage.read(lambda c: standing.by_reference(c, caller, reference))))


@get("/shop/v1/orders/{order:str}", summary="An order as it stands")
async def show_order(request: HubRequest, hub: AskedHub, caller: Caller, order: FromPath[str]) -> Response[PlacedOrder]:
    """PlacedOrder. Scope orders:read."""
    require(caller, scopes.ORDERS_READ)
    return tagged(request, standing.told(await hub.storage.read(lambda connection: standing.find(connection, caller, order))))


@post("/shop/v1/orders/{order:str}/cancel", status_code=200, summary="Cancel an order or parts of it")
async def cancel_order(request: HubRequest, hub: AskedHub, caller: Caller, order: FromPath[str]) -> PlacedOrder:
    """Body WantedCancel; takes an Idempotency-Key. Answers PlacedOrder, with what is to be given back. Scope orders:write."""
    require(caller, scopes.ORDERS_WRITE)
    body, made = await body_of(request), Made(hub.world.now_ms(), hub.world.new_id)
    wanted = json_from(body, WantedCancel)

    def make(connection: Connection) -> bytes:
        standing.cancel(connection, caller, order, wanted.lines, made)
        return b"done"

    await once_for(request, hub, caller, f"orders/{order}/cancel", body, make)
    return standing.told(await hub.storage.read(lambda connection: standing.find(connection, caller, order)))


@post("/shop/v1/orders/{order:str}/returns", status_code=200, summary="Announce that goods come back")
async def announce_return(request: HubRequest, hub: AskedHub, caller: Caller, order: FromPath[str]) -> Response[AnnouncedReturn]:
    """Body WantedReturn; takes an Idempotency-Key. Answers AnnouncedReturn; people find a task. Scope orders:write."""
    require(caller, scopes.ORDERS_WRITE)
    body, now_ms = await body_of(request), hub.world.now_ms()
    wanted = json_from(body, WantedReturn)

    def make(connection: Connection) -> bytes:
        return msgspec.json.encode(standing.announce(connection, caller, order, wanted, now_ms))

    reply = await once_for(request, hub, caller, f"orders/{order}/returns", body, make)
    return tagged(request, json_from(reply, AnnouncedReturn))


@post("/shop/v1/reservations", status_code=200, summary="Hold goods of a store back for somebody")
async def reserve_goods(request: HubRequest, hub: AskedHub, caller: Caller, shelves: AskedShelves) -> HeldGoods:
    """Body WantedReservation; takes an Idempotency-Key. Answers HeldGoods; it ends by itself. Scope stock:write.

    The store's tills hear of it as an order that is paid when it is fetched, for the price of now.
    """
    require(caller, scopes.STOCK_WRITE)
    body, now = await body_of(request), _now(hub)
    wanted = json_from(body, WantedReservation)
    nul.refuse(wanted.store, wanted.article, wanted.name)
    site = await hub.storage.read(lambda connection: site_of(connection, caller))
    content = BasketContent([WantedLine(wanted.article, wanted.quantity_milli, 1)])
    (priced,) = (await shelves.basket(site, content, now.ms)).lines

    def make(connection: Connection) -> bytes:
        return msgspec.json.encode(reserving.hold(connection, site, wanted, priced, _asker(caller), now))

    return json_from(await once_for(request, hub, caller, "reservations", body, make), HeldGoods)


@post("/shop/v1/reservations/{reservation:str}/release", status_code=200, summary="The goods are not wanted any more")
async def release_goods(hub: AskedHub, caller: Caller, reservation: FromPath[str]) -> HeldGoods:
    """HeldGoods; again changes nothing. Scope stock:write."""
    require(caller, scopes.STOCK_WRITE)
    made = Made(hub.world.now_ms(), hub.world.new_id)
    return await hub.storage.run(lambda connection: reserving.let_go(connection, _asker(caller), reservation, made))


def _asker(caller: ShopKey) -> Asker:
    """A reservation is the brand's and not the key's: keys come and go."""
    return Asker(caller.tenant, f"shop:{caller.brand}:{caller.country}")


def _now(hub: Hub) -> Now:
    now_ms = hub.world.now_ms()
    return Now(now_ms, datetime.fromtimestamp(now_ms / 1000, UTC).date().isoformat(), hub.world.new_id)
