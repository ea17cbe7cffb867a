"""One stacking group: deals and plain discounts that exclude each other on a piece, and the lines that their savings fall on.

A saving is shared over the lines of its pieces by value, by largest remainder, ties to the lower line number.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kiosk.domain.deal import SET, TIER, Applied, Deal, Pile
from kiosk.domain.dealsearch import NODES_MAX, Solution, solve
from kiosk.domain.money import share
from kiosk.domain.promotion import PLAIN, cut_of
from kiosk.domain.promotionbasket import ALONE, EXACT, FREE, RANKED, REDUCED, Basket, Outcome, most_off
from kiosk.domain.promotionbook import Matches, Wanted
from kiosk.domain.promotionthreshold import Fragment
from kiosk.domain.quantity import price_of


@dataclass(slots=True)
class _Waiting:
    """A fragment and how many of its pieces no deal has taken yet."""

    fragment: Fragment
    left: int


_PileKey = tuple[int, tuple[tuple[int, int], ...], int, int]
"""(price, what deals want it as, the best plain discount, which)."""


class Layer:
    """One stacking group: deals and plain discounts that exclude each other on a piece."""

    def __init__(self, basket: Basket, outcome: Outcome, off: frozenset[int], layer: int, nodes_left: int) -> None:
        self._basket, self._outcome, self._off, self._layer = basket, outcome, off, layer
        self._after: list[Fragment] = []
        self.nodes_left = nodes_left

    def give(self, fragments: Sequence[Fragment]) -> list[Fragment]:
        """Give the group's promotions to pieces; gives the pieces with what is left to pay for each."""
        pieces: dict[tuple[int, int], int] = {}
        asked: list[tuple[Fragment, Wanted]] = []
        for fragment in fragments:
            found = self._wants(fragment)
            asked.append((fragment, found))
            for want in found[0]:
                pieces[want] = pieces.get(want, 0) + fragment.pieces
        alive = {n for n in {n for n, _ in pieces} if _can_be(self._deal(n), n, pieces)}
        piles: dict[_PileKey, list[Fragment]] = {}
        for fragment, (wanted, plain) in asked:
            wanted = tuple([want for want in wanted if want[0] in alive]) if wanted else ()
            cut, n = self._best_plain(fragment, plain) if plain else (0, -1)
            if wanted:
                piles.setdefault((fragment.price, wanted, cut, n), []).append(fragment)
            else:
                self._give_plain(fragment, cut, n)
        if piles:
            for members in _components(sorted(piles, key=lambda key: (-key[0], key[1], -key[2], key[3]))):
                self._settle([(key, piles[key]) for key in members])
        return self._after

    def _deal(self, n: int) -> Deal:
        deal = self._basket.live.deals[n]
        assert deal is not None, "only deals want pieces"
        return deal

    def _wants(self, fragment: Fragment) -> Wanted:
        """(deals that want a piece, plain discounts it may have)."""
        matches = self._basket.matches[fragment.line]
        weighed = self._basket.lines[fragment.line].unit != "piece"
        key = matches, self._layer, weighed, fragment.state
        found = self._basket.live.wanted.get(key)
        if found is None:
            found = self._sorted_out(matches, weighed, fragment.state)
            self._basket.live.wanted[key] = found
        if self._off:
            deals, plain = found
            return tuple(one for one in deals if one[0] not in self._off), tuple(n for n in plain if n not in self._off)
        return found

    def _sorted_out(self, matches: Matches, weighed: bool, state: int) -> Wanted:
        wanted: list[tuple[int, int]] = []
        plain: list[int] = []
        for n, group in matches:
            promotion, deal = self._basket.promotion(n), self._basket.live.deals[n]
            if promotion.stacking != self._layer or state == ALONE or (promotion.exclusive and state != FREE):
                continue
            if deal is not None and not weighed:
                wanted.append((n, group if deal.shape == SET else 0))
            elif deal is None and promotion.kind in PLAIN:
                plain.append(n)
        return tuple(dict.fromkeys(wanted)), tuple(dict.fromkeys(plain))

    def _best_plain(self, fragment: Fragment, plain: Sequence[int]) -> tuple[int, int]:
        """(most that a plain discount takes off one piece, which); (0, -1) where there is none."""
        line, limit = self._basket.lines[fragment.line], self._basket.limits.get(fragment.line)
        best, which = 0, -1
        for n in plain:
            rule = self._basket.promotion(n)
            if line.unit == "piece" or rule.percent_bp is not None:
                cut = cut_of(fragment.price, rule.percent_bp, rule.amount_minor, rule.price_minor)
            else:  # so much per kilogram
                amount, price = (
                    None if minor is None else price_of(quantity_milli=line.quantity_milli, unit_price_minor=minor)
                    for minor in (rule.amount_minor, rule.price_minor)
                )
                cut = cut_of(fragment.price, None, amount, price)
            if limit is not None:
                cut = min(cut, most_off(fragment.price, limit))
            if cut > best:
                best, which = cut, n
        return best, which

    def _give_plain(self, fragment: Fragment, cut: int, n: int) -> None:
        if cut:
            self._outcome.add(fragment.line, n, cut * fragment.pieces)
            fragment = Fragment(fragment.line, fragment.price - cut, fragment.pieces, self._state(n))
        self._after.append(fragment)

    def _settle(self, members: Sequence[tuple[tuple[int, tuple[tuple[int, int], ...], int, int], list[Fragment]]]) -> None:
        """Share the pieces of one component among its deals."""
        wanting = sorted({n for key, _ in members for n, _ in key[1]})
        solution = self._solution([(*key[:3], sum(one.pieces for one in found)) for key, found in members], wanting)
        queues = [[_Waiting(one, one.pieces) for one in found] for _, found in members]
        for applied in solution.applied:
            self._apply(applied, wanting[applied.deal], queues)
        for (key, _), queue in zip(members, queues, strict=True):
            for one in queue:
                if one.left:
                    fragment = one.fragment
                    self._give_plain(Fragment(fragment.line, fragment.price, one.left, fragment.state), key[2], key[3])

    def _solution(self, members: Sequence[tuple[int, tuple[tuple[int, int], ...], int, int]], wanting: Sequence[int]) -> Solution:
        """From memory where the same pieces and promotions were settled before, with nodes that are still there."""
        live, limit = self._basket.live, min(NODES_MAX, self.nodes_left)
        key = tuple(members)
        found, with_limit = live.solved.get(key, (None, 0))
        if found is None or (found.nodes > limit if found.exact else with_limit < limit):
            local = {n: place for place, n in enumerate(wanting)}
            piles = [
                Pile(price, count, tuple((local[n], role) for n, role in wanted), plain) for price, wanted, plain, count in members
            ]
            found = solve(piles, [self._deal(n) for n in wanting], limit)
            live.remember(key, found, limit)
        self.nodes_left = max(0, self.nodes_left - found.nodes)
        if self._outcome.search != RANKED:
            self._outcome.search = EXACT if found.exact else RANKED
        return found

    def _apply(self, applied: Applied, n: int, queues: list[list[_Waiting]]) -> None:
        """Take the pieces of all sets, lower lines first, as many like sets at once as the same fragments give."""
        left = applied.times
        self._outcome.applied[n] = self._outcome.applied.get(n, 0) + left
        while left:
            runs = left
            for pile, count in applied.taken:
                head = next(one.left for one in queues[pile] if one.left)
                runs = min(runs, head // count) or 1
            drawn: list[tuple[Fragment, int]] = []
            for pile, count in applied.taken:
                drawn += _draw(queues[pile], count * runs)
            self._share(n, applied.saving, runs, drawn)
            left -= runs

    def _share(self, n: int, saving: int, runs: int, drawn: Sequence[tuple[Fragment, int]]) -> None:
        """Share what `runs` like sets take off over the lines of their pieces, and over the pieces of each line."""
        weights: dict[int, int] = {}
        for fragment, count in drawn:
            weights[fragment.line] = weights.get(fragment.line, 0) + fragment.price * (count // runs)
            where = fragment.line, self._layer
            self._outcome.taken[where] = self._outcome.taken.get(where, 0) + count
        lines = sorted(weights)
        for line, off in zip(lines, share(saving, [weights[line] for line in lines]), strict=True):
            self._outcome.add(line, n, off * runs)
            mine = [(fragment, count // runs) for fragment, count in drawn if fragment.line == line]
            parts = share(off, [fragment.price * count for fragment, count in mine])
            for (fragment, count), part in zip(mine, parts, strict=True):
                each, more = divmod(part, count)
                for price, pieces in ((fragment.price - each - 1, more), (fragment.price - each, count - more)):
                    if pieces:
                        self._after.append(Fragment(line, price, pieces * runs, self._state(n)))

    def _state(self, n: int) -> int:
        return ALONE if self._basket.promotion(n).exclusive else REDUCED


def _draw(queue: list[_Waiting], count: int) -> Iterator[tuple[Fragment, int]]:
    for one in queue:
        if one.left and count:
            used = min(one.left, count)
            one.left -= used
            count -= used
            yield one.fragment, used


def _components(keys: Sequence[_PileKey]) -> list[list[_PileKey]]:
    """Piles that deals tie together, each group in the order given."""
    parent: dict[int, int] = {}

    def root(n: int) -> int:
        while parent.setdefault(n, n) != n:
            n = parent[n]
        return n

    for key in keys:
        first = root(key[1][0][0])
        for n, _ in key[1][1:]:
            parent[root(n)] = first
    groups: dict[int, list[_PileKey]] = {}
    for key in keys:
        groups.setdefault(root(key[1][0][0]), []).append(key)
    return sorted(groups.values(), key=len)  # the small ones first: a large one may use up all nodes


def _can_be(deal: Deal, n: int, pieces: Mapping[tuple[int, int], int]) -> bool:
    """Whether there are pieces enough for one set of a deal."""
    if deal.shape == SET:
        return all(pieces.get((n, role), 0) >= need for role, need in enumerate(deal.needs))
    return pieces[n, 0] >= (min(deal.needs) if deal.shape == TIER else sum(deal.needs))
