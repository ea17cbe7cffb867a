"""Which mails an order asks for: the difference of two of its states, so each is asked for once, whoever told what and how often.

Pure. A mail's key is made of how far the order has come, and not of the fact that told it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.domain.arbitrating import OrderState, kept_from
from kiosk.domain.order import WEB
from kiosk.domain.orderfacts import OrderKnown
from kiosk.domain.orderlife import CANCELLED, DELIVERED, EXPIRED, HANDED_OVER, READY, RETURNED, SHIPPED

PLACED, READY_NOW, REMINDER = "placed", "ready", "reminder"
SENT, DROPPED, REFUNDED = "shipped", "cancelled", "refunded"
KINDS = (PLACED, READY_NOW, REMINDER, SENT, DROPPED, REFUNDED)

_CAME_THAT_FAR: Mapping[str, tuple[str, ...]] = {
    READY_NOW: (READY, HANDED_OVER), SENT: (SHIPPED, DELIVERED, RETURNED), DROPPED: (CANCELLED, EXPIRED),
}  # fmt: skip
"""A mail is due when more of an order than before is in these states."""


@dataclass(frozen=True, slots=True)
class Due:
    """One mail: its kind, what tells it from another of the same kind, and what of each line (thousandths) it is about."""

    kind: str
    key: str
    lines: Mapping[int, int]
    amount_minor: int = 0


def due(was: OrderKnown, now: OrderKnown) -> list[Due]:
    """The mails that are to be written after `was` became `now`."""
    if now.state is None:
        return []
    found = []
    if was.state is None and now.state.order.channel == WEB:
        found.append(Due(PLACED, "", {line.line: line.quantity_milli for line in now.state.order.lines}))
    for kind, states in _CAME_THAT_FAR.items():
        before, after = _amounts(was.state, kind, states), _amounts(now.state, kind, states)
        more = {line: milli - before.get(line, 0) for line, milli in after.items() if milli > before.get(line, 0)}
        if more:
            key = ",".join(f"{line}:{milli}" for line, milli in sorted(after.items()) if milli)
            found.append(Due(kind, key, more))
            found += [Due(REMINDER, key, more)] if kind == READY_NOW else []
    out, more_out = _paid_out(was), _paid_out(now)
    if more_out > out:
        found.append(Due(REFUNDED, str(more_out), {}, more_out - out))
    return found


def still_ready(state: OrderState) -> dict[int, int]:
    """What lies ready for its customer, in thousandths by line."""
    found = {number: line.of(READY) for number, line in state.lines.items()}
    return {number: milli for number, milli in found.items() if milli}


def _amounts(state: OrderState | None, kind: str, states: tuple[str, ...]) -> dict[int, int]:
    if state is None:
        return {}
    found = {}
    for line in state.order.lines:
        here = state.lines[line.line]
        shipped = bool(line.fulfilment.delivery)
        if (kind == SENT) == shipped or kind == DROPPED:
            found[line.line] = sum(here.of(name) for name in states) - (_replaced(state, line.line) if kind == DROPPED else 0)
    return found


def _replaced(state: OrderState, line: int) -> int:
    """How much of what is cancelled of a line its customer has other goods for, or never had: nobody is written to about that."""
    found = 0
    for new, swap in state.swaps.items():
        kept = kept_from(swap, state.lines[swap.line])
        found += swap.quantity_milli - kept if swap.line == line else kept if new == line else 0
    return found


def _paid_out(known: OrderKnown) -> int:
    """What went back to the customer: of a line that was exchanged the rest paid for other goods, and is no refund."""
    return -sum(one.amount_minor for one in known.payments.values() if one.amount_minor < 0 and one.kind != "sale")
