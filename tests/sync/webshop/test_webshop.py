"""The example web shop as a guest uses it: real pages over a real hub, with the forms that are really on them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx
import pytest

from kiosk.domain.facts import ORDER_MOVED
from kiosk.domain.feed import DEVICE
from sync.hub import feedlog
from sync.hub.orders import find, lookup
from sync.webshop import pages
from sync.webshop.app import Shop
from sync.webshop.hubline import HubLine
from tests.sync.hub.shop.support import gather, give_key, two_brands_in
from tests.sync.hub.support import OTHER_STORE, STORE, TENANT, RunningHub, a_product, bring_products, running_hub

SCOPES = ("catalogue:read", "content:read", "prices:read", "stock:read", "baskets:write", "orders:read", "orders:write")


@dataclass
class Form:
    """A form of a page, with what stands in it."""

    action: str
    values: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """The forms of a page, and whether it is one that a screen reader can use."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.faults: list[str] = []
        self._labelled: set[str] = set()
        self._fields: list[str] = []
        self._label = 0
        self._select = ""
        self.feed(text)
        self.faults += [f"{id} has no label" for id in self._fields if id not in self._labelled]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a tag in."""
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(at["action"]))
        elif tag == "label":
            self._label += 1
            self._labelled |= {at["for"]} if "for" in at else set()
        elif tag in ("input", "select"):
            if at.get("type") != "hidden" and not self._label:
                self._fields.append(at.get("id", at.get("name", "?")))
            self._fill(tag, at)
        elif tag == "option" and ("selected" in at or self._select not in self.forms[-1].values):
            self.forms[-1].values[self._select] = at["value"]
        elif tag == "img" and "alt" not in at:
            self.faults.append("a picture without a text")
        elif tag == "script":
            self.faults.append("a script")

    def handle_endtag(self, tag: str) -> None:
        """Take the end of a tag in."""
        self._label -= tag == "label"

    def _fill(self, tag: str, at: dict[str, str]) -> None:
        if tag == "select":
            self._select = at["name"]
        elif at.get("type") != "radio" or "checked" in at:
            self.forms[-1].values[at["name"]] = at.get("value", "")


@dataclass
class Guest:
    """Somebody with a browser without scripts."""

    http: httpx.Client
    page: str = ""
    url: str = "/"

    def go(self, path: str, status: int = 200) -> str:
        """Open a page."""
        return self._came(self.http.get(path), status)

    def send(self, number: int = 0, status: int = 200, **typed: str) -> str:
        """Send a form of this page, with what was typed into it."""
        form = Page(self.page).forms[number]
        target = httpx.URL(f"http://shop{self.url}").join(form.action).raw_path.decode()
        return self._came(self.http.post(target, data={**form.values, **typed}), status)

    def _came(self, reply: httpx.Response, status: int) -> str:
        assert reply.status_code == status, reply.text
        self.page, self.url = reply.text, reply.url.path
        assert Page(reply.text).faults == []
        return self.page


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """A hub with a few goods and what delivery costs."""
    with running_hub(tmp_path_factory.mktemp("webshop") / "hub") as running:
        two_brands_in(running.hub)
        polo = a_product("P-S", 2_495, style="polo", size="S", names={"nl": "Polo <b>"}, stock={STORE: 3_000, OTHER_STORE: 9_000})
        bring_products(running.hub, polo, a_product("MUG", 995, line=3, stock={STORE: 5_000}))
        cost = feedlog.change(DEVICE, "", "setting", "order.delivery_cost", {"name": "order.delivery_cost", "value": "4.95"})
        running.hub.storage.call(lambda c: feedlog.publish(c, TENANT, [cost]))
        yield running


@pytest.fixture
def guest(hub: RunningHub) -> Iterator[Guest]:
    """A guest of the shop."""
    shop = Shop(HubLine(hub.url, give_key(hub.hub, scopes=SCOPES).key), b"a secret of the test")
    gather(hub.hub)
    with httpx.Client(transport=httpx.WSGITransport(shop), base_url="http://shop", follow_redirects=True) as http:
        yield Guest(http)


def test_a_guest_orders_for_collection_sees_the_code_and_cancels(guest: Guest) -> None:
    assert "Polo &lt;b&gt;" in guest.go("/") and "€ 24,95" in guest.page
    assert f"{STORE} (3)" in guest.go("/product/polo")
    assert "€ 49,90" in guest.send(pieces="2") and "Winkelwagen (2)" in guest.page
    assert "€ 24,95" in guest.send(pieces="1")
    guest.go("/checkout")
    page = guest.send(name="Zoë de Wit", email="zoe@example.com", store=STORE)
    assert "Uw afhaalcode" in page and "In behandeling (1)" in page and "Te betalen bij het ophalen: € 24,95" in page
    assert "Winkelwagen (0)" in page and guest.url.startswith("/order/W")
    assert "Geannuleerd (1)" in guest.send() and "Annuleer" not in guest.page


def test_a_guest_pays_later_and_gets_back_what_is_paid_after_cancelling(guest: Guest) -> None:
    for number in range(2):
        guest.go("/product/MUG")
        guest.send(pieces="1")
        guest.go("/checkout")
        guest.send(name="Zoë de Wit", email="zoe@example.com", store=STORE)
        assert "Betaal nu € 9,95" in guest.page.replace("\u00a0", " ")
        if number == 0:
            assert "Te betalen" not in guest.send(1) and "Betaal nu" not in guest.page
            continue
        stale, url = guest.page, guest.url
        guest.send()
        guest.page, guest.url = stale, url
        assert "U krijgt € 9,95 terug" in guest.send(1).replace("\u00a0", " ")
        guest.page = stale
        guest.url = url
        assert "U krijgt € 9,95 terug" in guest.send(1).replace("\u00a0", " "), "pressed twice is paid once"


def test_a_guest_has_it_delivered_and_withdraws_once_it_is_theirs(hub: RunningHub, guest: Guest) -> None:
    guest.go("/product/MUG")
    guest.send(pieces="1")
    guest.go("/checkout")
    home: dict[str, str] = {"postcode": "1012 js", "house": "1", "street": "Dam", "city": "Amsterdam"}
    assert "hele adres" in guest.send(way="ship", name="Zoë", email="zoe@example.com")
    assert "Zoë" in guest.page, "what was typed is still there"
    page = guest.send(0, 200, way="ship", name="Zoë", email="zoe@example.com", **home)
    assert "Totaal € 14,90" in page and "Herroep de koop</button>" not in page
    _ship(hub, guest.url.split("/")[2])
    assert "Herroep de koop</button>" in guest.go(guest.url)
    order = guest.url
    page = guest.send(words="toch niet")
    found = re.search(r'href="(/order/[^"]+/label/(RT-[0-9A-Z]{10}))"', page)
    assert "Uw herroeping is ontvangen" in page and found is not None
    assert "<svg" in guest.go(found[1]) and found[2] in guest.page
    guest.go(order.replace(order.split("/")[3], "0" * 32) + f"label/{found[2]}", 404)


def _ship(hub: RunningHub, number: str) -> None:
    """The store picks it and gives it to the carrier."""
    (id,) = hub.hub.storage.look(lambda c: lookup(c, TENANT, number))
    stored = hub.hub.storage.look(lambda c: find(c, TENANT, id))
    assert stored is not None and stored.known.state is not None
    ((fence, _),) = stored.known.state.lines[1].at
    like = {"line": 1, "quantity_milli": 1_000, "role": "store", "fence": fence, "ground": ""}
    steps = (("picked", "allocated"), ("shipped", "picked"))
    till = hub.terminal()
    till.fact(ORDER_MOVED, {"order": id, "moves": [{**like, "step": step, "source": source} for step, source in steps]})
    assert till.push().held == []


def test_a_price_that_changed_meanwhile_is_shown_again_before_it_is_ordered(hub: RunningHub, guest: Guest) -> None:
    guest.go("/product/MUG")
    guest.send()
    guest.go("/checkout")
    bring_products(hub.hub, a_product("MUG", 1_095, stock={}))
    page = guest.send(name="Zoë", email="zoe@example.com", store=STORE)
    assert "De prijs is intussen veranderd" in page and "10,95" in page
    assert "Uw afhaalcode" in guest.send(name="Zoë", email="zoe@example.com", store=STORE)
    bring_products(hub.hub, a_product("MUG", 995, stock={}))


def test_a_form_of_another_page_and_an_address_that_was_guessed_lead_nowhere(guest: Guest) -> None:
    guest.go("/product/MUG")
    assert "verlopen" in guest.send(status=403, mark="0" * 32)
    assert "Niet gevonden" in guest.go(f"/order/W1/{'0' * 32}/", status=404)
    for path in ("/product/none", "/nothing", "/picture/x"):
        guest.go(path, status=404)


def test_a_list_says_from_where_prices_begin_and_a_lone_variant_is_chosen() -> None:
    priced = [{"price": {"amount_minor": minor, "prior_minor": None}} for minor in (1_999, 999)]
    listed = {"id": "x", "picture": "", "names": {"nl": "X"}, "variants": [*priced, {"price": None}]}
    shown = pages.listing({"products": [listed], "next": ""}, [])
    assert 'vanaf <span class="price">€ 9,99' in shown
    alone = {"article": "A", "names": {"nl": "X"}, "colour": "", "colour_names": {}, "size": "", "size_names": {}, **priced[0]}
    assert "checked" in pages.product({"variants": [alone], "picture": ""}, {}, [], "m")
    other = {**alone, "article": "B", "colour": "red", "colour_names": {"nl": "rood"}, "size": "M"}
    both = pages.product({"variants": [alone, other], "picture": ""}, {"B": [("Utrecht", 2_000)]}, [], "m")
    assert "checked" not in both and 'rood </span>M' in both and "Utrecht (2)" in both


def test_a_hub_that_is_away_costs_nothing_but_a_moment(guest: Guest) -> None:
    shop = Shop(HubLine("http://127.0.0.1:9", "tbs_x_y"), b"s")
    with httpx.Client(transport=httpx.WSGITransport(shop), base_url="http://shop") as http:
        reply = http.get("/")
    assert reply.status_code == 503 and "probeer het zo nog eens" in reply.text
