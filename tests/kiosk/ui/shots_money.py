"""Pictures of the screens of money: cash in and out, reports, the close of a shift with all its steps, and the journal."""

from collections.abc import Callable

from PySide6.QtCore import Qt

from tests.kiosk.ui.till_shop import TillShop

CODE = "8799999000017"
ENTER, ESC, DOWN = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Down
F9 = Qt.Key.Key_F9

Take = Callable[[str], None]


def money(shop: TillShop, take: Take) -> None:
    """From a sale in cash to the Z report."""
    shop.ready()
    for _ in range(3):
        sell(shop)
    shop.key(Qt.Key.Key_F5)
    take("t3-menu")
    shop.key(ESC)
    more = shop.till.more_model
    more.cash_model.begin()
    shop.type("5000")
    take("t14-cash")
    more.cash_model.choose("pay_out")
    more.cash_model.write("Glazenwasser, factuur 88")
    shop.key(ENTER)
    take("t14-cash-refused")
    shop.key(*[Qt.Key.Key_Backspace] * 4)
    shop.type("1250")
    shop.key(ENTER)
    more.cash_model.begin()
    more.cash_model.choose("deposit")
    take("t14-deposit")
    shop.key(ESC)
    more.cash_model.beginNoSale()
    take("t14-no-sale")
    shop.key(ESC)
    order_change(shop)
    take("t14-change-order")
    shop.key(Qt.Key.Key_F9)
    more.cash_model.begin()
    more.cash_model.choose("delivery")
    take("t14-delivery")
    shop.key(ESC)
    more.reports_model.begin()
    shop.settle()
    take("t15-x")
    shop.key(ESC)
    more.correct_model.begin()
    shop.settle()
    take("t14-correct")
    shop.key(ESC)
    more.journal_model.begin()
    shop.settle()
    take("t18-journal")
    more.journal_model.chooseGroup("cards")
    shop.settle()
    take("t18-journal-empty")
    shop.key(ESC)
    shop.scan(CODE)
    close(shop, take)


def close(shop: TillShop, take: Take) -> None:
    """The close, short by more than the limit."""
    closing = shop.till.more_model.closing_model
    closing.begin()
    shop.settle()
    take("t15-unfinished")
    shop.key(F9)
    shop.type("2")
    shop.key(DOWN)
    shop.key(DOWN)
    shop.type("1")
    shop.key(DOWN)
    shop.type("6")
    take("t15-count")
    shop.key(F9)
    take("t15-difference")
    shop.key(F9)
    take("t15-no-explanation")
    shop.key(DOWN, F9)
    shop.type("201")
    shop.key(ENTER)
    shop.type("2580")
    take("t15-sign-off")
    shop.key(ENTER)
    take("t15-closed")


def sell(shop: TillShop) -> None:
    """One sale in cash."""
    shop.scan(CODE)
    shop.key(F9, ENTER, ENTER)


def order_change(shop: TillShop) -> None:
    """An order for change, keyed in and not yet ordered: twenty notes of 10 and forty coins of 2."""
    change = shop.till.more_model.change_order_model
    change.begin()
    for kind, count in ((1_000, "20"), (200, "40")):
        change.choose(kind)
        shop.type(count)
