"""The writer by the book: whole transactions, clear refusals, and no selling on a disk that failed."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite3

from kiosk.domain.errors import Busy, Damaged, ShopError, TooNew
from kiosk.store import database
from kiosk.store.catalog import SCHEMA as CATALOG_SCHEMA
from kiosk.store.database import Connection, DiskFault, DiskFull, Writer, connect, shop_error, snapshot_read
from kiosk.store.folder import FolderLock
from kiosk.store.ledger import SCHEMA
from kiosk.text import words

ROOT = Path(__file__).parents[3]


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    """A writer on a new ledger file."""
    made = Writer(tmp_path / "ledger.db", SCHEMA)
    yield made
    made.close()


def put(key: str, value: object = 1) -> object:
    """Work that remembers one thing."""

    def work(conn: Connection) -> str:
        conn.execute("INSERT INTO meta VALUES (?, ?)", (key, value))
        return key

    return work


def keys(writer: Writer) -> list[str]:
    """What is remembered."""
    return [key for (key,) in writer.run(lambda conn: conn.execute("SELECT key FROM meta ORDER BY key").fetchall())]


def test_what_run_returned_is_there_for_another_connection(writer: Writer) -> None:
    assert writer.run(put("a")) == "a"  # type: ignore[arg-type]
    other = connect(writer.path, readonly=True)
    assert other.execute("SELECT key FROM meta").fetchall() == [("a",)]
    other.close()


def test_an_exception_undoes_the_whole_transaction_and_reaches_the_caller(writer: Writer) -> None:
    def work(conn: Connection) -> None:
        conn.execute("INSERT INTO meta VALUES ('a', 1)")
        raise KeyError("a bug of ours")

    with pytest.raises(KeyError, match="a bug of ours"):
        writer.run(work)
    assert keys(writer) == []
    writer.run(put("b"))  # type: ignore[arg-type]
    assert keys(writer) == ["b"]


def test_a_statement_that_fails_undoes_the_whole_transaction(writer: Writer) -> None:
    def work(conn: Connection) -> None:
        conn.execute("INSERT INTO meta VALUES ('a', 1)")
        conn.execute("INSERT INTO meta VALUES ('a', 2)")

    with pytest.raises(sqlite3.IntegrityError):
        writer.run(work)
    assert keys(writer) == []


def test_many_threads_write_one_after_the_other_and_closing_waits_for_the_one_under_way(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "ledger.db", SCHEMA)
    inside, most, done = 0, 0, 0
    begun, go_on = threading.Event(), threading.Event()

    def work(conn: Connection) -> None:
        nonlocal inside, most, done
        inside += 1
        most = max(most, inside)
        conn.execute("INSERT INTO meta VALUES (?, 1)", (f"k{done}",))
        done += 1
        inside -= 1

    def slow(conn: Connection) -> None:
        begun.set()
        assert go_on.wait(30)
        work(conn)

    threads = [threading.Thread(target=lambda: [writer.run(work) for _ in range(20)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    last = threading.Thread(target=lambda: writer.run(slow))
    last.start()
    assert begun.wait(30)
    closing = threading.Thread(target=writer.close)
    closing.start()
    go_on.set()
    last.join(30)
    closing.join(30)
    assert (most, done) == (1, 81)
    conn = sqlite3.connect(str(tmp_path / "ledger.db"))
    assert conn.execute("SELECT count(*) FROM meta WHERE key LIKE 'k%'").fetchone() == (81,)
    conn.close()


def test_a_transaction_within_a_transaction_is_refused_and_does_not_stand_still(writer: Writer) -> None:
    with pytest.raises(sqlite3.OperationalError, match="within a transaction"):
        writer.run(lambda conn: keys(writer))


def test_a_closed_writer_takes_no_more_work_and_closes_twice(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "ledger.db", SCHEMA)
    writer.close()
    writer.close()
    with pytest.raises(AssertionError, match="is closed"):
        writer.run(keys)  # type: ignore[arg-type]


def test_a_database_of_a_newer_version_is_refused_in_words_and_left_as_it_is(tmp_path: Path) -> None:
    for name, schema in (("ledger.db", SCHEMA), ("catalog-1.db", CATALOG_SCHEMA)):
        path = tmp_path / name
        Writer(path, schema).close()
        conn = connect(path)
        conn.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES (?, 'm999_loyalty', 'later')",
            (schema.name,),
        )
        conn.close()
        before = path.read_bytes()
        with pytest.raises(TooNew) as refusal:
            Writer(path, schema)
        assert refusal.value.code == "database.too_new"
        for language in ("nl", "en"):
            assert "m999_loyalty" in words(language).error(refusal.value)
        assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"this is a shopping list, not a database " * 40, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_file_that_is_no_database_is_called_damaged_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(content)
    with pytest.raises(Damaged) as damage:
        Writer(path, SCHEMA)
    assert damage.value.code == "database.damaged"
    assert "ledger.db" in words("en").error(damage.value)
    assert path.read_bytes() == content


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    for name in ("till #1", "50% off?", "Zoë & Łukasz", "a=b;c"):
        folder = tmp_path / name
        folder.mkdir()
        Writer(folder / "ledger.db", SCHEMA).close()
        connect(folder / "ledger.db", readonly=True).close()
        assert (folder / "ledger.db").exists()


def test_a_folder_that_is_not_there_is_no_access(tmp_path: Path) -> None:
    with pytest.raises(ShopError) as refusal:
        connect(tmp_path / "gone" / "ledger.db")
    assert refusal.value.code == "database.no_access"


def test_a_reader_cannot_write(writer: Writer) -> None:
    reader = connect(writer.path, readonly=True)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.execute("INSERT INTO meta VALUES ('a', 1)")
    reader.close()


def test_a_snapshot_read_sees_one_state_while_the_writer_goes_on(writer: Writer) -> None:
    reader = connect(writer.path, readonly=True)
    with snapshot_read(reader) as conn:
        assert conn.execute("SELECT count(*) FROM meta").fetchone() == (0,)
        writer.run(put("a"))  # type: ignore[arg-type]
        assert conn.execute("SELECT count(*) FROM meta").fetchone() == (0,)
    assert reader.execute("SELECT count(*) FROM meta").fetchone() == (1,)
    reader.close()


def test_after_a_disk_fault_nothing_more_is_written_until_a_restart(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "ledger.db", SCHEMA)
    writer.run(put("a"))  # type: ignore[arg-type]

    def failing(conn: Connection) -> None:
        conn.execute("INSERT INTO meta VALUES ('b', 1)")
        raise sqlite3.OperationalError("disk I/O error")

    for work in (failing, put("c"), keys):
        with pytest.raises(DiskFault) as fault:
            writer.run(work)  # type: ignore[arg-type]
        assert fault.value.code == "disk.fault"
    writer.close()
    again = Writer(tmp_path / "ledger.db", SCHEMA)
    assert keys(again) == ["a"]
    again.close()


@pytest.mark.parametrize(("fits_at", "ballast_left"), [(1, True), (2, True), (3, False)])
def test_a_full_disk_is_tried_again_with_less_log_and_then_without_ballast(
    tmp_path: Path, fits_at: int, ballast_left: bool
) -> None:
    ballast = tmp_path / "ballast"
    ballast.write_bytes(b"room")
    writer = Writer(tmp_path / "ledger.db", SCHEMA, ballast)
    tries: list[int] = []

    def work(conn: Connection) -> None:
        tries.append(1)
        conn.execute("INSERT INTO meta VALUES (?, 1)", (f"try {len(tries)}",))
        if len(tries) != fits_at:
            raise sqlite3.OperationalError("database or disk is full")

    writer.run(work)
    assert (keys(writer), ballast.exists()) == ([f"try {fits_at}"], ballast_left)
    with pytest.raises(DiskFull):
        writer.run(work)
    assert (keys(writer), ballast.exists()) == ([f"try {fits_at}"], False)
    writer.close()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("database or disk is full", "disk.full"),
        ("disk I/O error", "disk.fault"),
        ("file is not a database", "database.damaged"),
    ],
)
def test_the_words_of_sqlite_become_ours(tmp_path: Path, text: str, code: str) -> None:
    made = shop_error(sqlite3.OperationalError(text), tmp_path / "ledger.db")
    assert isinstance(made, ShopError)
    assert made.code == code


def test_a_mistake_of_ours_stays_what_it_is(tmp_path: Path) -> None:
    mistake = sqlite3.OperationalError("no such table: sale")
    assert shop_error(mistake, tmp_path / "ledger.db") is mistake


HOLDER = """
import sys
from pathlib import Path
from kiosk.store.folder import FolderLock
lock = FolderLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_program_on_the_same_folder_is_told_who_has_it(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        with pytest.raises(Busy) as refusal:
            FolderLock(tmp_path)
        assert refusal.value.code == "folder.in_use"
        assert refusal.value.values["process"] == str(holder.pid)
        assert str(holder.pid) in words("nl").error(refusal.value)
        holder.kill()
        holder.wait(30)
    FolderLock(tmp_path).release()  # the system let go of it with the death of its holder


def test_a_folder_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ShopError) as refusal:
        FolderLock(tmp_path / "file" / "till")
    assert refusal.value.code == "folder.no_access"
    assert "?" not in words("en").error(refusal.value)


