"""Web orders: taken whole or not at all, for exactly what they cost, with their goods held back, and told to the store at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from kiosk.decoding import read_json
from kiosk.domain.feed import DEVICE, ORDER
from kiosk.domain.orderevents import OrderEvent
from kiosk.domain.orderrow import OrderRow
from kiosk.domain.reservation import code_of
from sync.hub import feedlog
from sync.hub.orders import Made, find, move
from sync.hub.storage.schema import tasks
from tests.sync.hub.shop.support import OTHER_BRAND, OTHER_BRANDS_STORE, WebShop, gather, give_key, web_shop
from tests.sync.hub.support import OTHER_STORE, STORE, TENANT, RunningHub, a_product, bring_products

ZOE = {"name": "Zoë de Wit", "email": "zoe@example.com"}
HOME = {**ZOE, "postcode": "1012js", "house": "1a", "street": "Dam", "city": "Amsterdam"}


@pytest.fixture(scope="module", autouse=True)
def goods(shops: RunningHub) -> None:
    """Goods of this module's own, and what delivery costs."""
    far = {STORE: 5_000, OTHER_STORE: 3_000, OTHER_BRANDS_STORE: 9_000}
    bring_products(
        shops.hub, a_product("T1", 1_000, stock={STORE: 50_000, OTHER_STORE: 50_000}), a_product("T2", 250, line=3, stock=far),
        a_product("T3", 99, line=4, stock={}),
    )  # fmt: skip
    settings = {"order.delivery_cost": "4.95", "order.free_from": "50.00", "order.warehouse": OTHER_STORE}
    changes = [feedlog.change(DEVICE, "", "setting", name, {"name": name, "value": value}) for name, value in settings.items()]
    shops.hub.storage.call(lambda c: feedlog.publish(c, TENANT, changes))


def _wish(reference: str, total: int, *lines: tuple[str, int], **more: Any) -> dict[str, Any]:
    """An order of so many pieces each, collected at the first store and paid unless told otherwise."""
    content = {"lines": [{"article": article, "quantity_milli": 1_000 * pieces} for article, pieces in lines]}
    payments = [{"kind": "pay_link", "amount_minor": total, "reference": "tr"}]
    wish = {"reference": reference, "total_minor": total, "content": content, "person": ZOE, "payments": payments}
    return {**wish, "ways": [{"kind": "collect", "store": STORE}], **more}


def _free(web: WebShop, article: str) -> dict[str, int]:
    places = web.read(f"availability?articles={article}&least=0")["articles"][0]["places"]
    return {one["store"]: one["free_milli"] for one in places}


def test_an_order_to_collect_holds_its_goods_back_and_is_told_to_its_store(shops: RunningHub, web: WebShop) -> None:
    before = _free(web, "T1")[STORE]
    made = web.done("POST", "orders", _wish("C-1", 2_000, ("T1", 2)))
    assert (made["state"], made["reference"], made["to_pay_minor"]) == ("allocated", "C-1", 0) and len(made["code"]) == 6
    assert made["lines"][0]["states"] == {"allocated": 2_000} and made["lines"][0]["places"] == [STORE]
    assert _free(web, "T1")[STORE] == before - 2_000
    rows = shops.hub.storage.look(lambda c: feedlog.rows_now(c, TENANT, DEVICE, ORDER))
    row = next(msgspec.json.decode(payload) for audience, key, payload in rows if key == made["id"])
    assert row["name"] == "Zoë de Wit" and row["code"] == made["code"]
    assert web.read(f"orders/{made['id']}")["code"] == made["code"] == web.read("orders?reference=C-1")["code"]


def test_the_same_call_again_is_the_same_order_and_another_under_its_reference_is_refused(web: WebShop) -> None:
    wish = _wish("C-2", 1_000, ("T1", 1))
    before = _free(web, "T1")[STORE]
    first, second = (web.done("POST", "orders", wish) for _ in range(2))
    assert first == second and _free(web, "T1")[STORE] == before - 1_000
    other = web.send("POST", "orders", _wish("C-2", 2_000, ("T1", 2)))
    assert (other.status_code, other.json()["code"]) == (422, "request.idempotency_reused")


