"""Telephone numbers as people write them, and as they are kept: E.164 (ITU-T), `+31612345678`.

>>> plan = PhonePlan("31", "0", (9,))
>>> [normal(text, plan) for text in ("06 - 1234 5678", "+31 (0)6 12345678", "0031612345678", "06 1234")]
['+31612345678', '+31612345678', '+31612345678', '']
"""

import re
from dataclasses import dataclass

DIGITS_MIN, DIGITS_MAX = 8, 15
"""How many digits a number has with its country's: at most 15 by E.164; below 8 it is a short code, nobody's own."""

TAIL_MIN = 4
"""So many last digits tell a person from most others; fewer would list half the shop."""

_SPACING = re.compile(r"[\s\-./()\u2010-\u2015\u00a0]+")
_TRUNK_IN_BRACKETS = re.compile(r"(?<=\d)\s*\(0\)\s*")


@dataclass(frozen=True, slots=True)
class PhonePlan:
    """How a country writes its numbers: its calling code, what stands before a number within it, digits of a whole number."""

    code: str
    trunk: str
    lengths: tuple[int, ...]


ABROAD = PhonePlan("?", "", ())
"""Where a country's own way of writing is not known: only numbers with their country's code are read."""


def normal(text: str, plan: PhonePlan) -> str:
    """A number in E.164, read with the country's plan; empty for what is no whole number."""
    digits = _international(text, plan)
    if not DIGITS_MIN <= len(digits) <= DIGITS_MAX or digits.startswith("0"):
        return ""
    own = digits.removeprefix(plan.code)
    if digits.startswith(plan.code) and len(own) not in plan.lengths:
        return ""
    return f"+{digits}"


def beginnings(text: str, plan: PhonePlan) -> tuple[str, ...]:
    """What digits keyed in so far may be: the beginning of an E.164 number's digits, or nothing that one begins with."""
    digits = _international(text, plan)
    return (digits,) if len(digits) >= TAIL_MIN else ()


def is_like(text: str) -> bool:
    """Whether a text is nothing but digits and what people put between those of a telephone number.

    >>> is_like("+31 (0)6-12"), is_like("12a"), is_like("+")
    (True, False, False)
    """
    plain = plain_digits(text)
    return plain != "" and plain.isascii() and plain.isdigit()


def plain_digits(text: str) -> str:
    """A text without a leading plus and without what stands between digits."""
    return _SPACING.sub("", text.strip().removeprefix("+"))


def _international(text: str, plan: PhonePlan) -> str:
    """The digits with the country's code in front, as far as they are there; empty where they say nothing of a country."""
    if not is_like(text):
        return ""
    abroad = text.strip().startswith("+")
    digits = plain_digits(_TRUNK_IN_BRACKETS.sub("", text))
    if abroad:
        return digits
    if digits.startswith("00"):
        return digits[2:]
    if plan.trunk and digits.startswith(plan.trunk):
        return plan.code + digits.removeprefix(plan.trunk)
    return ""
