"""What comes back of web orders and by web labels: announced by number, received at a till, its money asked of the shop."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from kiosk.domain import facts
from kiosk.domain.orderevents import NO_FENCE, OrderEvent
from kiosk.domain.orderfacts import moved_body, paid_body
from kiosk.domain.orderlife import DELIVERED, PACKED, PICKING, RETURNED, SHIPPED, STORE, SYSTEM
from kiosk.domain.ordermoney import OrderPayment
from kiosk.domain.returning import is_return_number
from sync.hub import orders
from sync.hub.orders import Made
from sync.hub.storage.schema import tasks as tasks_table
from sync.protocol.messages import FindOrder, OrdersReply, unpack
from tests.sync.hub.shop.support import OTHER_BRAND, WebShop, gather, give_key, web_shop
from tests.sync.hub.support import STORE as HERE
from tests.sync.hub.support import TENANT, FakeTerminal, RunningHub, a_product, bring_products

HOME = {
    "name": "Zoë de Wit", "email": "zoe@example.com", "postcode": "1012js", "house": "1a", "street": "Dam", "city": "Amsterdam",
}  # fmt: skip
TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def till(shops: RunningHub) -> Iterator[FakeTerminal]:
    """A till of the brand, and goods of this module's own."""
    bring_products(shops.hub, a_product("CB1", 1_000, line=7, stock={HERE: 500_000}))
    made = shops.terminal("41")
    yield made
    made.close()


def delivered(shops: RunningHub, web: WebShop, till: FakeTerminal, reference: str) -> dict[str, Any]:
    """A web order of two pieces that were paid in the shop, sent by the store and have arrived."""
    cost = web.read("delivery")["cost_minor"] if web.read("delivery")["free_from_minor"] > 2_000 else 0
    wish = {
        "reference": reference, "total_minor": 2_000 + cost, "person": HOME, "ways": [{"kind": "ship"}],
        "content": {"lines": [{"article": "CB1", "quantity_milli": 2_000}]},
        "payments": [{"kind": "ideal", "amount_minor": 2_000 + cost, "reference": f"tr-{reference}"}],
    }  # fmt: skip
    made: dict[str, Any] = web.done("POST", "orders", wish)
    order, now = made["id"], shops.hub.world.now_ms()
    state = shops.hub.storage.look(lambda c: orders.find(c, TENANT, order))
    assert state is not None and state.known.state is not None
    (fence,) = state.known.state.lines[1].places
    steps = [
        OrderEvent("", order, 1, step, before, 2_000, now, STORE, fence) for step, before in ((PACKED, PICKING), (SHIPPED, PACKED))
    ]
    till.fact(facts.ORDER_MOVED, moved_body(order, steps))
    till.push()
    arrived = OrderEvent(f"{order}/there", order, 1, DELIVERED, SHIPPED, 2_000, now, SYSTEM, fence)
    shops.hub.storage.call(lambda c: orders.move(c, TENANT, order, [arrived], Made(now, shops.hub.world.new_id)))
    return made


def taken_back(till: FakeTerminal, made: dict[str, Any], minor: int) -> None:
    """The till tells that one piece came back, and its money to the payment of the shop."""
    event = OrderEvent("", made["id"], 1, RETURNED, DELIVERED, 1_000, 0, STORE, NO_FENCE, ground="withdrawal")
    till.fact(facts.ORDER_MOVED, moved_body(made["id"], [event]))
    out = OrderPayment("", 0, "ideal", -minor, reference=f"tr-{made['reference']}")
    till.fact(facts.ORDER_PAID, paid_body(made["id"], [out]))
    till.push()


def asked(web: WebShop, made: dict[str, Any], state: str = "asked") -> list[dict[str, Any]]:
    """The requests for an order in a state."""
    return [one for one in web.read(f"refunds?standing_as={state}")["refunds"] if one["order"] == made["id"]]


def tasks(shops: RunningHub, words: str) -> list[str]:
    """The kinds of open tasks that say something."""
    at = tasks_table.c
    query = select(at.kind).where(at.tenant == TENANT, at.done_ms == 0, at.detail.contains(words))
    return list(shops.hub.storage.look(lambda c: c.scalars(query).all()))


def test_money_that_a_till_gave_back_is_asked_of_the_shop_once_by_an_event_and_in_a_list(
    shops: RunningHub, web: WebShop, till: FakeTerminal
) -> None:
    made = delivered(shops, web, till, "CB-1")
    gather(shops.hub)
    cursor = web.read("events")["next"]
    taken_back(till, made, 1_000)
    gather(shops.hub)
    told = [one for one in web.read(f"events?cursor={cursor}")["events"] if one["kind"] == "refund.requested"]
    (request,) = asked(web, made)
    assert [(one["subject"], one["data"]["refund"], one["data"]["amount_minor"]) for one in told] == [
        (made["id"], request["id"], 1_000)
    ]
    assert (request["kind"], request["payment"], request["reference"]) == ("ideal", "tr-CB-1", "CB-1")
    gather(shops.hub)
    again = [one for one in web.read(f"events?cursor={cursor}")["events"] if one["kind"] == "refund.requested"]
    assert len(again) == 1, "told once"
    standing = web.read(f"orders/{made['id']}")
    assert standing["lines"][0]["states"] == {"delivered": 1_000, "returned": 1_000} and standing["to_give_back_minor"] == 0


