"""What the simulated shop sells, and how its terminals are called."""

from dataclasses import dataclass

from kiosk.domain.catalog import Article
from kiosk.domain.stock import LIMITED, OPEN, RESERVED, SERIAL

STORE, OTHER = "001", "002"
"""The store of most runs, and the second one of some: its terminals may promise goods of the first, too."""


@dataclass(frozen=True)
class Goods:
    """One article, so many pieces of it, and how it may be promised."""

    id: str
    pieces: int
    stock_class: str = OPEN


GOODS = (
    Goods("cola", 1_000), Goods("bread", 1_000), Goods("shoes", 1_000), Goods("scarf", 1_000),
    Goods("coat", 4, LIMITED), Goods("boots", 2, LIMITED), Goods("ring", 2, RESERVED),
    Goods("watch", 3, SERIAL), Goods("tent", 2, RESERVED),
)  # fmt: skip
ARTICLES = tuple(one.id for one in GOODS if one.stock_class == OPEN)
"""Sold over the counter, and never refused there."""

NUMBERED = tuple(one.id for one in GOODS if one.stock_class == SERIAL)
"""Promised piece by piece, each with a number of its own."""

LIMITED_GOODS = tuple(one.id for one in GOODS if one.stock_class == LIMITED)
PROMISED = (*LIMITED_GOODS, *NUMBERED)
"""Promised by rights that were granted ahead."""

WEB_ONLY = "ring"
"""Promised by reservations at the hub alone."""

KIOSK_ONLY = "tent"
"""Reserved in the store that has it, for a short while."""

PIECES = {one.id: one.pieces for one in GOODS}


def device_name(number: int) -> str:
    """The device that stands first at the place of this number."""
    return f"T{number}"


def numbers_of(article: str, store: str) -> list[str]:
    """The numbers on the pieces of an article that lie in a store."""
    return [f"{store}-{article}-{n + 1}" for n in range(PIECES[article])]


def article_row(one: Goods) -> Article:
    """The article as the catalogue has it."""
    names = {"nl": one.id}
    return Article(one.id, one.id, names, "b", "all", "", "", (), "standard", "piece", 0, "", "", 0, 0, one.stock_class)
