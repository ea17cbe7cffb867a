"""The kiosk's window: every touch and key says that somebody is there, and a ticket's code becomes a picture."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtQuick import QQuickImageProvider

from kiosk.ui.kiosk_model import KioskModel

_SIGNS_OF_LIFE = frozenset(
    {
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonDblClick,
        QEvent.Type.TouchBegin,
        QEvent.Type.KeyPress,
        QEvent.Type.Wheel,
    }
)
_ENDS = frozenset({QEvent.Type.MouseButtonRelease, QEvent.Type.TouchEnd, QEvent.Type.KeyRelease})
_QUIET_MODULES = 4


class Presence(QObject):
    """An event filter on the window. A touch that answers "are you still there" does nothing else."""

    def __init__(self, model: KioskModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._swallows = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See each event before the screen does; True keeps it from the screen."""
        kind = event.type()
        if kind in _SIGNS_OF_LIFE and not self._model.is_away:
            self._swallows = self._model.is_warned
            self._model.touch()
            return self._swallows
        if kind in _ENDS and self._swallows:
            self._swallows = False
            return True
        return False


class TicketProvider(QQuickImageProvider):
    """`image://kioskticket/<id>`: the code of the ticket on the screen; of no other, so nothing old can be seen."""

    def __init__(self, rows_of: Callable[[str], tuple[str, ...]]) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)
        self._rows_of = rows_of

    def requestImage(self, id: str, size: QSize, requestedSize: QSize) -> QImage:
        """Draw the code in whole pixels with its quiet zone, black on white in every theme."""
        side = requestedSize.width() if requestedSize.width() > 0 else 600
        return draw_code(self._rows_of(id), side)


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
