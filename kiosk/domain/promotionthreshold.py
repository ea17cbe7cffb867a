"""Thresholds: so much off, or a gift, from a sum of the basket on; they count what other promotions have left to pay."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from kiosk.domain.money import share
from kiosk.domain.promotion import Promotion, Tier, cut_of

_FREE, _REDUCED, _ALONE = 0, 1, 2
_SUBSETS_MAX = 6


@dataclass(frozen=True, slots=True)
class Fragment:
    """Pieces of one line that cost the same by now (minor units each); `state` says whether they have a promotion."""

    line: int
    price: int
    count: int
    state: int


class Reduction(NamedTuple):
    """What a threshold takes off which lines."""

    promotion: int
    by_line: tuple[tuple[int, int], ...]
    saving: int
    counted: frozenset[int]


def reductions(
    thresholds: Sequence[int], promotions: Sequence[Promotion], matches: Mapping[int, Sequence[tuple[int, int]]],
    fragments: Sequence[Fragment], bases: dict[int, int],
) -> Iterator[Reduction]:  # fmt: skip
    """What thresholds take off, stacking group by stacking group. `bases` is told the sum that counted towards each.

    In one group no line counts twice: the best choice of those that reach their sums.
    """
    gone: dict[int, int] = {}
    alone: set[int] = set()
    for layer in sorted({promotions[n].stacking for n in thresholds}):
        found: list[Reduction] = []
        for n in thresholds:
            if promotions[n].stacking == layer:
                reduction = _reduction(n, promotions[n], matches, fragments, (gone, alone), bases)
                if reduction is not None and reduction.saving:
                    found.append(reduction)
        for reduction in _best(found):
            for line, amount in reduction.by_line:
                gone[line] = gone.get(line, 0) + amount
            if promotions[reduction.promotion].exclusive:
                alone |= reduction.counted
            yield reduction


def _reduction(
    n: int, promotion: Promotion, matches: Mapping[int, Sequence[tuple[int, int]]], fragments: Sequence[Fragment],
    so_far: tuple[dict[int, int], set[int]], bases: dict[int, int],
) -> Reduction | None:  # fmt: skip
    gone, alone = so_far
    rest: dict[int, int] = {}
    for fragment in fragments:
        counts = fragment.state == _FREE if promotion.exclusive else fragment.state != _ALONE
        if counts and fragment.line not in alone and (n, 0) in matches[fragment.line]:
            rest[fragment.line] = rest.get(fragment.line, 0) + fragment.price * fragment.count
    if promotion.exclusive:
        rest = {line: amount for line, amount in rest.items() if not gone.get(line)}
    rest = {line: max(0, amount - gone.get(line, 0)) for line, amount in sorted(rest.items())}
    bases[n] = base = sum(rest.values())
    if len(promotion.goods) > 1:
        return _gift(n, promotion, matches, fragments, (gone, alone), base)
    saving = _saving(promotion, base)
    if not saving:
        return None
    shares = share(saving, list(rest.values()))
    return Reduction(n, tuple(zip(rest, shares, strict=True)), saving, frozenset(rest))


def _saving(promotion: Promotion, base: int) -> int:
    if promotion.tiers:
        reached: list[Tier] = [tier for tier in promotion.tiers if 0 < tier.start <= base]
        return max((cut_of(base, tier.percent_bp, tier.amount_minor, None) for tier in reached), default=0)
    if base < promotion.threshold_minor or base <= 0:
        return 0
    if promotion.amount_minor is not None and promotion.applications_max > 1 and promotion.threshold_minor:
        times = min(base // promotion.threshold_minor, promotion.applications_max)
        return min(base, times * promotion.amount_minor)
    return cut_of(base, promotion.percent_bp, promotion.amount_minor, None)


def _gift(
    n: int, promotion: Promotion, matches: Mapping[int, Sequence[tuple[int, int]]], fragments: Sequence[Fragment],
    so_far: tuple[dict[int, int], set[int]], base: int,
) -> Reduction | None:  # fmt: skip
    """The dearest gifts that lie in the basket and have no promotion are free; they do not count towards the sum themselves."""
    gone, alone = so_far
    left, by_line = promotion.goods[1].need, dict[int, int]()
    gifts = [
        one for one in fragments
        if one.state == _FREE and (n, 1) in matches[one.line] and one.line not in alone and not gone.get(one.line)
    ]  # fmt: skip
    for fragment in sorted(gifts, key=lambda one: (-one.price, one.line)):
        own = fragment.price if (n, 0) in matches[fragment.line] else 0
        while left and fragment.count - by_line.get(fragment.line, 0) // max(1, fragment.price) > 0:
            if base - own < promotion.threshold_minor:
                break
            base -= own
            left -= 1
            by_line[fragment.line] = by_line.get(fragment.line, 0) + fragment.price
    saving = sum(by_line.values())
    return Reduction(n, tuple(sorted(by_line.items())), saving, frozenset(by_line)) if saving else None


def _best(found: Sequence[Reduction]) -> Sequence[Reduction]:
    """The reductions of one group that together take off most, with no line counted by two."""
    if len(found) > _SUBSETS_MAX:
        chosen: list[Reduction] = []
        for one in sorted(found, key=lambda each: (-each.saving, each.promotion)):
            if all(one.counted.isdisjoint(other.counted) for other in chosen):
                chosen.append(one)
        return sorted(chosen)
    subsets = [
        subset for count in range(len(found) + 1) for subset in combinations(found, count)
        if all(one.counted.isdisjoint(other.counted) for one, other in combinations(subset, 2))
    ]  # fmt: skip
    return max(subsets, key=lambda subset: sum(one.saving for one in subset))
