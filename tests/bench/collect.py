"""What a store does with orders: 500 open ones are listed, found by code, handed over, and paid for in a sale."""

import time
from collections.abc import Callable
from pathlib import Path

from kiosk.domain.order import PAY_AT_COLLECTION
from kiosk.domain.orderrow import OrderRow
from tests.bench.figures import Figures
from tests.bench.options import Options
from tests.kiosk.support import Shop, open_shop, row
from tests.kiosk.weborders import web_row

FIGURES = ("orders_500_first", "orders_500", "order_found", "hand_over", "order_paid")
ORDERS = 500
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
        for n in range(count, 2 * count):
            shop.collecting.to_basket(_key(n), "code")
            shop.checkout.begin()
            due = shop.checkout.cash_due()
            figures.add("order_paid", _ms(lambda due=due: shop.checkout.pay_cash(due)))  # type: ignore[misc]


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
