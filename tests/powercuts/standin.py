"""Stands in for pysqlite3 in a process of its own, so that the shop's code runs, as it is, on a VFS in Python.

pysqlite3 can name no VFS of ours, apsw can. This gives apsw's connection the part of the DB-API that kiosk.store and sqlite-utils
use. `install` must come before the first import of anything that takes pysqlite3.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import ModuleType
from typing import Any

import apsw

from tests.powercuts.vfs import NAME

_FLAGS = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI
Watcher = Callable[["Connection"], None]


class Warning(Exception):
    """DB-API."""


class Error(Exception):
    """DB-API; with the name of SQLite's own code."""

    sqlite_errorname = ""


class InterfaceError(Error):
    """DB-API."""


class DatabaseError(Error):
    """DB-API."""


class OperationalError(DatabaseError):
    """DB-API."""


class IntegrityError(DatabaseError):
    """DB-API."""


class ProgrammingError(DatabaseError):
    """DB-API."""


class NotSupportedError(DatabaseError):
    """DB-API."""


class Row(tuple[Any, ...]):
    """Named by sqlite-utils, never made here."""


class Cursor:
    """A cursor; like pysqlite3's it takes the first step when it executes."""

    def __init__(self, conn: "Connection") -> None:
        self._conn = conn
        self._cursor = conn.inner.cursor()
        self.description: tuple[tuple[Any, ...], ...] = ()
        self.rowcount = -1
        self.lastrowid = 0

    def execute(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> "Cursor":
        """Run one statement."""
        return self._run(sql, lambda changed: self._cursor.execute(changed, values))

    def executemany(self, sql: str, values: Iterable[Sequence[Any]]) -> "Cursor":
        """Run one statement for many rows of values."""
        return self._run(sql, lambda changed: self._cursor.executemany(changed, values))

    def _run(self, sql: str, work: Callable[[str], object]) -> "Cursor":
        before = self._conn.inner.total_changes()
        try:
            work(self._conn.mutate(sql))
        except apsw.Error as error:
            raise translated(error) from error
        try:
            self.description = self._cursor.get_description()
        except apsw.ExecutionCompleteError:
            self.description = ()
        self.rowcount = self._conn.inner.total_changes() - before
        self.lastrowid = self._conn.inner.last_insert_rowid()
        self._conn.ran()
        return self

    def fetchone(self) -> Any:
        """The next row, or None."""
        return next(iter(self), None)

    def fetchmany(self, count: int = 1) -> list[Any]:
        """So many rows."""
        return [row for _, row in zip(range(count), self, strict=False)]

    def fetchall(self) -> list[Any]:
        """All rows."""
        return list(self)

    def __iter__(self) -> Iterator[Any]:
        while True:
            try:
                row = next(self._cursor)
            except StopIteration:
                return
            except apsw.Error as error:
                raise translated(error) from error
            yield row


class Connection:
    """A connection on the recording VFS. `watcher` hears each time that a transaction is over."""

    watcher: Watcher | None = None
    mutate: Callable[[str], str] = staticmethod(str)

    def __init__(self, address: str) -> None:
        self.address = address
        self.isolation_level = None
        try:
            self.inner = apsw.Connection(address, flags=_FLAGS, vfs=NAME)
        except apsw.Error as error:
            raise translated(error) from error

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return bool(self.inner.in_transaction)

    def cursor(self) -> Cursor:
        """A new cursor."""
        return Cursor(self)

    def execute(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> Cursor:
        """Run one statement."""
        return Cursor(self).execute(sql, values)

    def executemany(self, sql: str, values: Iterable[Sequence[Any]]) -> Cursor:
        """Run one statement for many rows of values."""
        return Cursor(self).executemany(sql, values)

    def ran(self) -> None:
        """A statement ran."""
        if self.watcher is not None and not self.in_transaction:
            self.watcher(self)

    def create_function(self, name: str, count: int, work: Callable[..., Any], *, deterministic: bool = False) -> None:
        """A function for SQL."""
        self.inner.create_scalar_function(name, work, count, deterministic=deterministic)

    def close(self) -> None:
        """Close."""
        self.inner.close()


def connect(address: str, **_settings: Any) -> Connection:
    """Open a database; the settings are those that this one has always (URI, autocommit, any thread)."""
    return Connection(address)


def translated(error: apsw.Error) -> Error:
    """An error of apsw as the DB-API names it."""
    made: Error
    if isinstance(error, apsw.ConstraintError):
        made = IntegrityError(str(error))
    elif isinstance(error, apsw.CorruptError | apsw.NotADBError):
        made = DatabaseError(str(error))
    else:
        made = OperationalError(str(error))
    code = getattr(error, "extendedresult", 0)
    names = {**apsw.mapping_result_codes, **apsw.mapping_extended_result_codes}
    made.sqlite_errorname = str(names.get(code, ""))
    return made


def install() -> None:
    """Be pysqlite3 from now on."""
    assert "pysqlite3" not in sys.modules, "pysqlite3 was imported already: one SQLite per process"
    version = apsw.sqlite_lib_version()
    dbapi2 = ModuleType("pysqlite3.dbapi2")
    kinds = (
        Warning, Error, InterfaceError, DatabaseError, OperationalError, IntegrityError, ProgrammingError,
        NotSupportedError, Row, Cursor, Connection, connect,
    )  # fmt: skip
    for kind in kinds:
        setattr(dbapi2, kind.__name__, kind)
    dbapi2.__dict__.update(
        sqlite_version=version, sqlite_version_info=tuple(map(int, version.split("."))), complete_statement=apsw.complete
    )
    package = ModuleType("pysqlite3")
    package.__dict__.update({name: value for name, value in dbapi2.__dict__.items() if name[:2] != "__"}, dbapi2=dbapi2)
    sys.modules["pysqlite3"], sys.modules["pysqlite3.dbapi2"] = package, dbapi2
