"""What a web shop reads: every product once, what changed since, prices by the tills' own rules, and stock that can be promised."""

from typing import Any

import pytest
from sqlalchemy import insert

from kiosk.domain.feed import CATALOG
from kiosk.domain.promotion import PERCENT, Goods, Promotion
from sync.hub import feedlog
from sync.hub.operations import SetPrice, set_price
from sync.hub.reservations import Asker, Now, Reserve, reserve
from sync.hub.storage.schema_budgets import budgets
from tests.sync.hub.shop.support import OTHER_BRANDS_STORE, WebShop, gather, give_key, promote, two_brands_in, web_shop
from tests.sync.hub.support import OTHER_STORE, STORE, TENANT, RunningHub, a_product, bring_products


def _ids(page: Any) -> list[str]:
    return [one["id"] for one in page["products"]]


def _all(web: WebShop, query: str) -> tuple[list[str], str]:
    """All pages of a question, and the cursor for what comes later."""
    page = web.read(f"products?{query}")
    found, changes = _ids(page), page["changes"]
    while page["next"]:
        page = web.read(f"products?{query}&cursor={page['next']}")
        found += _ids(page)
    return found, changes


def test_every_product_comes_once_and_later_only_what_changed_or_went(hub: RunningHub) -> None:
    bring_products(hub.hub, *(a_product(f"P{n:02}", 100 + n, line=n + 2) for n in range(25)))
    web = web_shop(hub)
    found, changes = _all(web, "limit=10")
    assert found == [f"P{n:02}" for n in range(25)]
    set_price(hub.hub, SetPrice("P01", "8.00"))
    bring_products(hub.hub, a_product("P03", 103, names={"nl": "Nieuw"}), a_product("P99", 1))
    hub.hub.storage.call(
        lambda c: feedlog.publish(c, TENANT, [feedlog.gone(CATALOG, feedlog.EVERYWHERE, "article", "P05")])
    )
    gather(hub.hub)
    page = web.read(f"products?cursor={changes}")
    assert {(one["id"], one["gone"]) for one in page["products"]} == {("P03", False), ("P99", False), ("P05", True)}
    assert web.read(f"products?cursor={page['changes']}")["products"] == []
    assert web.read("products/P05")["gone"] and "P05" not in _all(web, "limit=200")[0]
    assert web.get("products/P77").json()["code"] == "shop.none"


def test_an_article_that_moves_to_another_product_leaves_the_one_before(hub: RunningHub) -> None:
    bring_products(hub.hub, a_product("A", style="polo", barcodes=("08712345678906",)), a_product("B", style="polo", line=3))
    web = web_shop(hub)
    bring_products(hub.hub, a_product("A", style="shirt", barcodes=("04006381333931",)))
    gather(hub.hub)
    assert [one["article"] for one in web.read("products/polo")["variants"]] == ["B"]
    assert _ids(web.read("products?barcode=4006381333931")) == ["shirt"]
    assert _ids(web.read("products?barcode=8712345678906")) == []


def test_a_category_has_all_below_it_and_nothing_beside_it(shops: RunningHub, web: WebShop) -> None:
    bring_products(
        shops.hub, a_product("C1", category="Drinks/Beer"), a_product("C2", category="Drinks", line=3),
        a_product("C3", category="Drinks2", line=4), a_product("C4", category="Drinks/Beer/IPA", line=5),
    )  # fmt: skip
    gather(shops.hub)
    assert _ids(web.read("products?category=Drinks")) == ["C1", "C2", "C4"]
    assert _ids(web.read("products?category=Drinks/Beer")) == ["C1", "C4"]
    assert _ids(web.read("products?ids=C3,C1,nope")) == ["C3", "C1"]


