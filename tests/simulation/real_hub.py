"""The real hub's ingest, projections and feed, on SQLite in memory and with Ed25519."""

import hashlib
import itertools
from collections.abc import Callable
from typing import Any, TypeVar

from pysqlite3 import dbapi2 as sqlite3
from sqlalchemy import Connection, Engine, create_engine, delete, event, insert, select, update
from sqlalchemy.pool import StaticPool

from kiosk.domain.chain import Sign
from kiosk.domain.facts import GENESIS
from kiosk.domain.feed import Cursor, Row
from kiosk.domain.identity import uuid7
from sync.hub import feedlog
from sync.hub.core import Device
from sync.hub.ingest import check, push
from sync.hub.storage.database import TOUCHED
from sync.hub.storage.schema import facts, feed_log, feed_now, metadata, stock, tenants, terminals
from sync.protocol.messages import FeedReply, PushReply, PushRequest, Scope
from sync.protocol.signature import Key
from tests.simulation.hubs import GONE, INITIAL_MILLI, HubCrashed, Refused, Snapshot
from tests.simulation.stores import ARTICLES, STORE
from tests.simulation.timeline import EPOCH_MS
from tests.simulation.world import FAULTS, Setup

T = TypeVar("T")
TENANT, EPOCH = "t", 1


def real_key(dev: str) -> Key:
    """A terminal's key, the same in every run."""
    return Key.load(hashlib.sha256(b"real " + dev.encode()).digest())


def real_sign(dev: str) -> Sign:
    """Signs with Ed25519."""
    return real_key(dev).sign


class RealHub:
    """What sync.hub does behind its HTTP faces, one transaction at a time."""

    restorable = False

    def __init__(self, devs: tuple[str, ...]) -> None:
        self._engine = _engine()
        self._connection = self._engine.connect()
        self._ids = itertools.count(1)
        self._devices = {dev: Device(dev, 1, TENANT, STORE, dev, "till", real_key(dev).public, False) for dev in devs}
        self._transact(self._found)

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()
        self._engine.dispose()

    def push(self, request: PushRequest, now_ms: int, die: str) -> PushReply:
        device = self._devices[request.dev]
        checked, forged = check(request, device)

        def work(connection: Connection) -> PushReply:
            reply = push(connection, device, checked, forged, EPOCH, now_ms, self._new_id)
            if die == "before":
                raise HubCrashed  # the transaction is rolled back, as it would be by a restart
            return reply

        reply = self._transact(work)
        if die == "after":
            raise HubCrashed
        return reply

    def feed(self, scope: Scope, cursor: Cursor, limit: int, now_ms: int) -> FeedReply:
        def work(connection: Connection) -> FeedReply:
            head, floor = feedlog.head(connection, TENANT), feedlog.floor(connection, TENANT)
            if cursor.epoch != EPOCH or not floor <= cursor.rev <= head:
                raise Refused(GONE)
            seen = feedlog.audiences(STORE, "till")
            found, more = feedlog.read_log(connection, TENANT, scope, seen, cursor.rev, limit)
            rev_to = found[-1].rev if more else head
            mark = feedlog.digest_at(connection, TENANT, scope, seen, rev_to)
            return FeedReply(EPOCH, scope, rev_to, mark, found, more, now_ms)

        return self._transact(work)

    def snapshot(self, scope: Scope) -> Snapshot:
        def work(connection: Connection) -> Snapshot:
            now = feed_now.c
            query = select(now.entity, now.key, now.payload).where(now.scope == scope)
            rows = [Row(entity, key, bytes(data)) for entity, key, data in connection.execute(query)]
            head = feedlog.head(connection, TENANT)
            mark = feedlog.digest_at(connection, TENANT, scope, feedlog.audiences(STORE, "till"), head)
            return Cursor(EPOCH, head, mark), rows

        return self._transact(work)

    def publish(self, changes: list[tuple[Scope, Row]]) -> None:
        rows = [feedlog.Change(scope, feedlog.EVERYWHERE, *row) for scope, row in changes]
        self._transact(lambda connection: feedlog.publish(connection, TENANT, rows))

    def epoch(self) -> int:
        return EPOCH

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
                    tenant=TENANT, store=STORE, article=article,
                    on_hand_milli=INITIAL_MILLI, as_of_ms=0,
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

    def _transact(self, work: Callable[[Connection], T]) -> T:
        self._connection.info[TOUCHED] = set()
        with self._connection.begin():
            return work(self._connection)

    def _new_id(self) -> str:
        return uuid7(EPOCH_MS, next(self._ids))


def _engine() -> Engine:
    def connect() -> Any:
        return sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)

    engine = create_engine("sqlite://", module=sqlite3, creator=connect, poolclass=StaticPool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    metadata.create_all(engine)
    return engine


REAL = Setup(make_hub=RealHub, sign=real_sign)
REAL_FAULTS = tuple(fault for fault in FAULTS if fault != "hub restored")
"""What can strike the real hub as it is."""
