"""The hub's backups: made while it serves, proven, kept by generations, and put back under a new epoch."""

import secrets
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sync.hub import backups, epochs
from sync.hub.commands.line import app
from sync.hub.problems import HubProblem
from tests.sync.hub.lives import LivingTerminal, copy_of, life, put_back, state_of
from tests.sync.hub.support import STORE, open_test_hub, running_hub, system_ms


@pytest.fixture
def folder(tmp_path: Path, shop: Path) -> Path:
    shutil.copytree(shop, tmp_path / "hub")
    return tmp_path / "hub"


def _run(*words: object) -> str:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done.output


def test_a_hub_backed_up_while_it_serves_and_restored_on_a_bare_machine_goes_on(folder: Path, tmp_path: Path) -> None:
    with running_hub(folder) as hub:
        (folder / "pictures" / f"{'ab' * 32}.webp").write_bytes(b"a picture")
        till = LivingTerminal(hub.terminal())
        till.sell(2)
        till.settle()
        assert "with 2 facts" in _run("backup", "--data", folder, "--to", tmp_path / "far", "--off-host")
        till.sell(3)
        assert till.settle().durable_seq == 3, "what the backup has is kept elsewhere"
    (backup,) = (tmp_path / "far").glob("*.hub-backup")
    assert backup.stat().st_mode & 0o777 == 0o600
    _run("restore", "--from", backup, "--data", tmp_path / "new")
    assert (tmp_path / "new" / "pictures" / f"{'ab' * 32}.webp").read_bytes() == b"a picture"
    with life(tmp_path / "new", till) as hub:
        assert state_of(hub.hub).state == epochs.RECOVERING
        assert till.settle().next_seq == 6, "the three sales since are sent again"
        till.catch_up()
        assert till.push(till.report()).hub == "open"


def test_every_flipped_bit_of_a_hubs_backup_is_found(folder: Path, tmp_path: Path) -> None:
    path, _ = backups.make(folder, tmp_path / "far", system_ms())
    data, spoilt = path.read_bytes(), tmp_path / "spoilt"
    for place in {*range(0, 200, 7), *(secrets.randbelow(len(data)) for _ in range(60)), len(data) - 1}:
        spoilt.write_bytes(data[:place] + bytes([data[place] ^ 1 << place % 8]) + data[place + 1 :])
        with pytest.raises(HubProblem, match=r"backup\.damaged"):
            backups.restore(spoilt, tmp_path / "new", system_ms())
    for cut in (0, 31, len(data) - 1):
        spoilt.write_bytes(data[:cut])
        with pytest.raises(HubProblem, match=r"backup\.damaged"):
            backups.check(spoilt, tmp_path / "proof")
    assert not (tmp_path / "new" / "hub.db").exists()


def test_restoring_over_a_hub_sets_it_aside_and_takes_an_epoch_above_its_own(folder: Path, tmp_path: Path) -> None:
    path, _ = backups.make(folder, tmp_path / "far", system_ms())
    first = backups.restore(path, folder, 1)
    second = backups.restore(path, folder, 2)
    third = backups.restore(path, folder, 3)
    assert first < second < third and len(list(folder.glob("set-aside-*/hub.db"))) == 3
    (folder / "hub.db").write_bytes(b"broken")
    assert backups.restore(path, folder, 4) > third, "the folder remembers its epoch without its database"


def test_a_backup_of_another_hub_is_not_put_into_a_folder_with_a_key_of_its_own(folder: Path, tmp_path: Path) -> None:
    open_test_hub(tmp_path / "other").close()
    path, _ = backups.make(tmp_path / "other", tmp_path / "far", system_ms())
    with pytest.raises(HubProblem, match=r"database\.other_hub"):
        backups.restore(path, folder, system_ms())


def test_a_running_hub_is_not_restored_over_its_head(folder: Path, tmp_path: Path) -> None:
    path, _ = backups.make(folder, tmp_path / "far", system_ms())
    with running_hub(folder):
        with pytest.raises(HubProblem, match=r"folder\.in_use"):
            backups.restore(path, folder, system_ms())
        done = CliRunner().invoke(app, ["restore", "--as-is", "--data", str(folder)])
        assert done.exit_code == 1 and "Stop it first" in done.output


def test_an_older_database_in_a_folder_that_was_restored_since_begins_another_epoch(folder: Path, tmp_path: Path) -> None:
    copy = copy_of(folder, tmp_path / "copy")
    path, _ = backups.make(folder, tmp_path / "far", system_ms())
    epoch = backups.restore(path, folder, system_ms())
    with running_hub(folder):
        pass
    put_back(folder, copy)
    backups.write_life(folder, epoch)
    with running_hub(folder) as hub:
        again = hub.hub.storage.epoch
        assert again > epoch and state_of(hub.hub).state != epochs.DOUBTFUL
    _run("restore", "--as-is", "--data", folder)
    with running_hub(folder) as hub:
        assert hub.hub.storage.epoch > again


def test_seven_days_and_four_weeks_of_backups_are_kept(folder: Path, tmp_path: Path) -> None:
    for day in range(35):
        backups.make(folder, tmp_path / "far", system_ms() + day * 86_400_000)
    assert backups.forget_old(tmp_path / "far") >= 24
    assert len(list((tmp_path / "far").glob("*.hub-backup"))) <= 11


def test_a_lost_terminal_is_named_by_its_place(folder: Path) -> None:
    with running_hub(folder) as hub:
        hub.terminal("1")
        assert f"{STORE}-01 is lost" in _run("device", "lost", "--data", folder, "--store", STORE, "--terminal", "1")
        assert "lost" in _run("device", "list", "--data", folder, "--json")
        refused = CliRunner().invoke(app, ["device", "lost", "--data", str(folder), "--store", STORE, "--terminal", "9"])
        assert refused.exit_code == 1
