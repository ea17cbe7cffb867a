"""Gift cards of the system before this one: read, brought in once, corrected by a later file, and paid with like any other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.hub.commands.importing import import_from
from sync.hub.core import Hub
from sync.hub.imports.apply_giftcards import IMPORTED
from sync.hub.imports.outcome import Imported
from sync.hub.voucher_operations import ReportVouchers, report_vouchers
from tests.sync.hub.support import RunningHub, open_test_hub
from tests.sync.hub.test_voucher_accounts import load, pay, tasks, told

MIDNIGHT_MS = 1_830_294_000_000
"""The end of 31 December 2027 in Amsterdam."""


def bring(hub: Hub, folder: Path, *rows: str, head: str = "giftcard,balance,until") -> Imported:
    """Import a file of these rows."""
    file = folder / "giftcards.csv"
    file.write_text("\n".join((head, *rows)), "utf-8")
    return import_from(hub, file)


def owed(hub: Hub) -> list[tuple[int, int, int, int]]:
    """Accounts, loaded, spent and left."""
    return [(one.accounts, one.loaded, one.spent, one.left) for one in report_vouchers(hub, ReportVouchers()).items]


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A hub for files that change nothing."""
    made = open_test_hub(tmp_path_factory.mktemp("strict"))
    yield made
    made.close()


def test_cards_come_in_once_and_a_later_file_corrects_what_was_on_them(hub: RunningHub, tmp_path: Path) -> None:
    first = bring(hub.hub, tmp_path, "old 1,25.00,2027-12-31", "OLD2,10.50,", "OLD3,0.00,")
    assert (first.rows, first.added, first.changed, sum(first.sums.values())) == (3, 3, 0, 3_550)
    again = bring(hub.hub, tmp_path, "OLD1,25.00,2027-12-31", "OLD2,10.50,", "OLD3,0.00,")
    assert (again.added, again.changed, again.sums) == (0, 0, first.sums) and owed(hub.hub) == [(3, 3_550, 0, 3_550)]
    till = hub.terminal("1")
    pay(till, 1_000, "OLD1")
    till.push()
    found = told(till, "OLD1")
    assert found is not None and (found.left_minor, found.until_ms, found.currency) == (1_500, MIDNIGHT_MS, "EUR")
    assert found.loaded == {IMPORTED: 2_500} and found.spent == {till.dev: 1_000}
    later = bring(hub.hub, tmp_path, "OLD1,20.00,2028-12-31", "OLD2,10.50,")
    assert (later.added, later.changed) == (0, 1) and owed(hub.hub) == [(3, 3_050, 1_000, 2_050)]
    found = told(till, "OLD1")
    assert found is not None and found.left_minor == 1_000 and found.until_ms > MIDNIGHT_MS, "whoever used it hears of it"


def test_a_card_that_paid_before_it_came_in_is_nobodys_task_any_more(hub: RunningHub, tmp_path: Path) -> None:
    till = hub.terminal("1")
    pay(till, 1_000, "OLD1")
    till.push()
    assert [one["amount_minor"] for one in tasks(hub)] == [1_000]
    bring(hub.hub, tmp_path, "OLD1,4.00,")
    assert len(tasks(hub)) == 1, "there was not enough on it"
    bring(hub.hub, tmp_path, "OLD1,25.00,")
    assert not tasks(hub) and owed(hub.hub) == [(1, 2_500, 1_000, 1_500)]
    load(till, 500, "OLD1")
    till.push()
    found = told(till, "OLD1")
    assert found is not None and found.left_minor == 2_000 and found.until_ms == 0


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        (",5.00,", "giftcard", "must not be empty"),
        ("4111111111111111,5.00,", "giftcard", "bank card"),
        ("AMS1-01-A-000042-Z92YH2O,5.00,", "giftcard", "store credit"),
        ("X" * 41 + ",5.00,", "giftcard", "at most 40"),
        ("OK1,5.00,", "giftcard", "line 2 has the same card"),
        ("OLD,-5.00,", "balance", "not an amount"),
        ("OLD,5.00,31-12-2027", "until", "2027-12-31"),
        ("OLD,5.00,2027-02-30", "until", "2027-12-31"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_nothing_comes_in(
    strict: Hub, tmp_path: Path, row: str, column: str, says: str
) -> None:
    done = bring(strict, tmp_path, "OK1,5.00,", row)
    assert [(one.line, one.column) for one in done.faults] == [(3, column)] and says in done.faults[0].mend, done.faults
    assert owed(strict) == []


def test_a_card_of_another_currency_or_brand_is_refused(strict: Hub, tmp_path: Path) -> None:
    head = "giftcard,balance,currency,brand"
    wrong = bring(strict, tmp_path, "OLD1,5.00,SEK,", "OLD2,5.00,,elsewhere", head=head)
    assert {(one.line, one.column) for one in wrong.faults} >= {(2, "currency"), (3, "brand")}
    assert all("choose one of" in one.mend for one in wrong.faults)
