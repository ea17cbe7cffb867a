"""Orders at the hub (step_0014): folded as told, whom they concern is told, and a refusal is one task as long as it stands."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk.domain import facts
from kiosk.domain.order import COLLECT, COLLECT_ELSEWHERE, PAY_AT_COLLECTION, SHIP, SHIP_FROM_STORE, Fulfilment
from kiosk.domain.orderevents import FIRST_FENCE, NO_FENCE, OrderEvent
from kiosk.domain.orderfacts import order_body
from kiosk.domain.orderlife import (
    ACCEPTED,
    ALLOCATED,
    CANCELLED,
    CONFIRMED,
    HANDED_OVER,
    OFFICE,
    PICKED,
    PLACED,
    READY,
    SYSTEM,
)
from kiosk.domain.quantity import ONE
from sync.hub import orders
from sync.hub.problems import HubProblem
from sync.hub.storage.schema_orders import order_addresses, order_events
from sync.hub.storage.schema_orders import orders as rows
from tests.sync.hub.order_support import at_till, decide, line, moves, on_web, order, pays, same, states, stored, told
from tests.sync.hub.stock_support import DirectHub, call, direct_hub, fact_at, free, moved, open_tasks
from tests.sync.hub.support import OTHER_STORE, STORE, TENANT, WAIT_S, RunningHub, a_product, bring_products

HERE = Fulfilment(COLLECT, source=STORE, to=STORE)
THERE = Fulfilment(COLLECT_ELSEWHERE, source=OTHER_STORE, to=OTHER_STORE)


@pytest.fixture
def direct(tmp_path: Path, shop: Path) -> Iterator[DirectHub]:
    """A hub that is called by its functions, with ten pieces of an article in the first store."""
    with direct_hub(tmp_path, shop) as made:
        bring_products(made.hub, a_product(), set_stock=True)
        yield made


def step(name: str, source: str, pieces: int = 1, fence: int = NO_FENCE, role: str = SYSTEM, **more: object) -> OrderEvent:
    """A step of the hub's own."""
    named: dict[str, object] = {"id": f"{name}-{source}-{fence}", "order": "o1", "line": 1, "at_ms": 1, **more}
    return OrderEvent(step=name, source=source, quantity_milli=pieces * ONE, role=role, fence=fence, **named)  # type: ignore[arg-type]


def test_an_order_of_a_till_is_what_the_till_makes_of_it_and_every_store_concerned_hears_so(direct: DirectHub) -> None:
    here, there = direct.terminal("1"), direct.terminal("1", store=OTHER_STORE)
    at_till(here, line(1, 2, HERE, True), line(2, 1, SHIP_FROM_STORE, True), line(3, 1, THERE, False))
    assert here.push().held == []
    one = stored(direct)
    assert states(one) == {ALLOCATED: 2} and one.is_open and one.known.money is not None and one.known.money.to_pay_minor == 0
    assert same(told(here), one) and same(told(there), one)
    moves(here, PICKED, ALLOCATED, 2, FIRST_FENCE)
    moves(here, HANDED_OVER, PICKED, 1, FIRST_FENCE)
    here.push()
    one = stored(direct)
    assert states(one) == {PICKED: 1, HANDED_OVER: 1} and one.shown == HANDED_OVER and same(told(there), one)


def test_a_store_that_has_nothing_to_do_with_an_order_hears_nothing_and_one_that_has_no_more_hears_that_it_is_gone(
    direct: DirectHub,
) -> None:
    here, there = direct.terminal("1"), direct.terminal("1", store=OTHER_STORE)
    on_web(direct, line(1, 1, SHIP))
    assert told(here) is None and told(there) is None
    decide(direct, step(CONFIRMED, PLACED), step(ALLOCATED, CONFIRMED, 1, 1, place=OTHER_STORE))
    assert told(here) is None and same(told(there), stored(direct))
    decide(direct, step("reclaimed", ALLOCATED, 1, 1, at_ms=2), step("rerouted", "declined", at_ms=2))
    decide(direct, step(ALLOCATED, CONFIRMED, 1, 2, place=STORE, at_ms=3))
    assert told(there) is None and same(told(here), stored(direct))


def test_whatever_order_facts_come_in_and_however_often_the_order_is_the_same(direct: DirectHub) -> None:
    here, there = direct.terminal("1"), direct.terminal("1", store=OTHER_STORE)
    at_till(here, line(1, 3, SHIP_FROM_STORE, True), paid=False)
    pays(here, 3_000)
    moves(there, ACCEPTED, ALLOCATED, 3, FIRST_FENCE)
    moves(there, PICKED, ACCEPTED, 2, FIRST_FENCE)
    there.push()
    assert call(direct, lambda c: orders.find(c, TENANT, "o1")) is None and told(there) is None, "it waits for the order"
    here.push(here.facts[:1])
    here.push()
    here.push()
    there.push()
    one = stored(direct)
    assert states(one) == {ACCEPTED: 1, PICKED: 2} and one.known.money is not None and one.known.money.paid_minor == 3_000
    assert same(told(here), one) and same(told(there), one)
    assert len(call(direct, lambda c: c.execute(select(order_events)).all())) == 2


