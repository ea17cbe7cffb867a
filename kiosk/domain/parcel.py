"""Parcels that a carrier fetches: their numbers, what stands on their labels, and what of an order lies in each.

A parcel's number is an SSCC of the store where it has a GS1 prefix (GS1 General Specifications, 2.2.1 and 7.9), else the order's
own number with the parcel's place in it.

>>> sscc("8712345", 42)
'087123450000000424'
>>> is_sscc("087123450000000424"), is_sscc("087123450000000425")
(True, False)
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.domain.arbitrating import OrderState
from kiosk.domain.orderlife import PACKED, SHIPPED
from kiosk.domain.quantity import ONE

SSCC_DIGITS = 18
PREFIX_MIN, PREFIX_MAX = 7, 13
"""Digits of a prefix: a company's own, and what the company adds for its store. The rest counts."""

WEIGHT_G_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Parcel:
    """What lies in a parcel that was packed at a place: by (line, fence) so much (thousandths) as has not left it yet.

    `at_ms` is when it was packed; nothing in it: the carrier has it.
    """

    number: str
    place: str
    at_ms: int
    goods: Mapping[tuple[int, int], int]

    @property
    def is_here(self) -> bool:
        """Whether it still waits for its carrier."""
        return any(self.goods.values())

    @property
    def pieces(self) -> int:
        """How many pieces lie in it; goods by measure count as many as they begin."""
        return sum(-(-milli // ONE) for milli in self.goods.values())


@dataclass(frozen=True, slots=True)
class ParcelLabel:
    """The label of a parcel as finished texts. `number` is read by machines: an SSCC, or any other of 48 signs at most.

    `to` are the lines of the address, `route` what the carrier wants on it, `mark` says that it was printed before.
    """

    to: tuple[str, ...]
    sender: tuple[str, ...]
    order: str
    count: str
    number: str
    weight: str = ""
    route: tuple[str, ...] = ()
    mark: str = ""

    def __post_init__(self) -> None:
        if not (0 < len(self.number) <= 48 and self.number.isascii() and self.number.isprintable()):
            raise ValueError(f"{self.number!r} is no parcel's number")

    @property
    def readable(self) -> str:
        """The number as people read it: of an SSCC with its application identifier, in groups."""
        return spaced(self.number) if is_sscc(self.number) else self.number


def sscc(prefix: str, serial: int) -> str:
    """The SSCC of a parcel: the first digit and what the prefix leaves count together. Raises ValueError for what is no prefix."""
    if not is_prefix(prefix) or serial < 0:
        raise ValueError(f"{prefix!r} is no prefix of {PREFIX_MIN} to {PREFIX_MAX} digits")
    left = SSCC_DIGITS - 1 - len(prefix)
    digits = f"{serial % 10**left:0{left}d}"
    body = f"{digits[0]}{prefix}{digits[1:]}"
    return body + check_digit(body)


def is_prefix(text: str) -> bool:
    """Whether digits may begin the numbers of a store's parcels."""
    return text.isascii() and text.isdigit() and PREFIX_MIN <= len(text) <= PREFIX_MAX


def is_sscc(text: str) -> bool:
    """Whether a text is an SSCC with its check digit."""
    return len(text) == SSCC_DIGITS and text.isascii() and text.isdigit() and check_digit(text[:-1]) == text[-1]


def check_digit(digits: str) -> str:
    """The last digit of a GS1 number: weights 3 and 1 from the right.

    >>> check_digit("629104150021")
    '3'
    """
    return str(-sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(digits))) % 10)


def spaced(number: str) -> str:
    """An SSCC for people.

    >>> spaced("087123450000000424")
    '(00) 0 871234 500000 00424'
    """
    return f"(00) {number[0]} {number[1:7]} {number[7:13]} {number[13:]}"


def scanned(text: str) -> str:
    """The number of a parcel as a scanner gives it: an SSCC without its application identifier.

    >>> scanned("00087123450000000424"), scanned("W-1-2")
    ('087123450000000424', 'W-1-2')
    """
    plain = text.strip().removeprefix("(00)").replace(" ", "")
    return plain[2:] if len(plain) == SSCC_DIGITS + 2 and plain.startswith("00") and is_sscc(plain[2:]) else plain


def parcels_of(state: OrderState) -> tuple[Parcel, ...]:
    """The parcels of an order in the order in which they were packed. What was refused of a step is in none."""
    lost = {one.event.id: one.quantity_milli for line in state.lines.values() for one in line.refused}
    goods: dict[tuple[str, str], dict[tuple[int, int], int]] = {}
    first: dict[tuple[str, str], int] = {}
    for event in sorted(state.told.values(), key=lambda one: one.rank):
        if event.parcel and event.step in (PACKED, SHIPPED):
            key, bucket = (event.parcel, event.owner), (event.line, event.fence)
            milli = max(0, event.quantity_milli - lost.get(event.id, 0))
            inside = goods.setdefault(key, {})
            inside[bucket] = inside.get(bucket, 0) + (milli if event.step == PACKED else -milli)
            if event.step == PACKED:
                first.setdefault(key, event.at_ms)
    return tuple(
        Parcel(number, place, first[number, place], {bucket: milli for bucket, milli in inside.items() if milli > 0})
        for (number, place), inside in sorted(goods.items(), key=lambda one: (first.get(one[0], 0), one[0]))
        if (number, place) in first
    )
