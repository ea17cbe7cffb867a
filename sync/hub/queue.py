"""The exception queue: what waits for a person, what it is worth, and what a person does about it.

An item has an id that says what it is: `held:STORE/DEV/INC/SEQ`, `fork:STORE/DEV/INC/SEQ/HASH`, `dead:STORE/DEV/SHA256`,
`task:STORE/ID`. Each action is one transaction, says who and why in the audit, and changes nothing when it is done twice.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, and_, delete, insert, select, update

from kiosk.domain import exceptions
from kiosk.domain.errors import Damaged
from kiosk.domain.exceptions import DEAD, FORK, HELD, MEND, REOPEN, RETRY, TAKE, TASK, WRITE_OFF, Waiting, in_order
from kiosk.domain.facts import Fact, read_fact
from kiosk.domain.holding import receipt_of, worth_of
from sync.hub import held as holding
from sync.hub import mending, nul, staff
from sync.hub.held import ACCEPTABLE, FactName, Retried, Scope
from sync.hub.mending import DAY_KEY, Field
from sync.hub.plausible import Limits, fault_of
from sync.hub.problems import HubProblem
from sync.hub.storage.schema import facts, forks, held, tasks, terminals
from sync.hub.storage.schema_held import dead_letters, overrides, written_off

ITEMS_MAX = 2_000
"""A list longer than this is no work list any more; the count is still told."""

PATCH_BYTES_MAX = 64 * 1024
_TERMINAL = ("tenant", "store", "dev", "inc")
_UNMENDABLE = ("fact.unreadable", "fact.foreign", "kind.unknown", "schema.newer")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits at the hub, and whose it is."""

    tenant: str
    store: str
    terminal: str
    dev: str
    waiting: Waiting


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does something about an item and why; `patch` is the merge patch of a mending."""

    who: str
    note: str
    now_ms: int
    patch: str = ""


class Queue:
    """The queue of one tenant within one transaction. `limits` say what is absurd, `new_id` names what is made."""

    def __init__(self, connection: Connection, tenant: str, limits: Limits, new_id: Callable[[], str]) -> None:
        self._connection = connection
        self._tenant = tenant
        self._limits = limits
        self._new_id = new_id

    # looking

    def items(self, store: str = "", dev: str = "") -> list[Item]:
        """Everything that waits, oldest first, of the tenant, a store or a terminal."""
        found = [*self._held(store, dev), *self._forks(store, dev), *self._dead(store, dev)]
        if not dev:
            found += self._tasks(store)
        by_id = {item.waiting.id: item for item in found}
        return [by_id[waiting.id] for waiting in in_order([item.waiting for item in found])]

    def closed(self, store: str = "") -> list[Item]:
        """What was written off, newest first: it can be opened again."""
        at = written_off.c
        query = select(written_off).where(at.tenant == self._tenant).order_by(at.at_ms.desc()).limit(ITEMS_MAX)
        if store:
            query = query.where(at.store == store)
        return [self._closed_item(row) for row in self._connection.execute(query)]

    def find(self, item_id: str) -> Item:
        """One item that waits. Raises HubProblem for none."""
        found = next((one for one in self.items(store_of(item_id)) if one.waiting.id == item_id), None)
        if found is None:
            raise HubProblem("queue.gone", id=item_id[:120])
        return found

    def body(self, item_id: str) -> str:
        """The body of a held fact as JSON that a person reads; empty for what has none that reads."""
        if not item_id.startswith(f"{HELD}:"):
            return ""
        fact = self._fact(_fact_name(self._tenant, item_id))
        return "" if fact is None else msgspec.json.format(msgspec.json.encode(fact.body)).decode()

    def fields(self, item: Item) -> list[Field]:
        """The usual mistakes of a held fact, as a form shows them; nothing for what cannot be mended."""
        said = self._said(item.waiting.id) if MEND in item.waiting.actions else None
        return mending.fields_of(said, _reason_of(item)) if said is not None else []

    def patch_for(self, item_id: str, form: Mapping[str, str], typed: str) -> str:
        """The JSON merge patch for a filled form, with what was typed as JSON over it; empty when nothing is to be another.

        Raises HubProblem for a field that cannot be, and for an item that is gone.
        """
        item = self.find(item_id)
        said = self._said(item_id)
        patch = mending.patch_of(said, _reason_of(item), form) if said is not None else {}
        if typed.strip():
            patch = {**patch, **_patch(typed)}
        return msgspec.json.encode(patch).decode() if patch else ""

    def _said(self, item_id: str) -> Fact | None:
        """A held fact as it was said to be counted up to now; None for what has no fact that reads."""
        if not item_id.startswith(f"{HELD}:"):
            return None
        name = _fact_name(self._tenant, item_id)
        fact = self._fact(name)
        patch = self._connection.scalar(select(overrides.c.patch).where(name.at(overrides)))
        return fact if fact is None or patch is None else holding.said_otherwise(fact, msgspec.json.decode(patch))

    # doing

    def retry(self, scope: Scope, deed: Deed) -> Retried:
        """Try everything again that a fix may have mended."""
        done = holding.retry(self._connection, self._limits, deed.now_ms, self._new_id, scope)
        self._note("queue.retried", f"{scope.store or '*'} {done.projected}/{done.tried}", deed)
        return done

    def act(self, item_id: str, action: str, deed: Deed) -> None:
        """Do something about one item. Raises HubProblem when it is gone, or this cannot be done about it."""
        if not deed.note.strip() and action != RETRY:
            raise HubProblem("queue.note")
        if action == REOPEN:
            self._reopen(item_id, deed)
            return
        item = self.find(item_id)
        if action not in item.waiting.actions:
            raise HubProblem("queue.not_possible", action=action[:40], id=item_id[:120])
        if action == RETRY:
            self.retry(Scope(self._tenant, item.store, item.dev), deed)
        elif action == WRITE_OFF:
            self._write_off(item, deed)
        else:
            self._say(item, deed, accepted=action == TAKE)

    def _say(self, item: Item, deed: Deed, accepted: bool) -> None:
        """Keep a person's word beside the fact, and see at once what comes of it."""
        name = _fact_name(self._tenant, item.waiting.id)
        patch = _patch(deed.patch) if not accepted else {}
        there = self._connection.execute(select(overrides).where(name.at(overrides))).one_or_none()
        before = msgspec.json.decode(there.patch) if there is not None else {}
        self._connection.execute(delete(overrides).where(name.at(overrides)))
        self._connection.execute(
            insert(overrides).values(
                **_key(name), accepted=accepted or (there is not None and there.accepted),
                patch=msgspec.json.encode(holding.merged(before, patch)).decode(), who=deed.who, note=deed.note,
                at_ms=deed.now_ms,
            )
        )  # fmt: skip
        self._note("queue.taken" if accepted else "queue.mended", item.waiting.id, deed)
        holding.retry(self._connection, self._limits, deed.now_ms, self._new_id, Scope(self._tenant, item.store))

    def _write_off(self, item: Item, deed: Deed) -> None:
        row = {"reason": item.waiting.why, "since_ms": item.waiting.since_ms, "day": ""}
        if item.waiting.kind == HELD:
            name = _fact_name(self._tenant, item.waiting.id)
            there = self._connection.execute(select(held).where(name.at(held)).with_for_update()).one_or_none()
            if there is None:  # somebody else was quicker: it was projected, or written off
                raise HubProblem("queue.gone", id=item.waiting.id[:120])
            row |= {"reason": there.reason, "day": there.day}
            holding.forget(self._connection, name)
        elif item.waiting.kind == TASK:
            self._task_done(item.waiting.id, deed.now_ms)
        self._connection.execute(
            insert(written_off).values(
                tenant=self._tenant, store=item.store, subject=item.waiting.id, who=deed.who, note=deed.note, at_ms=deed.now_ms,
                **row,
            )
        )  # fmt: skip
        self._note("queue.written_off", item.waiting.id, deed)
        if item.waiting.kind == HELD:  # what waited behind it goes on
            holding.retry(self._connection, self._limits, deed.now_ms, self._new_id, Scope(self._tenant, item.store))

    def _reopen(self, item_id: str, deed: Deed) -> None:
        at = written_off.c
        mine = and_(at.tenant == self._tenant, at.store == store_of(item_id), at.subject == item_id)
        row = self._connection.execute(select(written_off).where(mine)).one_or_none()
        if row is None:
            raise HubProblem("queue.gone", id=item_id[:120])
        self._connection.execute(delete(written_off).where(mine))
        if item_id.startswith(f"{HELD}:"):
            name = _fact_name(self._tenant, item_id)
            self._connection.execute(insert(held).values(**_key(name), reason=row.reason, since_ms=row.since_ms, day=row.day))
            fact = self._fact(name)
            if fact is not None and row.reason in holding.MENDABLE:
                holding.mark_keys(self._connection, self._tenant, fact)
        elif item_id.startswith(f"{TASK}:"):
            self._task_done(item_id, 0)
        self._note("queue.reopened", item_id, deed)

    def _task_done(self, item_id: str, done_ms: int) -> None:
        at = tasks.c
        mine = and_(at.tenant == self._tenant, at.id == item_id.rpartition("/")[2])
        self._connection.execute(update(tasks).where(mine).values(done_ms=done_ms))

    def _note(self, what: str, subject: str, deed: Deed) -> None:
        detail = {"subject": subject, "note": deed.note[:500]}
        staff.note(self._connection, self._tenant, deed.who, what, detail, deed.now_ms, self._new_id)

    # the four kinds

    def _held(self, store: str, dev: str) -> Iterator[Item]:
        whose = and_(*(terminals.c[name] == held.c[name] for name in _TERMINAL))
        same = and_(*(facts.c[name] == held.c[name] for name in (*_TERMINAL, "seq")))
        query = (
            select(held, terminals.c.terminal, facts.c.data, facts.c.received_ms)
            .join(terminals, whose)
            .join(facts, same)
            .where(held.c.tenant == self._tenant)
            .order_by(held.c.since_ms)
            .limit(ITEMS_MAX)
        )
        for row in self._connection.execute(_narrowed(query, held, store, dev)):
            item_id = f"{HELD}:{row.store}/{row.dev}/{row.inc}/{row.seq}"
            fact = _opened(row.data)
            values: dict[str, str | int] = {"seq": row.seq, "kind": fact.kind if fact else "?"}
            if fact is not None:
                values |= {"receipt": receipt_of(fact), **self._why_values(fact, row)}
            waiting = Waiting(
                item_id, HELD, _what(fact), f"held.{row.reason}", row.since_ms, worth_of(fact) if fact else None, values,
                _actions_of(row.reason),
            )  # fmt: skip
            yield Item(row.tenant, row.store, row.terminal, row.dev, waiting)

    def _why_values(self, fact: Fact, row: "Row[Any]") -> dict[str, str | int]:
        if not row.reason.startswith("absurd."):
            return {}
        fault = fault_of(fact, self._limits, row.received_ms)
        return dict(fault.values) if fault is not None else {}

    def _forks(self, store: str, dev: str) -> Iterator[Item]:
        whose = and_(*(terminals.c[name] == forks.c[name] for name in ("dev", "inc")))
        query = (
            select(forks.c.dev, forks.c.inc, forks.c.seq, forks.c.hash, forks.c.data, forks.c.received_ms,
                   terminals.c.tenant, terminals.c.store, terminals.c.terminal)
            .join(terminals, whose)
            .where(terminals.c.tenant == self._tenant)
            .limit(ITEMS_MAX)
        )  # fmt: skip
        closed = self._closed_ids(FORK)
        for row in self._connection.execute(_narrowed(query, terminals, store, dev)):
            item_id = f"{FORK}:{row.store}/{row.dev}/{row.inc}/{row.seq}/{bytes(row.hash).hex()[:16]}"
            if item_id in closed:
                continue
            fact = _opened(row.data)
            waiting = Waiting(
                item_id, FORK, "what.fork", "held.fork", row.received_ms, worth_of(fact) if fact else None, {"seq": row.seq},
                (WRITE_OFF,),
            )  # fmt: skip
            yield Item(row.tenant, row.store, row.terminal, row.dev, waiting)

    def _dead(self, store: str, dev: str) -> Iterator[Item]:
        query = select(dead_letters).where(dead_letters.c.tenant == self._tenant).limit(ITEMS_MAX)
        closed = self._closed_ids(DEAD)
        for row in self._connection.execute(_narrowed(query, dead_letters, store, dev)):
            item_id = f"{DEAD}:{row.store}/{row.dev}/{bytes(row.sha256).hex()[:16]}"
            if item_id in closed:
                continue
            values = {"seq": row.seq, "size_bytes": row.size}
            waiting = Waiting(item_id, DEAD, "what.dead", "held.dead", row.at_ms, None, values, (WRITE_OFF,))
            yield Item(row.tenant, row.store, row.terminal, row.dev, waiting)

    def _tasks(self, store: str) -> Iterator[Item]:
        at = tasks.c
        query = select(tasks).where(at.tenant == self._tenant, at.done_ms == 0).limit(ITEMS_MAX)
        if store:
            query = query.where(at.store == store)
        for row in self._connection.execute(query):
            detail = msgspec.json.decode(row.detail)
            values = {name: value for name, value in detail.items() if isinstance(value, str | int)}
            amount = values.get("amount_minor")
            money = amount if isinstance(amount, int) else None
            of_order = "task" in values  # said by the order's rules, in their own sentences
            what, why = ("what.task.order", row.kind) if of_order else (f"what.task.{row.kind}", f"held.task.{row.kind}")
            waiting = Waiting(
                f"{TASK}:{row.store}/{row.id}", TASK, what, why, row.at_ms, money,
                {**values, "kind": row.kind}, (WRITE_OFF,),
            )  # fmt: skip
            yield Item(row.tenant, row.store, str(values.get("terminal", "")), "", waiting)

    # what was closed

    def _closed_ids(self, kind: str) -> set[str]:
        at = written_off.c
        query = select(at.subject).where(at.tenant == self._tenant, at.subject.startswith(f"{kind}:"))
        return set(self._connection.scalars(query))

    def _closed_item(self, row: "Row[Any]") -> Item:
        kind = row.subject.partition(":")[0]
        fact = self._fact(_fact_name(row.tenant, row.subject)) if kind == HELD else None
        values: dict[str, str | int] = {"who": row.who, "note": row.note, "closed_ms": row.at_ms, "kind": kind}
        if fact is not None:
            values |= {"seq": fact.seq, "kind": fact.kind, "receipt": receipt_of(fact)}
        what = _what(fact) if kind == HELD else f"what.{kind}"
        money = worth_of(fact) if fact is not None else None
        why = f"held.{row.reason}" if kind == HELD else row.reason
        waiting = Waiting(row.subject, kind, what, why, row.since_ms, money, values, (REOPEN,))
        return Item(row.tenant, row.store, "", row.subject.split("/")[1] if kind != TASK else "", waiting)

    def _fact(self, name: FactName) -> Fact | None:
        data = self._connection.scalar(select(facts.c.data).where(name.at(facts)))
        return _opened(data) if data is not None else None


