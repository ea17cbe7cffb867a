"""Stock by place, terminals and the log on the office pages: what is where, what moved it, what is lost, who did what."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import insert, select

from kiosk.domain.facts import STOCK_MOVED
from sync.hub import devices
from sync.hub.office_users import AddOfficeUser, add_office_user
from sync.hub.stock_places import found
from sync.hub.stop_operations import AddStop, LiftStop, add_stop, lift_stop
from sync.hub.storage.schema import audit, tasks
from tests.sync.hub.office.test_pages import Browser, read
from tests.sync.hub.postgres import Cluster
from tests.sync.hub.stock_support import call
from tests.sync.hub.support import (
    OTHER_STORE,
    STORE,
    TENANT,
    RunningHub,
    a_product,
    bring_products,
    open_test_hub,
    running_hub,
    shop_folder,
)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """A running hub with a till, two articles, a sale of one and a delivery of it in the other store."""
    with running_hub(shop_folder(tmp_path_factory.mktemp("stock") / "hub")) as running:
        products = (
            a_product("A1", 1_000, names={"nl": "Blauwe mok", "en": "Blue mug"}, colour="blauw", barcodes=("8712345678906",)),
            a_product("A2", 1_000, line=3, names={"nl": "Rode Mok 100%"}, stock={}),
        )
        bring_products(running.hub, *products)
        till, other = running.terminal("1"), running.terminal("1", store=OTHER_STORE)
        till.sale(pieces=3)
        till.push()
        body = {"location": OTHER_STORE, "reason": "received", "promise": "", "lines": [{"article": "A1", "quantity": 4_000}]}
        other.fact(STOCK_MOVED, body)
        other.push()
        yield running


@pytest.fixture(scope="module")
def people(hub: RunningHub) -> Iterator[dict[str, Browser]]:
    """Somebody of each role, signed in; the manager is of the first store."""
    made = {}
    for role in ("viewer", "manager", "it", "admin"):
        made[role] = Browser(hub)
        stores = [STORE] if role == "manager" else []
        password = add_office_user(hub.hub, AddOfficeUser(role, role=role, stores=stores)).password
        assert made[role].sign_in(role, password).status_code == 200
    yield made
    for browser in made.values():
        browser.http.close()


@pytest.mark.parametrize(
    ("asked", "skus"),
    [
        ("mok", ["A1", "A2"]), ("MOK blauw", ["A1"]), ("8712345678906", ["A1"]), ("a2", ["A2"]), ("A1", ["A1"]), ("100%", ["A2"]),
        ("m_k", []), ("m", []), ("", []), ("blue mug", ["A1"]), ("rode é", []), ('"names"', []),
    ],
)  # fmt: skip
def test_an_article_is_found_by_what_people_know_of_it(hub: RunningHub, asked: str, skus: list[str]) -> None:
    assert [one.id for one in call(hub, lambda c: found(c, TENANT, asked))] == skus


def test_postgresql_finds_the_same(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> None:
    made = open_test_hub(tmp_path_factory.mktemp("found") / "hub", database_url=cluster.database())
    try:
        bring_products(made, a_product("A1", names={"nl": "Blauwe mok 5%"}), a_product("A2", line=3, names={"nl": "Rode mok"}))
        for asked, skus in (("BLAUWE mok", ["A1"]), ("mok", ["A1", "A2"]), ("5%", ["A1"]), ("m_k", [])):
            assert [one.id for one in made.storage.call(lambda c, asked=asked: found(c, TENANT, asked))] == skus, asked  # type: ignore[misc]
    finally:
        made.close()


def test_an_article_is_shown_at_all_places_with_what_is_free_and_what_moved_it(hub: RunningHub, people: dict[str, Browser]) -> None:
    viewer = people["viewer"]
    assert "Blue mug" in viewer.see("/office/stock?find=mok").text and "Rode Mok 100%" in viewer.see("/office/stock?find=mok").text
    assert viewer.http.get("/office/stock?find=blauw").headers["location"] == "/office/stock?article=A1"
    assert "No article fits." in viewer.see("/office/stock?find=nothing").text
    page = viewer.see("/office/stock?article=A1").text
    assert "Free over all places: 11" in page and "AMS1 7 7 – – –" in page and "UTR1 4 4 – – –" in page and "just now" in page
    moved = viewer.see(f"/office/stock?article=A1&store={STORE}").text
    assert "What moved it in AMS1" in moved and "-3 Sold Till 01" in moved and "+10 First stock The hub" in moved
    assert "+4 Received" in viewer.see(f"/office/stock?article=A1&store={OTHER_STORE}").text
    assert viewer.http.get("/office/stock?article=NIX").status_code == 404
    assert "No place ever had any of it." in viewer.see("/office/stock?article=A2").text
    assert people["it"].http.get("/office/stock").status_code == 403


def test_a_manager_sees_all_stock_but_what_moved_it_only_at_home(hub: RunningHub, people: dict[str, Browser]) -> None:
    manager = people["manager"]
    page = manager.http.get("/office/stock?article=A1").text
    assert OTHER_STORE in page and f"store={STORE}" in page and f"store={OTHER_STORE}" not in page
    assert "Received" not in manager.see(f"/office/stock?article=A1&store={OTHER_STORE}").text


def test_what_is_to_be_done_about_an_article_stands_with_it(hub: RunningHub, people: dict[str, Browser]) -> None:
    rows = [
        {"tenant": TENANT, "store": store, "id": f"t-{store}", "kind": "stock.negative", "at_ms": hub.clock(), "done_ms": 0,
         "detail": '{"article": "A1", "on_hand_milli": -2000}'}
        for store in (STORE, OTHER_STORE)
    ]  # fmt: skip
    call(hub, lambda c: c.execute(insert(tasks), rows))
    manager = people["manager"]
    text = manager.see("/office/stock?article=A1").text
    assert text.count("Stock below zero of A1") == 1 and "known to be there: -2" in text
    assert manager.see("/office/tasks").text.count("Stock below zero of A1") == 1
    assert people["viewer"].see("/office/tasks?about=stock").text.count("Stock below zero of A1") == 2
    assert manager.post("/office/tasks", id=f"task:{OTHER_STORE}/t-{OTHER_STORE}", note="counted").status_code == 403
    assert "The task is closed." in read(manager.post("/office/tasks", id=f"task:{STORE}/t-{STORE}", note="counted")).text


def test_a_terminal_says_its_version_its_facts_and_its_certificate(hub: RunningHub, people: dict[str, Browser]) -> None:
    text = people["viewer"].see(f"/office/terminal/{hub.terminals[0].dev}").text
    assert "Not told yet" in text and "1, of which" in text and "Receipt series 1" in text and "Certificate until" in text
    assert "Declare it lost" not in text and "Held work at the hub" not in text


def test_a_terminal_is_declared_lost_by_who_may_and_types_its_place(hub: RunningHub, people: dict[str, Browser]) -> None:
    gone = hub.terminal("9")
    path, it = f"/office/terminal/{gone.dev}/lost", people["it"]
    assert people["viewer"].post(path, place="AMS1-09", note="n").status_code == 403
    assert "Type AMS1-09" in read(it.post(path, place="AMS1-01", note="fell")).text
    assert "Write in a few words why." in read(it.post(path, place="ams1-09", note=" ")).text
    assert "AMS1-09 is lost" in read(it.post(path, place="ams1-09", note="fell into the canal")).text
    assert it.http.get(f"/office/terminal/{gone.dev}").status_code == 404
    assert it.post(path, place="AMS1-09", note="n").status_code == 404
    assert [one.state for one in call(hub, lambda c: devices.look(c, TENANT)) if one.dev == gone.dev] == [devices.LOST]
    whats = call(hub, lambda c: set(c.scalars(select(audit.c.what).where(audit.c.who == "office:it"))))
    assert {"device.lost", "office.lost"} <= whats


def test_the_log_says_who_did_what_to_those_who_answer_for_it(hub: RunningHub, people: dict[str, Browser]) -> None:
    admin = people["admin"]
    text = admin.see("/office/journal").text
    assert "office.added" in text and "user: manager" in text and "stores: AMS1" in text
    only = admin.see("/office/journal?who=office:admin&what=office.").text
    assert "office.second_factor" in only and "office.added" not in only
    assert "Nobody did anything that fits." in admin.see("/office/journal?before=1/x").text
    assert "office.added" in admin.see("/office/journal?before=%C3%A9/x").text
    for role in ("viewer", "manager", "it"):
        assert people[role].http.get("/office/journal").status_code == 403


def test_every_page_has_one_menu_landmarks_and_a_way_past_the_menu(people: dict[str, Browser]) -> None:
    for path in ("/office", *(f"/office/{name}" for name in ("tasks", "orders", "stock", "queue", "prices", "journal"))):
        text = people["admin"].http.get(path).text
        read(people["admin"].http.get(path))
        assert [text.count(tag) for tag in ("<main", "<header", 'href="#main"')] == [1, 1, 1], path
        assert re.findall(r'<a href="([^"]+)" aria-current="page">', text) == [path], path
        assert text.index('href="#main"') < text.index("<nav") < text.index("<main")
        assert all('scope="' in head for head in re.findall(r"<th\b[^>]*>", text))
    assert people["it"].http.get("/office/start").headers["location"] == "/office"
    assert people["viewer"].http.get("/office/start").headers["location"] == "/office/tasks"


def test_what_is_stopped_is_shown_with_who_has_heard_of_it_and_only_for_stores_that_one_sees(
    hub: RunningHub, people: dict[str, Browser]
) -> None:
    assert "Nothing is stopped." in people["viewer"].see("/office/stops").text
    ask = AddStop("A2", "the glaze has lead in it", "ann", batches=["L7"], law="EU 2023/988", handling="destroy")
    made = add_stop(hub.hub, ask).stop
    page = people["viewer"].see("/office/stops").text
    assert "Rode Mok 100%" in page and "the glaze has lead in it (EU 2023/988)" in page and "L7" in page and "Destroy it" in page
    assert "AMS1 0 of 1" in page and "UTR1 0 of 1" in page and "not yet" in page
    mine = people["manager"].see("/office/stops").text
    assert "AMS1 0 of 1" in mine and "UTR1" not in mine
    lift_stop(hub.hub, LiftStop(made.id, "ann", "a mistake"))
    assert "Nothing is stopped." in people["viewer"].see("/office/stops").text
