"""Tells every terminal which stores the hub hears: a figure that did not change for days is no older than that."""

from sqlalchemy import Connection, and_, func, select

from kiosk.domain.feed import CATALOG, CONTACT, StoreContact
from sync.hub import feedlog
from sync.hub.storage.schema import terminals
from sync.hub.storage.schema_held import terminal_states

SILENT_MS = 15 * 60_000
"""A terminal tells how it is every five minutes; a store of which three of these did not come is silent."""

_SAME = and_(*(terminal_states.c[name] == terminals.c[name] for name in ("tenant", "store", "dev", "inc")))


def tell(connection: Connection, tenant: str, now_ms: int) -> int:
    """Publish what changed. A store is heard while one of its tills is. Always gives 0: there is no more of it to do."""
    at = terminals.c
    seen = func.max(at.last_seen_ms), func.max(func.coalesce(terminal_states.c.heard_ms, 0))
    query = (
        select(at.store, *seen)
        .outerjoin(terminal_states, _SAME)
        .where(at.tenant == tenant, at.revoked_ms == 0, at.kind == "till")
        .group_by(at.store)
    )
    changes: list[feedlog.Change] = []
    for store, pushed_ms, told_ms in connection.execute(query):
        heard_ms = max(int(pushed_ms), int(told_ms))
        since_ms = heard_ms if now_ms - heard_ms > SILENT_MS else 0
        changes.append(feedlog.change(CATALOG, feedlog.EVERYWHERE, CONTACT, store, StoreContact(store, since_ms)))
    feedlog.publish(connection, tenant, changes)
    return 0
