"""Service requests and customers on the office pages: who sees which, who moves them, what is read, and that a look is kept."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import select

from kiosk.domain.customer import Customer
from kiosk.domain.service import About, ServiceRequest
from sync.hub import contacts, services
from sync.hub.contacts import Contact
from sync.hub.imports.customers import CustomerRow
from sync.hub.offer_operations import ImportCustomers, import_customers
from sync.hub.storage.schema import audit
from tests.sync.hub.office.test_pages import Browser, read
from tests.sync.hub.stock_support import call
from tests.sync.hub.support import OTHER_STORE, STORE, TENANT, RunningHub, running_hub, shop_folder

DAY_MS = 86_400_000
ZOE = Customer("NLZ1", "Zoë", family="Quistgaard", phone="+31612345678", consents={"marketing": "2026-01-02"})


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """A running hub with a customer; each test opens requests of its own."""
    with running_hub(shop_folder(tmp_path_factory.mktemp("service") / "hub")) as running:
        import_customers(running.hub, ImportCustomers([CustomerRow(2, ZOE, (STORE,), ("marketing",))]))
        yield running


def opened(hub: RunningHub, number: str, store: str = "", kind: str = "repair", due_ms: int = 0) -> None:
    """A request of the customer."""
    now_ms = hub.clock()
    request = ServiceRequest(number, kind, About(article="A1", serial="S-1"), store, now_ms, due_ms or now_ms + DAY_MS)
    call(hub, lambda c: services.open_one(c, TENANT, request, ("noord-zuid", "NL"), "NLZ1", "De rits is kapotgegaan."))


def step(browser: Browser, number: str, name: str, **more: str) -> httpx.Response:
    """Press a button of a request's page, with what its form holds."""
    text = browser.http.get(f"/office/service/{number}").text
    form = {field: re.findall(rf'name="{field}" value="([^"]*)"', text)[0] for field in ("id", "source")}
    return browser.post(f"/office/service/{number}", **{**form, "step": name, **more})


def stands(hub: RunningHub, number: str) -> Any:
    """Where a request stands."""
    found = call(hub, lambda c: services.find(c, TENANT, number))
    assert found is not None
    return found.state


def journal(hub: RunningHub, what: str) -> list[dict[str, Any]]:
    """What the log says of something."""
    query = select(audit.c.who, audit.c.detail).where(audit.c.what == what).order_by(audit.c.at_ms)
    return [{"who": who, **msgspec.json.decode(detail)} for who, detail in call(hub, lambda c: c.execute(query).all())]


def test_requests_are_listed_found_by_number_and_shown_with_what_is_late(hub: RunningHub, people: dict[str, Browser]) -> None:
    opened(hub, "SV-LIST1", STORE)
    opened(hub, "SV-LIST2", OTHER_STORE, due_ms=hub.clock() - 1)
    office, manager = people["office"], people["manager"]
    page = office.see("/office/service")
    assert "SV-LIST1" in page.text and "SV-LIST2" in page.text and "Too late" in page.text and "A1 · number S-1" in page.text
    assert office.http.get("/office/service?find=sv-list1").headers["location"] == "/office/service/SV-LIST1"
    assert "No service request fits." in office.see("/office/service?find=nothing").text
    assert "SV-LIST2" not in office.see(f"/office/service?store={STORE}").text
    assert "No service request fits." in office.see("/office/service?state=done").text
    assert "SV-LIST1" not in manager.see("/office/service").text and "SV-LIST2" in manager.see("/office/service?before=x/y").text
    assert manager.http.get("/office/service/SV-LIST1").status_code == 404
    assert people["it"].http.get("/office/service").status_code == 403


def test_people_move_a_request_forward_with_a_word_for_the_customer(hub: RunningHub, people: dict[str, Browser]) -> None:
    opened(hub, "SV-MOVE", STORE)
    office = people["office"]
    assert "Done: The goods came in." in read(step(office, "SV-MOVE", "received", note="Bedankt.")).text
    page = read(step(office, "SV-MOVE", "quoted", note="Het kost € 25."))
    assert "Het kost € 25." in page.text and "Waiting for a yes to the price" in page.text and "Ready to be collected" in page.text
    found = stands(hub, "SV-MOVE")
    assert (found.state, found.path[-1][0].by, found.path[-1][0].role) == ("quoted", "office:office", "people")
    again = office.http.get("/office/service/SV-MOVE").text
    ids = re.findall(r'name="id" value="([^"]*)"', again)
    for _ in range(2):
        office.post("/office/service/SV-MOVE", id=ids[0], source="quoted", step="agreed")
    assert [event.step for event, _ in stands(hub, "SV-MOVE").path] == ["received", "quoted", "agreed"], "pressed twice is once"


def test_a_step_that_somebody_else_overtook_changes_nothing_and_keeps_what_was_typed(
    hub: RunningHub, people: dict[str, Browser]
) -> None:
    opened(hub, "SV-RACE", STORE)
    page = read(people["office"].post("/office/service/SV-RACE", id="x1", source="taken_on", step="done", note="opgelost"))
    assert "stands otherwise by now" in page.text and stands(hub, "SV-RACE").state == "opened"
    assert any(field.get("value") == "opgelost" for field in page.fields)
    for bad in ({"id": ""}, {"id": "x" * 101}, {"note": "x" * 1_001}, {"store": "NOWHERE"}):
        form = {"id": "x2", "source": "opened", "step": "taken_on", **bad}
        assert people["office"].post("/office/service/SV-RACE", **form).status_code == 400, bad
    assert stands(hub, "SV-RACE").state == "opened"
    assert people["viewer"].post("/office/service/SV-RACE", id="x3", source="opened", step="taken_on").status_code == 403


