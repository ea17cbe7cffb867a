"""The till for everybody: names, reach by keyboard, press actions, contrast and size of targets, on every screen (A1-A7)."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from kiosk.domain.feed import HelpCall
from tests.kiosk.ui.kiosk.shop import NOON_MS
from tests.kiosk.ui.till_shop import TillShop, is_target, name_of

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


def _line(shop: TillShop) -> None:
    _sale(shop)
    _open(shop, "line")
    assert shop.till.dialog == "line"


def _price(shop: TillShop) -> None:
    _sale(shop)
    _open(shop, "price")


SCREENS = (
    _names, _pin, _new_pin, _shift, _empty, _sale, _results, _item, _keypad, _quantity, _discount, _void,
    _notice, _status, _readiness, _nothing_held, _held, _write_off, _help, _payment, _card, _done,
    _deposit, _correct, _reports, _journal, _unfinished, _count, _difference, _sign, _closed,
    _menu, _suspend, _retrieve, _receipts, _returned, _refund, _void_receipt, _approve, _customer, _line, _price,
)  # fmt: skip

Walk = Callable[[TillShop], None]


@pytest.fixture(params=SCREENS, ids=lambda walk: walk.__name__.strip("_"))
def shown(request: pytest.FixtureRequest, till: TillShop) -> TillShop:
    """The till on one of its screens."""
    request.param(till)
    till.settle(until=till.pictures_ready)
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


def test_a_screen_is_named_reachable_large_enough_and_whole(shown: TillShop):
    for check in (nameless, small_or_near, missed_by_tab, cut_off):
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
