"""Byte lines with deadlines: nothing blocks longer than asked, and an end is noticed."""

import doctest
import os
import socket
import threading
import time
import tty
from collections.abc import Iterator

import pytest

from drivers.errors import AccessRefused, DeviceAbsent, DeviceBusy, DeviceLost
from drivers.transport import backoff, serial, tcp
from drivers.transport.serial import SerialAddress
from drivers.transport.tcp import TcpAddress, TcpLine


@pytest.fixture
def pair() -> Iterator[tuple[TcpLine, socket.socket]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        line = tcp.connect(TcpAddress(*listener.getsockname()), 1.0)
        other, _ = listener.accept()
        with other:
            yield line, other
        line.close()


Pair = tuple[TcpLine, socket.socket]


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(backoff).failed == 0


def test_reading_silence_ends_at_its_deadline(pair: Pair) -> None:
    began = time.monotonic()
    assert pair[0].read(0.1) == b""
    assert 0.09 < time.monotonic() - began < 1.0


def test_bytes_arrive_and_an_end_is_lost(pair: Pair) -> None:
    line, other = pair
    other.sendall(b"\x12\x16")
    assert line.read(1.0) == b"\x12\x16"
    other.close()
    with pytest.raises(DeviceLost):
        line.read(1.0)


def test_writing_to_somebody_who_does_not_read_ends_at_its_deadline(pair: Pair) -> None:
    line, _ = pair
    total = 0
    while (count := line.write(b"x" * 65536, 0.1)) > 0:
        total += count
    assert total > 0
    assert line.pending() > 0


def test_closing_wakes_a_reader_in_another_thread(pair: Pair) -> None:
    line, _ = pair
    ended = threading.Event()
    reading = threading.Event()

    def read() -> None:
        reading.set()
        with pytest.raises(DeviceLost):
            while line.read(20.0) == b"":
                pass
        ended.set()

    thread = threading.Thread(target=read)
    thread.start()
    assert reading.wait(5)
    line.close()
    assert ended.wait(5)
    thread.join(5)
    line.close()
    with pytest.raises(DeviceLost):
        line.write(b"x", 0.1)


def test_nobody_listening_is_absent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = TcpAddress(*listener.getsockname())
    with pytest.raises(DeviceAbsent):
        tcp.connect(address, 1.0)
    with pytest.raises(DeviceAbsent):
        tcp.connect(TcpAddress("no.such.host.invalid", 9100), 1.0)


def test_a_black_hole_is_absent_within_the_deadline() -> None:
    # A full backlog takes no more connections and answers nothing, as a black hole does.
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = TcpAddress(*listener.getsockname())
        fillers = []
        began = time.monotonic()
        with pytest.raises(DeviceAbsent):
            for _ in range(10):
                began = time.monotonic()
                fillers.append(tcp.connect(address, 0.3))
        assert time.monotonic() - began < 1.0
        for filler in fillers:
            filler.close()


def test_a_port_that_is_not_there_is_absent_and_a_pattern_finds_one(tmp_path: object) -> None:
    with pytest.raises(DeviceAbsent):
        serial.connect(SerialAddress(f"{tmp_path}/ttyACM0"))
    with pytest.raises(DeviceAbsent):
        serial.connect(SerialAddress(f"{tmp_path}/tty*"))


def test_a_port_is_ours_alone_and_its_end_is_noticed() -> None:
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    address = SerialAddress(os.ttyname(theirs))
    line = serial.connect(address)
    with pytest.raises((DeviceBusy, AccessRefused)):
        serial.connect(address)
    os.write(ours, b"123\r")
    assert line.read(1.0) == b"123\r"
    assert line.write(b"ok", 1.0) == 2
    os.close(theirs)
    os.close(ours)
    began = time.monotonic()
    with pytest.raises(DeviceLost):
        line.read(5.0)
    assert time.monotonic() - began < 0.5
    line.close()
    line.close()
