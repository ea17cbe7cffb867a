"""`toonbank-hub report`: what a store sold, its posting for the books, its stock, and sales that come out otherwise."""

import sys
from typing import Annotated

import typer
from rich.table import Table

from kiosk.domain.projections import DayTotals
from kiosk.domain.recompute import Difference
from sync.hub.commands.surface import DataOption, JsonOption, TenantOption, err, line_to, out, print_json, quantity
from sync.hub.consolidating import PostingReport, posting_csv
from sync.hub.day_operations import ReportPosting
from sync.hub.deliveries import DeliveryReport
from sync.hub.delivery_operations import ReportDeliveries
from sync.hub.lost_operations import ReportLostSales
from sync.hub.lost_sales import LostReport
from sync.hub.offer_operations import ReportPrices
from sync.hub.operations import ReportDay
from sync.hub.order_operations import OrderReport, ReportOrders
from sync.hub.price_report import PriceReport
from sync.hub.promotion_operations import PromotionReport, ReportPromotions
from sync.hub.reports import DayReport
from sync.hub.stock_losses import LossReport
from sync.hub.stock_operations import ReportLosses, ReportStock
from sync.hub.stock_report import StockReport
from sync.hub.voucher_operations import ReportVouchers, VoucherReport

app = typer.Typer(no_args_is_help=True, help="Reports.")


@app.callback()
def reports() -> None:
    """Reports."""


@app.command()
def day(
    data: DataOption,
    store: Annotated[str, typer.Option(help="Store.", show_default=False)],
    date: Annotated[str, typer.Option("--day", help="Business day YYYY-MM-DD; today by default.")] = "",
    tenant: TenantOption = "",
    json: JsonOption = False,
) -> None:
    """Show a store's business day: totals per terminal, their sum, and what is held.

    Example: toonbank-hub report day --data hub --store AMS1 --day 2026-12-01
    """
    with line_to(data) as line:
        report = line.ask(ReportDay(store, date, tenant), DayReport)
    if json:
        print_json(report)
        return
    out.print(_table(report))
    if report.held:
        out.print(f"{report.held} facts are held: stored, but not in these totals. Update the hub.", markup=False)
    if report.forked:
        told = ", ".join(report.forked)
        out.print(f"Terminals with two histories (a clone, or tampering): {told}. Enrol them again.", markup=False)


@app.command("stock")
def stock_of_store(
    data: DataOption,
    store: Annotated[str, typer.Option(help="Store.", show_default=False)],
    date: Annotated[str, typer.Option("--day", help="Day of the refusals, YYYY-MM-DD; today by default.")] = "",
    tenant: TenantOption = "",
    json: JsonOption = False,
) -> None:
    """Show a store's stock: what is there, granted, promised and reserved, what is short or unclear, what was refused.

    Example: toonbank-hub report stock --data hub --store AMS1
    """
    with line_to(data) as line:
        report = line.ask(ReportStock(store, date, tenant), StockReport)
    if json:
        print_json(report)
        return
    columns = ("on_hand", "granted", "in_transit", "promised", "reserved", "safety", "free")
    table = Table("article", *(name.replace("_", " ") for name in columns), title=f"{report.store} {report.day}")
    for one in report.lines:
        table.add_row(one.article, *(quantity(getattr(one, name)) for name in columns))
    out.print(table)
    told = f"{report.articles} articles, {report.negative} below zero, {report.unclear} movements unclear."
    told += f" {report.uncovered} reservations have no goods since the hub was restored." if report.uncovered else ""
    out.print(f"{told} Refused: {report.refused}, of these free elsewhere: {report.free_elsewhere}.", markup=False)


@app.command("losses")
def losses_of_store(
    data: DataOption,
    store: Annotated[str, typer.Option(help="Store.", show_default=False)],
    first: Annotated[str, typer.Option("--from", help="First business day YYYY-MM-DD; by default the month of the last.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last business day YYYY-MM-DD; today by default.")] = "",
    tenant: TenantOption = "",
    json: JsonOption = False,
) -> None:
    """Show what a store wrote off, by reason, and the counts that came out otherwise, with who did it and who agreed.

    Example: toonbank-hub report losses --data hub --store AMS1 --from 2026-12-01 --to 2026-12-31
    """
    with line_to(data) as line:
        report = line.ask(ReportLosses(store, first, last, tenant), LossReport)
    if json:
        print_json(report)
        return
    table = Table("reason", "why", "times", "lines", "worth", title=f"{report.store} {report.first} to {report.last}")
    for one in report.sums:
        table.add_row(one.reason.replace("_", " "), one.why.replace("_", " "), str(one.times), str(one.lines), _money(one.value))
    out.print(table)
    latest = Table("day", "reason", "why", "by", "agreed", "lines", "worth", "note", title="The latest")
    for item in report.items:
        told = (item.day, item.reason.replace("_", " "), item.why.replace("_", " "), item.employee, item.approved_by or "-")
        latest.add_row(*told, str(item.lines), _money(item.value), item.note)
    if report.items:
        out.print(latest)


