"""Service requests over the shop API: opened once, moved by whoever may, told, late as a task, and forgotten with the customer."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from kiosk.domain.service import ServiceEvent
from kiosk.domain.servicelife import PEOPLE
from sync.hub import services
from sync.hub.storage.schema import tasks
from sync.hub.storage.schema_care import service_events, service_requests
from tests.sync.hub.shop.support import OTHER_BRAND, OTHER_BRANDS_STORE, WebShop, gather, give_key, web_shop
from tests.sync.hub.shop.test_consents import DAY_MS, bring
from tests.sync.hub.support import OTHER_STORE, STORE, TENANT, FakeTerminal, RunningHub, a_product, bring_products

TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def till(shops: RunningHub) -> Iterator[FakeTerminal]:
    """A till of the brand, and goods of this module's own."""
    bring_products(shops.hub, a_product("SV1", 1_000, line=9, stock={STORE: 500_000}))
    made = shops.terminal("44")
    yield made
    made.close()


def asked(web: WebShop, **more: Any) -> Any:
    """A repair that a customer asks for."""
    return web.done("POST", "service-requests", {"kind": "repair", "words": "De rits is stuk.", "article": "SV1", **more})


def by_people(running: RunningHub, request: str, step: str, store: str = "", note: str = "", due_ms: int = 0) -> None:
    """People of the shop take a step."""
    hub = running.hub

    def work(connection: Any) -> None:
        there = services.find(connection, TENANT, request)
        assert there is not None
        now_ms = hub.world.now_ms()
        event = ServiceEvent(hub.world.new_id(), request, step, there.state.state, now_ms, PEOPLE, store, due_ms, "office:ann")
        services.move(connection, TENANT, event, note, now_ms)

    hub.storage.call(work)


def late(running: RunningHub, request: str) -> list[tuple[str, bool]]:
    """The tasks that say that a request is late: of which store, and whether it is open."""
    at = tasks.c
    query = select(at.store, at.done_ms).where(at.tenant == TENANT, at.kind == "service.late", at.detail.contains(request))
    return [(store, not done) for store, done in running.hub.storage.look(lambda c: c.execute(query.order_by(at.store)).all())]


def look(running: RunningHub) -> None:
    """Have late ones found now, and not when the hub comes to it."""
    while running.hub.storage.call(lambda c: services.look(c, TENANT, running.hub.world.now_ms())):
        pass


def test_a_request_about_a_line_of_an_order_is_opened_once_and_told(shops: RunningHub, web: WebShop, till: FakeTerminal) -> None:
    content = {"lines": [{"article": "SV1", "quantity_milli": 1_000, "line": 4}]}
    wish = {"reference": "SV-O", "total_minor": 1_000, "person": {"name": "Zoë", "email": "zoe@example.com"}, "content": content}
    order = web.done("POST", "orders", {**wish, "ways": [{"kind": "collect", "store": STORE}], "pay": "collection"})["id"]
    gather(shops.hub)
    cursor = web.read("events")["next"]
    said = {"kind": "warranty", "words": "Kapot.", "order": order, "line": 4, "serial": "S-1"}
    first, again = (web.done("POST", "service-requests", said, **{"Idempotency-Key": "sv1"}) for _ in range(2))
    assert first == again and (first["state"], first["order"], first["line"], first["article"]) == ("opened", order, 4, "SV1")
    assert first["due_ms"] - first["opened_ms"] == 7 * DAY_MS and first["steps"] == ["withdrawn"]
    told = web.read(f"events?cursor={cursor}&kinds=service.opened")["events"]
    assert [(one["subject"], one["data"]) for one in told] == [(first["id"], {})]
    assert web.send("POST", "service-requests", {**said, "line": 5}).json()["code"] == "shop.none"


