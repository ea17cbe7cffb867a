"""What a cart costs: line prices, manual discounts shared over lines, deposit apart, and the VAT block.

One function for till, kiosk and hub, so that the hub can re-compute what it receives. Promotions come in here later.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.domain.cart import PERCENT, Cart, CartLine, Discount
from kiosk.domain.money import divide_half_up, share
from kiosk.domain.quantity import ONE, price_of
from kiosk.domain.tax import OUTSIDE, TaxBand, bands

BASIS = 10_000


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with its money: before discount, both discounts (positive numbers), after them, and its deposit apart."""

    line: CartLine
    before_minor: int
    line_discount_minor: int
    sale_discount_minor: int
    amount_minor: int
    deposit_minor: int


@dataclass(frozen=True, slots=True)
class PricedCart:
    """A cart with its money. `total_minor` = lines + deposit = sum of the bands' gross."""

    cart: Cart
    lines: tuple[PricedLine, ...]
    goods_minor: int
    discount_minor: int
    deposit_minor: int
    total_minor: int
    bands: tuple[TaxBand, ...]
    vat_rule: str
    pieces: int


def price_cart(cart: Cart, rates: Mapping[str, int], vat_rule: str) -> PricedCart:
    """Price a cart with VAT rates in basis points by class. Totals never depend on the order of lines."""
    ordered = sorted(cart.lines, key=lambda line: line.line)
    before = [
        price_of(quantity_milli=line.quantity_milli, unit_price_minor=line.unit_price_minor) for line in ordered
    ]
    own = [taken_off(amount, line.discount) for amount, line in zip(before, ordered, strict=True)]
    after_own = [amount - off for amount, off in zip(before, own, strict=True)]
    whole = taken_off(sum(after_own), cart.discount)
    parts = share(whole, after_own) if whole else (0,) * len(after_own)
    lines = tuple(
        PricedLine(line, amount, off, part, amount - off - part, _deposit(line))
        for line, amount, off, part in zip(ordered, before, own, parts, strict=True)
    )
    taxed = [(line.line.vat_class, line.amount_minor) for line in lines]
    deposit = sum(line.deposit_minor for line in lines)
    if deposit:
        taxed.append((OUTSIDE, deposit))
    goods = sum(line.amount_minor for line in lines)
    return PricedCart(
        cart=cart, lines=lines, goods_minor=goods, discount_minor=sum(own) + whole, deposit_minor=deposit,
        total_minor=goods + deposit, bands=bands(taxed, {**rates, OUTSIDE: 0}, vat_rule), vat_rule=vat_rule,
        pieces=sum(_pieces(line) for line in ordered),
    )  # fmt: skip


def taken_off(amount_minor: int, discount: Discount | None) -> int:
    """How much a discount takes off an amount, never more than the amount itself."""
    if discount is None or amount_minor <= 0:
        return 0
    off = divide_half_up(amount_minor * discount.value, BASIS) if discount.kind == PERCENT else discount.value
    return min(off, amount_minor)


def _deposit(line: CartLine) -> int:
    return price_of(quantity_milli=line.quantity_milli, unit_price_minor=line.deposit_minor)


def _pieces(line: CartLine) -> int:
    return line.quantity_milli // ONE if line.unit == "piece" else 1
