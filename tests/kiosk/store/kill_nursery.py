"""Raises tills to be killed: `python -m tests.kiosk.store.kill_nursery`, one line `FOLDER SEED` on stdin per child.

Everything is imported once; each child is a fork with a ledger, a catalogue and services of its own. It sells at random and says
after each commit what it has, so that whoever kills it knows what must still be there:

    {"pid": 42}                                   the child began
    {"ready": true}                               it opened its till, and has said which cart it found
    {"cart": SALE, "events": 3, "lines": [[1, "1001-WHT-M", 2000]]}    this cart is on disk
    {"sold": SALE, "receipt": "AMS1-01-A-000007", "total": 2998}       this sale is on disk
    {"gone": true}                                the child is dead
"""

import json
import os
import random
import signal
import sys
from pathlib import Path

from kiosk.domain.catalog import Article
from kiosk.domain.errors import Refused
from kiosk.services.receipts import PRINTER
from kiosk.store import spool
from kiosk.store.database import Connection
from sync.protocol.signature import Key
from tests.kiosk.support import SATURDAY_MS, HandClock, Shop, open_shop

KEY = Key.load(bytes([9]) * 32)
LINES_MAX = 6


def say(**message: object) -> None:
    """One line in one write, which no kill can cut."""
    os.write(1, json.dumps(message).encode() + b"\n")


class Clerk:
    """Sells at random and says what is on disk."""

    def __init__(self, shop: Shop, chance: random.Random) -> None:
        self.shop, self.chance = shop, chance
        self.goods = [one for one in shop.catalog.articles("LIMIT 40", ()) if not one.is_weighed and not one.age_limit]

    def begin(self) -> None:
        """Recover, sign in, open the shift if it is not, and finish a payment that was under way."""
        self.shop.ledger.run(lambda conn: spool.recover(conn, PRINTER, at_ms=self.shop.clock.wall_ms))
        self.shop.sign_in()
        if self.shop.counter.shift is None:
            self.shop.open_shift()
        if self.shop.checkout.must_resume:
            self.pay()
        else:
            self.say_cart()

    def work(self) -> None:
        """One thing a cashier does."""
        cart = self.shop.selling.priced.cart
        choice = self.chance.random()
        if cart.is_empty or (len(cart.lines) < LINES_MAX and choice < 0.5):
            self.shop.add(self.article().id)
        elif choice < 0.62:
            self.shop.selling.set_quantity(self.chance.choice(cart.lines).line, 1000 * self.chance.randint(1, 9))
        elif choice < 0.7:
            self.shop.selling.remove(self.chance.choice(cart.lines).line)
        elif choice < 0.74:
            self.shop.set_price(self.article().id, self.chance.randint(100, 9_999), rev=self.chance.randint(2, 999))
        elif choice < 0.77:
            self.shop.selling.abandon("changed their mind")
        else:
            self.pay()
            return
        self.say_cart()

    def article(self) -> Article:
        """Any of the goods."""
        return self.chance.choice(self.goods)

    def pay(self) -> None:
        """Pay in cash, or a part by card first."""
        checkout = self.shop.checkout
        left = checkout.begin().left_minor
        if left > 500 and self.chance.random() < 0.5 and not self.shop.selling.priced.cart.tenders:
            checkout.pay_card(self.chance.randint(1, left - 300), "A1")
            self.say_cart()
        done = checkout.pay_cash(checkout.cash_due() + self.chance.choice([0, 0, 500]))
        assert done is not None, "the cash that is due ends the sale"
        say(sold=done.sale, receipt=done.receipt, total=done.total_minor)

    def say_cart(self) -> None:
        """What the screen shows now."""
        cart = self.shop.selling.priced.cart

        def count(conn: Connection) -> int:
            found: tuple[int] = conn.execute("SELECT count(*) FROM cart_events").fetchone()
            return found[0]

        say(
            cart=cart.sale, events=self.shop.ledger.run(count), tenders=len(cart.tenders),
            lines=[[line.line, line.article, line.quantity_milli] for line in cart.lines],
        )  # fmt: skip


def live(folder: Path, seed: int) -> None:
    """A child's life: it ends by being killed."""
    say(pid=os.getpid())
    with open_shop(folder, key=KEY, seed=seed, clock=HandClock(SATURDAY_MS + seed * 60_000)) as shop:
        clerk = Clerk(shop, random.Random(seed))
        clerk.begin()
        say(ready=True)
        while True:
            shop.clock.pass_ms(1_000)
            try:
                clerk.work()
            except Refused as refusal:
                assert refusal.code in ("payment.nothing_given", "cart.quantity"), refusal


def main() -> None:
    """Raise a child for each line, and say when it is dead."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for line in sys.stdin:
        folder, seed = line.split()
        child = os.fork()
        if child == 0:
            try:
                live(Path(folder), int(seed))
            finally:
                os._exit(3)  # never back into the nursery's loop
        os.waitpid(child, 0)
        say(gone=True)


if __name__ == "__main__":
    main()
