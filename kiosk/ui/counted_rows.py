"""Notes and coins being counted: rows of finished text, and which of them the digits go to. Plain Python but for the rows."""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.domain.cash import Tally
from kiosk.ui.entry import Entry
from kiosk.ui.till_desk import TillDesk

REST = 0
"""The key of what is not counted by piece: large notes, rolls of coins, foreign habits."""

_PIECES_DIGITS, _REST_DIGITS = 4, 7


@dataclass(frozen=True, slots=True)
class CountRow:
    """One note or coin with its count; `isNote` tells where it stands."""

    key: int
    title: str
    count: str
    amount: str
    chosen: bool
    spoken: str
    isNote: bool


class Counted:
    """The numbers as they are keyed in. `kinds` are values in minor units, the largest first, then REST unless there is none."""

    def __init__(self, kinds: tuple[int, ...], least_note: int, *, has_rest: bool = True) -> None:
        self.kinds = (*kinds, REST) if has_rest else kinds
        self._least_note = least_note
        self.place = 0
        self._touched = False
        self._entries: dict[int, Entry] = {}
        self.take({}, 0)

    def take(self, pieces: Mapping[str, int], rest_minor: int) -> None:
        """Begin with these numbers."""
        kept = {int(value): count for value, count in pieces.items()}
        self._entries = {
            kind: Entry(str(kept[kind]) if kept.get(kind) else "", most=_PIECES_DIGITS) for kind in self.kinds if kind != REST
        }
        self._entries[REST] = Entry(str(rest_minor) if rest_minor else "", 2, _REST_DIGITS)
        self._touched = False

    @property
    def kind(self) -> int:
        """The note or coin that digits go to, or REST."""
        return self.kinds[self.place]

    @property
    def is_last(self) -> bool:
        """Whether there is no further row."""
        return self.place == len(self.kinds) - 1

    def value(self, kind: int) -> int:
        """How many there are, or the rest in minor units."""
        return self._entries[kind].value

    def choose(self, kind: int) -> None:
        """Digits go there from now on; the first one takes the place of what stands there."""
        self.place, self._touched = self.kinds.index(kind), False

    def step(self, by: int) -> None:
        """The next row, or the one before."""
        self.place, self._touched = min(max(self.place + by, 0), len(self.kinds) - 1), False

    def digit(self, digit: str) -> int:
        """One more digit; gives the number now."""
        entry = self._entries[self.kind]
        self._entries[self.kind] = (entry if self._touched else entry.cleared()).key(digit)
        self._touched = True
        return self.value(self.kind)

    def back(self) -> int:
        """The last digit goes; gives the number now."""
        self._entries[self.kind] = self._entries[self.kind].back()
        self._touched = True
        return self.value(self.kind)

    def tally(self) -> Tally:
        """What was counted."""
        return Tally({kind: entry.value for kind, entry in self._entries.items() if kind != REST}, self.value(REST))

    def rows(self, desk: TillDesk) -> list[CountRow]:
        """As they are shown."""
        return [self._row(desk, kind, place == self.place) for place, kind in enumerate(self.kinds)]

    def _row(self, desk: TillDesk, kind: int, chosen: bool) -> CountRow:
        entry = self._entries[kind]
        if kind == REST:
            title = desk.say("Other cash")
            amount = desk.money(entry.value) if entry.value else ""
            spoken = desk.say("{kind}, {amount}", kind=title, amount=amount or "0")
            return CountRow(kind, title, amount, amount, chosen, spoken, False)
        title = desk.money(kind)
        amount = desk.money(kind * entry.value) if entry.value else ""
        spoken = desk.say("{kind}, {count} counted", kind=title, count=entry.value)
        return CountRow(kind, title, entry.digits, amount, chosen, spoken, kind >= self._least_note)
