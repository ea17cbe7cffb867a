"""Pushes on their way in: how far each terminal's are known, and the transactions in which many are stored together."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias, TypeVar

from litestar.di import NamedDependency
from sqlalchemy import Connection

from sync.hub.core import Device, Hub
from sync.hub.ingest import stored_hashes
from sync.hub.projecting import Projectors
from sync.hub.storage.together import Together
from sync.protocol.messages import PushReply, PushRequest

HEADS_MAX = 20_000
CHECKERS = 1
"""Threads that check pushes. Each holds the interpreter for half of its time, so that more only stand in the storage's way."""

T = TypeVar("T")
Take: TypeAlias = Callable[[Connection, Projectors], PushReply]


class Intake:
    """One for each run of a hub; used on the event loop."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._heads: dict[tuple[str, int], int] = {}
        self._checkers = ThreadPoolExecutor(CHECKERS, thread_name_prefix="hub-checking")
        self._together: Together[Projectors] = Together(
            hub.storage,
            lambda connection: Projectors(connection, hub.world.now_ms(), hub.world.new_id),
            lambda projectors: projectors.publish(),
        )

    async def check(self, work: Callable[[], T]) -> T:
        """Have facts verified and opened beside the transaction that runs."""
        return await asyncio.get_running_loop().run_in_executor(self._checkers, work)

    async def known(self, owner: Device, request: PushRequest) -> dict[int, bytes]:
        """The hashes that are stored under the numbers of a push: what has one of them was verified when it came first."""
        head = self._heads.get((owner.dev, owner.inc))
        if not request.facts or (head is not None and request.from_seq >= head):
            return {}
        last = request.from_seq + len(request.facts) - 1
        return await self._hub.storage.read(lambda connection: stored_hashes(connection, owner, request.from_seq, last))

    async def store(self, owner: Device, size: int, take: Take) -> PushReply:
        """Store a push of so many facts, in one transaction with those that wait beside it."""
        reply = await self._together.run((owner.tenant, owner.store, owner.dev), size, take)
        if len(self._heads) >= HEADS_MAX:
            self._heads.clear()
        self._heads[owner.dev, owner.inc] = reply.next_seq
        return reply


AskedIntake: TypeAlias = NamedDependency[Intake]
"""The hub's intake, in a handler's argument `intake`."""
