"""One read for all who ask the same at the same moment: a change wakes all terminals of a store, and they want the same rows."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class SharedReads(Generic[T]):
    """Used on the event loop. A read that has begun is joined by nobody: it may not see what made the next one ask."""

    def __init__(self) -> None:
        self._to_come: dict[Hashable, asyncio.Task[T]] = {}

    async def read(self, key: Hashable, ask: Callable[[], Awaitable[T]]) -> T:
        """What `ask` gives; it is asked once for all who come with this key before it begins, in the loop's next round."""
        there = self._to_come.get(key)
        if there is None:
            there = self._to_come[key] = asyncio.create_task(self._run(key, ask))
        return await asyncio.shield(there)  # one who hangs up takes nobody's answer away

    async def _run(self, key: Hashable, ask: Callable[[], Awaitable[T]]) -> T:
        del self._to_come[key]
        return await ask()
