"""Promotions, lines and terms for every suite about promotions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kiosk.domain.cart import Cart, CartLine
from kiosk.domain.pricing import PricedCart, Terms, price_cart
from kiosk.domain.promotion import NO_LIMITS, Goods, LawLimit, Promotion
from kiosk.domain.promotionbook import Book, Where, go_live
from kiosk.domain.tax import PER_RATE_TOTAL
from tests.kiosk.domain.strategies import RATES

WHERE = Where("noord", "NL", "AMS1", "store")
NOW_MS = 1_795_258_800_000
"""Saturday 21 November 2026, 12:00 in Amsterdam."""
OFFSET_MIN = 60


def promotion(id_: str, kind: str, *goods: Goods | str, **values: object) -> Promotion:
    """A promotion on goods named by tokens; texts are goods of need 1."""
    named = tuple(one if isinstance(one, Goods) else Goods((one,)) for one in goods) or (Goods(),)
    return replace(Promotion(id_, kind, {"nl": id_, "en": id_}, named), **values)  # type: ignore[arg-type]


def line(number: int, article: str, price: int, pieces: int = 1, **values: object) -> CartLine:
    """Pieces of an article."""
    made = CartLine(number, article, "", article, "", 1000 * pieces, "piece", price, 1, "standard", 0, 0)
    return replace(made, **values)  # type: ignore[arg-type]


def terms(*promotions: Promotion, limits: Mapping[str, LawLimit] = NO_LIMITS, **values: object) -> Terms:
    """Terms under which promotions run now, in the store of WHERE."""
    live = go_live(Book(promotions, 7), WHERE, NOW_MS, OFFSET_MIN)
    return replace(Terms(live, NOW_MS, limits, {}, "en"), **values)  # type: ignore[arg-type]


def priced(
    lines: Sequence[CartLine], at: Terms, coupons: Sequence[str] = (), groups: Sequence[str] = (), cart: Cart | None = None
) -> PricedCart:
    """A cart of lines, priced."""
    held = replace(cart or Cart("S"), lines=tuple(lines), coupons=tuple(coupons), customer_groups=tuple(groups))
    return price_cart(held, RATES, PER_RATE_TOTAL, at)
