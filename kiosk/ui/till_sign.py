"""A customer signs for goods: strokes of a finger or pen on the till's own screen, or why on paper."""

from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.handwriting import BROKEN, HIGH, UNABLE, UNWILLING, WIDE, Handwriting, Signed, is_written, written
from kiosk.text import Words
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.till_desk import TillDesk
from kiosk.ui.till_menu import Action, Keys

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

RAW_MAX = 20_000
"""Points that a hand may draw before it is thinned: more than a minute of it."""


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """Why somebody signs on paper; `keyCap` stands on its button."""

    key: str
    title: str
    keyCap: str


def reasons(say: Words) -> list[ReasonRow]:
    """The reasons, with their keys."""
    texts = {
        UNABLE: say("Cannot sign on a screen"), UNWILLING: say("Does not want to sign on a screen"),
        BROKEN: say("The screen does not work"),
    }  # fmt: skip
    return [ReasonRow(key, title, str(n)) for n, (key, title) in enumerate(texts.items(), 1)]


@QmlElement
class SignModel(QObject):
    """The pad. `signed` gives strokes or the reason for paper, `left` when a person goes back. Nothing drawn outlives either."""

    changed = Signal()
    drawn = Signal()
    signed = Signal(object)
    left = Signal()

    def __init__(self, desk: TillDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._strokes: list[list[tuple[int, int]]] = []
        self._goods, self._on_paper = "", False
        self._reasons = Rows(ReasonRow, self)

    # what is shown

    @Property(str, notify=changed)
    def goodsText(self) -> str:
        """What is signed for."""
        return self._goods

    @Property(bool, notify=changed)
    def isOnPaper(self) -> bool:
        """Whether it is asked why somebody signs on paper."""
        return self._on_paper

    @Property(QObject, notify=changed)
    def reasons(self) -> QObject:
        """Why on paper."""
        return self._reasons

    @Property(int, notify=changed)
    def wide(self) -> int:
        """How many steps the grid has from left to right."""
        return WIDE

    @Property(int, notify=changed)
    def high(self) -> int:
        """And from top to bottom."""
        return HIGH

    @Property("QVariantList", notify=drawn)  # type: ignore[arg-type]
    def strokes(self) -> list[list[int]]:
        """What was drawn: of each stroke x, y, x, y ... in steps of the grid."""
        return [[number for point in stroke for number in point] for stroke in self._strokes]

    @Property(bool, notify=drawn)
    def isDrawn(self) -> bool:
        """Whether anything was drawn."""
        return bool(self._strokes)

    @Property(bool, notify=drawn)
    def isWritten(self) -> bool:
        """Whether it may be a name: more than a tap."""
        return is_written(self._strokes)

    def reasons_shown(self) -> tuple[ReasonRow, ...]:
        """The reasons as they are shown."""
        return self._reasons.rows

    def keys(self) -> Keys:
        """What the keyboard does while somebody signs."""
        key = Qt.Key
        if self._on_paper:
            digits = (key.Key_1, key.Key_2, key.Key_3)
            pressed: dict[Qt.Key, Action] = {
                digit: lambda reason=row.key: self.onPaper(reason)  # type: ignore[misc]
                for digit, row in zip(digits, self._reasons.rows, strict=True)
            }
            return lambda: self.onPaper(self._reasons.rows[0].key), {**pressed, key.Key_Escape: self.askPaper}
        return self.done, {
            key.Key_Escape: self.left.emit, key.Key_F4: self.askPaper, key.Key_Backspace: self.undo, key.Key_Delete: self.clear,
        }  # fmt: skip

    def place(self) -> str:
        """What the key map calls it."""
        return "paper" if self._on_paper else "sign"

    # what a person does

    def begin(self, goods: str) -> None:
        """Ask for a signature for these goods; the pad is empty."""
        self._goods, self._on_paper = goods, False
        self._reasons.put(reasons(self._desk.say))
        self.clear()
        self.changed.emit()

    @Slot("QVariantList")
    def stroke(self, numbers: list[float]) -> None:
        """The pen was lifted: x, y, x, y ... in steps of the grid, in whatever fractions."""
        points = [(round(x), round(y)) for x, y in zip(numbers[::2], numbers[1::2], strict=False)]
        if points and sum(map(len, self._strokes)) + len(points) <= RAW_MAX:
            self._strokes.append(points)
        self.drawn.emit()

    @Slot()
    def undo(self) -> None:
        """The last stroke was a slip."""
        del self._strokes[-1:]
        self.drawn.emit()

    @Slot()
    def clear(self) -> None:
        """Once more from the beginning."""
        self._strokes = []
        self.drawn.emit()

    @Slot()
    def done(self) -> None:
        """That is the signature, if anything was written."""
        name = written(self._strokes)
        if name is not None:
            self._give(name)

    @Slot()
    def askPaper(self) -> None:
        """Somebody signs on paper: why? Or after all on the screen."""
        self._on_paper = not self._on_paper
        self.changed.emit()

    @Slot(str)
    def onPaper(self, reason: str) -> None:
        """They sign on paper, for this reason."""
        self._give(Signed(paper=reason))

    def _give(self, hand: Handwriting | Signed) -> None:
        self.clear()
        self.signed.emit(hand)
