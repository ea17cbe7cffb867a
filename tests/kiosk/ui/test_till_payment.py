"""A payment that is keyed faster than its amount can be read."""

import msgspec
from PySide6.QtCore import Qt

from kiosk.domain.tender import CARD, CASH, CHANGE_CASH, MEAL_VOUCHER, ON_ACCOUNT, REST_LOST, TenderRule
from tests.kiosk.ui.till_shop import TillShop

WHITE_S = "8799999000017"
PAY, ENTER = Qt.Key.Key_F9, Qt.Key.Key_Return


def test_enter_before_the_amount_is_there_does_not_take_that_of_the_sale_before(selling: TillShop):
    selling.scan(WHITE_S)
    selling.key(PAY, ENTER, ENTER)
    for _ in range(3):
        selling.scan(WHITE_S)
    till = selling.till
    till.entered.connect(till.payment.enter)  # as fast as can be: the screen has just changed
    till.sale.pay()
    selling.settle()
    assert till.screen == "payment" and not till.payment.hasTenders
    assert till.payment.leftText == "€44.97"


RULES = (
    TenderRule("cash", CASH, {"en": "Cash"}, 1, change=CHANGE_CASH, drawer=True),
    TenderRule("card", CARD, {"en": "Card"}, 2, reference=True),
    TenderRule("meal", MEAL_VOUCHER, {"en": "Meal voucher"}, 3, eligible=("article:1001-WHT-S",), change=REST_LOST, reference=True),
    TenderRule("account", ON_ACCOUNT, {"en": "On account"}, 4),
)


def with_rules(shop: TillShop) -> TillShop:
    """The hub has sent rules of tenders."""
    for rule in RULES:
        payload = msgspec.json.encode(rule)
        shop.shop.ledger.run(
            lambda conn, r=rule, p=payload: conn.execute("INSERT INTO device_rows VALUES ('tender', ?, ?)", (r.id, p))
        )
    shop.shop.counter.reload()
    return shop


def test_the_shop_s_own_means_stand_beside_cash_and_card_and_a_voucher_pays_its_goods_once(selling: TillShop):
    shop = with_rules(selling)
    shop.scan(WHITE_S)
    shop.key(PAY)
    payment = shop.till.payment
    assert [row.title for row in payment.ways.rows] == ["Meal voucher", "On account"]
    shop.key(Qt.Key.Key_F5, Qt.Key.Key_F5)
    assert payment.isOther and payment.otherText == "Meal voucher" and payment.asksNumber
    shop.key(ENTER)
    assert "number of the voucher" in payment.errorText
    shop.scan("M-1")
    assert payment.reference == "M-1" and not payment.errorText and shop.desk.scans.waiting == 0
    shop.till.payment.digit("5")
    shop.till.payment.digit("00")
    shop.key(ENTER)
    assert payment.hasTenders and "Meal voucher M-1" in shop.texts()
    shop.scan(WHITE_S)
    assert shop.desk.scans.waiting == 1, "where no number is asked for, a scan waits for the next sale"
    shop.key(Qt.Key.Key_F5, Qt.Key.Key_F5)
    payment.setReference("M-1")
    shop.key(ENTER)
    assert "used before" in payment.errorText
    shop.key(Qt.Key.Key_F5)
    assert payment.otherText == "On account" and not payment.asksNumber
    shop.key(ENTER)
    assert "customer" in payment.errorText
    shop.key(Qt.Key.Key_F5, ENTER)
    assert shop.till.screen == "done"
