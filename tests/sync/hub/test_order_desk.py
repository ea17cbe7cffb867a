"""What terminals ask and tell of orders beside the feed, and what people see and do with them at the hub."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from kiosk.decoding import read_json
from kiosk.domain.address import Address
from kiosk.domain.order import COLLECT, SHIP, Fulfilment
from kiosk.domain.orderevents import FIRST_FENCE
from kiosk.domain.orderlife import CANCELLED, HANDED_OVER, PICKED, READY
from kiosk.domain.orderrow import OrderRow
from sync.hub import orders
from sync.hub.commands.line import app
from sync.hub.desk import ActOnItem, ListQueue, act_on_item, list_queue
from sync.hub.order_operations import CancelOrder, ReportOrders, ShowOrder, cancel_order, report_orders, show_order
from sync.hub.problems import HubProblem
from sync.hub.storage.schema import audit
from sync.protocol.messages import AddressesKept, FindOrder, OrderAddress, OrdersReply, PutAddresses, unpack
from tests.sync.hub.order_support import at_till, line, moves, on_web, order, pays, states, stored, told
from tests.sync.hub.stock_support import DirectHub, call, direct_hub, open_tasks
from tests.sync.hub.support import OTHER_STORE, STORE, TENANT, FakeTerminal, RunningHub, open_test_hub, running_hub

HERE = Fulfilment(COLLECT, source=STORE, to=STORE)
PERSON = Address("Zoë van Dijk", "+31612345678", "", "1012 JS", "1", "Dam", "Amsterdam", "NL")


@pytest.fixture
def running(tmp_path: Path, shop: Path) -> Iterator[RunningHub]:
    """A running hub with a shop of two stores."""
    shutil.copytree(shop, tmp_path / "hub")
    with running_hub(tmp_path / "hub") as hub:
        yield hub


@pytest.fixture
def direct(tmp_path: Path, shop: Path) -> Iterator[DirectHub]:
    """A hub that is called by its functions."""
    with direct_hub(tmp_path, shop) as hub:
        yield hub


def put(till: FakeTerminal, *told: OrderAddress) -> list[str]:
    """A terminal tells whom orders are for."""
    reply = till.post("/v1/orders/addresses", PutAddresses(list(told)))
    return read_json(reply.content, AddressesKept).keys if reply.status_code == 200 else [reply.json()["code"]]


def find(till: FakeTerminal, **asked: str) -> list[OrderRow]:
    """A till asks for orders."""
    reply = till.post("/v1/orders/find", FindOrder(**asked))
    assert reply.status_code == 200, reply.text
    return [read_json(one, OrderRow) for one in unpack(reply.content, OrdersReply).orders]


def test_whom_an_order_is_for_comes_apart_from_it_and_reaches_who_hands_over_and_who_asks(running: RunningHub) -> None:
    here, there, kiosk = running.terminal("1"), running.terminal("1", store=OTHER_STORE), running.terminal("7", kind="kiosk")
    at_till(here, line(1, 1, HERE, True))
    assert put(here, OrderAddress("o1", "o1", PERSON)) == ["o1"] == put(here, OrderAddress("o1", "o1", PERSON)), "before it came"
    here.push()
    row = told(here)
    assert row is not None and (row.name, row.phone) == (PERSON.name, PERSON.phone)
    assert put(here, OrderAddress("o1", "o1", Address("Piet Snel", "1"))) == ["o1"]
    row = told(here)
    assert row is not None and (row.name, row.phone) == ("Piet Snel", "1"), "corrected, and told again"
    assert [one.name for one in find(there, name="snel")] == ["Piet Snel"]
    assert find(there, name="sn") == [] == find(there, name="nel")
    (found,) = find(there, code=row.code)
    assert (found.id, found.name, found.phone, found.code) == ("o1", "", "", row.code), "a store far away needs no name"
    assert [one.id for one in find(there, number="N-o1")] == ["o1"] and find(there, number="N-o") == [] == find(there)
    assert put(there, OrderAddress("x", "o1", PERSON)) == ["device.store"], "another store's order"
    assert put(there, OrderAddress("o1", "o9", PERSON)) == ["device.store"], "another order's key"
    assert put(here, OrderAddress("y", "o1", Address("x" * 500))) == ["request.argument"]
    assert put(here, *[OrderAddress(f"k{n}", "o1", PERSON) for n in range(101)]) == ["request.argument"]
    assert kiosk.post("/v1/orders/find", FindOrder(name="Piet")).json()["code"] == "device.kind"
    assert here.http.post("/v1/orders/find", content=b"{}").status_code == 401
    for name, source in ((READY, PICKED), (HANDED_OVER, READY)):
        moves(here, name, source, 1, FIRST_FENCE)
    here.push()
    assert find(there, code=row.code) == find(there, name="snel") == [] and [one.name for one in find(there, number="N-o1")] == [""]


def test_head_office_cancels_what_can_be_and_is_told_what_cannot(direct: DirectHub) -> None:
    till = direct.terminal()
    at_till(till, line(1, 2, HERE, True), line(2, 1, SHIP))
    moves(till, HANDED_OVER, "allocated", 1, FIRST_FENCE)
    till.push()
    with pytest.raises(HubProblem, match=r"queue\.note"):
        cancel_order(direct.hub, CancelOrder("N-o1", "ann", " "))
    shown = cancel_order(direct.hub, CancelOrder("N-o1", "ann", "the customer called", [1]))
    assert [(part.line, part.state) for part in shown.parts] == [(1, CANCELLED), (1, HANDED_OVER), (2, "placed")]
    assert (shown.to_give_back_minor, shown.is_open) == (1_000, True)
    assert states(stored(direct)) == {HANDED_OVER: 1, CANCELLED: 1}
    assert not cancel_order(direct.hub, CancelOrder("o1", "ann", "all of it")).is_open
    with pytest.raises(HubProblem, match=r"order\.over"):
        cancel_order(direct.hub, CancelOrder("o1", "ann", "again"))
    noted = call(direct, lambda c: [row.what for row in c.execute(audit.select()).all()])
    assert noted.count("order.cancelled") == 2
    assert [kind for kind, _ in open_tasks(direct)] == ["order.pay_back"]


def test_every_task_of_an_order_is_in_the_queue_in_words_with_its_money_and_can_be_closed(direct: DirectHub) -> None:
    till = direct.terminal()
    at_till(till, line(1, 2, HERE, True))
    moves(till, HANDED_OVER, "allocated", 3, FIRST_FENCE)
    till.push()
    (row,) = list_queue(direct.hub, ListQueue()).rows
    assert (row.what, row.store, row.kind) == ("Order N-o1", STORE, "task")
    assert "N-o1, Mug: this happened 1 more" in row.why and "?" not in row.why
    act_on_item(direct.hub, ActOnItem(row.id, "write_off", "ann", "seen"))
    assert open_tasks(direct) == []
    pays(till, 5)
    till.push()
    ((kind, detail),) = open_tasks(direct)
    assert (kind, detail["amount_minor"]) == ("order.pay_back", 5), "what a person closed stays closed; what is new is not"
    (row,) = list_queue(direct.hub, ListQueue()).rows
    assert row.money_minor == 5 and "0.05" in row.why


def test_a_number_that_two_orders_have_is_asked_back_and_one_that_none_has_is_said_so(direct: DirectHub) -> None:
    for name in ("o1", "o2"):
        on_web(direct, line(1, 1, SHIP), id=name, number="7")
    with pytest.raises(HubProblem, match=r"order\.which"):
        show_order(direct.hub, ShowOrder("7"))
    with pytest.raises(HubProblem, match=r"order\.unknown"):
        show_order(direct.hub, ShowOrder("8"))
    assert show_order(direct.hub, ShowOrder("o2")).id == "o2"


def test_the_report_counts_open_orders_once_and_by_whom_they_concern(direct: DirectHub) -> None:
    here, there = direct.terminal("1"), direct.terminal("1", store=OTHER_STORE)
    at_till(here, line(1, 1, HERE, True), id="o1")
    at_till(there, line(1, 1, HERE, True), id="o2")
    at_till(here, line(1, 1, HERE, True), id="o3")
    moves(here, HANDED_OVER, "allocated", 1, FIRST_FENCE, order="o3")
    moves(here, HANDED_OVER, "allocated", 2, FIRST_FENCE, order="o1")
    here.push()
    there.push()
    report = report_orders(direct.hub, ReportOrders())
    assert (report.open, report.by_state, report.by_store) == (1, {"allocated": 1}, {STORE: 1, OTHER_STORE: 1})
    assert report.tasks == {"order.twice": 1} and report.without_place == 0
    assert report_orders(direct.hub, ReportOrders(OTHER_STORE)).by_store == {OTHER_STORE: 1}
    with pytest.raises(HubProblem, match=r"store\.unknown"):
        report_orders(direct.hub, ReportOrders("XX"))


def test_orders_as_a_person_types_them(tmp_path: Path, shop: Path) -> None:
    folder = tmp_path / "hub"
    shutil.copytree(shop, folder)
    hub = open_test_hub(folder, shop=False)
    placed = order(line(1, 2, SHIP), number="WEB-7")
    hub.storage.call(lambda c: orders.place(c, TENANT, placed, [], {"a1": PERSON}, orders.Made(placed.placed_ms, hub.world.new_id)))
    hub.close()

    def run(*words: str) -> str:
        done = CliRunner().invoke(app, [*words, "--data", str(folder)])
        assert done.exit_code == 0, done.output
        return done.output

    assert "WEB-7" in run("order", "list", "--state", "placed")
    shown = run("order", "show", "WEB-7")
    assert "Mug (A1)" in shown and "20.00 is owed" in shown and "Dijk" not in shown
    assert "1 open orders" in run("report", "orders")
    done = json.loads(run("order", "cancel", "WEB-7", "--note", "the customer called", "--json"))
    assert (done["is_open"], done["to_give_back_minor"]) == (False, 0)
    assert [row["shown"] for row in json.loads(run("order", "list", "--all", "--json"))["rows"]] == ["cancelled"]
    refused = CliRunner().invoke(app, ["order", "show", "WEB-8", "--data", str(folder)])
    assert refused.exit_code == 1 and "order.unknown" in refused.output


def test_the_messages_of_terminals_read_back_as_they_were() -> None:
    told = PutAddresses([OrderAddress("k", "o", PERSON)])
    assert read_json(msgspec.json.encode(told), PutAddresses) == told
