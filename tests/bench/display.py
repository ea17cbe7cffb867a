"""A screen seen from outside the program: Xvfb, its frame buffer as memory, and keys that come by XTEST."""

import contextlib
import ctypes
import mmap
import os
import shutil
import signal
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

pause = threading.Event().wait
"""Lets time pass, s; an observer from outside has nothing else to wait on."""
POLL_S = 0.0002
"""How often the frame buffer is looked at; the error of every figure in pixels."""
_SHIFT = "Shift_L"
_NAMES = {"\r": "Return", " ": "space", "*": "asterisk", "-": "minus", ".": "period", "+": "plus"}


class Area(NamedTuple):
    """A rectangle of the screen, px."""

    left: int
    top: int
    width: int
    height: int


Picture = tuple[bytes, ...]
"""The rows of an area, four bytes a pixel."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What an area has to look like."""

    area: Area
    picture: Picture


class Screen:
    """The frame buffer of an Xvfb, mapped into memory: what a person would see, without asking the program."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        head = struct.unpack(">25I", self._memory[:100])  # X11/XWDFile.h, in the byte order of the network
        self.width, self.height, self._stride = head[4], head[5], head[12]
        self._pixels = head[0] + head[19] * 12  # the header, then the colour map
        self.all = Area(0, 0, self.width, self.height)

    def grab(self, area: Area) -> Picture:
        """The rows of an area as they are now."""
        return tuple(self._rows(area))

    def shows(self, wanted: Reference) -> bool:
        """Whether an area looks as wanted, every pixel of it; ends at the first row that does not."""
        return all(row == now for row, now in zip(wanted.picture, self._rows(wanted.area), strict=True))

    def wait_for(self, wanted: Reference, began: float, ceiling_s: float = 10.0) -> float:
        """Wait until an area looks as wanted; gives the ms since `began`. Raises TimeoutError."""
        while not self.shows(wanted):
            if time.perf_counter() - began > ceiling_s:
                raise TimeoutError(f"{wanted.area} never looked as it had to")
            pause(POLL_S)
        return (time.perf_counter() - began) * 1_000

    def wait_change(self, area: Area, before: Picture, ceiling_s: float = 10.0) -> float:
        """Wait until an area looks different; gives that time. Raises TimeoutError."""
        ends = time.perf_counter() + ceiling_s
        while self.shows(Reference(area, before)):
            if time.perf_counter() > ends:
                raise TimeoutError(f"nothing was painted in {area}")
            pause(POLL_S)
        return time.perf_counter()

    def settle(self, area: Area, quiet_s: float = 0.25, ceiling_s: float = 20.0) -> Picture:
        """Wait until an area has not changed for a while; gives how it looks then. Raises TimeoutError."""
        ends = time.perf_counter() + ceiling_s
        seen, since = self.grab(area), time.perf_counter()
        while time.perf_counter() - since < quiet_s:
            pause(0.005)
            now = self.grab(area)
            if now != seen:
                seen, since = now, time.perf_counter()
            if since > ends:
                raise TimeoutError(f"{area} does not come to rest")
        return seen

    def _rows(self, area: Area) -> Iterator[bytes]:
        at = self._pixels + area.top * self._stride + area.left * 4
        for _ in range(area.height):
            yield self._memory[at : at + area.width * 4]
            at += self._stride


def changed(area: Area, before: Picture, after: Picture) -> Reference:
    """The smallest area that holds all that differs between two pictures, as it looks after."""
    rows = [n for n, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    if not rows:
        raise ValueError("the pictures are equal")
    columns = [n for n in range(area.width) if any(_differ(before[row], after[row], n) for row in rows)]
    left, right, top, bottom = columns[0], columns[-1] + 1, rows[0], rows[-1] + 1
    found = Area(area.left + left, area.top + top, right - left, bottom - top)
    return Reference(found, tuple(row[left * 4 : right * 4] for row in after[top:bottom]))


def _differ(old: bytes, new: bytes, column: int) -> bool:
    return old[column * 4 : column * 4 + 4] != new[column * 4 : column * 4 + 4]


class Keys:
    """A keyboard on an X display; every key is an event that the program cannot tell from a real one."""

    def __init__(self, display: str) -> None:
        self._x11, self._xtest = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        self._x11.XOpenDisplay.restype = ctypes.c_void_p
        self._x11.XStringToKeysym.restype = ctypes.c_ulong
        self._x11.XkbKeycodeToKeysym.restype = ctypes.c_ulong
        handle = self._x11.XOpenDisplay(display.encode())
        if not handle:
            raise OSError(f"the display {display} does not open")
        self._display = ctypes.c_void_p(handle)
        self._codes: dict[str, tuple[int, bool]] = {}
        self._shift = self._code(_SHIFT)[0]
        self._xtest.XTestFakeMotionEvent(self._display, 0, 2, 2, ctypes.c_ulong(0))
        self._x11.XSync(self._display, 0)

    def press(self, *keys: str) -> float:
        """Keys by their name in X (Return, F9) or their letter, without a gap; gives the time just before they go out.

        They leave in one piece, so that a busy machine cannot tear a scan apart where no scanner would.
        """
        for key in keys:
            code, shift = self._codes.get(key) or self._code(key)
            for pressed, down in ((self._shift, 1), (code, 1), (code, 0), (self._shift, 0)):
                if shift or pressed == code:
                    self._xtest.XTestFakeKeyEvent(self._display, pressed, down, ctypes.c_ulong(0))
        began = time.perf_counter()
        self._x11.XFlush(self._display)
        return began

    def type(self, text: str, gap_s: float = 0.07) -> float:
        """Keys as a fast person types them; gives the time just before the last."""
        began = 0.0
        for letter in text:
            pause(gap_s)
            began = self.press(letter)
        return began

    def close(self) -> None:
        """Let go of the display."""
        self._x11.XCloseDisplay(self._display)

    def _code(self, key: str) -> tuple[int, bool]:
        keysym = ctypes.c_ulong(self._x11.XStringToKeysym(_NAMES.get(key, key).encode()))
        code = int(self._x11.XKeysymToKeycode(self._display, keysym))
        if not code:
            raise ValueError(f"no key gives {key!r}")
        plain = self._x11.XkbKeycodeToKeysym(self._display, ctypes.c_ubyte(code), 0, 0)
        self._codes[key] = (code, plain != keysym.value)
        return self._codes[key]


@dataclass(frozen=True, slots=True)
class Display:
    """A running Xvfb."""

    name: str
    screen: Screen
    keys: Keys


def missing() -> str:
    """Why there can be no display here; empty when there can."""
    return "" if shutil.which("Xvfb") else "Xvfb is not installed"


@contextmanager
def display(width: int = 1366, height: int = 768) -> Iterator[Display]:
    """An Xvfb of its own, with its frame buffer in a file; both go with the block."""
    with tempfile.TemporaryDirectory(prefix="toonbank-screen-") as folder:
        answer, end = os.pipe()
        argv = ["Xvfb", "-displayfd", str(end), "-fbdir", folder, "-screen", "0", f"{width}x{height}x24"]
        argv += ["-nolisten", "tcp", "-dpi", "96"]
        server = subprocess.Popen(argv, pass_fds=[end], stderr=subprocess.DEVNULL)
        os.close(end)
        # It stands for hardware, which stamps keys in time however busy the machine is; only root may say so.
        with contextlib.suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, server.pid, -10)
        try:
            with os.fdopen(answer) as lines:
                name = ":" + lines.readline().strip()
            keys = Keys(name)
            yield Display(name, Screen(Path(folder) / "Xvfb_screen0"), keys)
            keys.close()
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()
