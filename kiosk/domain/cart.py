"""The cart: what is being bought, as a fold over the events that the terminal makes durable one by one.

The sale's id is made with the cart, so that after a crash it can be seen whether an unconfirmed commit survived.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kiosk.domain.catalog import BASE
from kiosk.domain.empties import Empties
from kiosk.domain.errors import Refused
from kiosk.domain.order import Fulfilment
from kiosk.domain.payment import Tender
from kiosk.domain.quantity import ONE
from kiosk.domain.redeeming import Redeems
from kiosk.domain.returning import Returned
from kiosk.domain.voucher import MULTI, SINGLE

LINES_MAX = 500
QUANTITY_MILLI_MAX = 9_999_000
PERCENT = "percent"
AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Discount:
    """A manual reduction: basis points for PERCENT, minor units for AMOUNT; always with its reason and employee.

    `approved_by` is the second person where the first may not give so much; `limit_bp` what that person may give.
    """

    kind: str
    value: int
    reason: str
    employee: str
    approved_by: str = ""
    limit_bp: int = 0

    def __post_init__(self) -> None:
        assert self.kind in (PERCENT, AMOUNT), f"unknown discount {self.kind!r}"
        assert self.value > 0, "a discount takes something off"


@dataclass(frozen=True, slots=True)
class Override:
    """A price that a person set in place of the shop's (both in minor units), with its reason and who said yes."""

    price_before_minor: int
    reason: str
    employee: str
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class Ordered:
    """How the goods of a line come that are not taken along, and when (ms, UTC): what the shopper was told.

    `firm` where it rests on a right to the goods of a place; else it is for the hub to confirm, and says so.
    """

    fulfilment: Fulfilment
    from_ms: int
    until_ms: int
    firm: bool
    place: str = ""
    """The name of the store where it is collected, as it stands on paper."""


@dataclass(frozen=True, slots=True)
class Pays:
    """What a line pays for: so much (the line's own quantity) of an order's line, which is handed over with this sale.

    `proof` is by what the goods were shown to be theirs (kiosk.services.orderdesk.PROOFS), `signed` how they were signed for
    (`handwriting.Signed`; empty: nobody had to).
    """

    order: str
    line: int
    proof: str
    signed: str = ""


@dataclass(frozen=True, slots=True)
class CartLine:
    """One line: an article as it was offered at that moment. Money in minor units, quantity in thousandths."""

    line: int
    article: str
    barcode: str
    name: str
    variant: str
    quantity_milli: int
    unit: str
    unit_price_minor: int
    price_rev: int
    vat_class: str
    deposit_minor: int
    age_limit: int
    picture: str = ""
    discount: Discount | None = None
    price_list: str = BASE
    price_at_ms: int = 0
    price_seen: int = 0
    """In which list, when and in which revision of the catalogue the price was found: the line keeps it, whatever follows."""
    style: str = ""
    category: str = ""
    brand: str = ""
    tags: tuple[str, ...] = ()
    goods: tuple[str, ...] = ()
    """By what promotions and law limits know the article (`goods`: its classes), as it was when it was scanned."""
    label: str = ""
    """The reduced-to-clear label that stuck on it."""
    override: Override | None = None
    note: str = ""
    associate: str = ""
    """Who advised the customer and is credited with the line, by staff number; empty: the cashier."""
    returned: Returned | None = None
    """What a line that comes back undoes; its quantity is below zero, and its money is the sale's own."""
    empties: Empties | None = None
    """Deposit that goes back without a sale: the quantity is below zero, and the deposit is all the money there is."""

    marked_minor: int = 0
    """The price that stands on the goods themselves (a label with its price inside the code), for all of the line; 0: none."""

    asks_serial: bool = False
    serial: str = ""
    """The number of this very piece (of a gift card: its own), and whether it has to be said before the sale is paid."""
    batch: str = ""
    """The batch that its code named (GS1 AI 10)."""
    looked: tuple[str, ...] = ()
    """The sales stops for which somebody looked at these goods and saw that they are not meant."""
    ordered: Ordered | None = None
    """How it comes, where it is not taken along."""
    delivers: str = ""
    """The key of the address that this line is the delivery to: a service, and no goods."""
    of_order: str = ""
    """The order whose goods come back with this line, or are not wanted any more."""
    of_line: int = 0
    """Its line of that order, where the receipt has it under another number."""
    pays: Pays | None = None
    """The open amount of an order that is collected: its price is agreed, and its goods move with the order."""
    bought_minor: int | None = None
    """What one of it was bought for, under the margin scheme; None for all other goods."""
    redeems: Redeems | None = None
    """The single-purpose voucher that is redeemed: it takes off goods of the sale what they were taxed for already."""

    @property
    def is_card(self) -> bool:
        """Whether it is a voucher that is sold, such as a gift card."""
        return MULTI in self.goods or SINGLE in self.goods

    @property
    def is_agreed(self) -> bool:
        """Whether its price is none of the shop's offers, so that no promotion and no discount on the sale reaches it."""
        return bool(self.delivers) or self.pays is not None

    @property
    def is_given(self) -> bool:
        """Whether it gives something back, so that its quantity is below zero."""
        return self.returned is not None or self.empties is not None or self.redeems is not None

    @property
    def is_redeemable(self) -> bool:
        """Whether a single-purpose voucher may be redeemed for it: goods that are sold here and now, with their VAT."""
        return not (self.is_given or self.is_card or self.is_agreed) and self.bought_minor is None


