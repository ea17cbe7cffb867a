"""The serial scanner on pseudo terminals: every framing, hostile bytes, unplugged and plugged in."""

import contextlib
import doctest
import os
import queue
import random
import threading
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.api import DeviceState, Health, Scan
from drivers.serialscanner import frames
from drivers.serialscanner.driver import SerialScanner
from drivers.serialscanner.frames import LENGTH_MAX, STALE_NS, Framer, Framing
from drivers.transport import address, serial
from drivers.transport.serial import SerialAddress

FUZZ_PORTIONS = 1_000_000 if os.environ.get("TOONBANK_LONG") == "1" else 100_000


class Desk:
    """A scanner on a link that can be plugged in, pulled out and plugged in as another tty."""

    def __init__(self, folder: Path) -> None:
        self.link = folder / "usb-Acme_Scanner_7-if00"
        self._ends: list[int] = []

    def plug_in(self) -> None:
        ours, theirs = os.openpty()
        tty.setraw(theirs)
        self._ends = [ours]
        self.link.symlink_to(os.ttyname(theirs))
        # Kept until the driver opened it: a pty without any reader throws bytes away.
        self._ends.append(theirs)

    def pull_out(self) -> None:
        self.link.unlink(missing_ok=True)
        for end in self._ends:
            with contextlib.suppress(OSError):
                os.close(end)
        self._ends = []

    def send(self, data: bytes) -> None:
        os.write(self._ends[0], data)


class Ear:
    """What the scanner told."""

    def __init__(self) -> None:
        self.scans: queue.Queue[Scan] = queue.Queue()
        self.health: list[Health] = []
        self._changed = threading.Condition()

    def on_health(self, health: Health) -> None:
        with self._changed:
            self.health.append(health)
            self._changed.notify_all()

    def wait_for(self, state: DeviceState, count: int = 1, timeout_s: float = 10) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: [each.state for each in self.health].count(state) >= count, timeout_s)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.pull_out()


@pytest.fixture
def opened(desk: Desk) -> Iterator[tuple[Desk, Ear, SerialScanner]]:
    ear = Ear()
    scanner = SerialScanner(
        "counter",
        lambda: serial.connect(SerialAddress(str(desk.link.parent / "usb-Acme*"))),
        time.monotonic_ns,
        random.Random(1).random,
    )
    desk.plug_in()
    scanner.open(ear.scans.put, ear.on_health)
    assert ear.wait_for(DeviceState.READY)
    yield desk, ear, scanner
    scanner.close()
    assert scanner.health().state is DeviceState.CLOSED
    assert not [t for t in threading.enumerate() if t.name == "scanner-counter"]


Opened = tuple[Desk, Ear, SerialScanner]


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(frames).failed == 0
    assert doctest.testmod(address).failed == 0


def test_codes_arrive_whole_whatever_their_framing(opened: Opened) -> None:
    desk, ear, _ = opened
    desk.send(b"8710398500526\r\n\x02]C10108710398500526\x1d10AB\x03]E096385074\r")
    scans = [ear.scans.get(timeout=5) for _ in range(3)]
    assert [(scan.aim, scan.text) for scan in scans] == [
        (None, "8710398500526"),
        ("]C1", "0108710398500526\x1d10AB"),
        ("]E0", "96385074"),
    ]
    assert scans[0].source == "counter"
    assert scans[0].raw == b"8710398500526"


def test_a_code_in_two_portions_is_one_scan_with_the_time_of_its_last_byte(opened: Opened) -> None:
    desk, ear, _ = opened
    desk.send(b"87103985")
    with pytest.raises(queue.Empty):
        ear.scans.get(timeout=0.1)
    before = time.monotonic_ns()
    desk.send(b"00526\r")
    scan = ear.scans.get(timeout=5)
    assert scan.text == "8710398500526"
    assert before <= scan.at_ns <= time.monotonic_ns()


