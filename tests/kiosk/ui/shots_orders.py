"""Pictures of the orders of the store: lists, picking, what is missing, hand-over, paying at collection, too long here."""

from collections.abc import Callable

from PySide6.QtCore import Qt

from kiosk.domain.address import Address
from kiosk.domain.feed import Cursor, Row, Transaction, moved, row_number
from kiosk.domain.order import PAID_IN_FULL, SHIP_FROM_STORE
from kiosk.domain.orderevents import OrderEvent
from kiosk.domain.orderlife import IN_TRANSIT, PICKED
from kiosk.domain.quantity import ONE
from kiosk.domain.reservation import code_of
from kiosk.store import orders
from tests.kiosk.ui.kiosk.shop import NOON_MS
from tests.kiosk.ui.till_shop import TillShop
from tests.kiosk.weborders import MINUTE_MS, web_row

ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape
SHIRTS = (("1001-WHT-M", 2, 5_990), ("1001-WHT-L", 1, 2_995), ("1001-WHT-S", 1, 2_995))
NAMES = ("Overhemd Oxford wit M", "Overhemd Oxford wit L", "Overhemd Oxford wit S")


def tell(shop: TillShop, *rows: Row) -> None:
    """The feed tells of orders."""
    ledger = shop.shop.ledger
    at = ledger.cursor()
    read = "SELECT payload FROM device_rows WHERE entity = ? AND key = ?"
    old = ledger.look(lambda conn: [conn.execute(read, (one.entity, one.key)).fetchone() for one in rows])
    gone = sum(row_number(one._replace(payload=was[0])) for one, was in zip(rows, old, strict=True) if was)
    mark = Cursor(at.epoch, at.rev + 1, moved(at.digest, sum(map(row_number, rows)), gone))
    ledger.apply([Transaction(mark.rev, list(rows))], mark)
    shop.till.rows_changed("device")
    shop.settle()


def some_orders(shop: TillShop) -> None:
    """A morning's orders: late and fresh ones, a parcel, goods on their way here, an order that nobody fetched."""
    hour, day = 60 * MINUTE_MS, 24 * 60 * MINUTE_MS
    way = (
        OrderEvent("u/1", "w5", 1, PICKED, "allocated", ONE, 7, "store", 0, "UTR1"),
        OrderEvent("u/2", "w5", 1, IN_TRANSIT, PICKED, ONE, 8, "store", 0, "UTR1"),
    )
    old = (OrderEvent("s/1", "w6", 1, "ready", PICKED, 2 * ONE, 9, "store", 0, "AMS1"),)
    tell(
        shop,
        web_row(*SHIRTS, key="240918", names=NAMES, placed_ms=NOON_MS - 95 * MINUTE_MS, until_ms=NOON_MS + hour),
        web_row(("1001-WHT-L", 1, 2_995), key="240931", names=NAMES[1:], placed_ms=NOON_MS - 50 * MINUTE_MS,
                until_ms=NOON_MS + 3 * hour, name="Johannes Wilhelmus van den Heuvel-Bakker", code="119402"),
        web_row(("1001-WHT-M", 1, 2_995), key="240940", names=NAMES, placed_ms=NOON_MS - 4 * MINUTE_MS, kind=SHIP_FROM_STORE,
                until_ms=NOON_MS + day, name="", phone="", code="", terms=PAID_IN_FULL),
        web_row(("1001-WHT-S", 1, 2_995), key="w5", names=NAMES[2:], source="UTR1", events=way, until_ms=NOON_MS + day,
                name="Şükrü Yıldırım", code="771023"),
        web_row(("1001-WHT-M", 2, 5_990), key="w6", names=NAMES, events=old, placed_ms=NOON_MS - 12 * day,
                until_ms=NOON_MS - 10 * day, name="Zoë van der Berg", code="550187"),
    )  # fmt: skip
    anna = Address("Lotte Smit", "", "", "1012 JS", "12 a", "Damrak", "Amsterdam", "NL")
    shop.shop.ledger.run(lambda conn: orders.keep_address_in(conn, "240940-address", "240940", anna, 1))


