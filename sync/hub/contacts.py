"""Contact moments: a customer was in contact with somebody who sells or serves. All of it goes with the customer."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from sync.hub.storage.bulk import insert_many
from sync.hub.storage.dialect import erasing
from sync.hub.storage.schema_care import contacts

CHANNELS = ("web", "app", "mail", "phone", "chat", "social", "letter", "store")
ORDER, RECEIPT, ARTICLE, SERVICE = "order", "receipt", "article", "service"
ABOUT = (ORDER, RECEIPT, ARTICLE, SERVICE)
_NUMBERS_PER_QUERY = 400
_COLUMNS = (
    "tenant", "id", "customer", "brand", "country", "channel", "at_ms", "subject", "words", "about", "about_id", "heard_by",
    "known_ms",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact: by which channel, when (ms), in a few words and in full, and what it was about (`about` one of ABOUT)."""

    id: str
    customer: str
    brand: str
    country: str
    channel: str
    at_ms: int
    subject: str
    words: str
    about: str
    about_id: str
    heard_by: str
    known_ms: int


def keep(connection: Connection, tenant: str, one: Contact) -> None:
    """Keep a contact."""
    insert_many(connection, contacts, _COLUMNS, [(tenant, *(getattr(one, name) for name in _COLUMNS[1:]))])


def find(connection: Connection, tenant: str, id: str) -> Contact | None:
    """A contact by its id, or None."""
    row = connection.execute(select(contacts).where(contacts.c.tenant == tenant, contacts.c.id == id)).first()
    return Contact(*row[1:]) if row is not None else None


def listed(
    connection: Connection, tenant: str, customer: str, most: int, place: tuple[str, str] | None = None,
    before: tuple[int, str] | None = None,
) -> list[Contact]:  # fmt: skip
    """The contacts of a customer, the newest first, before the last one seen (at_ms, id); of one (brand, country) or of all."""
    at = contacts.c
    query = select(contacts).where(at.tenant == tenant, at.customer == customer)
    if place is not None:
        query = query.where(at.brand == place[0], at.country == place[1])
    if before is not None:
        query = query.where((at.at_ms < before[0]) | ((at.at_ms == before[0]) & (at.id < before[1])))
    rows = connection.execute(query.order_by(at.at_ms.desc(), at.id.desc()).limit(most))
    return [Contact(*row[1:]) for row in rows]


def drop(connection: Connection, tenant: str, numbers: Sequence[str]) -> None:
    """Keep no contact of these customers."""
    at = contacts.c
    with erasing(connection):
        for start in range(0, len(numbers), _NUMBERS_PER_QUERY):
            part = numbers[start : start + _NUMBERS_PER_QUERY]
            connection.execute(delete(contacts).where(at.tenant == tenant, at.customer.in_(part)))
