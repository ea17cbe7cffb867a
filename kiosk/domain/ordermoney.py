"""The money of an order as a fold: what is owed, paid, still to pay and to give back, to the cent and whatever came first.

What is owed follows from where the quantities are (`ordersettling`) and from nothing else; what was paid is a set of payments. So
an order that was paid after it was cancelled, or that was cancelled after it was handed over, says itself what is to be put right.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter

from kiosk.domain.arbitrating import OrderState, Task
from kiosk.domain.money import divide_half_up
from kiosk.domain.order import WHOLE_BP, Charge, Order, OrderLine
from kiosk.domain.orderevents import COLLECT_MONEY, PAID_OUT_TOO_MUCH, PAY_BACK
from kiosk.domain.orderlife import CANCELLED, CARRIER, CUSTOMER_HAS, EXPIRED, IN_TRANSIT, RETURNED, STATES
from kiosk.domain.ordersettling import LineState
from kiosk.domain.refunding import RefundOption
from kiosk.domain.returning import GOODWILL, WITHDRAWAL, share_of
from kiosk.domain.tender import CASH


@dataclass(frozen=True, slots=True)
class OrderPayment:
    """Money for an order: paid (+) or paid out (-), in minor units. `id` names the tender in its fact; twice counts once.

    `kind` is the tender's. `rounding_minor` is what cash in the drawer differs by, which is no part of the order. `reference` names
    the payment, for what undoes it as for itself.
    """

    id: str
    at_ms: int
    kind: str
    amount_minor: int
    rounding_minor: int = 0
    reference: str = ""
    employee: str = ""

    @property
    def rank(self) -> tuple[int, str]:
        """The same order on every machine."""
        return self.at_ms, self.id


@dataclass(frozen=True, slots=True)
class LineMoney:
    """What became of a line's amount and deposit together (minor units): the three are all of it.

    `owed` is for what the customer has or still gets, `dropped` for what was cancelled or expired, `returned` for what came back.
    """

    owed_minor: int
    dropped_minor: int
    returned_minor: int


@dataclass(frozen=True, slots=True)
class OrderMoney:
    """An order's money, in minor units. `paid - paid_out - owed` is `to_give_back - to_pay`, and one of those is nothing.

    `delivery_minor` is what delivery costs after all. `refused` was paid out though it had never come in.
    """

    lines: Mapping[int, LineMoney]
    delivery_minor: int
    paid_minor: int
    paid_out_minor: int
    refused: tuple[OrderPayment, ...]

    @property
    def owed_minor(self) -> int:
        """What the customer owes for all of it."""
        return self.delivery_minor + sum(line.owed_minor for line in self.lines.values())

    @property
    def net_minor(self) -> int:
        """What the shop has of it; never below nothing."""
        return self.paid_minor - self.paid_out_minor

    @property
    def to_pay_minor(self) -> int:
        """What the customer has still to pay, now or later."""
        return max(0, self.owed_minor - self.net_minor)

    @property
    def to_give_back_minor(self) -> int:
        """What the shop has to give back."""
        return max(0, self.net_minor - self.owed_minor)


def money_of(state: OrderState, payments: Iterable[OrderPayment]) -> OrderMoney:
    """The money of an order from where its quantities are and what was paid, in whatever order that came."""
    order = state.order
    lines = {line.line: line_money(line, state.lines[line.line]) for line in order.lines}
    delivery = sum(charge_of(order, charge, state.lines) for charge in order.charges)
    ranked = sorted({payment.id: payment for payment in payments}.values(), key=attrgetter("rank"))
    paid = sum(payment.amount_minor for payment in ranked if payment.amount_minor > 0)
    out, refused = 0, []
    for payment in ranked:
        if payment.amount_minor >= 0:
            continue
        if out - payment.amount_minor > paid:
            refused.append(payment)
        else:
            out -= payment.amount_minor
    return OrderMoney(lines, delivery, paid, out, tuple(refused))


def line_money(line: OrderLine, state: LineState) -> LineMoney:
    """A line's money: exact shares of what was agreed, promotion and rounding in them, as a receipt's returns have them."""
    whole, ordered = (line.amount_minor, line.deposit_minor), line.quantity_milli
    dropped, returned = state.of(CANCELLED) + state.of(EXPIRED), state.of(RETURNED)
    off = sum(share_of(part, ordered, 0, dropped) for part in whole) if dropped else 0
    back = sum(share_of(part, ordered, dropped, returned) for part in whole) if returned else 0
    return LineMoney(sum(whole) - off - back, off, back)


def charge_of(order: Order, charge: Charge, lines: Mapping[int, LineState]) -> int:
    """What a delivery costs after all, in minor units.

    It is owed as long as anything of it is kept. Nothing is where all was cancelled before anybody had it. Where all came back,
    withdrawal gives back the least expensive way that was offered (2011/83/EU art. 13), goods that were not what was agreed or
    were recalled all of it, and kindness none.
    """
    states = [lines[number] for number in charge.lines]
    if any(STATES[name].owed for state in states for _, name in state.at):
        return charge.amount_minor
    grounds = {ground for state in states for ground, milli in state.returned.items() if milli}
    if grounds - {GOODWILL, WITHDRAWAL} or not grounds:
        return 0
    return charge.amount_minor - (charge.standard_minor if WITHDRAWAL in grounds else 0)


def due_now(state: OrderState, money: OrderMoney, handing: Mapping[int, int]) -> int:
    """What has to be paid before goods (thousandths by line) go to their customer, in minor units; nothing handed: when ordering.

    What goes out is paid whole, with its delivery; of the rest as much as the terms ask for ahead. So a down payment stays with
    the goods that are still to come, and the last ones use it up.
    """
    gone, rest = 0, 0
    for line in state.order.lines:
        here = state.lines[line.line]
        out = sum(milli for (_, name), milli in here.at.items() if _is_out(name)) + handing.get(line.line, 0)
        kept = sum(milli for (_, name), milli in here.at.items() if STATES[name].owed)
        assert out <= kept, f"line {line.line} cannot hand over more than there is"
        owed = money.lines[line.line].owed_minor
        share = divide_half_up(owed * (kept - out), kept) if kept else 0
        rest += share
        gone += owed - share
    for charge in state.order.charges:
        amount = charge_of(state.order, charge, state.lines)
        if any(handing.get(number) or any(_is_out(name) for _, name in state.lines[number].at) for number in charge.lines):
            gone += amount
        else:
            rest += amount
    wanted = gone + divide_half_up(rest * state.order.terms.ahead_bp, WHOLE_BP)
    return max(0, wanted - money.net_minor)


def _is_out(state: str) -> bool:
    return STATES[state].hands in (CARRIER, CUSTOMER_HAS) and state != IN_TRANSIT


def linked_minor(payments: Iterable[OrderPayment], kind: str = CASH) -> tuple[int, int]:
    """What was paid and what was paid out by one kind of tender, as limits on linked payments add it up (cash: T14 in the law)."""
    amounts = [payment.amount_minor for payment in {one.id: one for one in payments}.values() if payment.kind == kind]
    return sum(amount for amount in amounts if amount > 0), -sum(amount for amount in amounts if amount < 0)


def originals(payments: Iterable[OrderPayment]) -> tuple[RefundOption, ...]:
    """How an order was paid, less what went back already: what `refunding.options` gives money back to."""
    left: dict[tuple[str, str], int] = {}
    for payment in sorted({one.id: one for one in payments}.values(), key=attrgetter("rank")):
        key = payment.kind, payment.reference
        left[key] = left.get(key, 0) + payment.amount_minor
    return tuple(RefundOption(kind, most, reference) for (kind, reference), most in left.items() if most > 0)


def money_tasks(state: OrderState, money: OrderMoney) -> tuple[Task, ...]:
    """What a person has to put right with an order's money: give back, ask for, or find out who got it."""
    order = state.order.id
    found = [
        Task(f"{PAID_OUT_TOO_MUCH}/{payment.id}", PAID_OUT_TOO_MUCH, 0, "", 0, payment.id, amount_minor=-payment.amount_minor)
        for payment in money.refused
    ]
    if money.to_give_back_minor:
        found.append(Task(f"{PAY_BACK}/{order}", PAY_BACK, 0, "", 0, amount_minor=money.to_give_back_minor))
    missing = due_now(state, money, {}) if any(_is_out(name) for line in state.lines.values() for _, name in line.at) else 0
    if missing:
        found.append(Task(f"{COLLECT_MONEY}/{order}", COLLECT_MONEY, 0, "", 0, amount_minor=missing))
    return tuple(found)
