"""Finds hubs on the local network by zeroconf. What is found is a hint: whoever answers must prove that it is our hub."""

import asyncio
import logging

from zeroconf import IPVersion, ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

SERVICE = "_toonbank-hub._tcp.local."
RESOLVE_MS = 3_000
FOUND_MAX = 16
"""At most so many addresses are kept, so that nobody can fill the list from outside."""

log = logging.getLogger(__name__)


class Discovery:
    """Listens for hubs from `start` to `close`, on one event loop. `interfaces` narrows it, e.g. to
    loopback.
    """

    def __init__(self, service: str = SERVICE, interfaces: list[str] | None = None) -> None:
        self._service = service
        self._interfaces = interfaces
        self._found: dict[str, list[str]] = {}
        self._resolving: set[asyncio.Task[None]] = set()
        self._zeroconf: AsyncZeroconf | None = None
        self._browser: AsyncServiceBrowser | None = None
        self.changed = asyncio.Event()

    async def start(self) -> None:
        """Start to listen; a machine without a network for multicast is no fault, nothing is found
        then.
        """
        try:
            if self._interfaces is None:
                self._zeroconf = AsyncZeroconf(ip_version=IPVersion.V4Only)
            else:
                self._zeroconf = AsyncZeroconf(self._interfaces, ip_version=IPVersion.V4Only)
            self._browser = AsyncServiceBrowser(self._zeroconf.zeroconf, self._service, handlers=[self._on_change])
        except OSError as error:
            log.info("no zeroconf here: %r", error)

    async def close(self) -> None:
        """Stop listening."""
        for task in self._resolving:
            task.cancel()
        if self._browser is not None:
            await self._browser.async_cancel()
        if self._zeroconf is not None:
            await self._zeroconf.async_close()

    def found(self) -> list[str]:
        """The addresses (base URLs) announced now."""
        return [url for urls in self._found.values() for url in urls][:FOUND_MAX]

    def _on_change(self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        if state_change is ServiceStateChange.Removed:
            self._found.pop(name, None)
            return
        task = asyncio.get_running_loop().create_task(self._resolve(zeroconf, service_type, name))
        self._resolving.add(task)
        task.add_done_callback(self._resolving.discard)

    async def _resolve(self, zeroconf: Zeroconf, service_type: str, name: str) -> None:
        info = AsyncServiceInfo(service_type, name)
        if not await info.async_request(zeroconf, RESOLVE_MS) or len(self._found) >= FOUND_MAX:
            return
        scheme = "https" if (info.decoded_properties or {}).get("tls") == "1" else "http"
        self._found[name] = [f"{scheme}://{host}:{info.port}" for host in info.parsed_addresses()]
        self.changed.set()
