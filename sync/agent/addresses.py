"""Street and town of a postcode and a house number, asked of the hub while somebody takes an address."""

from sync.agent.client import HubClient, read_as
from sync.agent.events import Failure
from sync.protocol.messages import FindStreet, StreetReply, from_json, to_json

QUICK_S = 1.0
"""Nobody waits for it: by then the street is typed by hand."""


async def find_street(client: HubClient, wanted: FindStreet) -> StreetReply | Failure:
    """What the hub knows of it."""
    data = await client.signed("POST", "/v1/addresses/find", to_json(wanted), QUICK_S, kind="application/json")
    return read_as(data, lambda found: from_json(found, StreetReply))
