"""Orders in a chain of places that hear of one another late, twice, out of order or not at all, until all is told."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from random import Random

import pytest

from kiosk.domain.arbitrating import OrderState, arbitrate, placed, tasks_of
from kiosk.domain.order import COLLECT, COLLECT_ELSEWHERE, COLLECTED, SHIP, Charge, OrderLine
from kiosk.domain.orderevents import NO_FENCE, OrderEvent, next_fence
from kiosk.domain.orderlife import (
    CANCELLED,
    CONFIRMED,
    CUSTOMER,
    DECLINED,
    DELIVERED,
    EXPIRED,
    HANDED_OVER,
    IN_TRANSIT,
    LOST,
    PLACED,
    PROVISIONAL,
    READY,
    RECLAIMED,
    REJECTED,
    REROUTED,
    RETURNED,
    SHIPPED,
    STATES,
    STORE,
    SYSTEM,
    path_of,
    possible,
)
from kiosk.domain.ordermoney import OrderPayment, money_of, money_tasks
from kiosk.domain.ordersettling import settle_line
from kiosk.domain.quantity import ONE
from kiosk.domain.returning import GROUNDS
from kiosk.domain.sourcing import Candidate, Rates, Want, allocations, source
from tests.kiosk.domain.orderlives import DEPOT, HERE, THERE, line_of, order_of

HUB = ""
PLACES = (HERE, THERE, DEPOT)
OUT = (HANDED_OVER, SHIPPED)
"""Steps after which goods are gone from a place, whatever anybody says later."""


@dataclass
class Chain:
    """One order, a copy of what is known of it at the hub and at each place, and what is on its way between them."""

    chance: Random
    at: dict[str, OrderState] = field(default_factory=dict)
    mail: list[tuple[str, OrderEvent]] = field(default_factory=list)
    made: list[OrderEvent] = field(default_factory=list)
    payments: list[OrderPayment] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    now: int = 0

    def start(self) -> None:
        """An order, paid for: a line that nobody promised, a provisional one, one of a place's own goods for another store."""
        kinds = ((SHIP, None), (COLLECT, False), (COLLECT_ELSEWHERE, True))
        lines = tuple(line_of(kind, self.chance.randint(1, 3), n, firm) for n, (kind, firm) in enumerate(kinds, 1))
        order = order_of(*lines, charges=(Charge("d", (1,), 900, 400),))
        self.at = {place: placed(order) for place in (HUB, *PLACES)}
        self.payments.append(OrderPayment("paid", 0, "card", order.total_minor))

    def tell(self, where: str, event: OrderEvent) -> None:
        """Somebody does something: it is known there at once, elsewhere when the mail comes."""
        self.made.append(event)
        self.at[where] = arbitrate(self.at[where], event).state
        others = [place for place in (HUB, *PLACES) if place != where]
        self.mail += [(place, event) for place in others for _ in range(self.chance.choice((1, 1, 2)))]

    def new_id(self) -> str:
        """A name that nobody else gives."""
        return f"e{len(self.made):03}-{self.chance.randrange(10**6)}"

    def deliver(self, share: float) -> None:
        """Some of the mail comes, in any order."""
        self.chance.shuffle(self.mail)
        count = int(len(self.mail) * share)
        coming, self.mail = self.mail[:count], self.mail[count:]
        for place, event in coming:
            self.at[place] = arbitrate(self.at[place], event).state

    def moves(self, where: str) -> Iterator[tuple[OrderLine, int, str, int]]:
        """Every part of every line as this place knows it: line, fence, state, thousandths."""
        state = self.at[where]
        for line in state.order.lines:
            for (fence, name), milli in state.lines[line.line].at.items():
                self.seen[name] += 1
                yield line, fence, name, milli

    def act_at(self, place: str) -> None:
        """A place takes a step of something that it believes to hold."""
        able = []
        for line, fence, name, milli in self.moves(place):
            own = self.at[place].lines[line.line].places.get(fence) == place
            steps = [step.name for step in possible(line, name, STORE) if step.name != RETURNED] if own else []
            at_store = line.fulfilment.kind in COLLECTED and place == line.fulfilment.to
            if name in (HANDED_OVER, SHIPPED, DELIVERED) and self.chance.random() < 0.2:
                steps.append(RETURNED)
            elif not own and at_store and name in (IN_TRANSIT, READY):
                steps.append(READY if name == IN_TRANSIT else HANDED_OVER)
            # Most people do one thing after the other; now and then somebody hands over from the shelf, or gives back.
            rare = {LOST, EXPIRED, DECLINED} | ({HANDED_OVER} if name != READY else set())
            able += [(line, fence, name, milli, step) for step in steps if step not in rare or self.chance.random() < 0.1]
        if able:
            line, fence, name, milli, step = self.chance.choice(able)
            ground = self.chance.choice(GROUNDS) if step == RETURNED else ""
            self.tell(place, self._event(line, fence, name, self._part(milli), step, STORE, place, ground=ground))

    def act_at_hub(self) -> None:
        """The hub sources, gives up on a place, hears of the carrier, or of a customer who has changed her mind."""
        for line, fence, name, milli in list(self.moves(HUB)):
            roll = self.chance.random()
            if name in (PLACED, PROVISIONAL):
                step = CONFIRMED if roll < 0.8 else REJECTED
                self.tell(HUB, self._event(line, fence, name, self._part(milli), step, SYSTEM, HUB))
                return
            if name == CONFIRMED:
                self._source(line, milli)
                return
            if name == DECLINED:
                self.tell(HUB, self._event(line, NO_FENCE, name, milli, REROUTED, SYSTEM, HUB))
                return
            if name == SHIPPED and roll < 0.5:
                step = LOST if roll < 0.1 else DELIVERED
                self.tell(HUB, self._event(line, fence, name, self._part(milli), step, SYSTEM, HUB))
                return
            if STATES[name].promised and fence != NO_FENCE and name != IN_TRANSIT and roll < 0.04:
                self.tell(HUB, self._event(line, fence, name, self._part(milli), RECLAIMED, SYSTEM, HUB))
                return
        if self.chance.random() < 0.05:
            line = self.chance.choice(self.at[HUB].order.lines)
            self.tell(HUB, self._event(line, NO_FENCE, CONFIRMED, self._part(line.quantity_milli), CANCELLED, CUSTOMER, HUB))
        self._give_back()

    def _source(self, line: OrderLine, milli: int) -> None:
        stock = [Candidate(place, {line.article: ONE * self.chance.randint(0, 3)}, room=1) for place in PLACES]
        plan = source([Want(line.line, line.article, milli)], stock, Rates(), to=line.fulfilment.to)
        fence = next_fence(self.at[HUB].fences, 0)
        for event in allocations(plan, "o1", fence, self.now, self.new_id):
            self.tell(HUB, event)

    def _give_back(self) -> None:
        """Money that the hub believes it owes is paid out."""
        money = money_of(self.at[HUB], self.payments)
        if money.to_give_back_minor and self.chance.random() < 0.5:
            name = f"back{len(self.payments)}"
            self.payments.append(OrderPayment(name, self.now, "card", -money.to_give_back_minor))

    def _part(self, milli: int) -> int:
        return self.chance.randint(1, milli // ONE) * ONE

    def _event(
        self, line: OrderLine, fence: int, name: str, milli: int, step: str, role: str, owner: str, ground: str = ""
    ) -> OrderEvent:
        skew = self.chance.randint(-50, 50)  # clocks are wrong
        return OrderEvent(
            self.new_id(), "o1", line.line, step, name, milli, self.now + skew, role, fence, owner, ground=ground
        )


@cache
def played(seed: int) -> Chain:
    """A while of work with everything delayed, then all mail comes."""
    chain = Chain(Random(seed))
    chain.start()
    for chain.now in range(80):
        chain.act_at(chain.chance.choice(PLACES))
        chain.act_at_hub()
        if chain.chance.random() < 0.5:
            chain.deliver(chain.chance.choice((0.2, 1.0)))
    chain.deliver(1.0)
    return chain


@pytest.mark.parametrize("seed", range(12))
def test_when_all_is_told_all_agree_and_no_goods_and_no_cent_are_unaccounted_for(seed: int) -> None:
    _judge(played(seed))


@pytest.mark.long
def test_the_same_holds_a_thousand_times() -> None:
    for seed in range(1_000, 2_000):
        _judge(played.__wrapped__(seed))


def _judge(chain: Chain) -> None:
    hub = chain.at[HUB]
    for place in PLACES:
        assert chain.at[place].lines == hub.lines, f"{place} believes something else"
    for line in hub.order.lines:
        state = hub.lines[line.line]
        assert state == settle_line("o1", line, [event for event in chain.made if event.line == line.line]) and not state.waiting
        out = sum(event.quantity_milli for event in chain.made if event.line == line.line and event.step in OUT)
        refused = sum(one.quantity_milli for one in state.refused if one.event.step in OUT)
        lost = [event for event in chain.made if event.line == line.line and event.step == LOST and event.source == SHIPPED]
        not_lost = sum(one.quantity_milli for one in state.refused if one.event in lost)
        again = sum(event.quantity_milli for event in lost) - not_lost
        there = sum(state.of(name) for name in (HANDED_OVER, SHIPPED, DELIVERED, RETURNED))
        assert out == there + again + refused, "every piece that left is with its customer, came back, was lost, or is a task"
        assert {one.event.step for one in state.refused} <= {task.step for task in tasks_of(hub).values()}
        assert set(path_of(line)) >= {name for fence, name in state.at if fence != NO_FENCE}
    money = money_of(hub, chain.payments)
    assert money.net_minor >= 0 and not money.refused
    asked = {task.code for task in money_tasks(hub, money)}
    assert bool(money.to_give_back_minor) == ("order.pay_back" in asked)


def test_everything_that_can_happen_to_an_order_happens() -> None:
    chains = [played(seed) for seed in range(12)]
    seen = sum((chain.seen for chain in chains), Counter())
    print({name: seen[name] for name in STATES})
    assert not [name for name in STATES if not seen[name]]
    refused = Counter(task.code for chain in chains for task in tasks_of(chain.at[HUB]).values())
    print(dict(refused))
    assert {"order.too_late", "order.went_elsewhere", "order.put_back"} <= set(refused)
    assert sum(len(chain.made) for chain in chains) > 200
