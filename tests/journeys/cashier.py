"""What a cashier does at the till's window, sale by sale, as the hand-made day describes it."""

from dataclasses import dataclass
from typing import Any

import httpx

from kiosk.apps.demo import LabAddresses
from tests.journeys.hands import Hands

Sale = dict[str, Any]


@dataclass
class Cashier:
    """A person at a till with a scanner in the hand."""

    till: Hands
    lab: LabAddresses

    def order(self, path: str, **body: Any) -> None:
        """Tell the devices on the counter something."""
        httpx.post(f"{self.lab.control}{path}", json=body, timeout=30).raise_for_status()

    def scan(self, code: str) -> None:
        """Hold a code under the scanner."""
        self.order("/scan", code=code)

    def sign_in(self, number: str, pin: str) -> None:
        """Staff number, then PIN."""
        self.till.sees(screen="sign_in")
        self.till.type(number)
        self.till.sees(f"={number}")
        self.till.key("Return")
        self.till.sees(self.till.say("Key in your PIN"))
        self.till.type(pin)
        self.till.key("Return")

    def add(self, line: list[Any], *, scanned: bool = False) -> None:
        """One line of a sale: scan it, weigh it or set its quantity. `scanned`: it is in the basket already."""
        code, _, quantity_milli, unit_minor, amount_minor, _ = line
        if not scanned:
            self.scan(code)
        if quantity_milli % 1000:
            self.till.sees(screen="sale", dialog="item")
            self.till.type(str(quantity_milli))
            self.till.key("Return")
        self.till.sees(self.money(unit_minor if not quantity_milli % 1000 else amount_minor), screen="sale", dialog="")
        if quantity_milli > 1000 and not quantity_milli % 1000:
            self.till.type(str(quantity_milli // 1000))
            self.till.key("F3")
            self.till.sees(self.money(amount_minor))

    def fill(self, sale: Sale) -> None:
        """All lines of a sale."""
        for line in sale["lines"]:
            self.add(line)

    def begin_to_pay(self, sale: Sale) -> None:
        """To the payment; who must be old enough is looked at."""
        self.till.sees(self.money(sale["total"]), screen="sale", dialog="")
        self.till.key("F9")
        if "age" in sale:
            self.till.sees(dialog="age")
            self.till.key("Return")
        self.till.sees(self.money(sale["total"]), screen="payment", dialog="")

    def take(self, sale: Sale) -> None:
        """The money, part by part, until the till says that it is paid."""
        for place, part in enumerate(sale["paid"], start=1):
            if "card" in part:
                self.till.key("F5")
                self.till.sees(self.till.say("Reference on the card slip"))
                self.till.type(part["reference"])
            else:
                self.till.type(str(part["cash"]))
                self.till.sees(self.money(part["cash"]))
            self.till.key("Return")
            if place < len(sale["paid"]):
                self.till.sees(self.till.say("Left to pay"))
        change = sale.get("change", 0)
        self.till.sees(self.money(change) if change else self.till.say("No change"), screen="done")

    def sell(self, sale: Sale) -> None:
        """A whole sale, from the first scan to the change."""
        self.fill(sale)
        self.begin_to_pay(sale)
        self.take(sale)

    def paper_is_out(self) -> None:
        """Wait until the till says that the receipt is printed."""
        self.till.sees(self.till.say("The receipt is printed"), screen="done", within_s=30)

    def money(self, minor: int) -> str:
        """An amount in cents as a Dutch screen writes it."""
        return f"{minor // 100},{minor % 100:02d}"
