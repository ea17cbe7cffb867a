"""What others bought with goods and lies here: counted from this till's own last sales, so that it works without the network.

Bounded: the last sales only, small baskets only, counted once in a while and kept. Goods that come back and deliveries are no
purchase of one thing with another.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import permutations

from kiosk.domain import facts
from kiosk.domain.codec import Json
from kiosk.services.counter import Counter as Till
from kiosk.store.catalog import Offer
from kiosk.store.database import Connection
from kiosk.store.opening import open_own

SALES_MAX = 1_500
"""So many of the last sales are looked at: some weeks of a till. 200 of three lines took 6 ms, not on the thread that sells."""

LINES_MAX = 12
"""A larger basket says nothing of what goes with what."""

LEAST = 2
"""Bought together once is chance."""

SHOWN_MAX = 3
AGAIN = 50
"""So many facts later it is counted anew."""

Pairs = Mapping[str, Mapping[str, int]]


class Together:
    """Asked from any thread that may wait. `offer` gives an article with price and stock, `variants` all of a style."""

    def __init__(
        self, till: Till, offer: Callable[[str], Offer | None], variants: Callable[[str], Sequence[Offer]]
    ) -> None:
        self._till, self._offer, self._variants = till, offer, variants
        self._counted: tuple[int, Pairs] | None = None

    def bought_with(self, articles: Collection[str]) -> tuple[Offer, ...]:
        """The few things bought most with any of these or their other sizes and colours, one of a style, each in stock here."""
        pairs, counts, styles = self._pairs(), Counter[str](), set[str]()
        for article in articles:
            found = self._till.catalog.article(article)
            family = {article}
            if found is not None and found.style:
                styles.add(found.style)
                family |= {one.article.id for one in self._variants(found.style)}
            for one in family:
                counts.update(pairs.get(one, {}))
        offers: list[Offer] = []
        for other, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
            if len(offers) == SHOWN_MAX or count < LEAST:
                break
            offer = self._offer(other) if other not in articles else None
            if offer is not None and self._is_here(offer) and (offer.article.style or other) not in styles:
                styles.add(offer.article.style or other)
                offers.append(offer)
        return tuple(offers)

    def _is_here(self, offer: Offer) -> bool:
        store = self._till.ledger.identity.place.store
        here = next((level.on_hand_milli for level in offer.stock if level.store == store), 0)
        stopped = any(stop.is_whole for stop in self._till.stops_of(offer.article.id))
        return here > 0 and offer.shelf is not None and not offer.article.is_weighed and not stopped

    def _pairs(self) -> Pairs:
        head, kept = self._till.ledger.head(), self._counted
        if kept is None or head - kept[0] >= AGAIN:
            kept = self._counted = head, self._till.ledger.look(_count)
        return kept[1]


def _count(conn: Connection) -> Pairs:
    rows = conn.execute(
        "SELECT f.data FROM fact_index i JOIN facts f USING (seq) WHERE i.kind = ? ORDER BY f.seq DESC LIMIT ?",
        (facts.SALE_COMPLETED, SALES_MAX),
    )
    found: dict[str, Counter[str]] = {}
    for (data,) in rows:
        for one, other in permutations(sorted(_goods(open_own(data).body)), 2):
            found.setdefault(one, Counter())[other] += 1
    return found


def _goods(body: Json) -> set[str]:
    """The articles that were bought in one sale; none of a basket that is too large."""
    other = {"returned", "delivers", "empties", "redeems"}
    found = {str(one["article"]) for one in body["lines"] if one["quantity"] > 0 and not other & one.keys()}
    return found if len(found) <= LINES_MAX else set()
