"""`toonbank kiosk`: open a kiosk's window."""

from pathlib import Path
from typing import Annotated

import typer

from kiosk.apps.kiosk import run_kiosk
from kiosk.commands.output import guarded

Data = Annotated[Path, typer.Option("--data", help="The terminal's folder")]


@guarded
def kiosk(data: Data) -> None:
    """Open the self-service kiosk of an enrolled folder.

    Example: toonbank kiosk --data kiosk-01
    """
    raise typer.Exit(run_kiosk(data))
