"""The scripted day: what happens in the shop from the morning to the evening, with an outage, a kill and a paper-out."""

import datetime
import time
import tomllib
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiosk.apps import checks
from kiosk.apps.demo import DemoShop, LabAddresses, printer_address
from tests.journeys.cashier import Cashier, Sale
from tests.journeys.hands import Hands, open_window
from tests.journeys.pictures import ticket_code
from tests.journeys.support import Counter, open_counter
from tests.journeys.waiting import wait_for, wait_until

Say = Callable[[str], None]
HOME = Path(__file__).parent
TERMINALS = ("till-01", "till-02", "kiosk-k1")
OWN_PIN = "2580"
CASHIER = "101"
ZONE = zoneinfo.ZoneInfo("Europe/Amsterdam")
NEW_PRICE_AFTER_S = 12
"""Long enough to send the price ahead, kill the hub and ring two sales."""


@dataclass
class Day:
    """The people and machines of the day; `played` are the sales of the first till in the order in which they were rung."""

    shop: DemoShop
    out: Path
    say: Say
    plan: dict[str, Any] = field(default_factory=dict)
    played: list[str] = field(default_factory=list)
    timings: list[tuple[str, float]] = field(default_factory=list)
    restart_s: float = 0.0

    def __post_init__(self) -> None:
        self.plan = tomllib.loads((HOME / f"day_{self.shop.sample}.toml").read_text("utf-8"))
        self.lab: LabAddresses
        self.cashier: Cashier
        self.kiosk: Hands
        self.second: Counter

    @property
    def till(self) -> Hands:
        """The first till's window."""
        return self.cashier.till

    @property
    def screens(self) -> Path:
        """Where the pictures of the screens go."""
        return self.out / "screens"

    def play(self) -> None:
        """The whole day, step by step."""
        for step in (
            self.open_the_shop, self.sign_in_and_open, self.morning, self.refused_and_searched, self.kiosk_and_ticket,
            self.help_call, self.second_till, self.outage, self.power_cut, self.paper_out, self.close_the_shop,
        ):  # fmt: skip
            started = time.monotonic()
            step()
            self.timings.append((step.__name__.replace("_", " "), time.monotonic() - started))
            self.say(f"  {self.timings[-1][1]:5.1f} s  {self.timings[-1][0]}")

    def open_the_shop(self) -> None:
        """Hub, import, devices, terminals."""
        self.shop.import_sample()
        self.shop.start_hub()
        self.lab = self.shop.start_lab(headless=True)
        for name in ("till-01", "kiosk-k1"):
            self.shop.enrol(name)
        self._settle()
        self.kiosk = open_window(self.shop, "kiosk", "kiosk-k1", self.screens)
        self.cashier = Cashier(open_window(self.shop, "till", "till-01", self.screens), self.lab)

    def sign_in_and_open(self) -> None:
        """The one-time PIN becomes an own one; the float is counted in."""
        till = self.till
        till.sees(screen="sign_in")
        till.shot("sign-in")
        self.cashier.sign_in(CASHIER, self.shop.first_pins()[CASHIER])
        till.sees(screen="new_pin")
        till.shot("own-pin")
        for _ in range(2):
            till.type(OWN_PIN)
            till.key("Return")
        till.sees(screen="open_shift")
        till.shot("open-shift")
        till.tap("One amount")
        till.sees(self.cashier.money(self.plan["float"]))  # the store's usual float stands there already
        till.shot("float")
        till.key("F9")
        till.sees(screen="sale")
        till.shot("sale-empty")

    def morning(self) -> None:
        """Cash that is rounded, a card, a mixed payment after a scan that came too early, a discount, a keyboard scanner."""
        till, cashier, sales = self.till, self.cashier, self.plan["sale"]
        cashier.fill(sales["rounded"])
        till.shot("basket")
        self._pay("rounded", shot="payment-cash")
        till.shot("paid-with-change")
        cashier.fill(sales["card"])
        if "age" in sales["card"]:
            till.key("F9")
            till.sees(dialog="age")
            till.shot("age-check")
            till.key("Escape")
        cashier.begin_to_pay(sales["card"])
        early = sales["mixed"]["lines"][0]
        cashier.scan(early[0])
        till.sees(till.say("1 more scanned"), screen="payment")
        till.shot("scan-during-payment")
        self._take("card")
        # What was scanned during the payment is the next customer's first line now.
        till.key("Return")
        cashier.add(early, scanned=True)
        for line in sales["mixed"]["lines"][1:]:
            cashier.add(line)
        self._pay("mixed", shot="payment-mixed")
        self._discount(sales["discount"])
        cashier.till.burst(sales["keyboard"]["lines"][0][0])
        till.sees(screen="sale")
        self._pay("keyboard")

    def refused_and_searched(self) -> None:
        """A code that nobody knows waits for the cashier, with a good one behind it; then a search."""
        till, cashier, sale = self.till, self.cashier, self.plan["sale"]["searched"]
        till.key("Return")
        cashier.scan(self.plan["unknown"])
        till.sees(dialog="notice")
        cashier.scan(sale["lines"][0][0])
        till.sees(till.say("1 more scanned"))
        till.shot("unknown-code")
        till.key("Return")
        cashier.add(sale["lines"][0], scanned=True)
        till.key("F2")
        till.type("qqzzx")
        till.sees(till.say("Nothing found"))
        till.shot("search-nothing")
        till.key(*["Backspace"] * 5)
        till.type(self.plan["search"])
        till.sees(self.cashier.money(sale["lines"][1][3]))
        till.shot("search")
        till.key("Return")
        if self.plan["search_choice"]:
            till.sees(dialog="item")
            till.tap_name(self.plan["search_choice"])
            till.shot("article")
            till.key("Return")
        till.sees(screen="sale", dialog="")
        self._pay("searched", shot="payment-card")

    def kiosk_and_ticket(self) -> None:
        """A shopper fills a basket at the kiosk; the till takes the ticket from its paper."""
        kiosk, till = self.kiosk, self.till
        kiosk.sees(page="attract")
        kiosk.shot("attract")
        kiosk.tap("Touch the screen to begin")
        kiosk.sees(page="browse")
        for name in self.plan["kiosk_path"]:
            kiosk.tap_name(name)
        kiosk.shot("browse")
        kiosk.scroll_to(self.plan["kiosk_name"])
        kiosk.tap_name(self.plan["kiosk_name"])
        kiosk.sees(page="item")
        kiosk.shot("article")
        kiosk.tap_name(kiosk.say("Add · {price}", price=""))
        kiosk.sees(page="browse")
        kiosk.tap("Search, or scan an article")
        kiosk.sees(page="search")
        kiosk.type(self.plan["kiosk_search"])
        kiosk.sees(self.plan["kiosk_search_name"])
        kiosk.shot("search")
        kiosk.tap_name(self.plan["kiosk_search_name"])
        kiosk.sees(page="item")
        kiosk.tap_name(kiosk.say("Add · {price}", price=""))
        kiosk.sees(page="search")
        kiosk.tap("View basket")
        kiosk.sees(page="basket")
        kiosk.shot("basket")
        kiosk.tap("Make my ticket")
        kiosk.sees(page="ticket")
        kiosk.shot("ticket")
        code = ticket_code(self.lab.control)
        kiosk.tap("Done, I have my ticket")
        kiosk.sees(page="attract")
        till.key("Return")
        self.cashier.scan(code)
        till.sees(self.plan["kiosk_name"], screen="sale", dialog="")
        till.shot("ticket-taken")
        self._pay("ticket")
        # A ticket is good once.
        self.cashier.scan(code)
        till.sees(dialog="notice")
        till.shot("ticket-twice")
        till.key("Return")
        till.sees(dialog="", screen="sale")

    def help_call(self) -> None:
        """The kiosk calls; the till sees it, and only then the kiosk says so; somebody goes."""
        kiosk, till = self.kiosk, self.till
        kiosk.tap("Touch the screen to begin")
        kiosk.sees(page="browse")
        kiosk.tap("Help")
        kiosk.sees(panel="help")
        kiosk.shot("help")
        kiosk.tap("I am looking for something")
        till.sees(till.say("I am going"), within_s=30)
        till.shot("help-call")
        kiosk.sees(kiosk.say("Your call is on the till's screen"), within_s=30)
        kiosk.shot("help-delivered")
        till.tap("I am going")
        kiosk.sees(kiosk.say("Please stay near this kiosk."), within_s=30)
        kiosk.shot("help-coming")

    def second_till(self) -> None:
        """The other till of the store sells something too."""
        sale = self.plan["second_till"]
        self.second = open_counter(self.shop, "till-02", self.lab, scanner=False)
        self.second.sign_in("102", self.shop.first_pins()["102"])
        for code, _, quantity_milli, *_ in sale["lines"]:
            self.second.terminal.selling.add_code(code, quantity_milli)
        self.second.terminal.checkout.begin()
        done = self.second.terminal.checkout.pay_cash(sale["paid"][0]["cash"])
        assert done is not None and done.total_minor == sale["total"], done

    def outage(self) -> None:
        """The hub is gone; three sales go on, the last at a price that switches by itself; the hub comes back."""
        article, amount = self.plan["new_price"]["article"], self.plan["new_price"]["amount"]
        starts = datetime.datetime.now(ZONE) + datetime.timedelta(seconds=NEW_PRICE_AFTER_S)
        before = self._catalog_rev()
        self.shop.hub_command("price", "set", article, amount, "--from", starts.strftime("%Y-%m-%d %H:%M:%S"))
        wait_for(lambda: self._catalog_rev() > before, "the price that was sent ahead")
        port = int(self.shop.hub_url.rpartition(":")[2])
        self.shop.kill("hub")
        self._sell("away_cash")
        self._sell("away_card")
        self.till.key("F10")
        self.till.sees(dialog="status")
        self.till.shot("status-hub-away")
        self.till.key("Escape")
        self.till.sees(dialog="")
        self.kiosk.shot("hub-away")
        wait_until(starts.timestamp())
        self._sell("away_new_price")
        self.till.shot("paid-hub-away")
        self.shop.start_hub(port)

    def power_cut(self) -> None:
        """The till is killed in the middle of a sale; it comes back with the basket as it was, and the sale is paid."""
        sale = self.plan["sale"]["killed"]
        for line in sale["lines"][:-1]:
            self.cashier.add(line)
        self.till.shot("before-the-kill")
        self.shop.kill("till-01")
        started = time.monotonic()
        self.cashier = Cashier(open_window(self.shop, "till", "till-01", self.screens), self.lab)
        self.till.sees(screen="sign_in")
        self.restart_s = time.monotonic() - started
        self.cashier.sign_in(CASHIER, OWN_PIN)
        self.till.sees(screen="sale")
        self.till.sees(*(self.cashier.money(line[4]) for line in sale["lines"][:-1]))
        self.till.shot("after-the-kill")
        self.cashier.add(sale["lines"][-1])
        self._pay("killed")

    def paper_out(self) -> None:
        """The roll ends in the middle of a receipt; with a new one nothing is missing."""
        self.cashier.paper_is_out()
        self.cashier.order("/fault", effect="paper_out", trigger={"kind": "byte", "n": 400})
        sale = self.plan["sale"]["paper_out"]
        self.cashier.sell(sale)
        self.played.append("paper_out")
        self.till.sees(self.till.say("It is kept and printed as soon as the printer can. You can go on."), within_s=30)
        self.till.shot("paper-out")
        self.cashier.order("/paper")
        self.cashier.paper_is_out()
        self.till.shot("paper-again")

    def close_the_shop(self) -> None:
        """Everything is sent and every terminal knows it; then the lights go out."""
        self.till.key("Return")
        self.till.key("F10")
        self.till.sees(self.till.say("Everything is printed"), dialog="status")
        self.till.shot("status")
        self.till.key("Escape")
        assert self.second.all_sent() and self.second.all_printed()
        wait_for(self._all_sent, "facts on their way to the hub")
        wait_for(lambda: len(set(self._catalog_revs())) == 1, "stock on its way to the terminals")
        self.till.key("F12")
        self.till.sees(screen="sign_in")
        self.till.shot("locked")

    def stop(self) -> None:
        """Switch everything off; the folders stay for the reckoning."""
        if hasattr(self, "second"):
            self.second.terminal.close()
        self.shop.stop()

    # inside

    def _settle(self) -> None:
        printer, scanner = printer_address(self.lab.printer), f"serial://{self.lab.scanner}"
        self.shop.settle("till-01", printer=printer, scanner=scanner, discovery=False)
        self.shop.settle("kiosk-k1", printer=printer, discovery=False)

    def _sell(self, name: str) -> None:
        self.cashier.fill(self.plan["sale"][name])
        self._pay(name)

    def _pay(self, name: str, shot: str = "") -> None:
        self.cashier.begin_to_pay(self.plan["sale"][name])
        if shot:
            self.till.shot(shot)
        self._take(name)

    def _take(self, name: str) -> None:
        self.cashier.take(self.plan["sale"][name])
        self.played.append(name)

    def _discount(self, sale: Sale) -> None:
        first, *rest = sale["lines"]
        till = self.till
        self.cashier.scan(first[0])
        till.sees(self.cashier.money(first[3]), screen="sale")
        till.key("F6")
        till.sees(dialog="discount")
        till.type("10")
        till.shot("discount")
        till.key("Return")
        till.sees(self.cashier.money(first[4]), dialog="")
        for line in rest:
            self.cashier.add(line)
        till.shot("basket-discount")
        self._pay("discount")

    def _catalog_revs(self) -> list[int]:
        return [self._status(name)["catalog_rev"] for name in TERMINALS]

    def _catalog_rev(self) -> int:
        revision: int = self._status("till-01")["catalog_rev"]
        return revision

    def _all_sent(self) -> bool:
        return all(self._status(name)["unsent"] == 0 for name in TERMINALS)

    def _status(self, name: str) -> dict[str, Any]:
        return checks.status(self.shop.folder / name)
