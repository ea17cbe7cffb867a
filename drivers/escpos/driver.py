"""An ESC/POS receipt printer over any byte line: lifecycle, health and the ReceiptPrinter face."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from drivers.api import (
    BLOCKING,
    ConfirmLevel,
    DeviceState,
    Fault,
    Health,
    OnHealth,
    PrintOutcome,
    Tools,
    Verdict,
)
from drivers.errors import AddressRefused, DeviceClosed, DeviceError, DeviceLost
from drivers.escpos import encoder, frames
from drivers.escpos.job import PrintJob, fault_code
from drivers.escpos.profile import EPSON_PAGES, Profile, pages_of
from drivers.escpos.session import Session
from drivers.transport import serial, tcp
from drivers.transport.address import Address
from drivers.transport.line import Line
from drivers.transport.serial import SERIAL_OPTIONS, address_of
from kiosk.domain.document import Document

HOLD_MAX_S = 30.0
CONNECT_S = 1.0
PORT = 9100
RASTER_BAUD_MIN = 38_400
"""From here on a logo takes two seconds at most."""
_KEPT_IDS = 16


@dataclass(frozen=True, slots=True)
class Limits:
    """Deadlines in seconds; no call takes longer than their sum.

    A job may take `job_s` plus its size at `bytes_per_s`. `hold_s` keeps the connection of a
    printer that is ours alone, so that it tells of its faults at once; 0 for a shared printer.
    """

    status_s: float = 1.0
    prepare_s: float = 1.0
    job_s: float = 10.0
    bytes_per_s: float = 5_000.0
    hold_s: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.hold_s < HOLD_MAX_S:
            raise ValueError(f"a connection is held for less than {HOLD_MAX_S} s")


class EscPosPrinter:
    """See ReceiptPrinter. `connect` opens a line within its deadline or raises a DeviceError."""

    def __init__(
        self,
        connect: Callable[[], Line],
        profile: Profile,
        clock_ns: Callable[[], int],
        limits: Limits | None = None,
    ) -> None:
        self._connect, self._profile, self._clock_ns = connect, profile, clock_ns
        self._limits = limits or Limits()
        self._using = threading.Lock()
        self._telling = threading.RLock()
        self._session: Session | None = None
        self._seen_ids: list[int] = []
        self._opened = False
        self._on_health: OnHealth = _nobody
        self._health = Health(DeviceState.CLOSED, since_ns=clock_ns())

    def open(self, on_health: OnHealth) -> None:
        """See ReceiptPrinter.open."""
        with self._telling:
            self._on_health = on_health
            self._opened = True

    def close(self) -> None:
        """See ReceiptPrinter.close; a job under way ends as lost."""
        with self._telling:
            self._opened = False
            session = self._session
        if session is not None:
            session.close()
        with self._using:
            self._drop()
            self._tell(DeviceState.CLOSED, frozenset(), "")

    def encode(self, document: Document) -> bytes:
        """See ReceiptPrinter.encode."""
        return encoder.encode(document, self._profile)

    def copy_banner(self, text: str) -> bytes:
        """See ReceiptPrinter.copy_banner."""
        return encoder.copy_banner(text, self._profile)

    def send(self, job_id: int, data: bytes) -> PrintOutcome:
        """See ReceiptPrinter.send."""
        frames.process_id_bytes(job_id)  # Refuses an id out of range before anything is sent.
        return self._job(data, job_id, self._profile.confirm)

    def kick_drawer(self) -> PrintOutcome:
        """See ReceiptPrinter.kick_drawer; confirmed by the barrier: the pulse was carried out."""
        level = self._profile.confirm
        if level is ConfirmLevel.PROCESS_ID:
            level = ConfirmLevel.BARRIER
        return self._job(frames.DRAWER_PULSE[self._profile.drawer_pin], None, level)

    def last_confirmed(self) -> int | None:
        """See ReceiptPrinter.last_confirmed.

        The printer keeps its newest process id response for a host that was not listening and
        sends it to the next one; the barrier shows when it had its chance.
        """
        if self._profile.confirm is not ConfirmLevel.PROCESS_ID:
            return None
        with self._using:
            try:
                session = self._ready_session()
                if not session.blocked:
                    seen = len(session.barriers)
                    deadline_ns = self._clock_ns() + int(self._limits.job_s * 1e9)
                    session.expect_barrier()
                    session.write_all(frames.BARRIER, deadline_ns)
                    session.wait(lambda: len(session.barriers) > seen, deadline_ns)
            except DeviceError as error:
                self._away(error)
            finally:
                self._release()
            return self._seen_ids[-1] if self._seen_ids else None

    def probe(self) -> Health:
        """See ReceiptPrinter.probe."""
        with self._using:
            try:
                self._ready_session()
                self._settle()
            except DeviceError as error:
                self._away(error)
            finally:
                self._release()
            return self._health

    def health(self) -> Health:
        """See ReceiptPrinter.health."""
        return self._health

    def _job(self, data: bytes, process_id: int | None, level: ConfirmLevel) -> PrintOutcome:
        with self._using:
            try:
                session = self._ready_session()
                if session.blocked:
                    self._settle()
                    return PrintOutcome(Verdict.FAILED, code=fault_code(session.faults), faults=session.faults)
                self._tell(DeviceState.BUSY, session.faults, "")
                budget_s = self._limits.job_s + len(data) / self._limits.bytes_per_s
                deadline_ns = self._clock_ns() + int(budget_s * 1e9)
                outcome = PrintJob(session, data, process_id, level, self._clock_ns, deadline_ns).run()
                self._after(outcome, session)
                return outcome
            except DeviceError as error:
                # Raised before the job's first byte: connecting, asking, preparing.
                self._away(error)
                return PrintOutcome(Verdict.FAILED, code=error.code)
            finally:
                self._release()

    def _after(self, outcome: PrintOutcome, session: Session) -> None:
        """What a job's end says about the device."""
        if outcome.verdict is Verdict.CONFIRMED or outcome.faults & BLOCKING:
            self._settle()
        else:
            self._tell(DeviceState.LOST, session.faults, outcome.code)
        if outcome.verdict is not Verdict.CONFIRMED:
            self._drop()

    def _ready_session(self) -> Session:
        """The held connection if it still answers, else a new one from a known printer state.

        Raises DeviceError. A printer that says it cannot print is not prepared: commands would
        wait in its buffer.
        """
        if not self._opened:
            raise DeviceClosed("open the printer first")
        session = self._session
        if session is not None:
            try:
                session.ask_status(self._limits.status_s)
                if not session.blocked:
                    return session
            except DeviceError:
                pass  # The held one went stale, which is why there is a new one below.
            self._drop()
        if self._health.state not in (DeviceState.READY, DeviceState.DEGRADED):
            self._tell(DeviceState.OPENING, self._health.faults, self._health.code)
        session = Session(
            self._connect(),
            self._profile,
            self._clock_ns,
            self._heard,
            idle_ns=int(self._limits.hold_s * 1e9),
        )
        with self._telling:
            self._session = session
        if not self._opened:
            raise DeviceClosed("closed while it was connecting")
        if self._profile.confirm is not ConfirmLevel.DRAINED:
            session.ask_status(self._limits.status_s)
        if not session.blocked:
            session.prepare(self._limits.prepare_s)
        return session

    def _release(self) -> None:
        """Let the connection go, or hold it when the printer is ours alone and well."""
        session = self._session
        if session is None:
            return
        self._seen_ids = (self._seen_ids + session.take_process_ids())[-_KEPT_IDS:]
        if not self._limits.hold_s or session.lost or not session.prepared or session.blocked:
            self._drop()

    def _drop(self) -> None:
        with self._telling:
            session, self._session = self._session, None
        if session is not None:
            session.close()
            self._seen_ids = (self._seen_ids + session.take_process_ids())[-_KEPT_IDS:]

    def _heard(self, faults: frozenset[Fault]) -> None:
        """The reader thread heard a status; while a job runs the state stays BUSY."""
        with self._telling:
            if self._health.state in (DeviceState.READY, DeviceState.DEGRADED):
                self._tell(_state(faults), faults, "")
            else:
                self._tell(self._health.state, faults, self._health.code)

    def _settle(self) -> None:
        """The device was reached: READY, or DEGRADED by what it says."""
        faults = self._session.faults if self._session is not None else self._health.faults
        code = fault_code(faults) if faults & BLOCKING else ""
        self._tell(_state(faults), faults, code)

    def _away(self, error: DeviceError) -> None:
        """The device was not reached, or not understood."""
        self._drop()
        state = DeviceState.LOST if isinstance(error, DeviceLost) else DeviceState.BACKOFF
        self._tell(state, frozenset(), error.code)

    def _tell(self, state: DeviceState, faults: frozenset[Fault], code: str) -> None:
        """Remember, and tell the listener when something changed; in order, one at a time."""
        with self._telling:
            now = self._health
            if (now.state, now.faults, now.code) == (state, faults, code):
                return
            self._health = Health(state, faults, self._clock_ns(), code)
            self._on_health(self._health)


