"""Pictures for the screens: icons in any colour of the theme, and product pictures from the terminal's folder."""

import re
from collections.abc import Callable
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter
from PySide6.QtQuick import QQuickImageProvider

_ICON_PX = 24
_PLACEHOLDER_INK = "#857B6E"


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


class PictureProvider(QQuickImageProvider):
    """`image://picture/<name>/<round>`: a product's picture by the digest of its bytes; the placeholder where there is none.

    Screens ask asynchronously, so reading and decoding never hold up a scan.
    """

    def __init__(self, find: Callable[[str], Path], icons: IconProvider) -> None:
        super().__init__(
            QQuickImageProvider.ImageType.Image,
            QQuickImageProvider.Flag.ForceAsynchronousImageLoading,
        )
        self._find = find
        self._icons = icons

    def requestImage(self, id: str, size: QSize, requestedSize: QSize) -> QImage:
        """Read a picture at the size it is shown, or draw the placeholder."""
        reader = QImageReader(str(self._find(id.partition("/")[0])))
        wanted = requestedSize if requestedSize.isValid() else QSize(128, 128)
        if reader.canRead():
            reader.setScaledSize(reader.size().scaled(wanted, Qt.AspectRatioMode.KeepAspectRatio))
            image = reader.read()
            if not image.isNull():
                return image
        return self._placeholder(wanted)

    def _placeholder(self, wanted: QSize) -> QImage:
        side = max(16, min(wanted.width(), wanted.height()))
        image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        inner = side // 2
        painter.drawImage(
            (side - inner) // 2,
            (side - inner) // 2,
            self._icons.draw("package", _PLACEHOLDER_INK, inner),
        )
        painter.end()
        return image


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
