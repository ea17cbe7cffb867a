"""The power goes while a feed is taken in: the catalogue stands at a revision, with just its rows, and goes on from there.

Its commits do not wait for the disk, so the newest may be gone. That is only right as long as rows and cursor are one.
"""

import random
import tempfile
from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite3

from kiosk.domain.errors import ShopError
from kiosk.store.catalog import Catalog, iter_rows
from tests.kiosk.support import digest_of
from tests.powercuts import fed
from tests.powercuts.images import Replay, lay_out
from tests.powercuts.support import LONG, Lost, Trace, expect, record

pytestmark = pytest.mark.timeout(900 if LONG else 120)
CUTS = 5_000 if LONG else 120
CUTS_FOR_A_MUTANT = 40
SEED = 1
GOES_ON_EVERY = 10


def judge(folder: Path, trace: Trace, at: int, *, goes_on: bool) -> bool:
    """Everything that must hold after a cut; gives whether something newer was lost, which it may be."""
    told = max((promise["applied"] for promise in trace.by(at, "applied")), default=0)
    folded = max((promise["folded"] for promise in trace.by(at, "folded")), default=0)
    catalog = Catalog(folder)
    try:
        (sound,) = catalog.read(lambda conn: conn.execute("PRAGMA integrity_check").fetchone())
        expect(sound == "ok", f"the catalogue is damaged: {sound}")
        held, cursor = catalog.read(lambda conn: list(iter_rows(conn))), catalog.cursor()
        expect(digest_of(held) == cursor.digest, f"the rows are not those of revision {cursor.rev}")
        expect(folded <= cursor.rev <= told + 1, f"revision {cursor.rev} is not within {folded} and {told + 1}")
        if goes_on:
            feed_on(catalog)
        return bool(cursor.rev < told)
    finally:
        catalog.close()


def feed_on(catalog: Catalog) -> None:
    """What the hub sends to a till at its cursor fits, down to the last row."""
    history = fed.history(SEED)
    for transaction, cursor in history[catalog.cursor().rev :]:
        catalog.apply([transaction], cursor)  # raises Damaged where the digest disagrees
    expect(catalog.cursor() == history[-1][1], "the feed did not come to its end")
    articles = {one.key for one in catalog.read(lambda conn: list(iter_rows(conn))) if one.entity == "article"}
    expect(catalog.count() == len(articles), "articles and what they are found by disagree")


def cut_all(trace: Trace, places: list[int]) -> tuple[int, str, int]:
    """How many cuts lost what they must not, the first of them, and how many lost what they may."""
    replay, wrong, first, behind = Replay(trace.log), 0, "", 0
    for number, at in enumerate(sorted(places)):
        replay.advance(at)
        with tempfile.TemporaryDirectory(prefix="cut-") as name:
            lay_out(replay.image(random.Random(number)), Path(name), fed.FILE)
            try:
                behind += judge(Path(name), trace, at, goes_on=number % GOES_ON_EVERY == 0)
            except (Lost, ShopError, sqlite3.DatabaseError) as error:
                wrong, first = wrong + 1, first or f"cut at {at}: {error}"
    return wrong, first, behind


def places(trace: Trace, count: int) -> list[int]:
    """Cuts all over the life, and at the end of it."""
    return [*random.Random(SEED).choices(range(1, len(trace.log)), k=count), len(trace.log)]


def test_a_catalogue_stands_at_a_whole_revision_after_any_cut_and_goes_on() -> None:
    trace = record("feed", SEED)
    wrong, first, behind = cut_all(trace, places(trace, CUTS))
    assert not wrong, f"{wrong} of {CUTS} cuts left something wrong, the first: {first}"
    assert behind > CUTS // 20, "no cut lost the newest: the model is too kind, or each commit waits for the disk again"


def test_rows_that_are_committed_apart_from_their_cursor_are_caught() -> None:
    trace = record("feed", SEED, "apart")
    wrong, first, _ = cut_all(trace, places(trace, CUTS_FOR_A_MUTANT))
    assert wrong > 0 and "the rows are not those of revision" in first
