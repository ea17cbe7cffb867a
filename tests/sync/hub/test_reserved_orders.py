"""Reservations at a kiosk or on the web as the hub keeps them: held once, over by themselves, and free again once."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk.domain import facts
from kiosk.domain.allocation import FULFILLED
from kiosk.domain.order import COLLECT, COLLECT_ELSEWHERE, KIOSK, PAY_AT_COLLECTION, Fulfilment, Promise
from kiosk.domain.orderevents import FIRST_FENCE
from kiosk.domain.orderfacts import order_body
from kiosk.domain.orderlife import ALLOCATED, CANCELLED, DECLINED, HANDED_OVER, PICKED, READY
from kiosk.domain.quantity import ONE
from sync.hub import order_rounds, reservations
from sync.hub.reservations import Asker, Now, Reservation, Reserve
from sync.hub.storage.schema_stock import reservations as table
from tests.sync.hub.order_support import line, moves, order, same, states, stored, told
from tests.sync.hub.stock_support import (
    DirectHub,
    a_round,
    call,
    direct_hub,
    fact_at,
    free,
    granted,
    make_limited,
    moved,
    open_tasks,
    rights,
    used,
)
from tests.sync.hub.support import DAY, OTHER_STORE, STORE, TENANT, FakeTerminal, a_product, bring_products

HOUR_MS = 3_600_000
HERE = Fulfilment(COLLECT, source=STORE, to=STORE)
THERE = Fulfilment(COLLECT_ELSEWHERE, source=OTHER_STORE, to=OTHER_STORE)


@pytest.fixture
def direct(tmp_path: Path, shop: Path) -> Iterator[DirectHub]:
    """A hub without a wire, with ten of A1 in each of two stores."""
    with direct_hub(tmp_path, shop) as made:
        bring_products(made.hub, a_product("A1", stock={STORE: 10 * ONE, OTHER_STORE: 10 * ONE}))
        yield made


def reserves(kiosk: FakeTerminal, direct: DirectHub, promise: str, pieces: int = 1, way: Fulfilment = HERE) -> None:
    """A kiosk reserves under a promise, for an hour."""
    now_ms = direct.clock()
    one = replace(line(1, pieces, way, True, "A1"), promise=Promise(True, now_ms, now_ms + HOUR_MS, promise))
    made = order(one, channel=KIOSK, store=STORE, terms=PAY_AT_COLLECTION, placed_ms=now_ms, expires_ms=now_ms + HOUR_MS)
    fact_at(kiosk, facts.ORDER_PLACED, order_body(made))
    assert kiosk.push().held == []


def by_right(direct: DirectHub, pieces: int = 1) -> FakeTerminal:
    """A kiosk that reserved out of a right of its own."""
    kiosk = direct.terminal("K1", "kiosk")
    make_limited(direct)
    a_round(direct)
    used(kiosk, "p1", pieces * ONE, reason="reserve")
    reserves(kiosk, direct, "p1", pieces)
    return kiosk


def by_hub(direct: DirectHub, kiosk: FakeTerminal, store: str = OTHER_STORE) -> Reservation:
    """A kiosk that the hub held goods for."""
    now = Now(direct.clock(), DAY, lambda: str(uuid.uuid4()))
    asker = Asker(TENANT, kiosk.dev)
    made = call(direct, lambda c: reservations.reserve(c, asker, Reserve(store, "A1", ONE, 1), now))
    assert isinstance(made, Reservation)
    reserves(kiosk, direct, made.id, way=THERE if store == OTHER_STORE else HERE)
    return made


def looked(direct: DirectHub) -> None:
    """The hub's regular work on orders."""
    new_id = direct.hub.world.new_id
    while call(direct, partial(order_rounds.look, tenant=TENANT, now_ms=direct.clock(), new_id=new_id, epoch=1)):
        pass


def test_the_store_and_the_kiosk_hear_of_it_and_the_kiosk_hears_no_code(direct: DirectHub) -> None:
    kiosk, till = by_right(direct), direct.terminal("1")
    row, own = told(till), told(kiosk)
    assert states(stored(direct)) == {ALLOCATED: 1} and same(row, stored(direct)) and same(own, stored(direct))
    assert row is not None and own is not None and row.code and not own.code and not own.name
    assert row.order["expires_ms"] == stored(direct).look_ms


def test_what_nobody_fetched_is_over_at_its_time_and_the_right_is_free_once(direct: DirectHub) -> None:
    kiosk = by_right(direct)
    before = free(direct).free
    direct.clock.added_ms += HOUR_MS - 1_000
    looked(direct)
    assert states(stored(direct)) == {ALLOCATED: 1}, "not a second before its time"
    direct.clock.added_ms += 1_000
    looked(direct)
    looked(direct)
    assert states(stored(direct)) == {CANCELLED: 1} and open_tasks(direct) == []
    assert same(told(kiosk), stored(direct)), "the kiosk hears that its right is free"
    rights(kiosk, facts.RIGHTS_RELEASED, promise="p1")
    kiosk.push()
    assert free(direct).promised == 0 and granted(kiosk) and free(direct).free == before, "the right went back to the kiosk"


