"""What is wrong with the texts of any window: cut, wider than their place, off the screen, or over each other (A6)."""

from collections.abc import Iterator

from PySide6.QtCore import QRectF
from PySide6.QtQuick import QQuickItem, QQuickWindow

HAIR_PX = 2
"""Letters may reach this far over their box."""


def walk(item: QQuickItem) -> Iterator[QQuickItem]:
    """An item and all below it, delegates included (findChild misses those)."""
    yield item
    for child in item.childItems():
        yield from walk(child)


def seen(item: QQuickItem, window: QQuickWindow) -> QRectF:
    """The part of an item that every list around it and the window let through."""
    rect = item.mapRectToScene(item.boundingRect())
    parent: QQuickItem | None = item.parentItem()
    while parent is not None:
        if parent.clip():
            rect = rect.intersected(parent.mapRectToScene(parent.boundingRect()))
        parent = parent.parentItem()
    return rect.intersected(window.contentItem().boundingRect())


def is_shown(item: QQuickItem, window: QQuickWindow) -> bool:
    """Visible, enabled, and not wholly scrolled out of its view or off the screen."""
    if not item.isVisible() or not item.isEnabled() or item.width() < 1 or item.height() < 1:
        return False
    rect = seen(item, window)
    return rect.width() > 4 and rect.height() > 4


def shown_texts(window: QQuickWindow) -> Iterator[tuple[QQuickItem, str]]:
    """Every text that is on the screen."""
    for item in walk(window.contentItem()):
        text = str(item.property("text")) if item.inherits("QQuickText") else ""
        if text.strip() and is_shown(item, window):
            yield item, text


def cut_texts(window: QQuickWindow) -> list[str]:
    """Texts that end in dots, leave the screen, or are wider than their place."""
    wrong = []
    for item, text in shown_texts(window):
        rect = item.mapRectToScene(item.boundingRect())
        if item.property("truncated"):
            wrong.append(f"{text!r} ends in dots")
        if is_out_of_sight(item, window):
            wrong.append(f"{text!r} leaves the screen: {rect}")
        if item.property("contentWidth") > item.width() + HAIR_PX:
            wrong.append(f"{text!r} is wider than its place")
        button = button_around(item)
        if button is not None and not button.contains(rect):
            wrong.append(f"{text!r} does not fit its button")
    return wrong


def is_out_of_sight(item: QQuickItem, window: QQuickWindow) -> bool:
    """Whether a part of it lies off the screen, or behind an edge over which nothing can be scrolled."""
    rect = item.mapRectToScene(item.boundingRect())
    parent: QQuickItem | None = item.parentItem()
    while parent is not None:
        if parent.clip() or parent is window.contentItem():
            frame = parent.mapRectToScene(parent.boundingRect()).adjusted(-HAIR_PX, -HAIR_PX, HAIR_PX, HAIR_PX)
            moves = parent.inherits("QQuickFlickable")
            wide = moves and parent.property("contentWidth") > parent.width() + 1
            tall = moves and parent.property("contentHeight") > parent.height() + 1
            if not wide and (rect.left() < frame.left() or rect.right() > frame.right()):
                return True
            if not tall and (rect.top() < frame.top() or rect.bottom() > frame.bottom()):
                return True
            if wide or tall:
                return False
        parent = parent.parentItem()
    return False


def button_around(item: QQuickItem) -> QRectF | None:
    """Where the button is that a text stands on, with a hair to spare, or None."""
    parent: QQuickItem | None = item.parentItem()
    while parent is not None and not parent.inherits("QQuickAbstractButton"):
        parent = parent.parentItem()
    room = (-HAIR_PX, -HAIR_PX, HAIR_PX, HAIR_PX)
    return parent.mapRectToScene(parent.boundingRect()).adjusted(*room) if parent is not None else None


def crossed_texts(cards: list[QQuickItem]) -> list[str]:
    """Texts of one button or card that lie over each other."""
    wrong = []
    for card in cards:
        wrong += _crossed(
            (str(item.property("text")), item.mapRectToScene(item.boundingRect()))
            for item in walk(card)
            if item.inherits("QQuickText") and item.isVisible() and item.property("text")
        )
    return wrong


def crossed_on_screen(window: QQuickWindow) -> list[str]:
    """Texts on the screen that lie over each other, whatever holds them."""
    return _crossed((text, seen(item, window)) for item, text in shown_texts(window))


def _crossed(found: Iterator[tuple[str, QRectF]]) -> list[str]:
    rects = list(found)
    return [
        f"{first!r} over {second!r}"
        for place, (first, one) in enumerate(rects)
        for second, other in rects[place + 1 :]
        if one.adjusted(0, HAIR_PX, 0, -HAIR_PX).intersects(other)
    ]
