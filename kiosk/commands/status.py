"""`toonbank status`, `doctor` and `config show`: how a terminal is, without disturbing it."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from kiosk import config
from kiosk.apps import checks
from kiosk.commands.console import out
from kiosk.commands.output import REFUSED, guarded, show
from kiosk.domain.errors import ShopError
from kiosk.store import identity

Data = Annotated[Path, typer.Option("--data", help="The terminal's folder")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON")]


@guarded
def status(data: Data, as_json: AsJson = False) -> None:
    """How a terminal is: what it has sold today, what the hub has of it, how old its data is. Works while it runs.

    Example: toonbank status --data till-01
    """
    found = checks.status(data)
    if as_json:
        show(found)
        return
    _print(found)


@guarded
def doctor(data: Data, as_json: AsJson = False) -> None:
    """Look for what will go wrong: rights, disk, clock, data, hub, printer, scanner. Says what to do about each.

    Example: toonbank doctor --data till-01
    """
    findings = checks.doctor(data)
    if as_json:
        show([asdict(finding) for finding in findings])
    else:
        table = Table("", "Check", "Found", "What to do")
        for finding in findings:
            mark = "[green]✓" if finding.well else "[red]✗"
            table.add_row(mark, finding.check, Text(finding.found), Text(finding.way_out))
        out.print(table)
    if not all(finding.well for finding in findings):
        raise typer.Exit(REFUSED)


@guarded
def config_show(data: Data, as_json: AsJson = False) -> None:
    """Show every setting of a terminal with what it means.

    Example: toonbank config show --data till-01
    """
    if not (data / config.FILE).exists() and not identity.is_enrolled(data):
        raise ShopError("folder.not_enrolled", folder=str(data))
    found = config.load(data)
    if as_json:
        show(asdict(found))
    else:
        typer.echo(config.text(found))


def _print(found: dict[str, Any]) -> None:
    table = Table(show_header=False)
    gross, last_ms = found.pop("gross_minor"), found.pop("last_contact_ms")
    until_ms, backup_ms = found.pop("certificate_until_ms"), found.pop("last_backup_ms")
    found["hub_state"] = found["hub_state"] or "not known"
    found = {name: value for name, value in found.items() if name not in ("hours", "looked_ms")}
    found["waits"] = "\n".join(found.get("waits", ())) or "nothing"
    held = found.get("rights", ())
    found["rights"] = "\n".join(f"{one['article']} of {one['store']}: {one['left_milli'] / 1000:g}" for one in held) or "none"
    found |= {f"ready: {key}": text for key, text in found.pop("rows", {}).items()}
    found |= {
        "gross": f"{gross / 100:.2f} {found['currency']}", "hub last heard": _moment(last_ms),
        "certificate until": _moment(until_ms), "last backup": "not known" if backup_ms is None else _moment(backup_ms),
    }  # fmt: skip
    for name, value in found.items():
        table.add_row(name.replace("_", " "), Text(str(value)))
    out.print(table)


def _moment(ms: int | None) -> str:
    return datetime.fromtimestamp(ms / 1000).astimezone().isoformat(" ", "seconds") if ms else "never"
