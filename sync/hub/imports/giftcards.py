"""Reads gift cards of the system before this one: number, what is left, and of which brand, currency and until when."""

import zoneinfo
from collections.abc import Mapping
from datetime import date, timedelta

import msgspec

from kiosk.domain.cardnumbers import found as bank_cards
from kiosk.domain.voucher import clean_code, is_credit_number
from sync.hub.imports.cells import money
from sync.hub.imports.columns import GIFT_CARDS, Line, check_columns, lines
from sync.hub.imports.faults import Faults
from sync.hub.imports.sheet import Sheet
from sync.hub.imports.times import NoInstant, instant_ms

CODE_MAX = 40
"""As long as a till takes one."""

Places = Mapping[str, Mapping[str, str]]


class GiftCardRow(msgspec.Struct, frozen=True, array_like=True):
    """One row: what is left on a card in minor units; `until_ms` is the end of its last day, 0 where it has none."""

    line: int
    code: str
    balance_minor: int
    currency: str
    brand: str
    until_ms: int


def read_gift_cards(sheet: Sheet, places: Places, faults: Faults) -> list[GiftCardRow]:
    """Read gift cards. Brand and currency may be left out where the shop has one of them only."""
    if not check_columns(sheet, GIFT_CARDS, frozenset(places), faults):
        return []
    found: dict[str, GiftCardRow] = {}
    for line in lines(sheet, faults):
        code, brand = _code(line), _one_of(line, "brand", {place["brand"] for place in places.values()})
        own = [place for place in places.values() if place["brand"] == brand]
        currency = _one_of(line, "currency", {place["currency"] for place in own})
        until_ms = _until(line, own[0]["zone"] if own else "UTC")
        row = GiftCardRow(line.number, code, money(line.cell("balance")) or 0, currency, brand, until_ms)
        other = found.setdefault(code, row)
        if other is not row:
            line.cell("giftcard").wrong(f"line {other.line} has the same card: one row says all that is left on it")
    return list(found.values())


def _code(line: Line) -> str:
    text = line.needed("giftcard", CODE_MAX)
    code = clean_code(text)
    if bank_cards(text) or bank_cards(code):
        line.cell("giftcard").wrong("this is a bank card's number, which no till keeps: nobody could pay with it")
    elif is_credit_number(code):
        line.cell("giftcard").wrong("numbers of this form are this system's own store credit: no card of before has one")
    return code


def _one_of(line: Line, column: str, known: set[str]) -> str:
    """What a cell says, or the only thing that it can say."""
    text = line.text(column)
    if not text and len(known) == 1:
        return next(iter(known))
    if text not in known and known:
        line.cell(column).wrong(f"choose one of {', '.join(sorted(known))}")
    return text


def _until(line: Line, zone: str) -> int:
    """The midnight that ends a local day."""
    text = line.text("until", 20)
    if not text:
        return 0
    try:
        after = date.fromisoformat(text) + timedelta(days=1)
        return instant_ms(after.isoformat(), zoneinfo.ZoneInfo(zone))
    except (ValueError, OverflowError, NoInstant):
        line.cell("until").wrong("not a day: write the last day on which it pays as 2027-12-31, or leave it empty")
        return 0
