"""A kiosk's face put together: the application, its models and its window, over services that somebody else made."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtQuick import QQuickWindow

from kiosk.ui.application import Application, set_cursor_visible
from kiosk.ui.images import CodeProvider
from kiosk.ui.kiosk_desk import Desk
from kiosk.ui.kiosk_model import KioskModel
from kiosk.ui.kiosk_window import Presence
from kiosk.ui.theme import Look
from kiosk.ui.wedge import KeyScanner, WedgeFilter

PORTRAIT = (1080, 1920)


class KioskFace:
    """The screen of one kiosk. `size` is in pixels; None takes the whole screen."""

    def __init__(
        self,
        desk: Desk,
        look: Look,
        find_picture: Callable[[str], Path],
        on_warning: Callable[[str], None],
        *,
        arguments: Sequence[str] = (),
        size: tuple[int, int] | None = PORTRAIT,
    ) -> None:
        self._desk = desk
        self.application = Application(arguments, look, desk.language, find_picture, on_warning)
        self.model = KioskModel(desk, self, look)
        self.application.theme.adopt(self.model.look)
        tickets = CodeProvider(self.model.codes)
        self.application.engine.addImageProvider("kioskticket", tickets)
        self.window: QQuickWindow = self.application.show("Kiosk", {"kiosk": self.model})
        self._presence = Presence(self.model)
        self.window.installEventFilter(self._presence)
        if size is None:
            self.window.showFullScreen()
            set_cursor_visible(self.application.qt, False)  # a finger needs no pointer
        else:
            self.window.resize(*size)
            self.window.show()
        self.window.requestActivate()  # a bare X session has no window manager that gives it the keys
        self.model.reload()

    def listen_to_keys(self, scanner: KeyScanner, now_ms: Callable[[], int]) -> None:
        """Take a keyboard scanner's keys out before any screen sees them. `now_ms` is monotonic."""
        self._keys = WedgeFilter(self.window, scanner, now_ms)

    def set_language(self, language: str) -> None:
        """Speak another language from now on."""
        self.application.set_language(language)

    def adopt(self, look: Look) -> None:
        """Look different from now on."""
        self.application.theme.adopt(look)

    def close(self) -> None:
        """Take the screen down; then the threads, so that nothing arrives at what is gone."""
        self.window.removeEventFilter(self._presence)
        self.application.close()
        self._desk.bridge.close()
