"""Calling a colleague, as the shopper sees it: only what is known is said."""

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.services.help import Help, HelpNews, HelpState
from kiosk.ui import sounds
from kiosk.ui.kiosk_desk import Desk

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

_ICONS = {
    HelpState.NONE: "help",
    HelpState.CALLING: "phone",
    HelpState.DELIVERED: "bell-ring",
    HelpState.COMING: "user",
    HelpState.UNREACHABLE: "map-pin",
}


@QmlElement
class KioskHelpModel(QObject):
    """One call, from the reasons to choose to the colleague who comes."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._help = Help()
        desk.help_line.listen(lambda news: desk.bridge.post(lambda: self._heard(news)))

    @Slot(str)
    def call(self, reason: str) -> None:
        """Call, and say why: the till shows it."""
        call = self._desk.help_line.start(reason, self._desk.language)
        self._help = Help().called(call, self._desk.now_ms())
        self.changed.emit()

    @Slot()
    def cancel(self) -> None:
        """Nobody is needed any more."""
        if self._help.state is not HelpState.NONE:
            self._desk.help_line.cancel(self._help.call)
            self._help = Help()
            self.changed.emit()

    @property
    def is_unreachable(self) -> bool:
        """Whether the call could not be delivered."""
        return self._help.state is HelpState.UNREACHABLE

    def tick(self) -> None:
        """Time has passed."""
        self._become(self._help.at(self._desk.now_ms()))

    def next_change_ms(self) -> int | None:
        """How long nothing changes because of this, or None."""
        if self._help.state is not HelpState.CALLING:
            return None
        return max(0, self._help.deadline_ms - self._desk.now_ms())

    def refresh(self) -> None:
        """Another language."""
        self.changed.emit()

    def wipe(self) -> None:
        """The shopper is gone."""
        self.cancel()

    def state(self) -> dict[str, object]:
        """What a shopper left here."""
        return {"help": self._help}

    @Property(str, notify=changed)
    def phase(self) -> str:
        """none, calling, delivered, coming or unreachable."""
        return self._help.state.value

    @Property(str, notify=changed)
    def iconName(self) -> str:
        """The icon of the phase."""
        return _ICONS[self._help.state]

    @Property(str, notify=changed)
    def title(self) -> str:
        """The phase in words."""
        say, state = self._desk.say, self._help.state
        if state is HelpState.CALLING:
            return say("We are trying to reach a colleague")
        if state is HelpState.DELIVERED:
            return say("Your call is on the till's screen")
        if state is HelpState.COMING and self._help.name:
            return say("{name} is on the way to you", name=self._help.name)
        if state is HelpState.COMING:
            return say("A colleague is on the way to you")
        if state is HelpState.UNREACHABLE:
            return say("We cannot reach a colleague from here")
        return say("How can we help?")

    @Property(str, notify=changed)
    def hint(self) -> str:
        """What the shopper can do."""
        say, state = self._desk.say, self._help.state
        if state is HelpState.CALLING:
            return say("One moment, please.")
        if state is HelpState.DELIVERED:
            return say("A colleague will answer as soon as somebody is free. You can go on shopping.")
        if state is HelpState.COMING:
            return say("Please stay near this kiosk.")
        if state is HelpState.UNREACHABLE and self._desk.till_place:
            return say("Please go to the till {place}.", place=self._desk.till_place)
        if state is HelpState.UNREACHABLE:
            return say("Please go to the till.")
        return say("Choose what it is about. A colleague sees it on the till.")

    @Property(str, notify=changed)
    def short(self) -> str:
        """The button on every screen: what it does, or how the call stands."""
        say, state = self._desk.say, self._help.state
        if state in (HelpState.CALLING, HelpState.DELIVERED):
            return say("Help: waiting")
        if state is HelpState.COMING:
            return say("Help is coming")
        return say("Help")

    def _heard(self, news: HelpNews) -> None:
        self._become(self._help.heard(news))

    def _become(self, after: Help) -> None:
        if after == self._help:
            return
        before, self._help = self._help, after
        if after.state is not before.state and after.state is not HelpState.NONE:
            self._desk.sounds.play(sounds.ATTENTION)
        self.changed.emit()
