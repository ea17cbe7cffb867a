"""What a fact's body must hold before it is projected; a body that does not is held, never refused.

Unknown keys are welcome: a newer terminal may say more.
"""

import msgspec

from kiosk.decoding import read_plain
from kiosk.domain.facts import KINDS, SALE_COMPLETED, SALE_LOST, SALE_VOIDED, WORK_WRITTEN_OFF, Fact
from kiosk.domain.orderfacts import ORDER_KINDS
from kiosk.domain.receipt import SALE_SCHEMA
from kiosk.domain.voucher import OURS
from sync.hub import cash_bodies, lost_sales, order_bodies, stock_bodies

SCHEMAS = {**dict.fromkeys(KINDS, 1), SALE_COMPLETED: SALE_SCHEMA}
"""The newest schema of each kind that this hub understands."""

AMOUNT_MAX = 10**12
"""Beyond this, in minor units or thousandths, a number is a mistake and not a sale."""


CODE_MAX = 100
"""Beyond this a voucher's number is none."""


class TaxBand(msgspec.Struct, rename={"vat_class": "class"}):
    """One band of the VAT block."""

    vat_class: str
    rate_bp: int
    net: int
    tax: int


class RedeemsBody(msgspec.Struct):
    """The single-purpose voucher that a line redeems."""

    code: str


class PartBody(RedeemsBody):
    """How much of a returned line goes back onto which voucher."""

    amount: int


class BackBody(msgspec.Struct):
    """What a line that comes back undoes."""

    receipt: str
    line: int
    sold: int
    onto: list[PartBody] = msgspec.field(default_factory=list)


class VoidBody(msgspec.Struct):
    """Which receipt a void undoes."""

    receipt: str


class Line(msgspec.Struct):
    """What a line must say for a day's totals, and one of a voucher for its account."""

    unit: str
    quantity: int
    returned: BackBody | None = None
    amount: int = 0
    voucher_code: str = ""
    until: int = 0
    good_for: str = ""
    redeems: RedeemsBody | None = None


class IssuedBody(msgspec.Struct):
    """Until when (wall ms, 0: no end) what a refund issued holds."""

    until: int


class Tender(msgspec.Struct):
    """One way of paying."""

    kind: str
    amount: int
    reference: str = ""
    change: int = 0
    issued: IssuedBody | None = None


class MovementBody(msgspec.Struct, forbid_unknown_fields=True):
    """One movement of stock: exactly `kiosk.domain.stock.Movement`, which takes no more."""

    article: str
    store: str
    quantity_milli: int
    reason: str


class RightUsed(msgspec.Struct):
    """A right that goods taken along used up."""

    store: str
    article: str
    quantity: int


class SaleBody(msgspec.Struct):
    """`sale.completed`, as far as the hub's projections read it."""

    receipt: str
    total: int
    discount: int
    deposit: int
    rounding: int
    lines: list[Line]
    tax: list[TaxBand]
    tenders: list[Tender]
    movements: list[MovementBody]
    tickets: list[str]
    coupons_once: list[str] = []
    rights: list[RightUsed] = []
    void: VoidBody | None = None


class WrittenOffBody(msgspec.Struct):
    """`work.written_off`: which held fact of this terminal, by whose word, and why."""

    seq: int
    approved_by: str
    note: str


_BODIES: dict[str, type[msgspec.Struct]] = {
    SALE_COMPLETED: SaleBody, SALE_VOIDED: SaleBody, WORK_WRITTEN_OFF: WrittenOffBody,
    SALE_LOST: lost_sales.LostBody, **cash_bodies.BODIES, **stock_bodies.BODIES,
}  # fmt: skip


def reason_to_hold(fact: Fact) -> str:
    """Why a fact cannot be projected by this version; empty when it can."""
    if fact.kind not in SCHEMAS:
        return "kind.unknown"
    if not 1 <= fact.schema <= SCHEMAS[fact.kind]:
        return "schema.newer"
    if fact.kind in ORDER_KINDS:
        return order_bodies.fault_of(fact, AMOUNT_MAX)
    kind = _BODIES.get(fact.kind)
    if kind is None:
        return ""
    try:
        body = read_plain(fact.body, kind)
    except msgspec.ValidationError:
        return "body.invalid"
    if isinstance(body, SaleBody):
        return _sale_fault(body, fact)
    if isinstance(body, lost_sales.LostBody):
        return lost_sales.fault_of(body, AMOUNT_MAX)
    if fact.kind in cash_bodies.BODIES:
        return cash_bodies.fault_of(body)
    if fact.kind in stock_bodies.BODIES:
        return stock_bodies.fault_of(body, fact, AMOUNT_MAX)
    return ""


def _sale_fault(body: SaleBody, fact: Fact) -> str:
    numbers = [body.total, body.discount, body.deposit, body.rounding]
    numbers += [number for band in body.tax for number in (band.net, band.tax)]
    numbers += [tender.amount for tender in body.tenders] + [line.quantity for line in body.lines]
    numbers += [movement.quantity_milli for movement in body.movements] + [right.quantity for right in body.rights]
    numbers += [tender.change for tender in body.tenders] + [line.amount for line in body.lines]
    numbers += [part.amount for line in body.lines if line.returned is not None for part in line.returned.onto]
    if any(abs(number) > AMOUNT_MAX for number in numbers):
        return "body.amount"
    if any(len(code) > CODE_MAX for code in _codes(body)):
        return "body.invalid"
    if any(right.quantity <= 0 for right in body.rights):
        return "body.amount"
    if any(movement.store != fact.place.store for movement in body.movements):
        return "body.store"
    return ""


def _codes(body: SaleBody) -> list[str]:
    """The numbers of the shop's own vouchers in a sale."""
    redeemed = [line.redeems.code for line in body.lines if line.redeems is not None]
    redeemed += [part.code for line in body.lines if line.returned is not None for part in line.returned.onto]
    return redeemed + [line.voucher_code for line in body.lines] + [one.reference for one in body.tenders if one.kind in OURS]
