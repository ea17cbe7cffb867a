"""What a store does with orders: 500 open ones are listed, found, handed over and paid for; and mixed baskets are sold."""

import time
from collections.abc import Callable
from pathlib import Path

from kiosk.domain.address import Address
from kiosk.domain.allocation import Grant
from kiosk.domain.order import COLLECT, PAY_AT_COLLECTION, SHIP
from kiosk.domain.orderrow import OrderRow
from kiosk.domain.quantity import ONE
from tests.bench.figures import Figures
from tests.bench.options import Options
from tests.kiosk.support import PLACE, Shop, open_shop, row
from tests.kiosk.weborders import web_row

FIGURES = ("orders_500_first", "orders_500", "order_found", "hand_over", "order_paid", "mixed_commit")
ORDERS = 500
_TAKEN = ("1001-WHT-S", "1001-WHT-M", "1001-NVY-S", "1001-NVY-M", "1001-NVY-L")
_ORDERED = ((COLLECT, "1001-WHT-L"), (COLLECT, "1001-WHT-XL"), (SHIP, "1001-NVY-XL"))
_ANNA = Address("Anna de Vries", "06 12345678", "anna@example.org", "1012JS", "12 a", "Damrak", "Amsterdam")
_LINES = (("1001-WHT-M", 1, 2_995), ("1001-WHT-L", 1, 2_995), ("1001-WHT-S", 2, 5_990))


def measure(folder: Path, figures: Figures, options: Options) -> None:
    """Orders of three lines. The first list folds all of them; each later one comes after one order has changed."""
    with open_shop(folder / "collect") as shop:
        shop.sign_in()
        shop.open_shift()
        count = options.count(150, 15)
        shop.put_device(*(web_row(*_LINES, key=_key(n), code=f"{n:06}", terms=PAY_AT_COLLECTION) for n in range(ORDERS)))
        figures.add("orders_500_first", _ms(shop.orders.listed))
        for n in range(2 * count):
            shop.picking.pick_all(_key(n))
            shop.picking.put_ready(_key(n), "B 4")
            figures.add("orders_500", _ms(shop.orders.listed))
            figures.add("order_found", _ms(lambda n=n: shop.orders.opened_by(f"{n:06}")))  # type: ignore[misc]
        _pay(shop, count)
        for n in range(count):
            figures.add("hand_over", _ms(lambda n=n: shop.collecting.hand_over(_key(n), "code")))  # type: ignore[misc]
        _mix(shop, count, figures)
        for n in range(count, 2 * count):
            shop.collecting.to_basket(_key(n), "code")
            shop.checkout.begin()
            due = shop.checkout.cash_due()
            figures.add("order_paid", _ms(lambda due=due: shop.checkout.pay_cash(due)))  # type: ignore[misc]


def _mix(shop: Shop, count: int, figures: Figures) -> None:
    """Eight lines and what delivery costs: five taken along, two put aside here by right, one sent home; one payment in cash."""
    for _, article in _ORDERED:
        shop.put_device(row("grant", f"{PLACE.store}|{article}", Grant(PLACE.store, article, 10**9, 1)))
    for _ in range(count):
        for article in (*_TAKEN, *(article for _, article in _ORDERED)):
            shop.add(article)
        for number, (kind, article) in enumerate(_ORDERED, len(_TAKEN) + 1):
            way = next(one for one in shop.ordering.ways(article, ONE) if one.fulfilment.kind == kind)
            shop.ordering.order([number], way, _ANNA)
        shop.checkout.begin()
        due = shop.checkout.cash_due()
        figures.add("mixed_commit", _ms(lambda due=due: shop.checkout.pay_cash(due)))  # type: ignore[misc]


def _pay(shop: Shop, count: int) -> None:
    """The hub tells that the first ones were paid on the web."""
    told = [one for one in shop.ledger.device_rows("order", OrderRow) if one.id < _key(count)]
    payment = {"id": "hub/pay", "at_ms": 1, "kind": "link", "amount_minor": sum(amount for _, _, amount in _LINES)}
    kept = ("id", "order", "placed_by", "events", "code", "name", "phone")
    shop.put_device(*(row("order", one.id, {**{name: getattr(one, name) for name in kept}, "payments": [payment]}) for one in told))


def _key(n: int) -> str:
    return f"w{n:04}"


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1_000
