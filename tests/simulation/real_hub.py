"""The real hub's ingest, projections and feed on real SQLite in memory; only the HTTP around them is left out."""

import itertools
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from pysqlite3 import dbapi2 as sqlite3
from sqlalchemy import Connection, Engine, create_engine, delete, event, insert, select, update
from sqlalchemy.pool import StaticPool

from kiosk.domain.facts import GENESIS
from kiosk.domain.feed import Cursor, Row
from kiosk.domain.identity import uuid7
from sync.hub import feedlog, ingest
from sync.hub.core import Device
from sync.hub.storage.database import TOUCHED
from sync.hub.storage.schema import facts, feed_log, feed_now, metadata, stock, tenants, terminals
from sync.protocol.messages import FeedReply, PushReply, PushRequest, Scope
from tests.simulation.hubs import GONE, INITIAL_MILLI, SCOPES, HubCrashed, Refused, Snapshot
from tests.simulation.signing import Signing
from tests.simulation.stores import ARTICLES, STORE
from tests.simulation.timeline import EPOCH_MS

T = TypeVar("T")
TENANT = "t"


class RealHub:
    """What sync.hub does behind its HTTP faces, one transaction at a time."""

    restorable = False
    restored_ms = -1

    def __init__(self, devs: tuple[str, ...], signing: Signing) -> None:
        self._connection = _shared()
        self._disk: Any = self._connection.connection.driver_connection
        _template().backup(self._disk)
        self._signing = signing
        self._ids = itertools.count(1)
        self._news: set[Scope] = set()
        self._devices = {dev: Device(dev, 1, TENANT, STORE, dev, "till", signing.public(dev), False) for dev in devs}
        self._read: dict[tuple[Scope, int, int], tuple[int, int, FeedReply]] = {}
        self._commits = 0
        self._transact(self._found)

    def close(self) -> None:
        """The connection stays for the next run of this process; a new run starts over the template."""

    def push(self, request: PushRequest, now_ms: int, die: str) -> PushReply:
        device = self._devices[request.dev]
        checked, forged = ingest.check(request, device, verifier_of=self._signing.verifier)

        def work(connection: Connection) -> PushReply:
            reply = ingest.push(connection, device, checked, forged, self.epoch(), now_ms, self._new_id)
            if die == "before":
                raise HubCrashed  # the transaction is rolled back, as it would be by a restart
            return reply

        reply = self._transact(work)
        if die == "after":
            raise HubCrashed
        return reply

    def feed(self, dev: str, scope: Scope, cursor: Cursor, limit: int, now_ms: int) -> FeedReply:
        """What came after a cursor. What the same question was answered, while nothing was committed, is not read again."""
        epoch, asked = self.epoch(), (scope, cursor.rev, limit)
        found = self._read.get(asked)
        if found is None or found[:2] != (epoch, self._commits) or cursor.epoch != epoch:
            found = self._read[asked] = (epoch, self._commits, self._look(scope, cursor, limit))
        reply = found[2]
        return FeedReply(epoch, scope, reply.rev_to, reply.digest, reply.transactions, reply.more, now_ms)

    def _look(self, scope: Scope, cursor: Cursor, limit: int) -> FeedReply:
        def work(connection: Connection) -> FeedReply:
            head, floor = feedlog.head(connection, TENANT), feedlog.floor(connection, TENANT)
            if cursor.epoch != self.epoch() or not floor <= cursor.rev <= head:
                raise Refused(GONE)
            seen = feedlog.audiences(STORE, "till")
            found, more = feedlog.read_log(connection, TENANT, scope, seen, cursor.rev, limit)
            rev_to = found[-1].rev if more else head
            mark = feedlog.digest_at(connection, TENANT, scope, seen, rev_to)
            return FeedReply(self.epoch(), scope, rev_to, mark, found, more, 0)

        return self._transact(work, reading=True)

    def snapshot(self, dev: str, scope: Scope) -> Snapshot:
        def work(connection: Connection) -> Snapshot:
            now = feed_now.c
            seen = feedlog.audiences(STORE, "till")
            query = select(now.entity, now.key, now.payload).where(now.scope == scope, now.audience.in_(seen))
            rows = [Row(entity, key, bytes(data)) for entity, key, data in connection.execute(query)]
            head = feedlog.head(connection, TENANT)
            return Cursor(self.epoch(), head, feedlog.digest_at(connection, TENANT, scope, seen, head)), rows

        return self._transact(work, reading=True)

    def news(self) -> set[Scope]:
        news, self._news = self._news, set()
        return news

    def publish(self, changes: list[tuple[Scope, Row]]) -> None:
        rows = [feedlog.Change(scope, feedlog.EVERYWHERE, *row) for scope, row in changes]
        self._transact(lambda connection: feedlog.publish(connection, TENANT, rows))

    def epoch(self) -> int:
        return 1

    def backup(self) -> None:
        """The real hub has no backup yet: nothing is durable, so terminals forget nothing."""

    def restore(self) -> None:
        raise AssertionError("the real hub cannot be restored yet")

    def prune(self) -> None:
        def work(connection: Connection) -> None:
            connection.execute(delete(feed_log))
            connection.execute(update(tenants).values(floor=feedlog.head(connection, TENANT)))

        self._transact(work)

    def crash(self) -> None:
        """What was committed stays."""

    def next_seq(self, dev: str) -> int:
        query = select(terminals.c.next_seq).where(terminals.c.dev == dev)
        return int(self._transact(lambda connection: connection.scalar(query), reading=True) or 1)

    def stored(self, dev: str) -> list[bytes]:
        query = select(facts.c.data).where(facts.c.dev == dev).order_by(facts.c.seq)
        return self._transact(lambda connection: [bytes(data) for data in connection.scalars(query)])

    def on_hand(self, article: str) -> int:
        query = select(stock.c.on_hand_milli).where(stock.c.article == article)
        return int(self._transact(lambda connection: connection.scalar(query)) or 0)

    def _found(self, connection: Connection) -> None:
        connection.execute(insert(tenants).values(tenant=TENANT, rev=0, floor=0))
        for article in ARTICLES:
            connection.execute(
                insert(stock).values(
                    tenant=TENANT, store=STORE, article=article, on_hand_milli=INITIAL_MILLI, as_of_ms=0,
                )
            )  # fmt: skip
        for device in self._devices.values():
            connection.execute(
                insert(terminals).values(
                    dev=device.dev, inc=1, tenant=TENANT, store=STORE, terminal=device.terminal,
                    kind=device.kind, series=1, public_key=device.public_key, certificate=b"",
                    signature=b"", enrolled_ms=0, revoked_ms=0, next_seq=1, head=GENESIS,
                    durable_seq=1, forked=False, last_seen_ms=0,
                )
            )  # fmt: skip

    def _transact(self, work: Callable[[Connection], T], reading: bool = False) -> T:
        touched: set[tuple[str, Scope, str]] = set()
        self._connection.info[TOUCHED] = touched
        with self._connection.begin():
            result = work(self._connection)
        self._news |= {scope for _, scope, _ in touched if scope in SCOPES}
        self._commits += not reading
        return result

    def _new_id(self) -> str:
        return uuid7(EPOCH_MS, next(self._ids))


@cache
def _shared() -> Connection:
    """One connection for all runs of a process, so that every statement is compiled and prepared once."""
    return _engine().connect()


@cache
def _template() -> Any:
    """An empty hub's database, made once per process."""
    conn = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    engine = create_engine("sqlite://", module=sqlite3, creator=lambda: conn, poolclass=StaticPool)
    metadata.create_all(engine)
    return conn


def _engine() -> Engine:
    def connect() -> Any:
        conn = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False, cached_statements=1_000)
        conn.execute("PRAGMA journal_mode = MEMORY")
        conn.execute("PRAGMA synchronous = OFF")
        conn.execute("PRAGMA temp_store = MEMORY")
        return conn

    engine = create_engine("sqlite://", module=sqlite3, creator=connect, poolclass=StaticPool, query_cache_size=2_000)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine
