"""Stock work of a store, line by line until it is posted: what is written off, counted, received or sent on. Pure.

Work is a draft: it changes nothing before it is posted. Each counted line keeps its own window of time and numbers, so that a
count that takes all morning says of each article when it was counted, and what was sold meanwhile needs nobody's decision.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from kiosk.domain.errors import Refused
from kiosk.domain.quantity import ONE, price_of

WRITE_OFF, COUNT, RECEIVE, SEND, CLEAR = "write_off", "count", "receive", "send", "clear"
KINDS = (WRITE_OFF, COUNT, RECEIVE, SEND, CLEAR)

WHY = ("damaged", "expired", "theft", "own_use", "sample", "donated", "other")
"""Why goods are written off; `other` needs a note."""
OTHER = "other"

NOTE_MAX = 200
LINES_MAX = 2_000
QUANTITY_MILLI_MAX = 10**9


@dataclass(frozen=True, slots=True)
class Touch:
    """When a line was touched: the hybrid clock, and the number of the terminal's last fact by then."""

    hlc: int
    seq: int


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One article of a work. `quantity_milli` None: on the list and not looked at yet.

    `first` and `last` are the touches that made the quantity. `before_milli` is what was counted before it was counted again.
    Of a delivery: `due_milli` were to come, `damaged_milli` came broken and are not in the quantity; goods that nobody knows have
    their `code` and an article that none has.
    """

    article: str
    quantity_milli: int | None = None
    serials: tuple[str, ...] = ()
    first: Touch | None = None
    last: Touch | None = None
    before_milli: int | None = None
    due_milli: int = 0
    damaged_milli: int = 0
    code: str = ""

    @property
    def arrived_milli(self) -> int:
        """What came, whole or broken."""
        return (self.quantity_milli or 0) + self.damaged_milli


@dataclass(frozen=True, slots=True)
class Work:
    """A draft on one terminal. `number` is what people call it, `people` who worked on it (staff numbers), in that order.

    A delivery has its notice's number (empty: blind), its supplier, the parcels (SSCC) it should have, and those that were seen;
    `announced` says whether this terminal knew what is to come. Goods that are sent have the store they go `to`; goods that are
    taken off the shelf the sales stop that asks for it.
    """

    id: str
    kind: str
    number: int
    begun_ms: int
    begun: Touch
    why: str = ""
    note: str = ""
    title: str = ""
    people: tuple[str, ...] = ()
    notice: str = ""
    supplier: str = ""
    parcels: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    announced: bool = True
    to: str = ""
    stop: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A counted line against what should lie there. `expected_milli` None: nobody knows, and then nothing differs."""

    article: str
    counted_milli: int
    expected_milli: int | None
    value_minor: int

    @property
    def milli(self) -> int:
        """More (+) or less (-) than expected, thousandths."""
        return 0 if self.expected_milli is None else self.counted_milli - self.expected_milli


Step = Callable[[WorkLine, Touch], WorkLine]
"""What a person does to a line."""


def joined(work: Work, employee: str) -> Work:
    """The work with one more who worked on it."""
    return work if employee in work.people else replace(work, people=(*work.people, employee))


def added(line: WorkLine, milli: int, touch: Touch, serial: str = "") -> WorkLine:
    """So much more on a line. Raises Refused for a piece that is on it already, and for what is no quantity."""
    if serial and serial in line.serials:
        raise Refused("stock.serial_twice", serial=serial)
    serials = (*line.serials, serial) if serial else line.serials
    return replace(_set(line, (line.quantity_milli or 0) + milli, touch), serials=serials)


def set_to(line: WorkLine, milli: int, touch: Touch) -> WorkLine:
    """Another quantity. Raises Refused for what is none, and where pieces were scanned one by one by their numbers."""
    if line.serials and milli != len(line.serials) * ONE:
        raise Refused("stock.by_serial")
    return _set(line, milli, touch)


def again(line: WorkLine) -> WorkLine:
    """The line is to be counted once more, from nothing."""
    return WorkLine(line.article, before_milli=line.quantity_milli)


def _set(line: WorkLine, milli: int, touch: Touch) -> WorkLine:
    if not 0 <= milli <= QUANTITY_MILLI_MAX:
        raise Refused("stock.quantity")
    return replace(line, quantity_milli=milli, first=line.first or touch, last=touch)


def damaged(line: WorkLine, by_milli: int, touch: Touch) -> WorkLine:
    """So many more of what arrived are broken (+), or are not after all (-): what is broken is not taken into stock.

    Raises Refused for more than arrived.
    """
    whole, broken = (line.quantity_milli or 0) - by_milli, line.damaged_milli + by_milli
    if whole < 0 or broken < 0:
        raise Refused("stock.quantity")
    return replace(_set(replace(line, serials=()), whole, touch), damaged_milli=broken)


def unknown_line(code: str) -> WorkLine:
    """The line of goods whose code nobody knows."""
    return WorkLine(f"?{code}", code=code)


def due_difference(line: WorkLine, unit_price_minor: int) -> Difference:
    """What arrived of an article against what was to come."""
    gap = line.arrived_milli - line.due_milli
    return Difference(line.article, line.arrived_milli, line.due_milli, worth(gap, unit_price_minor))


def check_why(why: str, note: str) -> None:
    """Raise Refused for a reason that is none of WHY, and for `other` without a note."""
    if why not in WHY:
        raise Refused("stock.why")
    if len(note) > NOTE_MAX or (why == OTHER and not note.strip()):
        raise Refused("stock.note")


def value_of(lines: Iterable[WorkLine], prices: Mapping[str, int]) -> int:
    """What lines are worth at their selling prices, minor units; what has no price counts nothing."""
    return sum(worth(line.quantity_milli or 0, prices.get(line.article, 0)) for line in lines)


def worth(milli: int, unit_price_minor: int) -> int:
    """The worth of a quantity whichever way it goes, minor units."""
    return price_of(quantity_milli=abs(milli), unit_price_minor=unit_price_minor)


def difference(line: WorkLine, expected_milli: int | None, unit_price_minor: int) -> Difference:
    """A counted line against what should lie there."""
    assert line.quantity_milli is not None, "only what was counted differs"
    gap = 0 if expected_milli is None else line.quantity_milli - expected_milli
    return Difference(line.article, line.quantity_milli, expected_milli, worth(gap, unit_price_minor))


def expected(
    told_milli: int | None, acked: int, moves: Iterable[tuple[int, int]], counted: tuple[int, int] | None, seen: int
) -> int | None:
    """What should have lain there when a line was counted, thousandths; None where nobody ever told of any stock.

    `told_milli` is what the hub said last, which knows own facts up to `acked`; `moves` are own movements (number of the fact,
    thousandths), `counted` an own count that the hub has not heard of (number at its last touch, thousandths). The line was counted
    when this terminal had made `seen` facts: what it sold later left the shelf later.
    """
    listed = list(moves)
    if counted is not None:
        since, milli = counted
        return milli + sum(one for seq, one in listed if since < seq <= seen)
    if told_milli is None:
        return None
    missing = sum(milli for seq, milli in listed if acked < seq <= seen)
    return told_milli + missing - sum(milli for seq, milli in listed if seen < seq <= acked)


def wants_recount(line: WorkLine, found: Difference, tolerance_minor: int) -> bool:
    """Whether a difference is so large that it has to be counted a second time. Twice the same person or two: it then stands."""
    return line.before_milli is None and found.value_minor > tolerance_minor
