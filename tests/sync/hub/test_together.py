"""Group commit: who waits together is stored together, and one that cannot be stored takes nobody with it."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from sync.hub.problems import HubProblem
from sync.hub.storage.sqlite import SqliteStorage
from sync.hub.storage.together import SIZE_MAX, Together


async def _many(storage: SqliteStorage, sizes: list[int], bad: frozenset[int] = frozenset()) -> tuple[list[object], list[int]]:
    groups: list[int] = []

    def begin(_: Connection) -> list[int]:
        return []

    def work(place: int, connection: Connection, shared: list[int]) -> int:
        connection.execute(text("INSERT INTO meta VALUES (:name, 'x')"), {"name": f"part {place}"})
        if place in bad:
            raise HubProblem("push.too_many", limit=1)
        shared.append(place)
        return place

    together: Together[list[int]] = Together(storage, begin, lambda shared: groups.append(len(shared)))
    asked = [
        together.run((f"{place:03d}",), size, lambda connection, shared, place=place: work(place, connection, shared))  # type: ignore[misc]
        for place, size in enumerate(sizes)
    ]
    return list(await asyncio.gather(*asked, return_exceptions=True)), groups


@pytest.fixture
def storage(tmp_path: Path) -> SqliteStorage:
    return SqliteStorage(tmp_path / "hub.db")


def _kept(storage: SqliteStorage) -> int:
    return storage.call(lambda c: c.scalar(text("SELECT count(*) FROM meta WHERE name LIKE 'part %'")) or 0)


def test_those_who_wait_are_stored_in_one_transaction(storage: SqliteStorage) -> None:
    results, groups = asyncio.run(_many(storage, [1] * 10))
    assert results == list(range(10)) and groups == [10] and _kept(storage) == 10
    storage.close()


def test_a_group_is_no_larger_than_a_transaction_should_be(storage: SqliteStorage) -> None:
    results, groups = asyncio.run(_many(storage, [SIZE_MAX // 2] * 5))
    assert results == list(range(5)) and groups == [2, 2, 1]
    storage.close()


def test_one_that_cannot_be_stored_takes_nobody_with_it(storage: SqliteStorage) -> None:
    results, groups = asyncio.run(_many(storage, [1] * 5, frozenset({2})))
    assert [str(result)[:13] for result in results] == ["0", "1", "push.too_many", "3", "4"]
    assert groups == [1, 1, 1, 1] and _kept(storage) == 4
    storage.close()


def test_who_comes_in_the_moment_that_the_last_one_was_stored_is_stored_too(storage: SqliteStorage) -> None:
    async def one_after_another() -> list[int]:
        together: Together[None] = Together(storage, lambda _: None, lambda _: None)
        return [await together.run((), 1, lambda _, __, n=n: n) for n in range(20)]  # type: ignore[misc]

    assert asyncio.run(asyncio.wait_for(one_after_another(), 20)) == list(range(20))
    storage.close()
