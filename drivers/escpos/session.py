"""One connection to a printer: a reader thread that sorts the answers, waits with deadlines."""

import threading
from collections.abc import Callable

from drivers.api import BLOCKING, ConfirmLevel, Fault
from drivers.errors import DeviceLost, DeviceTimeout
from drivers.escpos import frames
from drivers.escpos.profile import Profile
from drivers.transport.line import Line

_READ_S = 0.25
_WRITE_S = 0.25
_CHUNK = 1024
_SOON_S = 0.25
OnFaults = Callable[[frozenset[Fault]], None]


class Session:
    """Lives as long as the connection; `close` is called in a `finally` by whoever opened it.

    `idle_ns` closes a held connection by itself when nobody wrote for so long (0: never).
    """

    def __init__(
        self,
        line: Line,
        profile: Profile,
        clock_ns: Callable[[], int],
        on_faults: OnFaults,
        idle_ns: int = 0,
    ) -> None:
        self._line, self._profile, self._clock_ns = line, profile, clock_ns
        self._on_faults, self._idle_ns = on_faults, idle_ns
        self._changed = threading.Condition()
        self._demux = frames.Demultiplexer()
        self._status: dict[int, frozenset[Fault]] = {}
        self._used_ns = clock_ns()
        self.faults: frozenset[Fault] = frozenset()
        self.process_ids: list[int] = []
        self.barriers: list[int] = []
        self.automatic = 0
        self.cleared = False
        self.lost = ""
        self.prepared = False
        self._reader = threading.Thread(target=self._read, name="printer-reader", daemon=True)
        self._reader.start()

    @property
    def blocked(self) -> bool:
        """Whether the printer says that it cannot print."""
        return bool(self.faults & BLOCKING)

    @property
    def noise(self) -> int:
        """Bytes of this connection that fitted nowhere."""
        return self._demux.noise

    def ask_status(self, timeout_s: float) -> None:
        """All four real-time statuses; they are answered also while the printer is stopped.

        Raises DeviceTimeout when the printer keeps silent, DeviceLost when it is gone.
        """
        deadline_ns = self._clock_ns() + int(timeout_s * 1e9)
        for n in (1, 2, 3, 4):
            with self._changed:
                self._status.pop(n, None)
                self._demux.asked.append(n)
            self.write_all(frames.status_request(n), deadline_ns)
            if not self.wait(lambda wanted=n: wanted in self._status, deadline_ns):  # type: ignore[misc]
                raise DeviceTimeout(f"no answer to status request {n}")
        with self._changed:
            faults = frozenset().union(*self._status.values())
        self._tell(faults)

    def prepare(self, timeout_s: float) -> None:
        """A known state: finish what others left half-sent, reset, automatic status on."""
        now_ns = self._clock_ns()
        deadline_ns = now_ns + int(timeout_s * 1e9)
        flush = frames.NUL_FLUSH if self._profile.nul_flush else b""
        if self._profile.confirm is ConfirmLevel.DRAINED:
            self.write_all(flush + frames.START, deadline_ns)
            return
        seen = self.automatic
        self.write_all(frames.START + frames.AUTOMATIC_STATUS_ON, deadline_ns)
        soon_ns = min(deadline_ns, now_ns + int(_SOON_S * 1e9))
        if not self.wait(lambda: self.automatic > seen or self.blocked, soon_ns):
            # It waits for the rest of somebody's picture: finish that, and begin again.
            self.write_all(flush + frames.START + frames.AUTOMATIC_STATUS_ON, deadline_ns)
            # A printer without automatic status has the barrier; it only tells faults later.
            self.wait(lambda: self.automatic > seen or self.blocked, deadline_ns)
        self.prepared = True

    def write(self, data: bytes) -> int:
        """Hand over a part of `data`; 0 when nothing went within a quarter second."""
        self._used_ns = self._clock_ns()
        if self.lost:
            raise DeviceLost(self.lost)
        return self._line.write(data[:_CHUNK], _WRITE_S)

    def write_all(self, data: bytes, deadline_ns: int) -> None:
        """Hand over all of `data`; raises DeviceTimeout or DeviceLost, with some of it gone."""
        sent = 0
        while sent < len(data):
            if self._clock_ns() >= deadline_ns:
                raise DeviceTimeout(f"{len(data) - sent} of {len(data)} bytes not taken")
            sent += self.write(data[sent:])

    def expect_barrier(self) -> None:
        """A barrier is about to be sent; without this its answer would be noise."""
        with self._changed:
            self._demux.barriers_asked += 1

    def take_process_ids(self) -> list[int]:
        """The process ids that came since the last call."""
        with self._changed:
            taken, self.process_ids = self.process_ids, []
            return taken

    def pending(self) -> int:
        """Bytes on their way, see Line.pending."""
        return self._line.pending()

    def wait(self, ready: Callable[[], bool], deadline_ns: int) -> bool:
        """Whether `ready` came true in time.

        Raises DeviceLost when the connection ended first; answers that came before its end count.
        """
        with self._changed:
            while not ready():
                if self.lost:
                    raise DeviceLost(self.lost)
                left_s = (deadline_ns - self._clock_ns()) / 1e9
                if left_s <= 0:
                    return False
                self._changed.wait(min(left_s, 1.0))
            return True

    def close(self) -> None:
        """End the connection and its thread."""
        self._line.close()
        if self._reader is not threading.current_thread():
            self._reader.join(timeout=5.0)

    def _read(self) -> None:
        """The reader thread: until the connection ends, from either side."""
        try:
            while True:
                data = self._line.read(_READ_S)
                if data:
                    self._sort(data)
                elif self._idle_ns and self._clock_ns() - self._used_ns > self._idle_ns:
                    raise DeviceLost("held long enough without use")
        except DeviceLost as error:
            self._line.close()
            with self._changed:
                self.lost = str(error)
                self._changed.notify_all()

    def _sort(self, data: bytes) -> None:
        faults: frozenset[Fault] | None = None
        with self._changed:
            for reply in self._demux.feed(data):
                match reply:
                    case frames.RealTime():
                        self._status[reply.n] = frames.real_time_faults(reply, self._profile.drawer)
                    case frames.Automatic(quad):
                        self.automatic += 1
                        faults = frames.automatic_faults(quad, self._profile.drawer)
                        self.faults = faults
                    case frames.Block():
                        self._block(reply)
                    case frames.Barrier(value):
                        self.barriers.append(value)
            self._changed.notify_all()
        if faults is not None:
            self._on_faults(faults)

    def _block(self, block: frames.Block) -> None:
        job_id = frames.process_id(block)
        if job_id is not None:
            self.process_ids.append(job_id)
        elif frames.is_clear_response(block):
            self.cleared = True

    def _tell(self, faults: frozenset[Fault]) -> None:
        with self._changed:
            self.faults = faults
            self._changed.notify_all()
        self._on_faults(faults)
