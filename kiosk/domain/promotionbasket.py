"""A basket as promotions see it, and what one way of giving them comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kiosk.domain.cart import CartLine
from kiosk.domain.promotion import BASIS, CUSTOMER, THRESHOLD, LawLimit, Promotion, strictest
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
    cut_short: set[int] = field(default_factory=set)
    """promotions that would have taken off more than a sale or their budget lets them."""
    search: str = NONE

    def by_promotion(self) -> dict[int, int]:
        """What each promotion takes off in all."""
        found: dict[int, int] = {}
        for parts in self.parts.values():
            for n, amount in parts.items():
                found[n] = found.get(n, 0) + amount
        return found

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
    touched: tuple[int, ...]
    """The promotions that name something in the basket, in order."""
    thresholds: Mapping[int, tuple[tuple[int, ...], frozenset[int]]]
    """Threshold promotion -> (the lines that count towards it, the lines that are its gifts)."""

    def promotion(self, n: int) -> Promotion:
        """A promotion by its place."""
        return self.live.promotions[n]

    def pieces(self, line: int) -> int:
        """How many pieces a line has that deals can count; a weighed line has none."""
        return self.lines[line].quantity_milli // ONE if self.lines[line].unit == "piece" else 0


@dataclass(frozen=True, slots=True)
class Shopper:
    """Who buys, as promotions ask for it: coupons, customer groups, and the pseudonymous number of a known customer."""

    coupons: Sequence[str] = ()
    groups: Sequence[str] = ()
    customer: str = ""

    def may_have(self, promotion: Promotion) -> bool:
        """Whether a promotion is for this shopper."""
        asked, coupon = promotion.groups_asked, promotion.coupon
        if asked and not any(group in asked for group in self.groups):
            return False
        if coupon is None:
            return True
        return (coupon.use != CUSTOMER or self.customer != "") and any(coupon.opens(code) for code in self.coupons)


def basket_of(
    lines: Sequence[CartLine], before: Sequence[int], live: Live, limits: Mapping[str, LawLimit], shopper: Shopper,
    budget_left: Mapping[str, int],
) -> Basket:  # fmt: skip
    """The lines (in order of their numbers) that promotions may touch.

    Not delivery and orders that are paid, nor gift cards, which are worth what is paid for them, nor what comes back or the law
    leaves out.
    """
    matches: dict[int, Matches] = {}
    narrow: dict[int, LawLimit] = {}
    for place, line in enumerate(lines):
        if line.quantity_milli <= 0 or line.is_agreed or line.is_card:
            continue
        limit = strictest(line.goods, limits) if line.goods else None
        if limit is not None:
            narrow[place] = limit
            if limit.most_bp == 0:
                continue
        if found := live.matching(line):
            matches[place] = found
    named = {n for found in matches.values() for n, _ in found}
    closed = {n for n in named if not shopper.may_have(live.promotions[n])}
    if closed:
        open_ = {place: tuple([match for match in found if match[0] not in closed]) for place, found in matches.items()}
        matches = {place: found for place, found in open_.items() if found}
    touched = tuple(sorted(named - closed))
    return Basket(lines, before, matches, narrow, live, budget_left, touched, _thresholds(live, matches, touched))


def _thresholds(
    live: Live, matches: Mapping[int, Matches], touched: Sequence[int]
) -> Mapping[int, tuple[tuple[int, ...], frozenset[int]]]:
    found: dict[int, tuple[list[int], list[int]]] = {n: ([], []) for n in touched if live.promotions[n].kind == THRESHOLD}
    for line, pairs in matches.items() if found else ():
        for n, group in pairs:
            if n in found:
                found[n][group].append(line)
    return {n: (tuple(counted), frozenset(gifts)) for n, (counted, gifts) in found.items()}


def most_off(before_minor: int, limit: LawLimit) -> int:
    """The most that the law lets go off an amount, never a fraction of a cent more."""
    return max(0, before_minor) * limit.most_bp // BASIS
