"""What goods cost on the web: the same prices, promotions and functions as at the tills, over what the hub published."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from kiosk.countries.known import COUNTRIES
from kiosk.decoding import read_json
from kiosk.domain.budget import Spent, has_budget, left
from kiosk.domain.cart import Cart, CartLine
from kiosk.domain.catalog import Article
from kiosk.domain.feed import CATALOG, DEVICE, Setting, Word
from kiosk.domain.pricelist import Prices, announced_prior, began, changes_of, percent_off, price_in
from kiosk.domain.pricing import PricedCart, Terms, price_cart
from kiosk.domain.promotionbook import coupons_of
from kiosk.domain.promotionhints import Hint
from kiosk.domain.quantity import ONE
from kiosk.domain.tax import OUTSIDE, PER_RATE_TOTAL
from kiosk.domain.voucher import vat_class_of
from kiosk.text import words
from sync.hub import feedlog, stops
from sync.hub.core import Hub
from sync.hub.offered import Offered
from sync.hub.shop.access import Site
from sync.hub.shop.finding import articles_now
from sync.hub.shop.values import (
    BasketContent,
    CouponState,
    Money,
    PricedBasket,
    PricedBasketLine,
    Reduction,
    Vat,
    WantedLine,
)
from sync.hub.storage.schema_budgets import budgets

VAT_RULE = "till.vat_rule"
FAR_AHEAD_MS = 1 << 52
UNKNOWN, NO_PRICE, NO_VAT, PART_OF_A_PIECE = "article.unknown", "article.no_price", "article.no_vat", "article.part_of_a_piece"
HALTED = "article.stopped"
PROBLEMS: Mapping[str, str] = {
    UNKNOWN: "{name} is not offered any more. Take it out of the basket.",
    NO_PRICE: "{name} is not sold on the web. Take it out of the basket.",
    NO_VAT: "{name} cannot be sold in this country. Take it out of the basket.",
    PART_OF_A_PIECE: "{name} is sold by the piece. Choose a whole number.",
    HALTED: "{name} must not be sold at the moment. Take it out of the basket.",
}
"""Why a line of a basket costs nothing and cannot be ordered, by code."""


@dataclass(frozen=True, slots=True)
class Stock:
    """What is needed to price some articles: themselves, the words of their variants, the VAT rule, and what budgets gave.

    `stopped` are those that must not be sold in any store.
    """

    articles: Mapping[str, Article]
    words: Mapping[str, Word]
    vat_rule: str
    spent: Mapping[str, Spent]
    stopped: frozenset[str] = frozenset()


class Shelves:
    """The prices of each tenant, kept at hand by one process. Used on the event loop; computing is done beside it."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._offered: dict[str, Offered] = {}
        self._turn: dict[str, asyncio.Lock] = {}

    async def prices(self, site: Site, articles: Sequence[str], now_ms: int) -> tuple[dict[str, Money], int]:
        """The price of each of these articles that has one, and the revision that says so."""
        async with self._turn.setdefault(site.tenant, asyncio.Lock()):
            offered = await self._caught_up(site, articles)

            def quote() -> dict[str, Money]:
                found = {one: money_of(offered.prices(one, offered.upto), site, now_ms) for one in articles}
                return {article: money for article, money in found.items() if money is not None}

            return await asyncio.to_thread(quote), offered.upto

    async def basket(self, site: Site, content: BasketContent, now_ms: int) -> PricedBasket:
        """What a basket costs now."""
        async with self._turn.setdefault(site.tenant, asyncio.Lock()):
            names = sorted({line.article for line in content.lines})
            stock = await self._hub.storage.read(lambda connection: stock_of(connection, site.tenant, names))
            offered = await self._caught_up(site, [one for one in names if one in stock.articles])
            return await asyncio.to_thread(priced_basket, site, content, stock, offered, now_ms)

    async def _caught_up(self, site: Site, articles: Iterable[str]) -> Offered:
        offered = self._offered.setdefault(site.tenant, Offered(site.tenant))
        missing = offered.missing(articles)
        await self._hub.storage.read(lambda connection: offered.catch_up(connection, missing))
        return offered


def money_of(prices: Prices, site: Site, now_ms: int) -> Money | None:
    """What an article costs on the web at an instant, None where it has no price."""
    place = site.price_place()
    price = price_in(prices, place, now_ms)
    if price is None:
        return None
    prior = announced_prior(prices, place, now_ms)
    until_ms = min(changes_of(prices, now_ms, FAR_AHEAD_MS), default=0)
    off = percent_off(prior, price.amount_minor) if prior is not None else None
    return Money(price.amount_minor, site.currency, price.list, began(prices, place, now_ms), until_ms, prior, off)


def stock_of(connection: Connection, tenant: str, articles: Sequence[str]) -> Stock:
    """Read what pricing a basket needs beside its prices."""
    words = {key: read_json(bytes(payload), Word) for _, key, payload in feedlog.rows_now(connection, tenant, CATALOG, "word")}
    payload = feedlog.row_now(connection, tenant, DEVICE, feedlog.EVERYWHERE, "setting", VAT_RULE)
    rule = read_json(bytes(payload), Setting).value if payload else PER_RATE_TOTAL
    at = budgets.c
    taken = connection.execute(select(at.promotion, at.minor, at.uses).where(at.tenant == tenant))
    spent = {promotion: Spent(promotion, int(minor), int(uses)) for promotion, minor, uses in taken}
    return Stock(articles_now(connection, tenant, articles), words, str(rule), spent, stops.stopped_everywhere(connection, tenant))


