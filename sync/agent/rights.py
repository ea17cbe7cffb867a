"""For how long this terminal's rights hold, counted from the moment of asking; and goods beyond them, held back by the hub."""

from sync.agent.client import ANSWER_S, HubClient, read_as
from sync.agent.events import Failure
from sync.protocol.messages import GoodsHeld, HoldGoods, LeaseReply, from_json, to_json

QUICK_S = 3.0
"""A shopper waits for no longer."""


async def ask_lease(client: HubClient) -> LeaseReply | Failure:
    """Ask for a lease, or for more time; number 0 says that this store's rights do not end by themselves."""
    data = await client.signed("POST", "/v1/rights/lease", b"", ANSWER_S, kind="application/json")
    if isinstance(data, Failure):
        return data
    try:
        return from_json(data, LeaseReply)
    except ValueError:
        return Failure("sync.garbage")


async def hold_goods(client: HubClient, wanted: HoldGoods, once: str) -> GoodsHeld | Failure:
    """Have the hub hold goods back; asked again under the same name (`once`), they are held once."""
    body = to_json(wanted)
    data = await client.signed("POST", "/v1/reserve", body, QUICK_S, kind="application/json", once=once)
    return read_as(data, lambda found: from_json(found, GoodsHeld))
