"""Thresholds: so much off, or a gift, from a sum of the basket on; they count what other promotions have left to pay."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from kiosk.domain.money import share
from kiosk.domain.promotion import Promotion, Tier, cut_of

_FREE, _REDUCED, _ALONE = 0, 1, 2
_SUBSETS_MAX = 6


class Fragment(NamedTuple):
    """Pieces of one line that cost the same by now (minor units each); `state` says whether they have a promotion."""

    line: int
    price: int
    pieces: int
    state: int


class _Reduction(NamedTuple):
    """What a threshold would take off: shared over `weights` (what is left to pay of each line), whose lines count for no other."""

    promotion: int
    weights: Mapping[int, int]
    saving: int


class Reduction(NamedTuple):
    """What a threshold takes off which lines."""

    promotion: int
    by_line: tuple[tuple[int, int], ...]


Lines = Mapping[int, tuple[tuple[int, ...], frozenset[int]]]
"""By threshold: the lines that count towards it, and those of its gifts."""


class _Rest:
    """What is left to pay of each line, and what of that has no promotion yet; what stands alone does not count."""

    def __init__(self, fragments: Sequence[Fragment]) -> None:
        self.counting: dict[int, int] = {}
        self.free: dict[int, int] = {}
        self.gifts = [fragment for fragment in fragments if fragment.state == _FREE]
        for fragment in fragments:
            amount = fragment.price * fragment.pieces
            if fragment.state != _ALONE:
                self.counting[fragment.line] = self.counting.get(fragment.line, 0) + amount
            if fragment.state == _FREE:
                self.free[fragment.line] = self.free.get(fragment.line, 0) + amount

    def take(self, reduction: Reduction, exclusive: bool) -> None:
        """What a threshold took off is there no more; what it stands alone on counts for no other."""
        for line, amount in reduction.by_line:
            self.counting[line] = max(0, self.counting[line] - amount)
            self.free.pop(line, None)
        if exclusive:
            for line, _ in reduction.by_line:
                self.counting.pop(line, None)


def reductions(
    thresholds: Lines, promotions: Sequence[Promotion], fragments: Sequence[Fragment], bases: dict[int, int]
) -> Iterator[Reduction]:
    """What thresholds take off, stacking group by stacking group. `bases` is told the sum that counted towards each.

    In one group no line counts twice: the best choice of those that reach their sums.
    """
    rest = _Rest(fragments)
    for layer in sorted({promotions[n].stacking for n in thresholds}):
        found: list[_Reduction] = []
        for n in sorted(thresholds):
            if promotions[n].stacking == layer:
                reduction = _reduction(n, promotions[n], thresholds[n], rest, bases)
                if reduction is not None:
                    found.append(reduction)
        for n, weights, saving in _best(found):
            chosen = Reduction(n, tuple(zip(weights, share(saving, list(weights.values())), strict=True)))
            rest.take(chosen, promotions[n].exclusive)
            yield chosen


def _reduction(
    n: int, promotion: Promotion, lines: tuple[tuple[int, ...], frozenset[int]], rest: _Rest, bases: dict[int, int]
) -> _Reduction | None:
    there = rest.free if promotion.exclusive else rest.counting
    counted = {line: there[line] for line in lines[0] if line in there}
    bases[n] = base = sum(counted.values())
    if len(promotion.goods) > 1:
        return _gift(n, promotion, lines, rest, base)
    saving = worth(promotion, base)
    if not saving:
        return None
    return _Reduction(n, counted, saving)


def worth(promotion: Promotion, base: int) -> int:
    """What a threshold takes off a sum that counts towards it."""
    if promotion.tiers:
        reached: list[Tier] = [tier for tier in promotion.tiers if 0 < tier.start <= base]
        return max((cut_of(base, tier.percent_bp, tier.amount_minor, None) for tier in reached), default=0)
    if base < promotion.threshold_minor or base <= 0:
        return 0
    if promotion.amount_minor is not None and promotion.applications_max > 1 and promotion.threshold_minor:
        times = min(base // promotion.threshold_minor, promotion.applications_max)
        return min(base, times * promotion.amount_minor)
    return cut_of(base, promotion.percent_bp, promotion.amount_minor, None)


def _gift(n: int, promotion: Promotion, lines: tuple[tuple[int, ...], frozenset[int]], rest: _Rest, base: int) -> _Reduction | None:
    """The dearest gifts that lie in the basket and have no promotion are free; they do not count towards the sum themselves."""
    left = promotion.goods[1].need
    by_line: dict[int, int] = {}
    gifts = [one for one in rest.gifts if one.line in lines[1] and one.line in rest.free]
    for fragment in sorted(gifts, key=lambda one: (-one.price, one.line)):
        own = fragment.price if fragment.line in lines[0] else 0
        for _ in range(min(left, fragment.pieces)):
            if base - own < promotion.threshold_minor:
                break
            base -= own
            left -= 1
            by_line[fragment.line] = by_line.get(fragment.line, 0) + fragment.price
    saving = sum(by_line.values())
    return _Reduction(n, dict(sorted(by_line.items())), saving) if saving else None


def _best(found: Sequence[_Reduction]) -> Sequence[_Reduction]:
    """The reductions of one group that together take off most, with no line counted by two."""
    if len(found) < 2:
        return found
    if len(found) > _SUBSETS_MAX:
        chosen: list[_Reduction] = []
        for one in sorted(found, key=lambda each: (-each.saving, each.promotion)):
            if all(one.weights.keys().isdisjoint(other.weights) for other in chosen):
                chosen.append(one)
        return sorted(chosen)
    subsets = [
        subset for count in range(len(found) + 1) for subset in combinations(found, count)
        if all(one.weights.keys().isdisjoint(other.weights) for one, other in combinations(subset, 2))
    ]  # fmt: skip
    return max(subsets, key=lambda subset: sum(one.saving for one in subset))
