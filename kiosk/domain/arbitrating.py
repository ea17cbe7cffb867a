"""One more event of an order: what it makes of it, and which tasks for people come and go with it.

The state is a function of all events told (`ordersettling`), so a ruling is the difference that one makes: an event that was
accepted can lose to one that comes later, and what was done for it by then is undone by a person whom a task tells.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from kiosk.domain.order import Order, OrderLine
from kiosk.domain.orderevents import OVERDUE, PUT_BACK, UNKNOWN_LINE, OrderEvent, Refusal
from kiosk.domain.orderlife import STATES
from kiosk.domain.ordersettling import LineState, lies_at, settle_line
from kiosk.domain.orderswap import Swap, given_up, taken_back, with_swaps, without_swaps


@dataclass(frozen=True, slots=True)
class OrderState:
    """An order with all that was told of it, each event once, and what its lines have become.

    `order` is as it stands now: with a line for each of its `swaps`, by that line's number (`orderswap`).
    """

    order: Order
    events: Mapping[int, Mapping[str, OrderEvent]]
    lines: Mapping[int, LineState]
    swaps: Mapping[int, Swap] = field(default_factory=dict)

    @property
    def placed(self) -> Order:
        """The order as it was placed."""
        return without_swaps(self.order, self.swaps)

    @property
    def told(self) -> dict[str, OrderEvent]:
        """All that was told of it, by name."""
        return {event.id: event for events in self.events.values() for event in events.values()}

    @property
    def fences(self) -> frozenset[int]:
        """All fences that anybody has heard of: a new one is above them."""
        told = {event.fence for event in self.told.values()}
        return frozenset(told | {fence for line in self.lines.values() for fence in line.places})

    def promised(self) -> dict[tuple[str, str], int]:
        """What is promised of each place's goods, by (place, article) in thousandths; the pool's own place is empty."""
        found: dict[tuple[str, str], int] = {}
        for line in self.order.lines:
            for place, milli in promised_of(line, self.lines[line.line]).items():
                found[place, line.article] = found.get((place, line.article), 0) + milli
        return found


@dataclass(frozen=True, slots=True)
class Task:
    """Something that a person has to look at. The same one has the same id, so that it is opened and closed once.

    Quantity in thousandths; `amount_minor` where it is about money.
    """

    id: str
    code: str
    line: int
    place: str
    quantity_milli: int
    event: str = ""
    step: str = ""
    amount_minor: int = 0


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one more event made of an order: its new state, what is promised more or less, which tasks came and went."""

    state: OrderState
    promised: Mapping[tuple[str, str], int]
    opened: tuple[Task, ...]
    closed: tuple[Task, ...]


def placed(order: Order) -> OrderState:
    """An order of which nothing was told yet."""
    return OrderState(order, {}, {line.line: settle_line(order.id, line, ()) for line in order.lines})


def settled(order: Order, events: Iterable[OrderEvent], swaps: Iterable[Swap] = ()) -> OrderState:
    """An order, as it was placed, of which all this was told, in whatever order.

    What a swap gives up is told with it. Its own line is settled after the one that it stands for: what could not be given up there
    is not in it either.
    """
    order, used = with_swaps(order, swaps)
    told: dict[int, dict[str, OrderEvent]] = {}
    for event in (*events, *(given_up(swap, order.id) for swap in used.values())):
        told.setdefault(event.line, {})[event.id] = event
    lines: dict[int, LineState] = {}
    for line in order.lines:
        mine: list[OrderEvent] = list(told.get(line.line, {}).values())
        if (swap := used.get(line.line)) is not None:
            mine += taken_back(swap, order.id, kept_from(swap, lines[swap.line]))
        lines[line.line] = settle_line(order.id, line, mine)
    return OrderState(order, told, lines, used)


def kept_from(swap: Swap, line: LineState) -> int:
    """How much of a line a swap could not give up, or not yet: the allocation that it names is not known here."""
    refused = sum(one.quantity_milli for one in line.refused if one.event.id == swap.id)
    return refused + sum(event.quantity_milli for event in line.waiting if event.id == swap.id)


