"""Pictures of what is not there and what is taken in its place, and of a customer who signs for goods at hand-over."""

import math
from collections.abc import Callable

from PySide6.QtCore import Qt

from kiosk.domain.feed import Setting
from tests.kiosk.support import row
from tests.kiosk.ui.shots_orders import some_orders, tell
from tests.kiosk.ui.till_shop import TillShop

ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape


def a_name() -> list[list[float]]:
    """A scrawl that looks like one."""
    word = [number for n in range(140) for number in (150 + n * 4.6, 200 + 90 * math.sin(n / 4) * math.cos(n / 33))]
    return [[120, 320, 150, 60, 190, 300], [130, 190, 230, 185], word, [250, 330, 860, 300]]


def signing(shop: TillShop, take: Callable[[str], None]) -> None:
    """An order that is signed for."""
    shop.ready()
    some_orders(shop)
    tell(shop, row("setting", "order.signature", Setting("order.signature", "always")))
    orders = shop.till.more_model.orders_model
    shop.key(Qt.Key.Key_Insert)
    orders.openOrder("w6", "code")
    shop.settle()
    orders.pickup_model.act("hand")
    shop.settle()
    shop.key(ENTER)
    take("g1-field")
    for stroke in a_name():
        orders.pickup_model.sign_model.stroke(stroke)
    shop.settle()
    take("g2-name")
    shop.key(Qt.Key.Key_F4)
    take("g3-paper")
    shop.key(Qt.Key.Key_F1)
    take("g4-keys")


def replacing(shop: TillShop, take: Callable[[str], None]) -> None:
    """Goods that are not there, and what their customer takes in their place."""
    shop.ready()
    some_orders(shop)
    orders = shop.till.more_model.orders_model
    shop.key(Qt.Key.Key_Insert, ENTER)
    orders.pickup_model.chooseLine(3)
    shop.key(Qt.Key.Key_F3)
    take("r1-proposals")
    shop.key(Qt.Key.Key_Down)
    take("r2-proposed")
    shop.key(ENTER)
    take("r3-agreed")
    shop.key(Qt.Key.Key_F3, Qt.Key.Key_F1)
    take("r4-keys")