def test_a_refund_is_settled_once_and_one_that_failed_is_a_task_until_it_is_done(
    shops: RunningHub, web: WebShop, till: FakeTerminal
) -> None:
    made = delivered(shops, web, till, "CB-2")
    taken_back(till, made, 1_000)
    (request,) = asked(web, made)
    path = f"refunds/{request['id']}/settle"
    assert web.send("POST", path, {"done": False}).json()["code"] == "request.argument"
    failed = web.done("POST", path, {"done": False, "note": "the account is closed"})
    assert (failed["state"], failed["note"]) == ("failed", "the account is closed")
    assert web.done("POST", path, {"done": False, "note": "again"}) == failed
    assert asked(web, made) == [] and asked(web, made, "failed")[0]["id"] == request["id"]
    assert tasks(shops, "the account is closed") == ["refund.failed"]
    done = web.done("POST", path, {"done": True})
    assert done["state"] == "done" and done["settled_ms"] > 0
    assert not tasks(shops, "the account is closed")
    assert web.send("POST", path, {"done": False, "note": "no"}).json()["code"] == "shop.settled"
    assert web.send("POST", "refunds/none/settle", {"done": True}).status_code == 404
    assert web.get("refunds?standing_as=lost").json()["code"] == "request.argument"


def test_another_brand_sees_and_settles_nothing_of_it(shops: RunningHub, web: WebShop, till: FakeTerminal) -> None:
    made = delivered(shops, web, till, "CB-3")
    taken_back(till, made, 1_000)
    (request,) = asked(web, made)
    other = web_shop(shops, give_key(shops.hub, OTHER_BRAND))
    assert other.read("refunds") == {"refunds": []}
    assert other.send("POST", f"refunds/{request['id']}/settle", {"done": True}).status_code == 404
    number = web.done("POST", f"orders/{made['id']}/returns", {"lines": [{"line": 1}]})["number"]
    assert other.get(f"returns/{number}").status_code == 404 and other.get(f"returns/{number}/label").status_code == 404


def find(till: FakeTerminal, number: str) -> OrdersReply:
    """What a till is told of a number."""
    return unpack(till.post("/v1/orders/find", FindOrder(number=number)).content, OrdersReply)


def test_an_announced_return_of_an_order_opens_at_a_till_by_its_number_and_ends_with_the_sale_that_took_it_in(
    shops: RunningHub, web: WebShop, till: FakeTerminal
) -> None:
    made = delivered(shops, web, till, "CB-4")
    said = web.done("POST", f"orders/{made['id']}/returns", {"lines": [{"line": 1, "quantity_milli": 1_000}]})
    number = said["number"]
    assert is_return_number(number) and web.read(f"returns/{number}")["received_ms"] == 0
    label = web.get(f"returns/{number}/label")
    assert label.headers["content-type"].startswith("image/svg+xml") and number in label.text
    told = find(till, number.lower())
    assert (len(told.orders), told.receipt, told.announced, told.lines, told.ground) == (1, "", number, [(1, 1_000)], "withdrawal")
    assert b"Wit" not in told.orders[0] and find(till, "RT-2222222222") == OrdersReply([])
    assert tasks(shops, number) == ["order.return_announced"]
    gather(shops.hub)
    cursor = web.read("events")["next"]
    sale = till.sale_body("CB1", 1, 1_000)
    back = {"receipt": "", "line": 1, "sold": 2_000, "order": "CB-4", "announced": number}
    sale["lines"][0] |= {"returned": back}
    till.fact(facts.SALE_COMPLETED, sale, schema=2)
    till.push()
    gather(shops.hub)
    assert not tasks(shops, number) and web.read(f"returns/{number}")["received_ms"] > 0
    events = [one for one in web.read(f"events?cursor={cursor}")["events"] if one["kind"] == "return.received"]
    assert [(one["subject"], one["data"]["order"]) for one in events] == [(number, made["id"])]
    assert find(till, number).lines == []


def test_a_purchase_in_a_store_is_announced_by_the_code_of_its_receipt_and_by_nothing_less(
    shops: RunningHub, web: WebShop, till: FakeTerminal
) -> None:
    sealed = till.sale(article="CB1", pieces=2, copy=TOKEN)
    till.push()
    address = f"https://hub.example/r/{till.dev}/1/{sealed.seq}/{TOKEN}"
    wanted = {"receipt": address, "lines": [{"line": 1, "quantity_milli": 1_000}], "words": "te groot"}
    for code in ("", "x", address[:-1] + "0", f"{till.dev}/1/{sealed.seq + 1}/{TOKEN}", f"{till.dev}/1/99999999999/{TOKEN}"):
        reply = web.send("POST", "returns", {**wanted, "receipt": code})
        assert (reply.status_code, reply.json()["code"]) == (404, "shop.receipt"), code
    first = web.done("POST", "returns", wanted, **{"Idempotency-Key": "cb-5"})
    assert web.done("POST", "returns", wanted, **{"Idempotency-Key": "cb-5"}) == first
    assert (first["order"], first["reference"], first["ground"]) == ("", "AMS1-41-A-000001", "goodwill")
    told = find(till, first["number"])
    assert (told.orders, told.receipt, told.lines) == ([], "AMS1-41-A-000001", [(1, 1_000)])
    too_much = web.send("POST", "returns", {**wanted, "lines": [{"line": 1, "quantity_milli": 3_000}]})
    assert too_much.json()["code"] == "shop.too_late"
    assert web.send("POST", "returns", {**wanted, "lines": [{"line": 9}]}).status_code == 404
    assert web.send("POST", "returns", {**wanted, "lines": []}).status_code == 400
    assert web.send("POST", "returns", {**wanted, "ground": "anger"}).status_code == 400
    other = web_shop(shops, give_key(shops.hub, OTHER_BRAND))
    assert other.send("POST", "returns", wanted).json()["code"] == "shop.receipt"
