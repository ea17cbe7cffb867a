"""A promotion as a deal over piles of like pieces: what the search and the ranking of the best deal both speak of."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kiosk.domain.promotion import BASIS, cut_of

ROW, PAIR, SET, TIER = "row", "pair", "set", "tier"
"""Shapes: dearest first in rows of n; the dearest beside cheap ones; so many of each role; all pieces by their number."""

Cut = tuple[int | None, int | None, int | None]
"""What comes off one piece: percent (basis points), amount, or the price it goes down to."""
NOTHING: Cut = (None, None, None)
WHOLE: Cut = (BASIS, None, None)


class Deal(NamedTuple):
    """A promotion as the search sees it. `needs` and `cuts` go by role (TIER: starts and cuts by tier).

    A whole set takes off what its roles are worth, and `flat` (below zero: the price that is paid for the set).
    """

    shape: str
    needs: tuple[int, ...]
    cuts: tuple[Cut, ...]
    flat: int = 0
    sets_max: int = 0


class Pile(NamedTuple):
    """Pieces of one price (minor units), what deals want them as (deal, role), and what comes off one that none of them takes."""

    price: int
    pieces: int
    wanted: tuple[tuple[int, int], ...]
    plain: int


class Applied(NamedTuple):
    """A deal on so many pieces of some piles, `times` over; `saving` is what each time takes off."""

    deal: int
    times: int
    taken: tuple[tuple[int, int], ...]
    saving: int


Table = Sequence[Mapping[int, tuple[int, ...]]]
"""By pile and each deal that wants it: what comes off one piece in each role."""


def table_of(piles: Sequence[Pile], deals: Sequence[Deal]) -> Table:
    """What comes off one piece of each pile in each role of each deal that wants it."""
    return [{n: tuple(cut_of(pile.price, *cut) for cut in deals[n].cuts) for n, _ in pile.wanted} for pile in piles]


def set_of(n: int, deal: Deal, parts: Sequence[tuple[int, int]], piles: Sequence[Pile], table: Table) -> Applied:
    """One set of (role, pile); it never takes off more than its pieces cost."""
    counts: dict[int, int] = {}
    worth, price = deal.flat, 0
    for role, place in parts:
        counts[place] = counts.get(place, 0) + 1
        worth += table[place][n][role]
        price += piles[place].price
    return Applied(n, 1, tuple(sorted(counts.items())), min(worth, price))
