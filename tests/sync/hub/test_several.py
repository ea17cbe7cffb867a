"""Several hubs on one PostgreSQL: order of revisions, codes used once, news across processes, snapshots made once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, select, text

from sync.hub import feedlog, put_back, snapshots
from sync.hub.held import retry
from sync.hub.plausible import Limits
from sync.hub.problems import HubProblem
from sync.hub.put_back import PutBack, Remembered
from sync.hub.reservations import Asker, Now
from sync.hub.stock import pools
from sync.hub.stock_grants import share
from sync.hub.stock_projecting import mark_to_share
from sync.hub.storage import news
from sync.hub.storage.schema_stock import stock_to_share
from tests.sync.hub.postgres import QUICK, Cluster, running_cluster
from tests.sync.hub.support import (
    DAY,
    STORE,
    TENANT,
    WAIT_S,
    FakeTerminal,
    Pair,
    RunningHub,
    a_product,
    bring_products,
    open_test_hub,
    running_hub,
    system_ms,
)

T = TypeVar("T")


def _at(terminal: FakeTerminal, hub: RunningHub) -> FakeTerminal:
    """The same terminal, speaking to another process from now on."""
    terminal.close()
    terminal.url = hub.url
    terminal.__post_init__()
    hub.terminals.append(terminal)
    return terminal


def _together(*calls: Callable[[], T]) -> list[T]:
    """Make calls at the same moment; gives what each gave."""
    gate = threading.Barrier(len(calls))

    def one(call: Callable[[], T]) -> T:
        gate.wait(WAIT_S)
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return [done.result(WAIT_S) for done in [threads.submit(one, call) for call in calls]]


def _publishing(hub: RunningHub, key: str, before_commit: Callable[[], object]) -> int:
    def work(connection: Connection) -> int:
        rev = feedlog.publish(connection, TENANT, [feedlog.Change("catalog", "", "word", key, b"{}")])
        before_commit()
        return rev

    return hub.hub.storage.call(work)


def _seen(hub: RunningHub, after: int) -> list[int]:
    """The revisions that a reader with this cursor gets."""
    found, _ = hub.hub.storage.look(lambda c: feedlog.read_log(c, TENANT, "catalog", ("",), after, 500))
    return [transaction.rev for transaction in found]


def _race(pair: Pair, finished_first: threading.Event) -> tuple[list[int], list[int]]:
    """One process publishes and is slow to commit, another publishes meanwhile; what a reader sees between, and in the end.

    `finished_first` is set when the second was done before the first committed.
    """
    one, two = pair
    before = one.hub.storage.look(lambda c: feedlog.head(c, TENANT))
    published, commit = threading.Event(), threading.Event()

    def hold_on() -> None:
        published.set()
        assert commit.wait(WAIT_S)

    with ThreadPoolExecutor(2) as threads:
        slow = threads.submit(_publishing, one, "slow", hold_on)
        assert published.wait(WAIT_S)
        quick = threads.submit(_publishing, two, "quick", lambda: None)
        quick.add_done_callback(lambda _: finished_first.set())
        if not finished_first.wait(0.5):
            commit.set()  # the second waits for the first, as it should
            quick.result(WAIT_S)
        between = _seen(two, before)
        commit.set()
        slow.result(WAIT_S)
    return between, _seen(two, max([before, *between]))


def test_revisions_are_committed_in_their_order_so_that_no_cursor_skips_one(pair: Pair) -> None:
    overtaken = threading.Event()
    between, later = _race(pair, overtaken)
    assert (between, later) == ([2, 3], [])


def test_revisions_from_a_sequence_would_be_skipped_by_a_cursor(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant that the test above is there for: without the sequencer's lock the reader passes revision 2 and never sees it."""
    pair[0].hub.storage.call(lambda c: c.execute(text("CREATE SEQUENCE revs START 2")))
    monkeypatch.setattr(feedlog, "hold", lambda c, _: int(c.scalar(text("SELECT nextval('revs')"))) - 1)
    monkeypatch.setattr(feedlog, "_move_digests", lambda *_: None)
    monkeypatch.setattr(feedlog, "_PUBLISHED", text("SELECT 1"))  # a sequence has no row to lock
    overtaken = threading.Event()
    between, later = _race(pair, overtaken)
    assert overtaken.is_set() and between == [3] and later == []


def test_a_code_that_two_processes_are_shown_at_once_makes_one_terminal(pair: Pair) -> None:
    code = pair[0].code()
    strangers = [hub.stranger() for hub in pair]
    replies = _together(*(lambda one=one: one.enrol(code) for one in strangers))
    assert sorted(reply.status_code for reply in replies) == [200, 403]
    assert {reply.json().get("code") for reply in replies} == {None, "enrol.code_used"}


