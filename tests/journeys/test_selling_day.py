"""A whole day of selling through the real screens, offline from first to last, then sent: screen, paper, ledger and hub agree.

Thirty and more sales, in cash, at a card terminal (one is signed for) and both, an outage that lasts the day, holds, returns, an
exchange, approvals, cash moves, a count, Z.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce

import httpx
import pytest
from PySide6.QtCore import Qt

from kiosk.apps.demo import DemoShop, LabAddresses, printer_address
from kiosk.domain import facts
from kiosk.domain.projections import DayTotals, apply_day
from tests.journeys.conftest import ShopMaker
from tests.journeys.realtill import ENTER, F9, RealTill
from tests.journeys.support import free_port

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

SHIRT_S, SHIRT_M, SHIRT_XL = "8799999000017", "8799999000024", "8799999000048"
KEY = Qt.Key
_TOTAL = re.compile(r"^Totaal EUR +(-?[\d.]+,\d\d)", re.MULTILINE)


@dataclass
class Evening:
    """What the day said on the screen as it went: the amounts (minor units) of every sale that was finished."""

    shop: DemoShop
    lab: LabAddresses
    till: RealTill
    port: int
    said: list[int] = field(default_factory=list)

    def note(self, minor: int) -> None:
        """The total that stood on the screen when a sale was finished."""
        self.said.append(minor)

    def finish(self, *keys: Qt.Key) -> None:
        """Pay what is in the basket by these keys after F9, and go on; the screen's total is remembered."""
        till = self.till
        total = till.till.sale_model.priced.total_minor
        till.key(F9, *keys)
        assert till.till.screen == "done", (till.till.screen, till.till.dialog, till.till.message)
        self.note(total)
        till.key(ENTER)

    def sell(self, *codes: str) -> None:
        """Scan and take the exact cash."""
        for code in codes:
            self.till.scan(code)
        self.finish(ENTER)

    def by_card(self, code: str, *, sign: bool = False) -> None:
        """Scan and take a card at the terminal, where the customer may have to sign."""
        till = self.till
        till.scan(code)
        total = till.till.sale_model.priced.total_minor
        self.terminal(signature=sign)
        till.key(F9, KEY.Key_F5, ENTER)
        if sign:
            till.wait(lambda: till.till.payment_model.card.phase == "to_sign")
            till.key(ENTER)
        till.wait(lambda: till.till.screen == "done")
        self.note(total)
        till.key(ENTER)

    def terminal(self, *, signature: bool) -> None:
        """What the card terminal asks of customers from now on."""
        httpx.post(f"{self.lab.control}/poi/set", json={"signature": signature}).raise_for_status()

    def last_receipt(self) -> str:
        """The number of the last finished sale."""
        return str(self.till.facts(facts.SALE_COMPLETED)[-1].body["receipt"])

    def paper(self) -> list[str]:
        """Everything that came out of the printer, oldest first."""
        count = len(httpx.get(f"{self.lab.control}/receipts").json())
        return [httpx.get(f"{self.lab.control}/receipts/{number}.txt").text for number in range(1, count + 1)]


@pytest.fixture(scope="module")
def evening(make_shop_copy: ShopMaker, qapp: object) -> Iterator[Evening]:
    """The day, played once: everything below looks at what it left."""
    shop = make_shop_copy()
    lab = shop.start_lab(headless=True)
    port = free_port()
    shop.hub_url = f"http://127.0.0.1:{port}"  # where it will be in the evening
    shop.settle("till-01", printer=printer_address(lab.printer), wedge="", payment_terminal=lab.card_terminal, discovery=False)
    till = RealTill(shop.folder / "till-01")  # no hub runs: the till knows nothing of one all day
    made = Evening(shop, lab, till, port)
    pins = shop.first_pins()
    for number in ("201", "101"):  # the manager first, who then only agrees
        till.start_work(number, pins[number])
        if till.till.screen == "open_shift":
            till.key(F9)
        if number == "201":
            till.key(KEY.Key_F12)
    _morning(made)
    _noon(made)
    _afternoon(made)
    yield made
    till.close()


