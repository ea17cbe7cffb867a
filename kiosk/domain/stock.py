"""Stock as movements that commute: on-hand is their sum, in whatever order they arrive."""

from dataclasses import dataclass

SALE = "sale"
INITIAL = "initial"


@dataclass(frozen=True, slots=True)
class Movement:
    """So many thousandths of an article's unit came to (+) or left (-) a store, and why."""

    article: str
    store: str
    quantity_milli: int
    reason: str
