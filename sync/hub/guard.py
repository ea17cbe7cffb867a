"""Holds back whoever guesses enrolment codes: so many wrong ones per address and ten minutes, then a wait."""

from collections import deque

from sync.hub.problems import HubProblem

WINDOW_MS = 10 * 60 * 1000
ADDRESSES_MAX = 1_000
EVERYBODY_FACTOR = 10
"""All addresses together get so many times the tries of one, so that changing addresses does not help."""


class Guard:
    """Counts wrong codes. Lives in memory: a restart of the hub is no quick way to guess forty bits."""

    def __init__(self, wrong_max: int) -> None:
        self._wrong_max = wrong_max
        self._by_address: dict[str, deque[int]] = {}
        self._all: deque[int] = deque()

    def admit(self, address: str, now_ms: int) -> None:
        """Raises HubProblem when this address, or all together, tried too many wrong codes."""
        for tries, limit in (
            (self._by_address.get(address, deque[int]()), self._wrong_max),
            (self._all, self._wrong_max * EVERYBODY_FACTOR),
        ):
            while tries and tries[0] <= now_ms - WINDOW_MS:
                tries.popleft()
            if len(tries) >= limit:
                seconds = (tries[0] + WINDOW_MS - now_ms) // 1000 + 1
                raise HubProblem("enrol.too_many", seconds=seconds)

    def wrong(self, address: str, now_ms: int) -> None:
        """Note a wrong code."""
        if len(self._by_address) >= ADDRESSES_MAX:
            self._by_address.clear()  # the count of all together still holds
        self._by_address.setdefault(address, deque()).append(now_ms)
        self._all.append(now_ms)
