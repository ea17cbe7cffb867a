"""Taking facts in: every authentic fact is stored once, in order; what cannot be projected yet is held.

The reply is a pure function of what is stored, so a retry, a re-ordering or a relay changes nothing.
"""

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, select, update

from kiosk.domain.facts import WORK_WRITTEN_OFF
from kiosk.domain.feed import DEVICE
from sync.hub import feedlog
from sync.hub.checking import KNOWN, Checked, Forged
from sync.hub.checking import check as check
from sync.hub.core import Device
from sync.hub.folding import Fold
from sync.hub.held import Holding, of_device
from sync.hub.problems import HubProblem
from sync.hub.projecting import Projector, Projectors
from sync.hub.reading import open_again
from sync.hub.storage.bulk import insert_many
from sync.hub.storage.database import TOUCHED
from sync.hub.storage.dialect import insert_new
from sync.hub.storage.schema import facts, forks, terminals
from sync.protocol.messages import PushReply

FORKS_PER_DEVICE_MAX = 1_000
_FACT = (
    "tenant", "store", "dev", "inc", "seq", "hash", "data", "signature", "received_ms", "day", "kind",
)  # fmt: skip


def _mine(table: Table) -> ColumnElement[bool]:
    """The rows of a table that belong to the terminal whose key stands in the parameters: see `whose`."""
    return and_(*(table.c[name] == bindparam(f"its_{name}") for name in ("tenant", "store", "dev", "inc")))


# What every push asks is built once: to build such a statement costs more than to run it.
_STATE = select(terminals.c.next_seq, terminals.c.head, terminals.c.forked).where(_mine(terminals)).with_for_update()
_WHERE = select(terminals.c.next_seq, terminals.c.durable_seq, terminals.c.head, terminals.c.forked).where(_mine(terminals))
_MOVE_ON = (
    update(terminals)
    .where(_mine(terminals))
    .values(next_seq=bindparam("next"), head=bindparam("mark"), forked=bindparam("is_forked"), last_seen_ms=bindparam("now_ms"))
)
_HASHES = select(facts.c.seq, facts.c.hash).where(_mine(facts), facts.c.seq.between(bindparam("first"), bindparam("last")))


def whose(device: Device) -> dict[str, str | int]:
    """The parameters that name a terminal."""
    return {"its_tenant": device.tenant, "its_store": device.store, "its_dev": device.dev, "its_inc": device.inc}


