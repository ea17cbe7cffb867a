"""The ESC/POS driver against a small printer on a real socket: good days and bad days."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from drivers.api import ConfirmLevel, DeviceState, Fault, Health, PrintOutcome, Verdict
from drivers.escpos.driver import EscPosPrinter, Limits
from drivers.escpos.profile import Profile
from drivers.transport.tcp import TcpAddress, connect
from kiosk.domain.document import Align, Barcode, BarcodeKind, Cut, Document, Line, QrCode
from tests.drivers.tiny_printer import Faults, TinyPrinter

RECEIPT = Document(
    (
        Line("Voorbeeld B.V.", Align.CENTRE, bold=True, size=2),
        *(Line(f"Artikel {n:02}                       € {n},95") for n in range(30)),
        Line("Żółć, naïve café, ångström"),
        QrCode("https://example.com/01/08710398500526"),
        Barcode(BarcodeKind.EAN13, "8710398500526"),
        Line("TOTAL € 12,50", bold=True, size=2),
        Cut(),
    ),
    columns=42,
)
QUICK = Limits(status_s=0.5, prepare_s=0.5, job_s=1.0)
MakePrinter = Callable[..., EscPosPrinter]


@pytest.fixture
def driver() -> Iterator[MakePrinter]:
    made: list[EscPosPrinter] = []

    def make(tiny: TinyPrinter, profile: Profile | None = None, limits: Limits = QUICK) -> EscPosPrinter:
        address = TcpAddress("127.0.0.1", tiny.port)
        printer = EscPosPrinter(lambda: connect(address, 0.5), profile or Profile(), time.monotonic_ns, limits)
        printer.open(lambda health: None)
        made.append(printer)
        return printer

    yield make
    for printer in made:
        printer.close()
    assert not [t for t in threading.enumerate() if t.name == "printer-reader"]


def test_a_receipt_is_on_paper_as_in_the_document_and_confirmed_by_its_process_id(
    driver: MakePrinter,
) -> None:
    with TinyPrinter() as tiny:
        printer = driver(tiny)
        outcome = printer.send(7, printer.encode(RECEIPT))
        assert outcome == PrintOutcome(Verdict.CONFIRMED, ConfirmLevel.PROCESS_ID)
        lines = [block.text for block in RECEIPT.blocks if isinstance(block, Line)]
        printed = [line for line in tiny.paper if not line.startswith(("<", "="))]
        assert printed == lines
        assert "<code 8710398500526>" in tiny.paper
        assert "<qr https://example.com/01/08710398500526>" in tiny.paper
        assert tiny.paper[-1] == "=cut="
        assert printer.health().state is DeviceState.READY


def test_a_printer_without_process_ids_confirms_by_the_barrier(driver: MakePrinter) -> None:
    with TinyPrinter(knows_process_id=False) as tiny:
        printer = driver(tiny)
        outcome = printer.send(7, printer.encode(RECEIPT))
        assert outcome == PrintOutcome(Verdict.CONFIRMED, ConfirmLevel.BARRIER)
        assert printer.last_confirmed() is None


def test_a_printer_that_answers_nothing_is_confirmed_as_drained(driver: MakePrinter) -> None:
    with TinyPrinter(faults=Faults(mute_barrier=True)) as tiny:
        printer = driver(tiny, Profile(confirm=ConfirmLevel.DRAINED))
        assert printer.send(7, printer.encode(RECEIPT)).level is ConfirmLevel.DRAINED
        assert tiny.wait_for(lambda: "=cut=" in tiny.paper)


def test_nobody_at_the_address_fails_with_nothing_printed() -> None:
    with TinyPrinter() as tiny:
        address = TcpAddress("127.0.0.1", tiny.port)
    heard: list[Health] = []
    printer = EscPosPrinter(lambda: connect(address, 0.5), Profile(), time.monotonic_ns, QUICK)
    printer.open(heard.append)
    assert printer.send(1, b"x\n") == PrintOutcome(Verdict.FAILED, code="device.absent")
    assert heard[-1].state is DeviceState.BACKOFF
    assert heard[-1].code == "device.absent"
    printer.close()


def test_cut_before_the_first_byte_fails_with_nothing_printed(driver: MakePrinter) -> None:
    with TinyPrinter(faults=Faults(cut_before_answering=True)) as tiny:
        printer = driver(tiny)
        outcome = printer.send(1, printer.encode(RECEIPT))
        assert outcome.verdict is Verdict.FAILED
        assert tiny.paper == []
        assert printer.send(2, printer.encode(RECEIPT)).verdict is Verdict.CONFIRMED


@pytest.mark.parametrize("loses", [True, False])
def test_cut_in_mid_job_is_uncertain_and_the_printer_does_not_claim_it(driver: MakePrinter, loses: bool) -> None:
    with TinyPrinter(faults=Faults(cut_after_bytes=300, lose_data_at_cut=loses)) as tiny:
        printer = driver(tiny)
        outcome = printer.send(5, printer.encode(RECEIPT))
        assert outcome.verdict is Verdict.UNCERTAIN
        assert outcome.code == "device.lost"
        assert "=cut=" not in tiny.paper
        assert printer.health().state is DeviceState.LOST
        assert printer.last_confirmed() != 5


def test_cut_after_the_last_byte_is_uncertain_until_the_printer_is_asked(
    driver: MakePrinter,
) -> None:
    with TinyPrinter() as tiny:
        printer = driver(tiny)
        data = printer.encode(RECEIPT)
        # 64 zeros, a second reset and GS a follow the first reset; the process id request of
        # eleven bytes follows the job.
        tiny.faults.cut_after_bytes = 66 + 3 + len(data) + 11
        assert printer.send(5, data).verdict is Verdict.UNCERTAIN
        assert printer.last_confirmed() == 5
        assert tiny.paper.count("=cut=") == 1


def test_a_lost_answer_is_uncertain_and_the_printer_knows_it_was_printed(
    driver: MakePrinter,
) -> None:
    with TinyPrinter(faults=Faults(cut_instead_of_answer=True)) as tiny:
        printer = driver(tiny)
        assert printer.send(5, printer.encode(RECEIPT)).verdict is Verdict.UNCERTAIN
        assert printer.probe().can_print
        assert printer.last_confirmed() == 5


def test_a_printer_that_forgot_its_ids_claims_nothing(driver: MakePrinter) -> None:
    faults = Faults(cut_instead_of_answer=True, forget_process_ids=True)
    with TinyPrinter(faults=faults) as tiny:
        printer = driver(tiny)
        assert printer.send(5, printer.encode(RECEIPT)).verdict is Verdict.UNCERTAIN
        assert printer.last_confirmed() is None


def test_a_printer_that_never_answers_is_uncertain_at_its_deadline(driver: MakePrinter) -> None:
    with TinyPrinter(faults=Faults(mute_barrier=True)) as tiny:
        printer = driver(tiny)
        began = time.monotonic()
        outcome = printer.send(5, printer.encode(RECEIPT))
        assert outcome == PrintOutcome(Verdict.UNCERTAIN, code="printer.no-answer")
        assert time.monotonic() - began < 4.0


def test_without_paper_nothing_is_sent_and_the_fault_is_told(driver: MakePrinter) -> None:
    with TinyPrinter(paper_out=True) as tiny:
        printer = driver(tiny)
        outcome = printer.send(5, printer.encode(RECEIPT))
        assert outcome.verdict is Verdict.FAILED
        assert outcome.code == "printer.paper-out"
        assert Fault.PAPER_OUT in printer.health().faults
        assert printer.health().state is DeviceState.DEGRADED
        tiny.load_paper()
        assert printer.probe().can_print
        assert tiny.paper == []


def test_paper_out_in_mid_receipt_is_uncertain_and_the_rest_is_thrown_away(
    driver: MakePrinter,
) -> None:
    with TinyPrinter(faults=Faults(paper_out_after_lines=10)) as tiny:
        printer = driver(tiny)
        outcome = printer.send(5, printer.encode(RECEIPT))
        assert outcome.verdict is Verdict.UNCERTAIN
        assert outcome.code == "printer.paper-out"
        tiny.load_paper()
        assert printer.probe().can_print
        assert len(tiny.paper) == 10


def test_a_cover_opened_while_the_line_is_held_is_told_by_the_printer_itself() -> None:
    heard: list[Health] = []
    told = threading.Event()

    def listen(health: Health) -> None:
        heard.append(health)
        if Fault.COVER_OPEN in health.faults:
            told.set()

    with TinyPrinter() as tiny:
        address = TcpAddress("127.0.0.1", tiny.port)
        limits = Limits(status_s=0.5, prepare_s=0.5, job_s=1.0, hold_s=20)
        printer = EscPosPrinter(lambda: connect(address, 0.5), Profile(), time.monotonic_ns, limits)
        printer.open(listen)
        assert printer.probe().state is DeviceState.READY
        began = time.monotonic()
        tiny.set_cover(True)
        assert told.wait(5)
        assert time.monotonic() - began < 0.3
        assert printer.health().state is DeviceState.DEGRADED
        printer.close()


def test_a_held_line_is_let_go_when_nobody_uses_it() -> None:
    with TinyPrinter() as tiny:
        address = TcpAddress("127.0.0.1", tiny.port)
        limits = Limits(status_s=0.5, prepare_s=0.5, job_s=1.0, hold_s=0.3)
        printer = EscPosPrinter(lambda: connect(address, 0.5), Profile(), time.monotonic_ns, limits)
        printer.open(lambda health: None)
        printer.probe()
        other = EscPosPrinter(lambda: connect(address, 0.5), Profile(), time.monotonic_ns)
        other.open(lambda health: None)
        assert other.send(3, b"second till\n").verdict is Verdict.CONFIRMED
        assert printer.send(4, b"first till\n").verdict is Verdict.CONFIRMED
        printer.close()
        other.close()


def test_a_printer_that_waits_for_the_rest_of_a_picture_is_freed(driver: MakePrinter) -> None:
    with TinyPrinter() as tiny:
        printer = driver(tiny)
        torn = b"\x1d(k" + (5000).to_bytes(2, "little") + b"1P0half a code"
        address = TcpAddress("127.0.0.1", tiny.port)
        line = connect(address, 1.0)
        assert line.write(torn, 1.0) == len(torn)
        line.close()
        outcome = printer.send(5, printer.encode(RECEIPT))
        assert outcome.verdict is Verdict.CONFIRMED
        assert tiny.paper[1] == "Voorbeeld B.V."


def test_the_drawer_opens_once_and_not_without_paper(driver: MakePrinter) -> None:
    with TinyPrinter() as tiny:
        printer = driver(tiny)
        assert printer.kick_drawer() == PrintOutcome(Verdict.CONFIRMED, ConfirmLevel.BARRIER)
        assert tiny.drawer_pulses == 1
        tiny.paper_out = True
        assert printer.kick_drawer().verdict is Verdict.FAILED
        assert tiny.drawer_pulses == 1


def test_every_job_lets_its_socket_go(driver: MakePrinter) -> None:
    with TinyPrinter() as tiny:
        printer = driver(tiny)
        for number in range(20):
            assert printer.send(number, b"line\n").verdict is Verdict.CONFIRMED
        assert tiny.connections == 20
        assert tiny.paper == ["line"] * 20


def test_closing_from_another_thread_ends_a_job_under_way() -> None:
    with TinyPrinter(faults=Faults(mute_barrier=True)) as tiny:
        address = TcpAddress("127.0.0.1", tiny.port)
        printer = EscPosPrinter(lambda: connect(address, 0.5), Profile(), time.monotonic_ns, Limits(job_s=25))
        printer.open(lambda health: None)
        outcomes: list[PrintOutcome] = []
        sender = threading.Thread(target=lambda: outcomes.append(printer.send(1, b"hello\n")))
        sender.start()
        assert tiny.wait_for(lambda: tiny.paper == ["hello"])
        printer.close()
        sender.join(5)
        assert [outcome.verdict for outcome in outcomes] == [Verdict.UNCERTAIN]
        assert printer.send(2, b"late\n").code == "device.closed"
