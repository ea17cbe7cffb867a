"""One article over all places, as a person looks at it: finding it, what is where since when, and what moved it."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from kiosk.decoding import read_json
from kiosk.domain.catalog import Article
from kiosk.domain.feed import CATALOG
from sync.hub.storage.dialect import holds_text
from sync.hub.storage.schema import feed_now, stock_movements, terminals

LETTERS_MIN = 2
LOOKED_AT_MAX = 2_000
FOUND_MAX = 50
MOVEMENTS_MAX = 50


@dataclass(frozen=True, slots=True)
class Movement:
    """Goods came or went: when (ms), how much (thousandths), why, and by which terminal (its number; empty: the hub)."""

    at_ms: int
    quantity_milli: int
    reason: str
    terminal: str


def found(connection: Connection, tenant: str, asked: str) -> list[Article]:
    """Articles whose number, barcode, name, brand, colour or size has every word; nothing for less than two letters."""
    wanted = asked.casefold().split()
    if sum(map(len, wanted)) < LETTERS_MIN:
        return []
    at = feed_now.c
    query = select(at.payload).where(at.tenant == tenant, at.scope == CATALOG, at.entity == "article")
    for word in (word for word in wanted if word.isascii()):  # another word may have a case that only Python knows
        query = query.where(holds_text(connection, at.payload, word))
    there = []
    for payload in connection.scalars(query.order_by(at.key).limit(LOOKED_AT_MAX)):
        one = read_json(bytes(payload), Article)
        if all(word in _text(one) for word in wanted):
            there.append(one)
        if len(there) > FOUND_MAX:
            break
    exact = [one for one in there if asked.strip() in (one.id, *one.barcodes)]
    return exact or there


def _text(one: Article) -> str:
    return " ".join((one.id, one.style, *one.names.values(), one.brand, one.colour, one.size, *one.barcodes)).casefold()


def movements(connection: Connection, tenant: str, store: str, article: str) -> list[Movement]:
    """What moved an article at a store last, the newest first."""
    at = stock_movements.c
    theirs = select(terminals.c.dev, terminals.c.terminal).where(terminals.c.tenant == tenant, terminals.c.store == store)
    numbers = {row.dev: row.terminal for row in connection.execute(theirs)}
    query = (
        select(at.at_ms, at.quantity_milli, at.reason, at.dev)
        .where(at.tenant == tenant, at.store == store, at.article == article)
        .order_by(at.at_ms.desc())
        .limit(MOVEMENTS_MAX)
    )
    return [
        Movement(int(row.at_ms), int(row.quantity_milli), row.reason, numbers.get(row.dev, "")) for row in connection.execute(query)
    ]
