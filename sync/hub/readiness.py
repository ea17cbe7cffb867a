"""How ready every terminal is: what each one last told of itself, and what the hub knows without it."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, and_, delete, func, insert, select

from kiosk.decoding import read_json
from kiosk.domain.feed import CATALOG, Store
from kiosk.domain.readiness import HOUR_MS, State, TerminalState
from sync.hub import feedlog
from sync.hub.core import Device
from sync.hub.storage.schema import held, terminals
from sync.hub.storage.schema_held import terminal_states

SILENT_MS = 24 * HOUR_MS
"""A terminal that said nothing for so long is in trouble, or switched off: somebody should know which."""

_TERMINAL = ("tenant", "store", "dev", "inc")


@dataclass(frozen=True, slots=True)
class Standing:
    """A terminal as the hub sees it. `heard_ms` is when it last told of itself (0: never), `seen_ms` when it last asked."""

    tenant: str
    store: str
    terminal: str
    kind: str
    dev: str
    inc: int
    seen_ms: int
    heard_ms: int
    forked: bool
    held: int
    state: TerminalState | None

    def gravity(self, now_ms: int) -> State:
        """How much somebody should look at it: its own board, and what it cannot know of itself."""
        if self.state is not None and self.state.board.state is State.STOP:
            return State.STOP
        silent = now_ms - max(self.seen_ms, self.heard_ms) > SILENT_MS
        if silent or self.forked or self.held:
            return State.WARN
        return self.state.board.state if self.state is not None else State.UNKNOWN


_ORDER = (State.STOP, State.WARN, State.UNKNOWN, State.OK)


def keep(connection: Connection, device: Device, state: TerminalState, now_ms: int) -> None:
    """Keep what a terminal told of itself, in place of what it told before."""
    at = terminal_states.c
    mine = {"tenant": device.tenant, "store": device.store, "dev": device.dev, "inc": device.inc}
    connection.execute(delete(terminal_states).where(*(at[name] == value for name, value in mine.items())))
    connection.execute(insert(terminal_states).values(**mine, heard_ms=now_ms, state=msgspec.json.encode(state)))


def standings(connection: Connection, tenant: str, store: str = "", dev: str = "") -> list[Standing]:
    """Every terminal that was not replaced, of a tenant or one store of it, by store and number."""
    at = terminals.c
    told = and_(*(terminal_states.c[name] == at[name] for name in _TERMINAL))
    query = (
        select(
            at.tenant, at.store, at.terminal, at.kind, at.dev, at.inc, at.last_seen_ms, at.forked,
            terminal_states.c.heard_ms, terminal_states.c.state,
        )
        .outerjoin(terminal_states, told)
        .where(at.tenant == tenant, at.revoked_ms == 0)
        .order_by(at.store, at.terminal)
    )  # fmt: skip
    if store:
        query = query.where(at.store == store)
    if dev:
        query = query.where(at.dev == dev)
    waiting = _held_counts(connection, tenant)
    return [
        Standing(
            row.tenant, row.store, row.terminal, row.kind, row.dev, row.inc, row.last_seen_ms, row.heard_ms or 0, row.forked,
            waiting.get((row.dev, row.inc), 0), _opened(row.state),
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def by_trouble(found: Sequence[Standing], now_ms: int) -> list[Standing]:
    """The worst first; among equals the one that can work for the shortest time, then by place."""

    def rank(one: Standing) -> tuple[int, int, int, str, str]:
        hours = one.state.board.hours if one.state is not None else None
        return (
            _ORDER.index(one.gravity(now_ms)), -one.held, 10**9 if hours is None else hours, one.store, one.terminal,
        )  # fmt: skip

    return sorted(found, key=rank)


def store_names(connection: Connection, tenant: str) -> dict[str, str]:
    """The names of a tenant's stores, by id."""
    rows = feedlog.rows_now(connection, tenant, CATALOG, "store")
    found = [read_json(payload, Store) for _, _, payload in rows]
    return {store.id: store.name for store in found}


def _held_counts(connection: Connection, tenant: str) -> dict[tuple[str, int], int]:
    query = select(held.c.dev, held.c.inc, func.count().label("n")).where(held.c.tenant == tenant).group_by(held.c.dev, held.c.inc)
    return {(row.dev, row.inc): row.n for row in connection.execute(query)}


def _opened(data: bytes | None) -> TerminalState | None:
    """What a terminal told; one of another version that cannot be read counts as nothing told."""
    if data is None:
        return None
    try:
        return read_json(bytes(data), TerminalState)
    except msgspec.DecodeError:
        return None
