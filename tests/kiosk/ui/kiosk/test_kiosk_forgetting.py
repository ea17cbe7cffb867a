"""After a shopper nothing of them is left, and nobody loses a basket unwarned."""

import pytest
from PySide6.QtCore import QPoint, Qt

from kiosk.services.help import HelpState
from kiosk.ui import sounds
from tests.kiosk.ui.kiosk.stage import Stage
from tests.kiosk.ui.kiosk.walks import SHOTS

SHIRT_CODE = "8799999000017"


def leave_everything_behind(stage: Stage) -> None:
    """A shopper who used all there is."""
    stage.scan(SHIRT_CODE)
    stage.tap("In mandje")
    stage.kiosk.nextLanguage()
    stage.kiosk.setHighContrast(True)
    stage.kiosk.setTextScale(2)
    stage.kiosk.setReach(True)
    stage.kiosk.openSearch()
    stage.settle()
    for letter in "ball":
        stage.kiosk.search.type(letter)
    stage.settle()
    stage.kiosk.browse.choose("Shoes")
    stage.kiosk.openItem("1001")
    stage.settle()
    stage.kiosk.item.more()
    stage.kiosk.openBasket()
    stage.settle()
    stage.kiosk.basket_model.makeTicket()
    stage.settle()
    stage.kiosk.openPanel("help")
    stage.kiosk.help.call("find")
    stage.line.tell(HelpState.DELIVERED)
    stage.settle()


def test_when_the_time_runs_out_the_kiosk_is_as_it_was_in_the_morning(stage: Stage) -> None:
    morning = stage.kiosk.state()
    leave_everything_behind(stage)
    left = stage.kiosk.state()
    assert {key for key in morning if morning[key] != left[key]} >= {
        "page", "panel", "language", "look", "reach", "scale", "search.text", "browse.path",
        "item.shown", "item.count", "basket.lines", "basket.undo", "ticket", "help",
    }  # fmt: skip
    stage.wait_ms(60_000)
    stage.wait_ms(20_000)
    assert stage.kiosk.state() == morning
    assert stage.shop.selfservice.priced.cart.is_empty and not stage.shop.selfservice.can_undo
    assert stage.line.cancelled == ["call-1"]
    assert stage.face.application.theme.look == stage.kiosk.look
    stage.find("Raak het scherm aan")


def test_who_is_done_leaves_nothing_behind_either(stage: Stage) -> None:
    morning = stage.kiosk.state()
    stage.scan(SHIRT_CODE)
    stage.tap("In mandje")
    stage.kiosk.basket_model.makeTicket()
    stage.settle()
    stage.kiosk.finish()
    stage.settle()
    assert stage.kiosk.state() == morning


def test_the_warning_is_seen_and_heard_twenty_seconds_before(stage: Stage) -> None:
    stage.kiosk.start()
    stage.wait_ms(59_999)
    assert not stage.kiosk.isAsking and sounds.ATTENTION not in stage.heard.names
    stage.wait_ms(1)
    assert stage.kiosk.isAsking and stage.kiosk.secondsLeft == "20"
    assert stage.heard.names == [sounds.ATTENTION]
    stage.wait_ms(5_000)
    assert stage.kiosk.secondsLeft == "15"


@pytest.mark.parametrize("times", [12])
def test_one_touch_anywhere_extends_and_does_nothing_else(stage: Stage, times: int) -> None:
    stage.kiosk.start()
    stage.settle()
    for _ in range(times):
        stage.wait_ms(79_000)
        assert stage.kiosk.isAsking
        stage.tap_at(QPoint(540, 250))  # there is a button for searching here
        assert not stage.kiosk.isAsking
        assert stage.kiosk.page == "browse"
    stage.wait_ms(59_000)
    assert not stage.kiosk.isAsking


def test_one_key_extends_too(stage: Stage) -> None:
    stage.kiosk.start()
    stage.wait_ms(70_000)
    stage.key(Qt.Key.Key_Escape)
    assert not stage.kiosk.isAsking and stage.kiosk.page == "browse"


def test_a_scan_extends_and_is_looked_up(stage: Stage) -> None:
    stage.kiosk.start()
    stage.wait_ms(70_000)
    stage.scan(SHIRT_CODE)
    assert not stage.kiosk.isAsking and stage.kiosk.page == "item"


def test_a_kiosk_that_nobody_touches_never_asks(stage: Stage) -> None:
    stage.wait_ms(10_000_000)
    assert not stage.kiosk.isAsking and stage.kiosk.page == "attract"


@pytest.mark.parametrize("name", [name for name, _ in SHOTS])
def test_from_every_screen_the_way_back_to_the_morning_is_complete(stage: Stage, name: str) -> None:
    morning = stage.kiosk.state()
    dict(SHOTS)[name](stage)
    stage.settle()
    stage.kiosk.wipe()
    stage.settle()
    assert stage.kiosk.state() == morning
