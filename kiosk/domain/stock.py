"""Stock as movements that commute: on-hand is their sum, in whatever order they arrive; a count corrects the sum.

A count says what lay there at an instant. Movements physically before it are in the number that was counted and are
absorbed; those after it are added. Which is which is decided without any order of arrival: by the frontier (what the
counting terminal had seen), else by both hybrid clocks with a window for how far clocks may be apart.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from kiosk.domain.facts import SALE_COMPLETED, SALE_VOIDED, STOCK_COUNTED, STOCK_MOVED, Fact

OPEN, LIMITED, SERIAL, RESERVED = "open", "limited", "serial", "reserved"
CLASSES = (OPEN, LIMITED, SERIAL, RESERVED)
"""How an article may be promised: `open` and `limited` by rights (limited ones are granted ahead of any demand), `serial`
by one right per serial number, `reserved` only by a reservation at the hub. What a customer holds in hand is always sold.
"""

SALE = "sale"
INITIAL = "initial"
COUNTED = "counted"
CORRECTED = "corrected"
HANDED_OVER = "handed_over"
RETURNED = "returned"
WRITTEN_OFF = "written_off"
MOVE_REASONS = (
    "received", "transferred_in", "transferred_out", WRITTEN_OFF, "found", RETURNED, HANDED_OVER, CORRECTED,
)  # fmt: skip
"""Why goods move without being sold (`stock.moved`)."""

COUNT_SKEW_MS = 120_000
"""How far two terminals' clocks may be apart without a banner; within it time alone proves no order."""

BEFORE, AFTER, UNCLEAR = "before", "after", "unclear"
"""Where a movement lies, seen from a count."""


@dataclass(frozen=True, slots=True)
class Movement:
    """So many thousandths of an article's unit came to (+) or left (-) a store, and why."""

    article: str
    store: str
    quantity_milli: int
    reason: str


class Name(NamedTuple):
    """The name of a movement or counted line: its fact and its place in it. An empty `dev` is the hub itself."""

    dev: str
    inc: int
    seq: int
    n: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A movement with its name and when it happened, by the hybrid clock of whoever made it (ms)."""

    name: Name
    movement: Movement
    at_ms: int


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted of one article in one store, and what the counter knew: `frontier` has `dev/inc -> seq`.

    `last_seq` is the counting terminal's number when it last touched the article; 0: when the count was sealed.
    """

    name: Name
    article: str
    store: str
    quantity_milli: int
    from_ms: int
    to_ms: int
    frontier: Mapping[str, int]
    last_seq: int = 0

    @property
    def rank(self) -> tuple[int, Name]:
        """The later count rules; equal instants are told apart by name, so every copy chooses the same."""
        return self.to_ms, self.name


@dataclass(frozen=True, slots=True)
class Level:
    """What is on hand now (thousandths), what the ruling count corrects, and which movements a person has to look at."""

    on_hand_milli: int
    correction_milli: int
    unclear: tuple[Moved, ...]


def frontier_key(dev: str, inc: int) -> str:
    """A device's history in a frontier. With the incarnation: a rebuilt terminal counts from 1 again."""
    return f"{dev}/{inc}"


def side(count: Count, moved: Moved, skew_ms: int = COUNT_SKEW_MS) -> str:
    """Where a movement lies, seen from a count: BEFORE, AFTER or UNCLEAR.

    What the counter had seen before it began is before. Its own later facts are after. Else the clocks decide, as far
    as they can: a movement during the count, or within the window around it, is unclear.
    """
    name = moved.name
    if name.seq <= count.frontier.get(frontier_key(name.dev, name.inc), 0):
        return BEFORE
    own = (name.dev, name.inc) == (count.name.dev, count.name.inc)
    if own:
        return AFTER if name.seq > (count.last_seq or count.name.seq) else UNCLEAR
    if moved.at_ms < count.from_ms - skew_ms:
        return BEFORE
    return AFTER if moved.at_ms > count.to_ms + skew_ms else UNCLEAR


def is_after(count: Count, moved: Moved, decided: Mapping[Name, str], skew_ms: int = COUNT_SKEW_MS) -> bool:
    """Whether a movement changes what was counted. A person's decision goes first.

    An unclear one is taken the careful way until then: what left did so after the count, what came was counted; so
    nothing is promised that may not be there.
    """
    where = side(count, moved, skew_ms)
    if where == UNCLEAR:
        where = decided.get(moved.name, UNCLEAR)
    if where == UNCLEAR:
        return moved.movement.quantity_milli < 0
    return where == AFTER


def level(counts: Iterable[Count], moves: Iterable[Moved], decided: Mapping[Name, str], skew_ms: int = COUNT_SKEW_MS) -> Level:
    """On-hand of one article in one store from its whole history, whatever the order it is given in."""
    history = list(moves)
    total = sum(one.movement.quantity_milli for one in history)
    ruling = max(counts, key=lambda count: count.rank, default=None)
    if ruling is None:
        return Level(total, 0, ())
    after = sum(one.movement.quantity_milli for one in history if is_after(ruling, one, decided, skew_ms))
    open_ones = [one for one in history if side(ruling, one, skew_ms) == UNCLEAR and one.name not in decided]
    on_hand = ruling.quantity_milli + after
    return Level(on_hand, on_hand - total, tuple(sorted(open_ones, key=lambda one: one.name)))