def create(address: Address, tools: Tools) -> EscPosPrinter:
    """A printer from `escpos+tcp://host[:port]` or `escpos+serial:///dev/...`, with its options.

    Raises AddressRefused. Opens nothing.
    """
    names = ("hold", "confirm", "drawer", "pin", "double_byte", "pages", "raster")
    over_serial = address.transport == "serial"
    address.allow(*names, *(SERIAL_OPTIONS if over_serial else ()))
    try:
        pages = pages_of(address.options["pages"]) if "pages" in address.options else EPSON_PAGES
    except ValueError as error:
        raise AddressRefused(f"{address.text}: pages: {error}") from error
    # A logo has up to 8 kB: on a slow serial line the next customer would wait for it.
    quick = not over_serial or address_of(address).baud >= RASTER_BAUD_MIN
    profile = Profile(
        pages=pages,
        confirm=address.choice("confirm", ConfirmLevel.PROCESS_ID),
        drawer=address.choice("drawer", frames.DrawerLevel.HIGH),
        drawer_pin=0 if address.number("pin", 2, 2, 5) == 2 else 1,
        double_byte=bool(address.number("double_byte", 0, 0, 1)),
        # At 9600 baud the flush would take eight seconds; a serial line has no other till on it.
        nul_flush=not over_serial,
        raster=bool(address.number("raster", int(quick), 0, 1)),
    )
    hold_s = address.number("hold", 0, 0, HOLD_MAX_S - 1)
    if over_serial:
        port = address_of(address)
        limits = Limits(hold_s=hold_s, bytes_per_s=port.baud / 10 * 0.8)
        return EscPosPrinter(lambda: serial.connect(port), profile, tools.clock_ns, limits)
    if address.transport != "tcp" or not address.host or address.path not in ("", "/"):
        raise AddressRefused(f"{address.text}: use escpos+tcp://host:9100 or escpos+serial:///dev/x")
    where = tcp.TcpAddress(address.host, address.port or PORT)
    return EscPosPrinter(lambda: tcp.connect(where, CONNECT_S), profile, tools.clock_ns, Limits(hold_s=hold_s))


def _state(faults: frozenset[Fault]) -> DeviceState:
    """READY without faults; a drawer that stands open is no fault of the printer."""
    return DeviceState.DEGRADED if faults - {Fault.DRAWER_OPEN} else DeviceState.READY


def _nobody(_: Health) -> None:
    """Listens until `open` names a listener."""
