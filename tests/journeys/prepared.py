"""Shops made once per test run and copied for each journey: imported, with every terminal enrolled, and nothing sold."""

import fcntl
import json
import shutil
from pathlib import Path

from kiosk.apps.demo import FILES, PINS_FILE, SAMPLES, STORES, DemoShop
from kiosk.apps.enrolment import enrol
from sync.hub.commands.importing import import_from
from sync.hub.operations import EnrolCode, enrol_code
from tests.kiosk.ui.kiosk.shop import SAMPLES as HOME
from tests.sync.hub.support import running_hub

# A socket cannot be copied, and a lock or log belongs to the process that wrote it.
_NOT_COPIED = shutil.ignore_patterns("admin.sock", "in-use", "*.log", "*-wal", "*-shm")


def prepare(folder: Path, sample: str) -> Path:
    """Make the shop of a sample in a folder that all workers share, unless another worker has done it."""
    folder.mkdir(parents=True, exist_ok=True)
    shop, done = folder / sample, folder / f"{sample}.done"
    with (folder / f"{sample}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            (_as_the_demo if sample == SAMPLES[-1] else _in_this_process)(shop, sample)
            done.touch()
    return shop


def _as_the_demo(folder: Path, sample: str) -> None:
    """As whoever opens the demo shop has it made: a process for each command."""
    made = DemoShop(folder, sample, _quiet)
    made.import_sample()
    made.start_hub()
    try:
        for name in STORES:
            made.enrol(name)
    finally:
        made.stop()


def _in_this_process(folder: Path, sample: str) -> None:
    """The same by the functions behind those commands, at the price of none of their processes: every test run waits for it."""
    pins: dict[str, str] = {}
    with running_hub(folder / "hub", shop=False) as running:
        for name in FILES:
            imported = import_from(running.hub, HOME / sample / name)
            assert not imported.fault_count, imported.faults
            pins |= imported.pins
        (folder / PINS_FILE).write_text(json.dumps(pins))
        for name, (store, terminal, kind) in STORES.items():
            code = enrol_code(running.hub, EnrolCode(store, terminal, kind)).code
            enrol(folder / name, running.url, code, lambda step, percent: None)


def copy_shop(prepared: Path, folder: Path, sample: str) -> DemoShop:
    """A shop of one's own: a copy of a prepared one, with nothing running yet."""
    shutil.copytree(prepared, folder, ignore=_NOT_COPIED, dirs_exist_ok=True)
    return DemoShop(folder, sample, _quiet)


def _quiet(line: str) -> None:
    """Tests say nothing while they prepare."""
