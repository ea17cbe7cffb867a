"""Many rows at once: both databases keep the same, and what the database refuses is told as one row's refusal is."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from sync.hub.core import Hub
from sync.hub.storage.bulk import insert_many, insert_values
from sync.hub.storage.schema import facts, stock_movements
from tests.sync.hub.postgres import Cluster
from tests.sync.hub.support import open_test_hub

FACT = ("tenant", "store", "dev", "inc", "seq", "hash", "data", "signature", "received_ms", "day", "kind")
MOVEMENT = ("tenant", "store", "article", "at_ms", "dev", "inc", "seq", "n", "quantity_milli", "reason")


@pytest.fixture(params=["sqlite", "postgresql"])
def hub(request: pytest.FixtureRequest, tmp_path: Path) -> Hub:
    cluster: Cluster | None = request.getfixturevalue("cluster") if request.param == "postgresql" else None
    made = open_test_hub(tmp_path, shop=False, database_url=cluster.database() if cluster else "")
    request.addfinalizer(made.close)
    return made


def _facts(first: int, count: int) -> list[tuple[Any, ...]]:
    return [
        ("t", "s", "d", 1, seq, bytes([seq % 256]) * 32, bytes(range(256)) * (seq % 20), b"\0\n\\", 1 << 40, "é", "\\N\t")
        for seq in range(first, first + count)
    ]


def _movements(count: int) -> list[tuple[Any, ...]]:
    return [("t", "s", f"A{n:05d}", n, "d", 1, n, 0, -(1 << 40) + n, "sale") for n in range(count)]


@pytest.mark.parametrize("count", [0, 1, 19, 20, 700])
def test_rows_are_kept_as_they_were_given_however_many_they_are(hub: Hub, count: int) -> None:
    rows = _facts(1, count)
    hub.storage.call(lambda c: insert_many(c, facts, FACT, rows))
    query = select(*(facts.c[name] for name in FACT)).order_by(facts.c.seq)
    assert [tuple(row) for row in hub.storage.look(lambda c: c.execute(query).all())] == rows


@pytest.mark.parametrize("count", [0, 1, 20, 1_700])
def test_values_in_one_list_are_rows_too(hub: Hub, count: int) -> None:
    rows = _movements(count)
    hub.storage.call(lambda c: insert_values(c, stock_movements, MOVEMENT, [value for row in rows for value in row]))
    query = select(*(stock_movements.c[name] for name in MOVEMENT)).order_by(stock_movements.c.article)
    assert [tuple(row) for row in hub.storage.look(lambda c: c.execute(query).all())] == rows


@pytest.mark.parametrize("count", [5, 50])
def test_a_row_that_is_there_is_refused_and_the_transaction_leaves_nothing(hub: Hub, count: int) -> None:
    hub.storage.call(lambda c: insert_many(c, facts, FACT, _facts(3, 1)))

    def twice(rows: Sequence[tuple[Any, ...]]) -> None:
        hub.storage.call(lambda c: insert_many(c, facts, FACT, rows))

    with pytest.raises(DBAPIError):
        twice(_facts(1, count))
    assert hub.storage.look(lambda c: c.scalars(select(facts.c.seq)).all()) == [3]