@pytest.mark.parametrize("said", [1_999, 2_001, 0])
def test_an_order_that_costs_a_cent_more_or_less_is_refused_with_the_difference(web: WebShop, said: int) -> None:
    reply = web.send("POST", "orders", _wish("C-3", said or 1, ("T1", 2)))
    assert (reply.status_code, reply.json()["code"]) == (409, "shop.total")
    assert reply.json()["values"]["difference"] == 2_000 - (said or 1)
    assert web.get("orders?reference=C-3").status_code == 404


def test_what_is_shipped_costs_delivery_comes_from_the_warehouse_first_and_is_free_from_an_amount_on(web: WebShop) -> None:
    ship = {"ways": [{"kind": "ship"}], "person": HOME}
    costs = web.read("delivery")
    assert (costs["cost_minor"], costs["free_from_minor"]) == (495, 5_000)
    made = web.done("POST", "orders", _wish("S-1", 1_495, ("T1", 1), **ship))
    assert made["lines"][0]["places"] == [OTHER_STORE] and made["delivery_minor"] == 495 and made["code"] == ""
    free = web.done("POST", "orders", _wish("S-2", 6_000, ("T1", 6), **ship))
    assert free["delivery_minor"] == 0 and free["lines"][0]["until_ms"] > free["placed_ms"]


def test_goods_that_no_store_has_alone_are_sent_by_two_and_another_brands_stay_where_they_are(web: WebShop) -> None:
    made = web.done("POST", "orders", _wish("S-3", 7 * 250 + 495, ("T2", 7), ways=[{"kind": "ship"}], person=HOME))
    assert made["lines"][0]["places"] == [STORE, OTHER_STORE] and made["lines"][0]["states"] == {"allocated": 7_000}
    reply = web.send("POST", "orders", _wish("S-4", 2 * 250 + 495, ("T2", 2), ways=[{"kind": "ship"}], person=HOME))
    assert (reply.status_code, reply.json()["code"], reply.json()["values"]["free_milli"]) == (409, "shop.stock", 1_000)


def test_what_is_not_there_is_taken_only_by_who_says_so_and_promises_nothing(web: WebShop) -> None:
    assert web.send("POST", "orders", _wish("N-1", 99, ("T3", 1))).json()["code"] == "shop.stock"
    made = web.done("POST", "orders", _wish("N-1", 99, ("T3", 1), stock="accept"))
    assert made["lines"][0]["states"] == {"placed": 1_000} and made["lines"][0]["until_ms"] == 0


def test_a_mixed_order_is_collected_in_part_and_shipped_in_part(web: WebShop) -> None:
    ways = [{"kind": "collect", "store": STORE, "line": 1}, {"kind": "ship"}]
    content = {"lines": [{"article": "T1", "line": 1}, {"article": "T1", "line": 2, "note": "x"}]}
    made = web.done("POST", "orders", _wish("M-1", 2_495, content=content, ways=ways, person=HOME))
    assert [(one["way"], one["places"]) for one in made["lines"]] == [("collect", [STORE]), ("ship", [OTHER_STORE])]


def test_a_basket_becomes_one_order_and_is_then_changed_by_nobody(web: WebShop) -> None:
    basket = web.basket(("T1", 1))["id"]
    wish = {**_wish("B-1", 1_000), "basket": basket, "content": None}
    made = web.done("POST", "orders", wish)
    assert web.read(f"baskets/{basket}")["order"] == made["id"]
    again = web.send("POST", "orders", {**wish, "reference": "B-2"})
    assert (again.status_code, again.json()["code"]) == (409, "shop.ordered")
    assert web.send("POST", f"baskets/{basket}/lines", {"article": "T1"}).json()["code"] == "shop.ordered"


def test_an_order_may_be_paid_at_collection_but_not_on_the_doorstep(web: WebShop) -> None:
    made = web.done("POST", "orders", _wish("P-1", 1_000, ("T1", 1), pay="collection", payments=[]))
    assert (made["paid_minor"], made["to_pay_minor"]) == (0, 1_000)
    shipped: dict[str, Any] = {"ways": [{"kind": "ship"}], "person": HOME, "pay": "collection", "total_minor": 1_495}
    unpaid: dict[str, Any] = {"payments": []}
    for more in (shipped, unpaid):
        reply = web.send("POST", "orders", {**_wish("P-2", 1_000, ("T1", 1)), **more})
        assert (reply.status_code, reply.json()["code"]) == (409, "shop.payment")


