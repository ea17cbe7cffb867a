"""Two tenants on one hub: whoever signs in for the one sees and does nothing of the other, on any page, whatever is asked."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection, func, insert, select, text

from kiosk.domain.feed import Store
from sync.hub import users
from sync.hub.imports.shop import Shop
from sync.hub.office_users import AddOfficeUser, add_office_user
from sync.hub.operations import EnrolCode, ImportShop, enrol_code, import_shop
from sync.hub.problems import HubProblem
from sync.hub.queue import Deed, Queue
from sync.hub.storage.schema import audit, held, tasks, tenants
from sync.hub.storage.schema_held import office_sessions, office_users, overrides, written_off
from tests.sync.hub.earlier import go_back
from tests.sync.hub.office.test_pages import Browser, read
from tests.sync.hub.postgres import Cluster
from tests.sync.hub.support import STORE, TENANT, RunningHub, a_shop, open_test_hub, running_hub, shop_folder

OTHER, SECRET = "zuid", "GEHEIM1"
PAGES = (
    "/office?find={x}", "/office?state=warn{x}", "/office?find=GEHEIM{x}", "/office/queue?store={x}",
    "/office/queue?store=GEHEIM1{x}",
    "/office/queue?closed=1{x}", "/office/queue?closed=1&store=GEHEIM1{x}",
)  # fmt: skip
WISHES = ("", "&tenant=zuid", "&tenant=noord&tenant=zuid", "&tenant=")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """A hub of two tenants. In the other one a till sold two absurd things, one of them written off, and a task waits."""
    with running_hub(shop_folder(tmp_path / "hub")) as running:
        running.terminal("1")
        plain = a_shop()
        place = plain.places[STORE]
        shop = Shop(OTHER, [Store(SECRET, "Geheime winkel", "", "", "", place["zone"])], {SECRET: place}, {}, {})
        import_shop(running.hub, ImportShop(shop))
        other = running.stranger()
        assert other.enrol(enrol_code(running.hub, EnrolCode(SECRET, "7", "till", tenant=OTHER)).code).status_code == 200
        for _ in range(2):
            other.sale(price_minor=-100_000_000)
        other.push()

        def close_one(connection: Connection) -> None:
            queue = Queue(connection, OTHER, running.hub.settings.plausible, running.hub.world.new_id)
            queue.act(f"held:{SECRET}/{other.dev}/1/2", "write_off", Deed("zuid-it", "GEHEIM note", running.clock()))
            detail = msgspec.json.encode({"article": "GEHEIM-A", "store": SECRET, "terminal": "07"}).decode()
            task = {"tenant": OTHER, "store": SECRET, "id": "t1", "kind": "stock.negative", "detail": detail}
            connection.execute(insert(tasks).values(**task, at_ms=running.clock(), done_ms=0))

        running.hub.storage.call(close_one)
        yield running


def signed_in(hub: RunningHub, name: str, tenant: str) -> Browser:
    """Somebody of a tenant."""
    browser = Browser(hub)
    assert browser.sign_in(name, add_office_user(hub.hub, AddOfficeUser(name, tenant)).password).status_code == 200
    return browser


def of_other(hub: RunningHub) -> tuple[int, ...]:
    """What there is of the other tenant: held, overrides, written off, tasks that wait, audit."""

    def count(connection: Connection) -> tuple[int, ...]:
        found = [
            connection.scalar(select(func.count()).select_from(table).where(table.c.tenant == OTHER))
            for table in (held, overrides, written_off, audit)
        ]
        waiting = select(func.count()).select_from(tasks).where(tasks.c.tenant == OTHER, tasks.c.done_ms == 0)
        return (*(int(one or 0) for one in found), int(connection.scalar(waiting) or 0))

    return hub.hub.storage.call(count)


def test_no_page_shows_anything_of_another_tenant_whatever_the_address_asks(hub: RunningHub) -> None:
    ann, other = signed_in(hub, "ann", TENANT), hub.terminals[1]
    for wish in WISHES:
        for path in PAGES:
            shown = ann.http.get(path.format(x=wish))
            assert shown.status_code == 200, path
            typed = re.sub(r'value="GEHEIM1?"|find=GEHEIM', "", shown.text)  # what was asked stands in its own field
            assert "GEHEIM" not in typed and "Geheime" not in typed and other.dev not in typed, (path, wish)
            assert 'class="count"' not in shown.text, "nothing of hers waits"
        nobody = ann.http.get(f"/office/terminal/{other.dev}?x=1{wish}")
        assert nobody.status_code == 404 and "Till 07" not in nobody.text
    assert "Nothing waits." in ann.see("/office/queue?tenant=zuid").text and "Till 01" in ann.see("/office").text
    ann.http.close()


def test_no_form_does_anything_to_another_tenant(hub: RunningHub) -> None:
    ann, dev, before = signed_in(hub, "ann", TENANT), hub.terminals[1].dev, of_other(hub)
    for item in (f"held:{SECRET}/{dev}/1/1", f"held:{SECRET}/{dev}/1/2", f"task:{SECRET}/t1"):
        for action in ("take", "mend", "write_off", "reopen", "retry"):
            for wish in ({}, {"tenant": OTHER}):
                fields = {"id": item, "action": action, "note": "mine", "patch": '{"deposit": 0}', **wish}
                assert "done already" in read(ann.post("/office/queue", **fields)).text, (item, action)
    assert "0 tried again" in read(ann.post("/office/retry", tenant=OTHER, store=SECRET)).text
    assert of_other(hub) == before
    ann.http.close()


def test_whoever_belongs_to_the_other_tenant_sees_just_that_one(hub: RunningHub) -> None:
    bob, dev = signed_in(hub, "bob", OTHER), hub.terminals[1].dev
    shown = bob.see("/office?tenant=noord").text
    assert "Till 07" in shown and "Geheime winkel" in shown and "Till 01" not in shown
    assert "GEHEIM-A" in bob.see("/office/queue").text and "GEHEIM note" in bob.see("/office/queue?closed=1").text
    assert "Till 07" in bob.see(f"/office/terminal/{dev}").text
    assert bob.http.get(f"/office/terminal/{hub.terminals[0].dev}").status_code == 404
    answer = bob.post("/office/queue", id=f"held:{SECRET}/{dev}/1/1", action="take", note="true")
    assert "Done: Take it in as it is." in read(answer).text
    bob.http.close()


def test_on_a_hub_of_several_a_user_is_added_to_one_that_is_named_and_a_name_is_one_person_s(hub: RunningHub) -> None:
    for tenant, code in (("", "tenant.which"), ("west", "tenant.which")):
        with pytest.raises(HubProblem) as refused:
            add_office_user(hub.hub, AddOfficeUser("eve", tenant))
        assert refused.value.code == code
    add_office_user(hub.hub, AddOfficeUser("eve", OTHER))
    with pytest.raises(HubProblem) as refused:
        add_office_user(hub.hub, AddOfficeUser("eve", TENANT))
    assert refused.value.code == "office.exists"


def test_a_user_of_no_tenant_cannot_sign_in_and_an_open_session_of_one_shows_nothing(hub: RunningHub) -> None:
    ann = signed_in(hub, "ann", TENANT)
    hub.hub.storage.call(lambda c: c.execute(text("UPDATE office_users SET tenant = ''")).rowcount)
    assert ann.http.get("/office").headers["location"] == "/office/login"
    assert hub.hub.storage.call(lambda c: users.hash_of(c, "ann")) == ("", "")
    ann.http.close()


@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize("on", ["sqlite", "postgresql"])
def test_users_from_before_are_bound_to_the_only_tenant_and_disabled_where_there_are_several(
    request: pytest.FixtureRequest, tmp_path: Path, on: str, several: bool
) -> None:
    url = ""
    if on == "postgresql":
        cluster: Cluster = request.getfixturevalue("cluster")
        url = cluster.database()
    before = open_test_hub(tmp_path / "hub", database_url=url)

    def as_it_was(connection: Connection) -> None:
        go_back(connection, "0005")
        row = "INSERT INTO office_users (name, password_hash, active, added_ms) VALUES ('ann', 'h', :yes, 1)"
        connection.execute(text(row), {"yes": True})
        session = {"token_hash": b"t", "name": "ann", "csrf": "c", "language": "nl", "seen_ms": 1, "until_ms": 9}
        connection.execute(insert(office_sessions).values(**session))
        if several:
            connection.execute(insert(tenants).values(tenant=OTHER, rev=0, floor=0))

    before.storage.call(as_it_was)
    before.close()
    after = open_test_hub(tmp_path / "hub", shop=False, database_url=url)
    try:
        found = after.storage.call(lambda c: c.execute(select(office_users.c.tenant, office_users.c.active)).one())
        sessions = after.storage.call(lambda c: c.scalar(select(func.count()).select_from(office_sessions)))
        assert (found.tenant, bool(found.active), sessions) == (("", False, 0) if several else (TENANT, True, 0))
    finally:
        after.close()
