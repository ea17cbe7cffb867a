"""Deliveries: what a supplier said would come (a notice), and what of it arrived, more, less, broken or unknown. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.domain.barcode import has_valid_check_digit
from kiosk.domain.facts import TRANSFER_SENT, Fact
from kiosk.domain.receipt import ReceiptNumber

_SSCC = re.compile(r"(?:\][A-Za-z][0-9A-Fa-f])?\x1d?(?:\(00\)|00)?(\d{18})", re.ASCII)
_TRANSFER = re.compile(r"TR-([A-Z0-9]+)-[A-Z0-9]+-[A-Z]+-\d{6,}", re.ASCII)


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


def transfer_number(number: ReceiptNumber) -> str:
    """The number of a transfer, under the sending terminal's series: none is ever used again.

    >>> transfer_number(ReceiptNumber("AMS1", "01", 1, 42)), is_transfer("TR-AMS1-01-A-000042"), is_transfer("AMS1-01-A-000042")
    ('TR-AMS1-01-A-000042', True, False)
    """
    return f"TR-{number}"


def is_transfer(text: str) -> bool:
    """Whether a text is the number of a transfer, as its slip has it."""
    return _TRANSFER.fullmatch(text.strip()) is not None


def sender_of(transfer: str) -> str:
    """The store that a transfer left from."""
    match = _TRANSFER.fullmatch(transfer)
    return match[1] if match else ""


def sent_notice(fact: Fact) -> Notice:
    """What is to come to the other store when goods were sent to it: a transfer is received as a delivery is."""
    assert fact.kind == TRANSFER_SENT, f"{fact.kind} is no transfer"
    body = fact.body
    lines = tuple(NoticeLine(line["article"], line["quantity"]) for line in body["lines"])
    return Notice(body["transfer"], fact.place.store, body["to"], lines)


def shortfall(body: Mapping[str, Any], notice: Notice | None = None) -> Shortfall:
    """How what a `delivery.received` says arrived differs from what was to come.

    A terminal that had not heard of the notice says so (`announced` false): then it is compared with `notice`, where somebody knows
    it by now. A blind delivery was to be nothing, so it is never over.
    """
    arrived, due = dict[str, int](), dict[str, int]()
    for line in body["lines"]:
        arrived[line["article"]] = arrived.get(line["article"], 0) + line["quantity"] + line["damaged"]
        due[line["article"]] = due.get(line["article"], 0) + line["due"]
    against = bool(body["notice"]) and body.get("announced", True)
    if not against and notice is not None:
        against, due = True, {}
        for awaited in notice.lines:
            due[awaited.article] = due.get(awaited.article, 0) + awaited.quantity_milli
    gaps = [arrived.get(article, 0) - due.get(article, 0) for article in {**arrived, **due}] if against else []
    return Shortfall(
        sum(1 for gap in gaps if gap < 0), sum(1 for gap in gaps if gap > 0), sum(1 for line in body["lines"] if line["damaged"]),
        len(body["unknown"]),
    )  # fmt: skip
