"""`toonbank-hub enrol-code`: make a one-time code that makes a terminal."""

from datetime import datetime
from typing import Annotated

import typer

from sync.hub.commands.surface import DataOption, JsonOption, TenantOption, line_to, out, print_json
from sync.hub.operations import EnrolCode, EnrolCodeMade


def enrol_code(
    data: DataOption,
    store: Annotated[str, typer.Option(help="Store of the terminal.", show_default=False)],
    terminal: Annotated[str, typer.Option(help="Number of the terminal in its store.", show_default=False)],
    kind: Annotated[str, typer.Option(help="till or kiosk.", show_default=False)],
    hours: Annotated[float, typer.Option(min=0, help="How long it is good, 72 at most; 0 is ten minutes.")] = 0,
    tenant: TenantOption = "",
    json: JsonOption = False,
) -> None:
    """Make a one-time code for a terminal. A terminal that stands there already is replaced when it is used.

    Example: toonbank-hub enrol-code --data hub --store AMS1 --terminal 1 --kind till
    """
    with line_to(data) as line:
        made = line.ask(EnrolCode(store, terminal, kind, hours, tenant), EnrolCodeMade)
    if json:
        print_json(made)
        return
    until = datetime.fromtimestamp(made.expires_ms / 1000).astimezone()
    out.print(f"{made.code}  makes {made.kind} {made.store}-{made.terminal}, once, until {until:%Y-%m-%d %H:%M}", markup=False)
