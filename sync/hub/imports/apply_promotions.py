"""Brings promotions into the hub, checked against the shop's goods and prices and the law of its countries."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from kiosk.countries.known import COUNTRIES
from kiosk.decoding import read_json
from kiosk.domain.catalog import Article, Price, price_at
from kiosk.domain.feed import CATALOG, PROMOTION
from kiosk.domain.pricelist import PricePlace, Prices, price_in
from kiosk.domain.promotion import Promotion, tokens_of
from kiosk.domain.promotioncheck import check_promotions
from kiosk.domain.promotionknown import Known, Ware, known_of
from kiosk.domain.shelfprice import announces, lowest_before
from sync.hub import feedlog
from sync.hub.imports.apply_prices import LAW
from sync.hub.imports.faults import Faults
from sync.hub.imports.outcome import Applied, Circumstances
from sync.hub.imports.promotions import NO_MORE, PromotionRow, told
from sync.hub.places import stores_of
from sync.hub.price_rows import PRICES_KEPT_MS, prices_of


def apply_promotions(
    connection: Connection, around: Circumstances, rows: Sequence[PromotionRow], faults: Faults
) -> Applied:
    """Bring promotions in; one that the file leaves out stays, and goes from the terminals ninety days after its end.

    Adds to `faults`, and changes nothing, where one is wrong: by itself, beside another, or before the law.
    """
    rev = feedlog.next_rev(connection, around.tenant)
    found = feedlog.rows_now(connection, around.tenant, CATALOG, PROMOTION)
    there = {key: read_json(payload, Promotion) for _, key, payload in found}
    after = {key: one for key, one in there.items() if not 0 < one.until_ms < around.now_ms - PRICES_KEPT_MS}
    line_of: dict[str, int] = {}
    for row in rows:
        key = row.promotion.id
        line_of[key] = row.line
        if row.promotion.kind != NO_MORE:
            begins_ms = row.promotion.from_ms or (there[key].from_ms if key in there else around.now_ms)
            after[key] = replace(row.promotion, from_ms=begins_ms)
        elif key not in there:
            faults.add(row.line, "promotion", key, "there is no such promotion to take away: mend its name")
        elif there[key].from_ms > around.now_ms:
            after.pop(key, None)
        else:
            after[key] = replace(there[key], until_ms=_sooner(there[key].until_ms, around.now_ms))
    prices = prices_of(connection, around.tenant)
    known, running = _known(connection, around, prices), [one for one in after.values() if not _is_over(one, around.now_ms)]
    for fault in check_promotions(running, known):
        if fault.promotion in line_of:  # what is wrong with one that nobody touched is not this file's fault
            column, mend = told(fault)
            faults.add(line_of[fault.promotion], column, fault.value, mend)
    for one in running:
        if one.id in line_of and (claimed := _claims_too_much(one, known, prices, [*after.values()])):
            faults.add(line_of[one.id], "percent", f"{(one.percent_bp or 0) / 100:g}", claimed)
    if faults.count:
        return Applied(len(rows), 0, 0, rev - 1)
    changes = [
        feedlog.change(CATALOG, feedlog.EVERYWHERE, PROMOTION, key, replace(one, rev=rev))
        for key, one in after.items()
        if key not in there or replace(there[key], rev=0) != replace(one, rev=0)
    ]
    lost = [feedlog.gone(CATALOG, feedlog.EVERYWHERE, PROMOTION, key) for key in there.keys() - after.keys()]
    added = sum(change.key not in there for change in changes)
    changed = len(changes) - added + sum(change.key in line_of for change in lost)
    return Applied(len(rows), added, changed, feedlog.publish(connection, around.tenant, [*changes, *lost]))


def _sooner(until_ms: int, now_ms: int) -> int:
    return min(until_ms, now_ms) if until_ms else now_ms


def _is_over(promotion: Promotion, now_ms: int) -> bool:
    return 0 < promotion.until_ms <= now_ms


def _claims_too_much(
    promotion: Promotion, known: Known, prices: Mapping[str, Sequence[Price]], all_: Sequence[Promotion]
) -> str:
    """Why a percentage for everybody is not true: goods that cost less within the 30 days before are measured by that."""
    if promotion.percent_bp is None or not announces(promotion):
        return ""
    for article in known.articles(promotion.goods[0]):
        history = Prices(tuple(prices.get(article, ())))
        regular = price_in(history, PricePlace(), promotion.from_ms)
        tokens = frozenset(tokens_of(article, known.wares[article]))
        others = [
            one for one in all_
            if announces(one) and one.id != promotion.id and not (one.brands or one.countries or one.stores)
            and any(not tokens.isdisjoint(goods.of) and tokens.isdisjoint(goods.but) for goods in one.goods)
        ]  # fmt: skip
        prior = lowest_before(history, PricePlace(), promotion.from_ms, others)
        if regular is not None and prior is not None and prior < regular.amount_minor:
            return (
                f"{article} cost {prior // 100}.{prior % 100:02d} within the 30 days before, and a percentage is measured by that"
                f" ({LAW}): leave it out by but, or give it a price of its own"
            )
    return ""


def _known(connection: Connection, around: Circumstances, prices: Mapping[str, Sequence[Price]]) -> Known:
    """The shop as promotions are checked against it: its goods with today's regular prices, its places and their laws."""
    wares: dict[str, Ware] = {}
    for _, key, payload in feedlog.rows_now(connection, around.tenant, CATALOG, "article"):
        article = read_json(payload, Article)
        today = price_at(prices.get(key, []), around.now_ms)
        wares[key] = Ware(
            article.style, article.brand, article.category, article.tags, article.goods, today.amount_minor if today else None
        )
    places: Mapping[str, Mapping[str, str]] = stores_of(connection, around.tenant)
    countries = {place["country"] for place in places.values()}
    limits = {country: COUNTRIES[country].GOODS_LIMITS for country in countries if country in COUNTRIES}
    return known_of(wares, limits, sorted(places), sorted({place["brand"] for place in places.values()}))
