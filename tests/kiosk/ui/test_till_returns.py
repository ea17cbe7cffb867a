"""Returns at the till: by a scanned receipt, by its number, by the list; a second person's word; money back; an exchange."""

from collections.abc import Callable

from PySide6.QtCore import Qt

from kiosk.domain.facts import RECEIPT_COPIED, SALE_COMPLETED, SALE_VOIDED
from sync.protocol.messages import ReceiptReply
from tests.kiosk.ui.test_till_sale import facts
from tests.kiosk.ui.test_till_voucher import CARD_CODE, put_cards
from tests.kiosk.ui.till_shop import PIN, TillShop

WHITE_S, WHITE_M = "8799999000017", "8799999000024"
ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape
DAY_MS = 86_400_000


def sell(shop: TillShop, *codes: str) -> str:
    """A finished cash sale; gives its receipt number."""
    for code in codes:
        shop.scan(code)
    shop.key(Qt.Key.Key_F9)
    shop.key(ENTER)
    shop.key(ENTER)
    return str(facts(shop, SALE_COMPLETED)[-1]["receipt"])


def test_scanning_a_receipt_opens_it_and_one_piece_is_two_keys_away_from_the_cash(selling: TillShop):
    receipt = sell(selling, WHITE_S)
    selling.scan(receipt)
    assert selling.till.dialog == "return_lines" and selling.till.more.returns.backText == "€14.99"
    selling.key(ENTER)
    assert selling.till.dialog == "" and selling.till.sale.totalText == "-€14.99"
    selling.key(Qt.Key.Key_F9)
    assert selling.till.dialog == "refund" and selling.till.more.refund.leftText == "€14.99"
    selling.key(ENTER)
    assert selling.till.screen == "done"
    back = facts(selling, SALE_COMPLETED)[-1]
    assert (back["total"], back["rounding"]) == (-1499, -1)


def test_a_receipt_is_found_by_its_last_digits_or_in_the_list(selling: TillShop):
    sell(selling, WHITE_S)
    sell(selling, WHITE_M, WHITE_M)
    selling.key(Qt.Key.Key_F5)
    selling.type("3")
    assert selling.till.dialog == "return_find"
    assert [row.total for row in selling.till.more_model.returns_model.sales_shown()] == ["€29.98", "€14.99"]
    selling.type("1")
    selling.key(ENTER)
    assert selling.till.dialog == "return_lines" and "000001" in selling.till.more.returns.saleText
    selling.key(ESC)
    selling.key(Qt.Key.Key_Down)
    selling.key(ENTER)
    assert "000001" in selling.till.more.returns.saleText


def test_an_unknown_number_says_so_and_keeps_the_list(selling: TillShop):
    selling.key(Qt.Key.Key_F5)
    selling.type("3")
    selling.type("99")
    selling.key(ENTER)
    assert selling.till.dialog == "return_find" and "not known" in selling.till.more.returns.errorText


def test_an_exchange_pays_the_difference(selling: TillShop):
    receipt = sell(selling, WHITE_S)
    selling.scan(receipt)
    selling.key(ENTER)
    selling.scan(WHITE_M)
    selling.scan(WHITE_M)
    assert selling.till.sale.totalText == "€14.99"
    selling.key(Qt.Key.Key_F9)
    selling.key(ENTER)
    assert selling.till.screen == "done"
    body = facts(selling, SALE_COMPLETED)[-1]
    assert [line["quantity"] for line in body["lines"]] == [-1_000, 2_000]  # type: ignore[attr-defined]


