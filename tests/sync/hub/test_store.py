"""What a store asks of the hub: help for a shopper, a person's new PIN, and the report of a day."""

import threading
import time

import httpx
import msgspec
import pytest

from kiosk.domain.facts import SALE_ABANDONED, SALE_COMPLETED, SHIFT_OPENED, Fact, read_fact
from kiosk.domain.feed import HelpCall
from kiosk.domain.projections import DayTotals, apply_day
from kiosk.domain.staff import Employee
from sync.hub import help as helping
from sync.hub.operations import AddStaff, DisableStaff, add_staff, disable_staff
from sync.hub.problems import HubProblem
from sync.hub.staff import first_pin, hash_pin
from tests.sync.hub.support import DAY, OTHER_STORE, STORE, WAIT_S, FakeTerminal, RunningHub

CALL = {"id": "H1", "reason": "product", "language": "nl"}


def _call(reply: httpx.Response) -> HelpCall:
    assert reply.status_code == 200, reply.text
    return msgspec.json.decode(reply.content, type=HelpCall)


def _shown(till: FakeTerminal) -> dict[str, HelpCall]:
    rows = till.catch_up("device")
    return {key: msgspec.json.decode(payload, type=HelpCall) for (entity, key), payload in rows.items() if entity == "help"}


def test_a_call_for_help_goes_to_the_tills_and_comes_back_answered(hub: RunningHub) -> None:
    kiosk, till = hub.terminal("9", "kiosk"), hub.terminal("1")
    made = _call(kiosk.post("/v1/help", CALL))
    assert (made.state, made.terminal, made.reason) == ("waiting", "09", "product")
    assert _shown(till) == {"H1": made}
    assert _call(till.post("/v1/help/H1/delivered")).state == "delivered"
    assert _call(till.post("/v1/help/H1/answered", {"by": "103"})).state == "answered"
    there = _call(kiosk.request("GET", "/v1/help/H1"))
    assert (there.state, there.by) == ("answered", "103")
    assert _shown(till)["H1"] == there


def test_a_call_made_twice_is_one_call(hub: RunningHub) -> None:
    kiosk = hub.terminal("9", "kiosk")
    assert _call(kiosk.post("/v1/help", CALL)) == _call(kiosk.post("/v1/help", CALL))
    assert len(_shown(hub.terminal("1"))) == 1


def test_a_call_only_moves_forward(hub: RunningHub) -> None:
    kiosk, till = hub.terminal("9", "kiosk"), hub.terminal("1")
    kiosk.post("/v1/help", CALL)
    till.post("/v1/help/H1/answered", {"by": "103"})
    assert _call(till.post("/v1/help/H1/delivered")).state == "answered"
    assert _call(till.post("/v1/help/H1/answered", {"by": "104"})).by == "103"
    assert _call(kiosk.post("/v1/help/H1/cancelled")).state == "cancelled"
    assert _call(till.post("/v1/help/H1/answered", {"by": "103"})).state == "cancelled"


def test_a_kiosk_that_waits_hears_of_the_answer_at_once(hub: RunningHub) -> None:
    kiosk, till = hub.terminal("9", "kiosk"), hub.terminal("1")
    kiosk.post("/v1/help", CALL)
    got: list[HelpCall] = []
    target = "/v1/help/H1?wait=25&known=waiting"
    asking = threading.Thread(target=lambda: got.append(_call(kiosk.request("GET", target))))
    began = time.monotonic()
    asking.start()
    till.post("/v1/help/H1/delivered")
    asking.join(WAIT_S)
    assert [call.state for call in got] == ["delivered"]
    assert time.monotonic() - began < 20


def test_a_call_goes_after_ten_minutes(hub: RunningHub) -> None:
    kiosk, till = hub.terminal("9", "kiosk"), hub.terminal("1")
    kiosk.post("/v1/help", CALL)
    assert len(_shown(till)) == 1
    later = hub.clock() + helping.LIFE_MS + 1
    assert hub.hub.storage.call(lambda connection: helping.expire(connection, later)) == 1
    assert _shown(till) == {}
    gone = kiosk.request("GET", "/v1/help/H1")
    assert gone.status_code == 404 and gone.json()["code"] == "help.unknown"


def test_only_kiosks_call_and_only_tills_answer_and_only_in_their_store(hub: RunningHub) -> None:
    kiosk, till, elsewhere = hub.terminal("9", "kiosk"), hub.terminal("1"), hub.terminal("1", store=OTHER_STORE)
    assert till.post("/v1/help", CALL).json()["code"] == "device.kind"
    kiosk.post("/v1/help", CALL)
    assert kiosk.post("/v1/help/H1/answered", {"by": "103"}).json()["code"] == "device.kind"
    assert elsewhere.post("/v1/help/H1/answered", {"by": "103"}).json()["code"] == "help.unknown"


