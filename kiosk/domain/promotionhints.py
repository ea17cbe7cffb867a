"""What is missing for the next promotion: as data, for a text layer to speak."""

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.domain import promotion as kinds
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
    for n in basket.touched():
        for lines, hint in _of(basket, outcome, n, language):
            for line in lines:
                found.setdefault(line, []).append((n, hint))
    return {line: min(mine, key=lambda one: (one[1].count, one[1].amount_minor, one[0]))[1] for line, mine in found.items()}


def _of(basket: Basket, outcome: Outcome, n: int, language: str) -> Iterator[tuple[tuple[int, ...], Hint]]:
    promotion, deal = basket.promotion(n), basket.live.deals[n]
    name = promotion.name(language)
    if promotion.kind == kinds.THRESHOLD:
        starts = [tier.start for tier in promotion.tiers] or [promotion.threshold_minor]
        missing = [start - outcome.bases[n] for start in starts if start > outcome.bases.get(n, start) > 0]
        if missing:
            yield (-1,), Hint(promotion.id, name, MORE_MONEY, amount_minor=min(missing))
        return
    if deal is None or promotion.kind in kinds.PLAIN or (deal.sets_max and outcome.applied.get(n, 0) >= deal.sets_max):
        return
    free = _free(basket, outcome, n, roles=len(deal.needs) if deal.shape == SET else 1)
    if deal.shape == SET:
        yield from _roles_missing(basket, n, free, language)
        return
    lines, there = tuple(free[0]), sum(free[0].values())
    if deal.shape == TIER:
        counted = there + (outcome.applied.get(n, 0))
        nearest = min((start - counted for start in deal.needs if start > counted), default=0)
    else:
        nearest = sum(deal.needs) - there if there < sum(deal.needs) else 0
    if lines and nearest:
        yield lines, Hint(promotion.id, name, MORE_PIECES, count=nearest)


def _roles_missing(basket: Basket, n: int, free: list[dict[int, int]], language: str) -> Iterator[tuple[tuple[int, ...], Hint]]:
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


def _free(basket: Basket, outcome: Outcome, n: int, roles: int) -> list[dict[int, int]]:
    """By role: line -> pieces that no deal of the stacking group took."""
    found: list[dict[int, int]] = [{} for _ in range(roles)]
    layer = basket.promotion(n).stacking
    for line, matches in basket.matches.items():
        for of, group in matches:
            pieces = basket.pieces(line) - outcome.taken.get((line, layer), 0)
            if of == n and pieces > 0:
                found[group if roles > 1 else 0][line] = pieces
    return found
