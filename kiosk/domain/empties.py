"""Empties: deposit that goes back without a sale, by hand or by the slip of a return machine, which is paid once only.

A shop says itself how the slips of its machines read (setting `deposit.vouchers`): one text for each layout, as long as the code.
Digits stand for themselves, S is the machine's shop, N the slip's number, A the amount in minor units, D the day as YYMMDD, and C
at the end the GS1 check digit.

>>> layout = VoucherLayout("98SSNNNNAAAAC")
>>> slip = layout.read("9812000703451")
>>> slip.shop, slip.number, slip.amount_minor
('12', '0007', 345)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.domain.barcode import has_valid_check_digit, is_digits
from kiosk.domain.errors import Refused

AMOUNT_MOST_MINOR = 5_000
"""What empties may give in one sale where the shop says nothing else."""

FOLLOWS = "follows"
"""A country where deposit bears the VAT of the goods in the package; elsewhere it is `kiosk.domain.tax.OUTSIDE`."""

_KEY = "deposit:"
_LENGTHS = range(8, 33)


@dataclass(frozen=True, slots=True)
class Empties:
    """What makes a line one of empties: `code` is the slip of a return machine, empty where a person counted them."""

    code: str = ""

    @property
    def key(self) -> str:
        """By what the store remembers a slip that was paid."""
        return key_of(self.code)


def key_of(code: str) -> str:
    """By what the store remembers the slip of a code.

    >>> key_of("9812000703451")
    'deposit:9812000703451'
    """
    return f"{_KEY}{code}"


def is_key(key: str) -> bool:
    """Whether something that is remembered as used is the slip of a return machine."""
    return key.startswith(_KEY)


def code_of(key: str) -> str:
    """The code of a slip by the key under which it is remembered."""
    return key.removeprefix(_KEY)


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip as it reads. Amount in minor units; `day` is None where the machine prints none into the code."""

    code: str
    shop: str
    number: str
    amount_minor: int
    day: date | None


@dataclass(frozen=True, slots=True)
class VoucherLayout:
    """How the slips of one kind of machine read; raises ValueError for a text that is no layout."""

    layout: str

    def __post_init__(self) -> None:
        marks = self.layout
        if len(marks) not in _LENGTHS or not marks[:2].isdigit() or set(marks) - set("0123456789SNADC"):
            raise ValueError(f"{marks!r} has to be 8 to 32 places of digits, S, N, A, D and C, and begin with two digits")
        if not marks.endswith("C") or marks.count("C") != 1:
            raise ValueError(f"{marks!r} has to end with its only C")
        if "A" not in marks or "N" not in marks or ("D" in marks and "DDDDDD" not in marks) or marks.count("D") not in (0, 6):
            raise ValueError(f"{marks!r} needs an amount A and a number N; a day is DDDDDD")

    def fits(self, text: str) -> bool:
        """Whether a text has this layout, right or misread.

        >>> VoucherLayout("98SSNNNNAAAAC").fits("9812000703450"), VoucherLayout("98SSNNNNAAAAC").fits("8710398500526")
        (True, False)
        """
        same_length = is_digits(text) and len(text) == len(self.layout)
        return same_length and all(not mark.isdigit() or mark == digit for mark, digit in zip(self.layout, text, strict=True))

    def read(self, text: str) -> Slip:
        """The slip of a text that fits. Raises Refused("deposit.voucher_misread")."""
        if not has_valid_check_digit(text):
            raise Refused("deposit.voucher_misread", code=text)
        return Slip(text, self._part(text, "S"), self._part(text, "N"), int(self._part(text, "A")), self._day(text))

    def _part(self, text: str, wanted: str) -> str:
        return "".join(digit for mark, digit in zip(self.layout, text, strict=True) if mark == wanted)

    def _day(self, text: str) -> date | None:
        found = self._part(text, "D")
        try:
            return date(2000 + int(found[:2]), int(found[2:4]), int(found[4:])) if found else None
        except ValueError:
            raise Refused("deposit.voucher_misread", code=text) from None


@dataclass(frozen=True, slots=True)
class DepositRules:
    """What a shop sets: amounts that are counted by hand and the most of one sale (minor units), its machines' slips, its number
    on them (empty: any), and for how many days they hold (0: for ever).
    """

    amounts_minor: tuple[int, ...] = ()
    most_minor: int = AMOUNT_MOST_MINOR
    layouts: tuple[VoucherLayout, ...] = ()
    shop: str = ""
    days: int = 0

    def is_slip(self, text: str) -> bool:
        """Whether a scan is a slip of one of this shop's machines, right or misread."""
        return any(layout.fits(text) for layout in self.layouts)

    def read_slip(self, text: str, today: date) -> Slip:
        """The slip of a scan. Raises Refused with deposit.voucher_misread, _elsewhere, _expired or _empty."""
        slip = next(layout for layout in self.layouts if layout.fits(text)).read(text)
        if self.shop and slip.shop and slip.shop != self.shop:
            raise Refused("deposit.voucher_elsewhere", shop=slip.shop)
        if self.days and slip.day is not None and slip.day + timedelta(self.days) < today:
            raise Refused("deposit.voucher_expired", day=slip.day.isoformat())
        if not slip.amount_minor:
            raise Refused("deposit.voucher_empty")
        return slip


def layouts_of(value: object) -> tuple[VoucherLayout, ...]:
    """The layouts in a setting's value; raises ValueError, in words, for one that is none."""
    if not isinstance(value, Sequence) or isinstance(value, str) or not all(isinstance(one, str) for one in value):
        raise ValueError('write a list of layouts, such as ["98SSNNNNAAAAC"]')
    return tuple(VoucherLayout(one) for one in value)
