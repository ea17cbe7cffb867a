"""Order routing: what no place has yet is allocated to those that send it at the least cost, and goes on where nobody accepts it.

Who sends what is decided by `kiosk.domain.sourcing`, from what is free to be promised. The allocation and the goods held back for
it are one transaction that holds the articles' rows of `stock`, so nothing is allocated twice. What nobody has waits for a person,
and is looked for again as goods come in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec
from sqlalchemy import Connection, func, select, update

from kiosk.decoding import read_json
from kiosk.domain.arbitrating import OrderState, arbitrate
from kiosk.domain.feed import DEVICE, Setting
from kiosk.domain.order import OrderLine
from kiosk.domain.orderevents import NO_FENCE, OrderEvent, next_fence
from kiosk.domain.orderhandling import HANDLING, OrderHandling, read_handling
from kiosk.domain.orderlife import (
    ALLOCATED,
    CONFIRMED,
    DECLINED,
    EXITS,
    PLACED,
    POOL,
    PROVISIONAL,
    RECLAIMED,
    REJECTED,
    REROUTED,
    SYSTEM,
)
from kiosk.domain.orderrules import NAMES as RULES
from kiosk.domain.orderrules import read_order_rules
from kiosk.domain.sourcing import Candidate, Choice, Plan, Rates, Want, allocations, source
from kiosk.domain.stockrules import NAMES as STOCK_RULES
from kiosk.domain.stockrules import read_rules
from sync.hub import epochs, feedlog, order_telling
from sync.hub.order_goods import WHO
from sync.hub.orders import Made, OrderBook, in_pool, placed_state
from sync.hub.places import stores_of
from sync.hub.stock import CLAIMED, HELD, RELEASED, everywhere, pools
from sync.hub.storage.schema import feed_now
from sync.hub.storage.schema_stock import reservations

AWAY_M = 50_000
"""How far a place is that is not the one meant: the hub knows no map yet."""

RATES = Rates()
PLANS_MAX = 20
"""How often a plan is made anew because somebody else took the goods while it was made."""

_MINUTE_MS = 60_000
_SETTINGS = (*HANDLING, *RULES, *STOCK_RULES)


@dataclass(frozen=True, slots=True)
class Places:
    """Everybody who may send: their rules, the pieces that stay, and how many orders wait to be picked there."""

    handling: Mapping[str, OrderHandling]
    safety: Mapping[str, int]
    waiting: Mapping[str, int]
    warehouses: Mapping[str, str]
    """The place that ships for a store, where one is named; for the web under no name."""


@dataclass(frozen=True, slots=True)
class Group:
    """Goods that are searched for together: to the same place (empty: an address), first at the same one, never at the barred."""

    to: str
    first: str
    barred: frozenset[str]


@dataclass(frozen=True, slots=True)
class Found:
    """The choices of all searches of an order, and the plans themselves."""

    choices: tuple[Choice, ...] = ()
    plans: tuple[Plan, ...] = ()


@dataclass(frozen=True, slots=True)
class Allocating:
    """The moment and the ids of what the hub decides, and its epoch, above which fences begin."""

    made: Made
    epoch: int


def take_back(book: OrderBook, order: str, places: Places, made: Made) -> None:
    """Take back what nobody accepted in time; the book holds the order."""
    state = placed_state(book, order)
    for event in _late(state, places, made):
        state = arbitrate(state, event).state
    book.put(order, replace(book.of(order), known=replace(book.of(order).known, state=state)))


def allocate(connection: Connection, tenant: str, book: OrderBook, order: str, places: Places, allocating: Allocating) -> None:
    """Allocate what no place has; the book holds the order. What was reserved for it before is free for this search."""
    state = placed_state(book, order)
    _release_promised(connection, tenant, state)
    found = _search(connection, tenant, state, wanted(state, places), places)
    for event in events_for(state, found.choices, allocating):
        state = arbitrate(state, event).state
    there = book.of(order)
    plan = msgspec.json.encode(found.plans).decode() if found.plans else there.plan
    book.put(order, replace(there, known=replace(there.known, state=state), stuck=in_pool(state) > 0, plan=plan))


def read_places(connection: Connection, tenant: str) -> Places:
    """Everybody who may send goods of a tenant."""
    now, stores = feed_now.c, sorted(stores_of(connection, tenant))
    query = select(now.audience, now.key, now.payload).where(
        now.tenant == tenant, now.scope == DEVICE, now.entity == "setting", now.key.in_(_SETTINGS)
    )
    said: dict[str, dict[str, object]] = {}
    for audience, key, payload in connection.execute(query):
        said.setdefault(audience, {})[key] = read_json(payload, Setting).value
    rules = {store: {**said.get(feedlog.EVERYWHERE, {}), **said.get(store, {})} for store in stores}
    at = reservations.c
    busy = select(at.store, func.count()).where(at.tenant == tenant, at.state == CLAIMED, at.who == WHO).group_by(at.store)
    rules_of_all = {**rules, "": said.get(feedlog.EVERYWHERE, {})}
    return Places(
        {store: read_handling(values) for store, values in rules.items()},
        {store: read_rules(values).safety for store, values in rules.items()},
        {store: int(count) for store, count in connection.execute(busy)},
        {store: read_order_rules(values).warehouse for store, values in rules_of_all.items()},
    )


def _late(state: OrderState, places: Places, made: Made) -> list[OrderEvent]:
    """What the hub takes back from places that did not accept it in time."""
    found, late = [], set[int]()
    for fence, place, since_ms in order_telling.waiting(state):
        minutes = places.handling.get(place, OrderHandling()).accept_minutes
        if minutes and since_ms + minutes * _MINUTE_MS <= made.now_ms:
            late.add(fence)
    for number, line in state.lines.items():
        for (fence, name), milli in line.at.items():
            if name == ALLOCATED and fence in late:
                found.append(_event(state, number, RECLAIMED, ALLOCATED, milli, made, fence))
    return found


def wanted(state: OrderState, places: Places) -> dict[Group, list[Want]]:
    """What no place has, in the groups that are searched for together."""
    found: dict[Group, list[Want]] = {}
    for line in state.order.lines:
        milli = sum(state.lines[line.line].of(name) for name in POOL)
        if milli:
            group = Group(line.fulfilment.to, _first(state, line, places), refused(state, line.line))
            found.setdefault(group, []).append(Want(line.line, line.article, milli))
    return found


def _first(state: OrderState, line: OrderLine, places: Places) -> str:
    """The place that goods are taken from where it has them: that they were promised from, are collected at, or that ships."""
    way = line.fulfilment
    return way.source or way.to or places.warehouses.get(state.order.store, "")


def refused(state: OrderState, line: int) -> frozenset[str]:
    """The places that gave a line back, lost it, or let it lie: they are not asked again."""
    places = state.lines[line].places
    told = state.events.get(line, {}).values()
    return frozenset(places[event.fence] for event in told if event.step in EXITS and event.fence in places)


def _search(
    connection: Connection, tenant: str, state: OrderState, wants: Mapping[Group, Sequence[Want]], places: Places
) -> Found:
    """Plans for all groups out of what is free, held until the end of the transaction."""
    articles = {want.article for group in wants.values() for want in group}
    if not articles:
        return Found()
    free: dict[str, dict[str, int]] = {store: {} for store in places.safety}
    for article, there in everywhere(connection, tenant, articles, sorted(free), places.safety).items():
        for store, (pool, _) in there.items():
            free[store][article] = pool.free
    for _ in range(PLANS_MAX):
        found = plan(wants, free, places)
        taken = _taken(state, found.choices)
        if _holds(connection, tenant, taken, free):
            return found
    return Found()


def plan(wants: Mapping[Group, Sequence[Want]], free: Mapping[str, Mapping[str, int]], places: Places) -> Found:
    """Who sends what, group after group; what one takes the next one does not find."""
    left = {store: dict(goods) for store, goods in free.items()}
    choices: list[Choice] = []
    plans: list[Plan] = []
    for group in sorted(wants, key=lambda one: (one.to, one.first, sorted(one.barred))):
        made = source(wants[group], [_candidate(store, left[store], group, places) for store in sorted(left)], RATES, to=group.to)
        articles = {want.line: want.article for want in wants[group]}
        for choice in made.choices:
            left[choice.place][articles[choice.line]] -= choice.quantity_milli
        choices += made.choices
        plans.append(made)
    return Found(tuple(choices), tuple(plans))


def _candidate(store: str, free: Mapping[str, int], group: Group, places: Places) -> Candidate:
    return Candidate(
        store, free, 0 if store in (group.first, group.to) else AWAY_M, places.waiting.get(store, 0),
        sends=places.handling[store].sends or store == group.to, declined=store in group.barred,
    )  # fmt: skip


def _taken(state: OrderState, choices: Iterable[Choice]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for choice in choices:
        line = state.order.line(choice.line)
        assert line is not None, "it was wanted"
        goods = found.setdefault(choice.place, {})
        goods[line.article] = goods.get(line.article, 0) + choice.quantity_milli
    return found


def _holds(connection: Connection, tenant: str, taken: Mapping[str, Mapping[str, int]], free: dict[str, dict[str, int]]) -> bool:
    """Hold the goods of a plan; whether they are still free. What is free of them by now stands in `free` then."""
    enough = True
    for store in sorted(taken):
        there = pools(connection, tenant, store, taken[store], lock=True)
        for article, milli in taken[store].items():
            free[store][article] = there[article].free if article in there else 0
            enough = enough and free[store][article] >= milli
    return enough


def events_for(state: OrderState, choices: Sequence[Choice], allocating: Allocating) -> list[OrderEvent]:
    """The hub's events for a plan: confirmed or routed anew, then allocated; what nobody has is rejected."""
    made, found = allocating.made, list[OrderEvent]()
    for number, line in state.lines.items():
        left = sum(choice.quantity_milli for choice in choices if choice.line == number)
        left -= min(left, line.of(CONFIRMED))
        for name, step in ((PLACED, CONFIRMED), (PROVISIONAL, CONFIRMED), (DECLINED, REROUTED)):
            milli = min(left, line.of(name))
            left -= milli
            found += [_event(state, number, step, name, milli, made)] if milli else []
    fence = next_fence(state.fences, allocating.epoch)
    whole = Plan(tuple(choices), (), (), 0, exact=True, looks=0)
    found += allocations(whole, state.order.id, fence, made.now_ms, made.new_id)
    for number, line in state.lines.items():
        used = sum(choice.quantity_milli for choice in choices if choice.line == number)
        for name in (CONFIRMED, PLACED, PROVISIONAL):
            milli = max(0, line.of(name) - used)
            used = max(0, used - line.of(name))
            found += [_event(state, number, REJECTED, name, milli, made)] if milli else []
    return found


