"""Customers at the hub (step_0012): every fault has its place, only tills of the home stores are told, gone is gone."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import msgspec
import openpyxl
import pytest
from sqlalchemy import select

from kiosk.decoding import read_json
from kiosk.domain.customer import Customer
from kiosk.domain.feed import Cursor
from kiosk.store.ledger import LEDGER_FILE
from sync.hub import feedlog
from sync.hub.commands.importing import import_from
from sync.hub.core import Hub
from sync.hub.imports.outcome import Imported
from sync.hub.storage.schema import audit, feed_log
from sync.hub.storage.schema_customers import customers
from sync.protocol.messages import CustomersReply, EnrolCustomer, FindCustomer, unpack
from tests.kiosk.store.test_ledger import Bench
from tests.sync.hub.support import OTHER_STORE, STORE, TENANT, FakeTerminal, RunningHub, digest_of, open_test_hub

HEAD = "customer,given,infix,family,phone,email,postcode,groups,language,stores,receipt_by_mail,marketing,leave"
ZOE = "NL1,Zoë,van der,Quistgaard,06-12 34 56 78,zoe@example.com,1012ab,gold,nl,AMS1,2026-01-02,,"
PIET = "NL2,Piet,,Zwartkruis,+49 170 1234567,,,,,AMS1|UTR1,,,"


def _bring(hub: Hub, folder: Path, *rows: str, head: str = HEAD) -> Imported:
    path = folder / "customers.csv"
    path.write_text("\n".join((head, *rows)), "utf-8")
    return import_from(hub, path)


def _known(till: FakeTerminal) -> dict[str, Customer]:
    copy = till.catch_up("device")
    return {key: read_json(payload, Customer) for (entity, key), payload in copy.items() if entity == "customer"}


def _found(till: FakeTerminal, **wanted: str) -> list[str]:
    reply = till.request("POST", "/v1/customers/find", msgspec.json.encode(FindCustomer(**wanted)))
    assert reply.status_code == 200, reply.text
    return [read_json(one, Customer).number for one in unpack(reply.content, CustomersReply).customers]


def _all_log(hub: Hub) -> bytes:
    return b"".join(bytes(one) for one in hub.storage.call(lambda c: c.scalars(select(feed_log.c.payload)).all()))


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Hub, Path]]:
    """A hub for files that change nothing."""
    folder = tmp_path_factory.mktemp("strict")
    made = open_test_hub(folder / "hub")
    yield made, folder
    made.close()


def test_only_the_tills_of_the_home_stores_are_told_and_a_second_import_is_an_update(hub: RunningHub, tmp_path: Path) -> None:
    ams, utr, kiosk = hub.terminal("1"), hub.terminal("1", store=OTHER_STORE), hub.terminal("2", kind="kiosk")
    done = _bring(hub.hub, tmp_path, ZOE, PIET)
    assert (done.kind, done.added, done.changed, done.faults) == ("customers", 2, 0, [])
    assert _known(ams) == {
        "NL1": Customer(
            "NL1", "Zoë", "van der", "Quistgaard", "+31612345678", "zoe@example.com", "1012AB", ("gold",), "nl",
            {"receipt_by_mail": "2026-01-02"},
        ),
        "NL2": Customer("NL2", "Piet", "", "Zwartkruis", "+491701234567"),
    }  # fmt: skip
    assert (set(_known(utr)), _known(kiosk)) == ({"NL2"}, {})
    again = _bring(hub.hub, tmp_path, ZOE.replace("AMS1", "UTR1"), PIET)
    assert (again.added, again.changed, again.rev) == (0, 1, done.rev + 1), "whoever did not change is not sent again"
    assert (set(_known(ams)), set(_known(utr))) == ({"NL2"}, {"NL1", "NL2"}), "who moved is gone where they were"
    assert _bring(hub.hub, tmp_path, ZOE.replace("AMS1", "UTR1")).changed == 0, "whoever the file leaves out stays"
    assert set(_known(utr)) == {"NL1", "NL2"}


def test_a_till_finds_customers_of_other_stores_by_card_or_telephone_and_a_kiosk_nobody(hub: RunningHub, tmp_path: Path) -> None:
    utr, kiosk = hub.terminal("1", store=OTHER_STORE), hub.terminal("2", kind="kiosk")
    _bring(hub.hub, tmp_path, ZOE, PIET)
    assert _found(utr, number="NL1") == _found(utr, phone="+31612345678") == ["NL1"]
    for nobody in ({"number": "NL9"}, {"phone": "+3161234567"}, {"phone": "5678"}, {"number": ""}, {}, {"number": "N" * 5_000}):
        assert _found(utr, **nobody) == [], nobody
    refused = kiosk.request("POST", "/v1/customers/find", msgspec.json.encode(FindCustomer("NL1")))
    assert (refused.status_code, refused.json()["code"]) == (403, "device.kind")
    assert utr.http.post("/v1/customers/find", content=b"{}").status_code == 401


def test_who_leaves_is_gone_from_tills_log_and_snapshot_and_the_digests_still_agree(hub: RunningHub, tmp_path: Path) -> None:
    late, early, new = hub.terminal("1"), hub.terminal("2"), hub.terminal("3")
    late.catch_up("device")  # has nothing of them yet
    _bring(hub.hub, tmp_path, ZOE, PIET)
    early.catch_up("device")  # has the first telephone number
    _bring(hub.hub, tmp_path, ZOE.replace("5678", "9999"), PIET)
    early.take_snapshot("device")
    done = _bring(hub.hub, tmp_path, "NL1,,,,,,,,,,,,1", head=HEAD)
    assert (done.added, done.changed, done.faults) == (0, 1, [])
    for till in (late, early):
        assert set(_known(till)) == {"NL2"} and digest_of(till.copies["device"]) == till.cursors["device"].digest
    assert "NL1" not in {key for _, key in new.copies.get("device", {})} and new.take_snapshot("device") is not None
    assert set(_known(new)) == {"NL2"}
    for word in ("Quistgaard", "31612345678", "31612349999", "zoe@example.com"):
        assert word.encode() not in _all_log(hub.hub), word
    assert _found(new, number="NL1") == [] and _found(new, phone="+31612349999") == []
    noted = hub.hub.storage.call(lambda c: c.scalar(select(audit.c.detail).where(audit.c.what == "customer.forgotten")))
    assert noted is not None and "NL1" in noted and "Quistgaard" not in noted
    assert _bring(hub.hub, tmp_path, "NL1,,,,,,,,,,,,1").changed == 0, "forgetting twice is forgetting once"
    assert _bring(hub.hub, tmp_path, ZOE).added == 1 and set(_known(late)) == {"NL1", "NL2"}


def test_a_till_that_comes_back_in_the_middle_of_the_log_agrees_at_every_page(hub: RunningHub, tmp_path: Path) -> None:
    till = hub.terminal("1")
    for phone in range(12):
        _bring(hub.hub, tmp_path, ZOE.replace("5678", f"{5600 + phone}"), PIET.replace("4567", f"{4500 + phone}"))
    _bring(hub.hub, tmp_path, "NL1,,,,,,,,,,,,1")
    more = True
    while more:
        reply = till.feed("device", limit=1)
        till.apply(reply)  # checks the digest against the hub's
        more = reply.more
    assert set(_known(till)) == {"NL2"}


def test_from_the_office_to_the_last_byte_of_a_terminals_file(tmp_path: Path, hub: RunningHub) -> None:
    till, bench = hub.terminal("1"), Bench(tmp_path)
    told = (b"Quistgaard", b"quistgaard", b"31612345678", b"87654321613", b"zoe@example.com")

    def take_in() -> None:
        reply = till.feed("device")
        bench.ledger.apply(reply.transactions, Cursor(reply.epoch, reply.rev_to, reply.digest))
        till.apply(reply)

    _bring(hub.hub, tmp_path, ZOE, PIET)
    take_in()
    assert bench.ledger.device_row("customer", "NL1", Customer) is not None
    _bring(hub.hub, tmp_path, "NL1,,,,,,,,,,,,1")
    take_in()
    bench.ledger.close()
    kept = (tmp_path / LEDGER_FILE).read_bytes()
    assert b"Zwartkruis" in kept and [word for word in told if word in kept] == []


def test_no_byte_of_who_left_lies_in_the_hubs_file(tmp_path: Path) -> None:
    made = open_test_hub(tmp_path / "hub")
    rows = [f"NL{n},Name{n},,Quistgaard{n},0612{n:06d},,1012AB,,,AMS1,,," for n in range(40)]
    _bring(made, tmp_path, *rows)
    _bring(made, tmp_path, "NL7,,,,,,,,,,,,1")
    made.close()
    kept = (tmp_path / "hub" / "hub.db").read_bytes()
    assert b"Quistgaard8" in kept and b"Quistgaard7" not in kept and b"31612000007" not in kept


def test_many_customers_are_many_small_revisions_and_nobody_has_to_take_a_snapshot_of_the_goods(tmp_path: Path) -> None:
    made = open_test_hub(tmp_path / "hub")
    rows = [f"N{n},Name{n},,Family{n % 97},06{n:08d},,1012AB,,,{'AMS1' if n % 2 else 'AMS1|UTR1'},,," for n in range(1_400)]
    before = made.storage.call(lambda c: feedlog.span(c, TENANT))
    done = _bring(made, tmp_path, *rows)
    floor, head = made.storage.call(lambda c: feedlog.span(c, TENANT))
    assert (done.added, floor, head - before[1]) == (1_400, before[0], 5)
    sizes = made.storage.call(lambda c: c.exec_driver_sql("SELECT count(*) FROM feed_log GROUP BY rev").scalars().all())
    assert max(sizes) == 500 and len(made.storage.call(lambda c: c.execute(select(customers)).all())) == 1_400
    made.close()


@pytest.mark.parametrize(
    ("row", "column", "mend"),
    [
        (",Jan,,Smit,,,,,,AMS1,,,", "customer", "must not be empty"),
        ("NL 1,Jan,,Smit,,,,,,AMS1,,,", "customer", "letters and digits only"),
        ("4111111111111111,Jan,,Smit,,,,,,AMS1,,,", "customer", "bank card"),
        ("NL1,,,,,,,,,AMS1,,,", "family", "write 1 under leave"),
        ("NL1,Jan,,Smit,0612,,,,,AMS1,,,", "phone", "not a whole telephone number"),
        ("NL1,Jan,,Smit,,jan@,,,,AMS1,,,", "email", "not an e-mail address"),
        ("NL1,Jan,,Smit,,,,,Dutch,AMS1,,,", "language", "two small letters"),
        ("NL1,Jan,,Smit,,,,,,,,,", "stores", "needed: the stores"),
        ("NL1,Jan,,Smit,,,,,,XXX9,,,", "stores", "known are AMS1, UTR1"),
        ("NL1,Jan,,Smit,,,,g ld,,AMS1,,,", "groups", "1 to 40 letters"),
        ("NL1,Jan,,Smit,,,,,,AMS1,yes,,", "receipt_by_mail", "not a day"),
        ("NL1,Jan,,Smit,,,,,,AMS1,,2999-01-01,", "marketing", "still to come"),
        ("NL1,Jan,,Smit,,,,,,AMS1,,,perhaps", "leave", "write 1 for yes"),
        ("NL1,J\tn,,Smit,,,,,,AMS1,,,", "given", "cannot be printed"),
    ],
)
def test_a_file_with_a_fault_changes_nothing_and_says_where(strict: tuple[Hub, Path], row: str, column: str, mend: str) -> None:
    made, folder = strict
    done = _bring(made, folder, row, PIET)
    assert [(fault.line, fault.column) for fault in done.faults] == [(2, column)] and mend in done.faults[0].mend, done.faults
    assert made.storage.call(lambda c: c.scalars(select(customers.c.number)).all()) == []


def test_one_number_is_one_customer_and_one_telephone_may_be_a_household(strict: tuple[Hub, Path]) -> None:
    made, folder = strict
    done = _bring(made, folder, ZOE, ZOE.replace("NL1", "nl1"), "NL3,Jan,,Quistgaard,0612345678,,,,,AMS1,,,")
    assert [(fault.line, fault.column) for fault in done.faults] == [(3, "customer")]


@pytest.mark.parametrize("ending", ["xlsx", "jsonl"])
def test_a_spreadsheet_and_lines_of_json_say_the_same(tmp_path: Path, ending: str) -> None:
    values: dict[str, Any] = {"customer": "NL1", "family": "Smit", "phone": "0612345678", "stores": "AMS1"}
    path = tmp_path / f"people.{ending}"
    if ending == "xlsx":
        book = openpyxl.Workbook()
        for line in (list(values), list(values.values())):
            book.active.append(line)
        book.save(path)
    else:
        path.write_text(msgspec.json.encode({**values, "stores": [STORE, OTHER_STORE]}).decode(), "utf-8")
    made = open_test_hub(tmp_path / "hub")
    done = import_from(made, path)
    assert (done.kind, done.added, done.faults) == ("customers", 1, [])
    made.close()


NEW = Customer("K234", "Paula", "de", "Vrieskruyt", "+31687654321", consents={"marketing": "2026-01-01"})


def _enrol(till: FakeTerminal, one: Customer) -> httpx.Response:
    return till.request("POST", "/v1/customers/new", msgspec.json.encode(EnrolCustomer(one, "101")))


def test_a_new_customer_of_a_till_is_told_to_the_tills_of_its_store_and_found_by_the_others(hub: RunningHub) -> None:
    till, beside, elsewhere = hub.terminal("1"), hub.terminal("2"), hub.terminal("1", store=OTHER_STORE)
    for _ in range(2):  # the answer was lost, and it is told again
        assert _enrol(till, NEW).json() == {"number": "K234", "state": "kept"}
    assert _known(till) == _known(beside) == {"K234": NEW} and _known(elsewhere) == {}
    assert _found(elsewhere, phone="+31687654321") == ["K234"]


def test_a_card_that_two_tills_gave_away_is_the_firsts_and_a_task(hub: RunningHub) -> None:
    till, elsewhere = hub.terminal("1"), hub.terminal("1", store=OTHER_STORE)
    _enrol(till, NEW)
    other = replace(NEW, given="Quinten", phone="+31612345678")
    assert _enrol(elsewhere, other).json() == {"number": "K234", "state": "taken"}
    assert _known(till) == {"K234": NEW} and _found(elsewhere, phone="+31612345678") == []
    query = "select store, detail from tasks where kind = 'customer.card_taken'"
    ((store, detail),) = hub.hub.storage.call(lambda c: c.exec_driver_sql(query).all())
    assert (store, msgspec.json.decode(detail)) == (OTHER_STORE, {"number": "K234", "by": "101"})


def test_what_can_be_no_customer_is_refused_and_a_kiosk_makes_none(hub: RunningHub) -> None:
    till, kiosk = hub.terminal("1"), hub.terminal("9", kind="kiosk")
    ahead = replace(NEW, consents={"marketing": "2999-01-01"})
    for wrong in (replace(NEW, given="", family=""), replace(NEW, phone="0612"), ahead):
        assert _enrol(till, wrong).json()["code"] == "customer.invalid"
    assert _enrol(kiosk, NEW).status_code == 403 and _known(till) == {}