def test_an_answer_that_did_not_change_is_not_sent_again(shops: RunningHub, web: WebShop) -> None:
    bring_products(shops.hub, a_product("E1", 100))
    gather(shops.hub)
    first = web.get("products/E1?include=prices")
    again = web.get("products/E1?include=prices", **{"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    set_price(shops.hub, SetPrice("E1", "2.00"))
    later = web.get("products/E1?include=prices", **{"If-None-Match": first.headers["ETag"]})
    assert later.status_code == 200 and later.json()["variants"][0]["price"]["amount_minor"] == 200


def test_a_price_says_until_when_it_holds_and_what_it_was_before(shops: RunningHub, web: WebShop) -> None:
    bring_products(shops.hub, a_product("R1", 1_000))
    set_price(shops.hub, SetPrice("R1", "9.00", valid_from="2030-01-01 00:00"))
    (told,) = web.read("prices?articles=R1")["prices"]
    assert told["price"]["amount_minor"] == 1_000 and told["price"]["until_ms"] == 1_893_452_400_000
    assert web.read("prices?articles=nope")["prices"] == [{"article": "nope", "price": None}]


def test_what_is_free_is_what_nobody_was_promised_in_every_store_of_the_brand(shops: RunningHub, web: WebShop) -> None:
    bring_products(shops.hub, a_product("S1", stock={STORE: 5_000, OTHER_STORE: 9_000, OTHER_BRANDS_STORE: 77_000}))
    now = Now(shops.hub.world.now_ms(), "2026-11-22", shops.hub.world.new_id)
    ask = Reserve(STORE, "S1", 3_000)
    shops.hub.storage.call(lambda c: reserve(c, Asker(TENANT, "somebody"), ask, now))
    (told,) = web.read("availability?articles=S1")["articles"]
    assert [(one["store"], one["free_milli"], one["on_hand_milli"]) for one in told["places"]] == [
        (OTHER_STORE, 9_000, 9_000), (STORE, 2_000, 5_000),
    ]  # fmt: skip
    assert told["free_milli"] == 11_000
    assert [one["store"] for one in web.read("availability?articles=S1&least=3000")["articles"][0]["places"]] == [OTHER_STORE]
    gather(shops.hub)
    assert web.read("products/S1?include=stock")["variants"][0]["free_milli"] == 11_000
    assert web.read("availability?articles=never")["articles"] == [{"article": "never", "free_milli": 0, "places": []}]


def test_a_stores_own_safety_stock_is_kept_back(hub: RunningHub) -> None:
    two_brands_in(hub.hub)
    bring_products(hub.hub, a_product("F1", stock={STORE: 5_000, OTHER_STORE: 5_000}))
    setting = feedlog.change("device", STORE, "setting", "stock.safety", {"name": "stock.safety", "value": 2})
    hub.hub.storage.call(lambda c: feedlog.publish(c, TENANT, [setting]))
    web = web_shop(hub, give_key(hub.hub))
    places = {one["store"]: one["free_milli"] for one in web.read("availability?articles=F1")["articles"][0]["places"]}
    assert places == {STORE: 3_000, OTHER_STORE: 5_000}


def test_a_basket_costs_what_the_tills_engine_says_with_the_webs_own_promotions(shops: RunningHub, web: WebShop) -> None:
    bring_products(shops.hub, a_product("B1", 1_000, deposit_minor=25), a_product("B2", 450, line=3))
    goods = (Goods(("article:B1",)),)
    promote(
        shops.hub, Promotion("web10", PERCENT, {"nl": "Web"}, goods, percent_bp=1_000, channels=("web",)),
        Promotion("till50", PERCENT, {"nl": "Kassa"}, goods, percent_bp=5_000, channels=("store",)),
        Promotion("east50", PERCENT, {"nl": "Oost"}, goods, percent_bp=5_000, brands=("oost",)),
    )  # fmt: skip
    priced = web.basket(("B1", 2), ("B2", 1))["priced"]
    assert priced["total_minor"] == 1_800 + 450 + 50 and priced["promotion_minor"] == 200 and priced["deposit_minor"] == 50
    first = priced["lines"][0]
    assert first["promotions"] == [{"promotion": "web10", "name": "Web", "amount_minor": 200}] and first["amount_minor"] == 1_800
    (vat,) = priced["vat"] if len(priced["vat"]) == 1 else [one for one in priced["vat"] if one["rate_bp"]]
    assert vat["net_minor"] + vat["tax_minor"] == vat["gross_minor"] == 2_250


def test_a_promotion_gives_no_more_on_the_web_than_the_tills_left_of_its_budget(shops: RunningHub, web: WebShop) -> None:
    bring_products(shops.hub, a_product("Q1", 1_000))
    goods = (Goods(("article:Q1",)),)
    promote(shops.hub, Promotion("scarce", PERCENT, {"nl": "Op is op"}, goods, percent_bp=5_000, budget_minor=700))
    assert web.basket(("Q1", 1))["priced"]["total_minor"] == 500
    row = {"tenant": TENANT, "promotion": "scarce", "minor": 600, "uses": 2, "told_ms": 0, "waiting": 0}
    shops.hub.storage.call(lambda c: c.execute(insert(budgets).values(**row)))
    assert web.basket(("Q1", 1))["priced"]["total_minor"] == 900


@pytest.mark.parametrize("cursor", ["x", "é", "W10", "WyJhbGwiLDFd", "WyJhbGwiLC0xLCIiXQ", "a" * 401])
def test_a_cursor_that_the_hub_never_gave_is_refused(web: WebShop, cursor: str) -> None:
    reply = web.get(f"products?cursor={cursor}")
    assert (reply.status_code, reply.json()["code"]) == (400, "request.argument")
