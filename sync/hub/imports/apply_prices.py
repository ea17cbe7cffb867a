"""Brings prices into the hub: what each row means beside the prices that are there, or why it cannot be meant."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from kiosk.decoding import read_json
from kiosk.domain.catalog import BASE, PERISHABLE, PROGRESSIVE, Article, Price, price_at
from kiosk.domain.feed import CATALOG, LIST_PRICE, PRICE, PRICE_LIST
from kiosk.domain.pricelist import PriceList, PricePlace, Prices, price_in, prior_price
from sync.hub import feedlog, offerlog
from sync.hub.imports.faults import Faults
from sync.hub.imports.outcome import Applied, Circumstances
from sync.hub.imports.prices import PriceRow
from sync.hub.places import stores_of
from sync.hub.price_rows import ended_prices, gone_row, price_row, prices_of

FROM_THE_BEGINNING = 0
"""A new article's price holds from the first moment, so a terminal whose clock is behind has one too."""

LAW = "98/6/EC, article 6a"


def price_lists(connection: Connection, tenant: str) -> dict[str, PriceList]:
    """The price lists of a tenant, by id."""
    found = feedlog.rows_now(connection, tenant, CATALOG, PRICE_LIST)
    return {key: read_json(payload, PriceList) for _, key, payload in found}


def apply_prices(connection: Connection, around: Circumstances, rows: Sequence[PriceRow], faults: Faults) -> Applied:
    """Bring prices in. Adds to `faults`, and changes nothing, where a row cannot be meant or the law forbids what it says.

    A row without a beginning holds from now on. What has begun is history and is never written over, so that the lowest price of
    the last 30 days stays what it was; prices from before the hub knew an article's may be brought in.
    """
    rev = feedlog.next_rev(connection, around.tenant)
    there = prices_of(connection, around.tenant, entities=(PRICE, LIST_PRICE))
    found = feedlog.rows_now(connection, around.tenant, CATALOG, "article")
    articles = {key: payload for _, key, payload in found}
    lists = price_lists(connection, around.tenant)
    shelves = _shelves(connection, around.tenant, lists)
    entered = offerlog.first_entered(connection, around.tenant)
    changes: list[feedlog.Change] = []
    count = 0
    for article, own in _by_article(rows).items():
        if article not in articles:
            for row in own:
                faults.add(row.line, "sku", article, "the hub has no such article: import the products first, or mend the number")
            continue
        judged = _Judged(there.get(article, []), entered, around.now_ms, rev, faults)
        for row in own:
            judged.take(row)
        count += len(judged.changed)
        after = judged.after()
        for row, price in judged.new:
            if price.reduction:
                goods = read_json(articles[article], Article).goods
                _check_reduction(row, price, Prices(after, lists), goods, shelves, faults)
        changes += [*judged.changed, *(ended_prices(after, around.now_ms) if judged.changed else ())]
    if faults.count:
        return Applied(len(rows), 0, 0, rev - 1)
    before = {key for prices in there.values() for price in prices for key in (price_row(price).key,)}
    added = sum(change.key not in before for change in changes if change.payload)
    return Applied(len(rows), added, count - added, feedlog.publish(connection, around.tenant, changes))


def _by_article(rows: Sequence[PriceRow]) -> dict[str, list[PriceRow]]:
    found: dict[str, list[PriceRow]] = {}
    for row in rows:
        found.setdefault(row.article, []).append(row)
    return found


