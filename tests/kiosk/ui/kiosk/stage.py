"""A kiosk on an offscreen window with its real services, a clock of the test's own and a help line that obeys."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest

from kiosk.services.help import HelpNews, HelpState, OnHelp
from kiosk.ui.bridge import Bridge
from kiosk.ui.kiosk_desk import Desk
from kiosk.ui.kiosk_face import PORTRAIT, KioskFace
from kiosk.ui.kiosk_model import KioskModel
from kiosk.ui.theme import Look
from tests.kiosk.ui.kiosk.shop import SAMPLES, Shop, open_shop
from tests.kiosk.ui.looking import is_shown, walk

CEILING_MS = 20_000
MM_PER_PX = 268 / 1080
"""A 21.5 inch panel on its side: 268 mm wide."""


@dataclass
class TestLine:
    """A help line that the test speaks on."""

    __test__ = False
    calls: list[tuple[str, str]] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    listener: OnHelp | None = None

    def listen(self, listener: OnHelp) -> None:
        """Who wants to know."""
        self.listener = listener

    def start(self, reason: str, language: str) -> str:
        """Make a call."""
        self.calls.append((reason, language))
        return f"call-{len(self.calls)}"

    def cancel(self, call: str) -> None:
        """Nobody is needed."""
        self.cancelled.append(call)

    def tell(self, state: HelpState, name: str = "") -> None:
        """What the network says of the latest call."""
        assert self.listener is not None, "the kiosk listens"
        self.listener(HelpNews(f"call-{len(self.calls)}", state, name))


@dataclass
class Heard:
    """Remembers the sounds."""

    names: list[str] = field(default_factory=list)

    def play(self, name: str) -> None:
        """A sound."""
        self.names.append(name)


@dataclass
class Stage:
    """The kiosk under test, with hands and eyes."""

    shop: Shop
    face: KioskFace
    line: TestLine
    heard: Heard
    warnings: list[str]
    bugs: list[BaseException]
    bridge: Bridge
    desk: Desk

    @property
    def kiosk(self) -> KioskModel:
        """The root view-model."""
        return self.face.model

    @property
    def window(self) -> QQuickWindow:
        """The window."""
        return self.face.window

    def focused(self) -> QQuickItem:
        """What has the keyboard."""
        item = self.window.activeFocusItem()
        assert item is not None, "the keyboard is never lost"
        return item

    def name_of(self, item: QQuickItem) -> str:
        """What an item is called."""
        return accessible_name(item)

    def settle(self) -> None:
        """Wait until every result has arrived and everything due was delivered."""
        self.until(lambda: self.bridge.is_idle)
        loop = QEventLoop()
        while loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents):
            pass
        self.until(lambda: self.bridge.is_idle)

    def until(self, held: Callable[[], bool]) -> None:
        """Turn the event loop until something holds; fails after the ceiling."""
        if held():
            return
        loop, ceiling, look = QEventLoop(), QTimer(), QTimer()
        ceiling.setSingleShot(True)
        ceiling.timeout.connect(loop.quit)
        look.timeout.connect(lambda: held() and loop.quit())
        ceiling.start(CEILING_MS)
        look.start(2)
        loop.exec()
        assert held(), "it did not happen in time"

    def pictures_loaded(self) -> bool:
        """Whether every picture that is on the screen has been read."""
        return all(
            item.property("progress") == 1.0 or item.property("source").isEmpty()
            for item in walk(self.window.contentItem())
            if item.inherits("QQuickImage") and item.isVisible()
        )

    def grab(self) -> QImage:
        """The screen as it is, with every picture there."""
        self.settle()
        self.until(self.pictures_loaded)
        return self.window.grabWindow()

    def find(self, name: str) -> QQuickItem:
        """The visible, enabled item with an accessible name that begins so; of several, the last."""
        there = operable(self.window)
        found = [item for item in there if spoken(item) == name] or [item for item in there if spoken(item).startswith(name)]
        assert found, f"nothing is called {name!r}: {[spoken(item) for item in there]}"
        return found[-1]

    def tap(self, name: str) -> None:
        """Touch something by what it is called."""
        self.tap_item(self.find(name))

    def tap_item(self, item: QQuickItem) -> None:
        """Touch an item in its middle."""
        centre = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
        self.tap_at(centre)

    def tap_at(self, point: QPoint) -> None:
        """Touch a place."""
        QTest.mouseClick(self.window, Qt.MouseButton.LeftButton, pos=point)
        self.settle()

    def key(self, key: Qt.Key) -> None:
        """Press a key."""
        QTest.keyClick(self.window, key)
        self.settle()

    def scan(self, text: str) -> None:
        """Something is scanned."""
        self.kiosk.on_scan(text, None)
        self.settle()

    def wait_ms(self, ms: int) -> None:
        """Let time pass on the kiosk's clock."""
        self.shop.clock.move(ms)
        self.kiosk.tick()
        self.settle()


def spoken(item: QQuickItem) -> str:
    """What a screen reader calls an item; empty for one without a name."""
    return accessible_name(item)


def accessible_name(item: QQuickItem) -> str:
    """The accessible name, as assistive technology gets it."""
    face = QAccessible.queryAccessibleInterface(item)
    return face.text(QAccessible.Text.Name) if face is not None and face.isValid() else ""


def operable(window: QQuickWindow) -> list[QQuickItem]:
    """Everything on the screen that a finger can press."""
    return [item for item in walk(window.contentItem()) if item.inherits("QQuickAbstractButton") and is_shown(item, window)]


@contextmanager
def kiosk_stage(
    folder: Path,
    sample: str = "fashion",
    size: tuple[int, int] = PORTRAIT,
    empty: bool = False,
    brand: str = "base",
    printer: object = None,
) -> Iterator[Stage]:
    """Open a kiosk in a folder, and take it down whatever happens."""
    shop = open_shop(folder, sample, printer=printer, empty=empty)
    warnings: list[str] = []
    bugs: list[BaseException] = []
    bridge = Bridge(bugs.append)
    line, heard = TestLine(), Heard()
    desk = Desk(
        bridge, shop.counter, shop.selfservice, shop.lookup, line, heard,
        lambda: shop.clock.mono_ms, "nl", reserving=shop.reserving,
    )  # fmt: skip
    pictures = SAMPLES / sample / "pictures"
    face = KioskFace(
        desk, Look(brand=brand, mm_per_px=MM_PER_PX), lambda name: pictures / name,
        warnings.append, size=size,
    )  # fmt: skip
    stage = Stage(shop, face, line, heard, warnings, bugs, bridge, desk)
    try:
        stage.settle()
        yield stage
    finally:
        face.close()
        shop.close()
    assert not bugs, bugs
    assert not warnings, warnings
