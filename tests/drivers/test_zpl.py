"""The label printer's driver against the lab's: what stands on the label reads back, and no fault is taken for a label."""

import time
from collections.abc import Iterator

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from drivers import registry
from drivers.api import ConfirmLevel, DeviceState, Fault, Health, LabelPrinter, PrintOutcome, ReceiptPrinter, Tools, Verdict
from drivers.errors import AddressRefused
from drivers.simulated.labels.device import SimulatedLabelPrinter
from drivers.simulated.labels.reader import read_format
from drivers.transport.tcp import TcpAddress, connect
from drivers.zpl import frames
from drivers.zpl.driver import Limits, ZplPrinter
from kiosk.domain.label import Label

TOOLS = Tools(time.monotonic_ns, lambda: 0.5)
LINK = "https://id.example/01/08710398500526"
BEER = Label("Grolsch premium pilsener ^_~ 0,0%", "krat 24 x 30 cl · 40021", "€ 12,99", "€ 1,80 per l", "30 dagen laagste: € 15,99",
             "vanaf 23-11", "8710398500526", LINK)  # fmt: skip
SHIRT = Label("T-shirt", "wit · M", "€ 14,99")
QUICK = Limits(status_s=0.5, write_s=0.5, label_s=0.3)


@pytest.fixture
def lab() -> Iterator[SimulatedLabelPrinter]:
    """A label printer."""
    with SimulatedLabelPrinter() as made:
        yield made


@pytest.fixture
def driver(lab: SimulatedLabelPrinter) -> Iterator[ZplPrinter]:
    """Its driver, in a hurry."""
    where = TcpAddress(*lab.address)
    made = ZplPrinter(lambda: connect(where, 0.5), frames.Stock(560, 304), time.monotonic_ns, QUICK)
    made.open(lambda health: None)
    yield made
    made.close()


def send(driver: ZplPrinter, *labels: Label) -> PrintOutcome:
    """Print labels."""
    return driver.send(1, driver.encode_labels(labels))


def test_price_and_codes_of_a_label_read_back_from_its_picture(lab: SimulatedLabelPrinter, driver: ZplPrinter) -> None:
    outcome = send(driver, BEER, SHIRT)
    assert (outcome.verdict, outcome.level) == (Verdict.CONFIRMED, ConfirmLevel.BARRIER)
    beer, shirt = lab.labels
    assert [one.text for one in beer.fields if one.kind == "text"] == [
        BEER.name, BEER.detail, BEER.price, BEER.per, BEER.before, BEER.note,
    ]  # fmt: skip
    assert beer.unknown == [] and [one.kind for one in shirt.fields] == ["text"] * 3
    assert {found.text for found in zxingcpp.read_barcodes(lab.pictures()[0])} == {"8710398500526", LINK}
    assert driver.health().state is DeviceState.READY


@pytest.mark.parametrize("size", [(50, 36), (70, 38), (76, 51), (110, 150)])
def test_nothing_on_a_label_crosses_anything_else_or_its_edge(size: tuple[int, int]) -> None:
    width, height = (part * frames.DOTS_PER_MM for part in size)
    data = frames.label(BEER, frames.Stock(width, height))
    boxes = []
    for one in read_format(data.removeprefix(b"^XA")).fields:
        wide = {"ean13": 190, "qr": 99}.get(one.kind, one.width)
        high = {"ean13": one.height + 24, "qr": 99}.get(one.kind, one.height * one.lines)
        boxes.append((one.x, one.y, one.x + wide, one.y + high, one.text))
    assert all(right <= width and bottom <= height for _, _, right, bottom, _ in boxes), boxes
    crossed = [
        (a[4], b[4]) for n, a in enumerate(boxes) for b in boxes[n + 1 :]
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]  # fmt: skip
    assert crossed == []


@pytest.mark.parametrize(
    ("fault", "code", "told"),
    [("paper", "printer.paper-out", Fault.PAPER_OUT), ("head", "printer.cover-open", Fault.COVER_OPEN),
     ("pause", "printer.offline", Fault.OFFLINE), ("ribbon", "printer.mechanical", Fault.MECHANICAL),
     ("hot", "printer.overheated", Fault.OVERHEATED)],
)  # fmt: skip
def test_a_printer_that_cannot_print_is_sent_nothing(
    lab: SimulatedLabelPrinter, driver: ZplPrinter, fault: str, code: str, told: Fault
) -> None:
    lab.set_fault(fault, True)
    assert send(driver, SHIRT) == PrintOutcome(Verdict.FAILED, code=code, faults=frozenset({told}))
    assert lab.waiting == 0 and driver.probe().code == code
    lab.set_fault(fault, False)
    assert send(driver, SHIRT).verdict is Verdict.CONFIRMED and len(lab.labels) == 1


def test_paper_that_ends_in_mid_job_leaves_it_in_doubt_and_nothing_in_the_printers_memory(
    lab: SimulatedLabelPrinter, driver: ZplPrinter
) -> None:
    lab.stop_after = 1
    outcome = send(driver, SHIRT, SHIRT, SHIRT)
    assert (outcome.verdict, outcome.code) == (Verdict.UNCERTAIN, "printer.paper-out")
    with lab.changed:
        assert lab.changed.wait_for(lambda: not lab._waiting, 5)
    lab.set_fault("paper", False)
    assert len(lab.labels) == 1, "the rest was taken out: it is printed again whole"


def test_a_line_that_is_cut_in_mid_job_leaves_it_in_doubt(lab: SimulatedLabelPrinter, driver: ZplPrinter) -> None:
    lab.hang_up_after = 1
    outcome = send(driver, SHIRT, SHIRT)
    assert (outcome.verdict, outcome.code) == (Verdict.UNCERTAIN, "device.lost")
    assert driver.health().state is DeviceState.LOST


def test_a_printer_that_answers_nothing_or_is_off_was_sent_nothing(lab: SimulatedLabelPrinter, driver: ZplPrinter) -> None:
    lab.mute = True
    assert send(driver, SHIRT) == PrintOutcome(Verdict.FAILED, code="device.timeout")
    assert lab.labels == []
    lab.stop()
    heard: list[Health] = []
    driver.open(heard.append)
    assert send(driver, SHIRT).code == "device.absent" and heard[-1].state is DeviceState.BACKOFF


def test_an_address_leads_to_a_label_printer_and_to_no_receipt_printer() -> None:
    made = registry.label_printer("zpl+tcp://192.0.2.9:9100?width=76&height=51", TOOLS)
    assert isinstance(made, LabelPrinter) and not isinstance(made, ReceiptPrinter)
    assert b"^PW608^LL408" in made.encode_labels([SHIRT])
    for wrong in ("zpl+tcp://", "zpl+serial:///dev/x", "zpl+tcp://x?widht=3", "zpl+tcp://x?width=5", "escpos+tcp://x"):
        with pytest.raises(AddressRefused):
            registry.label_printer(wrong, TOOLS)
    with pytest.raises(AddressRefused):
        registry.receipt_printer("zpl+tcp://192.0.2.9", TOOLS)


@given(st.text(max_size=200))
def test_no_text_becomes_a_command(text: str) -> None:
    data = frames.field_data(text)
    assert not set(data) & set(b"^~\\") and b"\n" not in data


@given(st.binary(max_size=200))
def test_any_bytes_are_a_status_or_none(data: bytes) -> None:
    found = frames.status_of(b"\x02" + data)
    assert found is None or found.waiting >= 0
