"""A model hub: the protocol's rules over plain lists, on a disk that outlives crashes."""

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Protocol

from kiosk.domain.catalog import StockLevel
from kiosk.domain.codec import digest
from kiosk.domain.facts import GENESIS, Fact
from kiosk.domain.feed import (
    CATALOG,
    DEVICE,
    EMPTY_DIGEST,
    Cursor,
    Row,
    Transaction,
    moved,
    row_number,
)
from kiosk.domain.projections import movements_of
from sync.agent.events import Failure
from sync.hub.reading import open_fact
from sync.protocol.messages import (
    FeedReply,
    HeldFact,
    PushedFact,
    PushReply,
    PushRequest,
    Scope,
    to_json,
)
from tests.simulation.goods import ARTICLES, STORE
from tests.simulation.signing import KEYED_HASH

SCOPES: tuple[Scope, ...] = ("catalog", "device")
GONE = Failure("feed.gone", contact=True, snapshot=True)
INITIAL_MILLI = 1_000_000


class HubCrashed(Exception):
    """The hub died in the middle of a request."""


class Refused(Exception):
    """The hub answers with a problem."""

    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        super().__init__(failure.code)


Snapshot = tuple[Cursor, list[Row]]


class SimHub(Protocol):
    """What the simulated network needs of a hub: the model or the real one."""

    restorable: bool
    restored_ms: int
    """When the hub was last put back from a backup, -1 when it never was."""

    def push(self, request: PushRequest, now_ms: int, die: str) -> PushReply:
        """Take a push; `die` is "", "before" or "after" (the commit)."""
        ...

    def feed(self, dev: str, scope: Scope, cursor: Cursor, limit: int, now_ms: int) -> FeedReply:
        """What came after a cursor; raises Refused(GONE)."""
        ...

    def snapshot(self, dev: str, scope: Scope) -> Snapshot:
        """A scope as it stands, as a terminal sees it."""
        ...

    def renew(self, dev: str) -> Any:
        """A later end of a terminal's certificate, or why not."""
        ...

    def readmit(self, dev: str, papers: Any) -> Any:
        """A terminal that the hub forgot shows its certificate."""
        ...

    def news(self) -> set[tuple[Scope, str]]:
        """The scopes and audiences that were published to since it was asked last."""
        ...

    def audiences(self, dev: str, scope: Scope) -> Collection[str]:
        """Whose news of a scope a terminal hears, as the hub's bell has it."""
        ...

    def publish(self, changes: list[tuple[Scope, Row]]) -> None:
        """Change reference data; an empty payload takes a row away."""
        ...

    def epoch(self) -> int: ...

    def rev(self) -> int: ...

    def backup(self) -> None: ...

    def restore(self, now_ms: int) -> None: ...

    def close(self) -> None: ...

    def prune(self) -> None: ...

    def crash(self) -> None: ...

    def next_seq(self, dev: str) -> int:
        """The number of the first fact of a terminal that is not stored."""
        ...

    def stored(self, dev: str) -> list[bytes]:
        """The bytes of a terminal's facts, in order."""
        ...

    def on_hand(self, article: str) -> int: ...


@dataclass
class Durable:
    """What is on the hub's disk."""

    epoch: int = 1
    rev: int = 0
    floor: int = 0
    facts: dict[str, list[PushedFact]] = field(default_factory=dict)
    heads: dict[str, bytes] = field(default_factory=dict)
    stock: dict[str, int] = field(default_factory=dict)
    rows: dict[str, dict[tuple[str, str], bytes]] = field(default_factory=lambda: {CATALOG: {}, DEVICE: {}})
    log: dict[str, list[Transaction]] = field(default_factory=lambda: {CATALOG: [], DEVICE: []})
    marks: dict[str, list[tuple[int, bytes]]] = field(
        default_factory=lambda: {CATALOG: [(0, EMPTY_DIGEST)], DEVICE: [(0, EMPTY_DIGEST)]}
    )

    def copy(self) -> "Durable":
        """Another disk with the same on it; facts, rows and transactions are values and shared."""
        return Durable(
            self.epoch,
            self.rev,
            self.floor,
            {dev: list(kept) for dev, kept in self.facts.items()},
            dict(self.heads),
            dict(self.stock),
            {scope: dict(rows) for scope, rows in self.rows.items()},
            {scope: list(log) for scope, log in self.log.items()},
            {scope: list(marks) for scope, marks in self.marks.items()},
        )


