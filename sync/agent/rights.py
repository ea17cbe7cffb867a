"""For how long this terminal's rights hold: asked of the hub, and counted from the moment of asking."""

from sync.agent.client import ANSWER_S, HubClient
from sync.agent.events import Failure
from sync.protocol.messages import LeaseReply, from_json


async def ask_lease(client: HubClient) -> LeaseReply | Failure:
    """Ask for a lease, or for more time; number 0 says that this store's rights do not end by themselves."""
    data = await client.signed("POST", "/v1/rights/lease", b"", ANSWER_S, kind="application/json")
    if isinstance(data, Failure):
        return data
    try:
        return from_json(data, LeaseReply)
    except ValueError:
        return Failure("sync.garbage")
