"""Orders at the hub: what was told of each is folded as a till folds it, kept, and told to the stores that it concerns.

The orders of one transaction are a book: opened under their names in one order on every process, changed, and written once with all
that follows: rows for the stores, tasks for people, goods held back, and when the hub has to look at an order by itself.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, or_, select

from kiosk.domain.address import Address
from kiosk.domain.arbitrating import OrderState, arbitrate, settled
from kiosk.domain.facts import Fact
from kiosk.domain.feed import DEVICE, ORDER
from kiosk.domain.order import Order
from kiosk.domain.orderevents import OrderEvent
from kiosk.domain.orderfacts import OrderKnown, apply_order, order_body, order_of_fact
from kiosk.domain.orderlife import HUB, POOL
from kiosk.domain.ordermoney import OrderPayment
from sync.hub import feedlog, order_addresses, order_goods, order_lapsing, order_rows, order_tasks, order_telling, refunds
from sync.hub.mail import outbox
from sync.hub.order_rows import Stored
from sync.hub.problems import HubProblem
from sync.hub.stock_projecting import mark_to_share
from sync.hub.storage.database import TOUCHED
from sync.hub.storage.dialect import lock_name
from sync.hub.storage.schema import stores
from sync.hub.storage.schema_orders import order_stores, orders

HUB_DEV = "hub"
"""Who placed what no terminal placed, in the place of its `dev`."""

LOOK = "orders"
"""Stands for a scope in what was touched when the hub has to look at an order at once."""

PAGE_MAX = 200


@dataclass(frozen=True, slots=True)
class Made:
    """The moment (ms), and where a new id comes from."""

    now_ms: int
    new_id: Callable[[], str]


class OrderBook:
    """The orders of a tenant within one transaction. `open`, change by `fold` and `put`, then `write` once."""

    def __init__(self, connection: Connection, tenant: str, made: Made) -> None:
        self._connection, self._tenant, self._made = connection, tenant, made
        self._before: dict[str, Stored] = {}
        self._now: dict[str, Stored] = {}
        self._again: set[str] = set()
        self._forgotten: set[str] = set()

    def open(self, ids: Iterable[str]) -> None:
        """Hold orders until the transaction ends and read them; all that it changes, at once."""
        wanted = sorted(set(ids))
        assert not self._before or not wanted, "whoever opens a second time may wait crosswise"
        for order in wanted:
            lock_name(self._connection, f"order {self._tenant} {order}")
        self._before = order_rows.load(self._connection, self._tenant, wanted)
        self._now = dict(self._before)

    def of(self, order: str) -> Stored:
        """An order as it stands now in this book."""
        return self._now[order]

    def put(self, order: str, stored: Stored) -> None:
        """Change an order."""
        self._now[order] = stored

    def tell_again(self, order: str) -> None:
        """Something beside the order changed that its row says."""
        self._again.add(order)

    def forget(self, order: str) -> None:
        """An order has been over for long enough: no store needs its row any more."""
        self._forgotten.add(order)
        self._now[order] = replace(self._now[order], told=frozenset(), look_ms=0)

    def fold(self, facts: Sequence[Fact], moving: Sequence[Fact] = ()) -> None:
        """Open the orders of facts that were found sound, and fold these; `moving` are movements that may be for orders."""
        left = [one for fact in moving for one in order_goods.left_in(fact)]
        self.open([*(order_of_fact(fact) for fact in facts), *(one.order for one in left)])
        for fact in facts:
            order = order_of_fact(fact)
            self._now[order] = _fresh(self._now[order], apply_order(self._now[order].known, fact))
        order_goods.note_left(self._connection, self._tenant, left)
        for one in left:
            there, key = self._now[one.order], (one.store, one.line, one.fence)
            self._now[one.order] = replace(there, gone={**there.gone, key: there.gone.get(key, 0) + one.milli})

    def freed(self) -> set[tuple[str, str]]:
        """The goods (store, article) of which less is held back than before: to be marked before anybody's stock is held."""
        wanted = self._goods()
        there = order_goods.stands(self._connection, self._tenant, (one.id for one in wanted))
        less = {(one.store, one.article) for one in wanted if one.milli < there.get((one.store, one.id), 0)}
        return less | {(store, article) for store, article, _ in self._over()}

    def write(self) -> list[feedlog.Change]:
        """Keep everything; gives the rows for the feed."""
        changed = [order for order, now in self._now.items() if order in self._again or now != self._before[order]]
        if not changed:
            return []
        known_stores = frozenset(self._connection.scalars(select(stores.c.store).where(stores.c.tenant == self._tenant)))
        telling = order_telling.Telling(self._connection, self._tenant, known_stores, self._made.now_ms)
        changes: list[feedlog.Change] = []
        people = order_addresses.of_orders(self._connection, self._tenant, changed)
        for order in sorted(changed):
            was, now = self._before[order], self._now[order]
            if now.known.state is not None and order not in self._forgotten:
                now, rows = telling.tell(self._settled(order), people.get(order, {}), self._made.new_id)
                changes += rows
            changes += [feedlog.gone(DEVICE, feedlog.tills_of(store), ORDER, order) for store in sorted(was.told - now.told)]
            if order in self._forgotten and (kiosk := order_lapsing.kiosk_of(now.known)):
                changes.append(feedlog.gone(DEVICE, feedlog.own(kiosk), ORDER, order))
            self._now[order] = now
            order_tasks.change(self._connection, self._tenant, (was, now), known_stores, self._made.now_ms)
        both = {order: (self._before[order], self._now[order]) for order in changed}
        order_rows.write(self._connection, self._tenant, both)
        refunds.ask(self._connection, self._tenant, both, self._made.now_ms)
        outbox.ask(self._connection, self._tenant, both, self._made.now_ms)
        wanted = self._goods()
        there = order_goods.stands(self._connection, self._tenant, (one.id for one in wanted))
        order_goods.keep(self._connection, self._tenant, wanted, there, self._made.now_ms)
        order_lapsing.let_go(self._connection, self._tenant, self._over())
        if any(0 < self._now[order].look_ms <= self._made.now_ms for order in changed):
            touched: set[tuple[str, str, str]] = self._connection.info[TOUCHED]
            touched.add((self._tenant, LOOK, feedlog.EVERYWHERE))
        return changes

    def _settled(self, order: str) -> Stored:
        """An order with what follows for the hub: whether a search is still without an answer, and since when it is over."""
        now = self._now[order]
        assert now.known.state is not None, "it was placed"
        stuck = now.stuck and in_pool(now.known.state) > 0
        closed_ms = 0 if now.is_open else now.closed_ms or self._made.now_ms
        return replace(now, stuck=stuck, closed_ms=closed_ms)

    def _over(self) -> list[tuple[str, str, str]]:
        """The reservations that nobody needs any more."""
        states = [now.known.state for now in self._now.values() if now.known.state is not None]
        return order_lapsing.held_apart(self._connection, self._tenant, states)

    def _goods(self) -> list[order_goods.Kept]:
        return [
            one
            for now in self._now.values()
            if now.known.state is not None
            for one in order_goods.to_keep(now.known.state, now.gone)
        ]


