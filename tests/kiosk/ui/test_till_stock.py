"""Stock work at the till by keys, scans and touch: it stays where it was left, refuses in place, and ends in one fact."""

import pytest
from PySide6.QtCore import Qt

from kiosk.domain.delivery import Notice, NoticeLine
from kiosk.domain.facts import DELIVERY_RECEIVED, STOCK_COUNTED, STOCK_DISCARDED, STOCK_MOVED, TRANSFER_SENT
from tests.kiosk.ui.kiosk.shop import row
from tests.kiosk.ui.looking import crossed_on_screen, cut_texts
from tests.kiosk.ui.test_till_sale import facts
from tests.kiosk.ui.test_till_voucher import put_device
from tests.kiosk.ui.till_shop import PIN, TillShop

WHITE_S, WHITE_M = "8799999000017", "8799999000024"
ENTER, ESC, F9 = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_F9


def open_stock(shop: TillShop) -> None:
    """By the menu."""
    shop.key(Qt.Key.Key_F5)
    shop.type(next(row.keyCap for row in shop.till.more_model.rows_shown() if row.key == "stock"))


@pytest.fixture
def stock(selling: TillShop) -> TillShop:
    """A till on its stock screen."""
    open_stock(selling)
    assert selling.till.screen == "stock"
    return selling


def agree(shop: TillShop, number: str) -> None:
    """A second person agrees."""
    assert shop.till.dialog == "approve"
    shop.type(number)
    shop.key(ENTER)
    shop.type(PIN)
    shop.key(ENTER)


def test_goods_are_written_off_by_scan_and_number_with_a_reason_and_a_second_person(stock: TillShop):
    work = stock.till.more_model.stock_model.work_model
    stock.type("1")
    stock.scan(WHITE_S)
    stock.scan(WHITE_S)
    stock.scan("8712345678906")
    assert "8712345678906" in work.errorText and stock.till.dialog == ""
    stock.scan(WHITE_M)
    stock.type("3")
    stock.key(ENTER, Qt.Key.Key_Up, Qt.Key.Key_Minus)
    assert [row.quantity for row in work.lines_shown()] == ["1", "3"]
    stock.key(F9)
    assert "why" in work.errorText and not facts(stock, STOCK_MOVED)
    stock.tap("Damaged")
    stock.key(F9)
    agree(stock, "201")
    (body,) = facts(stock, STOCK_MOVED)
    assert [line["quantity"] for line in body["lines"]] == [-1000, -3000]
    assert (body["detail"]["why"], body["detail"]["approved_by"], body["detail"]["people"]) == ("damaged", "201", ["101"])
    assert stock.till.message == "Written off: 2 · Damaged" and stock.till.more_model.stock_model.page == "home"
    stock.key(ESC)
    assert stock.till.screen == "sale" and stock.till.sale.isEmpty


def test_a_count_waits_while_somebody_sells_is_counted_again_where_it_differs_and_posted(stock: TillShop):
    model = stock.till.more_model.stock_model
    stock.type("2")
    stock.scan(WHITE_S)
    stock.key(ESC, ESC)
    stock.scan(WHITE_S)
    assert stock.till.sale.totalText == "€14.99"
    open_stock(stock)
    assert [row.title for row in model.entries_shown()][5:] == ["Count 1"]
    stock.type("6")
    stock.key(F9)
    work = model.work_model
    assert work.step == "lines" and work.lines_shown()[0].warns and "once more" in work.errorText
    stock.type("9")
    stock.key(ENTER, F9)
    assert work.step == "check" and work.sumText.startswith("Differences: 1")
    stock.scan(WHITE_M)  # something more was found: the count goes on
    assert work.step == "lines" and len(work.lines_shown()) == 2
    stock.type("10")
    stock.key(ENTER, F9, F9)
    agree(stock, "103")
    (body,) = facts(stock, STOCK_COUNTED)
    assert [line["quantity"] for line in body["lines"]] == [9000, 10000]


