"""How long a terminal can work without the network, and what is the reason: a pure function of what is known.

Hours are the least over the limits that are known. What is not known is said to be unknown and limits nothing; what has
no end is said to have none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.domain.exceptions import LATE_MS, Waiting

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

CLOCK_OFF_MS = 2 * 60_000
CLOCK_WRONG_MS = 10 * 60_000
KEY_SOON_MS = 30 * DAY_MS
DISK_SOON_DAYS = 7
DISK_DAYS_MAX = 3_650
"""Room for ten years is no limit that anybody needs to read."""

DISK_PER_DAY_MIN = 2 * 1024 * 1024
CATALOG_OLD_MS = DAY_MS
BACKUP_OLD_MS = 2 * DAY_MS
PRICES_SOON_MS = 3 * DAY_MS


class State(StrEnum):
    """How one thing is. UNKNOWN is honest: nobody looked yet."""

    OK = "ok"
    UNKNOWN = "unknown"
    WARN = "warn"
    STOP = "stop"


_GRAVITY = (State.OK, State.UNKNOWN, State.WARN, State.STOP)
NONE, READY, UNKNOWN = "none", "ready", "unknown"


@dataclass(frozen=True, slots=True)
class Known:
    """What a terminal knows of itself. Times are wall ms, sizes bytes, None is "not known".

    `printer` and `fiscal` are NONE, READY, UNKNOWN or the code of what is wrong. `prices_until_ms` is None when no price
    has an end. `backup_ms` 0 says that no backup was ever made.
    """

    now_ms: int
    articles: int = 0
    catalog_whole: bool = False
    catalog_heard_ms: int | None = None
    priceless: int | None = None
    prices_until_ms: int | None = None
    people: int = 0
    people_ready: int = 0
    managers_ready: int = 0
    printer: str = UNKNOWN
    printer_values: Mapping[str, str | int] = field(default_factory=dict)
    clock_offset_ms: int | None = None
    disk_free: int | None = None
    disk_reserve: int = 0
    disk_per_day: int = 0
    key_until_ms: int | None = None
    facts: int = 0
    unsent: int = 0
    oldest_unsent_ms: int | None = None
    durable: int = 0
    backup_ms: int | None = None
    forked: bool = False
    papers_waiting: int = 0
    papers_held: int = 0
    fiscal: str = NONE
    held: int = 0
    held_since_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the board: how it is, as a sentence's code and values, and until when it holds (None: no limit known)."""

    key: str
    state: State
    code: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    until_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """The board: `hours` without the network (None: no limit known) because of the row `because` (empty: of none)."""

    hours: int | None
    because: str
    state: State
    rows: tuple[Row, ...]

    @property
    def row(self) -> Row | None:
        """The row that sets the limit."""
        return next((row for row in self.rows if row.key == self.because), None)


@dataclass(frozen=True, slots=True)
class TerminalState:
    """What a terminal tells its hub of itself now and then. `hub` is how that hub said it is: open, recovering or doubtful.

    `hub` is empty when it was not heard since the terminal was opened. `device_rev` is the hub's revision up to which its device
    rows are (0: an older terminal, which does not say).
    """

    at_ms: int
    app: str
    board: Board
    waiting: tuple[Waiting, ...] = ()
    waiting_count: int = 0
    hub: str = ""
    device_rev: int = 0


def board(known: Known) -> Board:
    """The board of what is known."""
    rows = tuple(
        row
        for look in (_catalog, _prices, _staff, _printer, _clock, _disk, _key, _copies, _backup, _papers, _held, _fiscal)
        if (row := look(known)) is not None
    )
    return Board(*_least(known, rows), worst([row.state for row in rows]), rows)


def worst(states: Sequence[State]) -> State:
    """The gravest of some states; OK for none."""
    return max(states, key=_GRAVITY.index, default=State.OK)


def _least(known: Known, rows: Sequence[Row]) -> tuple[int | None, str]:
    stopped = next((row for row in rows if row.state is State.STOP), None)
    if stopped is not None:
        return 0, stopped.key
    limited = [(row.until_ms, row.key) for row in rows if row.until_ms is not None]
    if not limited:
        return None, ""
    until_ms, key = min(limited)
    return max(0, until_ms - known.now_ms) // HOUR_MS, key


def _catalog(known: Known) -> Row:
    if not known.articles or not known.catalog_whole:
        return Row("catalog", State.STOP, "ready.catalog.none", {"count": known.articles})
    if known.catalog_heard_ms is None:
        return Row("catalog", State.UNKNOWN, "ready.catalog.unheard", {"count": known.articles})
    values = {"count": known.articles, "heard_ms": known.catalog_heard_ms}
    if known.now_ms - known.catalog_heard_ms > CATALOG_OLD_MS:
        return Row("catalog", State.WARN, "ready.catalog.old", values)
    return Row("catalog", State.OK, "ready.catalog.whole", values)


