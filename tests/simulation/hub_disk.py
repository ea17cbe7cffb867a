"""The hub's disk: real SQLite in memory, one connection for all runs of a process, so that every statement is prepared once."""

import base64
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import msgspec
from pysqlite3 import dbapi2 as sqlite3
from sqlalchemy import Connection, Engine, create_engine, insert
from sqlalchemy.pool import StaticPool

from kiosk.domain.feed import CATALOG, DEVICE, Setting
from kiosk.domain.stock import INITIAL, Movement
from sync.hub import feedlog, places, stock_grants
from sync.hub.enrolment import Order, add_code, enrol, spell_code
from sync.hub.projecting import Projector
from sync.hub.stock_projecting import mark_to_share
from sync.hub.storage.database import GIVING, TOUCHED
from sync.hub.storage.marks import Giving, Marks
from sync.hub.storage.schema import meta, metadata
from sync.hub.storage.schema_stock import stock_serials
from sync.hub.terms import Terms
from sync.protocol.messages import EnrolReply, EnrolRequest
from tests.simulation.goods import GOODS, NUMBERED, OTHER, STORE, article_row, device_name, numbers_of
from tests.simulation.people import STAFF
from tests.simulation.signing import SIGNINGS, Signing
from tests.simulation.timeline import EPOCH_MS

T = TypeVar("T")
TENANT = "t"
PLACE = {"entity": "e", "brand": "b", "country": "NL", "currency": "EUR", "language": "nl", "zone": "UTC"}
HUB = "hub"


def transact(
    connection: Connection, work: Callable[[Connection], T], marks: Marks | None = None
) -> tuple[T, set[tuple[str, str, str]]]:
    """One transaction as the hub's storage makes it; gives also what it published to."""
    touched: set[tuple[str, str, str]] = set()
    giving = Giving(marks or Marks())
    connection.info.update({TOUCHED: touched, GIVING: giving})
    with connection.begin():
        driver_of(connection).execute("BEGIN")  # by hand: an engine that has a listener looks for more of them at each statement
        result = work(connection)
    giving.committed()
    return result, touched


@cache
def shared() -> Connection:
    """The connection of this process."""
    return _engine(_open()).connect()


def driver_of(connection: Connection) -> Any:
    """SQLite's own connection."""
    return connection.connection.driver_connection


@cache
def founded(stores: tuple[str, ...], signing: str) -> Any:
    """A database with its schema, a shop and terminals in these stores, made once per process; runs start as copies of it."""
    conn = _open()
    engine = _engine(conn)
    metadata.create_all(engine)
    with engine.connect() as connection:
        transact(connection, lambda found: _found(found, stores, SIGNINGS[signing]))
    return conn


def blank() -> Any:
    """Somewhere to keep a copy: a backup."""
    return _open()


def make_terminal(
    connection: Connection, dev: str, place: tuple[str, str], signing: Signing, now_ms: int, epoch: int
) -> EnrolReply:
    """Enrol a device with a code, as a person and a terminal do; who stood in that place (store, terminal) is revoked."""
    code = spell_code(int.from_bytes(signing.public(f"code of {dev}")))
    add_code(connection, Order(TENANT, *place, "till", now_ms + 600_000), code, now_ms)
    ask = EnrolRequest(code, base64.b64encode(signing.public(dev)).decode(), "simulated", "simulated")
    return enrol(connection, ask, dev, now_ms, signing.sign(HUB), signing.public(HUB), epoch, Terms())


def _found(connection: Connection, stores: tuple[str, ...], signing: Signing) -> None:
    places.add_tenant(connection, TENANT)
    connection.execute(insert(meta).values(name="epoch", value="1"))
    known = sorted(set(stores))
    for store in known:
        places.put_store(connection, TENANT, store, PLACE)
    for number, store in enumerate(stores):
        make_terminal(connection, device_name(number), (store, f"{number + 1:02}"), signing, EPOCH_MS, 1)
    projector = Projector(connection, TENANT, EPOCH_MS, lambda: "")
    for store in known:
        for n, one in enumerate(GOODS):
            projector.move(Movement(one.id, store, one.pieces * 1_000, INITIAL), ("", 0, n + 1, 0))
    rows = [feedlog.Change(CATALOG, feedlog.EVERYWHERE, "article", one.id, msgspec.json.encode(article_row(one))) for one in GOODS]
    rows += [feedlog.change(DEVICE, feedlog.TILLS, "staff", one.number, one) for one in STAFF]
    if OTHER in known:
        lending = Setting("stock.promise_from", [STORE])
        rows.append(feedlog.change(DEVICE, OTHER, "setting", lending.name, lending))
    feedlog.publish(connection, TENANT, [*projector.finish(), *rows])
    stock_grants.put_classes(connection, TENANT, {one.id: one.stock_class for one in GOODS})
    for store in known:
        pieces = [(name, serial) for name in NUMBERED for serial in numbers_of(name, store)]
        here = {"tenant": TENANT, "store": store, "on_hand": 1, "holder": ""}
        connection.execute(insert(stock_serials), [{**here, "article": name, "serial": serial} for name, serial in pieces])
        for one in GOODS:
            mark_to_share(connection, TENANT, store, one.id)


def _open() -> Any:
    conn = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False, cached_statements=1_000)
    for pragma in ("journal_mode = MEMORY", "synchronous = OFF", "temp_store = MEMORY", "foreign_keys = ON"):
        conn.execute(f"PRAGMA {pragma}")
    return conn


def _engine(conn: Any) -> Engine:
    return create_engine("sqlite://", module=sqlite3, creator=lambda: conn, poolclass=StaticPool, query_cache_size=2_000)
