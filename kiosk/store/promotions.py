"""The promotions that the catalogue holds, read in one statement and kept until one changes."""

import contextlib
from collections.abc import Callable

from kiosk.domain.errors import Damaged
from kiosk.domain.feed import CATALOG, PROMOTION
from kiosk.domain.promotion import Promotion
from kiosk.domain.promotionbook import Book
from kiosk.store import rows
from kiosk.store.database import Connection

# One statement, so that the promotions and the revision they are said to be of are of one state of the file.
_READ = """
    SELECT 'cursor', rev FROM cursors WHERE scope = ?
    UNION ALL SELECT entity, payload FROM catalog_rows WHERE entity = 'promotion'
"""


class KeptBook:
    """All promotions. Threads may share it: who reads while they change gets those of before, and the next one those of after."""

    def __init__(self) -> None:
        self._kept: list[Book] = []

    def forget(self) -> None:
        """Promotions changed, or the file did. Say so after the change is committed."""
        self._kept = []

    def book(self, read: Callable[[Callable[[Connection], Book]], Book]) -> Book:
        """All promotions and the revision they are of; `read` runs a function on a connection."""
        kept = self._kept
        if not kept:
            kept.append(read(book_in))
        return kept[0]


def book_in(conn: Connection) -> Book:
    """All promotions of a catalogue; a row that does not read holds up no other."""
    found: list[Promotion] = []
    rev = 0
    for entity, value in conn.execute(_READ, (CATALOG,)).fetchall():
        if entity != PROMOTION:
            rev = value
            continue
        with contextlib.suppress(Damaged):  # Exceptions names it
            found.append(rows.open_payload(value, Promotion))
    return Book(tuple(sorted(found, key=lambda one: one.id)), rev)
