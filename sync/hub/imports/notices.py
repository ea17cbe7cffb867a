"""Reads delivery notices: one row for each article of each, by its number or by a barcode."""

import msgspec

from kiosk.domain.delivery import sscc_of
from sync.hub.imports.cells import barcodes, quantity, same_code, short_id
from sync.hub.imports.columns import NOTICES, Line, check_columns, lines
from sync.hub.imports.faults import Faults
from sync.hub.imports.sheet import Sheet

SUPPLIER_MAX = 80
QUANTITY_MILLI_MAX = 10**9


class NoticeRow(msgspec.Struct, frozen=True, array_like=True):
    """One article that is to come: its number, or the code that stands on it; `sscc` is the parcel it comes in (may be empty)."""

    line: int
    notice: str
    store: str
    supplier: str
    sku: str
    barcode: str
    sscc: str
    quantity_milli: int


def read_notices(sheet: Sheet, stores: frozenset[str], faults: Faults) -> list[NoticeRow]:
    """Read notices; the rows of one say the same store and supplier."""
    if not check_columns(sheet, NOTICES, stores, faults):
        return []
    found = [_row(line, stores) for line in lines(sheet, faults)]
    first: dict[str, NoticeRow] = {}
    for row in found:
        other = first.setdefault(row.notice, row)
        if (other.store, other.supplier) != (row.store, row.supplier):
            out = f"line {other.line} has another store or supplier under it: one notice is one delivery"
            faults.add(row.line, "notice", row.notice, out)
    return found


def _row(line: Line, stores: frozenset[str]) -> NoticeRow:
    store = line.needed("store", 40)
    if store and store not in stores:
        there = ", ".join(sorted(stores)) or "none: import the settings first"
        line.cell("store").wrong(f"this store is not known; known are {there}")
    sku = short_id(line.cell("sku")) if line.text("sku", 40) else ""
    codes = barcodes(line.cell("barcode"))
    if not sku and not codes:
        line.cell("sku").wrong("needed: the article's number, or a barcode in the column barcode")
    sscc, text = "", line.text("sscc", 40)
    if text and not (sscc := sscc_of(text)):
        line.cell("sscc").wrong("not the code of a parcel: 18 digits that end in their check digit")
    milli = quantity(line.cell("quantity")) or 0
    if not 0 < milli <= QUANTITY_MILLI_MAX:
        line.cell("quantity").wrong("write how many are to come: more than nothing, and at most a million")
    return NoticeRow(
        line.number, short_id(line.cell("notice")), store, line.text("supplier", SUPPLIER_MAX), sku,
        same_code(codes[0]) if codes else "", sscc, milli,
    )  # fmt: skip
