"""A whole shop of real processes for the journeys: hub, lab, and terminals in this process without a window."""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from drivers.api import Health, Scan
from kiosk.apps.demo import DemoShop, LabAddresses, printer_address
from kiosk.apps.terminal import Terminal
from kiosk.services.scans import ScanResult
from kiosk.services.spooler import JobMoved
from sync.agent.ports import SyncStatus

CEILING_S = 30.0


@dataclass
class Ear:
    """A terminal's listener that keeps what it hears and lets a test wait for it."""

    scans: "queue.SimpleQueue[Scan]" = field(default_factory=queue.SimpleQueue)
    sync: SyncStatus = field(default_factory=SyncStatus)
    printer: Health | None = None
    trouble: list[Exception] = field(default_factory=list)
    news: threading.Condition = field(default_factory=threading.Condition)

    def on_scan(self, scan: Scan) -> None:
        self.scans.put(scan)

    def on_sync(self, status: SyncStatus) -> None:
        self._heard("sync", status)

    def on_printer(self, health: Health) -> None:
        self._heard("printer", health)

    def on_scanner(self, health: Health) -> None:
        self._heard("scanner", health)

    def on_rows(self, scope: str) -> None:
        self._heard("rows", scope)

    def on_job(self, moved: JobMoved) -> None:
        self._heard("job", moved)

    def on_trouble(self, error: Exception) -> None:
        self.trouble.append(error)

    def wait(self, what: Callable[[], bool]) -> bool:
        """Wait until something holds, looking again at everything that is heard."""
        with self.news:
            return self.news.wait_for(what, CEILING_S)

    def _heard(self, name: str, value: Any) -> None:
        with self.news:
            setattr(self, name, value)
            self.news.notify_all()


@dataclass
class Counter:
    """A till at work: a terminal, what it hears, and the lab's devices on its counter."""

    terminal: Terminal
    ear: Ear
    lab: LabAddresses

    def scan(self, code: str) -> ScanResult:
        """Hold an article under the scanner: the code travels over the wire and through the scan desk."""
        httpx.post(f"{self.lab.control}/scan", json={"code": code}).raise_for_status()
        return self.terminal.scans.handle(self.ear.scans.get(timeout=CEILING_S))

    def sign_in(self, number: str, pin: str) -> None:
        """Sign in and open a shift without a float."""
        self.terminal.session.sign_in(number, pin)
        if self.terminal.counter.shift is None:
            self.terminal.shifts.open(0)

    def all_sent(self) -> bool:
        """Wait until the hub has every fact."""
        return self.ear.wait(lambda: self.terminal.ledger.push_state().acked == self.terminal.ledger.head())

    def all_printed(self) -> bool:
        """Wait until nothing is left in the spool."""
        return self.ear.wait(lambda: not self.terminal.receipts.jobs())

    def paper(self) -> list[str]:
        """The text of every receipt that came out of the lab's printer, oldest first."""
        found = httpx.get(f"{self.lab.control}/receipts").json()
        count = len(found if isinstance(found, list) else found["receipts"])
        return [httpx.get(f"{self.lab.control}/receipts/{number}.txt").text for number in range(1, count + 1)]


def open_counter(shop: DemoShop, name: str, lab: LabAddresses, *, scanner: bool = True) -> Counter:
    """Open one of the shop's tills in this process, with the lab's printer and, unless another till has it, its scanner."""
    shop.enrol(name)
    tty = f"serial://{lab.scanner}" if scanner else ""
    shop.settle(name, printer=printer_address(lab.printer), scanner=tty, discovery=False)
    ear = Ear()
    terminal = Terminal(shop.folder / name, ear)
    terminal.start()
    return Counter(terminal, ear, lab)


def make_shop(folder: Path, sample: str = "fashion") -> DemoShop:
    """A shop with its hub running."""
    shop = DemoShop(folder, sample, lambda line: None)
    shop.import_sample()
    shop.start_hub()
    return shop