def finish(connection: Connection, tenant: str, book: OrderBook) -> None:
    """Write a book that no push brought, and publish it. The last thing in a transaction."""
    for store, article in sorted(book.freed()):
        mark_to_share(connection, tenant, store, article)
    feedlog.publish(connection, tenant, book.write())


def place(
    connection: Connection, tenant: str, order: Order, payments: Sequence[OrderPayment], addresses: Mapping[str, Address],
    made: Made,
) -> Stored:  # fmt: skip
    """Place an order that no terminal placed (the web, head office), with whom it is for by the key of each delivery.

    The same order again changes nothing. Raises HubProblem where its id is another order's.
    """
    assert order.tenant == tenant, "an order is its tenant's"
    book = OrderBook(connection, tenant, made)
    book.open([order.id])
    there = book.of(order.id)
    if there.known.state is not None:
        if order_body(there.known.state.placed) != order_body(order):
            raise HubProblem("order.exists", order=order.id[:60])
        return there
    for key, address in sorted(addresses.items()):
        order_addresses.put(connection, tenant, key, order.id, address, made.now_ms)
    paid = {payment.id: payment for payment in payments} | dict(there.known.payments)
    state = settled(order, there.known.early.values(), there.known.swaps.values())
    known = replace(there.known, placed_by=(HUB_DEV, 0, made.now_ms), state=state, early={}, payments=paid)
    book.put(order.id, replace(there, known=known))
    finish(connection, tenant, book)
    return book.of(order.id)


