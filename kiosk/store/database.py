"""SQLite by the book: one library, one writer connection per file, one process per folder.

WAL and synchronous=FULL, because 20,000 simulated power cuts lost nothing so and lost sales with NORMAL (which a file that
can be fetched again may have: see `Schema`). The writer's own connection makes the checkpoints, when idle or when the WAL has
grown, so that no commit waits for one.
"""

import contextlib
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol, TypeVar

from pysqlite3 import dbapi2 as sqlite3

from kiosk.domain.errors import Busy, Damaged, ShopError, TooNew

Connection = sqlite3.Connection
T = TypeVar("T")

SQLITE_OLDEST = (3, 51, 3)  # older ones can lose a commit when two connections race on the WAL's reset
_WAL_BYTES_MAX = 4 * 1024 * 1024
_ROOM_MIN = 64 * 1024
_IDLE_S = 0.5
_CACHE_KIB = 512
"""Pages that each connection keeps. SQLite's own 2,000 grew by 1.5 MB in each busy one, and no read or write is faster by it."""


_sync_data: Callable[[int], None] = getattr(os, "fdatasync", os.fsync)


class DiskFull(ShopError):
    """Nothing was written, because the disk is full."""

    code = "disk.full"


class DiskFault(ShopError):
    """The disk failed in the middle; what was committed before is safe, this write is not."""

    code = "disk.fault"


def connect(path: Path, *, readonly: bool = False) -> Connection:
    """Open a database with the house's settings. Raises Damaged when it is no database, TooNew for an unsafe SQLite."""
    if sqlite3.sqlite_version_info < SQLITE_OLDEST:
        raise TooNew("sqlite.too_old", version=sqlite3.sqlite_version)
    # As a URI a folder named "till #1" or "50%" needs its signs spelled out.
    address = f"{path.absolute().as_uri()}?mode={'ro' if readonly else 'rwc'}"
    new = not readonly and not path.exists()
    try:
        conn = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise shop_error(error, path) from error
    try:
        conn.execute("PRAGMA busy_timeout = 2000")
        conn.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        if new:
            _make_private(conn, path)
        if not readonly:
            conn.execute("PRAGMA journal_mode = WAL")
            conn.execute("PRAGMA synchronous = FULL")
            conn.execute("PRAGMA wal_autocheckpoint = 0")
            # A folded WAL starts anew in a short file; else it would look grown for ever and be folded at every commit.
            conn.execute(f"PRAGMA journal_size_limit = {_WAL_BYTES_MAX // 4}")
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute("PRAGMA temp_store = MEMORY")
        conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except UnicodeDecodeError as error:  # the text of the schema itself is damaged
        conn.close()
        raise Damaged("database.damaged", path=path.name) from error
    except sqlite3.Error as error:
        conn.close()
        made = shop_error(error, path)
        # Without room for the WAL's index SQLite only says that input or output failed.
        full = isinstance(made, DiskFault) and shutil.disk_usage(path.parent).free < _ROOM_MIN
        raise (DiskFull(path=path.name) if full else made) from error
    return conn


def _make_private(conn: Connection, path: Path) -> None:
    """A new file is its owner's only, while it is still empty: PIN hashes and badges will lie in it.

    The files that SQLite puts beside it take its mode.
    """
    conn.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the first look makes the file
    if path.exists():  # a file system of SQLite's own has none
        path.chmod(0o600)


@contextlib.contextmanager
def reading(path: Path) -> Iterator[Connection]:
    """A read-only connection for somebody who looks at a file beside its owner; a file that does not read is Damaged."""
    conn = connect(path, readonly=True)
    try:
        yield conn
    except (sqlite3.Error, UnicodeDecodeError) as error:
        made = shop_error(error, path) if isinstance(error, sqlite3.Error) else error
        raise (made if isinstance(made, ShopError) else Damaged("database.damaged", path=path.name)) from error
    finally:
        conn.close()


