"""A till or kiosk whose screen is touched by commands: python -m tests.journeys.puppet till|kiosk FOLDER.

The product knows nothing of it. Commands come as JSON lines on standard input, are done on the GUI thread as events of the
window, and are answered one by one on standard output:

    {"do": "key", "key": "F9"}                 press and let go a key
    {"do": "type", "text": "101"}              type as fast as a quick person, slower than a scanner
    {"do": "burst", "text": "87..."}           type as a keyboard scanner does, Enter behind it
    {"do": "click", "name": "Pay"}             touch what a screen reader calls so (or its objectName)
    {"do": "wait", "texts": [..], "state": {..}, "within_s": 20}   until all texts and properties of the model are there
    {"do": "shot", "path": "x.png"}            picture of the window once its pictures are there
    {"do": "reach"}                            what can be pressed now, as it is called
    {"do": "tree"}                             everything on the screen, as it is called
    {"do": "quit"}                             close the window
"""

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# Qt reads these when the application object is made.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")
os.environ.setdefault("QT_QPA_UPDATE_IDLE_TIME", "0")

from PySide6.QtCore import QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtQml import QQmlProperty
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest

from kiosk.apps.kiosk import run_kiosk
from kiosk.apps.till import run_till
from kiosk.domain.errors import ShopError

KEY_GAP_MS = 45
"""Between two typed keys; a scanner leaves less than 30 ms."""

LOOK_MS = 15
WITHIN_S = 20.0
Command = dict[str, Any]


class Puppet(QObject):
    """Does one command after the other on the window that is open, and answers on a pipe."""

    arrived = Signal(object)

    def __init__(self, answers: Callable[[str], None]) -> None:
        super().__init__()
        self._answers = answers
        self._acts: dict[str, Callable[[Command], None]] = {
            "key": self._key, "type": self._type, "burst": self._burst, "click": self._click,
            "wait": self._wait, "shot": self._shot, "tree": self._tree, "reach": self._reach, "quit": self._quit,
        }  # fmt: skip
        self.arrived.connect(self._do, Qt.ConnectionType.QueuedConnection)

    def _do(self, command: Command) -> None:
        try:
            self._acts[command["do"]](command)
        except (LookupError, RuntimeError, TypeError, AttributeError) as error:
            self._answer(ok=False, why=repr(error), tree=[])

    def _answer(self, **fields: Any) -> None:
        self._answers(json.dumps({"ok": True, **fields}, ensure_ascii=False))

    def _window(self) -> QQuickWindow:
        for window in QGuiApplication.topLevelWindows():
            if isinstance(window, QQuickWindow) and window.isVisible():
                return window
        raise LookupError("no window is open")

    def _key(self, command: Command) -> None:
        QTest.keyClick(self._window(), getattr(Qt.Key, f"Key_{command['key']}"))
        self._answer()

    def _type(self, command: Command) -> None:
        self._type_rest(list(command["text"]))

    def _type_rest(self, left: list[str]) -> None:
        if not left:
            self._answer()
            return
        QTest.keyClick(self._window(), key_of(left[0]))
        QTimer.singleShot(KEY_GAP_MS, self, lambda: self._type_rest(left[1:]))

    def _burst(self, command: Command) -> None:
        window = self._window()
        for letter in command["text"]:
            QTest.keyClick(window, key_of(letter))
        QTest.keyClick(window, Qt.Key.Key_Return)
        self._answer()

    def _click(self, command: Command) -> None:
        window = self._window()
        item = find(window, command["name"])
        centre = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
        QTest.mouseClick(window, Qt.MouseButton.LeftButton, pos=centre)
        self._answer()

    def _wait(self, command: Command) -> None:
        texts, state = command.get("texts", []), command.get("state", {})

        def held() -> bool:
            there = names(self._window())
            if not all(any(fits(text, one) for one in there) for text in texts):
                return False
            return all(model_state(self._window()).get(name) == value for name, value in state.items())

        self._until(held, command, f"waited for {texts} {state}")

    def _shot(self, command: Command) -> None:
        def save() -> None:
            image = self._window().grabWindow()
            if not image.save(command["path"]):
                raise LookupError(f"the picture {command['path']} cannot be written")

        self._until(lambda: pictures_loaded(self._window()), command, "pictures are missing", save)

    def _tree(self, command: Command) -> None:
        self._answer(tree=names(self._window()), state=model_state(self._window()))

    def _reach(self, command: Command) -> None:
        self._answer(names=[called(item) for item in pressable(self._window())])

    def _quit(self, command: Command) -> None:
        self._answer()
        QGuiApplication.quit()

    def _until(
        self, held: Callable[[], bool], command: Command, why: str, then: Callable[[], None] | None = None
    ) -> None:
        """Answer when something holds, looking again and again while the window goes on, up to a ceiling."""
        looks_left = int(command.get("within_s", WITHIN_S) * 1000 / LOOK_MS)

        def look(left: int) -> None:
            try:
                if held():
                    if then is not None:
                        then()
                    self._answer(state=model_state(self._window()))
                elif left > 0:
                    QTimer.singleShot(LOOK_MS, self, lambda: look(left - 1))
                else:
                    raise LookupError(why)
            except LookupError as error:
                self._answer(ok=False, why=str(error), tree=names(self._window()), state=model_state(self._window()))
            except (RuntimeError, TypeError, AttributeError) as error:
                self._answer(ok=False, why=repr(error), tree=[])

        look(looks_left)


