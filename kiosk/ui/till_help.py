"""Calls of the store's kiosks: shown across every screen until somebody goes."""

from collections.abc import Callable

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.feed import HelpCall
from kiosk.text import Words
from kiosk.ui import sounds
from kiosk.ui.till_desk import TillDesk

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class HelpModel(QObject):
    """The oldest call that nobody has answered."""

    changed = Signal()

    def __init__(self, desk: TillDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._calls: tuple[HelpCall, ...] = ()
        self._answered: set[str] = set()

    def refresh(self) -> None:
        """Read the open calls again: new data came in."""
        self._desk.bridge.run(self._desk.help_calls, self._arrived)

    def retell(self) -> None:
        """The language changed."""
        self.changed.emit()

    @Property(bool, notify=changed)
    def isCalling(self) -> bool:
        """Whether a kiosk asks for a person."""
        return self._first() is not None

    @Property(str, notify=changed)
    def title(self) -> str:
        """Who asks for what."""
        call, say = self._first(), self._desk.say
        if call is None:
            return ""
        reason = reason_text(say, call.reason)
        return say("Kiosk {kiosk} asks for help: {reason}", kiosk=call.terminal, reason=reason)

    @Property(str, notify=changed)
    def hint(self) -> str:
        """Since when, and how many more."""
        call, say = self._first(), self._desk.say
        if call is None:
            return ""
        since = say.ago(max(0, self._desk.now_ms() - call.at_ms))
        more = len(self._open()) - 1
        return f"{since} · " + say("{count} more", count=more) if more else since

    @Slot()
    def answer(self) -> None:
        """The person at this till goes there."""
        call, employee = self._first(), self._desk.counter.employee
        if call is None:
            return
        self._answered.add(call.id)
        name = employee.name if employee else self._desk.counter.ledger.identity.place.terminal
        self._desk.help_desk.answer(call, name)
        self.changed.emit()

    def _arrived(self, calls: tuple[HelpCall, ...]) -> None:
        new = {call.id for call in calls} - {call.id for call in self._calls}
        self._calls = calls
        for call in calls:
            self._desk.help_desk.shown(call)
        if new:
            self._desk.sounds.play(sounds.ATTENTION)
        self.changed.emit()

    def _open(self) -> tuple[HelpCall, ...]:
        return tuple(call for call in self._calls if call.id not in self._answered)

    def _first(self) -> HelpCall | None:
        return next(iter(self._open()), None)


def reason_text(say: Words, reason: str) -> str:
    """A reason of the kiosk's list in words; what is not on the list as it was sent."""
    known: dict[str, Callable[[], str]] = {
        "find": lambda: say("cannot find something"),
        "advice": lambda: say("would like advice"),
        "kiosk": lambda: say("the kiosk does not do what it should"),
        "again": lambda: say("asks again"),
        "price": lambda: say("a question about a price"),
        "basket": lambda: say("the basket"),
        "device": lambda: say("the kiosk does not work"),
        "person": lambda: say("wants to speak to somebody"),
        "other": lambda: say("something else"),
    }
    return known[reason]() if reason in known else reason
