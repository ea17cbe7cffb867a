"""Orders as facts: what a terminal writes of them, read back strictly, and the fold that till and hub share.

A terminal speaks for its own store and never for the hub: whose goods a step concerns is the place that signed the fact. What the
hub itself decides are events of its own, which it keeps beside the facts and tells by an `OrderRow`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeVar

from kiosk.domain.arbitrating import OrderState, arbitrate, settled
from kiosk.domain.codec import Json
from kiosk.domain.facts import ORDER_MOVED, ORDER_PAID, ORDER_PLACED, ORDER_SUBSTITUTED, Fact
from kiosk.domain.order import QUANTITY_MILLI_MAX, Charge, Fulfilment, Order, OrderLine, Promise, Terms
from kiosk.domain.orderevents import OrderEvent
from kiosk.domain.orderlife import CUSTOMER, STORE, WAREHOUSE
from kiosk.domain.ordermoney import OrderMoney, OrderPayment, money_of
from kiosk.domain.orderswap import HEARD, Swap
from kiosk.domain.quantity import ONE

ORDER_KINDS = (ORDER_PLACED, ORDER_MOVED, ORDER_PAID, ORDER_SUBSTITUTED)

TERMINAL_ROLES = (STORE, WAREHOUSE, CUSTOMER)
"""For whom a terminal may speak: its own place, or a customer who stands before it."""

SHELF, TRACK, ASKED, SIGNED = "shelf", "track", "asked", "signed"
SAID = (SHELF, TRACK, ASKED, SIGNED)
"""What a person may say with a step: where the goods lie, the carrier's number, what the customer was asked (`orderasking`), and
how they signed for the goods (`handwriting`)."""

SAID_MAX = 120
"""Characters of what is said."""

_MOVE_KEYS = ("line", "step", "source", "quantity_milli", "role", "fence", "ground")
_SWAP_KEYS = (
    "line", "source", "fence", "quantity_milli", "article", "name", "unit", "amount_minor", "deposit_minor", "vat_class", "promise",
    "heard", "dearer",
)  # fmt: skip
_PAYMENT_KEYS = ("kind", "amount_minor", "rounding_minor", "reference")

T = TypeVar("T")
Name = tuple[str, int, int]
"""A fact's (dev, inc, seq)."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said of an order, under one of SAID, at a wall clock (ms); of several the last holds. `id` names its fact."""

    what: str
    at_ms: int
    id: str
    text: str

    @property
    def rank(self) -> tuple[int, str]:
        """The same order on every machine."""
        return self.at_ms, self.id


@dataclass(frozen=True, slots=True)
class OrderKnown:
    """All that is known of one order. Events and payments may come before the order itself: then they wait here.

    `placed_by` names the fact that placed it. An order is placed once: of two facts the one with the lower name. `said` has what
    people said last, by SAID; `swaps` what its customer took in place of what was ordered, by their facts' names.
    """

    placed_by: Name | None = None
    state: OrderState | None = None
    early: Mapping[str, OrderEvent] = field(default_factory=dict)
    payments: Mapping[str, OrderPayment] = field(default_factory=dict)
    said: Mapping[str, Said] = field(default_factory=dict)
    swaps: Mapping[str, Swap] = field(default_factory=dict)

    @property
    def money(self) -> OrderMoney | None:
        """The order's money, once it is placed."""
        return money_of(self.state, self.payments.values()) if self.state else None


def order_body(order: Order, paid: Sequence[OrderPayment] = ()) -> Json:
    """The body of `order.placed`; `paid` is what was paid for it at once."""
    body = asdict(order)
    body["lines"] = [asdict(line) for line in order.lines]
    body["charges"] = [{**asdict(charge), "lines": list(charge.lines)} for charge in order.charges]
    body["terms"] = order.terms.ahead_bp
    if not order.expires_ms:
        del body["expires_ms"]  # as it was before orders could end by themselves
    if paid:
        body["payments"] = [_payment_body(payment) for payment in paid]
    return body


