"""Barcodes and QR codes as the printer itself draws them.

>>> ean("8710398500526", digits=13)[:10]
'1010111011'
"""

import segno
from barcode.charsets import code39, code128, itf
from barcode.charsets import ean as ean_tables

from drivers.simulated.printer.paper import Bitmap


class CannotDraw(ValueError):
    """The data do not fit this kind of code; a real printer prints nothing then."""


def check_digit(digits: str) -> str:
    """The GS1 check digit that completes these digits."""
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def ean(data: str, *, digits: int) -> str:
    """EAN-13 or EAN-8 as dark (1) and light (0) modules; a missing check digit is added.

    A wrong check digit is drawn as it was sent: then no scanner reads the code, as in the shop.
    """
    if not data.isascii() or not data.isdigit() or len(data) not in (digits - 1, digits):
        raise CannotDraw(f"EAN-{digits} takes {digits - 1} or {digits} digits, not {data!r}")
    code = data if len(data) == digits else data + check_digit(data)
    if digits == 13:
        sets = ean_tables.LEFT_PATTERN[int(code[0])]
        left, right = code[1:7], code[7:]
    else:
        sets, left, right = "AAAA", code[:4], code[4:]
    tables = ean_tables.CODES
    dark = "".join(tables[name][int(digit)] for name, digit in zip(sets, left, strict=True))
    dark += "01010" + "".join(tables["C"][int(digit)] for digit in right)
    return f"101{dark}101"


def code39_modules(data: str) -> str:
    """CODE39 between its asterisks, which may be given or left out."""
    text = data.strip("*")
    if not text or any(letter not in code39.MAP for letter in text):
        raise CannotDraw(f"CODE39 cannot hold {data!r}")
    edge = str(code39.EDGE)
    return "0".join([edge, *(code39.MAP[letter][1] for letter in text), edge])


def itf_modules(data: str) -> str:
    """Interleaved 2 of 5: pairs of digits, wide bars three modules wide."""
    if not data.isascii() or not data.isdigit() or len(data) % 2:
        raise CannotDraw(f"ITF takes an even number of digits, not {data!r}")
    widths = "nnnn"
    for first, second in zip(data[::2], data[1::2], strict=True):
        bars, gaps = itf.CODES[int(first)].lower(), itf.CODES[int(second)].lower()
        widths += "".join(bar + gap for bar, gap in zip(bars, gaps, strict=True))
    widths += "wnn"
    return "".join(("1", "0")[place % 2] * (3 if width == "w" else 1) for place, width in enumerate(widths))


# The numbers of CODE128's special symbols.
_FNC = {"1": 102, "2": 97, "3": 96}
_START = {"A": 103, "B": 104, "C": 105}
_SWITCH = {"A": 101, "B": 100, "C": 99}
_STOP = "1100011101011"


def code128_modules(data: bytes) -> tuple[str, str]:
    """CODE128 from the printer's notation: {A {B {C choose a set, {1-{3 are FNC, {{ is a brace.

    Returns the modules and the text that a reader will see (FNC1 as GS, 1Dh).
    """
    if data[:1] != b"{" or data[1:2] not in (b"A", b"B", b"C"):
        raise CannotDraw("CODE128 data must begin with the choice of a set: {A, {B or {C")
    code_set = chr(data[1])
    numbers, text, at = [_START[code_set]], "", 2
    while at < len(data):
        letter = chr(data[at])
        following = chr(data[at + 1]) if at + 1 < len(data) else ""
        if letter == "{" and following in _SWITCH:
            code_set = following
            numbers.append(_SWITCH[code_set])
            at += 2
        elif letter == "{" and following in _FNC:
            numbers.append(_FNC[following])
            text += "\x1d" if following == "1" else ""
            at += 2
        else:
            at += 2 if letter == "{" and following == "{" else 1
            number, seen = _code128_number(code_set, letter)
            numbers.append(number)
            text += seen
    checksum = (numbers[0] + sum(place * n for place, n in enumerate(numbers))) % 103
    modules = "".join(code128.CODES[number] for number in [*numbers, checksum])
    return modules + _STOP, text


def _code128_number(code_set: str, letter: str) -> tuple[int, str]:
    value = ord(letter)
    if code_set == "C":
        if value > 99:
            raise CannotDraw(f"CODE128 set C takes numbers 0 to 99, not {value}")
        return value, f"{value:02d}"
    if code_set == "A" and value < 32:
        return value + 64, letter
    if 32 <= value < (96 if code_set == "A" else 128):
        return value - 32, letter
    raise CannotDraw(f"CODE128 set {code_set} has no byte {value:02x}")


def code128_automatic(data: bytes) -> bytes:
    """Plain data in the printer's notation, for the newer printers that choose the set alone."""
    if len(data) >= 4 and len(data) % 2 == 0 and data.isdigit():
        pairs = [int(data[at : at + 2]) for at in range(0, len(data), 2)]
        return b"{C" + bytes(pairs)
    return b"{B" + data.replace(b"{", b"{{")


def bars(modules: str, *, module_dots: int, height_dots: int) -> Bitmap:
    """A barcode of one row of modules."""
    bits = "".join(module * module_dots for module in modules)
    return Bitmap(len(bits), height_dots, _packed(bits) * height_dots)


def qr(data: bytes, *, level: str, module_dots: int) -> Bitmap:
    """A QR code (model 2) without its quiet zone, as printers draw it."""
    try:
        code = segno.make_qr(data, error=level, boost_error=False)
    except segno.DataOverflowError as too_much:
        raise CannotDraw(str(too_much)) from too_much
    rows = b""
    width_dots = 0
    for row in code.matrix:
        bits = "".join(str(int(module)) * module_dots for module in row)
        width_dots = len(bits)
        rows += _packed(bits) * module_dots
    return Bitmap(width_dots, len(code.matrix) * module_dots, rows)


def _packed(bits: str) -> bytes:
    padded = bits + "0" * (-len(bits) % 8)
    return int(padded, 2).to_bytes(len(padded) // 8, "big")


def columns_to_rows(data: bytes, *, height_bytes: int) -> Bitmap:
    """Turn the column order of ESC * into rows: each column is height_bytes from top to bottom."""
    width_dots = len(data) // height_bytes
    columns = [
        f"{int.from_bytes(data[at : at + height_bytes], 'big'):0{height_bytes * 8}b}"
        for at in range(0, width_dots * height_bytes, height_bytes)
    ]
    rows = b"".join(_packed("".join(dots)) for dots in zip(*columns, strict=True))
    return Bitmap(width_dots, height_bytes * 8 if width_dots else 0, rows)
