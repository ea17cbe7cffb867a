"""The spool under crashes: at every step in the program, and by kill -9 from outside."""

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from drivers.api import PrintOutcome
from drivers.escpos.driver import EscPosPrinter
from kiosk.store import spool
from tests.drivers.tiny_printer import TinyPrinter
from tests.kiosk.spool_bench import Ledger, drain, enqueue, make_printer, make_spooler, prints

T = TypeVar("T")
LONG = os.environ.get("TOONBANK_LONG") == "1"
KILLS = 300 if LONG else 8


class PulledPlug(BaseException):
    """The power is gone: no handler of the program may see it as an error."""


class Countdown:
    """Pulls the plug at the n-th place that is passed."""

    def __init__(self, at: int) -> None:
        self.left = at

    def place(self) -> None:
        """One place where the program may end."""
        self.left -= 1
        if self.left == 0:
            raise PulledPlug


class CrashingPrinter:
    """The real driver, with places to crash before and after each call that moves bytes."""

    def __init__(self, real: EscPosPrinter, countdown: Countdown) -> None:
        self._real, self._countdown = real, countdown

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def send(self, job_id: int, data: bytes) -> PrintOutcome:
        self._countdown.place()
        outcome = self._real.send(job_id, data)
        self._countdown.place()
        return outcome

    def last_confirmed(self) -> int | None:
        self._countdown.place()
        last = self._real.last_confirmed()
        self._countdown.place()
        return last


def judge(paper: list[str], numbers: range) -> None:
    """Nothing lost, nothing printed twice unmarked."""
    found = prints(paper)
    for number in numbers:
        assert found.get(number), f"receipt {number} was lost"
        assert found[number].count("plain") <= 1, f"receipt {number} was printed twice unmarked"


def crash_at(place: int, ledger: Ledger, port: int) -> bool:
    """Work until the plug is pulled at `place`; False when the work ended before."""
    countdown = Countdown(place)

    def run(work: Callable[..., T], /) -> T:
        countdown.place()
        result = ledger.run(work)
        countdown.place()
        return result

    real = make_printer(port)
    spooler = make_spooler(ledger, CrashingPrinter(real, countdown))  # type: ignore[arg-type]
    spooler._run = run
    try:
        spooler.recover()
        drain(spooler)
        return False
    except PulledPlug:
        return True
    finally:
        real.close()


def test_a_crash_at_every_step_loses_nothing_and_doubles_nothing_unmarked(tmp_path: Path) -> None:
    place, crashed = 1, True
    while crashed:
        ledger = Ledger(tmp_path / f"{place}.db")
        with TinyPrinter() as tiny:
            printer = make_printer(tiny.port)
            for number in range(2):
                enqueue(ledger, printer, number)
            crashed = crash_at(place, ledger, tiny.port)
            assert not crash_at(10_000, ledger, tiny.port)
            judge(tiny.paper, range(2))
            copies = sum(each.count("copy") for each in prints(tiny.paper).values())
            assert copies <= 1, f"place {place}: one crash is worth one copy at most"
        ledger.close()
        place += 1
    assert place > 15


@pytest.mark.timeout(600)
def test_receipts_survive_kill_nine(tmp_path: Path) -> None:
    chance = random.Random(3)
    path = tmp_path / "ledger.db"
    ledger = Ledger(path)
    number, never = 0, threading.Event()
    with TinyPrinter() as tiny:
        printer = make_printer(tiny.port)
        for _ in range(KILLS):
            waiting = len(ledger.run(lambda conn: spool.jobs(conn, open_only=True)))
            for _ in range(20 - waiting):
                enqueue(ledger, printer, number)
                number += 1
            with child(path, tiny.port) as process:
                assert process.stdout is not None
                assert process.stdout.readline() == "ready\n"
                before = tiny.paper.count("=cut=")
                tiny.wait_for(lambda before=before: tiny.paper.count("=cut=") > before, 10)
                # The kill has to come at any moment; this wait is the chance in it.
                never.wait(chance.random() * 0.05)
                process.send_signal(signal.SIGKILL)
        with child(path, tiny.port) as process:
            output, _ = process.communicate(timeout=30)
        assert output == "ready\ndone\n"
        judge(tiny.paper, range(number))
        copies = sum(each.count("copy") for each in prints(tiny.paper).values())
        assert copies <= KILLS
        assert ledger.run(lambda conn: spool.jobs(conn, open_only=True)) == []
    ledger.close()


def child(path: Path, port: int) -> subprocess.Popen[str]:
    """The spooler in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.kiosk.spool_child", str(path), str(port)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
