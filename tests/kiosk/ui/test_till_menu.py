"""The menu of the till: every function by touch and by its key, and a sale that is put aside for the next customer."""

from PySide6.QtCore import Qt

from kiosk.domain.facts import SALE_ABANDONED, SALE_COMPLETED, SALE_RETRIEVED, SALE_SUSPENDED, TRAINING_STARTED
from tests.kiosk.ui.test_till_sale import facts
from tests.kiosk.ui.till_shop import TillShop

WHITE_S, WHITE_M = "8799999000017", "8799999000024"
ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape


def test_a_sale_is_put_aside_by_keys_the_next_is_served_and_it_comes_back(selling: TillShop):
    selling.scan(WHITE_S)
    selling.key(Qt.Key.Key_F5)
    assert selling.till.dialog == "menu"
    selling.type("1")
    assert selling.till.dialog == "suspend"
    selling.type("coat")
    selling.key(ENTER)
    assert selling.till.sale.isEmpty and selling.till.dialog == ""
    selling.scan(WHITE_M)
    selling.key(Qt.Key.Key_F9)
    selling.key(ENTER)
    selling.key(ENTER)
    selling.key(Qt.Key.Key_F5)
    selling.type("2")
    assert selling.till.dialog == "retrieve"
    assert selling.till.more_model.suspended_model.rows_shown()[0].title == "coat"
    selling.key(ENTER)
    assert selling.till.sale.totalText == "€14.99"
    assert [len(facts(selling, kind)) for kind in (SALE_SUSPENDED, SALE_RETRIEVED, SALE_COMPLETED)] == [1, 1, 1]


def test_what_cannot_be_done_now_says_why_and_the_menu_stays(selling: TillShop):
    selling.key(Qt.Key.Key_F5)
    rows = selling.till.more_model.rows_shown()
    assert not rows[0].possible and rows[0].note == "Nothing in the basket"
    selling.type("1")
    assert selling.till.dialog == "menu" and selling.till.message == "Nothing in the basket"


def test_scanning_its_slip_brings_the_sale_back(selling: TillShop):
    selling.scan(WHITE_S)
    suspended = selling.desk.suspending.suspend()
    selling.till.show(selling.desk.selling.priced)
    selling.scan(selling.desk.suspending.code(suspended))
    assert selling.till.sale.totalText == "€14.99" and selling.till.message == "The suspended sale is open again"


def test_a_scan_while_the_list_is_open_waits_and_is_sold_after_it(selling: TillShop):
    selling.key(Qt.Key.Key_F5)
    selling.type("2")
    assert selling.till.dialog == "retrieve" and selling.till.more.suspended.isEmpty
    selling.scan(WHITE_S)
    selling.key(ESC)
    selling.settle()
    assert selling.till.sale.totalText == "€14.99"


def test_voiding_a_suspended_sale_asks_once_more(selling: TillShop):
    selling.scan(WHITE_S)
    selling.desk.suspending.suspend()
    selling.key(Qt.Key.Key_F5)
    selling.type("2")
    selling.key(Qt.Key.Key_Delete)
    assert selling.till.more.suspended.isVoiding and not facts(selling, SALE_ABANDONED)
    selling.key(ESC)
    assert not selling.till.more.suspended.isVoiding and selling.till.dialog == "retrieve"
    selling.key(Qt.Key.Key_Delete)
    selling.tap("Void the sale")
    assert selling.till.more.suspended.isEmpty and len(facts(selling, SALE_ABANDONED)) == 1


def test_training_is_seen_at_once_and_keeps_money_functions_shut(selling: TillShop):
    selling.key(Qt.Key.Key_F5)
    selling.tap("Practise")
    assert selling.till.isTraining and facts(selling, TRAINING_STARTED)
    selling.scan(WHITE_S)
    selling.key(Qt.Key.Key_F5)
    possible = [row.key for row in selling.till.more_model.rows_shown() if row.possible]
    assert possible == ["training"]
    selling.key(ESC)
    selling.key(Qt.Key.Key_F9)
    selling.key(ENTER)
    selling.key(ENTER)
    selling.key(Qt.Key.Key_F5)
    selling.tap("End the training")
    assert not selling.till.isTraining and not facts(selling, SALE_COMPLETED)


def choose(shop: TillShop, key: str) -> None:
    """An entry of the menu, by the letter that stands on it."""
    shop.key(Qt.Key.Key_F5)
    shop.type(next(row.keyCap for row in shop.till.more_model.rows_shown() if row.key == key))


def test_a_customers_card_is_attached_by_scan_or_number_and_taken_off_again(selling: TillShop):
    selling.scan(WHITE_S)
    choose(selling, "customer")
    selling.scan("26123456")
    assert selling.till.dialog == "" and selling.desk.selling.priced.cart.customer == "26123456"
    choose(selling, "customer")
    assert selling.till.more.customer.nowText == "Customer 26123456"
    selling.key(Qt.Key.Key_Delete)
    assert selling.desk.selling.priced.cart.customer == ""
    choose(selling, "customer")
    selling.type("77")
    selling.key(ENTER)
    assert selling.desk.selling.priced.cart.customer == "77"


def test_a_note_and_an_associate_are_kept_with_the_chosen_line(selling: TillShop):
    selling.scan(WHITE_S)
    choose(selling, "line")
    selling.type("shorten")
    selling.key(ENTER)
    choose(selling, "line")
    selling.tap("Anouk Çelik")
    (line,) = selling.desk.selling.priced.cart.lines
    assert (line.note, line.associate) == ("shorten", "104")


def test_asking_a_price_shows_the_article_and_sells_nothing(selling: TillShop):
    choose(selling, "price")
    selling.scan("8799999999999")
    assert selling.till.dialog == "price_check" and selling.till.more.line.errorText
    selling.scan(WHITE_S)
    selling.settle(until=lambda: selling.till.dialog == "item")
    assert selling.till.sale.isEmpty
