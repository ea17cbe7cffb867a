"""What a person does with what is offered: bring price lists, prices and tenders in."""

from collections.abc import Callable

import msgspec
from sqlalchemy import Connection

from kiosk.domain.catalog import BASE
from kiosk.domain.feed import CATALOG
from kiosk.domain.pricelist import PriceList
from sync.hub import feedlog, price_report, snapshots, staff
from sync.hub.core import Hub
from sync.hub.imports import apply_customers, apply_offers, apply_prices, apply_promotions
from sync.hub.imports.customers import CustomerRow
from sync.hub.imports.faults import Faults
from sync.hub.imports.outcome import Applied, Circumstances, Imported, imported
from sync.hub.imports.pause import collector_paused
from sync.hub.imports.prices import ListRow, PriceRow
from sync.hub.imports.promotions import PromotionRow
from sync.hub.imports.tenders import TenderRow
from sync.hub.places import stores_of, the_tenant
from sync.hub.price_report import PriceReport

SNAPSHOT_AFTER_ROWS = 2_000
"""After an import of this size a snapshot is made at once, so that no terminal has to wait for it."""


class AskOffers(msgspec.Struct, frozen=True):
    """What does a file of prices, promotions or tenders have to fit to?"""

    tenant: str = ""


class OffersContext(msgspec.Struct, frozen=True):
    """The stores and their places, the price lists with the base list among them, and the categories."""

    places: dict[str, dict[str, str]]
    lists: dict[str, PriceList]
    base: PriceList
    categories: list[str]


class ImportPriceLists(msgspec.Struct, frozen=True):
    """Bring price lists in that were read and found sound."""

    rows: list[ListRow]
    tenant: str = ""


class ImportPrices(msgspec.Struct, frozen=True):
    """Bring prices in."""

    rows: list[PriceRow]
    tenant: str = ""


class ImportTenders(msgspec.Struct, frozen=True):
    """Bring tenders in."""

    rows: list[TenderRow]
    tenant: str = ""


class ImportPromotions(msgspec.Struct, frozen=True):
    """Bring promotions in."""

    rows: list[PromotionRow]
    tenant: str = ""


class ImportCustomers(msgspec.Struct, frozen=True):
    """Bring customers in, and forget those who leave."""

    rows: list[CustomerRow]
    tenant: str = ""


class ReportPrices(msgspec.Struct, frozen=True):
    """Report the sales that come out otherwise; of a store or all, of a business day or all."""

    store: str = ""
    day: str = ""
    tenant: str = ""


def offers_context(hub: Hub, ask: AskOffers) -> OffersContext:
    """What a file is checked against before it is sent."""

    def read(connection: Connection) -> OffersContext:
        tenant = the_tenant(connection, ask.tenant)
        places = stores_of(connection, tenant)
        lists = apply_prices.price_lists(connection, tenant)
        categories = [key for _, key, _ in feedlog.rows_now(connection, tenant, CATALOG, "category")]
        return OffersContext(places, lists, lists.get(BASE) or _base_of(places), sorted(categories))

    return hub.storage.call(read)


def _base_of(places: dict[str, dict[str, str]]) -> PriceList:
    """The list that every store has, while nobody had to say more of it: in the currency and zone of the first store."""
    first = next(iter(places.values()), {"currency": "", "zone": "UTC"})
    return PriceList(BASE, BASE, first["currency"], zone=first["zone"])


def report_prices(hub: Hub, ask: ReportPrices) -> PriceReport:
    """The sales that were computed again, and those that came out otherwise than their till said."""
    return hub.storage.look(lambda c: price_report.prices(c, the_tenant(c, ask.tenant), ask.store, ask.day))


def import_price_lists(hub: Hub, ask: ImportPriceLists) -> Imported:
    """Bring price lists in."""
    return _bring(hub, ask.tenant, "pricelists", lambda c, around, _: apply_offers.apply_price_lists(c, around, ask.rows))


def import_prices(hub: Hub, ask: ImportPrices) -> Imported:
    """Bring prices in, and make a snapshot when there are many."""
    done = _bring(hub, ask.tenant, "prices", lambda c, around, faults: apply_prices.apply_prices(c, around, ask.rows, faults))
    if done.added + done.changed > SNAPSHOT_AFTER_ROWS:
        snapshots.make(hub, hub.storage.call(lambda connection: the_tenant(connection, ask.tenant)), "catalog")
        snapshots.forget_old_chunks(hub)
    return done


def import_tenders(hub: Hub, ask: ImportTenders) -> Imported:
    """Bring tenders in."""
    return _bring(hub, ask.tenant, "tenders", lambda c, around, _: apply_offers.apply_tenders(c, around, ask.rows))


def import_promotions(hub: Hub, ask: ImportPromotions) -> Imported:
    """Bring promotions in."""
    work = apply_promotions.apply_promotions
    return _bring(hub, ask.tenant, "promotions", lambda c, around, faults: work(c, around, ask.rows, faults))


def import_customers(hub: Hub, ask: ImportCustomers) -> Imported:
    """Bring customers in, and forget those who leave."""
    work = apply_customers.apply_customers
    return _bring(hub, ask.tenant, "customers", lambda c, around, faults: work(c, around, ask.rows, faults))


def _bring(hub: Hub, wanted: str, kind: str, work: Callable[[Connection, Circumstances, Faults], Applied]) -> Imported:
    """Do an import in one transaction, with what is published standing still, and say in the audit that it was done."""

    def keep(connection: Connection) -> Imported:
        faults = Faults()  # made here: a transaction may be run again
        around = Circumstances(the_tenant(connection, wanted), hub.world.now_ms(), hub.world.new_id)
        feedlog.hold(connection, around.tenant)
        applied = work(connection, around, faults)
        if not faults.count and applied.added + applied.changed:
            detail = {"subject": f"{applied.rows} rows, {applied.added} new, {applied.changed} changed, revision {applied.rev}"}
            staff.note(connection, around.tenant, "hub", f"{kind}.imported", detail, around.now_ms, around.new_id)
        return imported(kind, applied, faults)

    with collector_paused():
        return hub.storage.call(keep)
