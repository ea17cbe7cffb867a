"""`/shop/v1/customers/{customer}`: all that is kept of a customer, for themselves."""

from litestar import Response, get
from litestar.params import FromPath
from sqlalchemy import Connection

from kiosk.domain.address import Address
from sync.hub import contacts, order_addresses, services, staff
from sync.hub.api.access import AskedHub
from sync.hub.services import Wanted
from sync.hub.shop import consenting, contacting, scopes, servicing, standing
from sync.hub.shop.access import Caller, require
from sync.hub.shop.carevalues import KeptOfCustomer, KeptOrder
from sync.hub.shop.keys import ShopKey
from sync.hub.shop.values import Person

LIMIT = 500


@get("/shop/v1/customers/{customer:str}", summary="All that is kept of a customer, for themselves")
async def read_kept(hub: AskedHub, caller: Caller, customer: FromPath[str]) -> Response[KeptOfCustomer]:
    """KeptOfCustomer of a customer of the brand; that it was asked for is in the hub's log. Scope customers:read."""
    require(caller, scopes.CUSTOMERS_READ)
    now_ms, id = hub.world.now_ms(), hub.world.new_id

    def work(connection: Connection) -> KeptOfCustomer:
        found = _kept(connection, caller, customer, now_ms)
        staff.note(connection, caller.tenant, f"shop:{caller.name}", "customer.exported", {"subject": customer}, now_ms, id)
        return found

    return Response(await hub.storage.run(work), headers={"Cache-Control": "no-store"})


def _kept(connection: Connection, key: ShopKey, number: str, now_ms: int) -> KeptOfCustomer:
    one, stores = consenting.find(connection, key, number)
    place = (key.brand, key.country)
    said = contacts.listed(connection, key.tenant, number, LIMIT + 1, place)
    asked = services.listed(connection, key.tenant, Wanted(place, number), LIMIT + 1)
    placed = [standing.told(stored) for stored in standing.of_customer(connection, key, number, LIMIT + 1)]
    people = order_addresses.of_orders(connection, key.tenant, [order.id for order in placed[:LIMIT]])
    ordered = [KeptOrder(order, [_person(one) for one in people.get(order.id, {}).values()]) for order in placed[:LIMIT]]
    return KeptOfCustomer(
        one.number, one.given, one.infix, one.family, one.phone, one.email, one.postcode, one.language, list(one.groups),
        list(stores), consenting.told(connection, key, number), [contacting.told(one) for one in said[:LIMIT]],
        [servicing.told(one) for one in asked[:LIMIT]], ordered, LIMIT, max(len(said), len(asked), len(placed)) > LIMIT, now_ms,
    )  # fmt: skip


def _person(one: Address) -> Person:
    return Person(**{name: str(getattr(one, name)) for name in Person.__struct_fields__})
