"""`toonbank-hub office-user`: who may use the office pages."""

from typing import Annotated

import typer

from sync.hub.commands.surface import DataOption, JsonOption, TenantOption, line_to, out, print_json
from sync.hub.desk import AddOfficeUser, DisableOfficeUser, OfficeUserAdded, OfficeUserDisabled

app = typer.Typer(no_args_is_help=True, help="Users of the office pages.")
Name = Annotated[str, typer.Argument(help="The user's name.", show_default=False)]


@app.command()
def add(data: DataOption, name: Name, tenant: TenantOption = "", json: JsonOption = False) -> None:
    """Let somebody use the office pages of one tenant. Prints a password once; the hub keeps only its hash.

    Example: toonbank-hub office-user add ann --data hub
    """
    with line_to(data) as line:
        added = line.ask(AddOfficeUser(name, tenant), OfficeUserAdded)
    if json:
        print_json(added)
        return
    out.print(f"{added.name} signs in at /office with the password {added.password}. It is shown only now.", markup=False)


@app.command()
def disable(data: DataOption, name: Name, json: JsonOption = False) -> None:
    """Take the office pages away from somebody; open sessions end.

    Example: toonbank-hub office-user disable ann --data hub
    """
    with line_to(data) as line:
        gone = line.ask(DisableOfficeUser(name), OfficeUserDisabled)
    if json:
        print_json(gone)
        return
    out.print(f"{gone.name} cannot sign in any more.", markup=False)
