"""Keys to characters: a scanner's own keyboard layout and its AIM prefix; pure."""

import re
from collections.abc import Mapping

_AIM = re.compile(r"\][A-Za-z][0-9A-Fa-f]")


def text_of(typed: str) -> tuple[str | None, str]:
    """The AIM identifier, when the scanner types one, and the text behind it.

    >>> text_of("]E08710398500526"), text_of("4011")
    ((']E0', '8710398500526'), (None, '4011'))
    """
    if _AIM.match(typed):
        return typed[:3], typed[3:]
    return None, typed


def _us_layout() -> dict[tuple[int, bool], str]:
    """The keys of a US keyboard by their X11 scan codes (evdev code plus 8)."""
    rows = (
        (10, "1234567890-=", "!@#$%^&*()_+"),
        (24, "qwertyuiop[]", "QWERTYUIOP{}"),
        (38, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
        (51, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    )
    table: dict[tuple[int, bool], str] = {(65, False): " ", (65, True): " "}
    for first, plain, shifted in rows:
        for place, (low, high) in enumerate(zip(plain, shifted, strict=True)):
            table[first + place, False], table[first + place, True] = low, high
    return table


US_LAYOUT: Mapping[tuple[int, bool], str] = _us_layout()
"""For a scanner that types as a US keyboard into a system with another layout."""
