"""What every release left behind, under the code of today: databases are brought forward, facts are replayed, terminals talk."""

import base64
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
import zstandard
from pysqlite3 import dbapi2 as sqlite3
from sqlalchemy import select

from kiosk.domain.facts import SealedFact, read_fact
from kiosk.store.ledger import LEDGER_FILE, Identity, Ledger
from sync.hub.storage.folder import Folder
from sync.hub.storage.schema import facts as stored_facts
from sync.protocol.certificate import Certificate
from sync.protocol.signature import Key, verifier
from tests.kiosk.support import HandClock, SeededIds
from tests.sync.hub.support import DAY, STORE, FakeTerminal, RunningHub, a_product, bring_products, running_hub, system_ms
from tests.upgrades import protocol_1_0 as old

RECORDED = Path(__file__).parent / "recorded"
RELEASES = sorted(path.name for path in RECORDED.iterdir())
OLDER: Any = {"Toonbank-Proto": "1.0"}
GROWN = {"meta"}
"""What a ledger that goes on writes over; every other row of a release is there for ever."""


@dataclass(frozen=True)
class Release:
    """What one release left behind."""

    home: Path
    said: dict[str, Any]

    @property
    def till_key(self) -> Key:
        """The till's key."""
        return Key.load(bytes.fromhex(self.said["till_key"]))

    @property
    def facts(self) -> list[SealedFact]:
        """Every fact of the till."""
        return [SealedFact(seq, *map(bytes.fromhex, parts)) for seq, *parts in self.said["facts"]]

    @property
    def identity(self) -> Identity:
        """Who the till is."""
        first = read_fact(self.facts[0].data)
        return Identity(self.said["dev"], first.inc, "till", 1, first.place)


@pytest.fixture(scope="module", params=RELEASES)
def release(request: pytest.FixtureRequest) -> Release:
    """Each release in turn."""
    home = RECORDED / request.param
    return Release(home, json.loads((home / "recorded.json").read_text()))


@dataclass(frozen=True)
class Held:
    """What a table holds: its columns by name, and its rows."""

    columns: tuple[str, ...]
    rows: list[Any]


def build(sql: Path, target: Path) -> dict[str, Held]:
    """Make a database as a release left it; gives what its tables hold."""
    conn = sqlite3.connect(str(target))
    conn.executescript(sql.read_text())
    conn.execute("PRAGMA journal_mode = WAL")
    tables = conn.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'").fetchall()
    held = {name: read(conn, name, columns_of(conn, name)) for (name,) in tables}
    conn.close()
    return held


def columns_of(conn: sqlite3.Connection, table: str) -> tuple[str, ...]:
    """The names of a table's columns."""
    return tuple(row[1] for row in conn.execute(f"PRAGMA table_info({table})").fetchall())


def read(conn: sqlite3.Connection, table: str, columns: tuple[str, ...]) -> Held:
    """The rows of a table, these columns of them."""
    named = ", ".join(f'"{column}"' for column in columns)
    return Held(columns, conn.execute(f"SELECT {named} FROM {table}").fetchall())


def lost(path: Path, before: dict[str, Held], besides: set[str]) -> list[str]:
    """The rows of a release that a database no longer holds, whatever columns and tables it has gained."""
    conn = sqlite3.connect(str(path))
    try:
        return [
            f"{table}: {row}"
            for table, held in before.items()
            if table not in besides
            for row in sorted(set(held.rows) - set(read(conn, table, held.columns).rows), key=repr)
        ]
    finally:
        conn.close()


@pytest.fixture
def hub(release: Release, tmp_path: Path) -> Iterator[RunningHub]:
    """The hub of the release, opened by the code of today."""
    home = tmp_path / "hub"
    made = Folder(home)
    made.key(lambda: Key.load(bytes.fromhex(release.said["hub_key"])))
    made.release()
    build(release.home / "hub.sql", home / "hub.db")
    with running_hub(home) as running:
        running.clock.added_ms = ago_ms(release)
        yield running


def ago_ms(release: Release) -> int:
    """What to add to the time now for the day on which the release was recorded: old facts are no surprise then."""
    return read_fact(release.facts[-1].data).moment.wall_ms - system_ms()


