"""Shares: never more than there is, nobody above what they need, and nobody with two more than one who lacks."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.quantity import ONE
from kiosk.domain.sharing import Wish, shares, target, to_grant, to_reclaim

wishes = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30)), min_size=1, max_size=6).map(
    lambda found: [Wish(f"till-{n}", held * ONE, wanted * ONE) for n, (held, wanted) in enumerate(found)]
)
pools = st.integers(-5_000, 90_000)


@given(pools, wishes)
def test_shares_never_exceed_what_there_is_nor_what_anybody_wants(total: int, wanted: list[Wish]) -> None:
    given_out = shares(total, wanted, ONE)
    assert sum(given_out.values()) <= max(0, total)
    assert all(0 <= given_out[wish.who] <= wish.target_milli for wish in wanted)
    assert all(milli % ONE == 0 for milli in given_out.values())


@given(pools, wishes)
def test_nobody_gets_two_steps_more_than_one_who_lacks(total: int, wanted: list[Wish]) -> None:
    given_out = shares(total, wanted, ONE)
    lacking = [given_out[wish.who] for wish in wanted if given_out[wish.who] < wish.target_milli]
    assert all(milli <= least + ONE for milli in given_out.values() for least in lacking)


@given(pools, wishes)
def test_nothing_whole_is_left_while_somebody_lacks(total: int, wanted: list[Wish]) -> None:
    given_out = shares(total, wanted, ONE)
    if any(given_out[wish.who] < wish.target_milli for wish in wanted):
        assert max(0, total) - sum(given_out.values()) < ONE


@given(pools, wishes)
def test_a_grant_never_takes_more_than_the_pool_has(pool: int, wanted: list[Wish]) -> None:
    granted = to_grant(pool, wanted, ONE)
    assert sum(granted.values()) <= max(0, pool)
    held = {wish.who: wish.held_milli for wish in wanted}
    targets = {wish.who: wish.target_milli for wish in wanted}
    assert all(milli > 0 and held[who] + milli <= targets[who] for who, milli in granted.items())


@given(pools, wishes)
def test_rights_are_asked_back_only_while_somebody_lacks_what_the_pool_has_not(pool: int, wanted: list[Wish]) -> None:
    keep = to_reclaim(pool, wanted, ONE)
    held = {wish.who: wish.held_milli for wish in wanted}
    assert all(0 <= milli < held[who] for who, milli in keep.items())
    if all(wish.held_milli >= wish.target_milli for wish in wanted):
        assert keep == {}


def test_one_each_comes_before_two_for_anybody() -> None:
    wanted = [Wish("a", 0, 9 * ONE), Wish("b", 0, ONE), Wish("c", 0, ONE)]
    assert shares(3 * ONE, wanted, ONE) == {"a": ONE, "b": ONE, "c": ONE}
    assert sum(shares(2 * ONE, wanted, ONE).values()) == 2 * ONE


def test_a_right_follows_the_rate_and_the_outage_and_is_never_less_than_one() -> None:
    assert target(0, 14, 8, ONE) == ONE
    assert target(42 * ONE, 14, 8, ONE) == ONE  # three a day, a third of a day
    assert target(420 * ONE, 14, 8, ONE) == 10 * ONE
    assert target(421 * ONE, 14, 8, ONE) == 11 * ONE
    assert target(420 * ONE, 14, 24, ONE) == 30 * ONE
