"""Races for the last piece, on the running hub and on both storages: at most as many promises as there are pieces."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import msgspec

from kiosk.domain.quantity import ONE
from sync.hub.operations import ImportShop, import_shop
from tests.sync.hub.stock_support import call, free, granted, make_limited, movement_sum, share, take, used
from tests.sync.hub.support import STORE, RunningHub, a_product, a_shop, bring_products

KEY = f"{STORE}|A1"
WAIT_S = 30


def test_two_reservations_for_the_last_piece_at_once_get_one(hub: RunningHub) -> None:
    bring_products(hub.hub, a_product("A1", stock={STORE: ONE}))
    tills = [hub.terminal(str(n)) for n in range(1, 5)]
    body = msgspec.json.encode({"store": STORE, "article": "A1", "quantity": ONE})
    begin = threading.Barrier(len(tills))

    def reserve(place: int) -> int:
        begin.wait(WAIT_S)
        return tills[place].request("POST", "/v1/reserve", body, **{"Idempotency-Key": str(uuid.uuid4())}).status_code

    with ThreadPoolExecutor(len(tills)) as crowd:
        assert sorted(crowd.map(reserve, range(len(tills)))) == [200, 409, 409, 409]
    assert (free(hub).reserved, free(hub).free) == (ONE, 0)


def test_grants_promises_sales_and_reservations_at_once_never_give_a_piece_twice(hub: RunningHub) -> None:
    import_shop(hub.hub, ImportShop(a_shop()))
    bring_products(hub.hub, a_product("A1", stock={STORE: 12 * ONE}))
    tills = [hub.terminal(str(n)) for n in range(1, 4)]
    make_limited(hub)
    share(hub)

    def promise_and_sell(place: int) -> int:
        till, promised = tills[place], 0
        for n in range(4):
            left = granted(till)[KEY].level_milli // ONE - promised if KEY in granted(till) else 0
            if left > 0:
                used(till, f"P{place}-{n}")
                promised += 1
            till.push()
        return promised

    with ThreadPoolExecutor(6) as crowd:
        jobs = [crowd.submit(promise_and_sell, place) for place in range(len(tills))]
        rounds = [crowd.submit(share, hub, True) for _ in range(6)]
        reserved = [crowd.submit(take, hub) for _ in range(6)]
        promised = sum(job.result() for job in jobs)
        assert [one.result() for one in rounds]
        held = sum(hasattr(one.result(), "id") for one in reserved)
    there = free(hub)
    assert there.free >= 0 and there.on_hand == movement_sum(hub) == 12 * ONE
    assert (there.promised, there.reserved) == (promised * ONE, held * ONE)
    assert there.promised + there.reserved + there.granted <= 12 * ONE
    assert call(hub, lambda c: c.exec_driver_sql("select count(*) from tasks").scalar_one()) == 0
