"""Pictures of stock work: begun, written off with a second person, counted, counted again, checked and posted."""

from collections.abc import Callable

from PySide6.QtCore import Qt

from kiosk.domain.delivery import Notice, NoticeLine
from tests.kiosk.ui.kiosk.shop import row
from tests.kiosk.ui.test_till_voucher import put_device
from tests.kiosk.ui.till_shop import TillShop

CODES = ("8799999000017", "8799999000024", "8799999000086", "8799999000109", "8799999000208")
ENTER, ESC, F9 = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_F9
PARCEL, OTHER_PARCEL = "387123450000000012", "387123450000000029"

Take = Callable[[str], None]


def stock(shop: TillShop, take: Take) -> None:
    """From the menu to a posted count, with what goes wrong on the way."""
    shop.ready()
    shop.key(Qt.Key.Key_F5)
    take("t20-menu")
    shop.till.more_model.choose("stock")
    shop.settle()
    take("t20-stock")
    shop.type("1")
    take("t20-write-off-empty")
    for code in CODES:
        shop.scan(code)
    shop.scan("8712345678906")
    take("t20-write-off-unknown-code")
    shop.type("12")
    take("t20-write-off-keyed")
    shop.key(ENTER, F9)
    take("t20-write-off-no-reason")
    shop.tap("Beschadigd" if shop.desk.language == "nl" else "Damaged")
    shop.key(F9)
    take("t20-write-off-second-person")
    shop.key(ESC, ESC)
    shop.type("2")
    for code in CODES[:3]:
        shop.scan(code)
    shop.till.more_model.stock_model.work_model.search_model.search("shirt")
    shop.settle()
    take("t20-count-search")
    shop.key(ESC, F9)
    take("t20-count-again")
    for code in CODES[:3]:
        shop.scan(code)
    shop.key(F9)
    take("t20-count-check")
    shop.key(ESC, ESC)
    shop.type("3")
    take("t20-categories")
    shop.type("1")
    shop.scan(CODES[1])
    take("t20-count-category")
    shop.key(ESC)
    take("t20-under-way")
    deliver(shop, take)


def deliver(shop: TillShop, take: Take) -> None:
    """A delivery against its notice: short, over, broken and unknown."""
    lines = (NoticeLine("1001-WHT-S", 6000), NoticeLine("1001-WHT-M", 6000), NoticeLine("1003-BLU-M", 2000))
    for number, supplier in (("PB-2026-1187", "Textielhuis Van der Meer"), ("88213", "Noorderlicht Import BV")):
        put_device(shop, row("notice", number, Notice(number, supplier, "AMS1", lines, (PARCEL, OTHER_PARCEL))))
    shop.type("4")
    take("t20-notices")
    shop.type("2")
    shop.scan(PARCEL)
    shop.scan(CODES[0])
    shop.type("6")
    shop.key(ENTER)
    shop.scan(CODES[1])
    shop.type("7")
    shop.key(ENTER, Qt.Key.Key_F6, Qt.Key.Key_F6)
    shop.scan("8712345678906")
    take("t20-delivery")
    shop.key(F9)
    take("t20-delivery-check")
    shop.key(ESC)
    shop.key(Qt.Key.Key_F1)
    take("t20-keys")
    shop.key(ESC, ESC)
    shop.type("5")
    take("t20-stores")
    shop.key(ENTER)
    shop.scan(CODES[0])
    take("t20-transfer")
