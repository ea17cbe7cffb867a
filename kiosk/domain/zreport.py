"""The end of a shift: its fold over the journal, what it leaves unfinished, and the Z report as a fact.

A Z report is numbered without a gap per terminal and series, chained to the journal by the fact that it is, and carries
running grand totals that nobody can set back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields

from kiosk.domain import facts
from kiosk.domain.cash import Tally
from kiosk.domain.codec import Json
from kiosk.domain.facts import Fact
from kiosk.domain.projections import DayTotals, apply_day
from kiosk.domain.receipt import series_letters
from kiosk.domain.shift import Shift

EXPLANATION_MAX = 200

CLOSE, CHECK = "close", "check"
"""What a count is for: the end of the shift, or a look in between."""


@dataclass(frozen=True, slots=True)
class ShiftTotals:
    """A shift's fold: whether its beginning and its end were seen, and what happened between."""

    begun: bool = False
    over: bool = False
    totals: DayTotals = field(default_factory=DayTotals)


def apply_shift(state: ShiftTotals, shift: Shift, fact: Fact) -> ShiftTotals:
    """A shift after one more fact of its terminal, in their order; other shifts' facts leave it as it is.

    What names no shift (a drawer without a sale of an older version, a copy) is the shift's in which it happened, and with
    drawers of persons that of whoever did it.
    """
    named = fact.body.get("shift")
    is_ours = named == shift.id if isinstance(named, str) and named else fact.employee == shift.drawer or not shift.drawer
    if not is_ours or state.over:
        return state
    if fact.kind == facts.SHIFT_OPENED:
        return ShiftTotals(True, False, apply_day(state.totals, fact))
    if not state.begun:
        return state
    return ShiftTotals(True, fact.kind == facts.SHIFT_CLOSED, apply_day(state.totals, fact))


def fold_shift(shift: Shift, found: Iterable[Fact], state: ShiftTotals | None = None) -> ShiftTotals:
    """A shift's totals from its terminal's facts, or from those after an earlier state."""
    now = state or ShiftTotals()
    for fact in found:
        now = apply_shift(now, shift, fact)
    return now


@dataclass(frozen=True, slots=True)
class GrandTotals:
    """Running totals over all closed shifts of a terminal, minor units: sold, what came back and what was voided (below zero).

    Each only ever grows in its direction, so that nothing that was sold can be made undone unseen.
    """

    sold: int = 0
    returned: int = 0
    sales: int = 0
    voided: int = 0

    def plus(self, totals: DayTotals) -> "GrandTotals":
        """With one more shift."""
        return GrandTotals(
            self.sold + totals.sold, self.returned + totals.returned, self.sales + totals.sales,
            self.voided + totals.voided,
        )  # fmt: skip


def z_number(store: str, terminal: str, series: int, number: int) -> str:
    """How a Z report is called.

    >>> z_number("AMS1", "01", 1, 7)
    'AMS1-01-A-Z0007'
    """
    return f"{store}-{terminal}-{series_letters(series)}-Z{number:04d}"


@dataclass(frozen=True, slots=True)
class Left:
    """What stays unfinished when a shift is closed: a cart with its money, suspended carts, card payments nobody is sure of."""

    sale: str = ""
    total_minor: int = 0
    paid_minor: int = 0
    suspended: int = 0
    cards: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Closing:
    """How a shift ended. Minor units; `counted_minor` None: nobody counted, and the next float will show what was there."""

    expected_minor: int
    counted_minor: int | None
    explanation: str
    approved_by: str
    takings_minor: int
    people: Sequence[str] = ()
    unsigned: bool = False
    left: Left = Left()
    poi: Mapping[str, int] = field(default_factory=dict)

    @property
    def difference_minor(self) -> int:
        """Over (above zero) or short."""
        return 0 if self.counted_minor is None else self.counted_minor - self.expected_minor

    @property
    def stays_minor(self) -> int:
        """What stays in the drawer as the next float."""
        there = self.expected_minor if self.counted_minor is None else self.counted_minor
        return there - self.takings_minor


def closed_body(
    shift: Shift, z: int, z_name: str, closing: Closing, totals: DayTotals, grand: GrandTotals, last: tuple[int, bytes],
    closed_ms: int,
) -> Json:  # fmt: skip
    """The body of `shift.closed`: a whole Z report. `last` is number and hash of the fact before it.

    `totals` are the shift's, with the takings that went to the safe at its end.
    """
    return {
        "shift": shift.id, "number": shift.number, "z": z, "z_name": z_name, "drawer": shift.drawer,
        "opened_by": shift.employee, "opened_ms": shift.opened_ms, "closed_ms": closed_ms,
        "totals": asdict(totals), "grand_total": asdict(grand), "last_seq": last[0], "last_hash": last[1].hex(),
        "is_counted": closing.counted_minor is not None, "counted": closing.counted_minor or 0,
        "expected": closing.expected_minor, "difference": closing.difference_minor,
        "explanation": closing.explanation, "approved_by": closing.approved_by, "unsigned": closing.unsigned,
        "people": list(closing.people), "takings": closing.takings_minor, "left": closing.stays_minor,
        "unfinished": {**asdict(closing.left), "cards": list(closing.left.cards)}, "poi": dict(closing.poi),
    }  # fmt: skip


def shift_of_opened(fact: Fact) -> Shift:
    """The shift that a `shift.opened` began."""
    body = fact.body
    return Shift(
        body["shift"], body["number"], fact.day, fact.employee, body["float"], fact.moment.wall_ms, body.get("drawer", "")
    )  # fmt: skip


def counted_body(
    shift: Shift, count: str, turn: int, tally: Tally, expected_minor: int, people: Sequence[str], purpose: str
) -> Json:
    """The body of `shift.counted`: what was handed in, before anybody saw what was expected."""
    amount = tally.total_minor
    return {
        "shift": shift.id, "count": count, "round": turn, "purpose": purpose, "counts": tally.body(),
        "rest": tally.rest_minor, "amount": amount, "expected": expected_minor, "difference": amount - expected_minor,
        "people": list(people),
    }  # fmt: skip


def totals_of(body: Json) -> DayTotals:
    """The totals in a Z report's body; keys of a newer version are left out, those of an older one are zero."""
    known = {one.name for one in fields(DayTotals)}
    values = {name: value for name, value in body.items() if name in known}
    values["receipts"] = tuple(values.get("receipts", ("", "")))
    return DayTotals(**values)


def grand_of(body: Json) -> GrandTotals:
    """The running totals in a Z report's body."""
    return GrandTotals(body["sold"], body["returned"], body["sales"], body.get("voided", 0))
