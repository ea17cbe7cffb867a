"""`toonbank recover`: a broken terminal rebuilt from the hub, its backup and what its old ledger still gives."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from kiosk.apps import enrolment, recovery
from kiosk.commands.console import console
from kiosk.commands.output import guarded, show

Data = Annotated[Path, typer.Option("--data", help="The folder that becomes the terminal: empty, or the broken one's own")]


@guarded
def recover(
    code: Annotated[str, typer.Option(help="The one-time code from: toonbank-hub enrol-code, for the same place")],
    data: Data,
    hub: Annotated[str, typer.Option(help="Where the hub is; without it, it is looked for on this network")] = "",
    source: Annotated[Path | None, typer.Option("--from", help="The newest backup, when there is one")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON")] = False,
) -> None:
    """Make a folder the terminal that follows a broken one: receipts, shift and basket come back, with a new receipt series.

    Example: toonbank recover --hub http://hub.example:8750 --code 4F7K-Q2MX --data till-01
    """
    address = hub or enrolment.find_hub()
    found = recovery.recover(data, address, code, source, time.time_ns() // 1_000_000, lambda step, percent: None)
    if as_json:
        show(asdict(found))
        return
    brought = f"{found.from_hub} facts from the hub, {found.brought} more from the backup or the old ledger."
    missing = f" Facts {found.gap_from} to {found.gap_to} are lost and declared so." if found.gap_to else ""
    console.print(brought + missing, markup=False, soft_wrap=True)
