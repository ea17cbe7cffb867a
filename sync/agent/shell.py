"""The agent: runs the core of sync on an event loop in a thread of its own, never on the window's.

It catches broadly where the work of others comes back, because whatever fails, selling and syncing
must go on.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import replace
from typing import Any, TypeVar

from kiosk.domain.identity import Clock
from sync.agent import core
from sync.agent.client import HubClient, Identity
from sync.agent.discovery import Discovery
from sync.agent.events import (
    AgentState,
    Applied,
    At,
    Effect,
    Event,
    Failed,
    Failure,
    Fed,
    Ticked,
    TriedNow,
    Woken,
)
from sync.agent.hands import Hands, Ports, flight_of, lane_name
from sync.agent.lanes import lane_of
from sync.agent.pictures import ROUND_MAX, fetch
from sync.agent.ports import Listener, SyncStatus
from sync.agent.status import status_of

T = TypeVar("T")
RESTART_S = 5.0
FAULT = Failure("sync.fault", local=True)

log = logging.getLogger(__name__)


class Agent:
    """The terminal's side of sync. `start`, `stop`, `wake`, `try_now`, `status` and `ask` may be
    called from any thread.

    `chance` gives a number below `events.CHANCES`; `discovery` is None where zeroconf is not
    wanted.
    """

    def __init__(
        self,
        identity: Identity,
        ports: Ports,
        listener: Listener,
        clock: Clock,
        chance: Callable[[], int],
        discovery: Discovery | None = None,
    ) -> None:
        assert ports.addresses, "an enrolled terminal knows at least one address of its hub"
        self._identity = identity
        self._ports = ports
        self._listener = listener
        self._clock = clock
        self._chance = chance
        self._discovery = discovery
        self._state = AgentState()
        self._told = SyncStatus()
        self._thread = threading.Thread(target=self._run, name="sync-agent", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._stopping = False

    # From any thread ------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the agent's thread; returns when its loop runs."""
        self._thread.start()
        self._ready.wait()

    def stop(self, timeout: float) -> bool:
        """Stop: what is under way on the network is dropped, what a store does is finished. True
        when done in time.
        """
        self._stopping = True
        if not self._ready.is_set():
            return True
        self._call(self._put, None)
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def wake(self) -> None:
        """The ledger committed. Cheap; many calls become one."""
        self._call(self._on_wake)

    def try_now(self) -> None:
        """A person wants it now: look at the ledger again, and ask the hub."""
        self._call(self._on_wake)
        self._call(lambda: self._put(TriedNow(self._at())))

    def status(self) -> SyncStatus:
        """How sync is at this moment."""
        return status_of(self._state, self._at())

    def ask(self, work: Callable[[HubClient], Coroutine[Any, Any, T]]) -> "Future[T]":
        """Run a call of the client (such as `help.call_for_help`) on the agent's loop."""
        assert self._loop is not None, "start the agent before asking"
        return asyncio.run_coroutine_threadsafe(work(self._client), self._loop)

    def _call(self, function: Callable[..., None], *args: Any) -> None:
        if self._loop is not None:
            try:
                self._loop.call_soon_threadsafe(function, *args)
            except RuntimeError:
                log.debug("the agent has stopped")

    # On the agent's loop --------------------------------------------------------------------------

    def _run(self) -> None:
        with asyncio.Runner() as runner:
            runner.run(self._live())

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._tasks: dict[asyncio.Task[None], Effect | None] = {}
        self._waking = False
        self._ticking = False
        self._pictures_due, self._pictures_busy = self._ports.pictures is not None, False
        self._no_picture: set[str] = set()
        self._client = HubClient(self._ports.addresses[0], self._identity, self._hub_now_ms)
        self._hands = Hands(self._ports, self._client, self._discovery, self._at, self._put)
        self._ready.set()
        try:
            if self._discovery is not None:
                await self._discovery.start()
            while not self._stopping:
                try:
                    await self._turn_events()
                except Exception:
                    log.exception("sync failed and starts again in %s s", RESTART_S)
                    self._drop_all()
                    await self._pause(RESTART_S)
        finally:
            await self._end()

    async def _turn_events(self) -> None:
        """The loop proper: one event, one step, its effects; until `stop`."""
        self._events = asyncio.Queue()  # answers to an earlier life are of no use to this one
        self._waking = self._ticking = self._pictures_busy = False
        held = await self._hands.standing()
        cursors = (held.device, held.catalog)
        self._state = core.started(self._at(), held.head, held.acked, held.oldest_ms, *cursors, held.not_after_ms, held.renew_ms)
        loop = asyncio.get_running_loop()
        event: Event | None = Ticked(self._at(), held.head)
        while event is not None and not self._stopping:
            self._state, effects = core.step(self._state, event)
            self._drop_given_up()
            for effect in effects:
                self._spawn(self._hands.do(effect), effect)
            self._after(event)
            self._tell()
            wait_ms = max(0, core.next_tick_ms(self._state) - self._clock.now().mono_ms)
            timer = loop.call_later(wait_ms / 1_000 + 0.001, self._on_tick)
            event = await self._events.get()
            timer.cancel()

    def _after(self, event: Event) -> None:
        """Pictures come last: after the catalogue had its turn, and only one round at a time."""
        if isinstance(event, Applied) and event.scope == "catalog":
            self._pictures_due = self._ports.pictures is not None
        quiet = isinstance(event, Applied | Fed) and event.scope == "catalog"
        if self._ports.pictures is None or self._pictures_busy or not (quiet and self._pictures_due):
            return
        self._pictures_busy, self._pictures_due = True, False
        self._spawn(self._fetch_pictures(), None)

    async def _fetch_pictures(self) -> None:
        shelf = self._ports.pictures
        try:
            while shelf is not None:
                missing = await self._hands.missing_pictures(ROUND_MAX)
                wanted = [sha256 for sha256 in missing if sha256 not in self._no_picture]
                if not wanted:
                    return
                if not await fetch(self._client, shelf, wanted, self._no_picture):
                    self._pictures_due = True
                    return
        finally:
            self._pictures_busy = False

    def _spawn(self, work: Coroutine[Any, Any, None], effect: Effect | None) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks[task] = effect
        task.add_done_callback(self._on_done)

    def _on_done(self, task: asyncio.Task[None]) -> None:
        effect = self._tasks.pop(task)
        if task.cancelled() or task.exception() is None:
            return
        log.error("a piece of sync's work failed", exc_info=task.exception())
        lane = lane_name(effect) if effect is not None else None
        if lane is not None:
            self._put(Failed(self._at(), lane, flight_of(effect), FAULT))

    def _drop_given_up(self) -> None:
        """Cancel what the core no longer waits for: it was late, or the watchdog gave it up."""
        for task, effect in self._tasks.items():
            lane = lane_name(effect) if effect is not None else None
            if lane is not None and flight_of(effect) != lane_of(self._state, lane).flight:
                task.cancel()

    def _drop_all(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def _pause(self, seconds: float) -> None:
        """Wait, but not through a stop."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + seconds
        while not self._stopping and loop.time() < ends:
            await asyncio.sleep(0.05)

    async def _end(self) -> None:
        self._drop_all()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.get_running_loop().run_in_executor(None, self._hands.close)
        if self._discovery is not None:
            await self._discovery.close()
        await self._client.close()

    def _on_wake(self) -> None:
        if not self._waking:
            self._waking = True
            self._spawn(self._read_head(), None)

    def _on_tick(self) -> None:
        if not self._ticking:
            self._ticking = True
            self._spawn(self._tick(), None)

    async def _read_head(self) -> None:
        self._waking = False  # before reading: a commit from now on is not in what is read
        head = await self._hands.head()
        self._put(Woken(self._at(), head))

    async def _tick(self) -> None:
        head = self._state.head
        try:
            head = await self._hands.head()
        finally:
            self._ticking = False
            self._put(Ticked(self._at(), head))

    def _put(self, event: Event | None) -> None:
        self._events.put_nowait(event)

    def _tell(self) -> None:
        status = status_of(self._state, self._at())
        if replace(status, oldest_unsent_ms=0, last_contact_ms=0) == self._told:
            return
        self._told = replace(status, oldest_unsent_ms=0, last_contact_ms=0)
        try:
            self._listener.on_status(status)
        except Exception:
            log.exception("the listener of sync's status failed")

    def _at(self) -> At:
        moment = self._clock.now()
        return At(moment.mono_ms, moment.wall_ms, self._chance())

    def _hub_now_ms(self) -> int:
        """The hub's time as far as it is known: a clock that is wrong here must not make us a
        stranger there.
        """
        return self._clock.now().wall_ms + self._state.offset_ms
