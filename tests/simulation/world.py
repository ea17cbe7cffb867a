"""One run: terminals sell, faults strike, all heals, and an oracle that knows the truth judges."""

import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from kiosk.domain.feed import Row, Setting
from kiosk.store.ledger import Identity
from sync.protocol.messages import Scope
from tests.simulation.business import Business
from tests.simulation.faults import Draws
from tests.simulation.goods import ARTICLES, OTHER, STORE, device_name
from tests.simulation.lives import Lives
from tests.simulation.network import Network
from tests.simulation.oracle import Oracle
from tests.simulation.promises import LEASE_RULE
from tests.simulation.real_hub import RealHub
from tests.simulation.setup import Setup, Shape
from tests.simulation.terminal import SimTerminal, place_of
from tests.simulation.timeline import EPOCH_MS, Timeline
from tests.simulation.weather import Weather

BACKUP_EVERY_MS = 20_000
DAY_MS, HOUR_MS = 86_400_000, 3_600_000
NIGHT = range(1, 7)
"""Hours in which nobody sells; over midnight somebody does."""

SLOW_DISK_MS = (200, 3_000)
LEASED, LEASED_MS, LEASED_SLOWER, AWAY_MS = 0.1, 520_000, 4, 400_000
"""In so many runs rights end by themselves: longer runs with less going on, and a terminal is away longer than its lease."""

SEVERAL_STORES = 0.4
"""In so many runs there are two stores."""


@dataclass
class Outcome:
    """What a run showed. No problems means that it passed."""

    seed: int
    problems: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    events: int = 0
    sales: int = 0
    pushes: int = 0
    drained_ms: int = 0


