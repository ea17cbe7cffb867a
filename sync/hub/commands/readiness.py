"""`toonbank-hub readiness`: how long each terminal can work without the network, and why."""

from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from sync.hub.commands.surface import DataOption, JsonOption, TenantOption, line_to, out, print_json
from sync.hub.desk import Readiness, ReadyTerminal, ShowReadiness


def readiness(
    data: DataOption,
    store: Annotated[str, typer.Option(help="Only this store, with every line of its boards.")] = "",
    tenant: TenantOption = "",
    json: JsonOption = False,
) -> None:
    """Show how long every terminal can work without the network, the one in most trouble first.

    Example: toonbank-hub readiness --data hub --store AMS1
    """
    with line_to(data) as line:
        found = line.ask(ShowReadiness(store, tenant), Readiness)
    if json:
        print_json(found)
        return
    table = Table("store", "terminal", "state", "without the network", "told", "held")
    for one in found.terminals:
        table.add_row(one.store, f"{one.kind} {one.terminal}", one.state, Text(_reason(one)), _moment(one.heard_ms), str(one.held))
        for row in one.rows if store else ():
            table.add_row("", "", row.state, Text(f"{row.title}: {row.text}"), "", "")
    out.print(table)


def _reason(one: ReadyTerminal) -> str:
    return f"{one.head}: {one.because}" if one.because else one.head


def _moment(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000).astimezone().isoformat(" ", "minutes")[:16] if at_ms else "never"
