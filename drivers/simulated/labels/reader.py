"""ZPL II as a label printer reads it: immediate commands at once, formats from ^XA to ^XZ as fields with a place."""

import re
from dataclasses import dataclass, field

_COMMAND = re.compile(rb"\^([A-Z0-9@]{2}|A)")
_HEX = re.compile(rb"_([0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class Field:
    """What ^FD printed: `kind` is text, ean13, code128, qr or box; place and size in dots."""

    kind: str
    text: str
    x: int
    y: int
    height: int
    width: int = 0
    lines: int = 1
    module: int = 2


@dataclass
class Format:
    """One label."""

    width: int = 0
    height: int = 0
    copies: int = 1
    fields: list[Field] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


@dataclass
class _Pen:
    """What commands said since the last ^FS."""

    x: int = 0
    y: int = 0
    kind: str = "text"
    height: int = 20
    width: int = 0
    lines: int = 1
    module: int = 2
    hex: bool = False


class Reader:
    """Takes bytes as they come; gives what is to be done: `HS`, `JA`, or a Format."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> list[str | Format]:
        """What became complete by these bytes."""
        self._held += data
        made: list[str | Format] = []
        while self._held:
            tilde, start = self._held.find(b"~"), self._held.find(b"^XA")
            if tilde >= 0 and (start < 0 or tilde < start):
                if len(self._held) < tilde + 3:
                    break
                made.append(self._held[tilde + 1 : tilde + 3].decode("ascii", "replace"))
                self._held = self._held[tilde + 3 :]
                continue
            end = self._held.find(b"^XZ", max(start, 0))
            if start < 0 or end < 0:
                break
            made.append(read_format(self._held[start + 3 : end]))
            self._held = self._held[end + 3 :]
        return made


def read_format(data: bytes) -> Format:
    """The fields of one format, without its ^XA and ^XZ."""
    made, pen, module = Format(), _Pen(), 2
    found = list(_COMMAND.finditer(data))
    for one, after in zip(found, [*found[1:], None], strict=True):
        value = data[one.end() : after.start() if after is not None else len(data)]
        name = one[1].decode()
        numbers = [int(part) if part.strip().isdigit() else 0 for part in value.split(b",")]
        if name == "PW":
            made.width = numbers[0]
        elif name == "LL":
            made.height = numbers[0]
        elif name == "PQ":
            made.copies = max(1, numbers[0])
        elif name == "FO":
            pen.x, pen.y = numbers[:2]
        elif name in ("A0", "A"):
            pen.height = numbers[1] or 20
        elif name == "FB":
            pen.width, pen.lines = numbers[0], max(1, numbers[1])
        elif name == "FH":
            pen.hex = True
        elif name == "BY":
            module = numbers[0] or 2
        elif name == "BE":
            pen.kind, pen.height, pen.module = "ean13", numbers[1], module
        elif name == "BC":
            pen.kind, pen.height, pen.module = "code128", numbers[1], module
        elif name == "GB":
            made.fields.append(Field("box", "", pen.x, pen.y, numbers[1], numbers[0]))
        elif name == "BQ":
            pen.kind, pen.module = "qr", numbers[2]
        elif name == "FD":
            made.fields.append(_field(pen, value))
        elif name == "FS":
            pen = _Pen()
        elif name not in ("CI", "LH"):
            made.unknown.append(name)
    return made


def _field(pen: _Pen, value: bytes) -> Field:
    if pen.hex:
        value = _HEX.sub(lambda found: bytes([int(found[1], 16)]), value)
    text = value.decode("utf-8", "replace")
    if pen.kind == "qr":
        text = text[3:]  # error correction, input mode, comma
    if pen.kind == "ean13":
        text = text[:12] + check_digit(text[:12])
    return Field(pen.kind, text, pen.x, pen.y, pen.height, pen.width, pen.lines, pen.module)


def check_digit(digits: str) -> str:
    """The thirteenth digit of an EAN (GS1 General Specifications, 7.9)."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return str(-total % 10)
