"""Vouchers: what the hub knows of one, whether it may pay here and now, and what selling one means for turnover and VAT.

A single-purpose voucher is the supply itself: VAT at its sale, none when it is used (Directive 2006/112, article 30b). A
multi-purpose one is money that the shop owes: no turnover and no VAT until it is used.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.domain.catalog import Article
from kiosk.domain.errors import Refused
from kiosk.domain.tax import OUTSIDE
from kiosk.domain.tender import ECO_VOUCHER, GIFT_CARD, MEAL_VOUCHER, STORE_CREDIT

MULTI = "multi_purpose_voucher"
"""The goods class of articles that are such vouchers."""

SINGLE = "single_purpose_voucher"
"""The goods class of articles that are single-purpose vouchers: sold with the VAT of the goods that they are for."""

SINGLE_PURPOSE = "single_purpose"
"""As what the account of one is kept. It is no tender: it is redeemed (kiosk.domain.redeeming)."""

NUMBERED = (GIFT_CARD, STORE_CREDIT, MEAL_VOUCHER, ECO_VOUCHER)
"""Means whose number is taken once only."""

OURS = (GIFT_CARD, STORE_CREDIT)
"""Those that the shop itself owes: one that nobody knows of is refused. Others are their issuer's, and are collected there."""

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ONCE = "voucher:"
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters and digits that nobody takes for one another."""

_SECRET_LETTERS = 6
_CREDIT = re.compile(rf"([A-Z0-9]+-[A-Z0-9]+-[A-Z]+-\d{{6,}})-([{_LETTERS}]{{{_SECRET_LETTERS}}})([A-Z0-9])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Voucher:
    """One voucher as the hub knows it. Key: `kind|code`. `amount_minor` is what it was worth at first, 0 where its paper says so.

    `spent` is what was paid with it by device, so that what this till did last is never counted twice or missed; `until_ms` 0:
    it does not end. `loaded` says of an account by which device its `amount_minor` came; `turn` rises with every change of it.
    `good_for` is what a single-purpose one is good for.
    """

    code: str
    kind: str
    amount_minor: int
    currency: str
    brand: str = ""
    until_ms: int = 0
    spent: Mapping[str, int] = field(default_factory=dict)
    loaded: Mapping[str, int] = field(default_factory=dict)
    turn: int = 0
    good_for: str = ""

    @property
    def left_minor(self) -> int:
        """What is left of what was put on it."""
        return self.amount_minor - sum(self.spent.values())

    def spent_minor(self, dev: str, here_minor: int) -> int:
        """What was paid with it everywhere; `here_minor` is what this device knows that it took itself."""
        return sum(spent for one, spent in self.spent.items() if one != dev) + max(here_minor, self.spent.get(dev, 0))


@dataclass(frozen=True, slots=True)
class Where:
    """Where and when a voucher is offered, and whether it may pay more than once (its rest stays on it)."""

    brand: str
    currency: str
    now_ms: int
    dev: str
    keeps_rest: bool = False


def check_voucher(kind: str, code: str, known: Voucher | None, here_minor: int, where: Where) -> int | None:
    """What a voucher still holds (minor units), None where only its paper says so.

    `here_minor` is what was paid with it at this till. Raises Refused with voucher.used, voucher.unknown, voucher.other_brand,
    voucher.other_currency, voucher.expired or voucher.empty.
    """
    spent = known.spent_minor(where.dev, here_minor) if known is not None else here_minor
    if spent and not where.keeps_rest:
        raise Refused("voucher.used", code=code)
    if known is None or not known.amount_minor:
        if kind in (*OURS, SINGLE_PURPOSE):
            raise Refused("voucher.unknown", code=code)
        return None
    if known.brand not in ("", where.brand):
        raise Refused("voucher.other_brand", code=code)
    if known.currency != where.currency:
        raise Refused("voucher.other_currency", code=code)
    if 0 < known.until_ms <= where.now_ms:
        raise Refused("voucher.expired")
    if known.amount_minor <= spent:
        raise Refused("voucher.empty", code=code)
    return known.amount_minor - spent


def later(until_ms: int, other_ms: int) -> int:
    """The later of two ends (wall ms), where 0 is none at all."""
    return max(until_ms, other_ms) if until_ms and other_ms else 0


def clean_code(text: str) -> str:
    """A number as it is kept, however it was keyed in.

    >>> clean_code(" gc 1234 5678 ")
    'GC12345678'
    """
    return "".join(text.split()).upper()


def credit_number(receipt: str, secret: str) -> str:
    """The number of store credit: the receipt that issued it, six letters that only its till can know, and one that checks all.

    `secret` are hexadecimal digits that belong to the sale. Thirty bits for a number that has to be right to the letter, and that
    nobody may try more often than a till or a signed request can.

    >>> credit_number("AMS1-01-A-000042", "00ff" * 8)
    'AMS1-01-A-000042-Z92YH2O'
    """
    number = int(secret, 16)
    letters = "".join(_LETTERS[number >> 5 * place & 31] for place in range(_SECRET_LETTERS))
    return f"{receipt}-{letters}{_check_letter(receipt + letters)}"


def is_credit_number(text: str) -> bool:
    """Whether a scanned or typed text is the number of store credit, without a slip of the finger in it.

    >>> is_credit_number("AMS1-01-A-000042-Z92YH2O"), is_credit_number("AMS1-01-A-000043-Z92YH2O")
    (True, False)
    """
    match = _CREDIT.fullmatch(clean_code(text))
    return match is not None and _check_letter(match[1] + match[2]) == match[3]


def _check_letter(text: str) -> str:
    """ISO 7064, MOD 37,36: finds every single wrong letter, and nearly all neighbours that changed places."""
    check = 36
    for letter in text:
        if letter in _ALPHABET:
            check = (check + _ALPHABET.index(letter)) % 36 or 36
            check = check * 2 % 37
    return _ALPHABET[(37 - check) % 36]


def once_key(kind: str, code: str) -> str:
    """Under which key a voucher that pays once is remembered as used, by till and hub."""
    return f"{_ONCE}{kind}|{code}"


def of_once_key(key: str) -> tuple[str, str] | None:
    """Kind and code of a voucher by such a key; None for what is no voucher's."""
    kind, divided, code = key.removeprefix(_ONCE).partition("|")
    return (kind, code) if key.startswith(_ONCE) and divided else None


def asks_number(article: Article) -> bool:
    """Whether each piece of an article is told by a number of its own: serial goods, and vouchers."""
    return article.asks_serial or MULTI in article.goods or SINGLE in article.goods


def vat_class_of(article: Article) -> str:
    """The VAT class in which an article is sold: a multi-purpose voucher is outside VAT, whatever its file says."""
    return OUTSIDE if MULTI in article.goods else article.vat_class
