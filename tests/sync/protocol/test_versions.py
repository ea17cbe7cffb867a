"""Which versions serve each other, as a table."""

import pytest

from sync.protocol.versions import older_of, parse, too_old


@pytest.mark.parametrize(
    ("hub", "terminal", "older"),
    [
        ("1.1", "1.0", ""),
        ("1.3", "1.1", ""),
        ("1.3", "1.0", "terminal"),
        ("1.1", "1.9", ""),
        ("2.0", "1.0", ""),
        ("2.7", "1.3", ""),
        ("3.0", "1.9", "terminal"),
        ("1.9", "2.0", "hub"),
        ("1.0", "0.9", "terminal"),
        ("1.0", "old", "terminal"),
        ("1.0", "", "terminal"),
    ],
)
def test_one_major_back_and_two_minors_back_are_served(hub: str, terminal: str, older: str) -> None:
    assert too_old(hub, terminal) == older


def test_what_is_no_version_is_older_than_all() -> None:
    assert parse("1") == parse("1.0.0") == parse("1.-1") == parse("\u0661.0") == (0, 0)
    assert older_of("1.0", "1.1") == "hub" and older_of("1.1", "1.0") == "terminal"
