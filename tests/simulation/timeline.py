"""Virtual time: what happens when, in one queue, with one source of chance."""

import heapq
import random
from collections import Counter
from collections.abc import Callable

from sync.agent.events import CHANCES

EPOCH_MS = 1_780_000_000_000
"""The hub's wall clock when a run begins."""


class Timeline:
    """The queue of what is to happen; at the same instant, in the order it was planned."""

    def __init__(self, seed: int) -> None:
        self.now_ms = 0
        self.random = random.Random(seed)
        self.faults: Counter[str] = Counter()
        self.events = 0
        self._queue: list[tuple[int, int, Callable[[], None]]] = []
        self._planned = 0

    def after(self, delay_ms: int, what: Callable[[], None]) -> None:
        """Plan something; a delay in the past is now."""
        self._planned += 1
        heapq.heappush(self._queue, (self.now_ms + max(0, delay_ms), self._planned, what))

    def run_until(self, end_ms: int) -> None:
        """Let everything happen up to an instant, which becomes the present."""
        while self._queue and self._queue[0][0] <= end_ms:
            self.now_ms, _, what = heapq.heappop(self._queue)
            self.events += 1
            what()
        self.now_ms = end_ms

    def chance(self) -> int:
        """A number below CHANCES, as the core's events carry."""
        return self.random.randrange(CHANCES)

    def hits(self, share: float, fault: str) -> bool:
        """Whether a fault strikes; counts it."""
        if share > 0 and self.random.random() < share:
            self.faults[fault] += 1
            return True
        return False
