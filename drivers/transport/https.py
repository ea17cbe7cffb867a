"""HTTPS to a device in the shop: one POST per connection, a deadline for the whole of it, and the device's own certificate."""

import contextlib
import http.client
import io
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from drivers.errors import AddressRefused, DeviceAbsent, DeviceForeign, DeviceLost, DeviceTimeout

ANSWER_BYTES_MAX = 1024 * 1024


@dataclass(frozen=True, slots=True)
class HttpsAddress:
    """Where a device listens, whose root signs its certificate, and how the certificate's common name has to begin."""

    host: str
    port: int
    path: str
    root: Path
    name: str


class HttpsDevice:
    """Posts to one device, from any thread, each on a connection of its own; `close` cuts those that are under way."""

    def __init__(self, address: HttpsAddress) -> None:
        self._address = address
        self._context: ssl.SSLContext | None = None
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._closed = False

    def post(self, body: bytes, *, connect_s: float, answer_s: float) -> bytes:
        """Send a body and give the answer's.

        Raises DeviceAbsent, DeviceForeign or AddressRefused when not a byte of the body was sent, for sure; DeviceTimeout or
        DeviceLost when some may have arrived.
        """
        line = self._connect(connect_s)
        try:
            deadline = time.monotonic() + answer_s
            self._send(line, body, deadline)
            return _answer(line, deadline)
        finally:
            self._forget(line)

    def close(self) -> None:
        """Cut what is under way and refuse what comes."""
        with self._lock:
            self._closed = True
            for line in self._open:
                with contextlib.suppress(OSError):  # the other side was gone first
                    socket.socket.shutdown(line, socket.SHUT_RDWR)

    def _connect(self, connect_s: float) -> ssl.SSLSocket:
        """A line to the right device; nothing of a request has been sent on it yet."""
        address, context = self._address, self._trust()
        raw: socket.socket | None = None
        try:
            raw = socket.create_connection((address.host, address.port), timeout=connect_s)
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line = context.wrap_socket(raw)
        except (OSError, UnicodeError) as error:
            if raw is not None:
                raw.close()
            if isinstance(error, ssl.SSLCertVerificationError):
                raise DeviceForeign(f"{address.host}:{address.port}: {error.verify_message}") from error
            raise DeviceAbsent(f"{address.host}:{address.port}: {error}") from error
        with self._lock:
            self._open.add(line)
            closed = self._closed
        if closed or not _is_named(line, address.name):
            self._forget(line)
            if closed:
                raise DeviceAbsent("the device was closed here")
            raise DeviceForeign(f"{address.host}:{address.port} is not {address.name}")
        return line

    def _trust(self) -> ssl.SSLContext:
        """A device in a shop has no name in the DNS: its root is trusted, and its common name compared by ourselves."""
        if self._context is None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            try:
                context.load_verify_locations(self._address.root)
            except (OSError, ssl.SSLError) as error:
                raise AddressRefused(f"the root certificate {self._address.root} cannot be read: {error}") from error
            self._context = context
        return self._context

    def _send(self, line: ssl.SSLSocket, body: bytes, deadline: float) -> None:
        address = self._address
        head = (
            f"POST {address.path} HTTP/1.1\r\nHost: {address.host}:{address.port}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        try:
            line.settimeout(_left(deadline))
            line.sendall(head.encode("ascii") + body)
        except TimeoutError as error:
            raise DeviceTimeout("the device does not take the request") from error
        except OSError as error:
            raise DeviceLost(str(error)) from error

    def _forget(self, line: socket.socket) -> None:
        with self._lock:
            self._open.discard(line)
        line.close()


class _Timed(io.RawIOBase):
    """Bytes of a line up to one deadline for all of them: a device that answers a byte a minute must not hold us for ever."""

    def __init__(self, line: ssl.SSLSocket, deadline: float) -> None:
        self._line, self._deadline = line, deadline

    def readable(self) -> bool:
        """See io.RawIOBase."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """See io.RawIOBase."""
        self._line.settimeout(_left(self._deadline))
        return self._line.recv_into(buffer)


class _Given:
    """What http.client asks of a socket."""

    def __init__(self, raw: io.RawIOBase) -> None:
        self._raw = raw

    def makefile(self, mode: str) -> io.BufferedReader:
        """The bytes."""
        return io.BufferedReader(self._raw)


def _answer(line: ssl.SSLSocket, deadline: float) -> bytes:
    try:
        response = http.client.HTTPResponse(_Given(_Timed(line, deadline)), method="POST")  # type: ignore[arg-type]
        response.begin()
        body = response.read(ANSWER_BYTES_MAX + 1)
    except TimeoutError as error:
        raise DeviceTimeout("no answer in time") from error
    except (OSError, http.client.HTTPException) as error:
        raise DeviceLost(str(error) or type(error).__name__) from error
    if response.status != http.client.OK or len(body) > ANSWER_BYTES_MAX:
        raise DeviceLost(f"the device answered {response.status}")
    if response.length:  # the line ended before the body did
        raise DeviceLost("half an answer")
    return body


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _is_named(line: ssl.SSLSocket, name: str) -> bool:
    """Whether the certificate's common name is a name or begins with it as its first label."""
    subject = (line.getpeercert() or {}).get("subject", ())
    common = [str(value) for part in subject for key, value in part if key == "commonName"]  # type: ignore[str-unpack]
    return any(f"{one}.".casefold().startswith(f"{name}.".casefold()) for one in common)
