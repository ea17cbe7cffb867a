"""Virtual time: what happens when, in one queue, with chance that is drawn apart for each purpose."""

import heapq
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from kiosk.domain.identity import Moment, uuid7
from sync.agent.events import CHANCES

EPOCH_MS = 1_780_000_000_000
"""The hub's wall clock when a run begins."""


class Timeline:
    """The queue of what is to happen; at the same instant, in the order it was planned.

    Each fault has a source of chance of its own, so that leaving one kind out hardly changes the rest of a run: a failure
    can be made smaller by leaving out what it does not need.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.has_days = False
        self.now_ms = 0
        self.random = self.source("run")
        self.faults: Counter[str] = Counter()
        self.states: Counter[str] = Counter()
        self.events = 0
        self._sources: dict[str, random.Random] = {}
        self._queue: list[tuple[int, int, Callable[[], None]]] = []
        self._planned = 0

    def source(self, purpose: str) -> random.Random:
        """A new source of chance, the same for the same seed and purpose."""
        return random.Random(f"{self.seed} {purpose}")

    def after(self, delay_ms: int, what: Callable[[], None]) -> None:
        """Plan something; a delay in the past is now."""
        self._planned += 1
        heapq.heappush(self._queue, (self.now_ms + max(0, delay_ms), self._planned, what))

    def run_until(self, end_ms: int) -> None:
        """Let everything happen up to an instant, which becomes the present."""
        queue = self._queue
        while queue and queue[0][0] <= end_ms:
            self.now_ms, _, what = heapq.heappop(queue)
            self.events += 1
            what()
        self.now_ms = end_ms

    def chance(self) -> int:
        """A number below CHANCES, as the core's events carry."""
        return int(self.random.random() * CHANCES)

    def hits(self, share: float, fault: str) -> bool:
        """Whether a fault strikes; counts it."""
        if share <= 0:
            return False
        source = self._sources.get(fault)
        if source is None:
            source = self._sources[fault] = self.source(fault)
        if source.random() < share:
            self.faults[fault] += 1
            return True
        return False

    def between(self, least: int, most: int) -> int:
        """A whole number of the run's own chance, `least` <= it < `most`."""
        return least + int(self.random.random() * (most - least))

    def day(self, wall_ms: int) -> str:
        """The business day of a moment; a run of minutes is one day, whatever the clock says."""
        return datetime.fromtimestamp(wall_ms / 1_000, UTC).date().isoformat() if self.has_days else SimClock.DAY

    def saw(self, state: str) -> None:
        """Count an interesting state that the run came to."""
        self.states[state] += 1

    def new_id(self) -> str:
        """A UUIDv7 of this run."""
        return uuid7(EPOCH_MS + self.now_ms, self.random.getrandbits(74))


class SimClock:
    """One terminal's clocks: a wall clock that may be off and jump, and a monotonic one that starts with each boot."""

    DAY = "2026-06-01"

    def __init__(self, timeline: Timeline) -> None:
        self.offset_ms = 0
        self._time = timeline
        self._boots = 0
        self._booted_ms = 0

    def boot(self) -> None:
        """The machine starts anew."""
        self._boots += 1
        self._booted_ms = self._time.now_ms

    def wall_ms(self) -> int:
        """What the wall clock shows."""
        return EPOCH_MS + self._time.now_ms + self.offset_ms

    def now(self) -> Moment:
        """The moment as this terminal sees it."""
        return Moment(self.wall_ms(), self._time.now_ms - self._booted_ms, f"boot-{self._boots}")

    def local_date(self, wall_ms: int) -> str:
        """The business day."""
        return self._time.day(wall_ms)

    def today(self) -> str:
        """The business day by this terminal's clock."""
        return self._time.day(self.wall_ms())
