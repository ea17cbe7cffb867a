"""A customer as a till of their own store knows them, the words they are found by, and what of a look is told to the journal.

Facts, receipts and logs hold a customer's number and nothing else: names and telephone numbers come and go by the feed alone, so
that forgetting somebody is taking one row away (GDPR, articles 5 and 17).
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from kiosk.domain.phone import TAIL_MIN, PhonePlan, beginnings, is_like, normal, plain_digits

NUMBER_MAX = 20
LETTERS_MIN = 2
"""Shorter beginnings match half the shop."""

WORDS_MAX = 6
RECEIPT_BY_MAIL, MARKETING = "receipt_by_mail", "marketing"
CONSENTS = (RECEIPT_BY_MAIL, MARKETING)
"""What somebody may have agreed to, each by itself."""

_LETTERS = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŋ": "n", "ŧ": "t",
}  # fmt: skip
"""Letters that are no letter and an accent to Unicode, but are typed so by whoever has no such key."""

_FOLD = str.maketrans(_LETTERS)
_NAME, _PHONE, _TAIL, _POSTCODE = "n", "p", "t", "z"


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody whose card, name or telephone number is known. `phone` is E.164; `consents` are days (`YYYY-MM-DD`) by purpose."""

    number: str
    given: str = ""
    infix: str = ""
    family: str = ""
    phone: str = ""
    email: str = ""
    postcode: str = ""
    groups: tuple[str, ...] = ()
    language: str = ""
    consents: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The whole name, as somebody is addressed."""
        return " ".join(part for part in (self.given, self.infix, self.family) if part)

    @property
    def hint(self) -> str:
        """What tells two of one name apart without saying more than it has to: postcode, and the number's last digits."""
        tail = f"… {self.phone[-TAIL_MIN:]}" if self.phone else ""
        return "  ".join(part for part in (self.postcode, tail) if part)


def is_number(text: str) -> bool:
    """Whether a text can be a customer's number: capital letters and digits.

    >>> is_number("NL204"), is_number("nl204"), is_number("NL 204"), is_number("")
    (True, False, False, False)
    """
    return 0 < len(text) <= NUMBER_MAX and text.isascii() and text.isalnum() and text == text.upper()


def folded(text: str) -> str:
    """Small letters without accents, as they are compared.

    >>> folded("Şükrü Bjørnsson-Ĳzerman"), folded("Groß")
    ('sukru bjornsson-ijzerman', 'gross')
    """
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_FOLD)
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def name_words(text: str) -> tuple[str, ...]:
    """The words of a name; an apostrophe or a hyphen ends one.

    >>> name_words("d'Hondt-van 't Hart")
    ('d', 'hondt', 'van', 't', 'hart')
    """
    return tuple("".join(sign if sign.isalnum() else " " for sign in folded(text)).split())


def index_words(one: Customer) -> frozenset[str]:
    """All words by which somebody is found, each with a letter in front that says of what it is.

    A name is found by each of its parts, and by neighbours written as one (`obrien`, `vandijk`); a telephone number by its
    beginning and, spelled backwards, by its end.
    """
    family = name_words(f"{one.infix} {one.family}")
    parts = {*name_words(one.given), *family, *(a + b for a, b in pairwise(family)), "".join(family)} - {""}
    words = {_NAME + part for part in parts}
    if one.phone:
        digits = plain_digits(one.phone)
        words |= {_PHONE + digits, _TAIL + digits[::-1]}
    if one.postcode:
        words.add(_POSTCODE + "".join(name_words(one.postcode)))
    return frozenset(words)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for: each group of beginnings has to be met by one of it; `number` is a card's, `phone` a whole number."""

    groups: tuple[tuple[str, ...], ...] = ()
    number: str = ""
    phone: str = ""

    @property
    def by(self) -> str:
        """What somebody is looked for by, for the journal, which is never told the text."""
        kinds = {one[0] for group in self.groups for one in group}
        return "name" if _NAME in kinds else "phone" if kinds & {_PHONE, _TAIL} else "postcode" if kinds else "card"


NOTHING = Asked()


def ask(text: str, plan: PhonePlan) -> Asked:
    """What a text asks for: a card's number, a telephone number from four digits on, or names from two letters on.

    Words with a digit in them beside a name are a postcode or a telephone number's end: `jansen 1012`.
    """
    number = "".join(text.split()).upper()
    card = number if is_number(number) else ""
    if is_like(text):
        digits = plain_digits(text)
        ends = (_TAIL + digits[::-1],) if len(digits) >= TAIL_MIN and not text.strip().startswith("+") else ()
        found = ends + tuple(_PHONE + one for one in beginnings(text, plan))
        return Asked((found,) if found else (), card, normal(text, plan))
    words = name_words(text)[:WORDS_MAX]
    if not words or max(map(len, words)) < LETTERS_MIN:
        return Asked(number=card)
    return Asked(tuple(_meant(words)), card)


def is_continued(root: str, text: str) -> bool:
    """Whether a text goes on from the one that the journal was told of last: the same look, typed on. Any other is a new one."""
    return root != "" and folded(text).startswith(folded(root))


def closeness(one: Customer, text: str) -> tuple[int, int, str, str]:
    """Sorts what was found: whole words first, then names whose family name begins so, then by name."""
    words = name_words(text)
    parts = {*name_words(one.name)}
    begins = any(family.startswith(words[0]) for family in name_words(one.family)) if words else False
    return -sum(word in parts for word in words), -begins, folded(f"{one.family} {one.given}"), one.number


def _meant(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for word in words:
        if not any(sign.isdigit() for sign in word):
            yield (_NAME + word,)
        else:
            yield (_POSTCODE + word, *([_TAIL + word[::-1]] if word.isdigit() and len(word) >= TAIL_MIN else []))