def test_a_request_is_given_to_another_store_and_day_and_leaves_who_gave_it_away(
    hub: RunningHub, people: dict[str, Browser]
) -> None:
    opened(hub, "SV-GIVE", OTHER_STORE)
    manager, before = people["manager"], stands(hub, "SV-GIVE").due_ms
    form = {"id": "g1", "source": "opened", "step": "assigned", "store": STORE}
    assert manager.post("/office/service/SV-GIVE", **form).status_code == 403
    read(step(manager, "SV-GIVE", "assigned", store=OTHER_STORE, due="2999-01-01"))
    assert stands(hub, "SV-GIVE").due_ms > before + 365 * DAY_MS
    read(step(people["office"], "SV-GIVE", "assigned", store=STORE))
    assert stands(hub, "SV-GIVE").store == STORE and manager.http.get("/office/service/SV-GIVE").status_code == 404


def test_what_a_customer_says_is_read_by_who_may_and_no_one_else(hub: RunningHub, people: dict[str, Browser]) -> None:
    opened(hub, "SV-READ", STORE)
    step(people["office"], "SV-READ", "asked", note="Welke kleur?")
    mine, others = people["office"].see("/office/service/SV-READ").text, people["viewer"].see("/office/service/SV-READ").text
    assert "kapotgegaan" in mine and "Welke kleur?" in mine and "Show customer NLZ1" in mine
    assert "kapotgegaan" not in others and "Welke kleur?" not in others and "NLZ1" not in others


def test_a_customer_is_seen_with_all_that_was_said_and_each_look_is_kept(hub: RunningHub, people: dict[str, Browser]) -> None:
    opened(hub, "SV-CUST", STORE)
    now_ms = hub.clock()
    about = ("article", "A1", "web", now_ms)
    said = Contact("c1", "NLZ1", "noord-zuid", "NL", "phone", now_ms, "Waar blijft het?", "Al weken.", *about)
    call(hub, lambda c: contacts.keep(c, TENANT, said))
    office, before = people["office"], len(journal(hub, "people.seen"))
    assert "Number of the card" in office.see("/office/customers").text
    page = read(office.post("/office/customers", number=" nlz1 "))
    seen = ("Zoë Quistgaard", "2 January 2026 · File", "Waar blijft het?", "Al weken.", "Telephone", "Article A1", "SV-CUST")
    for text in (*seen, "News and offers"):
        assert text in page.text, text
    assert journal(hub, "people.seen")[before:] == [{"who": "office:office", "customer": "NLZ1"}]
    assert "No customer of your stores" in read(office.post("/office/customers", number="nobody")).text
    assert "No customer of your stores" in read(people["manager"].post("/office/customers", number="NLZ1")).text
    assert len(journal(hub, "people.seen")) == before + 1, "who was not shown was not seen"
    assert people["viewer"].http.get("/office/customers").status_code == 403
    assert people["viewer"].post("/office/customers", number="NLZ1").status_code == 403


def test_a_customer_who_calls_withdraws_what_they_agreed_to(hub: RunningHub, people: dict[str, Browser]) -> None:
    office = people["office"]
    assert "Withdraw" in office.post("/office/customers", number="NLZ1").text
    page = read(office.post("/office/customers/withdraw", number="NLZ1", purpose="marketing"))
    assert "Withdrawn. The tills and the web shop know it." in page.text and "Withdraw: " not in page.text
    assert journal(hub, "consent.withdrawn") == [{"who": "office:office", "subject": "NLZ1", "purpose": "marketing"}]
    assert office.post("/office/customers/withdraw", number="NLZ1", purpose="everything").status_code == 400
    assert people["manager"].post("/office/customers/withdraw", number="NLZ1", purpose="marketing").status_code == 200
    assert len(journal(hub, "consent.withdrawn")) == 1, "no customer of that store"
    assert people["viewer"].post("/office/customers/withdraw", number="NLZ1", purpose="marketing").status_code == 403


def test_a_late_request_is_a_task_that_leads_to_it(hub: RunningHub, people: dict[str, Browser]) -> None:
    opened(hub, "SV-LATE", STORE, due_ms=hub.clock() - 1)
    call(hub, lambda c: services.look(c, TENANT, hub.clock()))
    page = people["office"].see("/office/tasks")
    assert "Service request that is late: SV-LATE" in page.text
    assert 'href="/office/service/SV-LATE"' in people["office"].http.get("/office/tasks").text


def test_the_pages_are_whole_in_dutch_too(hub: RunningHub, people: dict[str, Browser]) -> None:
    opened(hub, "SV-NL", STORE)
    office = people["office"]
    office.post("/office/language", language="nl")
    assert "Serviceverzoek SV-NL" in office.see("/office/service/SV-NL").text
    assert "Waar deze klant mee akkoord is" in read(office.post("/office/customers", number="NLZ1")).text
    office.post("/office/language", language="en")
