"""Which database a hub works on: the schema's steps on both, what is refused, and what several processes have in common."""

import secrets
import stat
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from pysqlite3 import dbapi2 as sqlite3
from sqlalchemy import Connection, create_engine, text

from sync.hub.core import Hub, Surroundings, open_hub
from sync.hub.problems import HubProblem
from sync.hub.settings import FILE
from sync.hub.storage.database import MIGRATIONS
from sync.hub.storage.schema import metadata
from tests.sync.hub.postgres import Cluster
from tests.sync.hub.support import TestClock, open_test_hub

OLD = {
    "tenants": "('t', 7, 2)",
    "terminals": "('d1', 1, 't', 's', '01', 'till', 1, x'01', x'02', x'03', 5, 0, 3, x'aa', 0, 0, 9)",
    "facts": "('d1', 1, 1, x'a1', x'b1', x'c1', 9, 't', 's', '2026-12-01', 'sale.completed'), "
    "('d1', 1, 2, x'a2', x'b2', x'c2', 9, 't', 's', '2026-12-01', 'sale.dreamt')",
    "forks": "('d1', 1, 2, x'ff', x'b3', x'c3', 9)",
    "held": "('d1', 1, 2, 'kind.unknown', 9, 't', 's', '2026-12-01')",
    "stock_movements": "('t', 'd1', 1, 1, 0, 's', 'A1', -1000, 'sale', 9)",
    "tasks": "('k1', 't', 's', 'ticket.used_twice', '{}', 9, 0)",
    "audit": "('a1', 't', 9, 'hub', 'price.set', '{}')",
}
"""A row or two of every table whose keys the steps 0002 and 0008 change, in the order of the columns of step 0001."""


def _refusal(folder: Path, url: str) -> HubProblem:
    with pytest.raises(HubProblem) as refused:
        open_test_hub(folder, database_url=url)
    return refused.value


def _old_database(path: Path) -> None:
    """A database as the first step made it, with rows."""
    engine = create_engine("sqlite://", module=sqlite3, creator=lambda: sqlite3.connect(str(path)))
    with engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for table, rows in OLD.items():
            connection.execute(text(f"INSERT INTO {table} VALUES {rows}"))
        connection.commit()
    engine.dispose()


