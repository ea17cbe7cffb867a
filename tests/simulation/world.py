"""One run: terminals sell, faults strike, all heals, and an oracle that knows the truth judges."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.domain.catalog import StockLevel
from kiosk.domain.chain import Sign
from kiosk.domain.feed import CATALOG, DEVICE, Row
from sync.agent import core
from sync.protocol.messages import Scope, from_json
from tests.simulation.hubs import INITIAL_MILLI, ModelHub, SimHub, stand_in_sign
from tests.simulation.network import Network, Weather
from tests.simulation.stores import ARTICLES, STORE, SimCopy, SimOutbox, digest_of
from tests.simulation.terminal import MakeCopy, MakeOutbox, SimTerminal, Step
from tests.simulation.timeline import Timeline

FAULTS = (
    "request dropped", "reply dropped", "request doubled", "reply doubled", "delayed", "reordered",
    "garbage reply", "captive portal", "hub busy", "answer lost in the shell", "wake-up lost",
    "crash at a random moment", "crash inside a store", "hub down", "hub crash before commit",
    "hub crash after commit", "hub restored", "log pruned", "clock jump", "line cut",
)  # fmt: skip
TRY_BOUND_MS = 75_000
"""While something is unsent, an attempt comes this soon: 20 s without an answer, 30 s back-off."""

DRAIN_BOUND_MS = 60_000
HEAL_MS = 120_000


@dataclass(frozen=True)
class Setup:
    """What a run is made of; a mutant replaces one part."""

    make_hub: Callable[[tuple[str, ...]], SimHub] = lambda devs: ModelHub()
    sign: Callable[[str], Sign] = stand_in_sign
    step: Step = core.step
    make_outbox: MakeOutbox = SimOutbox
    make_copy: MakeCopy = SimCopy


@dataclass
class Outcome:
    """What a run showed. No problems means that it passed."""

    seed: int
    problems: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    events: int = 0
    sales: int = 0
    pushes: int = 0
    drained_ms: int = 0


class World:
    """A hub, two to five terminals and a network, all driven by one seed."""

    def __init__(self, seed: int, setup: Setup) -> None:
        self.time = Timeline(seed)
        self.outcome = Outcome(seed)
        devs = tuple(f"T{number}" for number in range(self.time.random.randint(2, 5)))
        self.hub = setup.make_hub(devs)
        self.bad_ms = self.time.random.randrange(90_000, 180_000)
        self.network = Network(self.time, self.hub, self._weather())
        crashes = self._some(0.5, 0.03)
        self.terminals = [
            SimTerminal(
                dev,
                self.time,
                self.network,
                setup.sign(dev),
                setup.step,
                (setup.make_outbox, setup.make_copy),
                crashes,
            )
            for dev in devs
        ]
        self._goods = 0

    def run(self) -> Outcome:
        """Bad times, then good times, then the oracle."""
        self._offer()
        for terminal in self.terminals:
            terminal.wake_lost_share = self._some(0.3, 0.3)
            self.time.after(self.time.random.randrange(2_000), terminal.boot)
        self._plan_sales()
        self._plan_faults()
        for at_ms in range(0, self.bad_ms, 5_000):
            self.time.after(at_ms, self._look)
        self.time.run_until(self.bad_ms)
        self._heal()
        self._watch_drain()
        self.time.run_until(self.bad_ms + HEAL_MS)
        self._judge()
        outcome = self.outcome
        outcome.faults, outcome.events = self.time.faults, self.time.events
        outcome.sales = sum(len(terminal.truth) for terminal in self.terminals)
        outcome.pushes = self.network.pushes
        return outcome

    # What happens ---------------------------------------------------------------------------------

    def _some(self, share_of_runs: float, at_most: float) -> float:
        """Each run has its own mix of faults: some not at all, some a lot."""
        chance = self.time.random
        return chance.random() * at_most if chance.random() < share_of_runs else 0.0

    def _weather(self) -> Weather:
        return Weather(
            drop_request=self._some(0.5, 0.3),
            drop_reply=self._some(0.5, 0.3),
            double=self._some(0.5, 0.3),
            delay=self._some(0.5, 0.2),
            garbage=self._some(0.3, 0.15),
            portal=self._some(0.3, 0.15),
            busy=self._some(0.3, 0.15),
            silent=self._some(0.3, 0.1),
            die_before=self._some(0.4, 0.1),
            die_after=self._some(0.4, 0.1),
        )

    def _offer(self) -> None:
        """The first reference data: goods, prices, stock and settings."""
        for article in ARTICLES:
            level = f'{{"article":"{article}","store":"{STORE}","on_hand_milli":{INITIAL_MILLI},'
            stock = f'{level}"as_of_ms":0}}'.encode()
            self.hub.publish([("catalog", Row("stock", f"{article}|{STORE}", stock))])
        for _ in range(8):
            self._change_offer()

    def _change_offer(self) -> None:
        """Somebody at the hub changes prices, adds goods or takes them away."""
        chance = self.time.random
        changes: list[tuple[Scope, Row]] = []
        for _ in range(chance.randrange(1, 6)):
            key = f"A{chance.randrange(40)}|0"
            self._goods += 1
            payload = b"" if chance.random() < 0.3 else b'{"price":%d}' % self._goods
            changes.append(("catalog", Row("price", key, payload)))
        if chance.random() < 0.5:
            setting = Row("setting", f"S{chance.randrange(9)}", b'{"value":%d}' % self._goods)
            changes.append(("device", setting))
        last = {(row.entity, row.key): (scope, row) for scope, row in changes}
        self.hub.publish(list(last.values()))
        self.network.ring()

    def _plan_sales(self) -> None:
        chance = self.time.random
        for terminal in self.terminals:
            at_ms = 0
            pace_ms = chance.choice((1_500, 6_000, 20_000))
            while (at_ms := at_ms + chance.randrange(200, 2 * pace_ms)) < self.bad_ms - 500:
                self.time.after(at_ms, self._sale_by(terminal))

    def _sale_by(self, terminal: SimTerminal) -> Callable[[], None]:
        article = self.time.random.choice(ARTICLES)
        quantity = self.time.random.choice((1_000, 1_000, 2_000, 5_000))
        return lambda: terminal.sell(article, quantity)

    def _plan_faults(self) -> None:
        plans: list[tuple[float, int, str, Callable[[], None]]] = [
            (0.7, 3, "crash at a random moment", self._kill_one),
            (0.6, 2, "hub down", self._hub_down),
            (0.4, 2, "clock jump", self._jump_clock),
            (0.5, 2, "line cut", self._cut_line),
            (0.5, 2, "log pruned", self.hub.prune),
        ]
        if self.hub.restorable:
            plans.append((0.3, 1, "hub restored", self._restore))
        for share, at_most, name, strike in plans:
            if self.time.random.random() < share:
                for _ in range(self.time.random.randint(1, at_most)):
                    self._plan_fault(name, strike)
        for at_ms in range(8_000, self.bad_ms, 20_000):
            self.time.after(at_ms, self.hub.backup)
            self.time.after(at_ms + self.time.random.randrange(15_000), self._change_offer)

    def _plan_fault(self, name: str, strike: Callable[[], None]) -> None:
        def happen() -> None:
            self.time.faults[name] += 1
            strike()

        self.time.after(self.time.random.randrange(self.bad_ms), happen)

    def _kill_one(self) -> None:
        terminal = self.time.random.choice(self.terminals)
        if terminal.alive:
            terminal.die()

    def _hub_down(self) -> None:
        if self.network.up:
            self.network.go_down(self.time.random.randrange(2_000, 40_000))

    def _jump_clock(self) -> None:
        jump = self.time.random.choice((-86_400_000, -1_800_000, -90_000, 90_000, 1_800_000))
        self.time.random.choice(self.terminals).wall_offset_ms += jump

    def _cut_line(self) -> None:
        """A terminal is cut off for a while; meanwhile the log it would need may be pruned."""
        terminal = self.time.random.choice(self.terminals)
        self.network.cut.add(terminal.dev)
        away_ms = self.time.random.randrange(5_000, 60_000)
        if self.time.random.random() < 0.5:
            self.time.after(away_ms // 2, self._change_offer)
            self.time.after(away_ms // 2 + 10, self.hub.prune)
        self.time.after(away_ms, lambda: self._join(terminal))

    def _join(self, terminal: SimTerminal) -> None:
        self.network.cut.discard(terminal.dev)

    def _restore(self) -> None:
        self.hub.restore()
        self.network.go_down(self.time.random.randrange(500, 5_000))

    def _heal(self) -> None:
        self.network.weather = Weather()
        self.network.come_up()
        self.network.cut.clear()
        for terminal in self.terminals:
            terminal.wake_lost_share = 0.0
            terminal.crash_share = 0.0
        self._change_offer()

    # What must hold -------------------------------------------------------------------------------

    def _wrong(self, text: str) -> None:
        if len(self.outcome.problems) < 8:
            self.outcome.problems.append(text)

    def _look(self) -> None:
        """No lost wake-up: whoever has something to send has tried lately, whatever went wrong."""
        for terminal in self.terminals:
            waited = self.time.now_ms - terminal.last_try_ms
            if terminal.alive and terminal.unsent() and waited > TRY_BOUND_MS:
                self._wrong(f"{terminal.dev} has tried nothing for {waited} ms at {self.time.now_ms}")

    def _watch_drain(self) -> None:
        def look() -> None:
            if any(terminal.unsent() or not terminal.alive for terminal in self.terminals):
                self.outcome.drained_ms = self.time.now_ms - self.bad_ms

        for at_ms in range(0, HEAL_MS, 500):
            self.time.after(at_ms, look)

    def _judge(self) -> None:
        if self.outcome.drained_ms > DRAIN_BOUND_MS:
            self._wrong(f"an outbox was not empty {self.outcome.drained_ms} ms after all was well")
        sold: Counter[str] = Counter()
        for terminal in self.terminals:
            sold.update(terminal.sold)
            stored = self.hub.stored(terminal.dev)
            lost = [data for data in terminal.truth if data not in set(stored)]
            if lost:
                self._wrong(f"{terminal.dev}: {len(lost)} of {len(terminal.truth)} sales are lost")
            if len(stored) > len(terminal.truth):
                self._wrong(f"{terminal.dev}: {len(stored) - len(terminal.truth)} sales are doubled")
            if stored != terminal.truth and not lost:
                self._wrong(f"{terminal.dev}: the hub has its facts in another order or number")
        for article in ARTICLES:
            left = INITIAL_MILLI - sold[article]
            if self.hub.on_hand(article) != left:
                self._wrong(f"hub: {self.hub.on_hand(article)} of {article} in place of {left}")
            for terminal in self.terminals:
                self._judge_stock(terminal, article, left)
        for terminal in self.terminals:
            self._judge_copies(terminal)

    def _judge_stock(self, terminal: SimTerminal, article: str, left: int) -> None:
        payload = terminal.copies["catalog"].rows.get(("stock", f"{article}|{STORE}"), b"")
        shown = from_json(payload, StockLevel).on_hand_milli if payload else None
        if shown != left:
            self._wrong(f"{terminal.dev} shows {shown} of {article} in place of {left}")

    def _judge_copies(self, terminal: SimTerminal) -> None:
        for scope in (CATALOG, DEVICE):
            cursor, rows = self.hub.snapshot("device" if scope == DEVICE else "catalog")
            copy = terminal.copies[scope]
            if copy.rows != {(row.entity, row.key): row.payload for row in rows}:
                self._wrong(f"{terminal.dev}: {scope} holds other rows than the hub's")
            elif copy.cursor() != cursor:
                self._wrong(f"{terminal.dev}: {scope} stands at {copy.cursor()}, not at {cursor}")
            if digest_of(copy.rows) != cursor.digest:
                self._wrong(f"{terminal.dev}: {scope} has another digest")


MODEL = Setup()


def simulate(seed: int, setup: Setup = MODEL) -> Outcome:
    """Run one seed. The same seed and set-up give the same outcome, event by event."""
    world = World(seed, setup)
    try:
        return world.run()
    finally:
        world.hub.close()
