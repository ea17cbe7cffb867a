"""What a person at the hub does about held work and the board: operations, as in `operations.py`."""

import msgspec
from sqlalchemy import Connection

from kiosk.domain.readiness import State
from kiosk.text import Words
from sync.hub import readiness
from sync.hub.core import Hub
from sync.hub.held import Retried, Scope
from sync.hub.places import known_store, stores_of, the_tenant
from sync.hub.queue import Deed, Item, Queue
from sync.hub.readiness import Standing


class ListQueue(msgspec.Struct, frozen=True):
    """What waits, of a store or of all; `closed` lists what was written off instead."""

    store: str = ""
    closed: bool = False
    tenant: str = ""


class QueueRow(msgspec.Struct, frozen=True):
    """One thing that waits, in words. Money in minor units, None where none is known; times in ms."""

    id: str
    store: str
    terminal: str
    kind: str
    what: str
    why: str
    since_ms: int
    money_minor: int | None
    currency: str
    actions: list[str]
    late: bool
    body: str = ""


class QueueList(msgspec.Struct, frozen=True):
    """What waits, oldest first."""

    rows: list[QueueRow]


class ShowItem(msgspec.Struct, frozen=True):
    """One thing that waits, with the body of its fact."""

    id: str
    tenant: str = ""


class ActOnItem(msgspec.Struct, frozen=True):
    """Do something about it. `patch` is the JSON merge patch of a mending."""

    id: str
    action: str
    who: str
    note: str = ""
    patch: str = ""
    tenant: str = ""


class Acted(msgspec.Struct, frozen=True):
    """It is done; `waiting` says how much still waits in that store."""

    id: str
    action: str
    waiting: int


class RetryHeld(msgspec.Struct, frozen=True):
    """Try held facts again, of a store or of all."""

    who: str
    store: str = ""
    tenant: str = ""


class HeldRetried(msgspec.Struct, frozen=True):
    """So many were tried, so many of them taken in."""

    tried: int
    projected: int


class ShowReadiness(msgspec.Struct, frozen=True):
    """How ready every terminal is, of a store or of all."""

    store: str = ""
    tenant: str = ""


class ReadyRow(msgspec.Struct, frozen=True):
    """A line of a terminal's board, in words."""

    key: str
    title: str
    state: str
    text: str
    until_ms: int | None


class ReadyTerminal(msgspec.Struct, frozen=True):
    """A terminal, by trouble. `hours` None: no limit is known. `heard_ms` 0: it never told."""

    store: str
    terminal: str
    kind: str
    state: str
    head: str
    because: str
    hours: int | None
    heard_ms: int
    seen_ms: int
    held: int
    forked: bool
    rows: list[ReadyRow]


class Readiness(msgspec.Struct, frozen=True):
    """Every terminal, the one in most trouble first."""

    terminals: list[ReadyTerminal]


def list_queue(hub: Hub, ask: ListQueue) -> QueueList:
    """What waits, or what was closed."""

    def read(connection: Connection) -> QueueList:
        queue, tenant = queue_of(connection, hub, ask.tenant)
        if ask.store:
            known_store(connection, tenant, ask.store)
        found = queue.closed(ask.store) if ask.closed else queue.items(ask.store)
        return QueueList([_row(item, stores_of(connection, tenant), hub.world.now_ms()) for item in found])

    return hub.storage.call(read)


def show_item(hub: Hub, ask: ShowItem) -> QueueRow:
    """One thing that waits."""

    def read(connection: Connection) -> QueueRow:
        queue, tenant = queue_of(connection, hub, ask.tenant)
        row = _row(queue.find(ask.id), stores_of(connection, tenant), hub.world.now_ms())
        return msgspec.structs.replace(row, body=queue.body(ask.id))

    return hub.storage.call(read)


def act_on_item(hub: Hub, ask: ActOnItem) -> Acted:
    """Do something about one thing that waits."""

    def work(connection: Connection) -> Acted:
        queue, _ = queue_of(connection, hub, ask.tenant)
        queue.act(ask.id, ask.action, Deed(ask.who, ask.note, hub.world.now_ms(), ask.patch))
        return Acted(ask.id, ask.action, len(queue.items(ask.id.partition(":")[2].partition("/")[0])))

    return hub.storage.call(work)


def retry_held(hub: Hub, ask: RetryHeld) -> HeldRetried:
    """Try held facts again."""

    def work(connection: Connection) -> Retried:
        queue, tenant = queue_of(connection, hub, ask.tenant)
        if ask.store:
            known_store(connection, tenant, ask.store)
        return queue.retry(Scope(tenant, ask.store), Deed(ask.who, "", hub.world.now_ms()))

    done = hub.storage.call(work)
    return HeldRetried(done.tried, done.projected)


def show_readiness(hub: Hub, ask: ShowReadiness) -> Readiness:
    """How ready every terminal is, the worst first."""

    def read(connection: Connection) -> Readiness:
        tenant = the_tenant(connection, ask.tenant)
        if ask.store:
            known_store(connection, tenant, ask.store)
        places, now_ms = stores_of(connection, tenant), hub.world.now_ms()
        found = readiness.by_trouble(readiness.standings(connection, tenant, ask.store), now_ms)
        return Readiness([ready_terminal(one, Words("en"), places[one.store]["zone"], now_ms) for one in found])

    return hub.storage.call(read)


def queue_of(connection: Connection, hub: Hub, tenant: str) -> tuple[Queue, str]:
    """The queue of the tenant that is meant, and which one that is."""
    known = the_tenant(connection, tenant)
    return Queue(connection, known, hub.settings.plausible, hub.world.new_id), known


def ready_terminal(one: Standing, words: Words, zone: str, now_ms: int) -> ReadyTerminal:
    """A terminal's board in a language, and in its store's time."""
    gravity, board = one.gravity(now_ms), one.state.board if one.state is not None else None
    rows = [
        ReadyRow(
            row.key, words.sentence(f"ready.title.{row.key}"), row.state.value, words.told(row.code, row.values, zone), row.until_ms
        )
        for row in (board.rows if board else ())
    ]
    because = next((row.text for row in rows if board and row.key == board.because), "")
    return ReadyTerminal(
        one.store, one.terminal, one.kind, gravity.value, head(board.hours if board else None, board is not None, words),
        because, board.hours if board else None, one.heard_ms, one.seen_ms, one.held, one.forked, rows,
    )  # fmt: skip


def head(hours: int | None, told: bool, words: Words) -> str:
    """How long it can work without the network, as a sentence."""
    if not told:
        return words("It has not told yet how it is")
    return words.ready(hours, stopped=hours == 0)


def gravity_of(found: list[Standing], now_ms: int) -> dict[State, int]:
    """How many terminals are in which state."""
    counts = dict.fromkeys(State, 0)
    for one in found:
        counts[one.gravity(now_ms)] += 1
    return counts


def _row(item: Item, places: dict[str, dict[str, str]], now_ms: int) -> QueueRow:
    place, waiting = places.get(item.store, {}), item.waiting
    currency = place.get("currency", "EUR")
    what, why = Words("en").waiting(waiting, place.get("zone", "UTC"), currency)
    return QueueRow(
        waiting.id, item.store, item.terminal, waiting.kind, what, why, waiting.since_ms, waiting.money_minor, currency,
        list(waiting.actions), waiting.is_late(now_ms),
    )  # fmt: skip
