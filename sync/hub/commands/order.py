"""`toonbank-hub order ...`: orders of every channel, what became of them, and cancelling."""

from typing import Annotated

import typer
from rich.table import Table

from sync.hub.commands.surface import DataOption, JsonOption, TenantOption, line_to, out, print_json, quantity, utc_minute, who
from sync.hub.order_operations import CancelOrder, ListOrders, OrderList, OrderShown, ShowOrder

app = typer.Typer(no_args_is_help=True, help="Orders of every channel.")
OrderName = Annotated[str, typer.Argument(help="Its number, the code to collect it, or its id.", show_default=False)]


@app.callback()
def order() -> None:
    """Orders."""


@app.command("list")
def list_orders(
    data: DataOption,
    store: Annotated[str, typer.Option(help="Store that placed it or has to do with it; all by default.")] = "",
    state: Annotated[str, typer.Option(help="Most advanced state, such as ready or declined; all by default.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Those that are over too.")] = False,
    after: Annotated[str, typer.Option(help="Go on after this page: MS/ID of its last row.")] = "",
    tenant: TenantOption = "",
    json: JsonOption = False,
) -> None:
    """Show orders, the oldest first, a page at a time.

    Example: toonbank-hub order list --data hub --store AMS1 --state ready
    """
    placed, _, last = after.partition("/")
    ask = ListOrders(store, state, every, 0, int(placed) if placed.isdigit() else 0, last, tenant)
    with line_to(data) as line:
        found = line.ask(ask, OrderList)
    if json:
        print_json(found)
        return
    table = Table("number", "placed (UTC)", "channel", "store", "state")
    for row in found.rows:
        table.add_row(row.number, utc_minute(row.placed_ms), row.channel, row.store or "-", row.shown)
    out.print(table)
    if found.more:
        out.print(f"There are more: --after {found.rows[-1].placed_ms}/{found.rows[-1].id}", markup=False)


@app.command()
def show(data: DataOption, name: OrderName, tenant: TenantOption = "", json: JsonOption = False) -> None:
    """Show an order: its lines and where they are, and its money. Whom it is for is not printed.

    Example: toonbank-hub order show 482913 --data hub
    """
    with line_to(data) as line:
        found = line.ask(ShowOrder(name, tenant), OrderShown)
    _print(found, json)


@app.command()
def cancel(
    data: DataOption, name: OrderName,
    note: Annotated[str, typer.Option(help="Why, in a few words.", show_default=False)] = "",
    lines: Annotated[list[int] | None, typer.Option("--line", help="Only this line; may be said again.")] = None,
    tenant: TenantOption = "", json: JsonOption = False,
) -> None:  # fmt: skip
    """Cancel what can still be cancelled of an order. What is with a carrier or the customer comes back as a return.

    Example: toonbank-hub order cancel 482913 --data hub --note "the customer called"
    """
    with line_to(data) as line:
        found = line.ask(CancelOrder(name, who(), note, lines or [], tenant), OrderShown)
    _print(found, json)


def _print(found: OrderShown, json: bool) -> None:
    if json:
        print_json(found)
        return
    title = f"{found.number} {utc_minute(found.placed_ms)} {found.channel}{f' at {found.store}' if found.store else ''}"
    table = Table("line", "goods", "pieces", "state", "place", title=title)
    for part in found.parts:
        pieces = quantity(part.quantity_milli)
        table.add_row(str(part.line), f"{part.name} ({part.article})", pieces, part.state, part.place or "-")
    out.print(table)
    owed, paid = _money(found.owed_minor), _money(found.paid_minor)
    told = f"{found.currency} {owed} is owed, {paid} is paid, {_money(found.to_pay_minor)} to pay, "
    out.print(f"{told}{_money(found.to_give_back_minor)} to give back. Id: {found.id}", markup=False)



def _money(minor: int) -> str:
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02d}"
