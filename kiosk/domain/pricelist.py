"""Which price holds where: price lists by store, channel, brand, country and customer group, and the order among them.

Of the lists that fit a place, one that names the store goes before one that does not; then the channel, the brand, the
country. A customer group's list goes before all of these, but never makes goods dearer than the price on the shelf.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kiosk.domain.catalog import BASE, PERISHABLE, PROGRESSIVE, Price
from kiosk.domain.identity import Place

STORE, WEB = "store", "web"
CHANNELS = (STORE, WEB)
"""Where customers buy; tills and kiosks are one channel, because a kiosk's basket is paid at a till."""

ORDER = ("store", "channel", "brand", "country")
"""What a list may be limited to, the most specific first."""

PRIOR_MS = 30 * 86_400_000
"""The days before a reduction whose lowest price is its prior price (98/6/EC, article 6a)."""


@dataclass(frozen=True, slots=True)
class PriceList:
    """A price list and where it holds; an empty part means everywhere. `zone` is where the times in its files are local."""

    id: str
    name: str
    currency: str
    brand: str = ""
    country: str = ""
    store: str = ""
    channel: str = ""
    group: str = ""
    from_ms: int = 0
    until_ms: int = 0
    zone: str = ""

    def holds_at(self, now_ms: int) -> bool:
        """Whether it holds at an instant; it ends before `until_ms`, 0 is never."""
        return self.from_ms <= now_ms and not 0 < self.until_ms <= now_ms


@dataclass(frozen=True, slots=True)
class PricePlace:
    """Where and for whom a price is asked; `groups` are the customer's, none for the price on the shelf."""

    store: str = ""
    channel: str = STORE
    brand: str = ""
    country: str = ""
    currency: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prices:
    """All prices of one article, past and coming, with the lists there are, as revision `rev` of the catalogue had them."""

    rows: tuple[Price, ...]
    lists: Mapping[str, PriceList] = field(default_factory=dict)
    rev: int = 0


@dataclass(frozen=True, slots=True)
class Quote:
    """A price as it was asked for at an instant, from prices as revision `seen` of the catalogue had them."""

    price: Price
    at_ms: int
    seen: int


def place_of(place: Place, groups: tuple[str, ...] = ()) -> PricePlace:
    """Where a terminal asks for prices."""
    return PricePlace(place.store, STORE, place.brand, place.country, place.currency, groups)


def price_in(prices: Prices, place: PricePlace, now_ms: int) -> Price | None:
    """The price that holds at a place and instant for a customer, or None.

    A list in another currency than the place's never holds there, and neither does one that nobody has told of.
    """
    shelf = _best(prices, place, now_ms, "")
    for group in place.groups:
        own = _best(prices, place, now_ms, group)
        if own is not None and (shelf is None or own.amount_minor < shelf.amount_minor):
            shelf = own
    return shelf


def prior_price(history: Prices, place: PricePlace, start_ms: int) -> int | None:
    """The price (minor units) that a reduction which starts at an instant is measured by, or None when there was none before.

    It is the lowest of the 30 days before (98/6/EC, article 6a; of fewer days for goods that are newer). The Dutch exceptions:
    perishable goods are measured by the price just before, and a reduction that grows step by step by what its first step was
    measured by. Prices of customer groups are personal and stay out.
    """
    shelf = PricePlace(place.store, place.channel, place.brand, place.country, place.currency)
    now = price_in(history, shelf, start_ms)
    before = price_in(history, shelf, start_ms - 1)
    if now is not None and before is not None:
        if now.reduction == PERISHABLE:
            return before.amount_minor
        if now.reduction == PROGRESSIVE and before.reduction and before.amount_minor > now.amount_minor:
            return prior_price(history, shelf, began(history, shelf, start_ms - 1))
    held = [price_in(history, shelf, at_ms) for at_ms in (start_ms - PRIOR_MS, *changes_of(history, start_ms - PRIOR_MS, start_ms))]
    return min((price.amount_minor for price in held if price is not None), default=None)


def began(history: Prices, place: PricePlace, now_ms: int) -> int:
    """Since when (ms) the price that holds now has held without a break."""
    now = price_in(history, place, now_ms)
    since = now_ms
    for at_ms in sorted({*changes_of(history, 0, now_ms + 1), 0}, reverse=True):
        if price_in(history, place, at_ms) != now:
            break
        since = at_ms
    return since


def announced_prior(history: Prices, place: PricePlace, now_ms: int) -> int | None:
    """The price that has to stand beside today's price because that is announced as a reduction; None when it is none.

    A reduction that is not below its prior price is none, whatever the shop calls it.
    """
    shelf = PricePlace(place.store, place.channel, place.brand, place.country, place.currency)
    now = price_in(history, shelf, now_ms)
    if now is None or not now.reduction:
        return None
    prior = prior_price(history, shelf, began(history, shelf, now_ms))
    return prior if prior is not None and prior > now.amount_minor else None


def percent_off(prior_minor: int, now_minor: int) -> int:
    """How many whole per cent a price lies below its prior price, never more than is true but for the half cent of rounding.

    >>> percent_off(5000, 4550), percent_off(349, 262)
    (9, 25)
    """
    assert prior_minor > 0, "a percentage is of something"
    return (200 * (prior_minor - now_minor) + 100) // (2 * prior_minor) if now_minor else 100


def _best(prices: Prices, place: PricePlace, now_ms: int, group: str) -> Price | None:
    best: Price | None = None
    rank: tuple[object, ...] = ()
    for price in prices.rows:
        if not price.holds_at(now_ms):
            continue
        list_ = prices.lists.get(price.list)
        if list_ is None and price.list == BASE and not group:
            mine: tuple[object, ...] = (False, False, False, False, *price.rank, BASE)
        elif list_ is None or list_.group != group or not _fits(list_, place, now_ms):
            continue
        else:
            mine = (*(bool(getattr(list_, part)) for part in ORDER), *price.rank, list_.id)
        if best is None or mine > rank:
            best, rank = price, mine
    return best


def _fits(list_: PriceList, place: PricePlace, now_ms: int) -> bool:
    if not list_.holds_at(now_ms) or (place.currency and list_.currency != place.currency):
        return False
    return all(getattr(list_, part) in ("", getattr(place, part)) for part in ORDER)


def changes_of(history: Prices, after_ms: int, before_ms: int) -> Iterator[int]:
    """The instants strictly between two at which a price may have changed."""
    for price in history.rows:
        yield from (at_ms for at_ms in (price.valid_from_ms, price.until_ms) if after_ms < at_ms < before_ms)
    for list_ in history.lists.values():
        yield from (at_ms for at_ms in (list_.from_ms, list_.until_ms) if after_ms < at_ms < before_ms)
