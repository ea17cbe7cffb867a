"""A disk that is really full (a tmpfs of 4 MB): what does not fit is refused in words, and nothing that was sold is lost."""

import ctypes
import ctypes.util
import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain import facts
from kiosk.domain.errors import ShopError
from kiosk.store.catalog import iter_rows
from kiosk.store.database import DiskFull
from kiosk.store.folder import keep_ballast
from kiosk.text import words
from tests.kiosk.support import HandClock, Shop, open_shop

SIZE = 4 * 1024 * 1024
BALLAST = 256 * 1024
LEFT_FREE = 200 * 1024
SALES_MAX = 2_000


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB; skips, and says why, where this user may not mount one."""
    if not sys.platform.startswith("linux"):
        pytest.skip("a disk of 4 MB is a Linux tmpfs")
    libc = ctypes.CDLL(ctypes.util.find_library("c"), use_errno=True)
    path = tmp_path / "disk"
    path.mkdir()
    if libc.mount(b"tmpfs", os.fsencode(path), b"tmpfs", 0, f"size={SIZE}".encode()):
        pytest.skip(f"no tmpfs may be mounted here: {os.strerror(ctypes.get_errno())}")
    try:
        yield path
    finally:
        libc.umount2(os.fsencode(path), 2)  # MNT_DETACH: also while something still looks at it


def fill_up(disk: Path, leave: int) -> Path:
    """Somebody's holiday pictures: all but `leave` bytes."""
    filler = disk / "pictures.zip"
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    with filler.open("wb") as file:
        try:
            file.write(bytes(max(0, free - leave)))
        except OSError as error:
            assert error.errno == errno.ENOSPC
    return filler


def sell_until_refused(shop: Shop) -> tuple[list[str], ShopError]:
    """Sell one shirt after the other until something does not fit; gives the receipts and the refusal."""
    receipts: list[str] = []
    for _ in range(SALES_MAX):
        try:
            shop.add("1001-WHT-M")
            receipts.append(shop.sell_cash().receipt)
        except ShopError as error:
            return receipts, error
    raise AssertionError("the disk never got full")


def committed(shop: Shop) -> list[str]:
    """The receipts in the ledger."""
    return [fact.body["receipt"] for fact in shop.facts() if fact.kind == facts.SALE_COMPLETED]


def test_the_sale_that_does_not_fit_is_refused_and_selling_goes_on_when_there_is_room(disk: Path) -> None:
    ballast = keep_ballast(disk, BALLAST)
    clock = HandClock()
    with open_shop(disk, clock=clock, ballast=ballast) as shop:
        shop.sign_in()
        shop.open_shift()
        filler = fill_up(disk, LEFT_FREE)
        receipts, refusal = sell_until_refused(shop)
        assert isinstance(refusal, DiskFull), refusal
        assert not ballast.exists(), "the ballast was for the last sales of the day"
        assert len(receipts) > 20
        for language in ("nl", "en"):
            assert words(language).error(refusal)
        assert committed(shop) == receipts, "what was refused was not sold, what was sold is there"
        assert shop.chain()[1] is None

        paying = shop.selling.priced
        filler.unlink()
        if shop.checkout.settlement is not None:
            done = shop.checkout.pay_cash(paying.total_minor + 5)
            assert done is not None, "the very sale that did not fit is paid now"
            receipts.append(done.receipt)
        elif paying.cart.is_empty:
            shop.add("1001-WHT-M")
        if not shop.selling.priced.cart.is_empty:
            receipts.append(shop.sell_cash().receipt)
        assert committed(shop) == receipts
    with open_shop(disk, clock=clock) as shop:
        assert committed(shop) == receipts
        assert shop.chain()[1] is None
        assert receipts[-1] == f"AMS1-01-A-{len(receipts):06d}"


def test_the_ballast_lets_the_last_sales_commit(disk: Path) -> None:
    counts = []
    for size in (0, BALLAST):
        folder = disk / f"till-{size}"
        folder.mkdir()
        ballast = keep_ballast(folder, size) if size else None
        with open_shop(folder, ballast=ballast) as shop:
            shop.sign_in()
            shop.open_shift()
            filler = fill_up(disk, LEFT_FREE)
            counts.append(len(sell_until_refused(shop)[0]))
        filler.unlink()
        for file in folder.iterdir():
            file.unlink()
    assert counts[1] > counts[0] > 0


def test_a_terminal_that_cannot_start_for_want_of_room_says_so_and_lost_nothing(disk: Path) -> None:
    with open_shop(disk) as shop:
        shop.sign_in()
        shop.open_shift()
        shop.add("1001-WHT-M")
        receipt = shop.sell_cash().receipt
    filler = fill_up(disk, 0)
    with pytest.raises(DiskFull), open_shop(disk):
        pass  # not a byte is left, not even for what SQLite notes beside its file
    filler.unlink()
    with open_shop(disk) as shop:
        assert committed(shop) == [receipt]


def test_a_disk_too_small_for_the_ballast_goes_without(disk: Path) -> None:
    assert not keep_ballast(disk, 2 * SIZE).exists()
    assert os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize > SIZE // 2


def test_a_snapshot_that_does_not_fit_leaves_the_catalogue_that_holds(disk: Path) -> None:
    with open_shop(disk) as shop:
        before = shop.catalog.cursor()
        rows = shop.catalog.read(lambda conn: list(iter_rows(conn)))
        fill_up(disk, 64 * 1024)
        with pytest.raises(DiskFull):
            shop.catalog.replace(rows, before)
        assert shop.catalog.cursor() == before
        assert shop.catalog.article("1001-WHT-M") is not None
        assert len(list(disk.glob("catalog-*.db"))) == 1
