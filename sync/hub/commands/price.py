"""`toonbank-hub price set`: a price, now or from a time on."""

from typing import Annotated

import typer

from sync.hub.commands.surface import DataOption, JsonOption, TenantOption, line_to, out, print_json
from sync.hub.operations import PriceSet, SetPrice

app = typer.Typer(no_args_is_help=True, help="Set prices.")


@app.callback()
def prices() -> None:
    """Set prices."""


@app.command("set")
def set_price(
    sku: Annotated[str, typer.Argument(help="Article.", show_default=False)],
    amount: Annotated[str, typer.Argument(help="Price, such as 19.99.", show_default=False)],
    data: DataOption,
    valid_from: Annotated[str, typer.Option("--from", help='Local time of the store, "2026-12-01 09:00"; else now.')] = "",
    store: Annotated[str, typer.Option(help="Whose time zone is meant; the first store's by default.")] = "",
    tenant: TenantOption = "",
    json: JsonOption = False,
) -> None:
    """Set a price. With --from it is sent ahead and every terminal switches by itself at that time.

    Example: toonbank-hub price set 1001-WHT-S 12.99 --data hub --from "2026-12-01 09:00"
    """
    with line_to(data) as line:
        made = line.ask(SetPrice(sku, amount, valid_from, store, tenant), PriceSet)
    if json:
        print_json(made)
        return
    out.print(f"{made.sku} costs {amount} from {made.local_time} (revision {made.rev})", markup=False)
