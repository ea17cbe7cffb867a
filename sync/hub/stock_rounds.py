"""The regular work on stock: what nobody claimed is let go, leases end, and rights are shared out again."""

from sqlalchemy import Connection, select

from sync.hub import put_back, reservations, stock_grants, stock_leases
from sync.hub.storage.schema import tenants


def stock_round(connection: Connection, now_ms: int, whole: bool = False) -> int:
    """One round for every tenant; `whole` has all looked at that is shared. Gives how many articles were: more may wait."""
    count = 0
    for tenant in connection.scalars(select(tenants.c.tenant).order_by(tenants.c.tenant)).all():
        reservations.expire(connection, tenant, now_ms)
        stock_leases.take_back(connection, tenant, now_ms)
        count += stock_grants.share(connection, tenant, now_ms, whole)
        put_back.judge(connection, tenant, now_ms)  # it holds stock, which nobody does before marks
    return count
