"""Work that was held or refused and waits for a person: one face for terminal and hub."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

RETRY, WRITE_OFF, REOPEN, TAKE, MEND = "retry", "write_off", "reopen", "take", "mend"
PRINT, DROP = "print", "drop"
ACTIONS = (RETRY, TAKE, MEND, PRINT, DROP, WRITE_OFF, REOPEN)
"""What can be done: try again, take it in as it is, mend it, print it, drop the paper, write it off, open it again."""

LATE_MS = 24 * 3_600_000
"""Nothing may wait longer than a day: from then on it is an alarm."""

HELD, FORK, DEAD, TASK = "held", "fork", "dead", "task"
PAPER, ROW, SYNC, SALE = "paper", "row", "sync", "sale"
KINDS = (HELD, FORK, DEAD, TASK, PAPER, ROW, SYNC, SALE)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits. `what` and `why` are codes of sentences, `money_minor` is None where no money is known.

    The names in `values` say how they are written: see kiosk.text.told. `id` is stable while the thing is the same one.
    """

    id: str
    kind: str
    what: str
    why: str
    since_ms: int
    money_minor: int | None = None
    values: Mapping[str, str | int] = field(default_factory=dict)
    actions: tuple[str, ...] = ()

    def is_late(self, now_ms: int) -> bool:
        """Whether it waits for too long."""
        return now_ms - self.since_ms >= LATE_MS


def in_order(items: Sequence[Waiting]) -> tuple[Waiting, ...]:
    """The oldest first: nothing may be forgotten at the end of a list."""
    return tuple(sorted(items, key=lambda item: (item.since_ms, item.id)))


def money_of(items: Sequence[Waiting]) -> int:
    """The money in all of them, minor units, whatever its sign; what names no money counts nothing."""
    return sum(abs(item.money_minor) for item in items if item.money_minor)
