"""Held facts: what cannot be projected yet is kept with its reason, holds back its own aggregate, and is tried again.

A fact is never edited. A person may say how the hub is to project one (an override, kept with who said it), or that it
is to be left out for good (written off, and opened again by another action); see sync.hub.queue.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, Table, and_, bindparam, delete, func, insert, select, update

from kiosk.domain.errors import Damaged
from kiosk.domain.exceptions import LATE_MS
from kiosk.domain.facts import Fact, read_fact
from kiosk.domain.holding import aggregate_of
from sync.hub import feedlog, nul, plausible
from sync.hub.checking import Judge as Judge
from sync.hub.checking import judge_of, readable
from sync.hub.core import Device
from sync.hub.mending import DAY_KEY
from sync.hub.plausible import Limits
from sync.hub.projecting import Projector
from sync.hub.storage.schema import facts, held, terminals
from sync.hub.storage.schema_held import held_keys, overrides, written_off
from sync.protocol.messages import HeldFact

HELD_IN_REPLY_MAX = 100
BEHIND = "queue.behind"
MENDABLE = (
    "kind.unknown", "schema.newer", "body.invalid", "body.amount", "body.store", "fact.unreadable", "projection.failed",
    BEHIND, "clock.ahead", *plausible.REASONS,
)  # fmt: skip
"""Reasons that a newer hub, other limits or the fact before it may take away; the others wait for a person's word."""

ACCEPTABLE = ("device.forked", "fact.place", *plausible.REASONS)
"""Reasons that a person's word takes away: the bytes are sound, and somebody knows that they are true."""

_TERMINAL = ("tenant", "store", "dev", "inc")

# What every push asks is built once: to build such a statement costs more than to run it.
_ANY_KEY = select(held_keys.c.key).where(held_keys.c.tenant == bindparam("tenant")).limit(1)
_OF_DEVICE = (
    select(held.c.seq, held.c.reason, held.c.since_ms)
    .where(
        held.c.tenant == bindparam("tenant"), held.c.store == bindparam("store"), held.c.dev == bindparam("dev"),
        held.c.inc == bindparam("inc"),
    )
    .order_by(held.c.seq)
)  # fmt: skip
_FIRST_OF_DEVICE = _OF_DEVICE.limit(HELD_IN_REPLY_MAX)
_COUNT_OF_DEVICE = select(func.count()).select_from(_OF_DEVICE.order_by(None).subquery())


class Holding:
    """The held facts of one terminal, within the transaction that stores more of them."""

    def __init__(self, connection: Connection, device: Device, now_ms: int) -> None:
        self._connection = connection
        self._device = device
        self._now_ms = now_ms
        self._any: bool | None = None

    def any_waits(self) -> bool:
        """Whether anything of this tenant is held that holds back others."""
        if self._any is None:
            self._any = self._connection.scalar(_ANY_KEY, {"tenant": self._device.tenant}) is not None
        return self._any

    def behind(self, fact: Fact) -> str:
        """BEHIND when an earlier fact of the same aggregate is held, else nothing."""
        keys = aggregate_of(fact).keys if self.any_waits() else ()
        if not keys:
            return ""
        at = held_keys.c
        query = select(at.key).where(at.tenant == self._device.tenant, at.key.in_(keys)).limit(1)
        return BEHIND if self._connection.scalar(query) is not None else ""

    def hold(self, seq: int, fact: Fact | None, reason: str) -> None:
        """Hold the fact that was stored under this number; `fact` is None when its bytes could not be read."""
        device = self._device
        self._connection.execute(
            insert(held).values(
                dev=device.dev, inc=device.inc, seq=seq, reason=reason, since_ms=self._now_ms, tenant=device.tenant,
                store=device.store, day=fact.day if fact else "",
            )
        )  # fmt: skip
        # A terminal with two histories holds everything anyway; what is not of its place names nothing of ours.
        if fact is not None and reason in MENDABLE:
            mark_keys(self._connection, device.tenant, fact)
            self._any = True

    def written_off(self, fact: Fact) -> None:
        """Obey a manager at the terminal: one of its own held facts is left out; what waited behind it is tried next time."""
        device, body = self._device, fact.body
        name = FactName(device.tenant, device.store, device.dev, device.inc, body["seq"])
        row = self._connection.execute(select(held).where(name.at(held)).with_for_update()).one_or_none()
        if row is None:
            return
        forget(self._connection, name)
        self._connection.execute(
            insert(written_off).values(
                tenant=device.tenant, store=device.store, subject=f"held:{device.store}/{device.dev}/{device.inc}/{row.seq}",
                reason=row.reason, since_ms=row.since_ms, day=row.day, at_ms=self._now_ms,
                who=f"{device.store}-{device.terminal}:{body['approved_by']}", note=body["note"],
            )
        )  # fmt: skip


