"""The one place that knows how SQLite and PostgreSQL differ in speech: inserts that meet a row that is there, and locks.

Row locks need nothing here: `with_for_update()` locks on PostgreSQL and says nothing on SQLite, where whoever writes
holds the whole file already.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, Table, Text, cast, func, text
from sqlalchemy.dialects import postgresql, sqlite

POSTGRESQL = "postgresql"
AnyInsert: TypeAlias = sqlite.Insert | postgresql.Insert


def is_postgresql(connection: Connection) -> bool:
    """Whether several processes may write to this database at once."""
    return connection.dialect.name == POSTGRESQL


def upsert(connection: Connection, table: Table) -> AnyInsert:
    """An insert that can say what happens when the row is there; both dialects spell it with the same methods."""
    return postgresql.insert(table) if is_postgresql(connection) else sqlite.insert(table)


def insert_new(connection: Connection, table: Table, values: dict[str, Any]) -> bool:
    """Insert a row unless its key is there; gives whether it was new."""
    return connection.execute(_insert_new(table, is_postgresql(connection)), values).rowcount > 0


@cache
def _insert_new(table: Table, on_postgresql: bool) -> AnyInsert:
    """Built once a table, because to build it costs more than to run it; which columns it fills it hears with the values."""
    statement = postgresql.insert(table) if on_postgresql else sqlite.insert(table)
    return statement.on_conflict_do_nothing().execution_options(preserve_rowcount=True)


def lock_name(connection: Connection, name: str) -> None:
    """Let only one transaction at a time past this point for a name, on every process; held until the transaction ends."""
    if is_postgresql(connection):
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number_of(name)})


@contextmanager
def erasing(connection: Connection) -> Iterator[None]:
    """What is deleted or replaced in here leaves no bytes behind in SQLite's pages; PostgreSQL's go when it vacuums."""
    if is_postgresql(connection):
        yield
        return
    connection.exec_driver_sql("PRAGMA secure_delete = ON")
    try:
        yield
    finally:
        connection.exec_driver_sql("PRAGMA secure_delete = OFF")


def holds_text(connection: Connection, column: ColumnElement[bytes], wanted: str) -> ColumnElement[bool]:
    """Whether bytes that are UTF-8 hold a text somewhere, whatever the case of its ASCII letters."""
    pattern = "%" + wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    if is_postgresql(connection):
        return func.convert_from(column, "UTF8").ilike(pattern, escape="\\")
    return cast(column, Text).like(pattern, escape="\\")


def number_of(name: str) -> int:
    """The 64-bit number by which PostgreSQL knows a lock that has a name."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
