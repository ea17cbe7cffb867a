"""Ids and hybrid time: ids are what RFC 9562 says, time never runs backwards."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.identity import hybrid_time, uuid7

times_ms = st.integers(0, 2**48 - 1)


@given(times_ms, st.integers(0, 2**74 - 1))
def test_an_id_is_a_version_seven_uuid_of_its_time(wall_ms: int, chance: int) -> None:
    made = uuid.UUID(uuid7(wall_ms, chance))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == wall_ms
    assert str(made) == uuid7(wall_ms, chance)


@given(times_ms, st.integers(0, 2**74 - 1), st.integers(0, 2**74 - 1))
def test_other_chance_is_another_id(wall_ms: int, one: int, other: int) -> None:
    assert (uuid7(wall_ms, one) == uuid7(wall_ms, other)) == (one == other)


@given(times_ms, times_ms)
def test_ids_sort_by_their_time(one: int, other: int) -> None:
    if one < other:
        assert uuid7(one, 2**74 - 1) < uuid7(other, 0)


def test_the_example_of_the_rfc_comes_out() -> None:
    assert uuid7(1_645_557_742_000, 0xCC3 << 62 | 0x18C4DC0C0C07398F) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


def test_a_time_before_1970_makes_no_id() -> None:
    with pytest.raises(AssertionError, match="out of range"):
        uuid7(-1, 0)


@given(st.lists(times_ms, min_size=1, max_size=50))
def test_hybrid_time_always_grows_and_keeps_up_with_the_clock(walls: list[int]) -> None:
    value = 0
    for wall_ms in walls:
        later = hybrid_time(value, wall_ms)
        assert later > value
        assert later >= wall_ms << 16
        value = later
