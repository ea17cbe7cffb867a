"""Budgets of promotions over all stores: what sales took from them, and what a till that may be cut off still gives away.

No till is given a share of its own: a thousand euros over three hundred stores would be three euros each, used up in one and
lying idle in the next. The hub adds up what it hears and tells the sum; a till goes by that sum and by what it gave away itself
since. What goes beyond a budget is then what tills gave away while they could not hear of one another: at most
`budget_unheard_minor` for each till, where a promotion sets that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kiosk.domain.facts import SALE_COMPLETED, SALE_VOIDED, Fact
from kiosk.domain.promotion import Promotion

PLENTY = 1 << 52
"""More than any sale takes: what is left, in minor units, where only uses are counted."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What was taken from one budget: minor units, and sales that took something. As a row of the feed: by all."""

    promotion: str
    minor: int = 0
    uses: int = 0

    def plus(self, minor: int, uses: int) -> "Spent":
        """With more of it; below zero where a sale was undone."""
        return Spent(self.promotion, self.minor + minor, self.uses + uses)


@dataclass(frozen=True, slots=True)
class SpentHere:
    """What each device of a store took of that sum: (minor units, uses) by device. Key: `promotion`."""

    promotion: str
    by: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def spent_in(fact: Fact) -> list[Spent]:
    """What a sale, or what undoes one, takes from budgets. Goods that come back give nothing back to a budget: it was used.

    A sale names the budgets that it was priced under (`budget_left`); what other promotions took off is no matter of theirs.
    """
    if fact.kind not in (SALE_COMPLETED, SALE_VOIDED):
        return []
    taken: dict[str, int] = dict.fromkeys(fact.body.get("budget_left", ()), 0)
    if not taken:
        return []
    for line in fact.body["lines"]:
        for part in line.get("promotions", ()):
            if part["id"] in taken:
                taken[part["id"]] += part["amount"]
    return [Spent(name, minor, 1 if minor > 0 else -1) for name, minor in sorted(taken.items()) if minor]


def left(promotion: Promotion, told: Spent | None, here: SpentHere | None, own: Spent | None, dev: str) -> int:
    """What a till may still take off by a promotion (minor units, never below nothing), by all that it knows.

    `told` is the hub's sum, `here` what of it is whose in this store, and `own` what this till's own facts say, heard or not.
    """
    heard_minor, heard_uses = here.by.get(dev, (0, 0)) if here is not None else (0, 0)
    mine, whole = own or Spent(promotion.id), told or Spent(promotion.id)
    known = whole.plus(mine.minor - heard_minor, mine.uses - heard_uses)
    rooms = [promotion.budget_minor - known.minor] if promotion.budget_minor else []
    if promotion.budget_uses:
        rooms.append(PLENTY if known.uses < promotion.budget_uses else 0)
    if promotion.budget_unheard_minor:
        rooms.append(promotion.budget_unheard_minor - (mine.minor - heard_minor))
    return max(0, min(rooms, default=PLENTY))


def has_budget(promotion: Promotion) -> bool:
    """Whether somebody has to count what it takes off."""
    return bool(promotion.budget_minor or promotion.budget_uses)


def gone(budget_left: Mapping[str, int]) -> frozenset[str]:
    """The promotions whose budget is used up."""
    return frozenset(name for name, minor in budget_left.items() if minor <= 0)


def fold(facts: Iterable[Fact]) -> dict[str, Spent]:
    """What was taken from each budget after some facts."""
    found: dict[str, Spent] = {}
    for fact in facts:
        for one in spent_in(fact):
            found[one.promotion] = found.get(one.promotion, Spent(one.promotion)).plus(one.minor, one.uses)
    return found
