"""The prices of an article as the catalogue has them, read in one statement and kept until a price changes."""

import contextlib
from collections.abc import Callable

from kiosk.domain.catalog import Price
from kiosk.domain.errors import Damaged
from kiosk.domain.feed import CATALOG, LIST_PRICE, PRICE, PRICE_LIST
from kiosk.domain.pricelist import PriceList, Prices
from kiosk.store import rows
from kiosk.store.database import Connection

ENTITIES = frozenset({PRICE, LIST_PRICE, PRICE_LIST})
KEPT_MAX = 1_000
"""Articles whose prices are kept: the best sellers, at 400 bytes each. To read one takes less than a tenth of a scan."""

# One statement, so that prices, lists and the revision they are said to be of are of one state of the file.
_READ = """
    SELECT 'cursor', rev FROM cursors WHERE scope = ?
    UNION ALL SELECT entity, payload FROM catalog_rows WHERE entity = 'price' AND key >= ? AND key < ?
    UNION ALL SELECT entity, payload FROM catalog_rows WHERE entity = 'listprice' AND key >= ? AND key < ?
    UNION ALL SELECT entity, payload FROM catalog_rows WHERE entity = 'pricelist'
"""


_ENDLESS = b'"until_ms":0'
_MOVES = "json_extract(payload, '$.{0}') > ? AND json_extract(payload, '$.{0}') <= ?"
_CHANGING = f"""
    SELECT DISTINCT substr(key, 1, instr(key, '|') - 1) FROM (
        SELECT key, payload, CAST(substr(key, instr(key, '|') + 1) AS INTEGER) AS start
        FROM catalog_rows WHERE entity IN ('price', 'listprice')
    ) WHERE (start > ? AND start <= ?) OR (instr(payload, ?) = 0 AND {_MOVES.format("until_ms")})
    UNION SELECT DISTINCT substr(r.key, 1, instr(r.key, '|') - 1)
    FROM catalog_rows r, (SELECT key AS list FROM catalog_rows WHERE entity = 'pricelist'
        AND (({_MOVES.format("from_ms")}) OR ({_MOVES.format("until_ms")})))
    WHERE r.entity = 'listprice' AND r.key LIKE '%|' || list
"""


class KeptPrices:
    """Prices by article. Threads may share it: who reads while prices change keeps what was read in a dict that is forgotten."""

    def __init__(self) -> None:
        self._kept: dict[str, Prices] = {}

    def forget(self) -> None:
        """Prices changed, or the file did. Say so after the change is committed."""
        self._kept = {}

    def of(self, article: str, read: Callable[[Callable[[Connection], Prices]], Prices]) -> Prices:
        """An article's prices; `read` runs a function on a connection."""
        kept = self._kept
        found = kept.get(article)
        if found is None:
            found = read(lambda conn: prices_in(conn, article))
            if len(kept) >= KEPT_MAX:
                kept.clear()
            kept[article] = found
        return found


def prices_in(conn: Connection, article: str) -> Prices:
    """All prices of an article and the lists there are; a row that does not read holds up no other."""
    first, last = f"{article}|", f"{article}|\U0010ffff"
    found: list[Price] = []
    lists: dict[str, PriceList] = {}
    rev = 0
    for entity, value in conn.execute(_READ, (CATALOG, first, last, first, last)).fetchall():
        if entity == "cursor":
            rev = value
            continue
        with contextlib.suppress(Damaged):  # Exceptions names it
            if entity == PRICE_LIST:
                one = rows.open_payload(value, PriceList)
                lists[one.id] = one
            else:
                found.append(rows.open_payload(value, Price))
    return Prices(tuple(found), lists, rev)


def changing_in(conn: Connection, after_ms: int, until_ms: int) -> list[str]:
    """The articles of which a price, or a list with one, begins or ends after an instant and until another.

    A price's start is in its key, and most have no end, so few payloads are opened: 100,000 prices take 0.1 s of a core.
    """
    span = (after_ms, until_ms)
    found = conn.execute(_CHANGING, (*span, _ENDLESS, *span, *span, *span))
    return [article for (article,) in found.fetchall()]
