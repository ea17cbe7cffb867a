"""The office pages in a real browser: sign-in with a second factor by keyboard, every page heard and seen, each role's limits."""

import base64
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from playwright.sync_api import Browser

from kiosk.domain.customer import Customer
from kiosk.domain.order import COLLECT, SHIP_FROM_STORE, Fulfilment
from kiosk.domain.service import About, ServiceRequest
from sync.hub import contacts, services
from sync.hub.contacts import Contact
from sync.hub.imports.customers import CustomerRow
from sync.hub.offer_operations import ImportCustomers, import_customers
from sync.hub.office.access import COOKIE
from sync.hub.office_users import AddOfficeUser, add_office_user
from sync.hub.totp import STEP_MS, code_at
from tests.browser.access import Node, faults, tree, walk
from tests.browser.chromium import DESK, NARROW, Window, window
from tests.browser.conftest import Site
from tests.sync.hub.office.test_pages import Browser as Signer
from tests.sync.hub.order_support import line, on_web
from tests.sync.hub.support import OTHER_STORE, STORE, TENANT, RunningHub

ARTICLE, REPAIR = "1001-RED-M", "SV-7KQ2M4XPRT"
FROM_OTHER = Fulfilment(SHIP_FROM_STORE, source=OTHER_STORE, delivery="a1")
TABS = {
    "viewer": ["Taken", "Bestellingen", "Service", "Voorraad", "Apparaten"],
    "manager": ["Taken", "Bestellingen", "Service", "Klanten", "Voorraad", "Apparaten"],
    "office": ["Taken", "Bestellingen", "Service", "Klanten", "Voorraad", "Apparaten", "Wachtend werk", "Prijzen"],
    "it": ["Apparaten", "Wachtend werk", "Prijzen"],
    "admin": ["Taken", "Bestellingen", "Service", "Klanten", "Voorraad", "Apparaten", "Wachtend werk", "Prijzen", "Logboek"],
}
"""What each role has in its menu, worked out from sync/hub/README.md by hand."""

Opened = Callable[..., AbstractContextManager[Window]]


@pytest.fixture(scope="module")
def opened(browser: Browser, site: Site) -> Opened:
    """Opens a window in which somebody of a role is signed in; a manager is of the second store. An absurd sale is held."""
    till = site.hub.terminal("9")
    till.sale(price_minor=-100_000_000)
    till.push()
    on_web(site.hub, line(1, 3, FROM_OTHER, True, ARTICLE), id="b1", name="Zandstra")
    on_web(site.hub, line(1, 1, Fulfilment(COLLECT, source=STORE, to=STORE), True, ARTICLE), id="b2", name="Veenstra")
    a_repair(site.hub)
    sessions: dict[str, str] = {}

    @contextmanager
    def open_window(role: str, language: str = "nl-NL", **more: tuple[int, int]) -> Iterator[Window]:
        user = f"{role}-{language[:2]}"
        if user not in sessions:
            stores = [OTHER_STORE] if role == "manager" else []
            password = add_office_user(site.hub.hub, AddOfficeUser(user, role=role, stores=stores)).password
            signer = Signer(site.hub, language[:2])
            assert signer.sign_in(user, password).status_code == 200
            sessions[user] = signer.http.cookies[COOKIE]
            signer.http.close()
        with window(browser, site.hub.url, language=language, cookies={COOKIE: sessions[user]}, **more) as made:
            yield made

    return open_window


def a_repair(hub: RunningHub) -> None:
    """A customer with something to repair, who called about it."""
    one = Customer("NL204", "Zoë", family="Quistgaard", phone="+31612345678", consents={"marketing": "2026-01-02"})
    import_customers(hub.hub, ImportCustomers([CustomerRow(2, one, (STORE,), ("marketing",))]))
    now_ms, about = hub.clock(), About(article=ARTICLE, serial="S-204417")
    asked = ServiceRequest(REPAIR, "repair", about, STORE, now_ms, now_ms + 86_400_000)
    said = Contact(
        "c1", "NL204", "noord", "NL", "phone", now_ms, "Wanneer is het klaar?", "Ik heb het zaterdag nodig.", "article", ARTICLE,
        "web", now_ms,
    )  # fmt: skip
    hub.hub.storage.call(lambda c: services.open_one(c, TENANT, asked, ("noord", "NL"), "NL204", "De rits gaat niet meer dicht."))
    hub.hub.storage.call(lambda c: contacts.keep(c, TENANT, said))


def good(person: Window, shot: str) -> None:
    """A page that everybody can use, wide and narrow, by the keyboard too."""
    person.shot(f"office-{shot}")
    assert faults(person) == [], shot
    stops = walk(person)
    assert stops and all(one.is_seen and one.is_there for one in stops), (shot, stops)


