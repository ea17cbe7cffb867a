"""What the office pages show, as finished text: rows, boards and items in a language and in the store's own time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from kiosk.domain.exceptions import ACTIONS, MEND, WRITE_OFF, Waiting
from kiosk.domain.readiness import Board, Row, State
from kiosk.text import Words
from sync.hub.desk import head
from sync.hub.mending import Field
from sync.hub.queue import Item
from sync.hub.readiness import Standing

SIGNS = {State.OK: "✓", State.UNKNOWN: "?", State.WARN: "!", State.STOP: "■"}
"""A state is never told by its colour alone."""


@dataclass(frozen=True, slots=True)
class Place:
    """A store as the pages need it."""

    name: str
    zone: str
    currency: str


@dataclass(frozen=True, slots=True)
class TerminalRow:
    """A terminal in the list, and at the head of its own page."""

    link: str
    queue_link: str
    name: str
    store: str
    state: str
    sign: str
    state_name: str
    head: str
    because: str
    held: int
    heard: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One line of a board."""

    title: str
    state: str
    sign: str
    state_name: str
    text: str


@dataclass(frozen=True, slots=True)
class ActionKey:
    """One thing that can be done."""

    code: str
    name: str
    danger: bool


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of the form that mends: its name, its label, and what it holds."""

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class ItemCard:
    """One thing that waits. `note`, `patch`, `fields` and `open` bring back what was typed when it was refused."""

    id: str
    anchor: str
    what: str
    why: str
    money: str
    since: str
    place: str
    by: str
    late: bool
    actions: tuple[ActionKey, ...]
    can_mend: bool
    body: str
    fields: tuple[FormField, ...] = ()
    note: str = ""
    patch: str = ""
    open: bool = False

    def typed(self, form: Mapping[str, str]) -> "ItemCard":
        """The card with what was typed into its form."""
        fields = tuple(replace(field, value=form.get(field.name, field.value)) for field in self.fields)
        return replace(self, fields=fields, note=form.get("note", ""), patch=form.get("patch", ""), open=True)


@dataclass(frozen=True, slots=True)
class Tile:
    """How many terminals are in a state; a click shows only these."""

    state: str
    sign: str
    name: str
    count: int
    link: str
    chosen: bool


class View:
    """Finished text for one page: its language, the time, and the stores by id."""

    def __init__(self, words: Words, now_ms: int, places: Mapping[str, Place]) -> None:
        self.words = words
        self.now_ms = now_ms
        self.places = places

    def link(self, path: str, **query: str) -> str:
        """An address of these pages, with what is asked there."""
        asked = {name: value for name, value in query.items() if value}
        return f"{path}?{urlencode(asked)}" if asked else path

    def place(self, store: str) -> Place:
        """A store; one that is gone is known by its id, and what is of no store is told in the time of the first one."""
        first = next(iter(self.places.values()), Place("", "UTC", "EUR"))
        return self.places.get(store) or replace(first, name=store)

    def terminal(self, one: Standing) -> TerminalRow:
        """A terminal's row."""
        words, place, gravity = self.words, self.place(one.store), one.gravity(self.now_ms)
        board = one.state.board if one.state is not None else None
        row = _telling(board) if board is not None else None
        return TerminalRow(
            self.link(f"/office/terminal/{one.dev}"), self.link("/office/queue", store=one.store), self.name(one), place.name,
            gravity.value, SIGNS[gravity], words.sentence(f"ready.state.{gravity.value}"),
            head(board.hours if board else None, board is not None, words),
            words.told(row.code, row.values, place.zone, place.currency) if row else "", one.held, self.heard(one),
            one.state.app if one.state is not None else "",
        )  # fmt: skip

    def name(self, one: Standing) -> str:
        """What a terminal is called."""
        kind = self.words("Till {number}", number=one.terminal)
        return kind if one.kind == "till" else self.words("Kiosk {number}", number=one.terminal)

    def heard(self, one: Standing) -> str:
        """When a terminal last said anything."""
        last_ms = max(one.heard_ms, one.seen_ms)
        return self.words.ago(max(0, self.now_ms - last_ms)) if last_ms else self.words("Never")

    def board(self, one: Standing) -> list[BoardLine]:
        """A terminal's board, line by line."""
        if one.state is None:
            return []
        words, place = self.words, self.place(one.store)
        return [
            BoardLine(
                words.sentence(f"ready.title.{row.key}"), row.state.value, SIGNS[row.state],
                words.sentence(f"ready.state.{row.state.value}"), words.told(row.code, row.values, place.zone, place.currency),
            )
            for row in one.state.board.rows
        ]  # fmt: skip

    def tiles(self, counts: Mapping[State, int], chosen: str, find: str) -> list[Tile]:
        """How many terminals are in each state, the gravest first."""
        return [
            Tile(
                state.value, SIGNS[state], self.words.sentence(f"ready.state.{state.value}"), counts[state],
                self.link("/office", state="" if state.value == chosen else state.value, find=find), state.value == chosen,
            )
            for state in (State.STOP, State.WARN, State.UNKNOWN, State.OK)
        ]  # fmt: skip

    def field(self, field: Field) -> FormField:
        """A field of the form that mends, with its label."""
        return FormField(field.name, field_label(self.words, field.what, field.line), field.value)

    def item(self, item: Item, body: str, fields: Sequence[Field] = ()) -> ItemCard:
        """Something that waits at the hub, or was written off."""
        card = self.waiting(item.waiting, item.store, item.terminal)
        values = item.waiting.values
        by = self.words("written off by {who}: {note}", who=values["who"], note=values["note"]) if "closed_ms" in values else ""
        actions = tuple(
            ActionKey(code, self.words.sentence(f"action.{code}"), code == WRITE_OFF)
            for code in ACTIONS
            if code in item.waiting.actions
        )
        return ItemCard(
            card.id, card.anchor, card.what, card.why, card.money, card.since, card.place, by,
            card.late and not by, actions, MEND in item.waiting.actions, body,
            tuple(self.field(field) for field in fields),
        )  # fmt: skip

    def waiting(self, waiting: Waiting, store: str, terminal: str = "") -> ItemCard:
        """Something that waits, without what can be done about it."""
        place = self.place(store)
        what, why = self.words.waiting(waiting, place.zone, place.currency)
        money = "" if waiting.money_minor is None else self.words.money(waiting.money_minor, place.currency)
        where = " · ".join(part for part in (place.name, terminal and self.words("Till {number}", number=terminal)) if part)
        since = self.words("since {time}", time=self.words.date_time(waiting.since_ms, place.zone))
        anchor = "item-" + "".join(letter if letter.isalnum() else "-" for letter in waiting.id)
        return ItemCard(waiting.id, anchor, what, why, money, since, where, "", waiting.is_late(self.now_ms), (), False, "")


def _telling(board: Board) -> Row | None:
    """The line that says most: what limits the hours, unless that is well and another needs a look."""
    row = board.row
    if row is not None and row.state is not State.OK:
        return row
    return next((one for one in board.rows if one.state is State.WARN), row)


def found_by(standings: Sequence[Standing], view: View, find: str) -> list[Standing]:
    """The terminals whose store or name holds every word that was typed."""
    wanted = find.casefold().split()
    return [
        one
        for one in standings
        if all(word in f"{one.store} {view.place(one.store).name} {view.name(one)} {one.terminal}".casefold() for word in wanted)
    ]


def field_label(words: Words, what: str, line: int) -> str:
    """What a field of the form that mends is called on the page and in a refusal."""
    labels = {
        "day": words("Business day"),
        "location": words("Store whose goods it moves"),
        "article": words("Line {number}: article", number=line),
        "quantity": words("Line {number}: quantity", number=line),
    }
    return labels[what]
