"""Sign-in: a tapped name, a staff number or a badge, then the PIN; a wait after wrong ones counts down."""

from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.errors import ShopError
from kiosk.domain.staff import Employee
from kiosk.text import LANGUAGES
from kiosk.ui import flow as flows
from kiosk.ui import sounds
from kiosk.ui.entry import Entry
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.till_approval import ApprovalModel
from kiosk.ui.till_desk import Stage, TillDesk

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

NAMES = {"nl": "Nederlands", "en": "English"}
"""Every language in itself: who looks for it may read no other."""

_PIN_MAX = 8
_NUMBER_MAX = 10


@dataclass(frozen=True, slots=True)
class LanguageRow:
    """A language to choose."""

    key: str
    title: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One name to tap."""

    key: str
    name: str
    initials: str
    number: str
    chosen: bool


@QmlElement
class SignInModel(QObject):
    """Who is going to sign in, and how far they are. `approval` asks a second person where one is needed."""

    approval: ApprovalModel

    changed = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._people = Rows(PersonRow, self)
        self._languages = Rows(LanguageRow, self)
        self._show_languages()
        self._staff: tuple[Employee, ...] = ()
        self._person: Employee | None = None
        self._number = Entry(most=_NUMBER_MAX)
        self._pin = Entry(most=_PIN_MAX)
        self._error: ShopError | None = None
        self._busy = False
        self._locked_until_ms = 0
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._tick)

    @Property(QObject, notify=changed)
    def people(self) -> QObject:
        """The names to tap."""
        return self._people

    @Property(bool, notify=changed)
    def hasPerson(self) -> bool:
        """Whether it is known who signs in, so that digits are a PIN."""
        return self.has_person()

    def has_person(self) -> bool:
        """Whether it is known who signs in, so that digits are a PIN."""
        return self._person is not None

    @Property(str, notify=changed)
    def personName(self) -> str:
        """Who signs in."""
        return self._person.name if self._person else ""

    @Property(str, notify=changed)
    def personInitials(self) -> str:
        """The letters on their disc."""
        return initials(self._person.name) if self._person else ""

    @Property(str, notify=changed)
    def numberText(self) -> str:
        """The staff number so far."""
        return self._number.digits

    @Property(int, notify=changed)
    def pinLength(self) -> int:
        """How many digits of the PIN are in; never the digits themselves."""
        return len(self._pin.digits)

    @Property(bool, notify=changed)
    def isBusy(self) -> bool:
        """Whether the PIN is being checked."""
        return self._busy

    @Property(bool, notify=changed)
    def canEnter(self) -> bool:
        """Whether Enter does something."""
        return self.can_enter()

    def can_enter(self) -> bool:
        """Whether Enter does something."""
        if self._busy or (self._person is not None and self._waits_s() > 0):
            return False
        return not (self._pin if self._person else self._number).is_empty

    @Property(str, notify=changed)
    def errorText(self) -> str:
        """What went wrong and what to do, empty when nothing did."""
        if self._person is not None and self._waits_s() > 0:
            return self._desk.say.sentence(
                "staff.locked", name=self._person.name, seconds=self._waits_s()
            )
        return self._desk.say.error(self._error) if self._error else ""

    @Property(QObject, notify=changed)
    def languages(self) -> QObject:
        """The languages to choose from, each by its own name."""
        return self._languages

    def refresh(self) -> None:
        """Read the staff again and begin anew."""
        self._person, self._error = None, None
        self._number, self._pin = self._number.cleared(), self._pin.cleared()
        self._locked_until_ms = 0
        self._clock.stop()
        self._desk.bridge.run(self._desk.session.staff, self._arrived)
        self.changed.emit()

    def retell(self) -> None:
        """The language changed."""
        self._show_languages()
        self.changed.emit()

    @Slot(str)
    def choose(self, number: str) -> None:
        """A name was tapped."""
        found = next((one for one in self._staff if one.number == number), None)
        if found is not None:
            self._take(found)

    @Slot(str)
    def digit(self, digit: str) -> None:
        """A digit of the number, or of the PIN once the person is known."""
        if self._busy:
            return
        if self._person is None:
            self._number = self._number.key(digit)
        else:
            self._pin = self._pin.key(digit)
        self._error = None
        self.changed.emit()

    @Slot()
    def backspace(self) -> None:
        """Take the last digit away."""
        if self._person is None:
            self._number = self._number.back()
        else:
            self._pin = self._pin.back()
        self.changed.emit()

    @Slot()
    def back(self) -> None:
        """Somebody else signs in; the wait of the one before goes on for them alone."""
        self._person, self._error, self._locked_until_ms = None, None, 0
        self._clock.stop()
        self._number, self._pin = self._number.cleared(), self._pin.cleared()
        self._show_people()
        self.changed.emit()

    @Slot()
    def enter(self) -> None:
        """Look the number up, or check the PIN."""
        if not self.can_enter():
            return
        if self._person is None:
            self.badge(self._number.digits)
            return
        number, pin = self._person.number, self._pin.digits
        self._busy = True
        self.changed.emit()

        def work() -> Employee:
            return self._at_work(self._desk.session.sign_in(number, pin))

        self._desk.bridge.run(work, self._signed_in, self._refused)

    def _at_work(self, person: Employee) -> Employee:
        self._desk.shifts.switch_to(person)
        return person

    def _ask_voucher(self, error: ShopError, first_pin: str) -> None:
        """Nobody knows whether they still work here: another person, in place, says so."""
        self._busy = False
        self._pin = self._pin.cleared()
        self.changed.emit()
        admit = self._desk.session.admit
        self.approval.ask(
            error, lambda number, pin: self._at_work(admit(number, pin)), lambda person: self._signed_in(person, first_pin)
        )

    def scanned(self, text: str) -> None:
        """A badge was scanned. A PIN typed so fast that it looked like a scan, as on a slow machine, stays a PIN."""
        badges = {one.badge for one in self._staff}
        if self._person is None or not text.isdecimal() or text in badges or len(text) > _PIN_MAX:
            self.badge(text)
            return
        self.digit(text)
        self.enter()

    def badge(self, text: str) -> None:
        """A badge was read, or a number typed."""
        self._desk.bridge.run(lambda: self._desk.session.find(text), self._take, self._unknown)

    def _arrived(self, staff: tuple[Employee, ...]) -> None:
        self._staff = staff
        self._show_people()

    def _show_languages(self) -> None:
        here = self._desk.language
        self._languages.put([LanguageRow(key, NAMES[key], key == here) for key in LANGUAGES])

    def _show_people(self) -> None:
        chosen = self._person.number if self._person else ""
        self._people.put(
            [
                PersonRow(
                    one.number, one.name, initials(one.name), one.number, one.number == chosen
                )
                for one in self._staff
            ]
        )

    def _take(self, person: Employee) -> None:
        self._desk.sounds.play(sounds.GOOD)
        self._person, self._error = person, None
        self._number, self._pin = self._number.cleared(), self._pin.cleared()
        self._locked_until_ms = 0
        self._show_people()
        self.changed.emit()

    def _unknown(self, error: ShopError) -> None:
        self._number = self._number.cleared()
        self._refused(error)

    def _refused(self, error: ShopError) -> None:
        if error.code == "staff.list_old" and self._person is not None:
            self._ask_voucher(error, self._pin.digits if self._person.must_change else "")
            return
        self._busy, self._error = False, error
        self._pin = self._pin.cleared()
        if error.code == "staff.locked":
            self._locked_until_ms = self._desk.now_ms() + int(error.values["seconds"]) * 1000
            self._clock.start()
        self._desk.sounds.play(sounds.REFUSED)
        self.changed.emit()

    def _signed_in(self, person: Employee, first_pin: str = "") -> None:
        first_pin = first_pin or self._pin.digits
        self._busy, self._error, self._person = False, None, None
        self._pin = self._pin.cleared()
        self._clock.stop()
        self.signedIn.emit(person.must_change, first_pin)
        shift_open = self._desk.counter.shift is not None
        self._stage.move(
            flows.signed_in(self._stage.flow, must_change=person.must_change, shift_open=shift_open)
        )
        self._show_people()
        self.changed.emit()

    signedIn = Signal(bool, str)

    def _waits_s(self) -> int:
        return max(0, -(-(self._locked_until_ms - self._desk.now_ms()) // 1000))

    def _tick(self) -> None:
        if self._waits_s() == 0:
            self._clock.stop()
            self._error, self._locked_until_ms = None, 0
        self.changed.emit()


def initials(name: str) -> str:
    """The first letters of the first and the last name.

    >>> initials("Zoë de Wit")
    'ZW'
    """
    words = [word for word in name.split() if word]
    ends = words[:1] + words[-1:] if len(words) > 1 else words
    return "".join(word[0] for word in ends).upper()
