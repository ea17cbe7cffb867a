"""What a person does at the hub about deliveries: operations, as in `operations.py`."""

import zoneinfo
from datetime import date, datetime

import msgspec
from sqlalchemy import Connection

from sync.hub import feedlog, staff
from sync.hub.core import Hub
from sync.hub.deliveries import DeliveryReport, delivery_report
from sync.hub.imports.apply_notices import apply_notices
from sync.hub.imports.faults import Faults
from sync.hub.imports.notices import NoticeRow
from sync.hub.imports.outcome import Circumstances, Imported, imported
from sync.hub.places import known_store, the_tenant
from sync.hub.problems import HubProblem


class ImportNotices(msgspec.Struct, frozen=True):
    """Bring delivery notices in that were read and found sound."""

    rows: list[NoticeRow]
    tenant: str = ""


class ReportDeliveries(msgspec.Struct, frozen=True):
    """Report what came to a store and what is to come; business days `YYYY-MM-DD`, `first` empty: the month of `last`.

    `last` empty is today in the store's zone.
    """

    store: str
    first: str = ""
    last: str = ""
    tenant: str = ""


def import_notices(hub: Hub, ask: ImportNotices) -> Imported:
    """Bring notices in."""

    def keep(connection: Connection) -> Imported:
        faults = Faults()  # made here: a transaction may be run again
        around = Circumstances(the_tenant(connection, ask.tenant), hub.world.now_ms(), hub.world.new_id)
        feedlog.hold(connection, around.tenant)
        applied = apply_notices(connection, around, ask.rows, faults)
        if not faults.count and applied.added + applied.changed:
            detail = {"subject": f"{applied.rows} rows, {applied.added} new, {applied.changed} changed, revision {applied.rev}"}
            staff.note(connection, around.tenant, "hub", "notices.imported", detail, around.now_ms, around.new_id)
        return imported("notices", applied, faults)

    return hub.storage.call(keep)


def report_deliveries(hub: Hub, ask: ReportDeliveries) -> DeliveryReport:
    """A store's deliveries."""

    def read(connection: Connection) -> DeliveryReport:
        tenant = the_tenant(connection, ask.tenant)
        zone = zoneinfo.ZoneInfo(known_store(connection, tenant, ask.store)["zone"])
        last = ask.last or datetime.fromtimestamp(hub.world.now_ms() / 1000, zone).date().isoformat()
        return delivery_report(connection, tenant, ask.store, _day(ask.first or f"{last[:8]}01"), _day(last))

    return hub.storage.call(read)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise HubProblem("request.argument", name="day", value=text[:40], wanted="a day such as 2026-12-01") from error
