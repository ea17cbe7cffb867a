"""`toonbank till` and `toonbank kiosk`: open a terminal's window."""

from pathlib import Path
from typing import Annotated

import typer

from kiosk.apps.kiosk import run_kiosk
from kiosk.apps.till import run_till
from kiosk.commands.output import guarded

Data = Annotated[Path, typer.Option("--data", help="The terminal's folder")]


@guarded
def till(data: Data) -> None:
    """Open the till of an enrolled folder.

    Example: toonbank till --data till-01
    """
    raise typer.Exit(run_till(data))


@guarded
def kiosk(data: Data) -> None:
    """Open the self-service kiosk of an enrolled folder.

    Example: toonbank kiosk --data kiosk-01
    """
    raise typer.Exit(run_kiosk(data))