def test_an_unplugged_scanner_is_noticed_and_works_again_when_plugged_in(opened: Opened) -> None:
    desk, ear, scanner = opened
    desk.send(b"half a co")
    began = time.monotonic()
    desk.pull_out()
    assert ear.wait_for(DeviceState.LOST)
    assert time.monotonic() - began < 0.5
    assert ear.wait_for(DeviceState.BACKOFF)
    desk.plug_in()
    began = time.monotonic()
    assert ear.wait_for(DeviceState.READY, 2)
    assert time.monotonic() - began < 1.5
    desk.send(b"96385074\r")
    assert ear.scans.get(timeout=5).text == "96385074"
    assert scanner.health().code == ""


def test_an_absent_scanner_is_looked_for_quietly(desk: Desk) -> None:
    ear = Ear()
    scanner = SerialScanner(
        "counter",
        lambda: serial.connect(SerialAddress(str(desk.link))),
        time.monotonic_ns,
        lambda: 0.0,
    )
    scanner.open(ear.scans.put, ear.on_health)
    assert ear.wait_for(DeviceState.BACKOFF)
    assert not ear.wait_for(DeviceState.OPENING, 2, timeout_s=0.6)
    assert ear.health[-1].code == "device.absent"
    desk.plug_in()
    assert ear.wait_for(DeviceState.READY)
    scanner.close()


def test_a_port_that_another_program_has_is_busy(opened: Opened) -> None:
    desk, _, _ = opened
    other = Ear()
    second = SerialScanner(
        "second",
        lambda: serial.connect(SerialAddress(str(desk.link))),
        time.monotonic_ns,
        lambda: 0.0,
    )
    second.open(other.scans.put, other.on_health)
    assert other.wait_for(DeviceState.BACKOFF)
    assert other.health[-1].code == "device.busy"
    second.close()


def test_hostile_bytes_are_dropped_and_counted() -> None:
    framer = Framer()
    (frame,) = framer.feed(b"\x00\x1b@871\x7f0398\x1d5\r", 1)
    assert frame.raw == b"@8710398\x1d5"
    assert framer.dropped_bytes == 3


def test_a_code_without_end_is_dropped_and_the_next_one_counts() -> None:
    framer = Framer()
    assert framer.feed(b"9" * (LENGTH_MAX + 500) + b"\r", 1) == []
    assert framer.dropped_codes == 1
    assert [frame.raw for frame in framer.feed(b"123\r", 2)] == [b"123"]


def test_half_a_code_does_not_become_the_beginning_of_the_next() -> None:
    framer = Framer()
    assert framer.feed(b"8710", 1) == []
    assert [frame.raw for frame in framer.feed(b"96385074\r", 2 + STALE_NS)] == [b"96385074"]
    framer.feed(b"8710", 3 + STALE_NS)
    framer.reset()
    assert [frame.raw for frame in framer.feed(b"123\r", 4 + STALE_NS)] == [b"123"]
    assert framer.dropped_codes == 2


def test_each_framing_obeys_only_its_own_marks() -> None:
    strict = Framer(Framing.STX_ETX)
    assert [f.raw for f in strict.feed(b"noise\r\n\x02A\rB\x03", 1)] == [b"AB"]
    line = Framer(Framing.LINE)
    assert [f.raw for f in line.feed(b"\x02A\x03\r\n", 1)] == [b"A"]


@given(st.lists(st.binary(min_size=1, max_size=20), max_size=10))
def test_how_the_bytes_are_cut_into_portions_changes_nothing(portions: list[bytes]) -> None:
    whole, parts = Framer(), Framer()
    expected = [frame.raw for frame in whole.feed(b"".join(portions), 1)]
    assert [f.raw for portion in portions for f in parts.feed(portion, 1)] == expected


def test_random_bytes_never_raise_and_never_make_an_empty_scan() -> None:
    chance = random.Random(5)
    framer = Framer()
    for number in range(FUZZ_PORTIONS):
        for frame in framer.feed(chance.randbytes(chance.randint(1, 12)), number):
            assert frame.raw
            frames.text_of(frame.raw)