def moves_in(fact: Fact) -> list[tuple[str, str, int, str]]:
    """The stock movements that a fact carries, each as (article, store, thousandths, reason): for who adds up thousands."""
    if fact.kind in (SALE_COMPLETED, SALE_VOIDED):
        return [(one["article"], one["store"], one["quantity_milli"], one["reason"]) for one in fact.body["movements"]]
    if fact.kind == STOCK_MOVED:
        body = fact.body
        return [(line["article"], body["location"], line["quantity"], body["reason"]) for line in body["lines"]]
    return []


def movements_of(fact: Fact) -> tuple[Movement, ...]:
    """The stock movements that a fact carries."""
    return tuple(Movement(*move) for move in moves_in(fact))


def moved_by(fact: Fact) -> tuple[Moved, ...]:
    """The movements of a fact with their names and instants."""
    return tuple(
        Moved(Name(fact.dev, fact.inc, fact.seq, n), movement, hlc_ms(fact.hlc)) for n, movement in enumerate(movements_of(fact))
    )


def counts_of(fact: Fact) -> tuple[Count, ...]:
    """The counts that a fact carries, one per article: an article that lay in two places is the sum of both.

    A line may say when it was counted itself (`from`, `to`: hybrid clocks; `first`, `last`: the terminal's numbers by then). Then
    what was sold between its count and the end of all counting is after it, and nobody has to decide.
    """
    if fact.kind != STOCK_COUNTED:
        return ()
    body = fact.body
    summed: dict[str, Count] = {}
    whole = Count(
        Name(fact.dev, fact.inc, fact.seq, 0), "", body["location"], 0, min(hlc_ms(int(body["hlc"], 16)), hlc_ms(fact.hlc)),
        hlc_ms(fact.hlc), body["frontier"],
    )  # fmt: skip
    for line in body["lines"]:
        one, before = _counted_line(whole, line), summed.get(line["article"])
        summed[line["article"]] = one if before is None else _around(before, one)
    return tuple(replace(count, name=count.name._replace(n=n)) for n, count in enumerate(summed.values()))


def _around(one: Count, other: Count) -> Count:
    """Two places where an article lay as one count, in the window around both."""
    return replace(
        one, quantity_milli=one.quantity_milli + other.quantity_milli, from_ms=min(one.from_ms, other.from_ms),
        to_ms=max(one.to_ms, other.to_ms), last_seq=max(one.last_seq, other.last_seq) if one.last_seq and other.last_seq else 0,
        frontier={key: min(seq, other.frontier.get(key, seq)) for key, seq in one.frontier.items()},
    )  # fmt: skip


def _counted_line(whole: Count, line: Mapping[str, Any]) -> Count:
    """One line with a window of its own, which never reaches beyond that of the whole count."""
    one = replace(whole, article=line["article"], quantity_milli=line["quantity"])
    if "from" not in line:
        return one
    to_ms = min(hlc_ms(int(line["to"], 16)), whole.to_ms)
    from_ms = min(max(hlc_ms(int(line["from"], 16)), whole.from_ms), to_ms)
    own = frontier_key(whole.name.dev, whole.name.inc)
    frontier = {**whole.frontier, own: max(line["first"], whole.frontier.get(own, 0))}
    return replace(one, from_ms=from_ms, to_ms=to_ms, frontier=frontier, last_seq=min(line["last"], whole.name.seq))


def hlc_ms(hlc: int) -> int:
    """The milliseconds in a hybrid clock's value."""
    return hlc >> 16


@dataclass(frozen=True, slots=True)
class History:
    """All movements and counts of one article in one store."""

    moves: tuple[Moved, ...] = ()
    counts: tuple[Count, ...] = ()


@dataclass(frozen=True, slots=True)
class StockState:
    """The stock that facts make, by (store, article)."""

    histories: Mapping[tuple[str, str], History] = field(default_factory=dict)

    def level(self, store: str, article: str, decided: Mapping[Name, str], skew_ms: int = COUNT_SKEW_MS) -> Level:
        """On-hand of one article in one store."""
        history = self.histories.get((store, article), History())
        return level(history.counts, history.moves, decided, skew_ms)


def apply_stock(state: StockState, fact: Fact) -> StockState:
    """The stock after one more fact. A fact that is in it already changes nothing, and order does not matter."""
    histories = dict(state.histories)
    for moved in moved_by(fact):
        key = moved.movement.store, moved.movement.article
        there = histories.get(key, History())
        if all(one.name != moved.name for one in there.moves):
            histories[key] = replace(there, moves=(*there.moves, moved))
    for count in counts_of(fact):
        key = count.store, count.article
        there = histories.get(key, History())
        if all(one.name != count.name for one in there.counts):
            histories[key] = replace(there, counts=(*there.counts, count))
    return StockState(histories)
