"""The till for everybody: names, reach by keyboard, press actions, contrast and size of targets, on every screen (A1-A7)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from kiosk.domain.feed import HelpCall
from kiosk.domain.tender import GIFT_CARD
from kiosk.domain.voucher import Voucher
from kiosk.text import read_catalogue
from kiosk.ui import till_keylines as keylines
from kiosk.ui.flow import Dialog, Screen
from kiosk.ui.till_keys import keys_here
from kiosk.ui.till_keys import place as place_of
from tests.kiosk.ui.kiosk.shop import NOON_MS
from tests.kiosk.ui.shots_labels import labelling
from tests.kiosk.ui.shots_money import order_change
from tests.kiosk.ui.shots_orders import listing, picking, proving
from tests.kiosk.ui.shots_tablet import handing
from tests.kiosk.ui.shots_webback import finding as web_finding
from tests.kiosk.ui.stocked import COAT, forty, places
from tests.kiosk.ui.test_till_serial import CODE, put_serial
from tests.kiosk.ui.test_till_stops import looking
from tests.kiosk.ui.test_till_voucher import put_cards
from tests.kiosk.ui.till_shop import TillShop, is_target, name_of, ticket

WHITE_S = "8799999000017"
F9, ENTER = Qt.Key.Key_F9, Qt.Key.Key_Return


def _names(shop: TillShop) -> None:
    """The lock screen, as it opens."""


def _pin(shop: TillShop) -> None:
    shop.type("101")
    shop.key(ENTER)
    shop.type("11")


def _new_pin(shop: TillShop) -> None:
    shop.sign_in("104")
    shop.type("7391")


def _shift(shop: TillShop) -> None:
    shop.sign_in()


def _empty(shop: TillShop) -> None:
    shop.ready()


def _sale(shop: TillShop) -> None:
    shop.ready()
    shop.scan(WHITE_S)


def _results(shop: TillShop) -> None:
    _sale(shop)
    shop.till.goods.search("shirt")
    shop.settle()


def _item(shop: TillShop) -> None:
    _sale(shop)
    shop.till.item_model.look("1001-WHT-M")
    shop.settle()


def _forty(shop: TillShop) -> None:
    _sale(shop)
    shop.shop.put(*places(), *forty())
    shop.till.item_model.look(f"{COAT}-petrol-M")
    shop.settle()


def _lost(shop: TillShop) -> None:
    _item(shop)
    shop.till.more_model.lost_model.begin()
    shop.settle()


def _quantity(shop: TillShop) -> None:
    _sale(shop)
    shop.key(Qt.Key.Key_F3)


def _keypad(shop: TillShop) -> None:
    _sale(shop)
    shop.type("12")


def _discount(shop: TillShop) -> None:
    _sale(shop)
    shop.key(Qt.Key.Key_F6)
    shop.type("5")


def _void(shop: TillShop) -> None:
    _sale(shop)
    shop.key(Qt.Key.Key_F8)


def _notice(shop: TillShop) -> None:
    _sale(shop)
    shop.scan("8790000000002")
    shop.scan(WHITE_S)


def _status(shop: TillShop) -> None:
    _sale(shop)
    shop.key(Qt.Key.Key_F10)


def _readiness(shop: TillShop) -> None:
    _sale(shop)
    shop.key(Qt.Key.Key_F10, Qt.Key.Key_F7)
    assert shop.till.dialog == "readiness"


def _nothing_held(shop: TillShop) -> None:
    _sale(shop)
    shop.key(Qt.Key.Key_F10, Qt.Key.Key_F8)
    assert shop.till.dialog == "exceptions"


def _held(shop: TillShop) -> None:
    shop.ready()
    shop.hold_something()
    shop.key(Qt.Key.Key_F10, Qt.Key.Key_F8)


def _write_off(shop: TillShop) -> None:
    _held(shop)
    shop.tap("Write off") if shop.desk.language == "en" else shop.tap("Afboeken")
    assert shop.till.dialog == "write_off"


def _help(shop: TillShop) -> None:
    _sale(shop)
    shop.calls = (HelpCall("c1", "K1", "price", "nl", "waiting", NOON_MS),)
    shop.till.help_model.refresh()
    shop.settle()


def _payment(shop: TillShop) -> None:
    _sale(shop)
    shop.key(F9)


def _card(shop: TillShop) -> None:
    _payment(shop)
    shop.key(Qt.Key.Key_F5)


def _done(shop: TillShop) -> None:
    _payment(shop)
    shop.key(ENTER)


def _deposit(shop: TillShop) -> None:
    shop.ready()
    shop.till.more_model.cash_model.begin()
    shop.till.more_model.cash_model.choose("deposit")


def _reports(shop: TillShop) -> None:
    _done(shop)
    shop.key(ENTER)
    shop.till.more_model.reports_model.begin()
    shop.settle()
    assert shop.till.dialog == "reports"


def _correct(shop: TillShop) -> None:
    _done(shop)
    shop.key(ENTER)
    shop.till.more_model.correct_model.begin()


def _journal(shop: TillShop) -> None:
    _done(shop)
    shop.key(ENTER)
    shop.till.more_model.journal_model.begin()


def _stock(shop: TillShop) -> None:
    _written_off(shop)
    shop.key(Qt.Key.Key_Escape)


def _written_off(shop: TillShop) -> None:
    shop.ready()
    shop.till.more_model.stock_model.begin()
    shop.settle()
    shop.type("1")
    shop.scan(WHITE_S)
    shop.key(Qt.Key.Key_F9)


def _checked(shop: TillShop) -> None:
    shop.ready()
    shop.till.more_model.stock_model.begin()
    shop.settle()
    shop.type("2")
    shop.scan(WHITE_S)
    shop.key(Qt.Key.Key_F9)
    shop.type("3")
    shop.key(ENTER, Qt.Key.Key_F9)


def _unfinished(shop: TillShop) -> None:
    _sale(shop)
    shop.till.more_model.closing_model.begin()
    shop.settle()
    assert shop.till.screen == "close"


def _count(shop: TillShop) -> None:
    _unfinished(shop)
    shop.key(F9)
    shop.type("12")


def _difference(shop: TillShop) -> None:
    _count(shop)
    shop.key(F9)


def _sign(shop: TillShop) -> None:
    _difference(shop)
    shop.key(Qt.Key.Key_Down, F9)


def _closed(shop: TillShop) -> None:
    _sign(shop)
    shop.key(Qt.Key.Key_F8)


def _open(shop: TillShop, key: str) -> None:
    """An entry of the menu."""
    shop.till.showMenu()
    shop.till.more_model.choose(key)
    shop.settle()


def _menu(shop: TillShop) -> None:
    _sale(shop)
    shop.key(Qt.Key.Key_F5)


def _suspend(shop: TillShop) -> None:
    _sale(shop)
    _open(shop, "suspend")
    assert shop.till.dialog == "suspend"


def _retrieve(shop: TillShop) -> None:
    _sale(shop)
    shop.desk.suspending.suspend("a coat in red, with a hood")
    shop.till.show(shop.desk.selling.priced)
    _open(shop, "retrieve")


def _receipts(shop: TillShop) -> None:
    _done(shop)
    shop.key(ENTER)
    _open(shop, "return")
    assert shop.till.dialog == "return_find"


def _returned(shop: TillShop) -> None:
    _receipts(shop)
    shop.key(ENTER)
    assert shop.till.dialog == "return_lines"


def _refund(shop: TillShop) -> None:
    _returned(shop)
    shop.key(ENTER)
    shop.key(F9)
    assert shop.till.dialog == "refund"


def _void_receipt(shop: TillShop) -> None:
    _receipts(shop)
    shop.key(Qt.Key.Key_F8)
    assert shop.till.dialog == "void_receipt"


def _approve(shop: TillShop) -> None:
    _void_receipt(shop)
    shop.key(Qt.Key.Key_1)
    assert shop.till.dialog == "approve"


def _customer(shop: TillShop) -> None:
    _sale(shop)
    _open(shop, "customer")


def _new_customer(shop: TillShop) -> None:
    _sale(shop)
    _open(shop, "new_customer")


def _line(shop: TillShop) -> None:
    _sale(shop)
    _open(shop, "line")
    assert shop.till.dialog == "line"


def _price(shop: TillShop) -> None:
    _sale(shop)
    _open(shop, "price")


def _part_paid(shop: TillShop) -> None:
    _payment(shop)
    shop.type("500")
    shop.key(ENTER, Qt.Key.Key_Escape)


def _ticket(shop: TillShop) -> None:
    shop.ready()
    shop.scan(ticket((WHITE_S, 2_000), ("8710398500526", 1_000)))


def _no_sale(shop: TillShop) -> None:
    shop.ready()
    shop.till.more_model.cash_model.beginNoSale()


def _change_order(shop: TillShop) -> None:
    shop.ready()
    order_change(shop)


def _empties(shop: TillShop) -> None:
    shop.ready()
    shop.till.more_model.empties_model.begin()


def _serial(shop: TillShop) -> None:
    shop.ready()
    put_serial(shop)
    shop.scan(CODE)


def _order(shop: TillShop) -> None:
    _sale(shop)
    shop.till.more_model.order_model.begin()
    shop.settle()


def _balance(shop: TillShop) -> None:
    _sale(shop)
    put_cards(shop).known = {"GC7": Voucher("GC7", GIFT_CARD, 1_250, "EUR", turn=1)}
    shop.till.more_model.balance_model.begin()
    shop.scan("GC7")


def _age(shop: TillShop) -> None:
    _sale(shop)
    shop.till.open(Dialog.AGE)  # clothes have no age limit


def _card_word(shop: TillShop) -> None:
    _payment(shop)
    shop.till.open(Dialog.CARD_WORD)  # a terminal that did not answer: tests/kiosk/ui/test_till_card.py


def _keys(shop: TillShop) -> None:
    _discount(shop)
    shop.key(Qt.Key.Key_F1)


SCREENS: dict[Callable[[TillShop], None], Screen | Dialog] = {
    _names: Screen.SIGN_IN, _pin: Screen.SIGN_IN, _new_pin: Screen.NEW_PIN, _shift: Screen.OPEN_SHIFT, _empty: Screen.SALE,
    _sale: Screen.SALE, _results: Screen.SALE, _item: Dialog.ITEM, _forty: Dialog.ITEM,
    _lost: Dialog.LOST_SALE, _keypad: Screen.SALE, _quantity: Dialog.QUANTITY,
    _discount: Dialog.DISCOUNT, _void: Dialog.VOID, _notice: Dialog.NOTICE, _ticket: Dialog.TICKET, _status: Dialog.STATUS,
    _readiness: Dialog.READINESS, _nothing_held: Dialog.EXCEPTIONS, _held: Dialog.EXCEPTIONS, _write_off: Dialog.WRITE_OFF,
    _help: Screen.SALE, _age: Dialog.AGE, _payment: Screen.PAYMENT, _card: Screen.PAYMENT, _part_paid: Dialog.GIVE_BACK,
    _card_word: Dialog.CARD_WORD, _done: Screen.DONE, _deposit: Dialog.CASH, _no_sale: Dialog.NO_SALE,
    _change_order: Dialog.CHANGE_ORDER, _correct: Dialog.CORRECT,
    _reports: Dialog.REPORTS, _journal: Screen.JOURNAL, _unfinished: Screen.CLOSE, _count: Screen.CLOSE, _difference: Screen.CLOSE,
    _sign: Screen.CLOSE, _closed: Screen.CLOSE, _menu: Dialog.MENU, _suspend: Dialog.SUSPEND, _retrieve: Dialog.RETRIEVE,
    _receipts: Dialog.RETURN_FIND, _returned: Dialog.RETURN_LINES, _refund: Dialog.REFUND, _void_receipt: Dialog.VOID_RECEIPT,
    _approve: Dialog.APPROVE, _customer: Dialog.CUSTOMER, _line: Dialog.LINE, _price: Dialog.PRICE_CHECK, _keys: Dialog.KEYS,
    _stock: Screen.STOCK, _written_off: Screen.STOCK, _checked: Screen.STOCK,
    _empties: Dialog.EMPTIES, _serial: Dialog.SERIAL, _balance: Dialog.BALANCE, _order: Dialog.ORDER,
    _new_customer: Dialog.NEW_CUSTOMER,
    web_finding: Dialog.WEB_BACK, labelling: Screen.STOCK, handing: Dialog.HAND,
    looking: Dialog.STOP, listing: Screen.ORDERS, picking: Screen.ORDERS, proving: Screen.ORDERS,
}  # fmt: skip
"""How to come to each screen and dialog, and which it is."""

Walk = Callable[[TillShop], None]


@pytest.fixture(params=SCREENS, ids=lambda walk: walk.__name__.strip("_"))
def shown(request: pytest.FixtureRequest, till: TillShop) -> TillShop:
    """The till on one of its screens."""
    request.param(till)
    till.settle(until=till.pictures_ready)
    assert SCREENS[request.param] in (till.till.flow.screen, till.till.flow.dialog)
    return till


def targets(shop: TillShop) -> list[QQuickItem]:
    """Everything that can be touched or typed into now."""
    return [item for item in shop.items() if is_target(item) and item.isEnabled() and in_view(item)]


def in_view(item: QQuickItem) -> bool:
    """Whether it lies in the window and in every list that clips it."""
    rect = item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))
    above: QQuickItem | None = item.parentItem()
    while above is not None:
        if above.clip() or above.parentItem() is None:
            frame = above.mapRectToScene(QRectF(0, 0, above.width(), above.height()))
            if not frame.adjusted(-1, -1, 1, 1).contains(rect):
                return False
        above = above.parentItem()
    return True


def nameless(shown: TillShop) -> list[str]:
    """What has no name, no role or cannot be pressed (A1, A3)."""
    faults = []
    for item in targets(shown):
        face = QAccessible.queryAccessibleInterface(item)
        if face is None or not name_of(item).strip():
            faults.append(f"{item} has no name")
        elif face.role() == QAccessible.Role.NoRole:
            faults.append(f"{name_of(item)} has no role")
        elif not item.inherits("QQuickTextField"):
            actions = face.actionInterface()
            if actions is None or "Press" not in actions.actionNames():
                faults.append(f"{name_of(item)} cannot be pressed")
    return faults


def missed_by_tab(shown: TillShop) -> list[str]:
    """What takes the keyboard and is not reached by Tab; Tab has to come round (A2)."""
    wanted = {
        item
        for item in shown.items()
        if item.isEnabled() and (item.activeFocusOnTab() or _tabs(item))
    }
    visited: list[QQuickItem] = []
    for _ in range(120):
        QTest.keyClick(shown.window, Qt.Key.Key_Tab)
        at = shown.window.activeFocusItem()
        if at in visited:
            break
        visited.append(at)
    # A list hands the keyboard on to its current row.
    reached = {item for at in visited for item in (at, *above_it(at))}
    missed = [name_of(item) for item in wanted if item not in reached]
    return missed if len(visited) < 120 else [*missed, "Tab never comes round"]


def _tabs(item: QQuickItem) -> bool:
    """A button takes the keyboard by its focus policy."""
    return is_target(item) and bool(item.focusPolicy() & Qt.FocusPolicy.TabFocus)


def small_or_near(shown: TillShop) -> list[str]:
    """Targets below 13 mm (10 mm in a row), or less than 2 mm apart (A5)."""
    theme = shown.face.application.theme
    least, tool, gap = theme.target, theme.toolTarget, theme.gap
    rects = {}
    for item in targets(shown):
        if item.inherits("QQuickTextField") or item.activeFocusOnTab() or _tabs(item):
            rects[item] = item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))
    faults = []
    for item, rect in rects.items():
        small = tool if name_of(item).startswith("More about") else least
        if rect.width() < small - 1 or rect.height() < small - 1:
            faults.append(f"{name_of(item)} is too small: {rect}")
    listed = list(rects.items())
    for place, (item, rect) in enumerate(listed):
        for other, near in listed[place + 1 :]:
            if _inside(item, other) or _inside(other, item):
                continue
            grown = rect.adjusted(-gap + 1, -gap + 1, gap - 1, gap - 1)
            if grown.intersects(near):
                faults.append(f"{name_of(item)} is too near {name_of(other)}: {rect} {near}")
    return faults


def _inside(inner: QQuickItem, outer: QQuickItem) -> bool:
    above: QQuickItem | None = inner
    while above is not None:
        if above is outer:
            return True
        above = above.parentItem()
    return False


def cut_off(shown: TillShop) -> list[str]:
    """Words of buttons that do not fit, in either language."""
    faults: list[str] = []
    for language in ("nl", "en"):
        shown.till.setLanguage(language)
        shown.settle()
        cut = [
            item.property("text")
            for item in shown.items()
            if item.property("truncated") and any(map(is_target, above_it(item)))
        ]
        faults += cut
    return faults


def above_it(item: QQuickItem) -> list[QQuickItem]:
    found = []
    above = item.parentItem()
    while above is not None:
        found.append(above)
        above = above.parentItem()
    return found


def unsaid_keys(shown: TillShop) -> list[str]:
    """Keys that do something here and stand in no line of the key map, and lines about keys that do nothing here."""
    where, live = place_of(shown.till), keys_here(shown.till)
    unsaid = [f"{key} has no words at {where!r}" for key in live if keylines.line(where, key) is None]
    return unsaid + [f"{key} does nothing at {where!r}" for key in keylines.PLACES.get(where, {}) if key not in live]


def test_every_screen_and_dialog_has_its_walk():
    every = {*Screen, *Dialog} - {Dialog.NONE}
    assert every - set(SCREENS.values()) == set(), "add a way to it to SCREENS above: what is not there is looked at by no test"


def test_every_line_of_the_key_map_is_dutch_too():
    dutch = read_catalogue((Path(__file__).parents[3] / "assets/locales/nl/LC_MESSAGES/kiosk.po").read_text("utf-8"))
    lines = {text for place in (keylines.EVERYWHERE, *keylines.PLACES.values()) for text in place.values()}
    assert {text for text in lines if text not in dutch} == set()


def test_the_keys_are_shown_over_what_is_open_and_leave_it_as_it_was(till: TillShop):
    _suspend(till)
    till.type("coat")
    till.key(Qt.Key.Key_F1)
    assert till.till.dialog == "keys" and ["Enter"] in [row.caps for row in till.till.more_model.keymap_model.rows_shown()]
    till.scan(WHITE_S)
    till.key(Qt.Key.Key_F1)
    assert till.till.dialog == "suspend"
    till.key(ENTER)
    _open(till, "retrieve")
    assert till.till.more_model.suspended_model.rows_shown()[0].title == "coat"


def test_a_screen_is_named_reachable_large_enough_and_whole(shown: TillShop):
    for check in (unsaid_keys, nameless, small_or_near, missed_by_tab, cut_off):
        assert (check.__name__, check(shown)) == (check.__name__, [])


def outside(shop: TillShop) -> list[str]:
    """Targets that stick out of the window and can never be scrolled into it."""
    window = QRectF(0, 0, shop.window.width(), shop.window.height()).adjusted(-1, -1, 1, 1)
    return [
        f"{name_of(item)} sticks out: {rect}"
        for item in shop.items()
        if is_target(item) and not any(above.clip() for above in above_it(item))
        and not window.contains(rect := item.mapRectToScene(QRectF(0, 0, item.width(), item.height())))
    ]  # fmt: skip


def test_a_dialog_takes_the_keyboard_and_nothing_behind_it_can_be_reached(till: TillShop):
    _discount(till)
    behind = [item for item in till.items() if is_target(item) and name_of(item).startswith("Pay")]
    assert behind and not any(item.isEnabled() for item in behind)
    middle = behind[0].mapToScene(QPointF(10, 10)).toPoint()
    QTest.mouseClick(till.window, Qt.MouseButton.LeftButton, pos=middle)
    till.settle()
    assert till.till.dialog == "discount" and till.till.screen == "sale"


def test_a_line_says_its_place_and_the_basket_says_its_sum(till: TillShop):
    _sale(till)
    till.scan("8799999000024")
    names = [name_of(item) for item in till.items()]
    assert "Basket, 2 lines, total €29.98" in names
    assert any(name.endswith("line 2 of 2") for name in names)
