"""The promotions of a revision, and those of them that run at a place and a moment, found by the goods they name.

A `Live` is made once for a place and kept until the next switch; what a basket does not touch costs nothing. It remembers what it
worked out, by everything that went into it, so that one more scan works out little.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from kiosk.domain import promotion as kinds
from kiosk.domain.deal import NOTHING, PAIR, ROW, SET, TIER, WHOLE, Cut, Deal
from kiosk.domain.dealsearch import Solution
from kiosk.domain.promotion import CHEAPEST, DAY_MIN, PLAIN, Hours, Promotion, Sold, tokens_of

MINUTE_MS = 60_000
FAR_MS = 1 << 52
"""Later than any switch."""
_MATCHED_MAX, _SOLVED_MAX = 1_000, 1_000
"""A basket has 500 lines at most; with what hangs on it, an article takes a kilobyte."""


@dataclass(frozen=True, slots=True)
class Book:
    """All promotions that a terminal or the hub knows, and the revision of the catalogue that they stand at."""

    promotions: tuple[Promotion, ...] = ()
    rev: int = 0


class Where(NamedTuple):
    """Where something is sold."""

    brand: str
    country: str
    store: str
    channel: str


class Priced(Sold, Protocol):
    """What is matched with promotions: goods, and the reduced-to-clear label that stuck on them."""

    @property
    def article(self) -> str: ...
    @property
    def label(self) -> str: ...


Matches = tuple[tuple[int, int], ...]
"""(promotion, group of its goods) by their places in `Live.promotions`."""


Wanted = tuple[tuple[tuple[int, int], ...], tuple[int, ...]]
"""Of one stacking group: (deal, role) that want a piece, and the plain discounts that it may have."""


@dataclass(frozen=True, slots=True)
class Live:
    """The promotions that run at one place from `since_ms` until before `until_ms`, ordered by id."""

    where: Where
    rev: int
    promotions: tuple[Promotion, ...]
    since_ms: int
    until_ms: int
    index: Mapping[str, Matches]
    deals: tuple[Deal | None, ...]
    matched: dict[tuple[object, ...], Matches] = field(default_factory=dict, compare=False, repr=False)
    wanted: dict[tuple[Matches, int, bool, int], Wanted] = field(default_factory=dict, compare=False, repr=False)
    solved: dict[tuple[object, ...], tuple[Solution, int]] = field(default_factory=dict, compare=False, repr=False)

    def holds(self, now_ms: int) -> bool:
        """Whether no switch lies between the making of this and now."""
        return self.since_ms <= now_ms < self.until_ms

    def matching(self, sold: Priced) -> Matches:
        """The promotions that name these goods, whoever buys them."""
        key = (sold.article, sold.style, sold.category, sold.brand, sold.tags, sold.goods, sold.label)
        found = self.matched.get(key)
        if found is None:
            if len(self.matched) >= _MATCHED_MAX:
                self.matched.clear()
                self.wanted.clear()
            found = self.matched[key] = self._match(sold)
        return found

    def _match(self, sold: Priced) -> Matches:
        tokens = tokens_of(sold.article, sold)
        found: set[tuple[int, int]] = set()
        for token in tokens:
            found.update(self.index.get(token, ()))
        held = frozenset(tokens)
        kept: list[tuple[int, int]] = []
        for n, group in sorted(found):
            promotion = self.promotions[n]
            if promotion.label in ("", sold.label) and held.isdisjoint(promotion.goods[group].but):
                kept.append((n, group))
        return tuple(kept)

    def remember(self, key: tuple[object, ...], solution: Solution, nodes_max: int) -> None:
        """Keep what was worked out for the same pieces and promotions, with so many nodes at most."""
        if len(self.solved) >= _SOLVED_MAX:
            self.solved.clear()
        self.solved[key] = solution, nodes_max


def go_live(book: Book, where: Where, now_ms: int, offset_min: int, offset_until_ms: int = FAR_MS) -> Live:
    """What runs at a place now. `offset_min` is local time less UTC, and holds until `offset_until_ms` (daylight saving)."""
    running: list[Promotion] = []
    switches = [offset_until_ms]
    past = [0]
    for promotion in book.promotions:
        if not is_at(promotion, where):
            continue
        for edge in (promotion.from_ms, promotion.until_ms):
            (switches if edge > now_ms else past).append(edge)
        if promotion.from_ms <= now_ms and not 0 < promotion.until_ms <= now_ms:
            if promotion.hours is None:
                running.append(promotion)
                continue
            runs, began_ms, ends_ms = _hours_now(promotion.hours, now_ms, offset_min)
            past.append(began_ms)
            switches.append(ends_ms)
            if runs:
                running.append(promotion)
    running.sort(key=lambda one: one.id)
    index: dict[str, list[tuple[int, int]]] = {}
    for n, promotion in enumerate(running):
        for group, goods in enumerate(promotion.goods):
            for token in goods.of:
                index.setdefault(token, []).append((n, group))
    return Live(
        where, book.rev, tuple(running), max(past), min(edge for edge in switches if edge > now_ms),
        {token: tuple(found) for token, found in index.items()}, tuple(deal_of(promotion) for promotion in running),
    )  # fmt: skip


NOWHERE_LIVE = Live(Where("", "", "", ""), 0, (), 0, FAR_MS, {}, ())
"""No promotion anywhere."""


def is_at(promotion: Promotion, where: Where) -> bool:
    """Whether a promotion is for a brand, country, store and channel."""
    asked = (promotion.brands, promotion.countries, promotion.stores, promotion.channels)
    return all(not wanted or here in wanted for wanted, here in zip(asked, where, strict=True))


def _hours_now(hours: Hours, now_ms: int, offset_min: int) -> tuple[bool, int, int]:
    """Whether recurring hours run now, and between which instants that stays so (looked for within the last and next day)."""
    local_min = now_ms // MINUTE_MS + offset_min
    day, minute = divmod(local_min, DAY_MIN)
    weekday = (day + 3) % 7 + 1  # 1 January 1970 was a Thursday
    midnight_ms = (day * DAY_MIN - offset_min) * MINUTE_MS
    edges = sorted({0, hours.start_min, hours.end_min, DAY_MIN})
    before = max(edge for edge in edges if edge <= minute)
    after = min(edge for edge in edges if edge > minute)
    return hours.holds(weekday, minute), midnight_ms + before * MINUTE_MS, midnight_ms + after * MINUTE_MS


def cut_in(rule: Promotion | kinds.Tier) -> Cut:
    """What a promotion or a tier of one takes off a piece."""
    return rule.percent_bp, rule.amount_minor, rule.price_minor


def deal_of(promotion: Promotion) -> Deal | None:
    """A promotion as the search sees it; None for those that need no search (plain ones, thresholds, points)."""
    kind, needs, most = promotion.kind, tuple(goods.need for goods in promotion.goods), promotion.applications_max
    if kind == kinds.N_FOR_M:
        return Deal(ROW, (promotion.pay, needs[0] - promotion.pay), (NOTHING, WHOLE), 0, most)
    if kind == kinds.N_FOR_PRICE:
        return Deal(ROW, needs[:1], (WHOLE,), -(promotion.price_minor or 0), most)
    if kind == CHEAPEST:
        return Deal(ROW, (needs[0] - promotion.reduced, promotion.reduced), (NOTHING, cut_in(promotion)), 0, most)
    if kind == kinds.DEAREST:
        return Deal(PAIR, (promotion.reduced, needs[0] - promotion.reduced), (cut_in(promotion), NOTHING), 0, most)
    if kind in (kinds.MIX_AND_MATCH, kinds.BUNDLE):
        shape = SET if len(needs) > 1 else ROW
        if promotion.price_minor is not None:
            return Deal(shape, needs, (WHOLE,) * len(needs), -promotion.price_minor, most)
        if promotion.amount_minor is not None:
            return Deal(shape, needs, (NOTHING,) * len(needs), promotion.amount_minor, most)
        return Deal(shape, needs, (cut_in(promotion),) * len(needs), 0, most)
    if kind == kinds.GIFT:
        return Deal(SET, needs, (*(NOTHING for _ in needs[1:]), WHOLE), 0, most)
    if kind == kinds.TIERS:
        return Deal(TIER, tuple(tier.start for tier in promotion.tiers), tuple(cut_in(tier) for tier in promotion.tiers))
    if kind in PLAIN and promotion.applications_max:
        return Deal(ROW, (1,), (cut_in(promotion),), 0, most)
    return None


def coupons_of(promotions: Sequence[Promotion], code: str) -> tuple[Promotion, ...]:
    """The promotions that a coupon's code opens."""
    return tuple(one for one in promotions if one.coupon is not None and one.coupon.opens(code))
