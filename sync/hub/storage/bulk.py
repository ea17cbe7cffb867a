"""Writes many rows by few prepared statements, past the mapper: for 400,000 rows that is ten seconds less."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain
from typing import Any

import psycopg
from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

from sync.hub.storage.dialect import is_postgresql

_ROWS_PER_STATEMENT = 20_000
"""On PostgreSQL a column's values travel as one array; so many at a time keep a statement within some MB."""

_ROWS_TO_COPY = 20
"""From so many rows on PostgreSQL is sooner done with a COPY, which fills whole pages and asks for no plan."""

_VALUES_PER_STATEMENT = 8_000
"""On SQLite, whose own limit is 32,766."""


def insert_many(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows, each a tuple of the columns' values as the driver takes them."""
    if is_postgresql(connection) and len(rows) >= _ROWS_TO_COPY:
        _copy(connection, table, columns, rows)
    elif rows:
        _write(connection, table, columns, rows, "")


def insert_values(connection: Connection, table: Table, columns: Sequence[str], values: Sequence[Any]) -> None:
    """Insert rows whose values stand one row after the other in one list."""
    width = len(columns)
    if is_postgresql(connection):
        insert_many(connection, table, columns, list(zip(*[iter(values)] * width, strict=True)))
        return
    start = 0
    for count in _sizes(len(values) // width, _VALUES_PER_STATEMENT // width):
        part = values[start : start + count * width]
        connection.exec_driver_sql(_statement(table.name, tuple(columns), count, ""), tuple(part))
        start += len(part)


def upsert_many(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]],
    added: Sequence[str] = (), gives: Sequence[str] = (),
) -> list[Any]:  # fmt: skip
    """Insert rows, or change those whose key is there; no key may come twice in `rows`.

    The columns in `added` are added to what is there instead of replacing it: such changes commute, so it does not matter
    in which order processes make them. On PostgreSQL rows are written in the order of their keys,
    so two writers never wait crosswise. Gives the columns `gives` of every row as it stands then, in no order.
    """
    if not rows:
        return []
    keys = [column.name for column in table.primary_key]
    if is_postgresql(connection):
        places = [columns.index(key) for key in keys]
        rows = sorted(rows, key=lambda row: [row[place] for place in places])
    changes = ", ".join(
        f"{name} = {table.name}.{name} + excluded.{name}" if name in added else f"{name} = excluded.{name}"
        for name in columns
        if name not in keys
    )
    returning = f" RETURNING {', '.join(gives)}" if gives else ""
    return _write(connection, table, columns, rows, f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}{returning}")


def _write(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], tail: str) -> list[Any]:
    """Both databases read the same words here; that they are put together by hand saves the compiler for each call."""
    if is_postgresql(connection):
        return _write_arrays(connection, table, columns, rows, tail)
    given: list[Any] = []
    start = 0
    for count in _sizes(len(rows), _VALUES_PER_STATEMENT // len(columns)):
        statement = _statement(table.name, tuple(columns), count, tail)
        done = connection.exec_driver_sql(statement, tuple(chain.from_iterable(rows[start : start + count])))
        start += count
        if done.returns_rows:
            given += done.all()
    return given


def _sizes(count: int, most: int) -> Iterator[int]:
    """Sizes of 1, 2, 4 ... rows that add up to a count, the largest first, so that few statements serve all and stay prepared.

    With one statement a row, a thread gives the interpreter away at each row and stands in line to get it back: beside a
    busy thread that costs ten times the work itself.
    """
    size = 1 << (most.bit_length() - 1)
    while count:
        while size > count:
            size //= 2
        yield size
        count -= size


@cache
def _statement(table: str, columns: tuple[str, ...], count: int, tail: str) -> str:
    row = f"({', '.join('?' * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * count)}{tail}"


def _write_arrays(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], tail: str
) -> list[Any]:
    """One statement for many rows, a parameter for each column: one way to the server and back, and one plan."""
    types = [table.c[name].type.compile(connection.dialect) for name in columns]
    arrays = ", ".join(f"%s::{kind}[]" for kind in types)
    statement = f"INSERT INTO {table.name} ({', '.join(columns)}) SELECT * FROM unnest({arrays}){tail}"
    given: list[Any] = []
    for start in range(0, len(rows), _ROWS_PER_STATEMENT):
        part = rows[start : start + _ROWS_PER_STATEMENT]
        done = connection.exec_driver_sql(statement, tuple(list(column) for column in zip(*part, strict=True)))
        if done.returns_rows:
            given += done.all()
    return given


def _copy(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    driver: Any = connection.connection.driver_connection
    words = f"COPY {table.name} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"
    try:
        with driver.cursor() as cursor, cursor.copy(words) as copy:
            copy.set_types([table.c[name].type.compile(connection.dialect).lower() for name in columns])
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:  # as SQLAlchemy would: whoever runs the transaction knows what each of them means
        raise DBAPIError(words, None, error) from error