def test_a_request_about_a_receipt_needs_the_code_that_is_on_the_paper(web: WebShop, till: FakeTerminal) -> None:
    sealed = till.sale(article="SV1", copy=TOKEN)
    till.push()
    code = f"{till.dev}/1/{sealed.seq}/{TOKEN}"
    made = asked(web, article="", receipt=code, line=1)
    assert (made["receipt"], made["line"], made["article"]) == ("AMS1-44-A-000001", 1, "SV1")
    body = {"kind": "repair", "words": "x", "receipt": code[:-1] + "0"}
    assert web.send("POST", "service-requests", body).json()["code"] == "shop.receipt"


def test_people_and_customer_move_a_request_each_as_they_may_and_the_shop_hears(
    shops: RunningHub, web: WebShop, till: FakeTerminal
) -> None:
    made = asked(web, store=STORE)
    path = f"service-requests/{made['id']}"
    gather(shops.hub)
    cursor = web.read("events")["next"]
    by_people(shops, made["id"], "received")
    by_people(shops, made["id"], "quoted", note="Het kost € 25.")
    quoted = web.read(path)
    assert (quoted["state"], quoted["steps"]) == ("quoted", ["agreed"])
    assert quoted["history"][-1] == {**quoted["history"][-1], "step": "quoted", "role": "people", "words": "Het kost € 25."}
    for _ in range(2):
        yes = web.done("POST", f"{path}/steps", {"step": "agreed", "words": "Doe maar."}, **{"Idempotency-Key": "sv-yes"})
    assert yes["state"] == "goods_in" and [one["role"] for one in yes["history"]] == ["people", "people", "customer"]
    for step in ("ready", "withdrawn", "agreed", "lost", ""):
        reply = web.send("POST", f"{path}/steps", {"step": step})
        assert (reply.status_code, reply.json()["code"]) == (409, "service.step"), step
    told = web.read(f"events?cursor={cursor}&kinds=service.changed")["events"]
    assert [(one["subject"], one["data"]["state"]) for one in told] == [
        (made["id"], state) for state in ("goods_in", "quoted", "goods_in")
    ]
    by_people(shops, made["id"], "ready")
    by_people(shops, made["id"], "done")
    over = web.read(path)
    assert not over["open"] and over["steps"] == ["reopened"]
    anew = web.done("POST", f"{path}/steps", {"step": "reopened", "words": "Weer stuk"})
    assert anew["open"] and anew["due_ms"] > made["due_ms"], "with the shop's whole time again"


def test_a_request_whose_time_is_over_is_a_task_of_its_store_until_it_gets_another_day_or_is_over(
    shops: RunningHub, web: WebShop, till: FakeTerminal
) -> None:
    now_ms = shops.hub.world.now_ms()
    made = asked(web, store=STORE, due_ms=now_ms + 60_000)["id"]
    look(shops)
    assert late(shops, made) == []
    shops.clock.added_ms += 61_000
    try:
        look(shops)
        look(shops)
        assert late(shops, made) == [(STORE, True)]
        by_people(shops, made, "taken_on")
        assert late(shops, made) == [(STORE, True)], "begun is not done"
        by_people(shops, made, "assigned", store=OTHER_STORE)
        look(shops)
        assert late(shops, made) == [(STORE, False), (OTHER_STORE, True)], "whose it is now hears of it"
        by_people(shops, made, "assigned", store=STORE)
        look(shops)
        assert late(shops, made) == [(STORE, True), (OTHER_STORE, False)]
        by_people(shops, made, "assigned", due_ms=shops.hub.world.now_ms() + DAY_MS)
        look(shops)
        assert not [one for one in late(shops, made) if one[1]]
        by_people(shops, made, "done")
        shops.clock.added_ms += 2 * DAY_MS
        look(shops)
        assert not [one for one in late(shops, made) if one[1]], "what is over is never late"
    finally:
        shops.clock.added_ms = 0


