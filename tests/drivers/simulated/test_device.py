"""The simulated printer on a real socket: hosts, faults, held data, receipts on disk."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.simulated.printer.device import SimulatedPrinter
from drivers.simulated.printer.faults import FaultRefused

CUT = b"\x1dV\x00"
BARRIER = b"\x1dr\x01"
WAIT_S = 20.0


@pytest.fixture
def printer() -> Iterator[SimulatedPrinter]:
    with SimulatedPrinter() as simulated:
        yield simulated


def connect(printer: SimulatedPrinter) -> socket.socket:
    return socket.create_connection(printer.address, timeout=WAIT_S)


def ask(host: socket.socket, data: bytes, size: int = 1) -> bytes:
    host.sendall(data)
    reply = b""
    while len(reply) < size:
        part = host.recv(size - len(reply))
        assert part, "the printer hung up"
        reply += part
    return reply


def journal_of(printer: SimulatedPrinter) -> list[str]:
    return [event.kind for event in printer.journal.events()]


def test_a_receipt_comes_out_and_the_barrier_says_so(printer: SimulatedPrinter) -> None:
    with connect(printer) as host:
        assert ask(host, b"\x1b@Totaal \x1bt\x13\xd5 1,95\n" + CUT + BARRIER) == b"\x00"
    (receipt,) = printer.receipts
    assert receipt.lines == ("Totaal € 1,95",)
    assert not receipt.torn
    assert printer.receipt_png(receipt).startswith(b"\x89PNG")


def test_the_second_host_waits_until_the_first_has_gone(printer: SimulatedPrinter) -> None:
    with connect(printer) as first, connect(printer) as second:
        assert ask(first, b"first\n" + BARRIER) == b"\x00"
        second.sendall(b"second\n" + CUT + BARRIER)
        assert ask(first, CUT + BARRIER) == b"\x00"
        assert len(printer.receipts) == 1
        first.close()
        assert ask(second, b"") == b"\x00"
    assert [receipt.lines for receipt in printer.receipts] == [("first",), ("second",)]


def test_paper_out_at_a_byte_holds_the_rest_until_paper_is_put_in(
    printer: SimulatedPrinter,
) -> None:
    printer.fault("paper_out", trigger={"kind": "byte", "n": 8})
    with connect(printer) as host:
        host.sendall(b"line 1\nline 2\nline 3\n" + CUT + BARRIER)
        assert printer.wait_for(lambda p: p.state()["paper"] == "out", WAIT_S)
        assert ask(host, b"\x10\x04\x04") == b"\x7e"
        assert printer.receipts == []
        printer.load_paper()
        assert ask(host, b"") == b"\x00"
    assert printer.receipts[0].lines == ("line 1", "line 2", "line 3")


def test_every_change_is_pushed_to_a_host_that_asked_for_it(printer: SimulatedPrinter) -> None:
    with connect(printer) as host:
        assert ask(host, b"\x1da\xff", 4).hex() == "10000000"
        printer.fault("cover_open")
        assert ask(host, b"", 4).hex() == "38000000"
        printer.clear_fault("cover_open")
        assert ask(host, b"", 4).hex() == "10000000"
        assert ask(host, b"\x1bp\x00\x32\x32", 4).hex() == "14000000"
        printer.close_drawer()
        assert ask(host, b"", 4).hex() == "10000000"
    assert printer.state()["drawer_pulses"] == 1


@pytest.mark.parametrize(("bytes_taken", "lines"), [(0, None), (7, ("line 1",)), (18, ("line 1", "line 2"))])
def test_a_line_cut_in_mid_job_leaves_torn_paper(
    printer: SimulatedPrinter, bytes_taken: int, lines: tuple[str, ...] | None
) -> None:
    trigger = {"kind": "byte", "n": bytes_taken} if bytes_taken else {"kind": "connection", "n": 1}
    printer.fault("cut_line", trigger=trigger)
    with pytest.raises(OSError), connect(printer) as host:
        host.sendall(b"line 1\nline 2\nline 3\n" + CUT + BARRIER)
        if host.recv(1) == b"":
            raise ConnectionResetError
    assert printer.wait_for(lambda p: not p.state()["faults_armed"], WAIT_S)
    with connect(printer) as host:
        assert ask(host, b"\x00" * 100 + b"\x1b@whole\n" + CUT + BARRIER) == b"\x00"
    pieces = [(piece.torn, piece.lines) for piece in printer.receipts]
    assert pieces == ([(True, lines)] if lines else []) + [(False, ("whole",))]


def test_the_power_goes_after_the_second_line_whatever_was_sent_before_it(
    printer: SimulatedPrinter,
) -> None:
    printer.fault("power_cycle", trigger={"kind": "line", "n": 2})
    with pytest.raises(OSError), connect(printer) as host:
        host.sendall(b"\x00" * 8192 + b"\x1b@line 1\n\nline 2\nline 3\n" + CUT + BARRIER)
        if host.recv(1) == b"":
            raise ConnectionResetError
    assert printer.wait_for(lambda p: len(p.receipts) == 1, WAIT_S)
    assert printer.receipts[0].lines == ("line 1", "", "line 2")
    assert printer.receipts[0].torn


def test_an_answer_is_lost_although_the_receipt_is_whole(printer: SimulatedPrinter) -> None:
    printer.fault("drop_reply", trigger={"kind": "cut", "n": 1}, recovery="connection")
    with connect(printer) as host:
        host.sendall(b"paid\n" + CUT + BARRIER)
        assert printer.wait_for(lambda p: any(entry.direction == "lost" for entry in p.journal.wire()), WAIT_S)
    assert printer.wait_for(lambda p: not p.state()["faults_active"], WAIT_S)
    assert [receipt.lines for receipt in printer.receipts] == [("paid",)]
    with connect(printer) as host:
        assert ask(host, BARRIER) == b"\x00"


@pytest.mark.parametrize(
    ("effect", "check"),
    [
        ("double_reply", lambda reply: reply == b"\x10\x00\x00\x00" * 2),
        ("half_reply", lambda reply: reply == b"\x10\x00"),
        ("garble", lambda reply: len(reply) == 4 and reply != b"\x10\x00\x00\x00"),
    ],
)
def test_answers_are_spoiled_once_and_then_right_again(printer: SimulatedPrinter, effect: str, check: object) -> None:
    printer.fault(effect, recovery={"kind": "replies", "n": 1})
    with connect(printer) as host:
        size = {"double_reply": 8, "half_reply": 2, "garble": 4}[effect]
        assert callable(check) and check(ask(host, b"\x1da\xff", size))
        assert ask(host, BARRIER) == b"\x00"


def test_a_printer_without_power_refuses_and_keeps_its_port(printer: SimulatedPrinter) -> None:
    address = printer.address
    with connect(printer) as host:
        ask(host, b"half a receipt\n" + BARRIER)
        printer.fault("off")
        with pytest.raises(OSError):
            socket.create_connection(address, timeout=WAIT_S)
    assert [piece.torn for piece in printer.receipts] == [True]
    printer.clear_fault("off")
    assert printer.address == address
    with connect(printer) as host:
        assert ask(host, BARRIER) == b"\x00"


@pytest.mark.parametrize("keep_buffer", [True, False])
def test_a_power_cycle_loses_the_held_data_unless_the_buffer_is_kept(printer: SimulatedPrinter, keep_buffer: bool) -> None:
    printer.fault("paper_out")
    with connect(printer) as host:
        host.sendall(b"held\n" + CUT)
        assert printer.wait_for(lambda p: p.state()["held_bytes"] == len(b"\n" + CUT), WAIT_S)
        printer.fault("power_cycle", keep_buffer=keep_buffer)
    printer.load_paper()
    assert [piece.lines for piece in printer.receipts] == ([("held",)] if keep_buffer else [])


def test_a_stalled_printer_takes_connections_and_says_nothing(printer: SimulatedPrinter) -> None:
    printer.fault("stall")
    with connect(printer) as host:
        host.sendall(b"\x10\x04\x01")
        assert printer.wait_for(lambda p: p.state()["connections"] == 1, WAIT_S)
        host.settimeout(0.2)
        with pytest.raises(TimeoutError):
            host.recv(1)
        host.settimeout(WAIT_S)
        printer.clear_fault()
        assert host.recv(1) == b"\x12"


def test_a_full_buffer_makes_the_sender_wait_and_loses_nothing(printer: SimulatedPrinter) -> None:
    printer.fault("paper_out")
    job = b"0123456789\n" * 20_000 + CUT + BARRIER
    with connect(printer) as host:
        host.setblocking(False)
        sent = 0
        assert printer.wait_for(lambda p: p.state()["connections"] == 1, WAIT_S)
        while not printer.wait_for(lambda p: int(str(p.state()["held_bytes"])) >= 65536, 0.05):
            sent += host.send(job[sent : sent + 8192])
        printer.load_paper()
        host.settimeout(WAIT_S)
        host.sendall(job[sent:])
        assert host.recv(1) == b"\x00"
    assert len(printer.receipts[0].lines) == 20_000


def test_a_timed_fault_comes_and_goes_by_itself(printer: SimulatedPrinter) -> None:
    printer.fault(
        "cover_open",
        trigger={"kind": "after", "seconds": 0.05},
        recovery={"kind": "after", "seconds": 0.05},
    )
    assert printer.wait_for(lambda p: "fault.cleared" in journal_of(p), WAIT_S)
    told = [event for event in journal_of(printer) if event.startswith(("fault", "cover"))]
    assert told == [
        "fault.armed",
        "fault.struck",
        "cover_open.changed",
        "fault.cleared",
        "cover_open.changed",
    ]
    assert printer.state()["cover_open"] is False


def test_an_armed_fault_can_be_taken_back(printer: SimulatedPrinter) -> None:
    printer.fault("cut_line", trigger={"kind": "byte", "n": 1})
    printer.clear_fault()
    with connect(printer) as host:
        assert ask(host, BARRIER) == b"\x00"


@pytest.mark.parametrize(
    "script",
    [
        {"effect": "fire"},
        {"effect": "off", "trigger": "sometime"},
        {"effect": "off", "trigger": {"kind": "byte"}},
        {"effect": "off", "recovery": {"kind": "after", "seconds": -1}},
        {"effect": "slow", "bytes_per_s": 0},
        {"effect": "slow", "trigger": 7},
    ],
)
def test_a_fault_script_that_makes_no_sense_is_refused(printer: SimulatedPrinter, script: dict[str, object]) -> None:
    with pytest.raises(FaultRefused):
        printer.fault(str(script.pop("effect")), **script)


def test_a_silent_host_is_put_out_so_that_the_next_one_can_print() -> None:
    with SimulatedPrinter(idle_timeout_s=0.1) as printer, connect(printer) as silent:
        with connect(printer) as second:
            assert ask(second, BARRIER) == b"\x00"
        assert silent.recv(1) == b""


def test_receipts_are_saved_as_picture_text_and_facts(tmp_path: Path) -> None:
    with SimulatedPrinter(out=tmp_path) as printer, connect(printer) as host:
        ask(host, b"\x1ba\x01Caf\xe9\x1bt\x10 \x80\n" + CUT + BARRIER)
    assert (tmp_path / "receipt-0001.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "receipt-0001.txt").read_text(encoding="utf-8").strip().endswith("€")
    facts = json.loads((tmp_path / "receipt-0001.json").read_text(encoding="utf-8"))
    assert facts["cut"] == "full"
    assert facts["torn"] is False


def test_a_slow_printer_takes_its_time(printer: SimulatedPrinter) -> None:
    printer.fault("slow", bytes_per_s=1000)
    with connect(printer) as host:
        assert ask(host, b"a" * 100 + b"\n" + CUT + BARRIER) == b"\x00"
    entries = [entry for entry in printer.journal.wire() if entry.direction == "in"]
    assert entries[-1].at_s - entries[0].at_s >= 0.08