def test_the_same_request_at_two_processes_at_once_has_one_answer(pair: Pair) -> None:
    code, one = pair[0].code(), pair[0].stranger()
    two = pair[1].stranger()
    two.key = one.key
    replies = _together(lambda: one.enrol(code, "the-same-key"), lambda: two.enrol(code, "the-same-key"))
    assert [reply.status_code for reply in replies] == [200, 200]
    assert replies[0].content == replies[1].content


def test_the_same_push_at_two_processes_at_once_is_stored_once(pair: Pair) -> None:
    one = pair[0].terminal()
    two = pair[1].stranger()
    two.key, two.dev, two.certificate = one.key, one.dev, one.certificate
    facts = [one.sale() for _ in range(20)]
    replies = _together(lambda: one.push(facts), lambda: two.push(facts))
    assert [reply.next_seq for reply in replies] == [21, 21]
    stored = pair[0].hub.storage.call(lambda c: c.scalar(text("SELECT count(*) FROM facts")))
    assert stored == 20
    report = one.request("GET", f"/v1/report/day?store={STORE}&day={DAY}").json()
    assert report["total"]["sales"] == 20


def test_terminals_that_sell_the_same_goods_at_two_processes_never_wait_crosswise(pair: Pair) -> None:
    articles = [f"A{place}" for place in range(10)]
    bring_products(pair[0].hub, *(a_product(sku, stock={STORE: 1_000_000}) for sku in articles))
    tills = [hub.terminal(str(place)) for place, hub in enumerate([*pair, *pair], 1)]
    for place, till in enumerate(tills):
        for sku in articles if place % 2 else reversed(articles):
            till.sale(sku)

    def push_each(till: FakeTerminal) -> None:
        for fact in till.facts:
            till.push([fact])

    _together(*(lambda till=till: push_each(till) for till in tills))
    on_hand = pair[0].hub.storage.call(lambda c: c.execute(text("SELECT DISTINCT on_hand_milli FROM stock")).scalars().all())
    assert on_hand == [1_000_000 - 4 * 1_000]
    assert tills[0].catch_up("catalog") == _at(tills[1], pair[0]).catch_up("catalog")


def _asking(till: FakeTerminal) -> "tuple[threading.Thread, list[float]]":
    """A long poll under way, and how many rows it brought."""
    got: list[float] = []
    thread = threading.Thread(target=lambda: got.append(len(till.feed("catalog", wait=25).transactions)))
    thread.start()
    return thread, got


def test_a_change_at_one_process_wakes_a_long_poll_at_another(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "LOOK_EVERY_S", 1_000.0)
    till = pair[1].terminal()
    till.catch_up("catalog")
    thread, got = _asking(till)
    while not pair[1].hub.bell.listening((TENANT, "catalog", "")):
        threading.Event().wait(0.01)
    bring_products(pair[0].hub, a_product("A1"))
    thread.join(10)
    assert got == [1]


def test_a_change_that_nobody_told_of_is_seen_at_the_next_look(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news.News, "tell", lambda *_: None)
    till = pair[1].terminal()
    till.catch_up("catalog")
    thread, got = _asking(till)
    bring_products(pair[0].hub, a_product("A1"))
    thread.join(20)
    assert got == [1]


def test_a_terminal_that_was_replaced_at_one_process_is_known_as_such_at_the_other(pair: Pair) -> None:
    till = pair[0].terminal("1")
    other = _at(till, pair[1])
    assert other.feed_raw("catalog").status_code == 200
    pair[0].terminal("1")
    for _ in range(1_000):
        if other.feed_raw("catalog").status_code == 403:
            return
        threading.Event().wait(0.01)
    pytest.fail("the other process still serves a terminal that was replaced")


