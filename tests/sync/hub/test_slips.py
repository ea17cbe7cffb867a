"""Slips of people at the hub, and odd requests: each is refused with its code, and none is a fault of the hub."""

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import openpyxl
import pytest

from sync.hub.admin import Answer, Request, answer
from sync.hub.commands.importing import import_from
from sync.hub.core import Hub
from sync.hub.operations import (
    OPERATIONS,
    AddStaff,
    EnrolCode,
    ReportDay,
    SetPrice,
    add_staff,
    disable_staff,
    enrol_code,
    report_day,
    set_price,
)
from sync.hub.operations import DisableStaff as Disable
from sync.hub.problems import HubProblem
from sync.hub.server import Address, HubServer
from sync.hub.settings import FILE, load
from tests.sync.hub.support import STORE, RunningHub, open_test_hub

HEAD = "sku,name_nl,vat_class,price"


@pytest.fixture
def till_hub(tmp_path: Path) -> Iterator[Hub]:
    """A hub with a shop and one article that does not listen."""
    hub = open_test_hub(tmp_path / "hub")
    (tmp_path / "products.csv").write_text(f"{HEAD}\nA1,Appel,reduced,2.49\n")
    import_from(hub, tmp_path / "products.csv")
    yield hub
    hub.close()


def refused(work: Callable[[], object]) -> str:
    """The code with which it is refused."""
    with pytest.raises(HubProblem) as problem:
        work()
    return problem.value.code


def mends(hub: Hub, path: Path) -> str:
    """What is told about the faults of a file."""
    done = import_from(hub, path)
    assert done.fault_count and not done.rev, "the file was taken"
    return " / ".join(f"{fault.line} {fault.value} {fault.mend}" for fault in done.faults)


@pytest.mark.parametrize("hours", [72.01, 1e308, float("inf")])
def test_a_code_for_longer_than_a_roll_out_is_refused_however_long(till_hub: Hub, hours: float) -> None:
    assert refused(lambda: enrol_code(till_hub, EnrolCode(STORE, "1", "till", hours))) == "enrol.hours"


@pytest.mark.parametrize("terminal", ["", "  ", "12345", "1/2"])
def test_a_terminal_number_is_never_made_up(till_hub: Hub, terminal: str) -> None:
    assert refused(lambda: enrol_code(till_hub, EnrolCode(STORE, terminal, "till"))) == "terminal.number"


@pytest.mark.parametrize("start", ["0001-01-01 00:00", "9999-12-31 23:59:59.999999-23:59", "2027-03-28 02:30"])
def test_a_start_that_no_clock_shows_is_refused(till_hub: Hub, start: str) -> None:
    assert refused(lambda: set_price(till_hub, SetPrice("A1", "1.99", start))) == "price.from"


def test_a_price_that_a_newer_one_has_overtaken_is_refused_instead_of_seeming_set(till_hub: Hub) -> None:
    set_price(till_hub, SetPrice("A1", "2.99"))
    assert refused(lambda: set_price(till_hub, SetPrice("A1", "1.99", "2020-01-01 09:00"))) == "price.overtaken"


@pytest.mark.parametrize("day", ["2026-13-01", "2026-1-5", "20261201", "yesterday", "2026-12-01 09:00"])
def test_a_day_that_is_none_is_refused_instead_of_reported_empty(till_hub: Hub, day: str) -> None:
    assert refused(lambda: report_day(till_hub, ReportDay(STORE, day))) == "request.argument"


def test_a_badge_is_one_persons_until_they_leave(till_hub: Hub, tmp_path: Path) -> None:
    add_staff(till_hub, AddStaff("901", "Zoë", "cashier", "B-1"))
    assert refused(lambda: add_staff(till_hub, AddStaff("902", "Jan", "cashier", "B-1"))) == "staff.badge"
    (tmp_path / "staff.csv").write_text("number,name,role,badge\n902,Jan,cashier,B-1\n")
    assert refused(lambda: import_from(till_hub, tmp_path / "staff.csv")) == "staff.badge"
    disable_staff(till_hub, Disable("901"))
    assert import_from(till_hub, tmp_path / "staff.csv").added == 1


