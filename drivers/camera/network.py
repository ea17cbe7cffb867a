"""A camera on the network that sends JPEG after JPEG over HTTP."""

from collections.abc import Callable
from dataclasses import dataclass, field

from drivers.camera.frames import MjpegFramer, NoPictures
from drivers.errors import DeviceForeign, DeviceLost, DeviceTimeout
from drivers.transport.line import Line
from drivers.transport.v4l2 import MJPEG, Raw

ANSWER_S = 5.0


@dataclass(slots=True)
class NetworkLens:
    """A stream that was asked for. It has no light."""

    line: Line
    has_light: bool = False
    _framer: MjpegFramer = field(default_factory=MjpegFramer)

    def read(self, timeout_s: float) -> Raw | None:
        """The newest picture; None when none was whole in time. Raises DeviceLost, DeviceForeign."""
        newest = b""
        wait_s = timeout_s
        while data := self.line.read(wait_s):
            try:
                newest = (self._framer.feed(data) or [newest])[-1]
            except NoPictures as error:
                raise DeviceForeign(str(error)) from error
            wait_s = 0.0 if newest else timeout_s
        return Raw(MJPEG, 0, 0, 0, newest) if newest else None

    def light(self, on: bool) -> None:
        """Nothing: it has none that we know of."""

    def close(self) -> None:
        """Hang up."""
        self.line.close()


def ask(connect: Callable[[], Line], host: str, path: str) -> NetworkLens:
    """Ask a camera for its pictures. Raises DeviceAbsent, DeviceTimeout."""
    line = connect()
    order = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: multipart/x-mixed-replace\r\nConnection: close\r\n\r\n".encode("ascii")
    try:
        while order:
            sent = line.write(order, ANSWER_S)
            if not sent:
                raise DeviceTimeout("the camera takes no question")
            order = order[sent:]
    except (DeviceLost, DeviceTimeout):
        line.close()
        raise
    return NetworkLens(line)
