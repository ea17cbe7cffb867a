"""From an address in the settings to a device: our own drivers and those of others."""

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points

from drivers.api import ReceiptPrinter, Scanner, Tools
from drivers.errors import AddressRefused
from drivers.escpos import driver as escpos
from drivers.serialscanner import driver as serialscanner
from drivers.transport.address import Address, parse
from drivers.wedge import driver as wedge

GROUP = "toonbank.drivers"
Create = Callable[[Address, Tools], object]

BUILT_IN: Mapping[str, Create] = {
    "escpos": escpos.create,
    "serial": serialscanner.create,
    "wedge": wedge.create,
}
"""Our own, by the first part of the scheme; they work where no package data is installed."""


def installed() -> dict[str, Create]:
    """Every driver by its name; a stranger's entry point cannot take the name of one of ours."""
    found: dict[str, Create] = dict(BUILT_IN)
    for entry in entry_points(group=GROUP):
        if entry.name not in found:
            found[entry.name] = entry.load()
    return found


def receipt_printer(address: str, tools: Tools, drivers: Mapping[str, Create] | None = None) -> ReceiptPrinter:
    """The receipt printer at an address; raises AddressRefused. Opens nothing."""
    device = _create(address, tools, drivers)
    if not isinstance(device, ReceiptPrinter):
        raise AddressRefused(f"{address} is no receipt printer")
    return device


def scanner(address: str, tools: Tools, drivers: Mapping[str, Create] | None = None) -> Scanner:
    """The scanner at an address; raises AddressRefused. Opens nothing."""
    device = _create(address, tools, drivers)
    if isinstance(device, ReceiptPrinter) or not isinstance(device, Scanner):
        raise AddressRefused(f"{address} is no scanner")
    return device


def _create(text: str, tools: Tools, drivers: Mapping[str, Create] | None) -> object:
    address = parse(text)
    known = BUILT_IN if drivers is None else drivers
    if drivers is None and address.driver not in known:
        known = installed()  # reads what every installed package says of itself, which a start has no time for
    create = known.get(address.driver)
    if create is None:
        raise AddressRefused(f"{text}: there is no driver {address.driver}; known are {', '.join(sorted(known))}")
    return create(address, tools)