def test_a_file_may_swap_two_badges(till_hub: Hub, tmp_path: Path) -> None:
    path = tmp_path / "staff.csv"
    for one, other in (("B-1", "B-2"), ("B-2", "B-1")):
        path.write_text(f"number,name,role,badge\n901,Zoë,cashier,{one}\n902,Jan,cashier,{other}\n")
        assert import_from(till_hub, path).fault_count == 0


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_a_workbook_with_a_torn_part_is_a_fault_in_words(till_hub: Hub, tmp_path: Path, part: str) -> None:
    book = openpyxl.Workbook()
    book.active.append(HEAD.split(","))
    book.save(tmp_path / "whole.xlsx")
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as whole, zipfile.ZipFile(tmp_path / "torn.xlsx", "w") as torn:
        for name in whole.namelist():
            data = whole.read(name)
            torn.writestr(name, data[: len(data) // 2] if name == part else data)
    assert "save it as .xlsx again" in mends(till_hub, tmp_path / "torn.xlsx")


def test_stores_that_are_no_tables_are_a_fault_in_words(till_hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('tenant = "noord"\nstore = [1, 2]\n')
    assert "add a [[store]]" in mends(till_hub, tmp_path / "settings.toml")


def test_a_value_never_steers_the_terminal_it_is_shown_on(till_hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "products.csv").write_text(f"{HEAD}\nA\x1b]0;x\x07,Appel,reduced,2.49\n")
    assert mends(till_hub, tmp_path / "products.csv").isprintable()


def test_a_mistake_in_an_operation_is_a_fault_with_a_reference(till_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(hub: Hub, ask: ReportDay) -> ReportDay:
        raise ZeroDivisionError

    monkeypatch.setitem(OPERATIONS, "ReportDay", replace(OPERATIONS["ReportDay"], run=stumble))
    body = msgspec.msgpack.encode(Request("ReportDay", msgspec.msgpack.encode(ReportDay(STORE))))
    told = msgspec.msgpack.decode(answer(till_hub, body), type=Answer)
    assert told.code == "hub.fault" and told.values["reference"]


def test_an_address_that_is_not_ours_is_not_said_to_be_taken(till_hub: Hub) -> None:
    with pytest.raises(HubProblem) as problem:
        HubServer(till_hub, Address("203.0.113.9"), lambda _: None)
    assert "203.0.113.9" in problem.value.detail and "assign" in problem.value.detail


@pytest.mark.parametrize("text", ["pins = 3", "[pins]\nmemory_kib = 999999999999", "[pins]\ntime_cost = 100000"])
def test_settings_that_no_till_could_bear_are_refused_in_words(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(HubProblem) as problem:
        load(tmp_path)
    assert problem.value.code == "settings.damaged" and "object" not in problem.value.detail


def test_a_damaged_hub_key_is_named(tmp_path: Path) -> None:
    open_test_hub(tmp_path / "hub", shop=False).close()
    (tmp_path / "hub" / "hub.key").write_bytes(b"abc")
    with pytest.raises(HubProblem) as problem:
        open_test_hub(tmp_path / "hub", shop=False)
    assert problem.value.code == "settings.damaged" and "hub.key" in problem.value.detail


@pytest.mark.parametrize("cost", ["m=4294967295,t=2,p=1", "m=19456,t=999,p=1", "m=19456,t=2,p=99"])
def test_a_till_cannot_make_every_other_till_pay_for_a_pin(hub: RunningHub, cost: str) -> None:
    add_staff(hub.hub, AddStaff("901", "Zoë", "cashier"))
    body = {"number": "901", "pin_hash": f"$argon2id$v=19${cost}$c29tZXNhbHQ$aGFzaA"}
    reply = hub.terminal().post("/v1/staff/pin", body)
    assert (reply.status_code, reply.json()["code"]) == (400, "staff.pin_hash")


@pytest.mark.parametrize("query", ["cursor=%C2%B2:1", "cursor=1:%D9%A1"])
def test_digits_of_another_script_are_no_cursor(hub: RunningHub, query: str) -> None:
    reply = hub.terminal().request("GET", f"/v1/feed?scope=catalog&{query}")
    assert (reply.status_code, reply.json()["code"]) == (400, "request.argument")


def test_a_wait_that_is_no_number_is_no_wait(hub: RunningHub) -> None:
    terminal = hub.terminal()
    rev = terminal.feed("catalog").rev_to
    reply = terminal.request("GET", f"/v1/feed?scope=catalog&cursor=1:{rev}&wait=nan")
    assert reply.status_code == 200
