"""`toonbank-hub report day`: what a store sold on a business day."""

from typing import Annotated

import typer
from rich.table import Table

from kiosk.domain.projections import DayTotals
from sync.hub.commands.surface import DataOption, JsonOption, TenantOption, line_to, out, print_json
from sync.hub.operations import ReportDay
from sync.hub.reports import DayReport

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
