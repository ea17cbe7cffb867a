"""`toonbank enrol`: make a folder a terminal."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from kiosk.apps import enrolment
from kiosk.commands.console import console
from kiosk.commands.output import guarded, show

STEPS = {"code": "One-time code", "device": "Staff and settings", "catalog": "Catalogue", "pictures": "Pictures"}


@guarded
def enrol(
    code: Annotated[str, typer.Option(help="The one-time code from: toonbank-hub enrol-code")],
    data: Annotated[Path, typer.Option(help="The folder that becomes the terminal")],
    hub: Annotated[str, typer.Option(help="Where the hub is; without it, it is looked for on this network")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the terminal as JSON")] = False,
) -> None:
    """Make a folder a terminal: its own key, its certificate, staff, settings and catalogue.

    Example: toonbank enrol --hub http://hub.example:8080 --code 4F7K-Q2MX --data till-01
    """
    with Progress(console=console) as bars:
        tasks = {step: bars.add_task(text, total=100) for step, text in STEPS.items()}

        def progress(step: str, percent: int) -> None:
            bars.update(tasks[step], completed=percent)

        made = enrolment.enrol(data, hub or enrolment.find_hub(), code, progress)
    place = made.place
    if as_json:
        show({"device": made.dev, "kind": made.kind, "store": place.store, "terminal": place.terminal, "series": made.series})
    else:
        ready = f"{made.kind.capitalize()} {place.terminal} of {place.store} is ready: toonbank {made.kind} --data {data}"
        console.print(ready, markup=False, soft_wrap=True)
