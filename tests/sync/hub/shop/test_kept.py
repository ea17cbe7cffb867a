"""What is kept of a customer, for themselves: all of it in one call, and that it was asked for is in the log."""

from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from sync.hub.storage.schema import audit
from tests.sync.hub.shop.support import OTHER_BRAND, OTHER_BRANDS_STORE, WebShop, give_key, web_shop
from tests.sync.hub.shop.test_consents import bring, word
from tests.sync.hub.shop.test_service import late, look
from tests.sync.hub.support import STORE, RunningHub, a_product, bring_products


@pytest.fixture(scope="module", autouse=True)
def goods(shops: RunningHub) -> None:
    """Goods of this module's own."""
    bring_products(shops.hub, a_product("KP1", 1_000, line=6, stock={STORE: 500_000}))


def ordered(web: WebShop, reference: str, customer: str) -> str:
    """An order of a customer."""
    content = {"lines": [{"article": "KP1", "quantity_milli": 1_000}], "customer": customer}
    wish = {"reference": reference, "total_minor": 1_000, "person": {"name": "Zoë Q", "phone": "1"}, "content": content}
    made = web.done("POST", "orders", {**wish, "ways": [{"kind": "collect", "store": STORE}], "pay": "collection"})
    return str(made["id"])


def test_all_that_is_kept_of_a_customer_is_told_at_once_and_the_log_says_that_it_was(shops: RunningHub, web: WebShop) -> None:
    bring(shops.hub, "KC1", receipt_by_mail="2026-01-02")
    web.done("POST", "customers/KC1/consents", word("marketing", True))
    contact = web.done("POST", "customers/KC1/contacts", {"channel": "mail", "subject": "Hallo", "words": "Dag."})
    request = web.done("POST", "service-requests", {"kind": "question", "words": "Wanneer open?", "customer": "KC1"})
    orders = [ordered(web, f"KC1-{n}", "KC1") for n in range(2)]
    ordered(web, "KC1-guest", "")
    kept: dict[str, Any] = web.read("customers/KC1")
    assert (kept["given"], kept["family"], kept["email"], kept["stores"]) == ("Zoë", "Quistgaard", "zoe@example.com", [STORE])
    assert kept["consents"] == web.read("customers/KC1/consents") and len(kept["consents"]["history"]) == 2
    assert kept["contacts"] == [contact] and kept["service_requests"] == [request]
    assert [one["order"]["id"] for one in kept["orders"]] == orders[::-1] and not kept["more"]
    assert kept["orders"][0]["people"][0]["name"] == "Zoë Q"
    assert web.get("customers/KC1").headers["Cache-Control"] == "no-store"
    query = select(audit.c.who, audit.c.detail).where(audit.c.what == "customer.exported")
    noted = shops.hub.storage.look(lambda c: c.execute(query).all())
    assert [(who, msgspec.json.decode(detail)) for who, detail in noted] == [("shop:web", {"subject": "KC1"})] * 2


def test_nothing_is_told_of_who_was_forgotten_or_is_another_brands(shops: RunningHub, web: WebShop) -> None:
    bring(shops.hub, "KC2")
    bring(shops.hub, "KC3", store=OTHER_BRANDS_STORE)
    other = web_shop(shops, give_key(shops.hub, OTHER_BRAND))
    assert other.get("customers/KC2").status_code == 404 and web.get("customers/KC3").status_code == 404
    assert other.read("customers/KC3")["customer"] == "KC3"
    few = web_shop(shops, give_key(shops.hub, scopes=("consents:read",)))
    assert few.get("customers/KC2").json()["code"] == "shop.scope"
    bring(shops.hub, "KC2", store="")
    assert web.get("customers/KC2").json()["code"] == "shop.none"


def test_both_databases_keep_what_is_between_a_shop_and_its_customers_and_forget_it(hub: RunningHub) -> None:
    bring_products(hub.hub, a_product("KP1", 1_000, line=6, stock={STORE: 50_000}))
    web = web_shop(hub, give_key(hub.hub))
    bring(hub.hub, "KC4", marketing="2026-01-02")
    web.done("POST", "customers/KC4/consents", word("marketing", False))
    web.done("POST", "customers/KC4/contacts", {"channel": "mail", "subject": "Hallo"})
    wish = {"kind": "repair", "words": "stuk", "article": "KP1", "customer": "KC4", "store": STORE}
    request = web.done("POST", "service-requests", {**wish, "due_ms": hub.hub.world.now_ms() + 1_000})["id"]
    ordered(web, "KC4-1", "KC4")
    kept = web.read("customers/KC4")
    assert [one["given"] for one in kept["consents"]["history"]] == [False, True]
    assert [len(kept[name]) for name in ("contacts", "service_requests", "orders")] == [1, 1, 1]
    hub.clock.added_ms += 2_000
    look(hub)
    assert late(hub, request) == [(STORE, True)]
    assert web.done("POST", f"service-requests/{request}/steps", {"step": "withdrawn"})["state"] == "withdrawn"
    assert late(hub, request) == [(STORE, False)]
    bring(hub.hub, "KC4", store="")
    assert web.get("customers/KC4").status_code == 404
    assert web.read(f"service-requests/{request}")["words"] == ""
