"""Rights and reservations at the hub: never more than there is, whatever comes twice, late, or from a terminal that was lost."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kiosk.domain import facts
from kiosk.domain.quantity import ONE
from sync.hub import reservations, stock_accounts
from sync.hub.operations import ImportShop, import_shop
from sync.hub.reservations import HOUR_MS, Refusal, Reservation
from tests.sync.hub.stock_support import (
    ASKER,
    DirectHub,
    call,
    direct_hub,
    fact_at,
    free,
    granted,
    make_limited,
    moved,
    open_tasks,
    reclaimed,
    rights,
    share,
    take,
    used,
)
from tests.sync.hub.support import OTHER_STORE, STORE, TENANT, a_product, a_shop, bring_products

KEY = f"{STORE}|A1"


@pytest.fixture
def hub(tmp_path: Path, shop: Path) -> Iterator[DirectHub]:
    """A hub without a network: what is tested here is what it keeps."""
    with direct_hub(tmp_path, shop) as made:
        yield made


def test_the_pool_is_what_is_there_less_all_that_was_given_away(hub: DirectHub) -> None:
    bring_products(hub.hub, a_product("A1"))
    till = hub.terminal()
    make_limited(hub)
    assert share(hub) == 1
    assert granted(till)[KEY].level_milli == ONE
    assert isinstance(take(hub, 2 * ONE), Reservation)
    used(till, "P1")
    till.push()
    there = free(hub)
    assert (there.on_hand, there.granted, there.promised, there.reserved) == (10 * ONE, 0, ONE, 2 * ONE)
    assert there.free == 7 * ONE


def test_a_terminal_sees_its_own_grants_and_nobody_else_s(hub: DirectHub) -> None:
    bring_products(hub.hub, a_product("A1"))
    one, two, far = hub.terminal("1"), hub.terminal("2"), hub.terminal("1", store=OTHER_STORE)
    make_limited(hub)
    share(hub)
    assert set(granted(one)) == set(granted(two)) == {KEY} and granted(far) == {}


def test_another_store_s_terminals_promise_our_goods_where_their_rules_say_so(hub: DirectHub) -> None:
    shop_rules = a_shop()
    shop_rules.by_store[OTHER_STORE] = {"stock.promise_from": [STORE]}
    import_shop(hub.hub, ImportShop(shop_rules))
    bring_products(hub.hub, a_product("A1", stock={STORE: 2 * ONE}))
    near, far = hub.terminal("1"), hub.terminal("1", store=OTHER_STORE)
    make_limited(hub)
    share(hub)
    assert granted(near)[KEY].level_milli == granted(far)[KEY].level_milli == ONE
    used(far, "P1")
    far.push()
    assert (free(hub).promised, free(hub).granted) == (ONE, ONE)


def test_a_used_right_is_granted_again_as_long_as_the_pool_has_it(hub: DirectHub) -> None:
    bring_products(hub.hub, a_product("A1", stock={STORE: 3 * ONE}))
    till = hub.terminal()
    make_limited(hub)
    for n in range(3):
        share(hub)
        assert granted(till)[KEY].level_milli == (n + 1) * ONE
        used(till, f"P{n}")
        till.push()
    share(hub)
    assert granted(till)[KEY].level_milli == 3 * ONE, "there is nothing left to grant"
    assert free(hub).free == 0
    assert isinstance(take(hub), Refusal)


def test_the_last_piece_goes_to_one_terminal_only_and_a_second_round_gives_nothing(hub: DirectHub) -> None:
    bring_products(hub.hub, a_product("A1", stock={STORE: ONE}))
    tills = [hub.terminal(str(n)) for n in range(1, 4)]
    make_limited(hub)
    for _ in range(3):
        share(hub, whole=True)
    levels = [granted(till).get(KEY) for till in tills]
    assert sum(one.level_milli for one in levels if one) == ONE
    assert free(hub).free == 0


def test_facts_that_come_twice_count_once(hub: DirectHub) -> None:
    bring_products(hub.hub, a_product("A1"))
    till = hub.terminal()
    make_limited(hub)
    share(hub)
    used(till, "P1")
    till.push()
    till.push()
    used(till, "P1")  # the same promise under another number
    till.push()
    assert free(hub).promised == ONE


def test_a_released_promise_gives_its_right_back_to_the_terminal_once(hub: DirectHub) -> None:
    bring_products(hub.hub, a_product("A1"))
    till = hub.terminal()
    make_limited(hub)
    share(hub)
    used(till, "P1")
    for _ in range(2):
        rights(till, facts.RIGHTS_RELEASED, promise="P1")
    till.push()
    assert (free(hub).granted, free(hub).promised) == (ONE, 0)


def test_another_terminal_cannot_release_what_it_never_promised(hub: DirectHub) -> None:
    bring_products(hub.hub, a_product("A1"))
    one, two = hub.terminal("1"), hub.terminal("2")
    make_limited(hub)
    share(hub)
    used(one, "P1")
    one.push()
    rights(two, facts.RIGHTS_RELEASED, promise="P1")
    two.push()
    assert (free(hub).granted, free(hub).promised) == (ONE, ONE)


@pytest.mark.parametrize("handed_over_first", [False, True])
def test_goods_handed_over_by_another_terminal_end_the_promise_in_any_order(hub: DirectHub, handed_over_first: bool) -> None:
    bring_products(hub.hub, a_product("A1"))
    one, two = hub.terminal("1"), hub.terminal("2")
    make_limited(hub)
    share(hub)
    used(one, "P1")
    moved(two, -ONE, promise="P1", reason="handed_over")
    for till in (two, one) if handed_over_first else (one, two):
        till.push()
    there = free(hub)
    assert (there.on_hand, there.promised, there.granted) == (9 * ONE, 0, ONE)


def test_returned_rights_are_free_again_and_may_be_reserved(hub: DirectHub) -> None:
    bring_products(hub.hub, a_product("A1", stock={STORE: ONE}))
    till = hub.terminal()
    make_limited(hub)
    share(hub)
    assert isinstance(take(hub), Refusal)
    rights(till, facts.RIGHTS_RETURNED, reason="idle")
    till.push()
    assert isinstance(take(hub), Reservation)


def test_a_refusal_makes_the_hub_ask_for_rights_back_and_is_counted(hub: DirectHub) -> None:
    bring_products(hub.hub, a_product("A1", stock={STORE: 2 * ONE}))
    one = hub.terminal("1")
    make_limited(hub)
    rights(one, facts.RIGHTS_REFUSED, 80 * ONE, reason="ship", code="stock.no_right")  # it asks for much, so it gets all
    one.push()
    share(hub)
    assert granted(one)[KEY].level_milli == 2 * ONE
    two = hub.terminal("2")
    two.catch_up("device")
    rights(two, facts.RIGHTS_REFUSED, ONE, reason="ship", code="stock.no_right")
    two.push()
    share(hub)
    assert reclaimed(one)[KEY].keep_milli == ONE
    rights(one, facts.RIGHTS_RETURNED, reason="reclaimed")
    one.push()
    assert reclaimed(one) == {}
    share(hub)
    assert granted(two)[KEY].level_milli == ONE and granted(one)[KEY].level_milli == 2 * ONE
    assert free(hub).free == 0 and free(hub).granted == 2 * ONE


@pytest.mark.parametrize("received_first", [False, True])
def test_a_transfer_counts_once_whichever_half_comes_first(hub: DirectHub, received_first: bool) -> None:
    bring_products(hub.hub, a_product("A1", stock={STORE: 2 * ONE}))
    one, two = hub.terminal("1"), hub.terminal("2")
    make_limited(hub)
    share(hub)
    rights(one, facts.RIGHTS_TRANSFERRED, transfer="T1", to=two.dev)
    rights(two, facts.RIGHTS_RECEIVED, transfer="T1", from_dev=one.dev)
    first, second = (two, one) if received_first else (one, two)
    first.push()
    assert free(hub).free <= 0, "between the halves nothing seems to be free"
    second.push()
    assert (free(hub).granted, free(hub).in_transit, free(hub).free) == (2 * ONE, 0, 0)
    rights(two, facts.RIGHTS_RECEIVED, transfer="T1", from_dev=one.dev)
    two.push()
    assert free(hub).granted == 2 * ONE and open_tasks(hub) == []


def test_halves_of_a_transfer_that_differ_are_a_task(hub: DirectHub) -> None:
    bring_products(hub.hub, a_product("A1"))
    one, two = hub.terminal("1"), hub.terminal("2")
    rights(one, facts.RIGHTS_TRANSFERRED, ONE, transfer="T1", to=two.dev)
    rights(two, facts.RIGHTS_RECEIVED, 5 * ONE, transfer="T1", from_dev=one.dev)
    one.push()
    two.push()
    assert "rights.transfer_differs" in [kind for kind, _ in open_tasks(hub)]


def test_a_lost_terminal_s_rights_go_back_and_the_risk_is_said(hub: DirectHub) -> None:
    bring_products(hub.hub, a_product("A1", stock={STORE: ONE}))
    till = hub.terminal()
    make_limited(hub)
    share(hub)
    new_id = hub.hub.world.new_id
    risk = call(hub, lambda c: stock_accounts.write_off_rights(c, TENANT, till.dev, "900", hub.clock(), new_id))
    assert risk == {(STORE, "A1"): ONE}
    assert free(hub).free == ONE and share(hub, whole=True) >= 0 and free(hub).free == ONE, "it gets no new ones"
    assert granted(till)[KEY].level_milli == 0
    used(till, "P1")  # it was not lost, and had promised before it heard of it
    till.push()
    assert (free(hub).promised, free(hub).granted, free(hub).free) == (ONE, 0, 0)
    assert [kind for kind, _ in open_tasks(hub)] == ["rights.exceeded"]


def test_after_a_restore_the_terminal_s_word_is_what_it_holds(hub: DirectHub) -> None:
    bring_products(hub.hub, a_product("A1"))
    till = hub.terminal()
    make_limited(hub)
    share(hub)
    call(hub, lambda c: stock_accounts.take_report(c, TENANT, till.dev, {(STORE, "A1"): 4 * ONE}))
    assert free(hub).granted == 4 * ONE and granted(till)[KEY].level_milli == 4 * ONE
    call(hub, lambda c: stock_accounts.take_report(c, TENANT, till.dev, {}))
    assert free(hub).granted == 0


def test_over_a_right_is_marked_and_costs_no_right(hub: DirectHub) -> None:
    bring_products(hub.hub, a_product("A1"))
    till = hub.terminal()
    make_limited(hub)
    share(hub)
    used(till, "P1", over_right=True, approved_by="201")
    till.push()
    assert (free(hub).granted, free(hub).promised) == (ONE, ONE)
    assert [(kind, detail["approved_by"]) for kind, detail in open_tasks(hub)] == [("promise.over_right", "201")]


def test_a_sale_uses_up_the_right_that_the_till_holds(hub: DirectHub) -> None:
    bring_products(hub.hub, a_product("A1"))
    till = hub.terminal()
    make_limited(hub)
    share(hub)
    till.sale("A1", rights=[{"store": STORE, "article": "A1", "quantity": ONE}])
    till.push()
    there = free(hub)
    assert (there.on_hand, there.granted, there.promised, there.free) == (9 * ONE, 0, 0, 9 * ONE)


# reservations


def test_a_reservation_is_claimed_or_released_or_expires(hub: DirectHub) -> None:
    bring_products(hub.hub, a_product("A1", stock={STORE: 3 * ONE}))
    made = [take(hub, hours=2) for _ in range(3)]
    first, second, third = (one for one in made if isinstance(one, Reservation))
    assert free(hub).free == 0 and isinstance(take(hub), Refusal)
    assert call(hub, lambda c: reservations.claim(c, ASKER, first.id, hub.clock())).state == "claimed"
    assert call(hub, lambda c: reservations.release(c, ASKER, second.id, hub.clock())).state == "released"
    assert free(hub).free == ONE
    hub.clock.added_ms += 3 * HOUR_MS
    assert call(hub, lambda c: reservations.expire(c, TENANT, hub.clock())) == 1
    assert (free(hub).free, free(hub).reserved) == (2 * ONE, ONE)
    with pytest.raises(Exception, match=r"reservation\.over"):
        call(hub, lambda c: reservations.claim(c, ASKER, third.id, hub.clock()))
    assert call(hub, lambda c: reservations.claim(c, ASKER, first.id, hub.clock())).state == "claimed", "again is the same"


def test_a_claimed_reservation_keeps_its_goods_until_they_are_handed_over(hub: DirectHub) -> None:
    bring_products(hub.hub, a_product("A1", stock={STORE: ONE}))
    made, till = take(hub), hub.terminal()
    assert isinstance(made, Reservation)
    call(hub, lambda c: reservations.claim(c, ASKER, made.id, hub.clock()))
    assert free(hub).free == 0
    moved(till, -ONE, promise=made.id, reason="handed_over")
    till.push()
    assert (free(hub).on_hand, free(hub).reserved, free(hub).free) == (0, 0, 0)


def test_of_many_who_want_the_last_pieces_as_many_get_one_as_there_are(hub: DirectHub) -> None:
    bring_products(hub.hub, a_product("A1", stock={STORE: 3 * ONE}))
    hub.terminal()
    make_limited(hub)
    with ThreadPoolExecutor(8) as crowd:
        jobs = [crowd.submit(take, hub) for _ in range(12)] + [crowd.submit(share, hub, True) for _ in range(4)]
        answers = [job.result() for job in jobs]
    got = sum(isinstance(one, Reservation) for one in answers)
    assert got * ONE + free(hub).granted == 3 * ONE and free(hub).free == 0


def test_serial_goods_have_one_right_each_and_a_reservation_names_its_piece(hub: DirectHub) -> None:
    bring_products(hub.hub, a_product("A1", stock={}))
    till = hub.terminal()
    make_limited(hub, stock_class="serial")
    moved(till, 2 * ONE, serials=["S1", "S2"])
    till.push()
    share(hub)
    (right,) = granted(till)[KEY].serials
    assert right.partition("#")[0] in ("S1", "S2")
    made = take(hub)
    assert isinstance(made, Reservation)
    assert {right.partition("#")[0], *made.serials} == {"S1", "S2"}
    assert isinstance(take(hub), Refusal)
    rights(till, facts.RIGHTS_RETURNED, reason="idle", serials=[right])
    till.push()
    again = take(hub)
    assert isinstance(again, Reservation) and again.serials == [right.partition("#")[0]]


def test_reserved_goods_are_never_granted_only_reserved(hub: DirectHub) -> None:
    bring_products(hub.hub, a_product("A1"))
    till = hub.terminal()
    make_limited(hub, stock_class="reserved")
    rights(till, facts.RIGHTS_REFUSED, reason="ship", code="stock.reserved_only")
    till.push()
    share(hub, whole=True)
    assert granted(till) == {} and isinstance(take(hub), Reservation)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"quantity": 0}, "body.amount"),
        ({"quantity": -1000}, "body.amount"),
        ({"quantity": 10**15}, "body.amount"),
        ({"quantity": "one"}, "body.invalid"),
        ({"serials": ["S1", "S2"]}, "body.invalid"),
        ({"article": "A\0"}, "fact.unreadable"),
        ({"reason": "give away"}, "body.invalid"),
        ({"lease": -1}, "body.invalid"),
        ({"promise": None}, "body.invalid"),
    ],
)
def test_a_right_that_cannot_be_meant_is_held(hub: DirectHub, body: dict[str, object], reason: str) -> None:
    till = hub.terminal()
    used(till, "P1", milli=ONE)
    till.facts.clear()
    till.head = bytes(32)
    said = {"promise": "P1", "reason": "ship", "over_right": False, "approved_by": "", "lease": 0}
    fact_at(till, facts.RIGHTS_USED, {"store": STORE, "article": "A1", "quantity": ONE, "serials": [], **said, **body})
    assert [held.reason for held in till.push().held] == [reason]


def test_a_right_used_by_nobody_who_had_it_is_stored_counted_and_told(hub: DirectHub) -> None:
    bring_products(hub.hub, a_product("A1"))
    till = hub.terminal()
    used(till, str(uuid.uuid4()), 5 * ONE)
    assert till.push().held == []
    assert (free(hub).granted, free(hub).promised) == (0, 5 * ONE)
    assert [kind for kind, _ in open_tasks(hub)] == ["rights.exceeded"]
    make_limited(hub)
    share(hub)
    assert free(hub).granted > 0 and free(hub).free >= 0, "the next grant begins from what was used"


def test_what_follows_a_held_promise_waits_behind_it_and_others_flow(hub: DirectHub) -> None:
    bring_products(hub.hub, a_product("A1"))
    till, other = hub.terminal("1"), hub.terminal("2")
    used(till, "P1", reason="a reason of tomorrow")
    rights(till, facts.RIGHTS_RELEASED, promise="P1")
    used(till, "P2")
    assert [(held.seq, held.reason) for held in till.push().held] == [(1, "body.invalid"), (2, "queue.behind")]
    moved(other, -ONE, promise="P1", reason="handed_over")
    assert [held.reason for held in other.push().held] == ["queue.behind"]
    assert free(hub).promised == ONE
