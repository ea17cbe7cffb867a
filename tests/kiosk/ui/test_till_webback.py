"""Web orders that come back at the till: found by scan, number or name, here or by the hub; paid back to the web shop's payment."""

from dataclasses import dataclass, field

from PySide6.QtCore import Qt

from kiosk.domain.facts import ORDER_MOVED, ORDER_PAID, SALE_COMPLETED
from tests.kiosk.ui.conftest import OpenTill
from tests.kiosk.ui.looking import cut_texts
from tests.kiosk.ui.shots_orders import tell
from tests.kiosk.ui.shots_webback import arrived, finding, lines
from tests.kiosk.ui.test_till_menu import choose
from tests.kiosk.ui.test_till_returns import facts, sell
from tests.kiosk.ui.till_shop import PIN, TillShop

ENTER, ESC, F6, F9, DOWN = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_F6, Qt.Key.Key_F9, Qt.Key.Key_Down


@dataclass
class Told:
    """What the hub answers."""

    orders: list[bytes]
    receipt: str = ""
    announced: str = ""
    lines: list[tuple[int, int]] = field(default_factory=list)
    ground: str = ""


def test_a_name_finds_the_order_and_all_of_it_goes_back_with_its_delivery_to_the_payment_of_the_web_shop(selling: TillShop):
    lines(selling)
    returns = selling.till.more.returns
    assert selling.till.dialog == "return_lines" and "W-240877" in returns.saleText
    assert (returns.backText, returns.deliveryText) == ("€124.75", "With it goes the delivery: €4.95")
    assert next(one.key for one in returns.grounds.rows if one.chosen) == "withdrawal"
    selling.key(ENTER)
    selling.key(F9)
    refund = selling.till.more.refund
    assert selling.till.dialog == "refund" and not refund.asksReference
    shown = [(one.title, one.note) for one in refund.ways.rows]
    assert shown[0] == ("Back to the payment in the web shop", "iDEAL tr_7UhSN1zuXS: the web shop gives it back")
    assert [note for _, note in shown[1:]] == ["A manager has to allow it"] * 2
    selling.key(ENTER)
    assert selling.till.screen == "done"
    assert [one["kind"] for one in facts(selling, SALE_COMPLETED)[-1]["tenders"]] == ["web_payment"]  # type: ignore[attr-defined]
    assert len(facts(selling, ORDER_MOVED)) == 1
    assert facts(selling, ORDER_PAID)[-1]["payments"][0]["reference"] == "tr_7UhSN1zuXS"  # type: ignore[index]


def test_cash_in_place_of_it_asks_a_second_person_and_is_given_then(selling: TillShop):
    lines(selling)
    selling.key(ENTER)
    selling.key(F9)
    selling.key(DOWN)
    selling.key(DOWN)
    selling.key(ENTER)
    assert selling.till.dialog == "approve"
    selling.type("201")
    selling.key(ENTER)
    selling.type(PIN)
    selling.key(ENTER)
    assert selling.till.screen == "done"
    (tender,) = facts(selling, SALE_COMPLETED)[-1]["tenders"]  # type: ignore[misc]
    assert (tender["kind"], tender["approved_by"], tender["amount"]) == ("cash", "201", -12_475)


def test_the_code_of_the_confirmation_opens_it_from_the_sale_and_from_the_receipts_dialog(selling: TillShop):
    tell(selling, arrived())
    selling.scan("https://shop.example/order/W-240877")
    assert selling.till.dialog == "return_lines" and "W-240877" in selling.till.more.returns.saleText
    selling.key(ESC)
    assert selling.till.dialog == "return_find"
    selling.scan("W-240877")
    assert selling.till.dialog == "return_lines"


def test_goods_scanned_while_a_receipt_is_asked_for_come_back_without_one_and_no_order_is_looked_for(selling: TillShop):
    choose(selling, "return")
    selling.scan("8799999000017")
    assert selling.till.dialog == "return_lines" and selling.asked_orders == [] and selling.desk.scans.waiting == 0


