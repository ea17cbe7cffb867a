"""Losses at the hub: why goods went, who did it and who agreed; and counts whose lines say themselves when they were counted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain import facts
from kiosk.domain.facts import read_fact
from kiosk.domain.quantity import ONE
from kiosk.domain.stock import StockState, apply_stock
from sync.hub.problems import HubProblem
from sync.hub.stock_losses import LossReport
from sync.hub.stock_operations import ReportLosses, report_losses
from tests.sync.hub.stock_support import DirectHub, direct_hub, fact_at, free, moved, movement_sum, open_tasks
from tests.sync.hub.support import DAY, STORE, a_product, bring_products, system_ms

MINUTE = 60_000


@pytest.fixture
def hub(tmp_path: Path, shop: Path) -> Iterator[DirectHub]:
    """A hub without a network, with an article."""
    with direct_hub(tmp_path, shop) as made:
        bring_products(made.hub, a_product("A1", stock={STORE: 10 * ONE}))
        yield made


def told(hub: DirectHub, **ask: Any) -> LossReport:
    """The report of the day on which all of it happened."""
    return report_losses(hub.hub, ReportLosses(STORE, **{"first": DAY, "last": DAY, **ask}))


def test_what_is_written_off_is_told_by_reason_with_who_agreed(hub: DirectHub) -> None:
    till = hub.terminal()
    detail = {"work": "w", "why": "expired", "note": "one crate", "value": 5_990, "approved_by": "201", "people": ["101"]}
    for why, milli in (("expired", -4 * ONE), ("expired", -ONE), ("theft", -2 * ONE)):
        moved(till, milli, reason="written_off", detail={**detail, "why": why})
    moved(till, 3 * ONE)  # what comes is no loss
    till.push(till.facts)
    till.push(till.facts)  # the answer was lost
    report = told(hub)
    assert [(one.reason, one.why, one.times, one.lines, one.value) for one in report.sums] == [
        ("written_off", "expired", 2, 2, 11_980), ("written_off", "theft", 1, 1, 5_990),
    ]  # fmt: skip
    assert {(one.employee, one.approved_by, one.note) for one in report.items} == {("101", "201", "one crate")}
    assert free(hub).on_hand == 6 * ONE
    assert told(hub, first="2026-01-01", last="2026-01-31").items == []
    with pytest.raises(HubProblem):
        told(hub, last="soon")


def test_facts_of_older_terminals_say_no_reason_and_count_all_the_same(hub: DirectHub) -> None:
    till = hub.terminal()
    moved(till, -ONE, reason="written_off")
    till.push(till.facts)
    assert [(one.why, one.value) for one in told(hub).sums] == [("", 0)] and free(hub).on_hand == 9 * ONE


@pytest.mark.parametrize("detail", [{"note": "x" * 201}, {"value": 10**13}, {"people": ["1"] * 201}, {"why": 7}, "text"])
def test_absurd_details_are_held_and_change_nothing(hub: DirectHub, detail: object) -> None:
    till = hub.terminal()
    moved(till, -ONE, reason="written_off", detail=detail)
    reply = till.push(till.facts)
    assert [(one.seq, one.reason) for one in reply.held] in ([(1, "body.invalid")], [(1, "body.amount")])
    assert free(hub).on_hand == 10 * ONE and told(hub).items == []


def test_a_line_counted_before_the_count_ended_leaves_no_task_and_hub_and_rule_agree(hub: DirectHub) -> None:
    till, other = hub.terminal("1"), hub.terminal("2")
    start = system_ms() - 60 * MINUTE
    window = {"from": f"{start << 16:016x}", "to": f"{start + MINUTE << 16:016x}", "first": 1, "last": 1}
    bring_products(hub.hub, a_product("A2", stock={}))
    moved(till, 7 * ONE, start - 10 * MINUTE, "A2")
    moved(till, -ONE, start + 10 * MINUTE, "A2")
    moved(other, -2 * ONE, start + 20 * MINUTE, "A2")
    body = {
        "location": STORE, "frontier": {}, "hlc": f"{start << 16:016x}", "detail": {"value": 1_500, "people": ["101", "103"]},
        "lines": [{"article": "A2", "quantity": 8 * ONE, **window}],
    }  # fmt: skip
    fact_at(till, facts.STOCK_COUNTED, body, start + 50 * MINUTE)
    till.push(till.facts)
    other.push(other.facts)
    assert free(hub, "A2").on_hand == movement_sum(hub, "A2") == 5 * ONE  # eight lay there, and three were sold since
    assert "stock.count_unclear" not in [kind for kind, _ in open_tasks(hub)]
    state = StockState()
    for sealed in (*till.facts, *other.facts):
        state = apply_stock(state, read_fact(sealed.data))
    assert state.level(STORE, "A2", {}).on_hand_milli == 5 * ONE
    assert [(one.reason, one.value) for one in told(hub).items] == [("counted", 1_500)]


ZERO = "0" * 16


@pytest.mark.parametrize("window", [{"from": "x", "to": "0"}, {"from": ZERO}, {"from": ZERO, "to": ZERO, "first": 9, "last": 1}])
def test_a_window_that_is_none_is_held(hub: DirectHub, window: dict[str, Any]) -> None:
    till = hub.terminal()
    line = {"article": "A1", "quantity": ONE, **window}
    body = {"location": STORE, "frontier": {}, "hlc": "0" * 16, "lines": [line]}
    fact_at(till, facts.STOCK_COUNTED, body)
    fact_at(till, facts.STOCK_DISCARDED, {"location": STORE, "work": "w", "what": "count", "lines": 3})
    assert [one.seq for one in till.push(till.facts).held] == [1]
    assert free(hub).on_hand == 10 * ONE
