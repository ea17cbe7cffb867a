"""Tasks for people, read for the office pages: of the stores of whoever asks, the oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, func, select

from kiosk.domain.exceptions import LATE_MS, TASK
from sync.hub import order_tasks
from sync.hub.office.task_view import task_texts
from sync.hub.office.views import View
from sync.hub.order_rows import Stored
from sync.hub.places import stores_of
from sync.hub.roles import Right
from sync.hub.services import LATE
from sync.hub.storage.schema import tasks
from sync.hub.users import OfficeSession

PAGE = 50
ORDERS, STOCK, MONEY, REST = "orders", "stock", "money", "rest"
KINDS = {
    ORDERS: ("order.",), STOCK: ("stock.", "promise.", "reservation.", "rights.", "delivery.", "count."),
    MONEY: ("shift.", "day.", "voucher.", "deposit.", "return."),
}  # fmt: skip
"""What tasks are about, by how the names of their kinds begin."""


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One open task; `detail` is what it says."""

    store: str
    id: str
    kind: str
    detail: dict[str, Any]
    at_ms: int


@dataclass(frozen=True, slots=True)
class TaskCard:
    """A task in words."""

    id: str
    what: str
    why: str
    money: str
    since: str
    place: str
    late: bool
    link: str
    may_close: bool


def open_tasks(
    connection: Connection, session: OfficeSession, store: str, about: str, after: tuple[int, str] | None
) -> list[TaskRow]:
    """A page of open tasks and one more, where there is one."""
    at = tasks.c
    query = _mine(select(tasks), session, store, about).order_by(at.at_ms, at.id).limit(PAGE + 1)
    if after is not None:
        query = query.where((at.at_ms > after[0]) | ((at.at_ms == after[0]) & (at.id > after[1])))
    return [_row(row) for row in connection.execute(query)]


def count(connection: Connection, session: OfficeSession, store: str, about: str) -> int:
    """How many tasks are open."""
    return int(connection.scalar(_mine(select(func.count()).select_from(tasks), session, store, about)) or 0)


def _mine(query: Select[Any], session: OfficeSession, store: str, about: str) -> Select[Any]:
    at = tasks.c
    query = query.where(at.tenant == session.tenant, at.done_ms == 0)
    if store or session.stores:
        query = query.where(at.store.in_((store,) if store else session.stores))
    if about in KINDS:
        return query.where(_begins(KINDS[about]))
    return query.where(~_begins([name for names in KINDS.values() for name in names])) if about == REST else query


def _begins(names: Sequence[str]) -> Any:
    found = tasks.c.kind.startswith(names[0], autoescape=True)
    for name in names[1:]:
        found |= tasks.c.kind.startswith(name, autoescape=True)
    return found


def of_order(connection: Connection, tenant: str, one: Stored) -> list[TaskRow]:
    """The open tasks of an order."""
    wanted = order_tasks.of_order(one.known, one.stuck, stores_of(connection, tenant))
    at = tasks.c
    ids = [order_tasks.row_id(name) for name in wanted]
    query = select(tasks).where(at.tenant == tenant, at.done_ms == 0, at.id.in_(ids)).order_by(at.at_ms, at.id)
    return [_row(row) for row in connection.execute(query)]


def of_article(connection: Connection, session: OfficeSession, article: str) -> list[TaskRow]:
    """The open tasks about the stock of an article, of the last ones that were opened."""
    query = _mine(select(tasks), session, "", STOCK).order_by(tasks.c.at_ms.desc()).limit(1_000)
    return [row for row in map(_row, connection.execute(query)) if row.detail.get("article") == article]


def cards(rows: Sequence[TaskRow], view: View, session: OfficeSession) -> list[TaskCard]:
    """Tasks in words."""
    return [_card(row, view, session) for row in rows]


def _card(row: TaskRow, view: View, session: OfficeSession) -> TaskCard:
    words, place = view.words, view.place(row.store)
    what, why = task_texts(view, row.kind, row.store, row.detail)
    amount = row.detail.get("amount_minor")
    money = words.money(amount, str(row.detail.get("currency", place.currency))) if isinstance(amount, int) else ""
    since = words("since {time}", time=words.date_time(row.at_ms, place.zone))
    order = str(row.detail.get("id", "")) if row.kind.startswith(KINDS[ORDERS]) else ""
    article = str(row.detail.get("article", ""))
    link = f"/office/order/{order}" if order else view.link("/office/stock", article=article) if article else ""
    link = f"/office/service/{row.detail['service']}" if row.kind == LATE else link
    return TaskCard(
        f"{TASK}:{row.store}/{row.id}", what, why, money, since, place.name or words("Head office"),
        view.now_ms - row.at_ms >= LATE_MS, link, session.may(Right.DO_TASKS) and session.sees(row.store),
    )  # fmt: skip


def _row(row: Any) -> TaskRow:
    return TaskRow(row.store, row.id, row.kind, msgspec.json.decode(row.detail), int(row.at_ms))