FAULTS: tuple[tuple[dict[str, object], str], ...] = (
    ({"lines": "none"}, "body.invalid"), ({"tenant": "other"}, "body.invalid"), ({"store": OTHER_STORE}, "body.store"),
    ({"placed_ms": -5}, "body.amount"), ({"id": ""}, "body.invalid"), ({"number": "x" * 300}, "body.invalid"),
    ({"payments": [{"kind": "cash"}]}, "body.invalid"),
    ({"payments": [{"kind": "cash", "amount_minor": 10**15, "rounding_minor": 0, "reference": ""}]}, "body.amount"),
)  # fmt: skip


def test_what_is_no_order_is_held_and_does_no_harm(direct: DirectHub) -> None:
    till = direct.terminal()
    body = order_body(order(line(1, 1, HERE, True), channel="till", store=STORE))
    for change, _ in FAULTS:
        fact_at(till, "order.placed", {**body, **change})
    assert [one.reason for one in till.push().held] == [reason for _, reason in FAULTS]
    assert call(direct, lambda c: c.execute(select(rows)).all()) == []


def test_a_terminal_does_not_speak_for_the_hub(direct: DirectHub) -> None:
    till = direct.terminal()
    at_till(till, line(1, 1, SHIP))
    moves(till, CONFIRMED, PLACED, role=SYSTEM)
    assert [one.reason for one in till.push().held] == ["body.invalid"]
    assert states(stored(direct)) == {PLACED: 1}


def test_two_cut_off_tills_hand_over_the_same_goods_and_it_is_one_task(direct: DirectHub) -> None:
    one, two = direct.terminal("1"), direct.terminal("2")
    at_till(one, line(1, 2, HERE, True))
    one.push()
    moves(one, HANDED_OVER, ALLOCATED, 2, FIRST_FENCE)
    moves(two, HANDED_OVER, ALLOCATED, 1, FIRST_FENCE)
    one.push()
    assert open_tasks(direct) == []
    two.push()
    two.push()
    ((kind, detail),) = open_tasks(direct)
    assert (kind, detail["order"], detail["quantity_milli"], detail["place"]) == ("order.twice", "N-o1", ONE, STORE)
    assert states(stored(direct)) == {HANDED_OVER: 2}


def test_a_cancellation_that_comes_too_late_is_a_task_and_one_in_time_gives_money_back(direct: DirectHub) -> None:
    till = direct.terminal()
    at_till(till, line(1, 2, HERE, True))
    moves(till, HANDED_OVER, ALLOCATED, 1, FIRST_FENCE)
    till.push()
    decide(direct, step(CANCELLED, ALLOCATED, 2, role=OFFICE))
    found = dict(open_tasks(direct))
    assert sorted(found) == ["order.pay_back", "order.too_late"] and found["order.pay_back"]["amount_minor"] == 1_000
    one = stored(direct)
    assert states(one) == {HANDED_OVER: 1, CANCELLED: 1} and not one.is_open and one.closed_ms > 0
    pays(till, -1_000)
    till.push()
    assert [kind for kind, _ in open_tasks(direct)] == ["order.too_late"], "what is put right ends by itself"


def test_paying_for_an_order_that_was_cancelled_meanwhile_is_money_to_give_back(direct: DirectHub) -> None:
    till = direct.terminal()
    at_till(till, line(1, 1, HERE, True), paid=False)
    till.push()
    decide(direct, step(CANCELLED, ALLOCATED, role=OFFICE))
    assert open_tasks(direct) == []
    pays(till, 1_000)
    till.push()
    assert [(kind, detail["amount_minor"]) for kind, detail in open_tasks(direct)] == [("order.pay_back", 1_000)]


