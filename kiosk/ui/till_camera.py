"""The camera as a scanner: a viewfinder beside what is shown, for as long as somebody looks through it and no longer."""

from typing import Any

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.ui.flow import Dialog, Screen
from kiosk.ui.till_desk import Stage, TillDesk

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

UNUSED_MS = 60_000
"""A camera that read nothing for so long lies on its face: it is switched off."""

_SCANS = frozenset(
    {
        Dialog.CUSTOMER, Dialog.NEW_CUSTOMER, Dialog.PRICE_CHECK, Dialog.SERIAL, Dialog.BALANCE, Dialog.STOP,
        Dialog.WEB_BACK, Dialog.RETURN_FIND, Dialog.APPROVE, Dialog.EMPTIES, Dialog.CORRECT,
    }
)  # fmt: skip
"""Dialogs that a code can be scanned into. They lie over the strip, so the camera is offered beside them."""

_SEES = ("ready", "busy")


@QmlElement
class CameraModel(QObject):
    """What the camera sees. It belongs to the screen or dialog where it was opened: elsewhere it is off."""

    changed = Signal()
    sightChanged = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage, self._eye = desk, stage, desk.camera
        self.sight: Any = None
        self._at: tuple[Screen, Dialog] | None = None
        self._open = self._lit = self._pending = self._offered = False
        self._seen = 0
        self._health: Any = None
        self._unused = QTimer(self)
        self._unused.setSingleShot(True)
        self._unused.setInterval(UNUSED_MS)
        self._unused.timeout.connect(self._forgotten)

    # what is shown

    @Property(bool, notify=changed)
    def isFitted(self) -> bool:
        """Whether this terminal has a camera to scan with."""
        return self.is_fitted()

    def is_fitted(self) -> bool:
        """Whether this terminal has a camera to scan with."""
        return self._eye is not None

    @Property(bool, notify=changed)
    def isOpen(self) -> bool:
        """Whether somebody looks through it."""
        return self.is_open()

    def is_open(self) -> bool:
        """Whether somebody looks through it."""
        return self._open

    @Property(bool, notify=changed)
    def isOffered(self) -> bool:
        """Whether it is offered beside the dialog that is open."""
        return self._offered

    @Property(str, notify=sightChanged)
    def address(self) -> str:
        """Where the newest picture is; empty before the first."""
        return f"image://sight/{self._seen}" if self.sight is not None else ""

    @Property(bool, notify=changed)
    def hasLight(self) -> bool:
        """Whether it has a light."""
        return self._open and self._eye is not None and self._eye.has_light

    @Property(bool, notify=changed)
    def isLit(self) -> bool:
        """Whether its light is on."""
        return self._lit

    @Property(bool, notify=changed)
    def isBlind(self) -> bool:
        """Whether it sees nothing, and why is to be said."""
        return self.is_blind()

    def is_blind(self) -> bool:
        """Whether it sees nothing, and why is to be said."""
        return self._open and self._health is not None and self._health.code != "" and self._health.state.value not in _SEES

    @Property(str, notify=changed)
    def reason(self) -> str:
        """Why it sees nothing."""
        say, code = self._desk.say, self._health.code if self._health is not None else ""
        reasons = {
            "device.busy": say("Another program uses the camera"),
            "device.access-refused": say("This terminal may not use the camera"),
            "device.foreign": say("This is no camera that can be read"),
            "device.lost": say("The camera was unplugged"),
        }
        return reasons.get(code, say("The camera is not there"))

    @Property(str, notify=changed)
    def wayOut(self) -> str:
        """What to do about it."""
        say, code = self._desk.say, self._health.code if self._health is not None else ""
        ways = {
            "device.busy": say("Close that program. The camera comes back by itself."),
            "device.access-refused": say("Ask store IT to give this user the camera. Until then key the number in."),
            "device.foreign": say("Ask store IT to look at the camera's address. Until then key the number in."),
        }
        return ways.get(code, say("Look at its plug. It comes back by itself; until then key the number in."))

    def retell(self) -> None:
        """The language changed."""
        self.changed.emit()

    # what a person wants

    @Slot()
    def turn(self) -> None:
        """Look through it, or no longer."""
        if self._open:
            self.dismiss()
        elif self._eye is not None:
            self._at = self._here()
            self.moved()

    @Slot()
    def dismiss(self) -> None:
        """Look no longer."""
        self._at = None
        self.moved()

    @Slot()
    def turnLight(self) -> None:
        """Light on, or off."""
        if self._eye is not None and self._open:
            self._lit = not self._lit
            self._eye.light(self._lit)
            self.changed.emit()

    # what happens

    def moved(self) -> None:
        """Another screen or dialog may be shown: over the one where it was opened it rests, and comes back with that."""
        here = self._here()
        if self._at is not None and (here[0] is not self._at[0] or self._at[1] not in (Dialog.NONE, here[1])):
            self._at = None  # another screen, or the dialog that it was opened for is gone
        wanted = self._at == here
        takes = here[1] in _SCANS or (here[1] is Dialog.ITEM and self._desk.tablet)
        offered = self._eye is not None and not wanted and takes
        if offered is not self._offered:
            self._offered = offered
            self.changed.emit()
        if wanted is self._open or self._eye is None:
            return
        self._open, self._lit, self.sight = wanted, False, None
        if wanted:
            self._unused.start()
            self._eye.look(self._saw)
        else:
            self._unused.stop()
            self._eye.rest()
        self.sightChanged.emit()
        self.changed.emit()

    def scanned(self) -> None:
        """Something was read: at the sale it goes on, elsewhere one code was wanted."""
        if self._open and self._at != (Screen.SALE, Dialog.NONE):
            self.dismiss()
        elif self._open:
            self._unused.start()

    def heard(self, health: Any) -> None:
        """How the camera is has changed (drivers.api.Health)."""
        self._health = health
        if health.state.value not in _SEES:
            self.sight, self._lit = None, False
            self.sightChanged.emit()
        self.changed.emit()

    # inside

    def _here(self) -> tuple[Screen, Dialog]:
        flow = self._stage.flow
        return flow.screen, flow.dialog

    def _saw(self, sight: Any) -> None:
        """On the camera's thread. A screen that is slower than the camera gets the newest picture only."""
        self.sight = sight
        if not self._pending:
            self._pending = True
            self._desk.bridge.post(self._show)

    def _show(self) -> None:
        self._pending = False
        if self._open:
            self._seen += 1
            self.sightChanged.emit()
        else:
            self.sight = None

    def _forgotten(self) -> None:
        self.dismiss()
        self._stage.tell(self._desk.say("The camera is off: nothing was read for a minute"))