def test_what_was_put_aside_and_is_not_fetched_is_a_task_to_put_it_back(direct: DirectHub) -> None:
    by_right(direct)
    till = direct.terminal("1")
    moves(till, PICKED, ALLOCATED, 1, FIRST_FENCE)
    moves(till, READY, PICKED, 1, FIRST_FENCE)
    till.push()
    direct.clock.added_ms += HOUR_MS
    looked(direct)
    assert states(stored(direct)) == {CANCELLED: 1} and [kind for kind, _ in open_tasks(direct)] == ["order.put_back"]


def test_what_was_sold_just_in_time_stays_sold_however_late_the_hub_hears_of_it(direct: DirectHub) -> None:
    by_right(direct)
    till = direct.terminal("1")
    direct.clock.added_ms += HOUR_MS
    looked(direct)
    moves(till, HANDED_OVER, ALLOCATED, 1, FIRST_FENCE)
    moved(till, -ONE, reason="handed_over", promise="p1")
    till.push()
    assert states(stored(direct)) == {HANDED_OVER: 1}
    assert [kind for kind, _ in open_tasks(direct)] == ["order.collect_money"], "nothing about the time"
    assert (free(direct).on_hand, free(direct).promised) == (9 * ONE, 0)


def test_a_reservation_of_the_hub_is_counted_once_and_let_go_when_the_till_says_it_is_not_wanted(direct: DirectHub) -> None:
    kiosk, till = direct.terminal("K1", "kiosk"), direct.terminal("1", store=OTHER_STORE)
    by_hub(direct, kiosk)
    assert free(direct, store=OTHER_STORE).free == 9 * ONE and same(told(till), stored(direct))
    moves(till, CANCELLED, ALLOCATED, 1, FIRST_FENCE)
    till.push()
    there = free(direct, store=OTHER_STORE)
    assert (there.reserved, there.free) == (0, 10 * ONE)


def test_a_reservation_of_the_hub_that_is_handed_over_leaves_the_stock_once(direct: DirectHub) -> None:
    kiosk, till = direct.terminal("K1", "kiosk"), direct.terminal("1", store=OTHER_STORE)
    made = by_hub(direct, kiosk)
    moves(till, HANDED_OVER, ALLOCATED, 1, FIRST_FENCE)
    moved(till, -ONE, reason="handed_over", promise=made.id)
    till.push()
    there = free(direct, store=OTHER_STORE)
    assert (there.on_hand, there.reserved, there.promised, there.free) == (9 * ONE, 0, 0, 9 * ONE)
    at = table.c
    assert call(direct, lambda c: c.scalar(select(at.state).where(at.id == made.id))) == FULFILLED


def test_a_reservation_of_the_hub_is_over_with_its_order(direct: DirectHub) -> None:
    kiosk = direct.terminal("K1", "kiosk")
    by_hub(direct, kiosk, STORE)
    direct.clock.added_ms += HOUR_MS
    looked(direct)
    assert states(stored(direct)) == {CANCELLED: 1} and free(direct).free == 10 * ONE
    a_round(direct)
    assert free(direct).free == 10 * ONE


def test_what_a_store_does_not_have_is_not_fetched_from_another_one(direct: DirectHub) -> None:
    by_right(direct, 2)
    till = direct.terminal("1")
    moves(till, DECLINED, ALLOCATED, 1, FIRST_FENCE)
    till.push()
    looked(direct)
    assert states(stored(direct)) == {CANCELLED: 1, ALLOCATED: 1}
    assert not [kind for kind, _ in open_tasks(direct) if kind.startswith("order.")], "and nobody has to do anything"


def test_two_tills_that_were_cut_off_and_both_sold_it_are_a_task(direct: DirectHub) -> None:
    by_right(direct)
    for name in ("1", "2"):
        till = direct.terminal(name)
        moves(till, HANDED_OVER, ALLOCATED, 1, FIRST_FENCE)
        till.push()
    assert states(stored(direct)) == {HANDED_OVER: 1} and "order.twice" in [kind for kind, _ in open_tasks(direct)]


def test_the_kiosk_hears_that_an_order_is_forgotten(direct: DirectHub) -> None:
    kiosk = by_right(direct)
    direct.clock.added_ms += HOUR_MS
    looked(direct)
    direct.clock.added_ms += 400 * 24 * HOUR_MS
    call(direct, partial(order_rounds.forget, tenant=TENANT, now_ms=direct.clock(), new_id=direct.hub.world.new_id))
    assert told(kiosk) is None
