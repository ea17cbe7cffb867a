"""When a shopper counts as gone."""

from kiosk.ui.kiosk_idle import Idle, Presence

BEGUN = Idle(60_000, 20_000).touched(1_000)


def test_before_anybody_begins_nothing_runs_out() -> None:
    idle = Idle(60_000, 20_000)
    assert idle.presence(10**9) is Presence.AWAY
    assert idle.next_change_ms(10**9) is None


def test_a_shopper_is_warned_for_twenty_seconds_before_anything_is_wiped() -> None:
    assert BEGUN.presence(60_999) is Presence.HERE
    assert BEGUN.presence(61_000) is Presence.WARNED
    assert BEGUN.seconds_left(61_000) == 20
    assert BEGUN.presence(80_999) is Presence.WARNED
    assert BEGUN.seconds_left(80_999) == 1
    assert BEGUN.presence(81_000) is Presence.GONE


def test_a_warning_may_be_answered_any_number_of_times() -> None:
    idle, now = BEGUN, 1_000
    for _ in range(25):
        now += 79_000
        assert idle.presence(now) is Presence.WARNED
        idle = idle.touched(now)
        assert idle.presence(now) is Presence.HERE


def test_the_timer_wakes_at_the_warning_and_then_at_each_second() -> None:
    assert BEGUN.next_change_ms(1_000) == 60_000
    assert BEGUN.next_change_ms(61_000) == 1_000
    assert BEGUN.next_change_ms(61_400) == 600
    assert BEGUN.left().next_change_ms(61_400) is None
