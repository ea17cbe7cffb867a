"""The screens as people need them: by keyboard, by name, large, near enough, and still."""

import math
from collections.abc import Callable

import pytest
from PySide6.QtCore import QEventLoop, QRectF, Qt, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtQuick import QQuickItem

from kiosk.ui.theme import Look, failing_pairs, read_tokens
from tests.kiosk.ui.kiosk.stage import MM_PER_PX, Stage, accessible_name, operable, walk
from tests.kiosk.ui.kiosk.walks import LOOKS, SHOTS, begin
from tests.kiosk.ui.looking import crossed_texts, cut_texts, seen, shown_texts

TARGET_PX = math.floor(20 / MM_PER_PX)
GAP_PX = math.floor(2 / MM_PER_PX)
NO_ROLE = (QAccessible.Role.NoRole, QAccessible.Role.Client)
LARGE_PX_MIN = 34
"""Capital letters of 0.7 degrees at 500 mm (EN 301 549, 5.1.4), in Inter on this panel."""

Wear = Callable[[Stage], None]
Check = Callable[[Stage, str], list[str]]
LOOK = pytest.mark.parametrize(("look", "wear"), LOOKS, ids=[name.rstrip("-") or "plain" for name, _ in LOOKS])


def survey(stage: Stage, look: str, wear: Wear) -> list[str]:
    """Every screen in one look, and what the checks find there."""
    found: list[str] = []
    for name, walk_there in SHOTS:
        begin(stage, wear, walk_there)
        for check in CHECKS:
            found += [f"{name}, {check.__name__}: {what}" for what in check(stage, look)]
    return found


def keys_stop_at(stage: Stage) -> list[QQuickItem]:
    """Everything that Tab should come to."""
    return [
        item
        for item in walk(stage.window.contentItem())
        if item.property("activeFocusOnTab") and item.isVisible() and item.isEnabled()
    ]


def sizes(stage: Stage, look: str) -> list[str]:
    """A5: what is too small, or too near to something else."""
    found = [item for item in operable(stage.window) if accessible_name(item)]
    small = [
        f"{accessible_name(item)} is {item.width():.0f} x {item.height():.0f} px"
        for item in found
        if min(item.width(), item.height()) < TARGET_PX
    ]
    rects = [(accessible_name(item), painted_rect(item, stage)) for item in found]
    near = [
        f"{first} and {second} are too near"
        for place, (first, one) in enumerate(rects)
        for second, other in rects[place + 1 :]
        if one.adjusted(-GAP_PX, -GAP_PX, GAP_PX, GAP_PX).intersects(other)
    ]
    return small + near


def painted_rect(item: QQuickItem, stage: Stage) -> QRectF:
    """Where a button is painted: a card keeps its distance inside itself."""
    inset = item.property("topInset") or 0
    return seen(item, stage.window).adjusted(inset, inset, -inset, -inset)


def names(stage: Stage, look: str) -> list[str]:
    """A1: what has no name or no role."""
    wrong = []
    for item in {*keys_stop_at(stage), *operable(stage.window)}:
        face = QAccessible.queryAccessibleInterface(item)
        kind = item.metaObject().className()
        if face is None or (face.role() in NO_ROLE and accessible_name(item)):
            wrong.append(f"a {kind} has no role")
        elif not accessible_name(item) and item.property("activeFocusOnTab"):
            wrong.append(f"a {kind} has no name")
    return wrong


def actions(stage: Stage, look: str) -> list[str]:
    """A3: what assistive technology cannot press."""
    wrong = []
    for item in operable(stage.window):
        face = QAccessible.queryAccessibleInterface(item)
        offered = face.actionInterface().actionNames() if face and face.actionInterface() else []
        if accessible_name(item) and "Press" not in offered:
            wrong.append(f"{accessible_name(item)} offers {offered}")
    return wrong