class Ingest:
    """One push in one transaction: next, done before, forked, or too far ahead."""

    def __init__(self, connection: Connection, device: Device, now_ms: int, projector: Projector) -> None:
        self._connection = connection
        self._device = device
        self._now_ms = now_ms
        # One push of a terminal at a time, on whichever process: the next one waits here and sees what this one stored.
        state = connection.execute(_STATE, whose(device)).one()
        self._next, self._head, self._forked = int(state.next_seq), bytes(state.head), bool(state.forked)
        self._first_new = self._next
        self._new: list[Checked] = []
        self._projector = projector
        self._before: dict[int, bytes] = {}
        self._holding = Holding(connection, device, now_ms)

    def take(self, checked: Sequence[Checked], folded: Fold | None = None) -> None:
        """Take a push's facts; stops at the first that is too far ahead. `folded` is what follows when nothing is in its way."""
        if folded is not None and self._goes_on(checked[0].seq, folded):
            self._new = list(checked)
            self._next, self._head = checked[-1].seq + 1, checked[-1].hash
            self._projector.add((self._device.store, self._device.terminal), folded)
            self._write(zip(folded.days, folded.kinds, strict=True))
            return
        if folded is not None:  # it has to be looked at fact by fact after all
            checked = [one._replace(fact=open_again(one.data)) for one in checked]
        before = [fact.seq for fact in checked if fact.seq < self._next and fact.reason is not KNOWN]
        if before:
            self._before = stored_hashes(self._connection, self._device, min(before), max(before))
        for fact in checked:
            if fact.reason is KNOWN:
                if fact.seq >= self._next:
                    break  # it was stored when we looked, and is not any more: it has to come again, to be verified
                continue
            if fact.seq > self._next:
                if not self._is_of_fork(fact):
                    break
                self._fork(fact)
                continue
            if fact.seq < self._next:
                if self._hash_at(fact.seq) != fact.hash:
                    self._fork(fact)
            elif fact.fact is not None and fact.fact.prev != self._head:
                self._fork(fact)
            else:
                self._store(fact)
        self._write((fact.fact.day, fact.fact.kind) if fact.fact else ("", "") for fact in self._new)

    def _goes_on(self, seq: int, folded: Fold) -> bool:
        """Whether a push that is one chain is just the next, and nothing of this terminal or before it waits for anything."""
        if seq != self._next or folded.prev != self._head or self._forked:
            return False
        return not self._holding.any_waits()

    def _store(self, fact: Checked) -> None:
        self._new.append(fact)
        self._next, self._head = fact.seq + 1, fact.hash
        reason = fact.reason or ("device.forked" if self._forked else "")
        if not reason:
            assert fact.fact is not None, "only a fact that was read is projected"
            reason = self._holding.behind(fact.fact) or self._projector.apply(fact.fact)
        if reason:
            self._holding.hold(fact.seq, fact.fact, reason)
        elif fact.fact is not None and fact.fact.kind == WORK_WRITTEN_OFF:
            self._holding.written_off(fact.fact)

    def _hash_at(self, seq: int) -> bytes:
        if seq >= self._first_new:
            return self._new[seq - self._first_new].hash
        assert seq in self._before, f"fact {seq} is below the next and so it is stored"
        return self._before[seq]

    def _is_of_fork(self, fact: Checked) -> bool:
        """Whether a fact beyond the next goes on from one that was put aside: a clone's history is kept to its end."""
        if not self._forked or fact.fact is None:
            return False
        at = forks.c
        before = select(at.seq).where(of(forks, self._device), at.seq == fact.seq - 1, at.hash == fact.fact.prev)
        return self._connection.scalar(before) is not None

    def _fork(self, fact: Checked) -> None:
        """Keep both: two different facts under one number prove a clone or tampering."""
        if not self._forked:  # whoever waits for news under this name is told by its poll, also when it sells nothing
            touched: set[tuple[str, str, str]] = self._connection.info[TOUCHED]
            touched.add((self._device.tenant, DEVICE, feedlog.own(self._device.dev)))
        self._forked = True
        at = forks.c
        kept = self._connection.scalars(select(at.seq).where(of(forks, self._device)).limit(FORKS_PER_DEVICE_MAX)).all()
        if len(kept) < FORKS_PER_DEVICE_MAX:
            values = {
                "tenant": self._device.tenant, "store": self._device.store, "dev": self._device.dev, "inc": self._device.inc,
                "seq": fact.seq, "hash": fact.hash, "data": fact.data, "signature": fact.signature,
                "received_ms": self._now_ms,
            }  # fmt: skip
            insert_new(self._connection, forks, values)

    def _write(self, days_and_kinds: Iterable[tuple[str, str]]) -> None:
        device, now_ms = self._device, self._now_ms
        rows = [
            (
                device.tenant, device.store, device.dev, device.inc, fact.seq, fact.hash, fact.data, fact.signature, now_ms,
                _storable(day), _storable(kind),
            )
            for fact, (day, kind) in zip(self._new, days_and_kinds, strict=True)
        ]  # fmt: skip
        insert_many(self._connection, facts, _FACT, rows)
        moved = {"next": self._next, "mark": self._head, "is_forked": self._forked, "now_ms": self._now_ms}
        self._connection.execute(_MOVE_ON, {**whose(device), **moved})


def is_forked(connection: Connection, device: Device) -> bool:
    """Whether the hub has two histories of a terminal."""
    return bool(connection.scalar(select(terminals.c.forked).where(of(terminals, device))))


def stored_hashes(connection: Connection, device: Device, first: int, last: int) -> dict[int, bytes]:
    """The hashes of a terminal's stored facts, by number, from the first to the last."""
    found = connection.execute(_HASHES, {**whose(device), "first": first, "last": last}).all()
    return {seq: bytes(mark) for seq, mark in found}


def _storable(text: str) -> str:
    """A text of a fact as a column may hold it: PostgreSQL knows no NUL. The fact's own bytes are kept as they came."""
    return text.replace("\0", "\ufffd")


def of(table: Table, device: Device) -> ColumnElement[bool]:
    """The rows of a table that belong to a terminal: by the whole beginning of their key, so that each is found at once."""
    at = table.c
    return and_(at.tenant == device.tenant, at.store == device.store, at.dev == device.dev, at.inc == device.inc)


def reply(connection: Connection, device: Device, epoch: int, now_ms: int) -> PushReply:
    """Where the device goes on, from what is stored."""
    row = connection.execute(_WHERE, whose(device)).one()
    waiting, count = of_device(connection, device)
    return PushReply(
        epoch, row.next_seq, row.durable_seq, bytes(row.head), now_ms,
        waiting, row.forked, held_count=count,
    )  # fmt: skip


def push(
    connection: Connection, device: Device, checked: Sequence[Checked], forged: Forged | None, epoch: int,
    now_ms: int, new_id: Callable[[], str], projectors: Projectors | None = None, folded: Fold | None = None,
) -> PushReply:  # fmt: skip
    """Take one push. Raises HubProblem when its very first fact is forged: nothing of it can be stored.

    With `projectors`, what follows from the facts is gathered there, and whoever brought them publishes it in this transaction.
    """
    if forged is not None and not checked:
        raise HubProblem("fact.signature", seq=forged.seq)
    gathered = projectors or Projectors(connection, now_ms, new_id)
    Ingest(connection, device, now_ms, gathered.of(device.tenant)).take(checked, folded)
    if projectors is None:
        gathered.publish()
    return reply(connection, device, epoch, now_ms)
