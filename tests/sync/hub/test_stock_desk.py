"""What people and shops do about stock: reserve over the wire, lease, report, reconcile a back end, import classes."""

import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from sqlalchemy import Connection
from typer.testing import CliRunner

from kiosk.domain import facts
from kiosk.domain.catalog import Article
from kiosk.domain.quantity import ONE
from sync.hub import stock_leases
from sync.hub.commands.line import app
from sync.hub.enrolment import find_device
from sync.hub.imports.faults import Faults
from sync.hub.imports.products import read_products
from sync.hub.imports.sheet import read_sheet
from sync.hub.operations import ImportProducts, ImportShop, import_products, import_shop
from sync.hub.problems import HubProblem
from sync.hub.reservations import Reservation
from sync.hub.stock_leases import MARGIN_MS
from sync.hub.stock_operations import (
    MakeConnectorKey,
    Reconcile,
    ReportStock,
    make_connector_key,
    reconcile,
    report_stock,
)
from sync.protocol.messages import LeaseReply
from tests.sync.hub.stock_support import (
    DirectHub,
    a_round,
    call,
    counted,
    direct_hub,
    free,
    granted,
    make_limited,
    moved,
    open_tasks,
    rights,
    share,
    take,
    used,
)
from tests.sync.hub.support import STORE, TENANT, RunningHub, a_product, a_shop, bring_products, running_hub, system_ms

HOUR = 3_600_000
KEY = f"{STORE}|A1"


@pytest.fixture
def direct(tmp_path: Path, shop: Path) -> Iterator[DirectHub]:
    """A hub without a network."""
    with direct_hub(tmp_path, shop) as made:
        yield made


@pytest.fixture(scope="module")
def wired(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """One running hub for all that is asked over the wire."""
    with running_hub(tmp_path_factory.mktemp("wired") / "hub") as made:
        bring_products(made.hub, *(a_product(f"A{n}", stock={STORE: 2 * ONE}) for n in range(1, 9)))
        yield made


class Webshop:
    """A connector with its key."""

    def __init__(self, hub: RunningHub, key: str) -> None:
        self.http, self.key = hub.stranger().http, key

    def reserve(self, body: object, key: str = "") -> tuple[int, dict[str, object]]:
        """Reserve; gives status and answer."""
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": key or str(uuid.uuid4())}
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        reply = self.http.post("/v1/reserve", content=content, headers=headers)
        return reply.status_code, reply.json()

    def post(self, path: str) -> tuple[int, dict[str, object]]:
        """Anything else."""
        reply = self.http.post(path, headers={"Authorization": f"Bearer {self.key}"})
        return reply.status_code, reply.json()


@pytest.fixture(scope="module")
def web(wired: RunningHub) -> Webshop:
    """The web shop."""
    return Webshop(wired, make_connector_key(wired.hub, MakeConnectorKey("webshop")).key)


def ask(article: str, milli: int = ONE, **more: object) -> dict[str, object]:
    """A reservation's body."""
    return {"store": STORE, "article": article, "quantity": milli, **more}


def test_a_web_shop_reserves_claims_and_releases(wired: RunningHub, web: Webshop) -> None:
    status, made = web.reserve(ask("A1"))
    assert (status, made["state"]) == (200, "held") and free(wired, "A1").reserved == ONE
    assert web.post(f"/v1/reserve/{made['id']}/claim")[1]["state"] == "claimed"
    assert web.post(f"/v1/reserve/{made['id']}/release")[1]["state"] == "released"
    assert free(wired, "A1").reserved == 0
    assert web.post(f"/v1/reserve/{made['id']}/claim")[0] == 409
    assert web.post("/v1/reserve/nothing/claim")[0] == 404


def test_the_same_key_reserves_once_and_another_body_under_it_is_refused(wired: RunningHub, web: Webshop) -> None:
    key = str(uuid.uuid4())
    first, again = web.reserve(ask("A2"), key), web.reserve(ask("A2"), key)
    assert first == again and first[0] == 200 and free(wired, "A2").reserved == ONE
    status, problem = web.reserve(ask("A2", 2 * ONE), key)
    assert (status, problem["code"]) == (422, "request.idempotency_reused")


def test_a_request_that_is_being_worked_on_is_not_worked_on_twice(wired: RunningHub, web: Webshop) -> None:
    key, route = str(uuid.uuid4()), f"reserve:{TENANT}:connector:webshop"
    wired.hub.calling.add((route, key))
    try:
        status, problem = web.reserve(ask("A3"), key)
    finally:
        wired.hub.calling.discard((route, key))
    assert (status, problem["code"]) == (409, "request.in_progress")
    assert web.reserve(ask("A3"), key)[0] == 200


def test_what_is_not_free_is_refused_counted_and_not_kept_under_its_key(wired: RunningHub, web: Webshop) -> None:
    key = str(uuid.uuid4())
    before = report_stock(wired.hub, ReportStock(STORE)).refused
    assert web.reserve(ask("A4", 3 * ONE), key)[1]["code"] == "reservation.refused"
    assert report_stock(wired.hub, ReportStock(STORE)).refused == before + 1
    bring_products(wired.hub, a_product("A4", stock={STORE: 3 * ONE}), set_stock=True)
    assert web.reserve(ask("A4", 3 * ONE), key)[0] == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b'{"store":"AMS1","article":"A1","quantity":99999999999999999999999}', 400),
        (ask("A1", 0), 400),
        (ask("A1", -ONE), 400),
        (ask("A1", 10**18), 400),
        (ask("A1", ONE, hours=-1), 400),
        (ask("A1", ONE, hours=10**12), 400),
        (ask("\0", ONE), 400),
        (ask("A" * 100_000, ONE), 404),
        ({**ask("A1"), "store": "NOWHERE"}, 404),
        (ask("A1", 1.5), 400),  # type: ignore[arg-type]
    ],
)
def test_a_strange_reservation_is_refused_and_never_a_fault(web: Webshop, body: object, status: int) -> None:
    assert web.reserve(body)[0] == status


