"""What a cart costs: line prices, promotions, manual discounts within the law's limits, deposit apart, and the VAT block.

One function for till, kiosk and hub, so that the hub can re-compute what it receives.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kiosk.domain.cart import PERCENT, Cart, CartLine, Discount
from kiosk.domain.empties import FOLLOWS
from kiosk.domain.money import divide_half_up, share
from kiosk.domain.promoting import best_outcome
from kiosk.domain.promotion import BASIS as BASIS
from kiosk.domain.promotion import COUPON_KEY, CUSTOMER, NO_LIMITS, POINTS, SINGLE, LawLimit, strictest
from kiosk.domain.promotionbasket import NONE, Basket, Outcome, Shopper, basket_of, most_off
from kiosk.domain.promotionbook import NOWHERE_LIVE, Live
from kiosk.domain.promotionhints import Hint, hints
from kiosk.domain.quantity import ONE, price_of
from kiosk.domain.redeeming import Parts, covered
from kiosk.domain.tax import MARGIN, OUTSIDE, TaxBand, bands_at, margin_tax


@dataclass(frozen=True, slots=True)
class Terms:
    """Under what terms a cart is priced: the promotions that run, the instant, and what the country's law allows.

    `budget_left` is what is left of promotions with a budget, by id, in minor units; a promotion without one is not in it.
    """

    live: Live = NOWHERE_LIVE
    now_ms: int = 0
    limits: Mapping[str, LawLimit] = field(default_factory=lambda: NO_LIMITS)
    budget_left: Mapping[str, int] = field(default_factory=dict)
    language: str = ""
    deposit_vat: str = OUTSIDE
    """How the country taxes deposit: OUTSIDE, or FOLLOWS the goods."""
    hinting: bool = True
    """Whether anybody wants to know what would bring the next promotion."""


NO_TERMS = Terms()


@dataclass(frozen=True, slots=True)
class Part:
    """What one promotion takes off one line (minor units, positive), with its name as it was told."""

    id: str
    name: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with its money: before reductions, both manual discounts (positive numbers), after all, and its deposit apart.

    `promotion_minor` came off before the discounts, by `promotions`. `law` names the law that kept reductions smaller than
    asked. `points_bp` is the part of the normal points that the line earns; `hint` what would bring its next promotion.
    `redeemed` is what of its amount single-purpose vouchers cover; lines of their own take that off.
    """

    line: CartLine
    before_minor: int
    line_discount_minor: int
    sale_discount_minor: int
    amount_minor: int
    deposit_minor: int
    promotion_minor: int = 0
    promotions: tuple[Part, ...] = ()
    law: str = ""
    points_bp: int = BASIS
    hint: Hint | None = None
    redeemed: Parts = ()

    @property
    def redeemed_minor(self) -> int:
        """What of it vouchers cover."""
        return sum(minor for _, minor in self.redeemed)


@dataclass(frozen=True, slots=True)
class PricedCart:
    """A cart with its money. `total_minor` = lines + deposit = sum of the bands' gross.

    `discount_minor` is what people took off, `promotion_minor` what promotions did; `search` is how those were found.
    """

    cart: Cart
    lines: tuple[PricedLine, ...]
    goods_minor: int
    discount_minor: int
    deposit_minor: int
    total_minor: int
    bands: tuple[TaxBand, ...]
    vat_rule: str
    pieces: int
    promotion_minor: int = 0
    search: str = NONE
    promotions_rev: int = 0
    priced_at_ms: int = 0
    channel: str = ""
    budget_left: Mapping[str, int] = field(default_factory=dict)
    hint: Hint | None = None
    coupons_once: tuple[str, ...] = ()
    """The coupons that did something and are used up by it, as they are remembered: `coupon:CODE`, and `|customer` where they are
    each customer's; and the slips of return machines, as `deposit:CODE`."""
    deposit_vat: str = OUTSIDE
    margins: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """Of lines under the margin scheme, by number: the rate (basis points), and the VAT on what was earned (minor units)."""


