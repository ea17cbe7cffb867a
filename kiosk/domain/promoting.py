"""What promotions take off a basket, line by line: stacking group by stacking group, then thresholds, the best deal in each.

The order is fixed: promotions on goods first, group 0 before group 1; then thresholds on what is left to pay. Only what must not
be together (exclusive promotions, `not_with`) is tried in several ways.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

from kiosk.domain import promotion as kinds
from kiosk.domain.dealsearch import NODES_MAX
from kiosk.domain.money import share
from kiosk.domain.promotionbasket import FREE, Basket, Outcome, most_off
from kiosk.domain.promotionlayer import Layer
from kiosk.domain.promotionthreshold import Fragment, Reduction, reductions
from kiosk.domain.quantity import ONE

NODES_BASKET = 2 * NODES_MAX
_WAYS_MAX = 12


def best_outcome(basket: Basket) -> Outcome:
    """The way that takes most off. Equal ones: the first of a fixed order, which no scan changes."""
    touched = basket.touched()
    best: Outcome | None = None
    for off in _ways(basket, touched):
        outcome = _outcome(basket, off)
        if best is None or outcome.total() > best.total():
            best = outcome
    assert best is not None, "there is always the way with all promotions"
    return best


def _ways(basket: Basket, touched: Sequence[int]) -> Iterator[frozenset[int]]:
    """Which promotions to leave out: nothing, then what could gain by it, never two that exclude each other."""
    promotions = basket.live.promotions
    ids = {promotions[n].id: n for n in touched}
    clashes = {tuple(sorted((n, ids[other]))) for n in touched for other in promotions[n].not_with if ids.get(other, n) != n}
    if clashes:
        bases = list(_without_clashes(sorted({n for pair in clashes for n in pair}), clashes))
    else:
        bases = [frozenset()]
    alone = [n for n in touched if promotions[n].exclusive] if len(touched) > 1 else []
    limited = [n for n in touched if promotions[n].sale_max_minor or promotions[n].id in basket.budget_left]
    thresholds = [n for n in touched if promotions[n].kind == kinds.THRESHOLD]
    goods = [n for n in touched if promotions[n].kind not in (kinds.THRESHOLD, kinds.POINTS)] if thresholds else []
    doubtful = sorted({*alone, *limited, *goods})
    made = 0
    for base in bases:
        for more in (frozenset(), *(frozenset((n,)) for n in doubtful), frozenset(alone)):
            if made < max(_WAYS_MAX, len(bases)) and (not more or not more <= base):
                made += 1
                yield base | more


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
    layers = sorted({basket.promotion(n).stacking for found in basket.matches.values() for n, _ in found if n not in off})
    nodes_left = NODES_BASKET
    for layer in layers:
        work = Layer(basket, outcome, off, layer, nodes_left)
        fragments = work.give(fragments)
        nodes_left = work.nodes_left
    thresholds = [n for n in basket.touched() if n not in off and basket.promotion(n).kind == kinds.THRESHOLD]
    if thresholds:
        for reduction in reductions(thresholds, basket.live.promotions, basket.matches, fragments, outcome.bases):
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
    for n in sorted({n for parts in outcome.parts.values() for n in parts}):
        promotion = basket.promotion(n)
        mosts = [promotion.sale_max_minor] if promotion.sale_max_minor else []
        if promotion.id in basket.budget_left:
            mosts.append(max(0, basket.budget_left[promotion.id]))
        lines = sorted(line for line, parts in outcome.parts.items() if n in parts)
        given = [outcome.parts[line][n] for line in lines]
        if mosts and min(mosts) < sum(given):
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
