"""Makes the hub findable on the local network (DNS-SD, RFC 6763): `_toonbank-hub._tcp` with protocol and epoch."""

import secrets
import socket
from ipaddress import ip_address

from zeroconf import IPVersion, ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

from sync.protocol.limits import PROTO

SERVICE = "_toonbank-hub._tcp.local."


class Announcement:
    """Announces as long as its block lasts, and says goodbye at the end."""

    def __init__(self, port: int, epoch: int, host: str = "0.0.0.0") -> None:
        # Only where the hub listens: an address that refuses would cost every terminal a time-out.
        addresses = own_addresses() if ip_address(host).is_unspecified else [str(ip_address(host))]
        self._only = [host] if ip_address(host).is_loopback else None
        name = socket.gethostname().partition(".")[0] or "hub"
        self.name = f"Toonbank {name} {secrets.token_hex(3)}.{SERVICE}"
        self._info = ServiceInfo(
            SERVICE,
            self.name,
            port=port,
            properties={"proto": PROTO, "epoch": str(epoch)},
            server=f"{name}.local.",
            addresses=[ip_address(text).packed for text in addresses],
        )
        self._zeroconf: AsyncZeroconf | None = None

    async def __aenter__(self) -> "Announcement":
        if self._only is None:
            self._zeroconf = AsyncZeroconf(ip_version=IPVersion.V4Only)
        else:
            self._zeroconf = AsyncZeroconf(interfaces=self._only, ip_version=IPVersion.V4Only)
        await self._zeroconf.async_register_service(self._info)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._zeroconf is not None:
            await self._zeroconf.async_unregister_service(self._info)
            await self._zeroconf.async_close()


def own_addresses() -> list[str]:
    """This machine's addresses that others may reach; loopback where there is no network."""
    found = {"127.0.0.1"}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: connecting a datagram socket only asks the system for the way out.
            probe.connect(("192.0.2.1", 9))
            found.add(probe.getsockname()[0])
        except OSError:
            return sorted(found)
    outside = sorted(found - {"127.0.0.1"})
    return outside or sorted(found)
