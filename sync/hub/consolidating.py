"""A business day goes to the books once. What comes later is a numbered supplement of that day, and the manager is told.

A sale belongs for ever to the business day of its shift; so a terminal that was cut off for a week adds to a day that was posted
long ago. The posting stays as it was: the supplement is what is there now less what was posted.
"""

import csv
import io
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Table, and_, bindparam, func, insert, select, update

from kiosk.decoding import read_json
from kiosk.domain.facts import Fact
from kiosk.domain.feed import DEVICE, Setting
from kiosk.domain.posting import posting
from kiosk.domain.projections import DayTotals, less, summed
from sync.hub import feedlog, staff
from sync.hub.places import known_store
from sync.hub.problems import HubProblem
from sync.hub.storage.dialect import lock_name
from sync.hub.storage.schema import day_totals, feed_now, held, tasks
from sync.hub.storage.schema_days import consolidated_days, day_supplements

SUPPLEMENT, UNSIGNED, UNCOUNTED = "day.supplement", "shift.unsigned", "shift.uncounted"
"""Tasks for the manager."""

COLUMNS = (
    "tenant", "entity", "store", "day", "supplement", "posted", "account", "ledger_account", "key", "debit", "credit", "currency",
)  # fmt: skip
"""The columns of the CSV: more may be added at the end, none is moved or taken away."""

_PREFIX = "posting."

_IS_POSTED = select(consolidated_days.c.at_ms).where(
    consolidated_days.c.tenant == bindparam("tenant"), consolidated_days.c.store == bindparam("store"),
    consolidated_days.c.day == bindparam("day"),
)  # fmt: skip


class PostedLine(msgspec.Struct, frozen=True):
    """One line of a posting, minor units; one of debit and credit is 0. `ledger_account` is the office's own number for it."""

    supplement: int
    account: str
    ledger_account: str
    key: str
    debit: int
    credit: int


class PostedPart(msgspec.Struct, frozen=True):
    """A day's posting (supplement 0) or one of its supplements; `at_ms` 0: not posted yet."""

    supplement: int
    at_ms: int
    who: str
    lines: list[PostedLine]


class PostingReport(msgspec.Struct, frozen=True):
    """The postings of a store's business day, balanced each; `held` facts are in none of them.

    `tenders` and `poi` are what tills and card terminals say of each way of paying that a card terminal told of.
    """

    tenant: str
    entity: str
    store: str
    day: str
    currency: str
    parts: list[PostedPart]
    held: int
    tenders: dict[str, int]
    poi: dict[str, int]


def note_late(connection: Connection, tenant: str, days: Iterable[tuple[str, str]], now_ms: int, new_id: Callable[[], str]) -> None:
    """Facts of these (store, day) came: where the day was posted, a supplement begins and the manager is told."""
    for store, day in sorted(set(days)):
        if connection.scalar(_IS_POSTED, {"tenant": tenant, "store": store, "day": day}) is None:
            continue
        latest = _latest(connection, tenant, store, day)
        if latest is not None and latest.at_ms == 0:
            continue  # one is open: it grows
        n, task = (latest.n if latest is not None else 0) + 1, new_id()
        detail = msgspec.json.encode({"business_day": day, "n": n}).decode()
        connection.execute(
            insert(tasks).values(id=task, tenant=tenant, store=store, kind=SUPPLEMENT, detail=detail, at_ms=now_ms, done_ms=0)
        )
        connection.execute(
            insert(day_supplements).values(
                tenant=tenant, store=store, day=day, n=n, since_ms=now_ms, at_ms=0, who="", state="", task=task
            )
        )


def consolidate(
    connection: Connection, tenant: str, store: str, day: str, who: str, now_ms: int, new_id: Callable[[], str]
) -> PostingReport:
    """Post a day, or what came since it was posted, by somebody's name. Raises HubProblem when there is nothing to post."""
    for terminal in connection.scalars(select(day_totals.c.terminal).where(*_of(day_totals, tenant, store, day))).all():
        lock_name(connection, f"day {tenant} {store} {day} {terminal}")
    now = _now(connection, tenant, store, day)
    first = connection.execute(select(consolidated_days).where(*_of(consolidated_days, tenant, store, day))).one_or_none()
    if first is None:
        values = {"tenant": tenant, "store": store, "day": day, "at_ms": now_ms, "who": who, "state": _text(now)}
        connection.execute(insert(consolidated_days).values(**values))
    else:
        late = less(now, _posted(connection, tenant, store, day))
        if not _moves(late):
            raise HubProblem("posting.nothing", day=day)
        note_late(connection, tenant, [(store, day)], now_ms, new_id)
        latest = _latest(connection, tenant, store, day)
        assert latest is not None and latest.at_ms == 0, "a supplement is open"
        mine = and_(*_of(day_supplements, tenant, store, day), day_supplements.c.n == latest.n)
        connection.execute(update(day_supplements).where(mine).values(at_ms=now_ms, who=who, state=_text(late)))
        connection.execute(update(tasks).where(tasks.c.tenant == tenant, tasks.c.id == latest.task).values(done_ms=now_ms))
    staff.note(connection, tenant, who, "day.posted", {"store": store, "day": day}, now_ms, new_id)
    return report(connection, tenant, store, day)


