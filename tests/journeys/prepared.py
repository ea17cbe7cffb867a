"""Shops made once per test run and copied for each journey: imported, with every terminal enrolled, and nothing sold."""

import fcntl
import shutil
from pathlib import Path

from kiosk.apps.demo import STORES, DemoShop

# A socket cannot be copied, and a lock or log belongs to the process that wrote it.
_NOT_COPIED = shutil.ignore_patterns("admin.sock", "in-use", "*.log", "*-wal", "*-shm")


def prepare(folder: Path, sample: str) -> Path:
    """Make the shop of a sample in a folder that all workers share, unless another worker has done it."""
    folder.mkdir(parents=True, exist_ok=True)
    shop, done = folder / sample, folder / f"{sample}.done"
    with (folder / f"{sample}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            made = DemoShop(shop, sample, _quiet)
            made.import_sample()
            made.start_hub()
            try:
                for name in STORES:
                    made.enrol(name)
            finally:
                made.stop()
            done.touch()
    return shop


def copy_shop(prepared: Path, folder: Path, sample: str) -> DemoShop:
    """A shop of one's own: a copy of a prepared one, with nothing running yet."""
    shutil.copytree(prepared, folder, ignore=_NOT_COPIED, dirs_exist_ok=True)
    return DemoShop(folder, sample, _quiet)


def _quiet(line: str) -> None:
    """Tests say nothing while they prepare."""