def test_only_a_key_or_a_terminal_may_reserve_and_a_revoked_key_may_not(wired: RunningHub) -> None:
    stranger = Webshop(wired, "tbk_wrong")
    assert stranger.reserve(ask("A5"))[1]["code"] == "connector.unknown"
    assert wired.stranger().http.post("/v1/reserve", json=ask("A5")).json()["code"] == "request.unsigned"
    till = wired.terminal("7")
    reply = till.request("POST", "/v1/reserve", msgspec.json.encode(ask("A5")), **{"Idempotency-Key": "k1"})
    assert reply.status_code == 200 and reply.json()["state"] == "held"
    other = Webshop(wired, make_connector_key(wired.hub, MakeConnectorKey("other")).key)
    assert other.post(f"/v1/reserve/{reply.json()['id']}/release")[0] == 404, "it is not its reservation"
    make_connector_key(wired.hub, MakeConnectorKey("other", revoke=True))
    assert other.reserve(ask("A5"))[0] == 401
    assert till.post("/v1/rights/lease").json() == {"no": 0, "term_ms": 0, "grant_no": 0}


# leases


def leased(direct: DirectHub) -> None:
    """A shop whose rights end by themselves after an hour."""
    settings: dict[str, Any] = {"stock.lease_minutes": 60}
    import_shop(direct.hub, ImportShop(a_shop(TENANT, **settings)))


def lease(direct: DirectHub, dev: str) -> LeaseReply:
    """Ask for a lease."""

    def work(connection: Connection) -> LeaseReply:
        device = find_device(connection, dev)
        assert device is not None, "it is enrolled"
        return stock_leases.give(connection, device, direct.clock())

    return call(direct, work)


