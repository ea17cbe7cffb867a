"""The feed's log by age: what is old enough goes, with whole transactions, and who is further behind takes a snapshot."""

import logging
import shutil
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select

from sync.hub import feedlog, feedprune
from sync.hub.core import Hub
from sync.hub.feedprune import DAY_MS
from sync.hub.storage.schema import feed_digest, feed_log
from tests.sync.hub.lives import state_of
from tests.sync.hub.support import TENANT, WAIT_S, RunningHub, a_product, bring_products, open_test_hub, running_hub, system_ms

KEEP = 90


def _raise(hub: Hub, now_ms: int) -> int:
    return hub.storage.call(lambda connection: feedprune.raise_floor(connection, TENANT, now_ms, KEEP))


def _prune(hub: Hub, now_ms: int, rows_max: int = feedprune.ROWS_AT_ONCE) -> list[int]:
    """What each sweep deleted."""
    _raise(hub, now_ms)
    swept = []
    while count := hub.storage.call(lambda connection: feedprune.sweep(connection, TENANT, rows_max)):
        swept.append(count)
    return swept


def _revs(hub: Hub) -> list[int]:
    query = select(feed_log.c.rev).where(feed_log.c.tenant == TENANT).distinct().order_by(feed_log.c.rev)
    return hub.storage.look(lambda connection: [int(rev) for rev in connection.scalars(query)])


def test_a_cursor_older_than_what_is_kept_is_gone_and_a_snapshot_brings_the_same(hub: RunningHub) -> None:
    start_ms = system_ms() + 2 * DAY_MS  # the hub's own start has marked today
    late, just = hub.terminal("1"), hub.terminal("2")
    late.catch_up("catalog")
    marked = bring_products(hub.hub, a_product("A1"))
    just.catch_up("catalog")
    just.cursors["catalog"] = just.cursors["catalog"]._replace(rev=marked)
    _raise(hub.hub, start_ms)
    newest = bring_products(hub.hub, a_product("A1", 1200), a_product("B1"))
    _prune(hub.hub, start_ms + KEEP * DAY_MS - 1)
    assert late.cursors["catalog"].rev < marked and marked in _revs(hub.hub)
    assert late.feed_raw("catalog").status_code == 200, "not a moment too early"
    assert sum(_prune(hub.hub, start_ms + KEEP * DAY_MS)) > 0
    assert [rev for rev in _revs(hub.hub) if rev <= marked] == [] and newest in _revs(hub.hub)
    gone = late.feed_raw("catalog")
    assert (gone.status_code, gone.json()["code"]) == (410, "feed.gone")
    assert state_of(hub.hub).doubt == "", "it was pruned, not put back by hand"
    late.take_snapshot("catalog")
    assert late.catch_up("catalog") == just.catch_up("catalog"), "who stood at the floor goes on from there"
    assert late.cursors["catalog"].rev == just.cursors["catalog"].rev >= newest


def test_who_is_up_to_date_stays_so_when_nothing_was_published_for_longer_than_is_kept(hub: RunningHub) -> None:
    till = hub.terminal()
    till.catch_up("catalog")
    till.catch_up("device")
    start_ms = system_ms() + 2 * DAY_MS  # the hub's own start has marked today
    _raise(hub.hub, start_ms)
    _prune(hub.hub, start_ms + 400 * DAY_MS)
    assert _revs(hub.hub) == []
    assert [till.feed_raw(scope).status_code for scope in ("catalog", "device")] == [200, 200]
    bring_products(hub.hub, a_product("A1"))
    assert ("article", "A1") in till.catch_up("catalog")


def test_it_is_swept_in_small_pieces_of_whole_transactions_with_the_digests_nobody_can_ask_for(hub: RunningHub) -> None:
    for price in range(1000, 1010):
        bring_products(hub.hub, a_product("A1", price, stock={}), a_product("B1", price, stock={}))
    start_ms = system_ms() + 2 * DAY_MS  # the hub's own start has marked today
    _raise(hub.hub, start_ms)
    bring_products(hub.hub, a_product("A1", 2000, stock={}))
    swept = _prune(hub.hub, start_ms + KEEP * DAY_MS, rows_max=3)
    assert len(swept) >= 5, "pushes come in between"
    digests = select(func.count()).where(
        feed_digest.c.tenant == TENANT, feed_digest.c.scope == "catalog", feed_digest.c.audience == ""
    )
    assert hub.hub.storage.look(lambda connection: connection.scalar(digests)) == 2, "at the floor, and after it"
    till = hub.terminal()
    till.take_snapshot("catalog")
    assert till.catch_up("catalog")


def test_marks_are_made_once_a_day_and_one_from_the_future_counts_for_nothing(hub: RunningHub) -> None:
    start_ms = system_ms() + 2 * DAY_MS  # the hub's own start has marked today
    _raise(hub.hub, start_ms + 3000 * DAY_MS)  # a clock that was wrong for a while
    first = bring_products(hub.hub, a_product("A1"))
    _raise(hub.hub, start_ms)
    second = bring_products(hub.hub, a_product("B1"))
    _raise(hub.hub, start_ms + 1000)  # started again: the first mark of the day stands
    assert _raise(hub.hub, start_ms + KEEP * DAY_MS) == first < second
    assert _raise(hub.hub, start_ms + (KEEP + 1) * DAY_MS) == first
    assert _raise(hub.hub, start_ms + 2 * KEEP * DAY_MS) == second


def test_a_hub_prunes_at_its_start(shop: Path, tmp_path: Path) -> None:
    shutil.copytree(shop, tmp_path / "hub")
    hub = open_test_hub(tmp_path / "hub", shop=False)
    bring_products(hub, a_product("A1"))
    _raise(hub, system_ms() - (KEEP + 1) * DAY_MS)
    assert _revs(hub)
    hub.close()
    told = threading.Event()

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if "feed's log" in record.getMessage():
                told.set()

    logger, ear = logging.getLogger("toonbank.hub"), Ear()
    level = logger.level
    logger.addHandler(ear)
    logger.setLevel(logging.INFO)
    try:
        with running_hub(tmp_path / "hub") as running:
            assert told.wait(WAIT_S)
            floor = running.hub.storage.look(lambda connection: feedlog.floor(connection, TENANT))
            assert floor > 0 and [rev for rev in _revs(running.hub) if rev <= floor] == []
    finally:
        logger.removeHandler(ear)
        logger.setLevel(level)


@pytest.mark.parametrize("days", [90, 400])
def test_the_days_are_a_setting(tmp_path: Path, days: int) -> None:
    (tmp_path / "hub.toml").write_text(f"[feed]\nkeep_days = {days}\n")
    hub = open_test_hub(tmp_path)
    assert hub.settings.feed_keep_days == days
    hub.close()
