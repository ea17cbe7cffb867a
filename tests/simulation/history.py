"""Checks histories from the outside: registers, guarantees of a session, and a search for an order that explains them all.

Pure: a history goes in, what is wrong with it comes out. The search is Wing and Gong's, with a memory of what was tried.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

NEVER_MS = 1 << 60
CALLS_MAX = 60
"""A longer history is cut at an instant at which nothing was under way; without one it is not searched."""

TRIED_MAX = 50_000
"""Many calls without an answer at once have more orders than a machine has memory: such a history is not judged."""


@dataclass
class Call:
    """One call of a client: when it began, and when it ended with what. Without an end nobody knows whether it happened."""

    what: str
    on: str
    quantity: int
    began_ms: int
    ended_ms: int = NEVER_MS
    result: str = ""
    id: str = ""

    def end(self, now_ms: int, result: str, name: str = "") -> None:
        """The answer came."""
        self.ended_ms, self.result, self.id = now_ms, result, name


@dataclass(frozen=True)
class Read:
    """What one session saw: at which place of a history that only grows (epoch, revision)."""

    session: str
    at_ms: int
    epoch: int
    rev: int


@dataclass(frozen=True)
class Use:
    """A right that was used or came back, in the order in which its terminal did it; `level` is what was granted by then."""

    dev: str
    article: str
    net: int
    level: int


@dataclass
class Log:
    """What a run writes down: answers to polls (with when they were asked for), what copies came to, pushes, uses of rights."""

    polled: list[Read] = field(default_factory=list)
    applied: list[Read] = field(default_factory=list)
    pushed: list[Read] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)

    def anomalies(self) -> list[str]:
        """All that is wrong with what the sessions of a run saw."""
        return [*monotonic(self.applied), *reads_own_writes(self.pushed, self.polled), *writes_follow_reads(self.uses)]


def monotonic(reads: Iterable[Read]) -> list[str]:
    """Monotonic reads: a session never sees an earlier state than it saw before; a new epoch begins a new history."""
    wrong: list[str] = []
    last: dict[str, tuple[int, int]] = {}
    for read in reads:
        before, now = last.get(read.session, (0, 0)), (read.epoch, read.rev)
        if now < before:
            wrong.append(f"{read.session} went back from {before} to {now} at {read.at_ms}")
        last[read.session] = now
    return wrong


def reads_own_writes(writes: Iterable[Read], reads: Iterable[Read]) -> list[str]:
    """Read your writes: what a session reads after a write was answered includes it (asked for after the answer came)."""
    wrong: list[str] = []
    times: dict[tuple[str, int], list[int]] = {}
    newest: dict[tuple[str, int], list[int]] = {}
    for write in sorted(writes, key=lambda write: write.at_ms):
        mine = newest.setdefault((write.session, write.epoch), [0])
        mine.append(max(mine[-1], write.rev))
        times.setdefault((write.session, write.epoch), []).append(write.at_ms)
    for read in reads:
        session = (read.session, read.epoch)
        written = newest.get(session, [0])[bisect_left(times.get(session, ()), read.at_ms)]
        if read.rev < written:
            wrong.append(f"{read.session} read {read.rev} at {read.at_ms} after it had written {written}")
    return wrong


def writes_follow_reads(uses: Iterable[Use]) -> list[str]:
    """Writes follow reads, for rights as registers: nobody ever used more than what had reached it by then."""
    return [
        f"{use.dev} had used {use.net} of {use.article} when it had been granted {use.level}" for use in uses if use.net > use.level
    ]


def linearizable(calls: Sequence[Call], stock: int) -> bool | None:
    """Whether some order of the calls, within their times, explains every answer of a counter that is never below nothing.

    `reserve` takes when there is enough and is refused when there is not; `release` gives back, once. A call without an
    answer may have happened at any time after it began, or never. None: too long to be searched.
    """
    states = {(stock, frozenset[str]())}
    for part in _parts(sorted(calls, key=lambda call: call.began_ms)):
        if len(part) > CALLS_MAX:
            return None
        after: set[State] = set()
        for free, released in states:
            ends = _ends(part, free, released)
            if ends is None or len(after) > TRIED_MAX:
                return None
            after |= ends
        if not after:
            return False
        states = after
    return True


State = tuple[int, frozenset[str]]


def _parts(calls: Sequence[Call]) -> list[list[Call]]:
    """The history cut wherever nothing was under way."""
    parts: list[list[Call]] = []
    busy_until = -1
    for call in calls:
        if call.began_ms > busy_until or not parts:
            parts.append([])
        parts[-1].append(call)
        busy_until = max(busy_until, call.ended_ms)
    return parts


def _ends(calls: Sequence[Call], stock: int, released: frozenset[str]) -> set[State] | None:
    """Every state in which some order that explains these calls (by their begin) can end; None when there are too many to be tried.

    Which ones are left is a number with a bit for each: a search of ten thousands of states is most of what a judgement takes.
    """
    ends: set[State] = set()
    seen: set[tuple[int, int, frozenset[str]]] = set()
    by_end = [(1 << n, calls[n].ended_ms) for n in sorted(range(len(calls)), key=lambda n: calls[n].ended_ms)]
    by_begin = [(1 << n, call) for n, call in enumerate(calls)]
    todo = [((1 << len(calls)) - 1, stock, released)]
    while todo:
        state = left, free, gone = todo.pop()
        if state in seen:
            continue
        seen.add(state)
        if len(seen) > TRIED_MAX:
            return None
        first_end = next((ended_ms for bit, ended_ms in by_end if left & bit), NEVER_MS)
        if first_end == NEVER_MS:
            ends.add((free, gone))
        alike: set[int] = set()
        for bit, call in by_begin:
            if call.began_ms > first_end:
                break  # another one had ended before this began: it comes first
            if not left & bit:
                continue
            if call.what == "reserve" and call.ended_ms == NEVER_MS:
                # Refused it is as if it never was; and of those that differ by nothing the first to begin stands for all.
                if free < call.quantity or call.quantity in alike:
                    continue
                alike.add(call.quantity)
            then = _done(call, free, gone)
            if then == (free, gone) and call.ended_ms != NEVER_MS:
                todo.append((left ^ bit, *then))  # it changes nothing now, nor later: no other order explains more
                break
            if then is not None:
                todo.append((left ^ bit, *then))
    return ends


def _done(call: Call, free: int, gone: frozenset[str]) -> State | None:
    """The state after a call; None when its answer does not allow it here."""
    if call.what == "reserve":
        if free >= call.quantity:
            return (free - call.quantity, gone) if call.result in ("ok", "") else None
        return (free, gone) if call.result in ("refused", "") else None
    if call.what == "release" and call.on not in gone:
        return (free + call.quantity, gone | {call.on})
    return (free, gone)
