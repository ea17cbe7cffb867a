"""Orders for tests, and lives of their lines: each step taken one after the other, by the table and by nothing else."""

from dataclasses import dataclass, field

from hypothesis import strategies as st

from kiosk.domain.order import (
    COLLECT,
    COLLECT_ELSEWHERE,
    PAID_IN_FULL,
    SHIP,
    SHIP_FROM_STORE,
    TAKEN,
    WEB,
    Charge,
    Fulfilment,
    Order,
    OrderLine,
    Promise,
    Terms,
)
from kiosk.domain.orderevents import NO_FENCE, OrderEvent, next_fence
from kiosk.domain.orderlife import ALLOCATED, ENDS, OFFICE, POOL, RETURNED, STEPS, STORE, SYSTEM, WAREHOUSE, path_of, starts_in
from kiosk.domain.quantity import ONE
from kiosk.domain.returning import GROUNDS

HERE, THERE, DEPOT = "AMS1", "UTR1", "WH"
FULFILMENTS = {
    TAKEN: Fulfilment(TAKEN, source=HERE),
    SHIP: Fulfilment(SHIP, delivery="a1"),
    SHIP_FROM_STORE: Fulfilment(SHIP_FROM_STORE, source=THERE, delivery="a1"),
    COLLECT: Fulfilment(COLLECT, to=HERE),
    COLLECT_ELSEWHERE: Fulfilment(COLLECT_ELSEWHERE, to=THERE, source=DEPOT),
}


def line_of(kind: str = SHIP, pieces: int = 1, number: int = 1, firm: bool | None = True, amount: int = 1000) -> OrderLine:
    """A line of so many pieces; `firm` None has no promise at all."""
    promise = None if firm is None else Promise(firm, 0, 1)
    return OrderLine(number, f"a{number}", "Mug", "piece", pieces * ONE, amount, FULFILMENTS[kind], promise)


def order_of(*lines: OrderLine, terms: Terms = PAID_IN_FULL, charges: tuple[Charge, ...] = (), channel: str = WEB) -> Order:
    """An order of these lines."""
    return Order("o1", "1001", "t", "e", "b", "NL", "EUR", channel, HERE, "", terms, 0, lines, charges)


def event_of(step: str, source: str, pieces: int = 1, fence: int = NO_FENCE, **more: object) -> OrderEvent:
    """A step of line 1 by whoever may take it; `owner` is HERE unless told otherwise. Ids are told or made of what happens."""
    roles = STEPS[step].roles
    role = next(role for role in (STORE, WAREHOUSE, SYSTEM, OFFICE) if role in roles)
    given: dict[str, object] = {"id": f"{step}-{source}-{fence}", "line": 1, "at_ms": 0, "role": role, "owner": HERE} | more
    return OrderEvent(order="o1", step=step, source=source, quantity_milli=pieces * ONE, fence=fence, **given)  # type: ignore[arg-type]


@dataclass
class Life:
    """A line whose steps are taken one by one: buckets of quantity, and the events that moved them."""

    line: OrderLine
    at: dict[tuple[int, str], int] = field(default_factory=dict)
    places: dict[int, str] = field(default_factory=dict)
    events: list[OrderEvent] = field(default_factory=list)

    def __post_init__(self) -> None:
        start = starts_in(self.line)
        fence = NO_FENCE if start in POOL else 0
        self.at[fence, start] = self.line.quantity_milli
        if fence == 0:
            self.places[0] = self.line.fulfilment.source

    def moves(self) -> list[tuple[tuple[int, str], str]]:
        """Every step that the table permits now, as (bucket, step)."""
        path = path_of(self.line)
        found = []
        for bucket, milli in sorted(self.at.items()):
            for step in STEPS.values():
                on_path = step.target in path or step.target in POOL or step.target in ENDS
                if milli and bucket[1] in step.sources and on_path:
                    found.append((bucket, step.name))
        return found

    def take(self, bucket: tuple[int, str], step: str, milli: int, at_ms: int, ground: str) -> None:
        """Take a step with a part of what is in a bucket."""
        fence, place = bucket[0], ""
        if step == ALLOCATED:
            fence, place = next_fence(self.places, 0), (HERE, THERE, DEPOT)[len(self.events) % 3]
            self.places[fence] = place
        target = STEPS[step].target
        to = (NO_FENCE if target in POOL or target in ENDS else fence), target
        self.at[bucket] -= milli
        self.at[to] = self.at.get(to, 0) + milli
        role = sorted(STEPS[step].roles)[len(self.events) % len(STEPS[step].roles)]
        owner = self.places.get(fence, "")
        self.events.append(
            OrderEvent(
                f"e{len(self.events)}", "o1", self.line.line, step, bucket[1], milli, at_ms, role, fence, owner, place=place,
                ground=ground if step == RETURNED else "",
            )
        )  # fmt: skip


@st.composite
def lives(draw: st.DrawFn, steps_max: int = 25, line: int = 1, amount: int | None = None) -> Life:
    """Any life that the table permits, of a line of any kind. Clocks are wrong now and then."""
    kind = draw(st.sampled_from(sorted(FULFILMENTS)))
    firm = True if kind == TAKEN else draw(st.sampled_from([True, False, None]))
    price = draw(st.integers(0, 100_000)) if amount is None else amount
    life = Life(line_of(kind, draw(st.integers(1, 6)), line, firm, price))
    for _ in range(draw(st.integers(0, steps_max))):
        moves = life.moves()
        if not moves:
            break
        bucket, step = draw(st.sampled_from(moves))
        pieces = draw(st.integers(1, life.at[bucket] // ONE))
        life.take(bucket, step, pieces * ONE, draw(st.integers(0, 50)), draw(st.sampled_from(GROUNDS)))
    return life
