"""Baskets: kept at the hub without a price, priced at every read, changed by one at a time, and ending by themselves."""

from typing import Any

import pytest

from kiosk.domain.feed import CATALOG
from sync.hub import feedlog
from sync.hub.operations import SetPrice, set_price
from sync.hub.shop import baskets
from sync.hub.shop.baskets import KEEP_MS, checked
from sync.hub.shop.values import BasketContent, WantedLine
from tests.sync.hub.shop.support import WebShop
from tests.sync.hub.support import TENANT, RunningHub, a_product, bring_products


@pytest.fixture(scope="module", autouse=True)
def goods(shops: RunningHub) -> None:
    """Goods of this module's own."""
    bring_products(shops.hub, a_product("K1", 1_000), a_product("K2", 250, line=3), a_product("KKG", 399, line=4, unit="kg"))


def test_a_basket_is_priced_at_every_read_and_says_what_cannot_be_sold(shops: RunningHub, web: WebShop) -> None:
    made = web.basket(("K1", 2), ("never", 1), ("K2", 1))
    assert made["priced"]["total_minor"] == 2_250 and made["priced"]["problems"] == 1
    assert made["priced"]["lines"][1]["problem"] == "article.unknown" and "never" in made["priced"]["lines"][1]["detail"]
    set_price(shops.hub, SetPrice("K1", "12.00"))
    gone = feedlog.gone(CATALOG, feedlog.EVERYWHERE, "article", "K2")
    shops.hub.storage.call(lambda c: feedlog.publish(c, TENANT, [gone]))
    now = web.read(f"baskets/{made['id']}")
    assert now["priced"]["total_minor"] == 2_400 and now["priced"]["problems"] == 2 and now["version"] == 1
    bring_products(shops.hub, a_product("K1", 1_000), a_product("K2", 250, line=3))


def test_goods_by_weight_cost_by_weight_and_half_a_piece_cannot_be_had(web: WebShop) -> None:
    lines = [{"article": "KKG", "quantity_milli": 420}, {"article": "K1", "quantity_milli": 500}]
    priced = web.done("POST", "baskets", {"lines": lines})["priced"]
    assert priced["total_minor"] == 168 and priced["lines"][1]["problem"] == "article.part_of_a_piece"


def test_lines_are_added_to_what_is_there_changed_and_taken_out(web: WebShop) -> None:
    path = f"baskets/{web.basket(('K1', 1))['id']}"
    web.done("POST", f"{path}/lines", {"article": "K1"})
    with_note = web.done("POST", f"{path}/lines", {"article": "K1", "note": "a gift"})
    assert [(one["line"], one["quantity_milli"]) for one in with_note["content"]["lines"]] == [(1, 2_000), (2, 1_000)]
    changed = web.done("PATCH", f"{path}/lines/2", {"quantity_milli": 5_000})
    assert changed["content"]["lines"][1]["quantity_milli"] == 5_000 and changed["version"] == 4
    left = web.done("PATCH", f"{path}/lines/1", {"quantity_milli": 0})
    assert [one["line"] for one in left["content"]["lines"]] == [2]
    assert web.send("PATCH", f"{path}/lines/1", {"quantity_milli": 1}).json()["code"] == "shop.none"
    assert web.done("DELETE", path)["lines"][0]["line"] == 2
    assert web.get(path).status_code == 404


def test_of_two_who_change_a_basket_at_once_the_second_hears_of_it(web: WebShop) -> None:
    made = web.send("POST", "baskets", {"lines": [{"article": "K1"}]})
    path, seen = f"baskets/{made.json()['id']}", made.headers["ETag"]
    body = {"lines": [{"article": "K2"}]}
    assert web.send("PUT", path, body, **{"If-Match": seen}).status_code == 200
    late = web.send("PUT", path, body, **{"If-Match": seen})
    assert (late.status_code, late.json()["code"], late.json()["values"]) == (412, "shop.changed", {"version": 2})
    assert web.send("PUT", path, body, **{"If-Match": '"x"'}).json()["code"] == "request.argument"
    fresh = web.get(path)
    assert web.get(path, **{"If-None-Match": fresh.headers["ETag"]}).status_code == 304