def moved_body(order: str, events: list[OrderEvent], said: Mapping[str, str] | None = None) -> Json:
    """The body of `order.moved`: steps that were taken together, at one place, of one order; and what was said with them (SAID)."""
    body: Json = {"order": order, "moves": [_move_body(event) for event in events]}
    return {**body, **{what: text for what, text in (said or {}).items() if what in SAID and text}}


def _move_body(event: OrderEvent) -> Json:
    body = {key: getattr(event, key) for key in _MOVE_KEYS}
    return {**body, "parcel": event.parcel} if event.parcel else body


def paid_body(order: str, payments: list[OrderPayment]) -> Json:
    """The body of `order.paid`: money for an order, in or out."""
    return {"order": order, "payments": [_payment_body(payment) for payment in payments]}


def _payment_body(payment: OrderPayment) -> Json:
    return {key: getattr(payment, key) for key in _PAYMENT_KEYS}


def order_of_fact(fact: Fact) -> str:
    """The id of the order that a fact is about."""
    return _of(fact.body, "id" if fact.kind == ORDER_PLACED else "order", str)


def apply_order(known: OrderKnown, fact: Fact) -> OrderKnown:
    """What is known of an order after one more fact about it, whenever it comes. Raises ValueError for a body that is not one."""
    if fact.kind == ORDER_PLACED:
        return _placed(known, fact)
    if fact.kind == ORDER_MOVED:
        events = moves_in(fact)
        known = replace(known, said=latest(known.said, said_in(fact)))
        if known.state is None:
            return replace(known, early={**known.early, **{event.id: event for event in events}})
        state = known.state
        for event in events:
            state = arbitrate(state, event).state
        return replace(known, state=state)
    if fact.kind == ORDER_PAID:
        return _paid(known, fact)
    if fact.kind == ORDER_SUBSTITUTED:
        swap = swap_in(fact)
        known = replace(known, swaps={**known.swaps, swap.id: swap})
        return known if known.state is None else replace(known, state=_settled(known.state.placed, known))
    return known


def _settled(order: Order, known: OrderKnown) -> OrderState:
    """An order as it was placed, with all that is known of it."""
    told = {**known.early, **(known.state.told if known.state is not None else {})}
    return settled(order, told.values(), known.swaps.values())


def _paid(known: OrderKnown, fact: Fact) -> OrderKnown:
    return replace(known, payments={**known.payments, **{payment.id: payment for payment in payments_in(fact)}})


def _placed(known: OrderKnown, fact: Fact) -> OrderKnown:
    name = (fact.dev, fact.inc, fact.seq)
    order = read_order(fact.body)
    if "payments" in fact.body:
        known = _paid(known, fact)
    if known.placed_by is not None and known.placed_by <= name:
        return known
    return replace(known, placed_by=name, state=_settled(order, known), early={})


def said_in(fact: Fact) -> list[Said]:
    """What was said with the steps of a fact. Raises ValueError."""
    return [
        Said(what, fact.moment.wall_ms, _name(fact, 0), _of(fact.body, what, str)[:SAID_MAX]) for what in SAID if what in fact.body
    ]


def latest(known: Mapping[str, Said], more: Iterable[Said]) -> Mapping[str, Said]:
    """What was said last of each: the same whatever came first."""
    found = dict(known)
    for one in more:
        if one.what not in found or found[one.what].rank < one.rank:
            found[one.what] = one
    return found


def moves_in(fact: Fact) -> list[OrderEvent]:
    """The steps that a fact tells of. Raises ValueError."""
    order, found = _of(fact.body, "order", str), []
    for n, move in enumerate(_of(fact.body, "moves", list)):
        if _of(move, "role", str) not in TERMINAL_ROLES:
            raise ValueError("a terminal does not speak for head office or the hub")
        found.append(
            OrderEvent(
                _name(fact, n), order, _of(move, "line", int), _of(move, "step", str), _of(move, "source", str),
                _of(move, "quantity_milli", int), fact.moment.wall_ms, _of(move, "role", str), _of(move, "fence", int),
                fact.place.store, fact.employee, "", _of(move, "ground", str),
                _of(move, "parcel", str)[:SAID_MAX] if "parcel" in move else "",
            )
        )  # fmt: skip
    return found


