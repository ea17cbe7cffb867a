"""A camera as a scanner: one thread that sleeps until somebody wants to look, and reads codes while they do."""

import os
import sys
import threading
from collections.abc import Callable
from typing import Protocol

from drivers.api import DeviceState, Health, OnHealth, OnScan, OnSight, Scan, Sight, Tools
from drivers.camera import network
from drivers.camera.pictures import Shot, develop
from drivers.camera.reading import codes_in
from drivers.camera.watch import Watch
from drivers.errors import AddressRefused, DeviceClosed, DeviceError, DeviceLost
from drivers.transport import tcp, v4l2
from drivers.transport.address import Address
from drivers.transport.backoff import delay_s
from drivers.transport.v4l2 import Raw

TRIES_PER_S = 8
"""Looks in a second. A look at 1280x720 takes 12 ms of a plain background and 70 ms of the busiest; and a camera rests as long as
it looked, so that it never takes more than half of one core."""
_READ_S = 0.25
_STALLED_NS = 3_000_000_000
_FAILURES_COUNTED_MAX = 4
_NICE = 10


class Lens(Protocol):
    """An open camera: V4L2 or the network."""

    @property
    def has_light(self) -> bool: ...
    def read(self, timeout_s: float) -> Raw | None: ...
    def light(self, on: bool) -> None: ...
    def close(self) -> None: ...


class CameraScanner:
    """See Camera. `source` is the role that scans carry; `connect` opens the camera."""

    def __init__(
        self, source: str, connect: Callable[[], Lens], clock_ns: Callable[[], int], chance: Callable[[], float]
    ) -> None:
        self._source, self._connect = source, connect
        self._clock_ns, self._chance = clock_ns, chance
        self._changed = threading.Condition()
        self._on_sight: OnSight | None = None
        self._lit = self._ending = False
        self._thread: threading.Thread | None = None
        self._lens: Lens | None = None
        self._watch = Watch()
        self._looks = 0
        self._health = Health(DeviceState.CLOSED, since_ns=clock_ns())

    @property
    def has_light(self) -> bool:
        """See Camera.has_light."""
        lens = self._lens
        return lens is not None and lens.has_light

    def open(self, on_scan: OnScan, on_health: OnHealth) -> None:
        """See Scanner.open. The camera itself stays off until somebody looks."""
        if self._thread is not None:
            raise DeviceClosed("a camera is opened once; make another one")
        self._thread = threading.Thread(
            target=self._run, args=(on_scan, on_health), name=f"camera-{self._source}", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """See Scanner.close."""
        with self._changed:
            self._ending, self._on_sight = True, None
            self._changed.notify_all()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=5.0)

    def health(self) -> Health:
        """See Scanner.health."""
        return self._health

    def look(self, on_sight: OnSight) -> None:
        """See Camera.look."""
        with self._changed:
            if not self._ending:
                self._on_sight = on_sight
                self._changed.notify_all()

    def rest(self) -> None:
        """See Camera.rest."""
        with self._changed:
            self._on_sight, self._lit = None, False
            self._changed.notify_all()

    def light(self, on: bool) -> None:
        """See Camera.light."""
        with self._changed:
            self._lit = on

    @property
    def _wanted(self) -> bool:
        return self._on_sight is not None

    def _run(self, on_scan: OnScan, on_health: OnHealth) -> None:
        """The thread: sleep until somebody looks; connect, read, and when that fails wait a little and begin again."""
        _step_back()
        failures = 0
        try:
            while self._somebody_looks(on_health):
                self._tell(on_health, DeviceState.OPENING, self._health.code)
                try:
                    self._lens = self._connect()
                    self._tell(on_health, DeviceState.READY, "")
                    failures = 0
                    self._read(self._lens, on_scan)
                except DeviceError as error:
                    failures = min(failures + 1, _FAILURES_COUNTED_MAX)
                    lost = isinstance(error, DeviceLost)
                    self._tell(on_health, DeviceState.LOST if lost else DeviceState.BACKOFF, error.code)
                finally:
                    self._let_go()
                if failures:
                    self._pause(delay_s(failures, self._chance))
        finally:
            # Also when a listener raised: a camera without a thread must not look ready.
            self._tell(on_health, DeviceState.CLOSED, "")

    def _somebody_looks(self, on_health: OnHealth) -> bool:
        """Sleep until somebody does; false when it is closed."""
        if not self._wanted:
            self._tell(on_health, DeviceState.CLOSED, "")
        with self._changed:
            self._changed.wait_for(lambda: self._ending or self._wanted)
            return not self._ending

    def _pause(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._ending or not self._wanted, seconds)

    def _read(self, lens: Lens, on_scan: OnScan) -> None:
        """Until nobody looks any more, or the camera is lost."""
        lit = False
        last_ns = self._clock_ns()
        while self._wanted:
            if lit != self._lit:
                lit = self._lit
                lens.light(lit)
            raw = lens.read(_READ_S)
            began_ns = self._clock_ns()
            shot = develop(raw) if raw is not None else None
            if shot is None:
                if began_ns - last_ns > _STALLED_NS:
                    raise DeviceLost("no picture for three seconds")
                continue
            last_ns = began_ns
            self._look_at(shot, began_ns, on_scan)
            spent_s = (self._clock_ns() - began_ns) / 1e9
            self._pause(max(1 / TRIES_PER_S - spent_s, spent_s))

    def _look_at(self, shot: Shot, at_ns: int, on_scan: OnScan) -> None:
        found = codes_in(shot.luma, self._looks)
        self._looks += 1
        view = shot.view
        with self._changed:  # after rest() nothing is told any more
            if self._on_sight is None:
                return
            self._on_sight(Sight(view.width, view.height, view.tobytes(), at_ns))
            code = self._watch.see(found, at_ns)
            if code is not None:
                on_scan(Scan(self._source, code.raw, code.text, code.aim, at_ns))

    def _let_go(self) -> None:
        lens, self._lens, self._lit = self._lens, None, False
        if not self._wanted:
            self._watch.forget()
        if lens is not None:
            lens.close()

    def _tell(self, on_health: OnHealth, state: DeviceState, code: str) -> None:
        """Tell what changed; a look for an absent camera is not news."""
        if not self._health.is_news(state, code):
            return
        self._health = Health(state, frozenset(), self._clock_ns(), code)
        on_health(self._health)


def _step_back() -> None:
    """Let the till go first on a machine with few cores; Linux alone has a niceness for one thread."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


def create(address: Address, tools: Tools) -> CameraScanner:
    """A camera from `camera:///dev/video0` or `camera+http://192.0.2.8:8080/video`; raises AddressRefused.

    `width` and `height` are what it is asked for, in pixels; `source` names the role its scans carry.
    """
    address.allow("width", "height", "source")
    width, height = int(address.number("width", 1280, 320, 4096)), int(address.number("height", 720, 240, 4096))
    return CameraScanner(address.options.get("source", "camera"), _connect(address, width, height), tools.clock_ns, tools.chance)


def _connect(address: Address, width: int, height: int) -> Callable[[], Lens]:
    if address.transport == "http" and address.host:
        where = tcp.TcpAddress(address.host, address.port or 80)
        return lambda: network.ask(lambda: tcp.connect(where, network.ANSWER_S), address.host, address.path or "/")
    if address.transport == "" and not address.host and address.path.startswith("/"):
        return lambda: v4l2.connect(address.path, width, height)
    raise AddressRefused(f"{address.text}: use camera:///dev/video0 or camera+http://192.0.2.8:8080/video")