class World:
    """A hub, terminals and a network, all driven by one seed."""

    def __init__(self, seed: int, setup: Setup, shape: Shape) -> None:
        self.time = Timeline(seed)
        self.shape = shape
        self.outcome = Outcome(seed)
        self._draws = Draws(self.time.source, shape.without)
        size = self.time.source("size")
        count, bad_ms = size.randint(4, 12) if size.random() < 0.15 else 4, size.randrange(40_000, 110_000)
        count = shape.terminals or count
        stores = (STORE, OTHER) if setup.several_stores and self.time.source("stores").random() < SEVERAL_STORES else (STORE,)
        places = {device_name(number): stores[number % len(stores)] for number in range(count)}
        if len(set(places.values())) > 1:
            self.time.saw("several stores")
        self.leased = setup.several_stores and self.time.source("leases").random() < LEASED
        self.leased = self.leased and not shape.days
        self.time.has_days = shape.days > 0
        self.bad_ms = shape.days * DAY_MS or shape.bad_ms or (LEASED_MS if self.leased else bad_ms)
        self.hub = setup.make_hub(places, setup.signing)
        self.network = Network(self.time, self.hub, self._draws.weather())
        self._setup = setup
        self.terminals = [
            self._make(Identity(dev, 1, "till", 1, place_of(f"{n + 1:02}", store))) for n, (dev, store) in enumerate(places.items())
        ]
        self.oracle = Oracle(self.hub, self.terminals, setup.signing)
        self._office = self.time.source("head office")
        self._blows = self.time.source("blows")
        self._goods = 0
        self.lives: Lives | None = None
        self._business: Business | None = None
        if isinstance(self.hub, RealHub):
            business = self._business = Business(self.time, self.hub, self.network, self.terminals, setup.make_desk)
            pace_ms = shape.pace_ms or self._office.choice((4_000, 10_000)) * (LEASED_SLOWER if self.leased else 1)
            business.plan(self.bad_ms, self.bad_ms + shape.heal_ms, pace_ms, self.leased, shape.slower)
            if self.leased:
                self._lease()
            self.oracle.calls = business.web.calls
            self.hub.now_ms = self.network.hub_ms
            for terminal in self.terminals:
                terminal.papers = self.hub.papers(terminal.dev)
            self.lives = Lives(self.time, self.network, self.hub, self.terminals, self.oracle, self._make)

    def _lease(self) -> None:
        """Rights end by themselves here; one terminal is cut off until after that, and promises as long as it thinks it may."""
        minute = Setting(LEASE_RULE, 1)
        self.hub.publish([("device", Row("setting", LEASE_RULE, msgspec.json.encode(minute)))])
        terminal, away_ms = self._one(), self._blows.randrange(20_000, 60_000)
        self.time.after(away_ms, lambda: self.network.cut.add(terminal.dev))
        self.time.after(away_ms + AWAY_MS, lambda: self.network.cut.discard(terminal.dev))

    def _make(self, identity: Identity) -> SimTerminal:
        setup = self._setup
        stores = (setup.make_ledger, setup.make_copy)
        sign, luck = setup.signing.sign(identity.dev), self._draws.luck(identity.dev)
        return SimTerminal(identity, self.time, self.network, sign, setup.step, stores, luck)

    def run(self) -> Outcome:
        """Bad times, then good times, then the oracle."""
        self._offer()
        for terminal in self.terminals:
            self.time.after(self.time.between(0, 2_000), terminal.boot)
            self._plan_sales(terminal)
        self._plan_faults()
        for at_ms in range(0, self.bad_ms, 5_000 * self.shape.slower):
            self.time.after(at_ms, lambda: self.oracle.look(self.time.now_ms))
        self.time.run_until(self.bad_ms)
        self._heal()
        self._watch_drain()
        self.time.run_until(self.bad_ms + self.shape.heal_ms)
        anomalies = [] if self.time.faults["hub put back by hand"] else self.network.log.anomalies()
        for problem in (*self.network.gaps[:2], *anomalies[:2]):
            self.oracle.wrong(problem)
        self.oracle.judge(self.outcome.drained_ms)
        for problem in self._business.judge(self.network.hub_ms()) if self._business else ():
            self.oracle.wrong(problem)
        if isinstance(self.hub, RealHub):
            self.time.states["promise lapsed with its lease"] += len(self.hub.lapsed())
        outcome = self.outcome
        outcome.problems = self.oracle.problems
        outcome.faults, outcome.states, outcome.events = self.time.faults, self.time.states, self.time.events
        outcome.sales = sum(terminal.sales for terminal in self.terminals)
        outcome.pushes = self.network.pushes
        return outcome

    def close(self) -> None:
        """Let go of every database."""
        self.hub.close()
        ghosts = self.lives.ghosts if self.lives is not None else []
        for terminal in (*self.terminals, *ghosts):
            terminal.disk.close()

    # What happens ---------------------------------------------------------------------------------

    def _offer(self) -> None:
        """The first reference data: goods, prices, stock and settings."""
        for _ in range(8):
            self._change_offer()

    def _change_offer(self) -> None:
        """Somebody at the hub changes prices, adds goods or takes them away."""
        chance = self._office
        changes: list[tuple[Scope, Row]] = []
        for _ in range(chance.randrange(1, 6)):
            key = f"A{chance.randrange(40)}|0"
            self._goods += 1
            payload = b"" if chance.random() < 0.3 else b'{"price":%d}' % self._goods
            changes.append(("catalog", Row("price", key, payload)))
        if chance.random() < 0.5:
            name = f"S{chance.randrange(9)}"
            changes.append(("device", Row("setting", name, msgspec.json.encode(Setting(name, self._goods)))))
        last = {(row.entity, row.key): (scope, row) for scope, row in changes}
        self.hub.publish(list(last.values()))
        self.network.ring()

    def _plan_sales(self, terminal: SimTerminal) -> None:
        chance = self.time.source(f"customers of {terminal.dev}")
        pace_ms = chance.choice((3_000, 10_000, 30_000))
        pace_ms = self.shape.pace_ms or pace_ms * (LEASED_SLOWER if self.leased else 1)
        at_ms = 0
        while (at_ms := at_ms + chance.randrange(200, 2 * pace_ms)) < self.bad_ms - 500:
            if self.time.has_days and _is_night(at_ms):
                continue
            article, quantity = chance.choice(ARTICLES), chance.choice((1_000, 1_000, 2_000, 5_000))
            self.time.after(at_ms, self._sale(terminal, article, quantity))

    def _sale(self, terminal: SimTerminal, article: str, quantity_milli: int) -> Callable[[], None]:
        return lambda: terminal.sell(article, quantity_milli)

    # What goes wrong ------------------------------------------------------------------------------

    def _plan_faults(self) -> None:
        blows: dict[str, Callable[[], None]] = {
            "crash at a random moment": self._kill_one,
            "hub down": self._hub_down,
            "hub restored": self._restore,
            "log pruned": self.hub.prune,
            "clock jump": self._jump_clock,
            "line cut": self._cut_line,
            "disk full": self._fill_disk,
            "slow disk": self._slow_disk,
        }
        if self.lives is not None:
            blows |= self.lives.blows()
        for at_ms, name in self._draws.strikes(self.bad_ms, self.shape.days or 1):
            if name in blows:
                self.time.after(at_ms, self._blow(name, blows[name]))
        slower = self.shape.slower
        for at_ms in range(8_000, self.bad_ms, BACKUP_EVERY_MS * slower):
            self.time.after(at_ms, self.hub.backup)
            self.time.after(at_ms + slower * self._office.randrange(15_000), self._change_offer)

    def _blow(self, name: str, strike: Callable[[], None]) -> Callable[[], None]:
        def happen() -> None:
            self.time.faults[name] += 1
            strike()

        return happen

    def _one(self) -> SimTerminal:
        return self._blows.choice(self.terminals)

    def _a_while(self, least_ms: int, most_ms: int) -> int:
        """How long a trouble lasts: in runs of days hours in place of seconds."""
        return self.shape.slower * self._blows.randrange(least_ms, most_ms)

    def _kill_one(self) -> None:
        terminal = self._one()
        if terminal.alive:
            terminal.die()

    def _hub_down(self) -> None:
        if self.network.up:
            self.network.go_down(self._a_while(2_000, 40_000))

    def _jump_clock(self) -> None:
        self._one().clock.offset_ms += self._blows.choice((-86_400_000, -1_800_000, -90_000, 90_000, 1_800_000))

    def _cut_line(self) -> None:
        """A terminal is cut off for a while; meanwhile the log it would need may be pruned."""
        terminal = self._one()
        self.network.cut.add(terminal.dev)
        away_ms = self._a_while(5_000, 60_000)
        if self._blows.random() < 0.5:
            self.time.after(away_ms // 2, self._change_offer)
            self.time.after(away_ms // 2 + 10, self.hub.prune)
        self.time.after(away_ms, lambda: self.network.cut.discard(terminal.dev))

    def _fill_disk(self) -> None:
        terminal = self._one()
        terminal.disk.fill()
        self.time.after(self._a_while(5_000, 40_000), terminal.disk.make_room)

    def _slow_disk(self) -> None:
        terminal = self._one()
        terminal.slow_ms = self._blows.randrange(*SLOW_DISK_MS)

    def _restore(self) -> None:
        self.hub.restore(self.network.hub_ms())
        self.network.go_down(self._blows.randrange(500, 5_000))

    def _heal(self) -> None:
        self.network.weather = Weather()
        self.network.come_up()
        self.network.cut.clear()
        for terminal in self.terminals:
            terminal.luck.heal()
            terminal.slow_ms = 0
            terminal.disk.make_room()
        if self.lives is not None:
            self.lives.heal()
        self._change_offer()

    def _watch_drain(self) -> None:
        """Note when the last outbox was rid of what was in it at the heal; what is made later goes as it comes."""
        then = {terminal.dev: len(terminal.truth) for terminal in self.terminals}

        def look() -> None:
            apart = self.oracle.apart
            waiting = [one for one in self.terminals if apart.get(one.dev) not in ("disk lost", "cloned")]
            if any(len(one.truth) - one.unsent() < then.get(one.dev, 0) or not one.alive for one in waiting):
                self.outcome.drained_ms = self.time.now_ms - self.bad_ms

        for at_ms in range(0, self.shape.heal_ms, 1_000):
            self.time.after(at_ms, look)


def _is_night(at_ms: int) -> bool:
    return (EPOCH_MS + at_ms) % DAY_MS // HOUR_MS in NIGHT


ANY = Shape()


def simulate(seed: int, setup: Setup, shape: Shape = ANY) -> Outcome:
    """Run one seed. The same seed, set-up and shape give the same outcome, event by event."""
    world = World(seed, setup, shape)
    try:
        return world.run()
    except Exception as error:  # noqa: BLE001  whatever raises here is a fault that nobody foresaw, and this run's finding
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}:{where.lineno}"
        world.oracle.wrong(f"raised {type(error).__name__} at {place} after {world.time.now_ms} ms: {error}")
        return replace(world.outcome, problems=world.oracle.problems, faults=world.time.faults, states=world.time.states)
    finally:
        world.close()
