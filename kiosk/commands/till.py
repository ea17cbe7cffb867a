"""`toonbank till`: open a till's window."""

from pathlib import Path
from typing import Annotated

import typer

from kiosk.apps.till import run_till
from kiosk.commands.output import guarded

Data = Annotated[Path, typer.Option("--data", help="The terminal's folder")]


@guarded
def till(data: Data) -> None:
    """Open the till of an enrolled folder.

    Example: toonbank till --data till-01
    """
    raise typer.Exit(run_till(data))
