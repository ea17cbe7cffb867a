"""Finds card numbers in any text, so that none is ever stored, logged or sent.

A card number is 13 to 19 digits, also in groups with spaces, dashes, points or slashes, that begins as an issuer's number does
(ISO/IEC 7812) and whose last digit is right by Luhn's rule; or the track of a magnetic stripe (ISO/IEC 7813). Goods carry
numbers of the same lengths: a GTIN-13, GTIN-14 or SSCC whose GS1 check digit is right is taken for goods. No card in use has
13 or 14 digits beyond Diners' 14, so this costs next to nothing.

>>> found("betaald met 4111 1111 1111 1111, dank u"), found("8710398500526 379000000000000123")
(('**** 1111',), ())
>>> masked("PAN 5413-3300-8909-9999 OK")
'PAN **** 9999 OK'
"""

import re
from collections.abc import Iterator

_DIGITS_MIN, _DIGITS_MAX = 13, 19
_GROUPS = re.compile(r"(?<![0-9])[0-9]+(?:[ \u00a0./-]{1,2}[0-9]+)*(?![0-9])")
_GROUP = re.compile(r"[0-9]+")
_TRACK_1 = re.compile(r"%?[A-Z]([0-9 ]{12,23})\^[^^?\r\n]{0,30}\^[^?\r\n]*\??", re.IGNORECASE)
_TRACK_2 = re.compile(r";?([0-9]{12,19})[=D][0-9]{4,}\??")
_FIRST = frozenset("23456")
_ISSUERS = (
    ("4", "4", (13, 16, 18, 19)), ("51", "55", (16,)), ("2221", "2720", (16,)), ("34", "34", (15,)), ("37", "37", (15,)),
    ("300", "305", (14, 16, 19)), ("3095", "3095", (14, 16, 19)), ("36", "36", (14, 16, 19)), ("38", "39", (14, 16, 19)),
    ("3528", "3589", (16, 17, 18, 19)), ("50", "50", (13, 14, 15, 16, 17, 18, 19)), ("56", "58", (13, 14, 15, 16, 17, 18, 19)),
    ("60", "69", (13, 14, 15, 16, 17, 18, 19)), ("2200", "2204", (16, 17, 18, 19)),
)  # fmt: skip
"""First digits from and to, and the lengths in use: Visa, Mastercard, American Express, Diners, JCB, Maestro and Discover, Mir."""


def found(text: str) -> tuple[str, ...]:
    """Every card number in a text, as its last four digits only."""
    return tuple(short for _, _, short in _places(text))


def masked(text: str) -> str:
    """The text with every card number and track in it reduced to its last four digits."""
    parts, at = [], 0
    for start, end, short in _places(text):
        parts += [text[at:start], short]
        at = end
    return "".join([*parts, text[at:]])


def is_card(text: str) -> bool:
    """Whether a scan is a card and no goods: a track, or nothing but one card number. Asked for every scan, so cheap.

    >>> is_card(";5413330089099999=25122010000012300000?"), is_card("4111111111111111"), is_card("4006381333931")
    (True, True, False)
    """
    if text.isdigit():
        return text[0] in _FIRST and text.isascii() and _is_number(text)
    if "^" in text or "=" in text or text[:1] == ";":
        return any(_has_number(track.group(1)) for track in (*_TRACK_1.finditer(text), *_TRACK_2.finditer(text)))
    digits = text.replace(" ", "").replace("-", "")
    return digits != text and digits.isascii() and digits.isdigit() and _is_number(digits)


def is_swipe(text: str) -> bool:
    """Whether a text that is being typed is a card already: also the first letters of a track, before its number is whole.

    >>> is_swipe("%B54133"), is_swipe(";5"), is_swipe("shirt 54")
    (True, True, False)
    """
    return text[:1] == ";" or text[:2].upper() == "%B" or is_card(text)


def luhn_ok(digits: str) -> bool:
    """Whether the last digit of a number is right by Luhn's rule (ISO/IEC 7812-1).

    >>> luhn_ok("79927398713"), luhn_ok("79927398710")
    (True, False)
    """
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (doubled + sum(int(digit) for digit in digits[-1::-2])) % 10 == 0


def _places(text: str) -> list[tuple[int, int, str]]:
    """Where the tracks and numbers stand, in order, none within another, and what may stay of each."""
    places = [
        (*match.span(), _short(match.group(1)))
        for pattern in (_TRACK_1, _TRACK_2)
        for match in pattern.finditer(text)
        if _has_number(match.group(1))
    ]
    places += [(start, end, _short(text[start:end])) for start, end in _numbers(text)]
    kept: list[tuple[int, int, str]] = []
    for place in sorted(places, key=lambda one: (one[0], -one[1])):
        if not kept or place[0] >= kept[-1][1]:
            kept.append(place)
    return kept


def _short(number: str) -> str:
    return f"**** {_digits(number)[-4:]}"


def _numbers(text: str) -> Iterator[tuple[int, int]]:
    """Runs of whole groups of digits that together make a number: a reference before it does not hide it."""
    for run in _GROUPS.finditer(text):
        groups = [(run.start() + one.start(), run.start() + one.end()) for one in _GROUP.finditer(run.group())]
        first = 0
        while first < len(groups):
            last = next((last for last in range(len(groups) - 1, first - 1, -1) if _fits(text, groups, first, last)), None)
            if last is not None:
                yield groups[first][0], groups[last][1]
            first = first + 1 if last is None else last + 1


def _fits(text: str, groups: list[tuple[int, int]], first: int, last: int) -> bool:
    length = sum(end - start for start, end in groups[first : last + 1])
    return _DIGITS_MIN <= length <= _DIGITS_MAX and _is_number(_digits(text[groups[first][0] : groups[last][1]]))


def _has_number(field: str) -> bool:
    """In a track the length alone says what it is; the bank's check digit still has to be right."""
    digits = _digits(field)
    return 12 <= len(digits) <= _DIGITS_MAX and luhn_ok(digits)


def _is_number(digits: str) -> bool:
    if not _DIGITS_MIN <= len(digits) <= _DIGITS_MAX or digits[0] not in _FIRST or not luhn_ok(digits):
        return False
    issued = any(low <= digits[: len(low)] <= high and len(digits) in lengths for low, high, lengths in _ISSUERS)
    return issued and not (len(digits) in (13, 14, 18) and _gs1_ok(digits))


def _gs1_ok(digits: str) -> bool:
    """GTIN-13, GTIN-14 and SSCC end with a check digit of their own (GS1 General Specifications 7.9)."""
    weighed = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return weighed % 10 == 0


def _digits(text: str) -> str:
    return "".join(letter for letter in text if "0" <= letter <= "9")
