"""A basket as promotions see it, and what one way of giving them comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kiosk.domain.cart import CartLine
from kiosk.domain.promotion import BASIS, LawLimit, Promotion, strictest
from kiosk.domain.promotionbook import Live, Matches
from kiosk.domain.quantity import ONE

NONE, EXACT, RANKED = "none", "exact", "ranked"
SEARCHES = (NONE, EXACT, RANKED)
"""How the best deal was found: there was nothing to find, by exact search, or (too many ways) by ranking."""

FREE, REDUCED, ALONE = 0, 1, 2
"""A piece without a promotion, with one, and with one that stands alone on it."""


@dataclass(slots=True)
class Outcome:
    """What one way of giving promotions comes to. Amounts in minor units, lines by their place."""

    parts: dict[int, dict[int, int]] = field(default_factory=dict)
    """line -> promotion -> what comes off."""
    taken: dict[tuple[int, int], int] = field(default_factory=dict)
    """(line, stacking group) -> pieces that a deal took."""
    applied: dict[int, int] = field(default_factory=dict)
    """promotion -> how often a set of it was given."""
    bases: dict[int, int] = field(default_factory=dict)
    """threshold promotion -> the sum that counts towards it."""
    search: str = NONE

    def total(self) -> int:
        """All that comes off."""
        return sum(amount for parts in self.parts.values() for amount in parts.values())

    def add(self, line: int, promotion: int, amount: int) -> None:
        """Take so much more off a line."""
        if amount:
            parts = self.parts.setdefault(line, {})
            parts[promotion] = parts.get(promotion, 0) + amount


@dataclass(frozen=True, slots=True)
class Basket:
    """The lines that may get promotions, and those promotions, by their places in `live`."""

    lines: Sequence[CartLine]
    before: Sequence[int]
    matches: Mapping[int, Matches]
    limits: Mapping[int, LawLimit]
    live: Live
    budget_left: Mapping[str, int]

    def promotion(self, n: int) -> Promotion:
        """A promotion by its place."""
        return self.live.promotions[n]

    def touched(self) -> tuple[int, ...]:
        """The promotions that name something in the basket, in order."""
        return tuple(sorted({n for found in self.matches.values() for n, _ in found}))

    def pieces(self, line: int) -> int:
        """How many pieces a line has that deals can count; a weighed line has none."""
        return self.lines[line].quantity_milli // ONE if self.lines[line].unit == "piece" else 0


def basket_of(
    lines: Sequence[CartLine], before: Sequence[int], live: Live, limits: Mapping[str, LawLimit], coupons: Sequence[str],
    groups: Sequence[str], budget_left: Mapping[str, int],
) -> Basket:  # fmt: skip
    """The lines (in order of their numbers) that promotions may touch: none that comes back, none that the law leaves out."""
    matches: dict[int, Matches] = {}
    narrow: dict[int, LawLimit] = {}
    open_: dict[int, bool] = {}
    for place, line in enumerate(lines):
        if line.quantity_milli <= 0:
            continue
        limit = strictest(line.goods, limits) if line.goods else None
        if limit is not None:
            narrow[place] = limit
            if limit.most_bp == 0:
                continue
        found = live.matching(line)
        for n, _ in found:
            if n not in open_:
                open_[n] = _is_open(live.promotions[n], coupons, groups)
        kept = found if all(open_[n] for n, _ in found) else tuple(match for match in found if open_[match[0]])
        if kept:
            matches[place] = kept
    return Basket(lines, before, matches, narrow, live, budget_left)


def _is_open(promotion: Promotion, coupons: Sequence[str], groups: Sequence[str]) -> bool:
    asked = promotion.groups_asked
    if asked and not any(group in asked for group in groups):
        return False
    return promotion.coupon is None or any(promotion.coupon.opens(code) for code in coupons)


def most_off(before_minor: int, limit: LawLimit) -> int:
    """The most that the law lets go off an amount, never a fraction of a cent more."""
    return max(0, before_minor) * limit.most_bp // BASIS