def mark_keys(connection: Connection, tenant: str, fact: Fact) -> None:
    """Note what a held fact holds back."""
    keys = aggregate_of(fact).own
    if keys:
        name = {"tenant": tenant, "dev": fact.dev, "inc": fact.inc, "seq": fact.seq}
        connection.execute(insert(held_keys), [{**name, "key": key} for key in keys])


def of_device(connection: Connection, device: Device) -> tuple[list[HeldFact], int]:
    """What the hub holds of a terminal, oldest first and at most HELD_IN_REPLY_MAX of it, and how much it is in all."""
    who = {"tenant": device.tenant, "store": device.store, "dev": device.dev, "inc": device.inc}
    found = [HeldFact(row.seq, row.reason, row.since_ms) for row in connection.execute(_FIRST_OF_DEVICE, who)]
    if len(found) < HELD_IN_REPLY_MAX:
        return found, len(found)
    return found, connection.scalar(_COUNT_OF_DEVICE, who) or 0


@dataclass(frozen=True, slots=True)
class FactName:
    """Which fact: the whole key under which the hub keeps it."""

    tenant: str
    store: str
    dev: str
    inc: int
    seq: int

    @classmethod
    def of(cls, row: "Row[Any]") -> "FactName":
        """The name of the fact of a row."""
        return cls(row.tenant, row.store, row.dev, row.inc, row.seq)

    def at(self, table: Table) -> "ColumnElement[bool]":
        """This fact's row in a table."""
        return and_(*(table.c[name] == getattr(self, name) for name in (*_TERMINAL, "seq")))


@dataclass(frozen=True, slots=True)
class Retried:
    """How many facts were tried again, and how many of them could be projected."""

    tried: int
    projected: int


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose held facts: of one tenant, store or terminal; empty parts mean all."""

    tenant: str = ""
    store: str = ""
    dev: str = ""

    def narrowed(self, query: "Select[Any]") -> "Select[Any]":
        """The query, of these only."""
        for column, wanted in ((held.c.tenant, self.tenant), (held.c.store, self.store), (held.c.dev, self.dev)):
            if wanted:
                query = query.where(column == wanted)
        return query


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class Word:
    """A person's word on how one fact is projected: taken as it is, with parts of its body said otherwise."""

    accepted: bool
    patch: dict[str, Any]


def retry(connection: Connection, limits: Limits, now_ms: int, new_id: Callable[[], str], scope: Scope = EVERYTHING) -> Retried:
    """Try held facts again, oldest first: after an upgrade, a fix, a person's word. One that fails holds up only its own."""
    rows = connection.execute(scope.narrowed(_rows())).all()
    if not rows:
        return Retried(0, 0)
    words = _words(connection, scope)
    projectors: dict[str, Projector] = {}
    blocked: set[tuple[str, str]] = set()
    tried = done = 0
    for row in rows:
        word = words.get((row.dev, row.inc, row.seq))
        if row.reason not in MENDABLE and word is None:
            continue
        tried += 1
        fact = _fact_of(row, word)
        if row.tenant not in projectors:
            projectors[row.tenant] = Projector(connection, row.tenant, now_ms, new_id)
        reason = "fact.unreadable" if fact is None else _reason(row, fact, word, limits, blocked)
        if fact is not None and not reason:
            reason = projectors[row.tenant].apply(fact)
        if not reason:
            forget(connection, FactName.of(row))
            done += 1
            continue
        if fact is not None:
            blocked.update((row.tenant, key) for key in aggregate_of(fact).own)
        if reason != row.reason:
            _say_otherwise(connection, row, reason)
    for tenant, projector in projectors.items():
        feedlog.publish(connection, tenant, projector.finish())
    return Retried(tried, done)


