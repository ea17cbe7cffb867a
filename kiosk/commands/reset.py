"""`toonbank reset` and `decommission`: end a terminal; never before everything is sent, or a manager gave it up."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from kiosk.apps.leaving import Manager, leave
from kiosk.commands.console import console
from kiosk.commands.output import guarded, show

Data = Annotated[Path, typer.Option("--data", help="The terminal's folder")]
GiveUp = Annotated[bool, typer.Option("--give-up", help="Lose for good what is unsent; asks for a manager's PIN")]
ByManager = Annotated[str, typer.Option("--manager", help="Number of the manager who gives it up")]
Pin = Annotated[str, typer.Option("--pin", help="The manager's PIN; asked for when left out", envvar="TOONBANK_MANAGER_PIN")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON")]


@guarded
def decommission(data: Data, give_up: GiveUp = False, manager: ByManager = "", pin: Pin = "", as_json: AsJson = False) -> None:
    """Take a terminal out of use: send everything, tell the hub, wipe its key and data. Before a move to another store, too.

    Example: toonbank decommission --data till-01
    """
    _end(data, give_up, manager, pin, as_json)


@guarded
def reset(data: Data, give_up: GiveUp = False, manager: ByManager = "", pin: Pin = "", as_json: AsJson = False) -> None:
    """Empty a terminal's folder so that it can be enrolled anew or uninstalled. Refused while anything is unsent.

    Example: toonbank reset --data till-01
    """
    _end(data, give_up, manager, pin, as_json)


def _end(data: Path, give_up: bool, number: str, pin: str, as_json: bool) -> None:
    approval = None
    if give_up:
        number = number or typer.prompt("Number of the manager")
        approval = Manager(number, pin or typer.prompt("PIN", hide_input=True))
    left = leave(data, approval)
    if as_json:
        show(asdict(left))
    elif left.facts:
        console.print(f"Wiped. {left.sales} sales, {left.money}, were given up.", markup=False)
    else:
        console.print("Everything was sent. The folder is empty.", markup=False)
