"""What this terminal knows of itself, gathered for its readiness board. From any thread; it reads, and changes nothing."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drivers.api import DeviceState, Fault, Health
from kiosk.domain.exceptions import PAPER, Waiting
from kiosk.domain.facts import read_fact
from kiosk.domain.feed import NOWHERE
from kiosk.domain.readiness import DAY_MS, NONE, READY, UNKNOWN, Board, Known, board
from kiosk.domain.staff import APPROVE, Employee, may
from kiosk.services.counter import Counter
from kiosk.store import backupnote, spool
from kiosk.store.database import Connection

DISK_RESERVE = 200 * 1024 * 1024
"""Below this the system itself begins to fail; the ballast lets the last sales of the day through."""

_FAULTS = {
    Fault.PAPER_OUT: "printer.paper-out", Fault.COVER_OPEN: "printer.cover-open", Fault.CUTTER: "printer.cutter",
    Fault.MECHANICAL: "printer.mechanical", Fault.OVERHEATED: "printer.overheated", Fault.OFFLINE: "printer.offline",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outside:
    """What others told of the terminal: how sync is (sync.agent.ports.SyncStatus) and how the printer is; None: not told."""

    sync: Any = None
    printer: Health | None = None
    has_printer: bool = True


class Readiness:
    """The readiness of one terminal. `key_until_ms` is the end of its certificate (wall ms)."""

    def __init__(self, counter: Counter, folder: Path, key_until_ms: int) -> None:
        self._counter = counter
        self._folder = folder
        self._key_until_ms = key_until_ms
        self._priceless: tuple[tuple[int, int, int], int] | None = None

    def board(self, outside: Outside, waiting: Sequence[Waiting]) -> Board:
        """The board as things are now."""
        return board(self.known(outside, waiting))

    def known(self, outside: Outside, waiting: Sequence[Waiting]) -> Known:
        """What is known now."""
        counter, sync = self._counter, outside.sync
        ledger, catalog, now_ms = counter.ledger, counter.catalog, counter.now_ms()
        people = [one for one in ledger.device_rows("staff", Employee) if one.active]
        ready = [one for one in people if one.pin_hash]
        state, papers = ledger.push_state(), ledger.run(lambda conn: spool.jobs(conn, open_only=True))
        heard_ms = sync.last_contact_ms if sync is not None and sync.last_contact_ms is not None else None
        others = [one for one in waiting if one.kind != PAPER]
        per_day = self._per_day(now_ms)
        return Known(
            now_ms, catalog.count(), catalog.cursor() != NOWHERE, heard_ms or state.last_ms or None, self._without_price(now_ms),
            None, len(people), len(ready), sum(may(one, APPROVE) for one in ready), _printer(outside), {},
            None if heard_ms is None else int(sync.clock_offset_ms), shutil.disk_usage(self._folder).free, DISK_RESERVE, per_day,
            self._key_until_ms, state.head, state.head - state.acked, ledger.oldest_unsent_ms(), state.durable,
            self._backup_ms(), state.forked, len(papers), sum(job.held for job in papers), NONE, len(others),
            min((one.since_ms for one in others), default=None),
        )  # fmt: skip

    def _without_price(self, now_ms: int) -> int:
        """How many articles have no price that holds now; looked through once for each state of the catalogue and day."""
        catalog = self._counter.catalog
        mark = (catalog.generation, catalog.cursor().rev, now_ms // DAY_MS)
        if self._priceless is None or self._priceless[0] != mark:
            self._priceless = mark, catalog.read(lambda conn: _priceless_in(conn, now_ms))
        return self._priceless[1]

    def _per_day(self, now_ms: int) -> int:
        """How fast the ledger grows, in bytes a day, since its first fact."""
        ledger = self._counter.ledger
        first = next(iter(ledger.facts(0, 1)), None)
        size = ledger.path.stat().st_size
        if first is None:
            return 0
        return size * DAY_MS // max(DAY_MS, now_ms - read_fact(first.data).moment.wall_ms)

    def _backup_ms(self) -> int | None:
        who = self._counter.ledger.identity
        return backupnote.read_ms(self._folder, who.dev, who.inc)


def _priceless_in(conn: Connection, now_ms: int) -> int:
    query = (
        "SELECT count(*) FROM article a WHERE NOT EXISTS (SELECT 1 FROM catalog_rows r WHERE r.entity = 'price'"
        " AND r.key >= a.key || '|' AND r.key < a.key || '}' AND CAST(substr(r.key, length(a.key) + 2) AS INTEGER) <= ?)"
    )
    return int(conn.execute(query, (now_ms,)).fetchone()[0])


def _printer(outside: Outside) -> str:
    health = outside.printer
    if not outside.has_printer:
        return NONE
    if health is None or health.state in (DeviceState.OPENING, DeviceState.CLOSED):
        return UNKNOWN
    code = next((code for fault, code in _FAULTS.items() if fault in health.faults), "")
    if code:
        return code
    return READY if health.can_print else "printer.no-answer"
