"""Does what the core asks for, with the client and the ports, and tells how it went as an event.

Each port has a thread of its own, so a slow catalogue never holds up the outbox.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar

from kiosk.domain.errors import Damaged, ShopError
from kiosk.domain.facts import SealedFact, read_fact
from kiosk.domain.feed import Cursor
from sync.agent import papers as papers_at
from sync.agent.client import HubClient
from sync.agent.discovery import Discovery
from sync.agent.events import (
    LOCATE,
    PAPERS,
    PUSH,
    Acknowledge,
    Acknowledged,
    Applied,
    Apply,
    At,
    Effect,
    Event,
    Failed,
    Failure,
    Fed,
    FetchSnapshot,
    LaneName,
    Locate,
    Located,
    NewClient,
    Poll,
    Progressed,
    Push,
    Pushed,
    Readmit,
    Readmitted,
    Renew,
    Renewed,
    StoringBegan,
    Woken,
)
from sync.agent.pictures import PictureShelf
from sync.agent.ports import FeedStore, Outbox, Papers
from sync.agent.snapshot import bootstrap
from sync.protocol.limits import PUSH_BYTES_MAX
from sync.protocol.messages import Scope

P = ParamSpec("P")
T = TypeVar("T")
Emit = Callable[[Event], None]
FACTS_MISSING = Failure("sync.facts_missing", local=True, slow=True)
NO_PAPERS = Failure("device.unknown", slow=True)


@dataclass(frozen=True, slots=True)
class Ports:
    """What the shell works with.

    `chunks` is a folder for snapshots on their way. `addresses` are the hub's (base URLs): where it
    was last and where it is configured to be. `remember` is told the address at which the hub was
    found again.
    """

    outbox: Outbox
    device: FeedStore
    catalog: FeedStore
    chunks: Path
    addresses: Sequence[str]
    remember: Callable[[str], None]
    pictures: PictureShelf | None = None
    papers: Papers | None = None

    def copy(self, scope: Scope) -> FeedStore:
        """The store of a scope."""
        return self.device if scope == "device" else self.catalog


@dataclass(frozen=True, slots=True)
class Standing:
    """What the ports hold at start."""

    head: int
    acked: int
    oldest_ms: int | None
    device: Cursor
    catalog: Cursor
    not_after_ms: int
    renew_ms: int


def lane_name(effect: Effect) -> LaneName | None:
    """The lane that waits for an effect's answer."""
    match effect:
        case Push() | Acknowledge():
            return PUSH
        case Poll() | Apply() | FetchSnapshot():
            return effect.scope
        case Locate():
            return LOCATE
        case Renew() | Readmit():
            return PAPERS
        case NewClient():
            return None


def flight_of(effect: Effect | None) -> int:
    """The number that an effect's answer will carry, 0 for one without an answer."""
    return 0 if effect is None or isinstance(effect, NewClient) else effect.flight


