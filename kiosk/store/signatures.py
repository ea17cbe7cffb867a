"""Signatures on their way to the hub: strokes of customers who signed for goods, in a table of their own and in no fact.

They lie here until the hub has them; one whose goods stayed after all (its basket was never paid) is forgotten after a day.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.domain.feed import ORDER, Row
from kiosk.store.customers import erasing
from kiosk.store.database import Connection

_SOMEBODY = (Row(ORDER, "", b""),)
"""Stands for a person in what is overwritten."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Strokes (`handwriting.Handwriting.text`) under their mark, given for goods of an order at a wall clock (ms)."""

    mark: str
    order: str
    at_ms: int
    strokes: str


def keep_in(conn: Connection, one: Signature, *, handed: bool) -> None:
    """Keep a signature; `handed`: its goods went out in this very transaction, else they go with a sale that is not paid yet."""
    with erasing(conn, _SOMEBODY):
        conn.execute("REPLACE INTO order_signatures VALUES (?, ?, ?, ?, ?)", (one.mark, one.order, one.at_ms, one.strokes, handed))


def handed_in(conn: Connection, mark: str) -> None:
    """The goods that it was given for went out."""
    conn.execute("UPDATE order_signatures SET handed = 1 WHERE mark = ?", (mark,))


def to_tell_in(conn: Connection, limit: int = 50) -> list[Signature]:
    """Signatures for goods that went out, the oldest first."""
    read = "SELECT mark, order_id, at_ms, strokes FROM order_signatures WHERE handed = 1 ORDER BY at_ms, mark LIMIT ?"
    return [Signature(*found) for found in conn.execute(read, (limit,)).fetchall()]


def forget_in(conn: Connection, marks: Iterable[str]) -> None:
    """The hub has them: they are not ours any more, to the last byte."""
    with erasing(conn, _SOMEBODY):
        conn.executemany("DELETE FROM order_signatures WHERE mark = ?", [(mark,) for mark in marks])


def forget_unhanded_in(conn: Connection, before_ms: int) -> int:
    """Forget what was signed for goods that then stayed; gives how many."""
    with erasing(conn, _SOMEBODY):
        return int(conn.execute("DELETE FROM order_signatures WHERE handed = 0 AND at_ms < ?", (before_ms,)).rowcount)
