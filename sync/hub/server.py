"""Runs an open hub: the HTTP server, the socket for commands, the announcement, and the small work at intervals."""

import asyncio
import logging
import signal
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from types import FrameType

import uvicorn
from sqlalchemy.exc import SQLAlchemyError

from sync.hub import admin, backups, budgets, epochs, feedprune, held, help, services, snapshots
from sync.hub.announce import Announcement
from sync.hub.app import make_app
from sync.hub.bell import rung
from sync.hub.core import Hub
from sync.hub.mail.worker import Posting
from sync.hub.once import forget_old
from sync.hub.order_rounds import Rounds
from sync.hub.patience import PatientProtocol
from sync.hub.problems import HubProblem
from sync.hub.recomputing import Recomputing
from sync.hub.shop.worker import Telling
from sync.hub.stock_rounds import steps

log = logging.getLogger("toonbank.hub")
TIDY_EVERY_S = 30
SHARES_MAX = 200
"""Transactions of one sharing of rights; what is left then waits for the next."""

SHARE_ALL_EVERY = 20
"""So many rounds of small work until all rights are looked at, and not only those that something happened to."""
CHUNKS_EVERY = 120
"""Every so many rounds of tidying old chunks and old answers are looked for: once an hour."""

PRUNE_EVERY = 2880
"""Every so many rounds the feed's log is pruned by age: at the start, then once a day."""

