"""Whether a ledger can be trusted with the next sale: looked at before each start, and put aside when it cannot."""

import os
from collections.abc import Callable
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite3

from kiosk.domain.codec import digest
from kiosk.domain.errors import Damaged
from kiosk.store.database import connect, shop_error
from kiosk.store.folder import sync_folder

LEDGER = "ledger.db"
ASIDE = "set-aside"
Verify = Callable[[bytes, bytes], bool]


def check_at_start(folder: Path, verify: Verify, now_ms: int) -> None:
    """Look at a terminal's ledger before it is opened. A damaged one is moved aside and never written to again.

    Raises Damaged with the way out; also when the ledger of a terminal that has sold before is not there: a new one would
    give its numbers to other facts.
    """
    ledger = folder / LEDGER
    if not ledger.exists():
        if (folder / "catalog.current").exists() or any(folder.glob(f"{ASIDE}-*")):
            raise Damaged("ledger.missing", folder=str(folder))
        return
    if not is_whole(ledger, verify):
        raise Damaged("ledger.set_aside", aside=set_aside(folder, now_ms).name, folder=str(folder))


def is_whole(ledger: Path, verify: Verify) -> bool:
    """Whether SQLite finds the pages in order (quick_check), and the last fact is as this terminal signed it."""
    try:
        conn = connect(ledger, readonly=True)
    except Damaged:
        return False
    try:
        if conn.execute("PRAGMA quick_check").fetchone() != ("ok",):
            return False
        if not conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'facts'").fetchone():
            return True  # made a moment ago: the power went before its first step
        found = conn.execute("SELECT hash, data, signature FROM facts ORDER BY seq DESC LIMIT 1").fetchone()
        return found is None or (digest(bytes(found[1])) == bytes(found[0]) and verify(bytes(found[0]), bytes(found[2])))
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        made = shop_error(error, ledger) if isinstance(error, sqlite3.Error) else None
        if made is not None and not isinstance(made, Damaged):
            raise made from error  # a disk that fails or a file in use is no damaged ledger
        return False
    finally:
        conn.close()


def set_aside(folder: Path, now_ms: int) -> Path:
    """Move a ledger out of the way, with what SQLite keeps beside it; gives where it lies now."""
    aside = folder / f"{ASIDE}-{now_ms}"
    aside.mkdir()
    for name in (LEDGER, *(f"{LEDGER}-{kind}" for kind in ("wal", "shm", "journal"))):
        if (folder / name).exists():
            os.replace(folder / name, aside / name)
    sync_folder(aside)
    sync_folder(folder)
    return aside
