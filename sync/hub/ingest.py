"""Taking facts in: every authentic fact is stored once, in order; what cannot be projected yet is held.

The reply is a pure function of what is stored, so a retry, a re-ordering or a relay changes nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from kiosk.domain.codec import digest
from kiosk.domain.errors import Damaged
from kiosk.domain.facts import Fact, read_fact
from sync.hub import feedlog
from sync.hub.bodies import reason_to_hold
from sync.hub.core import Device
from sync.hub.problems import HubProblem
from sync.hub.projecting import Projector
from sync.hub.storage.schema import facts, forks, held, terminals
from sync.protocol.messages import HeldFact, PushReply, PushRequest
from sync.protocol.signature import verifier

HELD_IN_REPLY_MAX = 100
FORKS_PER_DEVICE_MAX = 1_000
MENDABLE = (
    "kind.unknown", "schema.newer", "body.invalid", "body.amount", "body.store", "fact.unreadable", "projection.failed",
)  # fmt: skip
"""Reasons that a newer hub may no longer have; a foreign fact or a fork stays for a person."""


@dataclass(frozen=True, slots=True)
class Checked:
    """An authentic fact: its place in the chain, its bytes, and the fact itself where the bytes could be read."""

    seq: int
    hash: bytes
    data: bytes
    signature: bytes
    fact: Fact | None
    reason: str


@dataclass(frozen=True, slots=True)
class Forged:
    """Bytes that this device did not sign."""

    seq: int
    data: bytes


def check(request: PushRequest, device: Device) -> tuple[list[Checked], Forged | None]:
    """Verify and open a push's facts up to the first that is not authentic. Heavy: run it on a worker thread."""
    verify = verifier(device.public_key)
    checked: list[Checked] = []
    for place, pushed in enumerate(request.facts):
        mark = digest(pushed.data)
        if not verify(mark, pushed.signature):
            return checked, Forged(request.from_seq + place, pushed.data)
        checked.append(_opened(request.from_seq + place, mark, pushed.data, pushed.signature, device))
    return checked, None


def _opened(seq: int, mark: bytes, data: bytes, signature: bytes, device: Device) -> Checked:
    """An authentic fact that cannot be read (a newer frame) keeps the place it was pushed at, and is held."""
    try:
        fact = read_fact(data)
    except Damaged:
        return Checked(seq, mark, data, signature, None, "fact.unreadable")
    if (fact.dev, fact.inc) != (device.dev, device.inc):
        return Checked(seq, mark, data, signature, None, "fact.foreign")
    place = fact.place
    if (place.tenant, place.store, place.terminal) != (device.tenant, device.store, device.terminal):
        return Checked(fact.seq, mark, data, signature, fact, "fact.place")
    return Checked(fact.seq, mark, data, signature, fact, reason_to_hold(fact))


class Ingest:
    """One push in one transaction: next, done before, forked, or too far ahead."""

    def __init__(self, connection: Connection, device: Device, now_ms: int, new_id: Callable[[], str]) -> None:
        self._connection = connection
        self._device = device
        self._now_ms = now_ms
        mine = terminals.c
        state = connection.execute(
            select(mine.next_seq, mine.head, mine.forked).where(mine.dev == device.dev, mine.inc == device.inc)
        ).one()
        self._next, self._head, self._forked = int(state.next_seq), bytes(state.head), bool(state.forked)
        self._first_new = self._next
        self._new: list[Checked] = []
        self._projector = Projector(connection, device.tenant, now_ms, new_id)

    def take(self, checked: Sequence[Checked]) -> None:
        """Take a push's facts; stops at the first that is too far ahead."""
        for fact in checked:
            if fact.seq > self._next:
                break
            if fact.seq < self._next:
                if self._hash_at(fact.seq) != fact.hash:
                    self._fork(fact)
            elif fact.fact is not None and fact.fact.prev != self._head:
                self._fork(fact)
            else:
                self._store(fact)
        self._write()

    def _store(self, fact: Checked) -> None:
        self._new.append(fact)
        self._next, self._head = fact.seq + 1, fact.hash
        reason = fact.reason or ("device.forked" if self._forked else "")
        if not reason:
            assert fact.fact is not None, "only a fact that was read is projected"
            reason = self._projector.apply(fact.fact)
        if reason:
            self._hold(fact, reason)

    def _hash_at(self, seq: int) -> bytes:
        if seq >= self._first_new:
            return self._new[seq - self._first_new].hash
        at = facts.c
        found = self._connection.scalar(
            select(at.hash).where(at.dev == self._device.dev, at.inc == self._device.inc, at.seq == seq)
        )
        assert found is not None, f"fact {seq} is below the next and so it is stored"
        return bytes(found)

    def _fork(self, fact: Checked) -> None:
        """Keep both: two different facts under one number prove a clone or tampering."""
        self._forked = True
        at = forks.c
        kept = self._connection.scalars(
            select(at.seq).where(at.dev == self._device.dev).limit(FORKS_PER_DEVICE_MAX)
        ).all()
        if len(kept) < FORKS_PER_DEVICE_MAX:
            self._connection.execute(
                upsert(forks)
                .values(
                    dev=self._device.dev, inc=self._device.inc, seq=fact.seq, hash=fact.hash, data=fact.data,
                    signature=fact.signature, received_ms=self._now_ms,
                )
                .on_conflict_do_nothing()
            )  # fmt: skip

    def _hold(self, fact: Checked, reason: str) -> None:
        self._connection.execute(
            insert(held).values(
                dev=self._device.dev, inc=self._device.inc, seq=fact.seq, reason=reason, since_ms=self._now_ms,
                tenant=self._device.tenant, store=self._device.store, day=fact.fact.day if fact.fact else "",
            )
        )  # fmt: skip

    def _write(self) -> None:
        device = self._device
        if self._new:
            self._connection.execute(insert(facts), [self._row(fact) for fact in self._new])
        self._connection.execute(
            update(terminals)
            .where(terminals.c.dev == device.dev, terminals.c.inc == device.inc)
            .values(next_seq=self._next, head=self._head, forked=self._forked, last_seen_ms=self._now_ms)
        )
        feedlog.publish(self._connection, device.tenant, self._projector.finish())

    def _row(self, fact: Checked) -> dict[str, Any]:
        return {
            "dev": self._device.dev, "inc": self._device.inc, "seq": fact.seq, "hash": fact.hash, "data": fact.data,
            "signature": fact.signature, "received_ms": self._now_ms, "tenant": self._device.tenant,
            "store": self._device.store, "day": fact.fact.day if fact.fact else "",
            "kind": fact.fact.kind if fact.fact else "",
        }  # fmt: skip