def _rows() -> "Select[Any]":
    # By the whole key: its beginning is what the rows are found by. Held until the end: another process that tries again, too,
    # comes after this one and finds only what is held still, so that no fact is projected twice.
    whose = and_(*(terminals.c[name] == held.c[name] for name in _TERMINAL))
    same = and_(*(facts.c[name] == held.c[name] for name in (*_TERMINAL, "seq")))
    return (
        select(held, terminals.c.terminal, facts.c.data, facts.c.received_ms)
        .join(facts, same)
        .join(terminals, whose)
        .order_by(held.c.since_ms, held.c.dev, held.c.inc, held.c.seq)
        .with_for_update(of=held)
    )


def _words(connection: Connection, scope: Scope) -> dict[tuple[str, int, int], Word]:
    at = overrides.c
    query = select(at.dev, at.inc, at.seq, at.accepted, at.patch)
    if scope.tenant:
        query = query.where(at.tenant == scope.tenant)
    return {(row.dev, row.inc, row.seq): Word(row.accepted, msgspec.json.decode(row.patch)) for row in connection.execute(query)}


def _fact_of(row: "Row[Any]", word: Word | None) -> Fact | None:
    """The fact of a held row as it is to be projected; None when its bytes do not read."""
    try:
        fact = read_fact(bytes(row.data))
    except Damaged:
        return None
    if nul.in_json(row.data):
        return None
    return said_otherwise(fact, word.patch) if word else fact


def _reason(row: "Row[Any]", fact: Fact, word: Word | None, limits: Limits, blocked: set[tuple[str, str]]) -> str:
    """Why a held fact is held still; nothing when it may be projected."""
    if (fact.dev, fact.inc, fact.place.tenant) != (row.dev, row.inc, row.tenant):
        return "fact.foreign"
    if word is None and (fact.place.store, fact.place.terminal) != (row.store, row.terminal):
        return "fact.place"
    taken = word is not None and word.accepted
    fault = readable(fact) if taken else judge_of(limits, row.received_ms)(fact)
    if fault is not None:
        return fault.reason
    return BEHIND if any((row.tenant, key) in blocked for key in aggregate_of(fact).keys) else ""


def forget(connection: Connection, name: FactName) -> None:
    """A fact is held no more, and holds back nothing."""
    connection.execute(delete(held).where(name.at(held)))
    key = held_keys.c
    connection.execute(
        delete(held_keys).where(key.tenant == name.tenant, key.dev == name.dev, key.inc == name.inc, key.seq == name.seq)
    )


def _say_otherwise(connection: Connection, row: "Row[Any]", reason: str) -> None:
    connection.execute(update(held).where(FactName.of(row).at(held)).values(reason=reason))


def said_otherwise(fact: Fact, patch: dict[str, Any]) -> Fact:
    """A fact as a person says that it is to be counted: another business day, other parts of its body."""
    rest = {name: value for name, value in patch.items() if name != DAY_KEY}
    return replace(fact, body=merged(fact.body, rest), day=str(patch.get(DAY_KEY, fact.day)))


def merged(body: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """A body with a JSON merge patch over it (RFC 7396): null takes a part away, lists are replaced whole."""
    result = dict(body)
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict):
            there = result.get(name)
            result[name] = merged(there if isinstance(there, dict) else {}, value)
        else:
            result[name] = value
    return result


def late_count(connection: Connection, now_ms: int) -> int:
    """How many facts have been held for longer than anything may wait."""
    return connection.scalar(select(func.count()).select_from(held).where(held.c.since_ms <= now_ms - LATE_MS)) or 0
