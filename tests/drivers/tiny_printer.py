"""A small ESC/POS printer on a real socket for these tests: it prints into a list and can fail."""

import contextlib
import select
import socket
import struct
import threading
from dataclasses import dataclass, field

PAGES = {16: "cp1252", 19: "cp858", 39: "iso8859_2", 18: "cp852", 14: "cp737", 17: "cp866"}
ARGUMENTS = {
    b"\x1b@": 0,
    b"\x1ba": 1,
    b"\x1bE": 1,
    b"\x1bR": 1,
    b"\x1bt": 1,
    b"\x1bd": 1,
    b"\x1bp": 3,
    b"\x1da": 1,
    b"\x1dr": 1,
    b"\x1d!": 1,
    b"\x1dV": 1,
    b"\x1dh": 1,
    b"\x1dw": 1,
    b"\x1df": 1,
    b"\x1dH": 1,
}


@dataclass
class Faults:
    """What goes wrong, once each; None is never. Counts are of bytes after the reset command."""

    cut_before_answering: bool = False
    cut_after_bytes: int | None = None
    lose_data_at_cut: bool = False
    cut_instead_of_answer: bool = False
    mute_barrier: bool = False
    forget_process_ids: bool = False
    paper_out_after_lines: int | None = None


@dataclass
class TinyPrinter:
    """Serves one connection after the other until closed; use it as a context manager."""

    faults: Faults = field(default_factory=Faults)
    knows_process_id: bool = True
    paper: list[str] = field(default_factory=list)
    drawer_pulses: int = 0
    connections: int = 0
    paper_out: bool = False
    cover_open: bool = False
    port: int = 0

    def __enter__(self) -> "TinyPrinter":
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        self._ending = threading.Event()
        self._changed = threading.Condition()
        self._buffer = bytearray()
        self._line = ""
        self._page = 16
        self._held_id: bytes | None = None
        self._asb = False
        self._counted = 0
        self._lines = 0
        self._peer: socket.socket | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._listener.close()

    def wait_for(self, ready: "object", timeout_s: float = 10.0) -> bool:
        """Whether `ready()` came true."""
        with self._changed:
            return self._changed.wait_for(ready, timeout_s)  # type: ignore[arg-type]

    def load_paper(self) -> None:
        """New paper: what is still in the buffer goes on."""
        with self._changed:
            self.paper_out = False
            self.faults.paper_out_after_lines = None
            self._push_status()

    def set_cover(self, is_open: bool) -> None:
        """Open or close the cover by hand."""
        with self._changed:
            self.cover_open = is_open
            self._push_status()

    @property
    def text(self) -> str:
        """The whole paper; a cut is a line of its own."""
        return "\n".join(self.paper)

    def _serve(self) -> None:
        while not self._ending.is_set():
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            with self._changed:
                self.connections += 1
                self._peer, self._asb, self._counted = peer, False, -1
            try:
                self._talk(peer)
            except OSError:
                pass
            finally:
                self._peer = None
                peer.close()

    def _talk(self, peer: socket.socket) -> None:
        if self.faults.cut_before_answering:
            self.faults.cut_before_answering = False
            return
        while not self._ending.is_set():
            ready, _, _ = select.select([peer], [], [], 0.1)
            with self._changed:
                if ready:
                    data = peer.recv(2048)
                    if not data:
                        return
                    if not self._take(peer, data):
                        return
                self._process(peer)
                self._changed.notify_all()
                if self._peer is None:
                    return

    def _take(self, peer: socket.socket, data: bytes) -> bool:
        """Real-time commands at once, the rest into the buffer; False when the line is cut."""
        for value in data:
            self._buffer.append(value)
            if self._buffer[-3:-1] == b"\x10\x04":
                del self._buffer[-3:]
                self._answer(peer, bytes([self._status(value)]))
            elif self._buffer.endswith(b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"):
                self._buffer.clear()
                self._line = ""
                self._answer(peer, b"\x37\x25\x31\x00")
            if self._counted >= 0:
                self._counted += 1
                if self._counted == self.faults.cut_after_bytes:
                    self.faults.cut_after_bytes = None
                    if self.faults.lose_data_at_cut:
                        self._buffer.clear()
                        self._line = ""
                    self._reset(peer)
                    self._peer = None
                    self._process(None)
                    return False
            elif self._buffer.endswith(b"\x1b@"):
                self._counted = 0
        return True

    def _status(self, n: int) -> int:
        offline = self.paper_out or self.cover_open
        bits = {
            1: 0x08 * offline,
            2: 0x04 * self.cover_open | 0x20 * self.paper_out,
            3: 0,
            4: 0x60 * self.paper_out,
        }
        return 0x12 | bits[n]

    def _push_status(self) -> None:
        offline = self.paper_out or self.cover_open
        quad = bytes((0x10 | 0x08 * offline | 0x20 * self.cover_open, 0, 0x0C * self.paper_out, 0))
        if self._asb and self._peer is not None:
            self._answer(self._peer, quad)

    def _process(self, peer: socket.socket | None) -> None:
        """Carry out complete commands while nothing stops the paper."""
        while self._buffer and not self.paper_out and not self.cover_open:
            length = self._length()
            if length > len(self._buffer):
                return
            command = bytes(self._buffer[:length])
            del self._buffer[:length]
            self._carry_out(peer, command)

    def _length(self) -> int:
        head = bytes(self._buffer[:2])
        if head in ARGUMENTS:
            return 2 + ARGUMENTS[head]
        if head == b"\x1d(":
            return 5 + int.from_bytes(self._buffer[3:5], "little") if len(self._buffer) > 4 else 9
        if head == b"\x1dk":
            return 4 + self._buffer[3] if len(self._buffer) > 3 else 9
        return 2 if head[0] in (0x1B, 0x1D) else 1

    def _carry_out(self, peer: socket.socket | None, command: bytes) -> None:
        head = command[:2]
        if command == b"\n":
            self._print_line(self._line)
            self._line = ""
        elif head == b"\x1b@":
            self._line, self._page, self._asb = "", 0, False
            if self._held_id is not None and peer is not None:
                self._answer(peer, self._held_id)
                self._held_id = None
        elif head == b"\x1bt":
            self._page = command[2]
        elif head == b"\x1dV":
            self.paper.append("=cut=")
        elif head == b"\x1bp":
            self.drawer_pulses += 1
        elif head == b"\x1da":
            self._asb = True
            self._push_status()
        elif command.startswith(b"\x1d(H") and self.knows_process_id:
            self._finish_job(peer, b"\x37\x22" + command[7:11] + b"\x00")
        elif command.startswith(b"\x1d(k") and command[5:7] == b"1P":
            self._print_line(f"<qr {command[8:].decode()}>")
        elif head == b"\x1dk":
            self._print_line(f"<code {command[4:].decode()}>")
        elif head == b"\x1dr":
            if not self.faults.mute_barrier:
                self._answer(peer, b"\x00")
        elif len(command) == 1 and command >= b" ":
            self._line += command.decode(PAGES.get(self._page, "ascii"), errors="replace")

    def _finish_job(self, peer: socket.socket | None, answer: bytes) -> None:
        if self.faults.mute_barrier:
            return
        if self.faults.cut_instead_of_answer and peer is not None:
            self.faults.cut_instead_of_answer = False
            self._reset(peer)
            self._peer = peer = None
        if self.faults.forget_process_ids:
            return
        if peer is None:
            self._held_id = answer
        else:
            self._answer(peer, answer)

    def _print_line(self, line: str) -> None:
        self.paper.append(line)
        self._lines += 1
        limit = self.faults.paper_out_after_lines
        if limit is not None and self._lines >= limit:
            self.paper_out = True
            self._push_status()

    def _answer(self, peer: socket.socket | None, data: bytes) -> None:
        if peer is not None:
            with contextlib.suppress(OSError):
                peer.sendall(data)

    def _reset(self, peer: socket.socket) -> None:
        """Cut the line so that the other side notices at once."""
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
