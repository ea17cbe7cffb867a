"""Orders inside a run: placed at tills, routed by the hub, worked on by stores that hear of it late, and judged by all facts."""

import itertools
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import msgspec
from sqlalchemy import Connection, select

from kiosk.domain.allocation import Key
from kiosk.domain.arbitrating import OrderState, settled
from kiosk.domain.codec import Json
from kiosk.domain.facts import ORDER_MOVED, ORDER_PAID, ORDER_PLACED, ORDER_SUBSTITUTED, STOCK_MOVED, Fact
from kiosk.domain.feed import Row, Setting
from kiosk.domain.order import COLLECT, PAID_IN_FULL, SHIP, TILL, Fulfilment, Order, OrderLine, Promise
from kiosk.domain.orderevents import FIRST_FENCE, NO_FENCE, OrderEvent
from kiosk.domain.orderfacts import (
    ORDER_KINDS,
    OrderKnown,
    apply_order,
    moved_body,
    order_body,
    order_of_fact,
    paid_body,
    swap_body,
)
from kiosk.domain.orderlife import CANCELLED, DECLINED, HANDED_OVER, HUB, IN_TRANSIT, RETURNED, SHIPPED, STEPS, possible
from kiosk.domain.orderlife import STORE as AT_STORE
from kiosk.domain.ordermoney import OrderPayment
from kiosk.domain.ordersettling import lies_at
from kiosk.domain.orderswap import Swap, held_as
from kiosk.domain.stock import HANDED_OVER as MOVED_OUT
from kiosk.store import orders as stored_orders
from kiosk.store.database import Connection as Ledger
from sync.hub import order_goods, order_rows, order_tasks, orders
from sync.hub.order_operations import cancellations
from sync.hub.order_rounds import look
from sync.hub.orders import Made
from sync.hub.storage.schema import tasks
from sync.hub.storage.schema_orders import order_events
from sync.hub.storage.schema_stock import reservations
from tests.simulation.goods import ARTICLES, LIMITED_GOODS
from tests.simulation.hub_disk import TENANT
from tests.simulation.network import Network
from tests.simulation.real_hub import RealHub
from tests.simulation.terminal import SimTerminal
from tests.simulation.timeline import Timeline

ONE = 1_000
SHARE = 0.13
"""In so many runs somebody orders. The others are as they were without it."""

PACE_MS, FEW, ROUND_MS = 5_000, 20, 5_000
WHAT = ("place", "place", "work", "work", "work", "work", "work", "pay")
SWAPPED = 0.15
"""So often a step at a store is a customer's word for something else."""

LEAVES = (HANDED_OVER, SHIPPED, IN_TRANSIT)
_SEEN = {DECLINED: "order declined", HANDED_OVER: "ordered goods handed over", SHIPPED: "ordered goods shipped"}
ACCEPT_RULE = "order.accept_minutes"
ROUNDS_MAX = 200


