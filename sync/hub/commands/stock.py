"""`toonbank-hub stock ...` and `toonbank-hub reconcile`: keys for connectors, unclear movements, and the mirror of a back end."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from kiosk.domain.quantity import ONE
from sync.hub.commands.surface import DataOption, JsonOption, TenantOption, line_to, out, print_json, problems_shown
from sync.hub.imports.cells import Cell, quantity
from sync.hub.imports.faults import Faults
from sync.hub.imports.sheet import read_sheet
from sync.hub.problems import HubProblem
from sync.hub.stock_operations import ConnectorKey, Decided, DecideMovement, MakeConnectorKey, Reconcile
from sync.hub.stock_reconcile import Reconciled

app = typer.Typer(no_args_is_help=True, help="Stock: keys of connectors, and movements that nobody could place.")


@app.callback()
def stock() -> None:
    """Stock."""


@app.command()
def connector(
    data: DataOption,
    name: Annotated[str, typer.Argument(help="The connector's name.", show_default=False)],
    revoke: Annotated[bool, typer.Option("--revoke", help="Take its key away.")] = False,
    tenant: TenantOption = "",
    json: JsonOption = False,
) -> None:
    """Make a key with which a web shop may reserve stock; it is shown once. A new key ends the old one.

    Example: toonbank-hub stock connector webshop --data hub
    """
    with line_to(data) as line:
        made = line.ask(MakeConnectorKey(name, revoke, tenant), ConnectorKey)
    if json:
        print_json(made)
    elif made.key:
        out.print(f"{made.name}: {made.key}\nIt is not shown again. Send it as: Authorization: Bearer KEY", markup=False)
    else:
        out.print(f"{made.name} may not reserve any more.", markup=False)


@app.command()
def decide(
    data: DataOption,
    task: Annotated[str, typer.Argument(help="The task's id.", show_default=False)],
    side: Annotated[str, typer.Argument(help="before (it was counted) or after (it was not).", show_default=False)],
    by: Annotated[str, typer.Option("--by", help="Who says so.", show_default=False)],
    tenant: TenantOption = "",
    json: JsonOption = False,
) -> None:
    """Say of a movement that fell into the minutes of a count whether it was before or after it.

    Example: toonbank-hub stock decide 0194a8 before --by 900 --data hub
    """
    with line_to(data) as line:
        done = line.ask(DecideMovement(task, side, by, tenant), Decided)
    if json:
        print_json(done)
    else:
        out.print(f"{done.level.article} in {done.level.store}: {_amount(done.level.on_hand_milli)} on hand.", markup=False)


def reconcile(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or JSONL with sku and quantity.", show_default=False)],
    data: DataOption,
    store: Annotated[str, typer.Option(help="Store.", show_default=False)],
    day: Annotated[str, typer.Option("--day", help="The numbers are as of the end of this day.", show_default=False)],
    at: Annotated[str, typer.Option("--at", help="Or as of this time of it, HH:MM in the store's zone.")] = "",
    accept: Annotated[bool, typer.Option("--accept", help="Make our numbers theirs, by correcting movements.")] = False,
    by: Annotated[str, typer.Option("--by", help="Who approves it.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why theirs are right.")] = "",
    tenant: TenantOption = "",
    json: JsonOption = False,
) -> None:
    """Compare a back end's stock with ours as of the same instant, and list what differs. Nothing changes without --accept.

    Example: toonbank-hub reconcile erp.csv --data hub --store AMS1 --day 2026-12-01
    """
    with problems_shown():
        theirs = _read(file)
    with line_to(data) as line:
        found = line.ask(Reconcile(store, day, theirs, at, accept, by, reason, tenant), Reconciled)
    if json:
        print_json(found)
        return
    table = Table("article", "ours then", "theirs", "difference", "moved since", "on hand now")
    for one in found.differences:
        numbers = (one.ours, one.theirs, one.theirs - one.ours, one.moved, one.on_hand)
        table.add_row(one.article, *map(_amount, numbers))
    out.print(table)
    done = "Correcting movements were written." if found.corrected else "Nothing was changed."
    told = f"{found.compared} compared, {len(found.differences)} differ, {found.missing} of ours are not in the file. {done}"
    out.print(told, markup=False)


def _read(file: Path) -> dict[str, int]:
    """The file's on-hand in thousandths by article. Raises HubProblem for one with a fault."""
    faults = Faults()
    sheet = read_sheet(file, faults)
    found: dict[str, int] = {}
    if sheet is not None and {"sku", "quantity"} <= set(sheet.columns):
        sku, amount = sheet.columns.index("sku"), sheet.columns.index("quantity")
        for number, cells in sheet.rows:
            cell = Cell(number, "quantity", cells[amount], faults)
            milli = quantity(cell)
            if cells[sku] in found:
                faults.add(number, "sku", cells[sku], "this article is in the file twice: add the two up")
            found[cells[sku]] = milli or 0
    elif sheet is not None:
        faults.add(1, "sku", "", "the columns sku and quantity are needed")
    if faults.count:
        for fault in faults.in_order():
            out.print(f"line {fault.line}, {fault.column}: {fault.value!r}: {fault.mend}", markup=False)
        raise HubProblem("import.faults", count=faults.count)
    return found


def _amount(milli: int) -> str:
    whole, part = divmod(abs(milli), ONE)
    return f"{'-' if milli < 0 else ''}{whole}" + (f".{part:03d}" if part else "")