@dataclass(frozen=True, slots=True)
class CartStarted:
    """A new sale began."""

    sale: str


@dataclass(frozen=True, slots=True)
class LineAdded:
    """An article came into the cart."""

    line: CartLine


@dataclass(frozen=True, slots=True)
class QuantityChanged:
    """A line's quantity was set, in thousandths."""

    line: int
    quantity_milli: int


@dataclass(frozen=True, slots=True)
class LineRemoved:
    """A line was taken out again; the receipt's fact still names it (journal of corrections)."""

    line: int
    employee: str


@dataclass(frozen=True, slots=True)
class LineDiscounted:
    """A line got a manual discount, or lost it (None)."""

    line: int
    discount: Discount | None


@dataclass(frozen=True, slots=True)
class LineRepriced:
    """A line got a price by hand, or has the shop's again (no override)."""

    line: int
    unit_price_minor: int
    override: Override | None


@dataclass(frozen=True, slots=True)
class LineQuoted:
    """A line's price is from another list now, of the same instant: its shopper became known, or is not known any more."""

    line: int
    unit_price_minor: int
    price_rev: int
    price_list: str
    price_seen: int


@dataclass(frozen=True, slots=True)
class LineNoted:
    """Something was written down with a line; an empty note takes it away."""

    line: int
    note: str


@dataclass(frozen=True, slots=True)
class LineNumbered:
    """The number of the very piece was scanned or keyed in; empty: it was a mistake."""

    line: int
    serial: str


@dataclass(frozen=True, slots=True)
class LineLooked:
    """Somebody looked at the goods of a line: a sales stop does not mean them."""

    line: int
    stop: str


@dataclass(frozen=True, slots=True)
class LineOrdered:
    """The goods of a line come in another way, or are taken along after all (None)."""

    line: int
    ordered: Ordered | None


@dataclass(frozen=True, slots=True)
class DeliveryCharged:
    """What delivery to an address costs became known or another amount; a line without a price says that it costs nothing."""

    line: CartLine


@dataclass(frozen=True, slots=True)
class LineAssigned:
    """A line is credited to a sales associate, by staff number; empty: to the cashier."""

    line: int
    associate: str


@dataclass(frozen=True, slots=True)
class SaleDiscounted:
    """The whole sale got a manual discount, or lost it (None)."""

    discount: Discount | None


@dataclass(frozen=True, slots=True)
class LineLabelled:
    """A line's goods carry a reduced-to-clear label, or lost it (empty)."""

    line: int
    label: str


@dataclass(frozen=True, slots=True)
class CouponTaken:
    """A coupon's code was scanned or typed."""

    code: str


@dataclass(frozen=True, slots=True)
class CouponRemoved:
    """A coupon was given back unused."""

    code: str


@dataclass(frozen=True, slots=True)
class ShopperKnown:
    """To which customer groups the shopper belongs (`member`, `employee`, the shop's own); empty: nobody in particular.

    `customer` is the pseudonymous number of a customer who is known.
    """

    groups: tuple[str, ...]
    customer: str = ""


@dataclass(frozen=True, slots=True)
class AgeChecked:
    """An employee checked that the shopper has reached an age in years."""

    years: int
    employee: str


@dataclass(frozen=True, slots=True)
class TicketTaken:
    """A kiosk's basket ticket was taken into this cart."""

    ticket: str


@dataclass(frozen=True, slots=True)
class TenderTaken:
    """A part of the sale was paid; kept at once, so that a restart knows of money that changed hands."""

    tender: Tender


@dataclass(frozen=True, slots=True)
class TendersGivenBack:
    """All parts paid so far were given back to the shopper."""

    employee: str


