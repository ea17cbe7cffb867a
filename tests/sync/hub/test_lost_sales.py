"""Lost sales at the hub (step_0016): added up once, reported by what they would have brought, and a wrong one is held."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from kiosk.domain.facts import SALE_LOST
from kiosk.domain.lostsale import LostSale, body_of
from sync.hub.commands.line import app
from sync.hub.lost_operations import ReportLostSales, report_lost_sales
from sync.hub.lost_sales import LostReport
from sync.hub.problems import HubProblem
from tests.sync.hub.stock_support import DirectHub, direct_hub
from tests.sync.hub.support import DAY, STORE, FakeTerminal, a_product, bring_products


@pytest.fixture
def direct(tmp_path: Path, shop: Path) -> Iterator[DirectHub]:
    """A hub without a wire."""
    with direct_hub(tmp_path, shop) as made:
        yield made


def lose(till: FakeTerminal, lost: LostSale, **more: Any) -> None:
    """A customer goes without."""
    till.fact(SALE_LOST, body_of(lost) | more)


def report(direct: DirectHub, **ask: str) -> LostReport:
    """What the office is told."""
    return report_lost_sales(direct.hub, ReportLostSales(**ask))


def test_lost_sales_are_added_up_once_and_what_would_have_brought_most_comes_first(direct: DirectHub) -> None:
    bring_products(direct.hub, a_product("A1", 1_999), a_product("A2", 100))
    first, second = direct.terminal(), direct.terminal("2")
    for till in (first, second):
        lose(till, LostSale("A1", "no_size", 1_000, " 47 ", 1_999, 0))
        lose(till, LostSale("A2", "too_dear", 3_000, "", 100))
    lose(first, LostSale("GONE", "other"))
    first.push()
    second.push()
    second.push()
    found = report(direct, first=DAY, last=DAY, store=STORE)
    assert [(one.article, one.reason, one.wanted, one.times, one.quantity, one.worth) for one in found.lines] == [
        ("A1", "no_size", "47", 2, 2_000, 3_998), ("A2", "too_dear", "", 2, 6_000, 600), ("GONE", "other", "", 1, 1_000, 0),
    ]  # fmt: skip
    assert found.times == 5 and found.lines[0].name and found.lines[2].name == ""
    assert report(direct, first="2027-01-01").lines == [] and report(direct, last="2020-01-01").times == 0


def test_a_lost_sale_that_cannot_be_is_held_and_adds_nothing(direct: DirectHub) -> None:
    till = direct.terminal()
    for wrong in ({"quantity": 0}, {"quantity": 10**13}, {"price": -1}, {"article": ""}, {"wanted": "x" * 999}, {"reason": 7}):
        lose(till, LostSale("A1", "other"), **wrong)
    lose(till, LostSale("A1", "other"), newer="a key that this hub does not know", reason="a_newer_reason")
    till.push()
    (line,) = report(direct).lines
    assert (line.reason, line.times) == ("a_newer_reason", 1)


@pytest.mark.parametrize(
    "ask", [{"first": "1-12-2026"}, {"last": "20261201"}, {"first": "2026-12-02", "last": "2026-12-01"}, {"store": "NOWHERE"}]
)
def test_a_day_or_store_that_is_none_is_refused(direct: DirectHub, ask: dict[str, str]) -> None:
    with pytest.raises(HubProblem):
        report(direct, **ask)


def test_the_command_prints_the_report(tmp_path: Path, shop: Path) -> None:
    with direct_hub(tmp_path, shop) as direct:
        till = direct.terminal()
        lose(till, LostSale("A1", "no_size", 1_000, "47", 1_999, 0))
        till.push()
    run, data = CliRunner(), str(tmp_path / "hub")
    shown = run.invoke(app, ["report", "lost-sales", "--data", data, "--from", DAY, "--to", DAY, "--store", STORE, "--json"])
    assert shown.exit_code == 0 and msgspec.json.decode(shown.output)["lines"][0]["worth"] == 1_999
    table = run.invoke(app, ["report", "lost-sales", "--data", data])
    assert table.exit_code == 0 and "1 sales lost" in table.output and "19.99 EUR" in table.output
    assert run.invoke(app, ["report", "lost-sales", "--data", data, "--from", "next week"]).exit_code == 2
