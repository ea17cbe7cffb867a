"""One stock work on the screen: scan, search or key in how many; a count is checked before it is posted."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.errors import NotFound, Refused, ShopError
from kiosk.domain.facts import Fact
from kiosk.domain.quantity import ONE
from kiosk.domain.stockwork import CLEAR, COUNT, RECEIVE, SEND, WRITE_OFF, WorkLine
from kiosk.services.goods import Goods
from kiosk.services.journalwords import why_text
from kiosk.services.stockwork import Checked, Opened
from kiosk.ui import sounds
from kiosk.ui.entry import Entry
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.sheet_rows import ChoiceRow
from kiosk.ui.till_approval import ApprovalModel
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_menu import Keys
from kiosk.ui.till_stockrows import (
    DifferenceRow,
    Face,
    LineRow,
    difference_rows,
    face_of,
    line_row,
    why_rows,
    work_title,
)
from kiosk.ui.till_stocksearch import StockSearchModel
from kiosk.ui.till_stops import ground_text, handling_text

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

LINES, CHECK = "lines", "check"
_DIGITS = 7
_ASKS = ("stock.sign_off", "stock.not_allowed")
"""Refusals that a second person's word ends."""


@QmlElement
class StockWorkModel(QObject):
    """The work that is open. `leave` goes back to what can be begun."""

    changed = Signal()

    def __init__(
        self, desk: TillDesk, stage: Stage, approval: ApprovalModel, leave: Callable[[], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._stage, self._approval, self._leave = desk, stage, approval, leave
        self._lines = Rows(LineRow, self)
        self.search_model = StockSearchModel(desk, self.take, lambda text: self.scanned(text, None), self)
        self.search_model.refused.connect(self._refused)
        self._why, self._differences = Rows(ChoiceRow, self), Rows(DifferenceRow, self)
        self._opened: Opened | None = None
        self._checked: Checked | None = None
        self._faces: dict[str, Face] = {}
        self._expected: Mapping[str, int | None] = {}
        self._chosen, self._entry = "", Entry(most=_DIGITS)
        self._error: ShopError | None = None
        self._discarding = self._busy = False

    # what is shown

    @property
    def step(self) -> str:
        """`lines` or `check`."""
        return CHECK if self._checked is not None else LINES

    @Property(bool, notify=changed)
    def isCheck(self) -> bool:
        """Whether the differences are shown."""
        return self._checked is not None

    @Property(bool, notify=changed)
    def isCount(self) -> bool:
        """Whether it is a count."""
        return self._kind() == COUNT

    @Property(bool, notify=changed)
    def isWriteOff(self) -> bool:
        """Whether goods are written off."""
        return self._kind() == WRITE_OFF

    @Property(bool, notify=changed)
    def isDelivery(self) -> bool:
        """Whether a delivery is received."""
        return self._kind() == RECEIVE

    @Property(bool, notify=changed)
    def isEmpty(self) -> bool:
        """Whether nothing is in it yet."""
        return not self._lines.rows

    @Property(str, notify=changed)
    def title(self) -> str:
        """What it is."""
        return work_title(self._opened.work, self._desk.say) if self._opened else ""

    @Property(str, notify=changed)
    def progressText(self) -> str:
        """How far it is."""
        if self._opened is None:
            return ""
        say, lines, counted = self._desk.say, len(self._opened.lines), len(self._opened.counted)
        if parcels := self._opened.work.parcels:
            seen = len(self._opened.work.seen)
            told = "Parcels: {seen} of {count} · {done} of {lines} articles"
            return say(told, seen=seen, count=len(parcels), done=counted, lines=lines)
        if self._kind() in (COUNT, RECEIVE) and counted < lines:
            return say("{count} of {lines} counted", count=counted, lines=lines)
        return say("Articles: {count}", count=lines)

    @Property(QObject, notify=changed)
    def lines(self) -> QObject:
        """The lines."""
        return self._lines

    @Property(QObject, notify=changed)
    def reasons(self) -> QObject:
        """Why goods are written off."""
        return self._why

    @Property(QObject, notify=changed)
    def differences(self) -> QObject:
        """What was counted against what should be there."""
        return self._differences

    @Property(str, notify=changed)
    def note(self) -> str:
        """What was written down about it."""
        return self._opened.work.note if self._opened else ""

    @Property(int, notify=changed)
    def chosenPlace(self) -> int:
        """Where the chosen line stands; -1: none is."""
        return next((place for place, row in enumerate(self._lines.rows) if row.chosen), -1)

    @Property(str, notify=changed)
    def chosenTitle(self) -> str:
        """What the keypad is about."""
        face = self._faces.get(self._chosen)
        return face.title if face else ""

    @Property(str, notify=changed)
    def entryText(self) -> str:
        """How many are keyed in, or how many there are."""
        face, line = self._faces.get(self._chosen), self._line()
        if face is None or line is None:
            return ""
        milli = self._keyed() if not self._entry.is_empty else line.quantity_milli
        return "" if milli is None else self._desk.say.quantity(milli, face.unit)

    @Property(bool, notify=changed)
    def isKeyed(self) -> bool:
        """Whether a number is keyed in that does not stand on the line yet."""
        return not self._entry.is_empty

    @Property(StockSearchModel, notify=changed)
    def finder(self) -> StockSearchModel:
        """The field that finds goods without a scan."""
        return self.search_model

    @Property(str, notify=changed)
    def stopText(self) -> str:
        """Of goods that are taken off the shelf: why, which numbers are meant, and what becomes of them."""
        counter, work = self._desk.counter, self._opened.work if self._opened else None
        stop = next((one for group in counter.stops.values() for one in group if work is not None and one.id == work.stop), None)
        if stop is None:
            return ""
        say, numbers = self._desk.say, ", ".join(stop.numbers)
        meant = say("Only with number {numbers}", numbers=numbers) if numbers else say("All of it")
        nothing = say("Where there is none, key in 0")
        return " · ".join((ground_text(stop), meant, handling_text(stop, say), nothing))

    @Property(bool, notify=changed)
    def isDiscarding(self) -> bool:
        """Whether it is asked if all of it goes away."""
        return self._discarding

    @Property(str, notify=changed)
    def errorText(self) -> str:
        """Why it was refused."""
        return self._desk.say.error(self._error) if self._error else ""

    @Property(str, notify=changed)
    def sumText(self) -> str:
        """What the differences come to."""
        if self._checked is None:
            return ""
        say, checked = self._desk.say, self._checked
        differing = sum(1 for one in checked.differences if one.milli)
        worth = self._desk.money(checked.value_minor)
        told = say("Differences: {count}, {worth} in all", count=differing, worth=worth)
        left_out = len(checked.opened.lines) - len(checked.opened.counted) if self._kind() == COUNT else 0
        damaged = sum(line.damaged_milli for line in checked.opened.lines) // ONE
        unknown = sum(1 for line in checked.opened.lines if line.code)
        parts = [
            told if differing else "",
            say("Came damaged: {count}", count=damaged) if damaged else "",
            say("Unknown: {count}", count=unknown) if unknown else "",
        ]
        parts = [part for part in parts if part] or [say("Everything is as it should be")]
        if left_out:
            parts.append(say("Not counted, and left as they are: {count}", count=left_out))
        return " · ".join(parts)

    @Property(str, notify=changed)
    def nextText(self) -> str:
        """What F9 does."""
        say = self._desk.say
        if self._wants_check() and self._checked is None:
            return say("Check")
        texts = {COUNT: say("Post the count"), RECEIVE: say("Take in"), SEND: say("Send"), CLEAR: say("So much is off the shelf")}
        return texts.get(self._kind(), say("Write off"))

    def lines_shown(self) -> tuple[LineRow, ...]:
        """The lines as they are shown."""
        return self._lines.rows

    def screen_keys(self) -> Keys:
        """What the keyboard does."""
        key = Qt.Key
        if self._checked is not None:
            return self.next, {key.Key_Escape: self.back, key.Key_F9: self.next}
        return self.enter, {
            key.Key_Escape: self.back, key.Key_Backspace: self.backspace, key.Key_Delete: self.remove, key.Key_F4: self.remove,
            key.Key_Up: lambda: self.move(-1), key.Key_Down: lambda: self.move(1), key.Key_Plus: lambda: self.more(1),
            key.Key_Minus: lambda: self.more(-1), key.Key_F2: self.search_model.wanted.emit, key.Key_F8: self.discard,
            key.Key_F6: lambda: self.damage(1), key.Key_F9: self.next,
        }  # fmt: skip

    def retell(self) -> None:
        """The language changed: names are read anew."""
        self._faces = {}
        if self._opened is not None:
            work = self._opened.work.id
            self._do(lambda: self._desk.stock.open(work), quiet=True)

    # what a person does

    def begin(self, opened: Opened) -> None:
        """Show a work."""
        only = opened.lines[0].article if opened.work.stop and opened.lines else ""  # what is not there is keyed in as 0 at once
        self._opened, self._checked, self._chosen, self._expected = opened, None, only, {}
        self._entry, self._error, self._discarding, self._busy = Entry(most=_DIGITS), None, False, False
        self.search_model.search("")
        self._do(lambda: opened, quiet=True)

    @Slot()
    def back(self) -> None:
        """One step back; the work stays as it is."""
        if self._discarding:
            self._discarding = False
        elif not self._entry.is_empty:
            self._entry = self._entry.cleared()
        elif self.search_model.is_searching():
            self.search_model.search("")
        elif self._checked is not None:
            self._checked = None
        else:
            self._leave()
        self.changed.emit()

    @Slot()
    def leave(self) -> None:
        """Back to what can be begun; the work stays as it is."""
        self._leave()

    @Slot(str)
    def choose(self, article: str) -> None:
        """Another line."""
        self._chosen, self._entry, self._error = article, self._entry.cleared(), None
        self._show()

    def move(self, by: int) -> None:
        """The next line or result, or the one before."""
        if self.search_model.is_searching():
            self.search_model.move(by)
        elif rows := self._lines.rows:
            place = next((n for n, row in enumerate(rows) if row.chosen), -1 if by > 0 else len(rows))
            self.choose(rows[min(max(place + by, 0), len(rows) - 1)].key)

    @Slot(str)
    def digit(self, digit: str) -> None:
        """A digit of how many."""
        if self._line() is not None:
            self._entry, self._error = self._entry.key(digit), None
            self.changed.emit()

    @Slot()
    def backspace(self) -> None:
        """The last digit goes."""
        self._entry = self._entry.back()
        self.changed.emit()

    @Slot()
    def enter(self) -> None:
        """What is keyed in is how many there are."""
        line = self._line()
        if line is not None and not self._entry.is_empty:
            work, milli = self._id(), self._keyed()
            self._entry = self._entry.cleared()
            self._do(lambda: self._desk.stock.put(work, line.article, milli))

    @Slot(int)
    def more(self, by: int) -> None:
        """One more of the chosen line, or one less."""
        line = self._line()
        if line is not None:
            work, milli = self._id(), max(0, (line.quantity_milli or 0) + by * ONE)
            self._do(lambda: self._desk.stock.put(work, line.article, milli))

    @Slot(int)
    def damage(self, by: int) -> None:
        """One more of the chosen line came broken, or one less."""
        line = self._line()
        if line is not None and self._kind() == RECEIVE:
            work = self._id()
            self._do(lambda: self._desk.stock.damage(work, line.article, by * ONE))

    @Slot()
    def remove(self) -> None:
        """Take the chosen line away."""
        line = self._line()
        if line is not None:
            work = self._id()
            self._do(lambda: self._desk.stock.remove(work, line.article))

    @Slot(str)
    def chooseWhy(self, why: str) -> None:
        """Why goods are written off."""
        work, note = self._id(), self._opened.work.note if self._opened else ""
        self._do(lambda: self._desk.stock.say_why(work, why, note), quiet=True)

    @Slot(str)
    def write(self, note: str) -> None:
        """A note to the reason."""
        work, why = self._id(), self._opened.work.why if self._opened else ""
        if why:
            self._do(lambda: self._desk.stock.say_why(work, why, note), quiet=True)

    def scanned(self, text: str, aim: str | None) -> None:
        """One more of what was scanned; a count that is being checked is gone on with."""
        work = self._id()
        self._checked = None
        self._do(lambda: self._desk.stock.scan(work, text, aim))

    @Slot()
    def discard(self) -> None:
        """All of it goes away; asked once more before."""
        if not self._discarding:
            self._discarding = True
            self.changed.emit()
            return
        work = self._id()
        self._desk.bridge.run(lambda: self._desk.stock.discard(work), self._discarded, self._refused)

    @Slot()
    def next(self) -> None:
        """Check a count, or post what is checked."""
        if self._busy:
            return
        work, self._busy = self._id(), True
        if self._wants_check() and self._checked is None:
            self._desk.bridge.run(lambda: self._check(work), self._checked_in, self._refused)
        else:
            self._desk.bridge.run(lambda: self._desk.stock.post(work), self._posted, self._not_posted)

    def take(self, article: str) -> None:
        """A result was chosen: one more of it. A weight is keyed in then."""
        work, desk = self._id(), self._desk

        def add() -> Opened:
            found = desk.counter.catalog.article(article)
            if found is None:
                raise NotFound("scan.unknown", code=article)
            return desk.stock.add(work, Goods(found, 0 if found.is_weighed else ONE))

        self._do(add)

    # inside

    def _kind(self) -> str:
        return self._opened.work.kind if self._opened else ""

    def _wants_check(self) -> bool:
        return self._kind() == COUNT or bool(self._opened and self._opened.work.notice and self._opened.work.announced)

    def _id(self) -> str:
        return self._opened.work.id if self._opened else ""

    def _line(self) -> WorkLine | None:
        lines = self._opened.lines if self._opened else ()
        return next((line for line in lines if line.article == self._chosen), None)

    def _keyed(self) -> int:
        face = self._faces.get(self._chosen)
        return self._entry.value if face and face.unit != "piece" else self._entry.value * ONE

    def _do(self, work: Callable[[], Opened], *, quiet: bool = False) -> None:
        """Do something to the work and show what it is then."""
        known = self._faces

        def job() -> tuple[Opened, dict[str, Face], Mapping[str, int | None]]:
            opened = work()
            faces = {line.article: self._face(line.article) for line in opened.lines if line.article not in known}
            return opened, faces, self._expected_of(opened)

        def done(found: tuple[Opened, dict[str, Face], Mapping[str, int | None]]) -> None:
            self._opened, faces, self._expected = found
            self._faces = {**self._faces, **faces}
            self._error = None
            if self._opened.touched:
                self._chosen, self._entry = self._opened.touched, self._entry.cleared()
            if not quiet:
                self._desk.sounds.play(sounds.GOOD)
            self._show()

        self._desk.bridge.run(job, done, self._refused)

    def _expected_of(self, opened: Opened) -> Mapping[str, int | None]:
        if opened.work.notice and opened.work.announced:
            return {line.article: line.due_milli for line in opened.lines}
        if opened.work.kind != COUNT or self._desk.counter.settings.stock_blind:
            return {}
        known = self._desk.stock.known(opened.lines)
        return {line.article: known.expected(line) for line in opened.lines}

    def _face(self, article: str) -> Face:
        counter = self._desk.counter
        if article.startswith("?"):
            return Face(self._desk.say("Unknown goods"), article[1:], "piece", "")
        found = counter.catalog.article(article)
        if found is None:
            return Face(article, "", "piece", "")
        return face_of(found, counter.variant_text(found), self._desk.language)

    def _check(self, work: str) -> tuple[Checked, dict[str, Face]]:
        checked = self._desk.stock.check(work)
        return checked, {line.article: self._face(line.article) for line in checked.opened.lines if line.article not in self._faces}

    def _checked_in(self, found: tuple[Checked, dict[str, Face]]) -> None:
        checked, faces = found
        self._busy, self._error = False, None
        self._faces = {**self._faces, **faces}
        self._opened = checked.opened
        if checked.again:
            self._chosen = checked.again[0]
            self._refused(Refused("stock.count_again"))
        else:
            self._checked = checked
        self._show()

    def _not_posted(self, error: ShopError) -> None:
        if error.code not in _ASKS:
            self._refused(error)
            return
        self._busy, work = False, self._id()
        self._approval.ask(error, lambda number, pin: self._desk.stock.post(work, number, pin), self._posted)

    def _posted(self, fact: Fact) -> None:
        self._busy = False
        self._desk.sounds.play(sounds.GOOD)
        say, count = self._desk.say, len(fact.body["lines"])
        if self._kind() == COUNT:
            self._stage.tell(say("The count is posted. Articles: {count}", count=count))
        elif self._kind() == SEND:
            to = self._opened.work.title if self._opened else ""
            self._stage.tell(say("{number} is on its way to {store}", number=fact.body["transfer"], store=to))
        elif self._kind() == CLEAR:
            self._stage.tell(say("Taken off the shelf: {count}", count=-(-fact.body["quantity"] // ONE)))
        elif self._kind() == RECEIVE:
            self._stage.tell(say("The delivery is taken in. Articles: {count}", count=count))
        else:
            why = why_text(str(fact.body["detail"]["why"]), say)
            self._stage.tell(say("Written off: {count} · {why}", count=count, why=why))
        self._leave()

    def _discarded(self, _: Fact) -> None:
        self._stage.tell(self._desk.say("It is discarded, and nothing was changed by it"))
        self._leave()

    def _refused(self, error: ShopError) -> None:
        self._busy, self._error = False, error
        self._desk.sounds.play(sounds.REFUSED)
        self.changed.emit()

    def _show(self) -> None:
        say, opened = self._desk.say, self._opened
        if opened is None:
            return
        told = bool(opened.work.notice) and opened.work.announced
        tells = told or (opened.work.kind == COUNT and not self._desk.counter.settings.stock_blind)
        self._lines.put(
            [
                line_row(
                    line, self._faces[line.article], line.article == self._chosen, self._expected.get(line.article), say,
                    waits=opened.work.kind in (COUNT, RECEIVE, CLEAR), tells=tells,
                )
                for line in opened.lines
                if line.article in self._faces
            ]
        )  # fmt: skip
        self._why.put(why_rows(opened.work.why, say))
        if self._checked is not None:
            currency = self._desk.counter.ledger.identity.place.currency
            self._differences.put(difference_rows(self._checked.differences, self._faces, say, currency))
        self.changed.emit()
