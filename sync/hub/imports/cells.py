"""Reads single cells: money, quantities, contents, barcodes, yes and no. None and a fault where a cell cannot be read."""

import re
from dataclasses import dataclass

from kiosk.domain.barcode import check_digit, is_digits
from sync.hub.imports.faults import Faults

_MONEY = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?")
_MILLI = re.compile(r"(-?)(\d{1,9})(?:\.(\d{1,3}))?")
_CONTENT = re.compile(r"(\d{1,9})(?:\.(\d{1,6}))?\s*([a-zA-Z]{1,2})")
_PLAIN_CODE = re.compile(r"[!-{}~]{1,48}")
_SHORT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_GTIN_LENGTHS = (8, 12, 13, 14)
_PER_UNIT = {
    "kg": ("kg", 1000), "g": ("kg", 1), "l": ("l", 1000), "cl": ("l", 10), "ml": ("l", 1),
    "m": ("m", 1000), "cm": ("m", 10),
}  # fmt: skip
"""Units of contents, and how many thousandths of the unit of the unit price one is."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell and where it stands."""

    line: int
    column: str
    text: str
    faults: Faults

    def wrong(self, mend: str) -> None:
        """Note that this cell has to be mended."""
        self.faults.add(self.line, self.column, self.text, mend)


def money(cell: Cell) -> int | None:
    """An amount in minor units from `19.99`; two decimals, as every currency has that is supported so far."""
    match = _MONEY.fullmatch(cell.text)
    if match is None:
        point = cell.text.replace(",", ".")
        hint = f"write {point}" if _MONEY.fullmatch(point) else "write it with a point and two decimals, such as 19.99"
        cell.wrong(f"not an amount of money: {hint}")
        return None
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def quantity(cell: Cell) -> int | None:
    """A quantity in thousandths from `12` or `0.750`; may be negative."""
    match = _MILLI.fullmatch(cell.text)
    if match is None:
        cell.wrong("not a quantity: write a number with a point and at most three decimals, such as 12 or 0.750")
        return None
    milli = int(match[2]) * 1000 + int((match[3] or "").ljust(3, "0"))
    return -milli if match[1] else milli


def content(cell: Cell) -> tuple[int, str] | None:
    """What a pack holds, `500 g`, as thousandths of the unit of its unit price: (500, "kg")."""
    match = _CONTENT.fullmatch(cell.text)
    unit = _PER_UNIT.get(match[3].lower()) if match else None
    if match is None or unit is None:
        cell.wrong("not the contents of a pack: write a number and g, kg, ml, cl, l, cm or m, such as 500 g")
        return None
    scaled = int(match[1] + (match[2] or "")) * unit[1]
    milli, rest = divmod(scaled, 10 ** len(match[2] or ""))
    if rest or not milli:
        cell.wrong("too small or too exact: contents are counted in whole grams, millilitres or millimetres")
        return None
    return milli, unit[0]


def barcodes(cell: Cell) -> tuple[str, ...]:
    """Barcodes between bars; a number of 8, 12, 13 or 14 digits must end in its check digit."""
    found: list[str] = []
    for code in (part.strip() for part in cell.text.split("|")):
        if not code:
            continue
        if not _PLAIN_CODE.fullmatch(code):
            cell.wrong("not a barcode: use up to 48 letters, digits and signs without spaces, and | between several")
        elif is_digits(code) and len(code) in _GTIN_LENGTHS and check_digit(code[:-1]) != int(code[-1]):
            right = code[:-1] + str(check_digit(code[:-1]))
            cell.faults.add(cell.line, cell.column, code, f"the check digit is wrong: it would be {right}; compare with the pack")
        elif is_digits(code) and 9 <= len(code) <= 11:
            cell.faults.add(
                cell.line, cell.column, code, "digits are missing, perhaps leading zeros that a spreadsheet took away"
            )
        elif code in found:
            cell.wrong("the same barcode stands here twice: remove one")
        else:
            found.append(code)
    return tuple(found)


def same_code(code: str) -> str:
    """The form under which equal barcodes are equal: a GTIN of any length is a GTIN of 14 digits."""
    return code.zfill(14) if is_digits(code) and len(code) in _GTIN_LENGTHS else code


def short_id(cell: Cell) -> str:
    """A name by which rows refer to each other: letters, digits, points, dashes and underscores."""
    if not _SHORT_ID.fullmatch(cell.text):
        cell.wrong("needed: 1 to 40 letters, digits, points, dashes or underscores")
    return cell.text


def yes_or_no(cell: Cell) -> bool:
    """1, true, yes, x or 0, false, no, nothing."""
    text = cell.text.lower()
    if text in ("1", "true", "yes", "x"):
        return True
    if text not in ("", "0", "false", "no"):
        cell.wrong("write 1 for yes or 0 for no")
    return False


def whole(cell: Cell, highest: int) -> int | None:
    """A whole number from 0 to `highest`; empty is 0."""
    if not cell.text:
        return 0
    if not is_digits(cell.text) or len(cell.text) > 9 or int(cell.text) > highest:
        cell.wrong(f"write a whole number from 0 to {highest}")
        return None
    return int(cell.text)