def report(connection: Connection, tenant: str, store: str, day: str) -> PostingReport:
    """The postings of a day `YYYY-MM-DD`, posted or not. Raises HubProblem for an unknown store or a day that is none."""
    if not _is_day(day):
        raise HubProblem("request.argument", name="day", value=day[:40], wanted="a day such as 2026-12-01")
    place = known_store(connection, tenant, store)
    numbers = _accounts(connection, tenant, store)
    now = _now(connection, tenant, store, day)
    parts = []
    first = connection.execute(select(consolidated_days).where(*_of(consolidated_days, tenant, store, day))).one_or_none()
    if first is None:
        parts.append(PostedPart(0, 0, "", _lines(0, now, numbers)))
    else:
        parts.append(PostedPart(0, first.at_ms, first.who, _lines(0, _totals(first.state), numbers)))
        parts += _supplements(connection, (tenant, store, day), now, numbers)
    waiting = connection.scalar(
        select(func.count()).where(held.c.tenant == tenant, held.c.store == store, held.c.day.in_((day, "")))
    )
    tenders = {kind: now.tenders.get(kind, 0) for kind in now.poi}
    return PostingReport(
        tenant, place["entity"], store, day, place["currency"], parts, waiting or 0, tenders, dict(now.poi)
    )  # fmt: skip


def posting_csv(found: PostingReport) -> str:
    """The postings as CSV with one header and columns that stay: amounts with a point and two decimals, always both."""
    written = io.StringIO()
    out = csv.writer(written, lineterminator="\n")
    out.writerow(COLUMNS)
    for part in found.parts:
        for line in part.lines:
            out.writerow(
                (
                    found.tenant, found.entity, found.store, found.day, part.supplement, "yes" if part.at_ms else "no",
                    line.account, line.ledger_account, line.key, _decimal(line.debit), _decimal(line.credit), found.currency,
                )
            )  # fmt: skip
    return written.getvalue()


def tell_closing(connection: Connection, tenant: str, fact: Fact, now_ms: int, new_id: Callable[[], str]) -> None:
    """A shift that was closed by somebody who had to go home: what was left out is a task for the manager."""
    body = fact.body
    kind = UNSIGNED if body.get("unsigned") else UNCOUNTED if not body.get("is_counted", True) else ""
    if kind:
        detail = {
            "z_name": body["z_name"], "terminal": fact.place.terminal, "by": fact.employee,
            "difference_minor": body["difference"],
        }  # fmt: skip
        text = msgspec.json.encode(detail).decode()
        values = {"tenant": tenant, "store": fact.place.store, "kind": kind, "detail": text, "at_ms": now_ms, "done_ms": 0}
        connection.execute(insert(tasks).values(id=new_id(), **values))


def _decimal(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


def _supplements(
    connection: Connection, name: tuple[str, str, str], now: DayTotals, numbers: dict[str, str]
) -> list[PostedPart]:
    parts = []
    query = select(day_supplements).where(*_of(day_supplements, *name), day_supplements.c.at_ms > 0).order_by(day_supplements.c.n)
    for row in connection.execute(query):
        parts.append(PostedPart(row.n, row.at_ms, row.who, _lines(row.n, _totals(row.state), numbers)))
    late = less(now, _posted(connection, *name))
    if _moves(late):
        n = len(parts) + 1
        parts.append(PostedPart(n, 0, "", _lines(n, late, numbers)))
    return parts


def _lines(n: int, totals: DayTotals, numbers: dict[str, str]) -> list[PostedLine]:
    lines = []
    for one in posting(totals):
        number = numbers.get(f"{one.account}.{one.key}", numbers.get(one.account, ""))
        debit, credit = max(one.amount_minor, 0), max(-one.amount_minor, 0)
        lines.append(PostedLine(n, one.account, number, one.key, debit, credit))
    return lines


def _moves(totals: DayTotals) -> bool:
    """Whether a supplement says anything, be it only a count of sales that come to nothing."""
    return bool(posting(totals)) or totals.sales != 0


def _posted(connection: Connection, tenant: str, store: str, day: str) -> DayTotals:
    """All that was posted of a day."""
    query = select(day_supplements.c.state).where(*_of(day_supplements, tenant, store, day), day_supplements.c.at_ms > 0)
    first = connection.scalar(select(consolidated_days.c.state).where(*_of(consolidated_days, tenant, store, day)))
    return summed([_totals(state) for state in (first, *connection.scalars(query)) if state])


def _now(connection: Connection, tenant: str, store: str, day: str) -> DayTotals:
    query = select(day_totals.c.state).where(*_of(day_totals, tenant, store, day)).order_by(day_totals.c.terminal)
    return summed([_totals(state) for state in connection.scalars(query)])


def _latest(connection: Connection, tenant: str, store: str, day: str) -> Row[Any] | None:
    query = select(day_supplements).where(*_of(day_supplements, tenant, store, day)).order_by(day_supplements.c.n.desc()).limit(1)
    return connection.execute(query).one_or_none()


def _accounts(connection: Connection, tenant: str, store: str) -> dict[str, str]:
    """The office's own account numbers, by account or `account.key`: settings named posting.accounts."""
    at = feed_now.c
    query = select(at.audience, at.key, at.payload).where(
        at.tenant == tenant, at.scope == DEVICE, at.entity == "setting", at.key.startswith(_PREFIX),
        at.audience.in_((feedlog.EVERYWHERE, store)),
    )  # fmt: skip
    found = sorted((audience, key, bytes(payload)) for audience, key, payload in connection.execute(query))
    return {key.removeprefix(_PREFIX): str(read_json(payload, Setting).value) for _, key, payload in found}


def _of(table: Table, tenant: str, store: str, day: str) -> tuple[ColumnElement[bool], ...]:
    at = table.c
    return at.tenant == tenant, at.store == store, at.day == day


def _text(totals: DayTotals) -> str:
    return msgspec.json.encode(totals).decode()


def _totals(state: str) -> DayTotals:
    return read_json(state, DayTotals)


def _is_day(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).date().isoformat() == text
    except ValueError:
        return False
