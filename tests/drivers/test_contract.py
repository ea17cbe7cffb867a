"""The contract of a receipt printer, kept by our driver against the printer of the lab."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers import registry
from drivers.api import ConfirmLevel, DeviceState, Fault, ReceiptPrinter, Tools, Verdict
from drivers.escpos.driver import EscPosPrinter
from drivers.simulated.printer.device import SimulatedPrinter
from kiosk.domain.document import Align, Barcode, BarcodeKind, Cut, Document, Line, QrCode
from kiosk.store import spool
from tests.kiosk.spool_bench import Ledger, drain, enqueue, make_printer, make_spooler, prints

TEXTS = (
    "Voorbeeld Sport B.V.",
    "Één paar geïmpregneerde schoenen   € 89,95",
    "L’œuvre à Noël, déjà payée          € 4,20",
    "Zażółć gęślą jaźń                   € 9,99",
    "Größe „XL“                         € 20,00",
    "Καφές ελληνικός                     € 2,50",
)
RECEIPT = Document(
    (
        *(Line(text) for text in TEXTS),
        Line("Rechts", Align.RIGHT),
        QrCode("https://example.com/01/08710398500526?10=A"),
        Barcode(BarcodeKind.EAN13, "8710398500526"),
        Line("TOTAAL € 126,64", bold=True, size=2),
        Cut(),
    ),
    columns=42,
)


@pytest.fixture
def lab() -> Iterator[SimulatedPrinter]:
    with SimulatedPrinter() as printer:
        yield printer


@pytest.fixture
def driver(lab: SimulatedPrinter) -> Iterator[EscPosPrinter]:
    made = make_printer(lab.address[1])
    made.open(lambda health: None)
    yield made
    made.close()


def test_paper_text_and_codes_equal_the_document(lab: SimulatedPrinter, driver: EscPosPrinter) -> None:
    outcome = driver.send(3, driver.encode(RECEIPT))
    assert (outcome.verdict, outcome.level) == (Verdict.CONFIRMED, ConfirmLevel.PROCESS_ID)
    (piece,) = lab.receipts
    lines = [line.strip() for line in piece.lines]
    for text in (*TEXTS, "Rechts", "TOTAAL € 126,64"):
        assert text in lines
    contents = [content for _, content in piece.codes]
    assert contents == ["https://example.com/01/08710398500526?10=A", "8710398500526"]
    assert driver.health().state is DeviceState.READY


def test_a_receipt_is_confirmed_within_a_tenth_of_a_second(driver: EscPosPrinter) -> None:
    data = driver.encode(RECEIPT)
    took = []
    for number in range(9):
        began = time.perf_counter()
        assert driver.send(number, data).verdict is Verdict.CONFIRMED
        took.append(time.perf_counter() - began)
    assert sorted(took)[4] < 0.1


@pytest.mark.parametrize(
    ("effect", "fault", "code"),
    [
        ("paper_out", Fault.PAPER_OUT, "printer.paper-out"),
        ("cover_open", Fault.COVER_OPEN, "printer.cover-open"),
        ("cutter_jam", Fault.CUTTER, "printer.cutter"),
    ],
)
def test_what_stops_the_paper_is_told_and_nothing_is_sent(
    lab: SimulatedPrinter, driver: EscPosPrinter, effect: str, fault: Fault, code: str
) -> None:
    lab.fault(effect)
    outcome = driver.send(3, driver.encode(RECEIPT))
    assert (outcome.verdict, outcome.code) == (Verdict.FAILED, code)
    assert fault in driver.health().faults
    lab.clear_fault(effect)
    assert driver.probe().can_print
    assert driver.send(4, driver.encode(RECEIPT)).verdict is Verdict.CONFIRMED
    assert len(lab.receipts) == 1


def test_near_end_is_shown_and_does_not_stop_anything(lab: SimulatedPrinter, driver: EscPosPrinter) -> None:
    lab.fault("paper_near_end")
    assert driver.send(3, driver.encode(RECEIPT)).verdict is Verdict.CONFIRMED
    assert driver.health().faults == {Fault.PAPER_NEAR_END}
    assert driver.health().state is DeviceState.DEGRADED


@pytest.mark.parametrize("effect", ["off", "stall"])
def test_a_printer_that_is_off_or_hangs_fails_in_time_with_nothing_printed(
    lab: SimulatedPrinter, driver: EscPosPrinter, effect: str
) -> None:
    lab.fault(effect)
    began = time.monotonic()
    outcome = driver.send(3, driver.encode(RECEIPT))
    assert outcome.verdict is Verdict.FAILED
    assert time.monotonic() - began < 2.0
    lab.clear_fault()
    assert driver.send(4, driver.encode(RECEIPT)).verdict is Verdict.CONFIRMED


@pytest.mark.parametrize("effect", ["drop_reply", "half_reply", "garble"])
def test_answers_that_are_damaged_after_the_cut_never_confirm(lab: SimulatedPrinter, driver: EscPosPrinter, effect: str) -> None:
    lab.fault(effect, trigger={"kind": "cut", "n": 1})
    assert driver.send(3, driver.encode(RECEIPT)).verdict is Verdict.UNCERTAIN
    assert len(lab.receipts) == 1


def test_answers_that_come_twice_confirm_once(lab: SimulatedPrinter, driver: EscPosPrinter) -> None:
    lab.fault("double_reply")
    assert driver.send(3, driver.encode(RECEIPT)).verdict is Verdict.CONFIRMED
    assert driver.send(4, driver.encode(RECEIPT)).verdict is Verdict.CONFIRMED
    assert len(lab.receipts) == 2


@pytest.mark.parametrize("keep_buffer", [True, False])
def test_a_power_cycle_in_mid_job_is_uncertain(lab: SimulatedPrinter, driver: EscPosPrinter, keep_buffer: bool) -> None:
    lab.fault("power_cycle", trigger={"kind": "byte", "n": 300}, keep_buffer=keep_buffer)
    outcome = driver.send(3, driver.encode(RECEIPT))
    assert outcome.verdict is Verdict.UNCERTAIN
    assert driver.last_confirmed() != 3


def test_two_tills_share_a_printer_without_mixing_their_receipts(lab: SimulatedPrinter) -> None:
    tills = [make_printer(lab.address[1]) for _ in range(2)]
    for till in tills:
        till.open(lambda health: None)
    for number in range(6):
        data = tills[0].encode(Document((Line(f"till {number % 2}"), Cut())))
        assert tills[number % 2].send(number, data).verdict is Verdict.CONFIRMED
    assert [piece.lines[0].strip() for piece in lab.receipts] == ["till 0", "till 1"] * 3
    for till in tills:
        till.close()


def test_the_drawer_opens_and_its_switch_is_seen(lab: SimulatedPrinter, driver: EscPosPrinter) -> None:
    assert driver.kick_drawer().level is ConfirmLevel.BARRIER
    assert lab.state()["drawer_open"] is True
    assert Fault.DRAWER_OPEN in driver.probe().faults
    lab.close_drawer()
    assert driver.probe().faults == frozenset()


def test_the_address_of_the_lab_is_an_ordinary_address(lab: SimulatedPrinter) -> None:
    host, port = lab.address
    tools = Tools(time.monotonic_ns, random.Random(1).random)
    printer: ReceiptPrinter = registry.receipt_printer(f"escpos+tcp://{host}:{port}", tools)
    printer.open(lambda health: None)
    assert printer.send(1, printer.encode(RECEIPT)).verdict is Verdict.CONFIRMED
    printer.close()


@pytest.mark.parametrize("seed", range(6))
def test_random_faults_lose_nothing_and_double_nothing_unmarked(lab: SimulatedPrinter, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    ledger = Ledger(tmp_path / "ledger.db")
    printer = make_printer(lab.address[1])
    spooler = make_spooler(ledger, printer)
    spooler.recover()
    for number in range(10):
        effect = chance.choice(["cut_line", "power_cycle", "paper_out", "drop_reply", "cover_open"])
        script: dict[str, object] = {
            "trigger": {"kind": "byte", "n": chance.randint(1, 1500)},
            "recovery": {"kind": "after", "n": 0.2},
        }
        if effect == "power_cycle":
            script["keep_buffer"] = chance.random() < 0.5
        lab.fault(effect, **script)
        enqueue(ledger, printer, number)
        drain(spooler)
    lab.clear_fault()
    for job in ledger.run(spool.jobs):
        if job.held:
            spooler.release(job.job_id)
    drain(spooler)
    paper = [line for piece in lab.receipts for line in (*piece.lines, "=cut=")]
    found = prints([line.strip() for line in paper])
    assert sorted(found) == list(range(10))
    assert all(each.count("plain") <= 1 for each in found.values())
    assert all(job.state.value == "confirmed" for job in ledger.run(spool.jobs))
    spooler.stop()
    ledger.close()
