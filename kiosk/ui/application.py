"""One Qt application: renderer, fonts, theme, words, pictures and the QML engine, for till and kiosk alike."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QByteArray, QObject, Qt
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QOffscreenSurface, QOpenGLContext
from PySide6.QtQml import QQmlApplicationEngine, QQmlError
from PySide6.QtQuick import QQuickWindow, QSGRendererInterface

from kiosk.domain.errors import Damaged
from kiosk.ui.images import IconProvider
from kiosk.ui.register import SHARED
from kiosk.ui.theme import Look, Theme
from kiosk.ui.translate import CatalogueTranslator

FAMILY = "Inter"
_FONTS = ("inter/Inter-Regular.woff2", "inter/Inter-SemiBold.woff2", "inter/Inter-Bold.woff2")
_GL_RENDERER = 0x1F01
_CARD_DEVICES = ("/dev/dri", "/dev/nvidiactl", "/dev/mali0", "/dev/dxg")
"""Every driver of the kernel, NVIDIA's own, ARM's own, and a Linux within Windows."""
_SLOW_GL = ("llvmpipe", "softpipe", "swrast")


class Application:
    """Made once per process. `on_warning` hears every warning of QML; `find_picture` says where a picture lies."""

    def __init__(
        self,
        arguments: Sequence[str],
        look: Look,
        language: str,
        find_picture: Callable[[str], Path],
        on_warning: Callable[[str], None],
    ) -> None:
        self.qt = make_qt(arguments)
        load_fonts(self.qt)
        self._on_warning = on_warning
        self.translator = CatalogueTranslator(language)
        self.qt.installTranslator(self.translator)
        self.engine = QQmlApplicationEngine()
        self.engine.warnings.connect(self._warned)
        self.engine.addImportPath(str(resources.files("assets") / "qml"))
        self.engine.addImageProvider("icon", IconProvider())
        self.theme = self._theme(look)
        self.theme.find_picture = find_picture
        self._shown = 0

    def show(self, module: str, properties: Mapping[str, QObject]) -> QQuickWindow:
        """Load `Main` of a QML module with its required properties; gives its window. Raises Damaged when it fails."""
        self.engine.setInitialProperties(cast(dict[str, Any], dict(properties)))
        self.engine.loadFromModule(module, "Main")
        roots = self.engine.rootObjects()
        if not roots or not isinstance(roots[-1], QQuickWindow) or len(roots) != self._shown + 1:
            raise Damaged("screen.not_loaded", module=module)
        self._shown += 1
        return roots[-1]

    def set_language(self, language: str) -> None:
        """Speak another language from now on, in every window that is open."""
        self.translator.adopt(language)
        self.engine.retranslate()

    def run(self) -> int:
        """Turn the event loop until the application ends; gives its exit code."""
        return self.qt.exec()

    def close(self) -> None:
        """Take the screens down before the view-models that they look at."""
        for root in self.engine.rootObjects():
            if isinstance(root, QQuickWindow):
                root.close()
        self.qt.removeTranslator(self.translator)
        self.engine.deleteLater()
        self.qt.sendPostedEvents(
            None, 52
        )  # 52 is QEvent.DeferredDelete: the engine goes now, not later

    def _theme(self, look: Look) -> Theme:
        assert SHARED, "the shared types are registered"
        theme = self.engine.singletonInstance("Toonbank", "Theme")
        assert isinstance(theme, Theme), "Theme is registered as a singleton of Toonbank"
        theme.adopt(look)
        return theme

    def _warned(self, warnings: Sequence[QQmlError]) -> None:
        for warning in warnings:
            self._on_warning(warning.toString())


def make_qt(arguments: Sequence[str]) -> QGuiApplication:
    """The application object, with the renderer that this machine is fast with."""
    os.environ.setdefault(
        "QT_QPA_UPDATE_IDLE_TIME", "0"
    )  # a scan is painted at once: p99 10 ms to 5 ms
    if not has_card_device():
        os.environ.setdefault("QT_XCB_GL_INTEGRATION", "none")
    qt = QGuiApplication.instance() or QGuiApplication(list(arguments))
    assert isinstance(qt, QGuiApplication)
    qt.setApplicationName("Toonbank")
    # The first window decides for the process: asking again is refused with a warning.
    software = QSGRendererInterface.GraphicsApi.Software
    if not _has_graphics_card() and QQuickWindow.sceneGraphBackend() != "software":
        QQuickWindow.setGraphicsApi(software)
    return qt


def load_fonts(qt: QGuiApplication) -> None:
    """Use the shipped font everywhere. Raises Damaged when it cannot be loaded: every letter would be a box."""
    for name in _FONTS:
        data = (resources.files("assets") / "fonts" / name).read_bytes()
        if QFontDatabase.addApplicationFontFromData(QByteArray(data)) == -1:
            raise Damaged("font.not_loaded", file=name)
    font = QFont(FAMILY)
    font.setPixelSize(15)
    font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    qt.setFont(font)


def has_card_device() -> bool:
    """Whether the system has a device to draw with at all. To find out by OpenGL loads a compiler of 100 MB first."""
    return sys.platform != "linux" or any(Path(name).exists() for name in _CARD_DEVICES)


def _has_graphics_card() -> bool:
    """Whether OpenGL is there and is not drawn by the processor, which costs twice the memory and five times the time."""
    if (
        os.environ.get("QT_QUICK_BACKEND") == "software"
        or QGuiApplication.platformName() == "offscreen"
        or not has_card_device()
    ):
        return False
    surface, context = QOffscreenSurface(), QOpenGLContext()
    surface.create()
    name = ""
    if context.create() and context.makeCurrent(surface):
        name = str(context.functions().glGetString(_GL_RENDERER) or "")
        context.doneCurrent()
    return bool(name) and not any(slow in name.lower() for slow in _SLOW_GL)


def set_cursor_visible(qt: QGuiApplication, visible: bool) -> None:
    """Show or hide the pointer: a touch screen without a mouse needs none."""
    if visible:
        qt.restoreOverrideCursor()
    else:
        qt.setOverrideCursor(Qt.CursorShape.BlankCursor)
