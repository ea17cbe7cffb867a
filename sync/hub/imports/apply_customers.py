"""Brings customers into the hub: whoever a file leaves out stays, whoever leaves is forgotten."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from sync.hub import customers, staff
from sync.hub.feedlog import Change, payloads_now
from sync.hub.imports.customers import CustomerRow
from sync.hub.imports.faults import Faults
from sync.hub.imports.outcome import Applied, Circumstances


def apply_customers(connection: Connection, around: Circumstances, rows: Sequence[CustomerRow], faults: Faults) -> Applied:
    """Bring customers in. Adds to `faults`, and changes nothing, for what was agreed to on a day that is still to come."""
    _find_days_ahead(rows, around.now_ms, faults)
    if faults.count:
        return Applied(len(rows), 0, 0, 0)
    tenant = around.tenant
    before = customers.homes(connection, tenant, [row.customer.number for row in rows])
    changes: dict[str, list[Change]] = {
        row.customer.number: customers.changes_of(row.customer, row.stores, before.get(row.customer.number, ())) for row in rows
    }
    wanted = [change for each in changes.values() for change in each]
    there = payloads_now(connection, tenant, wanted)
    changed = {change.key for change in wanted if there.get(change[:4], b"") != change.payload}
    added = sum(row.customer.number not in before and bool(row.stores) for row in rows)
    left = [row.customer.number for row in rows if not row.stores and row.customer.number in before]
    rev = customers.publish(connection, tenant, wanted)
    customers.keep(connection, tenant, [(row.customer, row.stores) for row in rows if row.stores])
    customers.drop(connection, tenant, left)
    for number in left:
        staff.note(connection, tenant, "hub", "customer.forgotten", {"subject": number}, around.now_ms, around.new_id)
    return Applied(len(rows), added, len(changed) - added, rev)


def _find_days_ahead(rows: Sequence[CustomerRow], now_ms: int, faults: Faults) -> None:
    latest = (datetime.fromtimestamp(now_ms / 1000, UTC) + timedelta(days=1)).date().isoformat()  # where it is a day later
    for row in rows:
        for purpose, day in row.customer.consents.items():
            if day > latest:
                faults.add(row.line, purpose, day, "this day is still to come: write when it was agreed to")