def put_address(connection: Connection, tenant: str, key: str, order: str, address: Address, made: Made) -> None:
    """Keep whom an order of a terminal is for, also before the order itself is here; its row says it where it is collected.

    Raises HubProblem for what is no address. An order that is over for good needs none any more.
    """
    book = OrderBook(connection, tenant, made)
    book.open([order])
    there = book.of(order)
    if there.known.state is not None and not there.is_open and not there.look_ms:
        return
    order_addresses.put(connection, tenant, key, order, address, made.now_ms)
    if there.known.state is not None:
        book.tell_again(order)
        finish(connection, tenant, book)


def move(connection: Connection, tenant: str, order: str, events: Sequence[OrderEvent], made: Made) -> Stored:
    """Take steps that the hub or head office decides. Raises HubProblem where there is no such order.

    What the rules do not permit is refused as any event is: by a task.
    """
    assert all(event.role in HUB and event.order == order for event in events), "terminals speak by facts, each of its order"
    book = OrderBook(connection, tenant, made)
    book.open([order])
    state = placed_state(book, order)
    for event in events:
        state = arbitrate(state, event).state
    book.put(order, _fresh(book.of(order), replace(book.of(order).known, state=state)))
    finish(connection, tenant, book)
    return book.of(order)


def _fresh(there: Stored, known: OrderKnown) -> Stored:
    """An order of which more is known: what came into the pool since nobody was found is looked for at once."""
    grew = known.state is not None and in_pool(known.state) > (in_pool(there.known.state) if there.known.state is not None else 0)
    return replace(there, known=known, stuck=there.stuck and not grew)


def in_pool(state: OrderState) -> int:
    """How much (thousandths) of an order no place has."""
    return sum(line.of(name) for line in state.lines.values() for name in POOL)


def placed_state(book: OrderBook, order: str) -> OrderState:
    """The state of an order that was opened. Raises HubProblem where it was never placed."""
    state = book.of(order).known.state
    if state is None:
        raise HubProblem("order.unknown", text=order[:60])
    return state


def find(connection: Connection, tenant: str, order: str) -> Stored | None:
    """An order by its id, or None where none was placed."""
    found = order_rows.load(connection, tenant, [order])[order]
    return found if found.known.state is not None else None


def lookup(connection: Connection, tenant: str, asked: str) -> list[str]:
    """The ids of orders whose id, number or collect code this is, open ones first, the newest first."""
    at = orders.c
    mine = (at.tenant == tenant) & or_(at.id == asked, at.number == asked, (at.code == asked) & (at.code != "") & at.is_open)
    return list(connection.scalars(select(at.id).where(mine).order_by(at.is_open.desc(), at.placed_ms.desc()).limit(PAGE_MAX)))


@dataclass(frozen=True, slots=True)
class Listed:
    """One order in a list: its names, where and when it was placed (ms), and what has become of it."""

    id: str
    number: str
    channel: str
    store: str
    placed_ms: int
    is_open: bool
    shown: str


def listed(
    connection: Connection, tenant: str, store: str = "", state: str = "", since_ms: int = 0, after: tuple[int, str] = (0, ""),
    most: int = PAGE_MAX, only_open: bool = False,
) -> list[Listed]:  # fmt: skip
    """Orders from the oldest on, a page after the last one seen (placed_ms, id); of a store: that it placed or has to do with."""
    at, told = orders.c, order_stores.c
    query = select(at.id, at.number, at.channel, at.store, at.placed_ms, at.is_open, at.shown).where(at.tenant == tenant)
    query = query.where(at.placed_ms >= max(since_ms, after[0]), or_(at.placed_ms > after[0], at.id > after[1]))
    if store:
        concerned = select(told.order_id).where(told.tenant == tenant, told.store == store)
        query = query.where(or_(at.store == store, at.id.in_(concerned)))
    if state:
        query = query.where(at.shown == state)
    if only_open:
        query = query.where(at.is_open)
    rows = connection.execute(query.order_by(at.placed_ms, at.id).limit(min(most, PAGE_MAX)))
    return [Listed(row.id, row.number, row.channel, row.store, int(row.placed_ms), bool(row.is_open), row.shown) for row in rows]
