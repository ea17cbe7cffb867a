"""What goes on in a run beside plain sales: promises, counts, deliveries, passing on, the web shop, facts of a newer version."""

from collections.abc import Callable, Sequence

from kiosk.domain.facts import STOCK_MOVED
from tests.simulation import budgeting, comebacks, giftcards, money
from tests.simulation.budgeting import Budgeting
from tests.simulation.goods import ARTICLES, LIMITED_GOODS, PROMISED, STORE, WEB_ONLY
from tests.simulation.leavers import Leavers
from tests.simulation.network import Network
from tests.simulation.office import Office, WebShop
from tests.simulation.orderings import Orderings
from tests.simulation.promises import ONE, Promises
from tests.simulation.real_hub import RealHub
from tests.simulation.reserving import Reserving
from tests.simulation.stockflows import StockFlows
from tests.simulation.stores import sale_body
from tests.simulation.terminal import SimTerminal
from tests.simulation.timeline import Timeline

SHARE_EVERY_MS = 10_000
SHARES_SLOWER_MAX = 60
"""In runs of days the hub shares rights every ten minutes."""

LEASE_EVERY_MS = 25_000
ABSURD_MILLI = 10**9
WHAT = (
    "promise", "promise", "promise", "promise", "promise", "release", "hand over", "deliver", "count", "give back", "pass on",
    "absurd", "unknown",
)  # fmt: skip


class Business:
    """Plans what people do, from one seed, over the real hub."""

    def __init__(
        self, time: Timeline, hub: RealHub, network: Network, terminals: Sequence[SimTerminal], make_desk: type[Promises]
    ) -> None:
        self.time = time
        self.hub = hub
        self.office = Office(time, hub, network)
        self.web = WebShop(time, network, hub)
        self.leavers = Leavers(time, hub, network, terminals)
        self.orderings = Orderings(time, hub, network, terminals)
        self.flows = StockFlows(time, hub, network, terminals)
        self.reserving = Reserving(time, hub, network, terminals, self.web)
        self.budgeting = Budgeting(time, hub, network, terminals)
        self._terminals = terminals
        self._make_desk = make_desk
        self._desks: dict[str, Promises] = {}
        self._chance = time.source("business")

    def plan(self, bad_ms: int, end_ms: int, pace_ms: int, leased: bool, slower: int) -> None:
        """Put all of it into the queue: what people do in the bad time, the hub's rounds until the end."""
        chance = self._chance
        money.plan(self.time, self._terminals, bad_ms)
        comebacks.plan(self.time, self._terminals, bad_ms)
        giftcards.plan(self.time, self._terminals, bad_ms)
        self.leavers.plan(bad_ms, end_ms)
        self.orderings.plan(bad_ms, end_ms)
        self.flows.plan(bad_ms)
        self.reserving.plan(bad_ms)
        self.budgeting.plan(bad_ms, end_ms)
        if chance.random() < 0.4:
            self.hub.newer_kinds = frozenset({STOCK_MOVED})
        self.time.after(chance.randrange(bad_ms // 2, bad_ms + 5_000), self.office.upgrade)
        for at_ms in range(1_000, end_ms, SHARE_EVERY_MS * min(slower, SHARES_SLOWER_MAX)):
            self.time.after(at_ms, self.office.share)
        for terminal in self._terminals:
            at_ms = 4_000
            while (at_ms := at_ms + chance.randrange(500, 2 * pace_ms)) < bad_ms:
                self.time.after(at_ms, self._deed(terminal, chance.choice(WHAT)))
            for at_ms in range(bad_ms, end_ms - 30_000, 20_000):
                self.time.after(at_ms, self._desk(terminal).give_back)
            for at_ms in range(3_500, end_ms - 30_000, LEASE_EVERY_MS) if leased else ():
                self.time.after(at_ms, self._asking(terminal))
        at_ms = 3_000
        while (at_ms := at_ms + slower * chance.randrange(1_000, 12_000)) < bad_ms:
            self.time.after(at_ms, self._order(chance.random()))

    def judge(self, now_ms: int) -> list[str]:
        """What is wrong with what people were told, at the end of a run; counts what only shows then."""
        self.time.states["budget exceeded"] += budgeting.over(self.hub) > 0
        return [*self.reserving.judge(now_ms), *self.budgeting.wrong[:1]]

    def _desk(self, terminal: SimTerminal) -> Promises:
        """A terminal's desk; terminals come and go."""
        return self._desks.setdefault(terminal.dev, self._make_desk(terminal))

    def _asking(self, terminal: SimTerminal) -> Callable[[], None]:
        return lambda: self._desk(terminal).ask_lease(self.hub)

    def _order(self, what: float) -> Callable[[], None]:
        if what < 0.35:
            return lambda: self.web.reserve(WEB_ONLY, ONE)
        if what < 0.7:
            return lambda: self.web.reserve(self._chance.choice(LIMITED_GOODS), ONE)
        return lambda: self.web.settle(claim=what < 0.8)

    def _deed(self, terminal: SimTerminal, what: str) -> Callable[[], None]:
        desk, chance = self._desk(terminal), self._chance
        deeds: dict[str, Callable[[], None]] = {
            "promise": lambda: desk.promise(chance.choice(PROMISED), chance.choice((STORE, desk.store))),
            "release": desk.release,
            "hand over": desk.hand_over,
            "deliver": lambda: desk.receive(chance.choice((*ARTICLES, PROMISED[0])), ONE),
            "count": lambda: desk.count(chance.choice(ARTICLES), ONE * chance.randint(800, 1_000)),
            "give back": desk.give_back,
            "pass on": lambda: self._pass_on(terminal),
            "absurd": lambda: terminal.say("sale.completed", sale_body("absurd", desk.store, ARTICLES[0], ABSURD_MILLI)),
            "unknown": lambda: terminal.say("loyalty.stamped", {"card": "7"}),
        }
        return deeds[what]

    def _pass_on(self, terminal: SimTerminal) -> None:
        """A slip goes from hand to hand without any network, sometimes twice, and arrives whenever it does."""
        store = terminal.identity.place.store
        others = [one for one in self._terminals if one is not terminal and one.identity.place.store == store]
        if not others or not terminal.alive:
            return
        to = self._chance.choice(others)
        slip = self._desk(terminal).pass_on(to.dev)
        if slip is not None:
            for _ in range(self._chance.randint(1, 2)):
                self.time.after(self._chance.randrange(500, 30_000), lambda: self._desk(to).take_in(slip))
