"""How the till looks to those who work at it: text size and contrast, at once and over a restart."""

from dataclasses import dataclass, replace

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.services.display import TEXT_SCALES, Display, keep_display, read_display
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.theme import Look
from kiosk.ui.till_desk import TillDesk

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

LETTER = "A"
"""What shows a size of text, in that size."""


@dataclass(frozen=True, slots=True)
class SizeRow:
    """One size of text to choose: a letter as large as it stands for, and its name."""

    key: int
    title: str
    letter: str
    chosen: bool


def remembered(desk: TillDesk, look: Look) -> Look:
    """A look with what was chosen at this terminal, if anything was."""
    display = read_display(desk.counter.ledger)
    if display is None:
        return look
    return replace(look, text_scale=display.text_scale, high_contrast=display.high_contrast)


@QmlElement
class LookModel(QObject):
    """The choice of text size and contrast."""

    changed = Signal()
    wanted = Signal(float, bool)

    def __init__(self, desk: TillDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._display = desk, Display()
        self._sizes = Rows(SizeRow, self)

    def wear(self, look: Look) -> None:
        """The look that is on the screen."""
        near = min(range(len(TEXT_SCALES)), key=lambda step: abs(TEXT_SCALES[step] - look.text_scale))
        self._display = Display(near, look.high_contrast)
        self.retell()

    def retell(self) -> None:
        """The language or the look changed."""
        say = self._desk.say
        names = (say("Text: normal"), say("Text: large"), say("Text: very large"))
        self._sizes.put([SizeRow(step, name, LETTER, step == self._display.text_step) for step, name in enumerate(names)])
        self.changed.emit()

    @Property(QObject, notify=changed)
    def sizes(self) -> QObject:
        """The sizes to choose from."""
        return self._sizes

    @Property(bool, notify=changed)
    def isContrasted(self) -> bool:
        """Whether high contrast is on."""
        return self._display.high_contrast

    @Slot(int)
    def setTextStep(self, step: int) -> None:
        """Text in this size from now on: 0, 1 or 2."""
        self._choose(replace(self._display, text_step=step % len(TEXT_SCALES)))

    @Slot()
    def nextStep(self) -> None:
        """The next size of text, after the largest the smallest."""
        self.setTextStep(self._display.text_step + 1)

    @Slot(bool)
    def setHighContrast(self, on: bool) -> None:
        """High contrast on or off."""
        self._choose(replace(self._display, high_contrast=on))

    def _choose(self, display: Display) -> None:
        self._display = display
        self.wanted.emit(display.text_scale, display.high_contrast)
        self.retell()
        self._desk.bridge.run(lambda: keep_display(self._desk.counter.ledger, display), lambda _: None)
