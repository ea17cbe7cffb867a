"""An order, the same for every channel: a header, and lines that each say how, where from and when the goods come.

What was ordered never changes; what became of it is told by events (`orderevents`), and both together by a fold (`ordersettling`).
Words are those of ARTS and of order management. No name and no address is in it: `customer` is a number, `delivery` the key of an
address in the vault, so that a person can be forgotten while the order is kept.
"""

from dataclasses import dataclass

from kiosk.domain.errors import Refused
from kiosk.domain.quantity import ONE

TILL, KIOSK, TABLET, WEB = "till", "kiosk", "tablet", "web"
CHANNELS = (TILL, KIOSK, TABLET, WEB)
"""Where an order was placed."""

TAKEN, SHIP, SHIP_FROM_STORE = "taken", "ship", "ship_from_store"
COLLECT, COLLECT_ELSEWHERE = "collect", "collect_elsewhere"
FULFILMENTS = (TAKEN, SHIP, SHIP_FROM_STORE, COLLECT, COLLECT_ELSEWHERE)
"""How a line reaches its customer: taken along, shipped from a warehouse or from another store, collected here or elsewhere."""

COLLECTED = frozenset({COLLECT, COLLECT_ELSEWHERE})
SHIPPED = frozenset({SHIP, SHIP_FROM_STORE})

WHOLE_BP = 10_000
LINES_MAX = 2_000
QUANTITY_MILLI_MAX = 10**9


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """How a line reaches its customer. `source`: the place that it was promised from, empty where the hub chooses.

    `to` is the store where it is collected; `delivery` the key of the address that it is shipped to.
    """

    kind: str
    source: str = ""
    to: str = ""
    delivery: str = ""

    def __post_init__(self) -> None:
        assert self.kind in FULFILMENTS, f"unknown fulfilment {self.kind!r}"
        assert bool(self.to) == (self.kind in COLLECTED), "goods that are collected have a store, and no others"
        assert bool(self.delivery) == (self.kind in SHIPPED), "goods that are shipped have an address, and no others"
        assert self.source or self.kind not in (TAKEN, SHIP_FROM_STORE), f"{self.kind} says where the goods come from"


@dataclass(frozen=True, slots=True)
class Promise:
    """When the goods come (ms, UTC). A firm one rests on a right or reservation (`id`); a provisional one waits for the hub."""

    firm: bool
    from_ms: int
    until_ms: int
    id: str = ""

    def __post_init__(self) -> None:
        assert self.from_ms <= self.until_ms, "a promise ends after it begins"


@dataclass(frozen=True, slots=True)
class OrderLine:
    """So much of an article. `amount_minor` is its price for all of it with promotion, discount and rounding shares in it.

    Quantities in thousandths of `unit`; `deposit_minor` is outside the amount. Without a `promise` nobody has promised yet.
    `employee`: who sold it, empty on the web.
    """

    line: int
    article: str
    name: str
    unit: str
    quantity_milli: int
    amount_minor: int
    fulfilment: Fulfilment
    promise: Promise | None
    deposit_minor: int = 0
    vat_class: str = ""
    employee: str = ""

    def __post_init__(self) -> None:
        assert 0 < self.quantity_milli <= QUANTITY_MILLI_MAX, f"line {self.line} orders {self.quantity_milli}"
        assert self.unit != "piece" or self.quantity_milli % ONE == 0, f"line {self.line} orders a part of a piece"
        assert self.amount_minor >= 0 and self.deposit_minor >= 0, f"line {self.line} costs less than nothing"


@dataclass(frozen=True, slots=True)
class Charge:
    """What delivery of some lines costs. `standard_minor`: the least expensive way offered, all that withdrawal gives back."""

    id: str
    lines: tuple[int, ...]
    amount_minor: int
    standard_minor: int
    vat_class: str = ""

    def __post_init__(self) -> None:
        assert self.lines, "delivery is of some line"
        assert 0 <= self.standard_minor <= self.amount_minor, "nobody chose less than the least expensive way"


@dataclass(frozen=True, slots=True)
class Terms:
    """What is paid ahead of the goods, in basis points of what they cost.

    All of it: paid in full; a part: a down payment; nothing: paid at collection.

    >>> PAID_IN_FULL.ahead_bp, down_payment(2_500).ahead_bp, PAY_AT_COLLECTION.ahead_bp
    (10000, 2500, 0)
    """

    ahead_bp: int

    def __post_init__(self) -> None:
        assert 0 <= self.ahead_bp <= WHOLE_BP, f"{self.ahead_bp} is no part of the whole"


PAID_IN_FULL = Terms(WHOLE_BP)
PAY_AT_COLLECTION = Terms(0)


def down_payment(ahead_bp: int) -> Terms:
    """A part ahead, the rest when the goods are handed over."""
    assert 0 < ahead_bp < WHOLE_BP, "a down payment is a part"
    return Terms(ahead_bp)


@dataclass(frozen=True, slots=True)
class Order:
    """What was ordered. `store` is where it was placed, empty on the web; `customer` a number, empty for a guest.

    `number` is what people say and read; `id` what machines use. `placed_ms` is the wall clock of whoever placed it. One that only
    reserves goods is over by itself at `expires_ms` (wall clock), unless they were fetched; 0: never.
    """

    id: str
    number: str
    tenant: str
    entity: str
    brand: str
    country: str
    currency: str
    channel: str
    store: str
    customer: str
    terms: Terms
    placed_ms: int
    lines: tuple[OrderLine, ...]
    charges: tuple[Charge, ...] = ()
    expires_ms: int = 0

    def __post_init__(self) -> None:
        numbers = [line.line for line in self.lines]
        assert self.channel in CHANNELS, f"unknown channel {self.channel!r}"
        assert self.lines and len(set(numbers)) == len(numbers), "an order has lines, each under a number of its own"
        assert all(set(charge.lines) <= set(numbers) for charge in self.charges), "delivery is of lines of this order"

    def line(self, number: int) -> OrderLine | None:
        """The line under a number."""
        return next((line for line in self.lines if line.line == number), None)

    @property
    def total_minor(self) -> int:
        """What was agreed for all of it, in minor units: goods, deposit and delivery."""
        goods = sum(line.amount_minor + line.deposit_minor for line in self.lines)
        return goods + sum(charge.amount_minor for charge in self.charges)

    def is_over(self, now_ms: int) -> bool:
        """Whether it only reserved goods and its time is over: who comes now buys them anew."""
        return 0 < self.expires_ms <= now_ms


def check_order(order: Order) -> None:
    """Raise Refused for what a person can mend before the order is placed; what is wrong by itself is an assert of its parts."""
    if len(order.lines) > LINES_MAX:
        raise Refused("order.too_many_lines", most=LINES_MAX)
    for line in order.lines:
        if line.fulfilment.kind == TAKEN and not order.store:
            raise Refused("order.taken_without_store", name=line.name)
        if line.fulfilment.kind == COLLECT and line.fulfilment.to != order.store and order.channel != WEB:
            raise Refused("order.collect_where", name=line.name)
