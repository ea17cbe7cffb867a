"""The search of order sourcing: the set of places that fills most and then costs least. Costs are minor units times thousandths.

With the places fixed, each article is taken where its handling is least, so a plan is a set of places. A set that lacks something
grows by a place that has it, the scarcest article first; places that were tried beside are not tried again below. What is left
to be won bounds each branch.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import attrgetter


@dataclass(frozen=True, slots=True)
class Offer:
    """What a place could send (thousandths of each article needed, in their order), its parcel's cost, and each unit's handling."""

    place: str
    opening: int
    handling: int
    has: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The best set of places: what it leaves unfilled (thousandths), its cost, and whether nothing better can exist.

    `looks` counts the stocks looked at on the way (places by articles): what a search costs.
    """

    places: frozenset[str]
    unfilled: int
    cost: int
    exact: bool
    looks: int

    @property
    def rank(self) -> tuple[int, int, int, tuple[str, ...]]:
        """Less unfilled, then less cost, then fewer parcels, then by name."""
        return self.unfilled, self.cost, len(self.places), tuple(sorted(self.places))


def shares(needed: Sequence[int], offers: Iterable[Offer]) -> list[dict[str, int]]:
    """Who sends how much of each article (thousandths), of a fixed set of places: where handling is least, then by name."""
    ordered = sorted(offers, key=attrgetter("handling", "place"))
    given: list[dict[str, int]] = []
    for article, wanted in enumerate(needed):
        parts: dict[str, int] = {}
        for offer in ordered:
            if taken := min(wanted, offer.has[article]):
                parts[offer.place] = taken
                wanted -= taken
        given.append(parts)
    return given


def worth_asking(needed: Sequence[int], offers: Iterable[Offer]) -> list[Offer]:
    """Offers less those that another makes needless: one that has all there is to want of theirs, and costs no more anyhow.

    So a hundred stores that have the piece are the few that a plan may be made of.
    """
    kept: list[Offer] = []
    whole: list[tuple[int, int]] = []  # handling, and the articles that are there in full, as bits
    for one in sorted(offers, key=attrgetter("opening", "handling", "place")):
        some = full = 0
        for article, milli in enumerate(one.has):
            some |= (milli > 0) << article
            full |= (milli == needed[article]) << article
        if some and not any(handling <= one.handling and some & ~has == 0 for handling, has in whole):
            kept.append(one)
            whole.append((one.handling, full))
    return kept


def search(needed: Sequence[int], offers: Iterable[Offer], most: int, looks_max: int) -> Found:
    """The best set of at most so many places."""
    hunt = _Hunt(needed, worth_asking(needed, offers), most, looks_max)
    hunt.greedy()
    hunt.grow((), frozenset())
    return Found(hunt.best.places, hunt.best.unfilled, hunt.best.cost, hunt.looks <= looks_max, hunt.looks)


