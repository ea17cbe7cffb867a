"""Vouchers: what the hub knows of one, whether it may pay here and now, and what selling one means for turnover and VAT.

A single-purpose voucher is the supply itself: VAT at its sale, none when it is used (Directive 2006/112, article 30b). A
multi-purpose one is money that the shop owes: no turnover and no VAT until it is used.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.domain.catalog import Article
from kiosk.domain.errors import Refused
from kiosk.domain.tax import OUTSIDE
from kiosk.domain.tender import ECO_VOUCHER, GIFT_CARD, MEAL_VOUCHER, STORE_CREDIT

MULTI = "multi_purpose_voucher"
"""The goods class of articles that are such vouchers; a single-purpose one is sold with the VAT of its goods, like any article."""

NUMBERED = (GIFT_CARD, STORE_CREDIT, MEAL_VOUCHER, ECO_VOUCHER)
"""Means whose number is taken once only."""

OURS = (GIFT_CARD, STORE_CREDIT)
"""Those that the shop itself owes: one that nobody knows of is refused. Others are their issuer's, and are collected there."""


@dataclass(frozen=True, slots=True)
class Voucher:
    """One voucher as the hub knows it. Key: `kind|code`. `amount_minor` is what it was worth at first, 0 where its paper says so.

    `spent` is what was paid with it by device, so that what this till did last is never counted twice or missed; `until_ms` 0:
    it does not end.
    """

    code: str
    kind: str
    amount_minor: int
    currency: str
    brand: str = ""
    until_ms: int = 0
    spent: Mapping[str, int] = field(default_factory=dict)

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
        if kind in OURS:
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


def once_key(kind: str, code: str) -> str:
    """Under which key a voucher that pays once is remembered as used, by till and hub."""
    return f"voucher:{kind}|{code}"


def vat_class_of(article: Article) -> str:
    """The VAT class in which an article is sold: a multi-purpose voucher is outside VAT, whatever its file says."""
    return OUTSIDE if MULTI in article.goods else article.vat_class
