"""A till in a process of its own: `python -m tests.network.counter FOLDER PIN [BACK_MS]`, orders on stdin, one JSON line each.

    {"every_ms": 50}    sell one piece every so often, 0: stop selling
    {"count": 20}       sell so many as fast as it goes
    {"try": true}       a person presses "try now"
    {"ask": N}          answer with {"answer": N, ...}: how far ledger, outbox and catalogue are
    {"stop": true}      close in good order

It says {"ready": ...}, {"sold": RECEIPT, "seq": N, "ms": what the sale took} after each commit, and {"sync": {...}} whenever the
agent's status changes.
"""

import json
import os
import queue
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kiosk.apps.terminal import Silence, Terminal
from kiosk.ui.bridge import SWITCH_INTERVAL_S
from sync.agent.ports import SyncStatus

CODE = "8799999000017"
_TENDERED = 10_000


def say(**message: object) -> None:
    """One line in one write, which no kill can cut."""
    os.write(1, json.dumps(message).encode() + b"\n")


class Told(Silence):
    """Passes on what a screen would show of sync."""

    def on_sync(self, status: SyncStatus) -> None:
        shown = asdict(status)
        say(sync={key: shown[key] for key in ("reachable", "unsent", "code", "forked", "stalled", "held", "progress")})


def resident_kib() -> int:
    """What this process holds in memory now."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


class Counter:
    """Sells one piece at a time, as often as it was told to."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.orders: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self.every_s = 0.0

    def sell(self) -> None:
        """One sale for cash; said once it is committed."""
        began = time.perf_counter()
        self.terminal.selling.add_code(CODE)
        scanned = time.perf_counter()
        self.terminal.checkout.begin()
        done = self.terminal.checkout.pay_cash(_TENDERED)
        assert done is not None, "enough cash ends the sale"
        took_ms = (scanned - began) * 1_000
        say(sold=done.receipt, sale=done.sale, ms=took_ms, paid_ms=(time.perf_counter() - scanned) * 1_000)

    def answer(self, number: int) -> None:
        """How things stand."""
        terminal = self.terminal
        state, cursor = terminal.ledger.push_state(), terminal.catalog.cursor()
        say(
            answer=number, head=state.head, acked=state.acked, forked=state.forked, held=state.held,
            catalog=[cursor.epoch, cursor.rev, cursor.digest.hex()], kib=resident_kib(),
        )  # fmt: skip

    def work(self) -> None:
        """Until told to stop."""
        while True:
            try:
                order = self.orders.get(timeout=self.every_s or None)
            except queue.Empty:
                self.sell()
                continue
            if "stop" in order:
                return
            if "every_ms" in order:
                self.every_s = order["every_ms"] / 1_000
            for _ in range(order.get("count", 0)):
                self.sell()
            if "try" in order:
                self.terminal.try_sync()
            if "ask" in order:
                self.answer(order["ask"])


def main(folder: Path, pin: str) -> None:
    """Open the till and work."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)  # as a till with a window does
    terminal = Terminal(folder, Told())
    terminal.start()
    terminal.session.sign_in("101", pin)
    if terminal.counter.shift is None:
        terminal.shifts.open(0)
    counter = Counter(terminal)

    def hear() -> None:
        for line in sys.stdin:
            counter.orders.put(json.loads(line))
        counter.orders.put({"stop": True})

    threading.Thread(target=hear, daemon=True).start()
    say(ready=terminal.certificate.dev)
    counter.work()
    terminal.close()
    say(closed=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
