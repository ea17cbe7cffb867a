"""Routing at the hub: what no place has goes to who has it, goes on where nobody accepts it, and is never given out twice."""

import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from kiosk.domain.arbitrating import arbitrate, placed, tasks_of
from kiosk.domain.feed import ORDER
from kiosk.domain.order import COLLECT, COLLECT_ELSEWHERE, SHIP, Fulfilment
from kiosk.domain.orderevents import FENCES_PER_EPOCH, FIRST_FENCE
from kiosk.domain.orderhandling import OrderHandling
from kiosk.domain.orderlife import ACCEPTED, ALLOCATED, CANCELLED, DECLINED, HANDED_OVER, OFFICE, POOL, READY
from kiosk.domain.quantity import ONE
from sync.hub import epochs, order_rounds, reservations
from sync.hub.operations import ImportShop, import_shop
from sync.hub.order_routing import Allocating, Places, events_for, plan, wanted
from sync.hub.orders import Made
from sync.hub.storage.schema import feed_log
from sync.hub.storage.schema_orders import order_addresses
from tests.sync.hub.order_support import at_till, decide, line, moves, on_web, order, same, states, stored, told
from tests.sync.hub.stock_support import ASKER, AnyHub, DirectHub, call, direct_hub, free, moved, open_tasks, take
from tests.sync.hub.support import OTHER_STORE, STORE, TENANT, a_product, a_shop, bring_products
from tests.sync.hub.test_orders import step

DAY_MS, MINUTE_MS = 86_400_000, 60_000


@pytest.fixture
def direct(tmp_path: Path, shop: Path) -> Iterator[DirectHub]:
    """A hub that is called by its functions, with three pieces of an article in one store and two in the other."""
    with direct_hub(tmp_path, shop) as made:
        bring_products(made.hub, a_product(stock={STORE: 3 * ONE, OTHER_STORE: 2 * ONE}), set_stock=True)
        yield made


def rounds(hub: AnyHub) -> int:
    """The regular work on orders, as the server does it; gives how many orders were looked at."""
    work = partial(order_rounds.look, tenant=TENANT, new_id=hub.hub.world.new_id, epoch=hub.hub.storage.epoch)
    count = 0
    while call(hub, partial(work, now_ms=hub.clock())):
        count += 1
        assert count < 100, "it comes to an end"
    return count


def forgotten(hub: AnyHub) -> int:
    """What is over for long enough is forgotten."""
    return call(hub, partial(order_rounds.forget, tenant=TENANT, now_ms=hub.clock(), new_id=hub.hub.world.new_id))


def allocated(hub: AnyHub, id: str = "o1", number: int = 1) -> dict[str, int]:
    """How many pieces of a line which place has."""
    state = stored(hub, id).known.state
    assert state is not None
    here, found = state.lines[number], dict[str, int]()
    for (fence, _), milli in here.at.items():
        if fence in here.places:
            found[here.places[fence]] = found.get(here.places[fence], 0) + milli // ONE
    return found


def settings(hub: AnyHub, **more: Any) -> None:
    """The shop's settings are changed."""
    import_shop(hub.hub, ImportShop(a_shop(**{name.replace("__", "."): value for name, value in more.items()})))


def test_a_web_order_goes_to_who_has_it_with_the_goods_held_back_and_the_store_told(direct: DirectHub) -> None:
    till = direct.terminal("1", store=OTHER_STORE)
    settings(direct, order__warehouse=OTHER_STORE)
    on_web(direct, line(1, 2, SHIP))
    assert rounds(direct) == 1 and rounds(direct) == 0
    assert allocated(direct) == {OTHER_STORE: 2} and same(told(till), stored(direct))
    assert (free(direct, store=OTHER_STORE).reserved, free(direct, store=OTHER_STORE).free) == (2_000, 0)
    assert '"sourcing.' in stored(direct).plan, "why it went there is kept"


def test_goods_to_collect_are_taken_where_they_are_collected_if_they_lie_there(direct: DirectHub) -> None:
    on_web(direct, line(1, 2, Fulfilment(COLLECT_ELSEWHERE, source="", to=OTHER_STORE)), id="o1")
    on_web(direct, line(1, 2, Fulfilment(COLLECT_ELSEWHERE, source="", to=OTHER_STORE)), id="o2")
    rounds(direct)
    assert allocated(direct, "o1") == {OTHER_STORE: 2} and allocated(direct, "o2") == {STORE: 2}, "brought from elsewhere"