def test_a_database_of_the_first_step_keeps_every_row_under_its_new_keys(tmp_path: Path) -> None:
    _old_database(tmp_path / "hub.db")
    hub = open_test_hub(tmp_path, shop=False)

    def rows(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
        tables = [*OLD, "projections"]
        return {table: [tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}"))] for table in tables}

    found = hub.storage.call(rows)
    assert found == {
        "tenants": [("t", 7, 2)],
        "terminals": [("t", "s", "d1", 1, "01", "till", 1, b"\1", b"\2", b"\3", 5, 0, 3, b"\xaa", 0, 0, 9)],
        "facts": [
            ("t", "s", "d1", 1, 1, b"\xa1", b"\xb1", b"\xc1", 9, "2026-12-01", "sale.completed"),
            ("t", "s", "d1", 1, 2, b"\xa2", b"\xb2", b"\xc2", 9, "2026-12-01", "sale.dreamt"),
        ],
        "forks": [("t", "s", "d1", 1, 2, b"\xff", b"\xb3", b"\xc3", 9)],
        "held": [("t", "s", "d1", 1, 2, "kind.unknown", 9, "2026-12-01")],
        "stock_movements": [("t", "s", "A1", 9, "d1", 1, 1, 0, -1000, "sale")],
        "tasks": [("t", "s", "k1", "ticket.used_twice", "{}", 9, 0)],
        "audit": [("t", "a1", 9, "hub", "price.set", "{}")],
        "projections": [("t", "s", "d1", 1, 3)],
    }
    hub.close()


def test_a_receipt_series_is_still_unique_after_the_new_keys(tmp_path: Path) -> None:
    _old_database(tmp_path / "hub.db")
    hub = open_test_hub(tmp_path, shop=False)
    again = "INSERT INTO terminals SELECT tenant, store, 'd2', inc, terminal, kind, series, public_key, certificate, signature, "
    again += "enrolled_ms, revoked_ms, next_seq, head, durable_seq, forked, last_seen_ms FROM terminals"
    with pytest.raises(Exception, match="UNIQUE"):
        hub.storage.call(lambda connection: connection.execute(text(again)))
    hub.close()


def test_the_steps_make_the_same_schema_on_postgresql(cluster: Cluster, tmp_path: Path) -> None:
    hub = open_test_hub(tmp_path, database_url=cluster.database())
    assert hub.storage.call(lambda c: compare_metadata(MigrationContext.configure(c), metadata)) == []
    hub.close()


def test_a_database_that_sorts_otherwise_is_refused(cluster: Cluster, tmp_path: Path) -> None:
    with psycopg.connect(cluster.url(), autocommit=True) as line:
        line.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")  # no UTF-8
    assert _refusal(tmp_path, cluster.url("latin")).code == "database.collation"


def test_a_database_that_does_not_answer_is_refused_without_its_password(tmp_path: Path) -> None:
    refused = _refusal(tmp_path, f"postgresql://me:s3cret@/hub?host={tmp_path}")
    assert refused.code == "database.unreachable"
    assert "s3cret" not in str(refused) + repr(refused.__cause__) + repr(refused.__cause__.__cause__ if refused.__cause__ else "")


@pytest.mark.parametrize("url", ["mysql://me:s3cret@host/hub", "me:s3cret"])
def test_another_kind_of_database_is_refused_without_its_password(tmp_path: Path, url: str) -> None:
    refused = _refusal(tmp_path, url)
    assert refused.code == "database.url" and "s3cret" not in str(refused)


def test_the_settings_say_which_database_and_are_their_owner_s_alone(cluster: Cluster, tmp_path: Path) -> None:
    url = cluster.database()
    open_test_hub(tmp_path / "one").close()
    world = Surroundings(TestClock(), secrets.randbits)
    open_hub(tmp_path / "two", world).close()
    path = tmp_path / "two" / FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (tmp_path / "two" / "hub.db").unlink()
    path.write_text(path.read_text().replace('url = ""', f'url = "{url}"'))
    (tmp_path / "two" / "hub.key").unlink()
    hub = open_hub(tmp_path / "two", world)
    assert hub.storage.shares_blobs and not (tmp_path / "two" / "hub.db").exists()
    assert url not in repr(hub.settings)
    hub.close()


def _both(cluster: Cluster, folder: Path) -> tuple[Hub, Hub]:
    url = cluster.database()
    return open_test_hub(folder / "one", database_url=url), open_test_hub(folder / "two", shop=False, database_url=url)


def test_two_processes_on_a_database_are_one_hub(cluster: Cluster, tmp_path: Path) -> None:
    one, two = _both(cluster, tmp_path)
    assert one.key.raw == two.key.raw and one.storage.epoch == two.storage.epoch
    one.blobs.put("picture", "ab", b"picture", 5)
    assert two.blobs.missing("picture", ["ab", "cd"]) == ["cd"]
    assert two.blobs.get("picture", "ab") == b"picture"
    one.close()
    two.close()


def test_a_hub_that_moves_to_postgresql_brings_its_key_and_another_hub_s_folder_is_refused(
    cluster: Cluster, tmp_path: Path
) -> None:
    alone = open_test_hub(tmp_path / "one", shop=False)
    key = alone.key.raw
    alone.close()
    open_test_hub(tmp_path / "other", shop=False).close()
    url = cluster.database()
    moved = open_test_hub(tmp_path / "one", shop=False, database_url=url)
    assert moved.key.raw == key
    moved.close()
    assert _refusal(tmp_path / "other", url).code == "database.other_hub"
