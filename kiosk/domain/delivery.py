"""Deliveries: what a supplier said would come (a notice), and what of it arrived, more, less, broken or unknown. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.domain.barcode import has_valid_check_digit
from kiosk.domain.facts import DELIVERY_RECEIVED, Fact

_SSCC = re.compile(r"(?:\][A-Za-z][0-9A-Fa-f])?\x1d?(?:\(00\)|00)?(\d{18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """So many thousandths of an article are to come."""

    article: str
    quantity_milli: int


@dataclass(frozen=True, slots=True)
class Notice:
    """What is to come to a store, under the supplier's number. `parcels` are the SSCC of its pieces of freight. Key: `number`."""

    number: str
    supplier: str
    store: str
    lines: tuple[NoticeLine, ...]
    parcels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shortfall:
    """How a delivery was otherwise than its notice, in lines: short, over, with broken goods, and codes that nobody knows."""

    short: int
    over: int
    damaged: int
    unknown: int

    def __bool__(self) -> bool:
        return bool(self.short or self.over or self.damaged or self.unknown)


def sscc_of(text: str) -> str:
    """The 18 digits of a parcel's code (GS1 AI 00, with or without its prefix), empty for any other text.

    >>> sscc_of("00387123450000000012"), sscc_of("(00)387123450000000012"), sscc_of("387123450000000013")
    ('387123450000000012', '387123450000000012', '')
    """
    match = _SSCC.fullmatch(text.strip())
    return match[1] if match is not None and has_valid_check_digit(match[1]) else ""


def shortfall(fact: Fact) -> Shortfall:
    """How what a fact says arrived differs from what was to come. A blind delivery was to be nothing, so it is never over."""
    assert fact.kind == DELIVERY_RECEIVED, f"{fact.kind} is no delivery"
    lines: Iterable[Mapping[str, Any]] = fact.body["lines"]
    against = bool(fact.body["notice"])
    gaps = [line["quantity"] + line["damaged"] - line["due"] for line in lines] if against else []
    return Shortfall(
        sum(1 for gap in gaps if gap < 0), sum(1 for gap in gaps if gap > 0), sum(1 for line in lines if line["damaged"]),
        len(fact.body["unknown"]),
    )  # fmt: skip
