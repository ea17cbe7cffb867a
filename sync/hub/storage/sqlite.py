"""The hub on SQLite: one connection that reads, writes and checkpoints on its own thread, one transaction at a time."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from pysqlite3 import dbapi2 as sqlite3
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from sync.hub.problems import HubProblem
from sync.hub.storage.database import GIVING, TOUCHED, Storage, migrate, read_epoch
from sync.hub.storage.marks import Giving

T = TypeVar("T")
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "wal_autocheckpoint=0", "cache_size=-65536")
WAL_BYTES_MAX = 4 * 1024 * 1024


class SqliteStorage(Storage):
    """One file, one process, one connection."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._wal = path.with_name(path.name + "-wal")
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="hub-storage")
        self._alone: dict[str, Lock] = {}
        self._engine: Engine
        self._connection: Connection
        try:
            self.epoch = self._thread.submit(self._open).result()
        except BaseException:
            self._thread.shutdown()
            raise

    def submit(self, function: Callable[[Connection], T], reading: bool = False) -> Future[T]:
        return self._thread.submit(self._transact, function)

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        with self._alone.setdefault(name, Lock()):
            yield

    def close(self) -> None:
        """Finish what was asked for, checkpoint and let go of the file."""
        self._thread.submit(self._close).result()
        self._thread.shutdown()

    def _open(self) -> int:
        self._engine = _engine(self._path)
        try:
            self._connection = self._engine.connect()
        except DatabaseError as error:
            raise HubProblem("database.damaged", file=self._path.name, reason=str(error.orig)) from error
        try:
            migrate(self._connection, self._path.name)
            return self._transact(read_epoch)
        except BaseException as error:
            self._connection.close()  # on this thread, which is the only one that may
            if isinstance(error, DatabaseError):
                raise HubProblem("database.damaged", file=self._path.name, reason=str(error.orig)) from error
            raise

    def _transact(self, function: Callable[[Connection], T]) -> T:
        touched: set[tuple[str, str, str]] = set()
        giving = Giving(self.marks)
        self._connection.info.update({TOUCHED: touched, GIVING: giving})
        with self._connection.begin():
            result = function(self._connection)
        giving.committed()
        if touched:
            self._heard(frozenset(touched))
        self._checkpoint_when_large()
        return result

    def _checkpoint_when_large(self) -> None:
        if self._wal.exists() and self._wal.stat().st_size > WAL_BYTES_MAX:
            self._checkpoint()

    def _checkpoint(self) -> None:
        driver: Any = self._connection.connection.driver_connection
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _close(self) -> None:
        self._checkpoint()
        self._connection.close()
        self._engine.dispose()


def _engine(path: Path) -> Engine:
    def connect() -> Any:
        if not path.exists():
            path.touch(mode=0o600)  # PIN hashes lie in it; the files beside it take its mode
        # We begin transactions ourselves, so the driver must not: IMMEDIATE takes the write lock at once.
        driver = sqlite3.connect(str(path), isolation_level=None, check_same_thread=True)
        try:
            for pragma in PRAGMAS:
                driver.execute(f"PRAGMA {pragma}")
        except sqlite3.DatabaseError:
            driver.close()
            raise
        return driver

    engine = create_engine("sqlite://", module=sqlite3, creator=connect, poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def begin_immediate(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
