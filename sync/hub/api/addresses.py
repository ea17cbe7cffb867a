"""Street and town of a postcode and a house number, for a till that is taking an address."""

from litestar import post

from sync.hub import nul, streets
from sync.hub.api.access import AskedHub, HubRequest, Signed, json_of, only
from sync.hub.problems import HubProblem
from sync.protocol.messages import FindStreet, StreetReply

TEXT_MAX = 40


@post("/v1/addresses/find", status_code=200, summary="The street of a postcode and a house number")
async def find(request: HubRequest, hub: AskedHub, device: Signed) -> StreetReply:
    """Body FindStreet, JSON: what is looked for stands in no address, so in no log. StreetReply; tills only."""
    only(device, "till")
    ask = await json_of(request, FindStreet)
    nul.refuse(ask.country, ask.postcode, ask.house)
    if max(len(ask.country), len(ask.postcode), len(ask.house)) > TEXT_MAX:
        raise HubProblem("request.argument", name="house", value=ask.house[:40], wanted=f"at most {TEXT_MAX} characters")
    found = await hub.storage.read(lambda c: streets.find(c, device.tenant, ask.country, ask.postcode, ask.house))
    return StreetReply(found.known, found.street, found.city)
