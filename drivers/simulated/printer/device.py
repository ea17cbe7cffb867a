"""The simulated receipt printer on its network: raw TCP as on port 9100, one host at a time.

Several hosts may connect; the first one prints, the others wait unread until it has gone (as the
UB-E02 network cards do). A connection that stays silent is closed after five minutes.
"""

import contextlib
import os
import random
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from drivers.simulated.journal import Journal
from drivers.simulated.printer.faults import MOMENTARY, Fault, FaultBoard
from drivers.simulated.printer.interpreter import EscPosInterpreter
from drivers.simulated.printer.press import Piece
from drivers.simulated.printer.receipts import ReceiptFolder
from drivers.simulated.printer.render import Typeface, png, render

IDLE_TIMEOUT_S = 300.0
# The receive buffer of the larger network cards; when it is full the sender must wait.
RECEIVE_BUFFER_BYTES = 64 * 1024
CONNECTIONS_MAX = 16
PIECES_KEPT = 1000

_STATE_OF_FAULT: dict[str, tuple[dict[str, str | bool], dict[str, str | bool]]] = {
    "paper_out": ({"paper": "out"}, {"paper": "ok"}),
    "paper_near_end": ({"paper": "near_end"}, {"paper": "ok"}),
    "cover_open": ({"cover_open": True}, {"cover_open": False}),
    "cutter_jam": ({"cutter_jammed": True}, {"cutter_jammed": False}),
}


@dataclass(eq=False)
class _Connection:
    number: int
    socket: socket.socket
    open: bool = True


