"""A tablet: large keys below, find first and sell after, labels open the product, no cash, and the basket handed to a till."""

import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt

from drivers.api import Scan
from kiosk.domain.payment import CASH
from kiosk.domain.ticket import decode
from kiosk.ui.theme import Look
from tests.kiosk.ui.till_shop import TillShop, name_of

WHITE_S, WHITE_M = "8799999000017", "8799999000024"
LINK = "https://id.example.com/stem/01/08799999000024/21/7?utm=x"
ENTER, ESC, F9 = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_F9


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TillShop]:
    made = TillShop(tmp_path_factory.mktemp("tablet"), size=(800, 1280), language="en", look=Look(key_caps=False), tablet=True)
    made.sign_in()
    made.settle(until=lambda: made.till.screen == "sale")
    yield made
    made.close()
    assert not made.warnings and not made.bugs


@pytest.fixture
def shop(opened: TillShop) -> TillShop:
    """The tablet with an empty basket, at the sale."""
    while opened.till.dialog:
        opened.key(ESC)
    if not opened.till.sale_model.priced.cart.is_empty:
        opened.till.sale_model.void("")
        opened.settle()
    assert opened.till.screen == "sale"
    return opened


def scan(shop: TillShop, text: str) -> None:
    """The camera or an NFC reader read something."""
    shop.till.scanned(Scan("camera", text.encode(), text, None, time.monotonic_ns()))
    shop.settle()


def test_a_shift_without_a_drawer_opens_with_nothing_in_it(shop: TillShop) -> None:
    shift = shop.desk.counter.shift
    assert shift is not None and shift.float_minor == 0


def test_what_is_done_most_lies_below_and_is_large(shop: TillShop) -> None:
    shop.scan(WHITE_S)
    for name in ("Pay", "Hand to a till", "More", "One more", "Remove", "Sizes and stock", "Deliver or collect"):
        item = shop.item(name)
        middle = item.mapToScene(item.boundingRect().center())
        assert middle.y() > 1280 * 0.8 and item.height() >= 52, name
    assert shop.item("Pay").width() > 0.45 * 800
    names = {name_of(item) for item in shop.items()}
    assert not names & {"Void sale", "Sale discount", "7", "Add"}, "no keypad and no row of a till's keys"
    assert "F9" not in shop.texts() and "F2" not in shop.texts()


def test_a_product_is_looked_at_before_it_goes_into_the_basket(shop: TillShop) -> None:
    shop.till.goods.search("hangslot")
    shop.settle()
    shop.tap("Padlock" if any("Padlock" in text for text in shop.texts()) else "Hangslot")
    assert shop.till.dialog == "item" and shop.till.sale_model.priced.cart.is_empty
    shop.key(ENTER)
    assert shop.till.dialog == "" and shop.till.sale_model.priced.pieces == 1


@pytest.mark.parametrize("text", [LINK, LINK.replace("/21/7?utm=x", "")])
def test_the_label_of_a_shelf_opens_the_product_and_the_next_label_the_next(shop: TillShop, text: str) -> None:
    scan(shop, text)
    assert shop.till.dialog == "item" and shop.till.sale_model.priced.cart.is_empty
    assert any("M" in part for part in shop.texts() if "·" in part)
    scan(shop, text.replace("000024", "000017"))
    assert shop.till.dialog == "item" and shop.till.item_model.offer.article.barcodes[0].lstrip("0") == WHITE_S
    scan(shop, WHITE_M)
    assert shop.till.item_model.offer.article.barcodes[0].lstrip("0") == WHITE_M, "bars too, while a card is open"
    scan(shop, WHITE_S)
    shop.key(ENTER)
    assert [line.line.barcode for line in shop.till.sale_model.priced.lines] == [WHITE_S]


def test_a_label_that_nobody_knows_is_said_and_bars_are_sold(shop: TillShop) -> None:
    scan(shop, "https://id.example.com/01/08710398500526")
    assert shop.till.dialog == "" and shop.till.messageCode == "scan.unknown"
    scan(shop, WHITE_M)
    assert shop.till.sale_model.priced.pieces == 1


def test_cash_is_no_way_to_pay_and_no_way_back(shop: TillShop) -> None:
    assert all(rule.kind != CASH for rule in shop.desk.tenders.rules().values())
    shop.scan(WHITE_S)
    shop.key(F9)
    assert shop.till.screen == "payment" and shop.till.payment_model.is_card()
    assert "Cash" not in shop.texts()
    shop.till.payment_model.setCard(False)
    assert shop.till.payment_model.is_card()
    shop.key(ESC)
    assert shop.till.screen == "sale"
    shop.till.showMenu()
    shop.settle()
    keys = {row.key for row in shop.till.more_model.rows_shown()}
    assert {"hand", "quantity", "discount", "discount_sale", "void"} <= keys
    assert not keys & {"cash", "no_sale", "change_order", "empties", "correct"}


def test_the_basket_goes_to_a_till_by_the_code_on_the_screen(shop: TillShop) -> None:
    shop.scan(WHITE_S)
    shop.scan(WHITE_M)
    shop.tap("Hand to a till")
    assert shop.till.dialog == "hand"
    handed = shop.till.more_model.hand_model.handed
    assert handed is not None
    ticket, _, _ = decode(handed.text)
    assert ticket.lines == ((WHITE_S.zfill(14), 1000), (WHITE_M.zfill(14), 1000))
    shop.tap("Keep it here")
    assert shop.till.dialog == "" and shop.till.sale_model.priced.pieces == 2
    shop.tap("Hand to a till")
    shop.tap("The till has it")
    assert shop.till.sale_model.priced.cart.is_empty and shop.till.message == "The basket is at the till"


def test_it_closes_without_a_count(shop: TillShop) -> None:
    shop.till.more_model.closing_model.begin()
    shop.settle()
    assert "Close without counting" not in {name_of(item) for item in shop.items()}
    shop.key(F9)
    assert shop.till.more_model.closing_model.step_shown() == "result"
    shop.key(ESC)
    shop.till.more_model.closing_model.leave()
    shop.settle()
