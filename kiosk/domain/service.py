"""A service request as a fold over its events: where it stands, whose it is and until when, whatever of it is heard first.

An event says in which state it found the request. One that found another than there was, because somebody else was faster or a
store was cut off, is kept as refused and changes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from kiosk.domain.servicelife import OPENED, STATES, STEPS, is_permitted


@dataclass(frozen=True, slots=True)
class About:
    """What a request is about: a line of an order or of a receipt (0: all of it), an article, its serial number."""

    order: str = ""
    receipt: str = ""
    line: int = 0
    article: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """A request as it was opened: nothing in it is about a person. `store` is empty where no store has it; times in ms."""

    id: str
    kind: str
    about: About
    store: str
    opened_ms: int
    due_ms: int


@dataclass(frozen=True, slots=True)
class ServiceEvent:
    """A step with a request that was found in the state `source`. `store` and `due_ms` only where they become others."""

    id: str
    request: str
    step: str
    source: str
    at_ms: int
    role: str
    store: str = ""
    due_ms: int = 0
    by: str = ""

    @property
    def rank(self) -> tuple[int, str]:
        """The same order on every machine."""
        return self.at_ms, self.id


@dataclass(frozen=True, slots=True)
class ServiceState:
    """Where a request stands. `path` are its events in their order with the state after each; `refused` changed nothing."""

    request: ServiceRequest
    state: str
    store: str
    due_ms: int
    path: tuple[tuple[ServiceEvent, str], ...] = ()
    refused: tuple[ServiceEvent, ...] = ()
    told: Mapping[str, ServiceEvent] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether anything is still to happen."""
        return STATES[self.state].open

    @property
    def last_ms(self) -> int:
        """When anything was done with it last."""
        return max((event.at_ms for event in self.told.values()), default=self.request.opened_ms)


def settled(request: ServiceRequest, events: Iterable[ServiceEvent]) -> ServiceState:
    """A request after all these events, each counted once."""
    told = {event.id: event for event in events}
    found = ServiceState(request, OPENED, request.store, request.due_ms, told=told)
    for event in sorted(told.values(), key=lambda one: one.rank):
        found = _after(found, event)
    return found


def _after(found: ServiceState, event: ServiceEvent) -> ServiceState:
    permitted = event.source == found.state and is_permitted(found.request.kind, found.state, event.step, event.role)
    if not permitted or event.request != found.request.id:
        return replace(found, refused=(*found.refused, event))
    state, path = STEPS[event.step].target or found.state, found.path
    store, due_ms = event.store or found.store, event.due_ms or found.due_ms
    return replace(found, state=state, store=store, due_ms=due_ms, path=(*path, (event, state)))
