"""Pictures for the screens: icons in any colour of the theme, and where product pictures lie in the terminal's folder."""

import re
from collections.abc import Callable, Iterable
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtQuick import QQuickImageProvider

_ICON_PX = 24
_QUIET_MODULES = 4
_PLACEHOLDER = str(resources.files("assets") / "pictures" / "none.svg")


class IconProvider(QQuickImageProvider):
    """`image://icon/<name>/<rrggbb>`: an SVG of assets/icons drawn in one colour."""

    def __init__(self, folder: Traversable | None = None) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)
        self._folder = folder or resources.files("assets") / "icons"

    def requestImage(self, id: str, size: QSize, requestedSize: QSize) -> QImage:
        """Draw an icon; raises LookupError for one that does not exist, which is a fault of ours."""
        name, _, colour = id.partition("/")
        side = requestedSize.width() if requestedSize.width() > 0 else _ICON_PX
        return self.draw(name, f"#{colour}", side)

    def draw(self, name: str, colour: str, side: int) -> QImage:
        """The icon as a square image."""
        path = self._folder / f"{name}.svg"
        if not path.is_file():
            raise LookupError(f"there is no icon {name}")
        return draw_svg(path.read_text("utf-8").replace("currentColor", colour), side)


class Frame(Protocol):
    """A picture of a camera (drivers.api.Sight): red, green and blue of each pixel, row after row."""

    width: int
    height: int
    rgb: bytes


class SightProvider(QQuickImageProvider):
    """`image://sight/<anything>`: what the camera saw last. Never asked for in the background: no Python may run there."""

    def __init__(self, newest: Callable[[], Frame | None]) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)
        self._newest = newest

    def requestImage(self, id: str, size: QSize, requestedSize: QSize) -> QImage:
        """The newest picture, as a copy of its own; a black point where nothing was seen yet."""
        seen = self._newest()
        if seen is None:
            nothing = QImage(1, 1, QImage.Format.Format_RGB888)
            nothing.fill(0)
            return nothing
        return QImage(seen.rgb, seen.width, seen.height, seen.width * 3, QImage.Format.Format_RGB888).copy()


class Coded(Protocol):
    """Something with a QR code: its modules row by row, "1" for dark."""

    @property
    def id(self) -> str: ...
    @property
    def rows(self) -> tuple[str, ...]: ...


class CodeProvider(QQuickImageProvider):
    """`image://<name>/<id>`: the code that stands on the screen under an id; of no other, so nothing old can be seen."""

    def __init__(self, shown: Callable[[], Iterable[Coded | None]]) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)
        self._shown = shown

    def requestImage(self, id: str, size: QSize, requestedSize: QSize) -> QImage:
        """Draw the code in whole pixels with its quiet zone, black on white in every theme."""
        side = requestedSize.width() if requestedSize.width() > 0 else 600
        return draw_code(next((one.rows for one in self._shown() if one is not None and one.id == id), ()), side)


def draw_code(rows: tuple[str, ...], side: int) -> QImage:
    """A QR code on white, its modules as wide as whole pixels allow."""
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    if not rows:
        return image
    module = max(1, side // (len(rows) + 2 * _QUIET_MODULES))
    start = (side - module * len(rows)) // 2
    painter = QPainter(image)
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            if cell == "1":
                painter.fillRect(start + x * module, start + y * module, module, module, QColor(Qt.GlobalColor.black))
    painter.end()
    return image


def picture_address(path: Path) -> str:
    """Where Qt reads a product's picture for itself; the placeholder's address where there is no such file.

    An address of a file, for no Python may run on the thread that reads pictures: it would ask for the interpreter with a
    lock of Qt's in hand, which who holds the interpreter may be waiting for.
    """
    return QUrl.fromLocalFile(str(path) if path.is_file() else _PLACEHOLDER).toString(QUrl.ComponentFormattingOption.FullyEncoded)


def in_folder(folder: Path) -> Callable[[str], Path]:
    """Find pictures as `<folder>/<digest>.webp`; a name that points elsewhere finds nothing."""

    def find(name: str) -> Path:
        return folder / f"{Path(name).name}.webp"

    return find


def draw_svg(text: str, side: int) -> QImage:
    """An SVG drawn as a square of so many pixels.

    The size is written into the text and the bytes are handed over whole. A QBuffer made in Python
    would be asked for the interpreter while Qt holds its lock on image formats, and the thread that
    reads pictures asks in the other order: the two would wait for each other for ever.
    """
    sized = re.sub(
        r'(<svg\b[^>]*?\bwidth=")[^"]*("[^>]*?\bheight=")[^"]*(")',
        rf"\g<1>{side}\g<2>{side}\g<3>",
        text,
    )
    image = QImage.fromData(sized.encode())
    if image.isNull():
        raise LookupError("an icon cannot be drawn")
    return image
