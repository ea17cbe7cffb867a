"""A keyboard-wedge scanner: it types the code into the X window that has the keyboard.

The keys go through the XTEST extension, so the window sees real key events. Letters are found on
the keyboard map that the X server has: a wedge that is set to another country types nonsense, here
as in the shop.
"""

import ctypes
import ctypes.util
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from drivers.simulated.scanner.frames import frame

_NAMED_KEYSYMS = {"\r": 0xFF0D, "\n": 0xFF0D, "\t": 0xFF09, "\x02": 0xFFC9, "\x03": 0xFFC9}
_SHIFT_KEYSYM = 0xFFE1


class NoKeyboard(RuntimeError):
    """There is no X display to type on."""


@dataclass(frozen=True)
class KeyStroke:
    """One key of the X keyboard, with or without Shift."""

    keycode: int
    shift: bool


@dataclass
class _Display:
    """The few calls of Xlib and XTEST that typing takes."""

    name: str
    x11: ctypes.CDLL = field(init=False)
    xtest: ctypes.CDLL = field(init=False)
    handle: int = field(init=False)

    def __post_init__(self) -> None:
        try:
            self.x11 = ctypes.CDLL(ctypes.util.find_library("X11") or "libX11.so.6")
            self.xtest = ctypes.CDLL(ctypes.util.find_library("Xtst") or "libXtst.so.6")
        except OSError as missing:
            raise NoKeyboard("libX11 and libXtst are needed to type keys") from missing
        self.x11.XOpenDisplay.restype = ctypes.c_void_p
        self.x11.XkbKeycodeToKeysym.restype = ctypes.c_ulong
        handle = self.x11.XOpenDisplay(self.name.encode())
        if not handle:
            raise NoKeyboard(f"the X display {self.name!r} does not open; is DISPLAY right?")
        self.handle = handle
        self._void = ctypes.c_void_p(handle)

    def stroke_of(self, letter: str) -> KeyStroke | None:
        """Which key gives this letter; None when the keyboard map has none."""
        keysym = _NAMED_KEYSYMS.get(letter, ord(letter))
        if keysym > 0xFF and letter not in _NAMED_KEYSYMS:
            keysym = 0x01000000 + ord(letter)  # X names other letters by their Unicode number
        keycode = self.x11.XKeysymToKeycode(self._void, ctypes.c_ulong(keysym))
        for level in (0, 1):
            found = self.x11.XkbKeycodeToKeysym(self._void, ctypes.c_ubyte(keycode), 0, level)
            if keycode and found == keysym:
                return KeyStroke(keycode, shift=level == 1)
        return None

    def press(self, stroke: KeyStroke) -> None:
        """Press and release the key, with Shift around it where that is needed."""
        shift = self.x11.XKeysymToKeycode(self._void, ctypes.c_ulong(_SHIFT_KEYSYM))
        events = [(stroke.keycode, 1), (stroke.keycode, 0)]
        if stroke.shift:
            events = [(shift, 1), *events, (shift, 0)]
        for keycode, down in events:
            self.xtest.XTestFakeKeyEvent(self._void, keycode, down, ctypes.c_ulong(0))
        self.x11.XSync(self._void, 0)

    def close(self) -> None:
        self.x11.XCloseDisplay(self._void)


class KeyboardScanner:
    """A scanner that types. gap_ms is the time between two keys (10 fast, 80 slow scanners)."""

    def __init__(
        self,
        display: str,
        *,
        gap_ms: float = 10.0,
        suffix: str = "\r",
        aim: bool = False,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        """Open the X display named like ":99". Raises NoKeyboard when that is not possible."""
        self.gap_ms = gap_ms
        self.suffix = suffix
        self.aim = aim
        self._wait = wait or threading.Event().wait
        self._lock = threading.Lock()
        self._display = _Display(display)

    def scan(self, code: str, *, symbology: str | None = None) -> int:
        """Type a code and its suffix; returns how many keys there were.

        Letters that the keyboard map does not hold are left out, as a real wedge leaves them out.
        """
        data = frame(code, framing="none", aim=self.aim, symbology=symbology).decode("utf-8")
        typed = 0
        with self._lock:
            for letter in data + self.suffix:
                stroke = self._display.stroke_of(letter)
                if stroke is None:
                    continue
                if typed:
                    self._wait(self.gap_ms / 1000)
                self._display.press(stroke)
                typed += 1
        return typed

    def close(self) -> None:
        """Let go of the display."""
        with self._lock:
            self._display.close()