def test_a_web_order_to_collect_has_a_code_and_only_the_store_that_hands_over_learns_the_name(direct: DirectHub) -> None:
    here, there = direct.terminal("1"), direct.terminal("1", store=OTHER_STORE)
    on_web(direct, line(1, 1, Fulfilment(COLLECT_ELSEWHERE, source=OTHER_STORE, to=STORE), True))
    row, other = told(here), told(there)
    assert row is not None and other is not None
    assert (row.name, row.phone, len(row.code), row.code.isdigit()) == ("Jansen", "+31201234567", 6, True)
    assert (other.name, other.phone, other.code) == ("", "", "")
    code = row.code
    assert call(direct, lambda c: orders.lookup(c, TENANT, code)) == ["o1"]
    assert call(direct, lambda c: orders.lookup(c, TENANT, "N-o1")) == ["o1"]
    for name, source in ((READY, PICKED), (HANDED_OVER, READY)):
        moves(here, name, source, 1, FIRST_FENCE)
    here.push()
    row = told(here)
    assert row is not None and row.name == row.phone == "", "the goods are fetched: nobody needs the name"
    assert call(direct, lambda c: orders.lookup(c, TENANT, code)) == []


def test_open_orders_have_different_codes_also_where_chance_repeats_itself(direct: DirectHub) -> None:
    ids = iter(["a", "a", "a", "b", "b", "c"] + [f"x{n}" for n in range(100)])
    for name in ("o1", "o2", "o3"):
        placed = order(line(1, 1, Fulfilment(COLLECT, to=STORE)), id=name)
        chance = orders.Made(direct.clock(), lambda: next(ids))
        call(direct, partial(orders.place, tenant=TENANT, order=placed, payments=[], addresses={}, made=chance))
    codes = {stored(direct, name).code for name in ("o1", "o2", "o3")}
    assert len(codes) == 3 and all(len(code) == 6 for code in codes)


def test_the_same_order_again_changes_nothing_and_another_under_its_id_is_refused(direct: DirectHub) -> None:
    placed = order(line(1, 1, SHIP))
    made = orders.Made(direct.clock(), direct.hub.world.new_id)
    first = call(direct, lambda c: orders.place(c, TENANT, placed, [], {}, made))
    assert call(direct, lambda c: orders.place(c, TENANT, placed, [], {}, made)) == first
    other = order(line(1, 2, SHIP), placed_ms=placed.placed_ms)
    with pytest.raises(HubProblem, match=r"order\.exists"):
        call(direct, lambda c: orders.place(c, TENANT, other, [], {}, made))
    with pytest.raises(HubProblem, match=r"order\.unknown"):
        call(direct, lambda c: orders.move(c, TENANT, "o9", [step(CONFIRMED, PLACED, order="o9")], made))


def test_goods_of_an_allocation_are_held_back_as_long_as_they_lie_there_and_no_longer(direct: DirectHub) -> None:
    till = direct.terminal()
    on_web(direct, line(1, 3, SHIP))
    decide(direct, step(CONFIRMED, PLACED, 3), step(ALLOCATED, CONFIRMED, 3, 1, place=STORE))
    assert (free(direct).on_hand, free(direct).reserved) == (10_000, 3_000)
    moves(till, "shipped", PICKED, 1, 1)
    moves(till, "declined", ALLOCATED, 1, 1)
    till.push()
    assert free(direct).reserved == 2_000, "one was declined; one that was shipped left the shelf only when the shelf says so"
    moved(till, -ONE, reason="handed_over", promise="o1/1/1")
    till.push()
    assert (free(direct).on_hand, free(direct).reserved, free(direct).free) == (9_000, 1_000, 8_000)
    decide(direct, step(CANCELLED, ALLOCATED, 3, role=OFFICE))
    assert free(direct).reserved == 0


def test_goods_that_leave_before_anybody_hears_that_they_did_are_held_back_once(direct: DirectHub) -> None:
    till = direct.terminal()
    on_web(direct, line(1, 3, SHIP))
    decide(direct, step(CONFIRMED, PLACED, 3), step(ALLOCATED, CONFIRMED, 3, 1, place=STORE))
    moved(till, -2 * ONE, reason="handed_over", promise="o1/1/1")
    till.push()
    assert (free(direct).on_hand, free(direct).reserved) == (8_000, 1_000)
    moves(till, "shipped", PICKED, 2, 1)
    till.push()
    assert (free(direct).on_hand, free(direct).reserved) == (8_000, 1_000)