def test_how_many_why_and_in_what_state_go_by_keys(selling: TillShop):
    receipt = sell(selling, WHITE_S, WHITE_S, WHITE_S)
    selling.scan(receipt)
    selling.key(Qt.Key.Key_Plus)
    selling.key(Qt.Key.Key_Plus)
    selling.key(Qt.Key.Key_F3, Qt.Key.Key_F3)
    selling.key(Qt.Key.Key_F4)
    selling.key(Qt.Key.Key_F7)
    assert not selling.till.more.returns.toStock, "what was opened is not sold again unless somebody says so"
    selling.key(Qt.Key.Key_F8)
    selling.key(ENTER)
    (line,) = selling.desk.selling.priced.cart.lines
    assert line.quantity_milli == -2_000 and line.returned is not None
    assert (line.returned.ground, line.returned.reason) == ("non_conformity", "Not liked")
    assert (line.returned.condition, line.returned.to_stock) == ("opened", True)


def test_after_the_window_a_second_person_agrees_in_place_and_the_cashier_stays_signed_in(selling: TillShop):
    receipt = sell(selling, WHITE_S)
    selling.shop.clock.move(31 * DAY_MS)
    selling.scan(receipt)
    selling.key(ENTER)
    assert selling.till.dialog == "approve" and "30 days" in selling.till.more.approval.whyText
    selling.type("101")
    selling.key(ENTER)
    selling.type(PIN)
    selling.key(ENTER)
    assert "manager" in selling.till.more.approval.errorText.lower() or "else" in selling.till.more.approval.errorText
    selling.type("201")
    selling.key(ENTER)
    selling.type(PIN)
    selling.key(ENTER)
    assert selling.till.dialog == "" and selling.till.sale.totalText == "-€14.99"
    (line,) = selling.desk.selling.priced.cart.lines
    assert line.returned is not None and line.returned.approved_by == "201"
    employee = selling.desk.counter.employee
    assert employee is not None and employee.number != "201"


def test_a_receipt_that_is_scanned_on_the_last_screen_begins_a_return(selling: TillShop):
    for code in (WHITE_S, WHITE_M):
        selling.scan(code)
    selling.key(Qt.Key.Key_F9)
    selling.key(ENTER)
    assert selling.till.screen == "done"
    selling.scan(str(facts(selling, SALE_COMPLETED)[-1]["receipt"]))
    assert selling.till.screen == "sale" and selling.till.dialog == "return_lines"


def test_what_came_back_once_is_not_offered_again(selling: TillShop):
    receipt = sell(selling, WHITE_S)
    selling.scan(receipt)
    selling.key(ENTER)
    selling.key(Qt.Key.Key_F9)
    selling.key(ENTER)
    selling.key(ENTER)
    selling.scan(receipt)
    assert selling.till.dialog == "" and "came back already" in selling.till.message


def test_a_payout_that_is_cancelled_goes_back_to_the_basket(selling: TillShop):
    selling.scan(sell(selling, WHITE_S))
    selling.key(ENTER)
    selling.key(Qt.Key.Key_F9)
    selling.key(ESC)
    assert selling.till.dialog == "" and selling.till.screen == "sale" and not selling.till.sale.isEmpty
    selling.scan(WHITE_M)
    assert selling.till.sale.totalText == "€0.00"


def test_goods_without_a_receipt_are_scanned_or_keyed_in_and_a_second_person_agrees(selling: TillShop):
    returns = selling.till.more_model.returns_model
    for give in (selling.scan, selling.type):
        selling.key(Qt.Key.Key_F5)
        selling.type("3")
        give(WHITE_S)
        if give == selling.type:
            selling.key(ENTER)
        (row,) = returns.lines_shown()
        assert selling.till.dialog == "return_lines" and (row.count, row.amount) == ("1", "€14.99")
        selling.key(Qt.Key.Key_Plus, Qt.Key.Key_Plus, Qt.Key.Key_Plus)
        assert returns.lines_shown()[0].count == "3", "no more than 50 euro without a receipt"
        selling.key(Qt.Key.Key_Minus, Qt.Key.Key_F3, Qt.Key.Key_F3, Qt.Key.Key_F7, ENTER)
        assert selling.till.dialog == "approve" and "receipt" in selling.till.more.approval.whyText
        selling.type("201")
        selling.key(ENTER)
        selling.type(PIN)
        selling.key(ENTER)
    lines = selling.desk.selling.priced.cart.lines
    assert [line.quantity_milli for line in lines] == [-2_000, -2_000] and selling.till.sale.totalText == "-€59.96"
    said = lines[-1].returned
    assert said is not None and (said.receipt, said.approved_by, said.to_stock) == ("", "201", False)
    assert (said.ground, said.condition) == ("non_conformity", "opened")


