"""A simulated label printer: TCP in, ~HS answered, labels kept as fields and pictures, faults by hand."""

import contextlib
import os
import socket
import threading
from collections import deque
from types import TracebackType

from PIL import Image

from drivers.simulated.labels.reader import Format, Reader
from drivers.simulated.labels.render import picture

FAULTS = ("paper", "head", "pause", "ribbon", "hot")


class SimulatedLabelPrinter:
    """Prints at once, or holds formats while a fault stands. `stop_after` labels the paper ends; `mute` answers nothing."""

    def __init__(self, port: int = 0) -> None:
        self.faults: set[str] = set()
        self.labels: list[Format] = []
        self.stop_after: int | None = None
        self.hang_up_after: int | None = None
        self.mute = False
        self.changed = threading.Condition()
        self._waiting: deque[Format] = deque()
        self._listener = socket.create_server(("127.0.0.1", port))
        self.address: tuple[str, int] = self._listener.getsockname()[:2]
        self._thread = threading.Thread(target=self._accept, name="label-printer", daemon=True)
        self._thread.start()

    def __enter__(self) -> "SimulatedLabelPrinter":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        """Switch it off."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def set_fault(self, name: str, stands: bool) -> None:
        """A person opens the head, takes the paper out, or puts it right: then what waits is printed."""
        assert name in FAULTS, f"{name} is no fault"
        with self.changed:
            (self.faults.add if stands else self.faults.discard)(name)
            if name == "paper" and not stands:
                self.stop_after = None
            self._print()

    def pictures(self) -> list[Image.Image]:
        """What came out, in order."""
        with self.changed:
            return [picture(one) for one in self.labels]

    @property
    def waiting(self) -> int:
        """How many formats wait in its memory."""
        with self.changed:
            return len(self._waiting)

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            with line, contextlib.suppress(OSError):
                self._serve(line)

    def _serve(self, line: socket.socket) -> None:
        reader = Reader()
        while data := line.recv(4096):
            for one in reader.feed(data):
                with self.changed:
                    if isinstance(one, Format):
                        self._waiting.append(one)
                        self._print()
                        if self.hang_up_after is not None and len(self.labels) >= self.hang_up_after:
                            return
                    elif one == "JA":
                        self._waiting.clear()
                    elif one == "HS" and not self.mute:
                        os.write(line.fileno(), self._status())

    def _print(self) -> None:
        while self._waiting and not self.faults:
            if self.stop_after is not None and len(self.labels) >= self.stop_after:
                self.faults.add("paper")
                break
            label = self._waiting.popleft()
            self.labels += [label] * label.copies
        self.changed.notify_all()

    def _status(self) -> bytes:
        flags = {name: int(name in self.faults) for name in FAULTS}
        waiting = len(self._waiting)
        first = f"030,{flags['paper']},{flags['pause']},0304,{waiting:03d},0,0,0,000,0,0,{flags['hot']}"
        second = f"001,0,{flags['head']},{flags['ribbon']},0,2,6,0,{0:08d},1,000"
        return b"".join(b"\x02%b\x03\r\n" % part.encode() for part in (first, second, "1234,0"))