def listing(shop: TillShop) -> None:
    """The lists."""
    shop.ready()
    some_orders(shop)
    shop.key(Qt.Key.Key_Insert)


def picking(shop: TillShop) -> None:
    """An order that is to be picked."""
    listing(shop)
    shop.key(ENTER)


def proving(shop: TillShop) -> None:
    """An order that is handed over."""
    picking(shop)
    shop.till.more_model.orders_model.openOrder("w6", "code")
    shop.settle()
    shop.till.more_model.orders_model.pickup_model.act("hand")
    shop.settle()


RESERVED = "0199c1b2-a3d4-7e5f-8a9b-0c1d2e3f4a5b"


def reservation(hours: int = 2) -> Row:
    """A pair that a shopper reserved at the kiosk a quarter of an hour ago, for so many hours from now."""
    until = NOON_MS + hours * 60 * MINUTE_MS
    return web_row(
        ("1001-WHT-M", 2, 5_990), key=RESERVED, number="K1-0042", names=NAMES, customer="", name="Anne-Fleur", phone="",
        placed_ms=NOON_MS - 15 * MINUTE_MS, until_ms=until, expires_ms=until,
    )  # fmt: skip


def reserved(shop: TillShop, take: Callable[[str], None]) -> None:
    """A reservation from the list to the basket."""
    shop.ready()
    some_orders(shop)
    tell(shop, reservation())
    shop.key(Qt.Key.Key_Insert)
    take("r1-list")
    shop.key(ESC)
    shop.scan(code_of(RESERVED))
    take("r2-scanned")
    shop.key(ENTER)
    take("r3-hand-over")
    shop.till.more_model.orders_model.pickup_model.more(1, -1)
    shop.settle()
    take("r4-one-of-two")
    shop.key(ENTER)
    take("r5-basket")
    tell(shop, reservation(hours=0))
    shop.scan(code_of(RESERVED))
    take("r6-over")


def pickup(shop: TillShop, take: Callable[[str], None]) -> None:
    """A shop's morning with orders."""
    shop.ready()
    shop.key(Qt.Key.Key_Insert)
    take("o1-nothing")
    shop.key(ESC)
    some_orders(shop)
    take("o2-sign-on-the-sale")
    shop.key(Qt.Key.Key_Insert)
    take("o3-to-pick")
    shop.key(ENTER)
    take("o4-order")
    shop.scan("8799999000024")
    take("o5-one-ticked")
    shop.scan("8799999000048")
    take("o6-wrong-article")
    shop.till.clearMessage()
    shop.till.more_model.orders_model.pickup_model.chooseLine(3)
    shop.key(Qt.Key.Key_F3)
    shop.scan("8799999000048")
    take("o7-not-there")
    shop.till.more_model.orders_model.pickup_model.answer("no")
    shop.settle()
    for code in ("8799999000024", "8799999000031"):
        shop.scan(code)
    take("o8-picked")
    shop.key(ENTER)
    shop.type("B 4")
    take("o9-shelf")
    shop.key(ENTER)
    take("o10-ready")
    shop.key(ENTER)
    take("o11-hand-over-to-pay")
    shop.key(ENTER)
    take("o12-in-the-basket")
    shop.key(Qt.Key.Key_Insert)
    shop.till.more_model.orders_model.chooseTab("late")
    take("o13-too-long-here")
    shop.key(ENTER)
    take("o14-back-on-the-shelf")
    shop.key(Qt.Key.Key_F8)
    take("o15-cancel")
    shop.key(ESC, ESC)
    shop.till.more_model.orders_model.chooseTab("coming")
    shop.key(ENTER)
    take("o16-on-its-way")
    shop.key(ESC)
    shop.till.more_model.orders_model.search("vlinder")
    shop.settle()
    take("o17-not-found")
    shop.till.more_model.orders_model.openOrder("240940")
    shop.settle()
    shop.key(ENTER, ENTER, ENTER)
    take("o18-to-the-carrier")
