"""Orders for terminals: whom one is for and how they signed, told apart from every fact; orders of other stores, asked for."""

from functools import partial

import msgspec
from litestar import Response, post

from kiosk.domain.returning import is_return_number
from sync.hub import order_signatures
from sync.hub.api.access import AskedHub, HubRequest, Signed, json_of, only
from sync.hub.api.pushing import MSGPACK
from sync.hub.order_search import find_announced, find_for, put_for
from sync.hub.orders import Made
from sync.hub.problems import HubProblem
from sync.protocol.messages import AddressesKept, FindOrder, OrdersReply, PutAddresses, PutSignatures, SignaturesKept, pack

ADDRESSES_MAX = 100
ASKED_CHARS_MAX = 100


@post("/v1/orders/addresses", status_code=200, summary="Whom orders of this store are for")
async def put_addresses(request: HubRequest, hub: AskedHub, device: Signed) -> Response[bytes]:
    """Body PutAddresses, JSON; in no address and in no log. AddressesKept, JSON. Told again, nothing changes."""
    ask = await json_of(request, PutAddresses)
    if len(ask.addresses) > ADDRESSES_MAX:
        raise HubProblem("request.argument", name="addresses", value=str(len(ask.addresses)), wanted=f"at most {ADDRESSES_MAX}")
    made = Made(hub.world.now_ms(), hub.world.new_id)
    for one in ask.addresses:
        await hub.storage.run(partial(put_for, device=device, told=one, made=made))
    return Response(msgspec.json.encode(AddressesKept([one.key for one in ask.addresses])), media_type="application/json")


@post("/v1/orders/signatures", status_code=200, summary="How customers signed for goods of this store")
async def put_signatures(request: HubRequest, hub: AskedHub, device: Signed) -> Response[bytes]:
    """Body PutSignatures, JSON; in no address and in no log; tills only. SignaturesKept, JSON. Told again, nothing changes."""
    only(device, "till")
    ask = await json_of(request, PutSignatures)
    if len(ask.signatures) > ADDRESSES_MAX:
        raise HubProblem("request.argument", name="signatures", value=str(len(ask.signatures)), wanted=f"at most {ADDRESSES_MAX}")
    for one in ask.signatures:
        await hub.storage.run(partial(order_signatures.put_for, device=device, told=one))
    return Response(msgspec.json.encode(SignaturesKept([one.mark for one in ask.signatures])), media_type="application/json")


@post("/v1/orders/find", status_code=200, summary="Orders by code, number or name, of whichever store of the tenant")
async def find(request: HubRequest, hub: AskedHub, device: Signed) -> Response[bytes]:
    """Body FindOrder, JSON: a name stands in no address, so in no log. OrdersReply, packed; tills only."""
    only(device, "till")
    ask = await json_of(request, FindOrder)
    cut = FindOrder(*(text.strip()[:ASKED_CHARS_MAX] for text in (ask.code, ask.number, ask.name)))
    if is_return_number(cut.number):
        number = cut.number.upper()
        told = await hub.storage.read(lambda connection: find_announced(connection, device, number))
        return Response(pack(told or OrdersReply([])), media_type=MSGPACK)
    found = await hub.storage.read(lambda connection: find_for(connection, device, cut))
    return Response(pack(OrdersReply([msgspec.json.encode(row) for row in found])), media_type=MSGPACK)