def test_requests_are_listed_by_customer_and_state_page_by_page(shops: RunningHub, web: WebShop, till: FakeTerminal) -> None:
    bring(shops.hub, "SVC1")
    made = [asked(web, customer="SVC1")["id"] for _ in range(3)]
    web.done("POST", f"service-requests/{made[0]}/steps", {"step": "withdrawn"})
    seen, cursor = list[str](), ""
    for _ in range(2):
        page = web.read(f"service-requests?customer=SVC1&limit=2&cursor={cursor}")
        seen, cursor = seen + [one["id"] for one in page["requests"]], page["next"]
    assert sorted(seen) == sorted(made) and cursor == ""
    still = web.read("service-requests?customer=SVC1&standing_as=open")["requests"]
    assert sorted(one["id"] for one in still) == sorted(made[1:])
    assert [one["id"] for one in web.read("service-requests?customer=SVC1&standing_as=withdrawn")["requests"]] == made[:1]
    assert web.get("service-requests?standing_as=lost").json()["code"] == "request.argument"


def test_a_customer_who_is_forgotten_leaves_the_request_and_nothing_that_was_said(
    shops: RunningHub, web: WebShop, till: FakeTerminal
) -> None:
    bring(shops.hub, "SVC2")
    made = asked(web, customer="SVC2", words="Zeldzaamgeheim")["id"]
    by_people(shops, made, "asked", note="Zeldzaamgeheim?")
    web.done("POST", f"service-requests/{made}/steps", {"step": "answered", "words": "Zeldzaamgeheim!"})
    by_people(shops, made, "received")
    bring(shops.hub, "SVC2", store="")
    left = web.read(f"service-requests/{made}")
    assert (left["customer"], left["words"], left["state"], left["article"]) == ("", "", "goods_in", "SV1")
    assert [one["words"] for one in left["history"]] == ["", "", ""]
    rows = shops.hub.storage.look(
        lambda c: [*c.execute(select(service_requests)).all(), *c.execute(select(service_events)).all()]
    )
    assert "Zeldzaamgeheim" not in repr(rows) and "SVC2" not in repr(rows)
    assert web.read("service-requests?customer=SVC2")["requests"] == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"kind": "wish"}, "request.argument"), ({"words": " "}, "request.argument"), ({"words": "x" * 4_001}, "request.argument"),
        ({"article": ""}, "request.argument"), ({"order": "x"}, "request.argument"), ({"line": 1}, "request.argument"),
        ({"serial": "x" * 101}, "request.argument"), ({"due_ms": 1}, "request.argument"), ({"due_ms": 1 << 60}, "request.argument"),
        ({"article": "never"}, "shop.none"), ({"article": "", "order": "never"}, "shop.none"),
        ({"customer": "nobody"}, "shop.none"),
        ({"store": OTHER_BRANDS_STORE}, "shop.none"), ({"article": "", "receipt": "x"}, "shop.receipt"),
    ],
)  # fmt: skip
def test_a_request_that_cannot_be_is_refused_and_kept_nowhere(
    web: WebShop, till: FakeTerminal, more: dict[str, Any], code: str
) -> None:
    before = len(web.read("service-requests?limit=200")["requests"])
    reply = web.send("POST", "service-requests", {"kind": "repair", "words": "x", "article": "SV1", **more})
    assert reply.json()["code"] == code and reply.status_code < 500
    assert len(web.read("service-requests?limit=200")["requests"]) == before


def test_another_brand_sees_no_request_and_a_key_does_what_its_scopes_say(
    shops: RunningHub, web: WebShop, till: FakeTerminal
) -> None:
    made = asked(web)["id"]
    other = web_shop(shops, give_key(shops.hub, OTHER_BRAND))
    assert other.get(f"service-requests/{made}").status_code == 404 and other.read("service-requests")["requests"] == []
    assert other.send("POST", f"service-requests/{made}/steps", {"step": "withdrawn"}).status_code == 404
    readers = web_shop(shops, give_key(shops.hub, scopes=("service:read",)))
    assert readers.read(f"service-requests/{made}")["id"] == made
    assert readers.send("POST", "service-requests", {}).status_code in (400, 403)
    assert readers.send("POST", f"service-requests/{made}/steps", {"step": "withdrawn"}).json()["code"] == "shop.scope"