def test_an_order_of_another_store_is_asked_of_the_hub_and_nobody_waits_for_the_answer(selling: TillShop):
    choose(selling, "web_back")
    back = selling.till.more_model.web_back_model
    back.type("W-240877")
    selling.settle()
    assert back.hintText == "No order of this store. Enter asks the others, by the whole number."
    selling.key(ENTER)
    ((number, answer),) = selling.asked_orders
    assert number == "W-240877" and back.hintText == "The hub is asked. You can go on meanwhile."
    answer(None)
    selling.settle()
    assert selling.till.dialog == "web_back" and "the hub cannot be asked now" in back.errorText
    selling.key(ENTER)
    selling.asked_orders[-1][1](Told([]))
    selling.settle()
    assert "No web order fits 'W-240877'" in back.errorText
    selling.key(ENTER)
    selling.asked_orders[-1][1](Told([arrived(source="UTR1").payload]))
    selling.settle()
    assert selling.till.dialog == "return_lines" and "W-240877" in selling.till.more.returns.saleText


def test_an_answer_that_comes_after_another_text_was_keyed_in_opens_nothing(selling: TillShop):
    choose(selling, "web_back")
    back = selling.till.more_model.web_back_model
    back.type("W-240877")
    selling.settle()
    selling.key(ENTER)
    back.type("W-9")
    selling.asked_orders[-1][1](Told([arrived(source="UTR1").payload]))
    selling.settle()
    assert selling.till.dialog == "web_back" and back.errorText == ""


def test_rows_go_by_keys_and_what_is_over_says_so(selling: TillShop):
    finding(selling)
    back = selling.till.more_model.web_back_model
    assert [(one.title.partition(" ")[0], one.chosen) for one in back.rows_shown()] == [("W-240877", True), ("W-240801", False)]
    selling.key(DOWN)
    selling.key(ENTER)
    assert "W-240801" in selling.till.more.returns.saleText
    selling.key(F6)
    selling.key(ENTER)
    selling.key(F9)
    selling.key(ENTER)
    selling.key(ENTER)
    choose(selling, "web_back")
    back.type("240801")
    selling.settle()
    (row,) = back.rows_shown()
    assert row.isOver and row.detail == "nothing of it is with the customer"
    selling.key(ENTER)
    assert "Nothing of order W-240801 is with its customer" in back.errorText


def test_a_returns_label_opens_the_order_with_what_was_announced_and_the_sale_says_its_number(selling: TillShop):
    selling.scan("RT-23456789AB")
    ((number, answer),) = selling.asked_orders
    answer(Told([arrived(source="UTR1").payload], "", number, [(1, 1_000), (3, 1_000)], "non_conformity"))
    selling.settle()
    shown = selling.till.more_model.returns_model.lines_shown()
    assert selling.till.dialog == "return_lines" and [one.count for one in shown] == ["1", "0", "1"]
    selling.key(ENTER)
    selling.key(F9)
    selling.key(ENTER)
    (first, second) = facts(selling, SALE_COMPLETED)[-1]["lines"]  # type: ignore[misc]
    assert {one["returned"]["announced"] for one in (first, second)} == {"RT-23456789AB"}
    assert first["returned"]["ground"] == "non_conformity"


def test_a_returns_label_of_a_purchase_in_a_store_opens_its_receipt_and_one_that_is_there_says_so(selling: TillShop):
    receipt = sell(selling, "8799999000017", "8799999000024")
    selling.scan("RT-23456789AB")
    selling.asked_orders[-1][1](Told([], receipt, "RT-23456789AB", [(2, 1_000)], "goodwill"))
    selling.settle()
    assert [one.count for one in selling.till.more_model.returns_model.lines_shown()] == ["0", "1"]
    selling.key(ENTER)
    assert selling.desk.selling.priced.cart.lines[0].returned.announced == "RT-23456789AB"  # type: ignore[union-attr]
    selling.scan("RT-23456789AC")
    selling.asked_orders[-1][1](Told([], receipt, "RT-23456789AC", [], "goodwill"))
    selling.settle()
    assert "their money went back then" in selling.till.message


def test_on_a_tablet_the_sizes_of_what_comes_back_can_be_told_apart(open_till: OpenTill):
    shop = open_till(size=(800, 1280), language="nl")
    lines(shop)
    shop.window.grabWindow()
    assert shop.till.dialog == "return_lines" and cut_texts(shop.window) == []
