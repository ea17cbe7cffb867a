"""What the office asks of lost sales, as in `operations.py`."""

from datetime import date

import msgspec
from sqlalchemy import Connection

from sync.hub.core import Hub
from sync.hub.lost_sales import LostReport, lost_report
from sync.hub.places import the_tenant
from sync.hub.problems import HubProblem


class ReportLostSales(msgspec.Struct, frozen=True):
    """Report what was wanted and not sold: of a store or all, on the days from `first` to `last` (YYYY-MM-DD; empty: no bound)."""

    store: str = ""
    first: str = ""
    last: str = ""
    tenant: str = ""


def report_lost_sales(hub: Hub, ask: ReportLostSales) -> LostReport:
    """The lost sales of some days."""
    for name, day in (("from", ask.first), ("to", ask.last)):
        _check_day(name, day)
    if ask.first and ask.last and ask.first > ask.last:
        raise HubProblem("request.argument", name="to", value=ask.last, wanted=f"a day from {ask.first} on")

    def work(connection: Connection) -> LostReport:
        return lost_report(connection, the_tenant(connection, ask.tenant), ask.store, ask.first, ask.last)

    return hub.storage.look(work)


def _check_day(name: str, day: str) -> None:
    """A day is spelled in full: `20261122` is one for Python, and would compare as none."""
    try:
        if day and date.fromisoformat(day).isoformat() != day:
            raise ValueError(day)
    except ValueError as error:
        raise HubProblem("request.argument", name=name, value=day[:40], wanted="a day such as 2026-12-01") from error
