"""The readiness board and held work on the till: what they say, what their keys do, and a manager's word."""

from PySide6.QtCore import Qt

from kiosk.domain.facts import WORK_WRITTEN_OFF, read_fact
from sync.agent.ports import SyncStatus
from sync.protocol.messages import HeldFact
from tests.kiosk.ui.kiosk.shop import NOON_MS
from tests.kiosk.ui.till_shop import PIN, TillShop

KEY = Qt.Key
ENTER, ESC = KEY.Key_Return, KEY.Key_Escape


def test_the_board_says_how_long_and_why_and_what_is_not_known(selling: TillShop) -> None:
    selling.sync = SyncStatus(True, last_contact_ms=NOON_MS)
    selling.key(KEY.Key_F10, KEY.Key_F7)
    texts = selling.texts()
    assert "Can work 40 days without the network" in texts and "The printer was not asked yet." in texts
    assert any(text.startswith("Complete: ") for text in texts) and "Not known" in texts
    selling.till.setLanguage("nl")
    selling.settle()
    assert "Kan 40 dagen werken zonder netwerk" in selling.texts()
    selling.key(KEY.Key_F5, ESC)
    assert selling.till.dialog == ""


def test_where_nothing_waits_the_till_says_so(selling: TillShop) -> None:
    selling.key(KEY.Key_F10, KEY.Key_F8)
    assert "Nothing waits" in selling.texts() and selling.till.exceptions.count == 0


def test_what_waits_is_tried_again_printed_and_dropped(selling: TillShop) -> None:
    selling.hold_something()
    selling.key(KEY.Key_F10)
    assert "Held work (2)" in selling.texts()
    selling.key(KEY.Key_F8)
    texts = selling.texts()
    assert "Sale AMS1-01-A-000002" in texts and "Receipt on paper" in texts
    assert "Waiting: 2, €14.99 in all. Nothing of it is lost." in texts
    selling.tap("Print it")
    selling.tap("Drop it")
    assert len(selling.paper.released) == len(selling.paper.dropped) == 1
    selling.tap("Try again")
    selling.key(KEY.Key_F5)
    assert selling.retried == 2
    selling.upkeep.heard([])
    selling.till.exceptions.refresh()
    selling.settle()
    assert selling.till.exceptions.count == 1, "the hub took it in"


def test_a_manager_s_number_and_pin_write_something_off_by_keyboard_alone(selling: TillShop) -> None:
    selling.hold_something()
    selling.key(KEY.Key_F10, KEY.Key_F8)
    selling.tap("Write off")
    assert selling.till.dialog == "write_off"
    selling.key(ENTER)
    assert "number of a manager" in selling.till.exceptions.errorText
    selling.key(KEY.Key_Down)
    selling.type("101")
    selling.key(ENTER)
    assert selling.till.exceptions.isPin
    selling.type(PIN)
    selling.key(ENTER)
    assert "Ask a manager" in selling.till.exceptions.errorText and not selling.till.exceptions.isPin
    selling.type("201")
    selling.key(ENTER)
    selling.type("1111")
    assert selling.till.exceptions.entryText == "••••", "a PIN is never shown"
    selling.key(ENTER)
    assert "Wrong PIN" in selling.till.exceptions.errorText
    selling.type(PIN)
    selling.key(ENTER)
    assert selling.till.dialog == "exceptions" and selling.till.exceptions.count == 1
    fact = read_fact(selling.shop.ledger.facts()[-1].data)
    assert fact.kind == WORK_WRITTEN_OFF and fact.body["approved_by"] == "201"
    assert fact.body["note"] == "It was rung up again correctly" and fact.employee == "101"


def test_writing_off_can_be_left_without_a_trace(selling: TillShop) -> None:
    selling.hold_something()
    before = selling.shop.ledger.head()
    selling.key(KEY.Key_F10, KEY.Key_F8)
    selling.tap("Write off")
    selling.type("20")
    selling.key(KEY.Key_Backspace, ESC)
    assert selling.till.dialog == "exceptions" and selling.shop.ledger.head() == before


def test_a_fact_that_only_the_office_can_judge_is_told_without_holes(selling: TillShop) -> None:
    selling.upkeep.heard([HeldFact(1, reason, NOON_MS) for reason in ("absurd.day",)])
    selling.key(KEY.Key_F10, KEY.Key_F8)
    assert not [text for text in selling.texts() if "?" in text and "{" in text]
    assert any("hard to believe" in text for text in selling.texts())
