"""A shopper reserves at the kiosk: by touch and by keyboard, with a right, by the hub, or with an honest word."""

import pytest
from PySide6.QtCore import Qt

from kiosk.domain import facts
from kiosk.domain.facts import read_fact
from kiosk.services.reserving import Held, Hold, Told
from kiosk.ui import sounds
from tests.kiosk.ui.kiosk.stage import Stage
from tests.kiosk.ui.kiosk.test_kiosk_journeys import press_until, read_screen
from tests.kiosk.ui.kiosk.walks import reserving, sold_out, type_on_screen

THERE = "UTR1"
HOUR_MS = 3_600_000


def placed(stage: Stage) -> list[dict[str, object]]:
    """The bodies of the orders that this kiosk placed."""
    found = [read_fact(one.data) for one in stage.shop.ledger.facts()]
    return [fact.body for fact in found if fact.kind == facts.ORDER_PLACED]


def test_by_touch_a_shopper_reserves_two_and_the_screen_says_number_and_time_and_forgets_who(stage: Stage) -> None:
    morning, before = stage.kiosk.state(), len(placed(stage))
    reserving()(stage)
    stage.settle()
    stage.tap("Voornaam achterlaten")
    type_on_screen(stage, "anne-fleur")
    stage.tap("Zo heet ik")
    stage.find("Voornaam Anne-Fleur")
    stage.tap("Eén meer")
    stage.tap("Nu reserveren")
    assert stage.kiosk.page == "reserved" and stage.heard.names[-1] == sounds.DONE
    made = stage.kiosk.reserve.made
    assert made is not None and made.quantity_milli == 2_000
    assert read_screen(stage.grab()) == made.text
    assert len(placed(stage)) == before + 1 and placed(stage)[-1]["number"] == made.number
    stage.tap("Klaar, ik heb mijn nummer")
    assert stage.kiosk.state() == morning and "Anne" not in repr(stage.kiosk.state())


def test_by_keyboard_alone(stage: Stage) -> None:
    reserving()(stage)
    stage.kiosk.back()
    stage.settle()
    press_until(stage, "Hier reserveren")
    assert stage.kiosk.page == "reserve"
    press_until(stage, "Voornaam achterlaten")
    for key in (Qt.Key.Key_J, Qt.Key.Key_O, Qt.Key.Key_O, Qt.Key.Key_Backspace):
        stage.key(key)
    press_until(stage, "Zo heet ik")
    assert stage.kiosk.reserve.property("name") == "Jo"
    press_until(stage, "Nu reserveren")
    assert stage.kiosk.page == "reserved"
    stage.key(Qt.Key.Key_Escape)
    assert stage.kiosk.page == "browse" and stage.kiosk.reserve.made is None


def test_what_the_hub_has_not_can_be_had_from_another_store_that_it_has(stage: Stage) -> None:
    asked: list[Hold] = []

    def hub(hold: Hold, told: object) -> None:
        asked.append(hold)
        assert callable(told)
        told(Held("r-1", stage.shop.clock.wall_ms + HOUR_MS) if hold.store == THERE else Told.NONE_FREE)

    reserving(right=False)(stage)
    stage.desk.ask_hold = hub
    stage.settle()
    stage.tap("Nu reserveren")
    assert stage.kiosk.page == "reserve" and "Kies een andere winkel" in stage.kiosk.reserve.property("problem")
    assert not stage.kiosk.reserve.property("canGo") and stage.heard.names[-1] == sounds.REFUSED
    stage.kiosk.reserve.reserve()
    stage.settle()
    assert len(asked) == 1, "nobody is asked twice for what is not there"
    stage.kiosk.reserve.chooseStore(THERE)
    stage.settle()
    stage.tap("Nu reserveren")
    made = stage.kiosk.reserve.made
    assert made is not None and (made.store, made.until_ms) == (THERE, stage.shop.clock.wall_ms + HOUR_MS)
    assert [one.store for one in asked] == ["AMS1", THERE] and asked[1].id == made.id
    assert "Utrecht" in stage.kiosk.reserve.property("storeText")


def test_without_the_hub_it_says_so_and_the_next_try_is_the_same_wish(stage: Stage) -> None:
    asked: list[str] = []
    before = len(placed(stage))
    reserving(right=False)(stage)
    stage.desk.ask_hold = lambda hold, told: (asked.append(hold.id), told(Told.AWAY))[1]
    stage.settle()
    stage.tap("Nu reserveren")
    assert "geen verbinding" in stage.kiosk.reserve.property("problem")
    stage.find("Vraag een collega")
    stage.tap("Probeer opnieuw")
    assert len(asked) == 2 and len(set(asked)) == 1, "so the hub holds it once"
    assert len(placed(stage)) == before


@pytest.mark.parametrize("leave", ["wipe", "back"])
def test_whoever_leaves_while_the_hub_is_asked_has_reserved_nothing(stage: Stage, leave: str) -> None:
    waiting = []
    before = len(placed(stage))
    reserving(right=False)(stage)
    stage.desk.ask_hold = lambda hold, told: waiting.append(told)
    stage.settle()
    stage.tap("Nu reserveren")
    assert not stage.kiosk.reserve.property("canGo")
    getattr(stage.kiosk, leave)()
    stage.settle()
    waiting[0](Held("r-2", stage.shop.clock.wall_ms + HOUR_MS))
    stage.settle()
    assert len(placed(stage)) == before and stage.kiosk.page in ("attract", "item")


def test_what_is_sold_out_here_is_told_to_the_shop_in_one_touch_and_once(stage: Stage) -> None:
    sold_out(stage)
    stage.settle()
    stage.tap("Deze zocht ik")
    stage.kiosk.wish.tell()
    stage.settle()
    told = [fact for one in stage.shop.ledger.facts() for fact in (read_fact(one.data),) if fact.kind == facts.SALE_LOST]
    assert [(fact.body["reason"], fact.body["quantity"], fact.employee) for fact in told] == [("out_of_stock", 1_000, "")]
    assert stage.kiosk.wish.property("isTold") and stage.heard.names[-1] == sounds.GOOD
    stage.kiosk.wipe()
    stage.settle()
    assert not stage.kiosk.state()["wish.told"]