def swap_body(order: str, swap: Swap) -> Json:
    """The body of `order.substituted`: what a customer takes in place of goods, and what it costs them."""
    return {"order": order, **{key: getattr(swap, key) for key in _SWAP_KEYS}}


def swap_in(fact: Fact) -> Swap:
    """The swap that a fact tells of; it is the store's that says so. Raises ValueError."""
    body, heard = fact.body, _of(fact.body, "heard", str)
    swap = Swap(
        _name(fact, 0), fact.moment.wall_ms, _of(body, "line", int), _of(body, "source", str), _of(body, "fence", int),
        _of(body, "quantity_milli", int), fact.place.store, _of(body, "article", str), _of(body, "name", str),
        _of(body, "unit", str), _of(body, "amount_minor", int), _of(body, "deposit_minor", int), _of(body, "vat_class", str),
        _of(body, "promise", str), heard, _of(body, "dearer", bool), fact.employee,
    )  # fmt: skip
    whole = swap.unit != "piece" or swap.quantity_milli % ONE == 0
    if heard not in HEARD or not (0 < swap.quantity_milli <= QUANTITY_MILLI_MAX and whole):
        raise ValueError("not a substitution")
    if swap.amount_minor < 0 or swap.deposit_minor < 0 or not swap.article:
        raise ValueError("a substitution costs less than nothing, or is of nothing")
    return swap


def payments_in(fact: Fact) -> list[OrderPayment]:
    """The money that a fact tells of. Raises ValueError."""
    return [
        OrderPayment(
            _name(fact, n), fact.moment.wall_ms, _of(one, "kind", str), _of(one, "amount_minor", int),
            _of(one, "rounding_minor", int), _of(one, "reference", str), fact.employee,
        )
        for n, one in enumerate(_of(fact.body, "payments", list))
    ]  # fmt: skip


def read_order(body: Json) -> Order:
    """An order from the body of its fact; unknown keys are welcome. Raises ValueError for what is not an order."""
    try:
        texts = ("id", "number", "tenant", "entity", "brand", "country", "currency", "channel", "store", "customer")
        return Order(
            **{key: _of(body, key, str) for key in texts},
            terms=Terms(_of(body, "terms", int)), placed_ms=_of(body, "placed_ms", int),
            lines=tuple(_line(line) for line in _of(body, "lines", list)),
            charges=tuple(_charge(charge) for charge in _of(body, "charges", list)),
            expires_ms=_of(body, "expires_ms", int) if "expires_ms" in body else 0,
        )  # fmt: skip
    except AssertionError as error:  # what a value proves at its birth is, of a body from outside, its maker's mistake
        raise ValueError(f"not an order: {error}") from error


def _line(body: Json) -> OrderLine:
    way, promise = _of(body, "fulfilment", dict), body.get("promise")
    return OrderLine(
        _of(body, "line", int), _of(body, "article", str), _of(body, "name", str), _of(body, "unit", str),
        _of(body, "quantity_milli", int), _of(body, "amount_minor", int),
        Fulfilment(_of(way, "kind", str), _of(way, "source", str), _of(way, "to", str), _of(way, "delivery", str)),
        None if promise is None else _promise(promise), _of(body, "deposit_minor", int), _of(body, "vat_class", str),
        _of(body, "employee", str),
    )  # fmt: skip


def _promise(body: Json) -> Promise:
    return Promise(_of(body, "firm", bool), _of(body, "from_ms", int), _of(body, "until_ms", int), _of(body, "id", str))


def _charge(body: Json) -> Charge:
    lines = _of(body, "lines", list)
    if not all(type(line) is int for line in lines):
        raise ValueError("lines are numbers")
    return Charge(
        _of(body, "id", str), tuple(lines), _of(body, "amount_minor", int), _of(body, "standard_minor", int),
        _of(body, "vat_class", str),
    )  # fmt: skip


def _name(fact: Fact, n: int) -> str:
    return f"{fact.dev}/{fact.inc}/{fact.seq}/{n}"


def _of(body: Any, key: str, kind: type[T]) -> T:
    """A value of exactly that type; True is no number here."""
    value = body.get(key) if isinstance(body, dict) else None
    if type(value) is not kind:
        raise ValueError(f"{key} is missing or of another type")
    return value