def low(stage: Stage, look: str) -> list[str]:
    """A11: in reach mode, what is not in the lower half."""
    if look != "reach-":
        return []
    half = stage.window.height() / 2
    return [
        f"{accessible_name(item)} begins at {seen(item, stage.window).top():.0f}"
        for item in operable(stage.window)
        if seen(item, stage.window).top() < half - 1
    ]


def texts(stage: Stage, look: str) -> list[str]:
    """A6: what is cut, leaves the screen, or is not large when it should be."""
    small = [
        f"{text!r} has {item.property('font').pixelSize()} px"
        for item, text in shown_texts(stage.window)
        if "large" in look and item.property("font").pixelSize() < LARGE_PX_MIN and not is_key(item)
    ]
    return cut_texts(stage.window) + small


def overlaps(stage: Stage, look: str) -> list[str]:
    """Texts of one button or card that lie over each other."""
    return crossed_texts(operable(stage.window))


CHECKS: tuple[Check, ...] = (sizes, names, actions, low, texts, overlaps)


@LOOK
def test_every_screen_in_every_look_passes_every_check(stage: Stage, look: str, wear: Wear) -> None:
    wrong = survey(stage, look, wear)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("reach", [False, True])
def test_tab_comes_to_everything_and_round_again(stage: Stage, reach: bool) -> None:
    def check(name: str) -> list[str]:
        wanted = set(keys_stop_at(stage))
        visited: set[QQuickItem] = set()
        for _ in range(3 * len(wanted) + 20):
            stage.key(Qt.Key.Key_Tab)
            here = stage.window.activeFocusItem()
            while here is not None and here not in wanted:
                here = here.parentItem()  # a list hands the keyboard to its current row
            if here is not None:
                visited.add(here)
        return [f"Tab never came to {accessible_name(item)}" for item in wanted - visited]

    wear: Wear = (lambda one: one.kiosk.setReach(True)) if reach else LOOKS[0][1]
    names = {"browse-basket", "search", "item", "basket", "ticket-screen", "access", "help", "scan-unknown"}
    wrong = []
    for name, walk_there in SHOTS:
        if name in names:
            begin(stage, wear, walk_there)
            wrong += [f"{name}: {what}" for what in check(name)]
    assert not wrong, "\n".join(wrong)


def is_key(item: QQuickItem) -> bool:
    """Whether a text stands on a key of our keyboard, whose size is the finger's."""
    parent = item.parentItem()
    while parent is not None:
        if parent.metaObject().className().startswith("KeyBoard"):
            return True
        parent = parent.parentItem()
    return False


@pytest.mark.parametrize("brand", ["base", "markt"])
def test_high_contrast_is_seven_to_one_in_every_brand(brand: str) -> None:
    assert failing_pairs(read_tokens(brand, high_contrast=True).colours, high_contrast=True) == []


def test_what_is_chosen_for_the_display_is_worn_by_all_screens(stage: Stage) -> None:
    stage.kiosk.start()
    stage.settle()
    stage.tap("Weergave")
    stage.tap("Hoog contrast")
    stage.tap("Extra groot")
    stage.tap("Alles onderin")
    look: Look = stage.face.application.theme.look
    assert (look.high_contrast, look.text_scale, stage.kiosk.reach) == (True, 3.5, True)
    assert stage.kiosk.panel == "access"


@pytest.mark.parametrize("name", ["attract", "browse", "search", "item", "basket", "ticket-screen", "help"])
def test_a_still_screen_paints_nothing(stage: Stage, name: str) -> None:
    begin(stage, LOOKS[0][1], dict(SHOTS)[name])
    stage.until(stage.pictures_loaded)
    stage.settle()
    stage.window.grabWindow()
    frames: list[None] = []
    stage.window.afterRendering.connect(lambda: frames.append(None))
    loop = QEventLoop()
    QTimer.singleShot(700, loop.quit)
    loop.exec()
    stage.window.afterRendering.disconnect()
    assert frames == [], f"{len(frames)} frames on a screen where nothing happens"