def test_what_is_cancelled_is_free_again_and_its_money_is_to_be_given_back(web: WebShop) -> None:
    before = _free(web, "T1")[STORE]
    made = web.done("POST", "orders", _wish("X-1", 3_000, ("T1", 3)))
    path = f"orders/{made['id']}/cancel"
    part = {"lines": [{"line": 1, "quantity_milli": 1_000}]}
    for _ in range(2):
        left = web.done("POST", path, part, **{"Idempotency-Key": "cancel one"})
        assert left["to_give_back_minor"] == 1_000 and left["lines"][0]["states"] == {"allocated": 2_000, "cancelled": 1_000}
    assert _free(web, "T1")[STORE] == before - 2_000
    assert web.done("POST", path, {})["state"] == "cancelled" and _free(web, "T1")[STORE] == before
    late = web.send("POST", path, {})
    assert (late.status_code, late.json()["code"]) == (409, "shop.too_late")


def test_a_return_is_announced_only_of_what_the_customer_has_and_becomes_a_task(shops: RunningHub, web: WebShop) -> None:
    made = web.done("POST", "orders", _wish("R-1", 2_000, ("T1", 2)))
    path, body = f"orders/{made['id']}/returns", {"lines": [{"line": 1, "quantity_milli": 1_000}], "words": "te klein"}
    assert web.send("POST", path, body).json()["code"] == "shop.too_late"
    handed_over(shops, made["id"], 1, 2_000)
    told = web.done("POST", path, body)
    assert told["lines"] == [{"line": 1, "quantity_milli": 1_000}] and told["reference"] == "R-1"
    kinds = shops.hub.storage.look(lambda c: c.scalars(select(tasks.c.kind)).all())
    assert "order.return_announced" in kinds
    assert web.send("POST", path, {**body, "ground": "mood"}).json()["code"] == "request.argument"


def handed_over(shops: RunningHub, order: str, line: int, milli: int) -> None:
    """A store gives so much of an allocated line to its customer."""
    world = shops.hub.world
    found = shops.hub.storage.look(lambda c: find(c, TENANT, order))
    assert found is not None and found.known.state is not None
    fence = max(fence for fence, _ in found.known.state.lines[line].at)
    event = OrderEvent(world.new_id(), order, line, "handed_over", "allocated", milli, world.now_ms(), "office", fence)
    shops.hub.storage.call(lambda c: move(c, TENANT, order, [event], Made(world.now_ms(), world.new_id)))


def test_the_code_to_collect_an_order_is_told_as_long_as_something_waits_to_be_collected(shops: RunningHub, web: WebShop) -> None:
    ways = [{"kind": "collect", "store": STORE, "line": 1}, {"kind": "ship"}]
    content = {"lines": [{"article": "T1", "line": 1, "quantity_milli": 2_000}, {"article": "T1", "line": 2, "note": "x"}]}
    made = web.done("POST", "orders", _wish("K-1", 3_495, content=content, ways=ways, person=HOME))
    handed_over(shops, made["id"], 1, 1_000)
    assert made["code"] and web.read(f"orders/{made['id']}")["code"] == made["code"]
    handed_over(shops, made["id"], 1, 1_000)
    left = web.read(f"orders/{made['id']}")
    assert left["code"] == "" and left["lines"][1]["states"] == {"allocated": 1_000}, "the rest is shipped and needs no code"


def test_the_shop_hears_what_a_store_does_with_its_order(shops: RunningHub, web: WebShop) -> None:
    gather(shops.hub)
    cursor = web.read("events")["next"]
    made = web.done("POST", "orders", _wish("E-1", 1_000, ("T1", 1)))
    gather(shops.hub)
    told = [(one["kind"], one["subject"]) for one in web.read(f"events?cursor={cursor}&kinds=order.placed,order.changed")["events"]]
    assert told == [("order.placed", made["id"]), ("order.changed", made["id"])]
    east = web_shop(shops, give_key(shops.hub, OTHER_BRAND))
    assert east.get(f"orders/{made['id']}").json()["code"] == east.get("orders?reference=E-1").json()["code"] == "shop.none"
    assert east.send("POST", f"orders/{made['id']}/cancel", {}).json()["code"] == "shop.none"