class ModelHub:
    """The rules, as short as they can be said. Mutants change one of the hooks."""

    restorable = True

    def __init__(self) -> None:
        self.restored_ms = -1
        self.disk = Durable()
        self._backup = Durable()
        self._rev_ever = 0
        self._news: set[tuple[Scope, str]] = set()
        for article in ARTICLES:
            level = to_json(StockLevel(article, STORE, INITIAL_MILLI, 0))
            self.publish([("catalog", Row("stock", f"{article}|{STORE}", level))])
        self._backup = self.disk.copy()

    def push(self, request: PushRequest, now_ms: int, die: str) -> PushReply:
        if die == "before":
            raise HubCrashed
        for place, pushed in enumerate(request.facts):
            if not self._take(request.dev, request.from_seq + place, pushed, now_ms):
                break
        if die == "after":
            raise HubCrashed
        return self._reply(request.dev, now_ms)

    def _reply(self, dev: str, now_ms: int) -> PushReply:
        next_seq = len(self.disk.facts.get(dev, [])) + 1
        head = self.disk.heads.get(dev, GENESIS)
        held: list[HeldFact] = []
        return PushReply(self.disk.epoch, next_seq, self._durable(dev), head, now_ms, held)

    def _durable(self, dev: str) -> int:
        return len(self._backup.facts.get(dev, [])) + 1

    def _take(self, dev: str, seq: int, pushed: PushedFact, now_ms: int) -> bool:
        """One fact: next, done before, or too far ahead. False ends the push."""
        mark = digest(pushed.data)
        verify = KEYED_HASH.verifier(KEYED_HASH.public(dev))
        assert verify(mark, pushed.signature), "a terminal signs its facts"
        kept = self.disk.facts.setdefault(dev, [])
        if seq <= len(kept):
            assert kept[seq - 1].data == pushed.data, "no terminal is cloned in this world"
            return True
        fact = open_fact(pushed.data)
        assert fact.seq == seq, "facts are sent under their own number"
        if seq > len(kept) + 1 or fact.prev != self.disk.heads.get(dev, GENESIS):
            return False
        kept.append(pushed)
        self.disk.heads[dev] = mark
        self._project(fact, now_ms)
        return True

    def _project(self, fact: Fact, now_ms: int) -> None:
        for movement in movements_of(fact):
            on_hand = self.on_hand(movement.article) + movement.quantity_milli
            self.disk.stock[movement.article] = on_hand
            level = StockLevel(movement.article, STORE, on_hand, now_ms)
            key = f"{movement.article}|{STORE}"
            self.publish([("catalog", Row("stock", key, to_json(level)))])

    def publish(self, changes: list[tuple[Scope, Row]]) -> None:
        self.disk.rev += 1
        self._rev_ever = max(self._rev_ever, self.disk.rev)
        for scope in SCOPES:
            rows = [row for where, row in changes if where == scope]
            if not rows:
                continue
            self._news.add((scope, ""))
            mark = self.disk.marks[scope][-1][1]
            for row in rows:
                place = (row.entity, row.key)
                before = self.disk.rows[scope].pop(place, b"")
                mark = moved(mark, row_number(row), row_number(Row(*place, before)))
                if row.payload:
                    self.disk.rows[scope][place] = row.payload
            self.disk.log[scope].append(Transaction(self.disk.rev, rows))
            self.disk.marks[scope].append((self.disk.rev, mark))

    def renew(self, dev: str) -> Any:
        raise AssertionError("a model's certificates do not end")

    def readmit(self, dev: str, papers: Any) -> Any:
        raise AssertionError("a model forgets nobody")

    def news(self) -> set[tuple[Scope, str]]:
        news, self._news = self._news, set()
        return news

    def audiences(self, dev: str, scope: Scope) -> Collection[str]:
        return ("",)

    def feed(self, dev: str, scope: Scope, cursor: Cursor, limit: int, now_ms: int) -> FeedReply:
        disk = self.disk
        if cursor.epoch != disk.epoch or not disk.floor <= cursor.rev <= disk.rev:
            raise Refused(GONE)
        log = disk.log[scope]
        start = bisect_right(log, cursor.rev, key=lambda transaction: transaction.rev)
        found: list[Transaction] = []
        size = 0
        for transaction in log[start:]:
            if found and size + len(transaction.rows) > limit:
                break
            found.append(transaction)
            size += len(transaction.rows)
        more = start + len(found) < len(log)
        rev_to = found[-1].rev if more else disk.rev
        marks = disk.marks[scope]
        mark = marks[bisect_right(marks, rev_to, key=lambda pair: pair[0]) - 1][1]
        return FeedReply(disk.epoch, scope, rev_to, mark, found, more, now_ms)

    def snapshot(self, dev: str, scope: Scope) -> Snapshot:
        rows = [Row(entity, key, payload) for (entity, key), payload in self.disk.rows[scope].items()]
        return Cursor(self.disk.epoch, self.disk.rev, self.disk.marks[scope][-1][1]), rows

    def epoch(self) -> int:
        return self.disk.epoch

    def rev(self) -> int:
        return self.disk.rev

    def backup(self) -> None:
        """Copy everything away from the host: facts in it are durable now."""
        self._backup = self.disk.copy()

    def restore(self, now_ms: int) -> None:
        """Put the backup back: a new epoch, and revisions above any that were ever given out."""
        self.restored_ms = 0
        self.disk = self._backup.copy()
        self.disk.epoch += 1
        self._rev_ever += 1
        self.disk.rev = self.disk.floor = self._rev_ever
        self.disk.log = {CATALOG: [], DEVICE: []}
        for scope in (CATALOG, DEVICE):
            self.disk.marks[scope] = [(self.disk.rev, self.disk.marks[scope][-1][1])]
        # What is restored again must come after this epoch, too.
        self._backup.epoch = self.disk.epoch

    def prune(self) -> None:
        """Forget the log: whoever is behind needs a snapshot."""
        self.disk.log = {CATALOG: [], DEVICE: []}
        self.disk.floor = self.disk.rev

    def crash(self) -> None:
        """A correct hub loses nothing by dying: all it knows is on its disk."""

    def close(self) -> None:
        """There is nothing to let go of."""

    def next_seq(self, dev: str) -> int:
        return len(self.disk.facts.get(dev, [])) + 1

    def stored(self, dev: str) -> list[bytes]:
        return [pushed.data for pushed in self.disk.facts.get(dev, [])]

    def on_hand(self, article: str) -> int:
        return self.disk.stock.get(article, INITIAL_MILLI)