def test_a_lease_comes_back_only_after_its_whole_term_and_margin(direct: DirectHub) -> None:
    leased(direct)
    bring_products(direct.hub, a_product("A1", stock={STORE: ONE}))
    till = direct.terminal()
    make_limited(direct)
    share(direct)
    reply = lease(direct, till.dev)
    assert (reply.no, reply.term_ms, reply.grant_no) == (1, HOUR, granted(till)[KEY].no)
    direct.clock.added_ms += HOUR + MARGIN_MS - 5_000
    call(direct, lambda c: stock_leases.take_back(c, TENANT, direct.clock()))
    assert free(direct).granted == ONE
    assert lease(direct, till.dev).no == 1, "asked again in time it is the same lease"
    direct.clock.added_ms += HOUR + MARGIN_MS + 5_000
    assert call(direct, lambda c: stock_leases.take_back(c, TENANT, direct.clock())) == 1
    assert (free(direct).granted, free(direct).free) == (0, ONE)
    assert lease(direct, till.dev).no == 2


def test_a_promise_that_the_hub_hears_of_too_late_lapses_and_is_a_task(direct: DirectHub) -> None:
    leased(direct)
    bring_products(direct.hub, a_product("A1", stock={STORE: ONE}))
    till = direct.terminal()
    make_limited(direct)
    share(direct)
    used(till, "P1", lease=lease(direct, till.dev).no)
    direct.clock.added_ms += HOUR + MARGIN_MS + 5_000
    call(direct, lambda c: stock_leases.take_back(c, TENANT, direct.clock()))
    assert isinstance(take(direct), Reservation), "its right was given to somebody else"
    till.push()
    there = free(direct)
    assert (there.promised, there.granted, there.reserved, there.free) == (0, 0, ONE, 0)
    assert [kind for kind, _ in open_tasks(direct)] == ["promise.lapsed"]


def test_rights_used_in_time_hold_for_good(direct: DirectHub) -> None:
    leased(direct)
    bring_products(direct.hub, a_product("A1", stock={STORE: ONE}))
    till = direct.terminal()
    make_limited(direct)
    share(direct)
    used(till, "P1", lease=lease(direct, till.dev).no)
    till.push()
    direct.clock.added_ms += 2 * HOUR
    a_round(direct, whole=True)
    assert (free(direct).promised, free(direct).free) == (ONE, 0) and open_tasks(direct) == []


# report and reconciliation


def test_the_report_shows_what_is_given_away_short_unclear_and_refused(direct: DirectHub) -> None:
    bring_products(direct.hub, a_product("A1"), a_product("A2", stock={STORE: ONE}), a_product("A3"))
    till = direct.terminal()
    make_limited(direct)
    share(direct)
    used(till, "P1")
    rights(till, facts.RIGHTS_REFUSED, 3 * ONE, reason="ship", code="stock.no_right")
    rights(till, facts.RIGHTS_REFUSED, 99 * ONE, reason="ship", code="stock.no_right")
    till.sale("A2", 2)
    till.push()
    take(direct, 2 * ONE)
    found = report_stock(direct.hub, ReportStock(STORE))
    assert (found.articles, found.negative, found.refused, found.free_elsewhere) == (3, 1, 2, 1)
    one = {line.article: line for line in found.lines}
    assert (one["A1"].promised, one["A1"].reserved, one["A1"].free) == (ONE, 2 * ONE, 7 * ONE)
    assert one["A2"].on_hand == -ONE and "A3" not in one


def day_of(at_ms: int) -> tuple[str, str]:
    """The local day and time of an instant, as the command takes them."""
    local = datetime.fromtimestamp(at_ms / 1000, ZoneInfo("Europe/Amsterdam"))
    return local.date().isoformat(), local.time().isoformat("milliseconds")


def test_a_back_end_is_compared_as_of_its_instant_and_later_movements_are_no_difference(direct: DirectHub) -> None:
    now = system_ms()
    till = direct.terminal()
    moved(till, 10 * ONE, now - 5 * HOUR)
    moved(till, 4 * ONE, now - 5 * HOUR, article="A2")
    moved(till, -3 * ONE, now - HOUR)  # after their instant
    till.push()
    day, at = day_of(now - 3 * HOUR)
    found = reconcile(direct.hub, Reconcile(STORE, day, {"A1": 10 * ONE, "A2": 6 * ONE, "A9": ONE}, at))
    assert [(one.article, one.ours, one.theirs) for one in found.differences] == [("A2", 4 * ONE, 6 * ONE), ("A9", 0, ONE)]
    assert not found.corrected and free(direct, "A2").on_hand == 4 * ONE
    with pytest.raises(HubProblem, match=r"request\.argument"):
        reconcile(direct.hub, Reconcile(STORE, day, {"A2": 6 * ONE}, at, accept=True))
    assert reconcile(direct.hub, Reconcile(STORE, day, {"A2": 6 * ONE}, at, True, "900", "counted there")).corrected
    assert free(direct, "A2").on_hand == 6 * ONE and free(direct, "A1").on_hand == 7 * ONE
    assert reconcile(direct.hub, Reconcile(STORE, *day_of(now + HOUR)[:1], {"A2": 6 * ONE})).differences == []