def fits(text: str, name: str) -> bool:
    """Whether a name on the screen holds a text; behind "=" the text is the whole name."""
    return name == text[1:] if text.startswith("=") else text in name


def key_of(letter: str) -> Qt.Key:
    """The key of a letter, digit or sign of ASCII."""
    return Qt.Key(ord(letter.upper()))


def walk(item: QQuickItem) -> Iterator[QQuickItem]:
    """An item and what is below it, as it is stacked; delegates included, what is hidden left out."""
    if item.isVisible() and item.opacity() > 0:
        yield item
        for child in item.childItems():
            yield from walk(child)


def called(item: QQuickItem) -> str:
    """What a screen reader calls an item, or the text that it shows."""
    face = QAccessible.queryAccessibleInterface(item)
    name = face.text(QAccessible.Text.Name) if face is not None and face.isValid() else ""
    text = item.property("text")
    return name or (text if isinstance(text, str) else "")


def names(window: QQuickWindow) -> list[str]:
    """Everything that can be read on a window."""
    return [name for item in walk(window.contentItem()) if (name := called(item))]


def pressable(window: QQuickWindow) -> list[QQuickItem]:
    """Everything that a finger can press now."""
    return [
        item
        for item in walk(window.contentItem())
        if item.isEnabled() and item.inherits("QQuickAbstractButton") and in_view(item, window)
    ]


def find(window: QQuickWindow, name: str) -> QQuickItem:
    """What can be pressed and is called so, wholly or at its beginning; of several, the topmost. Raises LookupError."""
    there = pressable(window)
    for fits in (
        lambda item: item.objectName() == name,
        lambda item: called(item) == name,
        lambda item: called(item).startswith(name),
    ):
        found = [item for item in there if fits(item)]
        if found:
            return found[-1]
    raise LookupError(f"nothing to press is called {name!r}: {[called(item) for item in there]}")


def in_view(item: QQuickItem, window: QQuickWindow) -> bool:
    """Whether the middle of an item can be touched: not scrolled out of its view, not off the screen."""
    middle = item.mapToScene(QPointF(item.width() / 2, item.height() / 2))
    above: QQuickItem | None = item
    while above is not None:
        if above.clip() and not above.mapRectToScene(above.boundingRect()).contains(middle):
            return False
        above = above.parentItem()
    return window.contentItem().boundingRect().contains(middle)


def model_state(window: QQuickWindow) -> dict[str, Any]:
    """The few words with which the root view-model says what is shown."""
    asked = {"till": ("screen", "dialog", "message"), "kiosk": ("page", "panel", "isAsking")}
    return {
        name: value
        for model, found in asked.items()
        for name in found
        if (value := QQmlProperty.read(window, f"{model}.{name}")) is not None
    }


def pictures_loaded(window: QQuickWindow) -> bool:
    """Whether every picture on the screen has been read."""
    return all(
        item.property("progress") == 1.0 or item.property("source").isEmpty()
        for item in walk(window.contentItem())
        if item.inherits("QQuickImage")
    )


def main(kind: str, folder: Path) -> int:
    """Run a till or kiosk with a puppet's strings on it."""
    qt = QGuiApplication.instance() or QGuiApplication(["toonbank"])
    assert isinstance(qt, QGuiApplication)
    # What the program itself prints goes to the log, so that answers are alone on the pipe.
    pipe, sys.stdout = sys.stdout, sys.stderr

    def answer(line: str) -> None:
        pipe.write(line + "\n")
        pipe.flush()

    puppet = Puppet(answer)

    def read() -> None:
        for line in sys.stdin:
            puppet.arrived.emit(json.loads(line))

    threading.Thread(target=read, daemon=True).start()
    try:
        return run_till(folder) if kind == "till" else run_kiosk(folder)
    except ShopError as error:
        print(error.code, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
