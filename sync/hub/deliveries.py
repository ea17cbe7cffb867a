"""Deliveries at the hub: notices told to the store they are for, what came of them, and one that two tills received.

A till that is cut off cannot know that another received the same notice. Both say so by fact, the stock has both, and the second
is a task for a person: nothing is taken back by itself, for perhaps it was another delivery under the same number.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import msgspec
from sqlalchemy import Connection, select, update

from kiosk.decoding import read_json
from kiosk.domain.delivery import Notice, sent_notice, shortfall
from kiosk.domain.facts import Fact
from kiosk.domain.feed import DEVICE, NOTICE
from kiosk.domain.stock import hlc_ms
from sync.hub import feedlog
from sync.hub.places import known_store
from sync.hub.stock_counts import add_task
from sync.hub.storage.bulk import upsert_many
from sync.hub.storage.dialect import insert_new, lock_name
from sync.hub.storage.schema_deliveries import deliveries, notices

TWICE, DIFFERS = "delivery.twice", "delivery.differs"
LISTED = 500
_COLUMNS = ("tenant", "number", "store", "supplier", "payload", "at_ms", "done_ms")
_NUMBERS_PER_QUERY = 400
_KEPT = ("lines", "unknown")


class Delivery(msgspec.Struct, frozen=True):
    """One delivery that came: where, when, who, and in how many lines it was otherwise than its notice."""

    day: str
    at_ms: int
    terminal: str
    employee: str
    notice: str
    supplier: str
    short: int
    over: int
    damaged: int
    unknown: int


class Awaited(msgspec.Struct, frozen=True):
    """A notice whose goods are still to come, and since when it is known (ms)."""

    number: str
    supplier: str
    lines: int
    at_ms: int


class DeliveryReport(msgspec.Struct, frozen=True):
    """A store's deliveries of a span of business days, the latest first, and what is still to come."""

    store: str
    first: str
    last: str
    items: list[Delivery]
    awaited: list[Awaited]


def known(connection: Connection, tenant: str, numbers: Sequence[str]) -> dict[str, tuple[Notice, bool]]:
    """Those of these notices that the hub has, and whether each was received."""
    at, found = notices.c, dict[str, tuple[Notice, bool]]()
    for start in range(0, len(numbers), _NUMBERS_PER_QUERY):
        part = numbers[start : start + _NUMBERS_PER_QUERY]
        query = select(at.number, at.payload, at.done_ms).where(at.tenant == tenant, at.number.in_(part))
        found.update((number, (read_json(payload, Notice), done > 0)) for number, payload, done in connection.execute(query))
    return found


def keep(connection: Connection, tenant: str, found: Sequence[Notice], now_ms: int, done_ms: int = 0) -> None:
    """Keep notices that are still to come, or were received at `done_ms`."""
    rows = [(tenant, one.number, one.store, one.supplier, msgspec.json.encode(one).decode(), now_ms, done_ms) for one in found]
    upsert_many(connection, notices, _COLUMNS, rows)


def changes_of(notice: Notice, before: Notice | None) -> list[feedlog.Change]:
    """What the tills of its store are told, and those of the store it was for before."""
    told = [feedlog.change(DEVICE, feedlog.tills_of(notice.store), NOTICE, notice.number, notice)]
    if before is not None and before.store != notice.store:
        told.append(feedlog.gone(DEVICE, feedlog.tills_of(before.store), NOTICE, notice.number))
    return told


