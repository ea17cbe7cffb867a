"""Forgets what the feed's log holds beyond its days, so that a terminal from before takes a snapshot instead.

The log has no times. Once a day it is marked how far it was; what lies up to a mark that is old enough is older still.
"""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, delete, select, update

from kiosk.decoding import read_json
from kiosk.domain.feed import SCOPES
from sync.hub import feedlog
from sync.hub.storage.dialect import upsert
from sync.hub.storage.schema import feed_digest, feed_log, meta, tenants

DAY_MS = 86_400_000
MARK_EVERY_MS = 20 * 3_600_000
"""A little less than a day, so that a daily round never finds the last mark too young."""

ROWS_AT_ONCE = 5_000
"""Rows to delete in one transaction: pushes come in between."""


class Mark(msgspec.Struct, frozen=True, array_like=True):
    """The newest revision at a time (ms)."""

    at_ms: int
    rev: int


def tenants_of(connection: Connection) -> Sequence[str]:
    """Everybody who has a feed."""
    return connection.scalars(select(tenants.c.tenant).order_by(tenants.c.tenant)).all()


def raise_floor(connection: Connection, tenant: str, now_ms: int, keep_days: int) -> int:
    """Mark how far the log is, and let go of what was published more than so many days ago; gives the floor."""
    head, floor = feedlog.hold(connection, tenant), feedlog.floor(connection, tenant)
    # A mark from the future was made by a wrong clock: without it more is kept, never less.
    marks = [mark for mark in _marks(connection, tenant) if mark.at_ms <= now_ms]
    old = [mark for mark in marks if mark.at_ms <= now_ms - keep_days * DAY_MS]
    kept = marks[len(old) :]
    if not kept or now_ms - kept[-1].at_ms >= MARK_EVERY_MS:
        kept.append(Mark(now_ms, head))
    _keep_marks(connection, tenant, kept)
    if old and old[-1].rev > floor:
        floor = min(old[-1].rev, head)
        connection.execute(update(tenants).where(tenants.c.tenant == tenant).values(floor=floor))
    return floor


def sweep(connection: Connection, tenant: str, rows_max: int = ROWS_AT_ONCE) -> int:
    """Delete some of the log that lies at or below the floor; gives how many rows: 0 when nothing is left of it.

    With the last of it go the digests that no cursor can ask for any more.
    """
    floor, log, count = feedlog.floor(connection, tenant), feed_log.c, 0
    for scope in SCOPES:
        mine = (log.tenant == tenant) & (log.scope == scope) & (log.rev <= floor)
        last = select(log.rev).where(mine).order_by(log.rev, log.n).offset(rows_max - 1).limit(1)
        cut = connection.scalar(last)
        count += connection.execute(delete(feed_log).where(mine, log.rev <= (floor if cut is None else cut))).rowcount
    if not count:
        _sweep_digests(connection, tenant, floor)
    return count


def _sweep_digests(connection: Connection, tenant: str, floor: int) -> None:
    """Of each audience the newest digest at or below the floor stays: it holds there, and up to the next."""
    old, later = feed_digest, feed_digest.alias("later")
    replaced = (
        select(later.c.rev)
        .where(
            later.c.tenant == old.c.tenant, later.c.scope == old.c.scope, later.c.audience == old.c.audience,
            later.c.rev > old.c.rev, later.c.rev <= floor,
        )
        .exists()
    )  # fmt: skip
    connection.execute(delete(old).where(old.c.tenant == tenant, old.c.rev < floor, replaced))


def _name(tenant: str) -> str:
    return f"feed.marks {tenant}"


def _marks(connection: Connection, tenant: str) -> list[Mark]:
    found = connection.scalar(select(meta.c.value).where(meta.c.name == _name(tenant)))
    return read_json(found, list[Mark]) if found else []


def _keep_marks(connection: Connection, tenant: str, marks: list[Mark]) -> None:
    value = msgspec.json.encode(marks).decode()
    statement = upsert(connection, meta).values(name=_name(tenant), value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
