"""Benches of the price engine: a large basket against many promotions, and one more scan into a usual one. Pure computing."""

import gc
import random
import time
from dataclasses import replace

from kiosk.countries import nl
from kiosk.domain.cart import Cart, CartLine
from kiosk.domain.pricing import Terms, price_cart
from kiosk.domain.promotion import (
    BUNDLE,
    CHEAPEST,
    FIXED_PRICE,
    MEMBER_PRICE,
    MIX_AND_MATCH,
    N_FOR_M,
    N_FOR_PRICE,
    PERCENT,
    THRESHOLD,
    TIERS,
    Coupon,
    Goods,
    Promotion,
    Tier,
)
from kiosk.domain.promotionbook import Book, Live, Where, go_live
from kiosk.domain.tax import PER_RATE_TOTAL
from tests.bench.figures import Figures
from tests.bench.options import Options

FIGURES = ("price_200x500", "price_one_more_60")
PROMOTIONS, ARTICLES = 500, 8_000
_WHERE = Where("noord", "NL", "AMS1", "store")
_NOW_MS = 1_795_258_800_000
_RATES = {"standard": 2_100, "reduced": 900, "zero": 0, "exempt": 0}
_NARROW = (
    N_FOR_M, N_FOR_M, N_FOR_PRICE, N_FOR_PRICE, PERCENT, PERCENT, CHEAPEST, CHEAPEST, FIXED_PRICE, MEMBER_PRICE, MIX_AND_MATCH,
    BUNDLE, TIERS,
)  # fmt: skip


def measure(figures: Figures, options: Options) -> None:
    """Baskets from a seed, no two alike; what the till remembers of one helps little with the next."""
    chance = random.Random(4)
    terms = Terms(_live(Book(promotions(chance), 1)), _NOW_MS, nl.GOODS_LIMITS)
    gc.collect()
    gc.freeze()  # as a till does that has started: else a collection walks all that the bench has loaded, for 20 ms and more
    if options.wants("price_200x500"):
        for _ in range(options.count(200, 30)):
            figures.add("price_200x500", _timed(basket(chance, 200), terms))
    if options.wants("price_one_more_60"):
        for _ in range(options.count(300, 60)):
            cart = basket(chance, 61)
            price_cart(replace(cart, lines=cart.lines[:60]), _RATES, PER_RATE_TOTAL, terms)
            figures.add("price_one_more_60", _timed(cart, terms))
    gc.unfreeze()


def promotions(chance: random.Random) -> tuple[Promotion, ...]:
    """A large supermarket's week: most promotions are on a handful of like articles, some on a whole category or brand, a few on
    everything; every fourth handful also lies in the one before.
    """
    made: list[Promotion] = []
    start = 0
    for n in range(PROMOTIONS):
        size = chance.randint(4, 16)
        start = max(0, start - size // 2) if n % 4 == 0 else start
        tokens = tuple(f"article:{article}" for article in range(start, start + size))
        start += size
        kind = chance.choice(_NARROW)
        if n % 12 == 0:
            tokens, kind = (f"category:C{chance.randrange(40)}",), chance.choice((PERCENT, N_FOR_M, CHEAPEST))
        elif n % 25 == 1:
            tokens, kind = (f"brand:B{chance.randrange(200)}",), chance.choice((PERCENT, TIERS, N_FOR_PRICE))
        elif n % 100 == 2:
            tokens, kind = ("all",), THRESHOLD
        made.append(_of_kind(f"P{n:03}", kind, tokens, chance))
    coupon = Promotion("COUPON", PERCENT, {"nl": "Tien procent"}, percent_bp=1_000, coupon=Coupon(codes=("TIEN",)), stacking=1)
    return (*made[:-1], coupon)


def _of_kind(name: str, kind: str, tokens: tuple[str, ...], chance: random.Random) -> Promotion:
    need = chance.choice((2, 2, 3, 4))
    rule = Promotion(name, kind, {"nl": name}, (Goods(tokens, need=need),))
    if kind == N_FOR_M:
        return replace(rule, pay=need - 1)
    if kind == N_FOR_PRICE:
        return replace(rule, price_minor=need * 200)
    if kind in (PERCENT, CHEAPEST):
        return replace(rule, percent_bp=chance.choice((1_000, 2_500, 5_000)))
    if kind in (FIXED_PRICE, MEMBER_PRICE):
        return replace(rule, price_minor=chance.choice((99, 199)))
    if kind == TIERS:
        return replace(rule, tiers=(Tier(2, percent_bp=1_000), Tier(4, percent_bp=2_000)))
    if kind == THRESHOLD:
        return replace(rule, threshold_minor=chance.choice((2_500, 5_000, 10_000)), amount_minor=500)
    half = len(tokens) // 2
    groups = (Goods(tokens[:half]), Goods(tokens[half:], need=need - 1))
    return replace(rule, goods=groups, price_minor=need * 180) if kind == BUNDLE else replace(rule, goods=groups, percent_bp=1_500)


def basket(chance: random.Random, lines: int) -> Cart:
    """Lines as promotions want them: three of four are of goods that some promotion names."""
    made = []
    for number in range(1, lines + 1):
        article = chance.randrange(5_000 if chance.random() < 0.75 else ARTICLES)
        made.append(
            CartLine(
                number, str(article), "", "", "", 1_000 * chance.choice((1, 1, 1, 2, 3, 4)), "piece", 49 + article * 37 % 900, 1,
                "reduced", 0, 0, style=f"S{article // 4}", category=f"C{article // 200}", brand=f"B{article // 40}",
            )
        )  # fmt: skip
    return Cart("S", tuple(made), coupons=("TIEN",), customer_groups=("member",))


def _live(book: Book) -> Live:
    return go_live(book, _WHERE, _NOW_MS, 60)


def _timed(cart: Cart, terms: Terms) -> float:
    began = time.perf_counter()
    price_cart(cart, _RATES, PER_RATE_TOTAL, terms)
    return (time.perf_counter() - began) * 1_000
