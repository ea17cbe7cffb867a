"""What the hub holds of this terminal, as last heard: kept so that the screens know it without the hub."""

from collections.abc import Iterable
from typing import Protocol

from kiosk.store.database import Connection


class HeldAtHub(Protocol):
    """A held fact as the hub names it: number, reason, and since when (wall ms, 0 where an older hub does not say)."""

    @property
    def seq(self) -> int: ...

    @property
    def reason(self) -> str: ...

    @property
    def since_ms(self) -> int: ...


def keep_in(conn: Connection, held: Iterable[HeldAtHub]) -> None:
    """Remember what the hub holds, in place of what it held before; it writes only where something changed."""
    told = {(one.seq, one.reason, one.since_ms) for one in held}
    known = set(listed_in(conn))
    conn.executemany("DELETE FROM held_at_hub WHERE seq = ?", [(seq,) for seq, _, _ in known - told])
    conn.executemany("REPLACE INTO held_at_hub VALUES (?, ?, ?)", sorted(told - known))


def listed_in(conn: Connection) -> list[tuple[int, str, int]]:
    """What the hub holds: (seq, reason, since_ms), oldest first."""
    found = conn.execute("SELECT seq, reason, since_ms FROM held_at_hub ORDER BY seq").fetchall()
    return [(seq, reason, since_ms) for seq, reason, since_ms in found]


def forget_in(conn: Connection, seq: int) -> None:
    """It does not wait here any more; the hub's next answer says whether it agrees."""
    conn.execute("DELETE FROM held_at_hub WHERE seq = ?", (seq,))
