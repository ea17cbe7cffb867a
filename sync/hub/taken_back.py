"""What came back of each receipt, over all stores: every till is told, and goods that came back twice become a task.

A terminal that was cut off cannot know what another one took back. So nothing is refused here: the money is gone. What was
given twice is shown to a person, with both receipts.
"""

from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy import Connection, insert, select

from kiosk.domain.facts import Fact
from kiosk.domain.feed import DEVICE, ReturnedLine
from kiosk.domain.returning import Back
from sync.hub import feedlog
from sync.hub.places import stores_of
from sync.hub.storage.bulk import upsert_many
from sync.hub.storage.dialect import lock_name
from sync.hub.storage.schema import tasks
from sync.hub.storage.schema_returns import returned_lines

TWICE = "return.twice"
"""The task for a line of which more came back than was sold."""

_COLUMNS = ("tenant", "receipt", "line", "dev", "quantity_milli", "sold_milli")


def take_back(
    connection: Connection, tenant: str, fact: Fact, backs: Sequence[Back], made: tuple[int, Callable[[], str]]
) -> list[feedlog.Change]:
    """Count what a fact brings back; gives the rows that tell the tills of the store that sold and of the one that took."""
    changes: list[feedlog.Change] = []
    now_ms, new_id = made
    for back in backs:
        lock_name(connection, f"returned {tenant} {back.receipt}")
        row = (tenant, back.receipt, back.line, fact.dev, back.quantity_milli, back.sold_milli)
        upsert_many(connection, returned_lines, _COLUMNS, [row], added=("quantity_milli",))
        at = returned_lines.c
        mine = (at.tenant == tenant) & (at.receipt == back.receipt) & (at.line == back.line)
        by = {dev: int(milli) for dev, milli in connection.execute(select(at.dev, at.quantity_milli).where(mine))}
        changes += _told(connection, tenant, fact, ReturnedLine(back.receipt, back.line, by))
        if back.quantity_milli > 0 and back.sold_milli < sum(by.values()):
            _ask_somebody(connection, tenant, fact, back, by, (now_ms, new_id()))
    return changes


def _told(connection: Connection, tenant: str, fact: Fact, row: ReturnedLine) -> list[feedlog.Change]:
    sold_at = row.receipt.partition("-")[0]
    stores = {fact.place.store} | ({sold_at} & set(stores_of(connection, tenant)))
    key = f"{row.receipt}|{row.line}"
    return [feedlog.change(DEVICE, store, "returned", key, row) for store in sorted(stores)]


def _ask_somebody(
    connection: Connection, tenant: str, fact: Fact, back: Back, by: dict[str, int], made: tuple[int, str]
) -> None:
    detail = {
        "receipt": back.receipt, "line": back.line, "name": back.name, "sold_milli": back.sold_milli,
        "returned_milli": sum(by.values()), "again": str(fact.body.get("receipt", "")), "by": sorted(by),
    }  # fmt: skip
    values = {
        "id": made[1], "tenant": tenant, "store": fact.place.store, "kind": TWICE,
        "detail": msgspec.json.encode(detail).decode(), "at_ms": made[0], "done_ms": 0,
    }  # fmt: skip
    connection.execute(insert(tasks).values(**values))
