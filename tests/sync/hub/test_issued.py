"""A hub whose database was put back remembers the terminals that it enrolled since, and waits for them before it promises."""

import shutil
from pathlib import Path

import pytest

from sync.hub import backups, epochs, issued
from sync.protocol.certificate import issue
from sync.protocol.messages import HeldRight
from sync.protocol.signature import Key
from tests.sync.hub.lives import LivingTerminal, life, state_of, waiting_of
from tests.sync.hub.stock_support import free, granted, make_limited, share
from tests.sync.hub.support import STORE, RunningHub, a_product, bring_products, system_ms


@pytest.fixture
def folder(tmp_path: Path, shop: Path) -> Path:
    """A hub with ten pieces of an article, and no terminal."""
    shutil.copytree(shop, tmp_path / "hub")
    with life(tmp_path / "hub") as hub:
        bring_products(hub.hub, a_product())
        make_limited(hub)
    return tmp_path / "hub"


def enrolled_with_rights(hub: RunningHub) -> LivingTerminal:
    """A till that was enrolled and got rights, after the backup."""
    till = LivingTerminal(hub.terminal())
    till.push()
    share(hub, whole=True)
    till.catch_up()
    till.rights = [HeldRight(STORE, "A1", granted(till.terminal)[f"{STORE}|A1"].level_milli)]
    return till


def reports_and_opens(hub: RunningHub, till: LivingTerminal) -> None:
    """The till says what it holds, and its rights are in the account before anything else is given."""
    assert waiting_of(hub.hub) == ["01"] and state_of(hub.hub).state == epochs.RECOVERING
    till.settle()
    till.catch_up()
    assert till.push(till.report()).hub == "open"
    assert free(hub).granted == till.rights[0].left_milli > 0


def test_a_till_enrolled_after_the_backup_is_waited_for_when_the_backup_is_restored(folder: Path, tmp_path: Path) -> None:
    backup, _ = backups.make(folder, tmp_path / "far", system_ms())
    with life(folder) as hub:
        till = enrolled_with_rights(hub)
    backups.restore(backup, folder, system_ms())
    with life(folder, till) as hub:
        reports_and_opens(hub, till)


def test_a_till_enrolled_after_a_file_was_copied_is_waited_for_when_the_file_is_put_back(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "hub.db", tmp_path / "copy")
    with life(folder) as hub:
        till = enrolled_with_rights(hub)
    shutil.copy(tmp_path / "copy", folder / "hub.db")
    with life(folder, till) as hub:
        reports_and_opens(hub, till)


def test_a_folder_that_remembers_nothing_learns_at_its_start_who_there_is(folder: Path, tmp_path: Path) -> None:
    with life(folder) as hub:
        till = enrolled_with_rights(hub)
    (folder / issued.FILE).unlink()
    with life(folder, till) as hub:
        assert issued.kept(folder) == hub.hub.storage.look(lambda c: issued.missing(c, []))
        assert hub.hub.storage.look(lambda c: issued.missing(c, issued.kept(folder))) == []


def test_a_line_that_broke_off_and_a_certificate_of_another_hub_make_no_terminal(folder: Path, tmp_path: Path) -> None:
    backup, _ = backups.make(folder, tmp_path / "far", system_ms())
    with life(folder) as hub:
        made = hub.terminal().certificate
        assert made is not None
    with (folder / issued.FILE).open("ab") as file:
        file.write(b'\n{"certificate": "bro')
    issued.keep(folder, issue(made, Key.generate().sign), (b"no certificate", bytes(64)))
    assert len(issued.kept(folder)) == 3
    backups.restore(backup, folder, system_ms())
    with life(folder) as hub:
        assert waiting_of(hub.hub) == ["01"]


def test_of_two_tills_at_one_place_since_the_backup_both_are_waited_for(folder: Path, tmp_path: Path) -> None:
    backup, _ = backups.make(folder, tmp_path / "far", system_ms())
    with life(folder) as hub:
        hub.terminal("1")
        hub.terminal("1")
    backups.restore(backup, folder, system_ms())
    with life(folder) as hub:
        assert waiting_of(hub.hub) == ["01", "01"], "the first may still promise what it has"
