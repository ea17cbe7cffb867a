"""Single-purpose vouchers that are redeemed: what they take off the goods that they were sold for.

Their VAT was due when they were sold, so handing the goods over is no supply of its own (Directive 2006/112, article 30b): as
much of the goods as a voucher covers leaves turnover and VAT again, at the goods' own rate, and is no way of paying.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from kiosk.domain.codec import Json
from kiosk.domain.money import share

PATH = "/"
"""Between the parts of a category."""

_DIVIDED = "|"


@dataclass(frozen=True, slots=True)
class Redeems:
    """The voucher of a line that redeems one: its number, what it held then (minor units), and what it is good for."""

    code: str
    holds_minor: int
    good_for: str


class Goods(Protocol):
    """What is asked of a line: a redeeming one says so, and `is_redeemable` which goods a voucher may be redeemed for."""

    @property
    def line(self) -> int: ...
    @property
    def vat_class(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def redeems(self) -> Redeems | None: ...
    @property
    def is_redeemable(self) -> bool: ...


Parts = tuple[tuple[str, int], ...]
"""How much (minor units) of something stands on which voucher, by its number."""


def good_for(vat_class: str, category: str) -> str:
    """What a voucher of an article is good for: goods of its VAT class in its category and below it, or in all of them.

    >>> good_for("reduced", "Books"), good_for("reduced", "")
    ('reduced|Books', 'reduced|')
    """
    return f"{vat_class}{_DIVIDED}{category}"


def category_of(said: str) -> str:
    """The category that a voucher is good for; empty: any of its VAT class.

    >>> category_of("reduced|Books/Children")
    'Books/Children'
    """
    return said.partition(_DIVIDED)[2]


def covers(said: str, goods: Goods) -> bool:
    """Whether a voucher that is good for this may be redeemed for a line."""
    vat_class, _, category = said.partition(_DIVIDED)
    inside = not category or goods.category == category or goods.category.startswith(category + PATH)
    return inside and goods.vat_class == vat_class and goods.is_redeemable


def covered(lines: Sequence[Goods], amounts: Sequence[int]) -> tuple[dict[int, int], dict[int, Parts]]:
    """What each redeeming line takes off, and what of each line of goods is covered by which voucher, by place in `lines`.

    The vouchers with the narrower category go first, so that together they cover the most there is; a voucher's share of each line
    goes by what of it is still open. Amounts in minor units.
    """
    open_ = [amount if amount > 0 and line.redeems is None else 0 for line, amount in zip(lines, amounts, strict=True)]
    vouchers = [(place, line.redeems) for place, line in enumerate(lines) if line.redeems is not None]
    taken: dict[int, int] = {}
    parts: dict[int, Parts] = {}
    for place, voucher in sorted(vouchers, key=lambda one: (-_depth(one[1]), lines[one[0]].line)):
        worth = [left if left and covers(voucher.good_for, line) else 0 for line, left in zip(lines, open_, strict=True)]
        off = min(max(0, voucher.holds_minor), sum(worth))
        taken[place] = off
        for where, part in enumerate(share(off, worth) if off else ()):
            if part:
                open_[where] -= part
                parts[where] = (*parts.get(where, ()), (voucher.code, part))
    return taken, parts


def onto(line: Json) -> Parts:
    """What of a sold line (as its fact has it) was covered by vouchers, and goes back onto them with the goods."""
    return tuple((str(one["code"]), int(one["amount"])) for one in line.get("redeemed", ()))


def said(parts: Parts) -> list[Json]:
    """Parts as a fact has them."""
    return [{"code": code, "amount": minor} for code, minor in parts]


def put_back(line: Json) -> Mapping[str, int]:
    """What a returned line of a fact puts back onto vouchers, by number; below zero where a void takes it off again."""
    parts = (line.get("returned") or {}).get("onto", ())
    return {str(one["code"]): (-1 if line["quantity"] > 0 else 1) * int(one["amount"]) for one in parts}


def _depth(voucher: Redeems) -> int:
    category = category_of(voucher.good_for)
    return category.count(PATH) + 1 if category else 0
