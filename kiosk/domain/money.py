"""Money in whole minor units, with one named rounding and one way to share.

>>> Money(1999, "EUR") + Money(1, "EUR")
Money(minor=2000, currency='EUR')
>>> divide_half_up(-5, 2)
-3
>>> share(500, (1299, 249, 89))
(397, 76, 27)
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_AMOUNT = re.compile(r"(-?)(\d{1,9})(?:[.,](\d{0,2}))?", re.ASCII)


def divide_half_up(numerator: int, denominator: int) -> int:
    """Divide two whole numbers; a half goes up, away from zero.

    Away from zero, so that a refund is exactly its sale (Dutch tax office: the third decimal, 5 or more goes up).
    """
    assert denominator > 0, f"the divisor must be positive, not {denominator}"
    quotient, remainder = divmod(abs(numerator), denominator)
    if 2 * remainder >= denominator:
        quotient += 1
    return quotient if numerator >= 0 else -quotient


def share(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Share a whole amount over weights by largest remainder; the shares always add up to the amount.

    Equal remainders go to the earlier place, so callers order weights by line id and every machine agrees.
    Zero weights get nothing. Raises AssertionError for negative weights, or when nothing can carry a non-zero amount.
    """
    assert all(weight >= 0 for weight in weights), f"weights must not be negative: {weights}"
    whole = sum(weights)
    assert whole > 0 or amount == 0, f"{amount} cannot be shared over nothing"
    if whole == 0:
        return tuple(0 for _ in weights)
    if len(weights) == 1:
        return (amount,)
    sign = 1 if amount >= 0 else -1
    parts = [divmod(abs(amount) * weight, whole) for weight in weights]
    shares = [part for part, _ in parts]
    left = abs(amount) - sum(shares)
    if left:
        for place in sorted(range(len(parts)), key=lambda place: (-parts[place][1], place))[:left]:
            shares[place] += 1
    return tuple(sign * part for part in shares)


def parse_minor(text: str) -> int:
    """A typed or stored amount in minor units; comma or point, at most two decimals, no grouping.

    Raises ValueError for anything else.

    >>> parse_minor("12,5"), parse_minor("150.00"), parse_minor("-0.05")
    (1250, 15000, -5)
    """
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not an amount: {text!r}")
    sign, whole, part = match.groups()
    minor = int(whole) * 100 + int((part or "").ljust(2, "0"))
    return -minor if sign else minor


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in whole minor units (euro cents) of one ISO 4217 currency."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        assert isinstance(self.minor, int) and not isinstance(self.minor, bool), f"money is whole: {self.minor!r}"
        assert len(self.currency) == 3 and self.currency.isupper(), f"not a currency: {self.currency!r}"

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def times(self, numerator: int, denominator: int = 1) -> "Money":
        """Multiply by a fraction, rounded half up away from zero."""
        return Money(divide_half_up(self.minor * numerator, denominator), self.currency)

    def _same(self, other: "Money") -> int:
        assert self.currency == other.currency, f"{self.currency} and {other.currency} do not mix"
        return other.minor
