"""Locks the till that nobody touches: the basket stays, and whoever comes back signs in."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer

from kiosk.ui.flow import Flow, Screen

_TOUCHES = (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin, QEvent.Type.Wheel)
_LOCKABLE = (Screen.SALE, Screen.DONE, Screen.JOURNAL)
"""Where nothing is under way that a lock would hide: never while money changes hands or a drawer is counted."""


class IdleLock(QObject):
    """Watches a window; `lock_s` 0 never locks. `still_here` tells of what is no touch: a scan."""

    def __init__(
        self, window: QObject, lock_s: Callable[[], int], flow: Callable[[], Flow], lock: Callable[[], None]
    ) -> None:
        super().__init__(window)
        self._lock_s, self._flow, self._lock = lock_s, flow, lock
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._over)
        window.installEventFilter(self)
        self.still_here()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's own name. Every touch begins the time anew; nothing is taken from anybody."""
        if event.type() in _TOUCHES:
            self.still_here()
        return False

    def still_here(self) -> None:
        """Somebody is at the till."""
        seconds = self._lock_s()
        if seconds > 0:
            self._timer.start(seconds * 1000)
        else:
            self._timer.stop()

    def _over(self) -> None:
        if self._flow().screen in _LOCKABLE:
            self._lock()
        else:
            self.still_here()  # it is looked at again when that long has passed
