"""Wrong PINs: five free ones, then waits that double, end at a quarter of an hour, and never outlast a clock set back."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.staff import FREE_TRIES, Attempts, after_wrong_pin, as_seen_at, locked_until

MINUTE_MS = 60_000
NOW = 1_795_258_800_000


def test_four_wrong_pins_lock_nobody_and_the_fifth_does() -> None:
    attempts = Attempts()
    for _ in range(FREE_TRIES - 1):
        attempts = after_wrong_pin(attempts, NOW)
        assert locked_until(attempts) == 0
    assert locked_until(after_wrong_pin(attempts, NOW)) == NOW + MINUTE_MS


def test_the_wait_doubles_and_ends_at_fifteen_minutes() -> None:
    waits = [locked_until(Attempts(wrong, NOW)) - NOW for wrong in range(FREE_TRIES, FREE_TRIES + 7)]
    assert waits == [minutes * MINUTE_MS for minutes in (1, 2, 4, 8, 15, 15, 15)]


@given(st.integers(0, 10**9), st.integers(0, 10**13))
def test_no_count_of_wrong_pins_locks_longer_than_fifteen_minutes(wrong: int, last_ms: int) -> None:
    assert locked_until(Attempts(wrong, last_ms)) <= last_ms + 15 * MINUTE_MS


@given(st.integers(0, 40), st.integers(0, 10**13), st.integers(0, 10**13))
def test_a_clock_that_was_set_back_does_not_make_a_lock_longer(wrong: int, last_ms: int, now_ms: int) -> None:
    seen = as_seen_at(Attempts(wrong, last_ms), now_ms)
    assert locked_until(seen) <= now_ms + 15 * MINUTE_MS
    assert seen.wrong == wrong
    if now_ms >= last_ms:
        assert seen == Attempts(wrong, last_ms)