def arbitrate(state: OrderState, event: OrderEvent) -> Ruling:
    """An order after one more event, whenever it comes. What was told before changes nothing.

    Whatever is refused is a task of `opened`, also where it is an earlier event that loses only now.
    """
    there = state.events.get(event.line, {})
    if event.id in there:
        return Ruling(state, {}, (), ())
    if state.swaps:
        return _ruled(state, settled(state.placed, [*state.told.values(), event], state.swaps.values()))
    events = {**state.events, event.line: {**there, event.id: event}}
    line = state.order.line(event.line)
    if line is None:
        task = _refused(Refusal(event, event.quantity_milli, UNKNOWN_LINE))
        return Ruling(replace(state, events=events), {}, (task,), ())
    before, after = state.lines[line.line], settle_line(state.order.id, line, events[line.line].values())
    ruled = replace(state, events=events, lines={**state.lines, line.line: after})
    more = _more(promised_of(line, before), promised_of(line, after))
    opened, closed = _changed(_tasks_of_line(state.order.id, line.line, before), _tasks_of_line(state.order.id, line.line, after))
    return Ruling(ruled, {(place, line.article): milli for place, milli in more.items()}, opened, closed)


def _ruled(before: OrderState, after: OrderState) -> Ruling:
    """What came and went between two states of an order."""
    opened, closed = _changed(tasks_of(before), tasks_of(after))
    was, now = before.promised(), after.promised()
    more = {key: change for key in sorted(was.keys() | now.keys()) if (change := now.get(key, 0) - was.get(key, 0))}
    return Ruling(after, more, opened, closed)


def promised_of(line: OrderLine, state: LineState) -> dict[str, int]:
    """What is promised of a line, by the place whose goods they are, in thousandths."""
    found: dict[str, int] = {}
    for bucket, milli in state.at.items():
        if STATES[bucket[1]].promised:
            place = lies_at(line, bucket, state.places)
            found[place] = found.get(place, 0) + milli
    return found


def tasks_of(state: OrderState) -> dict[str, Task]:
    """All that a person has to do for an order as it stands, by id."""
    found = {}
    for number, events in state.events.items():
        if number not in state.lines:
            tasks = [_refused(Refusal(event, event.quantity_milli, UNKNOWN_LINE)) for event in events.values()]
            found.update({task.id: task for task in tasks})
    for number, line in state.lines.items():
        found.update(_tasks_of_line(state.order.id, number, line))
    return dict(sorted(found.items()))


def overdue(state: OrderState, now_ms: int, patience_ms: int) -> tuple[Task, ...]:
    """Events whose allocation nobody has told of for too long: a restored hub may have forgotten it."""
    return tuple(
        _refused(Refusal(event, event.quantity_milli, OVERDUE))
        for line in state.lines.values()
        for event in line.waiting
        if now_ms - event.at_ms >= patience_ms
    )


def _tasks_of_line(order: str, number: int, line: LineState) -> dict[str, Task]:
    found = [_refused(one) for one in line.refused]
    name = f"{PUT_BACK}/{order}/{number}"
    found += [Task(f"{name}/{place}", PUT_BACK, number, place, milli) for place, milli in line.put_back.items()]
    return {task.id: task for task in found}


def _refused(one: Refusal) -> Task:
    event = one.event
    return Task(f"{one.code}/{event.id}", one.code, event.line, event.owner, one.quantity_milli, event.id, event.step)


def _changed(before: Mapping[str, Task], after: Mapping[str, Task]) -> tuple[tuple[Task, ...], tuple[Task, ...]]:
    opened = tuple(task for name, task in after.items() if before.get(name) != task)
    return opened, tuple(task for name, task in before.items() if name not in after)


def _more(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    keys = sorted(before.keys() | after.keys())
    return {key: change for key in keys if (change := after.get(key, 0) - before.get(key, 0))}