class Hands:
    """Executes effects. `at` makes the time and chance of an event, `emit` takes it back to the
    core.
    """

    def __init__(
        self,
        ports: Ports,
        client: HubClient,
        discovery: Discovery | None,
        at: Callable[[], At],
        emit: Emit,
    ) -> None:
        self._ports = ports
        self._client = client
        self._discovery = discovery
        self._at = at
        self._emit = emit
        self._threads = {name: ThreadPoolExecutor(1, thread_name_prefix=f"sync-{name}") for name in ("push", "device", "catalog")}

    def close(self) -> None:
        """Wait for the stores' work under way."""
        for thread in self._threads.values():
            thread.shutdown(wait=True)

    async def standing(self) -> Standing:
        """Read what the ports hold; raises what they raise."""
        head, acked, oldest_ms = await self._store(PUSH, self._queue)
        device = await self._store("device", self._ports.device.cursor)
        catalog = await self._store("catalog", self._ports.catalog.cursor)
        papers = self._ports.papers
        span = papers_at.span(*await self._store(PUSH, papers.load), self._client) if papers else (0, 0)
        return Standing(head, acked, oldest_ms, device, catalog, *span)

    async def head(self) -> int:
        """The number of the last fact."""
        return await self._store(PUSH, self._ports.outbox.head)

    async def missing_pictures(self, count_max: int) -> Sequence[str]:
        """What the shelf lacks; read on the catalogue's thread."""
        shelf = self._ports.pictures
        return [] if shelf is None else await self._store("catalog", shelf.missing, count_max)

    async def do(self, effect: Effect) -> None:
        """Execute one effect and emit its event; a failure of any kind becomes a Failed."""
        match effect:
            case Push():
                await self._told(PUSH, effect.flight, self._push(effect))
            case Acknowledge():
                await self._told(PUSH, effect.flight, self._acknowledge(effect))
            case Poll():
                await self._told(effect.scope, effect.flight, self._poll(effect))
            case Apply():
                await self._told(effect.scope, effect.flight, self._apply(effect))
            case FetchSnapshot():
                await self._told(effect.scope, effect.flight, self._snapshot(effect))
            case Locate():
                await self._told(LOCATE, effect.flight, self._locate(effect))
            case Renew():
                await self._told(PAPERS, effect.flight, self._renew(effect))
            case Readmit():
                await self._told(PAPERS, effect.flight, self._readmit(effect))
            case NewClient():
                await self._client.renew()

    async def _told(self, lane: LaneName, flight: int, work: Awaitable[Event | Failure]) -> None:
        try:
            result = await work
        except ShopError as error:
            drifted = isinstance(error, Damaged) and error.code.startswith("feed.")
            result = Failure(error.code, local=True, snapshot=drifted)
        except OSError as error:
            result = Failure(f"store.os.{error.errno}", local=True)
        if isinstance(result, Failure):
            result = Failed(self._at(), lane, flight, result)
        self._emit(result)

    async def _push(self, effect: Push) -> Event | Failure:
        outbox = self._ports.outbox
        report = await self._store(PUSH, outbox.report) if effect.report else None
        facts: Sequence[SealedFact] = []
        if effect.facts_max:
            facts = await self._store(PUSH, outbox.pending, effect.from_seq, effect.facts_max, PUSH_BYTES_MAX)
            if not facts:
                return FACTS_MISSING
            if report is not None:  # what was sold since it was read waits for the next push, else it would not fit the report
                facts = [fact for fact in facts if fact.seq <= report.seq]
        epoch = await self._store(PUSH, outbox.epoch)
        reply = await self._client.push(effect.from_seq, facts, epoch, report)
        if isinstance(reply, Failure):
            return reply
        sent = facts[-1].hash if facts else b""
        last = effect.from_seq + len(facts) - 1
        return Pushed(self._at(), effect.flight, reply, last, sent, report is not None)

    async def _renew(self, effect: Renew) -> Event | Failure:
        papers = self._ports.papers
        if papers is None:
            return NO_PAPERS
        made = await papers_at.renew(self._client, *await self._store(PUSH, papers.load))
        if isinstance(made, Failure):
            return made
        await self._store(PUSH, papers.keep, made.data, made.signature)
        return Renewed(self._at(), effect.flight, made.certificate.not_after_ms, made.certificate.renew_ms)

    async def _readmit(self, effect: Readmit) -> Event | Failure:
        papers = self._ports.papers
        if papers is None:
            return NO_PAPERS
        failure = await papers_at.readmit(self._client, *await self._store(PUSH, papers.load))
        return failure if failure is not None else Readmitted(self._at(), effect.flight)

    async def _acknowledge(self, effect: Acknowledge) -> Event:
        def note() -> tuple[int, int, int | None]:
            self._ports.outbox.acknowledge(
                effect.next_seq,
                effect.durable_seq,
                effect.epoch,
                effect.head,
                effect.held,
                effect.forked,
            )
            return self._queue()

        head, acked, oldest_ms = await self._store(PUSH, note)
        return Acknowledged(self._at(), effect.flight, head, acked, oldest_ms)

    async def _poll(self, effect: Poll) -> Event | Failure:
        reply = await self._client.feed(effect.scope, effect.cursor, effect.wait_s)
        if isinstance(reply, Failure):
            return reply
        return Fed(self._at(), effect.scope, effect.flight, reply)

    async def _apply(self, effect: Apply) -> Event:
        store = self._ports.copy(effect.scope)
        await self._store(effect.scope, store.apply, effect.transactions, effect.cursor)
        await self._tell_head(effect.scope)
        return Applied(self._at(), effect.scope, effect.flight, effect.cursor)

    async def _snapshot(self, effect: FetchSnapshot) -> Event | Failure:
        def on_percent(percent: int) -> None:
            self._emit(Progressed(self._at(), effect.scope, effect.flight, percent))

        folder = self._ports.chunks / effect.scope
        found = await bootstrap(self._client, effect.scope, folder, on_percent)
        if isinstance(found, Failure):
            return found
        self._emit(StoringBegan(self._at(), effect.scope, effect.flight))
        store = self._ports.copy(effect.scope)
        await self._store(effect.scope, store.replace, found.rows(), found.cursor)
        await self._store(effect.scope, found.discard)
        await self._tell_head(effect.scope)
        return Applied(self._at(), effect.scope, effect.flight, found.cursor)

    async def _tell_head(self, scope: Scope) -> None:
        """What the hub changed for this terminal may stand in its journal, and no sale wakes the core for that."""
        if scope == "device":
            head = await self.head()
            self._emit(Woken(self._at(), head))

    async def _locate(self, effect: Locate) -> Event | Failure:
        """The first hub that says hello and proves to be ours, where it was last, is configured, or is announced."""
        here = self._client.address
        found = self._discovery.found() if self._discovery is not None else []
        candidates = dict.fromkeys(url.rstrip("/") for url in (here, *self._ports.addresses, *found))
        failure = Failure("sync.unreachable")
        for address in candidates:
            there = await self._client.hello(address)
            if not isinstance(there, Failure) and (effect.verify or address != here):
                proof = await self._client.manifest("device", address)
                there = proof if isinstance(proof, Failure) else there
            if isinstance(there, Failure):
                failure = there if address == here else failure
                continue
            if address != here:
                self._client.address = address
                await self._store(PUSH, self._ports.remember, address)
            return Located(self._at(), effect.flight, there.time_ms)
        return failure

    def _queue(self) -> tuple[int, int, int | None]:
        outbox = self._ports.outbox
        head, acked = outbox.head(), outbox.acked()
        oldest = outbox.pending(acked + 1, 1, PUSH_BYTES_MAX) if head > acked else []
        return head, acked, read_fact(oldest[0].data).moment.wall_ms if oldest else None

    async def _store(self, name: LaneName, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads[name], lambda: work(*args, **kwargs))
