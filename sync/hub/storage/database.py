"""The hub's one connection: it reads, writes and checkpoints on its own thread, one transaction at a time."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from pysqlite3 import dbapi2 as sqlite3
from sqlalchemy import Connection, Engine, create_engine, event, insert, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from sync.hub.problems import HubProblem
from sync.hub.storage.schema import meta

T = TypeVar("T")
Heard = Callable[[frozenset[tuple[str, str, str]]], None]
"""Is told after a commit which (tenant, scope, audience) it published to."""

TOUCHED = "toonbank.touched"
"""Where a transaction notes what it published, in `Connection.info`."""

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "wal_autocheckpoint=0", "cache_size=-65536")
WAL_BYTES_MAX = 4 * 1024 * 1024
MIGRATIONS = Path(__file__).parent / "migrations"


class Storage:
    """Runs functions over the connection, each in one transaction: all of it is kept or nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._wal = path.with_name(path.name + "-wal")
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="hub-storage")
        self._heard: Heard = _nobody
        self._engine: Engine
        self._connection: Connection
        try:
            self.epoch: int = self._thread.submit(self._open).result()
        except BaseException:
            self._thread.shutdown()
            raise

    def listen(self, heard: Heard) -> None:
        """Set who is told, on the storage thread, what each commit published."""
        self._heard = heard

    async def run(self, function: Callable[[Connection], T]) -> T:
        """Run a function in one transaction, without blocking the event loop."""
        return await asyncio.wrap_future(self._thread.submit(self._transact, function))

    def call(self, function: Callable[[Connection], T]) -> T:
        """The same for a caller that has no event loop."""
        return self._thread.submit(self._transact, function).result()

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
            _migrate(self._connection, self._path)
            return self._transact(_epoch)
        except BaseException as error:
            self._connection.close()  # on this thread, which is the only one that may
            if isinstance(error, DatabaseError):
                raise HubProblem("database.damaged", file=self._path.name, reason=str(error.orig)) from error
            raise

    def _transact(self, function: Callable[[Connection], T]) -> T:
        touched: set[tuple[str, str, str]] = set()
        self._connection.info[TOUCHED] = touched
        with self._connection.begin():
            result = function(self._connection)
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


def _nobody(touched: frozenset[tuple[str, str, str]]) -> None:
    """Nobody listens where no server runs."""


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


def _migrate(connection: Connection, path: Path) -> None:
    """Bring the schema forward; a database of a newer version is refused and left as it is."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    with connection.begin():
        found = MigrationContext.configure(connection).get_current_heads()
    unknown = set(found) - known
    if unknown:
        raise HubProblem("database.too_new", file=path.name, found=", ".join(sorted(unknown)))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if connection.in_transaction():
        connection.commit()  # Alembic leaves the transaction open in which it looked for work


def _epoch(connection: Connection) -> int:
    """The hub's epoch: 1 at birth, one more after each restore from a backup."""
    found = connection.scalar(select(meta.c.value).where(meta.c.name == "epoch"))
    if found is None:
        connection.execute(insert(meta).values(name="epoch", value="1"))
        return 1
    return int(found)
