"""What a simulator did, numbered and in order: events for people, bytes for the curious.

Every entry has the next number, so that a reader asks for what came after the last one it saw.
"""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

EVENTS_KEPT = 2000
WIRE_BYTES_KEPT = 1024 * 1024


@dataclass(frozen=True)
class Event:
    """One thing that happened, at a time in seconds since 1970."""

    number: int
    at_s: float
    kind: str
    detail: str


@dataclass(frozen=True)
class WireEntry:
    """Bytes on a wire: direction is in, out, or lost (an answer that a fault took)."""

    number: int
    at_s: float
    device: str
    direction: str
    connection: int
    data: bytes


class Journal:
    """The memory of one simulator; `changed` is notified at every entry."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """clock gives seconds since 1970."""
        self.changed = threading.Condition(threading.RLock())
        self._clock = clock
        self._number = 0
        self._events: deque[Event] = deque(maxlen=EVENTS_KEPT)
        self._wire: deque[WireEntry] = deque()
        self._wire_bytes = 0

    @property
    def number(self) -> int:
        """The number of the newest entry."""
        with self.changed:
            return self._number

    def add(self, kind: str, detail: str = "") -> None:
        """Note an event."""
        with self.changed:
            self._number += 1
            self._events.append(Event(self._number, self._clock(), kind, detail))
            self.changed.notify_all()

    def add_bytes(self, device: str, direction: str, connection: int, data: bytes) -> None:
        """Note bytes, seen from the device; the oldest are forgotten beyond one megabyte."""
        with self.changed:
            self._number += 1
            entry = WireEntry(self._number, self._clock(), device, direction, connection, data)
            self._wire.append(entry)
            self._wire_bytes += len(data)
            while self._wire_bytes > WIRE_BYTES_KEPT:
                self._wire_bytes -= len(self._wire.popleft().data)
            self.changed.notify_all()

    def events(self, after: int = 0) -> list[Event]:
        """Events with a number above `after`."""
        with self.changed:
            return [event for event in self._events if event.number > after]

    def wire(self, after: int = 0) -> list[WireEntry]:
        """Bytes with a number above `after`."""
        with self.changed:
            return [entry for entry in self._wire if entry.number > after]

    def wait_beyond(self, number: int, timeout_s: float) -> bool:
        """Wait until there is an entry above this number."""
        with self.changed:
            return self.changed.wait_for(lambda: self._number > number, timeout_s)
