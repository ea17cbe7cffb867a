"""toonbank lab: a printer, a drawer, scanners and a card terminal to try a till with, without hardware."""

from pathlib import Path
from typing import Annotated

import typer

from kiosk.apps.lab import LabError, LabOptions, run

START_FAILED = 1

EXAMPLE = """Example: toonbank lab --printer-port 9100 --data ./lab

prints one line of JSON with the addresses of the printer, the scanner and the control port, and
opens a window on them. Point the till's printer at the address and scan from the window."""


def lab(
    data: Annotated[Path | None, typer.Option("--data", "--out", help="Folder for finished receipts.")] = None,
    printer_host: Annotated[str, typer.Option(help="Address the printer binds.")] = "127.0.0.1",
    printer_port: Annotated[int, typer.Option(min=0, max=65535, help="TCP port of the printer; 0 takes a free one.")] = 0,
    control_port: Annotated[int, typer.Option(min=0, max=65535, help="HTTP port of the control; 0 takes a free one.")] = 0,
    framing: Annotated[str, typer.Option(help="cr, crlf, lf, tab, stx_etx or none.")] = "cr",
    scanner_link: Annotated[Path | None, typer.Option(help="Symbolic link to keep on the scanner's tty.")] = None,
    card_terminal: Annotated[
        Path | None, typer.Option(help="Fit a card terminal; this folder gets its certificate and its key.")
    ] = None,
    camera: Annotated[bool, typer.Option("--camera", help="Fit a camera; its pictures come by the control port.")] = False,
    language: Annotated[str, typer.Option(help="nl or en.")] = "nl",
    headless: Annotated[bool, typer.Option(help="No window; ends at SIGTERM.")] = False,
) -> None:
    """Open the device lab: simulated printer, drawer and scanners with fault buttons."""
    options = LabOptions(
        out=data,
        printer_host=printer_host,
        printer_port=printer_port,
        control_port=control_port,
        framing=framing,
        scanner_link=scanner_link,
        card_terminal=card_terminal,
        camera=camera,
        language=language,
        headless=headless,
    )
    try:
        code = run(options)
    except LabError as reason:
        typer.echo(str(reason), err=True)
        raise typer.Exit(START_FAILED) from reason
    raise typer.Exit(code)


lab.__doc__ = f"{lab.__doc__}\n\n{EXAMPLE}"
