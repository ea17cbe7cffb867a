"""Calls for help: a kiosk asks, the store's tills show it, a person answers; a call lives ten minutes."""

from dataclasses import replace

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from kiosk.decoding import read_json
from kiosk.domain.feed import DEVICE, HelpCall
from sync.hub import feedlog
from sync.hub.core import Device
from sync.hub.problems import HubProblem
from sync.hub.storage.schema import help_calls
from sync.protocol.messages import HelpRequest

LIFE_MS = 10 * 60 * 1000
WAITING, DELIVERED, ANSWERED, CANCELLED = "waiting", "delivered", "answered", "cancelled"
_RANK = {WAITING: 0, DELIVERED: 1, ANSWERED: 2, CANCELLED: 3}


def call(connection: Connection, device: Device, request: HelpRequest, now_ms: int) -> HelpCall:
    """Make a call and send it to the store's tills; the same call again is only shown again."""
    expire(connection, now_ms)
    there = _find(connection, device, request.id)
    if there is not None:
        return there
    made = HelpCall(request.id, device.terminal, request.reason, request.language, WAITING, now_ms)
    connection.execute(
        insert(help_calls).values(
            tenant=device.tenant, store=device.store, id=request.id, dev=device.dev, at_ms=now_ms,
            call=msgspec.json.encode(made),
        )
    )  # fmt: skip
    feedlog.publish(connection, device.tenant, [feedlog.change(DEVICE, device.store, "help", made.id, made)])
    return made


def look(connection: Connection, device: Device, call_id: str, now_ms: int) -> HelpCall:
    """A call of the device's store as it stands. Raises HubProblem for one that is not there any more."""
    expire(connection, now_ms)
    there = _find(connection, device, call_id)
    if there is None:
        raise HubProblem("help.unknown")
    return there


def move(connection: Connection, device: Device, call_id: str, state: str, by: str, now_ms: int) -> HelpCall:
    """Move a call forward; a step back, or a second answer, leaves it as it is."""
    there = look(connection, device, call_id, now_ms)
    if _RANK[state] <= _RANK[there.state]:
        return there
    moved = replace(there, state=state, by=by or there.by)
    at = help_calls.c
    connection.execute(
        update(help_calls)
        .where(at.tenant == device.tenant, at.store == device.store, at.id == call_id)
        .values(call=msgspec.json.encode(moved))
    )
    feedlog.publish(connection, device.tenant, [feedlog.change(DEVICE, device.store, "help", call_id, moved)])
    return moved


def expire(connection: Connection, now_ms: int) -> int:
    """Take calls away that are older than ten minutes, from the tills too; gives how many."""
    at = help_calls.c
    old = connection.execute(select(at.tenant, at.store, at.id).where(at.at_ms < now_ms - LIFE_MS)).all()
    for tenant, store, call_id in old:
        connection.execute(delete(help_calls).where(at.tenant == tenant, at.store == store, at.id == call_id))
        feedlog.publish(connection, tenant, [feedlog.gone(DEVICE, store, "help", call_id)])
    return len(old)


def _find(connection: Connection, device: Device, call_id: str) -> HelpCall | None:
    at = help_calls.c
    query = select(at.call).where(at.tenant == device.tenant, at.store == device.store, at.id == call_id)
    # Two tills may answer at once, at two processes: the second waits, and finds the answer.
    found = connection.scalar(query.with_for_update())
    return read_json(found, HelpCall) if found is not None else None