def _event(
    state: OrderState, line: int, step: str, source: str, milli: int, made: Made, fence: int = NO_FENCE
) -> OrderEvent:
    return OrderEvent(made.new_id(), state.order.id, line, step, source, milli, made.now_ms, SYSTEM, fence)


def promised_before(connection: Connection, tenant: str, state: OrderState) -> set[tuple[str, str]]:
    """The goods (store, article) that were reserved for what is now in the pool: this search may take them."""
    at = reservations.c
    query = select(at.store, at.article).where(at.tenant == tenant, at.id.in_(_promises(state)), at.state.in_((HELD, CLAIMED)))
    return {(str(store), str(article)) for store, article in connection.execute(query)}


def _release_promised(connection: Connection, tenant: str, state: OrderState) -> None:
    at = reservations.c
    mine = (at.tenant == tenant) & at.id.in_(_promises(state)) & at.state.in_((HELD, CLAIMED)) & (at.who != WHO)
    connection.execute(update(reservations).where(mine).values(state=RELEASED))


def _promises(state: OrderState) -> list[str]:
    waiting = [line for line in state.order.lines if any(state.lines[line.line].of(name) for name in POOL)]
    return sorted({line.promise.id for line in waiting if line.promise is not None and line.promise.id})


def is_open(connection: Connection, tenant: str) -> bool:
    """Whether anything may be allocated: not while it is not known what is out."""
    return epochs.state(connection, tenant).state == epochs.OPEN


