"""ZPL II as bytes: labels on their way out, and what a printer answers to ~HS.

Source: Zebra's ZPL II Programming Guide (^A, ^FB, ^FH, ^CI28, ^BC, ^BE, ^BQ, ^GB, ^PQ, ~HS, ~JA).

>>> field_data("5^ 1_2")
b'5_5E 1_5F2'
"""

from collections.abc import Iterator
from dataclasses import dataclass

from drivers.api import Fault
from kiosk.domain.label import Label
from kiosk.domain.parcel import ParcelLabel, is_sscc

DOTS_PER_MM = 8
"""203 dpi."""

STATUS_REQUEST = b"~HS\r\n"
CANCEL_ALL = b"~JA\r\n"
_STX, _ETX = b"\x02", b"\x03"
_MARGIN = 16
_EAN_DOTS, _QUIET = 190, 22
_CODE_TOP = 112
_QR_DOTS = 3
_TEXT_MAX = 120
_ESCAPED = b"^~_"
_PARCEL_MARGIN = 32
PARCEL_WIDTH, PARCEL_HEIGHT = 75 * DOTS_PER_MM, 100 * DOTS_PER_MM
"""The smallest label that an address, its codes and a carrier's words fit on."""


@dataclass(frozen=True, slots=True)
class Stock:
    """The labels in the printer, in dots."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class HostStatus:
    """What a printer says of itself: `waiting` formats in its buffer, `left` labels of the batch under way."""

    faults: frozenset[Fault]
    waiting: int
    left: int

    @property
    def is_idle(self) -> bool:
        """Whether all that was sent is on labels."""
        return not (self.waiting or self.left)


def label(one: Label, stock: Stock) -> bytes:
    """One label as a format of its own."""
    parts = [b"^XA^CI28^LH0,0^PW%d^LL%d" % (stock.width, stock.height), *_texts(one, stock)]
    right = stock.width - _MARGIN - _QUIET - _EAN_DOTS
    if one.link:
        parts.append(b"^FO%d,%d^BQN,2,%d^FH_^FDMA,%b^FS" % (right, _CODE_TOP, _QR_DOTS, field_data(one.link, most=300)))
    if one.ean:
        height = max(30, stock.height - _CODE_TOP - 110 - 30)
        parts.append(b"^FO%d,%d^BY2,2^BEN,%d,Y,N^FD%b^FS" % (right, stock.height - height - 34, height, one.ean[:12].encode()))
    parts.append(b"^PQ%d,0,0,N^XZ\r\n" % one.copies)
    return b"".join(parts)


def takes_parcels(stock: Stock) -> bool:
    """Whether a parcel's label has room: address, codes and what a carrier wants."""
    return stock.width >= PARCEL_WIDTH and stock.height >= PARCEL_HEIGHT