class _Hunt:
    """One search with its best answer so far. `offers` are in the order of their cost."""

    def __init__(self, needed: Sequence[int], offers: Sequence[Offer], most: int, looks_max: int) -> None:
        self._needed, self._offers, self._most, self._looks_max = needed, offers, most, looks_max
        least = [min((one.handling for one in offers if one.has[article]), default=0) for article in range(len(needed))]
        self._handling = sum(milli * rate for milli, rate in zip(needed, least, strict=True))
        self.looks = 0
        self.best = self._judged(())

    def greedy(self) -> None:
        """A good answer to begin with: always the place that fills most, then costs least."""
        chosen: tuple[Offer, ...] = ()
        lacks = tuple(self._needed)
        while len(chosen) < self._most:
            gains = [sum(map(min, lacks, one.has)) for one in self._offers]
            most = max(gains, default=0)
            if not most:
                return
            best = self._offers[gains.index(most)]  # the cheapest of them
            chosen, lacks = (*chosen, best), _less(lacks, best)
            self._keep(chosen)

    def grow(self, chosen: tuple[Offer, ...], barred: frozenset[str]) -> None:
        """Try all sets that have these places and none of the barred ones."""
        self._keep(chosen)
        slots = self._most - len(chosen)
        names = barred.union(one.place for one in chosen)
        free = [one for one in self._offers if one.place not in names]
        if not slots or not free:
            return
        self.looks += len(free) * len(self._needed)
        if self.looks > self._looks_max:
            return
        lacks = tuple(self._needed)
        for one in chosen:
            lacks = _less(lacks, one)
        ahead = _Ahead(free, lacks, slots)
        cost = sum(one.opening for one in chosen)
        for one, gain in zip(free, ahead.gains, strict=True):
            if ahead.scarce >= 0 and not one.has[ahead.scarce]:
                continue
            least = max(ahead.beyond, ahead.lacking - gain - ahead.most[slots - 1])
            if self.looks > self._looks_max or (self.best.unfilled <= ahead.beyond and cost + one.opening > self.best.cost):
                return  # the places after it cost no less
            after = ahead.least_for(ahead.lacking - gain - self.best.unfilled)
            if self._may_win(least, cost + one.opening + after, len(chosen) + 1):
                self.grow((*chosen, one), barred)
            barred = barred | {one.place}
        if ahead.scarce >= 0 and self._may_win(max(ahead.beyond, lacks[ahead.scarce]), cost, len(chosen)):
            self.grow(chosen, barred)  # as if nobody had the scarce article: the others may fill more

    def _may_win(self, unfilled: int, opening: int, places: int) -> bool:
        """Whether a set that leaves at least so much and costs at least so much could still be the best."""
        if unfilled != self.best.unfilled:
            return unfilled < self.best.unfilled
        cost = opening if unfilled else opening + self._handling
        return (cost, places) <= (self.best.cost, len(self.best.places))

    def _keep(self, chosen: Sequence[Offer]) -> None:
        found = self._judged(chosen)
        if found.rank < self.best.rank:
            self.best = found

    def _judged(self, chosen: Sequence[Offer]) -> Found:
        handling = {one.place: one.handling for one in chosen}
        used = [(handling[place], milli) for parts in shares(self._needed, chosen) for place, milli in parts.items()]
        cost = sum(one.opening for one in chosen) + sum(rate * milli for rate, milli in used)
        filled = sum(milli for _, milli in used)
        return Found(frozenset(handling), sum(self._needed) - filled, cost, True, self.looks)


class _Ahead:
    """What free places (in the order of their cost) can still do for what is lacking: bounds for all their sets at once.

    `gains` is what each would fill alone, `most[k]` what k of them fill at most, `beyond` what all of them leave. `scarce` is the
    article that fewest of them have, -1 when nothing is lacking that they have.
    """

    def __init__(self, free: Sequence[Offer], lacks: Sequence[int], slots: int) -> None:
        self.gains = [sum(map(min, lacks, one.has)) for one in free]
        self.lacking = sum(lacks)
        self.most = [0, *accumulate(sorted(self.gains, reverse=True)[:slots])]
        self.most += [self.most[-1]] * (slots + 1 - len(self.most))
        self._cheapest = [0, *accumulate(one.opening for one in free[:slots])]
        self.beyond, self.scarce, fewest = 0, -1, len(free) + 1
        for article, milli in enumerate(lacks):
            if not milli:
                continue
            there = [one.has[article] for one in free if one.has[article]]
            self.beyond += max(0, milli - sum(there))
            if 0 < len(there) < fewest:
                self.scarce, fewest = article, len(there)

    def least_for(self, milli: int) -> int:
        """What it costs at least to fill so much more with places to come: as many of the cheapest as it takes of the fullest."""
        count = next((count for count, most in enumerate(self.most) if most >= milli), len(self.most) - 1)
        return self._cheapest[min(count, len(self._cheapest) - 1)]


def _less(lacks: Sequence[int], offer: Offer) -> tuple[int, ...]:
    return tuple([milli - min(milli, has) for milli, has in zip(lacks, offer.has, strict=True)])
