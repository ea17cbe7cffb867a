"""What is left on a gift card or store credit that this till does not know yet, asked of the hub."""

from urllib.parse import quote

from sync.agent.client import HubClient, read_as
from sync.agent.events import Failure
from sync.protocol.messages import VoucherReply, unpack

QUICK_S = 3.0
"""A shopper waits for no longer: then the till goes by what it knows."""


async def ask_voucher(client: HubClient, kind: str, code: str) -> VoucherReply | Failure:
    """The voucher as the hub knows it; empty where it does not."""
    data = await client.signed("GET", f"/v1/vouchers/{quote(kind, safe='')}/{quote(code, safe='')}", b"", QUICK_S)
    return read_as(data, lambda found: unpack(found, VoucherReply))
