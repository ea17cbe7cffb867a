"""A hub on the local network is found by its service, and says goodbye."""

import asyncio

from zeroconf import IPVersion
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from sync.hub.announce import SERVICE, Announcement, own_addresses
from sync.protocol.limits import PROTO

WAIT_MS = 20_000


def test_an_announced_hub_is_found_with_its_port_protocol_and_epoch() -> None:
    async def find() -> AsyncServiceInfo:
        async with Announcement(8750, 3) as announced, AsyncZeroconf(ip_version=IPVersion.V4Only) as network:
            found = AsyncServiceInfo(SERVICE, announced.name)
            assert await found.async_request(network.zeroconf, WAIT_MS), "nobody answered"
            return found

    found = asyncio.run(find())
    assert found.port == 8750
    assert found.decoded_properties == {"proto": PROTO, "epoch": "3"}
    assert set(found.parsed_addresses()) == set(own_addresses())


def test_a_hub_that_listens_on_one_address_announces_only_that_one() -> None:
    async def find() -> AsyncServiceInfo:
        async with (
            Announcement(8750, 1, "127.0.0.1") as announced,
            AsyncZeroconf(interfaces=["127.0.0.1"], ip_version=IPVersion.V4Only) as network,
        ):
            found = AsyncServiceInfo(SERVICE, announced.name)
            assert await found.async_request(network.zeroconf, WAIT_MS), "nobody answered"
            return found

    assert asyncio.run(find()).parsed_addresses() == ["127.0.0.1"]
