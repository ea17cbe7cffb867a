"""Raises tills that pay by card, to be killed: `python -m tests.kiosk.services.card_nursery ADDRESS`, a line `FOLDER SEED` each.

Everything is imported once; each child is a fork with a ledger, services and a line to the terminal of its own. It says:

    {"pid": 42}          the child began
    {"ready": true}      its till is open and what was unknown is being found out
    {"gone": true}       the child is dead
"""

import json
import os
import random
import signal
import sys
from pathlib import Path

from drivers import registry
from kiosk.domain.errors import Refused
from sync.protocol.signature import Key
from tests.kiosk.services.carddesk import TOOLS, Desk, desk

KEY = Key.load(bytes([7]) * 32)
GOODS = ("1001-WHT-M", "1001-WHT-L")


def say(**message: object) -> None:
    """One line in one write, which no kill can cut."""
    os.write(1, json.dumps(message).encode() + b"\n")


def work(till: Desk, chance: random.Random) -> None:
    """One sale, by card in one or two parts; sometimes it is given back half way."""
    shop, cards = till.shop, till.cards
    if shop.selling.priced.cart.is_empty:
        shop.add(chance.choice(GOODS))
    till.settled()
    settlement = shop.checkout.begin()
    if shop.checkout.done is not None and settlement.is_paid:
        return
    if settlement.tenders and chance.random() < 0.2:
        give_back(till)
        return
    left = settlement.left_minor
    cards.pay(left if chance.random() < 0.6 else chance.randint(1, left))
    till.settled()


def give_back(till: Desk) -> None:
    """The customer goes away: the card gets back what it paid."""
    while till.cards.give_back_next() is not None:
        till.settled()
    till.shop.checkout.give_back()
    till.shop.checkout.cancel()


def live(folder: Path, seed: int, address: str) -> None:
    """A child's life: it ends by being killed."""
    say(pid=os.getpid())
    terminal = registry.payment_terminal(address, TOOLS)
    with desk(folder, terminal, key=KEY, seed=seed) as till:
        say(ready=True)
        chance = random.Random(seed)
        while True:
            try:
                work(till, chance)
            except Refused as refusal:
                assert refusal.code in ("card.unresolved", "card.under_way"), refusal


def main() -> None:
    """Raise a child for each line, and say when it is dead."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for line in sys.stdin:
        folder, seed = line.split()
        child = os.fork()
        if child == 0:
            try:
                live(Path(folder), int(seed), sys.argv[1])
            finally:
                os._exit(3)  # never back into the nursery's loop
        os.waitpid(child, 0)
        say(gone=True)


if __name__ == "__main__":
    main()
