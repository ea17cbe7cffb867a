"""From an address in the settings to a device: our own drivers and those of others."""

from collections.abc import Callable, Mapping
from importlib import import_module

from drivers.api import Camera, LabelPrinter, PaymentTerminal, ReceiptPrinter, Scanner, Tools
from drivers.errors import AddressRefused
from drivers.transport.address import Address, parse

GROUP = "toonbank.drivers"
Create = Callable[[Address, Tools], object]

BUILT_IN: Mapping[str, str] = {
    "camera": "drivers.camera.driver",
    "escpos": "drivers.escpos.driver",
    "nexo": "drivers.nexo.driver",
    "serial": "drivers.serialscanner.driver",
    "wedge": "drivers.wedge.driver",
    "zpl": "drivers.zpl.driver",
}
"""Our own, by the first part of the scheme; they work where no package data is installed. A till loads what it has."""


def installed() -> dict[str, Create]:
    """Every driver by its name; a stranger's entry point cannot take the name of one of ours."""
    found = {name: _own(name) for name in BUILT_IN}
    for entry in import_module("importlib.metadata").entry_points(group=GROUP):
        if entry.name not in found:
            found[entry.name] = entry.load()
    return found


def receipt_printer(address: str, tools: Tools, drivers: Mapping[str, Create] | None = None) -> ReceiptPrinter:
    """The receipt printer at an address; raises AddressRefused. Opens nothing."""
    device = _create(address, tools, drivers)
    if not isinstance(device, ReceiptPrinter):
        raise AddressRefused(f"{address} is no receipt printer")
    return device


def label_printer(address: str, tools: Tools, drivers: Mapping[str, Create] | None = None) -> LabelPrinter:
    """The label printer at an address; raises AddressRefused. Opens nothing."""
    device = _create(address, tools, drivers)
    if not isinstance(device, LabelPrinter):
        raise AddressRefused(f"{address} is no label printer")
    return device


def scanner(address: str, tools: Tools, drivers: Mapping[str, Create] | None = None) -> Scanner:
    """The scanner at an address; raises AddressRefused. Opens nothing."""
    device = _create(address, tools, drivers)
    if isinstance(device, ReceiptPrinter | Camera) or not isinstance(device, Scanner):
        raise AddressRefused(f"{address} is no scanner")
    return device


def camera(address: str, tools: Tools, drivers: Mapping[str, Create] | None = None) -> Camera:
    """The camera at an address; raises AddressRefused. Opens nothing."""
    device = _create(address, tools, drivers)
    if not isinstance(device, Camera):
        raise AddressRefused(f"{address} is no camera")
    return device


def payment_terminal(address: str, tools: Tools, drivers: Mapping[str, Create] | None = None) -> PaymentTerminal:
    """The card terminal at an address; raises AddressRefused. Opens nothing."""
    device = _create(address, tools, drivers)
    if not isinstance(device, PaymentTerminal):
        raise AddressRefused(f"{address} is no card terminal")
    return device


def _own(name: str) -> Create:
    create: Create = import_module(BUILT_IN[name]).create
    return create


def _create(text: str, tools: Tools, drivers: Mapping[str, Create] | None) -> object:
    address = parse(text)
    if drivers is None and address.driver in BUILT_IN:
        return _own(address.driver)(address, tools)
    known = installed() if drivers is None else drivers  # asks every installed package: a start has no time for it
    create = known.get(address.driver)
    if create is None:
        raise AddressRefused(f"{text}: there is no driver {address.driver}; known are {', '.join(sorted(known))}")
    return create(address, tools)
