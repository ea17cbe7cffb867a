"""What happened to an order: events by their facts' names, and why one is refused. Every refusal is a task for a person."""

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.domain.order import COLLECTED, OrderLine
from kiosk.domain.orderlife import (
    ALLOCATED,
    CANCELLED,
    DECLINED,
    ENDS,
    EXPIRED,
    HANDED_OVER,
    OFFICE,
    POOL,
    READY,
    RETURNED,
    STEPS,
    STORE,
    SYSTEM,
    WAREHOUSE,
    path_of,
)
from kiosk.domain.quantity import ONE
from kiosk.domain.returning import GROUNDS

NO_FENCE = -1
"""The fence of what is allocated to nobody."""

FIRST_FENCE = 0
"""The fence of a firm promise out of a place's own goods: its token from the first moment, without the hub."""

LAPSED = "lapsed"
"""The ground of a cancellation that asks nobody to do anything where it comes too late: a reservation is over, or let go."""

FENCES_PER_EPOCH = 1_000_000
"""A restored hub has forgotten its last fences; counting from its epoch on, those that it gives now are higher all the same."""

UNKNOWN_LINE, NOT_PERMITTED, NOT_ON_PATH = "order.unknown_line", "order.not_permitted", "order.not_on_path"
BAD_QUANTITY, NO_GROUND = "order.bad_quantity", "order.no_ground"
NOT_YOURS, FENCE_TWICE = "order.not_yours", "order.fence_twice"
WENT_ELSEWHERE, TWICE, NOT_THERE = "order.went_elsewhere", "order.twice", "order.not_there"
TOO_LATE, MORE_THAN_ORDERED = "order.too_late", "order.more_than_ordered"
OVERDUE, PUT_BACK = "order.overdue", "order.put_back"
PAID_OUT_TOO_MUCH, PAY_BACK, COLLECT_MONEY = "order.paid_out_too_much", "order.pay_back", "order.collect_money"
REASONS = (
    UNKNOWN_LINE, NOT_PERMITTED, NOT_ON_PATH, BAD_QUANTITY, NO_GROUND, NOT_YOURS, FENCE_TWICE, WENT_ELSEWHERE, TWICE, NOT_THERE,
    TOO_LATE, MORE_THAN_ORDERED, OVERDUE, PUT_BACK, PAID_OUT_TOO_MUCH, PAY_BACK, COLLECT_MONEY,
)  # fmt: skip
"""Why a person has something to do for an order; each code has its sentence."""


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """So much of a line took a step. `id` names the fact: the same one twice counts once.

    `source` is the state that it left, as whoever recorded it saw it. `owner` is the place that acts, `fence` that of the
    allocation it acts under; what comes back or is cancelled may leave it open, and is looked for. `place`: whom goods are
    allocated to. `ground`: why goods came back (`returning.GROUNDS`). `parcel`: in which parcel they are packed or leave.
    """

    id: str
    order: str
    line: int
    step: str
    source: str
    quantity_milli: int
    at_ms: int
    role: str
    fence: int = NO_FENCE
    owner: str = ""
    employee: str = ""
    place: str = ""
    ground: str = ""
    parcel: str = ""

    @property
    def rank(self) -> tuple[int, str]:
        """Among equals the earlier goes first, then the lower name: the same on every machine, whatever came first."""
        return self.at_ms, self.id


@dataclass(frozen=True, slots=True)
class Refusal:
    """So much of an event has no effect, and why. A person looks at it: `code` is what the task says."""

    event: OrderEvent
    quantity_milli: int
    code: str


def check_event(order: str, line: OrderLine, event: OrderEvent) -> str:
    """Why an event can never be right for a line of an order (its id), whatever else happened; empty when it may be."""
    if event.order != order or event.line != line.line:
        return UNKNOWN_LINE
    step = STEPS.get(event.step)
    if step is None or event.role not in step.roles or event.source not in step.sources:
        return NOT_PERMITTED
    path = path_of(line)
    if not {event.source, step.target} <= {*path, *POOL, *ENDS}:
        return NOT_ON_PATH
    wish = event.step in (RETURNED, CANCELLED) and event.fence == NO_FENCE
    if not wish and (event.fence == NO_FENCE) == (step.token or event.source in path):
        return NOT_PERMITTED
    if event.quantity_milli <= 0 or (line.unit == "piece" and event.quantity_milli % ONE):
        return BAD_QUANTITY
    if (event.step == RETURNED) != (event.ground in GROUNDS):
        return NO_GROUND
    return "" if bool(event.place) == (event.step == ALLOCATED) else NOT_PERMITTED


def next_fence(known: Iterable[int], epoch: int) -> int:
    """The fence of a new allocation: above all that are known, and above all that an earlier epoch of the hub can have given."""
    return max([epoch * FENCES_PER_EPOCH, *known]) + 1


def may_act(line: OrderLine, event: OrderEvent, place: str) -> bool:
    """Whether whoever recorded an event held the token: the place of the allocation, or the store that the goods travel to.

    Head office and the hub speak for every place.
    """
    if event.role in (OFFICE, SYSTEM):
        return True
    assert event.role in (STORE, WAREHOUSE), f"{event.role} holds no token"
    at_store = line.fulfilment.kind in COLLECTED and event.step in (READY, HANDED_OVER, EXPIRED, DECLINED)
    return event.owner == place or (at_store and event.owner == line.fulfilment.to)
