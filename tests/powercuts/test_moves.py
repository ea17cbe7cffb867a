"""The power goes at any moment of a file's replacement: the old or the new one is there, never none and never half a one."""

import hashlib
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite3

from kiosk.domain.errors import ShopError
from kiosk.store import identity
from kiosk.store.catalog import Catalog, iter_rows
from kiosk.store.pictures import PICTURES as PICTURES_FOLDER
from tests.kiosk.support import digest_of
from tests.powercuts.disk import Op
from tests.powercuts.images import Replay, lay_out
from tests.powercuts.moved import HUB, HUB_KEY, IDENTITY_FILES, PICTURES, TILL, VERSIONS, WRITERS, some_rows, whole
from tests.powercuts.support import LONG, Lost, Trace, expect, record

pytestmark = pytest.mark.timeout(900 if LONG else 120)
SEEDS_FILES = 100 if LONG else 5
SEEDS_CATALOG = 10 if LONG else 1
FETCHED_AGAIN = ("agent.chunk",)
"""These need to be whole, and may be gone: whoever misses them fetches them again."""


@pytest.fixture(scope="module")
def trace() -> Trace:
    """One folder's life."""
    return record("moves", 1)


Judge = Callable[[Path, dict[str, int]], None]


def promised(trace: Trace, at: int) -> dict[str, int]:
    """The last version of each thing that was promised to be there."""
    return {one["thing"]: one["version"] for one in trace.by(at, "thing")}


def judge_files(root: Path, known: dict[str, int]) -> None:
    """Settings, identity, pictures; and the hub's key and pictures."""
    folder = root / TILL
    expect(folder.is_dir() or not known, "the whole data folder is gone")
    for thing in WRITERS:
        path, oldest = folder / thing, 0 if thing in FETCHED_AGAIN else known.get(thing, 0)
        allowed = [whole(thing, version) for version in VERSIONS if oldest <= version <= known.get(thing, 0) + 1]
        expect(path.read_bytes() in allowed if path.exists() else not oldest, f"{thing} is neither the old nor the new one")
    if identity.is_enrolled(folder):
        expect(identity.load(folder) == IDENTITY_FILES, "half an identity")
    else:
        expect("identity" not in known, "the identity is gone, and its code cannot be used twice")
    for picture in (*(folder / PICTURES_FOLDER).glob("*.webp"), *(root / HUB / "pictures").glob("*.webp")):
        expect(hashlib.sha256(picture.read_bytes()).hexdigest() == picture.stem, "half a picture")
    key = root / HUB / "hub.key"
    expect(key.read_bytes() == HUB_KEY.raw if key.exists() else "hub key" not in known, "the hub's key is lost or half")
    here = {picture.name for picture in (root / HUB / "pictures").glob("*.webp")}
    expect(here == PICTURES.keys() or "hub pictures" not in known, "a picture is lost that nobody else has")


def judge_catalog(root: Path, known: dict[str, int]) -> None:
    """The catalogue opens and is one whole version; what an unfinished build left is gone."""
    catalog = Catalog(root / TILL)
    try:
        rows, cursor = catalog.read(lambda conn: list(iter_rows(conn))), catalog.cursor()
        version = known.get("catalog", 0)
        expect(version <= cursor.rev <= version + 1, f"the catalogue is at {cursor.rev}, not at {version} or the next")
        expect(sorted(rows) == sorted(some_rows(cursor.rev)), "the catalogue is neither the old nor the new one")
        expect(not cursor.rev or cursor.digest == digest_of(rows), "the catalogue is not what its digest says")
        expect(len(list((root / TILL).glob("catalog-*.db"))) == 1, "an unfinished build was left behind")
    finally:
        catalog.close()


def faults(trace: Trace, judge: Judge, places: range, seeds: int, ignored: Op | None = None) -> list[str]:
    """Cut at every place of the log, `seeds` times; gives what was wrong."""
    made: list[str] = []
    replay = Replay(trace.log, ignored=frozenset({ignored} if ignored else ()))
    for at in places:
        replay.advance(at)
        for seed in range(seeds):
            with tempfile.TemporaryDirectory(prefix="cut-") as name:
                lay_out(replay.image(random.Random(at * 1_000 + seed)), Path(name))
                try:
                    judge(Path(name), promised(trace, at))
                except (Lost, ShopError, OSError, sqlite3.DatabaseError) as error:
                    made.append(f"cut at {at}, seed {seed}: {error!r}")
    return made


def enrolled(trace: Trace) -> int:
    """The place from which on there is a till, which then comes to its pictures and its catalogue."""
    found: int = next(one["at"] for one in trace.promises if one["thing"] == "identity")
    return found


def test_a_power_cut_in_any_file_move_leaves_the_old_or_the_new_file(trace: Trace) -> None:
    began, places = time.process_time(), range(enrolled(trace) + 5 * len(PICTURES))
    found = faults(trace, judge_files, places, SEEDS_FILES)
    print(f"{len(places)} places, {SEEDS_FILES} cuts each, {time.process_time() - began:.1f} s of CPU")
    assert not found, f"{len(found)} faults, the first: {found[0]}"


def test_a_power_cut_in_any_switch_of_the_catalogue_leaves_a_whole_one(trace: Trace) -> None:
    began, places = time.process_time(), range(enrolled(trace), len(trace.log) + 1)
    found = faults(trace, judge_catalog, places, SEEDS_CATALOG)
    print(f"{len(places)} places, {SEEDS_CATALOG} cuts each, {time.process_time() - began:.1f} s of CPU")
    assert not found, f"{len(found)} faults, the first: {found[0]}"


@pytest.mark.parametrize("ignored", [Op.SYNC, Op.SYNC_FOLDER])
def test_a_move_that_leaves_out_a_sync_is_caught(trace: Trace, ignored: Op) -> None:
    found = faults(trace, judge_files, range(enrolled(trace) + 1), 2, ignored)
    print(f"without {ignored.value}: {len(found)} faults, the first: {found[0]}")
    assert len(found) >= 20
