"""The customer at the till: found by name, telephone or card, attached, taken off, named in the head, wiped with the dialog."""

from dataclasses import replace

import msgspec
from PySide6.QtCore import Qt

from kiosk.domain.customer import Customer
from kiosk.domain.facts import CUSTOMER_SEARCHED
from sync.protocol.messages import CustomersReply
from tests.kiosk.ui.test_till_menu import choose
from tests.kiosk.ui.test_till_returns import facts
from tests.kiosk.ui.till_shop import TillShop

WHITE_S = "8799999000017"
ENTER, ESC, DOWN, DELETE, F12 = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Delete, Qt.Key.Key_F12
ZOE = Customer("NL204", "Zoë", "van der", "Berg", "+31612345678", postcode="1012 AB", groups=("gold",))
BERT = Customer("NL205", "Bert", "", "Bergsma", "+31611112222", postcode="9712 CP")
GUEST = Customer("DE77", "Karl", "", "Weiß", "+491701234567")


def open_dialog(till: TillShop) -> TillShop:
    """The customer's dialog over a sale, with two customers known."""
    till.know(ZOE, BERT)
    till.scan(WHITE_S)
    choose(till, "customer")
    return till


def titles(till: TillShop) -> list[str]:
    """Who is listed."""
    till.settle()
    return [row.title for row in till.till.more_model.customer_model.rows_shown()]


def customer(till: TillShop) -> str:
    """Whose sale it is, by number."""
    till.settle()
    return till.desk.selling.priced.cart.customer


def test_a_name_lists_who_may_be_meant_and_the_keyboard_chooses(selling: TillShop):
    till = open_dialog(selling)
    till.type("berg")
    assert titles(till) == ["Zoë van der Berg", "Bert Bergsma"]
    assert "1012 AB  … 5678" in till.texts()
    till.key(DOWN, ENTER)
    assert customer(till) == "NL205" and till.till.dialog == ""
    assert till.till.more.customer.nameText == "Bert Bergsma" and "Bert Bergsma" in till.texts()


def test_by_touch_a_row_attaches_no_customer_takes_off_and_digits_find_a_telephone(selling: TillShop):
    till = open_dialog(selling)
    till.type("zoe")
    titles(till)
    till.tap("Zoë van der Berg")
    assert till.desk.selling.priced.cart.customer_groups == ("member", "gold")
    choose(till, "customer")
    till.tap("No customer")
    assert customer(till) == "" and till.till.more.customer.nameText == ""
    choose(till, "customer")
    for digit in "2222":
        till.tap(digit)
    assert titles(till) == ["Bert Bergsma"]
    till.tap("Attach")
    assert customer(till) == "NL205"


def test_a_card_scanned_on_the_sale_screen_attaches_and_names_the_customer(selling: TillShop):
    selling.know(ZOE)
    selling.scan("NL204")
    assert customer(selling) == "NL204" and selling.till.more.customer.nameText == "Zoë van der Berg"
    assert facts(selling, CUSTOMER_SEARCHED) == [], "whoever shows a card is not looked up"
    selling.face.show_display()
    assert selling.face.display.greeting == "", "nothing of it is public unless the shop says so"
    selling.shop.counter.settings = replace(selling.shop.counter.settings, greets=True)
    assert selling.face.display.greeting == "Hello Zoë"


def test_what_was_keyed_in_is_gone_with_the_dialog_and_with_the_lock(selling: TillShop):
    till = open_dialog(selling)
    till.type("berg")
    assert titles(till)
    till.key(ESC)
    assert titles(till) == [] and till.till.more.customer.text == ""
    choose(till, "customer")
    till.type("berg")
    titles(till)
    till.till.lock()  # as it does when nobody touches it
    assert titles(till) == [] and till.till.more.customer.text == "" and till.till.screen == "sign_in"
    assert len(facts(till, CUSTOMER_SEARCHED)) == 2


def test_a_suspended_sale_comes_back_with_its_name_and_the_next_sale_is_nobodys(selling: TillShop):
    selling.know(ZOE)
    selling.scan("NL204")
    selling.scan(WHITE_S)
    choose(selling, "suspend")
    selling.key(ENTER)
    assert selling.till.more.customer.nameText == ""
    choose(selling, "retrieve")
    selling.key(ENTER)
    assert selling.till.more.customer.nameText == "Zoë van der Berg"
    selling.shop.ledger.run(lambda conn: conn.execute("DELETE FROM device_rows WHERE entity = 'customer'"))
    selling.till.rows_changed("device")
    selling.settle()
    assert selling.till.more.customer.nameText == "Customer NL204", "who was forgotten meanwhile is a number"
    selling.key(Qt.Key.Key_F9, ENTER, ENTER, ENTER)
    selling.settle()
    assert (selling.till.more.customer.nameText, customer(selling)) == ("", "")


def test_a_customer_of_another_store_is_asked_of_the_hub_and_nobody_waits(selling: TillShop):
    till = open_dialog(selling)
    till.type("0049 170 1234567")
    assert titles(till) == [] and till.till.more.customer.enterText == "Ask the other stores"
    till.key(ENTER)
    (number, phone, told) = till.asked[-1]
    assert (number, phone) == ("", "+491701234567") and till.till.dialog == "customer"
    told(None)
    assert till.till.more.customer.errorText.startswith("The hub cannot be reached")
    till.key(ENTER)
    till.till.more.customer.type("zoe")
    till.asked[-1][2](CustomersReply([msgspec.json.encode(GUEST)]))
    assert titles(till) == ["Zoë van der Berg"], "an answer that comes after something else was typed is not shown"
    till.till.more.customer.type("0049 170 1234567")
    assert titles(till) == []
    till.key(ENTER)
    till.asked[-1][2](CustomersReply([msgspec.json.encode(GUEST)]))
    assert titles(till) == ["Karl Weiß"] and till.till.more.customer.enterText == "Attach"
    till.key(ENTER)
    assert customer(till) == "DE77" and till.till.more.customer.nameText == "Karl Weiß"


def test_an_unknown_card_counts_at_once_and_gets_its_name_and_groups_when_the_hub_says_them(selling: TillShop):
    till = open_dialog(selling)
    till.scan("DE77")
    assert customer(till) == "DE77" and till.desk.selling.priced.cart.customer_groups == ("member",)
    assert (till.till.more.customer.nameText, len(till.asked)) == ("Customer DE77", 1)
    till.asked[0][2](CustomersReply([msgspec.json.encode(Customer("DE77", "Karl", "", "Weiß", groups=("silver",)))]))
    till.settle()
    assert till.till.more.customer.nameText == "Karl Weiß" and len(till.asked) == 1
    assert till.desk.selling.priced.cart.customer_groups == ("member", "silver")
