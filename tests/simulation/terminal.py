"""A simulated terminal: the real core over stores that survive a process that may die anywhere."""

from collections.abc import Callable

from kiosk.domain.chain import Sign
from kiosk.domain.errors import Damaged
from kiosk.domain.feed import CATALOG
from kiosk.domain.identity import Moment
from sync.agent import core
from sync.agent.events import (
    PUSH,
    Acknowledge,
    Acknowledged,
    AgentState,
    Applied,
    Apply,
    At,
    Effect,
    Event,
    Failed,
    Failure,
    Fed,
    FetchSnapshot,
    Locate,
    Located,
    NewClient,
    Poll,
    Push,
    Pushed,
    StoringBegan,
    Ticked,
    Woken,
)
from sync.protocol.limits import FEED_ROWS_MAX, PUSH_BYTES_MAX
from sync.protocol.messages import FeedReply, PushedFact, PushReply, PushRequest, Scope
from tests.simulation.hubs import Snapshot
from tests.simulation.network import Network
from tests.simulation.stores import Crashed, SimCopy, SimOutbox
from tests.simulation.timeline import EPOCH_MS, Timeline

Step = Callable[[AgentState, Event], core.Stepped]
MakeOutbox = Callable[[str, Sign, Callable[[], None]], SimOutbox]
MakeCopy = Callable[[Callable[[], None]], SimCopy]

ANSWER_MS, HELLO_MS, POLL_EXTRA_MS, CHUNK_MS = 10_000, 3_000, 10_000, 30_000


