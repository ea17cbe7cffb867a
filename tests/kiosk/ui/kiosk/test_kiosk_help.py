"""What the kiosk shows of a call for help, and that it never claims what it does not know."""

from kiosk.services.help import DELIVERY_MS_MAX, HelpState
from tests.kiosk.ui.kiosk.stage import Stage


def ask(stage: Stage) -> None:
    """Call for help by touch."""
    stage.kiosk.start()
    stage.settle()
    stage.tap("Hulp")
    stage.tap("Ik zoek iets")


def test_the_reason_and_the_language_go_with_the_call(stage: Stage) -> None:
    ask(stage)
    assert stage.line.calls == [("find", "nl")]
    assert stage.kiosk.help.title == "We proberen een collega te bereiken"


def test_called_is_shown_when_a_till_shows_it_and_a_name_when_somebody_comes(stage: Stage) -> None:
    ask(stage)
    stage.line.tell(HelpState.DELIVERED)
    stage.settle()
    assert stage.kiosk.help.title == "Je oproep staat op het scherm van de kassa"
    stage.line.tell(HelpState.COMING, "Zoë")
    stage.settle()
    assert stage.kiosk.help.title == "Zoë komt naar je toe"
    stage.tap("Verder winkelen")
    assert stage.kiosk.panel == ""
    stage.find("Hulp komt eraan")


def test_what_no_till_shows_in_five_seconds_leads_to_the_till(stage: Stage) -> None:
    ask(stage)
    stage.wait_ms(DELIVERY_MS_MAX - 1)
    assert stage.kiosk.help.phase == "calling"
    stage.wait_ms(1)
    assert stage.kiosk.help.title == "We kunnen vanaf hier geen collega bereiken"
    assert stage.kiosk.help.hint == "Ga naar de kassa bij de ingang."


def test_with_the_hub_away_it_says_so_at_once(stage: Stage) -> None:
    ask(stage)
    stage.line.tell(HelpState.UNREACHABLE)
    stage.settle()
    assert stage.kiosk.help.phase == "unreachable"
    stage.tap("Probeer opnieuw")
    assert stage.line.calls[-1] == ("again", "nl") and stage.kiosk.help.phase == "calling"


def test_no_word_of_the_states_before_delivery_says_called(stage: Stage) -> None:
    ask(stage)
    before = stage.kiosk.help.title + stage.kiosk.help.hint + stage.kiosk.help.short
    stage.line.tell(HelpState.UNREACHABLE)
    stage.settle()
    after = stage.kiosk.help.title + stage.kiosk.help.hint + stage.kiosk.help.short
    assert "oproep" not in before.lower() and "oproep" not in after.lower()


def test_a_shopper_may_take_the_call_back(stage: Stage) -> None:
    ask(stage)
    stage.tap("Ik heb geen hulp meer nodig")
    assert stage.line.cancelled == ["call-1"] and stage.kiosk.help.phase == "none"
    stage.line.tell(HelpState.COMING, "Zoë")  # it had crossed on the way
    stage.settle()
    assert stage.kiosk.help.phase == "none"
