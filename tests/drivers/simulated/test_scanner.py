"""The simulated scanners: frames on a pseudo-terminal, keys on an X keyboard."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

from drivers.simulated.scanner.frames import frame
from drivers.simulated.scanner.keyboard import KeyboardScanner, NoKeyboard
from drivers.simulated.scanner.serial import ScannerUnplugged, SerialScanner

WAIT_S = 10.0


@pytest.fixture
def scanner() -> Iterator[SerialScanner]:
    with SerialScanner() as simulated:
        yield simulated


@pytest.mark.parametrize(
    ("framing", "on_the_wire"),
    [
        ("cr", b"8710398500526\r"),
        ("crlf", b"8710398500526\r\n"),
        ("stx_etx", b"\x028710398500526\x03"),
        ("tab", b"8710398500526\t"),
    ],
)
def test_a_host_reads_each_framing_with_pyserial(framing: str, on_the_wire: bytes) -> None:
    with (
        SerialScanner(framing=framing) as scanner,
        serial.Serial(scanner.port, 9600, timeout=WAIT_S) as host,
    ):
        assert scanner.scan("8710398500526") == len(on_the_wire)
        assert host.read(len(on_the_wire)) == on_the_wire


@pytest.mark.parametrize(
    ("code", "symbology", "expected"),
    [
        ("8710398500526", None, b"]E08710398500526\r"),
        ("96385074", None, b"]E496385074\r"),
        ("036000291452", None, b"]E00036000291452\r"),
        ("0109506000134352\x1d10AB", None, b"]C10109506000134352\x1d10AB\r"),
        (
            "https://example.com/01/09506000134352",
            None,
            b"]Q1https://example.com/01/09506000134352\r",
        ),
        ("12345678", "ITF", b"]I012345678\r"),
    ],
)
def test_the_aim_identifier_tells_the_symbology(code: str, symbology: str | None, expected: bytes) -> None:
    assert frame(code, framing="cr", aim=True, symbology=symbology) == expected


def test_half_a_frame_and_hostile_bytes_arrive_as_they_are(scanner: SerialScanner) -> None:
    with serial.Serial(scanner.port, 9600, timeout=WAIT_S) as host:
        scanner.scan("8710398500526", bytes_max=5)
        hostile = bytes(range(256))
        scanner.send(hostile)
        assert host.read(5 + 256) == b"87103" + hostile


def test_pulling_the_cable_is_noticed_and_plugging_in_gives_a_tty_again(tmp_path: Path) -> None:
    link = tmp_path / "scanner"
    with SerialScanner(link=link) as scanner:
        host = serial.Serial(scanner.port, 9600, timeout=WAIT_S)
        scanner.unplug()
        with pytest.raises(serial.SerialException):
            host.read(1)
        host.close()
        with pytest.raises(ScannerUnplugged):
            scanner.scan("1")
        assert not link.exists()
        scanner.plug()
        assert os.readlink(link) == scanner.port
        with serial.Serial(str(link), 9600, timeout=WAIT_S) as again:
            scanner.scan("42")
            assert again.read(3) == b"42\r"


def test_a_scanner_nobody_listens_to_never_blocks(scanner: SerialScanner) -> None:
    for _ in range(100):
        scanner.send(b"8710398500526\r" * 100)
    assert any(event.kind == "scanner.lost" for event in scanner.journal.events())


def test_what_the_host_sends_to_the_scanner_is_heard(scanner: SerialScanner) -> None:
    with serial.Serial(scanner.port, 9600, timeout=WAIT_S) as host:
        host.write(b"\x07")
        host.flush()
        assert scanner.heard() == b"\x07"


def test_a_keyboard_scanner_without_a_display_says_so() -> None:
    with pytest.raises(NoKeyboard):
        KeyboardScanner(":65000")


@pytest.fixture
def display() -> Iterator[str]:
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed, so there is no keyboard to type on")
    read_end, write_end = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(write_end),
        "-screen",
        "0",
        "320x240x24",
        "-nolisten",
        "tcp",
    ]
    server = subprocess.Popen(command, pass_fds=[write_end], stderr=subprocess.DEVNULL)
    os.close(write_end)
    with os.fdopen(read_end) as answer:
        number = answer.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait(timeout=WAIT_S)


TYPING_PROGRAM = """
import sys
from PySide6.QtWidgets import QApplication, QLineEdit
application = QApplication([])
field = QLineEdit()
field.returnPressed.connect(lambda: (print(field.text(), flush=True), application.quit()))
application.focusWindowChanged.connect(lambda window: window and print("ready", flush=True))
field.show()
field.activateWindow()
field.setFocus()
application.exec()
"""


@pytest.mark.parametrize("code", ["8710398500526", "NL-042/Ab", "https://example.com/A?b=1&c"])
def test_a_keyboard_scanner_types_the_code_into_the_window(display: str, code: str) -> None:
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    window = subprocess.Popen(
        [sys.executable, "-c", TYPING_PROGRAM],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert window.stdout is not None
    assert window.stdout.readline().strip() == "ready"
    scanner = KeyboardScanner(display, gap_ms=1)
    assert scanner.scan(code) == len(code) + 1
    assert window.stdout.readline().strip() == code
    window.wait(timeout=WAIT_S)
    window.stdout.close()
    scanner.close()
