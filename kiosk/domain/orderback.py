"""What a web order gives back where its goods come back to a store: to the cent what its money's fold says, delivery included.

Nothing is worked out here that the order's own folds do not say (`ordersettling`, `ordermoney`): the goods that come back are told
to a copy of the order, and what it owes less then is what goes back. So till and hub agree whoever tells it first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kiosk.domain.arbitrating import OrderState, settled
from kiosk.domain.errors import Refused
from kiosk.domain.order import COLLECTED, TAKEN, Charge, OrderLine
from kiosk.domain.orderevents import NO_FENCE, OrderEvent
from kiosk.domain.orderlife import CANCELLED, DELIVERED, EXPIRED, HANDED_OVER, RETURNED, SHIPPED, STATES, STORE
from kiosk.domain.ordermoney import OrderPayment, charge_of, money_of
from kiosk.domain.quantity import ONE
from kiosk.domain.refunding import WEB_PAYMENT, RefundOption
from kiosk.domain.returning import Returnable, Wish, share_of

WITH_CUSTOMER = (SHIPPED, HANDED_OVER, DELIVERED)
"""States in which goods can come back: their customer has them, or a carrier brings them there."""

BY_RECEIPT = "sale"
"""The kind of a payment that a till took for an order: its reference is the receipt, by which such goods come back."""


@dataclass(frozen=True, slots=True)
class LineBack:
    """What so much (thousandths) of a line gives back, in minor units."""

    wish: Wish
    amount_minor: int
    deposit_minor: int


@dataclass(frozen=True, slots=True)
class ChargeBack:
    """What of a delivery goes back with the goods, in minor units, on the ground by which they came."""

    charge: Charge
    amount_minor: int
    ground: str


def came_to(line: OrderLine) -> str:
    """The state in which a customer has the goods of a line."""
    return HANDED_OVER if line.fulfilment.kind in (*COLLECTED, TAKEN) else DELIVERED


def with_customer(state: OrderState, line: int) -> int:
    """How much of a line can come back, in thousandths."""
    return sum(state.lines[line].of(name) for name in WITH_CUSTOMER) if line in state.lines else 0


def received_ms(state: OrderState) -> int | None:
    """When the last goods of an order reached their customer (wall ms); None while some of it is still to come.

    From that day withdrawal has its fourteen days: of goods that come in parts, from the last one (2011/83/EU art. 9(2)(b)(i)).
    """
    if any(STATES[name].open for line in state.lines.values() for _, name in line.at):
        return None
    return max((event.at_ms for event in state.told.values() if event.step in (DELIVERED, HANDED_OVER)), default=None)


def receipts_of(payments: Iterable[OrderPayment]) -> tuple[str, ...]:
    """The receipts by which tills took money for an order: its goods come back by these, so that no line comes back by both."""
    return tuple(dict.fromkeys(one.reference for one in payments if one.kind == BY_RECEIPT and one.amount_minor > 0))


def after(state: OrderState, wishes: Sequence[Wish], now_ms: int) -> OrderState:
    """An order of which so much came back. What is not with its customer does not."""
    told = dict(state.told)
    for n, wish in enumerate(wishes, len(told)):
        line = state.order.line(wish.line)
        if line is not None:
            event = OrderEvent(
                f"~{n:06}", state.order.id, wish.line, RETURNED, came_to(line), wish.quantity_milli, now_ms, STORE, NO_FENCE,
                ground=wish.ground,
            )  # fmt: skip
            told[event.id] = event
    return settled(state.placed, told.values(), state.swaps.values())


def returnables(state: OrderState) -> tuple[Returnable, ...]:
    """The lines of an order as a return shows them: how much is left to come back, and what all of that gives back."""
    found = []
    for line in state.order.lines:
        left = with_customer(state, line.line)
        whole = _given(state, line, left) if left else (0, 0)
        found.append(Returnable(line.line, line.article, line.name, "", line.unit, line.quantity_milli, left, *whole))
    return tuple(found)


def money_back(state: OrderState, wishes: Sequence[Wish], now_ms: int) -> tuple[list[LineBack], list[ChargeBack]]:
    """What wishes give back, line by line and delivery by delivery. Raises Refused for a line that is not there or too much."""
    lines, taken = list[LineBack](), dict[int, int]()
    for wish in wishes:
        line = state.order.line(wish.line)
        if line is None:
            raise Refused("return.no_such_line", line=wish.line)
        before = taken.get(wish.line, 0)
        left = with_customer(state, wish.line) - before
        if left <= 0:
            raise Refused("return.already", name=line.name)
        if not 0 < wish.quantity_milli <= left:
            raise Refused("return.too_much", left=f"{left / ONE:g}")
        if line.unit == "piece" and wish.quantity_milli % ONE:
            raise Refused("cart.whole_pieces")
        lines.append(LineBack(wish, *_given(state, line, wish.quantity_milli, before)))
        taken[wish.line] = before + wish.quantity_milli
    then, grounds = after(state, wishes, now_ms), {wish.line: wish.ground for wish in wishes}
    charges = []
    for charge in state.order.charges:
        minor = charge_of(state.order, charge, state.lines) - charge_of(state.order, charge, then.lines)
        ground = next((grounds[number] for number in charge.lines if number in grounds), "")
        if minor > 0 and ground:
            charges.append(ChargeBack(charge, minor, ground))
    return lines, charges


def check_paid(state: OrderState, then: OrderState, payments: Sequence[OrderPayment]) -> None:
    """Raise Refused("return.order_unpaid") where an order gives less back than its goods cost: something of it was not paid."""
    before, now = money_of(state, payments), money_of(then, payments)
    if now.to_give_back_minor - before.to_give_back_minor != before.owed_minor - now.owed_minor:
        raise Refused("return.order_unpaid", number=state.order.number, due_minor=before.to_pay_minor)


def web_ways(payments: Iterable[OrderPayment], most_minor: int) -> tuple[RefundOption, ...]:
    """The payments of a web order to which money goes back (at most so much each, minor units), less what went back before.

    No till can reverse them: who owns the payment is asked to, by the hub. `reference` is the payment's own name in the order.
    """
    first: dict[tuple[str, str], OrderPayment] = {}
    left: dict[tuple[str, str], int] = {}
    for one in sorted({one.id: one for one in payments}.values(), key=lambda one: one.rank):
        if one.kind != BY_RECEIPT:
            key = one.kind, one.reference
            left[key] = left.get(key, 0) + one.amount_minor
            if one.amount_minor > 0:
                first.setdefault(key, one)
    ways = [
        RefundOption(WEB_PAYMENT, min(left[key], most_minor), one.id, name=f"{one.kind} {one.reference}".strip())
        for key, one in first.items()
        if left[key] > 0
    ]
    return tuple(way for way in ways if way.most_minor > 0)


def refunded(payments: Mapping[str, OrderPayment], tenders: Iterable[tuple[str, int]]) -> list[OrderPayment]:
    """The payments out of an order that tenders of a sale tell, given as the name of what they undo and an amount below zero."""
    return [
        OrderPayment("", 0, payments[name].kind, minor, reference=payments[name].reference)
        for name, minor in tenders
        if name in payments
    ]


def _given(state: OrderState, line: OrderLine, milli: int, taken: int = 0) -> tuple[int, int]:
    """Amount and deposit that so much more of a line gives back, by the shares that the order's money has."""
    here = state.lines[line.line]
    before = here.of(CANCELLED) + here.of(EXPIRED) + here.of(RETURNED) + taken
    amount, deposit = (share_of(part, line.quantity_milli, before, milli) for part in (line.amount_minor, line.deposit_minor))
    return amount, deposit
