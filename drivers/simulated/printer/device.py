"""The simulated receipt printer with its drawer: interpreter, network card and faults together."""

import random
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from drivers.simulated.journal import Journal
from drivers.simulated.printer.faults import MOMENTARY, Fault, FaultBoard
from drivers.simulated.printer.interpreter import EscPosInterpreter
from drivers.simulated.printer.network import Connection, NetworkCard
from drivers.simulated.printer.press import Piece
from drivers.simulated.printer.receipts import ReceiptFolder
from drivers.simulated.printer.render import Typeface, png, render

IDLE_TIMEOUT_S = 300.0
# The receive buffer of the larger network cards; when it is full the sender must wait.
RECEIVE_BUFFER_BYTES = 64 * 1024
PIECES_KEPT = 1000

_STATE_OF_FAULT: dict[str, tuple[dict[str, str | bool], dict[str, str | bool]]] = {
    "paper_out": ({"paper": "out"}, {"paper": "ok"}),
    "paper_near_end": ({"paper": "near_end"}, {"paper": "ok"}),
    "cover_open": ({"cover_open": True}, {"cover_open": False}),
    "cutter_jam": ({"cutter_jammed": True}, {"cutter_jammed": False}),
}


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
        journal: Journal | None = None,
    ) -> None:
        """Prepare a printer; port 0 takes a free one. out is the folder for finished receipts."""
        self.journal = journal or Journal(time.time)
        self.typeface = Typeface(font)
        self._interpreter = EscPosInterpreter(roll_mm=roll_mm)
        self._faults = FaultBoard(random.Random(seed))
        self._changed = self.journal.changed
        self._card = NetworkCard((host, port), self, self.journal, idle_timeout_s)
        self._timers: list[threading.Timer] = []
        self._stopping = threading.Event()
        self._folder = ReceiptFolder(out, self.typeface) if out else None

    # --- life ---

    def start(self) -> "SimulatedPrinter":
        """Bind the port and take connections. Raises OSError when the port is taken."""
        with self._changed:
            self._card.bind(listen=True)
        return self

    def stop(self) -> None:
        """Close everything; receipts stay readable."""
        self._stopping.set()
        with self._changed:
            for timer in self._timers:
                timer.cancel()
            self._card.hang_up()
            self._card.unbind()
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

    # --- what is seen from outside ---

    @property
    def address(self) -> tuple[str, int]:
        """Host and port that print."""
        return self._card.address

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
                "host": self.address[0],
                "port": self.address[1],
                "power": "off" not in self._faults.active,
                "online": not mechanism.offline,
                "paper": mechanism.paper,
                "roll_mm": press.roll_mm,
                "cover_open": mechanism.cover_open,
                "cutter_jammed": mechanism.cutter_jammed,
                "drawer_open": mechanism.drawer_open,
                "drawer_pulses": press.drawer_pulses,
                "held_bytes": self._interpreter.held_bytes,
                "connections": len(self._card.hosts),
                "receipts": press.cuts,
                "hanging_items": len(press.items),
                "faults_active": sorted(self._faults.active),
                "faults_armed": [one.fault.effect for one in self._faults.armed],
            }

    def wait_for(self, condition: Callable[["SimulatedPrinter"], bool], timeout_s: float = 10.0) -> bool:
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
            self._faults.armed = [one for one in self._faults.armed if effect not in (None, one.fault.effect)]
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
            self._card.hang_up()
        elif fault.effect == "power_cycle":
            self._card.hang_up()
            self._interpreter.power_cycle(keep_buffer=fault.keep_buffer)
        else:
            self._faults.activate(fault)
            if fault.effect == "off":
                self._card.hang_up()
                self._card.bind(listen=False)  # keeps the port ours while connections are refused
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
            self._card.bind(listen=True)
        if effect in _STATE_OF_FAULT:
            self._answer(self._interpreter.change(**_STATE_OF_FAULT[effect][1]))
        self._tell()

    def _count(self, trigger: str, amount: int = 1) -> None:
        for fault in self._faults.count(trigger, amount):
            self._strike(fault)

    # --- the wire (called by the network card) ---

    def host_arrived(self) -> None:
        """A host has got the printer for itself."""
        self._count("connection")

    def host_left(self) -> None:
        """The host that had the printer is gone."""
        self._interpreter.host_left()
        for name, fault in list(self._faults.active.items()):
            if fault.recovery == "connection":
                self._recover(name)
        self._tell()

    def reads(self) -> bool:
        """Tell whether more bytes are taken from the line now."""
        held_bytes = self._interpreter.held_bytes
        return "stall" not in self._faults.active and held_bytes < RECEIVE_BUFFER_BYTES

    def read_size(self) -> int:
        """Bytes to take at once; a slow printer takes a tenth of a second's worth."""
        with self._changed:
            slow = self._faults.active.get("slow")
        if slow is None:
            return 4096
        size = max(1, slow.bytes_per_s // 10)
        self._stopping.wait(size / slow.bytes_per_s)
        return size

    def take_in(self, connection: Connection, data: bytes) -> None:
        """Receive bytes up to the next fault, carry them out, let the fault strike, go on."""
        while data:
            with self._changed:
                if not connection.open:
                    return
                room = self._faults.bytes_to_next()
                part, data = data[:room], data[len(data) if room is None else room :]
                self.journal.add_bytes("printer", "in", connection.number, part)
                self._answer(self._interpreter.receive(part))
                self._carry_out(connection)
                self._count("byte", len(part))

    def _carry_out(self, connection: Connection) -> None:
        press = self._interpreter.press
        while connection.open:
            cuts, lines = press.cuts, press.lines_printed
            reply = self._interpreter.step()
            if reply is None:
                break
            # A fault at a line or a cut strikes before anything that follows it.
            if press.lines_printed > lines:
                self._count("line", press.lines_printed - lines)
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
        if not reply or not self._card.hosts or "stall" in self._faults.active:
            return
        sent = self._faults.on_reply(reply)
        if sent:
            self._card.send(sent)
        else:
            self.journal.add_bytes("printer", "lost", self._card.hosts[0].number, reply)

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
