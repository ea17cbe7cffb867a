"""Addresses become devices, and a wrong address says what is wrong with it."""

import random
import time
import tomllib
from pathlib import Path

import pytest

from drivers import registry
from drivers.api import ReceiptPrinter, Scanner, Tools
from drivers.errors import AddressRefused
from drivers.transport.address import parse

TOOLS = Tools(time.monotonic_ns, random.Random(1).random)


@pytest.mark.parametrize(
    "address",
    [
        "escpos+tcp://192.0.2.7",
        "escpos+tcp://[2001:db8::7]:9100?hold=20&confirm=barrier&drawer=none&pin=5&pages=16,18",
        "escpos+serial:///dev/ttyS7?baud=38400&xonxoff=1",
    ],
)
def test_a_printer_address_makes_a_printer_and_opens_nothing(address: str) -> None:
    assert isinstance(registry.receipt_printer(address, TOOLS), ReceiptPrinter)
    with pytest.raises(AddressRefused):
        registry.scanner(address, TOOLS)


@pytest.mark.parametrize(
    "address",
    [
        "serial:///dev/serial/by-id/usb-Acme*?framing=stx&source=counter",
        "wedge://?gap=25&suffix=none&layout=us",
        "wedge://?gap=100&prefix=~",
    ],
)
def test_a_scanner_address_makes_a_scanner(address: str) -> None:
    assert isinstance(registry.scanner(address, TOOLS), Scanner)
    with pytest.raises(AddressRefused):
        registry.receipt_printer(address, TOOLS)


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("", "no device address"),
        ("printer", "no device address"),
        ("escpos+tcp://", "use escpos"),
        ("escpos+usb://printer", "use escpos"),
        ("escpos+tcp://h:99999", "outside"),
        ("escpos+tcp://h?hodl=20", "unknown option hodl"),
        ("escpos+tcp://h?hold=40", "outside"),
        ("escpos+tcp://h?pages=16,99", "slots are some of"),
        ("escpos+tcp://h?pages=a", "pages"),
        ("escpos+tcp://h?hold=x", "no number"),
        ("escpos+tcp://h?hold=1&hold=2", "twice"),
        ("escpos+tcp://h?drawer=sideways", "one of high, low, none"),
        ("serial://dev/ttyS0", "three slashes"),
        ("serial:///dev/ttyS0?parity=X", "one of N, E, O"),
        ("serial:///dev/ttyS0?framing=maybe", "one of auto"),
        ("wedge://?gap=100", "prefix"),
        ("wedge://?layout=xx", "layout"),
        ("star+tcp://h", "no driver star"),
    ],
)
def test_a_wrong_address_is_refused_with_what_is_wrong(address: str, word: str) -> None:
    make = registry.receipt_printer if address.startswith("escpos") else registry.scanner
    with pytest.raises(AddressRefused) as refusal:
        make(address, TOOLS)
    assert word in str(refusal.value)
    assert refusal.value.hint
    assert not refusal.value.may_retry


def test_our_own_drivers_are_entry_points_like_those_of_others() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
    points = project["project"]["entry-points"][registry.GROUP]
    assert points == {name: f"{module}:create" for name, module in registry.BUILT_IN.items()}


def test_a_strangers_driver_is_used_by_its_name() -> None:
    made = registry.scanner("other://x", TOOLS, {"other": lambda address, tools: _Deaf()})
    assert isinstance(made, _Deaf)


def test_an_address_knows_its_parts() -> None:
    address = parse("escpos+tcp://[::1]:9100/x%20y?a=1&b=")
    assert (address.driver, address.transport, address.host) == ("escpos", "tcp", "::1")
    assert (address.path, dict(address.options)) == ("/x y", {"a": "1", "b": ""})


class _Deaf:
    """A scanner that never hears anything."""

    def open(self, on_scan: object, on_health: object) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Nothing to do."""

    def health(self) -> object:
        """Nothing to say."""
