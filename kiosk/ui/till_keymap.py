"""The key map: every key of the screen or dialog that is open, in words. F1 opens it anywhere, and so does the menu."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.ui import till_keylines as keylines
from kiosk.ui.flow import Dialog
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_menu import Keys, MenuEntry

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

ORDER = tuple(keylines.CAPS)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """What some keys do; `caps` stand on them."""

    key: str
    caps: list[str]
    title: str


@QmlElement
class KeyMapModel(QObject):
    """The list of keys. `wanted` asks for it; `paged` moves it by a part of its height."""

    changed = Signal()
    wanted = Signal()
    paged = Signal(float)

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._rows = Rows(KeyRow, self)
        self._place, self._under = "", Dialog.NONE
        self._keys: tuple[Qt.Key, ...] = ()

    def menu(self) -> Sequence[MenuEntry]:
        """What the menu gets."""
        return (MenuEntry("keys", self._desk.say("All keys"), "keyboard", self.wanted.emit, note="F1"),)

    def keys(self, dialog: Dialog) -> Keys | None:
        """What the keyboard does in it."""
        if dialog is not Dialog.KEYS:
            return None
        key = Qt.Key
        return self.leave, {
            key.Key_Escape: self.leave, key.Key_Up: lambda: self.paged.emit(-0.3), key.Key_Down: lambda: self.paged.emit(0.3),
            key.Key_PageUp: lambda: self.paged.emit(-0.9), key.Key_PageDown: lambda: self.paged.emit(0.9),
        }  # fmt: skip

    def digits(self, dialog: Dialog) -> Callable[[str], object] | None:
        """Nothing is keyed in."""
        return None

    def retell(self) -> None:
        """The language changed."""
        self._show()

    @Property(QObject, notify=changed)
    def rows(self) -> QObject:
        """A row for each thing that keys do."""
        return self._rows

    @Property(str, notify=changed)
    def under(self) -> str:
        """The dialog that waits behind it, as it was."""
        return self._under.value

    def rows_shown(self) -> tuple[KeyRow, ...]:
        """The rows as they are shown."""
        return self._rows.rows

    def begin(self, place: str, keys: Iterable[Qt.Key]) -> None:
        """Show what these keys do at a place."""
        self._place, self._keys, self._under = place, tuple(sorted(keys, key=ORDER.index)), self._stage.flow.dialog
        self._show()
        self._stage.open(Dialog.KEYS)

    @Slot()
    def leave(self) -> None:
        """Back to what was open."""
        if self._under is Dialog.NONE:
            self._stage.close()
        else:
            self._stage.open(self._under)

    def _show(self) -> None:
        found: dict[str, list[str]] = {}
        for key in self._keys:
            text = keylines.line(self._place, key)
            if text is not None:
                found.setdefault(text, []).append(keylines.cap(key))
        self._rows.put([KeyRow(text, caps, self._desk.say(text)) for text, caps in found.items()])
        self.changed.emit()