def test_goods_are_found_by_name_and_a_work_is_given_up_only_when_asked_twice(stock: TillShop):
    stock.type("1")
    stock.key(Qt.Key.Key_F2)
    work = stock.till.more_model.stock_model.work_model
    # Not key by key: QTest turns the event loop with Python's lock in hand, which a picture that is being read wants just then.
    work.search_model.search("overhemd")
    stock.settle(until=stock.pictures_ready)
    stock.key(Qt.Key.Key_Down, ENTER)
    assert len(work.lines_shown()) == 1 and not work.search_model.is_searching()
    stock.key(Qt.Key.Key_F8)
    assert work.isDiscarding and not facts(stock, STOCK_DISCARDED)
    stock.key(ESC)
    assert not work.isDiscarding
    stock.key(Qt.Key.Key_F8, Qt.Key.Key_F8)
    assert len(facts(stock, STOCK_DISCARDED)) == 1 and stock.till.more_model.stock_model.page == "home"


def test_a_category_is_counted_from_its_list_and_a_scan_with_nothing_open_says_so(stock: TillShop):
    model = stock.till.more_model.stock_model
    stock.scan(WHITE_S)
    assert model.errorText == "Choose first what is done with these goods."
    stock.type("3")
    assert model.page == "categories"
    stock.key(Qt.Key.Key_Down, ENTER)
    rows = model.work_model.lines_shown()
    assert len(rows) > 20 and all(row.isOpen for row in rows)
    stock.scan(WHITE_S)
    assert model.work_model.progressText.startswith("1 of")
    assert not cut_texts(stock.window) and not crossed_on_screen(stock.window)


def test_a_parcel_opens_its_delivery_and_only_what_came_whole_is_taken_in(stock: TillShop):
    parcel = "387123450000000012"
    put_device(stock, row("notice", "N-1", Notice("N-1", "Weaver", "AMS1", (NoticeLine("1001-WHT-S", 3000),), (parcel,))))
    model = stock.till.more_model.stock_model
    stock.type("4")
    assert [entry.title for entry in model.entries_shown()] == ["N-1", "Without a notice"]
    stock.scan(f"00{parcel}", "]C1")
    work = model.work_model
    assert work.title == "Incoming delivery 1 · N-1" and work.progressText.startswith("Parcels: 1 of 1")
    stock.scan(WHITE_S)
    stock.type("3")
    stock.key(ENTER, Qt.Key.Key_F6)
    stock.scan("8712345678906")
    assert [(entry.quantity, entry.expected, entry.warns) for entry in work.lines_shown()] == [
        ("2", "should be 3", False), ("1", "should be 0", True),
    ]  # fmt: skip
    stock.key(F9)
    assert work.step == "check" and work.sumText == "Came damaged: 1 · Unknown: 1"
    stock.key(F9)
    agree(stock, "103")
    (body,) = facts(stock, STOCK_MOVED)
    assert [(line["article"], line["quantity"]) for line in body["lines"]] == [("1001-WHT-S", 2000)]
    (delivery,) = facts(stock, DELIVERY_RECEIVED)
    assert delivery["unknown"] == [{"code": "8712345678906", "quantity": 1000}]
    stock.scan(parcel)
    assert "received here already" in model.errorText


def test_goods_are_sent_to_a_store_and_a_slip_of_another_store_opens_what_it_came_with(stock: TillShop):
    model = stock.till.more_model.stock_model
    stock.type("5")
    assert model.title == "Which store do the goods go to?"
    stock.key(ENTER)
    stock.scan(WHITE_S)
    stock.key(F9)
    agree(stock, "103")
    (body,) = facts(stock, TRANSFER_SENT)
    assert body["lines"] == [{"article": "1001-WHT-S", "quantity": 1000, "serials": []}]
    assert stock.till.message.startswith(f"{body['transfer']} is on its way to ")
    stock.scan(body["transfer"])
    assert "left from this store" in model.errorText
    stock.scan("TR-UTR1-01-A-000004")
    assert model.work_model.title == "Incoming delivery 2 · TR-UTR1-01-A-000004" and model.work_model.nextText == "Take in"
