"""A person's own new PIN on its way to the hub, which tells every terminal; only ever as an argon2id hash."""

from sync.agent.client import ANSWER_S, HubClient
from sync.agent.events import Failure
from sync.protocol.messages import to_json


async def tell_pin(client: HubClient, number: str, pin_hash: str) -> Failure | None:
    """Tell the hub; None when it took it. The till has checked the old PIN."""
    body = to_json({"number": number, "pin_hash": pin_hash})
    data = await client.signed("POST", "/v1/staff/pin", body, ANSWER_S, kind="application/json")
    return data if isinstance(data, Failure) else None
