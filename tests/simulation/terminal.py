"""A simulated terminal: the real core over a real ledger, on a disk that survives a process that may die anywhere."""

from collections.abc import Callable
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite3

from kiosk.domain.chain import Sign
from kiosk.domain.codec import Json
from kiosk.domain.errors import ShopError
from kiosk.domain.facts import SALE_COMPLETED, SealedFact
from kiosk.domain.identity import Place
from kiosk.store.database import Connection
from kiosk.store.ledger import Identity, Ledger
from sync.agent import core
from sync.agent.events import AgentState, At, Effect, Event, Ticked, Woken
from tests.simulation.disk import Crashed, Disk
from tests.simulation.errands import Errands
from tests.simulation.goods import STORE
from tests.simulation.network import Network
from tests.simulation.papers import Papers
from tests.simulation.stores import SimCopy, sale_body
from tests.simulation.timeline import SimClock, Timeline
from tests.simulation.weather import Luck

Step = Callable[[AgentState, Event], core.Stepped]
MakeLedger = type[Ledger]
MakeCopy = Callable[[Callable[[], None]], SimCopy]
EMPLOYEE = "7"
COPY_CRASHES = 5
"""The catalogue is written once where the ledger is written many times: so much more often a process dies there."""


def place_of(terminal: str, store: str = STORE) -> Place:
    """Where a simulated terminal stands."""
    return Place("t", "e", "b", "NL", "EUR", "nl", store, "UTC", terminal)


