"""What the recorded process does with its disk, and how it says what it was promised.

A line on stdout is a promise of the shop's own code: something was committed or put in its place, and will be there after any
power cut from entry `at` of the log on.
"""

import json
import os
import random
import threading
from collections.abc import Callable
from pathlib import Path

from kiosk.domain.feed import Cursor
from kiosk.store import database, identity, spool
from kiosk.store.catalog import Catalog
from kiosk.store.database import Connection
from kiosk.store.folder import FolderLock
from kiosk.store.ledger import LEDGER_FILE, Ledger
from kiosk.store.pictures import PICTURES as PICTURES_FOLDER
from sync.agent import snapshot
from sync.hub.storage.folder import Folder
from sync.hub.storage.folder import write_whole as hub_write_whole
from tests.kiosk.store import kill_nursery
from tests.kiosk.store.kill_nursery import KEY, Clerk
from tests.kiosk.support import (
    IDENTITY,
    SATURDAY_MS,
    HandClock,
    SeededIds,
    Shop,
    catalog_rows,
    device_rows,
    digest_of,
    open_shop,
)
from tests.powercuts import fed, standin
from tests.powercuts.disk import Disk
from tests.powercuts.moved import HUB, HUB_KEY, IDENTITY_FILES, PICTURES, TILL, VERSIONS, WRITERS, some_rows, whole
from tests.powercuts.state import fingerprint
from tests.powercuts.support import DISK, LOG
from tests.powercuts.system import Recorder
from tests.powercuts.vfs import PowerCutVfs

LIVES = 3
STEPS = 75
_WAL_BYTES_MAX = 192 * 1024
_NEVER_S = 3600.0
_CEILING_S = 30.0


def say(**message: object) -> None:
    """One line."""
    os.write(1, json.dumps(message).encode() + b"\n")


class Promises:
    """Notes at each end of a transaction of the ledger what the log and the ledger hold, and says so."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self._told = 0
        self.at = 0

    def __call__(self, conn: standin.Connection) -> None:
        """A statement ended outside of a transaction."""
        at = len(self._disk.log)
        if at > self._told and LEDGER_FILE in conn.address:
            self.at = self._told = at
            say(at=at, state=fingerprint(conn.inner))

    def say(self, **message: object) -> None:
        """What the clerk saw committed, which is the case since the last end of a transaction."""
        say(at=self.at, **message)


def till(disk: Disk, seed: int, lives: int) -> None:
    """A till from its first start (or from what a power cut left of it): sales, paper, restarts and quiet moments."""
    folder = disk.root
    promises = Promises(disk)
    standin.Connection.watcher = promises
    kill_nursery.say = promises.say
    # So that some hundred commits see many checkpoints, and so that the idle one comes when we want it.
    database._WAL_BYTES_MAX = _WAL_BYTES_MAX
    database._IDLE_S = _NEVER_S
    if disk.log:
        say(at=len(disk.log), adopted=True)
    else:
        first_start(folder, seed)
        promises.say(filled=True)
    fetch_catalog(folder)
    for life in range(lives):
        chance = random.Random(seed * 100 + life)
        with open_shop(folder, key=KEY, seed=seed * 100 + life, clock=HandClock(SATURDAY_MS + life * 60_000)) as shop:
            clerk = Clerk(shop, chance)
            clerk.begin()
            for step in range(STEPS):
                shop.clock.pass_ms(1_000)
                clerk.work()
                if chance.random() < 0.1:
                    print_one(shop)
                if step % 25 == 12:
                    be_idle(shop, disk)
    say(over=True)


def first_start(folder: Path, seed: int) -> None:
    """What enrolment leaves: a ledger with its device rows."""
    clock = HandClock()
    ledger = Ledger(folder, IDENTITY, clock, SeededIds(clock, seed), KEY.sign)
    given = device_rows("fashion")
    ledger.replace(given, Cursor(1, 1, digest_of(given)))
    ledger.close()


def fetch_catalog(folder: Path) -> None:
    """A catalogue, which the log does not cover here."""
    rows = catalog_rows("fashion")
    catalog = Catalog(folder)
    catalog.replace(rows, Cursor(1, 1, digest_of(rows)))
    catalog.close()


def print_one(shop: Shop) -> None:
    """The oldest open job goes to paper, as the spool's worker does it: one transaction before, one after."""
    now = shop.clock.wall_ms
    waiting = [job for job in shop.ledger.run(lambda conn: spool.jobs(conn, open_only=True)) if job.state.value == "queued"]
    if waiting:
        job = waiting[0].job_id
        shop.ledger.run(lambda conn: spool.mark_sending(conn, job, at_ms=now))
        shop.ledger.run(lambda conn: spool.mark_confirmed(conn, job, level="test", at_ms=now))


