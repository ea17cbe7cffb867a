"""Somebody who becomes a customer at a till: what has to be true of them, said the same by the till and by the hub."""

import re
from collections.abc import Mapping
from datetime import date

from kiosk.domain.cardnumbers import found as bank_cards
from kiosk.domain.customer import CONSENTS, RECEIPT_BY_MAIL, Customer, is_number
from kiosk.domain.errors import Refused

NAME_MAX, EMAIL_MAX, POSTCODE_MAX = 80, 254, 12
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_PHONE = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters and digits that nobody takes for one another."""

_LENGTH = 11


def is_email(text: str) -> bool:
    """Whether a text has the form of an e-mail address; whether it is somebody's, only a letter to it can tell.

    >>> is_email("zoe@example.com"), is_email("zoe@example"), is_email("z o@example.com")
    (True, False, False)
    """
    return len(text) <= EMAIL_MAX and text.isprintable() and _EMAIL.fullmatch(text) is not None


def made_number(chance: int) -> str:
    """A number for who gets no card: from 55 bits of chance, so that tills that know nothing of each other give none twice.

    >>> made_number(0), made_number(2**55 - 1)
    ('K22222222222', 'KZZZZZZZZZZZ')
    """
    return "K" + "".join(_LETTERS[chance >> 5 * place & 31] for place in range(_LENGTH))


def check(one: Customer, latest_day: str) -> None:
    """Raise Refused for what cannot be a new customer; `latest_day` is the last day on which they can have agreed to anything.

    The code names the part: `newcustomer.number`, `.name`, `.phone`, `.email`, `.postcode`, `.consent`.
    """
    if not is_number(one.number) or bank_cards(one.number):
        raise Refused("newcustomer.number")
    names = (one.given, one.infix, one.family)
    if not (one.given or one.family) or any(len(name) > NAME_MAX or not name.isprintable() for name in names):
        raise Refused("newcustomer.name")
    if one.phone and not _PHONE.fullmatch(one.phone):
        raise Refused("newcustomer.phone")
    if (one.email and not is_email(one.email)) or (RECEIPT_BY_MAIL in one.consents and not one.email):
        raise Refused("newcustomer.email")
    if len(one.postcode) > POSTCODE_MAX or not one.postcode.isprintable():
        raise Refused("newcustomer.postcode")
    _check_consents(one.consents, latest_day)


def _check_consents(consents: Mapping[str, str], latest_day: str) -> None:
    """Nothing is taken for granted: each purpose has the day on which it was agreed to."""
    for purpose, day in consents.items():
        if purpose not in CONSENTS or not _is_day(day) or day > latest_day:
            raise Refused("newcustomer.consent")


def _is_day(text: str) -> bool:
    """Whether a text is a day of the calendar, spelled as all are.

    >>> _is_day("2026-02-28"), _is_day("2026-02-30"), _is_day("20260228")
    (True, False, False)
    """
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
