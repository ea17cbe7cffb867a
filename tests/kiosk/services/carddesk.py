"""A till with card payments, for tests: the counter's thread is the test's, the terminal's worker is real."""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue

from drivers.api import Health, PaymentTerminal, Tools
from kiosk.domain.codec import Json
from kiosk.domain.errors import ShopError
from kiosk.services.cardpay import CardPay
from sync.protocol.signature import Key
from tests.kiosk.support import SATURDAY_MS, HandClock, Shop, open_shop

SHIRT = "1001-WHT-M"
TOOLS = Tools(time.monotonic_ns, lambda: secrets.randbelow(1000) / 1000)


@dataclass
class Counterside:
    """The counter's thread is the test's: what the worker hands over waits here."""

    handed: SimpleQueue[Callable[[], None]] = field(default_factory=SimpleQueue)
    refused: list[str] = field(default_factory=list)

    def until(self, holds: Callable[[], bool], ceiling_s: float = 30.0) -> None:
        """Do what is handed over until something holds."""
        end = time.monotonic() + ceiling_s
        while not holds():
            try:
                work = self.handed.get(timeout=max(0.01, end - time.monotonic()))
            except Empty:
                raise AssertionError("it did not come") from None
            try:
                work()
            except ShopError as error:
                self.refused.append(error.code)


@dataclass
class Desk:
    """A till with its cards."""

    shop: Shop
    cards: CardPay
    side: Counterside

    @property
    def sale(self) -> str:
        """The open sale's id."""
        return self.shop.selling.priced.cart.sale

    def facts_of(self, kind: str) -> list[Json]:
        """Bodies of a kind."""
        return [fact.body for fact in self.shop.facts() if fact.kind == kind]

    def pay(self, amount_minor: int | None = None) -> str:
        """Begin to pay by card; gives the attempt's reference."""
        settlement = self.shop.checkout.begin()
        return self.cards.pay(settlement.left_minor if amount_minor is None else amount_minor).reference

    def settled(self) -> None:
        """Wait until nothing is open."""
        self.side.until(lambda: not self.cards.open_attempts)


@contextmanager
def desk(
    folder: Path, terminal: PaymentTerminal | None, *, sell: bool = True, key: Key | None = None, seed: int = 1
) -> Iterator[Desk]:
    """A till at a terminal, with a shirt in the cart unless told otherwise."""
    with open_shop(folder, key=key, seed=seed, clock=HandClock(SATURDAY_MS + seed * 60_000)) as shop:
        side = Counterside()
        cards = CardPay(shop.counter, shop.selling, shop.checkout, shop.session, terminal, side.handed.put)
        cards.start(_nobody)
        if sell:
            shop.sign_in()
            if shop.counter.shift is None:
                shop.open_shift()
            if shop.selling.priced.cart.is_empty:
                shop.add(SHIRT)
        try:
            yield Desk(shop, cards, side)
        finally:
            cards.stop(30)


def _nobody(health: Health) -> None:
    """Nobody listens."""
