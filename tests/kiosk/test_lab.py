"""The device lab: its window over real simulators, its process, its command."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial
import typer
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt, qInstallMessageHandler
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from typer.testing import CliRunner

from drivers.simulated.bench import Bench
from drivers.simulated.control import ControlPort
from drivers.simulated.printer.device import SimulatedPrinter
from drivers.simulated.scanner.serial import SerialScanner
from kiosk.apps.lab import SAMPLES
from kiosk.commands.lab import lab
from kiosk.text import words
from kiosk.ui.lab_client import LabClient, LabRefused
from kiosk.ui.lab_model import FAULT_GROUPS, LabModel
from kiosk.ui.lab_window import LAB, load

WAIT_MS = 20_000
WAIT_S = 20.0


@pytest.fixture
def bench() -> Iterator[Bench]:
    with SimulatedPrinter() as printer, SerialScanner() as scanner:
        yield Bench(printer, scanner)


@pytest.fixture
def control(bench: Bench) -> Iterator[ControlPort]:
    port = ControlPort(bench).start()
    yield port
    port.stop()


@pytest.fixture
def model(qtbot: QtBot, control: ControlPort) -> Iterator[LabModel]:
    model = LabModel(LabClient(control.url), SAMPLES)
    with qtbot.waitSignal(model.changed, timeout=WAIT_MS):
        model.start()
    yield model
    model.stop()


@pytest.fixture
def warnings() -> Iterator[list[str]]:
    seen: list[str] = []
    before = qInstallMessageHandler(lambda kind, context, message: seen.append(message))
    yield seen
    qInstallMessageHandler(before)


@pytest.fixture
def window(qtbot: QtBot, model: LabModel, warnings: list[str]) -> Iterator[QQuickWindow]:
    engine = QQmlApplicationEngine()
    load(engine, model)
    roots = engine.rootObjects()
    assert roots, warnings
    window = roots[0]
    assert isinstance(window, QQuickWindow)
    qtbot.waitExposed(window)
    yield window
    window.close()
    # Now, not at some later turn of the loop: the model that its screens look at goes next.
    engine.deleteLater()
    QCoreApplication.sendPostedEvents(engine, QEvent.Type.DeferredDelete.value)
    assert [warning for warning in warnings if "qml" in warning.lower()] == []


def print_receipt(printer: SimulatedPrinter, job: bytes) -> None:
    with socket.create_connection(printer.address, timeout=WAIT_S) as host:
        host.sendall(job + b"\x1dr\x01")
        assert host.recv(1) == b"\x00"


def items(root: QQuickItem) -> Iterator[QQuickItem]:
    yield root
    for child in root.childItems():
        yield from items(child)


def button(window: QQuickWindow, text: str) -> QQuickItem:
    for item in items(window.contentItem()):
        if item.inherits("QQuickAbstractButton") and item.property("text") == text:
            return item
    raise AssertionError(f"there is no button {text!r}")


def click(window: QQuickWindow, text: str) -> None:
    item = button(window, text)
    middle = item.mapToScene(QPoint(int(item.width() / 2), int(item.height() / 2)))
    QTest.mouseClick(
        window,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QPoint(int(middle.x()), int(middle.y())),
    )


def test_a_printed_receipt_shows_as_a_picture_and_its_bytes_on_the_wire(
    qtbot: QtBot, bench: Bench, model: LabModel, window: QQuickWindow
) -> None:
    print_receipt(bench.printer, b"Totaal 1,95\n\x1dV\x00")
    rows = model.property("receipts")
    qtbot.waitUntil(lambda: bool(rows.rowCount() == 1), timeout=WAIT_MS)
    picture = f"{LabClient(model.property('controlAddress')).url}/receipts/1.png"

    def shown() -> bool:
        return any(
            item.inherits("QQuickImage") and item.property("source").toString() == picture and item.property("implicitWidth") == 640
            for item in items(window.contentItem())
        )

    qtbot.waitUntil(shown, timeout=WAIT_MS)
    wire = model.property("wire")
    letters = [wire.data(wire.index(row, 0), 0x0100 + 3) for row in range(wire.rowCount())]
    assert "Totaal 1,95" in "".join(letters)


def test_a_fault_button_strikes_and_ends_the_fault(qtbot: QtBot, bench: Bench, model: LabModel, window: QQuickWindow) -> None:
    click(window, "Paper out")
    qtbot.waitUntil(lambda: bench.printer.state()["paper"] == "out", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: bool(button(window, "Paper out").property("active")), timeout=WAIT_MS)
    click(window, "Paper out")
    qtbot.waitUntil(lambda: bench.printer.state()["paper"] == "ok", timeout=WAIT_MS)


def test_a_fault_for_later_shows_as_armed_and_can_be_taken_back(
    qtbot: QtBot, bench: Bench, model: LabModel, window: QQuickWindow
) -> None:
    click(window, "at cut")
    click(window, "Lose answers")
    qtbot.waitUntil(lambda: bool(button(window, "Lose answers").property("armed")), timeout=WAIT_MS)
    assert bench.printer.state()["faults_armed"] == ["drop_reply"]
    click(window, "All well again")
    qtbot.waitUntil(lambda: bench.printer.state()["faults_armed"] == [], timeout=WAIT_MS)


def test_the_open_drawer_is_seen_and_pushed_shut(qtbot: QtBot, bench: Bench, model: LabModel, window: QQuickWindow) -> None:
    print_receipt(bench.printer, b"\x1bp\x00\x32\x32")
    qtbot.waitUntil(lambda: bool(model.property("drawerOpen")), timeout=WAIT_MS)
    click(window, "Close drawer")
    qtbot.waitUntil(lambda: bench.printer.state()["drawer_open"] is False, timeout=WAIT_MS)


def test_a_sample_is_scanned_over_the_cable(qtbot: QtBot, bench: Bench, window: QQuickWindow) -> None:
    with serial.Serial(bench.serial().port, 9600, timeout=WAIT_S) as host:
        click(window, "EAN-13")
        assert host.read(14) == b"8710398500526\r"


def test_a_refused_order_is_told_in_a_sentence(qtbot: QtBot, bench: Bench, model: LabModel) -> None:
    bench.serial().unplug()
    with qtbot.waitSignal(model.refused, timeout=WAIT_MS) as refused:
        model.scan("1", "serial")
    assert "unplugged" in refused.args[0]
    with qtbot.waitSignal(model.refused, timeout=WAIT_MS):
        model.toggleFault("off", "byte", "many")


def test_simulators_that_end_are_told_and_found_again(qtbot: QtBot, bench: Bench) -> None:
    first = ControlPort(bench).start()
    client = LabClient(first.url)
    model = LabModel(client, SAMPLES)
    model.start()
    qtbot.waitUntil(lambda: bool(model.property("powered")), timeout=WAIT_MS)
    first.stop()
    bench.printer.open_drawer()  # ends the wait for news that is under way
    qtbot.waitUntil(lambda: model.property("problem") != "", timeout=WAIT_MS)
    assert model.property("powered") is False
    # Another port: the old one may belong to somebody else by now.
    second = ControlPort(bench).start()
    client.url = second.url
    qtbot.waitUntil(lambda: model.property("problem") == "", timeout=WAIT_MS)
    model.stop()
    second.stop()


def test_a_control_port_that_talks_nonsense_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = LabClient(f"http://127.0.0.1:{server.getsockname()[1]}")
        server.close()
        with pytest.raises(LabRefused):
            client.state()


def test_the_samples_of_the_scanner_have_dutch_names() -> None:
    dutch = words("nl")
    same_in_both = {"EAN-13", "EAN-8", "GS1 Digital Link", "GS1 element string"}
    assert {one["name"] for one in SAMPLES if dutch(one["name"]) == one["name"]} <= same_in_both


def test_every_fault_of_the_panel_has_a_name_and_every_effect_a_button() -> None:
    shown = [effect for group in FAULT_GROUPS.values() for effect in group]
    source = (LAB / "LabWords.qml").read_text(encoding="utf-8")
    assert all(f'"{effect}"' in source for effect in shown)


def test_the_lab_without_a_window_prints_its_addresses_and_takes_all_with_it() -> None:
    program = "from kiosk.apps.lab import LabOptions, run; run(LabOptions(headless=True))"
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    addresses = json.loads(process.stdout.readline())
    client = LabClient(addresses["control"])
    assert client.state()["printer"]["online"] is True
    process.send_signal(signal.SIGKILL)
    process.wait(WAIT_S)
    # The simulators hold the other end of the pipe: it closes when they have ended.
    assert process.stdout.read() == ""
    process.stdout.close()
    with pytest.raises(LabRefused):
        client.state()


@pytest.fixture
def application() -> typer.Typer:
    application = typer.Typer()
    application.command()(lab)
    return application


def test_the_command_helps_with_an_example(application: typer.Typer) -> None:
    answer = CliRunner().invoke(application, ["--help"])
    assert answer.exit_code == 0
    assert "Example" in answer.output


def test_the_command_refuses_a_port_that_is_none(application: typer.Typer) -> None:
    assert CliRunner().invoke(application, ["--printer-port", "70000"]).exit_code == 2


def test_the_command_says_when_the_port_is_taken(application: typer.Typer, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        arguments = ["--headless", "--printer-port", port, "--data", str(tmp_path)]
        answer = CliRunner().invoke(application, arguments)
    assert answer.exit_code == 1
    assert "did not start" in answer.output + str(answer.stderr)


def test_no_item_of_the_window_is_smaller_than_a_finger(qtbot: QtBot, window: QQuickWindow) -> None:
    small = [
        item.property("text")
        for item in items(window.contentItem())
        if item.inherits("QQuickAbstractButton") and item.isVisible() and item.height() < 24
    ]
    assert small == []
    assert isinstance(window, QObject)
