"""Leases: rights that end by themselves, so that those of a terminal that stays away come back without anybody's word.

The terminal counts the term from the moment it sent its request; the hub counts it from the later moment it answered, and
adds a margin. A promise made under a lease holds for good only when the hub has heard of it before the lease is over.
"""

from sqlalchemy import Connection, and_, select, update

from kiosk.domain.stockrules import MINUTE_MS
from sync.hub import epochs, feedlog, stock_holding
from sync.hub import stock_accounts as accounts
from sync.hub.core import Device
from sync.hub.stock import rules_of
from sync.hub.storage.schema_stock import rights_devices
from sync.protocol.messages import LeaseReply

MARGIN_MS = 5 * MINUTE_MS
"""More than two clocks that run at their own pace come apart in the longest lease that makes sense (a day)."""


def give(connection: Connection, device: Device, now_ms: int) -> LeaseReply:
    """A lease for all rights of a terminal, or its lease made longer; number 0 where the store has none."""
    epochs.require_open(connection, device.tenant)
    term_ms = rules_of(connection, device.tenant, device.store).lease_minutes * MINUTE_MS
    if not term_ms:
        return LeaseReply(0, 0, 0)
    accounts.make_device(connection, device.tenant, device.dev)
    at = rights_devices.c
    mine = and_(at.tenant == device.tenant, at.dev == device.dev)
    row = connection.execute(select(rights_devices).where(mine).with_for_update()).one()
    no = row.lease_no if row.lease_no > row.leases_over else row.leases_over + 1
    until_ms = now_ms + term_ms + MARGIN_MS
    connection.execute(update(rights_devices).where(mine).values(lease_no=no, lease_until_ms=until_ms))
    feedlog.give_out(connection, device.tenant)
    return LeaseReply(no, term_ms, row.grant_no)


def take_back(connection: Connection, tenant: str, now_ms: int) -> int:
    """Take the rights of one terminal back whose lease is over; gives 1 when there was one. The rows are held in everybody's order.

    None while the hub may have forgotten a later end.
    """
    if epochs.state(connection, tenant).state != epochs.OPEN:
        return 0
    at = rights_devices.c
    is_late = and_(at.tenant == tenant, at.lease_no > at.leases_over, at.lease_until_ms <= now_ms)
    dev = connection.scalar(select(at.dev).where(is_late).order_by(at.dev).limit(1))
    if dev is None:
        return 0
    stock_holding.hold_rights(connection, tenant, dev)
    row = connection.execute(select(rights_devices).where(is_late, at.dev == dev).with_for_update()).first()
    if row is None:
        return 1  # it was made longer meanwhile: look again who is late
    mine = and_(at.tenant == tenant, at.dev == dev)
    connection.execute(update(rights_devices).where(mine).values(leases_over=row.lease_no, lease_until_ms=0))
    accounts.take_back(connection, tenant, dev)
    return 1