class SimTerminal:
    """One till or kiosk. `life` counts its starts: answers to an earlier life reach nobody."""

    def __init__(
        self,
        dev: str,
        timeline: Timeline,
        network: Network,
        sign: Sign,
        step: Step,
        stores: tuple[MakeOutbox, MakeCopy],
        crash_share: float,
    ) -> None:
        self.dev = dev
        self.crash_share = crash_share
        self.alive = False
        self.life = 0
        self.wall_offset_ms = 0
        self.wake_lost_share = 0.0
        self.truth: list[bytes] = []
        self.sold: dict[str, int] = {}
        self.last_try_ms = 0
        self._time = timeline
        self._network = network
        self._step = step
        make_outbox, make_copy = stores
        self.outbox = make_outbox(dev, sign, self._may_crash)
        self.copies = {"device": make_copy(self._may_crash), "catalog": make_copy(self._may_crash)}
        self.state = AgentState()
        self._ticks = 0

    # Life and death -------------------------------------------------------------------------------

    def boot(self) -> None:
        """Start: everything volatile is rebuilt from what is stored."""
        self.alive = True
        self.life += 1
        device, catalog = self.copies["device"].cursor(), self.copies["catalog"].cursor()
        head, acked = self.outbox.head(), self.outbox.acked()
        self.state = core.started(self._at(), head, acked, None, device, catalog)
        self.last_try_ms = self._time.now_ms
        self.tell(Ticked(self._at(), head))

    def die(self) -> None:
        """The process is gone, and comes back by itself after a while."""
        self.alive = False
        self.life += 1
        self._time.after(self._time.random.randrange(300, 8_000), self.boot)

    def _may_crash(self) -> None:
        if self._time.hits(self.crash_share, "crash inside a store"):
            raise Crashed

    # Selling --------------------------------------------------------------------------------------

    def sell(self, article: str, quantity_milli: int) -> None:
        """One sale; it counts only if its commit came through."""
        if not self.alive:
            return
        at = self._at()
        try:
            fact = self.outbox.sell(article, quantity_milli, Moment(at.wall_ms, at.mono_ms, f"{self.life}"))
        except Crashed:
            self.die()
            return
        self.truth.append(fact.data)
        self.sold[article] = self.sold.get(article, 0) + quantity_milli
        if self.unsent() == 1:
            self.last_try_ms = self._time.now_ms
        if self._time.hits(self.crash_share, "crash inside a store"):
            self.die()
        elif not self._time.hits(self.wake_lost_share, "wake-up lost"):
            self.tell(Woken(self._at(), self.outbox.head()))

    def unsent(self) -> int:
        """How many facts the hub is not known to have."""
        return self.outbox.head() - self.outbox.acked()

    # The core -------------------------------------------------------------------------------------

    def tell(self, event: Event) -> None:
        """One event to the core, and on with what it asks for."""
        if not self.alive:
            return
        self.state, effects = self._step(self.state, event)
        for effect in effects:
            self._do(effect)
        self._ticks += 1
        life, tick = self.life, self._ticks
        wait_ms = core.next_tick_ms(self.state) - self._time.now_ms
        self._time.after(wait_ms + 1, lambda: self._tick(life, tick))

    def _tick(self, life: int, tick: int) -> None:
        if (life, tick) == (self.life, self._ticks):
            self.tell(Ticked(self._at(), self.outbox.head()))

    def _do(self, effect: Effect) -> None:
        match effect:
            case Push():
                self._push(effect)
            case Poll():
                self._poll(effect)
            case FetchSnapshot():
                self._fetch(effect)
            case Locate():
                self._network.hello(self, HELLO_MS, lambda answer: self._located(effect, answer))
            case Acknowledge() | Apply():
                self._later(lambda: self._store(effect))
            case NewClient():
                self._time.faults["watchdog"] += 1

    def _push(self, effect: Push) -> None:
        self.last_try_ms = self._time.now_ms
        facts = self.outbox.pending(effect.from_seq, effect.facts_max, PUSH_BYTES_MAX)
        if effect.facts_max and not facts:
            missing = Failure("sync.facts_missing", local=True, slow=True)
            self._later(lambda: self.tell(Failed(self._at(), PUSH, effect.flight, missing)))
            return
        pushed = [PushedFact(fact.data, fact.signature) for fact in facts]
        request = PushRequest(self.dev, 1, effect.from_seq, pushed)
        sent_seq, sent = effect.from_seq + len(facts) - 1, facts[-1].hash if facts else b""

        def answered(answer: PushReply | Failure) -> None:
            if isinstance(answer, Failure):
                self.tell(Failed(self._at(), PUSH, effect.flight, answer))
            else:
                self.tell(Pushed(self._at(), effect.flight, answer, sent_seq, sent))

        self._network.push(self, request, ANSWER_MS, answered)

    def _poll(self, effect: Poll) -> None:
        def answered(answer: FeedReply | Failure) -> None:
            if isinstance(answer, Failure):
                self.tell(Failed(self._at(), effect.scope, effect.flight, answer))
            else:
                self.tell(Fed(self._at(), effect.scope, effect.flight, answer))

        limit = FEED_ROWS_MAX if effect.scope == CATALOG else 20
        self._network.feed(self, effect, limit, effect.wait_s * 1_000 + POLL_EXTRA_MS, answered)

    def _fetch(self, effect: FetchSnapshot) -> None:
        def answered(answer: Snapshot | Failure) -> None:
            if isinstance(answer, Failure):
                self.tell(Failed(self._at(), effect.scope, effect.flight, answer))
                return
            self.tell(StoringBegan(self._at(), effect.scope, effect.flight))
            self._later(lambda: self._replace(effect, answer))

        self._network.snapshot(self, effect.scope, CHUNK_MS, answered)

    def _located(self, effect: Locate, answer: int | Failure) -> None:
        if isinstance(answer, Failure):
            self.tell(Failed(self._at(), "locate", effect.flight, answer))
        else:
            self.tell(Located(self._at(), effect.flight, answer))

    # Stores ---------------------------------------------------------------------------------------

    def _later(self, work: Callable[[], None]) -> None:
        life = self.life
        delay = self._time.random.randrange(1, 30)
        self._time.after(delay, lambda: work() if life == self.life else None)

    def _store(self, effect: Acknowledge | Apply) -> None:
        try:
            if isinstance(effect, Acknowledge):
                self.outbox.acknowledge(
                    effect.next_seq, effect.durable_seq, effect.epoch, effect.head, effect.held,
                    effect.forked,
                )  # fmt: skip
                self._may_crash()
                head, acked = self.outbox.head(), self.outbox.acked()
                self.tell(Acknowledged(self._at(), effect.flight, head, acked, None))
            else:
                self.copies[effect.scope].apply(effect.transactions, effect.cursor)
                self._may_crash()
                self.tell(Applied(self._at(), effect.scope, effect.flight, effect.cursor))
        except Crashed:
            self.die()
        except Damaged as error:
            assert isinstance(effect, Apply)
            self._drifted(effect.scope, effect.flight, error)

    def _replace(self, effect: FetchSnapshot, snapshot: Snapshot) -> None:
        cursor, rows = snapshot
        try:
            self.copies[effect.scope].replace(rows, cursor)
            self._may_crash()
            self.tell(Applied(self._at(), effect.scope, effect.flight, cursor))
        except Crashed:
            self.die()
        except Damaged as error:
            self._drifted(effect.scope, effect.flight, error)

    def _drifted(self, scope: Scope, flight: int, error: Damaged) -> None:
        failure = Failure(error.code, local=True, snapshot=True)
        self.tell(Failed(self._at(), scope, flight, failure))

    def _at(self) -> At:
        return At(self._time.now_ms, self.wall_ms(), self._time.chance())

    def wall_ms(self) -> int:
        """This terminal's wall clock."""
        return EPOCH_MS + self._time.now_ms + self.wall_offset_ms

    def signed_ms(self) -> int:
        """The time that it signs with: its own, corrected by what it knows of the hub's."""
        return self.wall_ms() + self.state.offset_ms
