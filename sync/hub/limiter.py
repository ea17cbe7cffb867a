"""Bounds how many do a heavy thing at once, and how many may stand in line for it."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sync.hub.problems import HubProblem

INGESTS_MAX = 16
INGESTS_WAITING_MAX = 256


class Limiter:
    """So many at once, so many waiting; the next is told to come back, before it costs anything."""

    def __init__(
        self, at_once: int = INGESTS_MAX, waiting_max: int = INGESTS_WAITING_MAX, clock_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock_s = clock_s
        self._left_s = -math.inf
        self._room = asyncio.Semaphore(at_once)
        self._inside = 0
        self._inside_max = at_once + waiting_max

    def idle_s(self) -> float:
        """For how long nobody has been here, in seconds."""
        return 0.0 if self._inside else self._clock_s() - self._left_s

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Wait for a place. Raises HubProblem when the line is full."""
        if self._inside >= self._inside_max:
            raise HubProblem("hub.busy")
        self._inside += 1
        try:
            async with self._room:
                yield
        finally:
            self._inside -= 1
            self._left_s = self._clock_s()
