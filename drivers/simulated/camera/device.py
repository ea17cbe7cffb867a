"""A simulated camera: picture files as a stream of JPEGs over HTTP, as cameras on a network send them."""

import contextlib
import socket
import threading
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import TracebackType

from PIL import Image

SIZE = (1280, 720)
_BOUNDARY = "a-picture"
_HEAD = f"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary={_BOUNDARY}\r\nConnection: close\r\n\r\n".encode()


class SimulatedCamera:
    """Points at a grey wall until it is shown something. `pace_s` is the time between two pictures."""

    def __init__(self, port: int = 0, pace_s: float = 0.04) -> None:
        """Bind the port; 0 takes a free one. Raises OSError when it is taken."""
        self.changed = threading.Condition()
        self.watchers = 0
        self.sent = 0
        self._pace_s, self._plugged = pace_s, True
        self._wall = _jpeg(Image.new("RGB", SIZE, (128, 128, 128)))
        self._picture = self._wall
        self._lines: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, name="camera", daemon=True)
        self._thread.start()

    def __enter__(self) -> "SimulatedCamera":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    @property
    def address(self) -> str:
        """As it stands in a terminal's settings."""
        return f"camera+http://127.0.0.1:{self.port}/video"

    def show(self, picture: Path | None) -> None:
        """Hold a picture file before it, as large as fits; None takes it away. Raises OSError for what is no picture."""
        shown = self._wall
        if picture is not None:
            with Image.open(picture) as image:
                shown = _jpeg(_fitted(image.convert("RGB")))
        with self.changed:
            self._picture = shown
            self.changed.notify_all()

    def unplug(self) -> None:
        """Pull its cable: who watches is cut off, and nobody is answered."""
        with self.changed:
            self._plugged = False
            for line in self._lines:
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)

    def plug(self) -> None:
        """Put the cable back."""
        with self.changed:
            self._plugged = True

    def stop(self) -> None:
        """Switch it off."""
        self.unplug()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def wait_for(self, holds: Callable[["SimulatedCamera"], bool], timeout_s: float) -> bool:
        """Wait until something is so."""
        with self.changed:
            return self.changed.wait_for(lambda: holds(self), timeout_s)

    def state(self) -> dict[str, object]:
        """What a person would see: whether it is in use, whether it shows something."""
        with self.changed:
            return {"watchers": self.watchers, "plugged": self._plugged, "shows": self._picture is not self._wall}

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(line,), name="camera-watched", daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with line, contextlib.suppress(OSError):
            if not self._plugged or not line.recv(4096).startswith(b"GET /video "):
                return
            self._count(line, 1)
            try:
                line.sendall(_HEAD)
                while self._send(line):
                    with self.changed:
                        self.changed.wait(self._pace_s)
            finally:
                self._count(line, -1)

    def _send(self, line: socket.socket) -> bool:
        with self.changed:
            picture, plugged = self._picture, self._plugged
        if plugged:
            head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
            line.sendall(head.encode() + picture + b"\r\n")
            with self.changed:
                self.sent += 1
        return plugged

    def _count(self, line: socket.socket, by: int) -> None:
        with self.changed:
            self.watchers += by
            (self._lines.add if by > 0 else self._lines.discard)(line)
            self.changed.notify_all()


def _fitted(image: Image.Image) -> Image.Image:
    """The picture in the middle of a frame, as large as it fits."""
    image.thumbnail(SIZE)
    frame = Image.new("RGB", SIZE, (128, 128, 128))
    frame.paste(image, ((SIZE[0] - image.width) // 2, (SIZE[1] - image.height) // 2))
    return frame


def _jpeg(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()
