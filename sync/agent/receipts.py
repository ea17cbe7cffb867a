"""A receipt of another terminal, asked of the hub: goods come back wherever the customer is."""

from urllib.parse import quote

from sync.agent.client import ANSWER_S, HubClient, read_as
from sync.agent.events import Failure
from sync.protocol.messages import ReceiptReply, unpack


async def ask_receipt(client: HubClient, number: str) -> ReceiptReply | Failure:
    """The sale of a receipt number and what came back of it; empty where the hub does not know it (yet)."""
    data = await client.signed("GET", f"/v1/receipts/{quote(number, safe='')}", b"", ANSWER_S)
    return read_as(data, lambda found: unpack(found, ReceiptReply))
