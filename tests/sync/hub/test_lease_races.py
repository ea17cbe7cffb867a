"""On PostgreSQL a lease ends while its terminal's promise is on its way: the goods are the customer's or free, never both."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from kiosk.domain.quantity import ONE
from sync.hub import devices, stock_leases
from sync.hub.devices import Who
from sync.hub.enrolment import find_device
from sync.hub.operations import ImportShop, import_shop
from sync.hub.stock_leases import MARGIN_MS
from tests.sync.hub.postgres import Cluster
from tests.sync.hub.stock_support import DirectHub, DirectTerminal, call, free, granted, make_limited, open_tasks, share, used
from tests.sync.hub.support import STORE, TENANT, WAIT_S, TestClock, a_product, a_shop, bring_products, open_test_hub

HOUR_MS = 3_600_000
WAITS = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@pytest.fixture
def hub(cluster: Cluster, shop_database: str, tmp_path: Path) -> Iterator[DirectHub]:
    """A hub whose rights end after an hour, with one piece that a till has the right to."""
    clock = TestClock()
    made = open_test_hub(tmp_path / "hub", clock, shop=False, database_url=cluster.database(shop_database))
    direct = DirectHub(made, clock)
    try:
        import_shop(made, ImportShop(a_shop(TENANT, **{"stock.lease_minutes": 60})))
        bring_products(made, a_product("A1", stock={STORE: ONE}))
        yield direct
    finally:
        made.close()


def promising(hub: DirectHub) -> DirectTerminal:
    """A till that promised its piece under a lease, which is over now, and has not said so yet."""
    till = hub.terminal()
    make_limited(hub)
    share(hub)
    device = call(hub, lambda c: find_device(c, till.dev))
    assert device is not None
    used(till, "P1", lease=call(hub, lambda c: stock_leases.give(c, device, hub.clock())).no)
    hub.clock.added_ms += HOUR_MS + MARGIN_MS + 5_000
    return till


def wait_for_a_waiter(connection: Connection, other: "Future[object]") -> None:
    """Until the other transaction waits for this one, or is done without."""
    end = threading.Event()
    for _ in range(WAIT_S * 100):
        if other.done() or connection.scalar(WAITS):
            return
        end.wait(0.01)
    pytest.fail("the other transaction neither waits nor ends")


def test_a_promise_that_comes_while_its_lease_is_taken_back_lapses(hub: DirectHub) -> None:
    till = promising(hub)
    with ThreadPoolExecutor(1) as other:

        def take_back(connection: Connection) -> "Future[object]":
            assert stock_leases.take_back(connection, TENANT, hub.clock())
            pushed: Future[object] = other.submit(till.push)
            wait_for_a_waiter(connection, pushed)
            return pushed

        call(hub, take_back).result(WAIT_S)
    there = free(hub)
    assert (there.promised, there.granted, there.free) == (0, 0, ONE), "the piece is free, so it is nobody's"
    assert [kind for kind, _ in open_tasks(hub)] == ["promise.lapsed"]


def test_a_round_of_grants_and_the_end_of_a_lease_never_wait_for_each_other_crosswise(hub: DirectHub) -> None:
    promising(hub)
    with ThreadPoolExecutor(1) as other:

        def grants(connection: Connection) -> "Future[object]":
            for table in ("stock", "rights"):
                connection.execute(text(f"SELECT 1 FROM {table} WHERE article = 'A1' FOR UPDATE"))
            ended: Future[object] = other.submit(call, hub, lambda c: stock_leases.take_back(c, TENANT, hub.clock()))
            wait_for_a_waiter(connection, ended)
            connection.execute(text("SELECT 1 FROM rights_devices FOR UPDATE NOWAIT"))
            return ended

        assert call(hub, grants).result(WAIT_S) == 1


def test_what_a_lost_terminal_had_is_shared_in_the_next_round(hub: DirectHub) -> None:
    tills = [hub.terminal("1"), hub.terminal("2")]
    make_limited(hub)
    share(hub)
    holder, other = tills if granted(tills[0]) else reversed(tills)
    device = call(hub, lambda c: find_device(c, holder.dev))
    assert device is not None
    who = Who("900", hub.clock(), hub.hub.world.new_id)
    assert call(hub, lambda c: devices.lose(c, device, who)) == {(STORE, "A1"): ONE}
    share(hub)
    assert granted(other)[f"{STORE}|A1"].level_milli == ONE
