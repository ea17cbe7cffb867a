"""`toonbank-hub staff add|disable`: who may work at the tills."""

from typing import Annotated

import typer

from sync.hub.commands.surface import DataOption, JsonOption, TenantOption, line_to, out, print_json
from sync.hub.operations import AddStaff, DisableStaff, FirstPins, StaffDisabled

app = typer.Typer(no_args_is_help=True, help="Add and disable staff.")
Number = Annotated[str, typer.Option(help="Staff number.", show_default=False)]


@app.command()
def add(
    data: DataOption,
    number: Number,
    name: Annotated[str, typer.Option(help="Name as colleagues know it.", show_default=False)],
    role: Annotated[str, typer.Option(help="cashier, associate or manager.")] = "cashier",
    badge: Annotated[str, typer.Option(help="What the badge says when it is scanned.")] = "",
    tenant: TenantOption = "",
    json: JsonOption = False,
) -> None:
    """Add a person and print the one-time first PIN, which has to be changed at the first sign-in.

    Example: toonbank-hub staff add --data hub --number 101 --name "Zoë de Wit" --role cashier
    """
    with line_to(data) as line:
        made = line.ask(AddStaff(number, name, role, badge, tenant), FirstPins)
    if json:
        print_json(made)
        return
    out.print(f"{number} {name}: first PIN {made.pins[number]} (shown once; to be changed at the first sign-in)", markup=False)


@app.command()
def disable(data: DataOption, number: Number, tenant: TenantOption = "", json: JsonOption = False) -> None:
    """Take a person's access away on every terminal.

    Example: toonbank-hub staff disable --data hub --number 101
    """
    with line_to(data) as line:
        gone = line.ask(DisableStaff(number, tenant), StaffDisabled)
    if json:
        print_json(gone)
        return
    out.print(f"{gone.number} {gone.name} is disabled; terminals hear of it as soon as they reach the hub.", markup=False)
