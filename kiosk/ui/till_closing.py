"""Closing a shift, step by step: what is unfinished, the blind count, the difference with its second person, and the Z report."""

from collections.abc import Callable, Sequence
from enum import StrEnum

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.cash import proposed_float
from kiosk.domain.errors import ShopError
from kiosk.domain.facts import Fact
from kiosk.domain.sheet import Sheet
from kiosk.domain.zreport import CLOSE
from kiosk.services.closing import CARD, CART, OTHERS, PART_PAID, SUSPENDED, Hindrance, Wish
from kiosk.services.counting import Draft
from kiosk.ui import flow as flows
from kiosk.ui import sounds
from kiosk.ui.counted_rows import REST, Counted, CountRow
from kiosk.ui.entry import Entry
from kiosk.ui.flow import Dialog
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.sheet_rows import ChoiceRow, HindranceRow, SheetLine, sheet_lines
from kiosk.ui.signature import Signature
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_menu import Keys, MenuEntry

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1


class Step(StrEnum):
    """Where in the close it is."""

    START = "start"
    COUNT = "count"
    RESULT = "result"
    SIGN = "sign"
    DONE = "done"


@QmlElement
class ClosingModel(QObject):
    """The close of the open shift."""

    changed = Signal()
    locking = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        rules = desk.counter.rules
        self._counted = Counted(rules.COUNTED_MINOR, rules.LEAST_NOTE_MINOR)
        self._notes, self._coins = Rows(CountRow, self), Rows(CountRow, self)
        self._hindrances, self._reasons, self._lines = Rows(HindranceRow, self), Rows(ChoiceRow, self), Rows(SheetLine, self)
        self._found: tuple[Hindrance, ...] = ()
        self._step = Step.START
        self._draft: Draft | None = None
        self._error: ShopError | None = None
        self._busy = False
        self._reason, self._note = "", ""
        self._float, self._float_touched = Entry(decimals=2, most=7), False
        self._signature = Signature()
        self._sheet: Sheet | None = None
        self._z_seq = 0

    # the family

    def menu(self) -> Sequence[MenuEntry]:
        """What the menu gets."""
        return (MenuEntry("close_shift", self._desk.say("Close the shift"), "log-out", self.begin),)

    def keys(self, dialog: Dialog) -> Keys | None:
        """It is a screen and has no dialog."""
        return None

    def digits(self, dialog: Dialog) -> Callable[[str], object] | None:
        """It is a screen and has no dialog."""
        return None

    # what is shown

    @Property(str, notify=changed)
    def step(self) -> str:
        """The step that is shown."""
        return self.step_shown()

    def step_shown(self) -> str:
        """The step that is shown."""
        return self._step.value

    @Property(bool, notify=changed)
    def hasDrawer(self) -> bool:
        """Whether there is a drawer to count."""
        return self._desk.counter.has_drawer

    @Property(QObject, notify=changed)
    def notes(self) -> QObject:
        """Notes to count."""
        return self._notes

    @Property(QObject, notify=changed)
    def coins(self) -> QObject:
        """Coins to count, and what is not counted by piece."""
        return self._coins

    @Property(QObject, notify=changed)
    def hindrances(self) -> QObject:
        """What is unfinished."""
        return self._hindrances

    @Property(bool, notify=changed)
    def isClear(self) -> bool:
        """Whether nothing is unfinished."""
        return not self._found

    @Property(QObject, notify=changed)
    def reasons(self) -> QObject:
        """What may have happened."""
        return self._reasons

    @Property(QObject, notify=changed)
    def lines(self) -> QObject:
        """The Z report."""
        return self._lines

    @Property(str, notify=changed)
    def zText(self) -> str:
        """The number of the Z report."""
        return self._sheet.number if self._sheet else ""

    @Property(str, notify=changed)
    def goneOnText(self) -> str:
        """Who began the count that is taken up again; empty for a count of one's own."""
        draft, say = self._draft, self._desk.say
        if draft is None or len(draft.people) < 2:
            return ""
        begun = say.date_time(draft.begun_ms, self._desk.counter.ledger.identity.place.zone)
        return say("Begun by {who} on {time}; you go on with it.", who=draft.people[0], time=begun)

    @Property(str, notify=changed)
    def totalText(self) -> str:
        """What was counted so far; hidden where counts are blind, until it is handed in."""
        blind = self._desk.counter.settings.blind_count and self._step is Step.COUNT
        return "" if blind else self._desk.money(self._counted.tally().total_minor)

    @Property(str, notify=changed)
    def expectedText(self) -> str:
        """What there should be."""
        draft = self._draft
        return self._desk.money(draft.expected_minor) if draft and draft.expected_minor is not None else ""

    @Property(str, notify=changed)
    def countedText(self) -> str:
        """What there is."""
        return self._desk.money(self._draft.tally.total_minor) if self._draft else ""

    @Property(str, notify=changed)
    def differenceText(self) -> str:
        """Over or short."""
        return self._desk.money(abs(self._difference()))

    @Property(str, notify=changed)
    def differenceName(self) -> str:
        """Which of both."""
        say, minor = self._desk.say, self._difference()
        return say("Over") if minor > 0 else say("Short") if minor < 0 else say("No difference")

    @Property(bool, notify=changed)
    def differs(self) -> bool:
        """Whether there is a difference."""
        return self._difference() != 0

    @Property(bool, notify=changed)
    def needsSecond(self) -> bool:
        """Whether another person has to sign it off."""
        return self._needs_second()

    @Property(str, notify=changed)
    def floatText(self) -> str:
        """What stays in the drawer."""
        return self._desk.money(self._float.value)

    @Property(str, notify=changed)
    def takingsText(self) -> str:
        """What goes to the safe."""
        there = self._draft.tally.total_minor if self._draft else 0
        return self._desk.money(max(0, there - self._float.value))

    @Property(str, notify=changed)
    def proposalText(self) -> str:
        """Which notes and coins to leave, so that the next shift has change."""
        if self._draft is None:
            return ""
        kept = proposed_float(self._draft.tally, self._float.value).pieces
        return " · ".join(f"{count} × {self._desk.money(value)}" for value, count in kept.items())

    @Property(str, notify=changed)
    def note(self) -> str:
        """The explanation in own words."""
        return self._note

    @Property(str, notify=changed)
    def entryLabel(self) -> str:
        """What is keyed in for the second person."""
        say = self._desk.say
        return say("PIN of the second person") if self._signature.is_pin else say("Staff number of the second person")

    @Property(str, notify=changed)
    def entryText(self) -> str:
        """It, with a PIN hidden."""
        return self._signature.shown

    @Property(bool, notify=changed)
    def isPin(self) -> bool:
        """Whether the PIN is keyed in."""
        return self._signature.is_pin

    @Property(str, notify=changed)
    def errorText(self) -> str:
        """Why it was refused."""
        return self._desk.say.error(self._error) if self._error else ""

    # the stage's side

    def begin(self) -> None:
        """Look what is unfinished, and whether somebody began to count."""
        desk = self._desk

        def work() -> tuple[tuple[Hindrance, ...], Draft | None]:
            return desk.till_money.closing.hindrances(), desk.till_money.counting.draft()

        self._run(work, self._looked)

    def retell(self) -> None:
        """The language changed."""
        self._show()

    def screen_keys(self) -> Keys:
        """What the keyboard does in the step that is shown."""
        key = Qt.Key
        match self._step:
            case Step.START:
                return self.count, {key.Key_Escape: self.leave, key.Key_F9: self.count}
            case Step.COUNT:
                return self.enter, {
                    key.Key_Escape: self.leave, key.Key_Backspace: self.backspace, key.Key_F9: self.handIn,
                    key.Key_Up: lambda: self.stepRow(-1), key.Key_Down: lambda: self.stepRow(1),
                }  # fmt: skip
            case Step.RESULT:
                return self.finish, {
                    key.Key_Escape: self.leave, key.Key_Backspace: self.backspace, key.Key_F9: self.finish,
                    key.Key_F3: self.again, key.Key_Up: lambda: self.stepReason(-1), key.Key_Down: lambda: self.stepReason(1),
                }  # fmt: skip
            case Step.SIGN:
                return self.finish, {key.Key_Escape: self.unsign, key.Key_Backspace: self.backspace, key.Key_F8: self.goHome}
            case Step.DONE:
                return self.done, {key.Key_Escape: self.done, key.Key_F6: self.printAgain, key.Key_F9: self.openNext}

    # what a person does

    @Slot()
    def leave(self) -> None:
        """Back to the sale; the count stays as it is, for whoever takes it up."""
        self._stage.move(flows.to_sale(self._stage.flow))

    @Slot()
    def count(self) -> None:
        """Begin to count, or go on; the card terminal has as long as that takes to tell its own totals."""
        desk = self._desk.till_money

        def work() -> Draft:
            desk.closing.ask_poi()
            draft = desk.counting.begin(CLOSE)
            return desk.counting.hand_in() if desk.counting.is_needless() else draft

        def done(draft: Draft) -> None:
            (self._begun if draft.expected_minor is None else self._handed_in)(draft)

        self._run(work, done)

    @Slot(int)
    def choose(self, kind: int) -> None:
        """A note or coin was tapped: digits are its count now."""
        self._counted.choose(kind)
        self._show()

    @Slot(int)
    def stepRow(self, by: int) -> None:
        """The next kind, or the one before."""
        self._counted.step(by)
        self._show()

    @Slot()
    def enter(self) -> None:
        """The next kind; after the last one, hand the count in."""
        if self._counted.is_last:
            self.handIn()
        else:
            self.stepRow(1)

    @Slot(str)
    def digit(self, digit: str) -> None:
        """A digit of what is keyed in here."""
        self._error = None
        if self._step is Step.COUNT:
            self._counted.digit(digit)
            self._keep_row()
        elif self._step is Step.RESULT:
            self._float = (self._float if self._float_touched else self._float.cleared()).key(digit)
            self._float_touched = True
        elif self._step is Step.SIGN:
            self._signature = self._signature.key(digit)
        self._show()

    @Slot()
    def backspace(self) -> None:
        """The last digit goes."""
        if self._step is Step.COUNT:
            self._counted.back()
            self._keep_row()
        elif self._step is Step.RESULT:
            self._float, self._float_touched = self._float.back(), True
        else:
            self._signature = self._signature.back()
        self._show()

    @Slot()
    def handIn(self) -> None:
        """The count is done: only now is told what there should be."""
        self._run(self._desk.till_money.counting.hand_in, self._handed_in)

    @Slot()
    def again(self) -> None:
        """Count once more."""
        self._run(self._desk.till_money.counting.again, self._begun)

    @Slot(str)
    def chooseReason(self, key: str) -> None:
        """What happened, of the list."""
        self._reason, self._error = "" if key == self._reason else key, None
        self._show()

    def stepReason(self, by: int) -> None:
        """The next reason, or the one before."""
        keys = [key for key, _ in self._reason_texts()]
        place = keys.index(self._reason) + by if self._reason in keys else 0
        self.chooseReason(keys[min(max(place, 0), len(keys) - 1)])

    @Slot(str)
    def write(self, text: str) -> None:
        """The explanation in own words."""
        self._note = text

    @Slot()
    def finish(self) -> None:
        """Close; above the limit the second person's number and PIN come first."""
        if self._step is Step.RESULT and self._needs_second():
            if not self._explanation():
                self._refused(ShopError("shift.explanation"))
                return
            self._step, self._error = Step.SIGN, None
            self._show()
        elif self._step is Step.SIGN and not self._signature.is_pin:
            self._signature = self._signature.signed()
            self._show()
        else:
            self._close(go_home=False)

    @Slot()
    def unsign(self) -> None:
        """Back from the second person to the difference."""
        self._step, self._error, self._signature = Step.RESULT, None, Signature()
        self._show()

    @Slot()
    def goHome(self) -> None:
        """Close without what is missing: the Z report and the hub say so."""
        self._close(go_home=True)

    @Slot()
    def printAgain(self) -> None:
        """The Z report once more on paper."""
        seq = self._z_seq
        printed = self._desk.say("A copy of the report is being printed")
        self._run(lambda: self._desk.till_money.reports.print_z(seq), lambda _: self._stage.tell(printed))

    @Slot()
    def done(self) -> None:
        """The close is over: sign out."""
        self.locking.emit()

    @Slot()
    def openNext(self) -> None:
        """Go on with the next shift."""
        self._stage.move(flows.next_shift(self._stage.flow))

    # inside

    def _run(self, work: Callable[[], object], done: Callable[..., None]) -> None:
        self._desk.bridge.run(work, done, self._refused)

    def _looked(self, found: tuple[tuple[Hindrance, ...], Draft | None]) -> None:
        self._found, self._draft = found
        self._reason, self._note, self._error, self._busy = "", "", None, False
        self._signature = Signature()
        self._step, self._sheet = Step.START, None
        self._show()
        self._stage.move(flows.closing(self._stage.flow))
        if self._draft is not None and self._draft.expected_minor is not None:
            self._handed_in(self._draft)  # a restart came between handing in and closing

    def _begun(self, draft: Draft) -> None:
        self._draft, self._step, self._error = draft, Step.COUNT, None
        self._counted.take(draft.pieces, draft.rest_minor)
        self._show()

    def _keep_row(self) -> None:
        """Each number is on disk before the next key: a crash or a colleague finds it."""
        kind, value = self._counted.kind, self._counted.value(self._counted.kind)
        counting = self._desk.till_money.counting
        work = (lambda: counting.put_rest(value)) if kind == REST else (lambda: counting.put(kind, value))
        self._run(work, self._kept)

    def _kept(self, draft: Draft) -> None:
        self._draft = draft

    def _handed_in(self, draft: Draft) -> None:
        self._draft, self._step, self._error = draft, Step.RESULT, None
        self._counted.take(draft.pieces, draft.rest_minor)
        there = draft.tally
        wanted = self._desk.counter.settings.opening_float_minor or self._desk.counter.open_shift().float_minor
        stays = proposed_float(there, wanted).total_minor if there.pieces else min(wanted, there.total_minor)
        self._float, self._float_touched = Entry(str(stays) if stays else "", 2, 7), False
        self._desk.sounds.play(sounds.ATTENTION if draft.difference_minor else sounds.GOOD)
        self._show()

    def _close(self, *, go_home: bool) -> None:
        if self._busy:
            return
        self._busy = True
        counted = self._draft is not None and self._draft.expected_minor is not None
        signature = self._signature if self._step is Step.SIGN and not go_home else Signature()
        wish = Wish(
            self._explanation(), signature.number.digits, signature.pin.digits,
            self._float.value if counted else None, counted, go_home,
        )  # fmt: skip
        desk = self._desk.till_money

        def work() -> tuple[Fact, Sheet]:
            fact = desk.closing.close(wish)
            desk.reports.wake()
            return fact, desk.reports.z(fact)

        self._run(work, self._closed)

    def _closed(self, done: tuple[Fact, Sheet]) -> None:
        fact, self._sheet = done
        self._z_seq, self._busy, self._error, self._step = fact.seq, False, None, Step.DONE
        self._desk.sounds.play(sounds.GOOD)
        self._show()

    def _refused(self, error: ShopError) -> None:
        self._busy, self._error = False, error
        self._signature = self._signature.refused(error)
        self._desk.sounds.play(sounds.REFUSED)
        self._show()

    def _difference(self) -> int:
        return (self._draft.difference_minor or 0) if self._draft else 0

    def _needs_second(self) -> bool:
        return self._draft is not None and self._desk.till_money.closing.needs_second(self._draft)

    def _explanation(self) -> str:
        chosen = dict(self._reason_texts()).get(self._reason, "")
        return ": ".join(part for part in (chosen, self._note.strip()) if part)

    def _reason_texts(self) -> list[tuple[str, str]]:
        say = self._desk.say
        return [
            ("change", say("Wrong change given back")), ("tender", say("Paid another way than was rung up")),
            ("slip", say("A slip of cash in or out is missing")), ("unknown", say("Not known, counted twice")),
        ]  # fmt: skip

    def _show(self) -> None:
        rows = self._counted.rows(self._desk)
        self._notes.put([row for row in rows if row.isNote])
        self._coins.put([row for row in rows if not row.isNote])
        self._reasons.put([ChoiceRow(key, title, key == self._reason) for key, title in self._reason_texts()])
        self._hindrances.put([self._hindrance(one) for one in self._found])
        self._lines.put(sheet_lines(self._sheet) if self._sheet else [])
        self.changed.emit()

    def _hindrance(self, one: Hindrance) -> HindranceRow:
        say, money = self._desk.say, self._desk.money(one.amount_minor)
        texts = {
            CARD: (
                say("{count} card payments nobody is sure of", count=one.count),
                say("Settle them at the card terminal first. Closed like this, they stay open and the Z report names them."),
            ),
            PART_PAID: (
                say("A sale is part-paid: {money}", money=money),
                say("Finish it or give it back. Closed like this, sale and money go on in the next shift."),
            ),
            CART: (
                say("A sale of {money} is in the basket", money=money),
                say("Finish, suspend or void it. Closed like this, it is still there for the next shift."),
            ),
            SUSPENDED: (
                say("{count} sales are suspended", count=one.count), say("They stay, and can be retrieved in the next shift."),
            ),
            OTHERS: (
                say("{count} colleagues have a drawer open", count=one.count),
                say("Each closes their own; this close is of yours alone."),
            ),
        }  # fmt: skip
        title, hint = texts[one.what]
        return HindranceRow(one.what, title, hint, one.what in (CARD, PART_PAID))
