"""Training mode at the till: one entry of the menu begins it, and while it lasts the same entry ends it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from kiosk.services.training import Training
from kiosk.ui.flow import Dialog
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_menu import Keys, MenuEntry

KEY = "training"


class TrainingModel(QObject):
    """Begins and ends the training. `switched` fires when the till has to be drawn in the other mode."""

    switched = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, training: Training, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage, self._training = desk, stage, training

    def menu(self) -> Sequence[MenuEntry]:
        """What the menu gets."""
        say = self._desk.say
        if self._desk.counter.training:
            return (MenuEntry(KEY, say("End the training"), "log-out", self._end),)
        return (MenuEntry(KEY, say("Practise"), "star", self._start, note=say("nothing counts")),)

    def keys(self, dialog: Dialog) -> Keys | None:
        """It has no dialog."""
        return None

    def digits(self, dialog: Dialog) -> Callable[[str], object] | None:
        """It has no dialog."""
        return None

    def retell(self) -> None:
        """The language changed: nothing of it stands on the screen."""

    def _start(self) -> None:
        self._desk.bridge.run(self._training.start, lambda _: self._switched(), self._stage.refuse)

    def _end(self) -> None:
        self._desk.bridge.run(self._training.end, lambda _: self._switched(), self._stage.refuse)

    def _switched(self) -> None:
        say = self._desk.say
        on = self._desk.counter.training
        self._stage.show(self._desk.selling.priced)
        self._stage.tell(say("You are practising: nothing counts") if on else say("The training is over: everything counts again"))
        self.switched.emit()
