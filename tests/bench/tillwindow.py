"""A till that really runs in a window, worked by keys and judged by its pixels."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.apps.terminal import Silence, Terminal
from tests.bench.display import Area, Display, Picture, Reference, changed

STRIP_PX = 56
BASKET = Area(12, 112, 452, 580)
"""Where the basket's lines and total stand at 1366 by 768."""
RESULTS = Area(474, 124, 750, 580)
"""Where results and tiles stand, below the field with its blinking cursor."""
BELOW_STRIP = Area(0, STRIP_PX, 1366, 712)
PIN = "2580"
START_S = 60.0
HASHING_S = 1.2
"""A PIN takes its time on purpose, and the screen stands still meanwhile."""
NAMED = frozenset({"Escape", "Tab", "Down", "Up", *(f"F{n}" for n in range(1, 13))})


@dataclass
class TillWindow:
    """The process of one till on one display. `before` is put before its command, `environment` into its surroundings."""

    folder: Path
    display: Display
    before: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    log: Path = Path(os.devnull)
    kind: str = "till"
    process: "subprocess.Popen[bytes] | None" = None
    _has_shift: bool = False

    def start(self) -> float:
        """Start the process; gives the time just before."""
        environment = {**os.environ, "DISPLAY": self.display.name, "QT_QPA_PLATFORM": "xcb", **self.environment}
        argv = [*self.before, sys.executable, "-m", "kiosk", self.kind, "--data", str(self.folder)]
        with self.log.open("ab") as log:
            began = time.perf_counter()
            self.process = subprocess.Popen(argv, env=environment, stdout=log, stderr=log)
        return began

    def open(self) -> Picture:
        """Start and wait for the first screen to come to rest; gives how it looks."""
        self._has_shift = has_shift(self.folder)
        blank = self.display.screen.grab(self.display.screen.all)
        self.start()
        self.display.screen.wait_change(self.display.screen.all, blank, START_S)
        return self.display.screen.settle(self.display.screen.all, 0.6)

    def sign_in(self, number: str, pin: str, *, first: bool = False) -> None:
        """Sign in; the `first` time with a one-time PIN that is changed. A shift is opened where there is none."""
        self.step(number + "\r")
        self.step(pin + "\r", quiet_s=HASHING_S)
        if first:
            self.step(PIN + "\r")
            self.step(PIN + "\r", quiet_s=HASHING_S)
        if not self._has_shift:
            self.step("F9")

    def step(self, *keys: str, quiet_s: float = 0.25) -> None:
        """Do something by keys or text and wait until the screen has changed and come to rest."""
        screen, board = self.display.screen, self.display.keys
        before = screen.grab(BELOW_STRIP)
        for key in keys:
            if key in NAMED:
                board.press(key)
            else:
                board.type(key)
        screen.wait_change(BELOW_STRIP, before)
        screen.settle(BELOW_STRIP, quiet_s)

    def scan(self, code: str) -> float:
        """Type a code and Enter as a keyboard scanner does; gives the time just before."""
        return self.display.keys.press(*code, "\r")

    def learn(self, code: str) -> Reference:
        """Scan, let the basket come to rest, and give what it then shows where it has changed."""
        screen = self.display.screen
        before = screen.grab(BASKET)
        self.scan(code)
        screen.wait_change(BASKET, before)
        return changed(BASKET, before, screen.settle(BASKET, 0.15))

    def pay(self) -> None:
        """Pay what is in the basket in cash, exactly, and begin the next sale."""
        for key in ("F9", "\r", "\r"):
            self.step(key, quiet_s=0.4)

    def kill(self) -> None:
        """End as a power cut would."""
        assert self.process is not None, "started"
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process = None

    def close(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
            self.process = None


def has_shift(folder: Path) -> bool:
    """Whether a shift is open at a terminal; asked while no process has its folder."""
    terminal = Terminal(folder, Silence())
    try:
        return terminal.counter.shift is not None
    finally:
        terminal.close()
