"""What is offered: articles (sellable variants), their prices over time, and stock per place with its age."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.domain.stock import OPEN

VAT_CLASSES = ("standard", "reduced", "zero", "exempt")

GOODS_CLASSES = (
    "food", "perishable", "alcohol", "tobacco", "infant_formula", "fixed_price_book", "medicine", "lottery", "eco", "service",
)  # fmt: skip
"""What goods are before the law and for tenders: limits of promotions, meal vouchers and cash name them."""

BASE = "base"
"""The price list that every store has; a price from before there were lists is one of it."""

ANNOUNCED, PERISHABLE, PROGRESSIVE = "announced", "perishable", "progressive"
REDUCTIONS = (ANNOUNCED, PERISHABLE, PROGRESSIVE)
"""How a reduction is announced: beside the lowest price of the 30 days before it, or by one of the two Dutch exceptions."""


@dataclass(frozen=True, slots=True)
class Article:
    """One sellable variant. Money in minor units, contents in thousandths of `content_unit` (0: no unit price)."""

    id: str
    style: str
    names: Mapping[str, str]
    brand: str
    category: str
    size: str
    colour: str
    barcodes: tuple[str, ...]
    vat_class: str
    unit: str
    content_milli: int
    content_unit: str
    picture: str
    deposit_minor: int
    age_limit: int
    stock_class: str = OPEN
    """One of `kiosk.domain.stock.CLASSES`; a row from before there were classes reads as open."""
    goods: tuple[str, ...] = ()
    """Some of GOODS_CLASSES."""

    @property
    def is_weighed(self) -> bool:
        """Sold by measure: the quantity comes from a scale or a keyed weight."""
        return self.unit != "piece"

    def name(self, language: str) -> str:
        """The name in a language, or the first there is."""
        return self.names.get(language) or next(iter(self.names.values()), self.id)

    def variant_text(self) -> str:
        """Size and colour as they tell variants of one style apart."""
        return " ".join(part for part in (self.colour, self.size) if part)


@dataclass(frozen=True, slots=True)
class Price:
    """A price from an instant (ms since 1970, UTC) on, and the revision that published it. It ends before `until_ms`, 0: when
    another of its list follows.
    """

    article: str
    valid_from_ms: int
    amount_minor: int
    rev: int
    list: str = BASE
    until_ms: int = 0
    reduction: str = ""
    """One of REDUCTIONS where it is announced as one."""


@dataclass(frozen=True, slots=True)
class StockLevel:
    """What the hub last knew of one article at one place: thousandths of its unit, and when that was."""

    article: str
    store: str
    on_hand_milli: int
    as_of_ms: int


def price_at(prices: Sequence[Price], now_ms: int) -> Price | None:
    """The price of one list in force at an instant: the latest start that has passed and not ended; of equal starts the newest
    revision. Between lists `kiosk.domain.pricelist` chooses.
    """
    best: Price | None = None
    for price in prices:
        holds = price.valid_from_ms <= now_ms and not 0 < price.until_ms <= now_ms
        if holds and (best is None or (price.valid_from_ms, price.rev) > (best.valid_from_ms, best.rev)):
            best = price
    return best
