"""Service requests at the hub: kept as events, folded as everybody folds them, told to shops, and a task when they are late."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from kiosk.decoding import read_json
from kiosk.domain.service import ServiceEvent, ServiceRequest, ServiceState, settled
from kiosk.domain.servicelife import STATES
from sync.hub.problems import HubProblem
from sync.hub.shop import events
from sync.hub.shop.events import Happened
from sync.hub.storage.dialect import erasing, insert_new
from sync.hub.storage.schema import tasks
from sync.hub.storage.schema_care import service_events, service_requests

PREFIX = "SV-"
LATE = "service.late"
"""The task for a request of which the time is over."""

LATE_AT_ONCE = 100
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LETTERS = 10
_NUMBERS_PER_QUERY = 400
OPEN_STATES = tuple(name for name, state in STATES.items() if state.open)
"""With these something is still to happen."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A request as it is kept: whose it is, the customer (empty: a guest, or forgotten) with their own words, and what happened.

    `notes` are what was written with an event, by its id.
    """

    brand: str
    country: str
    customer: str
    words: str
    state: ServiceState
    notes: Mapping[str, str]
    late_ms: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests to list: of (brand, country), of a customer, in one of these states, of stores; nothing said: all."""

    place: tuple[str, str] | None = None
    customer: str = ""
    states: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    before: tuple[int, str] | None = None


def new_number(chance: Callable[[str], str] = secrets.choice) -> str:
    """A number that nobody guesses, in letters that are read without mistakes."""
    return PREFIX + "".join(chance(_ALPHABET) for _ in range(_LETTERS))


def open_one(
    connection: Connection, tenant: str, request: ServiceRequest, place: tuple[str, str], customer: str, words: str
) -> None:
    """Keep a new request of a (brand, country), and tell of it."""
    values = {
        "tenant": tenant, "id": request.id, "brand": place[0], "country": place[1],
        "body": msgspec.json.encode(request).decode(), "customer": customer, "words": words, "late_ms": 0,
        "opened_ms": request.opened_ms, **_summary(settled(request, ())),
    }  # fmt: skip
    if not insert_new(connection, service_requests, values):
        raise HubProblem("hub.busy")  # chance gave the same number twice: asked again, it gives another
    events.note(connection, tenant, [Happened(place[0], events.SERVICE_OPENED, request.id, {})], request.opened_ms)


def find(connection: Connection, tenant: str, id: str, lock: bool = False) -> Stored | None:
    """A request by its number, or None; `lock` lets nobody else move it until the transaction ends."""
    at = service_requests.c
    query = select(service_requests).where(at.tenant == tenant, at.id == id)
    row = connection.execute(query.with_for_update() if lock else query).first()
    return _stored(connection, tenant, [row])[0] if row is not None else None


def move(connection: Connection, tenant: str, event: ServiceEvent, note: str, now_ms: int) -> Stored:
    """Take a step, with a note that the customer may read. The same event again changes nothing.

    Raises HubProblem for a request that is not there, and for a step that it does not permit as it stands.
    """
    there = find(connection, tenant, event.request, lock=True)
    if there is None:
        raise HubProblem("service.unknown", id=event.request[:60])
    if event.id in there.state.told:
        return there
    event = replace(event, at_ms=max(event.at_ms, there.state.last_ms + 1))  # whatever this machine's clock says: it is the last
    state = settled(there.state.request, [*there.state.told.values(), event])
    if state.refused != there.state.refused:
        raise HubProblem("service.step", id=event.request[:60], step=event.step[:40], state=there.state.state)
    body = msgspec.json.encode(event).decode()
    connection.execute(insert(service_events).values(tenant=tenant, request=event.request, id=event.id, body=body, note=note))
    late_ms = there.late_ms
    if late_ms and (not state.is_open or state.due_ms > now_ms or state.store != there.state.store):
        _end_task(connection, tenant, there, now_ms)
        late_ms = 0
    at = service_requests.c
    mine = (at.tenant == tenant, at.id == event.request)
    connection.execute(update(service_requests).where(*mine).values(late_ms=late_ms, **_summary(state)))
    events.note(connection, tenant, [Happened(there.brand, events.SERVICE_CHANGED, event.request, {"state": state.state})], now_ms)
    return replace(there, state=state, notes={**there.notes, event.id: note}, late_ms=late_ms)


