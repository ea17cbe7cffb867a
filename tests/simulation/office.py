"""What goes on at the hub beside the terminals: rights are shared out, the web shop reserves, held facts are tried again."""

from dataclasses import dataclass, field

import msgspec
from sqlalchemy import Connection, func, select

from kiosk.domain.quantity import ONE
from sync.agent.events import Failure
from sync.hub import epochs, reservations, stock_grants, stock_leases
from sync.hub.held import retry
from sync.hub.plausible import Limits
from sync.hub.problems import HubProblem
from sync.hub.reservations import Asker, Now, Reservation, Reserve
from sync.hub.storage.schema import held
from sync.hub.storage.schema_stock import stock_refusals
from tests.simulation.goods import STORE
from tests.simulation.history import Call
from tests.simulation.hub_disk import TENANT
from tests.simulation.network import Network
from tests.simulation.real_hub import RealHub
from tests.simulation.timeline import Timeline

WEB = Asker(TENANT, "web")
PATIENCE_MS = 10_000
LIMITS = Limits()


class Reserved(msgspec.Struct):
    """The answer to a reservation as it is kept for the same question again: made, or nothing was free."""

    made: Reservation | None


@dataclass
class WebShop:
    """A shop on line, over the same bad network. It remembers every call it made, and what it heard of it."""

    time: Timeline
    network: Network
    hub: RealHub
    dev: str = "web"
    life: int = 0
    calls: list[Call] = field(default_factory=list)
    mine: list[str] = field(default_factory=list)

    def signed_ms(self) -> int:
        """Its clock is right."""
        return self.network.hub_ms()

    def reserve(self, article: str, quantity_milli: int) -> None:
        """Reserve; a reply that gets lost leaves it unknown whether goods are held back."""
        call, once = self._call("reserve", article, quantity_milli), self.time.new_id()

        def work() -> Reserved | Failure:
            now_ms = self.network.hub_ms()
            now = Now(now_ms, self.time.day(now_ms), self.hub.new_id)
            ask = Reserve(STORE, article, quantity_milli)
            return self.hub.answer(lambda connection: open_reserve(connection, ask, now), Reserved, once)

        def heard(answer: Reserved | Failure) -> None:
            if isinstance(answer, Failure):
                return
            if answer.made is not None:
                call.end(self.time.now_ms, "ok", answer.made.id)
                self.mine.append(answer.made.id)
                self.time.saw("reserved")
            else:
                call.end(self.time.now_ms, "refused")
                self.time.saw("reservation refused")

        self.network.ask(self, work, PATIENCE_MS, heard)

    def settle(self, claim: bool) -> None:
        """Claim or release the oldest reservation it knows of."""
        if not self.mine:
            return
        name = self.mine.pop(0)
        call = self._call("claim" if claim else "release", name, ONE)
        move, once = reservations.claim if claim else reservations.release, self.time.new_id()

        def work() -> Reservation | Failure:
            now_ms = self.network.hub_ms()
            return self.hub.answer(lambda connection: move(connection, WEB, name, now_ms), Reservation, once)

        def heard(answer: Reservation | Failure) -> None:
            if isinstance(answer, Reservation):
                call.end(self.time.now_ms, answer.state, name)

        self.network.ask(self, work, PATIENCE_MS, heard)

    def _call(self, what: str, on: str, quantity_milli: int) -> Call:
        call = Call(what, on, quantity_milli, self.time.now_ms)
        self.calls.append(call)
        return call


def open_reserve(connection: Connection, ask: Reserve, now: Now, asker: Asker = WEB) -> Reserved:
    """Reserve as the web shop does, or a till; a hub that does not know what is out refuses."""
    epochs.require_open(connection, TENANT)
    made = reservations.reserve(connection, asker, ask, now)
    return Reserved(made if isinstance(made, Reservation) else None)


class Office:
    """The hub's own rounds."""

    def __init__(self, time: Timeline, hub: RealHub, network: Network) -> None:
        self._time = time
        self._hub = hub
        self._network = network

    def share(self) -> None:
        """One round of grants, unless the hub is down or does not know what is out."""

        def work(connection: Connection) -> None:
            epochs.require_open(connection, TENANT)
            stock_grants.share(connection, TENANT, self._network.hub_ms())
            self._hub.shared_out(connection)
            while stock_leases.take_back(connection, TENANT, self._network.hub_ms()):
                self._time.saw("lease ended")
            reservations.expire(connection, TENANT, self._network.hub_ms())

        if self._network.up:
            self._hub.look_back()
            try:
                self._hub.transact(work)
            except HubProblem as problem:
                self._time.saw("hub recovering" if problem.code == "hub.recovering" else "hub in doubt")
            self._network.ring()

    def upgrade(self) -> None:
        """The hub is replaced by a newer version, which tries again what it could not understand."""
        before = self.held()
        self._hub.newer_kinds = frozenset()
        now_ms, hub = self._network.hub_ms(), self._hub
        hub.transact(lambda connection: retry(connection, LIMITS, now_ms, hub.new_id))
        self._time.states["held fact"] += before
        self._time.states["held fact projected after an upgrade"] += before - self.held()
        self._network.ring()

    def held(self) -> int:
        """How many facts are held."""
        query = select(func.count()).select_from(held)
        return int(self._hub.transact(lambda connection: connection.scalar(query), reading=True) or 0)

    def refusals(self) -> tuple[int, int]:
        """How often a promise was refused, and how often of these it was free elsewhere."""
        query = select(func.sum(stock_refusals.c.refused), func.sum(stock_refusals.c.free_elsewhere))
        row = self._hub.transact(lambda connection: connection.execute(query).one(), reading=True)
        return int(row[0] or 0), int(row[1] or 0)
