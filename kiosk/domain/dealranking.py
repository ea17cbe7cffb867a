"""Deals ranked by what they add: quick however much there is, and never worse than taking what saves most next."""

from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from typing import NamedTuple

from kiosk.domain.deal import NOTHING, ROW, SET, TIER, Applied, Deal, Pile, Table, set_of
from kiosk.domain.promotion import BASIS

_MARGINALS_MAX = 8
"""With more deals than these, what each would be missed for is not worked out."""


class _Offer(NamedTuple):
    """What a deal would do next: its sets, what they take off, what their pieces would bring alone, and how many they are."""

    applied: tuple[Applied, ...]
    saving: int
    plain: int
    pieces: int


_Key = Callable[[_Offer], int]


def _by_saving(offer: _Offer) -> int:
    return offer.saving


def _by_net(offer: _Offer) -> int:
    return offer.saving - offer.plain


def _by_piece(offer: _Offer) -> int:
    return (offer.saving - offer.plain) * BASIS // offer.pieces


class Ranking:
    """Takes the deal that adds most, again and again; by several measures, of which the best result is kept.

    `spares_dear`: where a role takes nothing off, cheap pieces fill it. Dear ones are better there where others live on cheap ones.
    """

    def __init__(self, piles: Sequence[Pile], deals: Sequence[Deal], table: Table, *, spares_dear: bool = True) -> None:
        self._piles, self._deals, self._table = piles, deals, table
        self._wanting: list[list[list[int]]] = [[[] for _ in deal.needs] if deal.shape == SET else [[]] for deal in deals]
        # Of pieces that cost the same, those go first that would bring least by themselves, and that the fewest deals could use.
        spared = sorted(range(len(piles)), key=lambda place: (piles[place].plain, len(piles[place].wanted), place))
        for place in sorted(spared, key=lambda place: -piles[place].price):
            for n, role in piles[place].wanted:
                self._wanting[n][role].append(place)
        self._idle = self._wanting
        if spares_dear:
            cheapest = {place: at for at, place in enumerate(sorted(spared, key=lambda place: piles[place].price))}
            self._idle = [[sorted(places, key=cheapest.__getitem__) for places in roles] for roles in self._wanting]
        whole = [pile.pieces for pile in piles]
        self._first = {n: self._offer(n, whole, 0) for n in range(len(deals))}

    def quick(self) -> tuple[Applied, ...]:
        """What one measure gives: where deals do not compete it is the best there is."""
        return self._take(tuple(range(len(self._deals))), _by_net)

    def best(self) -> tuple[Applied, ...]:
        """The best of what the measures give; the plain greedy one is among them."""
        everything = tuple(range(len(self._deals)))
        tried = [self._take(everything, key) for key in (_by_saving, _by_net, _by_piece)]
        if 1 < len(self._deals) <= _MARGINALS_MAX:
            alone = [self.gain(self._take(tuple(m for m in everything if m != n), _by_net)) for n in everything]
            order = sorted(everything, key=lambda n: (alone[n], n))  # what is missed most comes first
            tried.append(tuple(one for one in self._in_order(order)))
        if any(NOTHING in deal.cuts for deal in self._deals):
            other = Ranking(self._piles, self._deals, self._table, spares_dear=False)
            tried += [other._take(everything, key) for key in (_by_saving, _by_net)]
        return max(tried, key=self.gain)

    def gain(self, applied: Sequence[Applied]) -> int:
        """What sets take off beyond what their pieces would bring by themselves."""
        total = 0
        for one in applied:
            plain = sum([self._piles[place].plain * count for place, count in one.taken])
            total += one.times * (one.saving - plain)
        return total

    def _in_order(self, order: Sequence[int]) -> tuple[Applied, ...]:
        left = [pile.pieces for pile in self._piles]
        made: list[Applied] = []
        for n in order:
            made += self._take((n,), _by_net, left)
        return tuple(made)

    def _take(self, among: tuple[int, ...], key: _Key, left: list[int] | None = None) -> tuple[Applied, ...]:
        """The best offer again and again. What is taken only makes others worse, so one is looked at again when it comes up."""
        first = self._first if left is None else {n: self._offer(n, left, 0) for n in among}
        left = [pile.pieces for pile in self._piles] if left is None else left
        done = [0] * len(self._deals)
        made: list[Applied] = []
        best: list[tuple[int, int, _Offer]] = []
        for n in among:
            self._push(best, key, n, first[n])
        while best:
            _, n, offer = heappop(best)
            if all(left[place] >= count * one.times for one in offer.applied for place, count in one.taken):
                done[n] += self._fill(offer, left, made, done[n])
            self._push(best, key, n, self._offer(n, left, done[n]))
        return tuple(made)

    def _push(self, best: list[tuple[int, int, _Offer]], key: _Key, n: int, offer: _Offer | None) -> None:
        if offer is not None and offer.saving > offer.plain:
            heappush(best, (-key(offer), n, offer))

    def _fill(self, offer: _Offer, left: list[int], made: list[Applied], done: int) -> int:
        """Apply an offer as often as its pieces are there; gives how often."""
        deal = self._deals[offer.applied[0].deal]
        times = 1
        if deal.shape != TIER:
            times = min(left[place] // count for place, count in offer.applied[0].taken)
            times = min(times, deal.sets_max - done) if deal.sets_max else times
        for one in offer.applied:
            made.append(Applied(one.deal, one.times * times, one.taken, one.saving))
            for place, count in one.taken:
                left[place] -= count * one.times * times
        return times

    def _offer(self, n: int, left: list[int], done: int) -> _Offer | None:
        """What a deal would take next of what is left."""
        deal = self._deals[n]
        if deal.sets_max and done >= deal.sets_max:
            return None
        if deal.shape == TIER:
            return self._tier(n, left)
        parts = self._row(n, left) if deal.shape == ROW else self._roles(n, left)
        if parts is None:
            return None
        made = set_of(n, deal, parts, self._piles, self._table)
        plain = sum([self._piles[place].plain * count for place, count in made.taken])
        return _Offer((made,), made.saving, plain, len(parts))

    def _row(self, n: int, left: Sequence[int]) -> list[tuple[int, int]] | None:
        """(role, pile) of the dearest pieces that make one row; None when there are too few."""
        needs = self._deals[n].needs
        whole, taken = sum(needs), list[int]()
        for place in self._wanting[n][0]:
            if left[place]:
                taken += [place] * min(left[place], whole - len(taken))
                if len(taken) == whole:
                    return [(0 if at < needs[0] else 1, place) for at, place in enumerate(taken)]
        return None

    def _roles(self, n: int, left: Sequence[int]) -> list[tuple[int, int]] | None:
        """(role, pile) of pieces for each role: cheap ones where a role takes nothing off."""
        deal = self._deals[n]
        parts: list[tuple[int, int]] = []
        rest = {place: left[place] for places in self._wanting[n] for place in places}
        roles = list(range(len(deal.needs)))
        if deal.shape == SET:
            roles.sort(key=lambda role: len(self._wanting[n][role]))  # who has the least choice goes first
        for role in roles:
            among = self._idle if deal.cuts[role] == NOTHING else self._wanting
            taken = _pick(among[n][role if deal.shape == SET else 0], rest, deal.needs[role])
            if taken is None:
                return None
            parts += [(role, place) for place in taken]
        return parts

    def _tier(self, n: int, left: list[int]) -> _Offer | None:
        places = [place for place in self._wanting[n][0] if left[place]]
        pieces = sum(left[place] for place in places)
        reached = [tier for tier, start in enumerate(self._deals[n].needs) if start <= pieces]
        if not reached:
            return None
        totals = {tier: sum(self._table[place][n][tier] * left[place] for place in places) for tier in reached}
        tier = max(reached, key=lambda at: (totals[at], -at))
        made = tuple(Applied(n, left[place], ((place, 1),), self._table[place][n][tier]) for place in places)
        return _Offer(made, totals[tier], sum(self._piles[place].plain * left[place] for place in places), pieces)


def _pick(places: Sequence[int], rest: dict[int, int], count: int) -> list[int] | None:
    """`count` pieces of the first piles that have some left, taken out of `rest`; None when there are too few."""
    taken: list[int] = []
    for place in places:
        while rest[place] and len(taken) < count:
            rest[place] -= 1
            taken.append(place)
        if len(taken) == count:
            return taken
    return None if len(taken) < count else taken
