"""Shelf labels at the till: what is not printed yet is told under Stock, printed at one touch or one by one, and ticked off."""

import time

from PySide6.QtCore import Qt

from drivers.transport.tcp import TcpAddress, connect
from drivers.zpl.driver import ZplPrinter
from drivers.zpl.frames import Stock
from kiosk.domain.catalog import Price
from kiosk.domain.facts import LABELS_PRINTED
from kiosk.services.labels import PRINTER, LabelDesk
from kiosk.store import spool
from kiosk.ui.flow import Dialog
from tests.kiosk.ui.kiosk.shop import row
from tests.kiosk.ui.test_till_sale import facts
from tests.kiosk.ui.test_till_stock import open_stock
from tests.kiosk.ui.till_shop import TillShop

SHIRT, OTHER, HOUR_MS = "1001-WHT-M", "1001-WHT-L", 3_600_000
ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape


def cheaper(shop: TillShop) -> None:
    """Two prices change soon; The shop has a label printer."""
    nowhere = TcpAddress("127.0.0.1", 9)
    printer = ZplPrinter(lambda: connect(nowhere, 0.1), Stock(560, 304), time.monotonic_ns)
    counter = shop.desk.counter
    shop.desk.labels = LabelDesk(counter, printer, lambda: None)
    start_ms = counter.now_ms() + HOUR_MS
    prices = [row("price", f"{one}|{start_ms}", Price(one, start_ms, minor, 9)) for one, minor in ((SHIRT, 1_299), (OTHER, 1_199))]
    shop.shop.put(*prices)


def test_labels_are_printed_together_or_one_by_one_and_what_has_none_is_told(selling: TillShop):
    cheaper(selling)
    open_stock(selling)
    model = selling.till.more_model.stock_model
    selling.settle(until=lambda: "2" in model.entries_shown()[-1].note)
    selling.type("6")
    selling.settle(until=lambda: len(model.entries_shown()) >= 3)
    assert model.page == "labels"
    rows = model.entries_shown()
    assert {one.key for one in rows} >= {"labels:all", SHIRT, OTHER} and "14.99 → €12.99" in next(
        one.note for one in rows if one.key == SHIRT
    )
    model.choose(SHIRT)
    selling.settle(until=lambda: any(one.iconName == "check" for one in model.entries_shown()))
    assert selling.till.message == "Labels sent to the printer: 1"
    selling.key(ENTER)
    selling.settle(until=lambda: sum(one.iconName == "check" for one in model.entries_shown()) == 2)
    assert [[one["article"] for one in body["labels"]] for body in facts(selling, LABELS_PRINTED)] == [[SHIRT], [OTHER]]
    jobs = [job for job in selling.shop.ledger.run(spool.jobs) if job.printer == PRINTER]
    assert len(jobs) == 2 and "1299" not in jobs[0].plain_text and b"^XA" in jobs[0].data
    selling.key(ESC)
    selling.settle()
    assert model.page == "home" and "printed" in model.entries_shown()[-1].note


def test_a_label_is_printed_from_the_product_card_and_without_a_printer_it_says_so(selling: TillShop):
    selling.till.item_model.look(SHIRT)
    selling.settle(until=lambda: selling.till.flow.dialog is Dialog.ITEM)
    selling.key(Qt.Key.Key_F6)
    assert selling.till.messageCode == "label.no_printer"
    cheaper(selling)
    selling.till.item_model.look(SHIRT)
    selling.settle(until=lambda: selling.till.item_model.canLabel)
    selling.key(Qt.Key.Key_F6)
    selling.settle()
    assert selling.till.message == "Labels sent to the printer: 1"
    (body,) = facts(selling, LABELS_PRINTED)
    assert body["labels"] == [{"article": SHIRT, "from": 0, "price": 1_499, "prior": 0}]
