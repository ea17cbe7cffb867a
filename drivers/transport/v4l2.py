"""A camera of a Linux machine (V4L2): opened, streamed into memory that it shares, and let go of; with our own deadlines."""

import errno
import fcntl
import glob
import mmap
import os
import select
import struct
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from drivers.errors import AccessRefused, DeviceAbsent, DeviceBusy, DeviceError, DeviceForeign, DeviceLost

QUERYCAP, ENUM_FMT, S_FMT, REQBUFS, QUERYBUF = 0x80685600, 0xC0405602, 0xC0D05605, 0xC0145608, 0xC0585609
QBUF, DQBUF, STREAMON, STREAMOFF, QUERYCTRL, S_CTRL = 0xC058560F, 0xC0585611, 0x40045612, 0x40045613, 0xC0445624, 0xC008561C
"""The numbers and the layouts below are those of linux/videodev2.h on 64-bit machines."""

_CAPABILITY, _FORMAT_NAME, _FORMAT, _BUFFERS, _BUFFER, _CONTROL_ASKED, _CONTROL = 104, 64, 208, 20, 88, 68, 8
_CAPTURE, _STREAMING, _PER_NODE = 0x1, 0x0400_0000, 0x8000_0000
_VIDEO_CAPTURE, _MMAP = 1, 1
_BROKEN = 0x40
_LIGHT, _LIGHT_OFF, _LIGHT_ON, _DISABLED = 0x009C_0901, 0, 2, 0x1
_BUFFER_COUNT = 3
_FORMATS_MAX = 64

MJPEG, NV12, YUYV, GREY = "MJPG", "NV12", "YUYV", "GREY"
PREFERRED = (MJPEG, NV12, YUYV, GREY)
"""What we can read, best first: over USB only JPEG comes at 30 pictures a second in 1280x720."""


@dataclass(frozen=True, slots=True)
class Raw:
    """One picture as the camera gave it: `kind` is its four letters, `stride` the bytes of one row (0 for JPEG)."""

    kind: str
    width: int
    height: int
    stride: int
    data: bytes


class Memory(Protocol):
    """A buffer that the camera fills."""

    def __getitem__(self, part: slice, /) -> bytes: ...
    def close(self) -> None: ...


class Kernel(Protocol):
    """What is asked of the system; each raises OSError."""

    def open(self, path: str) -> int: ...
    def ioctl(self, number: int, request: int, argument: bytearray) -> None: ...
    def map(self, number: int, length: int, offset: int) -> Memory: ...
    def wait(self, number: int, timeout_s: float) -> bool: ...
    def close(self, number: int) -> None: ...


class System:
    """The kernel of this machine."""

    def open(self, path: str) -> int:
        """Open a device; other programs that are started do not inherit it."""
        return os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)

    def ioctl(self, number: int, request: int, argument: bytearray) -> None:
        """Ask the device; the answer is written into the argument."""
        fcntl.ioctl(number, request, argument, True)

    def map(self, number: int, length: int, offset: int) -> Memory:
        """Share a buffer with the device."""
        return mmap.mmap(number, length, offset=offset)

    def wait(self, number: int, timeout_s: float) -> bool:
        """Whether a picture is ready in time; an error counts as ready."""
        poll = select.poll()
        poll.register(number, select.POLLIN)
        return bool(poll.poll(max(0.0, timeout_s) * 1000))

    def close(self, number: int) -> None:
        """Let go of the device."""
        os.close(number)


