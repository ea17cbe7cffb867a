"""A counter on the day of selling: the till that is worked with, what the screen said, and what came out of the printer."""

from dataclasses import dataclass, field

import httpx
from PySide6.QtCore import Qt

from kiosk.apps.demo import DemoShop, LabAddresses
from kiosk.domain import facts
from tests.journeys.realtill import ENTER, F9, RealTill

KEY = Qt.Key
SHIRT_S, SHIRT_M, SHIRT_XL = "8799999000017", "8799999000024", "8799999000048"


@dataclass
class Day:
    """What the day said on the screen as it went: the amounts (minor units) of every sale that was finished."""

    shop: DemoShop
    lab: LabAddresses
    till: RealTill
    port: int
    heard: int
    """How many facts the hub had when it went away."""
    said: list[int] = field(default_factory=list)

    @property
    def total_minor(self) -> int:
        """What the screen says that the basket costs."""
        return self.till.till.sale_model.priced.total_minor

    def note(self, minor: int) -> None:
        """The total that stood on the screen when a sale was finished."""
        self.said.append(minor)

    def scan(self, *codes: str) -> None:
        """Hold codes under the scanner, one after the other."""
        for code in codes:
            self.till.scan(code)

    def finish(self, *keys: Qt.Key) -> None:
        """Pay what is in the basket by these keys after F9, and go on; the screen's total is remembered."""
        total = self.total_minor
        self.till.key(F9, *keys)
        self.done(total)

    def done(self, total_minor: int) -> None:
        """The sale of this total is paid: remember it, and serve the next."""
        till = self.till.till
        self.till.wait(lambda: till.screen == "done" or bool(till.dialog))
        assert till.screen == "done", (till.screen, till.dialog, till.message, self.till.texts())
        self.note(total_minor)
        self.till.key(ENTER)

    def sell(self, *codes: str) -> None:
        """Scan and take the exact cash."""
        self.scan(*codes)
        self.finish(ENTER)

    def by_card(self, *codes: str, sign: bool = False) -> None:
        """Scan and take a card at the terminal, where the customer may have to sign."""
        till = self.till
        self.scan(*codes)
        total = self.total_minor
        self.terminal(signature=sign)
        till.key(F9, KEY.Key_F5, ENTER)
        if sign:
            till.wait(lambda: till.till.payment_model.card.phase == "to_sign")
            till.key(ENTER)
        till.wait(lambda: till.till.screen == "done")
        self.done(total)

    def terminal(self, *, signature: bool) -> None:
        """What the card terminal asks of customers from now on."""
        httpx.post(f"{self.lab.control}/poi/set", json={"signature": signature}).raise_for_status()

    def move_cash(self, steps: int, minor: int, text: str = "") -> None:
        """Cash without a sale: the kind that stands so many below the first, how much, and what is written to it."""
        self.till.menu("cash")
        self.till.key(*[KEY.Key_Down] * steps)
        self.till.type(str(minor))
        if text:
            self.till.into_field(text)
        self.till.key(ENTER)

    def last_receipt(self) -> str:
        """The number of the last finished sale."""
        return str(self.till.facts(facts.SALE_COMPLETED)[-1].body["receipt"])

    def paper(self) -> list[str]:
        """Everything that came out of the printer, oldest first."""
        with httpx.Client(base_url=self.lab.control) as lab:  # one for all: each one alone reads its certificates anew
            count = len(lab.get("/receipts").json())
            return [lab.get(f"/receipts/{number}.txt").text for number in range(1, count + 1)]