def test_what_nobody_has_is_one_task_until_goods_come_in(direct: DirectHub) -> None:
    till = direct.terminal()
    on_web(direct, line(1, 4, SHIP), id="o1")
    on_web(direct, line(1, 2, SHIP), id="o2")
    rounds(direct)
    assert sum(allocated(direct, "o1").values()) == 4 and allocated(direct, "o2") in ({STORE: 1}, {OTHER_STORE: 1})
    ((kind, detail),) = open_tasks(direct)
    assert (kind, detail["order"], detail["quantity_milli"]) == ("order.nobody", "N-o2", 1_000)
    direct.clock.added_ms += 16 * MINUTE_MS
    assert rounds(direct) == 1 and len(open_tasks(direct)) == 1, "looked for again, still one task"
    moved(till, 3 * ONE)
    till.push()
    direct.clock.added_ms += 16 * MINUTE_MS
    rounds(direct)
    assert open_tasks(direct) == [] and sum(allocated(direct, "o2").values()) == 2
    assert free(direct).free + free(direct, store=OTHER_STORE).free == 2_000


def test_a_declined_line_goes_on_to_the_next_place_and_never_back(direct: DirectHub) -> None:
    here, there = direct.terminal("1"), direct.terminal("1", store=OTHER_STORE)
    settings(direct, order__warehouse=STORE)
    on_web(direct, line(1, 2, SHIP))
    rounds(direct)
    (fence,) = {event.fence for event in stored(direct).known.state.told.values() if event.step == ALLOCATED}  # type: ignore[union-attr]
    moves(here, DECLINED, ALLOCATED, 2, fence)
    here.push()
    assert free(direct).reserved == 0, "what is declined is free at once"
    rounds(direct)
    assert allocated(direct) == {OTHER_STORE: 2} and told(here) is None and same(told(there), stored(direct))
    moves(there, DECLINED, ALLOCATED, 2, fence + 1)
    there.push()
    rounds(direct)
    assert states(stored(direct)) == {DECLINED: 2} and [kind for kind, _ in open_tasks(direct)] == ["order.nobody"]
    decide(direct, step(CANCELLED, DECLINED, 2, role=OFFICE))
    assert [kind for kind, _ in open_tasks(direct)] == ["order.pay_back"]


def test_what_nobody_accepts_in_time_goes_on_and_what_was_accepted_stays(direct: DirectHub) -> None:
    here = direct.terminal("1")
    settings(direct, order__warehouse=STORE, order__accept_minutes=30)
    on_web(direct, line(1, 1, SHIP), id="o1")
    on_web(direct, line(1, 1, SHIP), id="o2")
    rounds(direct)
    assert allocated(direct, "o1") == allocated(direct, "o2") == {STORE: 1}
    (fence,) = stored(direct, "o2").known.state.lines[1].places  # type: ignore[union-attr]
    moves(here, ACCEPTED, ALLOCATED, 1, fence, order="o2")
    here.push()
    direct.clock.added_ms += 29 * MINUTE_MS
    assert rounds(direct) == 0
    direct.clock.added_ms += 2 * MINUTE_MS
    assert rounds(direct) == 1
    assert allocated(direct, "o1") == {OTHER_STORE: 1} and allocated(direct, "o2") == {STORE: 1}
    assert (free(direct).reserved, free(direct, store=OTHER_STORE).reserved) == (1_000, 1_000)


def test_a_provisional_promise_of_a_till_that_was_cut_off_is_confirmed_or_says_so(direct: DirectHub) -> None:
    here = direct.terminal("1")
    depot = Fulfilment(SHIP, source=OTHER_STORE, delivery="a1")
    at_till(here, line(1, 2, depot, False), line(2, 9, depot, False), id="o1")
    here.push()
    rounds(direct)
    assert sum(allocated(direct, "o1", 1).values()) == 2
    assert sum(allocated(direct, "o1", 2).values()) == 3 and states(stored(direct), 2)[DECLINED] == 6
    row = told(here)
    assert row is not None and same(row, stored(direct)), "the till that promised hears what became of it"


