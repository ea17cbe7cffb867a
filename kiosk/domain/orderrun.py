"""What became of one allocation of a line, from all its events at once: a sum, so the order of their arrival says nothing.

Each event tells that so much came from one state to a later one. How much *reached* a state is the sum of the events that lead
over it, or more where a later one proves it: goods that were handed over were picked, also when the message of the pick is still
on its way. How much *is* in a state is what reached it less what went on.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from kiosk.domain.orderevents import TOO_LATE, TWICE, WENT_ELSEWHERE, OrderEvent, Refusal
from kiosk.domain.orderlife import EXITS


@dataclass(frozen=True, slots=True)
class Run:
    """One allocation as it stands, in thousandths, by the index of its path: what is in each state, and what left from it."""

    live: tuple[int, ...]
    left: tuple[int, ...]
    refused: tuple[Refusal, ...]

    @property
    def held(self) -> int:
        """What the allocation still has or has brought to its customer."""
        return sum(self.live)

    @property
    def out(self) -> int:
        """What came back and looks for another source."""
        return sum(self.left)


def run(path: Sequence[str], given_milli: int, room_milli: int, events: Sequence[OrderEvent]) -> Run:
    """What became of `given_milli` that were allocated, of which higher fences leave `room_milli`. Events in rank order.

    Whatever came further goes before what was given back or reclaimed, and what higher fences have before both.
    """
    index = {state: place for place, state in enumerate(path)}
    exits = [event for event in events if event.step in EXITS]
    steps = [event for event in events if event.step not in EXITS]
    wants = _by(index, exits)
    live, left = _stand(_covered(index, steps), wants, given_milli)
    evicted = max(0, sum(live) - room_milli)
    _evict(live, left, wants, evicted)
    reached = _from_here_on([here + gone for here, gone in zip(live, left, strict=True)])
    refused = [
        *cut_each(path, steps, reached, WENT_ELSEWHERE if evicted else TWICE, lambda event: event.step),
        *cut_each(path, exits, left, TOO_LATE, lambda event: event.source),
    ]
    return Run(tuple(live), tuple(left), tuple(refused))


def cut(events: Iterable[OrderEvent], most_milli: int, code: str) -> Iterator[Refusal]:
    """What of some events is more than there is: the first of them have it, the rest is refused."""
    left = most_milli
    for event in events:
        taken = min(event.quantity_milli, left)
        left -= taken
        if taken < event.quantity_milli:
            yield Refusal(event, event.quantity_milli - taken, code)


def cut_each(
    states: Iterable[str], events: Sequence[OrderEvent], most_milli: Sequence[int], code: str, state_of: Callable[[OrderEvent], str]
) -> Iterator[Refusal]:
    """`cut` for each state by itself."""
    for state, most in zip(states, most_milli, strict=True):
        yield from cut((event for event in events if state_of(event) == state), most, code)


def _stand(covered: Sequence[int], wants: Sequence[int], given: int) -> tuple[list[int], list[int]]:
    """How many are in each state and how many left from it, from the furthest state backwards.

    What left was in that state: unlike a step on, it proves no earlier one. Else a parcel that one calls delivered and another
    lost would be two, where a second one is still on the shelf.
    """
    live, left = [0] * len(covered), [0] * len(covered)
    further = 0
    for place in reversed(range(len(covered))):
        reach = min(given, max(covered[place], further)) if place else given
        left[place] = min(wants[place], reach - further)
        live[place] = reach - further - left[place]
        further = reach
    return live, left


def _evict(live: list[int], left: list[int], wants: Sequence[int], evicted: int) -> None:
    """Take away what higher fences have, the least advanced first. What was given back or reclaimed explains as much of it."""
    unexplained = evicted
    for place, there in enumerate(live):
        out = min(there, evicted)
        live[place] -= out
        evicted -= out
        explained = min(wants[place] - left[place], unexplained)
        left[place] += explained
        unexplained -= explained


def _covered(index: Mapping[str, int], events: Iterable[OrderEvent]) -> list[int]:
    """How much went over the threshold of each state."""
    told = [0] * len(index)
    for event in events:
        for place in range(index[event.source] + 1, index[event.step] + 1):
            told[place] += event.quantity_milli
    return told


def _by(index: Mapping[str, int], events: Iterable[OrderEvent]) -> list[int]:
    told = [0] * len(index)
    for event in events:
        told[index[event.source]] += event.quantity_milli
    return told


def _from_here_on(parts: Sequence[int]) -> list[int]:
    return list(accumulate(reversed(parts)))[::-1]
