"""Goods held back for orders: what was allocated to a place and has not left it yet is a reservation there, and nobody's else.

A reservation is a projection of its order: named by order, line and fence, as large as what the allocation still has less what left
the place for it (`stock.moved` with that name as its promise). Whoever allocates holds the article's row of `stock` meanwhile.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, and_, insert, select, update

from kiosk.domain.arbitrating import OrderState
from kiosk.domain.facts import STOCK_MOVED, Fact
from kiosk.domain.orderevents import FIRST_FENCE
from kiosk.domain.orderswap import held_as
from kiosk.domain.quantity import ONE
from kiosk.domain.stock import OPEN, SERIAL
from sync.hub import stock_accounts as accounts
from sync.hub.stock import CLAIMED, FOR_RESERVATION, HELD, RELEASED, free_serials
from sync.hub.stock_grants import classes_of
from sync.hub.storage.bulk import upsert_many
from sync.hub.storage.schema_orders import order_goods
from sync.hub.storage.schema_stock import reservations, stock_serials

WHO = "order"
"""Who asks for what is held back for an order."""

_COLUMNS = ("tenant", "order_id", "store", "line", "fence", "moved_milli")


class Left(NamedTuple):
    """So much (thousandths) left a place for an allocation."""

    order: str
    store: str
    line: int
    fence: int
    milli: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What is to be held back under one name at one place, in thousandths; none: nothing any more."""

    store: str
    id: str
    article: str
    milli: int


def name_of(order: str, line: int, fence: int) -> str:
    """The name of an allocation's reservation: what a place writes as the promise of the goods that leave it."""
    return f"{order}/{line}/{fence}"


def left_in(fact: Fact) -> list[Left]:
    """What a movement of stock takes away for an allocation of an order; nothing where it is for something else."""
    if fact.kind != STOCK_MOVED:
        return []
    order, _, rest = fact.body["promise"].partition("/")
    line, _, fence = rest.partition("/")
    if not (order and _is_number(line) and _is_number(fence)):
        return []
    gone = -sum(one["quantity"] for one in fact.body["lines"] if one["quantity"] < 0)
    return [Left(order, fact.body["location"], int(line), int(fence), gone)] if gone else []


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 15


def note_left(connection: Connection, tenant: str, told: Iterable[Left]) -> None:
    """Keep what left places, added up."""
    sums: dict[tuple[str, str, int, int], int] = {}
    for one in told:
        key = one[:4]
        sums[key] = sums.get(key, 0) + one.milli
    rows = [(tenant, *key, milli) for key, milli in sums.items()]
    upsert_many(connection, order_goods, _COLUMNS, rows, added=("moved_milli",))


def to_keep(state: OrderState, gone: Mapping[tuple[str, int, int], int]) -> list[Kept]:
    """What is to be held back for an order; `gone` is what left, by (place, line, fence).

    A firm promise out of a place's own goods is its terminal's right and no reservation, unless it was taken in place of others and
    no right was left for it (`orderswap.held_as`). What was only brought somewhere to be collected never was stock there.
    """
    found = []
    for line in state.order.lines:
        here = state.lines[line.line]
        for fence, place in here.places.items():
            if fence == FIRST_FENCE and (line.promise is None or line.promise.id != held_as(state.order.id, line.line)):
                continue
            held = sum(milli for (of, _), milli in here.at.items() if of == fence)
            name = name_of(state.order.id, line.line, fence)
            found.append(Kept(place, name, line.article, max(0, held - gone.get((place, line.line, fence), 0))))
    return found


def stands(connection: Connection, tenant: str, names: Iterable[str]) -> dict[tuple[str, str], int]:
    """What is held back under these names, by (store, name); 0 where it is over."""
    at, found, wanted = reservations.c, dict[tuple[str, str], int](), sorted(set(names))
    for start in range(0, len(wanted), 400):
        query = select(at.store, at.id, at.state, at.quantity_milli)
        query = query.where(at.tenant == tenant, at.id.in_(wanted[start : start + 400]), at.who == WHO)
        for store, name, state, milli in connection.execute(query):
            found[store, name] = int(milli) if state in (HELD, CLAIMED) else 0
    return found


def keep(connection: Connection, tenant: str, wanted: Iterable[Kept], there: Mapping[tuple[str, str], int], now_ms: int) -> None:
    """Hold back what is wanted, and let go of what is not."""
    at = reservations.c
    for one in wanted:
        before = there.get((one.store, one.id))
        if before == one.milli or (before is None and not one.milli):
            continue
        mine = and_(at.tenant == tenant, at.store == one.store, at.id == one.id)
        if before is None:
            _hold(connection, tenant, one, now_ms)
        elif one.milli:
            connection.execute(update(reservations).where(mine).values(state=CLAIMED, quantity_milli=one.milli))
        else:
            connection.execute(update(reservations).where(mine, at.state.in_((HELD, CLAIMED))).values(state=RELEASED))
            its = and_(stock_serials.c.tenant == tenant, stock_serials.c.store == one.store)
            held = and_(its, stock_serials.c.holder == f"{FOR_RESERVATION}{one.id}")
            connection.execute(update(stock_serials).where(held).values(holder=""))


def _hold(connection: Connection, tenant: str, one: Kept, now_ms: int) -> None:
    serials: list[str] = []
    if classes_of(connection, tenant, [one.article]).get(one.article, OPEN) == SERIAL:
        serials = free_serials(connection, tenant, one.store, one.article)[: one.milli // ONE]
    connection.execute(
        insert(reservations).values(
            tenant=tenant, store=one.store, id=one.id, article=one.article, quantity_milli=one.milli, state=CLAIMED, who=WHO,
            serials=accounts.listed(serials), at_ms=now_ms, expires_ms=0,
        )
    )  # fmt: skip
    at = stock_serials.c
    mine = and_(at.tenant == tenant, at.store == one.store, at.article == one.article, at.serial.in_(serials))
    if serials:
        connection.execute(update(stock_serials).where(mine).values(holder=f"{FOR_RESERVATION}{one.id}"))
