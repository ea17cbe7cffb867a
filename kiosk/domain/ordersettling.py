"""What has become of an order line: one function of the set of its events, so every copy agrees.

Events come late, twice and in any order, from places that did not hear of one another. Nothing here looks at the order of their
arrival, so a hub, a restored hub and a till come to the same end. Where two exclude each other: the higher fence, then the state
that came further, then the earlier event; what loses is a task for a person and never silence. A cancellation is a wish: it takes
what no step has carried away, and what is with the customer or a carrier cannot be cancelled any more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from kiosk.domain.order import OrderLine
from kiosk.domain.orderevents import (
    FENCE_TWICE,
    FIRST_FENCE,
    LAPSED,
    MORE_THAN_ORDERED,
    NO_FENCE,
    NOT_THERE,
    NOT_YOURS,
    TOO_LATE,
    OrderEvent,
    Refusal,
    check_event,
    may_act,
)
from kiosk.domain.orderlife import (
    ALLOCATED,
    CONFIRMED,
    DECLINED,
    ENDS,
    EXPIRED,
    IN_TRANSIT,
    PLACE,
    PLACED,
    POOL,
    PROVISIONAL,
    RANK,
    READY,
    RECLAIMED,
    REJECTED,
    REROUTED,
    RETURNED,
    STATES,
    STEPS,
    path_of,
    starts_in,
)
from kiosk.domain.orderrun import Run, cut, run

Bucket = tuple[int, str]
"""(fence, state)."""


@dataclass(frozen=True, slots=True)
class LineState:
    """Where the quantity of a line is, in thousandths; the sum of `at` is always what was ordered.

    `places` says who has each fence. `waiting` came before the allocation that it belongs to. `put_back` has the goods that lie
    packed or picked at a place for nobody any more; `returned` is what came back, by ground.
    """

    at: Mapping[Bucket, int]
    places: Mapping[int, str]
    refused: tuple[Refusal, ...] = ()
    waiting: tuple[OrderEvent, ...] = ()
    put_back: Mapping[str, int] = field(default_factory=dict)
    returned: Mapping[str, int] = field(default_factory=dict)

    def of(self, state: str) -> int:
        """How much is in a state, under whatever fence."""
        return sum(milli for (_, there), milli in self.at.items() if there == state)

    @property
    def shown(self) -> str:
        """The most advanced state that a part of the line is in: of what is still open or with its customer, if anything is."""
        states = [state for _, state in self.at]
        alive = [state for state in states if STATES[state].owed]
        return max(alive or states, key=lambda state: RANK[state])


@dataclass(frozen=True, slots=True)
class _Allocations:
    """What was allocated: milli and place by fence, and what was told of each."""

    given: Mapping[int, int]
    places: Mapping[int, str]
    refused: tuple[Refusal, ...]


def settle_line(order: str, line: OrderLine, events: Iterable[OrderEvent]) -> LineState:
    """What has become of a line of an order (its id). The same events give the same answer, however they come."""
    ranked = sorted({event.id: event for event in events}.values(), key=attrgetter("rank"))
    judged = [(event, check_event(order, line, event)) for event in ranked]
    refused = [Refusal(event, event.quantity_milli, code) for event, code in judged if code]
    sound = [event for event, code in judged if not code]
    allocations = _allocations(line, sound)
    refused += allocations.refused
    mine, waiting, foreign = _with_token(line, sound, allocations.places)
    refused += foreign
    at: dict[Bucket, int] = {}
    runs: dict[int, Run] = {}
    room = line.quantity_milli
    path = path_of(line)
    for fence in sorted(allocations.given, reverse=True):
        steps = [event for event in mine if event.fence == fence and STEPS[event.step].token]
        one = runs[fence] = run(path, allocations.given[fence], room, steps)
        room -= one.held
        refused += one.refused
        at |= {(fence, state): milli for state, milli in zip(path, one.live, strict=True) if milli}
    at |= _pool(line, sound, allocations, sum(one.out for one in runs.values()), room, refused)
    put_back = _to_put_back(line, mine, refused, allocations.places)
    ends = _end(line, at, [event for event in mine if event.step in ENDS], allocations.places, put_back)
    return LineState(
        {bucket: at[bucket] for bucket in sorted(at) if at[bucket]}, dict(sorted(allocations.places.items())),
        tuple(sorted([*refused, *ends.refused], key=lambda one: (one.event.rank, one.code))), tuple(waiting),
        {place: milli for place, milli in sorted(put_back.items()) if milli}, ends.returned,
    )  # fmt: skip


def _allocations(line: OrderLine, events: Sequence[OrderEvent]) -> _Allocations:
    """What places were given. A fence is given once: another place under the same one gets nothing."""
    given: dict[int, int] = {}
    places: dict[int, str] = {}
    refused = []
    if starts_in(line) not in POOL:
        given[FIRST_FENCE], places[FIRST_FENCE] = line.quantity_milli, line.fulfilment.source
    for event in events:
        if event.step != ALLOCATED:
            continue
        if places.setdefault(event.fence, event.place) != event.place or event.fence == FIRST_FENCE:
            refused.append(Refusal(event, event.quantity_milli, FENCE_TWICE))
            continue
        wanted = given.get(event.fence, 0) + event.quantity_milli
        given[event.fence] = min(wanted, line.quantity_milli)
        if wanted > line.quantity_milli:
            refused.append(Refusal(event, min(wanted - line.quantity_milli, event.quantity_milli), MORE_THAN_ORDERED))
    return _Allocations(given, places, tuple(refused))


def _with_token(
    line: OrderLine, events: Sequence[OrderEvent], places: Mapping[int, str]
) -> tuple[list[OrderEvent], list[OrderEvent], list[Refusal]]:
    """Events whose maker held the token, those of an allocation that nobody knows yet, and those of somebody else."""
    mine, waiting, foreign = [], [], []
    for event in events:
        if event.step == ALLOCATED or (event.fence == NO_FENCE and event.step not in ENDS):
            continue
        if event.fence != NO_FENCE and event.fence not in places:
            waiting.append(event)
        elif (STEPS[event.step].token or event.step == EXPIRED) and not may_act(line, event, places.get(event.fence, "")):
            foreign.append(Refusal(event, event.quantity_milli, NOT_YOURS))
        else:
            mine.append(event)
    return mine, waiting, foreign


def _pool(
    line: OrderLine, events: Sequence[OrderEvent], allocations: _Allocations, out: int, room: int, refused: list[Refusal]
) -> dict[Bucket, int]:
    """Where the quantity is that no place has: not promised, promised, or looking for another source."""
    start, whole = starts_in(line), line.quantity_milli
    told = {step: [event for event in events if event.step == step] for step in (CONFIRMED, REJECTED, REROUTED)}
    waits = whole if start in (PLACED, PROVISIONAL) else 0
    rejected = _sum(told[REJECTED])
    came = out + rejected
    rerouted = min(_sum(told[REROUTED]), came)
    declined = min(max(0, came - rerouted), room)
    over = min(max(0, came - rerouted - declined), rejected)
    refused += cut(told[REJECTED], rejected - over, TOO_LATE)
    refused += cut(told[CONFIRMED], waits, MORE_THAN_ORDERED)
    promised = (whole if start == CONFIRMED else 0) + min(_sum(told[CONFIRMED]), waits) + rerouted
    used = _sum(event for event in told[REJECTED] if event.source == CONFIRMED)
    used += sum(milli for fence, milli in allocations.given.items() if fence != FIRST_FENCE)
    rest = room - declined
    confirmed = min(max(0, promised - used), rest)
    first = start if waits else CONFIRMED
    pool = {DECLINED: declined, CONFIRMED: confirmed}
    pool[first] = pool.get(first, 0) + rest - confirmed
    return {(NO_FENCE, state): milli for state, milli in pool.items() if milli}


def lies_at(line: OrderLine, bucket: Bucket, places: Mapping[int, str]) -> str:
    """Whose goods a quantity is: of the place that it was allocated to, until it travels to the store where it is collected."""
    fence, state = bucket
    return line.fulfilment.to if state in (IN_TRANSIT, READY) else places.get(fence, "")


def _to_put_back(
    line: OrderLine, events: Sequence[OrderEvent], refused: Iterable[Refusal], places: Mapping[int, str]
) -> dict[str, int]:
    """What the hub reclaimed from a place that had it picked: it lies there for nobody."""
    lost = {one.event.id: one.quantity_milli for one in refused}
    found: dict[str, int] = {}
    for event in events:
        if event.step == RECLAIMED and STATES[event.source].hands == PLACE:
            place = lies_at(line, (event.fence, event.source), places)
            found[place] = found.get(place, 0) + event.quantity_milli - lost.get(event.id, 0)
    return found


@dataclass(frozen=True, slots=True)
class _Ends:
    """What returns, expiries and cancellations came to."""

    refused: tuple[Refusal, ...]
    returned: Mapping[str, int]


def _end(
    line: OrderLine, at: dict[Bucket, int], events: Sequence[OrderEvent], places: Mapping[int, str], put_back: dict[str, int]
) -> _Ends:
    """Move what came back, was not fetched in time, or is not wanted. Each takes what it names first, then what else there is."""
    refused: list[Refusal] = []
    returned: dict[str, int] = {}
    for step in ENDS:
        here = [event for event in events if event.step == step]
        left = {event.id: event.quantity_milli for event in here}
        for event, bucket in [*((event, (event.fence, event.source)) for event in here), *_elsewhere(step, here, at)]:
            moved = min(at.get(bucket, 0), left[event.id])
            if not moved:
                continue
            left[event.id] -= moved
            at[bucket] -= moved
            at[NO_FENCE, step] = at.get((NO_FENCE, step), 0) + moved
            if step == RETURNED:
                returned[event.ground] = returned.get(event.ground, 0) + moved
            elif STATES[bucket[1]].hands == PLACE:
                place = lies_at(line, bucket, places)
                put_back[place] = put_back.get(place, 0) + moved
        code = NOT_THERE if step == RETURNED else TOO_LATE
        # What was fetched just before its time was over is with its customer: nobody has to do anything about that.
        refused += [Refusal(event, left[event.id], code) for event in here if left[event.id] and event.ground != LAPSED]
    return _Ends(tuple(refused), dict(sorted(returned.items())))


def _elsewhere(step: str, events: Sequence[OrderEvent], at: Mapping[Bucket, int]) -> list[tuple[OrderEvent, Bucket]]:
    """Where else the quantity may be: what came back was with its customer first, a cancellation costs as little as it can."""
    if step == EXPIRED:
        return []
    sources = [bucket for bucket in at if bucket[1] in STEPS[step].sources]
    sources.sort(key=lambda bucket: (RANK[bucket[1]], bucket[0]), reverse=step == RETURNED)
    return [(event, bucket) for event in events for bucket in sources]


def _sum(events: Iterable[OrderEvent]) -> int:
    return sum(event.quantity_milli for event in events)
