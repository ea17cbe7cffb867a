"""Files that are replaced whole, and the ballast."""

from pathlib import Path

import pytest

from kiosk.domain.errors import Damaged, ShopError
from kiosk.store import identity
from kiosk.store.folder import FolderLock, keep_ballast, sync_file, write_whole
from kiosk.store.identity import IdentityFiles

FILES = IdentityFiles(b"k" * 32, b"{}", b"s" * 64, b"h" * 32)


def test_a_file_is_replaced_whole_and_leaves_no_part_behind(tmp_path: Path) -> None:
    path = tmp_path / "settings"
    for data in (b"old", b"new" * 100_000, b""):
        write_whole(path, data)
        assert path.read_bytes() == data
    assert [file.name for file in tmp_path.iterdir()] == ["settings"]
    sync_file(path)


def test_a_key_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    identity.keep(tmp_path, FILES)
    assert (tmp_path / "identity" / "key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "identity").stat().st_mode & 0o777 == 0o700
    assert identity.load(tmp_path) == FILES


def test_half_an_identity_is_none(tmp_path: Path) -> None:
    with pytest.raises(ShopError) as refusal:
        identity.load(tmp_path)
    assert refusal.value.code == "folder.not_enrolled"
    identity.keep(tmp_path, FILES)
    (tmp_path / "identity" / "hub-key").unlink()
    with pytest.raises(Damaged) as damage:
        identity.load(tmp_path)
    assert damage.value.code == "identity.damaged"


def test_ballast_takes_real_room_and_is_kept_as_it_is(tmp_path: Path) -> None:
    path = keep_ballast(tmp_path, 1_000_000)
    assert path.stat().st_size == 1_000_000
    assert path.stat().st_blocks * 512 >= 1_000_000
    made = path.stat().st_mtime_ns
    assert keep_ballast(tmp_path, 1_000_000).stat().st_mtime_ns == made


def test_one_process_may_take_its_folder_again_after_it_gave_it_back(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path / "new" / "folder")
    with pytest.raises(ShopError):
        FolderLock(tmp_path / "new" / "folder")
    lock.release()
    FolderLock(tmp_path / "new" / "folder").release()