class SimTerminal:
    """One till. `life` counts its starts: answers to an earlier life reach nobody."""

    def __init__(
        self,
        identity: Identity,
        timeline: Timeline,
        network: Network,
        sign: Sign,
        step: Step,
        stores: tuple[MakeLedger, MakeCopy],
        luck: Luck,
    ) -> None:
        self.identity = identity
        self.dev = identity.dev
        self.luck = luck
        self.alive = False
        self.life = 0
        self.clock = SimClock(timeline)
        self.last_try_ms = 0
        self.slow_ms = 0
        self.sales = 0
        self.truth: list[bytes] = []
        self.papers = Papers()
        self._is_off = False
        self.is_mute = False
        """What its hands did is told to nobody."""
        self.is_clone = False
        self.disk = Disk()
        self.time = timeline
        self.network = network
        self._step = step
        self._sign = sign
        self._make_ledger, make_copy = stores
        self.catalog = make_copy(self.may_crash)
        self.errands = Errands(self)
        self.state = AgentState()
        self.ledger: Ledger
        self._ticks = 0

    # Life and death -------------------------------------------------------------------------------

    def boot(self) -> None:
        """Start: everything volatile is rebuilt from what is stored."""
        if self._is_off or self.alive:
            return
        self.alive = True
        self.life += 1
        self.clock.boot()
        try:
            self._open()
            self.note()
            ledger = self.ledger
            head, acked = ledger.head(), ledger.acked()
            device, catalog = ledger.cursor(), self.catalog.cursor()
        except (Crashed, ShopError):
            self.die()
            return
        self.state = core.started(self.at(), head, acked, None, device, catalog, self.papers.not_after_ms, self.papers.renew_ms)
        self.last_try_ms = self.time.now_ms
        self.tell(Ticked(self.at(), head))

    def _open(self) -> None:
        writer = self.disk.writer(self._fault)
        ids = self.time.new_id
        self.ledger = self._make_ledger(Path("simulated"), self.identity, self.clock, ids, self._sign, writer=writer)

    def note(self) -> None:
        """Write down, beside the ledger, what it has committed: nothing that happens to it later may change that."""
        known = len(self.truth)
        found = self.disk.conn.execute("SELECT data FROM facts WHERE seq > ? ORDER BY seq", (known,))
        self.truth += [data for (data,) in found]

    def die(self) -> None:
        """The process is gone, and comes back by itself after a while."""
        self.alive = False
        self.life += 1
        self.time.after(self.time.between(300, 8_000), self.boot)

    def off(self) -> None:
        """It is gone for good."""
        self.alive, self._is_off = False, True
        self.life += 1

    def take_disk(self, disk: Disk) -> None:
        """It has another disk, before it starts for the first time."""
        self.disk.close()
        self.disk = disk

    def may_crash(self, share: float = 0.0) -> None:
        """A point between two steps, where the process may die."""
        if self.time.hits(share or COPY_CRASHES * self.luck.crash, "crash inside a store"):
            raise Crashed

    def _fault(self, point: str) -> None:
        """What strikes at the points that the store itself names: before its COMMIT, and after it."""
        self.may_crash(self.luck.crash)
        if point == "commit" and self.time.hits(self.luck.disk_fault, "disk fault"):
            raise sqlite3.OperationalError("disk I/O error")

    # What people do -------------------------------------------------------------------------------

    def sell(self, article: str, quantity_milli: int) -> None:
        """One sale, as the till makes it: receipt number, fact and sale in one transaction."""

        def work(conn: Connection) -> None:
            ledger = self.ledger
            number = ledger.next_receipt_in(conn)
            body = sale_body(str(number), self.identity.place.store, article, quantity_milli, number.number)
            sealed = self.append_in(conn, SALE_COMPLETED, body)
            ledger.record_sale_in(conn, self.time.new_id(), number, sealed.seq, ())

        self.sales += self.act(lambda: self.ledger.run(work))

    def say(self, kind: str, body: Json, schema: int = 1) -> None:
        """One more fact of any kind."""
        self.act(lambda: self.ledger.append(kind, body, employee=EMPLOYEE, day=self.clock.today(), schema=schema))

    def append_in(self, conn: Connection, kind: str, body: Json) -> SealedFact:
        """Seal one more fact within an open transaction."""
        return self.ledger.append_in(conn, kind, body, employee=EMPLOYEE, day=self.clock.today())

    def act(self, work: Callable[[], object]) -> bool:
        """Do something that may add facts; true when it was done. A refusal or a full disk changes nothing."""
        if not self.alive:
            return False
        idle = not self.unsent()
        try:
            work()
            self.note()
            if idle:
                self.last_try_ms = self.time.now_ms
            if not self.time.hits(self.luck.wake_lost, "wake-up lost"):
                self.tell(Woken(self.at(), self.ledger.head()))
        except Crashed:
            self.die()
            return False
        except ShopError as error:
            self.troubled(error)
            return False
        return True

    def troubled(self, error: ShopError) -> None:
        """A disk that failed is not believed any more: the process starts anew and verifies its head."""
        if error.code == "disk.full":
            self.time.saw("disk full")
        elif error.code == "disk.fault":
            self.time.saw("restarted after a disk fault")
            if self.alive:
                self.die()

    def unsent(self) -> int:
        """How many facts the hub is not known to have, as far as the agent knows."""
        return self.state.head - self.state.acked

    # The core -------------------------------------------------------------------------------------

    def tell(self, event: Event) -> None:
        """One event to the core, and on with what it asks for."""
        if not self.alive or self.is_mute:
            return
        self.state, effects = self._step(self.state, event)
        for effect in effects:
            self._do(effect)
        self._ticks += 1
        life, tick = self.life, self._ticks
        wait_ms = core.next_tick_ms(self.state) - self.time.now_ms
        self.time.after(wait_ms + 1, lambda: self._tick(life, tick))

    def _tick(self, life: int, tick: int) -> None:
        if (life, tick) == (self.life, self._ticks):
            try:
                head = self.ledger.head()
            except Crashed:
                self.die()
                return
            except ShopError as error:
                self.troubled(error)
                return
            self.tell(Ticked(self.at(), head))

    def _do(self, effect: Effect) -> None:
        self.errands.do(effect)

    def at(self) -> At:
        """When an event comes."""
        return At(self.time.now_ms, self.clock.wall_ms(), self.time.chance())

    def signed_ms(self) -> int:
        """The time that it signs with: its own, corrected by what it knows of the hub's."""
        return self.clock.wall_ms() + self.state.offset_ms
