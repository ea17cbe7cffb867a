"""Held facts: what is absurd, what waits behind what, and what is tried again."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from kiosk.domain.exceptions import LATE_MS
from kiosk.domain.facts import SALE_ABANDONED, SALE_COMPLETED, SHIFT_CLOSED, SHIFT_OPENED, Fact, read_fact
from kiosk.domain.holding import aggregate_of, receipt_of, worth_of
from kiosk.domain.identity import Moment, Place
from sync.hub import bodies, held
from sync.hub.held import Retried, Scope
from sync.hub.plausible import Limits, fault_of
from sync.hub.storage.schema_held import dead_letters, held_keys
from sync.protocol.messages import PushedFact, PushRequest, pack
from tests.sync.hub.support import DAY, STORE, FakeTerminal, RunningHub

MILLION_MINOR = 100_000_000


def _held(reply: Any) -> list[tuple[int, str]]:
    return [(one.seq, one.reason) for one in reply.held]


def _retry(hub: RunningHub, limits: Limits | None = None, scope: Scope = held.EVERYTHING) -> Retried:
    chosen = limits or hub.hub.settings.plausible
    return hub.hub.storage.call(lambda c: held.retry(c, chosen, hub.clock(), hub.hub.world.new_id, scope))


def _sales(till: FakeTerminal, day: str = DAY) -> int:
    return int(till.request("GET", f"/v1/report/day?store={STORE}&day={day}").json()["total"]["sales"])


# What is absurd


def test_a_sale_of_minus_a_million_is_stored_and_held_and_the_next_sale_counts(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale(price_minor=-MILLION_MINOR)
    till.sale()
    reply = till.push()
    assert reply.next_seq == 3 and _held(reply) == [(1, "absurd.amount")] and reply.held_count == 1
    assert abs(reply.held[0].since_ms - hub.clock()) < 60_000
    assert _sales(till) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"pieces": 10**6, "price_minor": 0}, "absurd.quantity"),
        ({"day": "1970-01-01"}, "absurd.day"),
        ({"day": "2999-12-31"}, "absurd.day"),
        ({"day": "yesterday"}, "absurd.day"),
        ({"total": 999}, "absurd.sum"),
        ({"rounding": 2}, "absurd.sum"),
        ({"deposit": 15_000_000}, "absurd.amount"),
        ({"tenders": [{"kind": "card", "amount": 10}]}, "absurd.sum"),
        ({"movements": [{"article": "A1", "store": STORE, "quantity_milli": -(10**12), "reason": "sale"}]}, "absurd.quantity"),
        ({"price_minor": 10_000_000}, ""),
        ({"price_minor": 10_000_001}, "absurd.amount"),
        ({"price_minor": -500}, ""),
    ],
)
def test_what_is_valid_and_absurd_is_held_with_its_reason_and_what_is_only_large_is_not(
    hub: RunningHub, change: dict[str, Any], reason: str
) -> None:
    till = hub.terminal()
    till.sale(**change)
    assert _held(till.push()) == ([(1, reason)] if reason else [])


def _fact(kind: str = SALE_COMPLETED, day: str = "2026-11-21", **body: Any) -> Fact:
    place = Place("t", "e", "b", "NL", "EUR", "nl", "S", "UTC", "01")
    return Fact("D", 1, 1, "i", kind, 1, place, "", day, Moment(0, 0, ""), 0, bytes(32), body)


def test_the_limits_of_the_days_are_where_the_settings_put_them() -> None:
    noon_ms = 1_795_262_400_000  # 2026-11-21 12:00 UTC
    limits = Limits(past_days=10, future_days=1)
    days = {"2026-11-11": True, "2026-11-10": False, "2026-11-22": True, "2026-11-23": False}
    for day, fits in days.items():
        assert (fault_of(_fact(SHIFT_OPENED, day, float=1), limits, noon_ms) is None) is fits, day


def test_other_limits_take_a_held_fact_in_and_it_is_counted_once(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale(price_minor=20_000_000)
    till.push()
    assert _retry(hub) == Retried(1, 0) and _sales(till) == 0
    wider = replace(hub.hub.settings.plausible, amount_minor=30_000_000)
    assert _retry(hub, wider) == Retried(1, 1) and _retry(hub, wider) == Retried(0, 0)
    assert _sales(till) == 1 and _held(till.push()) == []


# What waits behind what


def test_the_sales_of_a_shift_that_cannot_be_read_wait_behind_it_and_those_of_others_flow(
    hub: RunningHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    till, other = hub.terminal("1"), hub.terminal("2")
    with monkeypatch.context() as older:
        older.setattr(bodies, "SCHEMAS", {kind: 1 for kind in bodies.SCHEMAS if kind != SHIFT_OPENED})
        till.fact(SHIFT_OPENED, {"shift": "S", "number": 1, "float": 15_000})
        till.sale()
        till.sale(shift="another")
        other.sale()
        assert _held(till.push()) == [(1, "kind.unknown"), (2, "queue.behind")] and _held(other.push()) == []
    assert _sales(till) == 2
    assert _retry(hub) == Retried(2, 2), "the blocker goes first, and what waited behind it in the same round"
    assert _sales(till) == 3
    assert hub.hub.storage.call(lambda c: c.execute(select(held_keys)).all()) == []


def test_one_strange_sale_does_not_hold_back_the_others_of_its_shift(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale(total=1)
    till.sale()
    till.fact(SHIFT_CLOSED, {"shift": "S"})
    assert _held(till.push()) == [(1, "absurd.sum")]


def test_what_follows_on_a_held_cart_waits_in_a_later_push_too(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale(total=1, sale="cart-1")
    till.push()
    till.fact(SALE_ABANDONED, {"sale": "cart-1"})
    till.fact(SALE_ABANDONED, {"sale": "cart-2"})
    assert _held(till.push()) == [(1, "absurd.sum"), (2, "queue.behind")]


def test_the_same_shift_name_on_another_terminal_is_another_shift(hub: RunningHub) -> None:
    till, other = hub.terminal("1"), hub.terminal("2")
    till.fact(SHIFT_OPENED, {"shift": "S", "float": "much"})
    other.sale()
    till.push()
    assert _held(other.push()) == []


def test_a_round_of_one_store_leaves_the_others_alone(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale(total=1)
    till.push()
    assert _retry(hub, scope=Scope(store="UTR1")) == Retried(0, 0)
    assert _retry(hub, scope=Scope(store=STORE, dev=till.dev)) == Retried(1, 0)


def test_an_aggregate_is_read_from_any_body_also_of_a_kind_of_tomorrow() -> None:
    sale = aggregate_of(_fact(shift="S", sale="C", tickets=["T1", 7, "T2"]))
    assert sale.own == ("cart:D/1/C", "ticket:T1", "ticket:T2") and sale.after == ("shift:D/1/S",)
    assert aggregate_of(_fact("shift.counted", shift="S")).own == ("shift:D/1/S",)
    assert aggregate_of(_fact("order.picked", order="O", sale=7)).keys == ("order:O",)
    assert aggregate_of(_fact("clock.moved", back_ms=1)).keys == ()


def test_what_a_fact_is_worth_is_read_without_its_schema() -> None:
    bodies_: tuple[dict[str, Any], ...] = ({"total": -5}, {"float": 7}, {"total": True}, {"total": "x"})
    assert [worth_of(_fact(**body)) for body in bodies_] == [-5, 7, None, None]
    assert (receipt_of(_fact(receipt="R-1")), receipt_of(_fact(receipt=3))) == ("R-1", "")


def test_a_merge_patch_changes_parts_and_takes_parts_away() -> None:
    body = {"a": 1, "b": {"c": 2, "d": 3}, "e": [1, 2]}
    changed = held.merged(body, {"a": None, "b": {"c": 9}, "e": [3], "f": {"g": 1}})
    assert changed == {"b": {"c": 9, "d": 3}, "e": [3], "f": {"g": 1}}
    assert body == {"a": 1, "b": {"c": 2, "d": 3}, "e": [1, 2]}


# What is told


def test_the_answer_names_a_hundred_held_facts_and_counts_them_all(hub: RunningHub) -> None:
    till = hub.terminal()
    for _ in range(105):
        till.fact("sale.dreamt", {})
    reply = till.push()
    assert len(reply.held) == 100 and reply.held_count == 105 and reply.next_seq == 106


def test_bytes_that_a_terminal_did_not_sign_are_noted_once(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale()
    forged = PushedFact(b"forged", bytes(64))
    body = pack(PushRequest(till.dev, 1, 1, [forged]))
    for _ in range(2):
        assert till.request("POST", "/v1/push", body).status_code == 422
    (row,) = hub.hub.storage.call(lambda c: c.execute(select(dead_letters)).all())
    assert (row.store, row.terminal, row.seq, row.size) == (STORE, "01", 1, 6)
    assert read_fact(till.facts[0].data).seq == 1


def test_a_fact_that_is_held_for_a_day_is_counted_for_the_alarm(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale(total=1)
    till.push()
    since_ms = till.push([]).held[0].since_ms
    late = [hub.hub.storage.call(lambda c, at=since_ms + more: held.late_count(c, at)) for more in (LATE_MS - 1, LATE_MS)]  # type: ignore[misc]
    assert late == [0, 1]