@dataclass(frozen=True, slots=True)
class TenderReversed:
    """One part, paid on a card terminal, was given back there; named by its attempt."""

    attempt: str


CartEvent = (
    CartStarted | TenderReversed | LineAdded | QuantityChanged | LineRemoved | LineDiscounted | SaleDiscounted | AgeChecked
    | LineRepriced | LineQuoted | LineOrdered | DeliveryCharged | LineNoted | LineNumbered | LineAssigned | TicketTaken | LineLooked
    | TenderTaken | TendersGivenBack | LineLabelled | CouponTaken | CouponRemoved | ShopperKnown
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cart:
    """The cart after some events. Lines stand in the order they came."""

    sale: str = ""
    lines: tuple[CartLine, ...] = ()
    removed: tuple[CartLine, ...] = ()
    removed_by: tuple[str, ...] = ()
    discount: Discount | None = None
    age_checked: int = 0
    age_checked_by: str = ""
    tickets: tuple[str, ...] = ()
    tenders: tuple[Tender, ...] = ()
    next_line: int = 1
    last_line: int = 0
    coupons: tuple[str, ...] = ()
    customer_groups: tuple[str, ...] = ()
    customer: str = ""

    @property
    def is_empty(self) -> bool:
        """No line stands in it (removed ones do not count)."""
        return not self.lines

    @property
    def age_needed(self) -> int:
        """The age in years that still has to be checked, or 0."""
        needed = max((line.age_limit for line in self.lines), default=0)
        return needed if needed > self.age_checked else 0

    @property
    def unnumbered(self) -> CartLine | None:
        """The first line whose piece has no number yet, or None."""
        return next((line for line in self.lines if line.asks_serial and not line.serial), None)

    def find(self, line: int) -> CartLine:
        """The line with a number; raises Refused when it is not there (any more)."""
        for candidate in self.lines:
            if candidate.line == line:
                return candidate
        raise Refused("cart.no_such_line", line=line)


def apply(cart: Cart, event: CartEvent) -> Cart:
    """The cart after one more event. Raises Refused for what no cart can hold."""
    match event:
        case CartStarted(sale):
            return Cart(sale=sale)
        case LineAdded(line):
            if len(cart.lines) >= LINES_MAX:
                raise Refused("cart.too_many_lines", limit=LINES_MAX)
            assert line.line == cart.next_line, "line numbers run on"
            _check_quantity(line.unit, -line.quantity_milli if line.is_given else line.quantity_milli)
            return replace(cart, lines=(*cart.lines, line), next_line=line.line + 1, last_line=line.line)
        case QuantityChanged(number, quantity_milli):
            line = cart.find(number)
            _check_counted(line)
            _check_quantity(line.unit, -quantity_milli if line.empties else quantity_milli)
            more = quantity_milli > line.quantity_milli  # nobody looked at what came to it
            return _with_line(cart, replace(line, quantity_milli=quantity_milli, looked=() if more else line.looked))
        case LineRemoved(number, employee):
            gone = cart.find(number)
            if gone.delivers and not gone.is_given:
                raise Refused("order.delivery_fixed")
            kept = tuple(line for line in cart.lines if line.line != number)
            last = kept[-1].line if kept else 0
            removed, by = (*cart.removed, gone), (*cart.removed_by, employee)
            return replace(cart, lines=kept, removed=removed, removed_by=by, last_line=last)
        case LineDiscounted(number, discount):
            _check_priced(cart.find(number))
            return _with_line(cart, replace(cart.find(number), discount=discount))
        case LineRepriced(number, unit_price_minor, override):
            line = cart.find(number)
            _check_priced(line)
            return _with_line(cart, replace(line, unit_price_minor=unit_price_minor, override=override))
        case LineQuoted():
            return _quoted(cart, event)
        case LineNoted(number, note):
            return _with_line(cart, replace(cart.find(number), note=note))
        case LineNumbered(number, serial):
            return _with_line(cart, _numbered(cart, cart.find(number), serial))
        case LineLooked(number, stop):
            line = cart.find(number)
            return replace(_with_line(cart, replace(line, looked=(*line.looked, stop))), last_line=cart.last_line)
        case LineOrdered():
            return _with_line(cart, _ordered(cart.find(event.line), event.ordered))
        case DeliveryCharged(line):
            return _delivered(cart, line)
        case LineAssigned(number, associate):
            return _with_line(cart, replace(cart.find(number), associate=associate))
        case SaleDiscounted(discount):
            return replace(cart, discount=discount)
        case AgeChecked(years, employee):
            return replace(cart, age_checked=years, age_checked_by=employee) if years > cart.age_checked else cart
        case TicketTaken(ticket):
            return replace(cart, tickets=(*cart.tickets, ticket))
        case TenderTaken(tender):
            return replace(cart, tenders=(*cart.tenders, tender))
        case TendersGivenBack():
            return replace(cart, tenders=())
        case TenderReversed(attempt):
            return replace(cart, tenders=tuple(one for one in cart.tenders if one.card is None or one.card.attempt != attempt))
        case LineLabelled(number, label):
            return _with_line(cart, replace(cart.find(number), label=label))
        case CouponTaken(code):
            return cart if code in cart.coupons else replace(cart, coupons=(*cart.coupons, code))
        case CouponRemoved(code):
            return replace(cart, coupons=tuple(one for one in cart.coupons if one != code))
        case ShopperKnown(groups, customer):
            return replace(cart, customer_groups=groups, customer=customer)


def replay(events: Iterable[CartEvent]) -> Cart:
    """The cart after all its events."""
    cart = Cart()
    for event in events:
        cart = apply(cart, event)
    return cart


def _with_line(cart: Cart, changed: CartLine) -> Cart:
    lines = tuple(changed if line.line == changed.line else line for line in cart.lines)
    return replace(cart, lines=lines, last_line=changed.line)


def _check_counted(line: CartLine) -> None:
    """Some lines are as many as they are."""
    if line.delivers:
        raise Refused("order.delivery_fixed")
    if line.pays is not None:
        raise Refused("order.pay_fixed")
    if line.returned is not None:
        raise Refused("return.fixed")
    if line.empties is not None and line.empties.code:
        raise Refused("deposit.fixed")
    if line.redeems is not None:
        raise Refused("voucher.fixed")
    if line.asks_serial:
        raise Refused("serial.one", name=line.name)
    if line.marked_minor:
        raise Refused("cart.marked", name=line.name)


def _ordered(line: CartLine, ordered: Ordered | None) -> CartLine:
    """What comes back, is a voucher or is one very piece cannot come later."""
    fixed = line.is_given or line.is_card or line.delivers or line.asks_serial or line.pays is not None
    if ordered is not None and fixed:
        raise Refused("order.not_orderable", name=line.name)
    return replace(line, ordered=ordered)


def _delivered(cart: Cart, charge: CartLine) -> Cart:
    """The line for a delivery stands as long as it costs something; nobody corrected anything, so no journal names it."""
    assert charge.delivers and not charge.is_given, "a charge is for a delivery"
    there = next((one for one in cart.lines if one.delivers == charge.delivers and not one.is_given), None)
    if not charge.marked_minor:
        return replace(cart, lines=tuple(one for one in cart.lines if one is not there))
    if there is None:
        assert charge.line == cart.next_line, "line numbers run on"
        return replace(cart, lines=(*cart.lines, charge), next_line=charge.line + 1)
    changed = replace(there, marked_minor=charge.marked_minor, unit_price_minor=charge.unit_price_minor)
    return replace(cart, lines=tuple(changed if one is there else one for one in cart.lines))


def _numbered(cart: Cart, line: CartLine, serial: str) -> CartLine:
    others = [one for one in cart.lines if one.line != line.line and one.serial == serial and not one.is_given]
    if serial and line.is_card and any(one.is_card for one in others):
        raise Refused("voucher.twice", code=serial)
    if serial and any(one.article == line.article for one in others):
        raise Refused("serial.twice", serial=serial)
    return replace(line, serial=serial)


def _quoted(cart: Cart, event: LineQuoted) -> Cart:
    """Nobody touched the line: what was scanned last stays what was scanned last."""
    line = cart.find(event.line)
    _check_priced(line)
    line = replace(
        line, unit_price_minor=event.unit_price_minor, price_rev=event.price_rev, price_list=event.price_list,
        price_seen=event.price_seen,
    )  # fmt: skip
    return replace(_with_line(cart, line), last_line=cart.last_line)


def _check_priced(line: CartLine) -> None:
    if line.is_given:
        raise Refused("return.fixed" if line.returned else "voucher.fixed" if line.redeems else "deposit.fixed")
    if line.pays is not None:
        raise Refused("order.pay_fixed")


def _check_quantity(unit: str, quantity_milli: int) -> None:
    if not 0 < quantity_milli <= QUANTITY_MILLI_MAX:
        raise Refused("cart.quantity", limit=QUANTITY_MILLI_MAX // ONE)
    if unit == "piece" and quantity_milli % ONE:
        raise Refused("cart.whole_pieces")