def be_idle(shop: Shop, disk: Disk) -> None:
    """Half a second without work, which is when the writer folds its log in: here it passes at once."""
    emptied = threading.Event()
    truncate = disk.truncate

    def heard(file: int, name: str, size: int) -> None:
        truncate(file, name, size)
        if name == f"{LEDGER_FILE}-wal":
            emptied.set()

    disk.truncate = heard  # type: ignore[method-assign]
    writer = shop.ledger._writer
    assert isinstance(writer, database.Writer)
    shop.ledger.run(_nothing)
    writer._ended.set()  # the half second that is under way ends now
    assert emptied.wait(_CEILING_S), "the writer did not fold its log in when it was idle"
    writer._ended.clear()
    shop.ledger.run(_nothing)
    disk.truncate = truncate  # type: ignore[method-assign]


def _nothing(conn: Connection) -> None:
    """A transaction that changes nothing."""


def moves(disk: Disk, _seed: int, _lives: int) -> None:
    """Each way in which the shop puts a whole file in the place of another."""
    Recorder(disk)
    folder = disk.root / TILL

    def promise(thing: str, version: int) -> None:
        say(at=len(disk.log), thing=thing, version=version)

    lock = FolderLock(folder)
    for thing, write in WRITERS.items():
        for version in VERSIONS:
            write(folder / thing, whole(thing, version))
            promise(thing, version)
    hub = Folder(disk.root / HUB)
    hub.key(lambda: HUB_KEY)
    promise("hub key", 1)
    for name, data in PICTURES.items():
        hub_write_whole(hub.picture(name.removesuffix(".webp")), data)
    promise("hub pictures", 1)
    hub.release()
    identity.keep(folder, IDENTITY_FILES)
    promise("identity", 1)
    shelf = folder / PICTURES_FOLDER
    shelf.mkdir()
    for name, data in PICTURES.items():
        snapshot.write_whole(shelf / name, data)
    catalog = Catalog(folder)
    promise("catalog", 0)
    for version in VERSIONS:
        rows = some_rows(version)
        catalog.replace(rows, Cursor(1, version, digest_of(rows)))
        promise("catalog", version)
    catalog.close()
    lock.release()
    say(over=True)


def feed(disk: Disk, seed: int, lives: int) -> None:
    """A catalogue that takes in a feed, one transaction after the other, over a few lives."""
    database._WAL_BYTES_MAX = _WAL_BYTES_MAX
    database._IDLE_S = _NEVER_S
    history = fed.history(seed)
    for life in range(lives):
        catalog = Catalog(disk.root)
        for transaction, cursor in history[life * fed.A_LIFE : (life + 1) * fed.A_LIFE]:
            catalog.apply([transaction], cursor)
            say(at=len(disk.log), applied=cursor.rev)
        catalog.close()
        say(at=len(disk.log), folded=(life + 1) * fed.A_LIFE)
    say(over=True)


def normal(sql: str) -> str:
    """The mutant `normal`: the ledger does not wait for the disk at each commit."""
    return sql.replace("synchronous = FULL", "synchronous = NORMAL")


def split(sql: str) -> str:
    """The mutant `split`: a sale's fact is committed before its number, its paper and the end of its cart."""
    return f"COMMIT; BEGIN IMMEDIATE; {sql}" if sql.startswith("INSERT INTO sales") else sql


def apart(sql: str) -> str:
    """The mutant `apart`: a feed's rows are committed one by one, and their cursor after them."""
    return f"COMMIT; BEGIN IMMEDIATE; {sql}" if sql.startswith("REPLACE INTO catalog_rows") else sql


MUTANTS: dict[str, Callable[[str], str]] = {"normal": normal, "split": split, "apart": apart}
Workload = Callable[[Disk, int, int], None]
"""Its disk, its seed, and how many lives it has."""

WORKLOADS: dict[str, tuple[Workload, tuple[str, ...]]] = {
    "till": (till, (LEDGER_FILE,)), "moves": (moves, ()), "feed": (feed, (fed.FILE,)),
}  # fmt: skip


def main(arguments: list[str]) -> None:
    """Run a workload in the folder DISK below FOLDER, made now or left by a power cut, and leave its log beside that."""
    workload, folder, seed, *mutants = arguments
    work, only = WORKLOADS[workload]
    disk = Disk(Path(folder) / DISK, only=only)
    if disk.root.exists():
        disk.adopt()
    else:
        disk.root.mkdir()
    for mutant in mutants:
        standin.Connection.mutate = staticmethod(MUTANTS[mutant])
    vfs = PowerCutVfs(disk)
    work(disk, int(seed), 1 if mutants or disk.log else LIVES)  # one is enough to find a mutant out, or to go on
    disk.save(Path(folder) / LOG)
    assert vfs is not None
    os._exit(0)  # readers that are still open must not outlive the VFS, and both go when this function ends
