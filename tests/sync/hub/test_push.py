"""Taking facts in: the five cases of the chain, what is held, what is refused, and what follows from a sale."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from kiosk.domain.catalog import StockLevel
from kiosk.domain.facts import DRAWER_OPENED, SHIFT_OPENED, SealedFact
from sync.hub import durable
from sync.hub.storage.schema import facts, forks
from sync.protocol.messages import PushedFact, PushRequest, pack
from tests.sync.hub.support import DAY, OTHER_STORE, STORE, RunningHub, a_product, bring_products


def _stored(hub: RunningHub) -> int:
    return hub.hub.storage.call(lambda c: c.scalar(select(func.count()).select_from(facts)) or 0)


def test_facts_in_order_are_stored_and_the_reply_says_where_to_go_on(hub: RunningHub) -> None:
    till = hub.terminal()
    for _ in range(3):
        till.sale()
    reply = till.push()
    assert (reply.next_seq, reply.head, reply.held, reply.forked) == (4, till.head, [], False)
    assert reply.epoch == 1 and reply.durable_seq == 0


def test_the_same_facts_again_change_nothing_and_get_the_same_answer(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale()
    till.sale()
    first, again = till.push(), till.push()
    assert msgspec.structs.replace(first, time_ms=0) == msgspec.structs.replace(again, time_ms=0)
    assert _stored(hub) == 2
    report = till.request("GET", f"/v1/report/day?store={STORE}&day={DAY}").json()
    assert report["total"]["sales"] == 2


def test_a_push_that_overlaps_stores_only_what_is_new(hub: RunningHub) -> None:
    till = hub.terminal()
    for _ in range(4):
        till.sale()
    till.push(till.facts[:3])
    assert till.push(till.facts[1:]).next_seq == 5
    assert _stored(hub) == 4


def test_a_push_that_is_too_far_ahead_stores_nothing_and_is_told_where_to_start(hub: RunningHub) -> None:
    till = hub.terminal()
    for _ in range(4):
        till.sale()
    till.push(till.facts[:1])
    assert till.push(till.facts[2:]).next_seq == 2
    assert _stored(hub) == 1


def _clone_sells_differently(hub: RunningHub) -> tuple[SealedFact, SealedFact]:
    """A terminal pushes one sale, and a clone of it another under the same number."""
    till = hub.terminal()
    mine = till.sale(price_minor=1000)
    till.push()
    till.facts, till.head = [], bytes(32)
    other = till.sale(price_minor=2000)
    reply = till.push()
    assert reply.forked and reply.next_seq == 2 and reply.head == mine.hash
    return mine, other


def test_another_fact_under_a_known_number_is_kept_too_and_marks_the_terminal(hub: RunningHub) -> None:
    mine, other = _clone_sells_differently(hub)
    kept = hub.hub.storage.call(lambda c: [bytes(row.data) for row in c.execute(select(forks.c.data))])
    assert kept == [other.data] and other.data != mine.data
    assert _stored(hub) == 1


def test_later_facts_of_a_forked_terminal_are_stored_and_held(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale()
    till.push()
    kept_facts, kept_head = till.facts, till.head
    till.facts, till.head = [], bytes(32)
    till.sale(price_minor=2000)
    till.push()
    till.facts, till.head = kept_facts, kept_head
    till.sale()
    reply = till.push()
    assert reply.next_seq == 3
    assert [(held.seq, held.reason) for held in reply.held] == [(2, "device.forked")]
    report = till.request("GET", f"/v1/report/day?store={STORE}&day={DAY}").json()
    assert report["total"]["sales"] == 1 and report["held"] == 1 and report["forked"] == ["01"]


def test_a_next_fact_that_points_at_another_past_is_a_fork(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale()
    till.push()
    till.head = bytes([7]) * 32
    till.sale()
    reply = till.push(till.facts[1:])
    assert reply.forked and reply.next_seq == 2


@pytest.mark.parametrize(
    ("kind", "body", "schema", "reason"),
    [
        ("sale.dreamt", {}, 1, "kind.unknown"),
        (SHIFT_OPENED, {"float": 100}, 2, "schema.newer"),
        (SHIFT_OPENED, {"float": "much"}, 1, "body.invalid"),
        (SHIFT_OPENED, {}, 1, "body.invalid"),
    ],
)
def test_what_cannot_be_projected_is_held_and_does_not_stop_what_follows(
    hub: RunningHub, kind: str, body: dict[str, object], schema: int, reason: str
) -> None:
    till = hub.terminal()
    till.fact(kind, body, schema=schema)
    till.sale()
    reply = till.push()
    assert reply.next_seq == 3
    assert [(held.seq, held.reason) for held in reply.held] == [(1, reason)]
    report = till.request("GET", f"/v1/report/day?store={STORE}&day={DAY}").json()
    assert report["total"]["sales"] == 1 and report["held"] == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"total": "ten"}, "body.invalid"),
        ({"total": 10**13}, "body.amount"),
        ({"lines": None}, "body.invalid"),
        ({"tenders": [{"kind": [], "amount": 1}]}, "body.invalid"),
        ({"movements": [{"article": "A1", "store": OTHER_STORE, "quantity_milli": 1, "reason": "sale"}]}, "body.store"),
        ({"movements": [{"article": "A1", "quantity_milli": 1}]}, "body.invalid"),
    ],
)
def test_a_sale_with_a_strange_body_is_held(hub: RunningHub, change: dict[str, Any], reason: str) -> None:
    till = hub.terminal()
    till.sale(**change)
    assert [held.reason for held in till.push().held] == [reason]


def test_authentic_bytes_that_are_no_fact_are_held_under_their_place(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale()
    data = b'{"v":2}'
    signature = till.key.sign(hashlib.sha256(data).digest())
    body = pack(PushRequest(till.dev, 1, 1, [PushedFact(till.facts[0].data, till.facts[0].signature), PushedFact(data, signature)]))
    assert till.request("POST", "/v1/push", body).status_code == 200
    reply = till.push(till.facts)
    assert reply.next_seq == 3 and [held.reason for held in reply.held] == ["fact.unreadable"]


def test_a_forged_fact_is_refused_put_aside_and_what_came_before_it_is_stored(hub: RunningHub) -> None:
    till = hub.terminal()
    good, forged = till.sale(), till.sale()
    bad = SealedFact(forged.seq, forged.data, forged.hash, bytes(64))
    assert till.push([good, bad]).next_seq == 2
    refused = till.push_raw([bad])
    assert refused.status_code == 422 and refused.json()["code"] == "fact.signature"
    assert forged.data in (hub.hub.folder.path / "dead-letters").read_bytes()
    assert _stored(hub) == 1


def test_a_terminal_may_bring_the_facts_of_another_of_its_store_only(hub: RunningHub) -> None:
    till, peer, stranger = hub.terminal("1"), hub.terminal("2"), hub.terminal("1", store=OTHER_STORE)
    till.sale()
    body = pack(PushRequest(till.dev, 1, 1, [PushedFact(fact.data, fact.signature) for fact in till.facts]))
    refused = stranger.request("POST", "/v1/push", body)
    assert refused.status_code == 403 and refused.json()["code"] == "device.store"
    assert peer.request("POST", "/v1/push", body).status_code == 200
    assert _stored(hub) == 1


def test_sales_take_stock_away_under_one_revision_for_each_push(hub: RunningHub) -> None:
    bring_products(hub.hub, a_product("A1"), a_product("A2"))
    till, other = hub.terminal(), hub.terminal(store=OTHER_STORE)
    other.catch_up("catalog")
    before = other.cursors["catalog"].rev
    for _ in range(3):
        till.sale("A1", 2)
    till.sale("A2", 1)
    till.push()
    reply = other.feed("catalog")
    assert [transaction.rev for transaction in reply.transactions] == [before + 1]
    levels = [msgspec.json.decode(row.payload, type=StockLevel) for row in reply.transactions[0].rows]
    assert {(level.article, level.store, level.on_hand_milli) for level in levels} == {
        ("A1", STORE, 4_000),
        ("A2", STORE, 9_000),
    }
    other.apply(reply)


def test_facts_that_move_no_goods_publish_nothing(hub: RunningHub) -> None:
    till = hub.terminal()
    till.catch_up("catalog")
    before = till.cursors["catalog"].rev
    till.fact(DRAWER_OPENED, {"reason": "change"})
    till.push()
    assert till.feed("catalog").rev_to == before


def test_a_ticket_taken_twice_closes_once_and_becomes_a_task(hub: RunningHub) -> None:
    one, two = hub.terminal("1"), hub.terminal("2")
    one.sale(tickets=["T1"])
    two.sale(tickets=["T1"])
    one.push()
    two.push()
    rows = one.catch_up("device")
    assert msgspec.json.decode(rows["ticket", "T1"]) == {"ticket": "T1", "receipt": "AMS1-01-A-000001"}
    assert ("ticket", "T1") not in hub.terminal(store=OTHER_STORE).catch_up("device")
    found = hub.hub.storage.call(lambda c: c.exec_driver_sql("select kind, detail from tasks").all())
    assert [(kind, msgspec.json.decode(detail)["again"]) for kind, detail in found] == [
        ("ticket.used_twice", "AMS1-02-A-000001")
    ]


def test_a_single_coupon_is_told_to_the_tills_of_its_store_and_its_second_use_becomes_a_task(hub: RunningHub) -> None:
    one, two = hub.terminal("1"), hub.terminal("2")
    for till in (one, two):
        till.sale(coupons_once=["coupon:WELKOM1"])
        till.push()
    assert ("ticket", "coupon:WELKOM1") in one.catch_up("device")
    ((kind, detail),) = hub.hub.storage.call(lambda c: c.exec_driver_sql("select kind, detail from tasks").all())
    assert (kind, msgspec.json.decode(detail)["ticket"]) == ("ticket.used_twice", "coupon:WELKOM1")


def test_a_single_coupon_that_two_stores_took_is_a_task_of_the_second_and_each_store_hears_of_its_own(hub: RunningHub) -> None:
    here, there = hub.terminal("1"), hub.terminal("1", store=OTHER_STORE)
    for till in (here, there):
        till.sale(coupons_once=["coupon:WELKOM1"])
        till.push()
        assert ("ticket", "coupon:WELKOM1") in till.catch_up("device")
    found = hub.hub.storage.call(lambda c: c.exec_driver_sql("select store, kind, detail from tasks").all())
    told = {"ticket": "coupon:WELKOM1", "first": "AMS1-01-A-000001", "again": f"{OTHER_STORE}-01-A-000001"}
    assert [(store, kind, msgspec.json.decode(detail)) for store, kind, detail in found] == [
        (OTHER_STORE, "ticket.used_twice", told)
    ]


def test_a_return_machines_slip_that_two_tills_paid_is_told_to_the_store_and_becomes_a_task(hub: RunningHub) -> None:
    one, two = hub.terminal("1"), hub.terminal("2")
    for till in (one, two):
        till.sale(coupons_once=["deposit:9812000703451"])
        till.push()
    rows = one.catch_up("device")
    assert msgspec.json.decode(rows["ticket", "deposit:9812000703451"])["receipt"] == "AMS1-01-A-000001"
    found = hub.hub.storage.call(lambda c: c.exec_driver_sql("select kind, detail from tasks").all())
    told = {"code": "9812000703451", "first": "AMS1-01-A-000001", "again": "AMS1-02-A-000001"}
    assert [(kind, msgspec.json.decode(detail)) for kind, detail in found] == [("deposit.used_twice", told)]


def test_what_a_verified_backup_holds_is_durable_and_the_mark_never_goes_back(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale()
    till.sale()
    till.push()
    kept = hub.hub.storage.call(durable.positions)
    till.sale()
    assert till.push().durable_seq == 0
    hub.hub.storage.call(lambda connection: durable.mark(connection, kept))
    assert (till.push().durable_seq, till.push().next_seq) == (2, 4)
    hub.hub.storage.call(lambda connection: durable.mark(connection, dict.fromkeys(kept, 2)))
    assert till.push().durable_seq == 2


def test_pushes_of_many_terminals_at_once_are_all_stored_and_each_has_its_own_answer(hub: RunningHub) -> None:
    bring_products(hub.hub, a_product("A1", stock={STORE: 1_000_000}))
    tills = [hub.terminal(str(place)) for place in range(1, 9)]
    for place, till in enumerate(tills):
        for _ in range(place + 1):
            till.sale("A1")
    with ThreadPoolExecutor(len(tills)) as threads:
        replies = list(threads.map(lambda till: till.push(), tills))
    assert [(reply.next_seq, reply.head) for reply in replies] == [(place + 2, till.head) for place, till in enumerate(tills)]
    level = msgspec.json.decode(tills[0].catch_up("catalog")["stock", f"A1|{STORE}"], type=StockLevel)
    assert level.on_hand_milli == 1_000_000 - 36_000
