"""What the spool's tests share: a real ledger file, receipts to tell apart, a paper reader."""

import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pysqlite3 import dbapi2 as sqlite3

from drivers.api import Health, ReceiptPrinter
from drivers.escpos.driver import EscPosPrinter, Limits
from drivers.escpos.profile import Profile
from drivers.transport.tcp import TcpAddress, connect
from kiosk.domain.document import Cut, Document, Line, plain_text
from kiosk.services.spooler import JobMoved, Spooler, SpoolPolicy
from kiosk.store import spool
from kiosk.store.spool import Job, JobKind

T = TypeVar("T")
QUICK = Limits(status_s=0.5, prepare_s=0.5, job_s=0.7)
IMPATIENT = SpoolPolicy(retry_s=(0.01, 0.05), probe_s=0.5)


class Ledger:
    """A ledger file with the spool's table; `run` is one transaction at a time, durable."""

    def __init__(self, path: Path) -> None:
        self._conn = sqlite3.connect(str(path), isolation_level=None, check_same_thread=False)
        self._conn.execute("PRAGMA journal_mode = WAL")
        self._conn.execute("PRAGMA synchronous = FULL")
        self._conn.execute("PRAGMA busy_timeout = 10000")
        self._conn.executescript(spool.SCHEMA)
        self._using = threading.Lock()

    def run(self, work: Callable[[sqlite3.Connection], T], /) -> T:
        """One transaction, as the ledger's writer thread does it."""
        with self._using:
            self._conn.execute("BEGIN IMMEDIATE")
            try:
                result = work(self._conn)
            except BaseException:
                self._conn.execute("ROLLBACK")
                raise
            self._conn.execute("COMMIT")
            return result

    def close(self) -> None:
        """Let go of the file."""
        with self._using:
            self._conn.close()


def receipt(number: int, lines: int = 20) -> Document:
    """A receipt whose last line proves that all of it was printed."""
    body = tuple(Line(f"receipt {number} line {place}") for place in range(lines))
    return Document((*body, Line(f"END {number}"), Cut()), 42)


def enqueue(ledger: Ledger, printer: ReceiptPrinter, number: int, at_ms: int = 0) -> Job:
    """Put one receipt into the spool, as the sale's transaction does."""
    document = receipt(number)
    data = printer.encode(document)
    return ledger.run(
        lambda conn: spool.enqueue(
            conn,
            printer="receipt",
            kind=JobKind.RECEIPT,
            key=f"sale/{number}",
            data=data,
            plain_text=plain_text(document),
            at_ms=at_ms or int(time.time() * 1000),
        )
    )


def enqueue_drawer(ledger: Ledger, key: str, at_ms: int) -> Job:
    """Put one drawer pulse into the spool."""
    return ledger.run(
        lambda conn: spool.enqueue(
            conn,
            printer="receipt",
            kind=JobKind.DRAWER,
            key=key,
            data=b"",
            plain_text="drawer",
            at_ms=at_ms,
        )
    )


def make_printer(port: int, limits: Limits = QUICK) -> EscPosPrinter:
    """The real driver for a printer on this machine."""
    address = TcpAddress("127.0.0.1", port)
    return EscPosPrinter(lambda: connect(address, 0.5), Profile(), time.monotonic_ns, limits)


def make_spooler(
    ledger: Ledger,
    printer: ReceiptPrinter,
    now_ms: Callable[[], int] = lambda: int(time.time() * 1000),
    policy: SpoolPolicy = IMPATIENT,
    on_job: Callable[[JobMoved], None] = lambda moved: None,
    on_health: Callable[[Health], None] = lambda health: None,
) -> Spooler:
    """A spooler that is in a hurry and keeps no secrets about trouble."""

    def trouble(error: Exception) -> None:
        raise error

    return Spooler(
        "receipt",
        printer,
        ledger.run,
        now_ms,
        lambda: 0.5,
        on_job,
        on_health,
        trouble,
        policy,
    )


def drain(spooler: Spooler, timeout_s: float = 20.0) -> None:
    """Step until nothing is left to do now; waits are not waited for, they are only tries."""
    deadline = time.monotonic() + timeout_s
    while spooler.step() is not None:
        assert time.monotonic() < deadline, "the spool does not come to an end"


def prints(paper: list[str]) -> dict[int, list[str]]:
    """For each receipt number, its complete prints in order: "plain" or "copy".

    A print is complete when its END line follows all its other lines without a gap; it is a copy
    when the banner stands directly before its first line.
    """
    found: dict[int, list[str]] = {}
    body: list[str] = []
    marked = False
    for line in paper:
        first = re.fullmatch(r"receipt (\d+) line 0", line)
        if first:
            body = []
        if line.startswith("receipt "):
            body.append(line)
        elif line == "COPY":
            marked, body = True, []
        elif line.startswith("END "):
            number = int(line[4:])
            expected = [f"receipt {number} line {place}" for place in range(len(body))]
            if len(body) == 20 and body == expected:
                found.setdefault(number, []).append("copy" if marked else "plain")
            body = []
        elif line == "=cut=":
            marked, body = False, []
    return found
