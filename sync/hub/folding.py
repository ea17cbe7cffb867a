"""What follows from a whole push out of the ordinary run of a shop, worked out before anybody looks at the database.

Most pushes are sales, drawers and copies of receipts: from them only a day's totals and movements follow, and both add up in any
order. So they can be folded by whoever checked them, and the transaction adds one sum instead of two hundred facts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import msgspec

from kiosk.domain import facts
from kiosk.domain.budget import spent_in
from kiosk.domain.facts import Fact
from kiosk.domain.projections import DayTotals, apply_day, summed
from kiosk.domain.stock import Moved, Movement, Name, hlc_ms, moves_in
from kiosk.domain.voucher import OURS
from sync.hub.checking import Checked, Forged

MOVEMENT = ("tenant", "store", "article", "at_ms", "dev", "inc", "seq", "n", "quantity_milli", "reason")
"""The columns of a movement, in the order in which they are kept."""

FOLDED = frozenset(
    {
        facts.SALE_COMPLETED, facts.SALE_ABANDONED, facts.SHIFT_OPENED, facts.DRAWER_OPENED, facts.RECEIPT_COPIED,
        facts.STAFF_SIGNED_IN, facts.STAFF_SIGNED_OUT, facts.STAFF_REFUSED, facts.STAFF_PIN_CHANGED, facts.CLOCK_MOVED,
        facts.CUSTOMER_SEARCHED, facts.CUSTOMER_ENROLLED,
    }
)  # fmt: skip
"""Kinds from which nothing follows but totals and movements: for all others the database has to be asked."""


class Fold(msgspec.Struct, frozen=True, array_like=True):
    """A push that is one chain: what its first fact points back to, each fact's day and kind, and what follows from all.

    `totals` is by business day, `moves` has the values of MOVEMENT one movement after the other, `moved` thousandths by
    (store, article).
    """

    prev: bytes
    days: list[str]
    kinds: list[str]
    totals: dict[str, DayTotals]
    moves: list[Any]
    moved: list[tuple[str, str, int]]

    def each_move(self) -> Iterator[Moved]:
        """The movements by their names."""
        for _, store, article, at_ms, dev, inc, seq, n, milli, reason in zip(*[iter(self.moves)] * len(MOVEMENT), strict=True):
            yield Moved(Name(dev, inc, seq, n), Movement(article, store, milli, reason), at_ms)


class Found(NamedTuple):
    """What was found about a push. Where it was folded, its facts are not opened: few need to be."""

    checked: list[Checked]
    forged: Forged | None
    folded: Fold | None = None


def fold(checked: Sequence[Checked]) -> Fold | None:
    """Fold a push; None when something about it is out of the ordinary, and each fact has to be looked at in its turn."""
    read = [one.fact for one in checked if one.fact is not None and not one.reason and _is_plain(one.fact)]
    if not checked or len(read) < len(checked):
        return None
    if any(fact.seq != before.seq + 1 or fact.prev != before.hash for fact, before in zip(read[1:], checked, strict=False)):
        return None
    totals: dict[str, DayTotals] = {}
    rows: list[tuple[str | int, ...]] = []
    moved: dict[tuple[str, str], int] = {}
    try:
        for fact in read:
            totals[fact.day] = apply_day(totals.get(fact.day) or DayTotals(), fact)
            tenant, dev, inc, seq, at_ms = fact.place.tenant, fact.dev, fact.inc, fact.seq, hlc_ms(fact.hlc)
            for n, (article, store, milli, reason) in enumerate(moves_in(fact)):
                rows.append((tenant, store, article, at_ms, dev, inc, seq, n, milli, reason))
                moved[store, article] = moved.get((store, article), 0) + milli
    except (KeyError, TypeError, ValueError, AttributeError):
        return None  # one of them cannot be projected, and the others do not wait for it
    rows.sort(key=lambda row: row[2])
    return Fold(
        read[0].prev, [fact.day for fact in read], [fact.kind for fact in read], totals, [value for row in rows for value in row],
        [(store, article, milli) for (store, article), milli in moved.items()],
    )  # fmt: skip


def added(state: DayTotals, more: DayTotals) -> DayTotals:
    """A day's totals with those of later facts of the same terminal: what `apply_day` makes of it fact by fact."""
    first, last = state.receipts[0] or more.receipts[0], more.receipts[1] or state.receipts[1]
    return replace(summed((state, more)), receipts=(first, last))


_ACCOUNTED = frozenset({"returned", "voucher_code", "redeems"})
"""What a line says that is kept beside the day's totals."""


def _is_plain(fact: Fact) -> bool:
    if fact.kind not in FOLDED:
        return False
    body: Mapping[str, object] = fact.body
    if fact.kind != facts.SALE_COMPLETED:
        return True
    lines: Any = body["lines"]
    tenders: Any = body["tenders"]
    return not (
        body["tickets"] or body.get("coupons_once") or body.get("rights") or spent_in(fact)
        or any(_ACCOUNTED & line.keys() for line in lines) or any(one["kind"] in OURS for one in tenders)
    )  # fmt: skip
