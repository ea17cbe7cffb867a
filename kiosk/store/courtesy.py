"""Bulk work stands back while a person waits: a feed of 100,000 rows takes the interpreter from a scan otherwise."""

import threading
import time
from collections.abc import Callable

PATIENCE_S = 0.03
"""Bulk work stands back no longer than this after the last sign of a person, so that it comes to its end in a busy shop."""


class Courtesy:
    """Told from one side that somebody waits or has been served, and asked from the other before each small piece of work.

    All calls may come from any thread. `clock_s` counts seconds and never goes back.
    """

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._clock_s = clock_s
        self._served = threading.Event()
        self._served.set()
        self._until_s = 0.0

    def waits(self) -> None:
        """A person did something and waits for the answer."""
        self._until_s = self._clock_s() + PATIENCE_S
        self._served.clear()

    def served(self) -> None:
        """The answer is on the screen."""
        self._served.set()

    def stand_back(self) -> None:
        """Return when nobody waits, and PATIENCE_S after the last sign of a person in any case."""
        while not self._served.is_set() and (left_s := self._until_s - self._clock_s()) > 0:
            self._served.wait(left_s)
