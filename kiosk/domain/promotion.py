"""Promotions as data: what is reduced, by how much, for whom, where and when. The hub publishes them, terminals obey them.

Goods are named by tokens: `article:1001`, `style:polo`, `category:Drinks/Beer` (and everything below it), `brand:Noord`,
`tag:summer`, `class:food`, `all`. Money in minor units, percentages in basis points, times in ms since 1970 (UTC).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.domain.money import divide_half_up

N_FOR_M, N_FOR_PRICE, MIX_AND_MATCH, BUNDLE = "n_for_m", "n_for_price", "mix_and_match", "bundle"
CHEAPEST, DEAREST, TIERS, GIFT = "cheapest", "dearest", "tiers", "gift"
PERCENT, AMOUNT, FIXED_PRICE = "percent", "amount", "fixed_price"
HAPPY_HOUR, MEMBER_PRICE, EMPLOYEE, MARKDOWN = "happy_hour", "member_price", "employee", "markdown"
THRESHOLD, POINTS = "threshold", "points"

PLAIN = frozenset({PERCENT, AMOUNT, FIXED_PRICE, HAPPY_HOUR, MEMBER_PRICE, EMPLOYEE, MARKDOWN})
"""Each piece by itself, whatever else is in the basket."""
KINDS = (
    N_FOR_M, N_FOR_PRICE, MIX_AND_MATCH, BUNDLE, CHEAPEST, DEAREST, TIERS, GIFT, PERCENT, AMOUNT, FIXED_PRICE, HAPPY_HOUR,
    MEMBER_PRICE, EMPLOYEE, MARKDOWN, THRESHOLD, POINTS,
)  # fmt: skip

OPEN, SINGLE, CUSTOMER = "open", "single", "customer"
COUPON_USES = (OPEN, SINGLE, CUSTOMER)
COUPON_KEY = "coupon:"
"""How the name of a coupon that was used up begins, among tickets and slips (`coupons_once` of a sale)."""
"""Anybody as often as they like; each code once; once for each customer."""

MEMBERS, STAFF = "member", "employee"
"""Customer groups that every shop has; others are named by the shop."""

ALL = "all"
TOKENS = ("article", "style", "category", "brand", "tag", "class")
BASIS = 10_000
DAY_MIN = 1_440
WEEK = (1, 2, 3, 4, 5, 6, 7)


_OWN_GROUPS: Mapping[str, tuple[str, ...]] = {MEMBER_PRICE: (MEMBERS,), EMPLOYEE: (STAFF,)}


@dataclass(frozen=True, slots=True)
class Goods:
    """Goods that a promotion asks for: any of `of` (tokens) but none of `but`; `need` pieces of them for each application.

    `names` says, by language, what they are when they are missing ("a sandwich").
    """

    of: tuple[str, ...] = (ALL,)
    but: tuple[str, ...] = ()
    need: int = 1
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tier:
    """From `start` on (pieces for TIERS, minor units for THRESHOLD): exactly one of the three."""

    start: int
    percent_bp: int | None = None
    amount_minor: int | None = None
    price_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """Recurring local hours: ISO weekdays (1 is Monday) and minutes after midnight.

    An `end_min` at or before `start_min` is past midnight; it is still the day on which they began.
    """

    days: tuple[int, ...] = WEEK
    start_min: int = 0
    end_min: int = DAY_MIN

    def holds(self, weekday: int, minute: int) -> bool:
        """Whether these hours run on an ISO weekday at a minute of the local day."""
        if self.start_min < self.end_min:
            return weekday in self.days and self.start_min <= minute < self.end_min
        yesterday = weekday - 1 or 7
        return (weekday in self.days and minute >= self.start_min) or (yesterday in self.days and minute < self.end_min)


@dataclass(frozen=True, slots=True)
class Coupon:
    """Which codes open a promotion: those in `codes`, or those that begin with `prefix` and have `digits` digits behind it."""

    use: str = OPEN
    codes: tuple[str, ...] = ()
    prefix: str = ""
    digits: int = 0

    def opens(self, code: str) -> bool:
        """Whether a code (in capitals) is one of these."""
        if code in self.codes:
            return True
        serial = code.removeprefix(self.prefix)
        return bool(self.prefix) and serial != code and len(serial) == self.digits and serial.isascii() and serial.isdigit()


@dataclass(frozen=True, slots=True)
class Promotion:
    """One promotion. Which of the fields a kind needs is said by `kiosk.domain.promotioncheck`. Feed key: `id`.

    Promotions of one `stacking` group exclude each other on a piece; a higher group is taken off what the lower ones left.
    An `exclusive` one stands alone on its pieces; `not_with` names promotions that are never in one sale with it.
    `applications_max` and `sale_max_minor` limit one sale (0: no limit); `budget_minor` and `budget_uses` (sales that it takes
    something off) limit all of them everywhere, `budget_unheard_minor` what one till gives of that before the hub has heard of it.
    """

    id: str
    kind: str
    names: Mapping[str, str]
    goods: tuple[Goods, ...] = (Goods(),)
    pay: int = 0
    reduced: int = 1
    percent_bp: int | None = None
    amount_minor: int | None = None
    price_minor: int | None = None
    threshold_minor: int = 0
    tiers: tuple[Tier, ...] = ()
    points_bp: int = BASIS
    brands: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    customer_groups: tuple[str, ...] = ()
    from_ms: int = 0
    until_ms: int = 0
    hours: Hours | None = None
    label: str = ""
    coupon: Coupon | None = None
    stacking: int = 0
    exclusive: bool = False
    not_with: tuple[str, ...] = ()
    applications_max: int = 0
    sale_max_minor: int = 0
    budget_minor: int = 0
    budget_uses: int = 0
    budget_unheard_minor: int = 0
    rev: int = 0

    def name(self, language: str) -> str:
        """The name in a language, or the first there is."""
        return self.names.get(language) or next(iter(self.names.values()), self.id)

    @property
    def groups_asked(self) -> tuple[str, ...]:
        """Customer groups of which one is needed; some kinds bring their own."""
        return self.customer_groups or _OWN_GROUPS.get(self.kind, ())


@dataclass(frozen=True, slots=True)
class LawLimit:
    """The most that a country allows to take off a class of goods (basis points of the price; 0: nothing), and its law."""

    most_bp: int
    law: str


NO_LIMITS: Mapping[str, LawLimit] = {}


class Sold(Protocol):
    """What the tokens of goods are made of: a line of the cart, or an article."""

    @property
    def style(self) -> str: ...
    @property
    def brand(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def tags(self) -> tuple[str, ...]: ...
    @property
    def goods(self) -> tuple[str, ...]: ...


def tokens_of(article: str, sold: Sold) -> tuple[str, ...]:
    """All tokens that name an article's goods, its categories from the narrowest to the widest."""
    found = [ALL, f"article:{article}"]
    if sold.style:
        found.append(f"style:{sold.style}")
    if sold.brand:
        found.append(f"brand:{sold.brand}")
    path = sold.category
    while path:
        found.append(f"category:{path}")
        path = path.rpartition("/")[0]
    found.extend(f"tag:{tag}" for tag in sold.tags)
    found.extend(f"class:{name}" for name in sold.goods)
    return tuple(found)


def strictest(classes: tuple[str, ...], limits: Mapping[str, LawLimit]) -> LawLimit | None:
    """The narrowest legal limit of goods of these classes, or None."""
    found = [limits[name] for name in classes if name in limits]
    return min(found, key=lambda limit: (limit.most_bp, limit.law), default=None)


def cut_of(price_minor: int, percent_bp: int | None, amount_minor: int | None, price_to_minor: int | None) -> int:
    """What comes off one piece by a percentage, an amount or a fixed price: never more than it costs, never less than nothing."""
    if percent_bp is not None:
        return min(price_minor, divide_half_up(price_minor * percent_bp, BASIS))
    if amount_minor is not None:
        return min(price_minor, amount_minor)
    return max(0, price_minor - price_to_minor) if price_to_minor is not None else 0
