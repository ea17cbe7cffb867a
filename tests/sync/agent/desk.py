"""A terminal for tests of the agent: the real agent over small ports in memory, against a hub on a real port."""

import asyncio
import secrets
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.catalog import StockLevel
from kiosk.domain.identity import Moment
from sync.agent.client import Identity
from sync.agent.discovery import Discovery
from sync.agent.enrolment import Enrolled, enrol
from sync.agent.events import CHANCES
from sync.agent.hands import Ports
from sync.agent.ports import SyncStatus
from sync.agent.shell import Agent
from sync.protocol.messages import from_json
from sync.protocol.signature import Key
from tests.simulation.stores import SimCopy, SimOutbox
from tests.sync.hub.support import RunningHub

WAIT_S = 30.0


class DeskClock:
    """The machine's clock, and what a test adds to its wall."""

    def __init__(self) -> None:
        self.added_ms = 0

    def now(self) -> Moment:
        return Moment(time.time_ns() // 1_000_000 + self.added_ms, time.monotonic_ns() // 1_000_000, "boot")

    def local_date(self, wall_ms: int) -> str:
        return "2026-12-01"


class Ear:
    """Hears every status; a test waits for the one it wants."""

    def __init__(self) -> None:
        self.heard: list[SyncStatus] = []
        self._changed = threading.Condition()

    def on_status(self, status: SyncStatus) -> None:
        with self._changed:
            self.heard.append(status)
            self._changed.notify_all()

    def wait(self, wanted: Callable[[SyncStatus], object]) -> SyncStatus:
        """The first status from now on, or the last one heard, that is wanted."""
        with self._changed:
            came = self._changed.wait_for(lambda: self.heard and wanted(self.heard[-1]), WAIT_S)
            assert came, f"it never came; last heard: {self.heard[-1:]}"
            return self.heard[-1]


class Shelf:
    """A folder of pictures and the list of those that are wanted; `came` is set when one was seen to be there."""

    def __init__(self, folder: Path, wanted: Sequence[str] = ()) -> None:
        self.folder = folder
        self.wanted = list(wanted)
        self.came = threading.Event()
        self.rounds = 0

    def missing(self, count_max: int) -> Sequence[str]:
        found = [sha256 for sha256 in self.wanted if not self.path(sha256).exists()]
        if len(found) < len(self.wanted):
            self.came.set()
        return found[:count_max]

    def path(self, sha256: str) -> Path:
        return self.folder / f"{sha256}.webp"

    def arrived(self) -> None:
        self.rounds += 1


@dataclass
class Desk:
    """A terminal under test."""

    agent: Agent
    outbox: SimOutbox
    device: SimCopy
    catalog: SimCopy
    ear: Ear
    clock: DeskClock
    shelf: Shelf
    enrolled: Enrolled
    papers: "Papers"
    remembered: list[str]

    def sell(self, article: str, pieces: int = 1) -> None:
        """Commit a sale and wake the agent, as the ledger does."""
        self.outbox.sell(article, pieces * 1_000, self.clock.now())
        self.agent.wake()

    def on_hand(self, article: str) -> int | None:
        """What this terminal shows of an article in its store, in thousandths."""
        payload = self.catalog.rows.get(("stock", f"{article}|{self.outbox.place.store}"))
        return from_json(payload, StockLevel).on_hand_milli if payload else None


@dataclass
class Papers:
    """Keeps a certificate in memory."""

    certificate: bytes
    signature: bytes

    def load(self) -> tuple[bytes, bytes]:
        return self.certificate, self.signature

    def keep(self, certificate: bytes, signature: bytes) -> None:
        self.certificate, self.signature = certificate, signature


def enrol_at(hub: RunningHub, key: Key, terminal: str = "1", kind: str = "till") -> Enrolled:
    """Enrol by the agent's own way."""
    code = hub.code(terminal, kind)
    return asyncio.run(enrol(hub.url, code, key, "test", "host", str(uuid.uuid4())))


@contextmanager
def a_desk(
    hub: RunningHub,
    folder: Path,
    terminal: str = "1",
    kind: str = "till",
    *,
    addresses: Sequence[str] = (),
    wanted: Sequence[str] = (),
    discovery: Discovery | None = None,
    added_ms: int = 0,
) -> Iterator[Desk]:
    """Enrol a terminal and run its agent until the block ends."""
    key = Key.generate()
    enrolled = enrol_at(hub, key, terminal, kind)
    certificate = enrolled.certificate
    outbox = SimOutbox(certificate.dev, key.sign, place=certificate.place)
    device, catalog, ear, clock = SimCopy(), SimCopy(), Ear(), DeskClock()
    outbox.device = device
    papers = Papers(enrolled.certificate_data, enrolled.certificate_signature)
    shelf, remembered = Shelf(folder / f"pictures-{terminal}", wanted), list[str]()
    clock.added_ms = added_ms
    ports = Ports(
        outbox,
        device,
        catalog,
        folder / f"chunks-{terminal}",
        list(addresses) or [hub.url],
        remembered.append,
        shelf,
        papers,
    )
    who = Identity(certificate.dev, certificate.inc, key, enrolled.hub_key)
    agent = Agent(who, ports, ear, clock, lambda: secrets.randbelow(CHANCES), discovery)
    agent.start()
    try:
        yield Desk(agent, outbox, device, catalog, ear, clock, shelf, enrolled, papers, remembered)
    finally:
        assert agent.stop(WAIT_S), "the agent did not stop"