class Orderings:
    """What people do with orders in one run, from a source of chance of its own."""

    def __init__(self, time: Timeline, hub: RealHub, network: Network, terminals: Sequence[SimTerminal]) -> None:
        self._time, self._hub, self._network, self._terminals = time, hub, network, terminals
        self._chance: random.Random = time.source("what is ordered")
        self._numbers = itertools.count(1)

    def plan(self, bad_ms: int, end_ms: int) -> None:
        """Put all of it into the queue: what stores do in the bad time, the hub's rounds until the end."""
        chance, time, pace_ms = self._chance, self._time, max(PACE_MS, bad_ms // FEW)
        if chance.random() >= SHARE:
            return
        self._hub.publish([("device", Row("setting", ACCEPT_RULE, msgspec.json.encode(Setting(ACCEPT_RULE, 1))))])
        for terminal in self._terminals:
            at_ms = 3_000
            while (at_ms := at_ms + chance.randrange(pace_ms // 4, 2 * pace_ms)) < bad_ms:
                time.after(at_ms, partial(self._act, terminal, chance.choice(WHAT)))
        for at_ms in range(5_000, end_ms, max(ROUND_MS, end_ms // 40)):
            time.after(at_ms, self._round)
        for _ in range(3):
            time.after(chance.randrange(min(20_000, bad_ms // 2), bad_ms), self._cancel)

    def _act(self, terminal: SimTerminal, what: str) -> None:
        done: list[str] = []
        work = {"place": self._place, "work": self._work, "pay": self._pay}[what]
        if terminal.act(lambda: terminal.ledger.run(lambda conn: done.append(work(conn, terminal)))) and done[-1]:
            self._time.saw(done[-1])

    def _place(self, conn: Ledger, terminal: SimTerminal) -> str:
        """Goods are ordered: promised firmly out of the own shelf, or for the hub to find."""
        chance, place = self._chance, terminal.identity.place
        name = f"order-{terminal.dev}-{next(self._numbers)}"
        lines = []
        for number in range(1, chance.randint(1, 2) + 1):
            article = chance.choice((*ARTICLES[:2], *LIMITED_GOODS))
            firm = article in ARTICLES and chance.random() < 0.4
            here = Fulfilment(COLLECT, source=place.store if firm else "", to=place.store)
            way = here if firm or chance.random() < 0.5 else Fulfilment(SHIP, delivery=name)
            milli = chance.choice((ONE, ONE, 2 * ONE))
            lines.append(OrderLine(number, article, article, "piece", milli, 500, way, Promise(firm, 0, 1)))
        made = Order(
            name, name, place.tenant, place.entity, place.brand, place.country, place.currency, TILL, place.store, "",
            PAID_IN_FULL, terminal.clock.wall_ms(), tuple(lines),
        )  # fmt: skip
        terminal.append_in(conn, ORDER_PLACED, order_body(made, [OrderPayment("", 0, "sale", made.total_minor, 0, name)]))
        return "ordered"

    def _pay(self, conn: Ledger, terminal: SimTerminal) -> str:
        """Money moves for an order, rightly or not."""
        known = stored_orders.listed_in(conn)
        if not known:
            return ""
        minor = self._chance.choice((500, -500))
        terminal.append_in(conn, ORDER_PAID, paid_body(self._chance.choice(known).id, [OrderPayment("", 0, "cash", minor)]))
        return "paid for an order"

    def _work(self, conn: Ledger, terminal: SimTerminal) -> str:
        """A part of what lies at this store by all that the till knows takes a step that its screen would offer."""
        here = terminal.identity.place.store
        found = [
            (state, line, bucket, step.name)
            for one in stored_orders.listed_in(conn)
            if (state := one.known.state) is not None
            for line in state.order.lines
            for bucket in state.lines[line.line].at
            if bucket[0] != NO_FENCE and lies_at(line, bucket, state.lines[line.line].places) == here
            for step in possible(line, bucket[1], AT_STORE)
            if step.name != RETURNED
        ]
        if not found:
            return ""
        state, line, (fence, source), step = self._chance.choice(found)
        milli = self._chance.choice((ONE, state.lines[line.line].at[fence, source]))
        if source in STEPS[CANCELLED].sources and self._chance.random() < SWAPPED:
            other = self._chance.choice([one for one in ARTICLES if one not in LIMITED_GOODS])
            swap = Swap("", 0, line.line, source, fence, milli, here, other, other, "piece", line.amount_minor // 2)
            terminal.append_in(conn, ORDER_SUBSTITUTED, swap_body(state.order.id, swap))
            return "ordered goods replaced"
        event = OrderEvent("", state.order.id, line.line, step, source, milli, 0, AT_STORE, fence)
        terminal.append_in(conn, ORDER_MOVED, moved_body(state.order.id, [event]))
        if step in LEAVES and state.lines[line.line].places.get(fence) == here:
            self._leave(conn, terminal, state, event)
        return _SEEN.get(step, "")

    def _leave(self, conn: Ledger, terminal: SimTerminal, state: OrderState, event: OrderEvent) -> None:
        line = state.order.line(event.line)
        assert line is not None, "it was looked at"
        promise = order_goods.name_of(event.order, event.line, event.fence)
        if event.fence == FIRST_FENCE and (line.promise is None or line.promise.id != held_as(event.order, event.line)):
            promise = ""
        goods: Json = {"article": line.article, "quantity": -event.quantity_milli}
        body = {"location": terminal.identity.place.store, "reason": MOVED_OUT, "promise": promise, "lines": [goods]}
        terminal.append_in(conn, STOCK_MOVED, body)

    # the hub

    def _round(self) -> None:
        """The hub routes what no place has, unless it is down; what it does not know to be free it leaves."""
        if not self._network.up:
            return
        hub, now_ms = self._hub, self._network.hub_ms()
        for _ in range(ROUNDS_MAX):
            if not hub.transact(lambda connection: look(connection, TENANT, now_ms, hub.new_id, hub.epoch())):
                break
            self._time.saw("order routed")
            hub.transact(hub.routed)
        else:
            raise AssertionError("routing comes to no end")
        for kind in hub.transact(_asked, reading=True).values():
            self._time.saw("ordered in vain" if kind == order_tasks.NOBODY else "something to do for an order")
        self._network.ring()

    def _cancel(self) -> None:
        """Head office cancels what can still be cancelled of an order."""
        hub, now_ms = self._hub, self._network.hub_ms()

        def work(connection: Connection) -> bool:
            found = orders.listed(connection, TENANT, only_open=True)
            one = orders.find(connection, TENANT, self._chance.choice(found).id) if found else None
            if one is None or one.known.state is None:
                return False
            made = Made(now_ms, hub.new_id)
            events = cancellations(one.known.state, [], made)
            if events:
                orders.move(connection, TENANT, one.known.state.order.id, events, made)
            return bool(events)

        if self._network.up and hub.transact(work):
            self._time.saw("order cancelled")
            self._network.ring()


def judge(hub: RealHub, projected: Sequence[Fact]) -> list[str]:
    """Whether each order at the hub is what all facts and the hub's own steps make of it, with its tasks and its goods."""
    wanted = hub.transact(lambda connection: _wanted(connection, projected), reading=True)
    there = hub.transact(lambda connection: order_rows.load(connection, TENANT, wanted), reading=True)
    wrong = [f"orders: {name} at the hub is not what was told of it" for name, one in there.items() if one.known != wanted[name]]
    named = {
        order_tasks.row_id(name): task.task.code
        for one in there.values()
        for name, task in order_tasks.of_order(one.known, one.stuck, hub.stores).items()
    }
    asked = hub.transact(_asked, reading=True)
    if asked != named:
        wrong.append(f"orders: a person is asked about {sorted(asked.values())} in place of {sorted(named.values())}")
    goods = hub.transact(lambda connection: _held(connection), reading=True)
    kept = Counter({(one.store, one.id): one.milli for stored in there.values() for one in _kept(stored)})
    if goods != +kept:
        wrong.append(f"orders: {len(goods)} allocations are held back in place of {len(+kept)}")
    return wrong


def taken(hub: RealHub, projected: Sequence[Fact]) -> Counter[Key]:
    """What orders took or hold back, by store and article: what left for an allocation, and what waits to leave."""
    found: Counter[Key] = Counter()
    for fact in projected:
        for one in order_goods.left_in(fact):
            found[one.store, fact.body["lines"][0]["article"]] += one.milli
    at = reservations.c
    query = select(at.store, at.article, at.quantity_milli).where(at.who == order_goods.WHO, at.state == "claimed")
    for store, article, milli in hub.transact(lambda connection: connection.execute(query).all(), reading=True):
        found[store, article] += int(milli)
    return found


def _wanted(connection: Connection, projected: Sequence[Fact]) -> dict[str, OrderKnown]:
    """Every order by the domain's fold, in an order of its own; what the hub decided itself it alone knows."""
    known: dict[str, OrderKnown] = {}
    for fact in sorted(projected, key=lambda one: (one.seq * 7 % 5, one.dev, one.seq)):
        if fact.kind in ORDER_KINDS:
            name = order_of_fact(fact)
            known[name] = apply_order(known.get(name, OrderKnown()), fact)
    own: dict[str, list[OrderEvent]] = {}
    for (body,) in connection.execute(select(order_events.c.body)).all():
        event = msgspec.json.decode(body, type=OrderEvent)
        if event.role in HUB:
            own.setdefault(event.order, []).append(event)
    for name, one in known.items():
        if one.state is not None:
            state = settled(one.state.placed, [*one.state.told.values(), *own.get(name, ())], one.swaps.values())
            known[name] = replace(one, state=state)
        elif name in own:
            known[name] = replace(one, early={**one.early, **{event.id: event for event in own[name]}})
    return known


def _asked(connection: Connection) -> dict[str, str]:
    at = tasks.c
    query = select(at.id, at.kind).where(at.kind.startswith("order."), at.kind != "order.overdue", at.done_ms == 0)
    return {str(name): str(kind) for name, kind in connection.execute(query)}


def _held(connection: Connection) -> Counter[tuple[str, str]]:
    at = reservations.c
    query = select(at.store, at.id, at.quantity_milli).where(at.who == order_goods.WHO, at.state == "claimed")
    return Counter({(str(store), str(name)): int(milli) for store, name, milli in connection.execute(query)})


def _kept(stored: order_rows.Stored) -> list[order_goods.Kept]:
    return order_goods.to_keep(stored.known.state, stored.gone) if stored.known.state is not None else []

