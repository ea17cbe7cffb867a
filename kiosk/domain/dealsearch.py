"""The best way to share pieces among promotions that want the same ones: exact as long as that is quick, else ranked.

Pieces of one price that the same deals want are a pile. The exact search takes them piece by piece, the dearest first, and
keeps for every state of half-filled deals only the best way there (branch and bound, cut off by the ranked answer). It gives up
after a fixed number of nodes; then deals are ranked by what they add. Neither knows of lines: what they find cannot depend on
the order of scans.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from kiosk.domain.deal import PAIR, ROW, SET, TIER, Applied, Deal, Pile, Table, set_of, table_of
from kiosk.domain.dealranking import Ranking
from kiosk.domain.promotion import cut_of

NODES_MAX = 3_000
"""Nodes of one search, and of all searches of one basket: some five milliseconds."""
PIECES_MAX, DEALS_MAX = 300, 12
"""With more pieces, or with more deals that want the same ones, the nodes would be gone long before the end."""


class Solution(NamedTuple):
    """What was found. `saving` counts the plain discounts of all other pieces too."""

    applied: tuple[Applied, ...]
    saving: int
    exact: bool
    nodes: int


def solve(piles: Sequence[Pile], deals: Sequence[Deal], nodes_max: int = NODES_MAX) -> Solution:
    """The best use of the piles (dearest first). What is found does not depend on anything but these three."""
    table = table_of(piles, deals)
    plain = sum(pile.pieces * pile.plain for pile in piles)
    ranking = Ranking(piles, deals, table)
    quick = ranking.quick()
    if _is_settled(piles, deals):
        return Solution(quick, plain + ranking.gain(quick), True, 0)
    nodes = 0
    if len(deals) <= DEALS_MAX and sum(pile.pieces for pile in piles) <= PIECES_MAX:
        search = _Search(piles, deals, table, nodes_max)
        found = search.run(plain + ranking.gain(quick))
        nodes = search.nodes
        if found is not None:
            applied = _gather(found, piles, deals, table)
            if ranking.gain(applied) >= ranking.gain(quick):  # not so where a set would take off more than it costs
                return Solution(applied, plain + ranking.gain(applied), True, nodes)
    applied = ranking.best()
    return Solution(applied, plain + ranking.gain(applied), False, nodes)


def _is_settled(piles: Sequence[Pile], deals: Sequence[Deal]) -> bool:
    """One deal alone, whose roles want different pieces and that nothing plain competes with, is best taken from the top."""
    alone = len(deals) == 1 and all(pile.plain == 0 and len(pile.wanted) == 1 for pile in piles)
    return alone and (deals[0].flat <= 0 or piles[-1].price * sum(deals[0].needs) >= deals[0].flat)


# exact

_Comp = tuple[int, ...]
_Node = tuple["_Node", int, int, int] | None
"""The way to a state: (before it, pile, deal, role), without the pieces that no deal took."""
_States = dict[int, tuple[int, _Node]]
"""To each state the most that comes off on the way there, and that way. A state is one number: how far each deal is filled, by
the numbers that `_Filling` gives, in bits of its own. So one more piece is an addition, and there is little to hash."""


class _Filling:
    """How far one deal can be filled, numbered as it comes up (0 is not at all), and what one more piece makes of it."""

    def __init__(self, deal: Deal, pieces: int, shift: int) -> None:
        self.deal, self.comps, self.shift = deal, [_empty(deal)], shift
        self._numbers, self._limit = {self.comps[0]: 0}, _limit(deal, pieces)
        self.mask = (1 << _count_max(deal, pieces, self._limit).bit_length()) - 1
        self.owes = deal.flat != 0 or (deal.shape == ROW and len(deal.needs) == 2)
        self._steps: list[dict[int, tuple[tuple[int, int, int], ...]]] = [{} for _ in deal.needs]

    def known(self, role: int) -> dict[int, tuple[tuple[int, int, int], ...]]:
        """What one more piece in a role makes of each filling that was asked for: (how much further, the role it takes, `flat`)."""
        return self._steps[role]

    def step(self, at: int, role: int) -> tuple[tuple[int, int, int], ...]:
        """The same for one filling, worked out and kept."""
        steps = _steps(self.deal, self.comps[at], role, self._limit)
        found = self._steps[role][at] = tuple((self._number(comp) - at, as_role, flat) for comp, as_role, flat in steps)
        return found

    def _number(self, comp: _Comp) -> int:
        number = self._numbers.setdefault(comp, len(self.comps))
        if number == len(self.comps):
            assert number <= self.mask, "there are no more ways to fill it than that"
            self.comps.append(comp)
        return number


_Owing = tuple[_Filling, int, int, dict[int, int]]
"""A deal of which a part may be there: where it stands in a state, and by its filling what `due_of` says."""


class _Search:
    """Piece by piece, the best way to each state of half-filled deals."""

    def __init__(self, piles: Sequence[Pile], deals: Sequence[Deal], table: Table, nodes_max: int) -> None:
        self._piles, self._table, self._nodes_max = piles, table, nodes_max
        wanting: list[list[int]] = [[] for _ in deals]
        for place, pile in enumerate(piles):
            for n in {n for n, _ in pile.wanted}:
                wanting[n].append(place)
        self._fillings: list[_Filling] = []
        shift = 0
        for deal, places in zip(deals, wanting, strict=True):
            filling = _Filling(deal, sum(piles[place].pieces for place in places), shift)
            self._fillings.append(filling)
            shift += filling.mask.bit_length()
        self._spans = [(places[0], places[-1]) if places else (0, -1) for places in wanting]
        self.nodes = 0

    def run(self, least: int) -> list[tuple[int, int, int]] | None:
        """(pile, deal, role) of every piece that a deal takes, in order; None when it takes too long. `least` was found before."""
        states: _States = {0: (0, None)}
        hopes = [self._hope(place) for place in range(len(self._piles))]
        hope = sum(each * pile.pieces for each, pile in zip(hopes, self._piles, strict=True))
        for place, pile in enumerate(self._piles):
            owing = self._owing(place)
            for _ in range(pile.pieces):
                states = self._next(states, place, least - hope, owing)
                hope -= hopes[place]
                if self.nodes > self._nodes_max:
                    return None
            for n, (_, last) in enumerate(self._spans):
                if last == place:
                    states = self._closed(states, n)
        if 0 not in states:
            return None
        _, node = states[0]
        found: list[tuple[int, int, int]] = []
        while node is not None:
            node, pile_place, n, role = node
            found.append((pile_place, n, role))
        return found[::-1]

    def _owing(self, place: int) -> list[_Owing]:
        """The deals that may be half filled at a pile, where that makes a difference."""
        spans = zip(self._fillings, self._spans, strict=True)
        there = [filling for filling, (first, last) in spans if first <= place <= last and filling.owes]
        return [(filling, filling.shift, filling.mask, {}) for filling in there]

    def _next(self, states: _States, place: int, least: int, owing: Sequence[_Owing]) -> _States:
        """All states with one more piece of a pile, but of those from which `least` is out of reach."""
        pile, after = self._piles[place], _States()
        wanted = [
            (n, role, filling.shift, filling.mask, filling.known(role), self._table[place][n])
            for n, role in pile.wanted for filling in (self._fillings[n],)
        ]  # fmt: skip
        for state, (value, node) in states.items():
            self.nodes += 1
            if self.nodes > self._nodes_max:
                return {}
            hoped = value
            for filling, shift, mask, dues in owing:
                at = state >> shift & mask
                if at:
                    if at not in dues:
                        dues[at] = due_of(filling.deal, filling.comps[at], pile.price)
                    hoped += dues[at]
            if hoped < least:
                continue
            spared = value + pile.plain
            there = after.get(state)
            if there is None or there[0] < spared:
                after[state] = (spared, node)
            for n, role, shift, mask, known, worths in wanted:
                at = state >> shift & mask
                steps = known.get(at) or self._fillings[n].step(at, role)
                self.nodes += len(steps)
                for further, as_role, flat in steps:
                    more, reached = value + worths[as_role] + flat, state + (further << shift)
                    there = after.get(reached)
                    if there is None or there[0] < more:
                        after[reached] = (more, (node, place, n, as_role))
        return after

    def _closed(self, states: _States, n: int) -> _States:
        """No more pieces for a deal come: what it has half filled leads nowhere."""
        filling, after = self._fillings[n], _States()
        for state, found in states.items():
            at = state >> filling.shift & filling.mask
            if _is_whole(filling.deal, filling.comps[at]):
                there = state - (at << filling.shift)
                if there not in after or after[there][0] < found[0]:
                    after[there] = found
        return after

    def _hope(self, place: int) -> int:
        """The most that one piece of a pile brings to a whole set, on average over the set."""
        pile = self._piles[place]
        return max(pile.plain, *(hope_of(self._fillings[n].deal, role, self._table[place][n]) for n, role in pile.wanted))


def hope_of(deal: Deal, role: int, worths: tuple[int, ...]) -> int:
    """What a piece is worth to a whole set of a deal, on average over the set, rounded up; never less than nothing."""
    whole = sum(deal.needs)
    if deal.shape == ROW and len(deal.needs) == 2:
        return -(-deal.needs[1] * worths[1] // whole)
    if deal.shape in (ROW, SET):
        return max(0, -(-(worths[role] * whole + deal.flat) // whole))
    return max(worths)


def due_of(deal: Deal, comp: _Comp, price: int) -> int:
    """What the missing pieces of a half-filled deal bring at most beyond `hope_of` each, when none costs more than `price`."""
    whole = sum(deal.needs)
    if deal.shape == ROW and len(deal.needs) == 2:
        missing, cut = whole - comp[0], cut_of(price, *deal.cuts[1])
        return min(missing, deal.needs[1]) * cut - missing * deal.needs[1] * cut // whole
    if deal.shape in (ROW, SET):
        there = comp[0] if deal.shape == ROW else sum(comp[:-1])
        return -(-deal.flat * there // whole)
    return 0


def _limit(deal: Deal, pieces: int) -> int:
    """How many sets count, 0 where that does not bind."""
    return deal.sets_max if deal.shape != TIER and 0 < deal.sets_max * sum(deal.needs) < pieces else 0


def _count_max(deal: Deal, pieces: int, limit: int) -> int:
    """No deal can be filled in more ways than so many."""
    if deal.shape == TIER:
        return 1 + sum(deal.needs)
    return (sum(deal.needs) if deal.shape == ROW else (pieces + 1) ** len(deal.needs)) * (limit + 1)


def _empty(deal: Deal) -> _Comp:
    return (0,) * (len(deal.needs) + 1) if deal.shape in (SET, PAIR) else (0, 0)


def _is_whole(deal: Deal, comp: _Comp) -> bool:
    if deal.shape == TIER:
        return comp[0] == 0 or comp[1] >= deal.needs[comp[0] - 1]
    return not any(comp[:-1])


def _steps(deal: Deal, comp: _Comp, role: int, limit: int) -> Iterator[tuple[_Comp, int, int]]:
    """What one more piece makes of a half-filled deal: (state, the role it takes, what a set that is now whole adds)."""
    if deal.shape == TIER:
        tiers = range(1, len(deal.needs) + 1) if comp[0] == 0 else (comp[0],)
        yield from (((tier, min(comp[1] + 1, deal.needs[tier - 1])), tier - 1, 0) for tier in tiers)
        return
    if limit and comp[-1] >= limit:
        return
    counted = 1 if limit else 0
    if deal.shape == ROW:
        position, whole = comp[0], sum(deal.needs)
        as_role = 0 if position < deal.needs[0] else 1
        yield ((0, comp[1] + counted), as_role, deal.flat) if position + 1 == whole else ((position + 1, comp[1]), as_role, 0)
        return
    for as_role in range(len(deal.needs)) if deal.shape == PAIR else (role,):
        counts = list(comp[:-1])
        counts[as_role] += 1
        if deal.shape == PAIR and as_role == 1 and counts[1] * deal.needs[0] > counts[0] * deal.needs[1]:
            continue  # a cheap one stands beside dearer ones that are there already
        if all(count >= need for count, need in zip(counts, deal.needs, strict=True)):
            counts = [count - need for count, need in zip(counts, deal.needs, strict=True)]
            yield (*counts, comp[-1] + counted), as_role, deal.flat
        else:
            yield (*counts, comp[-1]), as_role, 0


def _gather(found: list[tuple[int, int, int]], piles: Sequence[Pile], deals: Sequence[Deal], table: Table) -> tuple[Applied, ...]:
    """The pieces that each deal took, set by set in the order they came."""
    made: list[Applied] = []
    for n, deal in enumerate(deals):
        mine = [(place, role) for place, of, role in found if of == n]
        if deal.shape == TIER:
            for place, same in groupby(mine, key=lambda taken: taken):
                made.append(Applied(n, len(list(same)), ((place[0], 1),), table[place[0]][n][place[1]]))
            continue
        roles = [[place for place, role in mine if role == as_role] for as_role in range(len(deal.needs))]
        for nth in range(len(mine) // sum(deal.needs)):
            parts = [(role, place) for role, need in enumerate(deal.needs) for place in roles[role][nth * need : (nth + 1) * need]]
            made.append(set_of(n, deal, parts, piles, table))
    return tuple(_merged(made))


def _merged(made: Sequence[Applied]) -> Iterator[Applied]:
    for (n, taken, saving), same in groupby(made, key=lambda one: (one.deal, one.taken, one.saving)):
        yield Applied(n, sum(one.times for one in same), taken, saving)
