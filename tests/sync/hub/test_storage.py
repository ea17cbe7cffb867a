"""The data folder and its database: one holder, one connection, steps forward, and polite refusals."""

import asyncio
import stat
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from kiosk.domain.facts import SHIFT_OPENED
from sync.hub import bodies, held
from sync.hub.bell import Bell, rung
from sync.hub.commands.surface import world
from sync.hub.core import Hub, open_hub
from sync.hub.limiter import Limiter
from sync.hub.problems import CODES, HubProblem
from sync.hub.settings import FILE
from sync.hub.storage.schema import metadata
from tests.sync.hub.support import DAY, STORE, RunningHub, open_test_hub

README = Path(__file__).parents[3] / "sync" / "README.md"


def _refusal(folder: Path) -> str:
    with pytest.raises(HubProblem) as refused:
        open_test_hub(folder)
    return refused.value.code


def test_the_migrations_make_just_the_schema_that_the_code_uses(tmp_path: Path) -> None:
    hub = open_test_hub(tmp_path)
    assert hub.storage.call(lambda c: compare_metadata(MigrationContext.configure(c), metadata)) == []
    hub.close()


def test_the_database_is_durable_and_its_owner_s_alone(tmp_path: Path) -> None:
    hub = open_test_hub(tmp_path / "hub")

    def pragmas(connection: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "wal_autocheckpoint")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    assert hub.storage.call(pragmas) == ["wal", 2, 1, 0]
    for name in ("hub.db", "hub.db-wal", "hub.key"):
        assert stat.S_IMODE((tmp_path / "hub" / name).stat().st_mode) == 0o600, name
    hub.close()


def test_a_failed_transaction_leaves_nothing_and_the_connection_goes_on(tmp_path: Path) -> None:
    hub = open_test_hub(tmp_path)

    def half(connection: Connection) -> None:
        connection.execute(text("INSERT INTO meta VALUES ('half', 'x')"))
        raise HubProblem("hub.busy")

    with pytest.raises(HubProblem):
        hub.storage.call(half)
    assert hub.storage.call(lambda c: c.scalar(text("SELECT count(*) FROM meta WHERE name = 'half'"))) == 0
    hub.close()


def test_a_second_hub_on_the_same_folder_is_refused_and_a_later_one_is_not(tmp_path: Path) -> None:
    hub = open_test_hub(tmp_path)
    assert _refusal(tmp_path) == "folder.in_use"
    hub.close()
    open_test_hub(tmp_path).close()


def test_a_hub_keeps_its_key_and_epoch(tmp_path: Path) -> None:
    first = open_test_hub(tmp_path)
    key, epoch = first.key.raw, first.storage.epoch
    first.close()
    second = open_test_hub(tmp_path)
    assert (second.key.raw, second.storage.epoch) == (key, epoch)
    second.close()


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    hub = open_test_hub(tmp_path)
    hub.storage.call(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    hub.close()
    before = (tmp_path / "hub.db").read_bytes()
    assert _refusal(tmp_path) == "database.too_new"
    assert (tmp_path / "hub.db").read_bytes() == before


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "hub.db").write_bytes(b"not a database, however long it is" * 100)
    assert _refusal(tmp_path) == "database.damaged"


@pytest.mark.parametrize(
    "content", ["[pins", "[pins]\ntime_cost = 0", "[pins]\ntime_cots = 1", "pins = 1", "[feed]\nkeep_days = 89"]
)
def test_settings_that_cannot_be_read_are_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content)
    assert _refusal(tmp_path) == "settings.damaged"


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HubProblem) as refused:
        open_hub(tmp_path / "file" / "hub", world())
    assert refused.value.code == "folder.no_access"


def test_the_dead_letters_are_capped(tmp_path: Path) -> None:
    hub = open_test_hub(tmp_path)
    for _ in range(10):
        hub.folder.dead_letter(bytes(30), size_max=100)
    assert (tmp_path / "dead-letters").stat().st_size <= 100
    hub.close()


def test_the_write_ahead_log_is_checkpointed_when_it_is_large(tmp_path: Path) -> None:
    hub = open_test_hub(tmp_path)
    size_max = 0
    for place in range(8):
        value = "x" * 1_500_000
        hub.storage.call(
            lambda c, place=place, value=value: c.execute(text("INSERT INTO meta VALUES (:n, :v)"), {"n": f"m{place}", "v": value})  # type: ignore[misc]
        )
        size_max = max(size_max, (tmp_path / "hub.db-wal").stat().st_size)
    assert size_max < 8_000_000
    hub.close()


def test_held_facts_are_projected_when_the_hub_has_learnt_their_kind(hub: RunningHub, monkeypatch: pytest.MonkeyPatch) -> None:
    till = hub.terminal()
    with monkeypatch.context() as older:
        older.setattr(bodies, "SCHEMAS", {kind: 1 for kind in bodies.SCHEMAS if kind != SHIFT_OPENED})
        till.fact(SHIFT_OPENED, {"float": 15_000})
        till.fact("sale.dreamt", {})
        assert [one.reason for one in till.push().held] == ["kind.unknown", "kind.unknown"]
    store: Hub = hub.hub
    done = store.storage.call(lambda c: held.retry(c, hub.hub.settings.plausible, hub.clock(), store.world.new_id))
    assert done.projected == 1
    assert [one.seq for one in till.push().held] == [2]
    report = till.request("GET", f"/v1/report/day?store={STORE}&day={DAY}").json()
    assert report["total"]["float_cash"] == 15_000 and report["held"] == 1
    again = store.storage.call(lambda c: held.retry(c, hub.hub.settings.plausible, hub.clock(), store.world.new_id))
    assert (again.tried, again.projected) == (1, 0)


def test_a_full_line_is_told_to_come_back() -> None:
    async def crowd() -> str:
        limiter = Limiter(at_once=1, waiting_max=1)
        async with limiter.slot():
            waiting = asyncio.create_task(_enter(limiter))
            await asyncio.sleep(0)
            with pytest.raises(HubProblem) as refused:
                await _enter(limiter)
        await waiting
        await _enter(limiter)
        return refused.value.code

    assert asyncio.run(crowd()) == "hub.busy"


def test_a_limiter_knows_for_how_long_nobody_was_there() -> None:
    clock_s = [100.0]

    async def visit() -> list[float]:
        limiter = Limiter(clock_s=lambda: clock_s[0])
        async with limiter.slot():
            clock_s[0] += 5
            inside = limiter.idle_s()
        clock_s[0] += 2
        return [inside, limiter.idle_s()]

    assert asyncio.run(visit()) == [0.0, 2.0]
    assert Limiter().idle_s() > 1e9, "a hub that nobody ever pushed to need not wait"


async def _enter(limiter: Limiter) -> None:
    async with limiter.slot():
        pass


def test_a_bell_wakes_who_listens_and_nobody_else_and_everybody_at_the_end() -> None:
    async def listen() -> tuple[bool, bool, bool]:
        bell = Bell()
        bell.start()
        with bell.listen([("t", "catalog", "")]) as mine, bell.listen([("t", "device", "")]) as other:
            bell.ring(frozenset({("t", "catalog", "")}))
            woken, asleep = await rung(mine, 30), await rung(other, 0.01)
            bell.close()
            return woken, asleep, await rung(other, 30)

    assert asyncio.run(listen()) == (True, False, True)


def test_every_refusal_is_described_in_the_readme() -> None:
    described = README.read_text(encoding="utf-8")
    assert [code for code in CODES if f"`{code}`" not in described] == []
