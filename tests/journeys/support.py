"""A whole shop of real processes for the journeys: hub, lab, and terminals in this process without a window."""

import queue
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from drivers.api import Health, Scan
from kiosk.apps.demo import DemoShop, LabAddresses, printer_address
from kiosk.apps.terminal import Terminal
from kiosk.services.checkout import SaleDone
from kiosk.services.scans import ScanResult, Sold
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

    def sell(self, code: str, tendered_minor: int = 10_000) -> SaleDone:
        """Sell one piece for cash."""
        sold = self.scan(code)
        assert isinstance(sold, Sold), sold
        self.terminal.checkout.begin()
        done = self.terminal.checkout.pay_cash(tendered_minor)
        assert done is not None, "enough cash ends the sale"
        return done

    def order(self, path: str, **body: Any) -> None:
        """Tell the lab something: a fault, new paper."""
        httpx.post(f"{self.lab.control}{path}", json=body).raise_for_status()

    def lab_state(self, path: str = "/state") -> Any:
        """What a person standing at the lab's devices sees."""
        return httpx.get(f"{self.lab.control}{path}").json()

    def paper(self) -> list[str]:
        """The text of every receipt that came out of the lab's printer, oldest first."""
        found = httpx.get(f"{self.lab.control}/receipts").json()
        count = len(found)
        return [httpx.get(f"{self.lab.control}/receipts/{number}.txt").text for number in range(1, count + 1)]


def open_counter(shop: DemoShop, name: str, lab: LabAddresses, *, scanner: bool = True, discovery: bool = False) -> Counter:
    """Open one of the shop's tills in this process, with the lab's printer and, unless another till has it, its scanner."""
    shop.enrol(name)
    tty = f"serial://{lab.scanner}" if scanner else ""
    shop.settle(name, printer=printer_address(lab.printer), scanner=tty, discovery=discovery)
    ear = Ear()
    terminal = Terminal(shop.folder / name, ear)
    terminal.start()
    return Counter(terminal, ear, lab)


@contextmanager
def at_work(shop: DemoShop, lab: LabAddresses, name: str = "till-01", *, discovery: bool = False) -> Iterator[Counter]:
    """One of the shop's tills with Zoë (or the sample's 101) signed in and a shift open; closed at the end."""
    counter = open_counter(shop, name, lab, discovery=discovery)
    try:
        counter.sign_in("101", shop.first_pins()["101"])
        yield counter
    finally:
        counter.terminal.close()


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def hub_totals(shop: DemoShop) -> dict[str, int]:
    """Count and gross (minor units) of the store's sales on the hub, of the day on which the tests run."""
    total: dict[str, int] = shop.hub_command("report", "day", "--store", "AMS1")["total"]
    return total
