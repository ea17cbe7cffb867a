"""What is missing for the next promotion: as data, for a text layer to speak."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kiosk.domain import promotion as kinds
from kiosk.domain.budget import gone
from kiosk.domain.deal import SET, TIER
from kiosk.domain.promotionbasket import Basket, Outcome

MORE_PIECES, MORE_GOODS, GIFT_WAITING, MORE_MONEY = (
    "promotion.more_pieces", "promotion.more_goods", "promotion.gift_waiting", "promotion.more_money",
)  # fmt: skip
CODES = (MORE_PIECES, MORE_GOODS, GIFT_WAITING, MORE_MONEY)


@dataclass(frozen=True, slots=True)
class Hint:
    """What would bring the next promotion: `code` is one of CODES, `count` pieces (of `goods`) or `amount_minor` more."""

    promotion: str
    name: str
    code: str
    count: int = 0
    amount_minor: int = 0
    goods: str = ""


def hints(basket: Basket, outcome: Outcome, language: str) -> dict[int, Hint]:
    """The nearest hint of each line; those of sums stand under -1."""
    found: dict[int, list[tuple[int, Hint]]] = {}
    free, used_up = _free(basket, outcome), gone(basket.budget_left)
    for n in basket.touched:
        if basket.promotion(n).id in used_up:
            continue
        if n not in free and n not in outcome.bases and n not in outcome.applied:
            continue
        for lines, hint in _of(basket, outcome, n, free.get(n, {}), language):
            for line in lines:
                found.setdefault(line, []).append((n, hint))
    return {line: min(mine, key=lambda one: (one[1].count, one[1].amount_minor, one[0]))[1] for line, mine in found.items()}


def _of(
    basket: Basket, outcome: Outcome, n: int, free: Mapping[int, Mapping[int, int]], language: str
) -> Iterator[tuple[tuple[int, ...], Hint]]:
    promotion, deal = basket.promotion(n), basket.live.deals[n]
    if promotion.kind == kinds.THRESHOLD:
        starts = [tier.start for tier in promotion.tiers] or [promotion.threshold_minor]
        there = outcome.bases.get(n, 0)
        missing = [start - there for start in starts if there < start <= 2 * there]  # half way at least: farther is no hint
        if missing:
            yield (-1,), Hint(promotion.id, promotion.name(language), MORE_MONEY, amount_minor=min(missing))
        return
    if deal is None or promotion.kind in kinds.PLAIN or (deal.sets_max and outcome.applied.get(n, 0) >= deal.sets_max):
        return
    if deal.shape == TIER:
        yield from _next_tier(basket, outcome, n, free.get(0, {}), language)
        return
    if not free:
        return
    if deal.shape == SET:
        yield from _roles_missing(basket, n, [free.get(role, {}) for role in range(len(deal.needs))], language)
        return
    lines, there = tuple(free[0]), sum(free[0].values())
    nearest = sum(deal.needs) - there if there < sum(deal.needs) else 0
    if lines and nearest:
        yield lines, Hint(promotion.id, promotion.name(language), MORE_PIECES, count=nearest)


def _next_tier(
    basket: Basket, outcome: Outcome, n: int, free: Mapping[int, int], language: str
) -> Iterator[tuple[tuple[int, ...], Hint]]:
    """All pieces of a promotion by number count towards its next step, also those that have one already."""
    promotion, counted = basket.promotion(n), sum(free.values()) + outcome.applied.get(n, 0)
    lines = tuple(sorted({*free, *(line for line, parts in outcome.parts.items() if n in parts)}))
    missing = [tier.start - counted for tier in promotion.tiers if tier.start > counted]
    if lines and missing:
        yield lines, Hint(promotion.id, promotion.name(language), MORE_PIECES, count=min(missing))


def _roles_missing(
    basket: Basket, n: int, free: Sequence[Mapping[int, int]], language: str
) -> Iterator[tuple[tuple[int, ...], Hint]]:
    """For a set of several goods: which of them is missing most plainly, where something of it is there."""
    promotion = basket.promotion(n)
    missing = [max(0, goods.need - sum(there.values())) for goods, there in zip(promotion.goods, free, strict=True)]
    lines = tuple(sorted({line for there in free for line in there}))
    if not lines or not any(missing):
        return
    role = next(place for place, count in enumerate(missing) if count)
    names = promotion.goods[role].names
    is_gift = promotion.kind == kinds.GIFT and role == len(missing) - 1
    code = GIFT_WAITING if is_gift else MORE_GOODS
    goods = names.get(language) or next(iter(names.values()), "")
    yield lines, Hint(promotion.id, promotion.name(language), code, count=missing[role], goods=goods)


_Free = dict[int, dict[int, dict[int, int]]]
"""promotion -> group of its goods -> line -> pieces that no deal of its stacking group took."""


def _free(basket: Basket, outcome: Outcome) -> _Free:
    found: _Free = {}
    promotions, deals = basket.live.promotions, basket.live.deals
    for line, matches in basket.matches.items():
        pieces = basket.pieces(line)
        for n, group in matches:
            if deals[n] is None:
                continue
            left = pieces - outcome.taken.get((line, promotions[n].stacking), 0)
            if left > 0:
                found.setdefault(n, {}).setdefault(group, {})[line] = left
    return found
