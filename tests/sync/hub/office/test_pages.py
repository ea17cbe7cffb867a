"""The office pages as a browser gets them: who may see them, what stands in them, and what a form does."""

import asyncio
import base64
import re
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

from kiosk.domain.exceptions import Waiting
from kiosk.domain.facts import SALE_COMPLETED, read_fact
from kiosk.domain.readiness import HOUR_MS, Known, TerminalState, board
from kiosk.text import Words
from sync.hub import readiness
from sync.hub.core import Hub
from sync.hub.office_users import AddOfficeUser, DisableOfficeUser, add_office_user, disable_office_user
from sync.hub.recomputing import Recomputing
from sync.hub.totp import STEP_MS, code_at
from tests.sync.hub.support import WAIT_S, RunningHub, a_product, bring_products, running_hub, shop_folder

TEMPLATES = Path(readiness.__file__).parent / "office" / "templates"
VOID = {"meta", "link", "input", "br", "img", "hr"}


class Page(HTMLParser):
    """A page read strictly: tags in balance, labels, headings and form fields."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.labels: set[str] = set()
        self.fields: list[dict[str, str]] = []
        self.headings: list[str] = []
        self.words: list[str] = []
        self.language = ""
        self.feed(text)
        self.faults += [f"<{tag}> stays open" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what matters of a tag."""
        given = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self.open.append(tag)
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "label":
            self.labels.add(given.get("for", ""))
        if tag in ("input", "select", "textarea") and given.get("type") != "hidden":
            self.fields.append(given)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(tag)
        if any(name.startswith("on") or name == "style" for name in given) or tag in ("script", "iframe"):
            self.faults.append(f"<{tag}> does more than show")

    def handle_endtag(self, tag: str) -> None:
        """Tags close in order."""
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes what is not open")

    def handle_data(self, data: str) -> None:
        """The words that a person reads."""
        self.words.append(data)

    @property
    def text(self) -> str:
        """All of them."""
        return " ".join(" ".join(self.words).split())


def read(answer: httpx.Response) -> Page:
    """A good page: whole, with a language, one first heading, and a label for each field."""
    assert answer.headers["content-type"].startswith("text/html") and "script" not in answer.headers["content-security-policy"]
    page = Page(answer.text)
    assert page.faults == [] and page.language in ("nl", "en") and page.headings.count("h1") == 1
    unlabelled = [given for given in page.fields if given.get("id") not in page.labels]
    assert not unlabelled, unlabelled
    return page


