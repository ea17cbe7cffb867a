"""The till in large text: nothing is cut, nothing is lost, and the choice is made by anybody and kept (A6)."""

import pytest
from PySide6.QtCore import Qt

from kiosk.ui.theme import Look
from kiosk.ui.till_face import TillFace
from tests.kiosk.ui.looking import crossed_on_screen, cut_texts, shown_texts
from tests.kiosk.ui.test_till_access import SCREENS, Walk, above_it, missed_by_tab, nameless, outside, small_or_near
from tests.kiosk.ui.till_shop import PIN, TillShop, is_target, name_of

F9, ENTER = Qt.Key.Key_F9, Qt.Key.Key_Return
NAMED = {walk.__name__.strip("_"): walk for walk in SCREENS}
LARGE = ((2.0, (1024, 768)),)
"""Very large text on the smallest screen, where things move; the other sizes with the full counts, see EVERY_SIZE."""
EVERY_SIZE = tuple((scale, size) for scale in (1.5, 2.0) for size in ((1024, 768), (1366, 768), (1920, 1080)))


def lost_in_text(shop: TillShop) -> list[str]:
    """Words that are cut, off the screen or over each other, and keys that stick out (A6)."""
    found: list[str] = []
    for _ in range(2):  # a list makes rows ahead of its view and puts them in their place later: a fault is there twice
        found = cut_texts(shop.window) + crossed_on_screen(shop.window) + outside(shop)
        if not found:
            break
        shop.window.grabWindow()
        shop.settle()
    return found


def lost_in_either_language(shop: TillShop) -> list[str]:
    """The same in Dutch and in English."""
    faults = []
    for language in ("nl", "en"):
        shop.till.setLanguage(language)
        shop.settle()
        faults += [f"{language}: {what}" for what in lost_in_text(shop)]
    return faults


def wear(shop: TillShop, scale: float, size: tuple[int, int]) -> None:
    """Another size of text and of the window, at once."""
    shop.window.resize(*size)
    shop.face.application.theme.setTextScale(scale)
    shop.settle()
    shop.window.grabWindow()  # layouts are worked out when a frame is made
    shop.settle()


@pytest.mark.parametrize("walk", SCREENS, ids=lambda walk: walk.__name__.strip("_"))
def test_nothing_is_lost_on_a_narrow_till_or_in_large_text_in_either_language(open_till, walk: Walk):
    shop = open_till(size=(1024, 768), language="en")
    walk(shop)
    for language in ("nl", "en"):
        shop.till.setLanguage(language)
        shop.settle()
        assert outside(shop) == []
    for scale, size in LARGE:
        wear(shop, scale, size)
        found = lost_in_either_language(shop) + nameless(shop) + small_or_near(shop) + missed_by_tab(shop)
        assert (scale, size, found) == (scale, size, [])


@pytest.mark.long
@pytest.mark.parametrize(("scale", "size"), EVERY_SIZE)
@pytest.mark.parametrize("walk", SCREENS, ids=lambda walk: walk.__name__.strip("_"))
def test_a_till_that_starts_in_large_text_loses_nothing_in_any_size(open_till, walk: Walk, scale: float, size: tuple[int, int]):
    shop = open_till(size=size, language="en", look=Look(text_scale=scale))
    walk(shop)
    assert lost_in_either_language(shop) == []


def test_words_that_are_cut_or_cross_are_found(till: TillShop):
    NAMED["payment"](till)
    words = {text: item for item, text in shown_texts(till.window)}
    assert lost_in_text(till) == []
    words["€14.99"].setProperty("text", "9" * 99)
    words["Cash received"].setProperty("text", "9" * 200)
    till.window.grabWindow()
    words["To pay"].setY(words["To pay"].y() + 30)
    found = "\n".join(lost_in_text(till))
    assert "9' ends in dots" in found and "9' leaves the screen" in found and "'To pay' over" in found


def functions(shop: TillShop) -> set[str]:
    """What can be done here, by name; what lies in a list is goods and lines."""
    return {
        name_of(item).split(", €")[0] for item in shop.items()
        if is_target(item) and item.isEnabled() and not any(above.clip() for above in above_it(item))
    }  # fmt: skip


@pytest.mark.parametrize("name", ["sale", "payment", "card", "shift", "discount", "done"])
def test_in_very_large_text_everything_can_still_be_done(till: TillShop, name: str):
    NAMED[name](till)
    usual = functions(till)
    wear(till, *LARGE[0])
    large = functions(till)
    if till.till.screen == "sale" and not till.till.dialog:
        till.tap("Keypad")
        large |= functions(till)
    assert {"1", "Pay"} < usual or name != "sale"
    assert usual - large == set()


def test_in_very_large_text_the_keypad_comes_by_touch_and_by_a_digit_and_goes_again(open_till):
    shop = open_till(size=(1024, 768), language="en", look=Look(text_scale=2.0))
    NAMED["sale"](shop)
    assert "7" not in functions(shop) and "Search for an article" in functions(shop)
    shop.tap("Keypad")
    shop.tap("3")
    shop.tap("Times")
    assert shop.till.sale_model.entryText.strip() == "3 ×" and "Search for an article" not in functions(shop)
    shop.tap("Articles")
    assert shop.till.sale_model.entryText == "" and "7" not in functions(shop)
    shop.type("2")
    assert "7" in functions(shop), "what is keyed in is seen"
    shop.key(Qt.Key.Key_Escape)
    assert "7" not in functions(shop)
    shop.tap("Keypad")
    shop.key(Qt.Key.Key_F2)
    assert shop.window.activeFocusItem().property("label") == "Search for an article"


def test_the_size_of_text_is_chosen_by_touch_or_key_holds_at_once_and_after_a_restart(open_till, tmp_path):
    shop = open_till(language="en")
    theme = shop.face.application.theme
    assert (theme.textScale, theme.highContrast) == (1.0, False)
    shop.tap("Text: very large")
    shop.tap("High contrast")
    assert (theme.textScale, theme.highContrast, theme.textBody) == (2.0, True, 30)
    assert shop.item("Text: very large").property("chosen") and shop.item("High contrast").property("chosen")
    shop.key(Qt.Key.Key_F11, Qt.Key.Key_F11)
    assert theme.textScale == 1.5, "after the largest comes the smallest"
    shop.sign_in()
    shop.key(F9, Qt.Key.Key_F10)
    shop.tap("High contrast")
    assert (theme.textScale, theme.highContrast) == (1.5, False)
    again = TillFace(shop.desk, Look(high_contrast=True), lambda name: tmp_path / name, shop.warnings.append)
    try:
        worn = again.application.theme.look
        assert (worn.text_scale, worn.high_contrast) == (1.5, False)
        assert [row.chosen for row in again.till.look_model.sizes.rows] == [False, True, False]
    finally:
        again.application.close()


@pytest.mark.parametrize("scale", [1.5, 2.0])
def test_large_text_grows_and_high_contrast_holds(open_till, scale: float):
    shop = open_till(look=Look(high_contrast=True, text_scale=scale))
    assert shop.face.application.theme.textBody == round(15 * scale)
    shop.type("101")
    shop.key(ENTER)
    shop.type(PIN)
    shop.key(ENTER)
    assert shop.till.screen == "open_shift"
