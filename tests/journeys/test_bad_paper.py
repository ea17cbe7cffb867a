"""A printer that is off, out of paper, open or cut off in mid-receipt: the sale stands, and its paper comes whole."""

from typing import Any

import pytest

from drivers.api import Fault
from kiosk.apps.demo import DemoShop, LabAddresses
from kiosk.text import words
from tests.journeys.conftest import ShopMaker
from tests.journeys.support import Counter, at_work

SHIRT = "8799999000017"


@pytest.fixture(scope="module")
def shop(make_shop_copy: ShopMaker) -> DemoShop:
    return make_shop_copy()


@pytest.fixture(scope="module")
def lab(shop: DemoShop) -> LabAddresses:
    return shop.start_lab(headless=True)


def pieces(till: Counter, receipt: str) -> list[dict[str, Any]]:
    """Every piece of paper with a receipt's number in letters, oldest first."""
    return [piece for piece in till.lab_state("/receipts") if any(receipt in line for line in piece["lines"])]


def is_copy(piece: dict[str, Any]) -> bool:
    """Whether paper says that it is a copy."""
    return any(words("nl")("COPY") in line for line in piece["lines"])


def whole(piece: dict[str, Any], receipt: str) -> bool:
    """Whether paper ends as a receipt does: with its number as a code, cut off by the knife."""
    return not piece["torn"] and any(code["data"] == receipt for code in piece["codes"])


@pytest.mark.parametrize(
    ("effect", "trigger", "code", "may_be_copy"),
    [
        ("off", "now", "", False),
        ("paper_out", "now", "printer.paper-out", False),
        ("cover_open", "now", "printer.cover-open", False),
        ("paper_out", {"kind": "byte", "n": 500}, "printer.paper-out", True),
        ("cut_line", {"kind": "byte", "n": 500}, "", True),
        ("cover_open", {"kind": "line", "n": 5}, "printer.cover-open", True),
    ],
    ids=["off", "no paper", "cover open", "paper ends in it", "line cut in it", "cover opened in it"],
)
def test_a_receipt_comes_whole_whatever_befalls_the_printer_and_is_marked_where_it_may_be_the_second(
    shop: DemoShop, lab: LabAddresses, effect: str, trigger: object, code: str, may_be_copy: bool
) -> None:
    with at_work(shop, lab) as till:
        assert till.ear.wait(lambda: till.ear.printer is not None and till.ear.printer.can_print)
        till.order("/fault", effect=effect, trigger=trigger, recovery="manual" if effect != "cut_line" else "connection")
        done = till.sell(SHIRT)
        if code:
            assert till.ear.wait(lambda: any(job.code == code for job in till.terminal.receipts.jobs()) or _faulty(till, code))
            assert "printing goes on by itself" in words("en").sentence(code)
        # The sale is committed and the next one goes on, whatever the paper does.
        following = till.sell(SHIRT)
        assert till.terminal.ledger.find_sale(done.receipt) is not None
        till.order("/fault/clear")
        till.order("/paper")
        assert till.all_printed(), till.terminal.receipts.jobs()
        for receipt in (done.receipt, following.receipt):
            found = pieces(till, receipt)
            assert any(whole(piece, receipt) for piece in found), found
            assert sum(1 for piece in found if not is_copy(piece)) <= 1, "printed twice without a mark"
        if not may_be_copy:
            assert [is_copy(piece) for piece in pieces(till, done.receipt)] == [False]


def _faulty(till: Counter, code: str) -> bool:
    health = till.ear.printer
    return health is not None and Fault(code.removeprefix("printer.")) in health.faults