class _Judged:
    """The rows of one article, one by one, over the prices that it has."""

    def __init__(
        self, there: Sequence[Price], entered: Mapping[tuple[str, str], int], now_ms: int, rev: int, faults: Faults
    ) -> None:
        self._there = {(price.list, price.valid_from_ms): price for price in there}
        self._entered, self._now_ms, self._rev, self._faults = entered, now_ms, rev, faults
        self.new: list[tuple[PriceRow, Price]] = []
        self.changed: list[feedlog.Change] = []

    def after(self) -> tuple[Price, ...]:
        """The article's prices after all rows."""
        return tuple(self._there.values())

    def take(self, row: PriceRow) -> None:
        """Take a row in, or note its fault."""
        if row.amount_minor is None:
            self._take_away(row)
        elif row.from_ms:
            self._begin(row, row.amount_minor)
        else:
            self._from_now(row, row.amount_minor)

    def _take_away(self, row: PriceRow) -> None:
        price = self._there.get((row.list, row.from_ms))
        if price is None:
            self._faults.add(row.line, "from", "", "no price begins then, so there is none to take away: mend the time")
        elif price.valid_from_ms <= self._now_ms:
            out = "this price has begun and is history: end it by a row with the price that follows"
            self._faults.add(row.line, "price", "", out)
        else:
            del self._there[row.list, row.from_ms]
            self.changed.append(gone_row(price))

    def _begin(self, row: PriceRow, amount_minor: int) -> None:
        made = Price(
            row.article, row.from_ms, amount_minor, self._rev, row.list, row.until_ms, row.reduction, entered_ms=self._now_ms
        )
        before = self._there.get((row.list, row.from_ms))
        if before is not None and _same(before, made):
            return
        if before is not None and before.valid_from_ms <= self._now_ms and not self._only_ends_otherwise(before, made):
            out = "the price that began then is history: leave it as it was, and write what follows with a time to come"
            self._faults.add(row.line, "price", _spelled(amount_minor), out)
            return
        since = self._entered.get((row.article, row.list))
        if before is None and since is not None and since <= row.from_ms <= self._now_ms:
            out = "this time is past and the hub knows what it cost then: write a time to come, or leave it empty for now"
            self._faults.add(row.line, "from", "", out)
            return
        self._keep(row, made)

    def _from_now(self, row: PriceRow, amount_minor: int) -> None:
        own = [price for price in self._there.values() if price.list == row.list and bool(price.until_ms) == bool(row.until_ms)]
        today = price_at(own, self._now_ms)
        first = row.list == BASE and not any(price.list == BASE for price in self._there.values()) and not row.until_ms
        start_ms = FROM_THE_BEGINNING if first else self._now_ms
        made = Price(row.article, start_ms, amount_minor, self._rev, row.list, row.until_ms, row.reduction, entered_ms=self._now_ms)
        if today is not None and _same(today, replace(made, valid_from_ms=today.valid_from_ms)):
            return
        if 0 < row.until_ms <= self._now_ms:
            self._faults.add(row.line, "until", "", "this time is past: write one to come")
            return
        self._keep(row, made)

    def _keep(self, row: PriceRow, made: Price) -> None:
        self._there[made.list, made.valid_from_ms] = made
        self.changed.append(price_row(made))
        self.new.append((row, made))

    def _only_ends_otherwise(self, before: Price, made: Price) -> bool:
        """Whether a price that has begun is only to end sooner or later than was said."""
        ends = all(price.until_ms > self._now_ms for price in (before, made))
        return ends and _same(replace(before, until_ms=made.until_ms), made)


def _same(one: Price, other: Price) -> bool:
    return replace(one, rev=0, entered_ms=0) == replace(other, rev=0, entered_ms=0)


def _shelves(connection: Connection, tenant: str, lists: Mapping[str, PriceList]) -> list[PricePlace]:
    """The places whose prices may differ; a store by itself only where a list names it."""
    named = {one.store for one in lists.values() if one.store}
    found = {
        PricePlace(store if store in named else "", "store", place["brand"], place["country"], place["currency"])
        for store, place in stores_of(connection, tenant).items()
    }
    return sorted(found, key=lambda place: (place.store, place.brand, place.country))


def _check_reduction(
    row: PriceRow, price: Price, book: Prices, goods: tuple[str, ...], shelves: Sequence[PricePlace], faults: Faults
) -> None:
    """A price that is announced as a reduction has to lie below its prior price wherever it holds; the fault names the law."""
    list_ = book.lists.get(price.list)
    if list_ is not None and list_.group:
        faults.add(row.line, "reduction", price.reduction, "a customer group's price is personal: leave it empty")
        return
    if price.reduction == PERISHABLE and PERISHABLE not in goods:
        out = f"only goods that go off are measured so ({LAW}, 3): give the article the goods class {PERISHABLE}"
        faults.add(row.line, "reduction", price.reduction, out)
        return
    for fault in _too_high(price, book, shelves):
        faults.add(row.line, "price", _spelled(price.amount_minor), fault)
        return


def _too_high(price: Price, book: Prices, shelves: Sequence[PricePlace]) -> Iterator[str]:
    start_ms = price.valid_from_ms
    for place in shelves:
        if price_in(book, place, start_ms) != price:
            continue
        before = price_in(book, place, start_ms - 1)
        prior = prior_price(book, place, start_ms)
        where = f" in store {place.store}" if place.store else ""
        if prior is None:
            yield f"there is no price before it{where} that it could be measured by ({LAW}): leave reduction empty"
        elif price.reduction == PROGRESSIVE and (before is None or not before.reduction):
            yield f"it grows from no reduction{where} ({LAW}, 5): write announced"
        elif prior <= price.amount_minor:
            yield f"the lowest price of the 30 days before is {_spelled(prior)}{where} ({LAW}): lower it, or leave reduction empty"


def _spelled(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"
