"""Order sourcing: which places send the goods of an order, at the least cost, with the reason of each choice and each rejection.

First as much as can be had, then the least cost: a parcel with its way, its wait and its lateness for each place that sends one,
handling for each unit. Goods of one article may come from several places. The search is exact (branch and bound over what is
still missing) up to a number of looks, and says when it was not. All numbers are whole; equal plans are told apart by name.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from kiosk.domain.money import divide_half_up
from kiosk.domain.orderevents import OrderEvent
from kiosk.domain.orderlife import ALLOCATED, CONFIRMED, SYSTEM
from kiosk.domain.quantity import ONE
from kiosk.domain.sourcingsearch import Found, Offer, search, shares

LOOKS_MAX = 20_000
"""Stocks looked at in one search: about ten milliseconds. Beyond it the best plan so far holds, and says that it was cut off."""

HOUR_MS = 3_600_000

ONLY, HERE, SAME_PARCEL, LEAST = "sourcing.only", "sourcing.here", "sourcing.same_parcel", "sourcing.least"
CHOSEN_FOR = (ONLY, HERE, SAME_PARCEL, LEAST)
"""Why a place sends goods: nobody else has them, they are there already, it sends a parcel anyhow, or it costs least."""

NO_STOCK, DECLINED_BEFORE, FULL, NOT_SENDING = "sourcing.no_stock", "sourcing.declined", "sourcing.full", "sourcing.not_sending"
FURTHER, BUSIER, LATER, DEARER = "sourcing.further", "sourcing.busier", "sourcing.later", "sourcing.dearer"
ANOTHER_PARCEL, EQUAL = "sourcing.another_parcel", "sourcing.equal"
PASSED_OVER_FOR = (NO_STOCK, DECLINED_BEFORE, FULL, NOT_SENDING, FURTHER, BUSIER, LATER, DEARER, ANOTHER_PARCEL, EQUAL)
"""Why a place sends nothing; of those that could, what weighs most against it."""

NOBODY, TOO_MANY_PARCELS = "sourcing.nobody", "sourcing.too_many_parcels"
UNFILLED_FOR = (NOBODY, TOO_MANY_PARCELS)


@dataclass(frozen=True, slots=True)
class Want:
    """So much (thousandths) of an article for a line of an order."""

    line: int
    article: str
    quantity_milli: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that may send: what is available to promise there (thousandths by article), how far, how busy, how soon.

    `waiting` orders are to be picked before; `room` is how many more it takes today; `leaves_ms` is when goods would leave, after
    its next cut-off. `handling_minor` is its work for one unit. `declined` before: it is not asked again.
    """

    place: str
    free_milli: Mapping[str, int]
    distance_m: int = 0
    waiting: int = 0
    room: int = 1
    leaves_ms: int = 0
    handling_minor: int = 0
    sends: bool = True
    declined: bool = False


@dataclass(frozen=True, slots=True)
class Rates:
    """What weighs how much, in minor units: a parcel, a kilometre, an order that waits before, an hour later than promised."""

    parcel_minor: int = 500
    km_minor: int = 1
    waiting_minor: int = 20
    late_hour_minor: int = 50
    parcels_max: int = 4

    def __post_init__(self) -> None:
        assert min(self.parcel_minor, self.km_minor, self.waiting_minor, self.late_hour_minor) >= 0, "nothing is a gift"
        assert self.parcels_max >= 1, "something is sent"


@dataclass(frozen=True, slots=True)
class Opening:
    """What it costs that a place takes part, in minor units."""

    parcel_minor: int
    way_minor: int
    wait_minor: int
    late_minor: int

    @property
    def total_minor(self) -> int:
        """All of it."""
        return self.parcel_minor + self.way_minor + self.wait_minor + self.late_minor


@dataclass(frozen=True, slots=True)
class Choice:
    """A place sends so much of a line. `by_minor`: what the next best place would cost more for these goods alone."""

    line: int
    place: str
    quantity_milli: int
    reason: str
    by_minor: int = 0


