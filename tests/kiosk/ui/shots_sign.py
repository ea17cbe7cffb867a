"""Pictures of what is not there and what is taken in its place, and of a customer who signs for goods at hand-over."""

import math
from collections.abc import Callable

from PySide6.QtCore import Qt

from kiosk.domain.address import Address
from kiosk.domain.feed import Setting
from kiosk.domain.order import SHIP_FROM_STORE
from kiosk.domain.ordermoney import OrderPayment
from kiosk.store import orders
from tests.kiosk.support import row
from tests.kiosk.ui.kiosk.shop import NOON_MS
from tests.kiosk.ui.shots_orders import NAMES, some_orders, tell
from tests.kiosk.ui.till_shop import TillShop
from tests.kiosk.weborders import MINUTE_MS, web_row

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
    lists = shop.till.more_model.orders_model
    shop.key(Qt.Key.Key_Insert)
    lists.openOrder("w6", "code")
    shop.settle()
    lists.pickup_model.act("hand")
    shop.settle()
    shop.key(ENTER)
    take("g1-field")
    for stroke in a_name():
        lists.pickup_model.sign_model.stroke(stroke)
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
    lists = shop.till.more_model.orders_model
    shop.key(Qt.Key.Key_Insert, ENTER)
    lists.pickup_model.chooseLine(3)
    shop.key(Qt.Key.Key_F3)
    take("r1-proposals")
    shop.key(Qt.Key.Key_Down)
    take("r2-proposed")
    shop.key(ENTER)
    take("r3-agreed")
    shop.key(Qt.Key.Key_F3, Qt.Key.Key_F1)
    take("r4-keys")


def parcels(shop: TillShop, take: Callable[[str], None]) -> None:
    """An order that is packed into two parcels and given to the carrier."""
    shop.ready()
    some_orders(shop)
    for name, value in (("order.sscc_prefix", "8712345001"), ("order.carrier", "Bode Post")):
        tell(shop, row("setting", name, Setting(name, value)))
    paid = OrderPayment("hub/pay", 1, "link", 5_990)
    tell(
        shop,
        web_row(("1001-WHT-M", 1, 2_995), ("1001-WHT-L", 1, 2_995), key="p8", names=NAMES, placed_ms=NOON_MS - 9 * MINUTE_MS,
                kind=SHIP_FROM_STORE, until_ms=NOON_MS + 99 * MINUTE_MS, name="", phone="", code="", payments=(paid,)),
    )  # fmt: skip
    lotte = Address("Lotte Smit", "", "", "1012 JS", "12 a", "Damrak", "Amsterdam", "NL")
    shop.shop.ledger.run(lambda conn: orders.keep_address_in(conn, "p8-address", "p8", lotte, 1))
    shop.key(Qt.Key.Key_Insert)
    lists = shop.till.more_model.orders_model
    lists.openOrder("p8")
    shop.settle()
    for code in ("8799999000024", "8799999000031"):
        shop.scan(code)
    take("k1-to-pack")
    shop.key(ENTER)
    shop.scan("8799999000024")
    take("k2-one-in-the-parcel")
    shop.key(ENTER)
    take("k3-the-rest")
    shop.key(ENTER, ENTER)
    take("k4-packed")
    shop.key(ESC)
    lists.chooseTab("sending")
    shop.settle()
    take("k5-parcels")
    shop.scan("00" + lists.carrier_model.rows_shown()[0].key)
    take("k6-one-ticked")
    shop.key(Qt.Key.Key_F9)
    take("k7-given")


def one_thing_more(shop: TillShop, take: Callable[[str], None]) -> None:
    """What others bought with the goods, while they are handed over."""
    shop.ready()
    others: dict[str, str] = {}
    for one in shop.desk.counter.catalog.articles("ORDER BY a.id", ()):
        if one.style != "1001" and one.barcodes and not (one.asks_serial or one.is_weighed or one.age_limit):
            others.setdefault(one.style, one.barcodes[0])
    for code in list(others.values())[:3]:
        for _ in range(2):
            shop.scan("8799999000024")
            shop.scan(code)
            shop.key(Qt.Key.Key_F9, ENTER, ENTER)
    some_orders(shop)
    shop.key(Qt.Key.Key_Insert)
    lists = shop.till.more_model.orders_model
    lists.openOrder("w6", "code")
    shop.settle()
    lists.pickup_model.act("hand")
    shop.settle()
    take("h1-proposed")
    if lists.together_model.rows_shown():
        lists.together_model.add(lists.together_model.rows_shown()[0].key)
        shop.settle()
    take("h2-added")
