"""`toonbank demo`: a whole shop on this machine."""

from pathlib import Path
from typing import Annotated

import typer

from kiosk import config
from kiosk.apps.demo import SAMPLES, run_demo
from kiosk.commands.console import console
from kiosk.commands.output import BAD_ARGUMENT, guarded


@guarded
def demo(
    data: Annotated[Path | None, typer.Option("--data", help="Where the shop is kept; default: this user's data folder")] = None,
    sample: Annotated[str, typer.Option(help="Which shop: fashion or grocery")] = "fashion",
) -> None:
    """Open the demo shop: a hub, a till, a kiosk, and the lab with simulated printer, drawer and scanner.

    Example: toonbank demo --sample grocery
    """
    if sample not in SAMPLES:
        console.print(f"There is no sample shop {sample!r}: use {' or '.join(SAMPLES)}.")
        raise typer.Exit(BAD_ARGUMENT)
    folder = data or config.default_folder("demo") / sample
    raise typer.Exit(run_demo(folder, sample, console.print))
