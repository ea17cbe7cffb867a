"""The till's face put together: the application, its models and its window, over services that somebody else made."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtQuick import QQuickWindow

from kiosk.ui.application import Application
from kiosk.ui.images import CodeProvider, SightProvider
from kiosk.ui.theme import Look
from kiosk.ui.till_desk import TillDesk
from kiosk.ui.till_display import DisplayModel
from kiosk.ui.till_idle import IdleLock
from kiosk.ui.till_keys import TillKeys
from kiosk.ui.till_look import remembered
from kiosk.ui.till_model import TillModel
from kiosk.ui.wedge import KeyScanner, WedgeFilter

BASELINE = (1366, 768)
NO_FRAME_MS = 2_000


class TillFace:
    """The screen of one till. `size` is in pixels; None takes the whole screen."""

    def __init__(
        self,
        desk: TillDesk,
        look: Look,
        find_picture: Callable[[str], Path],
        on_warning: Callable[[str], None],
        *,
        arguments: Sequence[str] = (),
        size: tuple[int, int] | None = BASELINE,
    ) -> None:
        self._desk = desk
        worn = remembered(desk, look)
        self.application = Application(arguments, worn, desk.language, find_picture, on_warning)
        self.till = TillModel(desk)
        self.till.look_model.wear(worn)
        self.till.look_model.wanted.connect(self._wear)
        self.keys = TillKeys(self.till)
        self.till.languageWanted.connect(self.application.set_language)
        self.application.engine.addImageProvider("sight", SightProvider(lambda: self.till.camera_model.sight))
        self.application.engine.addImageProvider("basket", CodeProvider(lambda: (self.till.more_model.hand_model.handed,)))
        properties = {"till": self.till, "keys": self.keys}
        self.window: QQuickWindow = self.application.show("Till", properties)
        if size is None:
            self.window.showFullScreen()
        else:
            self.window.resize(*size)
            self.window.show()
        self.idle = IdleLock(self.window, lambda: desk.counter.settings.lock_s, lambda: self.till.flow, self.till.lock)
        self.till.touched.connect(self.idle.still_here)
        self.window.requestActivate()  # a bare X session has no window manager that gives it the keys
        self.till.start()

    def show_display(self) -> QQuickWindow:
        """Open the customer's screen: on the second one where there is one, else as a window beside the till."""
        self.display = DisplayModel(self._desk, self.till)
        window = self.application.show("Display", {"display": self.display})
        screens = self.application.qt.screens()
        if len(screens) > 1:
            window.setScreen(screens[1])
            window.setGeometry(screens[1].geometry())
            window.showFullScreen()
        else:
            window.show()
        self.window.requestActivate()  # keys are the cashier's
        return window

    def listen_to_keys(self, scanner: KeyScanner, now_ms: Callable[[], int], on_key: Callable[[], None] = lambda: None) -> None:
        """Let a keyboard scanner work in this window. `on_key` is called at each key press."""
        self._wedge = WedgeFilter(self.window, scanner, now_ms, on_key)

    def when_served(self, call: Callable[[], None]) -> None:
        """Call this after each frame that leaves nothing to wait for."""
        self.window.frameSwapped.connect(lambda: call() if self._desk.bridge.is_idle else None)

    def when_painted(self, call: Callable[[], None]) -> None:
        """Call this after the first frame, and after NO_FRAME_MS in any case: a window that is hidden paints none."""

        def painted() -> None:
            self.window.frameSwapped.disconnect(painted)
            call()

        self.window.frameSwapped.connect(painted)
        QTimer.singleShot(NO_FRAME_MS, call)

    def _wear(self, text_scale: float, high_contrast: bool) -> None:
        theme = self.application.theme
        theme.adopt(replace(theme.look, text_scale=text_scale, high_contrast=high_contrast))

    def close(self) -> None:
        """Take the screen down, before the services."""
        self._desk.bridge.close()
        self.application.close()
