"""Wakes those who wait for news: a long poll listens first, then looks, then waits, so no news is missed."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

Key: TypeAlias = tuple[str, str, str]
"""(tenant, scope, audience). Who rings may leave the last two empty together (all of a tenant), or all three (everybody)."""


class Bell:
    """Events by what they are about. Used on the event loop; `ring` may be called from any thread."""

    def __init__(self) -> None:
        self._listeners: dict[Key, set[asyncio.Event]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self.is_closed = False

    def start(self) -> None:
        """Take the running event loop as the one to wake."""
        self._loop = asyncio.get_running_loop()

    def ring(self, keys: frozenset[Key]) -> None:
        """Wake all who listen to any of these."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake, keys)

    def close(self) -> None:
        """Wake everybody for good: the hub is stopping."""
        self.is_closed = True
        for events in self._listeners.values():
            for event in events:
                event.set()

    def listening(self, key: Key) -> int:
        """How many wait for news about this."""
        return len(self._listeners.get(key, ()))

    @contextmanager
    def listen(self, keys: Iterable[Key]) -> Iterator[asyncio.Event]:
        """An event that is set by the first news about any of these."""
        event = asyncio.Event()
        if self.is_closed:
            event.set()
        mine = list(keys)
        for key in mine:
            self._listeners.setdefault(key, set()).add(event)
        try:
            yield event
        finally:
            for key in mine:
                self._listeners[key].discard(event)
                if not self._listeners[key]:
                    del self._listeners[key]

    def _wake(self, keys: frozenset[Key]) -> None:
        for key in keys:
            if key[1]:
                for event in self._listeners.get(key, ()):
                    event.set()
                continue
            for heard, events in self._listeners.items():
                if key[0] in ("", heard[0]):
                    for event in events:
                        event.set()


async def rung(event: asyncio.Event, seconds: float) -> bool:
    """Wait for an event at most so long; whether it came."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