def _prices(known: Known) -> Row:
    until_ms = known.prices_until_ms
    if known.priceless is None:
        return Row("prices", State.UNKNOWN, "ready.prices.unknown")
    if until_ms is not None and until_ms <= known.now_ms:
        return Row("prices", State.STOP, "ready.prices.ended", {"until_ms": until_ms}, until_ms)
    if known.priceless:
        return Row("prices", State.WARN, "ready.prices.missing", {"count": known.priceless}, until_ms)
    if until_ms is None:
        return Row("prices", State.OK, "ready.prices.unlimited")
    state = State.WARN if until_ms - known.now_ms < PRICES_SOON_MS else State.OK
    return Row("prices", state, "ready.prices.until", {"until_ms": until_ms}, until_ms)


def _staff(known: Known) -> Row:
    if not known.people_ready:
        return Row("staff", State.STOP, "ready.staff.none", {"count": known.people})
    values = {"count": known.people_ready, "managers": known.managers_ready}
    if not known.managers_ready:
        return Row("staff", State.WARN, "ready.staff.no_manager", values)
    return Row("staff", State.OK, "ready.staff.well", values)


def _printer(known: Known) -> Row:
    codes = {NONE: State.WARN, READY: State.OK, UNKNOWN: State.UNKNOWN}
    if known.printer in codes:
        return Row("printer", codes[known.printer], f"ready.printer.{known.printer}")
    return Row("printer", State.WARN, known.printer, known.printer_values)


def _clock(known: Known) -> Row:
    if known.clock_offset_ms is None:
        return Row("clock", State.UNKNOWN, "ready.clock.unknown")
    off_ms = abs(known.clock_offset_ms)
    values = {"minutes": off_ms // 60_000}
    if off_ms > CLOCK_WRONG_MS:
        return Row("clock", State.WARN, "ready.clock.wrong", values)
    if off_ms > CLOCK_OFF_MS:
        return Row("clock", State.WARN, "ready.clock.off", values)
    return Row("clock", State.OK, "ready.clock.well")


def _disk(known: Known) -> Row:
    if known.disk_free is None:
        return Row("disk", State.UNKNOWN, "ready.disk.unknown")
    room = known.disk_free - known.disk_reserve
    free = {"free_bytes": known.disk_free}
    if room <= 0:
        return Row("disk", State.STOP, "ready.disk.full", free, known.now_ms)
    days = room // max(known.disk_per_day, DISK_PER_DAY_MIN)
    if days > DISK_DAYS_MAX:
        return Row("disk", State.OK, "ready.disk.unlimited", free)
    state = State.WARN if days < DISK_SOON_DAYS else State.OK
    return Row("disk", state, "ready.disk.days", {**free, "days": days}, known.now_ms + days * DAY_MS)


def _key(known: Known) -> Row:
    until_ms = known.key_until_ms
    if until_ms is None:
        return Row("key", State.UNKNOWN, "ready.key.unknown")
    if until_ms <= known.now_ms:
        # It still sells; what it cannot do is come back to the hub without a person.
        return Row("key", State.WARN, "ready.key.ended", {"until_ms": until_ms}, until_ms)
    soon = until_ms - known.now_ms < KEY_SOON_MS
    return Row("key", State.WARN if soon else State.OK, "ready.key.until", {"until_ms": until_ms}, until_ms)


def _copies(known: Known) -> Row:
    values = {"count": known.unsent, "facts": known.facts}
    if known.forked:
        return Row("copies", State.WARN, "ready.copies.forked", values)
    if not known.unsent:
        return Row("copies", State.OK, "ready.copies.hub", values)
    since_ms = known.oldest_unsent_ms
    late = since_ms is not None and known.now_ms - since_ms >= LATE_MS
    return Row("copies", State.WARN if late else State.OK, "ready.copies.late" if late else "ready.copies.some", values)


def _backup(known: Known) -> Row:
    if known.facts and known.durable >= known.facts:
        return Row("backup", State.OK, "ready.backup.durable")
    if known.backup_ms is None:
        return Row("backup", State.UNKNOWN, "ready.backup.unknown")
    if not known.backup_ms:
        return Row("backup", State.WARN, "ready.backup.never")
    old = known.now_ms - known.backup_ms > BACKUP_OLD_MS
    return Row("backup", State.WARN if old else State.OK, "ready.backup.last", {"backup_ms": known.backup_ms})


def _papers(known: Known) -> Row:
    if known.papers_held:
        return Row("papers", State.WARN, "ready.papers.held", {"count": known.papers_held})
    if known.papers_waiting:
        return Row("papers", State.OK, "ready.papers.waiting", {"count": known.papers_waiting})
    return Row("papers", State.OK, "ready.papers.none")


def _held(known: Known) -> Row:
    if not known.held:
        return Row("held", State.OK, "ready.held.none")
    late = known.held_since_ms is not None and known.now_ms - known.held_since_ms >= LATE_MS
    code = "ready.held.late" if late else "ready.held.some"
    return Row("held", State.WARN, code, {"count": known.held})


def _fiscal(known: Known) -> Row | None:
    """No row where the country asks for no fiscal device."""
    if known.fiscal == NONE:
        return None
    if known.fiscal == READY:
        return Row("fiscal", State.OK, "ready.fiscal.ready")
    return Row("fiscal", State.WARN, known.fiscal)
