"""Deposit back at the till, by its keys and by scans: no sale is needed, and cash comes out of the drawer."""

import pytest
from PySide6.QtCore import Qt

from kiosk.domain.facts import SALE_COMPLETED
from tests.kiosk.ui.conftest import OpenTill
from tests.kiosk.ui.test_till_sale import facts
from tests.kiosk.ui.till_shop import TillShop

COLA, NO_DEPOSIT = "8798888001296", "8798888000015"
ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape


@pytest.fixture
def grocer(open_till: OpenTill) -> TillShop:
    """A grocery till that is selling."""
    shop = open_till("grocery", language="en")
    shop.ready()
    return shop


def test_bottles_are_scanned_and_counted_and_paid_out_in_cash(grocer: TillShop):
    grocer.till.showMenu()
    grocer.till.more_model.choose("empties")
    assert grocer.till.dialog == "empties"
    grocer.scan(COLA)
    grocer.type("4")
    grocer.scan(COLA)
    grocer.type("12")
    grocer.key(Qt.Key.Key_Right, ENTER)
    assert grocer.till.more_model.empties_model.backText == "€3.75"
    grocer.scan(NO_DEPOSIT)
    assert "no deposit" in grocer.till.more_model.empties_model.errorText
    grocer.key(ENTER)
    assert grocer.till.dialog == "" and grocer.till.sale.totalText == "-€3.75"
    grocer.key(Qt.Key.Key_F9)
    assert grocer.till.dialog == "refund"
    grocer.key(ENTER)
    grocer.settle()
    (sale,) = facts(grocer, SALE_COMPLETED)
    assert (sale["total"], sale["tenders"][0]["amount"]) == (-375, -375)


def test_one_more_and_one_less_count_empties_and_none_takes_the_line_out(grocer: TillShop):
    grocer.till.more_model.empties_model.begin()
    grocer.till.more_model.empties_model.take("0")
    grocer.settle()
    grocer.key(ESC)
    grocer.till.sale_model.more(1)
    grocer.settle()
    assert grocer.till.sale.totalText == "-€0.30"
    grocer.till.sale_model.more(-1)
    grocer.settle()
    grocer.till.sale_model.more(-1)
    grocer.settle()
    assert grocer.till.sale.isEmpty