def test_a_count_after_the_instant_does_not_change_what_was_there_then(direct: DirectHub) -> None:
    now = system_ms()
    till = direct.terminal()
    moved(till, 10 * ONE, now - 5 * HOUR)
    counted(till, 8 * ONE, now - 4 * HOUR, {f"{till.dev}/1": 1})
    counted(till, 2 * ONE, now - HOUR, {f"{till.dev}/1": 2})
    till.push()
    day, at = day_of(now - 3 * HOUR)
    found = reconcile(direct.hub, Reconcile(STORE, day, {"A1": ONE}, at))
    assert [(one.ours, one.on_hand) for one in found.differences] == [(8 * ONE, 2 * ONE)]


def test_the_commands_show_reconcile_and_make_keys(tmp_path: Path, shop: Path) -> None:
    with direct_hub(tmp_path, shop) as made:
        bring_products(made.hub, a_product("A1"))
    file, data = tmp_path / "erp.csv", str(tmp_path / "hub")
    file.write_text("sku,quantity\nA1,7.5\n")
    run = CliRunner()
    told = run.invoke(app, ["reconcile", str(file), "--data", data, "--store", STORE, "--day", "2030-01-01"])
    assert told.exit_code == 0 and "1 differ" in told.output
    more = ["--accept", "--by", "900", "--reason", "stocktaking"]
    assert run.invoke(app, ["reconcile", str(file), "--data", data, "--store", STORE, "--day", "2030-01-01", *more]).exit_code == 0
    assert run.invoke(app, ["reconcile", str(file), "--data", data, "--store", STORE, "--day", "some day"]).exit_code == 2
    file.write_text("sku,quantity\nA1,many\nA1,2\n")
    assert run.invoke(app, ["reconcile", str(file), "--data", data, "--store", STORE, "--day", "2030-01-01"]).exit_code == 1
    made_key = run.invoke(app, ["stock", "connector", "webshop", "--data", data, "--json"])
    assert made_key.exit_code == 0 and msgspec.json.decode(made_key.output)["key"].startswith("tbk_")
    shown = run.invoke(app, ["report", "stock", "--data", data, "--store", STORE, "--json"])
    assert msgspec.json.decode(shown.output)["articles"] == 1
    assert run.invoke(app, ["stock", "decide", "no-task", "before", "--by", "900", "--data", data]).exit_code == 1


def test_an_imported_class_is_granted_ahead_and_one_that_is_none_is_a_fault(direct: DirectHub, tmp_path: Path) -> None:
    limited = a_product("A1", stock_class="limited")
    import_products(direct.hub, ImportProducts([limited]))
    till = direct.terminal()
    a_round(direct)
    assert granted(till)[KEY].level_milli == ONE
    article = msgspec.json.decode(till.catch_up("catalog")["article", "A1"], type=Article)
    assert article.stock_class == "limited"
    file = tmp_path / "products.csv"
    file.write_text("sku,vat_class,price,name_nl,stock_class\nB1,standard,1.00,B,serial\nB2,standard,1.00,B,rare\n")
    sheet, faults = read_sheet(file, Faults()), Faults()
    assert sheet is not None
    (read, *_) = read_products(sheet, frozenset(), {}, faults, lambda done, all_of: None)
    assert read.article.stock_class == "serial"
    assert [(fault.line, fault.column) for fault in faults.in_order()] == [(3, "stock_class")]
