"""The keys of the window, before any field sees them: a keyboard scanner's are taken out, a person's go on."""

from collections.abc import Callable
from typing import NamedTuple, Protocol, cast

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtQuick import QQuickWindow

_KEY_PRESS = QEvent.Type.KeyPress
# As whole numbers: Python's own flags take longer than all else that is asked of a key.
_SHIFT: int = Qt.KeyboardModifier.ShiftModifier.value
_OTHERS: int = (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier).value
_CLOCK_MS = 1 << 32
"""Time stamps of X11 are 32 bits of milliseconds and start again after 49 days."""


LATE_MS = 8
"""A silence that is noticed so much later than it was due says that this process stood still, not that no key came."""


class HeldKey(NamedTuple):
    """A key press as plain values: the event itself is Qt's, and gone when its handler returns.

    `QKeyEvent.clone` would do, but nobody owns what it gives: 1.4 kB were lost with every scan. Most keys are a scanner's and are
    never needed again, so an event is only made of those that go on.
    """

    code: int
    modifiers: Qt.KeyboardModifier
    scan_code: int
    virtual_key: int
    native_modifiers: int
    text: str
    auto_repeat: bool
    presses: int
    stamp_ms: int

    @classmethod
    def of(cls, press: QKeyEvent) -> "HeldKey":
        """What an event says."""
        return cls(
            press.key(), press.modifiers(), press.nativeScanCode(), press.nativeVirtualKey(), press.nativeModifiers(),
            press.text(), press.isAutoRepeat(), press.count(), press.timestamp(),
        )  # fmt: skip

    def event(self) -> QKeyEvent:
        """The same key press as an event of our own."""
        made = QKeyEvent(
            _KEY_PRESS, self.code, self.modifiers, self.scan_code, self.virtual_key, self.native_modifiers,
            self.text, self.auto_repeat, self.presses,
        )  # fmt: skip
        made.setTimestamp(self.stamp_ms)
        return made


class KeyScanner(Protocol):
    """What judges keys (drivers.wedge): gives back the tokens of those that a person typed."""

    @property
    def due_ms(self) -> int | None:
        """When `tick` is due on the clock of the keys; None when nothing is held."""
        ...

    def key(
        self,
        text: str,
        at_ms: int,
        *,
        scan_code: int = 0,
        shift: bool = False,
        auto_repeat: bool = False,
        token: object = None,
    ) -> tuple[object, ...]:
        """One key press; gives the tokens to hand on as typing, now."""
        ...

    def tick(self, now_ms: int) -> tuple[object, ...]:
        """Time passed without a key; gives the tokens to hand on."""
        ...


class WedgeFilter(QObject):
    """Sits on a window. Works on every screen, in every dialog and in every field. `on_key` is called at each key press."""

    def __init__(
        self,
        window: QQuickWindow,
        scanner: KeyScanner,
        now_ms: Callable[[], int],
        on_key: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(window)
        self._window, self._scanner, self._now_ms = window, scanner, now_ms
        self._on_key = on_key
        self._letting = False
        self._last_ms, self._seen_ms = 0, 0
        self._looked_again = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hold a key back until it is known who pressed it."""
        if self._letting or event.type() is not _KEY_PRESS:
            return False
        key = HeldKey.of(cast(QKeyEvent, event))
        modifiers: int = key.modifiers.value
        if modifiers & _OTHERS:
            return False  # a short cut is a person
        self._on_key()
        released = self._scanner.key(
            key.text,
            self._time_of(key.stamp_ms),
            scan_code=key.scan_code,
            shift=modifiers & _SHIFT != 0,
            auto_repeat=key.auto_repeat,
            token=key,
        )
        self._wait()
        if len(released) == 1 and released[0] is key:
            return False  # nothing was held: the key goes its ordinary way
        if released:
            self._let_go(released)
        return True

    def _time_of(self, stamp_ms: int) -> int:
        """The event's own time; where a platform gives none, the time at which it came here."""
        self._seen_ms = self._now_ms()
        self._looked_again = False
        self._last_ms = stamp_ms if stamp_ms else self._seen_ms % _CLOCK_MS
        return self._last_ms

    def _wait(self) -> None:
        due = self._scanner.due_ms
        if due is None:
            self._timer.stop()
        else:
            self._timer.start(max(0, due - self._last_ms))

    def _tick(self) -> None:
        passed_ms, due = self._now_ms() - self._seen_ms, self._scanner.due_ms
        if due is not None and not self._looked_again and passed_ms > due - self._last_ms + LATE_MS:
            # Keys may lie unread in the window system's queue: they are looked at before silence is judged.
            self._looked_again = True
            self._timer.start(LATE_MS)
            return
        self._let_go(self._scanner.tick(self._last_ms + passed_ms))
        if self._scanner.due_ms is not None:
            self._timer.start(1)

    def _let_go(self, keys: tuple[object, ...]) -> None:
        self._letting = True
        try:
            for key in keys:
                assert isinstance(key, HeldKey), "tokens are the keys that were held"
                QCoreApplication.sendEvent(self._window, key.event())
        finally:
            self._letting = False
