"""What a running terminal does for itself: a backup every night and after each closed shift, and once a week a look at all of it.

Each runs in a process of its own, so that the counter never waits; what fails is told and tried again an hour later.
"""

import datetime
import threading
import zoneinfo
from collections.abc import Callable
from pathlib import Path

from kiosk.domain import facts
from kiosk.domain.errors import ShopError
from kiosk.store.ledger import Ledger

LOOK_EVERY_S = 60.0
AGAIN_MS = 3_600_000
WEEK_MS = 7 * 86_400_000
CHECKED = "checked"
"""The file that remembers when all of the ledger was last found whole (ms)."""


def night_start_ms(now_ms: int, zone: str, hour: int) -> int:
    """The last instant at which it was this hour in the store (ms)."""
    there = zoneinfo.ZoneInfo(zone)
    now = datetime.datetime.fromtimestamp(now_ms / 1000, there)
    start = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    if start > now:
        start = (start - datetime.timedelta(days=1)).replace(hour=hour)
    return int(start.timestamp() * 1000)


class Nightly:
    """Watches for what is due. `backup` makes one and raises ShopError; `look` looks at all of the ledger likewise.

    `last_ms` says when the last backup was made, 0 for never.
    """

    def __init__(
        self, folder: Path, ledger: Ledger, hour: int, backup: Callable[[], None] | None, look: Callable[[], None],
        told: Callable[[Exception], None], last_ms: Callable[[], int] = lambda: 0,
    ) -> None:  # fmt: skip
        self._folder, self._ledger, self._hour = folder, ledger, hour
        self._backup, self._look, self._told = backup, look, told
        self._last_ms = last_ms
        self._backed_up_ms = -1  # not looked up yet
        self._rested_ms = 0
        self._shifts = -1
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="nightly", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching; what is under way in a process of its own goes on."""
        self._stopping.set()

    def look_once(self) -> None:
        """Do what is due now."""
        now_ms = self._ledger.clock.now().wall_ms
        if now_ms < self._rested_ms:
            return
        try:
            if self._backup is not None and self._is_backup_due(now_ms):
                self._backup()
                self._backed_up_ms = now_ms
            if now_ms - self._checked_ms() >= WEEK_MS:
                self._look()
                (self._folder / CHECKED).write_text(str(now_ms), "ascii")
        except (ShopError, OSError) as error:
            self._rested_ms = now_ms + AGAIN_MS
            self._told(error)

    def _is_backup_due(self, now_ms: int) -> bool:
        if self._backed_up_ms < 0:
            self._backed_up_ms = self._last_ms()
        closed = self._ledger.run(
            lambda conn: int(conn.execute("SELECT count(*) FROM facts WHERE kind = ?", (facts.SHIFT_CLOSED,)).fetchone()[0])
        )
        day_ended, self._shifts = self._shifts >= 0 and closed > self._shifts, closed
        zone = self._ledger.identity.place.zone
        return day_ended or self._backed_up_ms < night_start_ms(now_ms, zone, self._hour)

    def _checked_ms(self) -> int:
        try:
            return int((self._folder / CHECKED).read_text("ascii"))
        except (OSError, ValueError):
            return 0

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_EVERY_S):
            try:
                self.look_once()
            except Exception as error:  # a fault of ours must not end the watch
                self._told(error)
