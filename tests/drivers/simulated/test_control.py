"""The control port over HTTP, and the simulators as a process of their own."""

import json
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.simulated.bench import Bench
from drivers.simulated.control import ControlPort
from drivers.simulated.printer.device import SimulatedPrinter
from drivers.simulated.scanner.serial import SerialScanner

WAIT_S = 20.0


@pytest.fixture
def bench() -> Iterator[Bench]:
    with SimulatedPrinter() as printer, SerialScanner() as scanner:
        yield Bench(printer, scanner)


@pytest.fixture
def url(bench: Bench) -> Iterator[str]:
    control = ControlPort(bench).start()
    yield control.url
    control.stop()


def get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=WAIT_S) as answer:
        content: bytes = answer.read()
    return content


def post(address: str, body: bytes) -> tuple[int, Any]:
    request = urllib.request.Request(address, data=body, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=WAIT_S) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, json.loads(refused.read())


def print_one(printer: SimulatedPrinter) -> None:
    with socket.create_connection(printer.address, timeout=WAIT_S) as host:
        host.sendall(b"Totaal\n\x1bp\x00\x32\x32\x1dV\x00\x1dr\x01")
        assert host.recv(1) == b"\x00"


def test_state_receipts_and_wire_can_be_read(bench: Bench, url: str) -> None:
    print_one(bench.printer)
    state = json.loads(get(f"{url}/state"))
    assert state["printer"]["receipts"] == 1
    assert state["printer"]["drawer_open"] is True
    assert state["scanner"]["port"] == bench.serial().port
    assert get(f"{url}/receipts/1.txt") == b"Totaal\n"
    assert get(f"{url}/receipts/1.png").startswith(b"\x89PNG")
    assert json.loads(get(f"{url}/receipts/1.json"))["lines"] == ["Totaal"]
    assert [one["number"] for one in json.loads(get(f"{url}/receipts"))] == [1]
    assert get(f"{url}/roll.png").startswith(b"\x89PNG")
    wire = json.loads(get(f"{url}/wire?since=0"))["wire"]
    assert any(entry["hex"] == "00" and entry["direction"] == "out" for entry in wire)


def test_faults_paper_drawer_and_scanner_obey_orders(bench: Bench, url: str) -> None:
    assert post(f"{url}/fault", b'{"effect": "paper_out"}')[1]["printer"]["paper"] == "out"
    assert post(f"{url}/fault/clear", b"{}")[1]["printer"]["paper"] == "ok"
    assert post(f"{url}/paper", b'{"roll_mm": 1500}')[1]["printer"]["roll_mm"] == 1500
    assert post(f"{url}/drawer/open", b"")[1]["printer"]["drawer_open"] is True
    assert post(f"{url}/drawer/close", b"")[1]["printer"]["drawer_open"] is False
    assert post(f"{url}/scan", b'{"code": "8710398500526"}')[0] == 200
    assert post(f"{url}/scanner/raw", b'{"hex": "00 ff 0d"}')[0] == 200
    assert post(f"{url}/scanner/unplug", b"")[1]["scanner"]["plugged"] is False
    assert post(f"{url}/scan", b'{"code": "1"}') == (
        409,
        {"code": "unplugged", "message": "the scanner is unplugged; plug it in first"},
    )
    assert post(f"{url}/scanner/plug", b"")[1]["scanner"]["plugged"] is True


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/fault", b'{"effect": "fire"}', 400, "fault_refused"),
        ("/fault", b"not json", 400, "bad_json"),
        ("/fault", b"[]", 400, "bad_json"),
        ("/fault/clear", b'{"effect": 3}', 400, "fault_refused"),
        ("/paper", b'{"roll_mm": "long"}', 400, "bad_number"),
        ("/scan", b"{}", 400, "missing"),
        ("/scan", b'{"code": "1", "via": "pigeon"}', 400, "bad_way"),
        ("/scan", b'{"code": "1", "via": "keyboard"}', 409, "not_fitted"),
        ("/scanner/raw", b'{"hex": "xy"}', 400, "bad_hex"),
        ("/nowhere", b"{}", 404, "not_found"),
        ("/fault", b" " * 70_000, 413, "too_long"),
    ],
)
def test_a_senseless_order_is_refused_with_a_code_and_a_sentence(url: str, path: str, body: bytes, status: int, code: str) -> None:
    answered, content = post(url + path, body)
    assert (answered, content["code"]) == (status, code)
    assert len(content["message"]) > 10


@pytest.mark.parametrize("path", ["/receipts/7.png", "/receipts/x", "/nothing", "/events?since=x"])
def test_what_is_not_there_is_answered_politely(url: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        get(url + path)
    with refused.value as answer:
        assert json.loads(answer.read())["message"]


def test_a_long_poll_ends_when_something_happens(bench: Bench, url: str) -> None:
    answers: list[Any] = []
    poll = threading.Thread(target=lambda: answers.append(json.loads(get(f"{url}/events?since=0&wait=20"))))
    poll.start()
    bench.printer.open_drawer()
    poll.join(WAIT_S)
    assert answers[0]["events"][0]["kind"] == "drawer_open.changed"


def test_the_process_prints_its_addresses_serves_and_ends_at_sigterm(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "drivers.simulated", "--scanner", "crlf", "--out"]
    command.append(str(tmp_path))
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    addresses = json.loads(process.stdout.readline())
    host, _, port = addresses["printer"].removeprefix("tcp://").rpartition(":")
    with socket.create_connection((host, int(port)), timeout=WAIT_S) as line:
        line.sendall(b"hello\n\x1dV\x00\x1dr\x01")
        assert line.recv(1) == b"\x00"
    assert get(f"{addresses['control']}/receipts/1.txt") == b"hello\n"
    process.send_signal(signal.SIGTERM)
    assert process.wait(WAIT_S) == 0
    process.stdout.close()
    assert (tmp_path / "receipt-0001.png").exists()


def test_the_process_says_why_it_cannot_start() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "drivers.simulated", "--printer-port", port]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=WAIT_S, check=False)
    assert ended.returncode == 1
    assert "cannot start" in ended.stderr
