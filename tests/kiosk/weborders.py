"""Web orders as the hub tells a store of them, for any suite: the row itself, made of real domain values."""

from kiosk.domain.arbitrating import settled
from kiosk.domain.feed import ORDER, Row
from kiosk.domain.order import COLLECT, PAY_AT_COLLECTION, WEB, Charge, Fulfilment, Order, OrderLine, Promise, Terms
from kiosk.domain.orderevents import OrderEvent
from kiosk.domain.orderfacts import OrderKnown
from kiosk.domain.ordermoney import OrderPayment
from kiosk.domain.orderrow import row_of
from kiosk.domain.quantity import ONE
from tests.kiosk.support import PLACE, SATURDAY_MS, row

HERE = PLACE.store
CARD = "NL20410001"
MINUTE_MS = 60_000


def web_row(
    *lines: tuple[str, int, int], key: str = "w1", terms: Terms = PAY_AT_COLLECTION, kind: str = COLLECT, source: str = HERE,
    to: str = HERE, deposit: int = 0, customer: str = CARD, events: tuple[OrderEvent, ...] = (), name: str = "Anna de Vries",
    phone: str = "06 12345678", code: str = "482913", placed_ms: int = SATURDAY_MS - 10 * MINUTE_MS,
    until_ms: int = SATURDAY_MS + 60 * MINUTE_MS, names: tuple[str, ...] = (), payments: tuple[OrderPayment, ...] = (),
    delivery: tuple[int, int] | None = None, expires_ms: int = 0, number: str = "",
) -> Row:  # fmt: skip
    """An order of (article, pieces, amount in minor units) that rests on a right of `source`; number `W-` and its key.

    `expires_ms`: when it is over by itself, of one that only reserves.
    `delivery`: what it costs, and what the least expensive way would have, in minor units.
    """
    way = Fulfilment(kind, source, to=to) if kind == COLLECT else Fulfilment(kind, source, delivery=f"{key}-address")
    promise = Promise(True, placed_ms, max(placed_ms, until_ms))
    made = tuple(
        OrderLine(
            n, article, names[n - 1] if names else f"Overhemd {article}", "piece", pieces * ONE, amount, way,
            Promise(True, promise.from_ms, promise.until_ms, f"{key}/{n}"), deposit * pieces, "standard",
        )
        for n, (article, pieces, amount) in enumerate(lines or (("1001-WHT-M", 1, 2_995),), 1)
    )  # fmt: skip
    place = PLACE
    order = Order(
        key, number or f"W-{key}", place.tenant, place.entity, place.brand, place.country, place.currency, WEB, "", customer, terms,
        placed_ms, made, (Charge("delivery", tuple(line.line for line in made), *delivery, "standard"),) if delivery else (),
        expires_ms,
    )  # fmt: skip
    paid = {one.id: one for one in payments}
    return row(ORDER, key, row_of(OrderKnown(("hub", 1, 1), settled(order, events), {}, paid), code, name, phone))
