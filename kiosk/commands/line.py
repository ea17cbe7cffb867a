"""The command line: which commands there are. A command's modules load when it is asked for: `status` never loads a window."""

import sys
from collections.abc import Mapping
from importlib import import_module

import typer

COMMANDS: Mapping[str, tuple[str, str]] = {
    "till": ("kiosk.commands.till", "till"),
    "kiosk": ("kiosk.commands.kiosk", "kiosk"),
    "demo": ("kiosk.commands.demo", "demo"),
    "lab": ("kiosk.commands.lab", "lab"),
    "enrol": ("kiosk.commands.enrol", "enrol"),
    "status": ("kiosk.commands.status", "status"),
    "doctor": ("kiosk.commands.status", "doctor"),
    "ledger verify": ("kiosk.commands.ledger", "verify"),
    "ledger export": ("kiosk.commands.ledger", "export"),
    "backup": ("kiosk.commands.backup", "backup"),
    "restore": ("kiosk.commands.restore", "restore"),
    "recover": ("kiosk.commands.recover", "recover"),
    "reset": ("kiosk.commands.reset", "reset"),
    "decommission": ("kiosk.commands.reset", "decommission"),
    "config show": ("kiosk.commands.status", "config_show"),
}
GROUPS: Mapping[str, str] = {
    "ledger": "What happened at a terminal: proof and copy.",
    "config": "The settings of a terminal.",
}


def make_app(first: str) -> typer.Typer:
    """The commands whose first word is `first`, or all of them when it is none."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, help="Toonbank: the till and the kiosk of one shop.")
    groups = {name: typer.Typer(no_args_is_help=True, help=text) for name, text in GROUPS.items()}
    words = {line.partition(" ")[0] for line in COMMANDS}
    for name, group in groups.items():
        app.add_typer(group, name=name)
    app.callback()(_root)
    for line, (module, function) in COMMANDS.items():
        group_name, _, name = line.rpartition(" ")
        if first in words and (group_name or name) != first:
            continue
        (groups[group_name] if group_name else app).command(name)(getattr(import_module(module), function))
    return app


def run() -> None:
    """Run the command that was typed."""
    make_app(sys.argv[1] if len(sys.argv) > 1 else "")()


def _root() -> None:
    """The till and the kiosk of one shop."""
