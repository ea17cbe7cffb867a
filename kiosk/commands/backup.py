"""`toonbank backup`: a sealed, proven copy of a terminal's ledger on another medium."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from kiosk import config
from kiosk.apps import backups
from kiosk.commands.console import console
from kiosk.commands.output import guarded, show
from kiosk.domain.errors import ShopError

Data = Annotated[Path, typer.Option("--data", help="The terminal's folder")]


@guarded
def backup(
    data: Data,
    to: Annotated[Path | None, typer.Option(help="A folder on another disk, stick or share; else what terminal.toml says")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON")] = False,
) -> None:
    """Make a backup now, also while the terminal sells: sealed for the store, opened again to prove it. Keeps 7 days and 4 weeks.

    Example: toonbank backup --data till-01 --to /media/stick/toonbank
    """
    named = config.load(data).backup_folder
    if to is None and not named:
        raise ShopError("backup.no_folder")
    made = backups.make(data, to or Path(named), time.time_ns() // 1_000_000)
    if as_json:
        show(asdict(made))
    else:
        console.print(f"{made.file}: whole up to fact {made.seq}, {made.size / 2**20:.1f} MiB.", markup=False, soft_wrap=True)
