"""Customers of other stores, for a till that was shown their card or told their telephone number; and new ones from a till."""

import msgspec
from litestar import Response, post

from kiosk.domain.customer import NUMBER_MAX
from kiosk.domain.phone import DIGITS_MAX
from sync.hub import customers
from sync.hub.api.access import AskedHub, HubRequest, Signed, json_of, only
from sync.hub.api.pushing import MSGPACK
from sync.protocol.messages import CustomerEnrolled, CustomersReply, EnrolCustomer, FindCustomer, pack


@post("/v1/customers/find", status_code=200, summary="Customers by a card's whole number or a whole telephone number")
async def find(request: HubRequest, hub: AskedHub, device: Signed) -> Response[bytes]:
    """Body FindCustomer, JSON: what is looked for stands in no address, so in no log. CustomersReply, packed; tills only."""
    only(device, "till")
    ask = await json_of(request, FindCustomer)
    number, phone = ask.number[: NUMBER_MAX + 1], ask.phone[: DIGITS_MAX + 2]
    found = await hub.storage.read(lambda connection: customers.find(connection, device.tenant, number, phone))
    return Response(pack(CustomersReply([msgspec.json.encode(one) for one in found])), media_type=MSGPACK)


@post("/v1/customers/new", status_code=200, summary="Somebody became a customer at a till")
async def enrol(request: HubRequest, hub: AskedHub, device: Signed) -> CustomerEnrolled:
    """Body EnrolCustomer, JSON, from a till, whose store is their home: its tills are told by the feed. The same again is kept."""
    only(device, "till")
    ask = await json_of(request, EnrolCustomer)
    made = (hub.world.now_ms(), hub.world.new_id)
    return await hub.storage.run(lambda connection: customers.enrol(connection, device, ask, made))
