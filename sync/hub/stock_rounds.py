"""The regular work on stock: what nobody claimed is let go, leases end, and rights are shared out again."""

from collections.abc import Callable
from functools import partial

from sqlalchemy import Connection

from sync.hub import contact, put_back, reservations, stock_grants, stock_leases, stops
from sync.hub.places import stores_of
from sync.hub.stock_projecting import mark_to_share

Step = Callable[[Connection], int]


def steps(tenant: str, now_ms: int, whole: bool = False) -> list[Step]:
    """One round for a tenant; `whole` has all looked at that is shared. Each step is a transaction of its own, done again while
    it gives something: what it publishes holds the tenant's row, and whoever holds that takes no stock any more.
    """
    again: list[Step] = [
        partial(stops.look_again, tenant=tenant, now_ms=now_ms),
        partial(reservations.expire, tenant=tenant, now_ms=now_ms),
        partial(stock_leases.take_back, tenant=tenant, now_ms=now_ms),
        partial(stock_grants.share, tenant=tenant, now_ms=now_ms),
        partial(put_back.judge, tenant=tenant, now_ms=now_ms),
        partial(contact.tell, tenant=tenant, now_ms=now_ms),
    ]
    return [partial(_mark_all, tenant=tenant), *again] if whole else again


def _mark_all(connection: Connection, tenant: str) -> int:
    for store in sorted(stores_of(connection, tenant)):
        mark_to_share(connection, tenant, store)
    return 0