def test_somebody_signs_in_with_a_second_factor_by_keyboard_alone(browser: Browser, site: Site) -> None:
    password = add_office_user(site.hub.hub, AddOfficeUser("zoe", role="admin")).password
    with window(browser, site.hub.url, language="en-GB") as zoe:
        page, keys = zoe.page, zoe.page.keyboard
        zoe.go("/office/orders")
        assert page.url.endswith("/office/login")
        good(zoe, "login")
        zoe.go("/office/login")
        page.wait_for_function("document.activeElement.matches('[autofocus]')")
        for text in ("zoe", password):  # the name has the focus when the page opens
            keys.type(text)
            keys.press("Tab")
        keys.press("Enter")
        page.wait_for_url("**/office/code")
        assert any(one.role == "image" and one.name == "QR code for your app" for one in tree(zoe))
        secret = base64.b32decode(page.inner_text(".secret").replace(" ", ""))
        keys.type("000000")
        keys.press("Enter")
        page.wait_for_selector('[role="status"]')
        assert "not right" in page.inner_text('[role="status"]')
        good(zoe, "code")
        page.get_by_label("Code of six digits").focus()
        keys.type(code_at(secret, site.hub.clock() // STEP_MS))
        keys.press("Enter")
        page.get_by_role("heading", name="Recovery codes").wait_for()
        good(zoe, "recovery")
        zoe.press("Go on", "link")
        page.wait_for_url("**/office/tasks")
        zoe.press("Sign out (zoe)")
        page.wait_for_url("**/office/login")
        zoe.go("/office/tasks")
        assert page.url.endswith("/office/login"), "what was signed out stays out"


def test_every_page_is_heard_seen_and_walked_through_in_both_languages(opened: Opened, site: Site) -> None:
    (till,) = site.hub.terminals
    paths = {
        "tasks": "/office/tasks", "orders": "/office/orders", "order": "/office/order/b1", "stock": "/office/stock?find=1001",
        "service": "/office/service", "request": f"/office/service/{REPAIR}", "customers": "/office/customers",
        "article": f"/office/stock?article={ARTICLE}&store={STORE}", "terminals": "/office",
        "terminal": f"/office/terminal/{till.dev}", "held": "/office/queue", "prices": "/office/prices", "log": "/office/journal",
    }  # fmt: skip
    with opened("admin") as admin:
        for name, path in paths.items():
            good(admin.resize(DESK).go(path), name)
            admin.page.evaluate("() => { for (const one of document.querySelectorAll('details')) one.open = true }")
            admin.resize(NARROW).shot(f"office-{name}-narrow")
            assert faults(admin) == [], f"{name}, narrow"
            # Without its head a table says at each number what it is, to the eye and to the ear.
            assert name != "article" or Node("StaticText", "Aanwezig:") in tree(admin)
        admin.press("English")
        for name, path in paths.items():
            admin.go(path).shot(f"office-{name}-english")
            assert faults(admin) == [], f"{name}, in English"
        admin.press("Nederlands")


def test_a_repair_goes_a_step_on_and_a_customer_who_calls_withdraws_a_consent(opened: Opened) -> None:
    with opened("office") as office:
        office.go(f"/office/service/{REPAIR}").fill("Wat de klant te horen krijgt (mag leeg)", "We kijken ernaar.")
        office.press("Het artikel is binnen")
        assert "Artikel is hier" in office.text() and "We kijken ernaar." in office.text()
        office.press("Toon klant NL204")
        good(office, "customer")
        office.press("Intrekken: Nieuws en aanbiedingen")
        assert "De kassa's en de webwinkel weten het" in office.text()
        office.resize(NARROW).shot("office-customer-narrow")
        assert faults(office) == []


@pytest.mark.parametrize("role", TABS)
def test_each_role_sees_its_pages_and_is_told_plainly_of_the_others(opened: Opened, role: str) -> None:
    with opened(role) as person:
        person.go("/office/start")
        menu = person.page.get_by_role("navigation").get_by_role("link").all_inner_texts()
        assert [one.removesuffix(" 1") for one in menu] == TABS[role]
        person.go("/office/journal")
        assert ("Logboek" in person.page.inner_text("h1")) == (role == "admin")
        if role != "admin":
            assert "Je rol" in person.text() and faults(person) == []
        person.go("/office/order/b1")
        seen = {name: person.page.get_by_role("button", name=name).count() for name in ("Toon naam en adres",)}
        assert seen["Toon naam en adres"] == (role in ("manager", "office", "admin"))
        assert person.page.locator("summary", has_text="Beslis").count() == (role in ("manager", "office", "admin"))
        person.go("/office/order/b2")
        assert ("N-b2" in person.text()) == (role in ("viewer", "office", "admin")), "a manager has their own store's only"


def test_a_part_of_an_order_is_cancelled_by_keyboard_and_its_task_is_closed(opened: Opened) -> None:
    with opened("office") as ida:
        page, keys = ida.page, ida.page.keyboard
        ida.go("/office/order/b1")
        page.locator("summary", has_text="Beslis").focus()
        keys.press("Enter")
        good(ida, "decide")
        page.get_by_label("Hoeveel ervan").fill("1")
        page.get_by_label("Waarom", exact=False).fill("de klant belde")
        page.get_by_role("button", name="Annuleren", exact=True).press("Enter")
        page.wait_for_selector('[role="status"]')
        assert "Gedaan" in page.inner_text('[role="status"]') and "2 × Toegewezen" in ida.text()
        ida.go("/office/tasks")
        assert "N-b1" in ida.text() and "€ 10,00" in ida.text()
        page.locator("summary").first.press("Enter")
        good(ida, "task")
        page.get_by_label("Wat is er gedaan", exact=False).fill("teruggestort")
        keys.press("Enter")
        page.wait_for_selector('[role="status"]')
        assert "N-b1" not in ida.text()
        ida.shot("office-task-closed")
