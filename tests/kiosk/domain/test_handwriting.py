"""A name written on a screen: bounded whatever the hand does, read back as it was, and never read from what is none."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.handwriting import (
    HIGH,
    ON_PAPER,
    POINTS_MAX,
    STROKES_MAX,
    TEXT_MAX,
    WIDE,
    Handwriting,
    Signed,
    read_handwriting,
    read_signed,
    written,
)

POINTS = st.tuples(st.integers(-50, WIDE + 50), st.integers(-50, HIGH + 50))


@given(st.lists(st.lists(POINTS, max_size=40), max_size=8))
def test_whatever_is_drawn_lies_in_the_grid_keeps_its_ends_and_reads_back(strokes: list[list[tuple[int, int]]]) -> None:
    made = written(strokes)
    if made is None:
        return
    assert read_handwriting(made.text) == made and len(made.text) <= TEXT_MAX
    ends = [(stroke[0], stroke[-1]) for stroke in strokes if stroke]
    clamped = [tuple((min(max(x, 0), WIDE - 1), min(max(y, 0), HIGH - 1)) for x, y in pair) for pair in ends]
    assert [(stroke[0], stroke[-1]) for stroke in made.strokes] == clamped


def test_a_hand_that_draws_for_minutes_fills_no_more_than_a_few_kilobytes() -> None:
    chance = random.Random(5)
    long = [[(chance.randrange(WIDE), chance.randrange(HIGH)) for _ in range(3_000)] for _ in range(STROKES_MAX + 20)]
    made = written(long)
    assert made is not None and len(made.strokes) == STROKES_MAX
    assert sum(map(len, made.strokes)) <= POINTS_MAX and len(made.text) <= TEXT_MAX < 2_600


def test_a_tap_and_a_slip_of_the_hand_are_no_signature() -> None:
    assert written([]) is None and written([[]]) is None
    assert written([[(10, 10)], [(500, 100), (510, 104)]]) is None
    assert written([[(10, 10), (70, 40)], [(80, 10), (150, 12)]]) is not None


@pytest.mark.parametrize(
    "text", ["", ".", "000", "0000.", "zz00", "00cg", "0000" * (POINTS_MAX + 1), ".".join(["0000"] * (STROKES_MAX + 1)), "<svg/>"]
)
def test_what_is_no_strokes_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_handwriting(text)


def test_two_names_have_two_marks_and_a_fact_says_the_mark_or_the_reason() -> None:
    one, other = Handwriting((((1, 2), (300, 4)),)), Handwriting((((1, 2), (300, 5)),))
    assert one.mark != other.mark and read_signed(Signed(one.mark).text) == Signed(one.mark)
    assert [read_signed(Signed(paper=reason).text) for reason in ON_PAPER] == [Signed(paper=reason) for reason in ON_PAPER]
    assert read_signed("paper/because") is None and read_signed(one.mark[:-1]) is None and read_signed("") is None