@app.command("deliveries")
def deliveries_of_store(
    data: DataOption,
    store: Annotated[str, typer.Option(help="Store.", show_default=False)],
    first: Annotated[str, typer.Option("--from", help="First business day YYYY-MM-DD; by default the month of the last.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last business day YYYY-MM-DD; today by default.")] = "",
    tenant: TenantOption = "",
    json: JsonOption = False,
) -> None:
    """Show what came to a store, in how many lines it was otherwise than its notice, and what is still to come.

    Example: toonbank-hub report deliveries --data hub --store AMS1
    """
    with line_to(data) as line:
        report = line.ask(ReportDeliveries(store, first, last, tenant), DeliveryReport)
    if json:
        print_json(report)
        return
    counts = ("short", "over", "damaged", "unknown")
    table = Table("day", "notice", "supplier", "till", "by", *counts, title=f"{report.store} {report.first} to {report.last}")
    for one in report.items:
        told = (one.day, one.notice or "blind", one.supplier, one.terminal, one.employee)
        table.add_row(*told, *(str(getattr(one, name)) for name in counts))
    out.print(table)
    for awaited in report.awaited:
        out.print(f"Still to come: {awaited.number} of {awaited.supplier or '?'}, {awaited.lines} lines", markup=False)


@app.command("prices")
def prices_of_sales(
    data: DataOption,
    store: Annotated[str, typer.Option(help="Store; all by default.")] = "",
    date: Annotated[str, typer.Option("--day", help="Business day YYYY-MM-DD; all by default.")] = "",
    tenant: TenantOption = "",
    json: JsonOption = False,
) -> None:
    """Show how many sales the hub computed again, and those that come out otherwise than their till said.

    Example: toonbank-hub report prices --data hub --store AMS1 --day 2026-12-01
    """
    with line_to(data) as line:
        report = line.ask(ReportPrices(store, date, tenant), PriceReport)
    if json:
        print_json(report)
        return
    table = Table("receipt", "day", "said", "found", "where", title=f"{report.differing} of {report.sales} sales differ")
    for one in report.items:
        where = "; ".join(map(_where, one.parts))
        table.add_row(one.receipt, one.day, _money(one.said_minor), _money(one.found_minor), where)
    if report.items:
        out.print(table)
    told = f"{report.sales} sales computed again, {report.differing} differ, {report.unknown} only in part."
    out.print(f"{told} {report.waiting} facts wait to be looked at.", markup=False)


def _where(part: Difference) -> str:
    line = f"line {part.line} " if part.line else ""
    no_price = part.what == "unit_price" and part.found < 0
    return f"{line}{part.what} {_money(part.said)}, found {'no price' if no_price else _money(part.found)}"


@app.command("orders")
def orders_as_they_stand(
    data: DataOption,
    store: Annotated[str, typer.Option(help="Store; all by default.")] = "",
    tenant: TenantOption = "",
    json: JsonOption = False,
) -> None:
    """Show how open orders stand: by state and by store, what no place has, and what waits for a person.

    Example: toonbank-hub report orders --data hub --store AMS1
    """
    with line_to(data) as line:
        report = line.ask(ReportOrders(store, tenant), OrderReport)
    if json:
        print_json(report)
        return
    table = Table("what", "how many", title=f"{report.open} open orders")
    parts = (("state", report.by_state), ("store", report.by_store), ("task", report.tasks))
    for what, counts in parts:
        for name, count in counts.items():
            table.add_row(f"{what} {name}", str(count))
    out.print(table)
    out.print(f"For {report.without_place} of them no place has the goods.", markup=False)


@app.command("posting")
def posting_of_day(
    data: DataOption,
    store: Annotated[str, typer.Option(help="Store.", show_default=False)],
    date: Annotated[str, typer.Option("--day", help="Business day YYYY-MM-DD; today by default.")] = "",
    tenant: TenantOption = "",
    by: Annotated[str, typer.Option("--post-by", help="Staff number of who posts it: from then on it does not change.")] = "",
    json: JsonOption = False,
) -> None:
    """Write a business day's balanced posting as CSV: turnover by VAT, ways of paying, rounding, vouchers, cash, over/short.

    Example: toonbank-hub report posting --data hub --store AMS1 --day 2026-12-01 --post-by 900
    """
    with line_to(data) as line:
        report = line.ask(ReportPosting(store, date, tenant, by), PostingReport)
    if json:
        print_json(report)
    else:
        sys.stdout.write(posting_csv(report))
    if report.held:
        err.print(f"{report.held} facts are held: stored, but not in this posting. Update the hub.", markup=False)
    for kind, ours in report.tenders.items():
        if report.poi[kind] != ours:
            told = f"{kind}: the tills have {_money(ours)}, the card terminals {_money(report.poi[kind])}."
            err.print(f"{told} Look for a payment that one of them does not have.", markup=False, soft_wrap=True)