def reply(connection: Connection, device: Device, epoch: int, now_ms: int) -> PushReply:
    """Where the device goes on, from what is stored."""
    row = connection.execute(
        select(terminals).where(terminals.c.dev == device.dev, terminals.c.inc == device.inc)
    ).one()
    waiting = connection.execute(
        select(held.c.seq, held.c.reason)
        .where(held.c.dev == device.dev, held.c.inc == device.inc)
        .order_by(held.c.seq)
        .limit(HELD_IN_REPLY_MAX)
    )
    return PushReply(
        epoch, row.next_seq, row.durable_seq, bytes(row.head), now_ms,
        [HeldFact(seq, reason) for seq, reason in waiting], row.forked,
    )  # fmt: skip


def push(
    connection: Connection, device: Device, checked: Sequence[Checked], forged: Forged | None, epoch: int,
    now_ms: int, new_id: Callable[[], str],
) -> PushReply:  # fmt: skip
    """Take one push. Raises HubProblem when its very first fact is forged: nothing of it can be stored."""
    if forged is not None and not checked:
        raise HubProblem("fact.signature", seq=forged.seq)
    Ingest(connection, device, now_ms, new_id).take(checked)
    return reply(connection, device, epoch, now_ms)


def project_held(connection: Connection, now_ms: int, new_id: Callable[[], str]) -> int:
    """Try every held fact again, after an upgrade of the hub; gives how many were projected."""
    query = (
        select(held.c.dev, held.c.inc, held.c.seq, held.c.tenant, held.c.store, terminals.c.terminal, facts.c.data)
        .join(facts, (facts.c.dev == held.c.dev) & (facts.c.inc == held.c.inc) & (facts.c.seq == held.c.seq))
        .join(terminals, (terminals.c.dev == held.c.dev) & (terminals.c.inc == held.c.inc))
        .where(held.c.reason.in_(MENDABLE))
        .order_by(held.c.dev, held.c.inc, held.c.seq)
    )
    done = 0
    projectors: dict[str, Projector] = {}
    for row in connection.execute(query).all():
        try:
            fact = read_fact(bytes(row.data))
        except Damaged:
            continue
        place = (fact.dev, fact.inc, fact.place.tenant, fact.place.store, fact.place.terminal)
        if place != (row.dev, row.inc, row.tenant, row.store, row.terminal) or reason_to_hold(fact):
            continue
        if row.tenant not in projectors:
            projectors[row.tenant] = Projector(connection, row.tenant, now_ms, new_id)
        if projectors[row.tenant].apply(fact):
            continue
        connection.execute(
            held.delete().where(held.c.dev == row.dev, held.c.inc == row.inc, held.c.seq == row.seq)
        )
        done += 1
    for tenant, projector in projectors.items():
        feedlog.publish(connection, tenant, projector.finish())
    return done
