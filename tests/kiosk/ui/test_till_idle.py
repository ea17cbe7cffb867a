"""The till that nobody touches locks itself, keeps the basket, and never does so while money changes hands."""

from PySide6.QtCore import Qt

from tests.kiosk.ui.till_shop import PIN, TillShop

WHITE_S = "8799999000017"
ENTER = Qt.Key.Key_Return


def wait_out(shop: TillShop) -> None:
    """Nobody touches it for as long as it takes."""
    shop.face.idle._timer.setInterval(1)
    shop.face.idle._timer.start()
    shop.settle(until=lambda: not shop.face.idle._timer.isActive() or shop.face.idle._timer.interval() > 1)
    shop.settle()


def test_an_idle_till_locks_and_the_basket_is_there_for_whoever_comes_back(selling: TillShop):
    selling.scan(WHITE_S)
    wait_out(selling)
    assert selling.till.screen == "sign_in" and selling.desk.counter.employee is None
    selling.type("102")
    selling.key(ENTER)
    selling.type(PIN)
    selling.key(ENTER)
    assert selling.till.screen == "sale" and selling.till.sale.totalText == "€14.99"
    assert selling.till.cashierText == "Łukasz Nowak"


def test_it_does_not_lock_while_a_customer_pays(selling: TillShop):
    selling.scan(WHITE_S)
    selling.key(Qt.Key.Key_F9)
    wait_out(selling)
    assert selling.till.screen == "payment"


def test_each_key_and_each_scan_begins_the_time_anew_and_0_never_locks(selling: TillShop):
    timer = selling.face.idle._timer
    timer.stop()
    selling.scan(WHITE_S)
    assert timer.isActive() and timer.interval() == 300_000
    timer.stop()
    selling.type("1")
    assert timer.isActive()
    object.__setattr__(selling.desk.counter.settings, "lock_s", 0)
    selling.type("2")
    assert not timer.isActive()
