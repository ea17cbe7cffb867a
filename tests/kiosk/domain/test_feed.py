"""The digest of reference data: order-free, and the same by log and by snapshot."""

import random

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.feed import EMPTY_DIGEST, Row, moved, row_number

rows = st.builds(
    Row,
    st.sampled_from(["article", "price", "stock"]),
    st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=5),
    st.binary(min_size=1, max_size=20),
)
scopes = st.lists(rows, max_size=20, unique_by=lambda row: (row.entity, row.key))


def digest(held: list[Row]) -> bytes:
    """The digest of a scope from nothing."""
    mark = EMPTY_DIGEST
    for row in held:
        mark = moved(mark, row_number(row))
    return mark


@given(scopes, st.randoms())
def test_the_digest_does_not_depend_on_order(held: list[Row], chance: random.Random) -> None:
    shuffled = list(held)
    chance.shuffle(shuffled)
    assert digest(shuffled) == digest(held)


@given(scopes, scopes)
def test_rows_that_come_and_go_leave_the_digest_of_what_is_left(first: list[Row], then: list[Row]) -> None:
    held = {(row.entity, row.key): row for row in first}
    mark = digest(first)
    for row in then:
        old = held.get((row.entity, row.key))
        mark = moved(mark, row_number(row), row_number(old) if old else 0)
        held[row.entity, row.key] = row
    for key in list(held)[::2]:
        mark = moved(mark, 0, row_number(held.pop(key)))
    assert mark == digest(list(held.values()))


@given(rows, rows)
def test_two_different_rows_have_different_digests(one: Row, other: Row) -> None:
    assert (digest([one]) == digest([other])) == (one == other)


def test_a_row_that_is_gone_adds_nothing() -> None:
    assert row_number(Row("article", "1", b"")) == 0
    assert digest([]) == EMPTY_DIGEST == bytes(32)
