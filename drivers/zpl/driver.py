"""A label printer that speaks ZPL II over TCP: asked before and after each job, connected for the job alone."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from drivers.api import BLOCKING, ConfirmLevel, DeviceState, Fault, Health, OnHealth, PrintOutcome, Tools, Verdict
from drivers.errors import AddressRefused, DeviceClosed, DeviceError, DeviceLost, DeviceTimeout
from drivers.transport import tcp
from drivers.transport.address import Address
from drivers.transport.line import Line
from drivers.zpl import frames
from drivers.zpl.frames import HostStatus, Stock
from kiosk.domain.label import Label
from kiosk.domain.parcel import ParcelLabel

PORT = 9100
CONNECT_S = 2.0
_CHUNK = 2_048
_LOOK_S = 0.1
_CODES = {
    Fault.PAPER_OUT: "printer.paper-out", Fault.COVER_OPEN: "printer.cover-open", Fault.OFFLINE: "printer.offline",
    Fault.MECHANICAL: "printer.mechanical", Fault.OVERHEATED: "printer.overheated",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limits:
    """Deadlines in seconds: for an answer, for handing a job over, for a label to come out."""

    status_s: float = 2.0
    write_s: float = 10.0
    label_s: float = 4.0


class ZplPrinter:
    """See drivers.api.LabelPrinter. Tills share it, so it is let go after each job."""

    def __init__(
        self, connect: Callable[[], Line], stock: Stock, clock_ns: Callable[[], int], limits: Limits | None = None
    ) -> None:
        self._connect, self._stock, self._clock_ns = connect, stock, clock_ns
        self._limits = limits or Limits()
        self._using, self._telling = threading.Lock(), threading.RLock()
        self._line: Line | None = None
        self._opened = False
        self._on_health: OnHealth = _nobody
        self._health = Health(DeviceState.CLOSED, since_ns=clock_ns())

    def open(self, on_health: OnHealth) -> None:
        """See Printer.open."""
        with self._telling:
            self._on_health, self._opened = on_health, True

    def close(self) -> None:
        """See Printer.close; a job under way ends as lost."""
        with self._telling:
            self._opened, line = False, self._line
        if line is not None:
            line.close()
        with self._using:
            self._tell(DeviceState.CLOSED, frozenset(), "")

    def encode_labels(self, labels: Sequence[Label]) -> bytes:
        """See LabelPrinter.encode_labels."""
        return b"".join(frames.label(one, self._stock) for one in labels)

    def encode_parcels(self, labels: Sequence[ParcelLabel]) -> bytes:
        """See LabelPrinter.encode_parcels."""
        return b"".join(frames.parcel(one, self._stock) for one in labels) if frames.takes_parcels(self._stock) else b""

    def copy_banner(self, text: str) -> bytes:
        """Nothing: a label that comes out twice is thrown away, and a banner would be a label of its own."""
        return b""

    def kick_drawer(self) -> PrintOutcome:
        """There is no drawer on it."""
        return PrintOutcome(Verdict.FAILED, code="device.failed")

    def last_confirmed(self) -> int | None:
        """It names no jobs."""
        return None

    def health(self) -> Health:
        """See Printer.health."""
        return self._health

    def probe(self) -> Health:
        """See Printer.probe."""
        with self._using:
            try:
                self._settle(self._ask(self._ready()).faults)
            except DeviceError as error:
                self._away(error)
            finally:
                self._drop()
            return self._health

    def send(self, job_id: int, data: bytes) -> PrintOutcome:
        """See Printer.send. What stops in mid-job is taken out of the printer's memory: it is sent again whole."""
        with self._using:
            try:
                line = self._ready()
                before = self._ask(line)
            except DeviceError as error:  # nothing was sent
                self._away(error)
                self._drop()
                return PrintOutcome(Verdict.FAILED, code=error.code)
            try:
                if before.faults & BLOCKING:
                    self._settle(before.faults)
                    return PrintOutcome(Verdict.FAILED, code=fault_code(before.faults), faults=before.faults)
                self._tell(DeviceState.BUSY, before.faults, "")
                self._write(line, data, self._limits.write_s)
                return self._await(line, data.count(b"^XZ"))
            except DeviceError as error:
                self._away(error)
                return PrintOutcome(Verdict.UNCERTAIN, code=error.code)
            finally:
                self._drop()

    def _await(self, line: Line, labels: int) -> PrintOutcome:
        deadline_ns = self._clock_ns() + int((self._limits.label_s * labels + self._limits.status_s) * 1e9)
        while True:
            now = self._ask(line)
            if now.faults & BLOCKING:
                self._write(line, frames.CANCEL_ALL, self._limits.status_s)
                self._settle(now.faults)
                return PrintOutcome(Verdict.UNCERTAIN, code=fault_code(now.faults), faults=now.faults)
            if now.is_idle:
                self._settle(now.faults)
                return PrintOutcome(Verdict.CONFIRMED, ConfirmLevel.BARRIER, faults=now.faults)
            if self._clock_ns() >= deadline_ns:
                raise DeviceTimeout(f"{now.waiting} formats and {now.left} labels are still to come")
            line.read(_LOOK_S)

    def _ready(self) -> Line:
        if not self._opened:
            raise DeviceClosed("open the printer first")
        line = self._connect()
        with self._telling:
            self._line = line
            if not self._opened:
                raise DeviceClosed("closed while it was connecting")
        return line

    def _ask(self, line: Line) -> HostStatus:
        """How the printer is. Raises DeviceTimeout when it keeps silent."""
        deadline_ns = self._clock_ns() + int(self._limits.status_s * 1e9)
        self._write(line, frames.STATUS_REQUEST, self._limits.status_s)
        heard = b""
        while (found := frames.status_of(heard)) is None:
            left_s = (deadline_ns - self._clock_ns()) / 1e9
            if left_s <= 0 or len(heard) > _CHUNK:
                raise DeviceTimeout("no answer to ~HS")
            heard += line.read(left_s)
        return found

    def _write(self, line: Line, data: bytes, within_s: float) -> None:
        deadline_ns, sent = self._clock_ns() + int(within_s * 1e9), 0
        while sent < len(data):
            left_s = (deadline_ns - self._clock_ns()) / 1e9
            if left_s <= 0:
                raise DeviceTimeout(f"{len(data) - sent} of {len(data)} bytes not taken")
            sent += line.write(data[sent : sent + _CHUNK], left_s)

    def _drop(self) -> None:
        with self._telling:
            line, self._line = self._line, None
        if line is not None:
            line.close()

    def _settle(self, faults: frozenset[Fault]) -> None:
        state = DeviceState.DEGRADED if faults else DeviceState.READY
        self._tell(state, faults, fault_code(faults) if faults & BLOCKING else "")

    def _away(self, error: DeviceError) -> None:
        self._tell(DeviceState.LOST if isinstance(error, DeviceLost) else DeviceState.BACKOFF, frozenset(), error.code)

    def _tell(self, state: DeviceState, faults: frozenset[Fault], code: str) -> None:
        with self._telling:
            now = self._health
            if (now.state, now.faults, now.code) != (state, faults, code):
                self._health = Health(state, faults, self._clock_ns(), code)
                self._on_health(self._health)


def fault_code(faults: frozenset[Fault]) -> str:
    """The code of the gravest fault."""
    return next((code for fault, code in _CODES.items() if fault in faults), "device.failed")


def create(address: Address, tools: Tools) -> ZplPrinter:
    """A printer from `zpl+tcp://host[:port]?width=70&height=38` (millimetres). Raises AddressRefused. Opens nothing."""
    address.allow("width", "height")
    if address.transport != "tcp" or not address.host or address.path not in ("", "/"):
        raise AddressRefused(f"{address.text}: use zpl+tcp://host:9100")
    width, height = address.number("width", 70, 50, 110), address.number("height", 38, 36, 150)
    stock = Stock(round(width * frames.DOTS_PER_MM), round(height * frames.DOTS_PER_MM))
    where = tcp.TcpAddress(address.host, address.port or PORT)
    return ZplPrinter(lambda: tcp.connect(where, CONNECT_S), stock, tools.clock_ns)


def _nobody(_: Health) -> None:
    """Listens until `open` names a listener."""