def _actions_of(reason: str) -> tuple[str, ...]:
    can = {RETRY: reason in holding.MENDABLE, TAKE: reason in ACCEPTABLE, MEND: reason not in _UNMENDABLE, WRITE_OFF: True}
    return tuple(action for action in exceptions.ACTIONS if can.get(action))


def _what(fact: Fact | None) -> str:
    return f"what.{fact.kind}" if fact is not None else "what.fact"


def _opened(data: bytes) -> Fact | None:
    try:
        return read_fact(bytes(data))
    except Damaged:
        return None


def _narrowed(query: Any, table: Any, store: str, dev: str) -> Any:
    if store:
        query = query.where(table.c.store == store)
    return query.where(table.c.dev == dev) if dev else query


def _reason_of(item: Item) -> str:
    return item.waiting.why.removeprefix(f"{HELD}.")


def store_of(item_id: str) -> str:
    """The store of what an id names; empty for head office."""
    return item_id.partition(":")[2].partition("/")[0]


def _fact_name(tenant: str, item_id: str) -> FactName:
    """The fact that an item's id names. Raises HubProblem for an id that names none."""
    parts = item_id.partition(":")[2].split("/")
    if len(parts) != 4 or not (parts[2].isdecimal() and parts[3].isdecimal()) or max(map(len, parts[2:])) > 18:
        raise HubProblem("queue.gone", id=item_id[:120])
    return FactName(tenant, parts[0], parts[1], int(parts[2]), int(parts[3]))


def _key(name: FactName) -> dict[str, str | int]:
    return {"tenant": name.tenant, "store": name.store, "dev": name.dev, "inc": name.inc, "seq": name.seq}


def _patch(text: str) -> dict[str, Any]:
    """A merge patch as a person wrote it. Raises HubProblem for anything but a JSON object of whole numbers and texts."""
    try:
        if len(text) > PATCH_BYTES_MAX:
            raise ValueError("too long")
        value = msgspec.json.decode(text)
    except (ValueError, RecursionError) as error:
        raise HubProblem("queue.patch") from error
    if nul.in_json(text.encode()):
        raise HubProblem("request.nul")
    if not isinstance(value, dict) or not value:
        raise HubProblem("queue.patch")
    if DAY_KEY in value:
        mending.read_day(str(value[DAY_KEY]))
    return value
