"""Wrong PINs and the waits after them; and whom a terminal lets in that has not heard of staff for long, on any clock."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.staff import (
    APPROVE,
    FREE_TRIES,
    ROLES,
    Attempts,
    Employee,
    after_wrong_pin,
    as_seen_at,
    is_list_old,
    known_here,
    locked_until,
    may,
    vouchers,
)

MINUTE_MS = 60_000
NOW = 1_795_258_800_000
DAY_MS = 86_400_000
LIMIT = 7
TIMES = st.integers(0, 4_000_000_000_000)
SEEN = st.dictionaries(st.sampled_from("ABCDEFGH"), TIMES)
ACTIVE = st.frozensets(st.sampled_from("ABCDEFGH"), min_size=1)


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


@given(SEEN, ACTIVE, TIMES, st.integers(0, 400))
def test_there_is_always_somebody_who_works_here_whatever_the_clock_says(
    seen: dict[str, int], active: frozenset[str], now_ms: int, limit: int
) -> None:
    known = known_here(seen, active, now_ms, limit)
    assert known and known <= active


@given(SEEN, ACTIVE, TIMES, st.integers(0, 4_000_000_000_000), st.integers(1, 400))
def test_a_clock_that_runs_ahead_locks_out_nobody_who_could_sign_in_before(
    seen: dict[str, int], active: frozenset[str], now_ms: int, ahead_ms: int, limit: int
) -> None:
    now_ms = max([now_ms, *seen.values()])  # all of them signed in by a right clock
    assert known_here(seen, active, now_ms, limit) == known_here(seen, active, now_ms + ahead_ms, limit)


@given(SEEN, ACTIVE, TIMES, TIMES, st.integers(1, 400))
def test_a_clock_that_was_set_back_locks_out_nobody_who_could_sign_in_before(
    seen: dict[str, int], active: frozenset[str], now_ms: int, back_ms: int, limit: int
) -> None:
    now_ms = max([now_ms, *seen.values()])
    assert known_here(seen, active, now_ms, limit) <= known_here(seen, active, max(0, now_ms - back_ms), limit)


@given(SEEN, st.sampled_from("ABCDEFGH"), TIMES, st.integers(1, 400))
def test_whoever_signed_in_last_signs_in_again(seen: dict[str, int], last: str, now_ms: int, limit: int) -> None:
    assert last in known_here({**seen, last: max([now_ms, *seen.values()])}, "ABCDEFGH", now_ms, limit)


@given(st.lists(st.sampled_from(ROLES), min_size=2, max_size=8), st.data())
def test_whoever_is_not_known_always_finds_another_person_who_may_let_them_in(roles: list[str], data: st.DataObject) -> None:
    staff = [Employee(str(n), str(n), role, "", "") for n, role in enumerate(roles)]
    numbers = [one.number for one in staff]
    known = frozenset(data.draw(st.sets(st.sampled_from(numbers), min_size=1)))
    for one in staff:
        if one.number not in known:
            found = vouchers(one.number, staff, known)
            assert found and one.number not in found
            approvers = {other.number for other in staff if may(other, APPROVE)} - {one.number}
            assert found == (approvers or known)


def test_a_leaver_is_not_known_once_the_others_worked_on_and_a_shop_that_was_closed_opens_with_who_closed_it() -> None:
    closed = {"A": NOW, "B": NOW - 2 * DAY_MS, "LEAVER": NOW - 8 * DAY_MS}
    for later in (0, 30 * DAY_MS, 4_000 * DAY_MS):
        assert known_here(closed, {"A", "B", "LEAVER", "NEW"}, NOW + later, LIMIT) == {"A", "B"}
    assert known_here({"LEAVER": NOW}, {"A", "B"}, NOW, LIMIT) == {"A", "B"}, "whom the hub took away proves nothing of the others"
    assert known_here({}, {"A", "B"}, NOW, LIMIT) == {"A", "B"}


def test_a_list_is_old_after_its_days_and_where_the_clock_cannot_be_right() -> None:
    ages = (0, LIMIT * DAY_MS, LIMIT * DAY_MS + 1, -DAY_MS, -DAY_MS - 1)
    assert [is_list_old(NOW, NOW + age, LIMIT) for age in ages] == [False, False, True, False, True]
    assert not is_list_old(0, NOW, LIMIT) and not is_list_old(NOW, NOW + 900 * DAY_MS, 0)
