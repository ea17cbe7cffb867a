"""Somebody becomes a customer at the till: keyed in, scanned, refused by field, and gone from the form when it is left."""

from PySide6.QtCore import Qt

from kiosk.domain.facts import CUSTOMER_ENROLLED
from tests.kiosk.ui.test_till_menu import choose
from tests.kiosk.ui.test_till_returns import facts
from tests.kiosk.ui.till_shop import TillShop

F7, F8, F9, ESC, TAB = Qt.Key.Key_F7, Qt.Key.Key_F8, Qt.Key.Key_F9, Qt.Key.Key_Escape, Qt.Key.Key_Tab
WHITE_S = "8799999000017"


def begin(till: TillShop) -> TillShop:
    """A shirt in the basket, and the form over it."""
    till.scan(WHITE_S)
    choose(till, "new_customer")
    assert till.till.dialog == "new_customer"
    return till


def test_a_customer_is_keyed_in_without_a_mouse_with_a_card_that_is_scanned(selling: TillShop):
    till, model = begin(selling), selling.till.more_model.new_customer_model
    till.type("Paula")
    till.key(TAB, TAB)
    till.type("Vrieskruyt")
    till.scan("NL20419999")
    till.key(F7, F9)
    assert model.property("faulty") == "email" and "e-mail address" in model.error_text()
    till.key(F7, F8, F9)
    assert till.till.dialog == "" and till.desk.selling.priced.cart.customer == "NL20419999"
    assert till.till.more_model.customer_model.now_text() == "Paula Vrieskruyt"
    (made,) = facts(till, CUSTOMER_ENROLLED)
    assert made == {"number": "NL20419999", "card": True, "consents": ["marketing"]}
    assert not any(model.property("texts").values()), "nothing of it is kept"


def test_what_was_keyed_in_is_gone_when_the_form_is_left(selling: TillShop):
    till, model = begin(selling), selling.till.more_model.new_customer_model
    till.type("Paula")
    till.key(F8, ESC)
    assert till.till.dialog == "" and not any(model.property("texts").values()) and not model.property("marketing")
    choose(till, "new_customer")
    till.key(F9)
    assert model.property("faulty") == "family" and till.till.dialog == "new_customer"
