"""A hub on the local network is found by its service, and says goodbye."""

import asyncio

from zeroconf import IPVersion
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from sync.hub.announce import SERVICE, Announcement, own_addresses

WAIT_MS = 20_000


def test_an_announced_hub_is_found_with_its_port_protocol_and_epoch() -> None:
    async def find() -> AsyncServiceInfo:
        async with Announcement(8750, 3) as announced, AsyncZeroconf(ip_version=IPVersion.V4Only) as network:
            found = AsyncServiceInfo(SERVICE, announced.name)
            assert await found.async_request(network.zeroconf, WAIT_MS), "nobody answered"
            return found

    found = asyncio.run(find())
    assert found.port == 8750
    assert found.decoded_properties == {"proto": "1.0", "epoch": "3"}
    assert set(found.parsed_addresses()) == set(own_addresses())
