"""Goods that come back, over all stores: every till hears of it, nothing is refused, and twice becomes a task (step_0011)."""

from typing import Any

import msgspec

from kiosk.domain.facts import SALE_COMPLETED, SALE_VOIDED
from tests.sync.hub.support import DAY, OTHER_STORE, FakeTerminal, RunningHub


def _back(till: FakeTerminal, receipt: str, pieces: int = 1, *, sold: int = 1, kind: str = SALE_COMPLETED) -> None:
    """Take goods of a receipt back, as the till would write it; `kind` sale.voided undoes such a return."""
    sign = -1 if kind == SALE_COMPLETED else 1
    body: dict[str, Any] = till.sale_body("A1", sign * pieces, 1000)
    till.number += 1
    body["receipt"] = f"{till.place.store}-{till.place.terminal}-A-{till.number:06d}"
    body["movements"] = [{**one, "reason": "returned"} for one in body["movements"]]
    body["lines"][0]["returned"] = {
        "receipt": receipt, "line": 1, "ground": "goodwill", "reason": "", "condition": "as_new", "to_stock": True,
        "rate_bp": 2100, "sold": sold * 1000, "approved_by": "",
    }  # fmt: skip
    if kind == SALE_VOIDED:
        body["void"] = {"receipt": "AMS1-01-A-000002"}
    till.fact(kind, body)


def _tasks(hub: RunningHub) -> list[dict[str, Any]]:
    found = hub.hub.storage.call(lambda c: c.exec_driver_sql("select kind, detail from tasks order by at_ms").all())
    return [msgspec.json.decode(detail) for kind, detail in found if kind == "return.twice"]


def _told(till: FakeTerminal, receipt: str) -> dict[str, int]:
    row = till.catch_up("device").get(("returned", f"{receipt}|1"))
    return dict(msgspec.json.decode(row)["by"]) if row else {}


def test_the_other_till_of_the_store_hears_what_came_back(hub: RunningHub) -> None:
    one, two = hub.terminal("1"), hub.terminal("2")
    one.sale(pieces=3)
    receipt = "AMS1-01-A-000001"
    _back(one, receipt, 2, sold=3)
    one.push()
    assert _told(two, receipt) == {one.dev: 2_000}
    _back(two, receipt, 1, sold=3)
    two.push()
    assert _told(one, receipt) == {one.dev: 2_000, two.dev: 1_000}
    assert _tasks(hub) == [], "all three came back, and none twice"


def test_a_piece_that_came_back_at_two_tills_is_a_task_with_both(hub: RunningHub) -> None:
    one, two = hub.terminal("1"), hub.terminal("2")
    one.sale()
    for till in (one, two):  # cut off from one another, both gave the money back
        _back(till, "AMS1-01-A-000001")
    one.push()
    two.push()
    (task,) = _tasks(hub)
    assert (task["receipt"], task["returned_milli"], task["sold_milli"]) == ("AMS1-01-A-000001", 2_000, 1_000)
    assert task["by"] == sorted([one.dev, two.dev])


def test_the_store_that_sold_hears_of_what_another_store_took_back(hub: RunningHub) -> None:
    here, there = hub.terminal("1"), hub.terminal("1", store=OTHER_STORE)
    here.sale()
    here.push()
    _back(there, "AMS1-01-A-000001")
    there.push()
    assert _told(here, "AMS1-01-A-000001") == {there.dev: 1_000}


def test_the_same_push_again_counts_nothing_twice(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale()
    _back(till, "AMS1-01-A-000001")
    till.push()
    till.push()
    assert _told(till, "AMS1-01-A-000001") == {till.dev: 1_000} and _tasks(hub) == []


def test_a_voided_return_gives_the_goods_out_again(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale()
    _back(till, "AMS1-01-A-000001")
    _back(till, "AMS1-01-A-000001", kind=SALE_VOIDED)
    till.push()
    assert _told(till, "AMS1-01-A-000001") == {till.dev: 0}
    report = till.request("GET", f"/v1/report/day?store={till.place.store}&day={DAY}").json()
    assert (report["total"]["sales"], report["total"]["gross"], _tasks(hub)) == (2, 1000, [])


def test_a_voided_sale_is_back_as_a_whole_for_every_till(hub: RunningHub) -> None:
    one, two = hub.terminal("1"), hub.terminal("2")
    one.sale(pieces=2)
    body = one.sale_body("A1", -2, 1000)
    one.number += 1
    one.fact(SALE_VOIDED, {**body, "receipt": f"AMS1-01-A-{one.number:06d}", "void": {"receipt": "AMS1-01-A-000001"}})
    one.push()
    assert _told(two, "AMS1-01-A-000001") == {one.dev: 2_000} and _tasks(hub) == []


def test_a_return_that_does_not_say_what_of_is_held_and_stops_nothing(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale()
    for strange in ({"receipt": 7, "line": 1, "sold": 1}, {"line": 1}, {"receipt": "R", "line": "one", "sold": 1}, "all"):
        body = till.sale_body("A1", -1, 1000)
        body["lines"][0]["returned"] = strange
        till.fact(SALE_COMPLETED, body)
    till.fact(SALE_VOIDED, till.sale_body("A1", -1, 1000))
    till.sale()
    reply = till.push()
    assert reply.next_seq == 8 and len(reply.held) == 5 and _tasks(hub) == []