@dataclass(frozen=True, slots=True)
class Schema:
    """The named steps that make a file, and the module that can take them.

    sqlite-utils takes the steps, and takes 0.15 s to load: a file that has them all is opened without it.

    `replayable`: somebody else has all of it, and the file itself says how far it is. Its commits are whole as ever and do not
    wait for the disk; what a power cut takes of the newest is fetched again. All of it is on disk when the WAL has been folded
    in: when that has grown, and after half a second without a write.
    """

    name: str
    steps: tuple[str, ...]
    module: str = "kiosk.store.migrations"
    replayable: bool = False


def migrate(conn: Connection, schema: Schema) -> None:
    """Bring a file forward by its named steps; refuse, in words, a file that a newer version made."""
    applied = _applied(conn, schema.name)
    unknown = [step for step in applied if step not in schema.steps]
    if unknown:
        raise TooNew("database.too_new", step=unknown[-1])
    if len(applied) < len(schema.steps):
        import_module(schema.module).apply(conn, schema.name)


def _applied(conn: Connection, name: str) -> list[str]:
    known = conn.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone()
    if not known:
        return []
    found = conn.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY id", (name,))
    return [step for (step,) in found.fetchall()]


Fault = Callable[[str], None]
"""Told at each point where a disk or a process can fail; the simulator raises there what they would raise."""


def no_fault(point: str) -> None:
    """Nothing fails on purpose."""


class Writes(Protocol):
    """What a store needs of its file: one durable transaction after the other."""

    def run(self, work: Callable[[Connection], T]) -> T:
        """Run a transaction and wait until it is durable."""
        ...

    def read_only(self) -> Connection:
        """A connection for reads beside the writer."""
        ...

    def close(self) -> None:
        """Finish and let go of the file."""
        ...


class Transactions:
    """One writing connection on the caller's own thread: a function is one BEGIN IMMEDIATE transaction.

    A full disk undoes the transaction; it is tried again after the WAL was folded in, and once more without the ballast, so
    `work` must bear being called again.
    """

    def __init__(self, conn: Connection, path: Path, ballast: Path | None = None, fault: Fault = no_fault) -> None:
        self.path = path
        self._conn = conn
        self._ballast = ballast
        self._fault = fault
        self._faulty = False

    def run(self, work: Callable[[Connection], T]) -> T:
        """Run a transaction; after it returned it is on disk. Raises what `work` raised (undone), DiskFull or DiskFault."""
        if self._faulty:
            raise DiskFault(path=self.path.name)
        for make_room in (self._fold_log, self._drop_ballast):
            try:
                return self._once(work)
            except DiskFull:
                make_room()
        return self._once(work)

    def read_only(self) -> Connection:
        """The connection itself: its caller has one thread, so it never reads while it writes."""
        return self._conn

    def checkpoint(self, kind: str) -> None:
        """Fold the WAL into the file; a busy reader puts it off to the next idle moment."""
        with contextlib.suppress(sqlite3.Error):
            self._conn.execute(f"PRAGMA wal_checkpoint({kind})")

    def keep_log_short(self) -> None:
        """Fold the WAL in when it has grown, and earlier on a disk with little room: folding in takes room itself."""
        try:
            size = os.stat(f"{self.path}-wal").st_size
            free = shutil.disk_usage(self.path.parent).free
        except OSError:
            return  # no WAL yet
        if 2 * size > free:
            self.checkpoint("TRUNCATE")
        elif size > _WAL_BYTES_MAX:
            self.checkpoint("PASSIVE")

    def close(self) -> None:
        """Checkpoint and close."""
        self.checkpoint("TRUNCATE")
        self._conn.close()

    def _once(self, work: Callable[[Connection], T]) -> T:
        try:
            self._conn.execute("BEGIN IMMEDIATE")
            result = work(self._conn)
            self._fault("commit")
            self._conn.execute("COMMIT")
            self._fault("committed")
            return result
        except BaseException as error:
            with contextlib.suppress(sqlite3.Error):
                if self._conn.in_transaction:
                    self._conn.execute("ROLLBACK")
            if isinstance(error, sqlite3.OperationalError | sqlite3.DatabaseError):
                made = shop_error(error, self.path)
                # After a failed fsync nobody knows what reached the disk: stop here, a restart verifies the head.
                self._faulty = isinstance(made, DiskFault)
                raise made from error
            raise

    def _fold_log(self) -> None:
        self.checkpoint("TRUNCATE")  # pages that the WAL holds many times over take their room once

    def _drop_ballast(self) -> None:
        if self._ballast is not None:
            self._ballast.unlink(missing_ok=True)
        self._fold_log()