def test_a_snapshot_that_two_processes_need_is_made_once(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    bring_products(pair[0].hub, a_product("A1"))
    made: list[str] = []
    really = snapshots._made

    def count(*arguments: Any) -> snapshots.Snapshot:
        made.append("once")
        return really(*arguments)

    monkeypatch.setattr(snapshots, "_made", count)
    tills = [hub.terminal(str(place)) for place, hub in enumerate(pair, 1)]
    _together(*(lambda till=till: till.take_snapshot("catalog") for till in tills))
    assert made == ["once"]
    assert tills[0].copies == tills[1].copies


def test_a_database_that_went_away_is_a_busy_hub_until_it_is_back(tmp_path: Path) -> None:
    with running_cluster(QUICK) as cluster, running_hub(tmp_path / "hub", database_url=_with_shop(cluster, tmp_path)) as hub:
        till = hub.terminal()
        till.sale()
        cluster.stop()
        refused = till.push_raw()
        assert refused.status_code == 503 and refused.json()["code"] == "hub.busy"
        assert int(refused.headers["Retry-After"]) > 0
        with pytest.raises(HubProblem, match=r"hub\.busy"):
            hub.hub.storage.call(lambda c: c.scalar(text("SELECT 1")))
        cluster.start()
        assert till.push().next_seq == 2


def _with_shop(cluster: Cluster, folder: Path) -> str:
    url = cluster.database()
    open_test_hub(folder / "first", database_url=url).close()
    return url


def test_what_is_marked_while_a_round_of_grants_takes_the_mark_is_looked_at_again(
    cluster: Cluster, shop_database: str, tmp_path: Path
) -> None:
    hub = open_test_hub(tmp_path / "hub", database_url=cluster.database(shop_database), shop=False)
    try:
        hub.storage.call(lambda c: mark_to_share(c, TENANT, STORE, "A1"))

        def change(connection: Connection) -> int:
            mark_to_share(connection, TENANT, STORE, "A1")  # there already, and its stock changes only after this
            return hub.storage.call(lambda c: share(c, TENANT, hub.world.now_ms()))

        assert hub.storage.call(change) == 0, "a round leaves what somebody is changing to the next one"
        assert hub.storage.call(lambda c: share(c, TENANT, hub.world.now_ms())) == 1
        assert hub.storage.call(lambda c: share(c, TENANT, hub.world.now_ms())) == 0
    finally:
        hub.close()


@pytest.mark.parametrize("whole", [False, True])
def test_a_terminal_that_comes_while_a_round_of_grants_takes_its_store_s_mark_is_seen_by_the_next(
    cluster: Cluster, shop_database: str, tmp_path: Path, whole: bool
) -> None:
    hub = open_test_hub(tmp_path / "hub", database_url=cluster.database(shop_database), shop=False)
    at = stock_to_share.c
    marks = select(at.article).where(at.tenant == TENANT, at.store == STORE, at.article == "")
    try:
        hub.storage.call(lambda c: mark_to_share(c, TENANT, STORE))

        def come(connection: Connection) -> int:
            mark_to_share(connection, TENANT, STORE)
            return hub.storage.call(lambda c: share(c, TENANT, hub.world.now_ms(), whole))

        hub.storage.call(come)
        assert hub.storage.look(lambda c: c.scalars(marks).all()) == [""], "its mark stands"
        hub.storage.call(lambda c: share(c, TENANT, hub.world.now_ms(), whole))
        assert hub.storage.look(lambda c: c.scalars(marks).all()) == []
    finally:
        hub.close()


def test_a_held_fact_that_two_processes_try_again_at_once_is_counted_once(pair: Pair) -> None:
    one, two = pair
    till = one.terminal()
    till.sale(price_minor=20_000_000, movements=[])  # nothing moves, so that no key says that it was counted already
    assert [fact.reason for fact in till.push().held] == ["absurd.amount"]
    wider = Limits(amount_minor=30_000_000)
    tried, commit, finished_first = threading.Event(), threading.Event(), threading.Event()

    def again(hub: RunningHub, before_commit: Callable[[], object]) -> int:
        def work(connection: Connection) -> int:
            done = retry(connection, wider, hub.hub.world.now_ms(), hub.hub.world.new_id).projected
            before_commit()
            return done

        return hub.hub.storage.call(work)

    def hold_on() -> None:
        tried.set()
        assert commit.wait(WAIT_S)

    with ThreadPoolExecutor(2) as threads:
        slow = threads.submit(again, one, hold_on)
        assert tried.wait(WAIT_S)
        quick = threads.submit(again, two, lambda: None)
        quick.add_done_callback(lambda _: finished_first.set())
        finished_first.wait(0.5)  # the second waits for the first, wherever it does
        commit.set()
        assert (slow.result(WAIT_S), quick.result(WAIT_S)) == (1, 0)
    report = till.request("GET", f"/v1/report/day?store={STORE}&day={DAY}").json()
    assert report["total"]["sales"] == 1


def test_a_reservation_that_is_put_back_while_others_are_judged_is_judged_itself(
    cluster: Cluster, shop_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = open_test_hub(tmp_path / "hub", database_url=cluster.database(shop_database), shop=False)
    now = Now(system_ms(), DAY, hub.world.new_id)
    look = pools

    def forget(connection: Connection, article: str) -> None:
        one = Remembered(f"R-{article}", STORE, article, 1000, "claimed", 0)
        monkeypatch.setattr(put_back, "judge", lambda *_: 0)  # as while the hub is recovering
        put_back.take(connection, Asker(TENANT, "web"), PutBack(0, [one]), 1, now)
        monkeypatch.undo()

    def meanwhile(*asked: Any, **more: Any) -> Any:
        monkeypatch.undo()
        hub.storage.call(lambda c: forget(c, "A2"))
        return look(*asked, **more)

    try:
        hub.storage.call(lambda c: forget(c, "A1"))
        monkeypatch.setattr(put_back, "pools", meanwhile)
        assert hub.storage.call(lambda c: put_back.judge(c, TENANT, now.ms)) == 1
        assert hub.storage.call(lambda c: put_back.judge(c, TENANT, now.ms)) == 1, "nothing is there of either"
    finally:
        hub.close()