def listed(connection: Connection, tenant: str, wanted: Wanted, most: int) -> list[Stored]:
    """Requests, the newest first."""
    at = service_requests.c
    wish: list[ColumnElement[bool]] = [at.tenant == tenant]
    wish += [at.brand == wanted.place[0], at.country == wanted.place[1]] if wanted.place is not None else []
    wish += [at.customer == wanted.customer] if wanted.customer else []
    wish += [at.state.in_(wanted.states)] if wanted.states else []
    wish += [at.store.in_(wanted.stores)] if wanted.stores else []
    if wanted.before is not None:
        since, id = wanted.before
        wish.append((at.opened_ms < since) | ((at.opened_ms == since) & (at.id < id)))
    query = select(service_requests).where(*wish).order_by(at.opened_ms.desc(), at.id.desc()).limit(most)
    return _stored(connection, tenant, connection.execute(query).all())


def look(connection: Connection, tenant: str, now_ms: int) -> int:
    """Make a task of each request whose time is over, where it is not one yet; gives how many."""
    at = service_requests.c
    over = (at.tenant == tenant, at.due_ms > 0, at.due_ms <= now_ms, at.late_ms == 0)
    query = select(service_requests).where(*over).order_by(at.due_ms, at.id).limit(LATE_AT_ONCE).with_for_update()
    found = _stored(connection, tenant, connection.execute(query).all())
    for one in found:
        request, due_ms = one.state.request, one.state.due_ms
        detail = {"service": request.id, "about": request.kind, "state": one.state.state, "due_ms": due_ms}
        key = {"tenant": tenant, "store": one.state.store, "id": _task(request.id)}
        values = {"kind": LATE, "detail": msgspec.json.encode(detail).decode(), "at_ms": now_ms, "done_ms": 0}
        if not insert_new(connection, tasks, {**key, **values}):
            of = tasks.c
            connection.execute(update(tasks).where(*(of[name] == value for name, value in key.items())).values(**values))
        mine = (at.tenant == tenant, at.id == request.id)
        connection.execute(update(service_requests).where(*mine).values(late_ms=due_ms))
    return len(found)


def forget(connection: Connection, tenant: str, numbers: Sequence[str]) -> None:
    """Take customers out of their requests, with all that was written: goods may still be in the shop, so the rest stays."""
    at, of = service_requests.c, service_events.c
    with erasing(connection):
        for start in range(0, len(numbers), _NUMBERS_PER_QUERY):
            mine = (at.tenant == tenant, at.customer.in_(numbers[start : start + _NUMBERS_PER_QUERY]))
            theirs = (of.tenant == tenant, of.request.in_(select(at.id).where(*mine)))
            connection.execute(update(service_events).where(*theirs).values(note=""))
            connection.execute(update(service_requests).where(*mine).values(customer="", words=""))


def _task(request: str) -> str:
    return f"{LATE}/{request}"


def _end_task(connection: Connection, tenant: str, one: Stored, now_ms: int) -> None:
    of = tasks.c
    mine = (of.tenant == tenant, of.store == one.state.store, of.id == _task(one.state.request.id), of.done_ms == 0)
    connection.execute(update(tasks).where(*mine).values(done_ms=now_ms))


def _summary(state: ServiceState) -> dict[str, Any]:
    return {"state": state.state, "store": state.store, "due_ms": state.due_ms if state.is_open else 0}


def _stored(connection: Connection, tenant: str, rows: Sequence[Row[Any]]) -> list[Stored]:
    of = service_events.c
    told: dict[str, list[ServiceEvent]] = {row.id: [] for row in rows}
    notes: dict[str, dict[str, str]] = {row.id: {} for row in rows}
    query = select(service_events).where(of.tenant == tenant, of.request.in_(list(told)))
    for row in connection.execute(query) if told else ():
        told[row.request].append(read_json(row.body, ServiceEvent))
        notes[row.request][row.id] = row.note
    return [
        Stored(
            row.brand, row.country, row.customer, row.words, settled(read_json(row.body, ServiceRequest), told[row.id]),
            notes[row.id], int(row.late_ms),
        )
        for row in rows
    ]  # fmt: skip