class Writer:
    """The one writing connection of a file: one transaction at a time, each on the thread of whoever wants it.

    A thread of its own for them cost each scan 0.3 ms of handing over. One is left for what nobody waits for: the WAL is folded
    in when nobody has written for a while.
    """

    def __init__(self, path: Path, schema: Schema, ballast: Path | None = None) -> None:
        self.path = path
        conn = connect(path)
        if schema.replayable:
            conn.execute("PRAGMA synchronous = NORMAL")
        self._transactions = Transactions(conn, path, ballast)
        try:
            migrate(conn, schema)
        except BaseException:
            conn.close()
            raise
        self._turn = threading.RLock()  # a transaction within a transaction is refused by SQLite; it does not stand still
        self._begun, self._ended = threading.Event(), threading.Event()
        self._count = 0
        self._closed = False
        self._thread = threading.Thread(target=self._tidy, name=f"writer-{path.stem}", daemon=True)
        self._thread.start()

    def run(self, work: Callable[[Connection], T]) -> T:
        """Run a transaction; after it returned it is on disk. Raises what `work` raised (undone), DiskFull or DiskFault."""
        with self._turn:
            assert not self._closed, f"{self.path.name} is closed: its writer takes no more work"
            try:
                return self._transactions.run(work)
            finally:
                self._count += 1
                self._transactions.keep_log_short()
                if not self._begun.is_set():
                    self._begun.set()

    def write_through(self) -> None:
        """Have the disk take what a long transaction has written so far; for `work`, in the middle of it.

        20 MB that wait for one sync hold up whoever syncs a few bytes beside it. Small portions let the ledger in between.
        """
        # To close any handle of a file ends this process's locks on it: SQLite's are on the other two files, not on the WAL.
        with contextlib.suppress(OSError):  # what fails here fails again where SQLite waits for the same bytes
            handle = os.open(f"{self.path}-wal", os.O_RDWR)
            try:
                _sync_data(handle)
            finally:
                os.close(handle)

    def read_only(self) -> Connection:
        """A second connection, which only reads."""
        return connect(self.path, readonly=True)

    def close(self) -> None:
        """Finish what is under way, checkpoint and close."""
        with self._turn:
            if not self._closed:
                self._closed = True
                self._transactions.close()
        self._begun.set()
        self._ended.set()
        self._thread.join()

    def _tidy(self) -> None:
        seen = 0
        while not self._closed:
            self._begun.wait()
            self._ended.wait(_IDLE_S)
            with self._turn:
                if self._count == seen and not self._closed:
                    self._begun.clear()
                    self._transactions.checkpoint("TRUNCATE")
                seen = self._count


@contextlib.contextmanager
def snapshot_read(conn: Connection) -> Iterator[Connection]:
    """One consistent read over several statements; short, because a long one holds off checkpoints."""
    conn.execute("BEGIN")
    try:
        yield conn
    finally:
        conn.execute("ROLLBACK")


def look(conn: Connection, path: Path, work: Callable[[Connection], T]) -> T:
    """Run a function that only reads, in one consistent read. Raises what `shop_error` makes of an error of SQLite."""
    try:
        with snapshot_read(conn):
            return work(conn)
    except sqlite3.Error as error:
        raise shop_error(error, path) from error


def shop_error(error: sqlite3.Error, path: Path) -> ShopError | sqlite3.Error:
    """What an error of SQLite means to a person; an error that only a mistake of ours can cause stays as it is."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith("SQLITE_FULL") or "disk is full" in str(error):
        return DiskFull(path=path.name)
    if name.startswith("SQLITE_IOERR") or "disk I/O error" in str(error):
        return DiskFault(path=path.name)
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or "not a database" in str(error):
        return Damaged("database.damaged", path=path.name)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return Busy("database.busy", path=path.name)
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM")):
        return ShopError("database.no_access", path=path.name)
    return error
