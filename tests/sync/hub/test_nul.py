"""NUL in what names something: refused with a sentence at every address, on both storages, and a fact with one stops nobody."""

import re
import uuid
from typing import Any

import msgspec
import pytest

from kiosk.domain.facts import STOCK_MOVED
from sync.hub import nul
from sync.hub.held import Scope, retry
from sync.hub.office_users import AddOfficeUser, add_office_user
from sync.hub.stock_operations import MakeConnectorKey, make_connector_key
from sync.protocol.messages import PushedFact, PushRequest, pack
from tests.sync.hub.office.test_pages import Browser
from tests.sync.hub.support import DAY, STORE, RunningHub

BAD = "A\x001"
HELD = {"id": BAD, "store": STORE, "article": "A1", "quantity": 1, "state": "held", "expires_ms": 1}
GETS = (
    "/v1/feed?scope=cat%00alog&cursor=0:0", "/v1/feed?scope=device&cursor=0:%000", "/v1/snapshot?scope=%00", "/v1/facts?dev=A%001",
    "/v1/report/day?store=AMS1%00&day=2026-12-01", "/v1/report/day?store=AMS1&day=2026-12-01%00", "/v1/help/A%001",
    "/v1/help/A1?known=%00", "/v1/receipts/A%001", "/v1/chunks/A%001", "/v1/pictures/A%001",
    "/v1/vouchers/A1/A%001", "/v1/vouchers/A%001/A1",
)  # fmt: skip
POSTS: tuple[tuple[str, object], ...] = (
    ("/v1/help", {"id": BAD, "reason": "product", "language": "nl"}),
    ("/v1/help", {"id": "A1", "reason": BAD, "language": "nl"}),
    ("/v1/help/A%001/delivered", None),
    ("/v1/help/A%001/answered", {"by": "x"}),
    ("/v1/help/A1/answered", {"by": BAD}),
    ("/v1/help/A1/cancelled", {"by": BAD}),
    ("/v1/addresses/find", {"country": "NL", "postcode": BAD, "house": "1"}),
    ("/v1/customers/find", {"number": BAD, "phone": ""}),
    ("/v1/customers/new", {"customer": {"number": "K1", "given": BAD}, "by": "1"}),
    ("/v1/orders/addresses", {"addresses": [{"key": BAD, "order": "o", "address": {"name": "x"}}]}),
    ("/v1/orders/find", {"name": BAD}),
    ("/v1/orders/signatures", {"signatures": [{"mark": BAD, "order": "o", "at_ms": 1, "strokes": ""}]}),
    ("/v1/staff/pin", {"number": BAD, "pin_hash": "x"}),
    ("/v1/reserve", {"store": STORE, "article": BAD, "quantity": 1000}),
    ("/v1/reserve", {"store": BAD, "article": "A1", "quantity": 1000}),
    ("/v1/reserve/A%001/claim", None),
    ("/v1/reserve/A%001/release", None),
    ("/v1/reserve/again", {"epoch": 0, "reservations": [HELD]}),
    ("/v1/renew", {"not_after_ms": 1, "more": BAD}),
    ("/v1/decommission", {"seq": 1, "head": "00", "given_up": {"by": BAD}}),
    ("/v1/backups/open", {"id": 1, "public": BAD, "to": ""}),
    ("/v1/enrol", {"code": BAD, "public_key": "x", "app": "a", "host": "h"}),
)  # fmt: skip
OTHER_BODY = {"/v1/push", "/v1/readmit", "/v1/held/retry", "/v1/rights/lease", "/v1/state"}
"""Addresses whose bodies hold no ids in JSON: a push and a certificate have tests of their own."""


PAGES = ("/r/{}/{}/{}/{}", "/r/{}/{}/{}/{}/pdf")
"""For people, who are told by a page that there is nothing."""


def code_of(answer: Any) -> str:
    """The refusal, which has a sentence."""
    assert answer.status_code == 400 and answer.json()["detail"], answer.text
    return str(answer.json()["code"])


def test_no_address_takes_a_nul(hub: RunningHub) -> None:
    till, kiosk = hub.terminal("1"), hub.terminal("9", "kiosk")
    for target in GETS:
        assert code_of(till.request("GET", target)) == "request.nul", target
    for target, body in POSTS:
        content = msgspec.json.encode(body) if body is not None else b""
        asker = kiosk if target == "/v1/help" else till
        answer = asker.request("POST", target, content, **{"Idempotency-Key": str(uuid.uuid4())})
        assert code_of(answer) == "request.nul", (target, body)