def _morning(day: Evening) -> None:
    """Plain sales: cash, cards, both, several pieces, a discount, one by a manager's word, a price by hand."""
    till = day.till
    for _ in range(8):
        day.sell(SHIRT_S)
    day.sell(SHIRT_S, SHIRT_M, SHIRT_XL)
    for _ in range(3):
        day.by_card(SHIRT_M)
    day.by_card(SHIRT_M, sign=True)
    till.type("3*")
    day.sell(SHIRT_S)
    till.scan(SHIRT_M)
    total = till.till.sale_model.priced.total_minor
    till.key(F9)
    till.type("500")
    day.terminal(signature=False)
    till.key(ENTER, KEY.Key_F5, ENTER)
    till.wait(lambda: till.till.screen == "done")
    day.note(total)
    till.key(ENTER)
    till.scan(SHIRT_S)
    till.key(KEY.Key_F6)
    till.type("10")
    till.key(ENTER)
    day.finish(ENTER)
    till.scan(SHIRT_S)
    till.key(KEY.Key_F7)
    till.type("50")
    till.key(ENTER)
    till.agree()
    day.finish(ENTER)
    till.scan(SHIRT_S)
    till.key(KEY.Key_F6, KEY.Key_F3, KEY.Key_F3)
    till.type("1399")
    till.key(ENTER)
    day.finish(ENTER)


def _noon(day: Evening) -> None:
    """A sale put aside while others are served, returns, an exchange, a void line, a void sale, a post-void, training."""
    till = day.till
    till.scan(SHIRT_S)
    till.menu("suspend")
    till.type("rode jas")
    till.key(ENTER)
    for _ in range(4):
        day.sell(SHIRT_M)
    till.menu("retrieve")
    till.key(ENTER)
    day.finish(ENTER)
    first = str(till.facts(facts.SALE_COMPLETED)[0].body["receipt"])
    till.scan(first)  # a return: the whole of the first sale, in cash
    till.key(ENTER)
    day.finish(ENTER)
    till.scan(str(till.facts(facts.SALE_COMPLETED)[1].body["receipt"]))  # an exchange: one back, two bought
    till.key(ENTER)
    day.sell(SHIRT_XL, SHIRT_XL)
    for code in (SHIRT_S, SHIRT_M):
        till.scan(code)
    till.key(KEY.Key_F4)
    day.finish(ENTER)
    till.scan(SHIRT_S)
    till.key(KEY.Key_F8)
    till.tap("Bon annuleren")
    day.sell(SHIRT_S)
    wrong = day.last_receipt()
    till.menu("return")
    till.key(KEY.Key_F8)
    till.key(KEY.Key_1)
    till.agree()
    void = till.facts(facts.SALE_VOIDED)[-1]
    assert void.body["void"]["receipt"] == wrong
    day.note(void.body["total"])
    till.menu("training")
    till.scan(SHIRT_S)
    till.key(F9, ENTER, ENTER)
    till.menu("training")


def _afternoon(day: Evening) -> None:
    """Another cashier in the middle of a sale, cash into the safe, a bill paid out of the drawer, and the last customers."""
    till = day.till
    till.scan(SHIRT_S)
    till.key(KEY.Key_F12)
    till.start_work("102", day.shop.first_pins()["102"])
    assert till.till.screen == "sale" and len(till.till.sale_model.priced.lines) == 1
    day.finish(ENTER)
    cash = till.till.more_model.cash_model
    till.menu("cash")
    cash.choose("drop")
    till.type("10000")
    till.key(ENTER)
    till.menu("cash")
    cash.choose("pay_out")
    cash.write("glazenwasser")
    till.type("1250")
    till.key(ENTER)
    till.scan(SHIRT_M)
    till.menu("customer")
    till.type("2601")
    till.key(ENTER)
    day.finish(ENTER)
    for _ in range(3):
        day.sell(SHIRT_XL)


