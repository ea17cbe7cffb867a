"""A receipt of another till: found among many facts by its number, with what came back of it, and only within the tenant."""

import msgspec

from kiosk.domain.facts import DRAWER_OPENED, SALE_COMPLETED, read_fact
from sync.protocol.messages import ReceiptReply, unpack
from tests.sync.hub.support import OTHER_STORE, FakeTerminal, RunningHub


def _ask(till: FakeTerminal, number: str) -> ReceiptReply:
    reply = till.request("GET", f"/v1/receipts/{number}")
    assert reply.status_code == 200, reply.text
    return unpack(reply.content, ReceiptReply)


def test_each_of_many_receipts_is_found_among_other_facts(hub: RunningHub) -> None:
    till, other = hub.terminal("1"), hub.terminal("2")
    for n in range(40):
        for _ in range(n % 4):
            till.fact(DRAWER_OPENED, {"reason": "change"})
        till.sale(price_minor=100 + n)
    till.push()
    for n in range(40):
        number = f"AMS1-01-A-{n + 1:06d}"
        fact = read_fact(_ask(other, number).data)
        assert (fact.kind, fact.body["receipt"], fact.body["total"]) == (SALE_COMPLETED, number, 100 + n)


def test_what_the_hub_does_not_know_is_empty_and_no_fault(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale()
    till.push()
    strange = ("NOWHERE-01-A-000001", "42", "x" * 300, "A-A-ZZZZZZZZZ-1")
    for number in ("AMS1-01-A-000099", "AMS1-01-B-000001", "AMS1-09-A-000001", *strange):
        assert _ask(till, number) == ReceiptReply(b"", [])


def test_another_store_of_the_tenant_is_told_with_what_came_back_so_far(hub: RunningHub) -> None:
    here, there = hub.terminal("1"), hub.terminal("1", store=OTHER_STORE)
    here.sale(pieces=2)
    back = here.sale_body("A1", -1, 1000)
    here.number += 1
    back["receipt"] = f"AMS1-01-A-{here.number:06d}"
    back["lines"][0]["returned"] = {
        "receipt": "AMS1-01-A-000001", "line": 1, "ground": "goodwill", "reason": "", "condition": "as_new", "to_stock": True,
        "rate_bp": 2100, "sold": 2000, "approved_by": "",
    }  # fmt: skip
    here.fact(SALE_COMPLETED, back)
    here.push()
    reply = _ask(there, "AMS1-01-A-000001")
    assert msgspec.to_builtins(reply.returned) == [[1, here.dev, 1_000]] or reply.returned == [(1, here.dev, 1_000)]


def test_nobody_without_a_terminals_key_is_told(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale()
    till.push()
    assert till.http.get("/v1/receipts/AMS1-01-A-000001").status_code in (401, 403)
