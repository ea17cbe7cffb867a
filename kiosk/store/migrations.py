"""The schema of `ledger.db`, as named steps that run once each."""

import sqlite_utils
from sqlite_utils.migrations import Migrations

from kiosk.store import spool

ledger = Migrations("ledger")


@ledger()
def m001_first_sale(db: sqlite_utils.Database) -> None:
    """Facts, the cart, shifts, rows of the device scope, wrong PINs, and the print spool."""
    for statement in _FIRST_SALE + _statements(spool.SCHEMA):
        db.execute(statement)


def _statements(script: str) -> list[str]:
    # Not executescript: that commits first, and the step and its record must be one transaction.
    return [part for part in script.split(";") if part.strip()]


_FIRST_SALE = _statements(
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;
    CREATE TABLE facts (
        seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, day TEXT NOT NULL, data BLOB NOT NULL,
        hash BLOB NOT NULL, signature BLOB NOT NULL
    ) STRICT;
    CREATE INDEX facts_by_day ON facts (day, kind);
    CREATE TABLE sales (
        sale TEXT PRIMARY KEY, receipt TEXT NOT NULL UNIQUE, number INTEGER NOT NULL UNIQUE, seq INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE tickets (ticket TEXT PRIMARY KEY, receipt TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE cart_events (
        sale TEXT NOT NULL, n INTEGER NOT NULL, kind TEXT NOT NULL, event TEXT NOT NULL, PRIMARY KEY (sale, n)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE device_rows (
        entity TEXT NOT NULL, key TEXT NOT NULL, payload BLOB NOT NULL, PRIMARY KEY (entity, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE cursors (
        scope TEXT PRIMARY KEY, epoch INTEGER NOT NULL, rev INTEGER NOT NULL, digest BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE attempts (
        number TEXT PRIMARY KEY, wrong INTEGER NOT NULL, last_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """
)