def priced_basket(site: Site, content: BasketContent, stock: Stock, offered: Offered, now_ms: int) -> PricedBasket:
    """Price a basket; lines that cannot be sold on the web say why and cost nothing."""
    language = content.language or site.language
    rules = COUNTRIES[site.country]
    rates: dict[str, int] = rules.vat_rates(datetime.fromtimestamp(now_ms / 1000, ZoneInfo(site.zone)).date().isoformat())
    lines: dict[int, CartLine] = {}
    problems: dict[int, tuple[str, str]] = {}
    groups = tuple(content.groups)
    for wanted in content.lines:
        article = stock.articles.get(wanted.article)
        line = _line(wanted, article, site, offered, stock, (language, groups, now_ms)) if article is not None else None
        problem = _problem(wanted, article, line, rates) or (HALTED if wanted.article in stock.stopped else "")
        if problem:
            name = article.name(language) if article is not None else wanted.article
            problems[wanted.line] = problem, PROBLEMS[problem].format(name=name)
        elif line is not None:
            lines[wanted.line] = line
    live = offered.live(site.where, offered.upto, now_ms, site.zone)
    rooms = {one.id: left(one, stock.spent.get(one.id), None, None, "") for one in live.promotions if has_budget(one)}
    terms = Terms(live, now_ms, rules.GOODS_LIMITS, rooms, language, rules.DEPOSIT_VAT)
    coupons = tuple(dict.fromkeys(code.strip().upper() for code in content.coupons))
    cart = Cart("", tuple(lines.values()), coupons=coupons, customer_groups=groups, customer=content.customer)
    priced = price_cart(cart, rates, stock.vat_rule, terms)
    known = [CouponState(code, bool(coupons_of(live.promotions, code))) for code in coupons]
    return _told(site, content, priced, stock, (problems, known, offered.upto, language))


def _problem(wanted: WantedLine, article: Article | None, line: CartLine | None, rates: Mapping[str, int]) -> str:
    """Why a line cannot be sold on the web; empty where it can."""
    if article is None:
        return UNKNOWN
    if line is None:
        return NO_PRICE
    if line.vat_class not in rates and line.vat_class != OUTSIDE:
        return NO_VAT
    return PART_OF_A_PIECE if article.unit == "piece" and wanted.quantity_milli % ONE else ""


def _line(
    wanted: WantedLine, article: Article, site: Site, offered: Offered, stock: Stock, now: tuple[str, tuple[str, ...], int]
) -> CartLine | None:
    """A line of the cart as a till would make it; None without a price."""
    language, groups, now_ms = now
    prices = offered.prices(article.id, offered.upto)
    price = price_in(prices, site.price_place(groups), now_ms)
    if price is None:
        return None
    return CartLine(
        line=wanted.line, article=article.id, barcode="", name=article.name(language), variant=_variant(article, stock, language),
        quantity_milli=wanted.quantity_milli, unit=article.unit, unit_price_minor=price.amount_minor, price_rev=price.rev,
        vat_class=vat_class_of(article), deposit_minor=article.deposit_minor, age_limit=article.age_limit,
        picture=article.picture, price_list=price.list, price_at_ms=now_ms, price_seen=prices.rev, style=article.style,
        category=article.category, brand=article.brand, tags=article.tags, goods=article.goods, note=wanted.note,
        bought_minor=article.bought_minor,
    )  # fmt: skip


def _variant(article: Article, stock: Stock, language: str) -> str:
    codes = [code for code in (article.colour, article.size) if code]
    return " · ".join(stock.words[code].names.get(language, code) if code in stock.words else code for code in codes)


def hint_of(hint: Hint | None, site: Site, language: str) -> str:
    """What would bring the next promotion, as a sentence; empty where nothing would."""
    if hint is None:
        return ""
    say = words(language)
    amount = say.money(hint.amount_minor, site.currency)
    return say.sentence(hint.code, name=hint.name, count=hint.count, goods=hint.goods, amount=amount)


_Rest = tuple[Mapping[int, tuple[str, str]], list[CouponState], int, str]


def _told(site: Site, content: BasketContent, priced: PricedCart, stock: Stock, rest: _Rest) -> PricedBasket:
    problems, coupons, revision, language = rest
    found = {one.line.line: one for one in priced.lines}
    lines: list[PricedBasketLine] = []
    for wanted in content.lines:
        one, article = found.get(wanted.line), stock.articles.get(wanted.article)
        name, variant = (article.name(language), _variant(article, stock, language)) if article else ("", "")
        named = (wanted.line, wanted.article, name, variant)
        shown = (article.picture if article else "", wanted.quantity_milli, article.unit if article else "piece", wanted.note)
        if one is None:
            code, detail = problems[wanted.line]
            lines.append(PricedBasketLine(*named, *shown, problem=code, detail=detail))
            continue
        parts = [Reduction(part.id, part.name, part.amount_minor) for part in one.promotions]
        lines.append(
            PricedBasketLine(
                *named, *shown, one.line.unit_price_minor, one.before_minor, parts, one.amount_minor, one.deposit_minor,
                one.line.vat_class, one.line.age_limit, hint_of(one.hint, site, language),
            )
        )  # fmt: skip
    vat = [Vat(band.vat_class, band.rate_bp, band.amount.net, band.amount.tax, band.amount.gross) for band in priced.bands]
    return PricedBasket(
        lines, priced.goods_minor, priced.promotion_minor, priced.deposit_minor, priced.total_minor, site.currency, vat, coupons,
        len(problems), revision, priced.priced_at_ms,
    )  # fmt: skip
