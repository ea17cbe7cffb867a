"""Goods of an order that a customer agreed to take in place of others: so much less of one line, and a line more.

What was ordered never changes. A swap is told beside it and adds a line to the order as it stands now; what it takes from the
line that it stands for is a cancellation like any other, and as much of it as is refused (somebody was faster) is no part of the
new line either. So a swap is arbitrated with the same rules as every step, by whoever hears of it, in whatever order.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kiosk.domain.codec import digest
from kiosk.domain.order import Order, OrderLine, Promise
from kiosk.domain.orderevents import FIRST_FENCE, NO_FENCE, OrderEvent
from kiosk.domain.orderlife import ALLOCATED, CANCELLED, STORE, SYSTEM

PHONE, MAIL, HERE = "phone", "mail", "here"
HEARD = (PHONE, MAIL, HERE)
"""How a customer agreed: on the telephone, by mail, or standing at the counter."""

_FIRST_LINE = 1_000_000
_LINES = 2**31


@dataclass(frozen=True, slots=True)
class Swap:
    """So much (thousandths) of `line`, out of `source` under `fence`, is replaced by `article`, for `amount_minor` (all of it).

    `id` names its fact, `place` is the store that has the new goods, `promise` the right that they are held by (empty: the hub
    holds them back). Deposit stands outside the amount. `dearer`: the customer agreed that it costs more than what it replaces.
    """

    id: str
    at_ms: int
    line: int
    source: str
    fence: int
    quantity_milli: int
    place: str
    article: str
    name: str
    unit: str
    amount_minor: int
    deposit_minor: int = 0
    vat_class: str = ""
    promise: str = ""
    heard: str = PHONE
    dearer: bool = False
    employee: str = ""

    @property
    def new_line(self) -> int:
        """The number of the new line: the same on every machine, above all that an order is placed with."""
        return line_of(self.id)

    @property
    def rank(self) -> tuple[int, str]:
        """Among equals the earlier goes first, then the lower name."""
        return self.at_ms, self.id


def line_of(name: str) -> int:
    """The number of the line that a fact of this name adds.

    >>> 1_000_000 <= line_of("dev/1/7/0") < 1_000_000 + 2**31
    True
    """
    return _FIRST_LINE + int.from_bytes(digest(name.encode())[:4]) % _LINES


def held_as(order: str, line: int) -> str:
    """The name under which the hub holds back what no right of a till holds: that of a first allocation."""
    return f"{order}/{line}/{FIRST_FENCE}"


def with_swaps(order: Order, swaps: Iterable[Swap]) -> tuple[Order, dict[int, Swap]]:
    """An order with a line for each swap behind those that it was placed with, and the swaps that there are by new line.

    A swap of a line that there is not (yet) has no effect, nor one of two that would have the same number but the first. What
    replaces is brought or sent as what it replaces is, out of the goods of the place that swapped; its delivery costs what it did.
    """
    lines, used = {line.line: line for line in order.lines}, dict[int, Swap]()
    waiting, more = sorted(swaps, key=lambda one: one.rank), True
    while more:
        more = False
        for swap in [one for one in waiting if one.line in lines and one.new_line not in lines]:
            lines[swap.new_line] = _line(order.id, lines[swap.line], swap)
            used[swap.new_line], more = swap, True
    if not used:
        return order, {}
    charges = []
    for charge in order.charges:
        numbers = list(charge.lines)
        for new, swap in used.items():  # a swap of a swap was found after the one that it replaces
            if swap.line in numbers:
                numbers.append(new)
        charges.append(replace(charge, lines=tuple(numbers)))
    return replace(order, lines=tuple(lines.values()), charges=tuple(charges)), used


def without_swaps(order: Order, used: Iterable[int]) -> Order:
    """The order as it was placed, of one `with_swaps`."""
    gone = set(used)
    if not gone:
        return order
    charges = tuple(replace(one, lines=tuple(line for line in one.lines if line not in gone)) for one in order.charges)
    return replace(order, lines=tuple(line for line in order.lines if line.line not in gone), charges=charges)


def given_up(swap: Swap, order: str) -> OrderEvent:
    """What a swap takes from the line that it stands for."""
    return OrderEvent(
        swap.id, order, swap.line, CANCELLED, swap.source, swap.quantity_milli, swap.at_ms, STORE, swap.fence, swap.place,
        swap.employee,
    )  # fmt: skip


def taken_back(swap: Swap, order: str, refused_milli: int) -> list[OrderEvent]:
    """What of a new line there is not after all, because so much (thousandths) of the old one could not be given up."""
    if not refused_milli:
        return []
    milli = min(refused_milli, swap.quantity_milli)
    return [
        OrderEvent(f"{swap.id}~", order, swap.new_line, CANCELLED, ALLOCATED, milli, swap.at_ms, SYSTEM, NO_FENCE, swap.place)
    ]


def _line(order: str, of: OrderLine, swap: Swap) -> OrderLine:
    was = of.promise or Promise(True, swap.at_ms, swap.at_ms)
    promise = Promise(True, was.from_ms, was.until_ms, swap.promise or held_as(order, swap.new_line))
    return OrderLine(
        swap.new_line, swap.article, swap.name, swap.unit, swap.quantity_milli, swap.amount_minor,
        replace(of.fulfilment, source=swap.place), promise, swap.deposit_minor, swap.vat_class, swap.employee,
    )  # fmt: skip