def price_cart(cart: Cart, rates: Mapping[str, int], vat_rule: str, terms: Terms = NO_TERMS) -> PricedCart:
    """Price a cart with VAT rates in basis points by class. Totals never depend on the order of lines.

    Lines that come back (below zero) get no promotion and no discount.
    """
    ordered = sorted(cart.lines, key=lambda line: line.line)
    before = [_before(line) for line in ordered]
    promoted = _promoted(cart, ordered, before, terms)
    lines = _lines(cart, ordered, before, promoted, terms)
    if any(line.redeems is not None for line in ordered):
        lines = _redeemed(lines)
    taxed = [_taxed(line, rates) for line in lines if line.line.empties is None]
    deposit = sum(line.deposit_minor for line in lines)
    if any(line.deposit_minor for line in lines):
        taxed += _taxed_deposit(lines, rates) if terms.deposit_vat == FOLLOWS else [(OUTSIDE, 0, deposit)]
    goods = sum(line.amount_minor for line in lines)
    return PricedCart(
        cart=cart, lines=lines, goods_minor=goods,
        discount_minor=sum(line.line_discount_minor + line.sale_discount_minor for line in lines), deposit_minor=deposit,
        total_minor=goods + deposit, bands=bands_at(taxed, vat_rule), vat_rule=vat_rule,
        pieces=sum(_pieces(line) for line in ordered), promotion_minor=sum(line.promotion_minor for line in lines),
        search=promoted.search if promoted else NONE, promotions_rev=terms.live.rev, priced_at_ms=terms.now_ms,
        channel=terms.live.where.channel, budget_left=terms.budget_left, hint=promoted.hints.get(-1) if promoted else None,
        coupons_once=(promoted.once if promoted else ()) + _slips(ordered), deposit_vat=terms.deposit_vat,
        margins={one.line.line: _margin_of(one, rates) for one in lines if one.line.bought_minor is not None},
    )  # fmt: skip


def _margin_of(line: PricedLine, rates: Mapping[str, int]) -> tuple[int, int]:
    """The rate, and the VAT on what was earned with a line under the margin scheme; below zero where it comes back."""
    rate_bp = _rate(line.line, rates)
    sign, bought = (-1 if line.line.quantity_milli < 0 else 1), line.line.bought_minor or 0
    cost = price_of(quantity_milli=abs(line.line.quantity_milli), unit_price_minor=bought)
    return rate_bp, sign * margin_tax(sign * line.amount_minor, cost, rate_bp=rate_bp)


def _taxed(line: PricedLine, rates: Mapping[str, int]) -> tuple[str, int, int]:
    if line.line.bought_minor is not None:
        return MARGIN, 0, line.amount_minor
    return line.line.vat_class, _rate(line.line, rates), line.amount_minor


def _taxed_deposit(lines: Sequence[PricedLine], rates: Mapping[str, int]) -> list[tuple[str, int, int]]:
    return [(one.line.vat_class, _rate(one.line, rates), one.deposit_minor) for one in lines if one.deposit_minor]


def _slips(lines: Sequence[CartLine]) -> tuple[str, ...]:
    return tuple(line.empties.key for line in lines if line.empties is not None and line.empties.code)


def taken_off(amount_minor: int, discount: Discount | None) -> int:
    """How much a discount takes off an amount, never more than the amount itself."""
    if discount is None or amount_minor <= 0:
        return 0
    off = divide_half_up(amount_minor * discount.value, BASIS) if discount.kind == PERCENT else discount.value
    return min(off, amount_minor)


@dataclass(frozen=True, slots=True)
class _Promoted:
    """What promotions do to each line, by its place."""

    parts: Mapping[int, tuple[Part, ...]]
    points: Mapping[int, int]
    hints: Mapping[int, Hint]
    search: str
    once: tuple[str, ...]


def _promoted(cart: Cart, lines: Sequence[CartLine], before: Sequence[int], terms: Terms) -> _Promoted | None:
    """None where no promotion of this place names anything in the cart."""
    if not terms.live.promotions:
        return None
    shopper = Shopper(cart.coupons, cart.customer_groups, cart.customer)
    basket = basket_of(lines, before, terms.live, terms.limits, shopper, terms.budget_left)
    if not basket.matches:
        return None
    outcome = best_outcome(basket)
    points = _points(basket)
    near = hints(basket, outcome, terms.language) if terms.hinting else {}
    once = _used_up(basket, outcome, cart) if cart.coupons else ()
    return _Promoted(_parts(basket, outcome, terms.language), points, near, outcome.search, once)


def _used_up(basket: Basket, outcome: Outcome, cart: Cart) -> tuple[str, ...]:
    """The single coupons whose promotions gave something: money, or points."""
    gave = {n for n, amount in outcome.by_promotion().items() if amount}
    gave |= {n for n in basket.touched if basket.promotion(n).kind == POINTS}
    found: list[str] = []
    for code in cart.coupons:
        uses = {coupon.use for n in gave if (coupon := basket.promotion(n).coupon) is not None and coupon.opens(code)}
        if SINGLE in uses:
            found.append(f"{COUPON_KEY}{code}")
        elif CUSTOMER in uses:
            found.append(f"{COUPON_KEY}{code}|{cart.customer}")
    return tuple(found)


def _parts(basket: Basket, outcome: Outcome, language: str) -> dict[int, tuple[Part, ...]]:
    given = {n: basket.promotion(n) for parts in outcome.parts.values() for n in parts}
    told = {n: (promotion.id, promotion.name(language)) for n, promotion in given.items()}
    return {
        line: tuple([Part(*told[n], off) for n, off in sorted(parts.items()) if off]) for line, parts in outcome.parts.items()
    }  # fmt: skip


