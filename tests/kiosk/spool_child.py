"""A process that prints a spool until it is killed: `python -m tests.kiosk.spool_child DB PORT`."""

import sys
from pathlib import Path

from tests.kiosk.spool_bench import Ledger, make_printer, make_spooler


def main(path: str, port: str) -> None:
    """Recover, say so, then print; ends by itself when nothing is left to do."""
    spooler = make_spooler(Ledger(Path(path)), make_printer(int(port)))
    spooler.recover()
    print("ready", flush=True)
    while spooler.step() is not None:
        pass
    print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
