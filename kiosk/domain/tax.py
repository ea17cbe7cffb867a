"""VAT taken out of shelf prices: net, tax and gross that always add up.

>>> TaxedAmount.from_gross(1190, rate_bp=1900)
TaxedAmount(net=1000, tax=190, gross=1190)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.domain.money import divide_half_up

PER_LINE = "per_line"
PER_RATE_TOTAL = "per_rate_total"
RULES = (PER_LINE, PER_RATE_TOTAL)
"""The two rounding methods Dutch law allows; a store keeps to one, and every receipt states it."""

MARGIN = "margin"
"""The class of goods under the margin scheme: their VAT is on what was earned, and is told to no customer."""

OUTSIDE = "outside"
"""The class of amounts that are no turnover for VAT (deposit, rounding)."""


@dataclass(frozen=True, slots=True)
class TaxedAmount:
    """Minor units with the tax inside them; refuses to exist when net + tax is not gross."""

    net: int
    tax: int
    gross: int

    def __post_init__(self) -> None:
        assert self.net + self.tax == self.gross, f"{self.net} + {self.tax} is not {self.gross}"

    @classmethod
    def from_gross(cls, gross: int, *, rate_bp: int) -> "TaxedAmount":
        """Take the tax (rate in basis points) out of a gross amount.

        Only the tax is rounded and the net is the rest, so a receipt adds up to the price the shopper saw.
        """
        tax = divide_half_up(gross * rate_bp, 10_000 + rate_bp)
        return cls(gross - tax, tax, gross)

    def plus(self, other: "TaxedAmount") -> "TaxedAmount":
        """The sum of two amounts, part by part."""
        return TaxedAmount(self.net + other.net, self.tax + other.tax, self.gross + other.gross)


@dataclass(frozen=True, slots=True)
class TaxBand:
    """One line of the VAT block: a class at a rate, and what was sold in it."""

    vat_class: str
    rate_bp: int
    amount: TaxedAmount


def bands(lines: Sequence[tuple[str, int]], rates: Mapping[str, int], rule: str) -> tuple[TaxBand, ...]:
    """The VAT block of (class, gross) lines by one of RULES, highest rate first; raises KeyError for an unknown class."""
    return bands_at([(vat_class, rates[vat_class], gross) for vat_class, gross in lines], rule)


def bands_at(lines: Sequence[tuple[str, int, int]], rule: str) -> tuple[TaxBand, ...]:
    """The VAT block of (class, rate, gross) lines: one class may stand at two rates, as where goods of an older rate come back."""
    assert rule in RULES, f"unknown VAT rounding rule {rule!r}"
    gross: dict[tuple[str, int], list[int]] = {}
    for vat_class, rate_bp, amount in lines:
        gross.setdefault((vat_class, rate_bp), []).append(amount)
    made = []
    for (vat_class, rate_bp), amounts in gross.items():
        parts = amounts if rule == PER_LINE else [sum(amounts)]
        total = TaxedAmount(0, 0, 0)
        for part in parts:
            total = total.plus(TaxedAmount.from_gross(part, rate_bp=rate_bp))
        made.append(TaxBand(vat_class, rate_bp, total))
    return tuple(sorted(made, key=lambda band: (-band.rate_bp, band.vat_class)))


def margin_tax(sold_minor: int, bought_minor: int, *, rate_bp: int) -> int:
    """VAT on used goods, art and antiques under the margin scheme: out of what was earned, and nothing back for a loss.

    By the single article (the period's method lets losses net out). It stands in no VAT block and on no receipt.

    >>> margin_tax(521_000, 400_000, rate_bp=2_100)
    21000
    """
    return TaxedAmount.from_gross(max(0, sold_minor - bought_minor), rate_bp=rate_bp).tax