@dataclass(slots=True)
class V4l2Lens:
    """An open camera that streams. Used from one thread."""

    kernel: Kernel
    number: int
    kind: str = ""
    width: int = 0
    height: int = 0
    stride: int = 0
    has_light: bool = False
    _buffers: list[Memory] = field(default_factory=list)

    def read(self, timeout_s: float) -> Raw | None:
        """The newest picture, older ones are given up; None when none came in time. Raises DeviceLost."""
        try:
            if not self.kernel.wait(self.number, timeout_s):
                return None
            found = self._take()
            for _ in range(_BUFFER_COUNT):
                if not self.kernel.wait(self.number, 0.0):
                    break
                found = self._take() or found
            return found
        except OSError as error:
            raise DeviceLost(f"the camera went away: {error}") from error

    def light(self, on: bool) -> None:
        """Switch its light; nothing happens where it has none or does not want to."""
        if self.has_light:
            with suppress(OSError):
                argument = struct.pack("=Ii", _LIGHT, _LIGHT_ON if on else _LIGHT_OFF)
                self.kernel.ioctl(self.number, S_CTRL, bytearray(argument))

    def close(self) -> None:
        """Switch light and camera off and let go of it; may be called twice."""
        if self.number < 0:
            return
        self.light(False)
        with suppress(OSError):
            self.kernel.ioctl(self.number, STREAMOFF, bytearray(struct.pack("=I", _VIDEO_CAPTURE)))
        for buffer in self._buffers:
            buffer.close()
        number, self.number = self.number, -1
        with suppress(OSError):
            self.kernel.close(number)

    def start(self, width: int, height: int) -> None:
        """Choose a format near this size, share buffers and stream. Raises OSError or DeviceForeign."""
        self._choose(width, height)
        self.has_light = self._knows_light()
        wanted = bytearray(struct.pack("=III", _BUFFER_COUNT, _VIDEO_CAPTURE, _MMAP).ljust(_BUFFERS, b"\0"))
        self.kernel.ioctl(self.number, REQBUFS, wanted)
        for place in range(struct.unpack_from("=I", wanted)[0]):
            buffer = self._buffer(place)
            self.kernel.ioctl(self.number, QUERYBUF, buffer)
            (offset,) = struct.unpack_from("=I", buffer, 64)
            (length,) = struct.unpack_from("=I", buffer, 72)
            self._buffers.append(self.kernel.map(self.number, length, offset))
            self.kernel.ioctl(self.number, QBUF, self._buffer(place))
        self.kernel.ioctl(self.number, STREAMON, bytearray(struct.pack("=I", _VIDEO_CAPTURE)))

    def _choose(self, width: int, height: int) -> None:
        about = bytearray(_CAPABILITY)
        self.kernel.ioctl(self.number, QUERYCAP, about)
        whole, node = struct.unpack_from("=II", about, 84)
        able = node if whole & _PER_NODE else whole
        if not (able & _CAPTURE and able & _STREAMING):
            raise DeviceForeign("this device gives no pictures")
        known = [kind for kind in PREFERRED if kind in self._formats()]
        if not known:
            raise DeviceForeign("the camera speaks no format that we read")
        wanted = bytearray(_FORMAT)
        struct.pack_into("=I", wanted, 0, _VIDEO_CAPTURE)
        struct.pack_into("=II4s", wanted, 8, width, height, known[0].encode())
        self.kernel.ioctl(self.number, S_FMT, wanted)
        self.width, self.height, kind = struct.unpack_from("=II4s", wanted, 8)
        (self.stride,) = struct.unpack_from("=I", wanted, 24)
        self.kind = kind.decode("latin-1")
        if self.kind not in PREFERRED:
            raise DeviceForeign(f"the camera chose {self.kind}")

    def _formats(self) -> set[str]:
        found: set[str] = set()
        for place in range(_FORMATS_MAX):
            asked = bytearray(_FORMAT_NAME)
            struct.pack_into("=II", asked, 0, place, _VIDEO_CAPTURE)
            try:
                self.kernel.ioctl(self.number, ENUM_FMT, asked)
            except OSError:
                break  # the end of the list
            found.add(bytes(asked[44:48]).decode("latin-1"))
        return found

    def _knows_light(self) -> bool:
        asked = bytearray(struct.pack("=I", _LIGHT).ljust(_CONTROL_ASKED, b"\0"))
        try:
            self.kernel.ioctl(self.number, QUERYCTRL, asked)
        except OSError:
            return False
        return not struct.unpack_from("=I", asked, 56)[0] & _DISABLED

    def _take(self) -> Raw | None:
        buffer = self._buffer(0)
        self.kernel.ioctl(self.number, DQBUF, buffer)
        place, _, used, flags = struct.unpack_from("=IIII", buffer)
        data = b"" if flags & _BROKEN else bytes(self._buffers[place][:used])
        self.kernel.ioctl(self.number, QBUF, self._buffer(place))
        return Raw(self.kind, self.width, self.height, self.stride, data) if data else None

    @staticmethod
    def _buffer(place: int) -> bytearray:
        buffer = bytearray(_BUFFER)
        struct.pack_into("=II", buffer, 0, place, _VIDEO_CAPTURE)
        struct.pack_into("=I", buffer, 60, _MMAP)
        return buffer


_MEANT: Mapping[int, type[DeviceError]] = {
    errno.EBUSY: DeviceBusy, errno.EACCES: AccessRefused, errno.EPERM: AccessRefused, errno.ENOTTY: DeviceForeign,
    errno.EINVAL: DeviceForeign,
}  # fmt: skip


def connect(path: str, width: int, height: int, kernel: Kernel | None = None) -> V4l2Lens:
    """Open the camera at a path, or the first of a pattern that gives pictures, near a size in pixels.

    Raises DeviceAbsent, DeviceBusy, AccessRefused or DeviceForeign.
    """
    found = sorted(glob.glob(path)) if any(mark in path for mark in "*?[") else [path]
    trouble: DeviceError = DeviceAbsent(f"no camera matches {path}")
    for one in found:
        try:
            return _open(one, width, height, kernel or System())
        except DeviceError as error:
            trouble = error  # a camera has nodes that give no pictures: the next one may
    raise trouble


def _open(path: str, width: int, height: int, kernel: Kernel) -> V4l2Lens:
    lens = V4l2Lens(kernel, -1)
    try:
        lens.number = kernel.open(path)
        lens.start(width, height)
        return lens
    except OSError as error:
        lens.close()
        raise _MEANT.get(error.errno or 0, DeviceAbsent)(f"{path}: {error}") from error
    except DeviceError:
        lens.close()
        raise
