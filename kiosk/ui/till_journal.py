"""The journal on the screen: filters to tap, a field for a receipt or an amount, pages that come as one scrolls, an export."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.errors import ShopError
from kiosk.domain.facts import Fact
from kiosk.domain.holding import worth_of
from kiosk.domain.journal import Filter
from kiosk.domain.money import parse_minor
from kiosk.domain.receipt import ReceiptNumber
from kiosk.services.journal import Exported, Page
from kiosk.services.journalwords import GROUPS, detail, group_names, title
from kiosk.ui import flow as flows
from kiosk.ui.flow import Dialog
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.sheet_rows import ChoiceRow
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_menu import Keys, MenuEntry

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

TODAY, YESTERDAY, WEEK, EVER = "today", "yesterday", "week", "ever"


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One fact as a line."""

    key: int
    when: str
    who: str
    title: str
    detail: str
    money: str


@QmlElement
class JournalModel(QObject):
    """What happened at this till, newest first."""

    changed = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._rows = Rows(EntryRow, self)
        self._days, self._groups, self._people = Rows(ChoiceRow, self), Rows(ChoiceRow, self), Rows(ChoiceRow, self)
        self._day, self._group, self._person, self._text = TODAY, "", "", ""
        self._found: list[tuple[int, Fact]] = []
        self._names: dict[str, str] = {}
        self._next, self._asked = 0, 0
        self._done = ""

    # what is shown

    @Property(QObject, notify=changed)
    def rows(self) -> QObject:
        """The facts."""
        return self._rows

    @Property(QObject, notify=changed)
    def days(self) -> QObject:
        """Which days."""
        return self._days

    @Property(QObject, notify=changed)
    def groups(self) -> QObject:
        """Which kinds."""
        return self._groups

    @Property(QObject, notify=changed)
    def people(self) -> QObject:
        """Whose."""
        return self._people

    @Property(bool, notify=changed)
    def isEmpty(self) -> bool:
        """Whether nothing fits."""
        return not self._found

    @Property(str, notify=changed)
    def countText(self) -> str:
        """How many are shown."""
        say, count = self._desk.say, len(self._found)
        return say("{count} entries, more below", count=count) if self._next else say("{count} entries", count=count)

    @Property(str, notify=changed)
    def doneText(self) -> str:
        """Where an export went, or why it did not."""
        return self._done

    # the family

    def menu(self) -> Sequence[MenuEntry]:
        """What the menu gets."""
        return (MenuEntry("journal", self._desk.say("Journal"), "history", self.begin),)

    def keys(self, dialog: Dialog) -> Keys | None:
        """It is a screen and has no dialog."""
        return None

    def digits(self, dialog: Dialog) -> Callable[[str], object] | None:
        """It is a screen and has no dialog."""
        return None

    def screen_keys(self) -> Keys:
        """What the keyboard does on it."""
        key = Qt.Key
        return None, {
            key.Key_Escape: self.leave, key.Key_F6: self.export, key.Key_F9: self.leave,
            key.Key_Left: lambda: self.stepDay(-1), key.Key_Right: lambda: self.stepDay(1),
            key.Key_PageDown: self.more, key.Key_F3: lambda: self.stepGroup(1), key.Key_F4: lambda: self.stepPerson(1),
        }  # fmt: skip

    def retell(self) -> None:
        """The language changed."""
        self._show()

    # what a person does

    def begin(self) -> None:
        """Open it at today."""
        self._day, self._group, self._person, self._text, self._done = TODAY, "", "", "", ""
        self._desk.bridge.search(self._desk.till_money.journal.people, self._named, self._stage.refuse)
        self._look()
        self._stage.move(flows.journal(self._stage.flow))

    @Slot()
    def leave(self) -> None:
        """Back to the sale."""
        self._stage.move(flows.to_sale(self._stage.flow))

    @Slot(str)
    def chooseDay(self, day: str) -> None:
        """Other days."""
        self._day = day
        self._look()

    @Slot(str)
    def chooseGroup(self, group: str) -> None:
        """Other kinds; the same one again means all."""
        self._group = "" if group == self._group else group
        self._look()

    @Slot(str)
    def choosePerson(self, number: str) -> None:
        """Another person; the same one again means all."""
        self._person = "" if number == self._person else number
        self._look()

    def stepDay(self, by: int) -> None:
        """The next span of days."""
        days = (TODAY, YESTERDAY, WEEK, EVER)
        self.chooseDay(days[(days.index(self._day) + by) % len(days)])

    def stepGroup(self, by: int) -> None:
        """The next kind, after the last one all."""
        keys = ["", *GROUPS]
        self._group = keys[(keys.index(self._group) + by) % len(keys)]
        self._look()

    def stepPerson(self, by: int) -> None:
        """The next person, after the last one all."""
        keys = ["", *self._names]
        self._person = keys[(keys.index(self._person) + by) % len(keys)] if self._person in keys else ""
        self._look()

    @Slot(str)
    def search(self, text: str) -> None:
        """A receipt, the last digits of one, or an amount."""
        self._text = text.strip()
        self._look()

    def scanned(self, text: str) -> None:
        """A receipt was held under the scanner: it is looked for, whatever the day."""
        self._day, self._text = EVER, text
        self._look()

    @Slot()
    def more(self) -> None:
        """The end of the list was reached."""
        if self._next:
            self._read(self._next)

    @Slot()
    def export(self) -> None:
        """Take what is shown along."""
        wanted = self._filter()
        work = lambda: self._desk.till_money.journal.export_anywhere(wanted)  # noqa: E731
        self._desk.bridge.run(work, self._exported, self._not_exported)

    # inside

    def _look(self) -> None:
        self._found, self._next = [], 0
        self._read(0)

    def _read(self, before: int) -> None:
        self._asked += 1
        asked, wanted = self._asked, self._filter()
        self._next = 0

        def read(page: Page) -> None:
            if asked == self._asked:  # an answer to an older question comes too late
                self._found += zip(page.numbers, page.found, strict=True)
                self._next = page.next_before
                self._show()

        self._desk.bridge.search(lambda: self._desk.till_money.journal.page(wanted, before), read, self._stage.refuse)

    def _filter(self) -> Filter:
        first, last = self._span()
        receipt, amount = self._meant()
        return Filter(first, last, self._person, GROUPS.get(self._group, ()), receipt, amount, amount)

    def _span(self) -> tuple[str, str]:
        counter = self._desk.counter
        today = date.fromisoformat(counter.ledger.clock.local_date(counter.now_ms()))
        day = timedelta(days=1)
        spans = {
            TODAY: (today.isoformat(), ""), YESTERDAY: ((today - day).isoformat(), (today - day).isoformat()),
            WEEK: ((today - 6 * day).isoformat(), ""), EVER: ("", ""),
        }  # fmt: skip
        return spans[self._day]

    def _meant(self) -> tuple[str, int | None]:
        """What was typed: with a comma it is an amount, digits alone are a receipt of this till, anything else a whole number."""
        text, identity = self._text, self._desk.counter.ledger.identity
        if not text:
            return "", None
        if text.isascii() and text.isdigit():
            place = identity.place
            return str(ReceiptNumber(place.store, place.terminal, identity.series, int(text))), None
        try:
            return "", parse_minor(text)
        except ValueError:
            return text, None

    def _named(self, people: tuple[tuple[str, str], ...]) -> None:
        self._names = dict(people)
        self._show()

    def _exported(self, done: Exported) -> None:
        self._done = self._desk.say("{count} entries are in {file}", count=done.facts, file=str(done.table))
        self.changed.emit()

    def _not_exported(self, error: ShopError) -> None:
        self._done = self._desk.say.error(error)
        self.changed.emit()

    def _show(self) -> None:
        say = self._desk.say
        spans = {TODAY: say("Today"), YESTERDAY: say("Yesterday"), WEEK: say("Seven days"), EVER: say("All days")}
        self._days.put([ChoiceRow(key, name, key == self._day) for key, name in spans.items()])
        self._groups.put([ChoiceRow(key, name, key == self._group) for key, name in group_names(say).items()])
        self._people.put([ChoiceRow(key, name, key == self._person) for key, name in self._names.items()])
        self._rows.put([self._row(number, fact) for number, fact in self._found])
        self.changed.emit()

    def _row(self, number: int, fact: Fact) -> EntryRow:
        say, worth = self._desk.say, worth_of(fact)
        when = say.date_time(fact.moment.wall_ms, fact.place.zone)
        who = self._names.get(fact.employee, fact.employee)
        money = self._desk.money(worth) if worth is not None else ""
        before = say("on the till before this one") if number < 0 else ""
        told = " · ".join(part for part in (before, detail(fact, say)) if part)
        return EntryRow(number, when, who, title(fact, say), told, money)
