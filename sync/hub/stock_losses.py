"""Stock that changed by a person's word: written off and why, counted otherwise than known; by reason and by who."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select

from kiosk.domain.facts import STOCK_COUNTED, Fact
from kiosk.domain.stock import COUNTED, WRITTEN_OFF, hlc_ms
from sync.hub.places import known_store
from sync.hub.storage.dialect import insert_new
from sync.hub.storage.schema_stock import stock_losses

LISTED = 200


class LossSum(msgspec.Struct, frozen=True):
    """One reason: how often, how many lines, and their worth at selling prices in minor units."""

    reason: str
    why: str
    times: int
    lines: int
    value: int


class Loss(msgspec.Struct, frozen=True):
    """One write-off or count: who, who agreed, what they said, worth in minor units."""

    day: str
    at_ms: int
    reason: str
    why: str
    employee: str
    approved_by: str
    note: str
    lines: int
    value: int


class LossReport(msgspec.Struct, frozen=True):
    """A store's losses of a span of business days; `items` are the latest."""

    store: str
    first: str
    last: str
    sums: list[LossSum]
    items: list[Loss]


def keep(connection: Connection, tenant: str, fact: Fact) -> None:
    """Keep what a fact says about goods that went, or lay there otherwise than known; of other movements nothing."""
    reason = COUNTED if fact.kind == STOCK_COUNTED else fact.body["reason"]
    if reason not in (COUNTED, WRITTEN_OFF):
        return
    detail: Mapping[str, Any] = fact.body.get("detail", {})
    insert_new(
        connection, stock_losses,
        {
            "tenant": tenant, "store": fact.place.store, "dev": fact.dev, "inc": fact.inc, "seq": fact.seq, "reason": reason,
            "why": detail.get("why", ""), "day": fact.day, "at_ms": hlc_ms(fact.hlc), "employee": fact.employee,
            "approved_by": detail.get("approved_by", ""), "note": detail.get("note", ""), "lines": len(fact.body["lines"]),
            "value_minor": detail.get("value", 0),
        },
    )  # fmt: skip


def loss_report(connection: Connection, tenant: str, store: str, first: str, last: str) -> LossReport:
    """A store's losses of business days (YYYY-MM-DD), both included. Raises HubProblem for an unknown store."""
    known_store(connection, tenant, store)
    at = stock_losses.c
    mine = (at.tenant == tenant) & (at.store == store) & (at.day >= first) & (at.day <= last)
    summed = select(at.reason, at.why, func.count(), func.sum(at.lines), func.sum(at.value_minor)).where(mine)
    listed = select(
        at.day, at.at_ms, at.reason, at.why, at.employee, at.approved_by, at.note, at.lines, at.value_minor
    ).where(mine).order_by(at.at_ms.desc(), at.dev, at.seq).limit(LISTED)  # fmt: skip
    sums = [
        LossSum(reason, why, times, int(lines), int(value))
        for reason, why, times, lines, value in connection.execute(summed.group_by(at.reason, at.why).order_by(at.reason, at.why))
    ]
    return LossReport(store, first, last, sums, [Loss(*row) for row in connection.execute(listed)])
