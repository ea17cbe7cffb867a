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


class _Search:
    """Piece by piece, the best way to each state of half-filled deals."""

    def __init__(self, piles: Sequence[Pile], deals: Sequence[Deal], table: Table, nodes_max: int) -> None:
        self._piles, self._deals, self._table, self._nodes_max = piles, deals, table, nodes_max
        self._steps: dict[tuple[int, _Comp, int], tuple[tuple[_Comp, int, int], ...]] = {}
        wanting: list[list[int]] = [[] for _ in deals]
        for at, pile in enumerate(piles):
            for n in {n for n, _ in pile.wanted}:
                wanting[n].append(at)
        pieces = [sum(piles[place].pieces for place in places) for places in wanting]
        self._limits = [_limit(deal, count) for deal, count in zip(deals, pieces, strict=True)]
        self._ends: dict[int, list[int]] = {}
        for n, places in enumerate(wanting):
            if places:
                self._ends.setdefault(places[-1], []).append(n)
        self._empty = tuple(_empty(deal) for deal in deals)
        self._owed: dict[tuple[int, _Comp], int] = {}
        self.nodes = 0

    def run(self, least: int) -> list[tuple[int, int, int]] | None:
        """(pile, deal, role) of every piece that a deal takes, in order; None when it takes too long. `least` was found before."""
        start = self._empty
        states: dict[tuple[_Comp, ...], tuple[int, _Node]] = {start: (0, None)}
        hopes = [self._hope(place) for place in range(len(self._piles))]
        hope = sum(each * pile.pieces for each, pile in zip(hopes, self._piles, strict=True))
        for place, pile in enumerate(self._piles):
            self._owed.clear()
            for _ in range(pile.pieces):
                states = self._next(states, place, least - hope)
                hope -= hopes[place]
                if self.nodes > self._nodes_max:
                    return None
            for n in self._ends.get(place, ()):
                states = self._closed(states, n)
        if start not in states:
            return None
        _, node = states[start]
        found: list[tuple[int, int, int]] = []
        while node is not None:
            node, pile_place, n, role = node
            found.append((pile_place, n, role))
        return found[::-1]

    def _next(
        self, states: dict[tuple[_Comp, ...], tuple[int, _Node]], place: int, least: int
    ) -> dict[tuple[_Comp, ...], tuple[int, _Node]]:
        """All states with one more piece of a pile, but of those from which `least` is out of reach."""
        pile, worths, known, owed = self._piles[place], self._table[place], self._steps, self._owed
        after: dict[tuple[_Comp, ...], tuple[int, _Node]] = {}
        for state, (value, node) in states.items():
            self.nodes += 1
            if self.nodes > self._nodes_max:
                return {}
            hoped = value
            for n, comp in enumerate(state):
                if comp != self._empty[n]:
                    due = owed.get((n, comp))
                    hoped += self._due(n, comp, pile.price) if due is None else due
            if hoped < least:
                continue
            spared = value + pile.plain
            there = after.get(state)
            if there is None or there[0] < spared:
                after[state] = (spared, node)
            for n, role in pile.wanted:
                key = n, state[n], role
                for comp, as_role, flat in known.get(key) or self._step(key):
                    self.nodes += 1
                    more = value + worths[n][as_role] + flat
                    reached = (*state[:n], comp, *state[n + 1 :])
                    there = after.get(reached)
                    if there is None or there[0] < more:
                        after[reached] = (more, (node, place, n, as_role))
        return after

    def _step(self, key: tuple[int, _Comp, int]) -> tuple[tuple[_Comp, int, int], ...]:
        n, comp, role = key
        found = self._steps[key] = tuple(_steps(self._deals[n], comp, role, self._limits[n]))
        return found

    def _closed(self, states: dict[tuple[_Comp, ...], tuple[int, _Node]], n: int) -> dict[tuple[_Comp, ...], tuple[int, _Node]]:
        """No more pieces for a deal come: what it has half filled leads nowhere."""
        empty, deal = _empty(self._deals[n]), self._deals[n]
        after: dict[tuple[_Comp, ...], tuple[int, _Node]] = {}
        for state, found in states.items():
            if _is_whole(deal, state[n]):
                there = (*state[:n], empty, *state[n + 1 :])
                if there not in after or after[there][0] < found[0]:
                    after[there] = found
        return after

    def _hope(self, place: int) -> int:
        """The most that one piece of a pile brings to a whole set, on average over the set."""
        pile = self._piles[place]
        return max(pile.plain, *(hope_of(self._deals[n], role, self._table[place][n]) for n, role in pile.wanted))

    def _due(self, n: int, comp: _Comp, price: int) -> int:
        """What the rest of a half-filled deal can bring beyond the hopes of its pieces, none of which costs more than `price`."""
        found = self._owed[n, comp] = due_of(self._deals[n], comp, price)
        return found


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