def test_what_only_a_receipt_can_price_says_so_where_the_receipt_is_asked_for(selling: TillShop):
    returns = selling.till.more_model.returns_model
    put_cards(selling)
    selling.key(Qt.Key.Key_F5)
    selling.type("3")
    selling.scan(CARD_CODE)
    assert selling.till.dialog == "return_find" and "only comes back with its receipt" in returns.errorText
    selling.scan("8799999999991")
    assert selling.till.dialog == "return_find" and "8799999999991" in returns.errorText


def test_a_finished_sale_is_voided_with_a_reason_and_a_second_person(selling: TillShop):
    receipt = sell(selling, WHITE_S)
    selling.key(Qt.Key.Key_F5)
    selling.type("3")
    selling.key(Qt.Key.Key_F8)
    assert selling.till.dialog == "void_receipt" and selling.till.more.returns.chosenReceipt == receipt
    selling.tap("Rung up wrongly")
    assert selling.till.dialog == "approve"
    selling.type("201")
    selling.key(ENTER)
    selling.type(PIN)
    selling.key(ENTER)
    assert selling.till.dialog == "" and selling.till.message == f"Receipt {receipt} is void. Hand back €15.00."
    (void,) = facts(selling, SALE_VOIDED)
    assert (void["total"], void["void"]["reason"]) == (-1499, "Rung up wrongly")  # type: ignore[index]


def test_a_copy_and_a_gift_receipt_of_any_sale_are_two_keys_away(selling: TillShop):
    sell(selling, WHITE_S)
    first = sell(selling, WHITE_M)
    selling.key(Qt.Key.Key_F5)
    selling.type("3")
    selling.key(Qt.Key.Key_F3)
    assert selling.till.message == "A copy is printed"
    selling.key(Qt.Key.Key_Down)
    selling.key(Qt.Key.Key_F4)
    assert selling.till.message == "A gift receipt is printed"
    copied = facts(selling, RECEIPT_COPIED)
    assert copied[0]["receipt"] == first and copied[1].get("gift") is True


def test_another_tills_receipt_is_asked_of_the_hub_and_nobody_waits(selling: TillShop):
    asked: list[tuple[str, Callable[[object], None]]] = []
    selling.desk.ask_receipt = lambda number, told: asked.append((number, told))
    mine = sell(selling, WHITE_S)
    data = selling.shop.ledger.facts()[-1].data.replace(mine.encode(), b"AMS1-02-A-000001")
    selling.scan("AMS1-02-A-000001")
    assert "asked" in selling.till.message and selling.till.dialog == ""
    selling.scan(WHITE_M)
    number, told = asked.pop()
    told(None)
    assert "cannot be asked" in selling.till.message
    told(ReceiptReply(b"", []))
    assert "not known" in selling.till.message
    told(ReceiptReply(data, []))
    selling.settle()
    assert selling.till.dialog == "return_lines" and number in selling.till.more.returns.saleText


def test_a_badge_is_as_good_as_a_number_and_an_article_is_nobodys_badge(selling: TillShop):
    selling.scan(WHITE_S)
    selling.key(Qt.Key.Key_F6)
    selling.type("50")
    selling.key(ENTER)
    selling.scan(WHITE_M)
    assert selling.till.dialog == "approve" and selling.till.more.approval.errorText and not selling.till.more.approval.isPin
    selling.scan("B-201")
    assert selling.till.more.approval.isPin
    selling.type(PIN)
    selling.key(ENTER)
    assert selling.till.sale.totalText == "€7.49"