@dataclass(frozen=True, slots=True)
class Missing:
    """So much of a line that no place sends, and why."""

    line: int
    quantity_milli: int
    reason: str


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A place that sends nothing, and why; `by_minor` is what weighs most against it."""

    place: str
    reason: str
    by_minor: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """Who sends what. `cost_minor` is the whole, rounded once; `exact` says that no better plan exists."""

    choices: tuple[Choice, ...]
    missing: tuple[Missing, ...]
    passed_over: tuple[PassedOver, ...]
    cost_minor: int
    exact: bool
    looks: int

    @property
    def places(self) -> tuple[str, ...]:
        """Who sends a parcel."""
        return tuple(sorted({choice.place for choice in self.choices}))


def opening(candidate: Candidate, rates: Rates, to: str, promised_ms: int) -> Opening:
    """What it costs that a place sends a parcel to where the goods are wanted (`to`: a store, or empty for an address).

    The store where they are collected sends none. Lateness counts by started hours after what was promised (0: nothing was).
    """
    late_ms = max(0, candidate.leaves_ms - promised_ms) if promised_ms else 0
    there = bool(to) and candidate.place == to
    return Opening(
        0 if there else rates.parcel_minor, 0 if there else candidate.distance_m * rates.km_minor // 1_000,
        candidate.waiting * rates.waiting_minor, -(-late_ms // HOUR_MS) * rates.late_hour_minor,
    )  # fmt: skip


def source(
    wants: Sequence[Want], candidates: Iterable[Candidate], rates: Rates, *, to: str = "", promised_ms: int = 0,
    looks_max: int = LOOKS_MAX,
) -> Plan:  # fmt: skip
    """The best way to bring goods to one place, with reasons. Pure: the same question has the same answer on every machine."""
    known = sorted(candidates, key=lambda one: one.place)
    assert len({one.place for one in known}) == len(known), "a place is asked once"
    needed: dict[str, int] = {}
    for want in sorted(wants, key=attrgetter("article")):
        needed[want.article] = needed.get(want.article, 0) + want.quantity_milli
    able = {one.place: one for one in known if not _unable(one, needed)}
    costs = {place: opening(one, rates, to, promised_ms) for place, one in able.items()}
    offers = [
        Offer(
            place, costs[place].total_minor * ONE, one.handling_minor,
            tuple([max(0, min(milli, one.free_milli.get(article, 0))) for article, milli in needed.items()]),
        )
        for place, one in able.items()
    ]  # fmt: skip
    amounts = list(needed.values())
    found = search(amounts, offers, rates.parcels_max, looks_max)
    given = shares(amounts, [offer for offer in offers if offer.place in found.places])
    may_open = len(found.places) < rates.parcels_max
    choices, missing = _choices(wants, dict(zip(needed, given, strict=True)), offers, to, may_open=may_open)
    return Plan(
        choices, missing, _passed_over(known, needed, found, costs, offers), divide_half_up(found.cost, ONE), found.exact,
        found.looks,
    )  # fmt: skip


def _unable(one: Candidate, needed: Mapping[str, int]) -> str:
    """Why a place cannot take part at all; empty when it can."""
    if not any(one.free_milli.get(article, 0) > 0 for article in needed):
        return NO_STOCK
    if one.declined:
        return DECLINED_BEFORE
    if not one.sends:
        return NOT_SENDING
    return "" if one.room > 0 else FULL


def _choices(
    wants: Sequence[Want], given: Mapping[str, dict[str, int]], offers: Sequence[Offer], to: str, *, may_open: bool
) -> tuple[tuple[Choice, ...], tuple[Missing, ...]]:
    """Give each line its part of what the places send, in the order of the lines, and say why it is them."""
    at = {article: index for index, article in enumerate(given)}
    sending = {place for parts in given.values() for place in parts}
    choices, missing = [], []
    for want in sorted(wants, key=lambda want: want.line):
        wanted = want.quantity_milli
        parts = given[want.article]
        for place in list(parts):
            taken = min(wanted, parts[place])
            wanted, parts[place] = wanted - taken, parts[place] - taken
            if taken:
                reason, by = _why(at[want.article], taken, place, offers, to, sending)
                choices.append(Choice(want.line, place, taken, reason, by))
        if wanted:
            elsewhere = any(offer.has[at[want.article]] and offer.place not in sending for offer in offers)
            missing.append(Missing(want.line, wanted, TOO_MANY_PARCELS if elsewhere and not may_open else NOBODY))
    return tuple(choices), tuple(missing)


def _why(article: int, milli: int, place: str, offers: Sequence[Offer], to: str, sending: set[str]) -> tuple[str, int]:
    """Why these goods come from there, and what the next best place would cost more for them alone (minor units)."""
    if place == to:
        return HERE, 0
    alone = {offer.place: offer.opening + offer.handling * milli for offer in offers if offer.has[article]}
    if len(alone) == 1:
        return ONLY, 0
    more = min(cost for other, cost in alone.items() if other != place) - alone[place]
    if more >= 0:
        return LEAST, divide_half_up(more, ONE)
    return (SAME_PARCEL, 0) if len(sending) > 1 or len(offers) > 1 else (LEAST, 0)


def _passed_over(
    known: Sequence[Candidate], needed: Mapping[str, int], found: Found, costs: Mapping[str, Opening], offers: Sequence[Offer]
) -> tuple[PassedOver, ...]:
    """Why each of the others sends nothing: what it cannot, or what weighs most against it beside the places that were chosen."""
    offer_of = {offer.place: offer for offer in offers}
    told = []
    for one in known:
        if one.place in found.places:
            continue
        reason = _unable(one, needed)
        if reason:
            told.append(PassedOver(one.place, reason))
            continue
        alone = offer_of[one.place].has == tuple(needed.values())
        told.append(_weighed(one.place, costs, offer_of, sorted(found.places)) if alone else _beside(one.place, costs))
    return tuple(told)


def _beside(place: str, costs: Mapping[str, Opening]) -> PassedOver:
    """It has a part only: a parcel more."""
    return PassedOver(place, ANOTHER_PARCEL, costs[place].total_minor)


def _weighed(place: str, costs: Mapping[str, Opening], offers: Mapping[str, Offer], chosen: Sequence[str]) -> PassedOver:
    """It could send everything: what it costs more than those who do, by what weighs most."""
    own, theirs = costs[place], [costs[other] for other in chosen]
    differences = (
        (own.way_minor - sum(one.way_minor for one in theirs), FURTHER),
        (own.wait_minor - sum(one.wait_minor for one in theirs), BUSIER),
        (own.late_minor - sum(one.late_minor for one in theirs), LATER),
        (own.parcel_minor - sum(one.parcel_minor for one in theirs), ANOTHER_PARCEL),
        (offers[place].handling - min(offers[other].handling for other in chosen), DEARER),
    )
    most, reason = max(differences, key=lambda one: one[0])
    return PassedOver(place, reason, most) if most > 0 else PassedOver(place, EQUAL)


def allocations(plan: Plan, order: str, fence: int, at_ms: int, new_id: Callable[[], str]) -> list[OrderEvent]:
    """A plan as events of the hub: each choice gives a place the token for its part, under a fence of its own from `fence` on."""
    return [
        OrderEvent(
            new_id(), order, choice.line, ALLOCATED, CONFIRMED, choice.quantity_milli, at_ms, SYSTEM, fence + number,
            place=choice.place,
        )
        for number, choice in enumerate(plan.choices)
    ]  # fmt: skip
