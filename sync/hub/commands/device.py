"""`toonbank-hub device`: every terminal there ever was, and what becomes of one that is lost."""

from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table

from sync.hub.commands.surface import DataOption, JsonOption, TenantOption, line_to, out, print_json
from sync.hub.operations import DeviceList, DeviceLost, ListDevices, LoseDevice

app = typer.Typer(no_args_is_help=True, help="Terminals: their state, and their loss.")


@app.command("list")
def list_devices(data: DataOption, tenant: TenantOption = "", json: JsonOption = False) -> None:
    """Show every terminal with its state, how many facts are here and elsewhere, and whom a restored hub waits for.

    Example: toonbank-hub device list --data hub
    """
    with line_to(data) as line:
        found = line.ask(ListDevices(tenant), DeviceList)
    if json:
        print_json(found)
        return
    table = Table("store", "terminal", "kind", "series", "state", "facts", "elsewhere", "last seen", "certificate until", "device")
    for one in found.terminals:
        seen, until = (datetime.fromtimestamp(ms / 1000).astimezone() for ms in (one.last_seen_ms, one.not_after_ms))
        table.add_row(
            one.store, one.terminal, one.kind, str(one.series), one.state, str(one.facts), str(one.durable),
            f"{seen:%Y-%m-%d %H:%M}", f"{until:%Y-%m-%d}", one.dev,
        )  # fmt: skip
    out.print(table)
    if found.state != "open":
        out.print(f"The hub is {found.state}. {found.doubt}", markup=False, soft_wrap=True)
        waits = ", ".join(found.waiting)
        if waits:
            out.print(f"It waits for: {waits}. Declare one lost: toonbank-hub device lost.", markup=False, soft_wrap=True)


@app.command()
def lost(
    data: DataOption,
    store: Annotated[str, typer.Option(help="Store of the terminal.", show_default=False)],
    terminal: Annotated[str, typer.Option(help="Number of the terminal in its store.", show_default=False)],
    tenant: TenantOption = "",
    json: JsonOption = False,
) -> None:
    """Declare a terminal lost or destroyed: what it might still promise is written off. What it comes back with is taken.

    Example: toonbank-hub device lost --data hub --store AMS1 --terminal 1
    """
    with line_to(data) as line:
        done = line.ask(LoseDevice(store, terminal, tenant), DeviceLost)
    if json:
        print_json(done)
    else:
        out.print(f"{done.place} is lost. Written off: {len(done.written_off)} articles. The hub is {done.state}.", markup=False)
