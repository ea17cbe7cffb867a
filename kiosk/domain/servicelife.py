"""The life of a service request as a table: its states, the steps between them, and who may take each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

QUESTION, COMPLAINT, REPAIR, WARRANTY = "question", "complaint", "repair", "warranty"
KINDS = (QUESTION, COMPLAINT, REPAIR, WARRANTY)
WITH_GOODS = frozenset({COMPLAINT, REPAIR, WARRANTY})
"""Kinds of which goods may come to the shop."""

OPENED, TAKEN_ON, WAITING = "opened", "taken_on", "waiting"
GOODS_IN, QUOTED, AWAY, READY = "goods_in", "quoted", "away", "ready"
DONE, REFUSED, WITHDRAWN = "done", "refused", "withdrawn"

ASSIGNED, ASKED, ANSWERED = "assigned", "asked", "answered"
RECEIVED, AGREED, SENT_AWAY, CAME_BACK, REOPENED = "received", "agreed", "sent_away", "came_back", "reopened"

CUSTOMER, PEOPLE = "customer", "people"
ROLES = (CUSTOMER, PEOPLE)
"""Who takes a step: the customer, by a shop's pages, or people of the shop, at the office or in a store."""


@dataclass(frozen=True, slots=True)
class State:
    """What it means that a request is in a state: something is still to happen, the shop has the customer's goods."""

    name: str
    open: bool
    goods: bool = False


STATES: Mapping[str, State] = {
    state.name: state
    for state in (
        State(OPENED, True), State(TAKEN_ON, True), State(WAITING, True), State(GOODS_IN, True, True), State(QUOTED, True, True),
        State(AWAY, True, True), State(READY, True, True), State(DONE, False), State(REFUSED, False), State(WITHDRAWN, False),
    )
}  # fmt: skip
"""All states. `waiting`: for the customer's answer; `quoted`: the customer is to say what the repair may cost."""

_BEFORE_GOODS = (OPENED, TAKEN_ON, WAITING)
_OPEN = tuple(name for name, state in STATES.items() if state.open)


@dataclass(frozen=True, slots=True)
class Step:
    """One permitted step: from which states, to which (empty: it stays), by whom; `goods`: only where goods may come in."""

    name: str
    sources: tuple[str, ...]
    target: str
    roles: frozenset[str]
    goods: bool = False


_PEOPLE, _BOTH = frozenset({PEOPLE}), frozenset(ROLES)

STEPS: Mapping[str, Step] = {
    step.name: step
    for step in (
        Step(TAKEN_ON, (OPENED,), TAKEN_ON, _PEOPLE),
        Step(ASKED, (OPENED, TAKEN_ON), WAITING, _PEOPLE),
        Step(ANSWERED, (WAITING,), TAKEN_ON, _BOTH),
        Step(RECEIVED, _BEFORE_GOODS, GOODS_IN, _PEOPLE, goods=True),
        Step(QUOTED, (GOODS_IN,), QUOTED, _PEOPLE, goods=True),
        Step(AGREED, (QUOTED,), GOODS_IN, _BOTH, goods=True),
        Step(SENT_AWAY, (GOODS_IN,), AWAY, _PEOPLE, goods=True),
        Step(CAME_BACK, (AWAY,), GOODS_IN, _PEOPLE, goods=True),
        Step(READY, (GOODS_IN, QUOTED), READY, _PEOPLE, goods=True),
        Step(DONE, (*_BEFORE_GOODS, READY), DONE, _PEOPLE),
        Step(REFUSED, _BEFORE_GOODS, REFUSED, _PEOPLE),
        Step(WITHDRAWN, _BEFORE_GOODS, WITHDRAWN, _BOTH),
        Step(REOPENED, (DONE, REFUSED, WITHDRAWN), OPENED, _BOTH),
        Step(ASSIGNED, _OPEN, "", _PEOPLE),
    )
}
"""Every permitted step. Goods that are in the shop leave it by `ready` alone, repaired or not: nobody's goods are forgotten."""


def is_permitted(kind: str, state: str, step: str, role: str) -> bool:
    """Whether somebody may take a step with a request of a kind that is in a state.

    >>> is_permitted(REPAIR, TAKEN_ON, RECEIVED, PEOPLE), is_permitted(QUESTION, TAKEN_ON, RECEIVED, PEOPLE)
    (True, False)
    """
    found = STEPS.get(step)
    if found is None or state not in found.sources or role not in found.roles:
        return False
    return kind in WITH_GOODS or not found.goods


def possible(kind: str, state: str, role: str) -> Iterator[Step]:
    """What somebody may do: what a page offers."""
    return (step for name, step in STEPS.items() if is_permitted(kind, state, name, role))
