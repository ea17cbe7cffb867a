"""The device lab: starts the simulators as a process and, with a display, a window on them."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.ui.lab_window import ASSETS, open_window

PAPER_FONT = ASSETS / "fonts" / "plex-mono" / "IBMPlexMono-Regular.ttf"
END_WITHIN_S = 10.0

# Codes to try without a shop: each way a scanner can surprise a till.
SAMPLES: tuple[dict[str, str], ...] = (
    {"name": "EAN-13", "code": "8710398500526"},
    {"name": "EAN-8", "code": "96385074"},
    {"name": "Wrong check digit", "code": "8710398500521"},
    {"name": "Cut short", "code": "871039850"},
    {"name": "Weight in code", "code": "2112345004208"},
    {"name": "GS1 Digital Link", "code": "https://id.gs1.org/01/08710398500526?3103=001250"},
    {"name": "GS1 element string", "code": "010871039850052617261231\x1d10LOT7"},
)


@dataclass(frozen=True)
class LabOptions:
    """How the lab is set up. Port 0 takes a free one; out is the folder for finished receipts, card_terminal that of its keys."""

    out: Path | None = None
    printer_host: str = "127.0.0.1"
    printer_port: int = 0
    control_port: int = 0
    framing: str = "cr"
    scanner_link: Path | None = None
    keyboard: bool = True
    card_terminal: Path | None = None
    camera: bool = False
    language: str = "nl"
    headless: bool = False


class LabError(RuntimeError):
    """The simulators did not start; the text says why."""


def simulator_command(options: LabOptions) -> list[str]:
    """The command line of the simulators' process."""
    command = [sys.executable, "-m", "drivers.simulated", "--until-stdin-closes"]
    command += ["--printer-host", options.printer_host, "--printer-port", str(options.printer_port)]
    command += ["--control-port", str(options.control_port), "--scanner", options.framing]
    if PAPER_FONT.exists():
        command += ["--font", str(PAPER_FONT)]
    if options.out:
        command += ["--out", str(options.out)]
    if options.card_terminal:
        command += ["--poi", str(options.card_terminal)]
    if options.camera:
        command.append("--camera")
    if options.scanner_link:
        command += ["--scanner-link", str(options.scanner_link)]
    display = os.environ.get("DISPLAY")
    if options.keyboard and display and not options.headless:
        command += ["--keyboard-display", display]
    return command


@contextmanager
def simulators(options: LabOptions) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """The running simulators and their addresses; they end with the block. Raises LabError."""
    # The open input is the leash: when this process dies, in whatever way, the simulators end.
    process = subprocess.Popen(
        simulator_command(options), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line:
            raise LabError("The simulators did not start; the reason stands above.")
        yield process, json.loads(line)
    finally:
        process.terminate()
        try:
            process.wait(END_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdin.close()
        process.stdout.close()


def run(options: LabOptions) -> int:
    """Run the lab until its window closes, or until SIGTERM without one. Raises LabError."""
    with simulators(options) as (process, addresses):
        print(json.dumps(addresses), flush=True)
        if not options.headless:
            return open_window(
                addresses["control"], SAMPLES, language=options.language, arguments=[]
            )
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda number, frame: process.terminate())
        return process.wait()
