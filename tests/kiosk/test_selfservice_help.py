"""What a kiosk may say of a call for help: never "called" before a till shows it."""

import pytest

from kiosk.services.help import DELIVERY_MS_MAX, Help, HelpNews, HelpState

CALLED = Help().called("c1", 1_000)


def news(state: HelpState, name: str = "", call: str = "c1") -> HelpNews:
    """What the line says of a call."""
    return HelpNews(call, state, name)


def test_a_call_is_only_being_made_until_a_till_shows_it() -> None:
    assert CALLED.state is HelpState.CALLING
    assert CALLED.heard(news(HelpState.DELIVERED)).state is HelpState.DELIVERED


def test_a_colleague_who_answers_is_named() -> None:
    coming = CALLED.heard(news(HelpState.DELIVERED)).heard(news(HelpState.COMING, "Zoë"))
    assert (coming.state, coming.name) == (HelpState.COMING, "Zoë")


def test_a_call_that_is_on_no_till_after_five_seconds_is_not_delivered() -> None:
    assert CALLED.at(1_000 + DELIVERY_MS_MAX - 1).state is HelpState.CALLING
    assert CALLED.at(1_000 + DELIVERY_MS_MAX).state is HelpState.UNREACHABLE


def test_a_call_that_a_till_shows_never_runs_out() -> None:
    delivered = CALLED.heard(news(HelpState.DELIVERED))
    assert delivered.at(1_000_000).state is HelpState.DELIVERED


def test_a_late_delivery_is_told_after_all() -> None:
    late = CALLED.at(10_000).heard(news(HelpState.DELIVERED))
    assert late.state is HelpState.DELIVERED


@pytest.mark.parametrize("state", [HelpState.CALLING, HelpState.DELIVERED, HelpState.UNREACHABLE])
def test_late_answers_of_the_network_do_not_send_a_colleague_back(state: HelpState) -> None:
    coming = CALLED.heard(news(HelpState.COMING, "Zoë"))
    assert coming.heard(news(state)) == coming


def test_news_of_another_call_and_news_after_the_end_change_nothing() -> None:
    assert CALLED.heard(news(HelpState.COMING, "Zoë", call="c0")) == CALLED
    assert Help().heard(news(HelpState.DELIVERED)) == Help()


def test_a_call_that_a_till_closed_is_over() -> None:
    assert CALLED.heard(news(HelpState.NONE)) == Help()