def test_no_receipt_has_a_nul_in_its_address(hub: RunningHub) -> None:
    for page in PAGES:
        for target in ("A%00,1,1,x", "A,1,1,x%00"):
            answer = hub.stranger().http.get(page.replace("{}", "%s") % tuple(target.split(",")))
            assert answer.status_code in (400, 404), (page, target)


def test_the_list_of_addresses_above_is_whole(hub: RunningHub) -> None:
    known = {re.sub(r"A%001|A1", "{}", target.partition("?")[0]) for target in (*GETS, *(target for target, _ in POSTS))}
    document = hub.stranger().http.get("/v1/openapi.json").json()
    shop = "/shop/v1/"  # has a test of its own
    paths = {re.sub(r"{\w+}", "{}", path) for path in document["paths"] if not path.startswith(shop)}
    assert paths - known - OTHER_BODY <= {"/v1/hello", "/v1/backups/key", "/", *PAGES}, paths - known


def test_a_push_in_the_name_of_a_nul_is_refused(hub: RunningHub) -> None:
    till = hub.terminal()
    sale = till.sale()
    body = pack(PushRequest(BAD, 1, 1, [PushedFact(sale.data, sale.signature)]))
    assert code_of(till.request("POST", "/v1/push", body)) == "request.nul"


def test_a_connector_is_refused_a_nul_too(hub: RunningHub) -> None:
    key = make_connector_key(hub.hub, MakeConnectorKey("webshop")).key
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "k"}
    body = msgspec.json.encode({"store": STORE, "article": BAD, "quantity": 1000})
    assert code_of(hub.stranger().http.post("/v1/reserve", content=body, headers=headers)) == "request.nul"


def test_no_office_page_takes_a_nul(hub: RunningHub) -> None:
    ann = Browser(hub)
    assert ann.sign_in("a\x00", "x").status_code == 400
    assert ann.sign_in("ann", add_office_user(hub.hub, AddOfficeUser("ann")).password).status_code == 200
    for path in ("/office/terminal/A%001", "/office?find=%00", "/office/queue?store=%00"):
        answer = ann.http.get(path)
        assert answer.status_code == 400 and "NUL" in answer.text, path
    for fields in ({"id": "held:A\x00/x/1/1"}, {"id": "x", "note": "\x00"}, {"id": "x", "patch": "\x00"}, {"action": "\x00"}):
        assert ann.post("/office/queue", **fields).status_code == 400
    assert ann.post("/office/retry", store="\x00").status_code == 400
    ann.http.close()


@pytest.mark.parametrize(
    "more",
    [
        {"day": f"{DAY}\x00"}, {"receipt": BAD}, {"tickets": [BAD]}, {"shift": BAD}, {"sale": BAD}, {"fiscal": {BAD: BAD}},
        {"movements": [{"article": BAD, "store": STORE, "quantity_milli": -1000, "reason": "sale"}]},
    ],
)  # fmt: skip
def test_a_signed_fact_with_a_nul_is_held_and_stops_neither_the_next_nor_a_retry(hub: RunningHub, more: dict[str, Any]) -> None:
    till = hub.terminal()
    till.sale(**more)
    till.fact(STOCK_MOVED, {"location": STORE, "reason": "x", "lines": [{"article": BAD, "quantity": 1}], "promise": BAD})
    till.fact(f"kind{BAD}", {})
    till.sale()
    reply = till.push()
    assert reply.next_seq == 5 and [held.reason for held in reply.held] == ["fact.unreadable"] * 3
    limits, world = hub.hub.settings.plausible, hub.hub.world
    done = hub.hub.storage.call(lambda c: retry(c, limits, world.now_ms(), world.new_id, Scope()))
    assert (done.tried, done.projected) == (3, 0)
    assert till.request("GET", f"/v1/report/day?store={STORE}&day={DAY}").json()["total"]["sales"] == 1


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (rb'"a\u0000b"', True), (rb'"\u0000"', True), (rb'"\\u0000"', False), (rb'"\\\u0000"', True),
        (rb'"\\\\u0000"', False), (rb'"u0000"', False),
    ],
)  # fmt: skip
def test_only_a_nul_is_taken_for_one(data: bytes, found: bool) -> None:
    assert nul.in_json(data) is found and ("\0" in msgspec.json.decode(data)) is found