def open_till(release: Release, folder: Path) -> Ledger:
    """The till's ledger, opened by the code of today."""
    clock = HandClock(wall_ms=read_fact(release.facts[-1].data).moment.wall_ms + 86_400_000)
    return Ledger(folder, release.identity, clock, SeededIds(clock, 9), release.till_key.sign)


def till_of(release: Release, hub: RunningHub) -> FakeTerminal:
    """The till as the hub knows it."""
    who = release.identity
    papers = Certificate(who.dev, who.inc, who.kind, who.series, who.place, release.till_key.public, 2**42)
    till = FakeTerminal(hub.url, key=release.till_key, dev=who.dev, certificate=papers, clock_ms=hub.clock.added_ms)
    hub.terminals.append(till)
    return till


def test_a_hubs_database_is_brought_forward_with_everything_in_it(release: Release, tmp_path: Path) -> None:
    home = tmp_path / "hub"
    made = Folder(home)
    made.key(lambda: Key.load(bytes.fromhex(release.said["hub_key"])))
    made.release()
    before = build(release.home / "hub.sql", home / "hub.db")
    with running_hub(home):
        pass
    assert not lost(home / "hub.db", before, {"alembic_version"})
    assert len(before["facts"].rows) == release.said["sent_first"]


def test_a_ledger_is_brought_forward_with_everything_in_it_and_goes_on(release: Release, tmp_path: Path) -> None:
    before = build(release.home / "ledger.sql", tmp_path / LEDGER_FILE)
    ledger = open_till(release, tmp_path)
    try:
        assert ledger.facts() == release.facts
        state = ledger.push_state()
        assert (state.head, state.acked) == (len(release.facts), release.said["sent_first"])
        assert ledger.verify(verifier(release.till_key.public)) == (len(release.facts), None)
        assert ledger.append("drawer.opened", {"reason": "change"}, employee="101", day=DAY).seq == len(release.facts) + 1
        assert ledger.verify(verifier(release.till_key.public)) == (len(release.facts) + 1, None)
    finally:
        ledger.close()
    assert not lost(tmp_path / LEDGER_FILE, before, GROWN)


def test_what_waited_in_the_queue_goes_out_after_the_upgrade_and_nothing_is_lost_or_held(release: Release, hub: RunningHub) -> None:
    till = till_of(release, hub)
    assert till.push([]).next_seq == release.said["sent_first"] + 1
    reply = till.push(release.facts[release.said["sent_first"] :])
    assert (reply.next_seq, reply.held, reply.forked) == (len(release.facts) + 1, [], False)
    again = till.push(release.facts)
    assert (again.next_seq, again.held, again.forked) == (len(release.facts) + 1, [], False)
    query = select(stored_facts.c.data).where(stored_facts.c.dev == till.dev).order_by(stored_facts.c.seq)
    there = hub.hub.storage.call(lambda connection: [bytes(data) for data in connection.scalars(query)])
    assert there == [fact.data for fact in release.facts]
    report = till.request("GET", f"/v1/report/day?store={STORE}&day={release.said['day']}").json()
    assert {key: report["total"][key] for key in release.said["report"]["total"]} == release.said["report"]["total"]


def test_every_kind_of_fact_of_a_release_was_recorded(release: Release) -> None:
    kinds = {read_fact(fact.data).kind for fact in release.facts}
    assert len(kinds) >= 13 and {"sale.completed", "clock.moved", "terminal.enrolled", "ticket.issued"} <= kinds


# An older terminal, byte by byte ---------------------------------------------------------------------


def test_a_push_as_protocol_1_0_sent_it_is_taken_and_answered_so_that_it_is_understood(release: Release, hub: RunningHub) -> None:
    till = till_of(release, hub)
    answer = till.request("POST", "/v1/push", bytes.fromhex(release.said["requests"]["ask"]), **OLDER)
    reply = msgspec.msgpack.decode(old.unpack(answer.content), type=old.PushReply)
    assert reply.next_seq == release.said["sent_first"] + 1
    assert reply.head == release.facts[release.said["sent_first"] - 1].hash
    answer = till.request("POST", "/v1/push", bytes.fromhex(release.said["requests"]["push"]), **OLDER)
    assert msgspec.msgpack.decode(old.unpack(answer.content), type=old.PushReply).next_seq == len(release.facts) + 1


