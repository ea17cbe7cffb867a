"""Whom orders are for and how they signed, told to the hub apart from every fact; orders of other stores, asked for one by one."""

from collections.abc import Sequence

from sync.agent.client import ANSWER_S, HubClient, read_as
from sync.agent.events import Failure
from sync.protocol.messages import (
    AddressesKept,
    FindOrder,
    OrderAddress,
    OrderSignature,
    OrdersReply,
    PutAddresses,
    PutSignatures,
    SignaturesKept,
    from_json,
    to_json,
    unpack,
)


async def tell_addresses(client: HubClient, told: Sequence[OrderAddress]) -> AddressesKept | Failure:
    """Tell the hub; it answers which it has. Told again, nothing changes."""
    data = await client.signed("POST", "/v1/orders/addresses", to_json(PutAddresses(list(told))), ANSWER_S, kind="application/json")
    return read_as(data, lambda found: from_json(found, AddressesKept))


async def tell_signatures(client: HubClient, told: Sequence[OrderSignature]) -> SignaturesKept | Failure:
    """Tell the hub how customers signed; it answers which it has. Told again, nothing changes."""
    data = await client.signed(
        "POST", "/v1/orders/signatures", to_json(PutSignatures(list(told))), ANSWER_S, kind="application/json"
    )
    return read_as(data, lambda found: from_json(found, SignaturesKept))


async def find_orders(client: HubClient, wanted: FindOrder) -> OrdersReply | Failure:
    """Ask for orders of any store by code, number or the beginning of a name."""
    data = await client.signed("POST", "/v1/orders/find", to_json(wanted), ANSWER_S, kind="application/json")
    return read_as(data, lambda found: unpack(found, OrdersReply))
