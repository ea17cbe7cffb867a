"""Finds the sale of a receipt number among millions of facts without an index of its own: numbers rise with a terminal's facts."""

from typing import Any

from sqlalchemy import Connection, select

from kiosk.domain.facts import SALE_COMPLETED, SALE_VOIDED
from kiosk.domain.receipt import ReceiptNumber, parse_receipt
from sync.hub.reading import open_fact
from sync.hub.storage.schema import facts, terminals
from sync.hub.storage.schema_returns import returned_lines
from sync.protocol.messages import ReceiptReply

_NUMBERED = (SALE_COMPLETED, SALE_VOIDED)
"""Kinds that take a receipt number."""


def find_receipt(connection: Connection, tenant: str, text: str) -> ReceiptReply:
    """The fact of a receipt and what came back of it, in whichever store; an empty fact where nobody here knows it.

    A binary search over the terminal's facts: some twenty reads by key, however many there are.
    """
    wanted = parse_receipt(text)
    data = _fact(connection, tenant, wanted) if wanted is not None else None
    if data is None:
        return ReceiptReply(b"", [])
    at = returned_lines.c
    rows = connection.execute(
        select(at.line, at.dev, at.quantity_milli).where(at.tenant == tenant, at.receipt == str(wanted)).order_by(at.line, at.dev)
    )
    return ReceiptReply(data, [(int(line), str(dev), int(milli)) for line, dev, milli in rows])


def _fact(connection: Connection, tenant: str, wanted: ReceiptNumber) -> bytes | None:
    of = terminals.c
    mine = (of.tenant == tenant) & (of.store == wanted.store) & (of.terminal == wanted.terminal) & (of.series == wanted.series)
    row = connection.execute(select(of.dev, of.inc, of.next_seq).where(mine)).first()
    if row is None:
        return None
    low, high = 1, int(row.next_seq) - 1
    while low <= high:
        middle = (low + high) // 2
        found = _first_numbered(connection, (tenant, wanted.store, row.dev, row.inc), middle, high)
        if found is None:
            high = middle - 1
            continue
        seq, data = found
        number = open_fact(data).body.get("number")
        if number == wanted.number:
            return data
        if isinstance(number, int) and number < wanted.number:
            low = seq + 1
        else:
            high = middle - 1
    return None


def _first_numbered(connection: Connection, whose: tuple[str, str, Any, Any], low: int, high: int) -> tuple[int, bytes] | None:
    """The first fact with a receipt number from `low` on, up to `high`."""
    tenant, store, dev, inc = whose
    at = facts.c
    mine = (at.tenant == tenant) & (at.store == store) & (at.dev == dev) & (at.inc == inc)
    query = select(at.seq, at.data).where(mine, at.seq >= low, at.seq <= high, at.kind.in_(_NUMBERED))
    found = connection.execute(query.order_by(at.seq).limit(1)).first()
    return (int(found.seq), bytes(found.data)) if found is not None else None
