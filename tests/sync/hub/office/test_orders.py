"""Orders and tasks on the office pages: who sees which, whom they are for, and what head office decides."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import select

from kiosk.domain.handwriting import Handwriting
from kiosk.domain.order import COLLECT, SHIP_FROM_STORE, Fulfilment
from kiosk.domain.orderlife import ALLOCATED, CANCELLED, PLACED
from sync.hub import order_signatures
from sync.hub.office.order_pages import day_ms, read_milli
from sync.hub.office_users import AddOfficeUser, add_office_user
from sync.hub.stock import pool
from sync.hub.storage.schema import audit
from tests.sync.hub.office.test_pages import Browser, read
from tests.sync.hub.order_support import line, on_web, states, stored
from tests.sync.hub.stock_support import call
from tests.sync.hub.support import OTHER_STORE, STORE, TENANT, RunningHub, a_product, bring_products, running_hub, shop_folder

FROM_OTHER = Fulfilment(SHIP_FROM_STORE, source=OTHER_STORE, delivery="a1")


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """A running hub with ten of an article in the first store; each test places orders of its own."""
    with running_hub(shop_folder(tmp_path_factory.mktemp("orders") / "hub")) as running:
        bring_products(running.hub, a_product("A1", 1_000))
        yield running


def form_of(browser: Browser, order: str, part: str) -> dict[str, str]:
    """The hidden fields of the form for a part of an order, as the page has them."""
    shown = browser.http.get(f"/office/order/{order}").text
    forms = re.findall(r'<form method="post" action="/office/order/[^"/]+">(.*?)</form>', shown, re.S)
    found = [dict(re.findall(r'name="(\w+)" value="([^"]*)"', form)) for form in forms]
    return next(one for one in found if one["part"] == part)


def decides(browser: Browser, order: str, part: str, deed: str, pieces: str = "1", **more: str) -> httpx.Response:
    """Fill in the form for a part of an order and press one of its buttons."""
    fields = {**form_of(browser, order, part), "deed": deed, "quantity": pieces, "note": "the customer called", **more}
    return browser.http.post(f"/office/order/{order}", data=fields)


def journal(hub: RunningHub, what: str) -> list[dict[str, Any]]:
    """What the journal says of something."""
    query = select(audit.c.who, audit.c.detail).where(audit.c.what == what).order_by(audit.c.at_ms)
    return [{"who": who, **msgspec.json.decode(detail)} for who, detail in call(hub, lambda c: c.execute(query).all())]


def test_orders_are_listed_the_newest_first_and_found_by_what_a_customer_says(
    hub: RunningHub, people: dict[str, Browser]
) -> None:
    now_ms = hub.clock()
    on_web(hub, line(1, 2, FROM_OTHER, True), id="l1", placed_ms=now_ms - 86_400_000)
    on_web(hub, line(1, 1, Fulfilment(COLLECT, source=STORE, to=STORE), True), id="l2", placed_ms=now_ms)
    page, viewer = people["viewer"].see("/office/orders"), people["viewer"]
    assert page.text.index("N-l2") < page.text.index("N-l1") and "Web shop" in page.text
    assert "€20.00" in page.text.replace("€ ", "€")
    assert "Jansen" not in page.text and "Look for a name" not in page.text
    assert viewer.http.get("/office/orders?find=N-l1").headers["location"] == "/office/order/l1"
    code = stored(hub, "l2").code
    assert code and viewer.http.get(f"/office/orders?find={code}").headers["location"] == "/office/order/l2"
    assert "No order fits." in viewer.see("/office/orders?find=nothing").text
    for query, shown in ((f"store={STORE}", "l2"), (f"store={OTHER_STORE}", "l1"), ("state=allocated&channel=web", "l1")):
        text = viewer.see(f"/office/orders?{query}").text
        assert f"N-{shown}" in text and (f"N-{'l1' if shown == 'l2' else 'l2'}" in text) == ("channel" in query), query
    assert "No order fits." in viewer.see("/office/orders?channel=till").text
    assert "No order fits." in viewer.see("/office/orders?from=2020-01-01&to=2020-01-02").text
    assert "N-l1" in viewer.see("/office/orders?from=2020-01-01&to=x&before=y/z").text
    older = viewer.see(f"/office/orders?before={now_ms}/l2").text
    assert "N-l1" in older and "N-l2" not in older
    assert people["it"].http.get("/office/orders").status_code == 403


def test_whom_an_order_is_for_is_shown_to_whoever_may_and_that_they_looked_is_kept(
    hub: RunningHub, people: dict[str, Browser]
) -> None:
    on_web(hub, line(1, 1, FROM_OTHER, True), id="p1", name="Zandstra")
    for role in ("viewer", "office"):
        assert "Zandstra" not in people[role].http.get("/office/order/p1").text, role
    assert people["viewer"].post("/office/order/p1/person").status_code == 403
    seen = people["office"].post("/office/order/p1/person")
    assert "Zandstra" in read(seen).text and "+31201234567" in seen.text
    assert journal(hub, "people.seen") == [{"who": "office:office", "order": "N-p1", "id": "p1"}]
    assert "<svg" not in seen.text
    name = Handwriting((((100, 200), (300, 80)),))
    call(hub, lambda c: order_signatures.keep(c, TENANT, "p1", name, 5))
    assert "<svg" not in people["office"].http.get("/office/order/p1").text, "nobody asked for it"
    assert '<path d="M100 200 L300 80"/>' in people["office"].post("/office/order/p1/person").text
    assert people["viewer"].post("/office/orders/named", name="zand").status_code == 403
    named = people["office"].post("/office/orders/named", name="zand")
    assert "N-p1" in read(named).text and journal(hub, "people.looked_for") == [{"who": "office:office", "found": "1"}]
    assert "at least 3 letters" in read(people["office"].post("/office/orders/named", name="za")).text
    assert "zand" not in repr(call(hub, lambda c: c.execute(select(audit)).all())).lower()


def test_a_manager_sees_the_orders_of_their_store_and_no_others(hub: RunningHub, people: dict[str, Browser]) -> None:
    on_web(hub, line(1, 1, FROM_OTHER, True), id="m1")
    on_web(hub, line(1, 1, Fulfilment(COLLECT, source=STORE, to=STORE), True), id="m2", name="Veenstra")
    manager = people["manager"]
    text = manager.see("/office/orders").text
    assert "N-m1" in text and "N-m2" not in text and "N-m2" not in manager.see(f"/office/orders?store={STORE}").text
    assert "No order fits." in manager.see("/office/orders?find=N-m2").text
    missing = [manager.http.get(f"/office/order/{order}") for order in ("m2", "none")]
    for answer in (*missing, manager.post("/office/order/m2/person")):
        assert answer.status_code == 404 and "Veenstra" not in answer.text
    assert "N-m2" not in manager.post("/office/orders/named", name="veenstra").text
    form = {**form_of(manager, "m1", "1-0"), "deed": "cancelled", "quantity": "1", "note": "n"}
    assert manager.http.post("/office/order/m2", data=form).status_code == 404 and states(stored(hub, "m2")) == {ALLOCATED: 1}
    assert manager.http.post("/office/order/m1", data={**form, "deed": "give", "place": STORE}).status_code == 403
    shown = manager.http.get("/office/order/m1").text
    assert 'value="cancelled"' in shown and 'value="give"' not in shown


def test_head_office_gives_goods_to_another_place_once_and_only_where_they_are_free(
    hub: RunningHub, people: dict[str, Browser]
) -> None:
    on_web(hub, line(1, 3, FROM_OTHER, True), id="g1")
    office, before = people["office"], call(hub, lambda c: pool(c, TENANT, STORE, "A1"))
    form = {**form_of(office, "g1", "1-0"), "deed": "give", "quantity": "2", "note": "nobody there", "place": STORE}
    for _ in range(2):
        done = office.http.post("/office/order/g1", data=form)
        assert "Done: Give to another place." in read(done).text
    state = stored(hub, "g1").known.state
    assert state is not None
    at = {state.lines[1].places[fence]: (name, milli) for (fence, name), milli in state.lines[1].at.items()}
    assert at == {OTHER_STORE: (ALLOCATED, 1_000), STORE: (ALLOCATED, 2_000)}
    assert call(hub, lambda c: pool(c, TENANT, STORE, "A1")).free == before.free - 2_000
    assert "2 × Mug: given to AMS1" in done.text and "Head office" in done.text
    assert [(one["line"], one["place"], one["note"]) for one in journal(hub, "order.give")] == [("1", STORE, "nobody there")]
    refused = decides(office, "g1", "1-1", "give", "1", place=OTHER_STORE)
    assert "UTR1 has 0 free." in read(refused).text
    there = office.see("/office/order/g1").text
    assert "1 × Given to a place" in there and "2 × Given to a place" in there


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"note": " "}, "Write in a few words why."), ({"quantity": "4"}, "stands otherwise by now"),
        ({"quantity": "0"}, "above 0"), ({"quantity": "0.5"}, "above 0"),
        ({"quantity": "x"}, "above 0"), ({"state": PLACED}, "stands otherwise by now"),
        ({"line": "9"}, "stands otherwise by now"), ({"fence": "7"}, "stands otherwise by now"), ({"line": "x"}, "above 0"),
        ({"deed": "give", "place": OTHER_STORE}, "has it already"), ({"deed": "delivered"}, "stands otherwise by now"),
    ],
)  # fmt: skip
def test_what_cannot_be_decided_changes_nothing_and_keeps_what_was_typed(
    hub: RunningHub, people: dict[str, Browser], change: dict[str, str], says: str
) -> None:
    id = f"w{abs(hash(tuple(change.items()))) % 10**8}"
    on_web(hub, line(1, 3, FROM_OTHER, True), id=id)
    fields = {"deed": "cancelled", "pieces": "1", "note": "typed <b>", **change}
    if "quantity" in fields:
        fields["pieces"] = fields.pop("quantity")
    refused = decides(people["office"], id, "1-0", fields.pop("deed"), fields.pop("pieces"), **fields)
    assert says in read(refused).text and states(stored(hub, id)) == {ALLOCATED: 3}
    if "note" not in change and "line" not in change:
        assert "typed &lt;b&gt;" in refused.text and "<b>" not in refused.text


def test_what_is_cancelled_becomes_a_task_that_is_closed_with_a_note(hub: RunningHub, people: dict[str, Browser]) -> None:
    on_web(hub, line(1, 2, FROM_OTHER, True), id="c1")
    manager = people["manager"]
    done = decides(manager, "c1", "1-0", "cancelled", "1")
    assert "Done: Cancel." in read(done).text and states(stored(hub, "c1")) == {ALLOCATED: 1, CANCELLED: 1}
    assert "gets €10.00 back" in done.text.replace("€ ", "€") and "To give back" in done.text
    tasks = people["office"].see("/office/tasks")
    assert "Order N-c1" in tasks.text and "gets €10.00 back" in tasks.text.replace("€ ", "€")
    assert "Order N-c1" not in people["office"].see("/office/tasks?about=stock").text
    item = re.findall(r'name="id" value="(task:[^"]+)"', people["office"].http.get("/office/order/c1").text)[0]
    assert people["viewer"].post("/office/tasks", id=item, note="n").status_code == 403
    assert "Write in a few words why." in read(people["office"].post("/office/tasks", id=item, note="")).text
    assert "Order N-c1" in people["office"].see("/office/tasks").text
    closed = people["office"].post("/office/tasks", id=item, note="paid back by bank")
    assert "The task is closed." in read(closed).text and "Order N-c1" not in closed.text
    assert "done already" in read(people["office"].post("/office/tasks", id=item, note="again")).text
    assert people["office"].post("/office/tasks", id="held:x", note="n").status_code == 200
    assert journal(hub, "queue.written_off")[-1]["note"] == "paid back by bank"


def test_the_pages_of_an_order_speak_dutch(hub: RunningHub, people: dict[str, Browser]) -> None:
    on_web(hub, line(1, 1, FROM_OTHER, True), id="d1")
    browser = Browser(hub, "nl")
    browser.sign_in("jan", add_office_user(hub.hub, AddOfficeUser("jan", role="office")).password)
    text = browser.see("/office/order/d1").text
    assert "Toegewezen" in text and "Thuisbezorgd vanuit UTR1" in text and "Geef aan een andere vestiging" in text
    assert "Bestellingen" in browser.see("/office/orders").text
    assert "Er is niets te doen." in browser.see("/office/tasks?about=rest").text
    browser.http.close()


def test_quantities_and_days_are_read_as_people_type_them() -> None:
    assert [read_milli(typed) for typed in ("1", " 2,5 ", "0.125", "", "-1", "1e3", "1.2345", "９")] == [
        1_000, 2_500, 125, 0, 0, 0, 0, 0,
    ]  # fmt: skip
    assert day_ms("2026-03-29", "Europe/Amsterdam", after=1) - day_ms("2026-03-29", "Europe/Amsterdam") == 23 * 3_600_000
    assert day_ms("9999-12-31", "UTC", after=1) == 0 == day_ms("", "UTC")
