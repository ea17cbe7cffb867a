"""Barcodes and QR codes as their dark and light modules, for paper that is drawn and not encoded by a printer."""

import segno
from barcode import get_barcode_class
from barcode.errors import BarcodeError

from kiosk.domain.barcode import has_valid_check_digit, is_digits
from kiosk.domain.document import BarcodeKind

_DIGITS = {BarcodeKind.UPCA: 12, BarcodeKind.EAN13: 13, BarcodeKind.EAN8: 8}
_OPTIONS: dict[BarcodeKind, dict[str, object]] = {
    BarcodeKind.CODE39: {"add_checksum": False},
    BarcodeKind.ITF: {"narrow": 1, "wide": 3},
}


def bars(kind: BarcodeKind, data: str) -> str:
    """The modules from left to right, `1` for dark, without quiet zones; empty for data that the symbology cannot hold.

    >>> bars(BarcodeKind.EAN8, "73513537")
    '1010111011011110101100010011001010101000010100111010000101000100101'
    >>> bars(BarcodeKind.EAN13, "8710398500521")  # a wrong check digit must not become another number
    ''
    """
    if kind in _DIGITS and len(data) == _DIGITS[kind] and not has_valid_check_digit(data):
        return ""
    if kind is BarcodeKind.ITF and (not is_digits(data) or len(data) % 2):
        return ""
    try:
        code = get_barcode_class(kind.value)(data, **_OPTIONS.get(kind, {}))
        return str(code.build()[0])
    except (BarcodeError, ValueError, KeyError, IndexError):
        return ""


def squares(data: str) -> tuple[str, ...]:
    """A QR code's modules row by row, `1` for dark, without its quiet zone; as on paper at level L, which has the largest modules.

    Empty for more data than a code can hold.
    """
    try:
        made = segno.make_qr(data, error="l", boost_error=False)
    except segno.DataOverflowError:
        return ()
    return tuple("".join(str(int(bool(cell))) for cell in row) for row in made.matrix)


def runs(modules: str) -> list[tuple[int, int]]:
    """Where dark runs begin and how many modules they take.

    >>> runs("1101")
    [(0, 2), (3, 1)]
    """
    found, place = [], 0
    for part in modules.replace("10", "1|0").replace("01", "0|1").split("|"):
        if part.startswith("1"):
            found.append((place, len(part)))
        place += len(part)
    return found
