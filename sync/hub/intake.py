"""Pushes on their way in: how far each terminal's are known, and the transactions in which many are stored together."""

from collections.abc import Callable
from typing import TypeAlias

from litestar.di import NamedDependency
from sqlalchemy import Connection

from sync.hub.checkers import Checkers, fitting
from sync.hub.checking import Checked, repeated
from sync.hub.core import Device, Hub
from sync.hub.folding import Found
from sync.hub.ingest import stored_hashes
from sync.hub.projecting import Projectors
from sync.hub.storage.together import Together
from sync.protocol.messages import PushReply, PushRequest

HEADS_MAX = 20_000
Take: TypeAlias = Callable[[Connection, Projectors], PushReply]


class Intake:
    """One for each run of a hub; used on the event loop."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._heads: dict[tuple[str, int], int] = {}
        self._checkers = Checkers(fitting())
        self._together: Together[Projectors] = Together(
            hub.storage,
            lambda connection: Projectors(connection, hub.world.now_ms(), hub.world.new_id),
            lambda projectors: projectors.publish(),
        )

    async def check(self, body: bytes, request: PushRequest, owner: Device) -> Found:
        """Have facts verified and opened beside the transaction that runs; `body` is the request as it came."""
        if there := await self._repeated(owner, request):
            return Found(there, None)
        known, limits = await self._known(owner, request), self._hub.settings.plausible
        return await self._checkers.check(body, request, owner, limits, self._hub.world.now_ms(), known)

    def close(self) -> None:
        """The end of this run of the hub."""
        self._checkers.close()

    async def _repeated(self, owner: Device, request: PushRequest) -> list[Checked]:
        """A push that was stored before, as a whole: the answer to it was lost, or the terminal goes back after a restore."""
        head = self._heads.get((owner.dev, owner.inc))
        last = request.from_seq + len(request.facts) - 1
        if not request.facts or (head is not None and last >= head):
            return []

        def look(connection: Connection) -> list[Checked]:
            return repeated(request, stored_hashes(connection, owner, last, last).get(last))

        return await self._hub.storage.read(look)

    async def _known(self, owner: Device, request: PushRequest) -> dict[int, bytes]:
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
