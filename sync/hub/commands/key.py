"""`toonbank-hub key ...`: keys of the shop API."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from sync.hub.commands.surface import DataOption, JsonOption, TenantOption, line_to, out, print_json
from sync.hub.shop.keys import PER_MINUTE
from sync.hub.shop.operations import AddKey, KeyRow, KeyRows, ListKeys, RevokeKey
from sync.hub.shop.scopes import SCOPES

app = typer.Typer(no_args_is_help=True, help="Keys of the shop API, for web shops and back ends.")


@app.command()
def add(
    data: DataOption,
    name: Annotated[str, typer.Argument(help="What the key is for.", show_default=False)],
    brand: Annotated[str, typer.Option("--brand", help="The brand whose shop it is.", show_default=False)],
    scope: Annotated[str, typer.Option("--scope", help=f"With commas between them: {', '.join(SCOPES)}.", show_default=False)],
    country: Annotated[str, typer.Option("--country", help="Needed where the brand has stores in several.")] = "",
    rate: Annotated[int, typer.Option("--rate", help="Requests a minute.")] = PER_MINUTE,
    days: Annotated[int, typer.Option("--days", help="Days until it ends; 0: never.")] = 0,
    tenant: TenantOption = "",
    json: JsonOption = False,
) -> None:
    """Make a key for one brand in one country. It is shown once; the hub keeps only its hash.

    Example: toonbank-hub key add webshop --brand noord --scope catalogue:read,prices:read,stock:read --data hub
    """
    ask = AddKey(name, brand, [one.strip() for one in scope.split(",") if one.strip()], country, rate, days, tenant)
    with line_to(data) as line:
        made = line.ask(ask, KeyRow)
    if json:
        print_json(made)
        return
    out.print(f"{made.name} ({made.id}), {made.brand} in {made.country}: {', '.join(made.scopes)}", markup=False)
    out.print(f"{made.key}\nIt is not shown again. Send it as: Authorization: Bearer KEY", markup=False, soft_wrap=True)


@app.command("list")
def list_keys(data: DataOption, tenant: TenantOption = "", json: JsonOption = False) -> None:
    """List all keys, also those that are over.

    Example: toonbank-hub key list --data hub
    """
    with line_to(data) as line:
        found = line.ask(ListKeys(tenant), KeyRows)
    if json:
        print_json(found)
        return
    table = Table("id", "name", "brand", "country", "scopes", "a minute", "until")
    for one in found.keys:
        until = "revoked" if one.revoked_ms else _day(one.expires_ms)
        table.add_row(one.id, one.name, one.brand, one.country, ", ".join(one.scopes), str(one.per_minute), until)
    out.print(table)


@app.command()
def revoke(
    data: DataOption,
    key: Annotated[str, typer.Argument(help="The key's id, from the list.", show_default=False)],
    tenant: TenantOption = "",
    json: JsonOption = False,
) -> None:
    """Take a key away, at once. Its webhooks are told nothing any more.

    Example: toonbank-hub key revoke mzxw6ytboi2tknrx --data hub
    """
    with line_to(data) as line:
        gone = line.ask(RevokeKey(key, tenant), KeyRow)
    if json:
        print_json(gone)
    else:
        out.print(f"{gone.name} ({gone.id}) is refused from now on.", markup=False)


def _day(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).date().isoformat() if ms else "for ever"
