"""Signing in with a second factor: nothing opens without it, no code is good twice, and who guesses shuts out nobody else."""

import re
from collections.abc import Iterator

import msgspec
import pytest
from sqlalchemy import select

from sync.hub.office_users import AddOfficeUser, ChangeOfficeUser, add_office_user, change_office_user
from sync.hub.problems import HubProblem
from sync.hub.storage.schema import audit
from sync.hub.storage.schema_office import office_factors, office_recovery
from sync.hub.totp import STEP_MS, code_at
from tests.sync.hub.office.test_pages import Browser, read
from tests.sync.hub.support import OTHER_STORE, STORE, RunningHub, running_hub, shop_folder


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """A running hub for all tests of this file, which never ask for the same user twice."""
    with running_hub(shop_folder(tmp_path_factory.mktemp("office") / "hub")) as running:
        running.terminal("1")
        running.terminal("1", store=OTHER_STORE)
        yield running


@pytest.fixture
def browser(hub: RunningHub) -> Iterator[Browser]:
    """A browser that nobody signed in with. Wrong tries of the tests before are forgotten: time went on."""
    hub.clock.added_ms += 11 * 60_000
    made = Browser(hub)
    yield made
    made.http.close()


def added(hub: RunningHub, name: str, role: str = "admin", stores: list[str] | None = None) -> str:
    """A user's password."""
    return add_office_user(hub.hub, AddOfficeUser(name, role=role, stores=stores or [])).password


