"""Sales stops at the till: asked without losing a scan, answered by key or the code with the batch, off the shelf under Stock."""

from dataclasses import replace

from PySide6.QtCore import Qt

from kiosk.domain.facts import SALE_COMPLETED, STOCK_MOVED, STOP_CLEARED, STOP_LOOKED
from kiosk.domain.feed import STOPPED
from kiosk.domain.salesstop import RECALL, SEND_BACK, SalesStop
from tests.kiosk.ui.kiosk.shop import row
from tests.kiosk.ui.test_till_sale import facts
from tests.kiosk.ui.test_till_stock import agree, open_stock
from tests.kiosk.ui.test_till_voucher import put_device
from tests.kiosk.ui.till_shop import TillShop

SHIRT, CODE, OTHER = "1001-WHT-M", "8799999000024", "8799999000017"
ENTER, ESC, F9 = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_F9
OF_BATCH = SalesStop("s1", RECALL, SHIRT, "The dye stains", 0, batches=("L2291", "L2292"), law="EU 2023/988", handling=SEND_BACK)


def stop(shop: TillShop, told: SalesStop = OF_BATCH) -> None:
    """The hub tells of a stop."""
    put_device(shop, row(STOPPED, told.id, told))
    shop.till.changed.emit()
    shop.settle()


def looking(shop: TillShop) -> None:
    """A shirt of which nobody knows the batch was scanned."""
    shop.ready()
    stop(shop)
    shop.scan(CODE)


def test_goods_of_a_stopped_batch_are_asked_about_and_what_is_scanned_meanwhile_waits(selling: TillShop):
    stop(selling)
    selling.scan(CODE)
    model = selling.till.more_model.stop_model
    assert selling.till.dialog == "stop" and model.numbers == "L2291   L2292" and "2023/988" in model.ground
    selling.scan(OTHER)
    selling.key(ENTER)
    assert selling.till.dialog == "stop" and "1" in model.errorText, "Enter follows many a scan and answers nothing"
    selling.type("1")
    selling.settle()
    assert selling.till.dialog == "" and len(selling.till.sale_model.priced.lines) == 2
    assert [(body["answer"], body["article"]) for body in facts(selling, STOP_LOOKED)] == [("other", SHIRT)]


def test_the_code_with_the_batch_answers_and_one_of_those_that_are_meant_goes_out(selling: TillShop):
    stop(selling)
    selling.scan(CODE)
    selling.scan(f"01{CODE.zfill(14)}10L9")
    assert selling.till.dialog == "" and len(selling.till.sale_model.priced.lines) == 1
    selling.key(Qt.Key.Key_Plus)
    assert selling.till.dialog == "stop", "nobody looked at the second one"
    selling.scan(f"01{CODE.zfill(14)}10l2292")
    assert selling.till.sale.isEmpty
    assert [body["answer"] for body in facts(selling, STOP_LOOKED)] == ["other", "listed"]


def test_what_was_put_off_is_asked_before_paying_and_a_stop_that_comes_meanwhile_catches_the_basket(selling: TillShop):
    stop(selling)
    selling.scan(CODE)
    selling.key(ESC)
    selling.scan(OTHER)
    assert selling.till.dialog == ""
    selling.key(F9)
    assert selling.till.dialog == "stop" and selling.till.screen == "sale"
    selling.type("1")
    stop(selling, replace(OF_BATCH, id="s2", batches=()))
    assert selling.till.dialog == "stop" and not selling.till.more_model.stop_model.isLook
    selling.key(ENTER, F9)
    selling.settle()
    assert selling.till.screen == "payment" and len(selling.till.sale_model.priced.lines) == 1
    selling.key(ENTER)
    selling.settle()
    (sale,) = facts(selling, SALE_COMPLETED)
    assert [line["article"] for line in sale["lines"]] == ["1001-WHT-S"]


def test_a_sale_that_is_retrieved_is_looked_at_again(selling: TillShop):
    selling.scan(CODE)
    desk = selling.desk
    sale = desk.suspending.suspend().sale
    stop(selling)
    desk.suspending.retrieve(sale)
    selling.till.show(desk.selling.priced)
    assert selling.till.dialog == "stop"


def test_the_menu_and_the_stock_screen_say_what_must_come_off_the_shelf_until_it_did(selling: TillShop):
    stop(selling, replace(OF_BATCH, batches=()))
    selling.till.rows_changed("device")
    selling.settle()
    selling.key(Qt.Key.Key_F5)
    assert [row.note for row in selling.till.more_model.rows_shown() if row.key == "stock"] == ["Goods must come off the shelf"]
    selling.key(ESC)
    open_stock(selling)
    model = selling.till.more_model.stock_model
    assert "1" in next(entry.note for entry in model.entries_shown() if entry.key == "clear")
    selling.type("6")
    (entry,) = model.entries_shown()
    assert "The dye stains" in entry.note and entry.iconName == "ban"
    selling.key(ENTER)
    assert "The dye stains" in model.work_model.stopText
    selling.scan(OTHER)
    assert model.work_model.errorText
    selling.scan(CODE)
    selling.scan(CODE)
    selling.key(F9)
    agree(selling, "103")
    (cleared,) = facts(selling, STOP_CLEARED)
    (moved,) = facts(selling, STOCK_MOVED)
    assert (cleared["quantity"], moved["lines"][0]["quantity"]) == (2_000, -2_000)
    assert selling.till.message == "Taken off the shelf: 2"
    selling.type("6")
    selling.key(ENTER)
    selling.type("0")
    selling.key(ENTER, F9)
    agree(selling, "103")
    assert [body["quantity"] for body in facts(selling, STOP_CLEARED)] == [2_000, 0], "none was there, and one key says so"


def test_goods_that_are_called_back_come_back_on_that_ground_and_not_to_the_shelf(selling: TillShop):
    selling.scan(CODE)
    selling.key(F9, ENTER)
    selling.settle()
    (sale,) = facts(selling, SALE_COMPLETED)
    stop(selling, replace(OF_BATCH, batches=()))
    selling.key(ENTER)
    selling.scan(str(sale["receipt"]))
    selling.settle()
    returns = selling.till.more_model.returns_model
    chosen = [row.key for row in returns.property("grounds").rows if row.chosen]
    assert selling.till.dialog == "return_lines" and chosen == ["recall"]
