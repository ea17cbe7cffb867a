"""What somebody agrees to or not any more, outside of a till: kept, and told to the tills of their stores and to the shops."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from kiosk.decoding import read_json
from kiosk.domain.consents import Consent, agreed
from kiosk.domain.customer import CONSENTS, RECEIPT_BY_MAIL, Customer
from kiosk.domain.feed import CUSTOMER, DEVICE
from sync.hub import consents, customers, feedlog
from sync.hub.places import stores_of
from sync.hub.problems import HubProblem
from sync.hub.shop import events


def known(connection: Connection, tenant: str, number: str) -> tuple[Customer, tuple[str, ...]] | None:
    """A customer with their home stores; None for nobody."""
    stores = customers.homes(connection, tenant, [number]).get(number, ())
    payload = feedlog.row_now(connection, tenant, DEVICE, feedlog.tills_of(stores[0]), CUSTOMER, number) if stores else b""
    return (read_json(payload, Customer), stores) if payload else None


def history(connection: Connection, tenant: str, one: Customer, stores: Sequence[str]) -> list[Consent]:
    """Every word of a customer, the newest first."""
    kept = consents.said(connection, tenant, [one.number]).get(one.number, [])
    return sorted(consents.with_row(kept, one, zone_of(connection, tenant, stores)), key=lambda word: word.rank, reverse=True)


def zone_of(connection: Connection, tenant: str, stores: Sequence[str]) -> str:
    """The time zone of a customer's first home store: their days are meant there."""
    places = stores_of(connection, tenant)
    return next((places[store]["zone"] for store in stores if store in places), "UTC")


def agree(connection: Connection, tenant: str, number: str, word: Consent) -> None:
    """Take a word in; its day follows from its instant. The same word again changes nothing.

    Raises HubProblem for nobody, for a purpose that there is none of, and for receipts by mail without an address.
    """
    feedlog.hold(connection, tenant)  # the row is written whole: nobody may write it meanwhile, no file either
    there = known(connection, tenant, number)
    if there is None:
        raise HubProblem("shop.none", what="customer", id=number[:60])
    one, stores = there
    if word.purpose not in CONSENTS:
        raise HubProblem("request.argument", name="purpose", value=word.purpose[:40], wanted=f"one of {', '.join(CONSENTS)}")
    if word.given and word.purpose == RECEIPT_BY_MAIL and not one.email:
        raise HubProblem("shop.no_address", purpose=word.purpose)
    before = history(connection, tenant, one, stores)
    if word.id in {old.id for old in before}:
        return
    zone = ZoneInfo(zone_of(connection, tenant, stores))
    word = replace(word, day=datetime.fromtimestamp(word.at_ms / 1_000, UTC).astimezone(zone).date().isoformat())
    consents.keep(connection, tenant, {number: [*before, word]})
    after = agreed([*before, word])
    if after != dict(one.consents):
        changes = customers.changes_of(replace(one, consents=after), stores, stores)
        customers.publish(connection, tenant, changes)
        consents.tell(connection, tenant, events.CONSENT_CHANGED, {number: stores}, word.known_ms)
