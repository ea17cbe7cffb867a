"""A business day for the books: balanced to the cent, posted once, and what comes later as a numbered supplement (step_0010)."""

import csv
import io

import pytest
from sqlalchemy import select

from kiosk.domain import cash, facts
from kiosk.domain.codec import Json
from sync.hub.consolidating import COLUMNS, PostingReport, posting_csv
from sync.hub.day_operations import ReportPosting, report_posting
from sync.hub.operations import AddStaff, add_staff
from sync.hub.problems import HubProblem
from sync.hub.storage.schema import tasks as schema_tasks
from tests.sync.hub.support import DAY, STORE, FakeTerminal, RunningHub, a_product, bring_products

BOSS = "900"


def move(what: str, amount: int, bag: str = "") -> Json:
    """The body of a movement of cash."""
    return cash.move_body(cash.Move(what, amount, "why", bag), "M1", "S1", "")


def closed(**more: object) -> Json:
    """The end of a shift as far as a hub looks."""
    return {"shift": "S1", "z_name": "AMS1-01-A-Z0001", "difference": 0, "left": 0, "is_counted": True, "unsigned": False, **more}


@pytest.fixture
def till(hub: RunningHub) -> FakeTerminal:
    """A till that sold twice, dropped, deposited, and was short."""
    bring_products(hub.hub, a_product("A1"))
    add_staff(hub.hub, AddStaff(BOSS, "Zoë", "manager"))
    till = hub.terminal("01")
    till.fact(facts.SHIFT_OPENED, {"shift": "S1", "number": 1, "float": 10_000})
    till.sale(pieces=2)
    till.sale(pieces=3)
    till.fact(facts.CASH_MOVED, move(cash.DROP, 4_000))
    till.fact(facts.CASH_MOVED, move(cash.DEPOSIT, 3_000, "B1"))
    till.fact(facts.CASH_MOVED, move(cash.PAY_OUT, 250))
    till.fact(facts.SHIFT_CLOSED, closed(difference=-35, left=10_715, poi={"card": 100}))
    till.push()
    return till


def ask(hub: RunningHub, by: str = "") -> PostingReport:
    """The posting of the day."""
    return report_posting(hub.hub, ReportPosting(STORE, DAY, by=by))


def sums(report: PostingReport) -> dict[tuple[int, str, str], int]:
    """Debit less credit by supplement, account and key."""
    return {(line.supplement, line.account, line.key): line.debit - line.credit for part in report.parts for line in part.lines}


def tasks(hub: RunningHub) -> list[str]:
    """The kinds of open tasks."""
    at = schema_tasks.c
    return hub.hub.storage.call(lambda c: list(c.scalars(select(at.kind).where(at.done_ms == 0).order_by(at.at_ms, at.kind))))


def test_a_day_is_posted_in_balance_with_each_thing_in_its_account(hub: RunningHub, till: FakeTerminal) -> None:
    report = ask(hub)
    found = sums(report)
    assert sum(found.values()) == 0
    assert found[0, "turnover", "standard:2100"] + found[0, "vat", "standard:2100"] == -5_000
    assert found[0, "cash_drawer", "sales"] == 5_000 and found[0, "cash_drawer", "drop"] == -4_000
    assert (found[0, "safe", ""], found[0, "bank_transit", ""], found[0, "pay_out", ""]) == (1_000, 3_000, 250)
    assert (found[0, "over_short", ""], found[0, "cash_drawer", "over_short"]) == (35, -35)
    assert (report.tenders, report.poi) == ({"card": 0}, {"card": 100})


def test_the_csv_has_columns_that_stay_and_debits_that_are_credits(hub: RunningHub, till: FakeTerminal) -> None:
    rows = list(csv.DictReader(io.StringIO(posting_csv(ask(hub)))))
    assert tuple(rows[0]) == COLUMNS
    debit, credit = (sum(round(float(row[side]) * 100) for row in rows) for side in ("debit", "credit"))
    assert debit == credit > 0
    assert {row["posted"] for row in rows} == {"no"} and {row["currency"] for row in rows} == {"EUR"}


def test_a_sale_for_a_posted_day_is_a_numbered_supplement_and_the_manager_is_told(hub: RunningHub, till: FakeTerminal) -> None:
    first = ask(hub, BOSS)
    assert (first.parts[0].who, len(first.parts), tasks(hub)) == (BOSS, 1, [])
    with pytest.raises(HubProblem, match="posted already"):
        ask(hub, BOSS)
    till.sale(pieces=1)
    till.push()
    till.sale(pieces=1)
    till.push()
    late = ask(hub)
    assert late.parts[0].lines == first.parts[0].lines, "what was posted stays"
    assert [(part.supplement, part.at_ms) for part in late.parts[1:]] == [(1, 0)]
    assert tasks(hub) == ["day.supplement"]
    assert sums(late)[1, "cash_drawer", "sales"] == 2_000
    posted = ask(hub, BOSS)
    assert posted.parts[1].who == BOSS and tasks(hub) == []
    till.sale(pieces=2)
    till.push()
    again = ask(hub)
    assert [part.supplement for part in again.parts] == [0, 1, 2] and again.parts[1].lines == posted.parts[1].lines
    assert sums(again)[2, "cash_drawer", "sales"] == 2_000
    assert tasks(hub) == ["day.supplement"]


def test_another_day_is_not_touched_by_what_was_posted(hub: RunningHub, till: FakeTerminal) -> None:
    ask(hub, BOSS)
    till.sale(day="2026-12-02")
    till.push()
    assert tasks(hub) == [] and len(ask(hub).parts) == 1


def test_a_shift_that_was_closed_in_haste_is_a_task(hub: RunningHub, till: FakeTerminal) -> None:
    till.fact(facts.SHIFT_CLOSED, closed(unsigned=True, difference=-1_000))
    till.fact(facts.SHIFT_CLOSED, closed(is_counted=False))
    till.push()
    assert sorted(tasks(hub)) == ["shift.uncounted", "shift.unsigned"]


def test_only_a_known_person_posts_a_day_that_is_one(hub: RunningHub, till: FakeTerminal) -> None:
    for asked, code in ((ReportPosting(STORE, DAY, by="31"), "staff.unknown"), (ReportPosting(STORE, "soon"), "request.argument")):
        with pytest.raises(HubProblem) as problem:
            report_posting(hub.hub, asked)
        assert problem.value.code == code


def test_a_body_about_money_that_cannot_be_is_held(hub: RunningHub, till: FakeTerminal) -> None:
    before = sums(ask(hub))
    wrong: list[tuple[str, Json]] = [
        (facts.CASH_MOVED, {"what": "drop", "from": "moon", "to": "safe", "amount": 1}),
        (facts.CASH_MOVED, {"what": "drop", "from": "drawer", "to": "safe", "amount": 10**13}),
        (facts.TENDER_CORRECTED, {"receipt": "R", "before": [{"kind": "cash", "amount": 1}], "after": []}),
        (facts.SHIFT_CLOSED, {"shift": "S9", "difference": "much"}),
    ]
    for kind, body in wrong:
        till.fact(kind, body)
    till.push()
    report = ask(hub)
    assert report.held == len(wrong) and sums(report) == before
