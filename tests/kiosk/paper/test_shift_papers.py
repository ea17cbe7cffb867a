"""X, Z and the slips of cash on paper: letter by letter as agreed, at 32, 42 and 48 columns, each figure whole.

After a wanted change: `TOONBANK_GOLDEN=write pytest tests/kiosk/paper`, then read the difference before committing it.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain import facts
from kiosk.domain.cash import DEPOSIT, PAY_OUT, Move, Tally
from kiosk.domain.document import Document, Line, plain_text
from kiosk.domain.facts import Fact
from kiosk.domain.sheet import Sheet
from kiosk.paper.letterhead import Letterhead
from kiosk.paper.slips import cash_slip, count_slip, order_slip, report
from kiosk.services.closing import Wish
from kiosk.services.shiftreports import ShiftReports
from kiosk.text import words
from tests.kiosk.services.test_closing import ARTICLE, Office
from tests.kiosk.support import MANAGER, PIN, Shop, open_shop

GOLDEN = Path(__file__).parent / "golden"
HEAD = Letterhead(["Noord & Zuid"], ["Bedankt!"], ["Noord & Zuid Amsterdam"], "Noord en Zuid Voorbeeld B.V.", "NL000099998B57")
WIDTHS = (32, 42, 48)


class Day:
    """A shift with something of everything, until its Z report."""

    def __init__(self, shop: Shop) -> None:
        office = Office(shop).start(15_000)
        self.reports = ShiftReports(shop.counter, shop.shifts, shop.receipts, office.cash, office.counting, office.closing)
        office.sell()
        shop.add(ARTICLE)
        shop.add("1001-WHT-XL")
        shop.selling.remove(1)
        shop.checkout.begin()
        shop.checkout.pay_card(1_000, "0042-7731")
        assert shop.checkout.pay_cash(shop.checkout.cash_due()) is not None
        shop.add(ARTICLE)
        shop.selling.abandon("changed their mind")
        office.cash.no_sale("wisselen")
        office.cash.move(Move(PAY_OUT, 1_250, "glazenwasser, factuur 88"))
        office.cash.move(Move(DEPOSIT, 5_000, bag="SB-20261121-7", source="drawer", tally=Tally({2_000: 2, 1_000: 1})))
        shop.receipts.reprint()
        shop.sign_in(MANAGER)
        self.x = self.reports.x()
        shop.sign_in()
        self.hidden = self.reports.x()
        shop.add(ARTICLE)
        shop.checkout.begin()
        shop.checkout.pay_cash(500)
        office.closing.unsure_cards = lambda: ("ref-1",)
        office.closing.heard_poi("card", 400)
        office.closing.heard_poi("card", 500)
        office.counting.begin()
        office.counting.put(1_000, 9)
        office.counting.put(50, 3)
        office.counting.put_rest(2)
        office.counting.hand_in()
        self.z = office.closing.close(Wish("€ 20 te veel teruggegeven bij drukte", MANAGER, PIN, 8_000))
        office.cash.order_change(Tally({1_000: 20, 200: 40}))
        self.facts = shop.facts()

    def last(self, kind: str, what: str = "") -> Fact:
        """The latest fact of a kind."""
        return next(fact for fact in reversed(self.facts) if fact.kind == kind and what in ("", fact.body.get("what", "")))


_A_HASH = re.compile(r"\b[0-9a-f]{16}\b")
"""Of the chain: another one with every key that a fact gets."""


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """One day for all papers."""
    with open_shop(tmp_path_factory.mktemp("till")) as shop:
        yield Day(shop)


def paper(day: Day, name: str, language: str, columns: int) -> Document:
    """One of the papers."""
    say = words(language)
    sheets: dict[str, Sheet] = {"x": day.x, "x-hidden": day.hidden}
    if name in sheets:
        return report(sheets[name], HEAD, columns)
    if name == "z":
        from_fact = ShiftReports.z
        assert from_fact(day.reports, day.z).number == day.z.body["z_name"]
        return report(day.reports.z(day.z), HEAD, columns)
    if name == "count":
        return count_slip(day.last(facts.SHIFT_COUNTED), HEAD, say, columns)
    if name == "change-order":
        return order_slip(day.last(facts.CHANGE_ORDERED), HEAD, say, columns)
    return cash_slip(day.last(facts.CASH_MOVED, {"deposit": DEPOSIT, "pay-out": PAY_OUT}[name]), HEAD, say, columns)


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("name", ["x", "x-hidden", "z", "count", "deposit", "pay-out", "change-order"])
def test_a_paper_is_as_agreed_and_no_figure_is_cut(day: Day, name: str, columns: int) -> None:
    document = paper(day, name, "nl", columns)
    shown = _A_HASH.sub("0123456789abcdef", plain_text(document))
    path = GOLDEN / f"shift-{name}-{columns}.txt"
    if os.environ.get("TOONBANK_GOLDEN") == "write":
        path.write_text(shown, "utf-8")
    assert shown == path.read_text("utf-8")
    for block in document.blocks:
        if isinstance(block, Line):
            assert len(block.text) * block.size <= columns, block


def test_the_z_on_paper_is_made_from_its_fact_alone(day: Day) -> None:
    older = replace(day.z, body={**day.z.body, "totals": {"sales": 3, "a_key_of_tomorrow": 1}})
    sheet = day.reports.z(older)
    assert next(row.figure for section in sheet.sections for row in section.rows if row.name == "Verkopen") == "3"


def test_every_paper_lies_in_the_spool_with_what_it_proves(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        Day(shop)
        titles = [[line.strip() for line in job.plain_text.splitlines()[:8]] for job in shop.receipts.jobs()]
        for title in ("Z-rapport", "Telling van de lade", "Storting bij de bank", "Kasuitgave"):
            assert sum(title in lines for lines in titles) == 1, title
