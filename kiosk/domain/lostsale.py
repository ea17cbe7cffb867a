"""A lost sale: what a customer wanted and did not get, and why; what a store lost so is a sum over its facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from kiosk.domain.codec import Json
from kiosk.domain.facts import SALE_LOST, Fact
from kiosk.domain.quantity import ONE, price_of

NO_SIZE, OUT_OF_STOCK, TOO_DEAR, OTHER = "no_size", "out_of_stock", "too_dear", "other"
REASONS = (NO_SIZE, OUT_OF_STOCK, TOO_DEAR, OTHER)
"""Why nothing was bought: the size or colour is not made or not kept, it is not here, it costs too much, or else."""

WANTED_MAX = 60
"""Characters of what was wanted: a size or a colour, and nobody's name."""

QUANTITY_MILLI_MAX = 99 * ONE


@dataclass(frozen=True, slots=True)
class LostSale:
    """One wish that was not met. `quantity_milli` in thousandths; `wanted` is a size or colour that the range does not have.

    `price_minor` is what one would have cost, None where that is not known; `here_milli` what the screen said to be here.
    """

    article: str
    reason: str
    quantity_milli: int = ONE
    wanted: str = ""
    price_minor: int | None = None
    here_milli: int | None = None

    def __post_init__(self) -> None:
        assert 0 < self.quantity_milli <= QUANTITY_MILLI_MAX, f"nobody wanted {self.quantity_milli} thousandths"
        assert len(self.wanted) <= WANTED_MAX, "what was wanted is a size or a colour"


class LostKey(NamedTuple):
    """What is added up: the same article, reason and wish, in one currency."""

    article: str
    reason: str
    wanted: str
    currency: str


@dataclass(frozen=True, slots=True)
class Lost:
    """How often, how much (thousandths), and what it would have brought (minor units, as far as prices were known)."""

    times: int = 0
    quantity_milli: int = 0
    worth_minor: int = 0


@dataclass(frozen=True, slots=True)
class LostSales:
    """What was lost on one business day of a store."""

    sums: Mapping[LostKey, Lost] = field(default_factory=dict)


def body_of(lost: LostSale) -> Json:
    """The body of the fact."""
    body: Json = {"article": lost.article, "reason": lost.reason, "quantity": lost.quantity_milli, "wanted": lost.wanted}
    known = {"price": lost.price_minor, "here": lost.here_milli}
    return body | {name: value for name, value in known.items() if value is not None}


def lost_in(fact: Fact) -> tuple[LostKey, Lost] | None:
    """What a fact adds, or None for a fact of another kind. The hub has checked its body."""
    if fact.kind != SALE_LOST:
        return None
    body = fact.body
    price, quantity = body.get("price"), body["quantity"]
    worth = 0 if price is None else price_of(quantity_milli=quantity, unit_price_minor=price)
    key = LostKey(body["article"], body["reason"], body["wanted"].strip(), fact.place.currency)
    return key, Lost(1, quantity, worth)


def apply_lost(state: LostSales, fact: Fact) -> LostSales:
    """The day after one more fact; the order does not matter."""
    found = lost_in(fact)
    if found is None:
        return state
    key, more = found
    return replace(state, sums={**state.sums, key: plus(state.sums.get(key, Lost()), more)})


def plus(one: Lost, more: Lost) -> Lost:
    """Both together."""
    return Lost(one.times + more.times, one.quantity_milli + more.quantity_milli, one.worth_minor + more.worth_minor)
