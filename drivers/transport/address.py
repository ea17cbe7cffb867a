"""A device as an address: scheme://host:port/path?option=value, each option with its type."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar
from urllib.parse import parse_qsl, unquote

from drivers.errors import AddressRefused

E = TypeVar("E", bound=Enum)

_FORM = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<host>\[[^\]/?]*\]|[^/?:]*)(?::(?P<port>\d*))?"
    r"(?P<path>/[^?]*)?(?:\?(?P<query>.*))?"
)


@dataclass(frozen=True, slots=True)
class Address:
    """A device address in its parts; the getters raise AddressRefused for a wrong value."""

    text: str
    scheme: str
    host: str = ""
    port: int | None = None
    path: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def driver(self) -> str:
        """The driver's name: what stands before the plus."""
        return self.scheme.partition("+")[0]

    @property
    def transport(self) -> str:
        """How the bytes travel: what stands behind the plus, or ""."""
        return self.scheme.partition("+")[2]

    def allow(self, *names: str) -> None:
        """Refuse options that the driver does not know: a misspelt one would do nothing."""
        unknown = sorted(set(self.options) - set(names))
        if unknown:
            raise AddressRefused(f"{self.text}: unknown option {unknown[0]}; known are {', '.join(sorted(names))}")

    def number(self, name: str, default: float, low: float, high: float) -> float:
        """An option that is a number from `low` to `high`."""
        text = self.options.get(name)
        if text is None:
            return default
        try:
            value = float(text)
        except ValueError as error:
            raise AddressRefused(f"{self.text}: {name} is no number") from error
        if not low <= value <= high:
            raise AddressRefused(f"{self.text}: {name} is outside {low:g}..{high:g}")
        return value

    def choice(self, name: str, default: E) -> E:
        """An option that is one of the values of an enumeration."""
        text = self.options.get(name)
        if text is None:
            return default
        kind = type(default)
        try:
            return kind(text)
        except ValueError as error:
            known = ", ".join(str(each.value) for each in kind)
            raise AddressRefused(f"{self.text}: {name} is one of {known}") from error


def parse(text: str) -> Address:
    """Take an address apart; raises AddressRefused.

    >>> address = parse("escpos+tcp://192.0.2.7:9100?hold=20")
    >>> address.driver, address.transport, address.host, address.port, address.options["hold"]
    ('escpos', 'tcp', '192.0.2.7', 9100, '20')
    >>> parse("serial:///dev/serial/by-id/usb-Acme?framing=crlf").path
    '/dev/serial/by-id/usb-Acme'
    """
    form = _FORM.fullmatch(text.strip())
    if form is None:
        raise AddressRefused(f"{text!r} is no device address such as escpos+tcp://printer:9100")
    port = int(form["port"]) if form["port"] else None
    if port is not None and not 1 <= port <= 65535:
        raise AddressRefused(f"{text}: port {port} is outside 1..65535")
    pairs = parse_qsl(form["query"] or "", keep_blank_values=True)
    if len({name for name, _ in pairs}) != len(pairs):
        raise AddressRefused(f"{text}: an option stands there twice")
    return Address(
        text=text.strip(),
        scheme=form["scheme"],
        host=form["host"].strip("[]"),
        port=port,
        path=unquote(form["path"] or ""),
        options=dict(pairs),
    )
