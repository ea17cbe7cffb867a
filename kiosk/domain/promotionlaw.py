"""What a promotion would do to real prices: lines below nothing, no reduction at all, or more than a law allows."""

from collections.abc import Iterator, Sequence

from kiosk.domain import promotion as kinds
from kiosk.domain.promotion import ALL, BASIS, PLAIN, Goods, LawLimit, Promotion, Tier, cut_of, strictest
from kiosk.domain.promotionknown import Known

_SHOWN = 3


def worth_faults(promotion: Promotion, known: Known) -> Iterator[tuple[str, str, str]]:
    """(field, value, how to mend it): takes off more than goods cost, or nothing."""
    prices = [_prices(goods, known) for goods in promotion.goods]
    if promotion.kind == kinds.THRESHOLD or not all(prices):
        return
    least = sum(goods.need * min(found) for goods, found in zip(promotion.goods, prices, strict=True))
    most = sum(goods.need * max(found) for goods, found in zip(promotion.goods, prices, strict=True))
    if promotion.kind in PLAIN or promotion.kind in (kinds.CHEAPEST, kinds.DEAREST):
        least, most = min(prices[0]), max(prices[0])
    rules: Sequence[Promotion | Tier] = promotion.tiers or (promotion,)
    if promotion.tiers:
        least, most = min(prices[0]), max(prices[0])
    for rule in rules:
        if rule.amount_minor is not None and rule.amount_minor > least:
            mend = f"the cheapest of these goods cost {_money(least)} together: take off at most that, or leave them out"
            yield "amount_minor", _money(rule.amount_minor), f"a line would go below nothing: {mend}"
        if rule.price_minor is not None and rule.price_minor >= most:
            yield "price_minor", _money(rule.price_minor), f"nobody gains: the dearest of these goods cost {_money(most)} together"


def law_faults(promotion: Promotion, known: Known) -> Iterator[tuple[str, str, str]]:
    """(goods, how to mend it, law): goods named more narrowly than `all` that a law lets less off, in a country it is for.

    A promotion on everything is welcome: what the law keeps out is left out at the till.
    """
    for country in sorted(promotion.countries or known.limits):
        limits = known.limits.get(country, {})
        broken: dict[str, tuple[LawLimit, list[str]]] = {}
        for place, goods in enumerate(promotion.goods):
            if ALL in goods.of:
                continue
            for article in known.articles(goods):
                ware = known.wares[article]
                limit = strictest(ware.goods, limits)
                if limit is None or (promotion.kind == kinds.POINTS and limit.most_bp):
                    continue
                if promotion.kind == kinds.POINTS or _most_off_bp(promotion, place, ware.price_minor) > limit.most_bp:
                    name = next(one for one in ware.goods if limits.get(one) == limit)
                    broken.setdefault(name, (limit, []))[1].append(article)
        for name, (limit, articles) in sorted(broken.items()):
            shown = ", ".join(articles[:_SHOWN]) + (", ..." if len(articles) > _SHOWN else "")
            allowed = f"at most {limit.most_bp // 100} % off" if limit.most_bp else "no promotion, coupon, staff discount or points"
            mend = f"{limit.law} ({country}) allows {allowed} for {name}: give less, or leave out class:{name}"
            yield shown, mend, limit.law


def _most_off_bp(promotion: Promotion, group: int, price_minor: int | None) -> int:
    """The most that a promotion takes off one piece of its goods, as a part of its price (basis points), rounded up."""
    need = promotion.goods[group].need
    if promotion.kind == kinds.N_FOR_M:
        return -(-(need - promotion.pay) * BASIS // need)
    if promotion.kind == kinds.GIFT or (promotion.kind == kinds.THRESHOLD and len(promotion.goods) > 1):
        return BASIS if group == len(promotion.goods) - 1 else 0
    if promotion.kind == kinds.THRESHOLD:
        starts = promotion.tiers or (Tier(promotion.threshold_minor, promotion.percent_bp, promotion.amount_minor),)
        return max(_part(cut_of(tier.start, tier.percent_bp, tier.amount_minor, None), tier.start) for tier in starts)
    if promotion.tiers:
        return max(_of_piece(tier, price_minor) for tier in promotion.tiers)
    if promotion.kind in (kinds.CHEAPEST, kinds.DEAREST):
        return -(-_of_piece(promotion, price_minor) * promotion.reduced // need)
    if promotion.kind in (kinds.N_FOR_PRICE, kinds.MIX_AND_MATCH, kinds.BUNDLE) and promotion.percent_bp is None:
        if price_minor is None or len(promotion.goods) > 1:
            return BASIS  # other goods of the set decide: it cannot be shown to be within the law
        whole = need * price_minor
        return _part(promotion.amount_minor if promotion.amount_minor is not None else whole - (promotion.price_minor or 0), whole)
    return _of_piece(promotion, price_minor)


def _of_piece(rule: Promotion | Tier, price_minor: int | None) -> int:
    if rule.percent_bp is not None:
        return rule.percent_bp
    if price_minor is None:
        return BASIS
    return _part(cut_of(price_minor, rule.percent_bp, rule.amount_minor, rule.price_minor), price_minor)


def _part(off_minor: int, whole_minor: int) -> int:
    return -(-off_minor * BASIS // whole_minor) if whole_minor > 0 else 0


def _prices(goods: Goods, known: Known) -> list[int]:
    found = (known.wares[article].price_minor for article in known.articles(goods))
    return [price for price in found if price is not None]


def _money(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"
