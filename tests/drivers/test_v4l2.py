"""A camera of this machine by V4L2: what is asked of the kernel, in its own layouts, played by a kernel of the test."""

import errno
import struct
from collections import deque
from dataclasses import dataclass, field

import pytest

from drivers.errors import AccessRefused, DeviceAbsent, DeviceBusy, DeviceError, DeviceForeign, DeviceLost
from drivers.transport import v4l2
from drivers.transport.v4l2 import V4l2Lens


class Buffer(bytearray):
    """Memory that camera and program share."""

    closed = False

    def close(self) -> None:
        """Shared no longer."""
        self.closed = True


@dataclass
class PlayedKernel:
    """One camera behind a kernel: `formats` as it lists them; `fails` says which request is answered with which error."""

    formats: tuple[bytes, ...] = (b"YUYV", b"MJPG")
    capabilities: int = 0x0400_0001
    lit: list[int] = field(default_factory=list)
    has_light: bool = True
    fails: dict[int, int] = field(default_factory=dict)
    buffers: list[Buffer] = field(default_factory=list)
    queued: deque[int] = field(default_factory=deque)
    filled: deque[tuple[int, bytes, int]] = field(default_factory=deque)
    streams: bool = False
    closed: int = 0
    asked: list[tuple[int, int, bytes]] = field(default_factory=list)

    def open(self, path: str) -> int:
        """A number for it."""
        self._may(0)
        return 5

    def map(self, number: int, length: int, offset: int) -> Buffer:
        """Share the buffer at an offset."""
        assert length == 4096
        return self.buffers[offset // 4096]

    def wait(self, number: int, timeout_s: float) -> bool:
        """Whether a picture is ready."""
        return bool(self.filled)

    def close(self, number: int) -> None:
        """It was let go of."""
        self.closed += 1

    def film(self, data: bytes, flags: int = 0) -> None:
        """The camera takes a picture into the next buffer."""
        place = self.queued.popleft()
        self.buffers[place][: len(data)] = data
        self.filled.append((place, data, flags))

    def ioctl(self, number: int, request: int, argument: bytearray) -> None:
        """One request, as drivers/media answers it."""
        assert len(argument) == (request >> 16) & 0x3FFF, f"{request:x} has another size in the kernel"
        self._may(request)
        if request == v4l2.QUERYCAP:
            struct.pack_into("=II", argument, 84, 0x8000_0000 | 0x0400_0001, self.capabilities)
        elif request == v4l2.ENUM_FMT:
            place, kind = struct.unpack_from("=II", argument)
            if place >= len(self.formats):
                raise OSError(errno.EINVAL, "the end")
            assert kind == 1
            argument[44:48] = self.formats[place]
        elif request == v4l2.S_FMT:
            kind, width, height = struct.unpack_from("=I4xII", argument)
            self.asked.append((width, height, bytes(argument[16:20])))
            struct.pack_into("=II", argument, 8, 640, 480)
            struct.pack_into("=I", argument, 24, 0 if argument[16:20] == b"MJPG" else 1280)
        elif request == v4l2.QUERYCTRL:
            if not self.has_light:
                raise OSError(errno.EINVAL, "no such control")
        elif request == v4l2.S_CTRL:
            self.lit.append(struct.unpack("=Ii", argument)[1])
        elif request == v4l2.REQBUFS:
            assert struct.unpack_from("=III", argument) == (3, 1, 1)
            self.buffers = [Buffer(4096), Buffer(4096)]
            struct.pack_into("=I", argument, 0, 2)
        elif request == v4l2.STREAMON:
            self.streams = True
        elif request == v4l2.STREAMOFF:
            self.streams = False
        else:
            self._buffer(request, argument)

    def _buffer(self, request: int, argument: bytearray) -> None:
        place, kind = struct.unpack_from("=II", argument)
        assert kind == 1 and struct.unpack_from("=I", argument, 60)[0] == 1
        if request == v4l2.QUERYBUF:
            struct.pack_into("=I", argument, 64, place * 4096)
            struct.pack_into("=I", argument, 72, 4096)
        elif request == v4l2.QBUF:
            self.queued.append(place)
        elif request == v4l2.DQBUF:
            place, data, flags = self.filled.popleft()
            struct.pack_into("=I", argument, 0, place)
            struct.pack_into("=II", argument, 8, len(data), flags)

    def _may(self, request: int) -> None:
        if request in self.fails:
            raise OSError(self.fails[request], "as the test wants it")


def opened(kernel: PlayedKernel) -> V4l2Lens:
    """The camera, streaming."""
    return v4l2.connect("/dev/video0", 1280, 720, kernel)


def test_the_best_format_is_chosen_and_the_newest_picture_read() -> None:
    kernel = PlayedKernel()
    lens = opened(kernel)
    assert kernel.streams and kernel.asked == [(1280, 720, b"MJPG")] and list(kernel.queued) == [0, 1]
    assert (lens.kind, lens.width, lens.height) == ("MJPG", 640, 480)
    assert lens.read(0.0) is None
    kernel.film(b"old")
    kernel.film(b"newer")
    raw = lens.read(0.0)
    assert raw is not None and raw.data == b"newer"
    assert list(kernel.queued) == [0, 1], "both are given back to be filled again"


def test_a_picture_that_came_broken_is_passed_over() -> None:
    kernel = PlayedKernel(formats=(b"YUYV",))
    lens = opened(kernel)
    assert (lens.kind, lens.stride) == ("YUYV", 1280)
    kernel.film(b"torn", 0x40)
    assert lens.read(0.0) is None
    kernel.film(b"whole")
    kernel.film(b"torn", 0x40)
    raw = lens.read(0.0)
    assert raw is not None and raw.data == b"whole"


def test_the_light_goes_out_and_everything_is_let_go_of_when_it_is_closed() -> None:
    kernel = PlayedKernel()
    lens = opened(kernel)
    assert lens.has_light
    lens.light(True)
    lens.close()
    lens.close()
    assert kernel.lit == [2, 0] and not kernel.streams and kernel.closed == 1
    assert all(buffer.closed for buffer in kernel.buffers)


def test_a_camera_without_a_light_is_never_asked_for_one() -> None:
    kernel = PlayedKernel(has_light=False)
    lens = opened(kernel)
    lens.light(True)
    assert not lens.has_light and kernel.lit == []


def test_pulled_out_it_is_lost() -> None:
    kernel = PlayedKernel()
    lens = opened(kernel)
    kernel.film(b"last")
    kernel.fails[v4l2.DQBUF] = errno.ENODEV
    with pytest.raises(DeviceLost):
        lens.read(0.0)


@pytest.mark.parametrize(
    ("request_", "error", "meant"),
    [
        (0, errno.ENOENT, DeviceAbsent), (0, errno.EACCES, AccessRefused), (v4l2.STREAMON, errno.EBUSY, DeviceBusy),
        (v4l2.QUERYCAP, errno.ENOTTY, DeviceForeign), (v4l2.REQBUFS, errno.ENODEV, DeviceAbsent),
    ],
)  # fmt: skip
def test_what_the_kernel_refuses_is_told_as_what_it_means(request_: int, error: int, meant: type[DeviceError]) -> None:
    kernel = PlayedKernel(fails={request_: error})
    with pytest.raises(meant):
        opened(kernel)
    assert kernel.closed == (0 if request_ == 0 else 1), "nothing stays open"


@pytest.mark.parametrize("kernel", [PlayedKernel(capabilities=0x0400_0000), PlayedKernel(formats=(b"H264",))])
def test_a_node_that_gives_no_pictures_is_told(kernel: PlayedKernel) -> None:
    with pytest.raises(DeviceForeign):
        opened(kernel)


def test_where_no_device_matches_a_pattern_none_is_there() -> None:
    with pytest.raises(DeviceAbsent):
        v4l2.connect("/dev/no-camera-*", 1280, 720, PlayedKernel())
