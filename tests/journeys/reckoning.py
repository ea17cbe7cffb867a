"""The evening: ledgers, hub, paper and shelves against the day that was worked out by hand. Every difference is named."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2 as sqlite3

from kiosk.apps import checks
from kiosk.apps.demo import STORES, DemoShop
from kiosk.domain.catalog import StockLevel
from kiosk.domain.ticket import is_ticket
from kiosk.store import rows
from kiosk.store.catalog import current_name
from kiosk.store.database import connect
from tests.journeys.pictures import Paper

Sale = Mapping[str, Any]
Body = Mapping[str, Any]


@dataclass
class Reckoning:
    """Differences found so far, and the table that a person reads."""

    differences: list[str] = field(default_factory=list)
    table: list[tuple[str, ...]] = field(default_factory=list)

    def same(self, what: str, hand: object, found: object) -> None:
        """Note a difference from what the hand says."""
        if hand != found:
            self.differences.append(f"{what}: by hand {hand}, found {found}")


def sales_of(folder: Path) -> list[Body]:
    """The bodies of all sales in a terminal's ledger, as they were sealed, after proving the chain."""
    count, broken = checks.verify(folder)
    assert broken is None and count > 0, f"{folder.name}: the chain is broken at {broken}"
    out = folder.parent / f"{folder.name}.jsonl"  # never inside the folder: export refuses that
    checks.export(folder, out)
    facts = [json.loads(json.loads(line)["fact"]) for line in out.read_text("utf-8").splitlines()]
    out.unlink()
    return [fact["body"] for fact in facts if fact["kind"] == "sale.completed"]


def check_sale(reckoning: Reckoning, name: str, sale: Sale, body: Body) -> None:
    """One sale in the ledger against the hand."""
    lines = sorted([line[1:] for line in sale["lines"]])
    found = sorted(
        [line["article"], line["quantity"], line["unit_price"], line["amount"], line["deposit"]] for line in body["lines"]
    )
    reckoning.same(f"{name}: lines", lines, found)
    vat = [[band["rate_bp"] // 100, band["net"], band["tax"], band["gross"]] for band in body["tax"]]
    reckoning.same(f"{name}: VAT", sale["vat"], vat)
    reckoning.same(f"{name}: total", sale["total"], body["total"])
    reckoning.same(f"{name}: discount", sale.get("discount", 0), body["discount"])
    reckoning.same(f"{name}: rounding", sale.get("rounding", 0), body["rounding"])
    reckoning.same(f"{name}: change", sale.get("change", 0), sum(tender["change"] for tender in body["tenders"]))
    paid = [
        {"cash": tender["tendered"]}
        if tender["kind"] == "cash"
        else {"card": tender["amount"], "reference": tender["reference"]}
        for tender in body["tenders"]
    ]
    reckoning.same(f"{name}: paid", sale["paid"], paid)
    reckoning.same(f"{name}: age", sale.get("age", 0), body["age_checked"])


def check_ledgers(reckoning: Reckoning, shop: DemoShop, plan: Mapping[str, Any], played: Sequence[str]) -> list[Body]:
    """Every sale of both tills against the hand, in the order in which they were rung."""
    first, second = sales_of(shop.folder / "till-01"), sales_of(shop.folder / "till-02")
    reckoning.same("sales of till 1", len(played), len(first))
    reckoning.same("sales never rung", sorted(plan["sale"]), sorted(played))
    for name, body in zip(played, first, strict=False):
        check_sale(reckoning, name, plan["sale"][name], body)
        reckoning.table.append((body["receipt"], name, body["total"], body["rounding"]))
    for body in second:
        check_sale(reckoning, "second till", plan["second_till"], body)
        reckoning.table.append((body["receipt"], "second till", body["total"], body["rounding"]))
    day = plan["day"]
    reckoning.same("ledger of till 1", day["first_till"], sum(body["total"] for body in first))
    reckoning.same("ledgers together", day["gross"], sum(body["total"] for body in (*first, *second)))
    numbers = [body["receipt"] for body in first]
    reckoning.same("receipt numbers", [f"{numbers[0][:-6]}{n:06d}" for n in range(1, len(numbers) + 1)], numbers)
    return [*first, *second]


def check_hub(reckoning: Reckoning, report: Mapping[str, Any], day: Mapping[str, int]) -> None:
    """The hub's report of the day against the hand."""
    total = report["total"]
    for name in ("sales", "gross", "discount", "deposit", "rounding"):
        reckoning.same(f"hub: {name}", day[name], total[name])
    reckoning.same("hub: cash", day["cash"], total["tenders"].get("cash", 0))
    reckoning.same("hub: cards", day["card"], total["tenders"].get("card", 0))
    reckoning.same("hub: cash in the drawers", day["cash_expected"], report["cash_expected"])
    reckoning.same("hub: facts held back", 0, report["held"])
    reckoning.same("hub: forked terminals", [], report["forked"])


def check_paper(reckoning: Reckoning, found: Sequence[Paper], bodies: Sequence[Body], gross: int) -> int:
    """Every receipt came out whole, once unmarked at most, with the total of its sale and a code that reads; gives the sum."""
    printed: dict[str, Paper] = {}
    for body in bodies:
        number = body["receipt"]
        pieces = [paper for paper in found if paper.receipt == number]
        whole = [paper for paper in pieces if not paper.torn and number in paper.codes]
        unmarked = [paper for paper in pieces if not paper.is_copy]
        if not whole:
            reckoning.differences.append(f"{number}: no whole piece of paper with a code that reads back")
            continue
        if len(unmarked) > 1:
            reckoning.differences.append(f"{number}: printed {len(unmarked)} times without a mark")
        printed[number] = whole[0]
        reckoning.same(f"{number}: printed total", body["total"], whole[0].total_minor)
    known = {body["receipt"] for body in bodies}
    for paper in found:
        strange = [code for code in paper.codes if code not in known and not is_ticket(code)]
        reckoning.same(f"{paper.file.name}: codes that stand for nothing", [], strange)
        if paper.receipt and not paper.torn:
            reckoning.same(f"{paper.file.name}: the code", (paper.receipt,), paper.codes)
    reckoning.same("tickets on paper", 1, sum(1 for paper in found if any(map(is_ticket, paper.codes))))
    total = sum(paper.total_minor for paper in printed.values())
    reckoning.same("sum of printed totals", gross, total)
    return total


def check_stock(reckoning: Reckoning, shop: DemoShop, stock: Mapping[str, int]) -> None:
    """What is left, on every terminal and on the hub."""
    hub = sqlite3.connect(f"file:{shop.hub_folder / 'hub.db'}?mode=ro", uri=True)
    try:
        shelves = dict(hub.execute("SELECT article, on_hand_milli FROM stock WHERE store = 'AMS1'").fetchall())
    finally:
        hub.close()
    reckoning.same("stock on the hub", dict(stock), {sku: shelves.get(sku) for sku in stock})
    for name in STORES:
        conn = connect(shop.folder / name / current_name(shop.folder / name), readonly=True)
        try:
            levels = rows.read_all(conn, "catalog_rows", "stock", StockLevel)
            there = {level.article: level.on_hand_milli for level in levels if level.store == "AMS1"}
        finally:
            conn.close()
        reckoning.same(f"stock on {name}", dict(stock), {sku: there.get(sku) for sku in stock})
        reckoning.same(f"all stock of the store on {name}", shelves, there)
