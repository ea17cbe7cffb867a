"""What a person does at the hub about stock: operations, as in `operations.py`."""

import zoneinfo
from datetime import date, datetime, time, timedelta

import msgspec
from sqlalchemy import Connection

from kiosk.domain.catalog import StockLevel
from sync.hub import connector_keys, staff
from sync.hub.core import Hub
from sync.hub.places import known_store, the_tenant
from sync.hub.problems import HubProblem
from sync.hub.stock_decisions import decide
from sync.hub.stock_losses import LossReport, loss_report
from sync.hub.stock_reconcile import Acceptance, Reconciled, Where, accept, compare
from sync.hub.stock_report import StockReport, stock_report


class ReportStock(msgspec.Struct, frozen=True):
    """Report a store's stock; refusals of the day `YYYY-MM-DD`, empty is today in the store's zone."""

    store: str
    day: str = ""
    tenant: str = ""


class ReportLosses(msgspec.Struct, frozen=True):
    """Report what a store wrote off and counted otherwise; business days `YYYY-MM-DD`, `first` empty: the month of `last`.

    `last` empty is today in the store's zone.
    """

    store: str
    first: str = ""
    last: str = ""
    tenant: str = ""


class Reconcile(msgspec.Struct, frozen=True):
    """Compare a back end's on-hand, thousandths by article, as of the end of a day or of a time in it (`HH:MM`, local)."""

    store: str
    day: str
    theirs: dict[str, int]
    at: str = ""
    accept: bool = False
    who: str = ""
    reason: str = ""
    tenant: str = ""


class MakeConnectorKey(msgspec.Struct, frozen=True):
    """Give a connector a key, or take it away."""

    name: str
    revoke: bool = False
    tenant: str = ""


class ConnectorKey(msgspec.Struct, frozen=True):
    """A connector's key, shown once; empty when it was taken away."""

    name: str
    key: str


class DecideMovement(msgspec.Struct, frozen=True):
    """Say of an unclear movement, by its task, that it was before or after the count."""

    task: str
    side: str
    who: str
    tenant: str = ""


class Decided(msgspec.Struct, frozen=True):
    """The level that follows."""

    level: StockLevel


def report_stock(hub: Hub, ask: ReportStock) -> StockReport:
    """A store's stock."""

    def read(connection: Connection) -> StockReport:
        tenant = the_tenant(connection, ask.tenant)
        zone = zoneinfo.ZoneInfo(known_store(connection, tenant, ask.store)["zone"])
        today = datetime.fromtimestamp(hub.world.now_ms() / 1000, zone).date().isoformat()
        return stock_report(connection, tenant, ask.store, ask.day or today)

    return hub.storage.call(read)


def report_losses(hub: Hub, ask: ReportLosses) -> LossReport:
    """A store's losses."""

    def read(connection: Connection) -> LossReport:
        tenant = the_tenant(connection, ask.tenant)
        zone = zoneinfo.ZoneInfo(known_store(connection, tenant, ask.store)["zone"])
        last = ask.last or datetime.fromtimestamp(hub.world.now_ms() / 1000, zone).date().isoformat()
        _instant(last, "", zone)
        first = ask.first or f"{last[:8]}01"
        _instant(first, "", zone)
        return loss_report(connection, tenant, ask.store, first, last)

    return hub.storage.call(read)


def reconcile(hub: Hub, ask: Reconcile) -> Reconciled:
    """Compare, and correct when somebody accepts it."""

    def work(connection: Connection) -> Reconciled:
        tenant = the_tenant(connection, ask.tenant)
        zone = zoneinfo.ZoneInfo(known_store(connection, tenant, ask.store)["zone"])
        where = Where(tenant, ask.store, _instant(ask.day, ask.at, zone))
        now_ms, new_id = hub.world.now_ms(), hub.world.new_id
        found = compare(connection, where, ask.theirs, now_ms, new_id)
        if not ask.accept:
            return found
        return accept(connection, where, found, Acceptance(ask.who, ask.reason), now_ms, new_id)

    return hub.storage.call(work)


def make_connector_key(hub: Hub, ask: MakeConnectorKey) -> ConnectorKey:
    """Make or revoke a key."""
    key = "" if ask.revoke else connector_keys.spell(hub.world.chance(connector_keys.KEY_BITS))

    def keep(connection: Connection) -> None:
        tenant, now_ms = the_tenant(connection, ask.tenant), hub.world.now_ms()
        if ask.revoke:
            connector_keys.revoke(connection, tenant, ask.name, now_ms)
        else:
            connector_keys.put(connection, tenant, ask.name, key, now_ms)
        what = "connector.revoked" if ask.revoke else "connector.made"
        staff.note(connection, tenant, "hub", what, {"name": ask.name}, now_ms, hub.world.new_id)

    hub.storage.call(keep)
    return ConnectorKey(ask.name, key)


def decide_movement(hub: Hub, ask: DecideMovement) -> Decided:
    """Settle an unclear movement."""
    if not 0 < len(ask.who.strip()) <= 200 or not ask.who.isprintable():
        raise HubProblem("request.argument", name="by", value=ask.who[:40], wanted="a text of 1 to 200 characters")

    def work(connection: Connection) -> StockLevel:
        tenant = the_tenant(connection, ask.tenant)
        return decide(connection, tenant, ask.task, ask.side, ask.who, hub.world.now_ms(), hub.world.new_id)

    return Decided(hub.storage.call(work))


def _instant(day: str, at: str, zone: zoneinfo.ZoneInfo) -> int:
    """The end of a day, or a time in it, as an instant in ms."""
    try:
        if at:
            moment = datetime.combine(date.fromisoformat(day), time.fromisoformat(at), zone)
        else:
            moment = datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), zone)
        return round(moment.timestamp() * 1000) - (0 if at else 1)
    except (ValueError, OverflowError) as error:
        raise HubProblem("request.argument", name="day", value=f"{day} {at}"[:40], wanted="a day such as 2026-12-01") from error
