"""Card payments whose outcome is not known yet, beside the ledger's other remembered values: few at any time, gone when settled."""

import msgspec

from kiosk.decoding import read_json
from kiosk.domain.cardpay import Attempt
from kiosk.store.database import Connection

_OPEN = "card/"
_COUNT = "card_attempts"


def next_number_in(conn: Connection) -> int:
    """The number of the next attempt; it counts as used, whatever becomes of it, when the transaction commits."""
    found = conn.execute("SELECT value FROM meta WHERE key = ?", (_COUNT,)).fetchone()
    number = int(found[0]) + 1 if found else 1
    conn.execute("REPLACE INTO meta VALUES (?, ?)", (_COUNT, number))
    return number


def keep_in(conn: Connection, attempt: Attempt) -> None:
    """Remember an open attempt as it is now."""
    assert attempt.is_open, "what is settled is a fact and nothing else"
    conn.execute("REPLACE INTO meta VALUES (?, ?)", (_OPEN + attempt.reference, msgspec.json.encode(attempt).decode()))


def forget_in(conn: Connection, reference: str) -> None:
    """An attempt is settled: its facts say how."""
    conn.execute("DELETE FROM meta WHERE key = ?", (_OPEN + reference,))


def open_in(conn: Connection) -> list[Attempt]:
    """All open attempts, in the order of their references."""
    found = conn.execute("SELECT value FROM meta WHERE key >= ? AND key < ? ORDER BY key", (_OPEN, _OPEN[:-1] + "0")).fetchall()
    return [read_json(value, Attempt) for (value,) in found]