class SimulatedPrinter:
    """A receipt printer with a drawer. Use it as a context manager, or start() and stop() it."""

    def __init__(
        self,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        out: Path | None = None,
        font: Path | None = None,
        roll_mm: float | None = None,
        seed: int = 0,
        idle_timeout_s: float = IDLE_TIMEOUT_S,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Prepare a printer; port 0 takes a free one. out is the folder for finished receipts."""
        self.journal = Journal(clock)
        self.typeface = Typeface(font)
        self._interpreter = EscPosInterpreter(roll_mm=roll_mm)
        self._faults = FaultBoard(random.Random(seed))
        self._address = (host, port)
        self._idle_timeout_s = idle_timeout_s
        self._changed = self.journal.changed
        self._listener: socket.socket | None = None
        self._waiting: deque[_Connection] = deque()
        self._connections = 0
        self._timers: list[threading.Timer] = []
        self._stopping = threading.Event()
        self._folder = ReceiptFolder(out, self.typeface) if out else None

    # --- life ---

    def start(self) -> "SimulatedPrinter":
        """Bind the port and take connections. Raises OSError when the port is taken."""
        with self._changed:
            self._bind(listen=True)
        return self

    def stop(self) -> None:
        """Close everything; receipts stay readable."""
        self._stopping.set()
        with self._changed:
            for timer in self._timers:
                timer.cancel()
            self._hang_up()
            self._unbind()
            self._changed.notify_all()
        if self._folder:
            self._folder.close()

    def __enter__(self) -> "SimulatedPrinter":
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _bind(self, *, listen: bool) -> None:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(self._address)
        self._address = listener.getsockname()
        self._listener = listener
        if listen:
            listener.listen(CONNECTIONS_MAX)
            threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def _unbind(self) -> None:
        if self._listener is not None:
            # Closing alone would leave the accepting thread asleep in the kernel.
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None

    # --- what is seen from outside ---

    @property
    def address(self) -> tuple[str, int]:
        """Host and port that print."""
        return self._address

    @property
    def receipts(self) -> list[Piece]:
        """Finished pieces of paper, oldest first."""
        with self._changed:
            return list(self._interpreter.press.pieces)

    def receipt_png(self, piece: Piece) -> bytes:
        """The picture of a finished piece."""
        return png(render(piece.items, self.typeface))

    def hanging_png(self) -> bytes:
        """The picture of the paper that has not been cut yet."""
        with self._changed:
            items = tuple(self._interpreter.press.items)
        return png(render(items, self.typeface))

    def state(self) -> dict[str, object]:
        """Everything a person would see at the printer, as plain values."""
        with self._changed:
            press = self._interpreter.press
            mechanism = press.mechanism
            return {
                "host": self._address[0],
                "port": self._address[1],
                "power": "off" not in self._faults.active,
                "online": not mechanism.offline,
                "paper": mechanism.paper,
                "roll_mm": press.roll_mm,
                "cover_open": mechanism.cover_open,
                "cutter_jammed": mechanism.cutter_jammed,
                "drawer_open": mechanism.drawer_open,
                "drawer_pulses": press.drawer_pulses,
                "held_bytes": self._interpreter.held_bytes,
                "connections": len(self._waiting),
                "receipts": press.cuts,
                "hanging_items": len(press.items),
                "faults_active": sorted(self._faults.active),
                "faults_armed": [one.fault.effect for one in self._faults.armed],
            }

    def wait_for(
        self, condition: Callable[["SimulatedPrinter"], bool], timeout_s: float = 10.0
    ) -> bool:
        """Wait until the condition holds; it is looked at after every change."""
        with self._changed:
            return self._changed.wait_for(lambda: condition(self), timeout_s)

    # --- what a person does ---

    def load_paper(self, roll_mm: float | None = None) -> None:
        """Put in a roll (None: one without end) and close the cover."""
        with self._changed:
            for effect in ("paper_out", "paper_near_end", "cover_open"):
                self._faults.active.pop(effect, None)
            self._answer(self._interpreter.load_roll(roll_mm))

    def close_drawer(self) -> None:
        """Push the drawer shut."""
        with self._changed:
            self._answer(self._interpreter.change(drawer_open=False))

    def open_drawer(self) -> None:
        """Open the drawer with its key."""
        with self._changed:
            self._answer(self._interpreter.change(drawer_open=True))

    def fault(self, effect: str | Fault, **script: object) -> Fault:
        """Let something go wrong, now or by script (see faults.Fault). Returns the fault."""
        if isinstance(effect, Fault):
            fault = effect
        else:
            fault = Fault.from_json({"effect": effect, **script})
        with self._changed:
            self.journal.add("fault.armed", f"{fault.effect} ({fault.trigger})")
            if fault.trigger == "now":
                self._strike(fault)
            else:
                self._faults.arm(fault)
                if fault.trigger == "after":
                    self._later(fault.trigger_at, lambda: self._strike_if_armed(fault))
        return fault

    def clear_fault(self, effect: str | None = None) -> None:
        """End one effect, or all faults; armed ones are forgotten too."""
        with self._changed:
            self._faults.armed = [
                one for one in self._faults.armed if effect not in (None, one.fault.effect)
            ]
            for name in list(self._faults.active):
                if effect in (None, name):
                    self._recover(name)

    # --- faults ---

    def _later(self, seconds: float, action: Callable[[], None]) -> None:
        def run() -> None:
            with self._changed:
                if not self._stopping.is_set():
                    action()

        timer = threading.Timer(seconds, run)
        timer.daemon = True
        self._timers = [old for old in self._timers if old.is_alive()] + [timer]
        timer.start()

    def _strike_if_armed(self, fault: Fault) -> None:
        if self._faults.disarm(fault):
            self._strike(fault)

    def _strike(self, fault: Fault) -> None:
        self.journal.add("fault.struck", fault.effect)
        if fault.effect == "cut_line":
            self._hang_up()
        elif fault.effect == "power_cycle":
            self._hang_up()
            self._interpreter.power_cycle(keep_buffer=fault.keep_buffer)
        else:
            self._faults.activate(fault)
            if fault.effect == "off":
                self._hang_up()
                self._unbind()
                self._bind(listen=False)  # keeps the port ours while connections are refused
                self._interpreter.power_cycle(keep_buffer=fault.keep_buffer)
            if fault.effect in _STATE_OF_FAULT:
                self._answer(self._interpreter.change(**_STATE_OF_FAULT[fault.effect][0]))
        if fault.recovery == "after" and fault.effect not in MOMENTARY:
            self._later(fault.recovery_at, lambda: self._recover(fault.effect))
        self._tell()

    def _recover(self, effect: str) -> None:
        if self._faults.active.pop(effect, None) is None:
            return
        self.journal.add("fault.cleared", effect)
        if effect == "off" and not self._stopping.is_set():
            self._unbind()
            self._bind(listen=True)
        if effect in _STATE_OF_FAULT:
            self._answer(self._interpreter.change(**_STATE_OF_FAULT[effect][1]))
        self._tell()

    def _count(self, trigger: str, amount: int = 1) -> None:
        for fault in self._faults.count(trigger, amount):
            self._strike(fault)

    # --- the wire ---

    def _accept(self, listener: socket.socket) -> None:
        while not self._stopping.is_set():
            try:
                accepted, _ = listener.accept()
            except OSError:
                return  # the listener was closed: stop, or no power
            with self._changed:
                if len(self._waiting) >= CONNECTIONS_MAX or listener is not self._listener:
                    accepted.close()
                    continue
                accepted.settimeout(self._idle_timeout_s)
                self._connections += 1
                connection = _Connection(self._connections, accepted)
                self._waiting.append(connection)
                self.journal.add("connection.opened", str(connection.number))
                name = f"printer-connection-{connection.number}"
                serve = threading.Thread(
                    target=self._serve, args=(connection,), name=name, daemon=True
                )
                serve.start()

    def _serve(self, connection: _Connection) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not connection.open or self._waiting[0] is connection)
            if connection.open:
                self._count("connection")
        while self._may_read(connection):
            try:
                data = connection.socket.recv(self._read_size())
            except OSError:
                break  # reset by the host, closed by a fault, or silent for too long
            if not data or not self._may_read(connection):
                break
            self._take_in(connection, data)
        with self._changed:
            self._close(connection)

    def _may_read(self, connection: _Connection) -> bool:
        """Wait while the printer reads nothing; False when the connection has ended."""
        with self._changed:
            self._changed.wait_for(
                lambda: (
                    not connection.open
                    or (
                        "stall" not in self._faults.active
                        and self._interpreter.held_bytes < RECEIVE_BUFFER_BYTES
                    )
                )
            )
            return connection.open

    def _read_size(self) -> int:
        """Bytes to take at once; a slow printer takes a tenth of a second's worth."""
        with self._changed:
            slow = self._faults.active.get("slow")
        if slow is None:
            return 4096
        size = max(1, slow.bytes_per_s // 10)
        self._stopping.wait(size / slow.bytes_per_s)
        return size

    def _take_in(self, connection: _Connection, data: bytes) -> None:
        """Receive bytes up to the next fault, carry them out, let the fault strike, go on."""
        while data:
            with self._changed:
                if not connection.open:
                    return
                room = self._faults.bytes_to_next()
                part, data = data[:room], data[len(data) if room is None else room :]
                self.journal.add_bytes("in", connection.number, part)
                self._answer(self._interpreter.receive(part))
                self._carry_out(connection)
                self._count("byte", len(part))

    def _carry_out(self, connection: _Connection) -> None:
        press = self._interpreter.press
        while connection.open:
            cuts = press.cuts
            reply = self._interpreter.step()
            if reply is None:
                break
            # The fault of a cut strikes before the answers to what follows the cut.
            if press.cuts > cuts:
                self._count("cut")
            self._count("command")
            self._answer(reply)
        if not connection.open:
            self._interpreter.forget_unread()
        self._tell()

    def _answer(self, reply: bytes) -> None:
        """Send to the host that has the printer; nobody else hears it."""
        self._tell()
        if not reply or not self._waiting or "stall" in self._faults.active:
            return
        connection = self._waiting[0]
        sent = self._faults.on_reply(reply)
        if not sent:
            self.journal.add_bytes("lost", connection.number, reply)
            return
        self.journal.add_bytes("out", connection.number, sent)
        try:
            # Straight to the descriptor: a host that does not read must not stop the printer.
            os.write(connection.socket.fileno(), sent)
        except OSError:
            self._close(connection)

    def _hang_up(self) -> None:
        """Reset every connection, so that hosts see an error and not a polite end."""
        for connection in list(self._waiting):
            linger = struct.pack("ii", 1, 0)
            with contextlib.suppress(OSError):
                connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self._close(connection)

    def _close(self, connection: _Connection) -> None:
        if not connection.open:
            return
        connection.open = False
        had_printer = self._waiting[0] is connection
        self._waiting.remove(connection)
        with contextlib.suppress(OSError):
            connection.socket.shutdown(socket.SHUT_RD)  # wakes a thread that sleeps in recv
        connection.socket.close()
        self.journal.add("connection.closed", str(connection.number))
        if had_printer:
            self._interpreter.host_left()
            for name, fault in list(self._faults.active.items()):
                if fault.recovery == "connection":
                    self._recover(name)
        self._tell()

    # --- telling ---

    def _tell(self) -> None:
        """Pass on what the interpreter did, save new receipts, wake everybody who waits."""
        press = self._interpreter.press
        for happening in press.take_news():
            self.journal.add(happening.kind, happening.detail)
        if self._folder:
            self._folder.save(press.pieces)
        del press.pieces[:-PIECES_KEPT]
        self._changed.notify_all()