class Browser:
    """A person's browser: keeps cookies, follows nothing by itself."""

    def __init__(self, hub: RunningHub, language: str = "en") -> None:
        self.http = httpx.Client(base_url=hub.url, timeout=WAIT_S, trust_env=False, headers={"Accept-Language": language})

    def password(self, name: str, password: str) -> httpx.Response:
        """Fill in the first form."""
        data = {"csrf": self.token("/office/login"), "name": name, "password": password}
        return self.http.post("/office/login", data=data)

    def code(self, code: str) -> httpx.Response:
        """Fill in the second form."""
        return self.http.post("/office/code", data={"csrf": self.token("/office/code"), "code": code})

    def secret(self) -> bytes:
        """What the page says on which a second factor is set up."""
        found = re.search(r'class="secret">([A-Z2-7 ]+)<', self.http.get("/office/code").text)
        assert found is not None
        return base64.b32decode(found.group(1).replace(" ", ""))

    def sign_in(self, name: str, password: str) -> httpx.Response:
        """Fill in both forms, as somebody who signs in for the first time."""
        answer = self.password(name, password)
        if answer.status_code == 303:
            answer = self.code(code_at(self.secret(), time.time_ns() // 1_000_000 // STEP_MS))
        return answer

    def see(self, path: str) -> Page:
        """A page that has to be good."""
        answer = self.http.get(path)
        assert answer.status_code == 200, answer.text
        return read(answer)

    def csrf(self) -> str:
        """The token that the pages put into their forms."""
        return self.token("/office")

    def token(self, path: str) -> str:
        """The token in the forms of a page."""
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', self.http.get(path).text)
        assert found is not None
        return found.group(1)

    def post(self, path: str, **fields: str) -> httpx.Response:
        """Send a form of the pages."""
        return self.http.post(path, data={"csrf": self.csrf(), **fields})


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """A running hub with two terminals, one of them with an absurd sale and a board."""
    with running_hub(shop_folder(tmp_path / "hub")) as running:
        till, _ = running.terminal("1"), running.terminal("2", kind="kiosk")
        till.sale(price_minor=-100_000_000)
        till.push()
        now_ms = running.clock()
        known = Known(now_ms, articles=7, catalog_whole=True, catalog_heard_ms=now_ms, people=1, people_ready=1, managers_ready=1,
                      priceless=0, prices_until_ms=now_ms + 5 * HOUR_MS + 1)  # fmt: skip
        paper = Waiting("paper:1", "paper", "what.paper.receipt", "spool.unconfirmed", now_ms, 1200)
        told = TerminalState(now_ms, "<b>1.0</b>", board(known), (paper,), 1)
        assert till.post("/v1/state", told).status_code == 200
        yield running


@pytest.fixture
def ann(hub: RunningHub) -> Iterator[Browser]:
    """Somebody who is signed in."""
    browser = Browser(hub)
    password = add_office_user(hub.hub, AddOfficeUser("ann")).password
    answer = browser.sign_in("ann", password)
    assert answer.status_code == 200 and "Recovery codes" in read(answer).text
    yield browser
    browser.http.close()


def test_nobody_sees_anything_without_signing_in(hub: RunningHub) -> None:
    stranger = Browser(hub)
    for path in ("/office", "/office/queue", "/office/prices", "/office/terminal/x", "/office?state=stop"):
        answer = stranger.http.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/office/login"), path
    for path in ("/office/queue", "/office/retry", "/office/logout", "/office/language"):
        assert stranger.http.post(path, data={"id": "x"}).headers["location"] == "/office/login", path
    assert "Sign in" in stranger.see("/office/login").text
    assert stranger.http.get("/office/office.css").headers["content-type"].startswith("text/css")
    stranger.http.close()


def test_a_cookie_is_for_these_pages_alone_and_out_of_reach_of_scripts(hub: RunningHub) -> None:
    browser = Browser(hub)
    password = add_office_user(hub.hub, AddOfficeUser("bob")).password
    cookies = [*browser.password("bob", password).headers.get_list("set-cookie")]
    code = code_at(browser.secret(), time.time_ns() // 1_000_000 // STEP_MS)
    cookies += browser.code(code).headers.get_list("set-cookie")
    assert len(cookies) >= 4
    for cookie in cookies:
        assert all(part in cookie.lower() for part in ("httponly", "samesite=strict", "path=/office")), cookie
    browser.http.close()


def test_wrong_passwords_and_unknown_names_are_answered_alike_and_not_for_ever(hub: RunningHub) -> None:
    browser = Browser(hub)
    add_office_user(hub.hub, AddOfficeUser("bob"))
    answers = [browser.password(name, "wrong") for name in ("bob", "nobody")]
    assert [answer.status_code for answer in answers] == [403, 403] and _plain(answers[0]) == _plain(answers[1])
    assert "do not belong together" in read(answers[0]).text
    for _ in range(8):
        browser.password("bob", "wrong")
    assert "Too many tries" in read(browser.password("bob", "wrong")).text
    browser.http.close()


def _plain(answer: httpx.Response) -> str:
    return re.sub("[0-9a-f]{64}", "", answer.text)


def test_the_list_shows_the_worst_terminal_first_with_its_reason(ann: Browser) -> None:
    page = ann.see("/office")
    assert page.text.index("Till 01") < page.text.index("Kiosk 02")
    assert "Can work 5 hours without the network" in page.text and "Every price holds until" in page.text
    assert "It has not told yet how it is" in page.text and "2 terminals, the worst first" in page.text
    assert "Kiosk 02" not in ann.see("/office?state=warn").text and "Till 01" not in ann.see("/office?find=kiosk").text
    assert "No terminal fits." in ann.see("/office?find=nowhere").text
    assert ann.see("/office?page=99").headings and ann.see("/office?page=x").headings


def test_a_terminal_s_page_shows_its_board_what_waits_there_and_what_waits_here(ann: Browser, hub: RunningHub) -> None:
    text = ann.see(f"/office/terminal/{hub.terminals[0].dev}").text
    assert "Complete: 7 articles" in text and "The printer was not asked yet." in text
    assert "Receipt on paper" in text and "The printer did not confirm this paper" in text and "€12.00" in text
    assert "Sale AMS1-01-A-000001" in text and "-€1,000,000.00" in text
    assert "has not told yet" in ann.see(f"/office/terminal/{hub.terminals[1].dev}").text
    nobody = ann.http.get("/office/terminal/none")
    assert nobody.status_code == 404 and "it was replaced" in read(nobody).text


def test_a_person_takes_a_fact_in_by_a_form_and_the_audit_knows_who(ann: Browser, hub: RunningHub) -> None:
    assert "-€1,000,000.00" in ann.see("/office/queue").text
    dev = hub.terminals[0].dev
    item = f"held:AMS1/{dev}/1/1"
    refused = read(ann.post("/office/queue", id=item, action="take", note=""))
    assert "Write in a few words why." in refused.text
    done = read(ann.post("/office/queue", id=item, action="write_off", note="<i>a test</i>"))
    assert "Done: Write off." in done.text and "Nothing waits." in done.text
    closed = ann.http.get("/office/queue?closed=1")
    assert "written off by office:ann: &lt;i&gt;a test&lt;/i&gt;" in closed.text and "<i>" not in closed.text
    assert "Done: Open again." in read(ann.post("/office/queue", id=item, action="reopen", note="no")).text
    assert "0 taken in" in read(ann.post("/office/retry")).text
    typed = ann.post("/office/queue", id=item, action="mend", note="typed", patch="no json")
    assert "as JSON" in read(typed).text and 'value="typed"' in typed.text and ">no json</textarea>" in typed.text
    assert "Done: Take it in as it is." in read(ann.post("/office/queue", id=item, action="take", note="true")).text
    assert "That is done already" in read(ann.post("/office/queue", id=item, action="take", note="true")).text
    report = hub.terminals[0].request("GET", "/v1/report/day?store=AMS1&day=" + _day(hub)).json()
    assert report["total"]["sales"] == 1


def test_a_wrong_quantity_is_mended_by_the_form_and_a_refusal_keeps_what_was_typed(ann: Browser, hub: RunningHub) -> None:
    till = hub.terminals[0]
    till.sale(pieces=200_000, price_minor=0)
    till.push()
    item = f"held:AMS1/{till.dev}/1/2"
    page = ann.see("/office/queue")
    named = {given["name"]: given.get("value", "") for given in page.fields if given.get("name", "").startswith("mend-")}
    assert named["mend-article-1"] == "A1" and "200000" in ann.http.get("/office/queue").text
    assert "Line 1: quantity" in page.text and "for experts" in page.text
    typed = ann.post("/office/queue", id=item, action="mend", note="typed", **{"mend-quantity-1": "tw<o"})
    assert "Line 1: quantity: tw<o cannot be. Nothing was changed." in read(typed).text and "tw&lt;o" in typed.text
    assert "Change a field or write" in read(ann.post("/office/queue", id=item, action="mend", note="n")).text
    done = ann.post("/office/queue", id=item, action="mend", note="two pieces", **{"mend-quantity-1": "2", "mend-article-1": "A1"})
    assert "Done: Mend." in read(done).text
    assert till.request("GET", "/v1/report/day?store=AMS1&day=" + _day(hub)).json()["total"]["pieces"] == 2


def _day(hub: RunningHub) -> str:
    return read_fact(hub.terminals[0].facts[0].data).day


def test_a_form_that_these_pages_did_not_make_does_nothing(ann: Browser, hub: RunningHub) -> None:
    item = f"held:AMS1/{hub.terminals[0].dev}/1/1"
    for csrf in ("", "0" * 64, "é"):
        answer = ann.http.post("/office/queue", data={"csrf": csrf, "id": item, "action": "write_off", "note": "x"})
        assert answer.headers.get("location") == "/office/login" or answer.status_code == 400
    assert ann.http.post("/office/queue", content=b"\xff" * 10).status_code == 400
    assert ann.http.post("/office/queue", content=b"a=1&" * 50).status_code == 400
    assert "-€1,000,000.00" in ann.see("/office/queue").text


def test_sales_that_come_out_otherwise_stand_on_a_page_of_their_own(ann: Browser, hub: RunningHub) -> None:
    rev = bring_products(hub.hub, a_product("A1", 1_000))
    till = hub.terminal("3")
    body = till.sale_body("A1", 1, 900)
    body["lines"][0]["price_rev"] = rev
    till.fact(SALE_COMPLETED, {**body, "receipt": "AMS1-03-A-000001"})
    till.push()
    asyncio.run(everything_again(hub.hub))
    page = ann.see("/office/prices")
    assert "1 of 2 sales come out otherwise." in page.text and "AMS1-03-A-000001" in page.text
    assert "line 1, unit price: €9.00, found €10.00" in page.text.replace("€ ", "€")
    assert "No sale was computed again yet." in ann.see("/office/prices?store=UTR1").text
    ann.post("/office/language", language="nl")
    assert "1 van 2 verkopen komen anders uit." in ann.see("/office/prices?store=AMS1").text


async def everything_again(hub: Hub) -> None:
    """Compute every sale again that was not yet."""
    again = Recomputing(hub)
    while await again.one_pass():
        pass


def test_the_pages_speak_dutch_and_english(ann: Browser) -> None:
    assert ann.see("/office").language == "en"
    assert ann.post("/office/language", language="nl").status_code == 303
    page = ann.see("/office")
    assert page.language == "nl" and "Kan 5 uur werken zonder netwerk" in page.text and "Elke prijs geldt minstens tot" in page.text
    text = ann.see("/office/queue").text
    assert "Verkoop AMS1-01-A-000001" in text and "Afboeken" in text and "€ -1.000.000,00" in text


def test_a_session_ends_by_itself_by_signing_out_and_when_a_user_is_disabled(ann: Browser, hub: RunningHub) -> None:
    other = Browser(hub, "nl")
    assert other.sign_in("ann", add_office_user_again(hub)).status_code == 200
    assert other.see("/office").language == "nl"
    assert ann.http.get("/office").status_code == 303, "a disabled user's open sessions ended"
    hub.clock.added_ms += 31 * 60_000
    assert other.http.get("/office").status_code == 303
    hub.clock.added_ms = 0
    assert other.post("/office/logout").headers["location"] == "/office/login"
    assert other.http.get("/office").status_code == 303
    other.http.close()


def add_office_user_again(hub: RunningHub) -> str:
    """Disable Ann and let her in again, with a new password."""
    disable_office_user(hub.hub, DisableOfficeUser("ann"))
    return add_office_user(hub.hub, AddOfficeUser("ann")).password


def test_three_hundred_stores_are_shown_a_hundred_terminals_a_page(
    ann: Browser, hub: RunningHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one, *_) = hub.hub.storage.call(lambda c: readiness.standings(c, "noord"))
    many = [type(one)("noord", f"S{n:03d}", "01", "till", f"dev{n}", 1, hub.clock(), 0, False, 0, None) for n in range(300)]
    monkeypatch.setattr(readiness, "standings", lambda *_, **__: many)
    page = ann.see("/office?page=3")
    assert "300 terminals" in page.text and "S299" in page.text and "S100" not in page.text


def test_every_text_of_the_templates_is_in_the_catalogue() -> None:
    dutch = Words("nl")
    said = {text for path in TEMPLATES.glob("*.html") for text in re.findall(r'say\("([^"]+)"', path.read_text("utf-8"))}
    code = "\n".join(path.read_text("utf-8") for path in TEMPLATES.parent.glob("*.py"))
    said |= set(re.findall(r'\bwords\(\s*"([^"]+)"', code))
    same = {"App", "Chat", "Service", "Terminals", "Status", "Filter", "Kiosk", "Tablet", "Kiosk {number}", "Terminals by trouble"}
    assert len(said) > 30 and not {text for text in said if dutch(text) == text} - same
