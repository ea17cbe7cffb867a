"""`toonbank ledger verify|export`: proof and copy of what happened at a terminal."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from kiosk.apps import checks
from kiosk.commands.console import console
from kiosk.commands.console import out as answer
from kiosk.commands.output import REFUSED, guarded, show
from kiosk.text import words

Data = Annotated[Path, typer.Option("--data", help="The terminal's folder")]


@guarded
def verify(data: Data, as_json: Annotated[bool, typer.Option("--json", help="Print JSON")] = False) -> None:
    """Walk the whole chain: every fact authentic, linked, numbered without a gap; else point at the first wrong byte.

    Example: toonbank ledger verify --data till-01
    """
    count, broken = checks.verify(data)
    if as_json:
        show({"facts": count, "whole": broken is None, "break": broken and asdict(broken)})
    elif broken is None:
        answer.print(f"{count} facts, chain and receipt numbers are whole.", soft_wrap=True)
    else:
        told = words("en").sentence(broken.code, seq=broken.seq, byte=broken.byte)
        answer.print(f"{told}  {broken.code}", markup=False, soft_wrap=True)
    if broken is not None:
        raise typer.Exit(REFUSED)


@guarded
def export(
    data: Data, out: Annotated[Path, typer.Option(help="The file to write; one fact a line, as it was sealed")]
) -> None:
    """Write all facts to a file, one JSON line each, as they were sealed, with hash and signature.

    Example: toonbank ledger export --data till-01 --out till-01.jsonl
    """
    count = checks.export(data, out)
    console.print(f"{count} facts in {out}.", markup=False, soft_wrap=True)
