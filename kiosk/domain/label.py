"""A shelf label: what stands on it as finished texts and codes, without any device in it."""

from dataclasses import dataclass

EAN_DIGITS = 13


@dataclass(frozen=True, slots=True)
class Label:
    """One label. `per` is the unit price, `before` the price that a reduction is measured by, `note` what else is to be read.

    `ean` has thirteen digits or is empty; `link` is a GS1 Digital Link or empty.
    """

    name: str
    detail: str
    price: str
    per: str = ""
    before: str = ""
    note: str = ""
    ean: str = ""
    link: str = ""
    copies: int = 1

    def __post_init__(self) -> None:
        if self.ean and not (len(self.ean) == EAN_DIGITS and self.ean.isascii() and self.ean.isdigit()):
            raise ValueError(f"{self.ean!r} are not {EAN_DIGITS} digits")
        if not 1 <= self.copies <= 999:
            raise ValueError(f"{self.copies} copies are outside 1..999")
