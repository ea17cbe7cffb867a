"""Group commit: what many callers want stored goes into few transactions, because each of them waits for the disk once.

While one transaction runs, the next gathers; nobody waits for company. When a group fails, each of its parts is tried alone, so
that one that cannot be done takes nobody with it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Connection

from sync.hub.problems import HubProblem
from sync.hub.storage.database import Storage

S = TypeVar("S")
T = TypeVar("T")
SIZE_MAX = 2_000


@dataclass(frozen=True, slots=True)
class _Part(Generic[S]):
    key: tuple[str, ...]
    size: int
    work: Callable[[Connection, S], Any]
    done: "asyncio.Future[Any]"


class Together(Generic[S]):
    """Used on the event loop. `begin` makes what the parts of one transaction share, and `end` closes it before the commit."""

    def __init__(self, storage: Storage, begin: Callable[[Connection], S], end: Callable[[S], None]) -> None:
        self._storage, self._begin, self._end = storage, begin, end
        self._waiting: list[_Part[S]] = []
        self._lanes: set[asyncio.Task[None]] = set()

    async def run(self, key: tuple[str, ...], size: int, work: Callable[[Connection, S], T]) -> T:
        """Have work done in the next transaction. Parts run in the order of their keys, so groups never wait crosswise."""
        part = _Part(key, size, work, asyncio.get_running_loop().create_future())
        self._waiting.append(part)
        if len(self._lanes) < self._storage.lanes:
            lane = asyncio.create_task(self._drain())
            self._lanes.add(lane)
        result: T = await part.done
        return result

    async def _drain(self) -> None:
        try:
            await self._work_off()
        finally:  # in the step that found nothing to do: who comes after it begins a lane, and does not wait for this one
            self._lanes.discard(cast("asyncio.Task[None]", asyncio.current_task()))

    async def _work_off(self) -> None:
        while group := self._next():
            results = await self._attempt(group)
            if results is None:
                for part in group:
                    await self._alone(part)
            else:
                for part, result in zip(group, results, strict=True):
                    if not part.done.done():  # whoever asked may have gone
                        part.done.set_result(result)

    def _next(self) -> list[_Part[S]]:
        taken = size = 0
        for part in self._waiting:
            if taken and size + part.size > SIZE_MAX:
                break
            taken, size = taken + 1, size + part.size
        group, self._waiting = self._waiting[:taken], self._waiting[taken:]
        return sorted(group, key=lambda part: part.key)

    async def _attempt(self, group: list[_Part[S]]) -> list[Any] | None:
        if len(group) == 1:
            return None
        stored = await self._finished(group)
        fault = stored.exception()
        if fault is None:
            return stored.result()
        if isinstance(fault, HubProblem) and fault.code == "hub.busy":  # it would be so for each of them too
            for part in group:
                _tell(part, fault)
            return [None for _ in group]
        return None

    async def _alone(self, part: _Part[S]) -> None:
        stored = await self._finished([part])
        fault = stored.exception()
        if fault is not None:
            _tell(part, fault)
        elif not part.done.done():
            part.done.set_result(stored.result()[0])

    async def _finished(self, group: list[_Part[S]]) -> "asyncio.Task[list[Any]]":
        """A transaction that was tried: its results, or its fault, which belongs to whoever asked."""
        stored = asyncio.ensure_future(self._storage.run(lambda connection: self._do(connection, group)))
        await asyncio.wait([stored])
        return stored

    def _do(self, connection: Connection, group: list[_Part[S]]) -> list[Any]:
        shared = self._begin(connection)
        results = [part.work(connection, shared) for part in group]
        self._end(shared)
        return results


def _tell(part: _Part[Any], fault: BaseException) -> None:
    if not part.done.done():
        part.done.set_exception(fault)
