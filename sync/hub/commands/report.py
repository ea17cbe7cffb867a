"""`toonbank-hub report day` and `report stock`: what a store sold on a business day, and how its stock stands."""

from typing import Annotated

import typer
from rich.table import Table

from kiosk.domain.projections import DayTotals
from sync.hub.commands.surface import DataOption, JsonOption, TenantOption, line_to, out, print_json
from sync.hub.operations import ReportDay
from sync.hub.reports import DayReport
from sync.hub.stock_operations import ReportStock
from sync.hub.stock_report import StockReport

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
        table.add_row(one.article, *(_quantity(getattr(one, name)) for name in columns))
    out.print(table)
    told = f"{report.articles} articles, {report.negative} below zero, {report.unclear} movements unclear."
    told += f" {report.uncovered} reservations have no goods since the hub was restored." if report.uncovered else ""
    out.print(f"{told} Refused: {report.refused}, of these free elsewhere: {report.free_elsewhere}.", markup=False)


def _quantity(milli: int) -> str:
    whole, part = divmod(abs(milli), 1000)
    return f"{'-' if milli < 0 else ''}{whole}" + (f".{part:03d}" if part else "")


def _table(report: DayReport) -> Table:
    table = Table(title=f"{report.store} {report.day} ({report.currency})")
    table.add_column("")
    for terminal in report.terminals:
        table.add_column(terminal, justify="right")
    table.add_column("total", justify="right")
    columns = [*report.terminals.values(), report.total]
    for name in ("sales", "abandoned", "pieces"):
        table.add_row(name, *(str(getattr(totals, name)) for totals in columns))
    for name in ("gross", "discount", "deposit", "rounding"):
        table.add_row(name, *(_money(getattr(totals, name)) for totals in columns))
    for rate in report.total.net_by_rate:
        table.add_row(f"net {rate}", *(_money(totals.net_by_rate.get(rate, 0)) for totals in columns))
        table.add_row(f"VAT {rate}", *(_money(totals.tax_by_rate.get(rate, 0)) for totals in columns))
    for tender in report.total.tenders:
        table.add_row(tender, *(_money(totals.tenders.get(tender, 0)) for totals in columns))
    table.add_row("cash expected", *(_money(totals.cash_expected) for totals in columns))
    table.add_row("receipts", *(_receipts(totals) for totals in columns))
    return table


def _receipts(totals: DayTotals) -> str:
    return "\n".join(part for part in totals.receipts if part)


def _money(minor: int) -> str:
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02d}"
