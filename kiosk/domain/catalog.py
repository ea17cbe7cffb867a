"""What is offered: articles (sellable variants), their prices over time, and stock per place with its age."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.domain.stock import OPEN

VAT_CLASSES = ("standard", "intermediate", "reduced", "zero", "exempt")
"""Not every country has each: its module says at which rate."""

GOODS_CLASSES = (
    "food", "perishable", "alcohol", "tobacco", "infant_formula", "fixed_price_book", "medicine", "lottery", "eco", "service",
    "multi_purpose_voucher", "single_purpose_voucher",
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
    tags: tuple[str, ...] = ()
    """The shop's own words for goods, by which promotions may name them."""
    asks_serial: bool = False
    """Each piece has a number of its own, which the till asks for."""
    bought_minor: int | None = None
    """What one of it was bought for, where it is sold under the margin scheme; else None."""

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
    """A price from an instant (ms since 1970, UTC) on, and the revision that published it.

    One with an end (it ends before `until_ms`) goes before the regular price of its list, whenever that began. `entered_ms` is
    when somebody set it.
    """

    article: str
    valid_from_ms: int
    amount_minor: int
    rev: int
    list: str = BASE
    until_ms: int = 0
    reduction: str = ""
    """One of REDUCTIONS where it is announced as one."""
    entered_ms: int = 0

    def holds_at(self, now_ms: int) -> bool:
        """Whether it has begun and not ended."""
        return self.valid_from_ms <= now_ms and not 0 < self.until_ms <= now_ms

    @property
    def rank(self) -> tuple[bool, int, int]:
        """Of two prices of one list that hold, the one with the higher rank is asked."""
        return self.until_ms != 0, self.valid_from_ms, self.rev


@dataclass(frozen=True, slots=True)
class StockLevel:
    """What the hub last knew of one article at one place: thousandths of its unit, and when that was."""

    article: str
    store: str
    on_hand_milli: int
    as_of_ms: int


@dataclass(frozen=True, slots=True)
class StockPromised:
    """How much of what lies at a place is for somebody, reserved or promised: thousandths."""

    article: str
    store: str
    promised_milli: int


def price_at(prices: Sequence[Price], now_ms: int) -> Price | None:
    """The price of one list in force at an instant: one with an end before the regular one, then the latest start, of equal starts
    the newest revision. Between lists `kiosk.domain.pricelist` chooses.
    """
    return max((price for price in prices if price.holds_at(now_ms)), key=lambda price: price.rank, default=None)
