"""What promotions take off a basket, line by line: stacking group by stacking group, then thresholds, the best deal in each.

The order is fixed: promotions on goods first, group 0 before group 1; then thresholds on what is left to pay. Only what must not
be together (exclusive promotions, `not_with`) is tried in several ways.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, islice

from kiosk.domain import promotion as kinds
from kiosk.domain.dealsearch import NODES_MAX
from kiosk.domain.money import share
from kiosk.domain.promotionbasket import FREE, Basket, Outcome, most_off
from kiosk.domain.promotionlayer import Layer
from kiosk.domain.promotionthreshold import Fragment, Reduction, reductions, worth
from kiosk.domain.quantity import ONE

NODES_BASKET = NODES_MAX
_WAYS_MAX = 12
_NOT_GOODS = frozenset({kinds.THRESHOLD, kinds.POINTS})


def best_outcome(basket: Basket) -> Outcome:
    """The way that takes most off. Of equal ones the first of a fixed order, which no scan changes."""
    best: Outcome | None = None
    most = tried = 0
    for base in _bases(basket):
        first = _outcome(basket, base)
        others = (_outcome(basket, base | more) for more in _doubts(basket, first))
        for outcome in (first, *islice(others, max(0, _WAYS_MAX - tried))):
            tried += 1
            total = outcome.total()
            if best is None or total > most:
                best, most = outcome, total
    assert best is not None, "there is always the way with all promotions"
    return best


def _bases(basket: Basket) -> Iterator[frozenset[int]]:
    """Which promotions to leave out so that no two are left that exclude each other."""
    promotions = basket.live.promotions
    picky = [n for n in basket.touched if promotions[n].not_with]
    ids = {promotions[n].id: n for n in basket.touched} if picky else {}
    clashes = {tuple(sorted((n, ids[other]))) for n in picky for other in promotions[n].not_with if ids.get(other, n) != n}
    if not clashes:
        yield frozenset()
        return
    yield from _without_clashes(sorted({n for pair in clashes for n in pair}), clashes)


def _doubts(basket: Basket, first: Outcome) -> Iterator[frozenset[int]]:
    """What could be worth more without: what stands alone, what was cut short, and what kept a sum from being reached."""
    given = first.by_promotion()
    alone = [n for n in sorted(given) if basket.promotion(n).exclusive]
    for n in dict.fromkeys((*alone, *sorted(first.cut_short))):
        yield frozenset((n,))
    if len(alone) > 1:
        yield frozenset(alone)
    for n in basket.touched:
        if basket.promotion(n).exclusive and given and n not in given:
            yield frozenset(given) - {n}  # it had to stand back because others came before it
    for threshold, base in sorted(first.bases.items()):
        rule, lines = basket.promotion(threshold), basket.thresholds[threshold][0]
        missed = [start for start in ([tier.start for tier in rule.tiers] or [rule.threshold_minor]) if start > base]
        for n, amount in sorted(given.items()) if missed else ():
            if n in basket.thresholds or base + amount < missed[0]:
                continue
            there = sum(parts.get(n, 0) for line, parts in first.parts.items() if line in lines)
            if base + there >= missed[0] and amount < worth(rule, base + there):
                yield frozenset((n,))


def _without_clashes(clashing: Sequence[int], clashes: set[tuple[int, ...]]) -> Iterator[frozenset[int]]:
    """The smallest sets of promotions to leave out so that no two of the rest exclude each other."""
    for count in range(len(clashing)):
        found = [frozenset(off) for off in combinations(clashing, count) if all(any(n in off for n in pair) for pair in clashes)]
        if found or count >= 3:
            yield from found or [frozenset(clashing[1:])]
            yield from (frozenset(n for n in clashing if n != kept) for kept in clashing)
            return


def _outcome(basket: Basket, off: frozenset[int]) -> Outcome:
    """Give all promotions but those left out."""
    outcome = Outcome()
    fragments = [_fragment(basket, place) for place in basket.matches]
    promotions, nodes_left = basket.live.promotions, NODES_BASKET
    for layer in sorted({promotions[n].stacking for n in basket.touched if promotions[n].kind not in _NOT_GOODS and n not in off}):
        work = Layer(basket, outcome, off, layer, nodes_left)
        fragments = work.give(fragments)
        nodes_left = work.nodes_left
    if basket.thresholds:
        running = {n: lines for n, lines in basket.thresholds.items() if n not in off}
        for reduction in reductions(running, promotions, fragments, outcome.bases):
            _reduce(outcome, reduction)
    _keep_budgets(basket, outcome)
    _keep_law(basket, outcome)
    return outcome


def _fragment(basket: Basket, place: int) -> Fragment:
    line = basket.lines[place]
    if line.unit == "piece":
        return Fragment(place, line.unit_price_minor, line.quantity_milli // ONE, FREE)
    return Fragment(place, basket.before[place], 1, FREE)


def _reduce(outcome: Outcome, reduction: Reduction) -> None:
    outcome.applied[reduction.promotion] = 1
    for line, amount in reduction.by_line:
        outcome.add(line, reduction.promotion, amount)


def _keep_budgets(basket: Basket, outcome: Outcome) -> None:
    """What a promotion may take off one sale, or has left at all, is shared over what it took off."""
    for n in basket.touched:
        promotion = basket.promotion(n)
        if not promotion.sale_max_minor and promotion.id not in basket.budget_left:
            continue
        mosts = [promotion.sale_max_minor] if promotion.sale_max_minor else []
        if promotion.id in basket.budget_left:
            mosts.append(max(0, basket.budget_left[promotion.id]))
        lines = sorted(line for line, parts in outcome.parts.items() if n in parts)
        given = [outcome.parts[line][n] for line in lines]
        if mosts and min(mosts) < sum(given):
            outcome.cut_short.add(n)
            for line, part in zip(lines, share(min(mosts), given), strict=True):
                outcome.parts[line][n] = part


def _keep_law(basket: Basket, outcome: Outcome) -> None:
    """Where all promotions of a line together pass the law's limit, the last ones give way."""
    for line, limit in basket.limits.items():
        parts = outcome.parts.get(line)
        if parts:
            room = most_off(basket.before[line], limit)
            for n in sorted(parts, key=lambda n: (basket.promotion(n).stacking, basket.promotion(n).kind == kinds.THRESHOLD, n)):
                parts[n] = min(parts[n], room)
                room -= parts[n]
