"""Consents at the hub: every word of a customer as it is kept, whoever heard it, and what became of it for the shops."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, select

from kiosk.domain.consents import FILE, Consent
from kiosk.domain.customer import Customer
from sync.hub.places import stores_of
from sync.hub.shop import events
from sync.hub.shop.events import Happened
from sync.hub.storage.bulk import upsert_many
from sync.hub.storage.dialect import erasing
from sync.hub.storage.schema_care import consents

_NUMBERS_PER_QUERY = 400
_COLUMNS = (
    "tenant", "customer", "id", "purpose", "given", "at_ms", "day", "source", "place", "text_version", "heard_by", "known_ms",
)  # fmt: skip


def said(connection: Connection, tenant: str, numbers: Sequence[str]) -> dict[str, list[Consent]]:
    """Every word that is kept of these customers, by number."""
    at, found = consents.c, dict[str, list[Consent]]()
    for start in range(0, len(numbers), _NUMBERS_PER_QUERY):
        part = numbers[start : start + _NUMBERS_PER_QUERY]
        for row in connection.execute(select(consents).where(at.tenant == tenant, at.customer.in_(part))):
            found.setdefault(row.customer, []).append(Consent(*row[2:]))
    return found


def with_row(words: Iterable[Consent], one: Customer | None, zone: str) -> list[Consent]:
    """All that is known of a customer: the kept words, and what the row says of a purpose of which no word was ever kept.

    Customers who were brought in before words were kept have only that.
    """
    found = list(words)
    heard = {word.purpose for word in found}
    return found + [
        Consent(f"file/{purpose}/{day}", purpose, True, begins_ms(day, zone), day, FILE)
        for purpose, day in sorted(one.consents.items() if one is not None else ())
        if purpose not in heard
    ]


def keep(connection: Connection, tenant: str, words: Mapping[str, Sequence[Consent]]) -> None:
    """Keep words, by the customer's number; one that is there already is the same again."""
    rows = [
        (tenant, number, one.id, one.purpose, one.given, one.at_ms, one.day, one.source, one.place, one.text, one.by, one.known_ms)
        for number, all in sorted(words.items())
        for one in {one.id: one for one in all}.values()
    ]  # fmt: skip
    upsert_many(connection, consents, _COLUMNS, rows)


def drop(connection: Connection, tenant: str, numbers: Sequence[str]) -> None:
    """Keep no word of these customers."""
    at = consents.c
    with erasing(connection):
        for start in range(0, len(numbers), _NUMBERS_PER_QUERY):
            part = numbers[start : start + _NUMBERS_PER_QUERY]
            connection.execute(delete(consents).where(at.tenant == tenant, at.customer.in_(part)))


def tell(connection: Connection, tenant: str, kind: str, homes: Mapping[str, Iterable[str]], now_ms: int) -> None:
    """Tell the brands of customers' home stores, by the number, that something became of them. After all that is published."""
    if not homes:
        return
    places = stores_of(connection, tenant)
    brands = {number: {places[store]["brand"] for store in stores if store in places} for number, stores in homes.items()}
    told = [Happened(brand, kind, number, {}) for number in sorted(brands) for brand in sorted(brands[number])]
    events.note(connection, tenant, told, now_ms)


def begins_ms(day: str, zone: str) -> int:
    """When a day (`YYYY-MM-DD`) begins in a time zone, in ms; 0 for what is no day.

    >>> begins_ms("2026-11-22", "Europe/Amsterdam"), begins_ms("2026-22-11", "UTC")
    (1795302000000, 0)
    """
    try:
        return int(datetime.combine(date.fromisoformat(day), time(), ZoneInfo(zone)).timestamp()) * 1_000
    except ValueError:
        return 0
