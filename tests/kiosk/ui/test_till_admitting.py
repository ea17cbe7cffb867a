"""Signing in after long without the hub: another person lets somebody in, in place, by keys or by badge, and the till says why."""

from PySide6.QtCore import Qt

from kiosk.domain.facts import STAFF_SIGNED_IN
from tests.kiosk.ui.test_till_returns import facts
from tests.kiosk.ui.till_shop import TillShop

ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape
DAY_MS = 86_400_000


def test_a_manager_lets_somebody_in_and_whoever_worked_here_lately_needs_nobody(till: TillShop):
    session = till.desk.session
    session.sign_in("101", "2580")
    session.heard()
    till.shop.clock.move(8 * DAY_MS)
    session.sign_in("101", "2580")
    session.sign_out()
    till.type("102")
    till.key(ENTER)
    till.type("2580")
    till.key(ENTER)
    till.settle()
    assert (till.till.screen, till.till.dialog) == ("sign_in", "approve")
    assert "Łukasz Nowak" in till.till.more.approval.whyText
    till.key(ESC)
    assert (till.till.screen, till.till.dialog, till.till.isSignedIn) == ("sign_in", "", False)
    till.type("2580")
    till.key(ENTER)
    till.settle()
    till.scan("B-201")
    till.settle()
    assert till.till.dialog == "approve" and till.till.more.approval.isPin, "a badge here is the manager's"
    till.type("2580")
    till.key(ENTER)
    till.settle()
    assert till.till.isSignedIn and till.till.cashierText == "Łukasz Nowak" and till.till.dialog == ""
    assert facts(till, STAFF_SIGNED_IN)[-1] == {"number": "102", "approved_by": "201"}