def parcel(one: ParcelLabel, stock: Stock) -> bytes:
    """The label of a parcel as a format of its own: who sends it, to whom, the carrier's words, order and count, the number.

    An SSCC is a GS1-128 (start C, FNC1, application identifier 00); any other number is a Code 128 in set B.
    """
    whole, bottom = stock.width - 2 * _PARCEL_MARGIN, stock.height - _PARCEL_MARGIN
    left = _PARCEL_MARGIN
    parts = [b"^XA^CI28^LH0,0^PW%d^LL%d" % (stock.width, stock.height)]
    parts += [_text(text, (left, 24 + 28 * n), 24, whole * 3 // 5) for n, text in enumerate(one.sender[:4])]
    parts.append(_text(one.mark, (left + whole * 3 // 5, 24), 44, whole * 2 // 5, align=b"R"))
    parts.append(_rule(left, 146, whole))
    parts += [_text(text, (left, 166 + 52 * n), 46, whole) for n, text in enumerate(one.to[:6])]
    bars_top, module = bottom - 44 - 150, 4 if stock.width >= 720 else 3
    parts.append(_rule(left, bars_top - 112, whole))
    parts += [_text(text, (left, bars_top - 112 - 42 * (n + 1)), 38, whole) for n, text in enumerate(reversed(one.route[:3]))]
    parts.append(_text(one.order, (left, bars_top - 96), 32, whole // 2))
    parts.append(_text(one.count, (left + whole // 2, bars_top - 96), 32, whole // 2, align=b"R"))
    parts.append(_text(one.weight, (left, bars_top - 52), 28, whole))
    code = b">;>800" + one.number.encode() if is_sscc(one.number) else b">:" + field_data(one.number.replace(">", ">0"))
    parts.append(b"^FO%d,%d^BY%d^BCN,150,N,N,N^FH_^FD%b^FS" % (left, bars_top, module if is_sscc(one.number) else 2, code))
    parts.append(_text(one.readable, (left, bottom - 34), 30, whole))
    parts.append(b"^PQ1,0,0,N^XZ\r\n")
    return b"".join(parts)


def field_data(text: str, most: int = _TEXT_MAX) -> bytes:
    """A text as ^FD takes it after ^FH_: what would be a command is spelled in hex, what cannot be printed is left out."""
    kept = "".join(sign for sign in text if sign.isprintable()).replace("\\", "/")[:most]
    return b"".join(b"_%02X" % byte if byte in _ESCAPED else bytes([byte]) for byte in kept.encode())


def status_of(data: bytes) -> HostStatus | None:
    """The three strings of a ~HS answer; None while they are not all there, or are none.

    >>> line = b"\\x02030,%d,0,0400,%s,0,0,0,000,0,0,0\\x03\\r\\n"
    >>> rest = b"\\x02001,0,0,%d,0,2,6,0,%s,1,000\\x03\\r\\n\\x021234,0\\x03\\r\\n"
    >>> status_of(line % (1, b"000") + rest % (0, b"00000000")).faults
    frozenset({<Fault.PAPER_OUT: 'paper-out'>})
    >>> status_of(line % (0, b"002") + rest % (0, b"00000005"))
    HostStatus(faults=frozenset(), waiting=2, left=5)
    """
    strings = [part.partition(_ETX)[0].decode("ascii", "replace").split(",") for part in data.split(_STX)[1:] if _ETX in part]
    if len(strings) < 3 or len(strings[0]) < 12 or len(strings[1]) < 11:
        return None
    first, second = strings[0], strings[1]
    flags = {
        Fault.PAPER_OUT: first[1], Fault.OFFLINE: first[2], Fault.OVERHEATED: first[11], Fault.COVER_OPEN: second[2],
        Fault.MECHANICAL: second[3],
    }  # fmt: skip
    try:
        return HostStatus(frozenset(fault for fault, flag in flags.items() if flag.strip() == "1"), int(first[4]), int(second[8]))
    except ValueError:
        return None


def _texts(one: Label, stock: Stock) -> Iterator[bytes]:
    """Name and detail over the whole width; price and what belongs to it left of the codes."""
    whole = stock.width - 2 * _MARGIN
    left = whole - _EAN_DOTS - 2 * _QUIET if one.ean or one.link else whole
    big = min(84, left * 19 // (10 * max(1, len(one.price))))
    yield _text(one.name, (_MARGIN, 12), 32, whole, 2)
    yield _text(one.detail, (_MARGIN, 84), 22, whole)
    yield _text(one.price, (_MARGIN, 114), big, left)
    below = 114 + big + 8
    yield _text(one.per, (_MARGIN, below), 24, left)
    yield _text(one.before, (_MARGIN, below + 28), 20, left, 2)
    yield _text(one.note, (_MARGIN, below + 72), 20, left)


def _text(text: str, at: tuple[int, int], height: int, width: int, lines: int = 1, align: bytes = b"L") -> bytes:
    if not text:
        return b""
    return b"^FO%d,%d^A0N,%d,%d^FB%d,%d,0,%b,0^FH_^FD%b^FS" % (*at, height, height, width, lines, align, field_data(text))


def _rule(x: int, y: int, width: int) -> bytes:
    return b"^FO%d,%d^GB%d,3,3^FS" % (x, y, width)
