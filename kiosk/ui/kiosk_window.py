"""The kiosk's window: every touch and key says that somebody is there."""

from PySide6.QtCore import QEvent, QObject

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