def _points(basket: Basket) -> dict[int, int]:
    """The best multiplier of points for each line that has one."""
    found: dict[int, int] = {}
    running = {n: basket.promotion(n).points_bp for n in basket.touched if basket.promotion(n).kind == POINTS}
    for line, matches in basket.matches.items() if running else ():
        rates = [running[n] for n, _ in matches if n in running]
        if rates:
            found[line] = max(rates)
    return found


def _lines(
    cart: Cart, ordered: Sequence[CartLine], before: Sequence[int], promoted: _Promoted | None, terms: Terms
) -> tuple[PricedLine, ...]:
    """All lines: promotions first, then the line's own discount, then its share of the sale's, within what the law allows."""
    parts = promoted.parts if promoted else {}
    by_promotion = [0] * len(ordered)
    for place, given in parts.items():
        by_promotion[place] = sum(part.amount_minor for part in given)
    laws = {place: limit for place, line in enumerate(ordered) if line.goods and (limit := strictest(line.goods, terms.limits))}
    own: list[int] = []
    for place, line in enumerate(ordered):
        off = taken_off(before[place] - by_promotion[place], line.discount) if line.discount else 0
        own.append(min(off, _room(before, by_promotion, laws, place)) if off and place in laws else off)
    after_own = [amount - off - promotion for amount, off, promotion in zip(before, own, by_promotion, strict=True)]
    shares = _sale_shares(cart.discount, ordered, after_own, laws)
    made: list[PricedLine] = []
    for place, line in enumerate(ordered):
        part, limit = shares[place], laws.get(place)
        if part and limit is not None:
            part = min(part, _room(before, by_promotion, laws, place) - own[place])
        made.append(
            PricedLine(
                line, before[place], own[place], part, after_own[place] - part, _deposit(line), by_promotion[place],
                parts.get(place, ()), limit.law if limit is not None and (line.discount or cart.discount) else "",
                _earned(promoted, limit, place), promoted.hints.get(place) if promoted else None,
            )
        )  # fmt: skip
    return tuple(made)


def _redeemed(lines: Sequence[PricedLine]) -> tuple[PricedLine, ...]:
    """The lines with what single-purpose vouchers cover of them, which is the money of the lines that redeem those."""
    taken, parts = covered([one.line for one in lines], [one.amount_minor for one in lines])
    return tuple(
        replace(one, before_minor=-taken[place], amount_minor=-taken[place])
        if place in taken
        else replace(one, redeemed=parts[place])
        if place in parts
        else one
        for place, one in enumerate(lines)
    )


def _sale_shares(
    discount: Discount | None, ordered: Sequence[CartLine], after_own: Sequence[int], laws: Mapping[int, LawLimit]
) -> Sequence[int]:
    """The sale's discount shared over lines by what is left of them; not over goods that the law keeps out or that come back.

    Nor over delivery and gift cards, which are no goods, nor over what an order agreed on.
    """
    if discount is None:
        return (0,) * len(after_own)
    no_goods = {n for n, line in enumerate(ordered) if line.is_agreed or line.is_card}
    closed = {place for place, limit in laws.items() if not limit.most_bp} | no_goods
    open_ = [max(0, amount) if place not in closed else 0 for place, amount in enumerate(after_own)]
    return share(taken_off(sum(open_), discount), open_)


def _room(before: Sequence[int], by_promotion: Sequence[int], laws: Mapping[int, LawLimit], place: int) -> int:
    return most_off(before[place], laws[place]) - by_promotion[place]


def _earned(promoted: _Promoted | None, limit: LawLimit | None, place: int) -> int:
    if limit is not None and limit.most_bp == 0:
        return 0
    return promoted.points.get(place, BASIS) if promoted else BASIS


def _before(line: CartLine) -> int:
    """What a line costs before reductions; what comes back gives exactly what was paid for it."""
    if line.returned is not None:
        return line.returned.amount_minor
    if line.empties is not None or line.redeems is not None:
        return 0
    if line.marked_minor and line.override is None:
        return line.marked_minor
    return price_of(quantity_milli=line.quantity_milli, unit_price_minor=line.unit_price_minor)


def _rate(line: CartLine, rates: Mapping[str, int]) -> int:
    if line.vat_class == OUTSIDE:  # money owed, such as a voucher that was sold
        return 0
    return line.returned.rate_bp if line.returned is not None else rates[line.vat_class]


def _deposit(line: CartLine) -> int:
    if line.returned is not None:
        return line.returned.deposit_minor
    if not line.deposit_minor:  # nearly all goods: this is asked of every line at every scan
        return 0
    return price_of(quantity_milli=line.quantity_milli, unit_price_minor=line.deposit_minor)


def _pieces(line: CartLine) -> int:
    """How many are in hand: what comes back counts like what is bought, empties and delivery not at all."""
    if line.empties is not None or line.delivers or line.redeems is not None:
        return 0
    return abs(line.quantity_milli) // ONE if line.unit == "piece" else 1
