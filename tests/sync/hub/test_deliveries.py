"""Deliveries at the hub: notices go to their store alone, differences are told, and a notice that two tills received is a task."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.decoding import read_json
from kiosk.domain import facts
from kiosk.domain.delivery import Notice, NoticeLine
from kiosk.domain.quantity import ONE
from sync.hub.commands.importing import import_from
from sync.hub.delivery_operations import ReportDeliveries, report_deliveries
from sync.hub.imports.outcome import Imported
from tests.sync.hub.stock_support import DirectHub, DirectTerminal, direct_hub, fact_at, free, moved, movement_sum, open_tasks
from tests.sync.hub.support import DAY, OTHER_STORE, STORE, a_product, bring_products

SSCC = "387123450000000012"
CODE = "8712345678906"


@pytest.fixture
def hub(tmp_path: Path, shop: Path) -> Iterator[DirectHub]:
    """A hub without a network, with two articles."""
    with direct_hub(tmp_path, shop) as made:
        bring_products(made.hub, a_product("A1", stock={}), a_product("A2", stock={}))
        yield made


def bring(hub: DirectHub, folder: Path, *lines: str, head: str = "sku,notice,store,quantity,supplier,sscc") -> Imported:
    """A file of notices."""
    file = folder / "expected.csv"
    file.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return import_from(hub.hub, file)


def notices_at(till: DirectTerminal) -> dict[str, Notice]:
    """What a terminal was told is to come."""
    rows = till.catch_up("device")
    found = {key: payload for (entity, key), payload in rows.items() if entity == "notice" and payload}
    return {key: read_json(payload, Notice) for key, payload in found.items()}


def received(
    till: DirectTerminal, notice: str, *lines: tuple[str, int, int], damaged: int = 0, unknown: int = 0, announced: bool = True
) -> None:
    """A till takes a delivery in: lines of (article, came whole, was to come)."""
    body: dict[str, Any] = {
        "location": till.place.store, "notice": notice, "supplier": "Weaver", "parcels": [SSCC],
        "lines": [{"article": article, "quantity": came, "due": due, "damaged": damaged} for article, came, due in lines],
        "unknown": [{"code": CODE, "quantity": unknown}] if unknown else [], "detail": {"work": "w", "value": 0},
        "announced": announced,
    }  # fmt: skip
    fact_at(till, facts.DELIVERY_RECEIVED, body)
    for article, came, _ in lines:
        moved(till, came, article=article)


def test_a_notice_goes_to_the_tills_of_its_store_and_a_changed_one_follows_it(hub: DirectHub, tmp_path: Path) -> None:
    here, there = hub.terminal("1"), hub.terminal("1", store=OTHER_STORE)
    lines = (f"A1,N-1,{STORE},3,Weaver,{SSCC}", f"A2,N-1,{STORE},0.5,Weaver,")
    done = bring(hub, tmp_path, *lines)
    assert (done.fault_count, done.kind, done.rows, done.added, done.changed) == (0, "notices", 2, 1, 0)
    expected = Notice("N-1", "Weaver", STORE, (NoticeLine("A1", 3 * ONE), NoticeLine("A2", 500)), (SSCC,))
    assert notices_at(here) == {"N-1": expected}
    assert notices_at(there) == {}
    assert bring(hub, tmp_path, *lines).changed == 0
    assert bring(hub, tmp_path, f"A1,N-1,{OTHER_STORE},3,Weaver,").changed == 1
    assert notices_at(here) == {} and list(notices_at(there)) == ["N-1"]


def test_faults_of_a_notice_are_told_line_by_line_and_change_nothing(hub: DirectHub, tmp_path: Path) -> None:
    till = hub.terminal()
    done = bring(
        hub, tmp_path, "A1,N-1,NIX,3,Weaver,", f"A1,N-2,{STORE},0,Weaver,", f"A1,N-3,{STORE},1,Weaver,123",
        f",N-4,{STORE},1,Weaver,", f"A1,N-5,{STORE},1,Weaver,", f"A1,N-5,{STORE},1,Miller,",
    )  # fmt: skip
    assert [(fault.line, fault.column) for fault in done.faults] == [
        (2, "store"), (3, "quantity"), (4, "sscc"), (5, "sku"), (7, "notice"),
    ]  # fmt: skip
    gone = bring(hub, tmp_path, f"N-6,{STORE},1,{CODE}", f"N-6,{STORE},1,", head="notice,store,quantity,barcode")
    assert gone.fault_count == 1
    nobody = bring(hub, tmp_path, f"NIX,N-7,{STORE},1,Weaver,")
    assert [fault.mend for fault in nobody.faults] == ["no article has it: import the product first"]
    assert notices_at(till) == {}


def test_what_came_is_told_and_the_notice_goes(hub: DirectHub, tmp_path: Path) -> None:
    till, other = hub.terminal("1"), hub.terminal("2")
    bring(hub, tmp_path, f"A1,N-1,{STORE},3,Weaver,", f"A1,N-2,{STORE},9,Weaver,")
    received(till, "N-1", ("A1", 3 * ONE, 3 * ONE))
    till.push(till.facts)
    till.push(till.facts)  # the answer was lost
    assert list(notices_at(other)) == ["N-2"] and open_tasks(hub) == []
    assert free(hub).on_hand == movement_sum(hub) == 3 * ONE
    report = report_deliveries(hub.hub, ReportDeliveries(STORE, DAY, DAY))
    assert [(one.notice, one.terminal, one.short) for one in report.items] == [("N-1", "01", 0)]
    assert [(one.number, one.lines) for one in report.awaited] == [("N-2", 1)]
    again = bring(hub, tmp_path, f"A1,N-1,{STORE},3,Weaver,")
    assert "received already" in again.faults[0].mend


def test_differences_are_a_task_and_blind_deliveries_only_for_what_nobody_knows(hub: DirectHub, tmp_path: Path) -> None:
    till = hub.terminal()
    bring(hub, tmp_path, f"A1,N-1,{STORE},3,Weaver,")
    received(till, "N-1", ("A1", ONE, 3 * ONE), ("A2", ONE, 0), damaged=ONE, unknown=2 * ONE)
    received(till, "", ("A1", ONE, 0))
    received(till, "", ("A1", ONE, 0), unknown=ONE)
    till.push(till.facts)
    told = [(kind, {key: detail[key] for key in ("short", "over", "damaged", "unknown")}) for kind, detail in open_tasks(hub)]
    assert sorted(told, key=str) == [
        ("delivery.differs", {"short": 0, "over": 0, "damaged": 0, "unknown": 1}),
        ("delivery.differs", {"short": 1, "over": 1, "damaged": 2, "unknown": 1}),
    ]  # fmt: skip


def test_a_notice_that_two_cut_off_tills_received_is_a_task_and_the_stock_has_both(hub: DirectHub, tmp_path: Path) -> None:
    first, second = hub.terminal("1"), hub.terminal("2")
    bring(hub, tmp_path, f"A1,N-1,{STORE},3,Weaver,")
    for till in (first, second):
        received(till, "N-1", ("A1", 3 * ONE, 3 * ONE))
    for till in (second, first, second):
        till.push(till.facts)
    ((kind, detail),) = open_tasks(hub)
    assert (kind, detail["notice"], detail["first"], detail["terminal"]) == ("delivery.twice", "N-1", f"{STORE}-02", f"{STORE}-01")
    assert free(hub).on_hand == 6 * ONE


def sent(till: DirectTerminal, number: str, *lines: tuple[str, int]) -> None:
    """Goods leave for the other store."""
    listed = [{"article": article, "quantity": milli, "serials": []} for article, milli in lines]
    fact_at(till, facts.TRANSFER_SENT, {"location": STORE, "transfer": number, "to": OTHER_STORE, "lines": listed})
    for article, milli in lines:
        moved(till, -milli, article=article, reason="transferred_out")


TRANSFER = f"TR-{STORE}-01-A-000001"


def test_what_is_sent_is_to_come_at_the_other_store_until_it_came(hub: DirectHub) -> None:
    till, other = hub.terminal("1"), hub.terminal("1", store=OTHER_STORE)
    sent(till, TRANSFER, ("A1", 3 * ONE))
    till.push(till.facts)
    till.push(till.facts)
    assert notices_at(other) == {TRANSFER: Notice(TRANSFER, STORE, OTHER_STORE, (NoticeLine("A1", 3 * ONE),))}
    ask = ReportDeliveries(OTHER_STORE, DAY, DAY)
    assert [(one.number, one.supplier) for one in report_deliveries(hub.hub, ask).awaited] == [(TRANSFER, STORE)]
    received(other, TRANSFER, ("A1", 2 * ONE, 3 * ONE))
    other.push(other.facts)
    assert notices_at(other) == {} and report_deliveries(hub.hub, ask).awaited == []
    told = {kind: detail.get("short") for kind, detail in open_tasks(hub)}
    assert told == {"stock.negative": None, "delivery.differs": 1}
    assert free(hub, "A1").on_hand == -3 * ONE and free(hub, "A1", OTHER_STORE).on_hand == 2 * ONE


@pytest.mark.parametrize("came", [3, 2])
def test_a_transfer_that_arrived_before_anybody_told_of_it_is_compared_when_both_are_known(hub: DirectHub, came: int) -> None:
    till, other = hub.terminal("1"), hub.terminal("1", store=OTHER_STORE)
    sent(till, TRANSFER, ("A1", 3 * ONE))
    received(other, TRANSFER, ("A1", came * ONE, 0), announced=False)
    other.push(other.facts)
    assert open_tasks(hub) == []
    till.push(till.facts)
    told = [(kind, detail["short"], detail["terminal"]) for kind, detail in open_tasks(hub) if kind == "delivery.differs"]
    assert told == ([] if came == 3 else [("delivery.differs", 1, f"{OTHER_STORE}-01")])
    assert notices_at(other) == {}
    (item,) = report_deliveries(hub.hub, ReportDeliveries(OTHER_STORE, DAY, DAY)).items
    assert item.short == (came != 3)


@pytest.mark.parametrize(
    "change", [{"to": STORE}, {"transfer": f"TR-{OTHER_STORE}-01-A-000001"}, {"transfer": "1"}, {"lines": []}, {"to": 7}]
)
def test_a_transfer_that_cannot_be_is_held(hub: DirectHub, change: dict[str, Any]) -> None:
    till = hub.terminal()
    lines = [{"article": "A1", "quantity": ONE, "serials": []}]
    fact_at(till, facts.TRANSFER_SENT, {"location": STORE, "transfer": TRANSFER, "to": OTHER_STORE, "lines": lines, **change})
    assert [one.seq for one in till.push(till.facts).held] == [1]


@pytest.mark.parametrize(
    "change",
    [
        {"location": OTHER_STORE}, {"notice": "x" * 201}, {"lines": []}, {"lines": "all"},
        {"unknown": [{"code": CODE, "quantity": -1}]},
    ],
)
def test_a_delivery_that_cannot_be_is_held(hub: DirectHub, change: dict[str, Any]) -> None:
    till = hub.terminal()
    lines = [{"article": "A1", "quantity": ONE, "due": 0, "damaged": 0}]
    body = {"location": STORE, "notice": "", "supplier": "", "parcels": [], "lines": lines, "unknown": [], **change}
    fact_at(till, facts.DELIVERY_RECEIVED, body)
    assert [one.seq for one in till.push(till.facts).held] == [1]
