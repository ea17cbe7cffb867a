"""Rows of reference data in a table `(entity, key, payload)`: applied with their digest, read as the domain's values."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec

from kiosk.decoding import read_json
from kiosk.domain.errors import Damaged
from kiosk.domain.feed import EMPTY_DIGEST, NOWHERE, Cursor, Row, moved, row_number
from kiosk.store.database import Connection

T = TypeVar("T")


def put(conn: Connection, table: str, rows: Iterable[Row], digest: bytes) -> tuple[bytes, list[tuple[Row, bytes]]]:
    """Write rows; gives the new digest and each row that changed with its old payload (empty: it is new)."""
    changed: list[tuple[Row, bytes]] = []
    added = taken = 0
    for row in rows:
        found = conn.execute(
            f"SELECT payload FROM {table} WHERE entity = ? AND key = ?", (row.entity, row.key)
        ).fetchone()
        old = found[0] if found else b""
        if old == row.payload:
            continue
        if row.payload:
            conn.execute(f"REPLACE INTO {table} VALUES (?, ?, ?)", row)
        else:
            conn.execute(f"DELETE FROM {table} WHERE entity = ? AND key = ?", (row.entity, row.key))
        added += row_number(row)
        taken += row_number(Row(row.entity, row.key, old))
        changed.append((row, old))
    return moved(digest, added, taken), changed


def put_whole(conn: Connection, table: str, listed: Sequence[Row]) -> tuple[bytes, list[tuple[Row, bytes]]]:
    """Make a table hold just these rows. What stands already is not written again: that would hold up a sale for nothing."""
    kept = {(row.entity, row.key) for row in listed}
    there = conn.execute(f"SELECT entity, key FROM {table}").fetchall()
    lost = [Row(entity, key, b"") for entity, key in there if (entity, key) not in kept]
    _, changed = put(conn, table, [*lost, *listed], EMPTY_DIGEST)
    return moved(EMPTY_DIGEST, sum(map(row_number, listed))), changed


def read(conn: Connection, table: str, entity: str, key: str, kind: type[T]) -> T | None:
    """One row as a value, or None. Raises Damaged when the payload is not one."""
    found = conn.execute(
        f"SELECT payload FROM {table} WHERE entity = ? AND key = ?", (entity, key)
    ).fetchone()
    return None if found is None else open_payload(found[0], kind)


def read_all(conn: Connection, table: str, entity: str, kind: type[T], prefix: str = "") -> Iterator[T]:
    """All rows of an entity whose key starts with a prefix, in key order; one that does not read holds up no other.

    What is left out so is named by `damaged`, and waits for a person.
    """
    found = conn.execute(
        f"SELECT payload FROM {table} WHERE entity = ? AND key >= ? AND key < ? ORDER BY key",
        (entity, prefix, prefix + "\U0010ffff"),
    )
    for (payload,) in found.fetchall():
        with contextlib.suppress(Damaged):
            yield open_payload(payload, kind)


def entities(conn: Connection, table: str) -> dict[str, int]:
    """How many rows of each entity there are, also of those that this version does not know."""
    return dict(conn.execute(f"SELECT entity, count(*) FROM {table} GROUP BY entity").fetchall())


def damaged(conn: Connection, table: str, kinds: Mapping[str, type]) -> dict[str, int]:
    """How many rows of each known entity do not read."""
    found: dict[str, int] = {}
    for entity, payload in conn.execute(f"SELECT entity, payload FROM {table}"):
        if entity in kinds:
            try:
                open_payload(payload, kinds[entity])
            except Damaged:
                found[entity] = found.get(entity, 0) + 1
    return found


def open_payload(payload: bytes, kind: type[T]) -> T:
    """A payload as a value; unknown keys are ignored, so an older terminal reads a newer hub."""
    try:
        return read_json(payload, kind)
    except msgspec.MsgspecError as error:
        raise Damaged("feed.payload", entity=kind.__name__) from error


def cursor_of(conn: Connection, scope: str) -> Cursor:
    """How far a scope is in this file."""
    found = conn.execute("SELECT epoch, rev, digest FROM cursors WHERE scope = ?", (scope,)).fetchone()
    return Cursor(*found) if found else NOWHERE


def set_cursor(conn: Connection, scope: str, cursor: Cursor) -> None:
    """Remember how far a scope is; in the same transaction as its rows."""
    conn.execute("REPLACE INTO cursors (scope, epoch, rev, digest) VALUES (?, ?, ?, ?)", (scope, *cursor))