def test_goods_are_reserved_for_a_while_and_let_go_and_the_stores_tills_hear_of_it(shops: RunningHub, web: WebShop) -> None:
    before = _free(web, "T1")[STORE]
    body = {"store": STORE, "article": "T1", "quantity_milli": 1_000, "hours": 1, "name": "Anne"}
    first, second = (web.done("POST", "reservations", body, **{"Idempotency-Key": "hold"}) for _ in range(2))
    assert first == second and _free(web, "T1")[STORE] == before - 1_000
    order = web.read(f"orders/{first['id']}")
    assert (order["reference"], len(first["code"]), first["scan"]) == (first["number"], 6, code_of(first["id"]))
    rows = shops.hub.storage.look(lambda c: feedlog.rows_now(c, TENANT, DEVICE, ORDER))
    (told,) = [read_json(payload, OrderRow) for audience, key, payload in rows if key == first["id"]]
    assert (told.name, told.code, told.order["expires_ms"]) == ("Anne", first["code"], first["expires_ms"])
    assert [audience for audience, key, _ in rows if key == first["id"]] == [feedlog.tills_of(STORE)]
    for _ in range(2):
        assert web.done("POST", f"reservations/{first['id']}/release")["state"] == "released"
    assert web.read(f"orders/{first['id']}")["state"] == "cancelled"
    assert _free(web, "T1")[STORE] == before
    assert web.send("POST", "reservations", {**body, "quantity_milli": 10**9}).json()["code"] == "reservation.refused"
    assert web.send("POST", "reservations", {**body, "store": OTHER_BRANDS_STORE}).json()["code"] == "shop.none"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"person": {"name": ""}}, "shop.person"), ({"person": {"name": "Z"}}, "shop.person"), ({"ways": []}, "request.argument"),
        ({"person": {**HOME, "postcode": "1"}, "ways": [{"kind": "ship"}]}, "shop.person"), ({"reference": ""}, "request.argument"),
        ({"ways": [{"kind": "collect", "store": OTHER_BRANDS_STORE}]}, "shop.none"), ({"stock": "hope"}, "request.argument"),
        ({"ways": [{"kind": "collect", "store": STORE, "line": 9}]}, "request.argument"), ({"basket": "x"}, "request.argument"),
        ({"ways": [{"kind": "ship", "store": STORE}]}, "request.argument"), ({"content": {"lines": []}}, "request.argument"),
        ({"content": {"lines": [{"article": "never"}]}}, "shop.unsellable"), ({"basket": "x", "content": None}, "shop.none"),
        ({"payments": [{"kind": "", "amount_minor": 1}]}, "request.argument"),
    ],
)  # fmt: skip
def test_an_order_that_cannot_be_is_refused_and_keeps_nothing(web: WebShop, more: dict[str, Any], code: str) -> None:
    reply = web.send("POST", "orders", {**_wish("W-1", 1_000, ("T1", 1)), **more})
    assert reply.json()["code"] == code and reply.status_code < 500, reply.text
    assert web.get("orders?reference=W-1").status_code == 404



def test_of_many_who_want_the_last_pieces_at_once_just_as_many_get_them_as_there_are(hub: RunningHub) -> None:
    bring_products(hub.hub, a_product("L1", 1_000, stock={STORE: 2_000, OTHER_STORE: 1_000}))
    key = give_key(hub.hub, scopes=("orders:write", "stock:read"))
    ways: list[dict[str, Any]] = [{"ways": [{"kind": "collect", "store": STORE}]}, {"ways": [{"kind": "ship"}], "person": HOME}]

    def order(n: int) -> str:
        return str(web_shop(hub, key).send("POST", "orders", _wish(f"L-{n}", 1_000, ("L1", 1), **ways[n % 2])).json().get("code"))

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(order, range(8)))
    assert sorted(code for code in said if code == "shop.stock") == ["shop.stock"] * 5, said
    places = web_shop(hub, key).read("availability?articles=L1&least=0")["articles"][0]["places"]
    assert {one["store"]: one["free_milli"] for one in places} == {STORE: 0, OTHER_STORE: 0}
