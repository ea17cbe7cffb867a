"""`toonbank restore`: a backup back onto the device that made it."""

import time
from pathlib import Path
from typing import Annotated

import typer

from kiosk.apps import recovery
from kiosk.commands.console import console
from kiosk.commands.output import guarded

Data = Annotated[Path, typer.Option("--data", help="The terminal's folder")]


@guarded
def restore(data: Data, source: Annotated[Path, typer.Option("--from", help="The backup")]) -> None:
    """Put a backup back onto the terminal that made it. Refused when facts after it are known: then use recover.

    Example: toonbank restore --from /media/stick/toonbank/AMS1-01-1-20261201T030000Z.backup --data till-01
    """
    seq = recovery.restore(data, source, time.time_ns() // 1_000_000)
    console.print(
        f"The ledger is back, up to fact {seq}. What was there was set aside in the folder.", markup=False, soft_wrap=True
    )