def test_a_log_that_was_folded_in_during_a_busy_stretch_is_short_again(tmp_path: Path) -> None:
    """Without an idle moment; else every later commit would fold again and pay for it with syncs."""
    writer = Writer(tmp_path / "ledger.db", SCHEMA)
    sizes: list[int] = []
    try:
        for number in range(200):
            writer.run(lambda conn, n=number: conn.execute("REPLACE INTO meta VALUES (?, ?)", (f"k{n % 5}", f"{n:06d}" * 10_000)))
            sizes.append((tmp_path / "ledger.db-wal").stat().st_size)
    finally:
        writer.close()
    assert max(sizes) < 6 * 1024 * 1024
    assert min(sizes[sizes.index(max(sizes)) :]) <= 1024 * 1024 + 200_000


def test_a_connection_keeps_half_a_megabyte_of_pages(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    for conn in (connect(path), connect(path, readonly=True)):
        assert conn.execute("PRAGMA cache_size").fetchone() == (-512,)  # below zero: KiB and not pages
        conn.close()


def test_only_a_file_that_can_be_fetched_again_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    asked = {}
    for schema in (SCHEMA, CATALOG_SCHEMA):
        writer = Writer(tmp_path / f"{schema.name}.db", schema)
        asked[schema.name] = writer.run(lambda conn: conn.execute("PRAGMA synchronous").fetchone())
        writer.close()
    assert asked == {"ledger": (2,), "catalog": (1,)}  # FULL and NORMAL


def test_a_long_transaction_is_sent_to_the_disk_in_portions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(database, "_sync_data", lambda handle: synced.append(os.fstat(handle).st_size))
    writer = Writer(tmp_path / "catalog.db", CATALOG_SCHEMA)

    def work(conn: Connection) -> None:
        for turn in range(3):
            conn.execute("INSERT INTO catalog_rows VALUES ('x', ?, ?)", (f"{turn}", b"." * 1_000_000))
            writer.write_through()

    writer.run(work)
    writer.close()
    assert len(synced) == 3 and synced == sorted(synced) and synced[-1] > 2_000_000
    writer.write_through()  # without a WAL there is nothing to send, and no fault
