"""The steps that make a file: from nothing to what the first sale needs, whole or not at all, and no step unlisted."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import sqlite_utils
from pysqlite3 import dbapi2 as sqlite3

from kiosk.store import catalog, ledger, migrations
from kiosk.store.database import Connection, Schema, Writer, connect, migrate

ROOT = Path(__file__).parents[3]
SCHEMAS = [ledger.SCHEMA, catalog.SCHEMA]
RIGHTS = {"rights_spent", "rights_promises", "rights_transfers", "rights_idle"}
LIVES, HELD, JOURNAL = {"past_facts", "past_sales"}, {"held_at_hub"}, {"fact_index"}
SUSPENDED = {"suspended"}
BY_STEP = {
    "m002_rights": RIGHTS, "m003_lives": LIVES, "m004_held": HELD, "m005_journal": JOURNAL, "m006_suspended": SUSPENDED,
    "m007_returned": {"returned"}, "m008_vouchers": {"vouchers"}, "m009_accounts": {"accounts", "voucher_answers"},
    "m010_customers": {"customer_words", "customer_lines"}, "m011_orders": {"order_facts", "order_addresses"},
    "m012_stock_work": {"stock_work", "stock_work_lines"}, "m014_budgets": {"budgets"},
    "m015_new_customers": {"new_customers"}, "m017_asked_orders": {"asked_orders"}, "m018_single_purpose": {"past_index"},
    "m020_failed_jobs": set(), "m023_signatures": {"order_signatures"},
}  # fmt: skip
MADE = {
    "ledger": {
        "meta", "facts", "sales", "tickets", "cart_events", "device_rows", "cursors", "attempts", "new_pins",
        "spool_job",
    }
    | RIGHTS | LIVES | HELD | JOURNAL | SUSPENDED
    | {"returned", "vouchers", "accounts", "voucher_answers", "customer_words", "customer_lines", "order_facts", "order_addresses"}
    | {"stock_work", "stock_work_lines", "budgets", "new_customers", "asked_orders", "past_index", "order_signatures"},
    "catalog": {"catalog_rows", "cursors", "article", "barcode", "words", "vocabulary"},
}  # fmt: skip
"""What all steps make, in a file that had nothing: m001_ledger_first_sale and those of BY_STEP; m001_catalog_first_sale."""


def tables(conn: Connection) -> set[str]:
    """The tables of a file, without those that SQLite and its tools keep for themselves."""
    found = {name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return {name for name in found if not name.startswith(("sqlite_", "_sqlite_", "words_"))}


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.name)
def test_the_first_step_makes_what_the_first_sale_needs(tmp_path: Path, schema: Schema) -> None:
    conn = connect(tmp_path / "new.db")
    assert tables(conn) == set()
    migrate(conn, schema)
    assert tables(conn) == MADE[schema.name]
    assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    conn.close()


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.name)
def test_a_file_names_all_its_steps_and_no_step_is_unlisted(schema: Schema) -> None:
    steps = {"ledger": migrations.ledger, "catalog": migrations.catalog}[schema.name]
    registered = [step.name for step in steps.pending(sqlite_utils.Database(memory=True))]
    assert list(schema.steps) == registered


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.name)
def test_a_step_that_breaks_off_leaves_the_file_as_it_was(tmp_path: Path, schema: Schema) -> None:
    conn = connect(tmp_path / "new.db")
    in_the_way = {"ledger": "attempts", "catalog": "barcode"}[schema.name]
    conn.execute(f"CREATE TABLE {in_the_way} (stranger TEXT)")
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        migrate(conn, schema)
    assert tables(conn) == {in_the_way}
    conn.execute(f"DROP TABLE {in_the_way}")
    migrate(conn, schema)
    assert tables(conn) == MADE[schema.name]
    conn.close()


def test_what_was_written_is_there_after_the_file_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    for count in range(3):
        writer = Writer(path, ledger.SCHEMA)
        writer.run(lambda conn, n=count: conn.execute("INSERT INTO meta VALUES (?, 1)", (f"start {n}",)))  # type: ignore[misc]
        assert writer.run(lambda conn: conn.execute("SELECT count(*) FROM meta").fetchone()) == (count + 1,)
        writer.close()


def test_a_file_that_has_all_its_steps_opens_without_the_library_that_takes_them(tmp_path: Path) -> None:
    Writer(tmp_path / "ledger.db", ledger.SCHEMA).close()
    program = (
        "import sys; from pathlib import Path; from kiosk.store.database import Writer; from kiosk.store.ledger import SCHEMA;"
        "Writer(Path(sys.argv[1]), SCHEMA).close(); assert 'sqlite_utils' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path / "ledger.db")], cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize("step", BY_STEP)
def test_a_step_adds_its_tables_and_leaves_what_was_sold_as_it_is(tmp_path: Path, step: str) -> None:
    """m002_ledger_rights, m003_ledger_lives, m004_ledger_held, m006_ledger_suspended, m007_ledger_returned,
    m008_ledger_vouchers, m009_ledger_accounts, m010_ledger_customers, m011_ledger_orders, m012_ledger_stock_work,
    m014_ledger_budgets, m015_ledger_new_customers, m017_ledger_asked_orders, m018_ledger_single_purpose,
    m020_ledger_failed_jobs and m023_ledger_signatures, each on a file that stopped before it."""
    later = list(BY_STEP)[list(BY_STEP).index(step) :]
    conn = connect(tmp_path / "old.db")
    migrations.ledger.apply(sqlite_utils.Database(conn), stop_before=step)
    assert tables(conn) == MADE["ledger"] - set().union(*(BY_STEP[name] for name in later))
    conn.execute("INSERT INTO meta VALUES ('acked', 7)")
    migrate(conn, ledger.SCHEMA)
    assert tables(conn) == MADE["ledger"]
    assert conn.execute("SELECT value FROM meta WHERE key = 'acked'").fetchone() == (7,)
    conn.close()


def test_facts_from_before_the_journal_are_found_by_it(tmp_path: Path) -> None:
    """m005_ledger_journal, on a file with a sale, a shift and a fact that is worth nothing."""
    conn = connect(tmp_path / "old.db")
    migrations.ledger.apply(sqlite_utils.Database(conn), stop_before="m005_journal")
    bodies = ({"receipt": "AMS1-01-A-000001", "total": 1499}, {"float": 15_000}, {"receipt": 7, "total": "much"})
    for seq, body in enumerate(bodies, 1):
        data = json.dumps({"employee": "101", "wall": 1_000 + seq, "body": body}).encode()
        conn.execute("INSERT INTO facts VALUES (?, 'x', '2026-11-21', ?, x'00', x'00')", (seq, data))
    migrate(conn, ledger.SCHEMA)
    found = conn.execute("SELECT seq, employee, receipt, amount, at_ms FROM fact_index ORDER BY seq").fetchall()
    assert found == [(1, "101", "AMS1-01-A-000001", 1499, 1_001), (2, "101", "", 15_000, 1_002), (3, "101", "", None, 1_003)]
    conn.close()
