"""Customers at the hub: told to the tills of their home stores, found by whole number or telephone, and forgotten for good."""

import json
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from kiosk.decoding import read_json
from kiosk.domain.consents import TILL, Consent
from kiosk.domain.customer import NUMBER_MAX, Customer
from kiosk.domain.errors import Refused
from kiosk.domain.feed import CUSTOMER, DEVICE
from kiosk.domain.newcustomer import check
from sync.hub import consents, contacts, feedlog, services, snapshots
from sync.hub.core import Device
from sync.hub.places import stores_of
from sync.hub.problems import HubProblem
from sync.hub.shop import events
from sync.hub.staff import note
from sync.hub.storage.bulk import upsert_many
from sync.hub.storage.dialect import erasing, lock_name
from sync.hub.storage.schema import tasks
from sync.hub.storage.schema_customers import customers
from sync.protocol.messages import CustomerEnrolled, EnrolCustomer

Made = tuple[int, Callable[[], str]]
"""The instant (ms), and how what is new gets its id."""

CARD_TAKEN = "customer.card_taken"
"""The task for a card that two tills gave to two people: the second one has to be asked for another."""

FOUND_MAX = 8
ROWS_AT_ONCE = 500
"""Rows in one revision. A terminal takes each in a transaction of its own, so that no sale stands behind fifty thousand of them;
and the log of everything else is kept, which one large revision would end (feedlog.LOG_ROWS_MAX).
"""

_NUMBERS_PER_QUERY = 400
_COLUMNS = ("tenant", "number", "phone", "stores")


def homes(connection: Connection, tenant: str, numbers: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The home stores of those of these customers that are known."""
    at, found = customers.c, dict[str, tuple[str, ...]]()
    for start in range(0, len(numbers), _NUMBERS_PER_QUERY):
        part = numbers[start : start + _NUMBERS_PER_QUERY]
        query = select(at.number, at.stores).where(at.tenant == tenant, at.number.in_(part))
        found.update((number, tuple(json.loads(stores))) for number, stores in connection.execute(query))
    return found


def changes_of(one: Customer, stores: Collection[str], before: Collection[str]) -> list[feedlog.Change]:
    """What the tills of the home stores are told, and those of stores that are home no longer; of no store: forgotten."""
    told = [feedlog.change(DEVICE, feedlog.tills_of(store), CUSTOMER, one.number, one) for store in stores]
    return told + [feedlog.gone(DEVICE, feedlog.tills_of(store), CUSTOMER, one.number) for store in before if store not in stores]


def publish(connection: Connection, tenant: str, changes: Sequence[feedlog.Change]) -> int:
    """Publish rows of customers, store by store and a few at a time; what is gone is gone from the log too. Gives the revision."""
    changes, rev = sorted(changes), feedlog.head(connection, tenant)
    gone = {(change.audience, change.key) for change in changes if not change.payload}
    with erasing(connection):
        for start in range(0, len(changes), ROWS_AT_ONCE):
            rev = feedlog.publish(connection, tenant, changes[start : start + ROWS_AT_ONCE])
        if gone:
            feedlog.scrub(connection, tenant, DEVICE, CUSTOMER, gone)
            snapshots.drop(connection, tenant, DEVICE)
    return rev


def keep(connection: Connection, tenant: str, found: Sequence[tuple[Customer, Sequence[str]]]) -> None:
    """Note who is known by which number and telephone, and of which stores."""
    rows = [(tenant, one.number, one.phone, json.dumps(list(stores))) for one, stores in found]
    upsert_many(connection, customers, _COLUMNS, rows)


def drop(connection: Connection, tenant: str, numbers: Sequence[str]) -> None:
    """Know these customers no longer, nor anything that they or others said of them."""
    at = customers.c
    for forget in (consents.drop, contacts.drop, services.forget):
        forget(connection, tenant, numbers)
    with erasing(connection):
        for start in range(0, len(numbers), _NUMBERS_PER_QUERY):
            part = numbers[start : start + _NUMBERS_PER_QUERY]
            connection.execute(delete(customers).where(at.tenant == tenant, at.number.in_(part)))


def find(connection: Connection, tenant: str, number: str, phone: str) -> list[Customer]:
    """Customers of any store of the tenant by a card's whole number or a whole telephone number (E.164); the few there are.

    Not by name: whoever may look among the customers of a store could else leaf through those of the whole chain.
    """
    at = customers.c
    meant = (at.number == number) if number else (at.phone == phone)
    if not (number or phone):
        return []
    query = select(at.number, at.stores).where(at.tenant == tenant, meant).order_by(at.number).limit(FOUND_MAX)
    found: list[Customer] = []
    for one, stores in connection.execute(query).all():
        audience = feedlog.tills_of(json.loads(stores)[0])
        payload = feedlog.row_now(connection, tenant, DEVICE, audience, CUSTOMER, one)
        if payload:
            found.append(read_json(payload, Customer))
    return found


def enrol(connection: Connection, device: Device, ask: EnrolCustomer, made: Made) -> CustomerEnrolled:
    """Take in who became a customer at a till; its store is their home. A card that is somebody's already is a task for a person.

    Raises HubProblem("customer.invalid") for what can be no customer. The same person again, after an answer was lost, is kept.
    """
    now_ms, new_id = made
    one = ask.customer
    latest = (datetime.fromtimestamp(now_ms / 1000, UTC) + timedelta(days=1)).date().isoformat()  # where it is a day later
    try:
        check(one, latest)
    except Refused as error:
        raise HubProblem("customer.invalid", reason=error.code) from error
    feedlog.hold(connection, device.tenant)
    lock_name(connection, f"customer {device.tenant} {one.number}")
    before = find(connection, device.tenant, one.number, "")
    if before:
        same = (before[0].name, before[0].phone) == (one.name, one.phone)
        if not same:
            detail = json.dumps({"number": one.number, "by": ask.by[:NUMBER_MAX]})
            values = {"id": new_id(), "tenant": device.tenant, "store": device.store, "kind": CARD_TAKEN}
            connection.execute(insert(tasks).values(**values, detail=detail, at_ms=now_ms, done_ms=0))
        return CustomerEnrolled(one.number, "kept" if same else "taken")
    keep(connection, device.tenant, [(one, (device.store,))])
    consents.keep(connection, device.tenant, {one.number: _words(connection, device, ask, now_ms)})
    publish(connection, device.tenant, changes_of(one, (device.store,), ()))
    if one.consents:
        consents.tell(connection, device.tenant, events.CONSENT_CHANGED, {one.number: (device.store,)}, now_ms)
    who = f"{device.store}-{device.terminal}"
    note(connection, device.tenant, who, "customer.enrolled", {"subject": one.number, "by": ask.by[:NUMBER_MAX]}, now_ms, new_id)
    return CustomerEnrolled(one.number, "kept")


def _words(connection: Connection, device: Device, ask: EnrolCustomer, now_ms: int) -> list[Consent]:
    """What a new customer said at a till, each word by its day."""
    zone = stores_of(connection, device.tenant)[device.store]["zone"]
    return [
        Consent(
            f"till/{purpose}/{day}", purpose, True, consents.begins_ms(day, zone), day, TILL, device.store, "",
            ask.by[:NUMBER_MAX], now_ms,
        )
        for purpose, day in sorted(ask.customer.consents.items())
    ]  # fmt: skip
