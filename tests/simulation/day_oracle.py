"""Judges the hub's reports of business days: each against a sum of our own over every fact that is not held."""

from collections import Counter
from collections.abc import Sequence

from kiosk.domain.facts import SALE_COMPLETED, SALE_VOIDED
from sync.hub import reports
from tests.simulation.hub_disk import TENANT
from tests.simulation.real_hub import RealHub
from tests.simulation.stock_oracle import kept_back_by
from tests.simulation.stores import opened

Day = tuple[str, str]
"""Store and business day."""


def judge(hub: RealHub, truth: Sequence[bytes]) -> list[str]:
    """What is wrong with the reports of all days on which somebody sold."""
    kept_back = hub.transact(kept_back_by, reading=True)
    sales, gross = Counter[Day](), Counter[Day]()
    for fact in map(opened, truth):
        if fact.kind in (SALE_COMPLETED, SALE_VOIDED) and (fact.dev, fact.inc, fact.seq) not in kept_back:
            sales[fact.place.store, fact.day] += fact.kind == SALE_COMPLETED
            gross[fact.place.store, fact.day] += fact.body["total"]
    return [problem for day in sorted(sales) for problem in _report(hub, day, sales[day], gross[day])]


def _report(hub: RealHub, day: Day, sales: int, gross: int) -> list[str]:
    total = hub.transact(lambda connection: reports.day(connection, TENANT, *day), reading=True).total
    same = (total.sales, total.gross) == (sales, gross)
    return [] if same else [f"the report of {day} has {total.sales} sales of {total.gross} in place of {sales} of {gross}"]
