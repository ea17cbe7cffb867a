"""A TCP line to a device, with our own deadlines everywhere."""

import contextlib
import fcntl
import select
import socket
import sys
import termios
import threading
from dataclasses import dataclass

from drivers.errors import DeviceAbsent, DeviceLost

_READ_MAX = 4096
_UNACKNOWLEDGED_MS = 5_000


@dataclass(frozen=True, slots=True)
class TcpAddress:
    """Where a device listens."""

    host: str
    port: int


class TcpLine:
    """One connected socket. Never blocks longer than the time-out of the call."""

    def __init__(self, connected: socket.socket) -> None:
        connected.setblocking(False)
        self._socket = connected
        self._closing = threading.Lock()
        self._closed = False

    def read(self, timeout_s: float) -> bytes:
        """See Line.read."""
        if not self._ready(select.POLLIN, timeout_s):
            return b""
        try:
            data = self._socket.recv(_READ_MAX)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise DeviceLost(str(error)) from error
        if not data:
            raise DeviceLost("the other side closed the connection")
        if sys.platform == "linux":
            # Many printers send answers one by one and wait for our acknowledgement in between,
            # which the kernel would put off by 40 ms; it forgets this wish with each packet.
            with contextlib.suppress(OSError):
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        return data

    def write(self, data: bytes, timeout_s: float) -> int:
        """See Line.write."""
        if not self._ready(select.POLLOUT, timeout_s):
            return 0
        try:
            return self._socket.send(data)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise DeviceLost(str(error)) from error

    def pending(self) -> int:
        """See Line.pending; counts what the other side's TCP has not acknowledged."""
        count = bytearray(4)
        try:
            fcntl.ioctl(self._socket, termios.TIOCOUTQ, count)
        except OSError as error:
            raise DeviceLost(str(error)) from error
        return int.from_bytes(count, sys.byteorder)

    def close(self) -> None:
        """See Line.close."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
        try:
            # Wakes a thread that waits in poll; close alone would leave it waiting.
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # The other side was gone first, which is what we want.
        finally:
            self._socket.close()

    def _ready(self, event: int, timeout_s: float) -> bool:
        """Whether the socket is ready for `event` in time; an error counts as ready."""
        if self._closed:
            raise DeviceLost("the connection was closed here")
        try:
            poll = select.poll()
            poll.register(self._socket, event)
            return bool(poll.poll(max(0.0, timeout_s) * 1000))
        except (OSError, ValueError) as error:
            raise DeviceLost(str(error)) from error


def connect(address: TcpAddress, timeout_s: float) -> TcpLine:
    """Connect within `timeout_s`; raises DeviceAbsent when nobody answers there."""
    try:
        connected = socket.create_connection((address.host, address.port), timeout=timeout_s)
    except (OSError, UnicodeError) as error:
        raise DeviceAbsent(f"{address.host}:{address.port}: {error}") from error
    try:
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if sys.platform == "linux":
            # A cable pulled in mid-job answers nothing: give up on it after five seconds.
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNACKNOWLEDGED_MS)
        return TcpLine(connected)
    except OSError as error:
        connected.close()
        raise DeviceAbsent(f"{address.host}:{address.port}: {error}") from error