@app.command("vouchers")
def vouchers_owed(data: DataOption, tenant: TenantOption = "", json: JsonOption = False) -> None:
    """Show what is owed for gift cards and store credit, by brand and kind: loaded, spent, and what is left.

    Example: toonbank-hub report vouchers --data hub --json
    """
    with line_to(data) as line:
        report = line.ask(ReportVouchers(tenant), VoucherReport)
    if json:
        print_json(report)
        return
    columns = ("accounts", "loaded", "spent", "left", "overspent")
    table = Table("brand", "kind", "currency", *columns, title="Owed for vouchers")
    for one in report.items:
        money = (_money(one.loaded), _money(one.spent), _money(one.left))
        table.add_row(one.brand or "?", one.kind, one.currency or "?", str(one.accounts), *money, str(one.overspent))
    out.print(table)


@app.command("promotions")
def budgets_of_promotions(data: DataOption, tenant: TenantOption = "", json: JsonOption = False) -> None:
    """Show what was taken from the budgets of promotions, by how many tills, and what went beyond a budget.

    Example: toonbank-hub report promotions --data hub --json
    """
    with line_to(data) as line:
        report = line.ask(ReportPromotions(tenant), PromotionReport)
    if json:
        print_json(report)
        return
    columns = ("budget", "spent", "over", "uses", "of", "over ", "stores", "tills")
    table = Table("promotion", "name", *columns, title="Budgets of promotions")
    for one in report.items:
        money = (_money(one.budget) if one.budget else "", _money(one.spent), _money(one.over) if one.over else "")
        uses = (str(one.uses), str(one.budget_uses or ""), str(one.over_uses or ""))
        table.add_row(one.promotion, one.name, *money, *uses, str(one.stores), str(one.tills))
    out.print(table)


@app.command("lost-sales")
def lost_sales(
    data: DataOption,
    first: Annotated[str, typer.Option("--from", help="First business day YYYY-MM-DD; from the beginning by default.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last business day YYYY-MM-DD; until now by default.")] = "",
    store: Annotated[str, typer.Option(help="Store; all by default.")] = "",
    tenant: TenantOption = "",
    json: JsonOption = False,
) -> None:
    """Show what customers wanted and did not buy, and why: what would have brought most comes first.

    Example: toonbank-hub report lost-sales --data hub --from 2026-12-01 --to 2026-12-07 --store AMS1
    """
    with line_to(data) as line:
        report = line.ask(ReportLostSales(store, first, last, tenant), LostReport)
    if json:
        print_json(report)
        return
    table = Table("article", "name", "reason", "wanted", "times", "quantity", "worth", title=f"{report.times} sales lost")
    for one in report.lines:
        worth = f"{_money(one.worth)} {one.currency}"
        table.add_row(one.article, one.name, one.reason, one.wanted, str(one.times), quantity(one.quantity), worth)
    out.print(table)



def _table(report: DayReport) -> Table:
    table = Table(title=f"{report.store} {report.day} ({report.currency})")
    table.add_column("")
    for terminal in report.terminals:
        table.add_column(terminal, justify="right")
    table.add_column("total", justify="right")
    columns = [*report.terminals.values(), report.total]
    for name in ("sales", "abandoned", "pieces"):
        table.add_row(name, *(str(getattr(totals, name)) for totals in columns))
    for name in ("gross", "returned", "voided", "discount", "promotion", "deposit", "rounding", "safe", "over_short"):
        if name in _ALWAYS or getattr(report.total, name):
            table.add_row(name.replace("_", "/"), *(_money(getattr(totals, name)) for totals in columns))
    for rate in report.total.net_by_rate:
        table.add_row(f"net {rate}", *(_money(totals.net_by_rate.get(rate, 0)) for totals in columns))
        table.add_row(f"VAT {rate}", *(_money(totals.tax_by_rate.get(rate, 0)) for totals in columns))
    for tender in report.total.tenders:
        table.add_row(tender, *(_money(totals.tenders.get(tender, 0)) for totals in columns))
    table.add_row("cash expected", *(_money(totals.cash_expected) for totals in columns))
    table.add_row("receipts", *(_receipts(totals) for totals in columns))
    return table


_ALWAYS = ("gross", "discount", "deposit", "rounding")
"""What a day shows also when it is nothing."""


def _receipts(totals: DayTotals) -> str:
    return "\n".join(part for part in totals.receipts if part)


def _money(minor: int) -> str:
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02d}"
