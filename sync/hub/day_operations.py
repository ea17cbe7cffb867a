"""What a person does at the hub about a business day: its posting, as in `operations.py`."""

import zoneinfo
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from sync.hub import consolidating, staff
from sync.hub.consolidating import PostingReport
from sync.hub.core import Hub
from sync.hub.places import known_store, the_tenant
from sync.hub.problems import HubProblem


class ReportPosting(msgspec.Struct, frozen=True):
    """The posting of a store's business day `YYYY-MM-DD`; empty is today. `by` consolidates it: their staff number."""

    store: str
    day: str = ""
    tenant: str = ""
    by: str = ""


def report_posting(hub: Hub, ask: ReportPosting) -> PostingReport:
    """A day's posting with its supplements; with a name, what is new is posted and does not change any more."""

    def work(connection: Connection) -> PostingReport:
        tenant = the_tenant(connection, ask.tenant)
        now_ms = hub.world.now_ms()
        zone = zoneinfo.ZoneInfo(known_store(connection, tenant, ask.store)["zone"])
        day = ask.day or datetime.fromtimestamp(now_ms / 1000, zone).date().isoformat()
        if not ask.by:
            return consolidating.report(connection, tenant, ask.store, day)
        there = staff.find(connection, tenant, ask.by)
        if there is None or not there.active:
            raise HubProblem("staff.unknown", number=ask.by[:20])
        consolidating.report(connection, tenant, ask.store, day)  # refuses a day that is none before anything is kept
        return consolidating.consolidate(connection, tenant, ask.store, day, ask.by, now_ms, hub.world.new_id)

    return hub.storage.call(work)
