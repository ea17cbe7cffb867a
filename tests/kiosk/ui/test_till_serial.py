"""The number of a piece at the till: the dialog comes by itself, the next scan is the number, and paying asks again."""

from dataclasses import replace

from PySide6.QtCore import Qt

from kiosk.domain.catalog import Price
from kiosk.domain.facts import SALE_COMPLETED
from tests.kiosk.ui.kiosk.shop import row
from tests.kiosk.ui.test_till_sale import facts
from tests.kiosk.ui.till_shop import TillShop

WATCH, CODE, OTHER = "W1", "8712345678906", "8799999000024"
ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape


def test_the_next_scan_is_the_number_and_what_was_put_off_is_asked_again_before_paying(selling: TillShop):
    put_serial(selling)
    selling.scan(CODE)
    assert selling.till.dialog == "serial"
    selling.scan("SN-1")
    assert selling.till.dialog == ""
    selling.scan(CODE)
    selling.key(ESC)
    selling.scan(OTHER)
    assert selling.till.dialog == ""
    selling.key(Qt.Key.Key_F9)
    assert selling.till.dialog == "serial"
    selling.type("SN-1")
    selling.key(ENTER)
    selling.settle()
    assert selling.till.dialog == "serial" and "SN-1" in selling.till.more_model.serial_model.errorText
    selling.scan("SN-2")
    selling.key(Qt.Key.Key_F9)
    selling.key(ENTER)
    selling.key(ENTER)
    selling.settle()
    (sale,) = facts(selling, SALE_COMPLETED)
    assert [line.get("serial", "") for line in sale["lines"]] == ["SN-1", "SN-2", ""]


def put_serial(shop: TillShop) -> None:
    """An article of which each piece has a number."""
    catalog = shop.desk.counter.catalog
    shirt = catalog.article("1001-WHT-S")
    assert shirt is not None
    watch = replace(shirt, id=WATCH, barcodes=(CODE,), asks_serial=True)
    shop.shop.put(row("article", WATCH, watch), row("price", f"{WATCH}|0", Price(WATCH, 0, 19_900, 9)))
