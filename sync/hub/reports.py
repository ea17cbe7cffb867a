"""The report of a business day: totals per terminal, their sum, and what is held."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select

from kiosk.decoding import read_json
from kiosk.domain.projections import DayTotals, summed
from sync.hub.places import known_store
from sync.hub.problems import HubProblem
from sync.hub.storage.schema import day_totals, held, terminals


class DayReport(msgspec.Struct, frozen=True):
    """A store's business day. Amounts in minor units; `held` counts facts that are stored but not in the totals."""

    tenant: str
    store: str
    day: str
    currency: str
    terminals: dict[str, DayTotals]
    total: DayTotals
    cash_expected: int
    held: int
    forked: list[str]


def day(connection: Connection, tenant: str, store: str, date: str) -> DayReport:
    """The report of a day `YYYY-MM-DD`. Raises HubProblem for an unknown store or a day that is none."""
    if not _is_day(date):
        raise HubProblem("request.argument", name="day", value=date[:40], wanted="a day such as 2026-12-01")
    place = known_store(connection, tenant, store)
    at = day_totals.c
    query = select(at.terminal, at.state).where(at.tenant == tenant, at.store == store, at.day == date).order_by(at.terminal)
    by_terminal = {terminal: read_json(state, DayTotals) for terminal, state in connection.execute(query)}
    waiting = connection.scalar(
        select(func.count()).where(held.c.tenant == tenant, held.c.store == store, held.c.day.in_((date, "")))
    )
    mine = terminals.c
    forked = connection.scalars(select(mine.terminal).where(mine.tenant == tenant, mine.store == store, mine.forked).distinct())
    total = summed(list(by_terminal.values()))
    return DayReport(tenant, store, date, place["currency"], by_terminal, total, total.cash_expected, waiting or 0, sorted(forked))


def _is_day(text: str) -> bool:
    """Whether it is a day, in the one spelling that facts use."""
    try:
        return datetime.fromisoformat(text).date().isoformat() == text
    except ValueError:
        return False
