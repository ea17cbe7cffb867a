"""Orders that only reserve goods: their time ends, what is not there is not fetched from elsewhere, and what held them lets go.

What holds a reservation's goods is its terminal's right, which that terminal takes back when it hears that the order is over, or a
reservation of the hub's own, which is let go here. The hub alone says that time is over: it is the only one that hears of every
till, so nothing is free again before whoever may have sold it was asked.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, and_, select, update

from kiosk.domain.arbitrating import OrderState, arbitrate
from kiosk.domain.order import KIOSK
from kiosk.domain.orderevents import FIRST_FENCE, LAPSED, OrderEvent
from kiosk.domain.orderfacts import OrderKnown
from kiosk.domain.orderlife import CANCELLED, DECLINED, HANDED_OVER, STATES, STEPS, SYSTEM
from sync.hub.order_goods import WHO
from sync.hub.stock import CLAIMED, FOR_RESERVATION, HELD, RELEASED
from sync.hub.storage.schema_stock import reservations, stock_serials


def lapsed(state: OrderState, now_ms: int, ids: Iterable[str]) -> OrderState:
    """A reservation without what nobody fetched in time, and without what its store does not have; any other order as it is.

    `ids` gives the names of the events.
    """
    if not state.order.expires_ms:
        return state
    names, over = iter(ids), state.order.is_over(now_ms)
    for number, line in state.lines.items():
        ending = [(name, milli) for (_, name), milli in line.at.items() if _ends(name, over)]
        if ending:
            milli = sum(part for _, part in ending)
            event = OrderEvent(
                next(names), state.order.id, number, CANCELLED, ending[0][0], milli, now_ms, SYSTEM, ground=LAPSED
            )
            state = arbitrate(state, event).state
    return state


def _ends(state: str, over: bool) -> bool:
    return state == DECLINED or (over and STATES[state].open and state in STEPS[CANCELLED].sources)


def kiosk_of(known: OrderKnown) -> str:
    """The kiosk that placed an order, by its `dev`: it hears when its right is free again. Empty for any other order."""
    ours = known.state is not None and known.state.order.channel == KIOSK
    return known.placed_by[0] if ours and known.placed_by is not None else ""


def held_apart(connection: Connection, tenant: str, states: Iterable[OrderState]) -> list[tuple[str, str, str]]:
    """The hub's reservations of which their orders need nothing any more: (store, article, id)."""
    over = [
        line.promise.id
        for state in states if state.order.expires_ms
        for line in state.order.lines
        if line.promise is not None and line.promise.id and not _held(state, line.line)
    ]  # fmt: skip
    if not over:
        return []
    at = reservations.c
    query = select(at.store, at.article, at.id).where(at.tenant == tenant, at.id.in_(over), at.state.in_((HELD, CLAIMED)))
    return [(str(store), str(article), str(id)) for store, article, id in connection.execute(query.where(at.who != WHO))]


def _held(state: OrderState, line: int) -> bool:
    """Whether a reservation is still needed, or is fulfilled by the goods that left for it."""
    here = state.lines[line].at
    return any(fence == FIRST_FENCE and (STATES[name].promised or name == HANDED_OVER) for fence, name in here)


def let_go(connection: Connection, tenant: str, over: Iterable[tuple[str, str, str]]) -> None:
    """Free what reservations hold, numbered pieces too."""
    at, piece = reservations.c, stock_serials.c
    for store, article, id in over:
        its = and_(at.tenant == tenant, at.store == store, at.id == id)
        connection.execute(update(reservations).where(its).values(state=RELEASED))
        mine = and_(piece.tenant == tenant, piece.store == store, piece.article == article)
        connection.execute(update(stock_serials).where(mine, piece.holder == f"{FOR_RESERVATION}{id}").values(holder=""))
