"""Service requests as the office pages show them: finished texts of a list, and of one request with what happened."""

from dataclasses import dataclass

from kiosk.domain import servicelife as life
from sync.hub.office import service_words
from sync.hub.office.views import View
from sync.hub.services import Stored

_KINDS = {life.READY: "ok", life.DONE: "ok", life.REFUSED: "unknown", life.WITHDRAWN: "unknown", life.OPENED: "warn"}


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One request of the list; `colour` is how its state is shown, `late` that its time is over."""

    link: str
    id: str
    kind: str
    about: str
    state: str
    colour: str
    place: str
    opened: str
    due: str
    late: bool


@dataclass(frozen=True, slots=True)
class StepKey:
    """One step that can be taken."""

    code: str
    name: str
    danger: bool


@dataclass(frozen=True, slots=True)
class Past:
    """Something that happened; `note` only for who may read what customers are told."""

    text: str
    note: str
    at: str
    who: str


def row(one: Stored, view: View) -> ServiceRow:
    """A request in a list."""
    words, state, request = view.words, one.state, one.state.request
    place = view.place(state.store)
    return ServiceRow(
        f"/office/service/{request.id}", request.id, service_words.kinds(words)[request.kind], about(one, view),
        service_words.states(words)[state.state], _KINDS.get(state.state, "unknown"),
        place.name if state.store else words("Head office"), words.date_time(request.opened_ms, place.zone),
        words.date_time(state.due_ms, place.zone) if state.is_open else "", state.is_open and state.due_ms <= view.now_ms,
    )  # fmt: skip


def about(one: Stored, view: View) -> str:
    """What a request is about, in one line."""
    words, said = view.words, one.state.request.about
    parts = [
        said.article, words("number {serial}", serial=said.serial) if said.serial else "",
        words("Receipt {receipt}", receipt=said.receipt) if said.receipt else "",
        words("line {line}", line=said.line) if said.line else "",
    ]  # fmt: skip
    return " · ".join(part for part in parts if part)


def steps(one: Stored, view: View) -> list[StepKey]:
    """What people may do with it now; to give it to another place or day is a form of its own."""
    names = service_words.steps(view.words)
    found = [step.name for step in life.possible(one.state.request.kind, one.state.state, life.PEOPLE)]
    return [StepKey(name, names[name], name in (life.REFUSED, life.WITHDRAWN)) for name in found if name != life.ASSIGNED]


def history(one: Stored, view: View, may_read: bool) -> list[Past]:
    """What happened, the newest first."""
    words, names, zone = view.words, service_words.steps(view.words), view.place(one.state.store).zone
    told = [
        Past(
            names[event.step], one.notes.get(event.id, "") if may_read else "", words.date_time(event.at_ms, zone),
            words("the customer") if event.role == life.CUSTOMER else event.by,
        )
        for event, _ in reversed(one.state.path)
    ]  # fmt: skip
    return [*told, Past(words("Opened"), "", words.date_time(one.state.request.opened_ms, zone), "")]
