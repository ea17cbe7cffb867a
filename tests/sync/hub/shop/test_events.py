"""The change feed: everything that is published is told once, in order, to whom it concerns, and who waits hears at once."""

import threading
from typing import Any

import pytest

from kiosk.domain.feed import CATALOG, PRICE_LIST
from kiosk.domain.pricelist import PriceList
from kiosk.domain.promotion import PERCENT, Promotion
from sync.hub import feedlog
from sync.hub.operations import SetPrice, set_price
from sync.hub.shop import events, gathering
from sync.hub.shop.events import KEEP_DAYS
from tests.sync.hub.shop.support import OTHER_BRAND, OTHER_BRANDS_STORE, WebShop, gather, give_key, promote, web_shop
from tests.sync.hub.support import STORE, TENANT, WAIT_S, RunningHub, a_product, bring_products

DAY_MS = 86_400_000


def _told(page: Any) -> list[tuple[str, str]]:
    return [(one["kind"], one["subject"]) for one in page["events"]]


def _now(web: WebShop) -> str:
    cursor: str = web.read("events")["next"]
    return cursor


def test_what_is_published_is_told_once_and_in_order(hub: RunningHub) -> None:
    web = web_shop(hub)
    start = _now(web)
    bring_products(hub.hub, a_product("V1", 1_000))
    set_price(hub.hub, SetPrice("V1", "9.00"))
    promote(hub.hub, Promotion("p", PERCENT, {"nl": "p"}, percent_bp=1_000))
    gather(hub.hub)
    page = web.read(f"events?cursor={start}")
    told = _told(page)
    assert told[:3] == [("product.changed", "V1"), ("stock.changed", "V1"), ("price.changed", "V1")]
    assert ("promotion.changed", "p") in told and len({one["id"] for one in page["events"]}) == len(told)
    assert web.read(f"events?cursor={page['next']}")["events"] == []
    pages = web.read(f"events?cursor={start}&limit=2")
    assert pages["more"] and _told(pages) + _told(web.read(f"events?cursor={pages['next']}")) == told
    assert _told(web.read(f"events?cursor={start}&kinds=promotion.changed")) == [("promotion.changed", "p")]


def test_who_waits_hears_at_once_and_who_waits_in_vain_goes_on_where_it_was(shops: RunningHub, web: WebShop) -> None:
    gather(shops.hub)
    start = _now(web)
    idle = web.read(f"events?cursor={start}&wait=0.05&kinds=content.changed")
    assert idle["events"] == []
    heard: list[Any] = []
    waiter = threading.Thread(target=lambda: heard.append(web.read(f"events?cursor={start}&wait=25&kinds=product.changed")))
    waiter.start()
    bring_products(shops.hub, a_product("W1", 1_000))
    waiter.join(WAIT_S)
    assert _told(heard[0]) == [("product.changed", "W1")]


def test_each_brand_hears_of_its_own_stores_promotions_and_lists(shops: RunningHub, web: WebShop) -> None:
    east = web_shop(shops, give_key(shops.hub, OTHER_BRAND))
    gather(shops.hub)
    starts = _now(web), _now(east)
    bring_products(shops.hub, a_product("X1", stock={STORE: 1_000}), a_product("X2", stock={OTHER_BRANDS_STORE: 1_000}, line=3))
    promote(shops.hub, Promotion("east", PERCENT, {"nl": "p"}, percent_bp=1_000, brands=(OTHER_BRAND,)))
    of_list = feedlog.change(CATALOG, "", PRICE_LIST, "east", PriceList("east", "Oost", "EUR", brand=OTHER_BRAND))
    price = {"article": "X1", "valid_from_ms": 0, "amount_minor": 1, "rev": 0, "list": "east"}
    rows = [of_list, feedlog.change(CATALOG, "", "listprice", "X1|0|east", price)]
    shops.hub.storage.call(lambda c: feedlog.publish(c, TENANT, rows))
    gather(shops.hub)
    mine, theirs = (_told(one.read(f"events?cursor={start}&limit=200")) for one, start in zip((web, east), starts, strict=True))
    assert ("stock.changed", "X1") in mine and ("stock.changed", "X1") not in theirs
    assert ("stock.changed", "X2") in theirs and ("stock.changed", "X2") not in mine
    assert ("promotion.changed", "east") in theirs and ("promotion.changed", "east") not in mine
    assert theirs.count(("price.changed", "X1")) == 2 and mine.count(("price.changed", "X1")) == 1
    assert web.get("events?kinds=nothing").json()["code"] == "request.argument"


def test_a_change_too_large_for_the_log_is_told_as_a_reset_and_found_all_the_same(hub: RunningHub) -> None:
    web = web_shop(hub)
    start = _now(web)
    monster = pytest.MonkeyPatch()
    with monster.context() as patch:
        patch.setattr(feedlog, "LOG_ROWS_MAX", 3)
        bring_products(hub.hub, *(a_product(f"L{n}", line=n + 2) for n in range(5)))
    gather(hub.hub)
    assert ("catalogue.reset", "catalogue") in _told(web.read(f"events?cursor={start}"))
    assert len(web.read("products")["products"]) == 5


def test_many_revisions_are_gathered_in_parts_that_lose_nothing(hub: RunningHub, monkeypatch: pytest.MonkeyPatch) -> None:
    web = web_shop(hub)
    start = _now(web)
    monkeypatch.setattr(gathering, "ROWS_AT_ONCE", 4)
    bring_products(hub.hub, *(a_product(f"G{n}", line=n + 2) for n in range(6)))
    for n in range(6):
        set_price(hub.hub, SetPrice(f"G{n}", "1.50"))
    gather(hub.hub)
    told = _told(web.read(f"events?cursor={start}&limit=200"))
    assert {subject for kind, subject in told if kind == "product.changed"} == {f"G{n}" for n in range(6)}
    assert sum(kind == "price.changed" for kind, _ in told) >= 6


def test_events_are_forgotten_in_time_and_a_cursor_from_before_says_so(hub: RunningHub) -> None:
    web = web_shop(hub)
    start = _now(web)
    bring_products(hub.hub, a_product("O1"))
    gather(hub.hub)
    later_ms = hub.hub.world.now_ms() + (KEEP_DAYS + 1) * DAY_MS
    assert hub.hub.storage.call(lambda c: events.prune(c, TENANT, later_ms)) > 0
    assert hub.hub.storage.call(lambda c: events.prune(c, TENANT, later_ms)) == 0
    reply = web.get(f"events?cursor={start}")
    assert (reply.status_code, reply.json()["code"]) == (410, "shop.cursor")
    assert web.read(f"events?cursor={_now(web)}")["events"] == []


def test_nothing_is_gathered_for_a_chain_that_gave_nobody_a_key(hub: RunningHub) -> None:
    bring_products(hub.hub, a_product("N1"))
    gather(hub.hub)
    assert hub.hub.storage.look(lambda c: events.head(c, TENANT)) == (0, 0, 0)
    assert hub.hub.storage.call(lambda c: events.note(c, TENANT, [events.Happened("", "x", "y", {})], 1)) == 0
    assert [one["id"] for one in web_shop(hub).read("products")["products"]] == ["N1"], "the first key finds what was there"
