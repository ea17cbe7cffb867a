"""The regular work on orders: what no place has is routed, what nobody accepts goes on, what has long been over is forgotten."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from kiosk.domain.feed import DEVICE, ORDER
from sync.hub import feedlog, feedprune, order_addresses, order_signatures, snapshots
from sync.hub.bell import rung
from sync.hub.core import Hub
from sync.hub.order_lapsing import lapsed
from sync.hub.order_routing import Allocating, allocate, is_open, promised_before, read_places, take_back
from sync.hub.orders import LOOK, Made, OrderBook, placed_state
from sync.hub.problems import HubProblem
from sync.hub.stock_projecting import mark_to_share
from sync.hub.storage.dialect import erasing
from sync.hub.storage.schema_orders import orders

log = logging.getLogger("toonbank.hub.orders")
LOOK_AGAIN_S = 30.0
"""So long after a pass that found nothing to do, unless an order comes."""

PASS_MAX = 500
FORGOTTEN_AT_ONCE = 100


def look(connection: Connection, tenant: str, now_ms: int, new_id: Callable[[], str], epoch: int) -> int:
    """Do what is due for one order, in a transaction of its own, so that pushes come in between; 0 when nothing is due."""
    if not is_open(connection, tenant):
        return 0
    at = orders.c
    due = select(at.id).where(at.tenant == tenant, at.look_ms > 0, at.look_ms <= now_ms, at.is_open)
    order = connection.scalar(due.order_by(at.look_ms, at.id).limit(1))
    if order is None:
        return 0
    made = Made(now_ms, new_id)
    book = OrderBook(connection, tenant, made)
    book.open([order])
    stored = book.of(order)
    if not (stored.is_open and 0 < stored.look_ms <= now_ms):
        return 1  # another process was faster
    places = read_places(connection, tenant)
    lapse(book, order, made)
    take_back(book, order, places, made)
    for store, article in sorted(book.freed() | promised_before(connection, tenant, placed_state(book, order))):
        mark_to_share(connection, tenant, store, article)  # before anybody's stock is held, as a push does
    allocate(connection, tenant, book, order, places, Allocating(made, epoch))
    book.tell_again(order)
    changes = book.write()
    feedlog.publish(connection, tenant, changes)
    if changes:
        feedlog.give_out(connection, tenant)
    return 1


def lapse(book: OrderBook, order: str, made: Made) -> None:
    """End what was only reserved and whose time is over; the book holds the order."""
    stored, state = book.of(order), placed_state(book, order)
    after = lapsed(state, made.now_ms, iter(made.new_id, None))
    if after is not state:
        book.put(order, replace(stored, known=replace(stored.known, state=after)))


def forget(connection: Connection, tenant: str, now_ms: int, new_id: Callable[[], str]) -> int:
    """Take the rows of orders that have long been over from the tills, and delete whom they were for; gives how many."""
    at = orders.c
    due = select(at.id).where(at.tenant == tenant, at.look_ms > 0, at.look_ms <= now_ms, ~at.is_open)
    found = connection.scalars(due.order_by(at.look_ms, at.id).limit(FORGOTTEN_AT_ONCE)).all()
    if not found:
        return 0
    book = OrderBook(connection, tenant, Made(now_ms, new_id))
    book.open(found)
    over = [order for order in found if not book.of(order).is_open]
    for order in over:
        book.forget(order)
    changes = book.write()
    feedlog.publish(connection, tenant, changes)
    known = [order for order in over if order_addresses.drop(connection, tenant, order)]
    for order in over:
        order_signatures.drop(connection, tenant, order)
    _scrub(connection, tenant, known, changes)
    return len(found)


def _scrub(connection: Connection, tenant: str, known: Iterable[str], changes: Iterable[feedlog.Change]) -> None:
    """What rows once said of people is taken out of the feed's log and of what was made of it."""
    gone = {(change.audience, change.key) for change in changes if change.key in set(known)}
    if gone:
        with erasing(connection):
            feedlog.scrub(connection, tenant, DEVICE, ORDER, gone)
            snapshots.drop(connection, tenant, DEVICE)


class Rounds:
    """The regular work of one run of a hub; used on the event loop."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def go_on(self) -> None:
        """Work for as long as the hub serves: at once when an order needs it, else now and then."""
        bell = self._hub.bell
        while not bell.is_closed:
            tenants = await self._hub.storage.read(feedprune.tenants_of)
            with bell.listen([(tenant, LOOK, feedlog.EVERYWHERE) for tenant in tenants]) as news:
                more = False
                try:
                    more = await self.one_pass(tenants)
                except (OSError, SQLAlchemyError, HubProblem) as error:
                    log.error("orders could not be looked at: %s", error)
                if not more:
                    await rung(news, LOOK_AGAIN_S)
            await asyncio.sleep(0)

    async def one_pass(self, tenants: Iterable[str]) -> bool:
        """Do what is due now; whether there may be more."""
        storage, world = self._hub.storage, self._hub.world
        for tenant in tenants:
            for _ in range(PASS_MAX):
                work = partial(look, tenant=tenant, now_ms=world.now_ms(), new_id=world.new_id, epoch=storage.epoch)
                if not await storage.run(work):
                    break
            else:
                return True
            while await storage.run(partial(forget, tenant=tenant, now_ms=world.now_ms(), new_id=world.new_id)):
                pass
        return False
