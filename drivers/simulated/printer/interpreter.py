"""The printer's mind: bytes in, answers out, and everything in between held as a printer holds it.

Two paths, as in the real device. Real-time requests (DLE EOT, DLE ENQ, DLE DC4) act the moment
their bytes arrive, wherever they stand in the stream. All bytes then wait in the receive buffer and
are carried out in order; a command that must move paper or the drawer waits while the printer is
offline, and everything behind it waits too.

No thread, no clock, no socket: the same object is fed by tests, by the network and by fuzzing.
"""

from dataclasses import replace

from drivers.simulated.printer import commands
from drivers.simulated.printer.framing import DC4, DLE, ENQ, EOT, ESC, GS, command_length
from drivers.simulated.printer.mechanism import (
    Mechanism,
    automatic_status,
    real_time_status,
    watched,
)
from drivers.simulated.printer.press import Press

# A longer command than any printer's memory is swallowed as it comes, not kept.
COMMAND_BYTES_MAX = 4 * 1024 * 1024

CLEARED = b"\x37\x25\x00"
_CLEAR_BUFFER_KEY = bytes([1, 3, 20, 1, 6, 2, 8])
_REAL_TIME_BYTES_MAX = 10


class EscPosInterpreter:
    """One ESC/POS printer without its socket."""

    def __init__(self, mechanism: Mechanism | None = None, *, roll_mm: float | None = None) -> None:
        """Make a printer that was just switched on; roll_mm is the paper left on its roll."""
        self.press = Press(mechanism or Mechanism(), roll_mm=roll_mm)
        self.commands_done = 0
        self._buffer = bytearray()
        self._received_before_buffer = 0
        self._swallow = 0
        self._real_time = bytearray()
        self._switches = 0
        self._last_status = b""
        self._ends: list[int] = []
        self._drawer_by_real_time = True

    @property
    def mechanism(self) -> Mechanism:
        return self.press.mechanism

    @property
    def held_bytes(self) -> int:
        """Bytes that were received and not yet carried out."""
        return len(self._buffer)

    def feed(self, data: bytes) -> bytes:
        """Receive bytes and carry out all that can be; returns what the printer sends back."""
        return self.receive(data) + self.run()

    def run(self) -> bytes:
        """Carry out what waits in the buffer, until it is empty or the printer must stop."""
        replies = b""
        while (answer := self.step()) is not None:
            replies += answer
        return replies

    # --- receiving ---

    def receive(self, data: bytes) -> bytes:
        """Put bytes into the buffer; real-time requests among them are answered at once.

        As in the real device the bytes of a real-time request stay in the stream: inside a
        picture they are picture too, between commands they are skipped.
        """
        replies = b""
        at = 0
        while at < len(data):
            if not self._real_time:
                at = data.find(DLE, at)
                if at < 0:
                    break
            replies += self._real_time_byte(data[at])
            at += 1
        self._buffer += data
        return replies

    def _real_time_byte(self, byte: int) -> bytes:
        pending = self._real_time
        pending.append(byte)
        length = command_length(pending)
        known = len(pending) == 1 or pending[1] in (EOT, ENQ, DC4)
        if not known or len(pending) > _REAL_TIME_BYTES_MAX:
            pending.clear()
            return self._real_time_byte(byte) if byte == DLE else b""
        if length is None or len(pending) < length:
            return b""
        request = bytes(pending)
        pending.clear()
        return self._carry_out_real_time(request)

    def _carry_out_real_time(self, request: bytes) -> bytes:
        if request[1] == EOT:
            return real_time_status(self.mechanism, request[2])
        if request[1] == ENQ:
            return self._recover(request[2])
        function = request[2]
        if function == 1 and request[3] in (0, 1) and 1 <= request[4] <= 8:
            if not self._drawer_by_real_time or self.mechanism.offline:
                return b""
            self.press.pulse_drawer(2 if request[3] == 0 else 5)
            return self._status_change()
        if function == 8 and request[3:] == _CLEAR_BUFFER_KEY:
            self._clear()
            return CLEARED
        return b""

    def _recover(self, n: int) -> bytes:
        """DLE ENQ 1 goes on after a cutter error; 2 does so and throws the buffer away."""
        if n not in (1, 2) or not self.mechanism.cutter_jammed:
            return b""
        if n == 2:
            self._clear()
        return self.change(cutter_jammed=False)

    def _clear(self) -> None:
        self._received_before_buffer += len(self._buffer)
        self._buffer.clear()
        self._swallow = 0
        self.press.say("buffer.cleared")

    # --- carrying out ---

    def step(self) -> bytes | None:
        """Carry out one command. None means nothing can be done now."""
        self._drop_swallowed()
        if not self._buffer:
            return None
        length = command_length(self._buffer)
        if length is None:
            return None
        if length > COMMAND_BYTES_MAX:
            self.press.say("command.too_long", f"{length} bytes announced")
            self._swallow = length
            return b""
        if length > len(self._buffer):
            return None
        length = self._length_within_one_host(length)
        command = bytes(self._buffer[:length])
        if commands.moves_something(self.press, command) and self.mechanism.offline:
            return None
        self._take(length)
        replies = commands.execute(self.press, command)
        self.commands_done += 1
        replies += self._after(command)
        self._tear_where_a_host_left()
        return replies + self._status_change()

    def _drop_swallowed(self) -> None:
        count = min(self._swallow, len(self._buffer))
        self._take(count)
        self._swallow -= count

    def _take(self, count: int) -> None:
        del self._buffer[:count]
        self._received_before_buffer += count

    def _after(self, command: bytes) -> bytes:
        """The commands that change the mind itself."""
        if command == bytes([ESC, ord("@")]):
            self._switches = 0
        elif command[:2] == bytes([GS, ord("a")]):
            self._switches = command[2]
            if self._switches:
                self._last_status = automatic_status(self.mechanism)
                return self._last_status
        elif command[:3] == bytes([GS]) + b"(D" and len(command) >= 8:
            self._drawer_by_real_time = command[7] in (1, 49) if command[6] == 1 else True
        self._use_up_paper()
        return b""

    def _use_up_paper(self) -> None:
        """A roll of known length runs low two metres before its end, and then runs out."""
        left_mm = self.press.roll_mm
        if left_mm is None:
            return
        paper = "out" if left_mm <= 0 else "near_end" if left_mm < 2000 else "ok"
        if paper != self.mechanism.paper and self.mechanism.paper != "out":
            self.press.mechanism = replace(self.mechanism, paper=paper)
            self.press.say(f"paper.{paper}")

    # --- the world around ---

    def change(self, **changes: str | bool) -> bytes:
        """Change the mechanism by hand: paper, cover_open, cutter_jammed, drawer_open.

        What was held goes on when nothing stops it any more. Returns what the printer sends.
        """
        self.press.mechanism = replace(self.mechanism, **changes)  # type: ignore[arg-type]
        for name, value in changes.items():
            self.press.say(f"{name}.changed", str(value).lower())
        return self._status_change() + self.run()

    def load_roll(self, roll_mm: float | None) -> bytes:
        """Put in a new roll and close the cover."""
        self.press.roll_mm = roll_mm
        return self.change(paper="ok", cover_open=False)

    def _status_change(self) -> bytes:
        status = automatic_status(self.mechanism)
        before, self._last_status = self._last_status, status
        if not self._switches or not before:
            return b""
        changed = watched(status, self._switches) != watched(before, self._switches)
        return status if changed else b""

    def host_left(self) -> None:
        """The connection ended: paper without a cut is torn off once its last byte is printed."""
        self._real_time.clear()
        self._switches = 0
        self._ends.append(self._received_before_buffer + len(self._buffer))
        if not self._holds_whole_command():
            self.press.tear()
            self._ends.clear()

    def _holds_whole_command(self) -> bool:
        length = command_length(self._buffer) if self._buffer else None
        return length is not None and length <= len(self._buffer)

    def _length_within_one_host(self, length: int) -> int:
        """Text of two hosts is two runs, so that the paper can be torn between them."""
        if self._ends and self._buffer[0] >= 0x20:
            return min(length, max(1, self._ends[0] - self._received_before_buffer))
        return length

    def _tear_where_a_host_left(self) -> None:
        while self._ends and self._received_before_buffer >= self._ends[0]:
            self._ends.pop(0)
            self.press.tear()

    def power_cycle(self, *, keep_buffer: bool = False) -> None:
        """Off and on again: settings, stored line and switches are gone, the buffer mostly too."""
        if not keep_buffer:
            self._clear()
        self._real_time.clear()
        self._ends.clear()
        self._switches = 0
        self._drawer_by_real_time = True
        self.press.power_off(keep_line=keep_buffer)
        self.press.say("power.cycled")

    def forget_unread(self) -> int:
        """Drop the bytes not yet carried out, as when the line was cut before they came."""
        count = len(self._buffer)
        self._clear()
        if self._ends:
            self._ends.clear()
            self.press.tear()
        return count
