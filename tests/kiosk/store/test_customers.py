"""Customers on the terminal's disk: found by what is typed, indexed with their rows, and no byte of who was forgotten is left."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import sqlite_utils

from kiosk.countries.nl import PHONE
from kiosk.domain.customer import Customer, ask
from kiosk.domain.feed import Cursor, Row, Transaction
from kiosk.store import customers, migrations
from kiosk.store.database import connect
from kiosk.store.ledger import LEDGER_FILE, Ledger
from tests.kiosk.store.test_ledger import Bench
from tests.kiosk.support import digest_of

PEOPLE = (
    Customer("C1", "Zoë", "van der", "Berg", "+31612345678", postcode="1012 AB"),
    Customer("C2", "Zoe", "", "Bergsma", "+31201112233"),
    Customer("C3", "Jan", "", "O'Brien", postcode="9712 CP"),
    Customer("5678", "Piet", "", "Zwart"),
    Customer("C5", "Chloé", "", "Wu"),
)


def _row(one: Customer) -> Row:
    return Row("customer", one.number, msgspec.json.encode(one))


def _tell(there: Ledger, rev: int, rows: list[Row], after: list[Row]) -> None:
    there.apply([Transaction(rev, rows)], Cursor(1, rev, digest_of(after)))


def _found(there: Ledger, text: str, limit: int = 8) -> tuple[list[str], bool]:
    people, more = there.look(lambda conn: customers.find_in(conn, ask(text, PHONE), text, limit))
    return [one.number for one in people], more


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A ledger that knows PEOPLE."""
    made = Bench(tmp_path)
    rows = [_row(one) for one in PEOPLE]
    _tell(made.ledger, 1, rows, rows)
    yield made
    made.ledger.close()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("zoe", ["C1", "C2"]), ("berg", ["C1", "C2"]), ("be zo", ["C1", "C2"]), ("vanderberg", ["C1"]), ("obrien", ["C3"]),
        ("brien", ["C3"]), ("5678", ["5678", "C1"]), ("06 12 34", ["C1"]), ("+31 (0)20 111 22 33", ["C2"]), ("2233", ["C2"]),
        ("c3", ["C3"]), ("zoe 1012", ["C1"]), ("zoe 5678", ["C1"]), ("chloe wu", ["C5"]),
            ("zo ja", []), ("9999", []), ("%", []), ("b", []),
    ],
)  # fmt: skip
def test_customers_are_found_by_name_number_and_telephone_and_the_cards_owner_stands_first(
    bench: Bench, text: str, numbers: list[str]
) -> None:
    assert _found(bench.ledger, text) == (numbers, False)


def test_a_list_is_short_and_says_that_there_are_more(bench: Bench) -> None:
    assert _found(bench.ledger, "zoe", 1) == (["C1"], True)


def test_who_changed_is_found_by_the_new_name_only(bench: Bench) -> None:
    married = Customer("C2", "Zoe", "", "Zwart", "+31201112244")
    _tell(bench.ledger, 2, [_row(married)], [_row(married), *(_row(one) for one in PEOPLE if one.number != "C2")])
    assert [_found(bench.ledger, text)[0] for text in ("bergsma", "2233", "zwart", "2244")] == [[], [], ["5678", "C2"], ["C2"]]


def test_no_byte_of_who_was_forgotten_is_left_in_the_terminals_files(tmp_path: Path) -> None:
    made = Bench(tmp_path)
    people = [Customer(f"N{n}", f"Quirijn{n}x", "", f"Zwartkruis{n}x", f"+3161{n:03d}4321") for n in range(300)]
    rows = [_row(one) for one in people]
    _tell(made.ledger, 1, rows, rows)
    made.append(3)
    gone, kept = people[7::10], [one for n, one in enumerate(people) if n % 10 != 7]
    _tell(made.ledger, 2, [Row("customer", one.number, b"") for one in gone], [_row(one) for one in kept])
    made.ledger.close()
    there = (tmp_path / LEDGER_FILE).read_bytes()
    assert [path.name for path in tmp_path.glob(f"{LEDGER_FILE}*")] == [LEDGER_FILE], "no log is left beside it"
    words = [word for one in gone for word in (one.family, one.given, one.phone[1:], one.phone[:0:-1])]
    assert [word for word in words if word.encode() in there or word.lower().encode() in there] == []
    assert kept[0].family.encode() in there, "whoever was not forgotten is there"


def test_a_snapshot_leaves_what_stands_as_it_is_and_forgets_whom_it_lacks(bench: Bench) -> None:
    kept = [_row(one) for one in PEOPLE[1:]]
    bench.ledger.replace(kept, Cursor(1, 9, digest_of(kept)))
    assert [_found(bench.ledger, text)[0] for text in ("zoe", "5678")] == [["C2"], ["5678"]]
    assert bench.ledger.cursor().rev == 9


def test_a_customer_that_does_not_read_hides_nobody_else(bench: Bench) -> None:
    broken = Row("customer", "C9", b'{"number": 7, "family": "Berg"}')
    _tell(bench.ledger, 2, [broken], [broken, *map(_row, PEOPLE)])
    assert _found(bench.ledger, "berg") == (["C1", "C2"], False) and _found(bench.ledger, "C9") == ([], False)


def test_whom_a_newer_hub_told_before_the_step_is_found_after_it(tmp_path: Path) -> None:
    """m009_ledger_customers, on a file that kept rows which it did not understand yet."""
    conn = connect(tmp_path / LEDGER_FILE)
    migrations.ledger.apply(sqlite_utils.Database(conn), stop_before="m010_customers")
    conn.execute("INSERT INTO device_rows VALUES (?, ?, ?)", _row(PEOPLE[0]))
    conn.close()
    made = Bench(tmp_path)
    assert _found(made.ledger, "berg") == (["C1"], False)
    made.ledger.close()