def test_what_was_reserved_for_an_order_is_what_it_gets(direct: DirectHub) -> None:
    held = take(direct, 3 * ONE)
    assert isinstance(held, reservations.Reservation)
    call(direct, lambda c: reservations.claim(c, ASKER, held.id, direct.clock()))
    one = line(1, 3, Fulfilment(SHIP, delivery="a1"), True)
    assert one.promise is not None
    kept = type(one.promise)(True, 0, 1, held.id)
    on_web(direct, type(one)(1, "A1", "Mug", "piece", 3 * ONE, 3_000, one.fulfilment, kept))
    rounds(direct)
    assert allocated(direct) == {STORE: 3} and (free(direct).reserved, free(direct).free) == (3_000, 0)


def test_a_hub_that_was_restored_allocates_nothing_until_it_knows_what_is_out_and_then_above_all_fences(direct: DirectHub) -> None:
    direct.terminal()
    on_web(direct, line(1, 1, SHIP))
    epoch = call(direct, lambda c: epochs.begin(c, direct.clock()))
    assert rounds(direct) == 0 and allocated(direct) == {}
    call(direct, lambda c: c.exec_driver_sql("update hub_states set state = 'open'"))
    direct.hub.storage.epoch = epoch
    rounds(direct)
    state = stored(direct).known.state
    assert state is not None and min(state.lines[1].places) > epoch * FENCES_PER_EPOCH


def test_an_order_that_is_long_over_is_on_no_till_and_its_name_nowhere(direct: DirectHub) -> None:
    till = direct.terminal()
    settings(direct, order__keep_days=2)
    on_web(direct, line(1, 1, Fulfilment(COLLECT, source=STORE, to=STORE), True), name="Verhoeven")
    for name, source in ((READY, "picking"), (HANDED_OVER, READY)):
        moves(till, name, source, 1, FIRST_FENCE)
    till.push()
    direct.clock.added_ms += 2 * DAY_MS - MINUTE_MS
    assert forgotten(direct) == 0 and told(till) is not None
    direct.clock.added_ms += DAY_MS + 2 * MINUTE_MS
    assert forgotten(direct) == 1 and forgotten(direct) == 0 and told(till) is None
    assert call(direct, lambda c: c.execute(select(order_addresses)).all()) == []
    said = call(direct, lambda c: list(c.scalars(select(feed_log.c.payload).where(feed_log.c.entity == ORDER))))
    assert said and not any(b"Verhoeven" in bytes(payload) for payload in said)
    assert stored(direct).shown == HANDED_OVER, "the order itself is kept"


def test_plans_never_promise_more_than_is_free_and_their_events_are_right_whatever_the_order() -> None:
    chance = random.Random(5)
    for turn in range(150):
        stores = [f"S{n}" for n in range(chance.randint(1, 6))]
        articles = ["A1", "A2", "A3"]
        free_there = {store: {article: chance.randint(-2, 4) * ONE for article in articles} for store in stores}
        lines = [
            line(n, chance.randint(1, 5), SHIP if chance.random() < 0.5 else Fulfilment(COLLECT, to=chance.choice(stores)),
                 chance.choice([None, False, True]), chance.choice(articles))
            for n in range(1, chance.randint(2, 5))
        ]  # fmt: skip
        sends = {store: OrderHandling(sends=chance.random() < 0.8) for store in stores}
        places = Places(sends, dict.fromkeys(stores, 0), {}, {"": chance.choice(["", *stores])})
        state = placed(order(*lines))
        found = plan(wanted(state, places), free_there, places)
        ids = iter(range(10_000))
        for event in events_for(state, found.choices, Allocating(Made(turn, lambda ids=ids: f"e{next(ids)}"), 1)):  # type: ignore[misc]
            state = arbitrate(state, event).state
        assert tasks_of(state) == {}
        for store in stores:
            for article in articles:
                given = sum(c.quantity_milli for c in found.choices if c.place == store and lines[c.line - 1].article == article)
                assert 0 <= given <= max(0, free_there[store][article])
        waits = sum(state.lines[one.line].of(name) for one in lines for name in POOL)
        assert waits == sum(state.lines[one.line].of(DECLINED) for one in lines), "what nobody has was said so"
        assert waits == sum(missing.quantity_milli for made in found.plans for missing in made.missing)