def take(connection: Connection, tenant: str, fact: Fact, now_ms: int, new_id: Callable[[], str]) -> list[feedlog.Change]:
    """Keep a delivery that came; gives what its store is told: its notice is not to come any more."""
    body, place, notice = fact.body, (tenant, fact.place.store), str(fact.body["notice"])
    if notice:
        lock_name(connection, f"notice {tenant} {notice}")  # two tills may tell of it at once, at two processes
    first = _first_of(connection, tenant, notice) if notice else None
    awaited, _ = known(connection, tenant, [notice]).get(notice, (None, False)) if notice else (None, False)
    differs = shortfall(body, awaited)
    fresh = insert_new(
        connection, deliveries,
        {
            "tenant": tenant, "store": fact.place.store, "dev": fact.dev, "inc": fact.inc, "seq": fact.seq, "notice": notice,
            "supplier": body["supplier"], "day": fact.day, "at_ms": hlc_ms(fact.hlc), "terminal": fact.place.terminal,
            "employee": fact.employee, **asdict(differs),
            "payload": msgspec.json.encode({key: body[key] for key in _KEPT}).decode(),
        },
    )  # fmt: skip
    if not fresh:
        return []
    told = {
        "notice": notice or "-", "supplier": body["supplier"] or "-", "terminal": f"{fact.place.store}-{fact.place.terminal}",
        "by": fact.employee,
    }  # fmt: skip
    if first is not None:
        add_task(connection, place, TWICE, {**told, "first": first}, now_ms, new_id())
    elif differs:
        add_task(connection, place, DIFFERS, {**told, **asdict(differs)}, now_ms, new_id())
    if awaited is None:
        return []
    at = notices.c
    connection.execute(update(notices).where(at.tenant == tenant, at.number == notice, at.done_ms == 0).values(done_ms=now_ms))
    return [feedlog.gone(DEVICE, feedlog.tills_of(awaited.store), NOTICE, notice)]


def send(connection: Connection, tenant: str, fact: Fact, now_ms: int, new_id: Callable[[], str]) -> list[feedlog.Change]:
    """Goods are on their way to another store; gives what its tills are told.

    Where they were received before anybody told of them, what came is compared now.
    """
    notice = sent_notice(fact)
    lock_name(connection, f"notice {tenant} {notice.number}")
    if known(connection, tenant, [notice.number]):
        return []
    at = deliveries.c
    mine = (at.tenant == tenant) & (at.notice == notice.number)
    came = connection.execute(select(deliveries).where(mine).order_by(at.at_ms).limit(1)).first()
    keep(connection, tenant, [notice], now_ms, done_ms=now_ms if came else 0)
    if came is None:
        return changes_of(notice, None)
    differs = shortfall({**read_json(came.payload, dict[str, Any]), "notice": notice.number, "announced": False}, notice)
    this = mine & (at.dev == came.dev) & (at.inc == came.inc) & (at.seq == came.seq)
    connection.execute(update(deliveries).where(this).values(**asdict(differs)))
    if differs.short or differs.over:
        told = {"notice": notice.number, "supplier": notice.supplier, "by": came.employee, **asdict(differs)}
        told["terminal"] = f"{came.store}-{came.terminal}"
        add_task(connection, (tenant, came.store), DIFFERS, told, now_ms, new_id())
    return []


def delivery_report(connection: Connection, tenant: str, store: str, first: str, last: str) -> DeliveryReport:
    """A store's deliveries of business days (YYYY-MM-DD), both included. Raises HubProblem for an unknown store."""
    known_store(connection, tenant, store)
    at, due = deliveries.c, notices.c
    query = select(
        at.day, at.at_ms, at.terminal, at.employee, at.notice, at.supplier, at.short, at.over, at.damaged, at.unknown
    ).where(at.tenant == tenant, at.store == store, at.day >= first, at.day <= last)  # fmt: skip
    awaited = select(due.number, due.supplier, due.payload, due.at_ms).where(
        due.tenant == tenant, due.store == store, due.done_ms == 0
    )
    return DeliveryReport(
        store, first, last,
        [Delivery(*tuple(row)) for row in connection.execute(query.order_by(at.at_ms.desc(), at.dev, at.seq).limit(LISTED))],
        [
            Awaited(row.number, row.supplier, len(read_json(row.payload, Notice).lines), row.at_ms)
            for row in connection.execute(awaited.order_by(due.at_ms, due.number).limit(LISTED))
        ],
    )  # fmt: skip


def _first_of(connection: Connection, tenant: str, notice: str) -> str | None:
    """Where a notice was received before, as a store and terminal; None: nowhere."""
    at = deliveries.c
    row = connection.execute(
        select(at.store, at.terminal).where(at.tenant == tenant, at.notice == notice).order_by(at.at_ms).limit(1)
    ).first()
    return f"{row.store}-{row.terminal}" if row else None