def test_what_is_sent_again_under_the_same_key_is_done_once(web: WebShop) -> None:
    again = {"Idempotency-Key": "basket-of-zoe"}
    body: dict[str, Any] = {"lines": [{"article": "K1"}]}
    first, second = (web.done("POST", "baskets", body, **again) for _ in range(2))
    assert first["id"] == second["id"]
    other = web.send("POST", "baskets", {"lines": []}, **again)
    assert (other.status_code, other.json()["code"]) == (422, "request.idempotency_reused")
    for _ in range(2):
        web.done("POST", f"baskets/{first['id']}/lines", {"article": "K1"}, **{"Idempotency-Key": "one more"})
    assert web.read(f"baskets/{first['id']}")["content"]["lines"][0]["quantity_milli"] == 2_000


def test_a_basket_of_two_thousand_lines_is_taken_and_one_more_is_not(web: WebShop) -> None:
    lines = [{"article": "K1", "note": str(n)} for n in range(2_000)]
    made = web.done("POST", "baskets", {"lines": lines})
    assert made["priced"]["total_minor"] == 2_000_000 and len(made["priced"]["lines"]) == 2_000
    more = web.send("POST", f"baskets/{made['id']}/lines", {"article": "K2"})
    assert (more.status_code, more.json()["code"]) == (400, "request.argument")


def test_a_basket_ends_thirty_days_after_its_last_change(shops: RunningHub, web: WebShop) -> None:
    old, touched = web.basket(("K1", 1)), web.basket(("K1", 1))
    shops.clock.added_ms += KEEP_MS - 60_000
    try:
        web.done("POST", f"baskets/{touched['id']}/lines", {"article": "K1"})
        shops.clock.added_ms += 120_000
        assert web.get(f"baskets/{old['id']}").status_code == 404
        assert web.get(f"baskets/{touched['id']}").status_code == 200
        shops.hub.storage.call(lambda c: baskets.expire(c, TENANT, shops.hub.world.now_ms()))
    finally:
        shops.clock.added_ms = 0
    assert web.get(f"baskets/{old['id']}").status_code == 404  # also where the clock is back: it is forgotten


@pytest.mark.parametrize(
    "content",
    [
        {"lines": [{"article": "K1", "quantity_milli": 0}]}, {"lines": [{"article": "K1", "quantity_milli": 10**10}]},
        {"lines": [{"article": ""}]}, {"lines": [{"article": "K1", "line": 1}, {"article": "K2", "line": 1}]},
        {"lines": [{"article": "K1", "line": -1}]}, {"coupons": ["x"] * 21}, {"language": "n" * 201},
    ],
)  # fmt: skip
def test_what_cannot_be_in_a_basket_is_refused(web: WebShop, content: dict[str, Any]) -> None:
    reply = web.send("POST", "baskets", content)
    assert (reply.status_code, reply.json()["code"]) == (400, "request.argument")


def test_lines_without_a_number_get_the_next_ones() -> None:
    given = BasketContent([WantedLine("a"), WantedLine("b", line=7), WantedLine("c")])
    assert [one.line for one in checked(given).lines] == [8, 7, 9]


def test_a_brands_texts_are_kept_by_language_and_taken_away(web: WebShop) -> None:
    for language, title in (("nl", "Retourneren"), ("en", "Returns")):
        web.done("PUT", "content", {"subject": "page/returns", "language": language, "title": title, "body": "14 days"})
    assert [one["title"] for one in web.read("content?subjects=page/returns,page/none")["contents"]] == ["Returns", "Retourneren"]
    web.done("PUT", "content", {"subject": "page/returns", "language": "en", "title": "", "body": ""})
    assert web.read("content?subjects=page/returns&language=en")["contents"] == []
    for wrong in ({"subject": "x"}, {"language": "NL!"}):
        body = {"subject": "page/x", "language": "nl", "title": "", "body": "x", **wrong}
        assert web.send("PUT", "content", body).json()["code"] == "request.argument"