def _person(till: FakeTerminal, number: str) -> Employee:
    return msgspec.json.decode(till.catch_up("device")["staff", number], type=Employee)


def test_a_person_gets_a_first_pin_once_and_changes_it_at_a_till(hub: RunningHub) -> None:
    till = hub.terminal()
    pins = add_staff(hub.hub, AddStaff("101", "Zoë de Wit", "cashier", "B-1")).pins
    person = _person(till, "101")
    assert person.must_change and person.active and person.badge == "B-1" and len(pins["101"]) == 6
    assert pins["101"] not in person.pin_hash
    new = hash_pin("428117", hub.hub.settings)
    assert till.post("/v1/staff/pin", {"number": "101", "pin_hash": new}).status_code == 200
    person = _person(till, "101")
    assert person.pin_hash == new and not person.must_change
    noted = hub.hub.storage.call(lambda c: c.exec_driver_sql("select who, what, detail from audit order by at_ms, id").all())
    assert [(who, what) for who, what, _ in noted] == [("hub", "staff.added"), ("AMS1-01", "staff.pin_changed")]
    assert new not in noted[1][2], "the audit says who and what, and no secret"


def test_a_pin_that_is_no_argon2id_hash_is_refused(hub: RunningHub) -> None:
    till, kiosk = hub.terminal(), hub.terminal("9", "kiosk")
    add_staff(hub.hub, AddStaff("101", "Zoë", "cashier"))
    good = hash_pin("428117", hub.hub.settings)
    for bad in ("1234", "", "$argon2i$v=19$m=8,t=1,p=1$YWFhYWFhYWE$YWFh", good + "$" * 400):
        assert till.post("/v1/staff/pin", {"number": "101", "pin_hash": bad}).json()["code"] == "staff.pin_hash"
    assert till.post("/v1/staff/pin", {"number": "999", "pin_hash": good}).json()["code"] == "staff.unknown"
    assert kiosk.post("/v1/staff/pin", {"number": "101", "pin_hash": good}).json()["code"] == "device.kind"


def test_a_disabled_person_is_known_to_every_terminal_as_such_and_may_come_back(hub: RunningHub) -> None:
    till = hub.terminal()
    add_staff(hub.hub, AddStaff("101", "Zoë", "cashier", "B-1"))
    disable_staff(hub.hub, DisableStaff("101"))
    person = _person(till, "101")
    assert not person.active and not person.pin_hash and not person.badge
    with pytest.raises(HubProblem) as refused:
        disable_staff(hub.hub, DisableStaff("101"))
    assert refused.value.code == "staff.unknown"
    add_staff(hub.hub, AddStaff("101", "Zoë", "manager"))
    assert _person(till, "101").role == "manager"


def test_a_number_is_one_persons(hub: RunningHub) -> None:
    add_staff(hub.hub, AddStaff("101", "Zoë", "cashier"))
    for ask, code in (
        (AddStaff("101", "Noor", "cashier"), "staff.exists"),
        (AddStaff("102", "Noor", "king"), "staff.role"),
        (AddStaff("", "Noor", "cashier"), "request.argument"),
    ):
        with pytest.raises(HubProblem) as refused:
            add_staff(hub.hub, ask)
        assert refused.value.code == code


def test_first_pins_are_never_those_that_everybody_guesses() -> None:
    for chance in (0, 111_111, 123_456, 654_321, 999_999):
        pin = first_pin(chance)
        assert len(pin) == 6 and len(set(pin)) > 1 and pin not in ("123456", "654321")


def test_the_report_is_the_fold_of_the_days_facts(hub: RunningHub) -> None:
    one, two = hub.terminal("1"), hub.terminal("2")
    one.fact(SHIFT_OPENED, {"float": 15_000})
    one.sale(price_minor=1250, pieces=2)
    one.sale(price_minor=999)
    one.sale(price_minor=500, day="2026-12-02")
    one.fact(SALE_ABANDONED, {"sale": "x"})
    two.sale(price_minor=333, pieces=3)
    one.push()
    two.push()
    report = one.request("GET", f"/v1/report/day?store={STORE}&day={DAY}").json()
    for terminal in (one, two):
        facts: list[Fact] = [fact for fact in (read_fact(sealed.data) for sealed in terminal.facts) if fact.day == DAY]
        totals = DayTotals()
        for fact in facts:
            totals = apply_day(totals, fact)
        assert msgspec.convert(report["terminals"][terminal.place.terminal], DayTotals) == totals
        assert totals.sales == sum(fact.kind == SALE_COMPLETED for fact in facts)
    total = report["total"]
    assert (total["sales"], total["abandoned"], total["gross"], total["tenders"]) == (3, 1, 4498, {"cash": 4498})
    assert report["cash_expected"] == 15_000 + 4498 and report["held"] == 0
    assert report["terminals"]["01"]["receipts"] == ["AMS1-01-A-000001", "AMS1-01-A-000002"]