def now_code(hub: RunningHub, secret: bytes, later: int = 0) -> str:
    """The code that a telephone shows, so many steps later."""
    return code_at(secret, hub.clock() // STEP_MS + later)


def set_up(browser: Browser, hub: RunningHub, name: str, password: str) -> tuple[bytes, list[str]]:
    """Sign in for the first time: the secret, and the recovery codes that were shown."""
    assert browser.password(name, password).headers["location"] == "/office/code"
    secret = browser.secret()
    shown = browser.code(now_code(hub, secret))
    assert shown.status_code == 200 and "Your second factor is set up" in read(shown).text
    return secret, re.findall(r"<li><code>([A-Z0-9-]+)</code>", shown.text)


def journal(hub: RunningHub, who: str) -> list[str]:
    """What the journal says of somebody."""
    return hub.hub.storage.call(lambda c: list(c.scalars(select(audit.c.what).where(audit.c.who == who).order_by(audit.c.at_ms))))


def test_a_password_alone_opens_nothing_and_the_code_of_the_app_does(hub: RunningHub, browser: Browser) -> None:
    password = added(hub, "ann")
    assert browser.password("ann", password).headers["location"] == "/office/code"
    for path in ("/office", "/office/queue"):
        assert browser.http.get(path).headers["location"] == "/office/login", path
    page = browser.see("/office/code")
    assert "Set up your second factor" in page.text and 'role="img"' in browser.http.get("/office/code").text
    wrong = browser.code("000000")
    assert wrong.status_code == 403 and "not right" in read(wrong).text
    secret = browser.secret()
    shown = browser.code(now_code(hub, secret))
    assert len(set(re.findall(r"<li><code>([A-Z0-9-]{14})</code>", shown.text))) == 10
    assert "Till 01" in browser.see("/office").text
    assert browser.http.get("/office/code").headers["location"] == "/office/login", "the secret is shown no more"
    assert journal(hub, "office:ann") == ["office.wrong_code", "office.second_factor"]


def test_a_code_is_good_once_and_a_recovery_code_too(hub: RunningHub, browser: Browser) -> None:
    password = added(hub, "bob")
    secret, codes = set_up(browser, hub, "bob", password)
    other = Browser(hub)
    other.password("bob", password)
    page = other.see("/office/code")
    assert "The code of your app" in page.text and "Set up" not in page.text
    assert 'class="secret"' not in other.http.get("/office/code").text
    assert other.code(now_code(hub, secret)).status_code == 403, "it let in somebody a moment ago"
    assert other.code(now_code(hub, secret, 1)).headers["location"] == "/office/tasks"
    for n, code in enumerate((codes[0].lower(), codes[1])):
        again = Browser(hub)
        again.password("bob", password)
        assert f"{9 - n} are left" in read(again.code(code)).text
        again.password("bob", password)
        assert again.code(code).status_code == 403, "it was used"
        again.http.close()
    other.http.close()
    assert journal(hub, "office:bob").count("office.in_by_recovery") == 2


def test_nothing_in_the_database_gives_a_code(hub: RunningHub, browser: Browser) -> None:
    secret, codes = set_up(browser, hub, "cas", added(hub, "cas"))
    tables = (office_factors, office_recovery)
    kept = hub.hub.storage.call(lambda c: repr([c.execute(select(table)).all() for table in tables]))
    assert secret.hex() not in kept and repr(secret)[2:-1] not in kept and not any(code in kept for code in codes)


def test_forms_that_the_pages_did_not_make_sign_nobody_in(hub: RunningHub, browser: Browser) -> None:
    password = added(hub, "dan")
    bare = browser.http.post("/office/login", data={"name": "dan", "password": password})
    assert bare.status_code == 403 and "stood open for too long" in read(bare).text
    assert browser.http.post("/office/login", data={"csrf": "0" * 64, "name": "dan", "password": password}).status_code == 403
    browser.password("dan", password)
    code = now_code(hub, browser.secret())
    assert browser.http.post("/office/code", data={"csrf": "0" * 64, "code": code}).headers["location"] == "/office/login"
    assert browser.http.post("/office/code", data={"code": code}).headers["location"] == "/office/login"
    hub.clock.added_ms += 11 * 60_000
    assert browser.http.get("/office/code").headers["location"] == "/office/login", "a right password waits ten minutes"


def test_whoever_guesses_at_a_name_shuts_nobody_out_of_their_own_browser(hub: RunningHub, browser: Browser) -> None:
    password = added(hub, "eva")
    secret, _ = set_up(browser, hub, "eva", password)
    browser.post("/office/logout")
    guesser = Browser(hub)
    for _ in range(10):
        assert guesser.password("eva", "wrong").status_code == 403
    assert "Too many tries" in read(guesser.password("eva", password)).text
    assert browser.password("eva", password).status_code == 303, "she was signed in here before"
    assert browser.code(now_code(hub, secret, 1)).status_code == 303
    guesser.http.cookies.set("toonbank_office_known", f"eva.{'0' * 64}.{'0' * 64}", path="/office")
    assert "Too many tries" in read(guesser.password("eva", password)).text, "a mark that the hub did not make is none"
    guesser.http.close()


def test_whoever_has_the_password_cannot_guess_codes_for_long(hub: RunningHub, browser: Browser) -> None:
    password = added(hub, "fay")
    browser.password("fay", password)
    answers = [browser.code(f"00000{n}") for n in range(6)]
    assert [answer.status_code for answer in answers] == [403] * 6
    assert "Too many tries" not in read(answers[4]).text and "Too many tries" in read(answers[5]).text
    assert "Too many tries" in read(browser.code(now_code(hub, browser.secret()))).text
    assert journal(hub, "office:fay") == ["office.wrong_code"] * 5


def test_a_factor_that_was_reset_is_set_up_anew_and_open_sessions_end(hub: RunningHub, browser: Browser) -> None:
    password = added(hub, "gus")
    secret, codes = set_up(browser, hub, "gus", password)
    change_office_user(hub.hub, ChangeOfficeUser("gus", reset_totp=True))
    assert browser.http.get("/office").headers["location"] == "/office/login"
    browser.password("gus", password)
    assert browser.secret() != secret
    assert browser.code(codes[0]).status_code == 403, "the old recovery codes went with it"
    done = change_office_user(hub.hub, ChangeOfficeUser("gus", reset_password=True))
    assert browser.password("gus", password).status_code == 403 and browser.password("gus", done.password).status_code == 303


def test_a_manager_sees_the_terminals_of_their_own_stores_and_a_viewer_mends_nothing(hub: RunningHub, browser: Browser) -> None:
    set_up(browser, hub, "hal", added(hub, "hal", "manager", [OTHER_STORE]))
    shown = browser.see("/office").text
    assert OTHER_STORE in shown and STORE not in shown and "1 terminals" in shown
    assert browser.http.get(f"/office/terminal/{hub.terminals[0].dev}").status_code == 404
    for path in ("/office/queue", "/office/prices"):
        refused = browser.http.get(path)
        assert refused.status_code == 403 and "Your role" in read(refused).text, path
    assert browser.post("/office/queue", id="held:x", action="take", note="n").status_code == 403
    menu = re.findall(r'<a href="(/office[^"]*)"', browser.http.get("/office").text)
    assert "/office/orders" in menu and "/office/queue" not in menu and "/office/journal" not in menu


def test_a_head_office_user_of_one_store_mends_nothing_of_another(hub: RunningHub, browser: Browser) -> None:
    till = hub.terminals[0]
    till.clock_ms = hub.clock.added_ms
    till.sale(price_minor=-100_000_000)
    till.push()
    item = f"held:{STORE}/{till.dev}/1/1"
    set_up(browser, hub, "ida", added(hub, "ida", "office", [OTHER_STORE]))
    assert "Nothing waits." in browser.see("/office/queue").text
    assert "Nothing waits." in browser.see(f"/office/queue?store={STORE}").text
    assert browser.post("/office/queue", id=item, action="take", note="n").status_code == 403
    assert browser.post("/office/retry", store=STORE).status_code == 403
    assert "0 tried again" in read(browser.post("/office/retry")).text


@pytest.mark.parametrize(
    ("role", "stores", "code"),
    [("boss", [], "office.role"), ("manager", [], "office.stores"), ("viewer", ["NIX"], "store.unknown"), ("", [], "office.role")],
)
def test_a_role_or_a_store_that_there_is_not_is_refused(hub: RunningHub, role: str, stores: list[str], code: str) -> None:
    added(hub, f"to-{code}-{role}")
    for work in (
        lambda: add_office_user(hub.hub, AddOfficeUser("zoe", role=role, stores=stores)),
        lambda: change_office_user(hub.hub, ChangeOfficeUser(f"to-{code}-{role}", role=role, stores=stores)),
    ):
        with pytest.raises(HubProblem) as refused:
            work()
        assert refused.value.code == code


def test_what_becomes_of_users_stands_in_the_journal(hub: RunningHub) -> None:
    added(hub, "pim", "viewer")
    change_office_user(hub.hub, ChangeOfficeUser("pim", role="manager", stores=[STORE], reset_totp=True))
    query = select(audit.c.what, audit.c.detail).where(audit.c.who == "hub").order_by(audit.c.at_ms.desc(), audit.c.id.desc())
    newest = [(what, msgspec.json.decode(detail)) for what, detail in hub.hub.storage.call(lambda c: c.execute(query).all())][:2]
    assert dict(newest)["office.changed"] == {"user": "pim", "role": "manager", "stores": STORE, "reset": "second factor"}