def test_an_order_is_the_same_on_both_storages_and_is_routed_at_once_without_anybody_asking(hub: RunningHub) -> None:
    bring_products(hub.hub, a_product(stock={OTHER_STORE: 5 * ONE}), set_stock=True)
    till, there = hub.terminal("1"), hub.terminal("1", store=OTHER_STORE)
    at_till(till, line(1, 2, THERE, True), terms=PAY_AT_COLLECTION)
    moves(there, READY, PICKED, 2, FIRST_FENCE)
    moves(there, HANDED_OVER, READY, 1, FIRST_FENCE)
    moves(till, PICKED, ALLOCATED, 2, FIRST_FENCE)
    there.push()
    till.push()
    one = stored(hub)
    assert states(one) == {READY: 1, HANDED_OVER: 1} and len(one.code) == 6
    assert same(told(there), one) and same(told(till), one)
    assert [kind for kind, _ in open_tasks(hub)] == ["order.not_yours"]
    assert [one.id for one in call(hub, lambda c: orders.listed(c, TENANT, store=OTHER_STORE, only_open=True))] == ["o1"]
    on_web(hub, line(1, 3, SHIP), id="o2")
    while told(there, "o2") is None:
        there.apply(there.feed("device", wait=WAIT_S))
    assert free(hub, store=OTHER_STORE).reserved == 3_000
    moved(there, -2 * ONE, reason="handed_over", promise="o2/1/1000001")
    moves(there, "shipped", PICKED, 2, 1_000_001, order="o2")
    there.push()
    assert (free(hub, store=OTHER_STORE).on_hand, free(hub, store=OTHER_STORE).reserved) == (3_000, 1_000)


def test_a_list_has_the_orders_of_a_store_page_after_page(direct: DirectHub) -> None:
    for n in range(5):
        on_web(direct, line(1, 1, Fulfilment(COLLECT, to=STORE if n % 2 else OTHER_STORE)), id=f"o{n}", placed_ms=1_000 + n // 2)
    mine = call(direct, lambda c: orders.listed(c, TENANT, store=STORE))
    assert [one.id for one in mine] == ["o1", "o3"] and mine[0].shown == PLACED
    first = call(direct, lambda c: orders.listed(c, TENANT, most=2))
    rest = call(direct, lambda c: orders.listed(c, TENANT, after=(first[-1].placed_ms, first[-1].id)))
    assert [one.id for one in first + rest] == [f"o{n}" for n in range(5)]
    assert call(direct, lambda c: orders.listed(c, TENANT, state=HANDED_OVER)) == []
    assert [one.id for one in call(direct, lambda c: orders.listed(c, TENANT, since_ms=1_002))] == ["o4"]


def test_whom_an_order_is_for_stands_in_one_table_and_in_no_fact(direct: DirectHub) -> None:
    on_web(direct, line(1, 1, SHIP), name="Zoë de Vries")
    dump = call(direct, lambda c: [str(row) for table in ("orders", "order_events", "order_payments", "tasks", "facts")
                                   for row in c.exec_driver_sql(f"select * from {table}").all()])  # fmt: skip
    assert dump and not any("Vries" in row or "Dam" in row for row in dump)
    assert call(direct, lambda c: c.scalar(select(order_addresses.c.name_folded))) == "zoe de vries"


def test_what_people_say_of_an_order_is_kept_and_told_again_with_every_later_step(direct: DirectHub) -> None:
    till = direct.terminal()
    fact_at(till, facts.ORDER_MOVED, {"order": "o1", "moves": [], "shelf": "A 1"})
    at_till(till, line(1, 2, HERE, True))
    moves(till, PICKED, ALLOCATED, 1, FIRST_FENCE)
    fact_at(till, facts.ORDER_MOVED, {"order": "o1", "moves": [], "shelf": "B 4"})
    assert till.push().held == []
    assert stored(direct).known.said["shelf"].text == "B 4", "a new place alone is no reason to hold it"
    moves(till, PICKED, ALLOCATED, 1, FIRST_FENCE)
    assert till.push().held == []
    row = told(till)
    assert row is not None and [one.text for one in row.said] == ["B 4"] and stored(direct).known.said["shelf"].text == "B 4"


def test_where_goods_go_is_told_to_the_place_that_packs_them_alone_and_no_longer_than_it_does(direct: DirectHub) -> None:
    packer, other = direct.terminal(), direct.terminal("1", store=OTHER_STORE)
    on_web(direct, line(1, 1, Fulfilment(SHIP, delivery="address-o1")), line(2, 1, Fulfilment(COLLECT, to=OTHER_STORE)))
    for name, source, more in ((CONFIRMED, PLACED, {}), (ALLOCATED, CONFIRMED, {"place": STORE})):
        decide(direct, step(name, source, 1, 1 if more else NO_FENCE, **more))
    row, far = told(packer), told(other)
    assert row is not None and far is not None and far.to == {}
    assert [one.city for one in row.to.values()] and list(row.to) == [row.order["lines"][0]["fulfilment"]["delivery"]]
    moves(packer, PICKED, ALLOCATED, 1, 1)
    moves(packer, "packed", PICKED, 1, 1)
    packer.push()
    row = told(packer)
    assert row is not None and row.to
    moves(packer, "shipped", "packed", 1, 1)
    packer.push()
    row = told(packer)
    assert row is not None and row.to == {}, "the carrier has it: the store needs no address any more"
