"""A terminal that sells as fast as it can until somebody kills it: python -m tests.journeys.seller FOLDER CODE PIN.

It says on standard output what a screen would have shown, after it was shown: `ready`, `line N` (the cart has N pieces now),
`sold RECEIPT` (paid and committed).
"""

import sys
from pathlib import Path

from kiosk.apps.terminal import Silence, Terminal

PIECES = 4


def say(text: str) -> None:
    """Show something at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(folder: Path, code: str, pin: str) -> None:
    """Sell for ever."""
    terminal = Terminal(folder, Silence())
    terminal.start()
    say(f"ready {terminal.selling.priced.pieces} {terminal.ledger.head()}")
    terminal.session.sign_in("101", pin)
    if terminal.counter.shift is None:
        terminal.shifts.open(0)
    while True:
        while terminal.selling.priced.pieces < PIECES:
            say(f"line {terminal.selling.add_code(code).pieces}")
        terminal.checkout.begin()
        done = terminal.checkout.pay_cash(10_000)
        assert done is not None, "enough cash ends the sale"
        say(f"sold {done.receipt}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
