"""Everything a database says, as one short text: to compare a database after a cut with what it held after each commit."""

import hashlib
from typing import Any

import msgspec

EMPTY = hashlib.sha256(msgspec.msgpack.encode([])).hexdigest()
"""A database without a table."""


def fingerprint(conn: Any) -> str:
    """All tables with all rows, on a connection of either library."""
    tables = conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    mark = hashlib.sha256(msgspec.msgpack.encode([list(table) for table in tables]))
    for name, _ in tables:
        rows = sorted(msgspec.msgpack.encode(list(row)) for row in conn.execute(f"SELECT * FROM {name}").fetchall())
        mark.update(msgspec.msgpack.encode([name, rows]))
    return mark.hexdigest()
