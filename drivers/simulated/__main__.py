"""The simulators as a process: prints one line of JSON with all addresses, serves until SIGTERM."""

import argparse
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from drivers.simulated.bench import Bench
from drivers.simulated.camera.device import SimulatedCamera
from drivers.simulated.control import ControlPort
from drivers.simulated.journal import Journal
from drivers.simulated.poi.network import PoiPort
from drivers.simulated.printer.device import SimulatedPrinter
from drivers.simulated.scanner.frames import FRAMINGS
from drivers.simulated.scanner.keyboard import KeyboardScanner, NoKeyboard
from drivers.simulated.scanner.serial import SerialScanner

EXAMPLE = "example: python -m drivers.simulated --scanner cr --out receipts"


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m drivers.simulated", description=__doc__, epilog=EXAMPLE)
    parser.add_argument("--printer-port", type=int, default=0, help="TCP port, 0 for a free one")
    parser.add_argument("--printer-host", default="127.0.0.1", help="address the printer binds")
    parser.add_argument("--control-port", type=int, default=0, help="HTTP port, 0 for a free one")
    parser.add_argument("--scanner", choices=sorted(FRAMINGS), help="fit a serial scanner with this framing")
    parser.add_argument("--aim", action="store_true", help="send AIM identifiers")
    parser.add_argument("--scanner-link", type=Path, help="symbolic link to keep on its tty")
    parser.add_argument("--keyboard-display", help="fit a keyboard scanner on this X display")
    parser.add_argument("--gap-ms", type=float, default=10.0, help="time between two typed keys")
    parser.add_argument("--poi", type=Path, help="fit a card terminal; this folder gets its root certificate and passphrase")
    parser.add_argument("--poi-port", type=int, default=0, help="HTTPS port of the card terminal, 0 for a free one")
    parser.add_argument("--camera", action="store_true", help="fit a camera; POST /camera/show holds a picture before it")
    parser.add_argument("--out", type=Path, help="folder for finished receipts")
    parser.add_argument("--font", type=Path, help="fixed-width font file for the paper")
    parser.add_argument("--roll-mm", type=float, help="paper on the roll; without: no end")
    parser.add_argument("--seed", type=int, default=0, help="seed of faults by chance")
    parser.add_argument(
        "--until-stdin-closes",
        action="store_true",
        help="end with the program that started this one, however that ends",
    )
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT; returns the exit code."""
    arguments = _arguments(given)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda number, frame: stop.set())
    try:
        bench = _bench(arguments)
        control = ControlPort(bench, port=arguments.control_port)
        bench.printer.start()
    except (OSError, NoKeyboard) as reason:
        print(f"the simulators cannot start: {reason}", file=sys.stderr)
        return 1
    control.start()
    if bench.scanner:
        bench.scanner.plug()
    if bench.poi:
        bench.poi.start()
    if arguments.until_stdin_closes:
        threading.Thread(target=_wait_for_end_of_input, args=(stop,), daemon=True).start()
    print(json.dumps(_addresses(bench, control)), flush=True)
    stop.wait()
    control.stop()
    bench.printer.stop()
    if bench.scanner:
        bench.scanner.unplug()
    if bench.poi:
        bench.poi.stop()
    if bench.camera:
        bench.camera.stop()
    return 0


def _wait_for_end_of_input(stop: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 4096):  # not the buffered reader: its lock would be held when Python ends
        continue
    stop.set()


def _bench(arguments: argparse.Namespace) -> Bench:
    journal = Journal(time.time)
    scanner = None
    if arguments.scanner:
        scanner = SerialScanner(
            framing=arguments.scanner,
            aim=arguments.aim,
            link=arguments.scanner_link,
            journal=journal,
        )
    keyboard = None
    if arguments.keyboard_display:
        keyboard = KeyboardScanner(arguments.keyboard_display, gap_ms=arguments.gap_ms, aim=arguments.aim)
    printer = SimulatedPrinter(
        port=arguments.printer_port,
        host=arguments.printer_host,
        out=arguments.out,
        font=arguments.font,
        roll_mm=arguments.roll_mm,
        seed=arguments.seed,
        journal=journal,
    )
    poi = PoiPort(arguments.poi, journal, port=arguments.poi_port) if arguments.poi else None
    return Bench(printer, scanner, keyboard, poi, SimulatedCamera() if arguments.camera else None)


def _addresses(bench: Bench, control: ControlPort) -> dict[str, object]:
    host, port = bench.printer.address
    return {
        "control": control.url,
        "printer": f"tcp://{host}:{port}",
        "scanner": bench.scanner.port if bench.scanner else None,
        "keyboard": bench.keyboard is not None,
        "poi": bench.poi.address if bench.poi else None,
        "camera": bench.camera.address if bench.camera else None,
    }


if __name__ == "__main__":
    sys.exit(main())
