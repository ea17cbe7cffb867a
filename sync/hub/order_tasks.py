"""What people have to do for an order: one task for each refusal and each sum to put right, opened and ended by itself.

What an order asks for is a function of its state (`arbitrating.tasks_of`, `ordermoney.money_tasks`), so the tasks that come and go
are the difference of two states. A task that a person has done stays done until it says something else.
"""

from collections.abc import Collection
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, and_, update

from kiosk.domain.arbitrating import OrderState, Task, overdue, tasks_of
from kiosk.domain.codec import digest
from kiosk.domain.orderfacts import OrderKnown
from kiosk.domain.orderlife import DECLINED
from kiosk.domain.ordermoney import money_tasks
from sync.hub.order_rows import Stored
from sync.hub.storage.dialect import insert_new
from sync.hub.storage.schema import tasks

NOBODY = "order.nobody"
"""The task for goods that no place has: a person asks the customer what now."""

OVERDUE_MS = 3_600_000
"""So long what a place did may wait for the news of what it was allocated."""

FOR_EVER_MS = 1 << 62


class ForStore(NamedTuple):
    """A task where it is to be seen: a store, or empty for the head office."""

    store: str
    task: Task
    detail: str


def of_order(known: OrderKnown, stuck: bool, stores: Collection[str]) -> dict[str, ForStore]:
    """All that people have to do for an order, by the task's name; `stuck` says that a search found nobody for what is declined."""
    if known.state is None or known.money is None:
        return {}
    found = [*tasks_of(known.state).values(), *money_tasks(known.state, known.money)]
    found += _nobody(known.state) if stuck else []
    return {task.id: _told(known.state, task, stores) for task in found}


def _nobody(state: OrderState) -> list[Task]:
    return [
        Task(f"{NOBODY}/{state.order.id}/{number}", NOBODY, number, "", line.of(DECLINED))
        for number, line in state.lines.items()
        if line.of(DECLINED)
    ]


def _told(state: OrderState, task: Task, stores: Collection[str]) -> ForStore:
    order, line = state.order, state.order.line(task.line)
    way = line.fulfilment if line is not None else None
    wished = (task.place, way.to if way else "", order.store, way.source if way else "")
    detail = {
        "task": task.id, "order": order.number, "id": order.id, "line": task.line, "name": line.name if line else "",
        "article": line.article if line else "", "quantity_milli": task.quantity_milli, "step": task.step, "place": task.place,
        "currency": order.currency, **({"amount_minor": task.amount_minor} if task.amount_minor else {}),
    }  # fmt: skip
    store = next((one for one in wished if one in stores), "")
    return ForStore(store, task, msgspec.json.encode(detail).decode())


def change(connection: Connection, tenant: str, orders: tuple[Stored, Stored], stores: Collection[str], now_ms: int) -> None:
    """Open what came, say anew what changed, end what is no more, of an order as it was and as it is."""
    was, now = orders
    before, after = of_order(was.known, was.stuck, stores), of_order(now.known, now.stuck, stores)
    for name, one in before.items():
        if name not in after or after[name].store != one.store:
            _end(connection, tenant, one, now_ms)
    for name, one in after.items():
        if before.get(name) != one:
            _open(connection, tenant, one, now_ms, again=True)
    still = _overdue(now.known, stores, FOR_EVER_MS)
    for name, one in _overdue(was.known, stores, FOR_EVER_MS).items():
        if name not in still:
            _end(connection, tenant, one, now_ms)
    for one in _overdue(now.known, stores, now_ms).values():
        _open(connection, tenant, one, now_ms, again=False)  # it is a matter of time, so it may be open already


def _overdue(known: OrderKnown, stores: Collection[str], now_ms: int) -> dict[str, ForStore]:
    """What was done under an allocation that nobody has told of for too long: a restored hub may have forgotten it."""
    if known.state is None:
        return {}
    return {task.id: _told(known.state, task, stores) for task in overdue(known.state, now_ms, OVERDUE_MS)}


def _end(connection: Connection, tenant: str, one: ForStore, now_ms: int) -> None:
    at = tasks.c
    mine = and_(at.tenant == tenant, at.store == one.store, at.id == row_id(one.task.id), at.done_ms == 0)
    connection.execute(update(tasks).where(mine).values(done_ms=now_ms))


def _open(connection: Connection, tenant: str, one: ForStore, now_ms: int, *, again: bool) -> None:
    key = {"tenant": tenant, "store": one.store, "id": row_id(one.task.id)}
    values = {"kind": one.task.code, "detail": one.detail, "at_ms": now_ms, "done_ms": 0}
    if not insert_new(connection, tasks, {**key, **values}) and again:
        at = tasks.c
        mine = and_(at.tenant == tenant, at.store == one.store, at.id == key["id"])
        connection.execute(update(tasks).where(mine).values(**values))


def row_id(name: str) -> str:
    """The id of a task's row: short, and without the signs that take ids apart."""
    return digest(name.encode()).hex()[:32]
