"""The hub on PostgreSQL: several processes without state of their own work on one database, and outlive its fail-over.

Writers run READ COMMITTED and take locks (a terminal's row, then its tenant's); readers see one state (REPEATABLE READ).
"""

import logging
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sync.hub.problems import HubProblem
from sync.hub.storage.database import GIVING, TOUCHED, Storage, migrate, read_epoch
from sync.hub.storage.dialect import lock_name
from sync.hub.storage.marks import Giving
from sync.hub.storage.news import News

log = logging.getLogger("toonbank.hub.storage")
T = TypeVar("T")

THREADS = 8
POOL_WAIT_S = 10
# A primary that is gone must not hold a thread for the minutes that TCP would wait by itself.
CONNECT: dict[str, Any] = {
    "connect_timeout": 5, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3,
    "tcp_user_timeout": 10_000, "client_encoding": "utf8", "application_name": "toonbank-hub",
}  # fmt: skip
TRIES = 5
CROSSED = frozenset({"40001", "40P01"})
RETRIED = CROSSED | {"23505"}
"""Two writers in each other's way: serialization, dead-lock, and the same new key. Once more, the second sees the first."""

AGAIN_AFTER_S = 0.05


class PostgresStorage(Storage):
    """A database that several processes share. `url` is libpq's: several hosts and `target_session_attrs` are welcome in it."""

    shares_blobs = True
    lanes = 2

    def __init__(self, url: str) -> None:
        super().__init__()
        self._engine = _engine(url)
        self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="hub-storage")
        try:
            self.epoch = self._open()
            self._news = News(url, CONNECT, lambda touched: self._heard(touched))
        except BaseException:
            self._threads.shutdown()
            self._engine.dispose()
            raise

    def submit(self, function: Callable[[Connection], T], reading: bool = False) -> Future[T]:
        return self._threads.submit(self._transact, function, reading)

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        # A transaction of its own that does nothing else: when this process dies, the database lets go of the name.
        with _reachable(), self._engine.connect() as connection, connection.begin():
            lock_name(connection, name)
            yield

    def close(self) -> None:
        self._news.close()
        self._threads.shutdown()
        self._engine.dispose()

    def _open(self) -> int:
        try:
            with self.alone("toonbank.migrations"):
                with self._engine.connect() as connection:
                    _refuse_other_orders(connection)
                    migrate(connection, "The database")
                return self._transact(read_epoch, reading=False)
        except HubProblem as problem:
            if problem.code == "hub.busy":
                raise HubProblem("database.unreachable", reason=_first_line(problem.__cause__)) from problem
            raise

    def _transact(self, function: Callable[[Connection], T], reading: bool) -> T:
        for attempt in range(1, TRIES + 1):
            try:
                with _reachable():
                    return self._once(function, reading)
            except DBAPIError as error:
                if attempt == TRIES and _state(error) in CROSSED:
                    raise HubProblem("hub.busy") from error  # nothing was kept: whoever asked comes back
                if attempt == TRIES or _state(error) not in RETRIED:
                    raise
                log.info("transaction tried again (%s)", _state(error))
                time.sleep(random.random() * AGAIN_AFTER_S * attempt)
        raise AssertionError("the last try gives or raises")

    def _once(self, function: Callable[[Connection], T], reading: bool) -> T:
        touched: set[tuple[str, str, str]] = set()
        giving = Giving(self.marks)
        with (self._reading if reading else self._engine).connect() as connection:
            connection.info.update({TOUCHED: touched, GIVING: giving})
            with connection.begin():
                result = function(connection)
            giving.committed()
            if touched:
                self._heard(frozenset(touched))
                self._news.tell(connection, frozenset(touched))
        return result


@contextmanager
def _reachable() -> Iterator[None]:
    """Turn a database that cannot be reached into `hub.busy`: whoever asked comes back, and the pool connects anew."""
    try:
        yield
    except PoolTimeout as error:
        raise HubProblem("hub.busy") from error
    except DBAPIError as error:
        if error.connection_invalidated or _is_lost(error.orig):
            raise HubProblem("hub.busy") from error
        raise


def _is_lost(error: BaseException | None) -> bool:
    """Whether the line to the server broke, the server is going or coming, or it is no longer the primary."""
    state = getattr(error, "sqlstate", None) or ""
    if isinstance(error, psycopg.OperationalError) and not state:
        return True
    return state.startswith(("08", "57P")) or state in {"25006", "53300"}


def _state(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def _first_line(error: BaseException | None) -> str:
    reason = str(getattr(error, "orig", None) or error).strip()
    return reason.partition("\n")[0][:200] or type(error).__name__


def _connected(url: str) -> "psycopg.Connection[Any]":
    """A line to the server. Facts are packed by LZ4 where the server knows it: a third of the work of its own way."""
    line = psycopg.connect(url, autocommit=True, **CONNECT)
    with suppress(psycopg.errors.InvalidParameterValue):
        line.execute("SET default_toast_compression = 'lz4'")
    line.autocommit = False
    return line


def _engine(url: str) -> Engine:
    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: _connected(url), pool_size=THREADS,
        max_overflow=THREADS, pool_timeout=POOL_WAIT_S, pool_use_lifo=True,
    )  # fmt: skip

    @event.listens_for(engine, "handle_error")
    def note_lost_lines(context: ExceptionContext) -> None:
        if _is_lost(context.original_exception):
            context.is_disconnect = True

    return engine


def _refuse_other_orders(connection: Connection) -> None:
    """Keys are compared as bytes in our code, so the database has to do the same; UTF-8 holds every name."""
    found = connection.execute(
        text("SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = current_database()")
    ).one()
    connection.rollback()
    encoding, collation = found
    if encoding != "UTF8" or collation not in ("C", "POSIX", "C.UTF-8", "C.utf8"):
        raise HubProblem("database.collation", found=f"{encoding}, {collation}")
