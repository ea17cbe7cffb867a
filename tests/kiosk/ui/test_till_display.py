"""The customer's screen: the basket as it grows, what was saved, the change and a thank-you, and nothing of staff."""

from PySide6.QtCore import Qt

from kiosk.domain.cart import PERCENT
from tests.kiosk.ui.till_shop import TillShop

WHITE_S = "8799999000017"
ENTER = Qt.Key.Key_Return


def test_the_customer_follows_the_sale_from_welcome_to_thank_you(selling: TillShop):
    window = selling.face.show_display()
    display = selling.face.display
    assert display.mode == "welcome" and window.isVisible()
    selling.scan(WHITE_S)
    selling.scan(WHITE_S)
    assert (display.mode, display.totalText, display.newest, display.savedText) == ("selling", "€29.98", 0, "")
    selling.desk.selling.discount_sale(PERCENT, 1_000, "loyal")
    selling.till.show(selling.desk.selling.priced)
    assert (display.totalText, display.savedText) == ("€26.98", "You save €3.00")
    selling.key(Qt.Key.Key_F9)
    selling.type("5000")
    selling.key(ENTER)
    assert (display.mode, display.changeText) == ("thanks", "Your change: €23.00")
    selling.key(ENTER)
    assert display.mode == "welcome"


def test_money_that_comes_back_is_said_without_a_minus(selling: TillShop):
    selling.face.show_display()
    selling.scan(WHITE_S)
    selling.key(Qt.Key.Key_F9, ENTER, ENTER)
    selling.key(Qt.Key.Key_F5)
    selling.type("3")
    selling.key(ENTER)
    selling.key(Qt.Key.Key_Plus, ENTER)
    display = selling.face.display
    assert (display.mode, display.totalTitle, display.totalText) == ("selling", "You get back", "€14.99")


def test_keys_and_scans_stay_with_the_cashier(selling: TillShop):
    selling.face.show_display()
    selling.settle()
    selling.scan(WHITE_S)
    selling.key(Qt.Key.Key_Plus)
    assert selling.till.sale.totalText == "€29.98"


def test_a_menu_or_a_refusal_is_not_the_customers_to_see(selling: TillShop):
    window = selling.face.show_display()
    selling.scan(WHITE_S)
    before = window.grabWindow()
    selling.key(Qt.Key.Key_F5)
    selling.settle()
    assert selling.till.dialog == "menu" and window.grabWindow() == before
