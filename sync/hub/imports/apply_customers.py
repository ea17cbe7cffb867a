"""Brings customers into the hub: whoever a file leaves out stays, whoever leaves is forgotten."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import Connection

from kiosk.decoding import read_json
from kiosk.domain.consents import Consent, agreed, news_of_file
from kiosk.domain.customer import Customer
from kiosk.domain.feed import CUSTOMER, DEVICE
from sync.hub import consents, customers, staff
from sync.hub.feedlog import gone, payloads_now, tills_of
from sync.hub.imports.customers import CustomerRow
from sync.hub.imports.faults import Faults
from sync.hub.imports.outcome import Applied, Circumstances
from sync.hub.places import stores_of
from sync.hub.shop import events


def apply_customers(connection: Connection, around: Circumstances, rows: Sequence[CustomerRow], faults: Faults) -> Applied:
    """Bring customers in. Adds to `faults`, and changes nothing, for what was agreed to on a day that is still to come."""
    _find_days_ahead(rows, around.now_ms, faults)
    if faults.count:
        return Applied(len(rows), 0, 0, 0)
    tenant = around.tenant
    before = customers.homes(connection, tenant, [row.customer.number for row in rows])
    rows, words, moved = _agreed(connection, around, rows, before)
    wanted = [
        change for row in rows for change in customers.changes_of(row.customer, row.stores, before.get(row.customer.number, ()))
    ]
    there = payloads_now(connection, tenant, wanted)
    changed = {change.key for change in wanted if there.get(change[:4], b"") != change.payload}
    added = sum(row.customer.number not in before and bool(row.stores) for row in rows)
    left = [row.customer.number for row in rows if not row.stores and row.customer.number in before]
    rev = customers.publish(connection, tenant, wanted)
    customers.keep(connection, tenant, [(row.customer, row.stores) for row in rows if row.stores])
    consents.keep(connection, tenant, words)
    customers.drop(connection, tenant, left)
    consents.tell(connection, tenant, events.CONSENT_CHANGED, moved, around.now_ms)
    consents.tell(connection, tenant, events.CUSTOMER_FORGOTTEN, {number: before[number] for number in left}, around.now_ms)
    for number in left:
        staff.note(connection, tenant, "hub", "customer.forgotten", {"subject": number}, around.now_ms, around.new_id)
    return Applied(len(rows), added, len(changed) - added, rev)


def _agreed(
    connection: Connection, around: Circumstances, rows: Sequence[CustomerRow], before: Mapping[str, Sequence[str]]
) -> tuple[list[CustomerRow], dict[str, list[Consent]], dict[str, Sequence[str]]]:
    """The rows with what stands after their words and all others, the words that are new, and whose agreement is another now.

    What was withdrawn after the day in a file stays withdrawn, however often the file comes.
    """
    tenant, places = around.tenant, stores_of(connection, around.tenant)
    kept = consents.said(connection, tenant, [row.customer.number for row in rows])
    old = _rows_now(connection, tenant, before)
    found: list[CustomerRow] = []
    words, moved = dict[str, list[Consent]](), dict[str, Sequence[str]]()
    for row in rows:
        number, one = row.customer.number, row.customer
        zone = places[row.stores[0]]["zone"] if row.stores else "UTC"
        said = consents.with_row(kept.get(number, ()), old.get(number), zone)
        begins = {day: consents.begins_ms(day, zone) for day in one.consents.values()}
        news = news_of_file(said, one.consents, row.says, begins, around.now_ms) if row.stores else []
        now = agreed([*said, *news])
        if news:
            words[number] = [*said, *news]
        if row.stores and number in before and now != agreed(said):
            moved[number] = row.stores
        found.append(msgspec.structs.replace(row, customer=replace(one, consents=now)) if row.stores else row)
    return found, words, moved


def _rows_now(connection: Connection, tenant: str, before: Mapping[str, Sequence[str]]) -> dict[str, Customer]:
    """Customers as their tills know them now."""
    asked = [gone(DEVICE, tills_of(stores[0]), CUSTOMER, number) for number, stores in before.items()]
    return {key[3]: read_json(payload, Customer) for key, payload in payloads_now(connection, tenant, asked).items() if payload}


def _find_days_ahead(rows: Sequence[CustomerRow], now_ms: int, faults: Faults) -> None:
    latest = (datetime.fromtimestamp(now_ms / 1000, UTC) + timedelta(days=1)).date().isoformat()  # where it is a day later
    for row in rows:
        for purpose, day in row.customer.consents.items():
            if day > latest:
                faults.add(row.line, purpose, day, "this day is still to come: write when it was agreed to")
