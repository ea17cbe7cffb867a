"""A payment that is keyed faster than its amount can be read."""

from PySide6.QtCore import Qt

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
