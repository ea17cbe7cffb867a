"""A terminal's disk: a real ledger file on real SQLite, in memory. What was committed outlives the process, nothing else does."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import cast

from pysqlite3 import dbapi2 as sqlite3

from kiosk.domain.facts import SealedFact
from kiosk.store.database import Connection, Transactions, migrate
from kiosk.store.ledger import LEDGER_FILE, SCHEMA, walk_in

PATH = Path("simulated") / LEDGER_FILE
"""Never opened: only the file's name shows, in errors."""

PAGES_MAX = 1 << 30
Fault = Callable[[str], None]


class Crashed(BaseException):
    """The process died at this very point. No exception that product code could catch and go on from."""


@cache
def _template() -> Connection:
    """A ledger that the real migrations made, once per process; each disk starts as a copy of it."""
    conn = _open()
    migrate(conn, SCHEMA)
    return conn


def _open() -> Connection:
    conn = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    conn.execute("PRAGMA journal_mode = MEMORY")
    conn.execute("PRAGMA synchronous = OFF")
    conn.execute("PRAGMA foreign_keys = ON")
    return conn


class Shown:
    """A connection that a process may close: the disk goes on without it."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self.execute = conn.execute

    def close(self) -> None:
        """The process is gone."""


class DiskWriter(Transactions):
    """The ledger's transactions of one process; the disk is still there when the process has let go of it."""

    def read_only(self) -> Connection:
        """The disk itself, for one thread never reads while it writes; but closing it closes nothing."""
        return cast(Connection, Shown(self._conn))

    def checkpoint(self, kind: str) -> None:
        """There is no WAL in memory."""

    def close(self) -> None:
        """The process is gone."""


class Disk:
    """Holds one ledger. `writer` is what a process that starts over it writes with."""

    def __init__(self) -> None:
        self.conn = _open()
        _template().backup(self.conn)

    def writer(self, fault: Fault) -> DiskWriter:
        """The ledger's transactions, on the caller's own thread; `fault` hears of every point where one can fail."""
        if self.conn.in_transaction:
            self.conn.execute("ROLLBACK")
        return DiskWriter(self.conn, PATH, None, fault)

    def fill(self) -> None:
        """Leave no room: the next page that the ledger needs is one too many, for SQLite itself."""
        (pages,) = self.conn.execute("PRAGMA page_count").fetchone()
        self.conn.execute(f"PRAGMA max_page_count = {pages}")

    def make_room(self) -> None:
        """Somebody cleared the disk."""
        self.conn.execute(f"PRAGMA max_page_count = {PAGES_MAX}")

    def copy(self) -> "Disk":
        """Another disk with the same on it: a backup, or a clone."""
        twin = Disk()
        self.conn.backup(twin.conn)
        return twin

    def rows(self, scope_table: str = "device_rows") -> dict[tuple[str, str], bytes]:
        """Every row of the device scope as it is stored."""
        found = self.conn.execute(f"SELECT entity, key, payload FROM {scope_table}")
        return {(entity, key): payload for entity, key, payload in found}

    def facts(self) -> list[bytes]:
        """The bytes of every fact, in order."""
        return [data for (data,) in self.conn.execute("SELECT data FROM facts ORDER BY seq")]

    def sealed(self) -> list[SealedFact]:
        """Every fact with its seal."""
        return list(walk_in(self.conn))

    def close(self) -> None:
        """Throw it away."""
        self.conn.close()