def _totals(day: Evening) -> DayTotals:
    return reduce(apply_day, day.till.facts(), DayTotals())


def test_thirty_sales_of_all_kinds_were_made_and_the_screen_said_what_the_ledger_keeps(evening: Evening) -> None:
    bodies = [fact.body for fact in evening.till.facts() if fact.kind in (facts.SALE_COMPLETED, facts.SALE_VOIDED)]
    assert len(bodies) >= 32
    assert [body["total"] for body in bodies] == evening.said
    assert evening.till.terminal.verify()[1] is None


def test_the_paper_says_the_same_sale_by_sale(evening: Evening) -> None:
    evening.till.wait(lambda: not evening.till.terminal.receipts.jobs())
    printed = [
        int(found[1].replace(".", "").replace(",", ""))
        for text in evening.paper()
        if "OEFENING" not in text and "Niet betaald" not in text and (found := _TOTAL.search(text))
    ]
    assert printed == evening.said


def test_everything_that_happened_is_in_the_journal_and_training_is_in_no_total(evening: Evening) -> None:
    kinds = [fact.kind for fact in evening.till.facts()]
    for kind in (
        facts.SALE_SUSPENDED, facts.SALE_RETRIEVED, facts.SALE_ABANDONED, facts.SALE_VOIDED, facts.TRAINING_STARTED,
        facts.TRAINING_REHEARSED, facts.TRAINING_ENDED, facts.CASH_MOVED, facts.STAFF_SIGNED_IN, facts.STAFF_SIGNED_OUT,
    ):  # fmt: skip
        assert kind in kinds, kind
    totals = _totals(evening)
    assert totals.gross == sum(evening.said) and totals.voids == 1 and totals.return_lines == 2


def test_the_shift_is_counted_and_closed_and_then_the_hub_agrees_to_the_cent(evening: Evening) -> None:
    till = evening.till
    expected = till.terminal.shifts.totals().cash_expected
    till.menu("close_shift")
    till.key(F9)
    counted = till.till.more_model.closing_model._counted
    left = expected
    for minor in counted.kinds:  # the drawer is counted out in as few pieces as can be; cents are rounded away from cash
        pieces, left = divmod(left, minor) if minor else (0, left)
        if pieces:
            till.type(str(pieces))
        till.key(Qt.Key.Key_Down)
    assert left == 0
    till.key(F9)
    till.wait(lambda: bool(till.desk.till_money.closing._poi()))
    till.key(F9)
    closed = till.facts(facts.SHIFT_CLOSED)[-1].body
    assert closed["poi"] == {"card": closed["totals"]["tenders"]["card"]}, "the card terminal counted the same"
    assert closed["difference"] == 0 and till.till.more.closing.step == "done"
    till.wait(lambda: not till.terminal.receipts.jobs())
    assert any("Z" in text.splitlines()[0] or "Z-rapport" in text for text in evening.paper()[-2:])

    assert till.terminal.ledger.push_state().acked == 0, "nothing was heard of the hub all day"
    evening.shop.start_hub(evening.port)
    till.terminal.try_sync()
    till.wait(lambda: till.terminal.ledger.push_state().acked == till.terminal.ledger.head())
    report = evening.shop.hub_command("report", "day", "--store", "AMS1", "--day", till.facts(facts.SHIFT_OPENED)[-1].day)
    totals = _totals(evening)
    for name in ("sales", "gross", "discount", "promotion", "deposit", "rounding", "voids", "voided", "returned", "over_short"):
        assert report["total"][name] == getattr(totals, name), name
    assert report["total"]["gross"] == sum(evening.said)
    assert report["total"]["tenders"] == dict(totals.tenders)
    assert till.terminal.ledger.push_state().held == 0
