"""What a customer reads of an article: what one costs, and beside an announced reduction the price that it is measured by.

A reduction is announced by a price (`Price.reduction`) or by a promotion that is open to everybody and takes something off each
piece. What asks for several pieces, a coupon, a card or a label has no from-price: it is told by its name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kiosk.domain.catalog import ANNOUNCED, Article
from kiosk.domain.pricelist import PRIOR_MS, PricePlace, Prices, announced_prior, began, changes_of, price_in
from kiosk.domain.promotion import AMOUNT, FIXED_PRICE, HAPPY_HOUR, PERCENT, LawLimit, Promotion, cut_of, strictest, tokens_of
from kiosk.domain.promotionbasket import most_off
from kiosk.domain.promotionbook import Book, Live, is_at

ANNOUNCING = frozenset({PERCENT, AMOUNT, FIXED_PRICE, HAPPY_HOUR})


@dataclass(frozen=True, slots=True)
class ShelfPrice:
    """Minor units; `prior_minor` 0: nothing stands beside the price. `offers` are promotions by name, the reducing one first."""

    asked_minor: int
    prior_minor: int
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """An article as promotions look at goods that nobody has put a label on."""

    article: str
    style: str
    brand: str
    category: str
    tags: tuple[str, ...]
    goods: tuple[str, ...]
    label: str = ""


def shelf_price(
    article: Article, prices: Prices, place: PricePlace, book: Book, live: Live, now_ms: int, limits: Mapping[str, LawLimit],
    language: str, used_up: frozenset[str] = frozenset(),
) -> ShelfPrice | None:  # fmt: skip
    """What an article costs on the shelf now; None where it has no price. `book` knows promotions that are over, too.

    Promotions in `used_up` (ids) have nothing left of their budgets.
    """
    place = replace(place, groups=())
    price = price_in(prices, place, now_ms)
    if price is None:
        return None
    shown = Shown(article.id, article.style, article.brand, article.category, article.tags, article.goods)
    matching = [live.promotions[n] for n in sorted({n for n, _ in live.matching(shown)})]
    open_ = [one for one in matching if is_open(one) and one.id not in used_up]
    limit = strictest(article.goods, limits)
    asked, reducing = _reduced(price.amount_minor, [one for one in open_ if announces(one)], limit)
    prior: int | None = None
    if reducing is not None:
        prior = lowest_before(prices, place, reducing.from_ms, _others(book, live, shown, reducing.id), limit)
    elif price.reduction:
        prior = announced_prior(prices, place, now_ms)
        if prior is not None and price.reduction == ANNOUNCED:
            before = lowest_before(prices, place, began(prices, place, now_ms), _others(book, live, shown), limit)
            prior = prior if before is None else min(prior, before)
    names = [one.name(language) for one in (*((reducing,) if reducing else ()), *(one for one in open_ if one is not reducing))]
    return ShelfPrice(asked, prior if prior is not None and prior > asked else 0, tuple(names))


def is_open(promotion: Promotion) -> bool:
    """Whether everybody gets it who buys the goods: without a coupon, a card or a label."""
    return promotion.coupon is None and not promotion.groups_asked and not promotion.label


def announces(promotion: Promotion) -> bool:
    """Whether it is a reduction of each piece, so that the law asks for the price before it."""
    return is_open(promotion) and promotion.kind in ANNOUNCING and not promotion.applications_max


def lowest_before(
    prices: Prices, place: PricePlace, start_ms: int, others: Sequence[Promotion] = (), limit: LawLimit | None = None
) -> int | None:
    """The lowest price that was asked in the 30 days before a promotion began, other open reductions of that time included."""
    first = start_ms - PRIOR_MS
    instants = {first, *changes_of(prices, first, start_ms)}
    instants |= {at_ms for one in others for at_ms in (one.from_ms, one.until_ms) if first < at_ms < start_ms}
    asked: list[int] = []
    for at_ms in instants:
        price = price_in(prices, place, at_ms)
        if price is not None:
            running = [one for one in others if one.from_ms <= at_ms and not 0 < one.until_ms <= at_ms]
            asked.append(_reduced(price.amount_minor, running, limit)[0])
    return min(asked, default=None)


def _others(book: Book, live: Live, shown: Shown, besides: str = "") -> list[Promotion]:
    """All promotions of this place that reduced these goods for everybody at some time, also those that are over."""
    tokens = frozenset(tokens_of(shown.article, shown))
    return [
        one
        for one in book.promotions
        if announces(one) and one.id != besides and is_at(one, live.where)
        and any(not tokens.isdisjoint(goods.of) and tokens.isdisjoint(goods.but) for goods in one.goods)
    ]  # fmt: skip


def _reduced(price_minor: int, promotions: Sequence[Promotion], limit: LawLimit | None) -> tuple[int, Promotion | None]:
    """The price after the best of these, and which that is."""
    best, reducing = 0, None
    for one in promotions:
        off = cut_of(price_minor, one.percent_bp, one.amount_minor, one.price_minor)
        off = min(off, most_off(price_minor, limit)) if limit is not None else off
        if off > best:
            best, reducing = off, one
    return price_minor - best, reducing