def test_keys_that_a_terminal_adds_are_ignored_and_those_it_lacks_have_defaults(release: Release, hub: RunningHub) -> None:
    till = till_of(release, hub)
    sent = {"dev": till.dev, "inc": 1, "from_seq": 1, "facts": [], "of_tomorrow": {"deep": [1, None]}}
    body = zstandard.ZstdCompressor().compress(msgspec.msgpack.encode(sent))
    answer = till.request("POST", "/v1/push", body)
    assert msgspec.msgpack.decode(old.unpack(answer.content), type=old.PushReply).next_seq == release.said["sent_first"] + 1


def test_a_terminal_of_protocol_1_0_is_enrolled_and_gets_its_data(release: Release, hub: RunningHub) -> None:
    new = hub.stranger()
    new.clock_ms = hub.clock.added_ms
    hello = msgspec.json.decode(new.http.get("/v1/hello").content, type=old.Hello)
    assert hello.product == "toonbank-hub" and hello.proto.startswith("1.")
    asked = {"code": hub.code("5"), "public_key": base64.b64encode(new.key.public).decode(), "app": "toonbank 0.1.0", "host": "x"}
    answer = new.http.post("/v1/enrol", json=asked, headers={"Idempotency-Key": "once", "Toonbank-Proto": "1.0"})
    made = msgspec.json.decode(answer.content, type=old.EnrolReply)
    papers = json.loads(base64.b64decode(made.certificate))
    keys = {"v", "dev", "inc", "kind", "series", "place", "key", "not_after_ms"}
    assert keys <= papers.keys()
    new.dev = papers["dev"]
    for scope in ("device", "catalog"):
        signed = msgspec.msgpack.decode(
            old.unpack(new.request("GET", f"/v1/snapshot?scope={scope}").content), type=old.SignedManifest
        )
        manifest = msgspec.json.decode(signed.manifest, type=old.SnapshotManifest)
        for chunk in manifest.chunks:
            data = new.http.get(f"/v1/chunks/{chunk.sha256}").content
            assert len(msgspec.msgpack.decode(old.unpack(data), type=list[old.Row])) == chunk.rows
        bring_products(hub.hub, a_product("NEW", line=9, price_minor=1 + len(scope)))
        fed = new.request("GET", f"/v1/feed?scope={scope}&cursor={manifest.epoch}:{manifest.rev}&limit=500&wait=0")
        reply = msgspec.msgpack.decode(old.unpack(fed.content), type=old.FeedReply)
        assert (reply.scope, reply.epoch) == (scope, made.epoch) and (reply.transactions or scope == "device")


def test_a_refusal_is_read_by_a_terminal_of_protocol_1_0(release: Release, hub: RunningHub) -> None:
    answer = till_of(release, hub).request("GET", "/v1/feed?scope=catalog&cursor=9:9", **OLDER)
    problem = msgspec.json.decode(answer.content, type=old.Problem)
    assert (problem.status, problem.code) == (410, "feed.gone") and answer.headers["Toonbank-Proto"].startswith("1.")


def test_a_hub_that_was_brought_forward_is_the_same_after_a_restart(release: Release, tmp_path: Path) -> None:
    home = tmp_path / "hub"
    made = Folder(home)
    made.key(lambda: Key.load(bytes.fromhex(release.said["hub_key"])))
    made.release()
    build(release.home / "hub.sql", home / "hub.db")
    with running_hub(home) as first:
        first.clock.added_ms = ago_ms(release)
        till = till_of(release, first)
        till.push(release.facts)
        before = till.push([])
    shutil.copytree(home, tmp_path / "copy", ignore=shutil.ignore_patterns("admin.sock", "in-use"))
    with running_hub(tmp_path / "copy") as second:
        after = till_of(release, second).push([])
    assert msgspec.structs.replace(before, time_ms=0) == msgspec.structs.replace(after, time_ms=0)
