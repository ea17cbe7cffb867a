"""`toonbank-hub office-user`: who may use the office pages."""

from typing import Annotated

import typer
from rich.table import Table

from sync.hub.commands.surface import DataOption, JsonOption, TenantOption, line_to, out, print_json
from sync.hub.office_users import (
    AddOfficeUser,
    ChangeOfficeUser,
    DisableOfficeUser,
    ListOfficeUsers,
    OfficeUserAdded,
    OfficeUserChanged,
    OfficeUserDisabled,
    OfficeUserList,
)
from sync.hub.roles import IT, ROLES

app = typer.Typer(no_args_is_help=True, help="Users of the office pages.")
Name = Annotated[str, typer.Argument(help="The user's name.", show_default=False)]
_ROLE = f"What somebody may do: {', '.join(ROLES)}."
_STORES = "The stores that somebody is bound to, such as AMS1,UTR1; * is all."


@app.command()
def add(
    data: DataOption, name: Name, role: Annotated[str, typer.Option(help=_ROLE)] = IT,
    stores: Annotated[str, typer.Option(help=_STORES)] = "*", tenant: TenantOption = "", json: JsonOption = False,
) -> None:  # fmt: skip
    """Let somebody use the office pages of one tenant. Prints a password once; the second factor is set up at the first sign-in.

    Example: toonbank-hub office-user add ann --data hub --role manager --stores AMS1
    """
    with line_to(data) as line:
        added = line.ask(AddOfficeUser(name, tenant, role, _named(stores)), OfficeUserAdded)
    if json:
        print_json(added)
        return
    out.print(f"{added.name} signs in at /office with the password {added.password}. It is shown only now.", markup=False)


@app.command()
def change(
    data: DataOption, name: Name,
    role: Annotated[str | None, typer.Option(help=_ROLE, show_default=False)] = None,
    stores: Annotated[str | None, typer.Option(help=_STORES, show_default=False)] = None,
    reset_totp: Annotated[bool, typer.Option("--reset-totp", help="Set the second factor up anew at the next sign-in.")] = False,
    reset_password: Annotated[bool, typer.Option("--reset-password", help="Print a new password once.")] = False,
    json: JsonOption = False,
) -> None:  # fmt: skip
    """Change what somebody may do, or give them a new password or second factor; open sessions end.

    Example: toonbank-hub office-user change ann --data hub --reset-totp
    """
    wanted = None if stores is None else _named(stores)
    with line_to(data) as line:
        now = line.ask(ChangeOfficeUser(name, role, wanted, reset_totp, reset_password), OfficeUserChanged)
    if json:
        print_json(now)
        return
    out.print(f"{now.name} is {now.role} of {', '.join(now.stores) or 'all stores'} and signs in again.", markup=False)
    if now.password:
        out.print(f"The new password is {now.password}. It is shown only now.", markup=False)


@app.command("list")
def list_(data: DataOption, tenant: TenantOption = "", json: JsonOption = False) -> None:
    """Show everybody who may sign in, as what, and whether their second factor is set up.

    Example: toonbank-hub office-user list --data hub
    """
    with line_to(data) as line:
        found = line.ask(ListOfficeUsers(tenant), OfficeUserList)
    if json:
        print_json(found)
        return
    table = Table("name", "tenant", "role", "stores", "second factor")
    for one in found.users:
        table.add_row(one.name, one.tenant, one.role, ", ".join(one.stores) or "all", "yes" if one.second_factor else "not yet")
    out.print(table)


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


def _named(stores: str) -> list[str]:
    if stores.strip() == "*":
        return []
    found = [store.strip() for store in stores.split(",") if store.strip()]
    if not found:
        raise typer.BadParameter("name stores, or * for all")
    return found
