"""What is being keyed in: digits that become a code, a count, or an amount that fills from the right."""

from dataclasses import dataclass

DIGITS_MAX = 14


@dataclass(frozen=True, slots=True)
class Entry:
    """Digits so far. With `decimals` they fill from the right: 1, 12, 125 are 0.01, 0.12, 1.25.

    >>> Entry(decimals=2).key("1").key("2").key("00").value
    1200
    >>> Entry("120").back().digits
    '12'
    """

    digits: str = ""
    decimals: int = 0
    most: int = DIGITS_MAX

    @property
    def value(self) -> int:
        """The digits as a whole number of the smallest unit; 0 when there are none."""
        return int(self.digits or "0")

    @property
    def is_empty(self) -> bool:
        """Nothing is keyed in."""
        return self.digits == ""

    def key(self, digits: str) -> "Entry":
        """One more key; digits beyond the limit and leading zeros of a number are not taken."""
        if not digits.isascii() or not digits.isdigit():
            return self
        joined = self.digits + digits
        if self.decimals:
            joined = joined.lstrip("0")
        return self if len(joined) > self.most else Entry(joined, self.decimals, self.most)

    def back(self) -> "Entry":
        """The last digit is taken away."""
        return Entry(self.digits[:-1], self.decimals, self.most)

    def cleared(self) -> "Entry":
        """Nothing again."""
        return Entry("", self.decimals, self.most)