GRACE_S = 3


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen; port 0 takes a free one. `announced` makes the hub findable on the local network."""

    host: str = "127.0.0.1"
    port: int = 0
    announced: bool = False


class HubServer:
    """One run of a hub. `serve` returns when it was told to stop; `ready` is called with the URL once it answers."""

    def __init__(self, hub: Hub, address: Address, ready: Callable[[str], None]) -> None:
        self._hub = hub
        self._address = address
        self._ready = ready
        self._socket = _listening(address)
        port = self._socket.getsockname()[1]
        shown = "127.0.0.1" if address.host in ("0.0.0.0", "") else address.host
        self.port: int = port
        self.url = f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
        config = uvicorn.Config(
            make_app(hub), log_config=None, access_log=False, server_header=False, lifespan="on",
            timeout_graceful_shutdown=GRACE_S, timeout_keep_alive=60, h11_max_incomplete_event_size=64 * 1024,
            http=PatientProtocol,
        )  # fmt: skip
        self._server = _Server(config, hub)

    async def serve(self) -> None:
        """Serve until `stop` or a signal."""
        hub = self._hub
        hub.bell.start()
        hub.serves.add("terminals")
        await self._look_back()
        await self._raise_floors()
        retried = await hub.storage.run(
            lambda connection: held.retry(connection, hub.settings.plausible, hub.world.now_ms(), hub.world.new_id)
        )
        if retried.projected:
            log.info("%d held facts could be projected", retried.projected)
        async with AsyncExitStack() as stack:
            commands = await stack.enter_async_context(await admin.listen(hub))
            stack.callback(commands.close)
            if self._address.announced:
                await stack.enter_async_context(Announcement(self.port, hub.storage.epoch, self._socket.getsockname()[0]))
            mails = Posting(hub, hub.settings.mail)
            for work in (self._tidy(), Recomputing(hub).go_on(), Rounds(hub).go_on(), Telling(hub).go_on(), mails.go_on()):
                stack.callback(asyncio.create_task(work).cancel)
            self._server.when_started = lambda: self._ready(self.url)
            await self._server.serve(sockets=[self._socket])

    def stop(self) -> None:
        """Ask for the end, from any thread."""
        self._server.handle_exit(0, None)

    async def _look_back(self) -> None:
        """See whether the database is what it was: before anything is given out of it."""
        hub = self._hub
        why = await asyncio.to_thread(backups.look_back, hub)
        if why:
            log.error("this database was put back by hand: %s; nothing is promised until terminals have reported", why)

    async def _look_on(self) -> None:
        """The same while it runs: a standby that was promoted may lack the last commits, and other processes are not asked."""
        hub = self._hub
        if why := await asyncio.to_thread(hub.storage.look_back):
            epoch, now_ms = hub.storage.epoch, hub.world.now_ms()
            await hub.storage.run(lambda connection: epochs.doubt_all(connection, why, epoch, now_ms))

    async def _look_at_held(self) -> None:
        """Try held facts again, and raise the alarm for those that wait for more than a day."""
        hub = self._hub
        await hub.storage.run(
            lambda connection: held.retry(connection, hub.settings.plausible, hub.world.now_ms(), hub.world.new_id)
        )
        late = await hub.storage.run(lambda connection: held.late_count(connection, hub.world.now_ms()))
        if late:
            log.warning("%d held facts have waited for more than a day: toonbank-hub queue list", late)

    async def _tidy(self) -> None:
        """Small regular work. What disk or database refuses is logged, tried again next time, and does not end the hub."""
        rounds = 0
        while True:
            try:
                await self._round(rounds)
            except (OSError, SQLAlchemyError, HubProblem) as error:
                log.error("could not tidy up: %s", error)
            await asyncio.sleep(TIDY_EVERY_S)
            rounds += 1

    async def _round(self, number: int) -> None:
        """One round; the first one, at the start, only sweeps what the feed's log need not keep."""
        if number:
            await self._look_on()
            await self._hub.storage.run(lambda connection: help.expire(connection, self._hub.world.now_ms()))
            await self._tell_budgets()
            await self._look_at_service()
            await self._share_stock(whole=number % SHARE_ALL_EVERY == 1)
            if number % CHUNKS_EVERY == 0:
                await self._hub.storage.run(lambda connection: forget_old(connection, self._hub.world.now_ms()))
                await asyncio.to_thread(snapshots.forget_old_chunks, self._hub)
                await self._look_at_held()
        if number % PRUNE_EVERY == 0:
            if number:
                await self._raise_floors()
            await self._sweep_feed()

    async def _raise_floors(self) -> None:
        """Say from where on the feed's log holds: what is older than its days may not be asked for any more."""
        hub = self._hub
        for tenant in await hub.storage.read(feedprune.tenants_of):
            now_ms, keep_days = hub.world.now_ms(), hub.settings.feed_keep_days
            await hub.storage.run(partial(feedprune.raise_floor, tenant=tenant, now_ms=now_ms, keep_days=keep_days))

    async def _sweep_feed(self) -> None:
        """Delete what lies below the floors, in short transactions, so that pushes come in between."""
        storage, count = self._hub.storage, 0
        for tenant in await storage.read(feedprune.tenants_of):
            while gone := await storage.run(partial(feedprune.sweep, tenant=tenant)):
                count += gone
        if count:
            log.info("%d rows are no longer in the feed's log", count)

    async def _tell_budgets(self) -> None:
        """Tell the tills what was taken from budgets since they were told last."""
        storage = self._hub.storage
        for tenant in await storage.read(feedprune.tenants_of):
            await storage.run(partial(budgets.tell_waiting, tenant=tenant, now_ms=self._hub.world.now_ms()))

    async def _look_at_service(self) -> None:
        """Make tasks of service requests whose time is over."""
        storage = self._hub.storage
        for tenant in await storage.read(feedprune.tenants_of):
            while await storage.run(partial(services.look, tenant=tenant, now_ms=self._hub.world.now_ms())):
                pass

    async def _share_stock(self, whole: bool) -> None:
        """Share rights in short transactions, so that pushes come in between."""
        storage = self._hub.storage
        for tenant in await storage.read(feedprune.tenants_of):
            for step in steps(tenant, self._hub.world.now_ms(), whole):
                for _ in range(SHARES_MAX):
                    if not await storage.run(step):
                        break


class _Server(uvicorn.Server):
    """Says when it is ready, and lets the long polls go before it waits for them."""

    def __init__(self, config: uvicorn.Config, hub: Hub) -> None:
        super().__init__(config)
        self._hub = hub
        self.when_started: Callable[[], None] = lambda: None
        self._end = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """End in good order on a signal, and do not raise it again afterwards: the hub still has a file to close."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {sig: signal.signal(sig, self.handle_exit) for sig in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for sig, handler in before.items():
                signal.signal(sig, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal, or `stop` from any thread: wake the loop, which looks at nothing else meanwhile."""
        super().handle_exit(sig, frame)
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._end.set)

    async def main_loop(self) -> None:
        """Wait for the end. The framework wakes ten times a second for that; once is enough for the date in answers."""
        self._loop = asyncio.get_running_loop()
        while not await self.on_tick(0):
            await rung(self._end, 1.0)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.when_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._hub.bell.close()
        await super().shutdown(sockets)


def _listening(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    # asyncio sends small answers at once only on a socket that says it is TCP; else each waits 40 ms for the other side.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address.host, address.port))
    except OSError as error:
        listener.close()
        raise HubProblem("port.in_use", address=f"{address.host}:{address.port}", reason=error.strerror or "") from error
    return listener
