"""A serial or USB-CDC scanner: one thread, which reconnects by itself until it is closed."""

import threading
from collections.abc import Callable

from drivers.api import DeviceState, Health, OnHealth, OnScan, Scan, Tools
from drivers.errors import DeviceClosed, DeviceError, DeviceLost
from drivers.serialscanner.frames import Framer, Framing, text_of
from drivers.transport import serial
from drivers.transport.address import Address
from drivers.transport.backoff import delay_s
from drivers.transport.line import Line
from drivers.transport.serial import SERIAL_OPTIONS, address_of

_READ_S = 0.25
_FAILURES_COUNTED_MAX = 3
"""A scanner that is plugged in again is ready within half a second: looking costs nothing."""


class SerialScanner:
    """See Scanner. `source` is the role that scans carry; `connect` opens the line.

    `connect` follows the device, not the port: a link below by-id, or a pattern.
    """

    def __init__(
        self,
        source: str,
        connect: Callable[[], Line],
        clock_ns: Callable[[], int],
        chance: Callable[[], float],
        framing: Framing = Framing.AUTO,
    ) -> None:
        self._source, self._connect = source, connect
        self._clock_ns, self._chance = clock_ns, chance
        self._framer = Framer(framing)
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        self._line: Line | None = None
        self._health = Health(DeviceState.CLOSED, since_ns=clock_ns())

    @property
    def dropped(self) -> tuple[int, int]:
        """Bytes and codes thrown away so far, for support."""
        return self._framer.dropped_bytes, self._framer.dropped_codes

    def open(self, on_scan: OnScan, on_health: OnHealth) -> None:
        """See Scanner.open."""
        if self._thread is not None:
            raise DeviceClosed("a scanner is opened once; make another one")
        self._thread = threading.Thread(
            target=self._run, args=(on_scan, on_health), name=f"scanner-{self._source}", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """See Scanner.close."""
        self._ending.set()
        line = self._line
        if line is not None:
            line.close()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=5.0)

    def health(self) -> Health:
        """See Scanner.health."""
        return self._health

    def _run(self, on_scan: OnScan, on_health: OnHealth) -> None:
        """The thread: connect, listen, and when that ends wait a little and begin again."""
        failures = 0
        try:
            while not self._ending.is_set():
                self._tell(on_health, DeviceState.OPENING, self._health.code)
                try:
                    self._line = self._connect()
                    failures = 0
                    self._tell(on_health, DeviceState.READY, "")
                    self._listen(self._line, on_scan)
                except DeviceError as error:
                    failures += 1
                    lost = isinstance(error, DeviceLost)
                    state = DeviceState.LOST if lost else DeviceState.BACKOFF
                    self._tell(on_health, state, error.code)
                finally:
                    self._let_go()
                self._ending.wait(
                    delay_s(min(max(failures, 1), _FAILURES_COUNTED_MAX), self._chance)
                )
        finally:
            # Also when a listener raised: a scanner without a thread must not look ready.
            self._tell(on_health, DeviceState.CLOSED, "")

    def _listen(self, line: Line, on_scan: OnScan) -> None:
        """Until the line is lost."""
        while not self._ending.is_set():
            data = line.read(_READ_S)
            if not data:
                continue
            for frame in self._framer.feed(data, self._clock_ns()):
                aim, text = text_of(frame.raw)
                on_scan(Scan(self._source, frame.raw, text, aim, frame.at_ns))

    def _let_go(self) -> None:
        line, self._line = self._line, None
        self._framer.reset()
        if line is not None:
            line.close()

    def _tell(self, on_health: OnHealth, state: DeviceState, code: str) -> None:
        """Tell what changed; a look for an absent scanner is not news."""
        if not self._health.is_news(state, code):
            return
        self._health = Health(state, frozenset(), self._clock_ns(), code)
        on_health(self._health)


def create(address: Address, tools: Tools) -> SerialScanner:
    """A scanner from `serial:///dev/serial/by-id/...`, with its options; raises AddressRefused.

    `source` names the role its scans carry, `framing` is auto, crlf or stx.
    """
    address.allow("framing", "source", *SERIAL_OPTIONS)
    port = address_of(address)
    return SerialScanner(
        address.options.get("source", "scanner"),
        lambda: serial.connect(port),
        tools.clock_ns,
        tools.chance,
        address.choice("framing", Framing.AUTO),
    )
